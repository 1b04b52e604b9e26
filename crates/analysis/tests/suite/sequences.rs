//! Sequences that come to more than their steps: each is found when all of its steps are open, and not without one of
//! them; what real servers and clients bring completes those that it should, and no others.

use std::collections::{BTreeMap, BTreeSet};

use ambit_analysis::Judging;
use ambit_catalog::Catalog;
use ambit_catalog::schema::{Sequence, Step, Who};
use ambit_model::{Confidence, Finding, Tier};

use crate::support::assess;

fn catalog() -> Catalog {
    Catalog::compiled().expect("the catalog decodes")
}

fn found(files: &[(&str, &str)], catalog: &Catalog) -> Vec<Finding> {
    let files: BTreeMap<String, Vec<u8>> =
        files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    let judging = Judging { without_remedies: true, ..Judging::default() };
    let findings = assess(&files, catalog, &judging).findings;
    findings.into_iter().filter(|it| it.rule == "toxic-sequence").collect()
}

/// The names of the sequences that a finding tells of.
fn named(findings: &[Finding]) -> BTreeSet<String> {
    let all =
        findings.iter().flat_map(|it| it.message.rsplit('(').next().into_iter().flat_map(|it| it.split('`')));
    let is_id = |it: &&str| it.contains("-then-");
    all.filter(is_id).map(str::to_owned).collect()
}

/// A tool that is that step: its name of the first words that are asked for, one effect of the first verb.
fn tool(number: usize, step: &Step) -> String {
    let name = step.named.first().map_or_else(|| format!("step{number}"), |it| it.replace(' ', "_"));
    let place = step.on.first().map_or_else(|| "store:box/one".to_owned(), |it| it.replace('*', "/one"));
    let radius = if step.tier.is_some() { "organization" } else { "workspace" };
    let effect = match step.verb.first().map(|it| it.word()) {
        Some("executes") => "executes: workspace".to_owned(),
        Some("reads") => {
            format!("reads: \"{place}\", level: {}", step.level.map_or("internal", |it| it.word()))
        }
        Some("sends") => format!("sends: \"{place}\", audience: self"),
        Some("spends") => "spends: money, limit: ten".to_owned(),
        Some("grants") => "grants: rights".to_owned(),
        Some("remembers") => "remembers: notes".to_owned(),
        _ => format!("writes: \"{place}\", reversibility: recoverable, blast_radius: {radius}"),
    };
    format!("    kit/{name}: {{effects: [{{{effect}}}]}}\n")
}

/// A system in which one agent has all steps but those that are left out.
fn system(sequence: &Sequence, without: Option<usize>) -> String {
    let steps =
        || sequence.steps.iter().enumerate().filter(|(no, it)| Some(*no) != without && it.who == Who::Own);
    let tools: String = steps().map(|(no, it)| tool(no, it)).collect();
    format!(
        "ambit: v1\nfacts:\n  stores:\n    box/one: {{level: internal}}\n  memories: {{notes: {{level: internal}}}}\n  \
         tools:\n    kit/nothing: {{effects: [{{reads: box/one}}]}}\n{tools}  agents:\n    worker: {{tools: {{\"kit/*\": auto}}}}\n"
    )
}

