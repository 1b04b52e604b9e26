//! Packs: deltas of deltas, and what hostile ones say.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail as tests do")]
#![expect(clippy::disallowed_methods, reason = "this test changes the files that it has read")]

use ambit_discovery::Source;
use ambit_discovery::source::Unread;
use gix_hash::ObjectId;
use gix_object::Kind;

use super::fixture::{FILE, Fixture, Packed, commit, deflated, header, id_of, size, tree};

/// A commit `main` of one file `a`, and what its pack has for that file, the others being whole.
fn packed(fixture: &Fixture, blob: ObjectId, more: Vec<(ObjectId, Packed<'_>)>) {
    let tree = tree(&[(FILE, b"a", blob)]);
    let commit = commit(id_of(Kind::Tree, &tree), &[]);
    let id = id_of(Kind::Commit, &commit);
    let mut entries = more;
    entries.push((id_of(Kind::Tree, &tree), Packed::Whole(Kind::Tree, &tree)));
    entries.push((id, Packed::Whole(Kind::Commit, &commit)));
    fixture.pack(&entries);
    fixture.main(id);
}

fn delta(base: usize, result: usize, steps: &[u8]) -> Vec<u8> {
    [size(base), size(result), steps.to_vec()].concat()
}

const BASE: &[u8] = b"a long line of words\n";

#[test]
fn deltas_are_followed_by_distance_and_by_id() {
    let (middle, last) = (b"a long line".as_slice(), b"a long line, and more".as_slice());
    let to_middle = delta(BASE.len(), middle.len(), b"\x90\x0b");
    let to_last = delta(middle.len(), last.len(), b"\x90\x0b\x0a, and more");
    let ids = [BASE, middle, last].map(|it| id_of(Kind::Blob, it));
    for by_id in [false, true] {
        let fixture = Fixture::new();
        let [second, third] = if by_id {
            [Packed::Of(ids[0], &to_middle), Packed::Of(ids[1], &to_last)]
        } else {
            [Packed::Before(0, &to_middle), Packed::Before(1, &to_last)]
        };
        let entries = vec![(ids[0], Packed::Whole(Kind::Blob, BASE)), (ids[1], second), (ids[2], third)];
        packed(&fixture, ids[2], entries);
        let revision = fixture.revision("main").unwrap();
        assert_eq!(revision.list().files[0].size, last.len() as u64);
        assert_eq!(revision.read("a").unwrap(), last);
        let id = revision.commit();
        assert_eq!(fixture.revision(id.get(..6).unwrap()).unwrap().commit(), id);
    }
}

fn refused(blob: ObjectId, entries: Vec<(ObjectId, Packed<'_>)>) -> String {
    let fixture = Fixture::new();
    packed(&fixture, blob, entries);
    let revision = fixture.revision("main").unwrap();
    let _size = revision.list();
    match revision.read("a") {
        Err(Unread::Refused(why)) => why,
        Err(other) => other.to_string(),
        Ok(bytes) => panic!("{bytes:?}"),
    }
}

#[test]
fn deltas_that_do_not_fit_are_refused() {
    let (a, b) = (id_of(Kind::Blob, b"a"), id_of(Kind::Blob, b"b"));
    let one = delta(BASE.len(), 1, b"\x90\x01");
    assert!(refused(a, vec![(a, Packed::Of(a, &one))]).contains("through more than"), "from itself");
    assert!(
        refused(a, vec![(a, Packed::Of(b, &one)), (b, Packed::Of(a, &one))]).contains("through more than")
    );
    assert!(refused(a, vec![(a, Packed::Of(b, &one))]).contains("is not in its pack"));
    let base = || (b, Packed::Whole(Kind::Blob, BASE));
    let huge = delta(BASE.len(), usize::MAX / 4, b"\x90\x01");
    assert_eq!(refused(a, vec![base(), (a, Packed::Before(0, &huge))]), "larger than 8 MiB");
    for steps in [delta(1, 1, b"\x90\x01"), delta(BASE.len(), 1, b"\x90\x02"), delta(BASE.len(), 1, b"\0")] {
        assert!(
            refused(a, vec![base(), (a, Packed::Before(0, &steps))]).contains("does not fit"),
            "{steps:?}"
        );
    }
    assert!(refused(a, vec![base(), (a, Packed::Before(0, b"\xff\xff"))]).contains("no sizes"));
    assert!(refused(a, vec![(a, Packed::Whole(Kind::Blob, b"b"))]).contains("not what its id says"));
    let lies = [header(3, 1 << 40), deflated(b"a")].concat();
    assert_eq!(refused(a, vec![(a, Packed::Raw(&lies))]), "larger than 8 MiB");
    let less = [header(3, 2), deflated(b"a")].concat();
    assert!(refused(a, vec![(a, Packed::Raw(&less))]).contains("not what its header says"));
    for bytes in [&[0xff; 64][..], b"\x00", b"\x50abc", b"\x60\x81", b"\x60\x00abc"] {
        assert!(refused(a, vec![(a, Packed::Raw(bytes))]).contains("is broken"), "{bytes:?}");
    }
}

/// What comes out is small, what lies between is not.
#[test]
fn steps_between_may_not_grow_without_end() {
    let ids: Vec<ObjectId> = (0..4).map(|it: i32| id_of(Kind::Blob, it.to_string().as_bytes())).collect();
    let (small, large, vast) = (1 << 16, 1 << 23, 1 << 27);
    let word = vec![b'x'; small];
    let grown = delta(small, large, &b"\x80".repeat(large / small));
    let vaster = delta(large, vast, &b"\xc0\x80".repeat(vast / large));
    let shrunk = delta(vast, 1, b"\x90\x01");
    let entries = vec![
        (ids[0], Packed::Whole(Kind::Blob, &word)),
        (ids[1], Packed::Before(0, &grown)),
        (ids[2], Packed::Before(1, &vaster)),
        (ids[3], Packed::Before(2, &shrunk)),
    ];
    assert_eq!(refused(ids[3], entries), "larger than 8 MiB");
}

#[test]
fn every_changed_byte_gives_an_answer() {
    let fixture = Fixture::new();
    let last = b"a long line, and more".as_slice();
    let steps = delta(BASE.len(), last.len(), b"\x90\x0b\x0a, and more");
    let ids = [BASE, last].map(|it| id_of(Kind::Blob, it));
    packed(
        &fixture,
        ids[1],
        vec![(ids[0], Packed::Whole(Kind::Blob, BASE)), (ids[1], Packed::Of(ids[0], &steps))],
    );
    let look = || {
        if let Ok(revision) = fixture.revision("main") {
            let _answer = (revision.list(), revision.read("a"));
        }
        let _answer = fixture.revision("abcd");
    };
    for name in ["pack-a.pack", "pack-a.idx"] {
        let path = format!(".git/objects/pack/{name}");
        let whole = std::fs::read(fixture.root().join(&path)).unwrap();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] = !bytes[at];
            fixture.write(&path, bytes);
            look();
        }
        for length in (0..whole.len()).step_by(29) {
            fixture.write(&path, &whole[..length]);
            look();
        }
        fixture.write(&path, whole);
    }
    assert!(fixture.revision("main").is_ok());
}

#[test]
fn a_pack_that_cannot_be_read_is_named_where_an_object_is_missing() {
    let fixture = Fixture::new();
    packed(&fixture, id_of(Kind::Blob, BASE), vec![]);
    fixture.write(".git/objects/pack/pack-b.idx", "words");
    let error = fixture.revision("main").unwrap().read("a").unwrap_err().to_string();
    assert!(error.contains("pack-b"), "{error}");
    fixture.write(".git/objects/pack/pack-a.idx", "words");
    assert!(fixture.error("main").contains("cannot be read"));
}
