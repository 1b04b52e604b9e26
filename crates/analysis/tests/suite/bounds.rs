//! What holds of the rules about missing and fake bounds beyond their pages.

use std::collections::BTreeMap;

use ambit_catalog::Catalog;
use ambit_discovery::{Memory, Settings};
use ambit_model::{Assessment, Finding, Gate, Severity};

fn assess(files: &[(&str, &str)]) -> Assessment {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let files: BTreeMap<String, Vec<u8>> =
        files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    let inventory = ambit_discovery::read(&Memory(files), &catalog, &Settings::default());
    ambit_analysis::assess(inventory, &catalog)
}

fn of_rule<'a>(assessment: &'a Assessment, rule: &str) -> Vec<&'a Finding> {
    assessment.findings.iter().filter(|it| it.rule == rule).collect()
}

#[test]
fn a_client_as_it_comes_has_nothing_high() {
    for (path, text) in [
        (".claude/settings.json", "{}"),
        (".codex/config.toml", "model = \"m\"\n"),
        (".codex/config.toml", "sandbox_mode = \"workspace-write\"\napproval_policy = \"on-request\"\n"),
        (".gemini/settings.json", "{}"),
        (".cursor/mcp.json", r#"{"mcpServers": {}}"#),
        (".vscode/mcp.json", r#"{"servers": {}}"#),
        ("opencode.json", "{}"),
        (".kiro/settings/mcp.json", r#"{"mcpServers": {}}"#),
    ] {
        let assessment = assess(&[(path, text)]);
        assert!(assessment.summary.agents > 0, "{path}: no agent");
        let high: Vec<_> = assessment.findings.iter().filter(|it| it.severity >= Severity::High).collect();
        assert!(high.is_empty(), "{path}: {:?}", high.iter().map(|it| &it.message).collect::<Vec<_>>());
    }
}

#[test]
fn a_line_that_sub_agents_inherit_is_one_finding() {
    let assessment = assess(&[
        (".claude/settings.json", r#"{"permissions": {"defaultMode": "bypassPermissions"}}"#),
        (".claude/agents/one.md", "---\nname: one\ndescription: d\n---\nText\n"),
        (".claude/agents/two.md", "---\nname: two\ndescription: d\n---\nText\n"),
    ]);
    assert_eq!(assessment.summary.agents, 3);
    assert_eq!(of_rule(&assessment, "approval-bypassed").len(), 1);
}

#[test]
fn taking_back_the_line_is_proposed() {
    for (rule, path, text) in [
        (
            "approval-bypassed",
            ".claude/settings.json",
            r#"{"permissions": {"defaultMode": "bypassPermissions"}}"#,
        ),
        ("behavioral-only", ".claude/settings.json", r#"{"permissions": {"defaultMode": "auto"}}"#),
        ("wildcard-permission", ".claude/settings.json", r#"{"permissions": {"allow": ["Bash"]}}"#),
        ("sandbox-off", ".codex/config.toml", "sandbox_mode = \"danger-full-access\"\n"),
        ("broad-filesystem", ".claude/settings.json", r#"{"permissions": {"additionalDirectories": ["/"]}}"#),
        (
            "permission-conflict",
            ".claude/settings.json",
            r#"{"permissions": {"allow": ["Edit"], "deny": ["Edit"]}}"#,
        ),
    ] {
        let assessment = assess(&[(path, text)]);
        let findings = of_rule(&assessment, rule);
        assert_eq!(findings.len(), 1, "{rule}");
        let edits: Vec<_> = findings[0].remedies.iter().flat_map(|it| &it.edits).collect();
        assert!(edits.iter().any(|it| it.path == path), "{rule}: {:?}", findings[0].remedies);
    }
}

#[test]
fn an_approved_command_stays_in_the_sandbox() {
    let settings = |extra: &str| {
        format!(
            r#"{{"permissions": {{"allow": ["Bash(python3:*)"]}}, "sandbox": {{"enabled": true, "allowUnsandboxedCommands": false{extra}}}}}"#
        )
    };
    let worst = |text: &str| {
        let assessment = assess(&[(".claude/settings.json", text)]);
        assessment.findings.iter().map(|it| it.severity).max()
    };
    assert!(worst(&settings("")) < Some(Severity::High));
    assert_eq!(worst(&settings(r#", "excludedCommands": ["python3"]"#)), Some(Severity::Critical));
}

#[test]
fn a_switch_that_nothing_answers_to_is_silent() {
    let alone = assess(&[(".claude/settings.json", r#"{"enableAllProjectMcpServers": true}"#)]);
    assert!(of_rule(&alone, "project-starts-servers").is_empty());
}

#[test]
fn a_sandbox_takes_away_what_any_scope_denies_it() {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let reached = |denied: &str| {
        let project = r#"{"sandbox": {"enabled": true, "allowUnsandboxedCommands": false, "network": {"allowedDomains": ["a.example.com", "b.example.com"]}}}"#;
        let files = [(".claude/settings.json", project), ("~/.claude/settings.json", denied)];
        let inventory = ambit_discovery::read(&Memory::of(files), &catalog, &Settings::default());
        let map = ambit_analysis::connect(inventory, &catalog);
        let by_shell = |it: &&ambit_model::ReachEdge| {
            it.via.as_ref().is_some_and(|it| it.as_str() == "tool:claude-code/Bash")
        };
        let ends: std::collections::BTreeSet<String> =
            map.edges.iter().filter(by_shell).map(|it| format!("{:?} {}", it.verb, it.to)).collect();
        let wanted = ["Reads store:home", "Sends channel:web/a.example.com", "Writes store:workspace"];
        wanted.map(|it| ends.contains(it))
    };
    assert_eq!(reached("{}"), [true, true, true]);
    let denied = r#"{"sandbox": {"network": {"deniedDomains": ["a.*"]}, "filesystem": {"denyRead": ["~/"], "denyWrite": ["."]}}}"#;
    assert_eq!(reached(denied), [false, false, false]);
}

#[test]
fn an_approval_of_editing_opens_all_that_edits_and_gives_no_sub_agent_more_tools() {
    let gates = |rule: &str, tool: &str| {
        let rules = format!(r#"{{"permissions": {{{rule}}}}}"#);
        let assessment = assess(&[(".claude/settings.json", &rules)]);
        let via = format!("tool:claude-code/{tool}");
        let edges = assessment.edges.iter().filter(|it| it.via.as_ref().is_some_and(|it| it.as_str() == via));
        edges.map(|it| it.gate).collect::<Vec<_>>()
    };
    for tool in ["Edit", "Write", "NotebookEdit"] {
        assert_eq!(gates(r#""allow": ["Edit"]"#, tool), [Gate::Auto], "{tool}");
    }
    assert_eq!(gates(r#""allow": ["Write"]"#, "Edit"), [Gate::Prompted]);
    assert_eq!(gates(r#""deny": ["Edit"]"#, "Write"), [Gate::Prompted]);
    let agent = "---\nname: one\ndescription: d\ntools: Edit\n---\nText\n";
    let assessment = assess(&[(".claude/agents/one.md", agent)]);
    let own = |it: &&ambit_model::ReachEdge| {
        it.from.as_str().contains("/one") && it.via.as_ref().is_some_and(|it| it.as_str().ends_with("/Write"))
    };
    assert_eq!(assessment.edges.iter().filter(own).count(), 0);
}
