//! Names of revisions.
#![expect(clippy::panic, reason = "helpers of tests fail as tests do")]
#![expect(clippy::string_slice, reason = "ids are ASCII")]

use ambit_discovery::Source;
use ambit_discovery::git::GitError;
use gix_hash::ObjectId;
use gix_object::Kind;

use super::fixture::{FILE, Fixture, write};

/// Five commits: `first`, `left` and `right` on it, `both` of the two, and `last`.
struct History {
    fixture: Fixture,
    first: ObjectId,
    left: ObjectId,
    right: ObjectId,
    both: ObjectId,
    last: ObjectId,
}

fn history() -> History {
    let fixture = Fixture::new();
    let first = fixture.simple("first", &[]);
    let left = fixture.simple("left", &[first]);
    let right = fixture.simple("right", &[first]);
    let both = fixture.simple("both", &[left, right]);
    let last = fixture.simple("last", &[both]);
    fixture.main(last);
    History { fixture, first, left, right, both, last }
}

fn commit(fixture: &Fixture, name: &str) -> String {
    fixture.revision(name).unwrap_or_else(|e| panic!("{name}: {e}")).commit()
}

#[test]
fn steps_lead_to_parents() {
    let History { fixture, first, left, right, both, last } = history();
    let id = last.to_string();
    let cases = [
        ("HEAD", last),
        ("@", last),
        ("main", last),
        ("heads/main", last),
        ("refs/heads/main", last),
        (id.as_str(), last),
        (&id[..7], last),
        (&id[..4], last),
        ("HEAD~", both),
        ("HEAD^", both),
        ("@~1", both),
        ("HEAD~2", left),
        ("HEAD~1^2", right),
        ("HEAD~1^1", left),
        ("main^^2~1", first),
        ("main~~~", first),
        ("main^0", last),
        ("main^{commit}~1", both),
        ("main^{}", last),
        ("main~0", last),
    ];
    for (name, expected) in cases {
        assert_eq!(commit(&fixture, name), expected.to_string(), "{name}");
    }
    for name in ["HEAD~4", "HEAD^2", "nothing", "HEAD~99999999", "0000", "nothing~1", "abc", ""] {
        let error = fixture.revision(name).unwrap_err();
        let shown = error.to_string();
        assert!(matches!(error, GitError::Unknown(_) | GitError::Form(_)), "{name}: {error:?}");
        assert!(shown.contains(&format!("`{name}`")), "{shown}");
    }
    for name in
        ["HEAD@{1}", "@{u}", ":/words", "HEAD:a", "HEAD^{tree}", "HEAD~x", "^HEAD", "HEAD~99999999999"]
    {
        let error = fixture.revision(name).unwrap_err();
        assert_eq!(error, GitError::Form(name.to_owned()), "{name}");
    }
}

#[test]
fn tags_and_branches_are_found_where_git_finds_them() {
    let History { fixture, first, left, right, both, last } = history();
    let tag = |of: ObjectId, kind: &str| {
        let text = format!("object {of}\ntype {kind}\ntag t\ntagger A <a@example.com> 0 +0000\n\nwords\n");
        fixture.object(Kind::Tag, text.as_bytes())
    };
    let annotated = tag(first, "commit");
    let of_tag = tag(annotated, "tag");
    let packed = format!(
        "# pack-refs with: peeled fully-peeled sorted \n{left} refs/heads/packed\n{first} refs/heads/main\n\
         {of_tag} refs/tags/v1.2\n^{first}\n{right} refs/remotes/origin/side\n"
    );
    fixture.write(".git/packed-refs", packed);
    fixture.write(".git/refs/remotes/origin/HEAD", "ref: refs/remotes/origin/side\n");
    fixture.write(".git/refs/tags/twice", both.to_string());
    fixture.write(".git/refs/heads/twice", first.to_string());
    fixture.write(".git/refs/heads/topic/a", left.to_string());
    fixture.write(".git/FETCH_HEAD", format!("{right}\t\tbranch 'side' of https://example.com/a\n"));
    let cases = [
        ("packed", left),
        ("main", last),
        ("v1.2", first),
        ("tags/v1.2", first),
        ("v1.2^{}", first),
        ("origin/side", right),
        ("origin", right),
        ("twice", both),
        ("topic/a", left),
        ("FETCH_HEAD", right),
    ];
    for (name, expected) in cases {
        assert_eq!(commit(&fixture, name), expected.to_string(), "{name}");
    }
    assert!(matches!(fixture.revision("topic"), Err(GitError::Unknown(_))));
}

#[test]
fn ids_that_begin_alike_are_told_apart_by_kind() {
    let fixture = Fixture::new();
    let commits: Vec<String> = (0..700).map(|it| fixture.simple(&it.to_string(), &[]).to_string()).collect();
    let mut starts: Vec<&str> = commits.iter().map(|it| &it[..4]).collect();
    starts.sort_unstable();
    let twice = starts.windows(2).find(|it| it[0] == it[1]).expect("two of 700 ids begin alike")[0];
    assert_eq!(fixture.revision(twice).unwrap_err(), GitError::Ambiguous(twice.to_owned()));
    let one = commits.iter().find(|it| starts.iter().filter(|start| it.starts_with(*start)).count() == 1);
    let one = one.expect("an id that begins as no other");
    assert_eq!(commit(&fixture, &one[..4].to_ascii_uppercase()), *one);
}

#[test]
fn where_a_clone_ends_is_said() {
    let History { fixture, first, both, left, .. } = history();
    fixture.write(".git/shallow", format!("{left}\n{first}\n"));
    assert_eq!(commit(&fixture, "HEAD~2"), left.to_string());
    assert_eq!(fixture.revision("HEAD~3").unwrap_err(), GitError::Shallow("HEAD~3".to_owned()));
    assert_eq!(commit(&fixture, "HEAD^"), both.to_string());
}

#[test]
fn a_branch_without_commits_is_none() {
    let fixture = Fixture::new();
    assert_eq!(fixture.revision("HEAD").unwrap_err(), GitError::Unknown("HEAD".to_owned()));
    assert!(fixture.open().tracked().unwrap().is_empty());
}

#[test]
fn a_folder_of_the_work_tree_is_the_root_of_what_is_shown() {
    let fixture = Fixture::new();
    let inner = fixture.tree(&[(FILE, b"a.json", fixture.blob("{}"))]);
    let middle = fixture.tree(&[(super::fixture::FOLDER, b"inner", inner)]);
    let outer = fixture.tree(&[(FILE, b"b.json", inner), (super::fixture::FOLDER, b"middle", middle)]);
    fixture.main(fixture.commit(outer, &[]));
    write(&fixture.root().join("middle/inner/a.json"), b"{}");
    write(&fixture.root().join("other/a.json"), b"{}");
    let listed = |below: &str| {
        let repository = ambit_discovery::git::Repository::open(&fixture.root().join(below)).unwrap();
        let files = repository.revision("main").unwrap().list().files;
        files.into_iter().map(|it| it.path).collect::<Vec<_>>()
    };
    assert_eq!(listed("middle"), ["inner/a.json"]);
    assert_eq!(listed("middle/inner"), ["a.json"]);
    assert!(listed("other").is_empty(), "it was not there then");
}
