//! What a revision shows, and that it is what the disk would.

use ambit_discovery::{Disk, Source};
use gix_hash::ObjectId;

use super::fixture::{FILE, FOLDER, Fixture, LINK, SUBMODULE};

/// Writes `files` to the disk and into a tree.
fn laid_out(fixture: &Fixture, files: &[(&str, &str)]) -> ObjectId {
    for (path, text) in files {
        fixture.write(path, text);
    }
    folder(fixture, files)
}

fn folder(fixture: &Fixture, files: &[(&str, &str)]) -> ObjectId {
    let mut names: Vec<&str> = files.iter().filter_map(|(path, _)| path.split('/').next()).collect();
    names.sort_unstable();
    names.dedup();
    let entry = |name: &&str| {
        let below: Vec<(&str, &str)> = files
            .iter()
            .filter_map(|(path, text)| Some((path.strip_prefix(name)?.strip_prefix('/')?, *text)))
            .collect();
        let text = files.iter().find(|(path, _)| path == name).map(|(_, text)| *text);
        text.map_or_else(|| (FOLDER, folder(fixture, &below)), |it| (FILE, fixture.blob(it)))
    };
    let entries: Vec<(&str, ObjectId)> = names.iter().map(entry).collect();
    let lines: Vec<(&str, &[u8], ObjectId)> =
        names.iter().zip(entries).map(|(name, (mode, id))| (mode, name.as_bytes(), id)).collect();
    fixture.tree(&lines)
}

#[test]
fn a_revision_shows_what_the_disk_shows() {
    let fixture = Fixture::new();
    let files = [
        (".gitignore", "build/\n.claude/\nlocal.json\n"),
        (".mcp.json", "{}"),
        (".claude/settings.json", "{ }"),
        ("build/.mcp.json", "{}"),
        ("a/build/.mcp.json", "{}"),
        ("a/b/AGENTS.md", "words"),
        ("node_modules/x/.mcp.json", "{}"),
        ("a/node_modules/x.json", "{}"),
        ("~/.claude/settings.json", "{}"),
        ("empty", ""),
    ];
    fixture.main(fixture.commit(laid_out(&fixture, &files), &[]));
    let (disk, tree) = (Disk::default().tree(fixture.root(), ""), fixture.revision("main").unwrap());
    let (mut on_disk, mut in_tree) = (disk.list(), tree.list());
    on_disk.pruned.retain(|it| it.path != ".git");
    in_tree.pruned.sort();
    assert_eq!(on_disk.files, in_tree.files);
    assert_eq!(on_disk.pruned, in_tree.pruned);
    assert_eq!(in_tree.files.len(), 6, "{in_tree:?}");
    for file in &in_tree.files {
        assert_eq!(disk.read(&file.path), tree.read(&file.path), "{}", file.path);
        assert_eq!(tree.read(&file.path).unwrap().len() as u64, file.size);
    }
    assert!(tree.read("build/.mcp.json").is_err());
}

#[test]
fn links_and_submodules_are_passed_over_and_it_shows() {
    let fixture = Fixture::new();
    let inner = fixture.tree(&[
        (FILE, b"a.json", fixture.blob("{}")),
        (LINK, b"up", fixture.blob("../b.json")),
        (LINK, b"out", fixture.blob("../../etc/passwd")),
    ]);
    let root = fixture.tree(&[
        (FILE, b"b.json", fixture.blob("{}")),
        (LINK, b".claude", fixture.blob("inner")),
        (LINK, b"absolute", fixture.blob("/etc")),
        (LINK, b"far", fixture.blob("x".repeat(100_000))),
        (LINK, b"gone", ObjectId::null(gix_hash::Kind::Sha1)),
        (FOLDER, b"inner", inner),
        (SUBMODULE, b"module", ObjectId::null(gix_hash::Kind::Sha1)),
    ]);
    fixture.main(fixture.commit(root, &[]));
    let revision = fixture.revision("main").unwrap();
    let listing = revision.list();
    let files: Vec<(&str, bool)> =
        listing.files.iter().map(|it| (it.path.as_str(), it.barred.is_some())).collect();
    assert_eq!(files, [("b.json", false), ("inner/a.json", false), ("inner/up", true)]);
    let mut pruned: Vec<(&str, &str)> =
        listing.pruned.iter().map(|it| (it.path.as_str(), it.reason.as_str())).collect();
    pruned.sort_unstable();
    let link = "a symbolic link: not followed";
    assert_eq!(
        pruned,
        [
            (".claude", link),
            ("absolute", link),
            ("far", link),
            ("gone", link),
            ("inner/out", link),
            ("module", "a submodule, which is another repository: not entered"),
        ]
    );
    assert!(revision.read("inner/up").is_err());
}

