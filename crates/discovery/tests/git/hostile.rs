//! Objects and references that are broken, huge, missing or lead in circles.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use ambit_discovery::git::GitError;
use ambit_discovery::source::{LARGEST, Unread};
use ambit_discovery::{Source, git};
use gix_hash::ObjectId;
use gix_object::Kind;

use super::fixture::{FILE, FOLDER, Fixture, deflated, id_of, place};

/// A repository whose `main` is a commit of a tree with the file `a`, which is `blob`.
fn with_blob(fixture: &Fixture, blob: ObjectId) -> git::Revision {
    let tree = fixture.tree(&[(FILE, b"a", blob)]);
    fixture.main(fixture.commit(tree, &[]));
    fixture.revision("main").unwrap()
}

#[test]
fn broken_commits_and_trees_are_errors_that_name_the_revision() {
    let blob = id_of(Kind::Blob, b"x");
    let cases: [(&str, &[u8]); 6] = [
        ("no zlib", b"\x01\x02\x03"),
        ("nothing", b""),
        ("half", &deflated(b"commit 100\0tree")[..12]),
        ("no header", &deflated(&[b'x'; 100])),
        ("another kind", &deflated(b"blob 1\0x")),
        ("another content", &deflated(b"commit 4\0tree")),
    ];
    for (case, bytes) in cases {
        for kind in [Kind::Commit, Kind::Tree] {
            let fixture = Fixture::new();
            let commit = fixture.simple("x", &[]);
            fixture.main(commit);
            let tree = id_of(Kind::Tree, &super::fixture::tree(&[(FILE, b"a", blob)]));
            let broken = if kind == Kind::Commit { commit } else { tree };
            fixture.write(&place(broken), bytes);
            let error = fixture.error("HEAD");
            assert!(error.contains("`HEAD`") && error.contains(&broken.to_string()), "{case}: {error}");
        }
    }
}

#[test]
fn headers_that_say_too_much_are_refused_before_anything_is_inflated() {
    let fixture = Fixture::new();
    let huge = id_of(Kind::Blob, b"huge");
    fixture.raw(huge, b"blob 99999999999999\0huge");
    let revision = with_blob(&fixture, huge);
    assert_eq!(revision.list().files[0].size, 99_999_999_999_999);
    assert_eq!(revision.read("a"), Err(Unread::TooLarge(LARGEST)));

    let commit = id_of(Kind::Commit, b"huge");
    fixture.raw(commit, b"commit 99999999999999\0huge");
    fixture.main(commit);
    assert!(fixture.error("main").ends_with("is larger than is read"));

    for text in ["blob 99999999999999999999999\0huge", "blob -1\0huge", "blob\0huge", "thing 4\0huge"] {
        fixture.raw(huge, text.as_bytes());
        let read = with_blob(&fixture, huge).read("a");
        assert!(matches!(read, Err(Unread::Refused(_))), "{text}: {read:?}");
    }
}

#[test]
fn what_inflates_to_more_or_less_than_it_says_is_refused() {
    let fixture = Fixture::new();
    let id = id_of(Kind::Blob, b"12345");
    let bomb = [b"blob 5\0".as_slice(), &vec![b'1'; 4 * 1024 * 1024]].concat();
    for bytes in [bomb.as_slice(), b"blob 5\x001234", b"blob 5\x00123456", b"blob 5\x0054321"] {
        fixture.raw(id, bytes);
        let read = with_blob(&fixture, id).read("a");
        let Err(Unread::Refused(why)) = read else { panic!("{read:?}") };
        assert!(why.contains(&id.to_string()), "{why}");
    }
}

#[test]
fn missing_objects_are_told_of() {
    let fixture = Fixture::new();
    let gone = id_of(Kind::Blob, b"gone");
    let read = with_blob(&fixture, gone).read("a");
    let Err(Unread::Refused(why)) = read else { panic!("{read:?}") };
    assert!(why.contains("is not in the repository"), "{why}");

    let root = fixture.tree(&[(FOLDER, b"sub", gone)]);
    let commit = fixture.commit(root, &[gone]);
    fixture.main(commit);
    for name in ["main", "main~1", &gone.to_string()] {
        let GitError::Object { name: named, object, .. } = fixture.revision(name).unwrap_err() else {
            panic!("{name}")
        };
        assert_eq!((named.as_str(), object), (name, gone.to_string()));
    }
}

#[test]
fn a_folder_may_not_be_a_file_nor_a_commit_a_tree() {
    let fixture = Fixture::new();
    let blob = fixture.blob("x");
    let root = fixture.tree(&[(FOLDER, b"sub", blob)]);
    fixture.main(fixture.commit(root, &[]));
    assert!(fixture.error("main").contains("it is no folder"));
    for id in [blob, root] {
        assert!(fixture.error(&id.to_string()).contains("it is no commit"));
    }
    fixture.main(fixture.commit(fixture.tree(&[(FILE, b"a", root)]), &[]));
    assert_eq!(fixture.revision("main").unwrap().read("a"), Err(Unread::NotAFile));
    let cut = fixture.object(Kind::Tree, b"100644 a\0abc");
    fixture.main(fixture.commit(cut, &[]));
    assert!(fixture.error("main").contains("cut off"));
}

#[test]
fn references_that_lead_in_circles_or_out_are_refused() {
    let fixture = Fixture::new();
    fixture.main(fixture.simple("x", &[]));
    fixture.write(".git/refs/heads/a", "ref: refs/heads/b\n");
    fixture.write(".git/refs/heads/b", "ref: refs/heads/a\n");
    fixture.write(".git/refs/heads/self", "ref: refs/heads/self\n");
    for name in ["a", "b", "self"] {
        assert!(fixture.error(name).contains("lead in a circle"), "{name}");
    }
    fixture.write("secret", "0123456789012345678901234567890123456789");
    for (number, to) in
        ["../secret", "refs/../../secret", "config", "/etc/passwd", "", "refs/heads/a b", "\u{7}"]
            .into_iter()
            .enumerate()
    {
        fixture.write(&format!(".git/refs/heads/x{number}"), format!("ref: {to}\n"));
        assert!(fixture.error(&format!("x{number}")).contains("names no reference"), "{to}");
    }
    for (name, text) in [("short", "0123"), ("empty", ""), ("words", "a secret that nobody may see\n")] {
        fixture.write(&format!(".git/refs/heads/{name}"), text);
        let error = fixture.error(name);
        assert!(error.contains("holds no id") && !error.contains("secret"), "{error}");
    }
    fixture.write(".git/config", "[core]\n");
    for name in ["config", "../secret", "refs/../config", "refs/heads/", "heads//main", "./HEAD", "refs"] {
        assert!(matches!(fixture.revision(name), Err(GitError::Unknown(_))), "{name}");
    }
}

#[test]
fn tags_lead_to_commits_in_few_steps() {
    let fixture = Fixture::new();
    let mut id = fixture.simple("x", &[]);
    for number in 0..100 {
        let kind = if number == 0 { "commit" } else { "tag" };
        let text = format!("object {id}\ntype {kind}\ntag t\n\nwords\n");
        id = fixture.object(Kind::Tag, text.as_bytes());
    }
    assert!(fixture.error(&id.to_string()).contains("too many tags"));
    let nothing = fixture.object(Kind::Tag, b"words");
    assert!(fixture.error(&nothing.to_string()).contains("a tag of nothing"));
}
