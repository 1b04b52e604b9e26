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
    assert_eq!(quotes, 4);
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
    assert!(
        err(&again).contains("nothing was written: all 2 controls are in `ambit.yaml` already"),
        "{}",
        err(&again)
    );
    assert_eq!(std::fs::read_to_string(&file).expect("text"), text);
    // What is planned changes nothing; what is in place does.
    assert_eq!(json(root.path(), &[])["outcome"], "contained");
    write(root.path(), "ambit.yaml", &text.replace("state: planned", "state: in-place"));
    assert_eq!(json(root.path(), &[])["outcome"], "nothing");
}

/// An agent that pays because a mail says so, before what follows.
const PAYS: &str = "ambit: v1
facts:
  channels: {mail: {trust: public, audience: public}}
  tools:
    inbox: {effects: [{ingests: mail}]}
    pay: {effects: [{spends: money}]}
  agents:
    desk: {tools: {inbox: auto, pay: auto}}
";

#[test]
fn where_nothing_is_written_that_is_said() {
    let root = tempfile::tempdir().expect("a folder");
    let output = run(root.path(), &["contain", ".", "--apply"]);
    assert_eq!(code(&output), 0);
    assert!(
        err(&output).contains("nothing was written into `ambit.yaml`: there is no step"),
        "{}",
        err(&output)
    );
    assert!(!root.path().join("ambit.yaml").exists());
}

#[test]
fn empty_controls_are_filled_and_what_cannot_be_written_is_told_with_its_line() {
    let root = tempfile::tempdir().expect("a folder");
    write(root.path(), "ambit.yaml", &format!("{PAYS}controls: {{}}\n"));
    let output = run(root.path(), &["contain", ".", "--apply"]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let text = std::fs::read_to_string(root.path().join("ambit.yaml")).expect("text");
    assert!(
        text.starts_with(&format!("{PAYS}controls:\n  deny-tool-desk-pay:\n    kind: structural\n")),
        "{text}"
    );
    let flow = "{ambit: v1, facts: {channels: {mail: {trust: public, audience: public}}, tools: {inbox: {effects: [{ingests: mail}]}, pay: {effects: [{spends: money}]}}, agents: {desk: {tools: {inbox: auto, pay: auto}}}}}\n";
    write(root.path(), "ambit.yaml", flow);
    let output = run(root.path(), &["contain", ".", "--apply"]);
    assert_eq!(code(&output), 2);
    let said = err(&output);
    assert!(
        said.contains("line 1") && said.starts_with("  deny-tool-desk-pay:\n    kind: structural\n"),
        "{said}"
    );
    assert_eq!(std::fs::read_to_string(root.path().join("ambit.yaml")).expect("text"), flow);
}

#[test]
fn what_does_not_count_is_never_promised_to_be_gone() {
    let desk = project().join("examples/order-desk");
    let text = out(&run(&desk, &["contain", "."])).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("leave nothing of high or above that counts"), "{text}");
    assert!(text.contains("then 1 critical: 1 of high or above rests on inference alone and does not count (`--count-possible` counts it)"), "{text}");
    assert!(text.contains("Left after it: 1 critical, which no step ends;"), "{text}");
    let all = out(&run(&desk, &["contain", ".", "--count-possible"]));
    assert!(!all.contains("that counts") && !all.contains("rests on inference"), "{all}");
    let server = project().join("examples/unknown-server");
    let text = out(&run(&server, &["contain", "."])).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("Nothing of high or above that counts is to be contained."), "{text}");
    assert!(text.contains("Now 1 critical, 1 low: 1 of high or above rests"), "{text}");
}

