//! Folders with things in them that are no ordinary files.
#![expect(clippy::disallowed_methods, reason = "these tests lay out the folders that they scan")]
#![expect(clippy::expect_used, clippy::panic, reason = "helpers of tests fail as tests do")]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;

use ambit_discovery::Disk;
use ambit_model::Inventory;

use super::read;

const SERVERS: &str =
    r#"{ "mcpServers": { "a": { "command": "npx", "args": ["-y", "some-server@1.0.0"] } } }"#;

fn write(root: &Path, path: &str, text: &str) {
    let full = root.join(path);
    fs::create_dir_all(full.parent().expect("a folder")).expect("the folder is made");
    fs::write(full, text).expect("the file is written");
}

fn scan(root: &Path) -> Inventory {
    read(&Disk::default().tree(root, ""))
}

fn reason<'a>(inventory: &'a Inventory, path: &str) -> &'a str {
    let inputs = &inventory.inputs;
    let mut all = inputs.skipped.iter().chain(&inputs.pruned);
    all.find(|it| it.path == path).map_or_else(|| panic!("{path} is not in {inputs:?}"), |it| &it.reason)
}

fn pipe(path: &Path) {
    let done = std::process::Command::new("mkfifo").arg(path).status().expect("`mkfifo` runs");
    assert!(done.success());
}

#[test]
fn pipes_and_sockets_are_never_waited_for() {
    let root = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(root.path().join(".claude/agents")).expect("folders");
    fs::create_dir_all(root.path().join(".git/info")).expect("folders");
    for path in [".mcp.json", ".claude/agents/a.md", ".gitignore", ".git/info/exclude", "sniffed.json"] {
        pipe(&root.path().join(path));
    }
    let _socket = UnixListener::bind(root.path().join(".claude/settings.json")).expect("a socket");
    let inventory = scan(root.path());
    for path in [".mcp.json", ".claude/agents/a.md", ".claude/settings.json"] {
        assert_eq!(reason(&inventory, path), "not an ordinary file: not opened");
    }
    assert_eq!(inventory.inputs.ignored, 2, "{:?}", inventory.inputs);
}

