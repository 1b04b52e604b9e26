//! What stands at the root of a hostile project where Ambit reads and writes its own files.

use std::os::unix::fs::symlink;
use std::path::Path;

use super::{code, err, run, write};

const SERVER: &str = r#"{ "mcpServers": { "notes": { "command": "npx", "args": ["notes-server@1.0.0"] } } }"#;

fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), ".mcp.json", SERVER);
    folder
}

/// A file outside of the project, and a link to it in the project.
fn outside(project: &Path, name: &str, text: &str) -> tempfile::TempDir {
    let elsewhere = tempfile::tempdir().unwrap();
    write(elsewhere.path(), "target", text);
    symlink(elsewhere.path().join("target"), project.join(name)).unwrap();
    elsewhere
}

#[test]
fn nothing_is_written_through_a_link() {
    for (verb, name) in [("lock", "ambit.lock"), ("init", "ambit.lock")] {
        let project = project();
        let elsewhere = outside(project.path(), name, "precious");
        let done = run(project.path(), &[verb]);
        assert_eq!(code(&done), 2, "{verb}: {}", err(&done));
        assert!(err(&done).contains("no ordinary file"), "{verb}: {}", err(&done));
        assert_eq!(std::fs::read_to_string(elsewhere.path().join("target")).unwrap(), "precious");
    }
    let project = project();
    let elsewhere = outside(project.path(), "ambit.yaml", "precious");
    let forced = run(project.path(), &["init", "--force"]);
    assert_eq!(code(&forced), 2, "{}", err(&forced));
    assert_eq!(std::fs::read_to_string(elsewhere.path().join("target")).unwrap(), "precious");
}

#[test]
fn a_lock_or_statements_that_cannot_be_read_are_not_taken_for_none() {
    let project = project();
    let _lock = outside(project.path(), "ambit.lock", "");
    let judged = run(project.path(), &["check", "--today", "2026-11-21"]);
    assert_eq!(code(&judged), 2, "{}", err(&judged));
    assert!(err(&judged).contains("`ambit.lock` cannot be read: not an ordinary file"), "{}", err(&judged));
    std::fs::remove_file(project.path().join("ambit.lock")).unwrap();

    std::fs::create_dir(project.path().join("ambit.yaml")).unwrap();
    let judged = run(project.path(), &["check", "--today", "2026-11-21"]);
    assert_eq!(code(&judged), 2, "{}", err(&judged));
    assert!(err(&judged).contains("not an ordinary file"), "{}", err(&judged));
}