#[test]
fn each_sequence_is_found_whole_and_not_in_part() {
    let catalog = catalog();
    let mut wrong = Vec::new();
    for (id, sequence) in catalog.sequences().iter().filter(|(_, it)| it.tier().is_some()) {
        let whole = found(&[("ambit.yaml", &system(sequence, None))], &catalog);
        if !named(&whole).contains(id) {
            wrong.push(format!("{id} is not found in\n{}", system(sequence, None)));
        }
        for step in 0..sequence.steps.len() {
            let part = found(&[("ambit.yaml", &system(sequence, Some(step)))], &catalog);
            if named(&part).contains(id) {
                wrong.push(format!("{id} is found without its step {step}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn entries_are_told_apart_and_say_where_they_are_from() {
    let catalog = catalog();
    assert!(catalog.sequences().len() >= 20, "{}", catalog.sequences().len());
    for (id, it) in catalog.sequences() {
        assert!((2..=3).contains(&it.steps.len()), "{id}: {} steps", it.steps.len());
        assert!(!it.source.is_empty() && !it.ends.ends_with('.'), "{id}");
        assert!(it.confidence < Confidence::Certain, "{id}: words make nothing certain");
        assert_eq!(it.tier().is_none(), it.steps.iter().any(|it| it.who == Who::Later), "{id}");
        assert!(it.tier().is_none_or(|it| it == Tier::T4), "{id}: no step alone may weigh as much");
        for step in &it.steps {
            let tells =
                !step.named.is_empty() || !step.on.is_empty() || step.level.is_some() || step.tier.is_some();
            assert!(tells || it.same.is_some(), "{id}: `{}` fits anything", step.does);
        }
    }
}

/// How a client names a server that is known by that package or address.
fn entry(by: &str) -> String {
    let (ecosystem, name) = by.split_once(':').unwrap_or(("url", by));
    match ecosystem {
        "npm" => format!(r#"{{"command": "npx", "args": ["-y", "{name}@1.0.0"]}}"#),
        "pypi" => format!(r#"{{"command": "uvx", "args": ["{name}==1.0.0"]}}"#),
        "oci" => format!(r#"{{"command": "docker", "args": ["run", "-i", "--rm", "{name}"]}}"#),
        _ => format!(r#"{{"type": "http", "url": "https://{}"}}"#, name.replace('*', "")),
    }
}

#[test]
fn known_servers_complete_what_they_should_and_nothing_else() {
    let catalog = catalog();
    let settings = r#"{"permissions": {"allow": ["mcp__x"], "deny": ["Bash", "PowerShell", "Monitor"]}}"#;
    let mut complete = BTreeSet::new();
    for (id, server) in catalog.servers() {
        let Some(server) = server else { continue };
        let Some(by) = server.matches.packages.first().or(server.matches.urls.first()) else { continue };
        let mcp = format!(r#"{{"mcpServers": {{"x": {}}}}}"#, entry(by));
        let found = found(&[(".mcp.json", &mcp), (".claude/settings.json", settings)], &catalog);
        complete.extend(named(&found).into_iter().map(|it| format!("{id}: {it}")));
    }
    // Each of these was looked at: the tools do what the steps say.
    let expected = [
        "github-archived: approve-then-merge",
        "github-archived: open-then-merge",
        "github: approve-then-merge",
        "github: open-then-merge",
        "google-workspace: page-then-mail",
        "google-workspace: rule-then-hide",
        "google-workspace: upload-then-share",
    ];
    assert_eq!(complete.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}

#[test]
fn coding_agents_as_people_have_them_complete_nothing() {
    let catalog = catalog();
    let github =
        r#"{"mcpServers": {"github": {"type": "http", "url": "https://api.githubcopilot.com/mcp/"}}}"#;
    for settings in [
        "{}",
        r#"{"permissions": {"defaultMode": "acceptEdits"}}"#,
        r#"{"permissions": {"allow": ["Edit", "Write", "Bash(npm test:*)", "Bash(npm run build)"]}}"#,
        r#"{"permissions": {"allow": ["Edit", "Bash(git commit:*)", "Bash(git diff:*)"]}}"#,
        r#"{"permissions": {"allow": ["mcp__github__create_pull_request", "mcp__github__list_issues"]}}"#,
        r#"{"permissions": {"allow": ["Edit"]}, "sandbox": {"enabled": true, "autoAllowBashIfSandboxed": true, "allowUnsandboxedCommands": false}}"#,
    ] {
        let found = found(&[(".mcp.json", github), (".claude/settings.json", settings)], &catalog);
        assert!(found.is_empty(), "{settings}: {:?}", found.iter().map(|it| &it.message).collect::<Vec<_>>());
    }
    // The twin that does.
    let open = r#"{"permissions": {"allow": ["mcp__github__create_pull_request", "mcp__github__merge_pull_request"]}}"#;
    assert_eq!(named(&found(&[(".mcp.json", github), (".claude/settings.json", open)], &catalog)).len(), 1);
}

#[test]
fn what_one_client_writes_another_follows_only_where_somebody_has_let_it_do_more() {
    let catalog = catalog();
    let edits = (
        ".claude/settings.json",
        r#"{"permissions": {"defaultMode": "acceptEdits", "deny": ["Bash", "PowerShell", "Monitor"]}}"#,
    );
    let orders = ("AGENTS.md", "# Orders\n\nBuild with make.\n");
    let with = |codex: &str| found(&[edits, orders, (".codex/config.toml", codex)], &catalog);
    let free = with("sandbox_mode = \"danger-full-access\"\napproval_policy = \"never\"\n");
    let of_claude: Vec<&Finding> =
        free.iter().filter(|it| it.subject.as_str() == "agent:claude-code").collect();
    assert_eq!(of_claude.len(), 1, "{:?}", free.iter().map(|it| &it.message).collect::<Vec<_>>());
    // Whether a session follows what stands there is for nobody to say.
    assert_eq!((of_claude[0].confidence, of_claude[0].tier), (Confidence::Possible, Tier::T4));
    assert!(of_claude[0].legs.contains_key("later"));
    assert!(with("sandbox_mode = \"workspace-write\"\napproval_policy = \"on-request\"\n").is_empty());
}
