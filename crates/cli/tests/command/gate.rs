//! `ambit lock`, `check` and `diff`: from a first lock to a gate that fails for the right reason.

use super::{code, err, out, run, write};

const SERVERS: &str = r#"{ "mcpServers": { "github": { "command": "npx",
  "args": ["-y", "@modelcontextprotocol/server-github@2025.4.8"] } } }"#;
const NARROW: &str = r#"{ "permissions": { "allow": ["mcp__github__get_issue"] } }"#;
const WIDE: &str = r#"{ "permissions": { "allow": ["mcp__github__*"] } }"#;
const STATED: &str = "ambit: v1\n# kept\ndecisions:\n  - on: {rule: lethal-trifecta}  # as it is\n    decision: accept\n    \
                      owner: team\n    reason: the token only reads\n    until: 2027-01-31\n";

/// A project in which nothing is locked yet.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), ".mcp.json", SERVERS);
    write(folder.path(), ".claude/settings.json", NARROW);
    folder
}

#[test]
fn what_is_locked_passes_and_what_widens_fails_for_each_reason_once() {
    let folder = project();
    assert_eq!(code(&run(folder.path(), &["lock"])), 0);
    let same = run(folder.path(), &["check", "--locked", "--today", "2026-11-21"]);
    assert_eq!(code(&same), 0, "{}", out(&same));
    write(folder.path(), ".claude/settings.json", WIDE);
    let wider = run(folder.path(), &["check", "--locked", "--format", "json", "--today", "2026-11-21"]);
    assert_eq!(code(&wider), 1);
    let verdict: serde_json::Value = serde_json::from_str(&out(&wider)).unwrap();
    let kinds: Vec<&str> =
        verdict["failures"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect();
    for kind in ["new-finding", "widened-reach", "stale-lock"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    // One line opened thirty edges: that is one reason.
    assert_eq!(kinds.iter().filter(|it| **it == "widened-reach").count(), 1, "{kinds:?}");
}

#[test]
fn a_decision_is_bound_kept_reopened_and_runs_out() {
    let folder = project();
    write(folder.path(), "ambit.yaml", STATED);
    assert_eq!(code(&run(folder.path(), &["lock"])), 0);
    let bound = std::fs::read_to_string(folder.path().join("ambit.yaml")).unwrap();
    assert!(
        bound.contains("# kept") && bound.contains("# as it is") && bound.contains("basis: ["),
        "{bound}"
    );
    let strict =
        ["check", "--fail-on", "low", "--count-possible", "--format", "json", "--today", "2026-11-21"];
    let held = run(folder.path(), &strict);
    assert!(!out(&held).contains("lethal-trifecta") && !out(&held).contains("reopened"), "{}", out(&held));
    let late = run(folder.path(), &["check", "--today", "2027-02-01"]);
    assert_eq!(code(&late), 1);
    assert!(out(&late).to_lowercase().contains("expired decision"), "{}", out(&late));
    write(folder.path(), ".claude/settings.json", WIDE);
    assert!(out(&run(folder.path(), &strict)).contains("reopened-decision"));
}

#[test]
fn a_broken_model_or_lock_judges_nothing() {
    let folder = project();
    write(folder.path(), "ambit.yaml", "ambit: v1\ndecisons: []\n");
    let wrong = run(folder.path(), &["check"]);
    assert_eq!(code(&wrong), 2);
    assert!(err(&wrong).contains("ambit.yaml:2:1") && err(&wrong).contains("decisions"), "{}", err(&wrong));
    std::fs::remove_file(folder.path().join("ambit.yaml")).unwrap();
    write(folder.path(), "ambit.lock", "<<<<<<< ours\n");
    assert_eq!(code(&run(folder.path(), &["check"])), 2);
}

#[test]
fn folders_and_locks_can_be_compared() {
    let (before, after) = (project(), project());
    write(after.path(), ".claude/settings.json", WIDE);
    assert_eq!(code(&run(before.path(), &["lock"])), 0);
    let old = before.path().join("ambit.lock");
    let same = run(before.path(), &["diff", old.to_str().unwrap()]);
    assert_eq!(code(&same), 0);
    assert!(out(&same).contains("Nothing has changed"), "{}", out(&same));
    let wider = run(after.path(), &["diff", old.to_str().unwrap(), "."]);
    assert!(out(&wider).contains("opened"), "{}", out(&wider));
    let nothing = run(after.path(), &["diff", "no-such-thing"]);
    assert_eq!(code(&nothing), 2);
    assert!(err(&nothing).contains("no-such-thing"), "{}", err(&nothing));
}
