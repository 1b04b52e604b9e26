//! From the bytes of a file to its text.

use crate::tree::{Fault, Position};

pub(crate) fn decode(bytes: &[u8]) -> Result<&str, Fault> {
    let fault = |at: usize, message: String| {
        Err(Fault { at: place_of(bytes, at), message, help: "save it as UTF-8 text" })
    };
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return fault(0, "not UTF-8 but UTF-16".to_owned());
    }
    if let Some(at) = memchr::memchr(0, bytes) {
        return fault(at, "binary, or not UTF-8: it has a zero byte".to_owned());
    }
    match std::str::from_utf8(bytes.strip_prefix(MARK).unwrap_or(bytes)) {
        Ok(text) => Ok(text),
        Err(e) => {
            let offset = e.valid_up_to() + if bytes.starts_with(MARK) { MARK.len() } else { 0 };
            fault(offset, format!("not UTF-8: the byte at offset {offset} is no character"))
        }
    }
}

/// The mark that some editors write at the start of UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Line and column of the byte at `offset`; every byte before it counts that is no continuation.
fn place_of(bytes: &[u8], offset: usize) -> Position {
    let before = bytes.get(..offset).unwrap_or_default();
    let row = before.rsplit(|it| *it == b'\n').next().unwrap_or_default();
    let lines = memchr::memchr_iter(b'\n', before).count();
    let columns = String::from_utf8_lossy(row.strip_prefix(MARK).unwrap_or(row)).chars().count();
    let number = |it: usize| u32::try_from(it + 1).unwrap_or(u32::MAX);
    Position { line: number(lines), column: number(columns) }
}
