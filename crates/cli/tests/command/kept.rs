//! What `--cache` keeps: nothing is different with it but that a file is there, and that only where it was asked for.

use std::path::{Path, PathBuf};
use std::process::Output;

use super::{ambit, write};

const DESK: &str = "from agents import Agent, function_tool\n\n@function_tool\ndef run(cmd: str) -> str:\n    \
                    return __import__('subprocess').check_output(cmd, shell=True)\n\ndesk = Agent(name='desk', tools=[run])\n";

fn scan(root: &Path, cache: Option<&Path>) -> Output {
    let mut command = ambit(root);
    command.args(["scan", ".", "--format", "json"]);
    if let Some(cache) = cache {
        command.arg("--cache").arg(cache);
    }
    command.output().expect("`ambit` starts")
}

fn only_file(folder: &Path) -> PathBuf {
    let files: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("it is there").map(|it| it.expect("it is read").path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files.into_iter().next().expect("there is one")
}

fn tempdir() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder for the test")
}

#[test]
fn a_scan_says_the_same_with_what_was_kept_and_without() {
    let (root, other) = (tempdir(), tempdir());
    let cache = other.path().join("deep/cache");
    write(root.path(), "desk.py", DESK);
    let plain = scan(root.path(), None);
    assert!(!other.path().join("deep").exists());
    let first = scan(root.path(), Some(&cache));
    let file = only_file(&cache);
    let second = scan(root.path(), Some(&cache));
    assert_eq!([&first.stdout, &second.stdout], [&plain.stdout; 2]);
    assert_eq!([first.stderr, second.stderr], [b"", b""]);
    std::fs::write(&file, "ambit-cache/v1 damaged").expect("it is written");
    let third = scan(root.path(), Some(&cache));
    assert_eq!((&third.stdout, third.status.code()), (&plain.stdout, plain.status.code()));
    assert!(String::from_utf8_lossy(&third.stderr).starts_with("warning: "), "{third:?}");
    std::fs::remove_dir_all(&cache).expect("it may be deleted");
    assert_eq!(scan(root.path(), Some(&cache)).stdout, plain.stdout);
}

#[cfg(unix)]
#[test]
fn a_link_in_its_place_is_neither_read_nor_written_through() {
    let (root, cache, other) = (tempdir(), tempdir(), tempdir());
    write(root.path(), "desk.py", DESK);
    let plain = scan(root.path(), Some(cache.path()));
    let file = only_file(cache.path());
    let target = other.path().join("target");
    std::fs::rename(&file, &target).expect("it is moved");
    let before = std::fs::read(&target).expect("it is there");
    std::os::unix::fs::symlink(&target, &file).expect("a link is made");
    write(root.path(), "clerk.py", &DESK.replace("desk", "clerk"));
    let linked = scan(root.path(), Some(cache.path()));
    assert!(String::from_utf8_lossy(&linked.stderr).contains("no ordinary file"), "{linked:?}");
    assert_ne!(linked.stdout, plain.stdout);
    assert_eq!(std::fs::read(&target).expect("it is there"), before);
    assert!(only_file(cache.path()).symlink_metadata().expect("it is there").is_file());
}

#[test]
fn where_nothing_can_be_kept_a_scan_goes_on() {
    let (root, other) = (tempdir(), tempdir());
    write(root.path(), "desk.py", DESK);
    write(other.path(), "file", "no folder");
    let output = scan(root.path(), Some(&other.path().join("file")));
    assert_eq!(output.stdout, scan(root.path(), None).stdout);
    assert!(String::from_utf8_lossy(&output.stderr).contains("nothing was kept"), "{output:?}");
}
