//! Deltas of packs: an object as a list of copies from another one.

/// The sizes that a delta states in front: of what it starts from, and of what comes out. Then the rest.
pub(super) fn sizes(delta: &[u8]) -> Option<(u64, u64, &[u8])> {
    let (base, rest) = size(delta)?;
    let (result, rest) = size(rest)?;
    Some((base, result, rest))
}

fn size(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut size = 0;
    let mut rest = bytes;
    for shift in (0..63).step_by(7) {
        let (byte, more) = rest.split_first()?;
        rest = more;
        size |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some((size, rest));
        }
    }
    None
}

/// What comes out when `steps` are done on `base`; none unless that is exactly `size` bytes.
pub(super) fn apply<'a>(base: &'a [u8], mut steps: &'a [u8], size: usize) -> Option<Vec<u8>> {
    let mut result = Vec::with_capacity(size);
    while let Some((step, rest)) = steps.split_first() {
        let (piece, rest) = match step {
            0 => return None,
            step if step & 0x80 != 0 => copy(base, *step, rest)?,
            length => rest.split_at_checked(usize::from(*length))?,
        };
        if result.len() + piece.len() > size {
            return None;
        }
        result.extend_from_slice(piece);
        steps = rest;
    }
    (result.len() == size).then_some(result)
}

/// The bits of `step` say which bytes of offset and length follow.
fn copy<'a>(base: &'a [u8], step: u8, mut rest: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
    let mut values = [0_usize; 7];
    for (bit, value) in values.iter_mut().enumerate() {
        if step & (1 << bit) != 0 {
            let (byte, more) = rest.split_first()?;
            *value = usize::from(*byte);
            rest = more;
        }
    }
    let (offset, length) = values.split_at(4);
    let number = |bytes: &[usize]| bytes.iter().rev().fold(0, |sum, it| sum << 8 | it);
    let offset = number(offset);
    let length = match number(length) {
        0 => 0x1_0000,
        length => length,
    };
    Some((base.get(offset..offset.checked_add(length)?)?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_and_inserts_make_the_result() {
        let (base, result, steps) = sizes(b"\x05\x07\x91\x01\x03\x02XY\x90\x02").unwrap();
        assert_eq!((base, result), (5, 7));
        assert_eq!(apply(b"abcde", steps, 7).unwrap(), b"bcdXYab");
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let cases: [&[u8]; 8] = [
            b"\x00",                 // reserved
            b"\x05abc",              // an insert that is cut off
            b"\x91",                 // a copy that is cut off
            b"\x90\x06",             // behind the end
            b"\x9f\xff\xff\xff\xff", // far behind the end
            b"\x80",                 // 64 KiB of five bytes
            b"\x90\x04\x90\x04",     // more than said
            b"\x90\x02",             // less than said
        ];
        for steps in cases {
            assert_eq!(apply(b"abcde", steps, 5), None, "{steps:?}");
        }
        assert_eq!(sizes(&[0xff; 40]), None);
        assert_eq!(sizes(b"\x05"), None);
    }
}