#[test]
fn links_are_never_followed_out_of_the_root() {
    let outside = tempfile::tempdir().expect("a folder");
    write(outside.path(), ".mcp.json", SERVERS);
    write(outside.path(), "settings.json", r#"{ "permissions": { "allow": ["Bash(*)"] } }"#);
    write(outside.path(), "list", "services/\n");
    let root = tempfile::tempdir().expect("a folder");
    write(root.path(), "services/.mcp.json", SERVERS);
    symlink(outside.path().join(".mcp.json"), root.path().join(".mcp.json")).expect("a link");
    symlink(outside.path(), root.path().join(".claude")).expect("a link");
    symlink(outside.path(), root.path().join("api")).expect("a link");
    symlink(outside.path().join("list"), root.path().join(".gitignore")).expect("a link");
    symlink("/dev/zero", root.path().join("CLAUDE.md")).expect("a link");
    symlink("nowhere", root.path().join("AGENTS.md")).expect("a link");
    let inventory = scan(root.path());
    for path in [".mcp.json", ".claude", "api", "CLAUDE.md", "AGENTS.md"] {
        assert_eq!(reason(&inventory, path), "a symbolic link: not followed");
    }
    assert_eq!(inventory.inputs.read, 1, "a linked list of ignored paths hides nothing");
}

#[test]
fn loops_of_links_end() {
    let root = tempfile::tempdir().expect("a folder");
    write(root.path(), "a/.mcp.json", SERVERS);
    symlink("..", root.path().join("a/up")).expect("a link");
    symlink("b", root.path().join("c")).expect("a link");
    symlink("c", root.path().join("b")).expect("a link");
    symlink(".mcp.json", root.path().join(".mcp.json")).expect("a link");
    let inventory = scan(root.path());
    assert_eq!(reason(&inventory, "a/up"), "a symbolic link: not followed");
    assert_eq!(reason(&inventory, ".mcp.json"), "a symbolic link: not followed");
    assert_eq!(inventory.inputs.read, 1);
}

#[test]
fn links_in_the_home_are_told_of() {
    let elsewhere = tempfile::tempdir().expect("a folder");
    write(elsewhere.path(), "settings.json", r#"{ "permissions": { "allow": ["Bash(*)"] } }"#);
    let home = tempfile::tempdir().expect("a folder");
    symlink(elsewhere.path(), home.path().join(".claude")).expect("a link");
    let disk = Disk::default().probe(home.path(), ambit_discovery::home_places(), "~/");
    let inventory = read(&disk);
    assert_eq!(reason(&inventory, "~/.claude"), "a symbolic link: not followed");
    assert!(inventory.agents.is_empty());
}

#[test]
fn a_file_of_two_gibibytes_is_not_read() {
    let root = tempfile::tempdir().expect("a folder");
    for path in [".mcp.json", "data.json", ".gitignore"] {
        let file = fs::File::create(root.path().join(path)).expect("a file");
        file.set_len(2 * 1024 * 1024 * 1024).expect("a hole");
    }
    let inventory = scan(root.path());
    assert_eq!((inventory.inputs.failed, inventory.inputs.ignored), (1, 2));
    assert_eq!(inventory.inputs.problems[0].message, "larger than 8 MiB");
}

#[test]
fn what_may_not_be_read_is_told_of() {
    let root = tempfile::tempdir().expect("a folder");
    write(root.path(), ".mcp.json", SERVERS);
    write(root.path(), "closed/.mcp.json", SERVERS);
    write(root.path(), "open/.mcp.json", SERVERS);
    let closed = root.path().join("closed");
    fs::set_permissions(root.path().join(".mcp.json"), fs::Permissions::from_mode(0o0)).expect("closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o0)).expect("closed");
    // Nothing is closed to the administrator.
    let bites = fs::read_dir(&closed).is_err();
    let inventory = scan(root.path());
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).expect("open again");
    if bites {
        assert_eq!((inventory.inputs.read, inventory.inputs.failed), (1, 1));
        assert_eq!(inventory.inputs.problems[0].message, "cannot be opened: permission denied");
        assert_eq!(reason(&inventory, "closed"), "cannot be opened: permission denied");
    } else {
        assert_eq!(inventory.inputs.read, 3);
    }
}

#[test]
fn names_that_are_not_unicode_are_told_of_one_by_one() {
    let root = tempfile::tempdir().expect("a folder");
    for name in [&b"\xfe"[..], b"\xff"] {
        let folder = root.path().join(OsStr::from_bytes(name));
        // Some file systems take Unicode alone.
        if fs::create_dir(&folder).is_err() {
            return;
        }
        fs::write(folder.join(".mcp.json"), SERVERS).expect("a file");
    }
    let inventory = scan(root.path());
    assert_eq!(inventory.inputs.skipped.len(), 2, "{:?}", inventory.inputs);
    assert_eq!(reason(&inventory, "\\xff/.mcp.json"), "its path is not Unicode: not opened");
}

#[test]
fn a_folder_called_tilde_is_not_the_user_s_home() {
    let root = tempfile::tempdir().expect("a folder");
    write(root.path(), ".mcp.json", SERVERS);
    write(root.path(), "~/.claude/settings.json", r#"{ "permissions": { "deny": ["mcp__a"] } }"#);
    let inventory = scan(root.path());
    assert_eq!(inventory.inputs.read, 2);
    let agent = inventory.agents.iter().find(|it| it.at.is_empty()).expect("the project's agent");
    assert!(agent.rules.is_empty(), "{:?}", agent.rules);
}

#[test]
fn folders_of_other_people_s_code_are_named_and_not_entered() {
    let root = tempfile::tempdir().expect("a folder");
    for folder in ["node_modules/x", ".git/x", ".venv/x", "build"] {
        write(root.path(), &format!("{folder}/.mcp.json"), SERVERS);
    }
    write(root.path(), ".gitignore", "build/\n.claude/\n");
    write(root.path(), ".claude/settings.local.json", r#"{ "permissions": { "allow": ["Read"] } }"#);
    let inventory = scan(root.path());
    assert_eq!(reason(&inventory, "build"), "ignored by version control");
    assert_eq!(inventory.inputs.pruned.len(), 4, "{:?}", inventory.inputs.pruned);
    assert_eq!(inventory.inputs.read, 1, "an agent's own folder is entered all the same");
}

#[test]
fn a_list_of_ignored_paths_that_explodes_ignores_nothing() {
    let root = tempfile::tempdir().expect("a folder");
    write(root.path(), "a/.mcp.json", SERVERS);
    let line = "{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}**/*?[a-z]**/x\n";
    write(root.path(), ".gitignore", &line.repeat(1500));
    assert_eq!(scan(root.path()).inputs.read, 1);
}

#[test]
fn empty_and_missing_folders_are_no_failures() {
    let root = tempfile::tempdir().expect("a folder");
    assert_eq!(scan(root.path()).inputs.seen, 0);
    let inventory = scan(&root.path().join("missing"));
    assert_eq!((inventory.inputs.seen, inventory.inputs.pruned.len()), (0, 1));
}

#[test]
fn what_takes_a_file_s_place_after_the_listing_is_not_opened() {
    use ambit_discovery::Source;
    let root = tempfile::tempdir().expect("a folder");
    write(root.path(), "a/.mcp.json", SERVERS);
    write(root.path(), "b/.mcp.json", SERVERS);
    let disk = Disk::default().tree(root.path(), "");
    assert_eq!(disk.list().files.len(), 2);
    fs::remove_file(root.path().join("a/.mcp.json")).expect("removed");
    fs::remove_file(root.path().join("b/.mcp.json")).expect("removed");
    pipe(&root.path().join("a/.mcp.json"));
    symlink("/etc/hosts", root.path().join("b/.mcp.json")).expect("a link");
    for path in ["a/.mcp.json", "b/.mcp.json"] {
        assert_eq!(disk.read(path), Err(ambit_discovery::source::Unread::NotAFile));
    }
}