#[test]
fn a_budget_is_kept_to_and_told_in_every_form() {
    let root = desk();
    let number = |it: &serde_json::Value| it.as_f64().expect("a number");
    let now = json(root.path(), &["--budget", "1M"]);
    assert_eq!((&now["outcome"], now.get("severity")), (&"nothing".into(), None));
    let before = number(&now["budget"]["before"]);
    let half = format!("{:.0}", before / 2.0);
    let found = json(root.path(), &["--budget", &half]);
    assert_eq!(
        (&found["outcome"], &found["optimal"], &found["wanted"]),
        (&"contained".into(), &true.into(), &0.into())
    );
    assert!(number(&found["budget"]["after"]) <= before / 2.0 + 0.5);
    assert_eq!(
        found["budget"]["after"],
        found["curve"].as_array().expect("points").last().expect("one")["residual"]
    );
    // With a severity too both must hold, and that costs at least as much as either.
    let both = json(root.path(), &["--budget", &half, "--severity", "high"]);
    let alone = json(root.path(), &[]);
    assert!(number(&both["cost"]) >= number(&found["cost"]).max(number(&alone["cost"])));
    assert_eq!((&both["severity"], &alone["severity"]), (&"high".into(), &"high".into()));
    assert_eq!((number(&both["after"]["high"]), number(&both["after"]["critical"])), (0.0, 0.0));
    let said = format!("no more than {half} points a year expected");
    for (format, says) in
        [("text", said.as_str()), ("markdown", &said), ("html", &said), ("svg", "class=\"budget\"")]
    {
        let output = run(root.path(), &["contain", ".", "--budget", &half, "--format", format]);
        let text = out(&output).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(says), "{format}: {text}");
    }
}

#[test]
fn needs_that_rule_a_budget_out_are_told_with_how_low_it_gets() {
    let root = desk();
    let model = format!("{DESK}  - {{keep: \"tool:refund\", why: refunds are due}}\n");
    write(root.path(), "ambit.yaml", &model);
    let found = json(root.path(), &["--budget", "0"]);
    assert_eq!((&found["outcome"], found["budget"]["least"].as_f64()), (&"impossible".into(), Some(0.0)));
    let needs = found["conflict"]["needs"].as_array().expect("needs");
    assert_eq!(needs.len(), 1, "{needs:#?}");
    let kept = found["budget"]["kept"].as_f64().expect("a number");
    assert!(kept > 0.0 && kept < found["budget"]["before"].as_f64().expect("a number"));
    let text = out(&run(root.path(), &["contain", ".", "--budget", "0"]));
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        text.contains("Nothing brings a year down to 0 points while everything under `needs` stays possible"),
        "{text}"
    );
    assert!(text.contains("points a year was found that keeps all of `needs`"), "{text}");
}

#[test]
fn prices_are_stated_by_a_team_or_added_to_the_catalog() {
    let root = desk();
    let work = |arguments: &[&str]| {
        let found = json(root.path(), arguments);
        let steps = found["steps"].as_array().expect("steps").clone();
        let reader = steps.iter().find(|it| it["control"] == "quarantined-reader").expect("a reader").clone();
        (reader["effort"].as_u64().expect("points"), reader["founded"].clone())
    };
    let (assumed, founded) = work(&[]);
    assert!(founded["assumed"].is_string(), "{founded}");
    write(
        root.path(),
        "more.toml",
        "[containment.controls.quarantined-reader]\neffort = 3\nloses = 30\nbecause = \"ours\"\n",
    );
    let (added, founded) = work(&["--catalog", "more.toml"]);
    assert_eq!((added, &founded["assumed"]), (3, &"ours".into()));
    assert_ne!(assumed, added);
    write(root.path(), "ambit.yaml", &format!("{DESK}containment: {{work: {{quarantined-reader: 2}}}}\n"));
    let (stated, founded) = work(&["--catalog", "more.toml"]);
    assert_eq!(stated, 2, "what the team says goes before");
    assert_eq!(founded["stated"]["place"]["path"], "ambit.yaml");
    let text = out(&run(root.path(), &["contain", "."]));
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("2 of work, as `ambit.yaml:"), "{text}");
    assert!(text.contains("but for the work that `ambit.yaml` states"), "{text}");
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
        narrow.lines().filter(|it| it.chars().count() > 60 && !it.contains(" on: {")).collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn wrong_usage_is_refused() {
    let root = desk();
    for (arguments, says) in [
        (&["--severity", "severe"][..], "severe"),
        (&["--time", "0"], "0"),
        (&["--format", "pdf"], "pdf"),
        (&["--budget", "40k..50k"], "expected a number such as 5000, 40k or 1.5M"),
        (&["--budget", "-3"], "-3"),
    ] {
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
