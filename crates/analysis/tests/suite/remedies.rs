//! The smallest edit that a finding names silences it: each is applied to the files of a page's *Bad* example, and
//! the files are read again.

use std::collections::BTreeMap;

use crate::support::{apply, assess, examples};
use ambit_analysis::Judging;
use ambit_catalog::Catalog;
use ambit_model::Finding;
use ambit_model::finding::EditAction;

pub(crate) fn is_for_machines(finding: &Finding) -> bool {
    finding.remedies.first().is_some_and(|it| {
        !it.edits.is_empty()
            && !it.action.contains("lowers it")
            && it.edits.iter().all(|it| it.action != EditAction::Manual && !it.pointer.is_empty())
    })
}

#[test]
fn the_first_remedy_of_each_finding_silences_it() {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let (mut tried, mut wrong) = (BTreeMap::new(), Vec::new());
    for rule in ambit_analysis::rules::ALL {
        let id = rule.info.id;
        for example in examples(rule.info.page).into_iter().filter(|it| it.section == "Bad") {
            let before = assess(&example.files, &catalog, &Judging::default());
            for finding in before.findings.iter().filter(|it| it.rule == id && is_for_machines(it)) {
                let remedy = finding.remedies.first().expect("it has one");
                let mut files = example.files.clone();
                apply(&mut files, &remedy.edits);
                let after = assess(&files, &catalog, &Judging::default());
                assert!(after.inputs.problems.is_empty(), "{id}: {:?}", after.inputs.problems);
                *tried.entry(id).or_insert(0) += 1;
                if let Some(left) = after.findings.iter().find(|it| it.id == finding.id) {
                    wrong.push(format!("{id}: `{}` left: {}", remedy.action, left.message));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried.len() >= 15, "only these were tried: {tried:?}");
}

#[test]
fn each_finding_names_a_way_to_silence_it() {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let mut without = Vec::new();
    for rule in ambit_analysis::rules::ALL {
        for example in examples(rule.info.page).into_iter().filter(|it| it.section == "Bad") {
            let found = assess(&example.files, &catalog, &Judging::default()).findings;
            let mute = found.into_iter().filter(|it| it.rule == rule.info.id && it.remedies.is_empty());
            without.extend(mute.map(|it| format!("{}: {}", it.rule, it.message)));
        }
    }
    assert!(without.is_empty(), "{}", without.join("\n"));
}

/// A narrow rule before a wide one, and the same rule in two files: each alone leaves the other.
#[test]
fn rules_behind_each_other_are_taken_back_together() {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let (own, local) = (".claude/settings.json", ".claude/settings.local.json");
    for files in [
        vec![(own, vec!["Bash(python:*)", "Bash", "WebSearch"])],
        vec![(own, vec!["Bash", "Bash(python:*)", "WebSearch"])],
        vec![(own, vec!["Bash", "WebSearch"]), (local, vec!["Bash"])],
        vec![(own, vec!["Bash(python:*)", "WebSearch"]), (local, vec!["Bash", "Bash(python:*)"])],
    ] {
        let of = |rules: &[&str]| {
            let rules: Vec<String> = rules.iter().map(|it| format!("{it:?}")).collect();
            format!("{{\"permissions\":{{\"allow\":[\n{}]}}}}", rules.join(",\n")).into_bytes()
        };
        let files: BTreeMap<String, Vec<u8>> =
            files.iter().map(|(path, rules)| ((*path).to_owned(), of(rules))).collect();
        let before = assess(&files, &catalog, &Judging::default());
        let finding =
            before.findings.iter().find(|it| it.rule == "hijackable-action").expect("it is steered");
        let remedy = finding.remedies.first().expect("it can be silenced");
        assert_eq!(remedy.control, "remove-rule", "{}", remedy.action);
        let mut changed = files.clone();
        apply(&mut changed, &remedy.edits);
        let after = assess(&changed, &catalog, &Judging::default());
        assert!(after.findings.iter().all(|it| it.id != finding.id), "{}", remedy.action);
    }
}

/// All that lets it run commands, each by a rule of its own.
#[test]
fn rules_that_let_the_same_be_are_taken_back_together() {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let rules = ["Bash(python:*)", "Bash(node:*)", "Bash(ruby:*)", "WebSearch"];
    for many in 1..=3 {
        let allow: Vec<String> = rules.iter().skip(3 - many).map(|it| format!("{it:?}")).collect();
        let settings = format!("{{\"permissions\":{{\"allow\":[\n{}]}}}}", allow.join(",\n"));
        let files = BTreeMap::from([(".claude/settings.json".to_owned(), settings.into_bytes())]);
        let before = assess(&files, &catalog, &Judging::default());
        let finding =
            before.findings.iter().find(|it| it.rule == "hijackable-action").expect("it is steered");
        let remedy = finding.remedies.first().expect("it can be silenced");
        assert_eq!(remedy.edits.len(), many, "{}", remedy.action);
        let mut files = files.clone();
        apply(&mut files, &remedy.edits);
        let after = assess(&files, &catalog, &Judging::default());
        assert!(after.findings.iter().all(|it| it.id != finding.id), "{}", remedy.action);
    }
}

const STARTED: &str = r#"import os
from mcp import StdioServerParameters, stdio_client
from strands import Agent
from strands.tools.mcp import MCPClient

client = MCPClient(lambda: stdio_client(StdioServerParameters(command="npx", args=["-y", "@modelcontextprotocol/server-github@latest"], env={"GITHUB_PERSONAL_ACCESS_TOKEN": os.environ["GITHUB_TOKEN"]})))
with client:
    agent = Agent(tools=client.list_tools_sync())
"#;

/// In code one line may name a server's package, hand it a secret and start it.
#[test]
fn writing_a_version_or_moving_a_secret_takes_no_server_away() {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let of = |text: &str| {
        let files = BTreeMap::from([("agent.py".to_owned(), text.as_bytes().to_vec())]);
        assess(&files, &catalog, &Judging::default()).findings
    };
    let found = of(STARTED);
    let controls = |rule: &str| -> Vec<String> {
        let remedies = found.iter().filter(|it| it.rule == rule).flat_map(|it| &it.remedies);
        remedies.map(|it| it.control.clone()).collect()
    };
    assert!(controls("unpinned-package").contains(&"pin-version".to_owned()), "{found:#?}");
    let severe = ["lethal-trifecta", "hijackable-action", "unguarded-consequence"];
    assert!(severe.iter().any(|it| !controls(it).is_empty()), "{found:#?}");
    for rule in severe {
        let mends = controls(rule).into_iter().filter(|it| it == "pin-version" || it == "move-secret");
        assert_eq!(mends.collect::<Vec<_>>(), Vec::<String>::new(), "{rule}");
    }
    assert!(controls("inline-secret").is_empty());
    let pinned = of(&STARTED.replace("@latest", "@1.2.3"));
    assert!(pinned.iter().all(|it| it.rule != "unpinned-package"));
    assert!(pinned.iter().flat_map(|it| &it.remedies).all(|it| it.control != "pin-version"), "{pinned:#?}");
}

/// What a client asks about is decided by settings, of which no edge names each.
#[test]
fn a_setting_that_no_edge_names_is_taken_back() {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let config = "approval_policy = \"never\"\nsandbox_mode = \"danger-full-access\"\n";
    let files = BTreeMap::from([(".codex/config.toml".to_owned(), config.as_bytes().to_vec())]);
    let found = assess(&files, &catalog, &Judging::default()).findings;
    let lines = found.iter().flat_map(|it| &it.remedies).flat_map(|it| &it.edits).map(|it| &it.lines);
    let told: Vec<_> = lines.collect();
    assert!(told.iter().any(|it| it.contains("approval_policy = \"never\"")), "{told:#?}");
}
