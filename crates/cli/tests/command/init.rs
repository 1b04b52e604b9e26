//! `ambit init`: a first model that reads back, and that replaces nothing.

use std::path::Path;

use super::{code, err, risky, run};

fn read_back(root: &Path) -> String {
    let text = std::fs::read_to_string(root.join("ambit.yaml")).expect("it is written");
    let (document, problems) = ambit_model::stated::read("ambit.yaml", &text);
    assert_eq!(problems, []);
    let (_, problems) = ambit_model::stated::join([document]);
    assert_eq!(problems, []);
    text
}

/// Copies the files of a folder, but for a model that is there.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else if entry.file_name() != "ambit.yaml" {
            std::fs::copy(&path, &target).expect("a copy");
        }
    }
}

#[test]
fn every_example_gets_a_model_that_reads_back_and_a_lock() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let root = tempfile::tempdir().expect("a folder");
    let mut seen = 0;
    for example in std::fs::read_dir(examples).expect("the examples") {
        let example = example.expect("an entry");
        let target = root.path().join(example.file_name());
        copy(&example.path(), &target);
        let output = run(&target, &["init"]);
        assert_eq!(code(&output), 0, "{}: {}", target.display(), err(&output));
        let text = read_back(&target);
        assert!(text.starts_with("# yaml-language-server: $schema="), "{text}");
        assert!(text.lines().count() < 80, "short enough to be read: {text}");
        assert!(target.join("ambit.lock").is_file());
        assert_ne!(code(&run(&target, &["check", "--locked"])), 2);
        seen += 1;
    }
    assert!(seen > 5);
}

#[test]
fn questions_are_open_and_suggestions_come_from_the_map() {
    let root = risky();
    assert_eq!(code(&run(root.path(), &["init", "."])), 0);
    let text = read_back(root.path());
    for expected in [
        "owner: #",
        "exposure: #",
        "in: [\"store:github\"]",
        "# no-secret-out:",
        "decisions:",
        "fail-on: high",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    let proposed: String = text
        .lines()
        .map(|it| it.replacen("  # ", "  ", 1) + "\n")
        .skip_while(|it| !it.starts_with("never:"))
        .take_while(|it| !it.is_empty() && it != "\n")
        .collect();
    let (_, problems) = ambit_model::stated::read("ambit.yaml", &format!("ambit: v1\n{proposed}"));
    assert_eq!(problems, [], "{proposed}");
}

#[test]
fn names_from_files_stay_text() {
    let root = risky();
    let folder = root.path().join("a \"name\": {with} # signs");
    std::fs::create_dir_all(&folder).expect("a folder");
    assert_eq!(code(&run(&folder, &["init"])), 0);
    assert!(read_back(&folder).contains(r#"name: "a \"name\": {with} # signs""#));
}

#[test]
fn it_replaces_only_when_told_to() {
    let root = risky();
    super::write(root.path(), "ambit.yaml", "ambit: v1\n");
    let output = run(root.path(), &["init"]);
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("`--force`"), "{}", err(&output));
    assert_eq!(std::fs::read_to_string(root.path().join("ambit.yaml")).expect("text"), "ambit: v1\n");
    assert!(!root.path().join("ambit.lock").exists());
    assert_eq!(code(&run(root.path(), &["init", "--force"])), 0);
    assert!(read_back(root.path()).contains("system:"));
    let output = run(root.path(), &["init", "nowhere"]);
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("is no folder"), "{}", err(&output));
}