#[test]
fn names_that_no_file_can_have_are_not_opened() {
    let fixture = Fixture::new();
    let blob = fixture.blob("{}");
    let inner = fixture.tree(&[(FILE, b".mcp.json", blob)]);
    let root = fixture.tree(&[
        (FILE, b"", blob),
        (FILE, b".", blob),
        (FOLDER, b"..", inner),
        (FOLDER, b".git", inner),
        (FOLDER, b".GIT", inner),
        (FILE, b"a/b.json", blob),
        (FILE, b"bell\x07.json", blob),
        (FILE, b"twice.json", blob),
        (FILE, b"twice.json", inner),
        (FILE, b"\xff.json", blob),
        (FOLDER, b"\xfe", inner),
        (FILE, "x".repeat(5000).as_bytes(), blob),
    ]);
    fixture.main(fixture.commit(root, &[]));
    let listing = fixture.revision("main").unwrap().list();
    let files: Vec<(&str, Option<&str>)> =
        listing.files.iter().map(|it| (it.path.as_str(), it.barred.as_deref())).collect();
    let not_unicode = Some("its path is not Unicode: not opened");
    assert_eq!(
        files,
        [("\\xfe/.mcp.json", not_unicode), ("\\xff.json", not_unicode), ("bell\x07.json", None)]
    );
    let mut pruned: Vec<&str> = listing.pruned.iter().map(|it| it.path.as_str()).collect();
    pruned.sort_unstable();
    assert_eq!(
        pruned,
        ["", "(no name)", ".GIT", ".git", "\\x2e", "\\x2e\\x2e", "a\\x2fb.json", "twice.json"]
    );
}

#[test]
fn few_objects_that_say_billions_of_files_are_bounded() {
    let fixture = Fixture::new();
    // Two thousand files of one name are told of once; two thousand folders of such files each are a lot.
    let mut id = fixture.tree(&vec![(FILE, b"f".as_slice(), fixture.blob("")); 2000]);
    let names: Vec<String> = (0..2000).map(|it| format!("d{it}")).collect();
    for _ in 0..4 {
        let folders: Vec<(&str, &[u8], ObjectId)> =
            names.iter().map(|it| (FOLDER, it.as_bytes(), id)).collect();
        id = fixture.tree(&folders);
    }
    fixture.main(fixture.commit(id, &[]));
    let listing = fixture.revision("main").unwrap().list();
    let reason = "too many files: the rest was not looked at";
    assert!(listing.pruned.iter().any(|it| it.reason == reason), "{:?}", listing.pruned);
}

#[test]
fn folders_are_entered_to_a_depth() {
    let fixture = Fixture::new();
    let mut id = fixture.tree(&[(FILE, b"a.json", fixture.blob("{}"))]);
    for _ in 0..300 {
        id = fixture.tree(&[(FOLDER, b"d", id)]);
    }
    fixture.main(fixture.commit(id, &[]));
    let listing = fixture.revision("main").unwrap().list();
    assert!(listing.files.is_empty());
    assert_eq!(listing.pruned.len(), 1);
    assert_eq!(listing.pruned[0].reason, "too deep: not entered");
}
