//! The index: which files are tracked, and a source that is limited to them.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::sync::LazyLock;

use ambit_catalog::Catalog;
use ambit_discovery::git::{GitError, Repository};
use ambit_discovery::{Disk, Settings, Source, Tracked};
use gix_hash::{Kind, ObjectId};

use super::fixture::{FILE, Fixture, sum, tree};

const ORDINARY: u32 = 0o100_644;

/// An entry: kind, path, and id.
type Line<'a> = (u32, &'a [u8], ObjectId);

fn nothing() -> ObjectId {
    ObjectId::null(Kind::Sha1)
}

fn lines<'a>(paths: &[&'a str]) -> Vec<Line<'a>> {
    paths.iter().map(|it| (ORDINARY, it.as_bytes(), nothing())).collect()
}

/// An index of version 2 or 3.
fn index(version: u32, lines: &[Line<'_>], parts: &[u8]) -> Vec<u8> {
    let mut bytes = start(version, lines.len());
    for (mode, path, id) in lines {
        let before = bytes.len();
        fixed(&mut bytes, *mode, *id, if version == 3 { 0x40 } else { 0 });
        if version == 3 {
            bytes.extend([0x20, 0]);
        }
        bytes.extend(*path);
        let length = (bytes.len() - before + 1).next_multiple_of(8);
        bytes.resize(before + length, 0);
    }
    closed(bytes, parts)
}

/// An index of version 4: how much of the path before is dropped, and what comes instead.
fn short(lines: &[(&[u8], &str)]) -> Vec<u8> {
    let mut bytes = start(4, lines.len());
    for (dropped, more) in lines {
        fixed(&mut bytes, ORDINARY, nothing(), 0);
        bytes.extend([dropped, more.as_bytes(), b"\0"].concat());
    }
    closed(bytes, b"")
}

fn start(version: u32, count: usize) -> Vec<u8> {
    [b"DIRC".as_slice(), &version.to_be_bytes(), &u32::try_from(count).unwrap().to_be_bytes()].concat()
}

fn fixed(bytes: &mut Vec<u8>, mode: u32, id: ObjectId, flags: u8) {
    bytes.extend([0; 24]);
    bytes.extend(mode.to_be_bytes());
    bytes.extend([0; 12]);
    bytes.extend(id.as_slice());
    bytes.extend([flags, 0]);
}

fn closed(mut bytes: Vec<u8>, parts: &[u8]) -> Vec<u8> {
    bytes.extend(parts);
    bytes.extend(sum(&bytes));
    bytes
}

fn part(name: &[u8], content: &[u8]) -> Vec<u8> {
    [name, &u32::try_from(content.len()).unwrap().to_be_bytes(), content].concat()
}

fn tracked(fixture: &Fixture) -> Vec<String> {
    fixture.open().tracked().unwrap().into_iter().collect()
}

fn error(fixture: &Fixture) -> String {
    fixture.open().tracked().unwrap_err().to_string()
}

#[test]
fn each_version_lists_its_files() {
    let fixture = Fixture::new();
    let mut all = lines(&[".mcp.json", "a/b.json", "a/b/c.json", "~/x"]);
    all.push((0o160_000, b"module", nothing()));
    all.push((0o120_000, b"link", nothing()));
    all.push((ORDINARY, b"a/\xff", nothing()));
    let expected = ["./~/x", ".mcp.json", "a/\\xff", "a/b.json", "a/b/c.json", "link"];
    for version in [2, 3] {
        fixture.write(".git/index", index(version, &all, &part(b"TREE", b"words")));
        assert_eq!(tracked(&fixture), expected, "{version}");
    }
    let long = "d".repeat(300);
    let lines =
        [(&[0_u8][..], "a/b.json"), (&[4], "/c"), (&[6], "x"), (&[1], long.as_str()), (&[0x81, 0x2c], "y")];
    fixture.write(".git/index", short(&lines));
    assert_eq!(tracked(&fixture), ["a/b./c", "a/b.json", &long, "x", "y"]);
}

#[test]
fn a_folder_of_the_work_tree_has_its_own_part() {
    let fixture = Fixture::new();
    fixture.write(".git/index", index(2, &lines(&["a.json", "sub/a.json", "sub/b/c.json", "subway"]), b""));
    fixture.folder("sub/b");
    let below = |path: &str| Repository::open(&fixture.root().join(path)).unwrap().tracked().unwrap();
    assert_eq!(Vec::from_iter(below("sub")), ["a.json", "b/c.json"]);
    assert_eq!(Vec::from_iter(below("sub/b")), ["c.json"]);
}

#[test]
fn folders_that_are_not_checked_out_are_tracked_through_their_trees() {
    let fixture = Fixture::new();
    let inner = fixture.object(gix_object::Kind::Tree, &tree(&[(FILE, b"c.json", nothing())]));
    let outer = fixture.tree(&[(FILE, b"b.json", nothing()), (super::fixture::FOLDER, b"in", inner)]);
    let lines: [Line<'_>; 2] = [(ORDINARY, b"a.json", nothing()), (0o040_000, b"out/", outer)];
    fixture.write(".git/index", index(2, &lines, &part(b"sdir", b"")));
    assert_eq!(tracked(&fixture), ["a.json", "out/b.json", "out/in/c.json"]);
    fixture.folder("out/in");
    let below = Repository::open(&fixture.root().join("out/in")).unwrap().tracked().unwrap();
    assert_eq!(Vec::from_iter(below), ["c.json"]);
    let lines: [Line<'_>; 1] = [(0o040_000, b"out/", nothing())];
    fixture.write(".git/index", index(2, &lines, b""));
    assert!(error(&fixture).contains("is not in the repository"));
}

/// A set of numbers below 64 as the index writes it.
fn set(numbers: &[u32]) -> Vec<u8> {
    let bits: u64 = numbers.iter().map(|it| 1 << it).sum();
    [
        &64_u32.to_be_bytes()[..],
        &2_u32.to_be_bytes(),
        &(1_u64 << 33).to_be_bytes(),
        &bits.to_be_bytes(),
        &[0; 4],
    ]
    .concat()
}

#[test]
fn a_split_index_is_put_together() {
    let fixture = Fixture::new();
    let shared = index(2, &lines(&["a", "b", "c"]), b"");
    let id = ObjectId::try_from(&shared[shared.len() - 20..]).unwrap();
    let link = |gone: &[u32]| part(b"link", &[id.as_slice(), &set(gone), &set(&[0])].concat());
    fixture.write(&format!(".git/sharedindex.{id}"), shared);
    fixture.write(".git/index", index(2, &lines(&["", "d"]), &link(&[1])));
    assert_eq!(tracked(&fixture), ["a", "c", "d"]);
    fixture.write(".git/index", index(2, &lines(&[]), &part(b"link", id.as_slice())));
    assert_eq!(tracked(&fixture), ["a", "b", "c"]);
    // One that shares itself would never end.
    fixture.write(&format!(".git/sharedindex.{id}"), index(2, &lines(&["a"]), &link(&[])));
    assert!(error(&fixture).ends_with("is split again"));
    std::fs::remove_file(fixture.root().join(format!(".git/sharedindex.{id}"))).unwrap();
    assert!(error(&fixture).ends_with("is not there"));
    let endless = [&[0; 4][..], &1_u32.to_be_bytes(), &0x1_ffff_ffff_u64.to_be_bytes(), &[0; 4]].concat();
    fixture.write(".git/index", index(2, &[], &part(b"link", &[id.as_slice(), &endless].concat())));
    assert!(error(&fixture).contains("does not say what it shares"));
}

#[test]
fn a_broken_index_is_an_error() {
    let fixture = Fixture::new();
    let good = index(2, &lines(&["a/b.json", "c"]), &part(b"TREE", b"words"));
    let mut summed = good.clone();
    summed[60] ^= 1;
    let cases: [(&[u8], &str); 7] = [
        (b"", "is cut off"),
        (&good[..good.len() - 1], "is not what its own sum says"),
        (&summed, "is not what its own sum says"),
        (&index(5, &[], b""), "is of a version that is not read"),
        (&index(2, &[], &part(b"xxxx", b"")), "has a part that is not known"),
        (&closed(start(2, 4_000_000_000), b""), "is cut off"),
        (&closed(b"words, words".to_vec(), b""), "is no index"),
    ];
    for (bytes, expected) in cases {
        fixture.write(".git/index", bytes);
        assert!(matches!(fixture.open().tracked(), Err(GitError::Index(_))));
        assert!(error(&fixture).ends_with(expected), "{expected}: {}", error(&fixture));
    }
    // Without a sum every byte may be anything.
    let zeros = good.len() - 20;
    for at in 0..zeros {
        for value in [0, 1, 0x7f, 0xff] {
            let mut bytes = good.clone();
            bytes[zeros..].fill(0);
            bytes[at] = value;
            fixture.write(".git/index", bytes);
            let _answer = fixture.open().tracked();
        }
    }
}

#[test]
fn a_path_that_few_bytes_repeat_is_bounded() {
    let fixture = Fixture::new();
    let long = "d".repeat(4000);
    let mut lines = vec![(&[0_u8][..], long.as_str())];
    lines.extend(vec![(&[0_u8][..], ""); 100_000]);
    fixture.write(".git/index", short(&lines));
    assert!(error(&fixture).ends_with("has paths that are too long"));
    fixture.write(".git/index", short(&[(&[0], &"d".repeat(5000))]));
    assert!(error(&fixture).ends_with("has paths that are too long"));
    fixture.write(".git/index", short(&[(&[0], "a"), (&[9], "b")]));
    assert!(error(&fixture).ends_with("is cut off"));
}

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::compiled().unwrap());

#[test]
fn files_that_are_not_tracked_are_seen_and_not_read() {
    let fixture = Fixture::new();
    let servers = r#"{ "mcpServers": { "a": { "command": "npx", "args": ["-y", "a@1.0.0"] } } }"#;
    for path in [".mcp.json", "sub/.mcp.json", ".cursor/mcp.json", "words.txt"] {
        fixture.write(path, servers);
    }
    fixture.write(".git/index", index(2, &lines(&[".mcp.json", "gone.json", "words.txt"]), b""));
    let disk = Disk::default().tree(fixture.root(), "");
    let source = Tracked::new(disk, fixture.open().tracked().unwrap());
    let inputs = ambit_discovery::read(&source, &CATALOG, &Settings::default()).inputs;
    let skipped: Vec<(&str, &str)> =
        inputs.skipped.iter().map(|it| (it.path.as_str(), it.reason.as_str())).collect();
    let why = "not tracked by git: not opened";
    assert_eq!(skipped, [(".cursor/mcp.json", why), ("sub/.mcp.json", why)]);
    assert_eq!((inputs.seen, inputs.read, inputs.failed, inputs.ignored), (4, 1, 0, 1));
    assert!(source.read(".mcp.json").is_ok() && source.read("sub/.mcp.json").is_err());
}
