//! `ambit cover`: what it reads, what it refuses, and where it says so.

use super::{code, err, out, risky, run, write};

const SAID: &str = "ambit: v1\ncoverage:\n  \"ASI10:2026\": {answer: covered, because: watched, owner: me, until: 2027-01-31}\n";

fn answers(root: &std::path::Path, arguments: &[&str]) -> serde_json::Value {
    let arguments = [&["cover", ".", "--format", "json"], arguments].concat();
    let output = run(root, &arguments);
    assert_eq!((code(&output), err(&output).as_str()), (0, ""));
    serde_json::from_str(&out(&output)).expect("JSON")
}

#[test]
fn answers_of_people_are_read_at_the_root_and_run_out_on_a_day() {
    let root = risky();
    let of = |arguments: &[&str]| {
        let found = answers(root.path(), &[&["--framework", "owasp-asi-2026"], arguments].concat());
        let categories = found["frameworks"][0]["categories"].as_array().expect("a list").clone();
        let rogue = categories.into_iter().find(|it| it["id"] == "ASI10:2026").expect("it is there");
        rogue["answers"][0].clone()
    };
    assert_eq!(of(&[])["by"], "map");
    write(root.path(), "ambit.yaml", SAID);
    assert_eq!(of(&[])["owner"], "me");
    assert_eq!(of(&["--today", "2027-01-31"])["by"], "person");
    let late = of(&["--today", "2027-02-01"]);
    assert_eq!((&late["by"], &late["expired"]), (&"map".into(), &"2027-01-31".into()));
}

#[test]
fn what_is_wrong_in_the_file_is_told_beside_the_result() {
    let root = risky();
    write(
        root.path(),
        "ambit.yaml",
        "ambit: v1\ncoverage:\n  \"ASI1:2026\": {answer: opne}\n  \"ASI99\": {answer: open}\n",
    );
    let output = run(root.path(), &["cover", ".", "--format", "json"]);
    assert_eq!(code(&output), 0);
    serde_json::from_str::<serde_json::Value>(&out(&output)).expect("nothing but JSON");
    assert!(err(&output).contains("ambit.yaml:3:") && err(&output).contains("opne"), "{}", err(&output));
    assert!(
        err(&output).contains("ambit.yaml:4:") && err(&output).contains("not a category"),
        "{}",
        err(&output)
    );
}

#[test]
fn unknown_frameworks_agents_and_days_are_wrong_usage() {
    let root = risky();
    for (arguments, expected) in [
        (["--framework", "owasp"], "owasp-asi-2026"),
        (["--agent", "nobody"], "agent:claude-code"),
        (["--today", "2027-02-30"], "2027-01-31"),
        (["--format", "sarif"], "markdown"),
    ] {
        let output = run(root.path(), &[&["cover", "."], &arguments[..]].concat());
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(err(&output).contains(expected), "{}", err(&output));
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn all_says_more_and_an_empty_folder_has_nobody_to_ask_about() {
    let root = risky();
    let length = |arguments: &[&str]| out(&run(root.path(), arguments)).len();
    assert!(length(&["cover", ".", "-q"]) < length(&["cover", "."]));
    assert!(length(&["cover", "."]) < length(&["cover", ".", "--all"]));
    let empty = tempfile::tempdir().expect("a folder");
    let output = run(empty.path(), &["cover", "."]);
    assert_eq!(code(&output), 0);
    assert!(out(&output).contains("0 agents") && !out(&output).contains("Open:"), "{}", out(&output));
}
