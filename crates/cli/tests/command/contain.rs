//! `ambit contain`: what it tells, that its page quotes it, what it writes, and what it refuses.

use std::path::{Path, PathBuf};

use super::{code, err, out, risky, run, write};

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn json(root: &Path, arguments: &[&str]) -> serde_json::Value {
    let output = run(root, &[&["contain", ".", "--format", "json"], arguments].concat());
    assert_eq!(code(&output), 0, "{}", err(&output));
    serde_json::from_str(&out(&output)).expect("JSON")
}

/// One agent whose answers to mail quote orders.
const DESK: &str = include_str!("../../../../examples/mail-desk/kept/ambit.yaml");

fn desk() -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a folder");
    write(root.path(), "ambit.yaml", &format!("# ours\n{DESK}# the end\n"));
    root
}

#[test]
fn its_page_quotes_what_it_prints() {
    let page = std::fs::read_to_string(project().join("docs/contain.md")).expect("the page");
    let mut quotes = 0;
    for part in page.split("<!-- printed: ").skip(1) {
        let (command, rest) = part.split_once(" -->\n```text\n").expect("a mark and a block");
        let (text, _) = rest.split_once("```\n<!-- end -->").expect("an end");
        let words: Vec<&str> = command.split_whitespace().collect();
        let output = run(&project(), &words);
        assert_eq!(code(&output), 0, "{}", err(&output));
        assert_eq!(out(&output), text, "docs/contain.md quotes `{command}` otherwise");
        quotes += 1;
    }
    assert_eq!(quotes, 3);
}

#[test]
fn needs_decide_what_is_proposed() {
    let root = desk();
    let found = json(root.path(), &[]);
    assert_eq!(found["schema"], "ambit.containment/v1");
    assert_eq!((&found["outcome"], &found["cost"]), (&"contained".into(), &found["at_least"]));
    let controls: Vec<&str> =
        found["steps"].as_array().expect("steps").iter().filter_map(|it| it["control"].as_str()).collect();
    assert_eq!(controls, ["quarantined-reader", "deny-tool"]);
    let curve = found["curve"].as_array().expect("points");
    assert_eq!(curve.len(), controls.len() + 1);
    let impossible = project().join("examples/mail-desk/impossible");
    let found = json(&impossible, &[]);
    assert_eq!(found["outcome"], "impossible");
    assert_eq!(found["conflict"]["needs"].as_array().expect("needs").len(), 1);
    assert!(found["steps"].as_array().expect("steps").is_empty());
    let approved = json(&impossible, &["--approvals"]);
    assert_eq!(approved["outcome"], "contained");
    let kinds = approved["steps"].as_array().expect("steps").iter().map(|it| &it["kind"]);
    assert!(kinds.filter(|it| *it == "procedural").count() >= 1);
}

#[test]
fn controls_are_written_as_planned_and_once() {
    let root = desk();
    let file = root.path().join("ambit.yaml");
    let output = run(root.path(), &["contain", ".", "--apply"]);
    assert_eq!((code(&output), err(&output).trim()), (0, "wrote 2 planned controls into `ambit.yaml`"));
    let text = std::fs::read_to_string(&file).expect("text");
    assert!(text.starts_with("# ours\n") && text.contains("# the end"), "{text}");
    assert_eq!(text.matches("state: planned").count(), 2, "{text}");
    assert!(!text.contains("validated") && !text.contains("in-place"));
    let again = run(root.path(), &["contain", ".", "--apply"]);
    assert!(err(&again).contains("wrote 0 planned controls"), "{}", err(&again));
    assert_eq!(std::fs::read_to_string(&file).expect("text"), text);
    // What is planned changes nothing; what is in place does.
    assert_eq!(json(root.path(), &[])["outcome"], "contained");
    write(root.path(), "ambit.yaml", &text.replace("state: planned", "state: in-place"));
    assert_eq!(json(root.path(), &[])["outcome"], "nothing");
}

#[test]
fn client_lines_are_told_and_never_written() {
    let root = risky();
    let before = std::fs::read_to_string(root.path().join(".claude/settings.json")).expect("text");
    let found = json(root.path(), &["--apply"]);
    let edits: Vec<&str> = found["steps"]
        .as_array()
        .expect("steps")
        .iter()
        .flat_map(|it| it["edits"].as_array().expect("edits"))
        .filter_map(|it| it["path"].as_str())
        .collect();
    assert!(edits.iter().any(|it| it.starts_with(".claude/")), "{edits:?}");
    assert_eq!(std::fs::read_to_string(root.path().join(".claude/settings.json")).expect("text"), before);
}

#[test]
fn every_format_is_written() {
    let root = desk();
    for (format, begins) in
        [("text", "2 steps"), ("markdown", "## Containment"), ("svg", "<?xml"), ("html", "<!DOCTYPE html>")]
    {
        let output = run(root.path(), &["contain", ".", "--format", format]);
        assert_eq!(code(&output), 0, "{}", err(&output));
        assert!(out(&output).starts_with(begins), "{format}: {}", out(&output));
    }
    let narrow = super::ambit(root.path()).args(["contain", "."]).env("COLUMNS", "60").output();
    let narrow = out(&narrow.expect("it starts"));
    // Lines to write are never wrapped: they are there to be copied.
    let long: Vec<&str> =
        narrow.lines().filter(|it| it.chars().count() > 60 && !it.contains("{kind:")).collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn wrong_usage_is_refused() {
    let root = desk();
    for (arguments, says) in
        [(&["--severity", "severe"][..], "severe"), (&["--time", "0"], "0"), (&["--format", "pdf"], "pdf")]
    {
        let output = run(root.path(), &[&["contain", "."], arguments].concat());
        assert_eq!(code(&output), 2);
        assert!(err(&output).contains(says), "{}", err(&output));
    }
    let output = run(root.path(), &["contain", "nowhere"]);
    assert_eq!(code(&output), 2);
    write(root.path(), "ambit.yaml", "ambit: v1\nneeds: nothing\n");
    let output = run(root.path(), &["contain", "."]);
    assert_eq!(code(&output), 2, "{}", out(&output));
}
