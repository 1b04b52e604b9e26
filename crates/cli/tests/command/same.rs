//! The same files give the same bytes, whatever surrounds them.

use std::path::Path;

use super::{FORMATS, SERVERS, SETTINGS, ambit, write};

fn files() -> Vec<(String, String)> {
    let mut files = vec![
        (".claude/settings.json".to_owned(), SETTINGS.to_owned()),
        (".mcp.json".to_owned(), SERVERS.to_owned()),
        (".cursor/mcp.json".to_owned(), SERVERS.to_owned()),
        ("bad/.mcp.json".to_owned(), "{".to_owned()),
    ];
    files.extend(
        (0..3).map(|it| (format!("app{it}/.mcp.json"), SERVERS.replace("/srv", &format!("/srv/{it}")))),
    );
    files
}

fn reports(from: &Path, path: &str, home: &Path) -> Vec<Vec<u8>> {
    let report = |format: &&str| {
        let mut command = ambit(from);
        command.env("HOME", home).args(["scan", path, "--format", *format]);
        command.output().expect("`ambit` starts").stdout
    };
    FORMATS.iter().map(report).collect()
}

fn assert_same(one: &[Vec<u8>], other: &[Vec<u8>], why: &str) {
    for (format, (one, other)) in FORMATS.iter().zip(one.iter().zip(other)) {
        assert!(!one.is_empty() && one == other, "{format} differs by {why}");
    }
}

#[test]
fn reports_are_the_same_bytes_each_time() {
    let (root, other, home) = (tempdir(), tempdir(), tempdir());
    for (path, text) in files() {
        write(root.path(), &path, &text);
    }
    for (path, text) in files().into_iter().rev() {
        write(other.path(), &path, &text);
    }
    let first = reports(root.path(), ".", root.path());
    assert_same(&first, &reports(root.path(), ".", root.path()), "the run");
    assert_same(&first, &reports(other.path(), ".", other.path()), "the order in which files were made");
    write(home.path(), ".claude/settings.json", r#"{ "permissions": { "deny": ["Bash"] } }"#);
    assert_same(&first, &reports(root.path(), ".", home.path()), "a home that was not asked for");
}

#[test]
fn the_folder_it_is_started_in_changes_no_path() {
    let (root, elsewhere) = (tempdir(), tempdir());
    for (path, text) in files() {
        write(root.path(), &path, &text);
    }
    let scanned = |from: &Path, path: &str| {
        let output = ambit(from).args(["scan", path, "--format", "json"]).output().expect("`ambit` starts");
        let mut report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        // The root is shown as the user named it; nothing else may differ.
        report["inputs"]["root"] = serde_json::Value::Null;
        report
    };
    let here = scanned(root.path(), ".");
    assert!(here == scanned(elsewhere.path(), &root.path().to_string_lossy()));
}

fn tempdir() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}
