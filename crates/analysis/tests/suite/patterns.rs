//! Architectures: each is recognised at its threshold and not below it, what the map tells is answered and the rest is
//! open, and a coding agent as it comes is none.

use std::collections::{BTreeMap, BTreeSet};

use ambit_analysis::Judging;
use ambit_catalog::Catalog;
use ambit_model::{Architecture, Assessment, Question};

use crate::support::assess;

fn with(files: &[(&str, &str)]) -> Assessment {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let files: BTreeMap<String, Vec<u8>> =
        files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    let judging = Judging { without_remedies: true, ..Judging::default() };
    assess(&files, &catalog, &judging)
}

fn stated(facts: &str) -> Assessment {
    with(&[("ambit.yaml", &format!("ambit: v1\nfacts:\n{facts}"))])
}

fn ids(assessment: &Assessment) -> Vec<&str> {
    assessment.patterns.iter().map(|it| it.id.as_str()).collect()
}

fn pattern<'a>(assessment: &'a Assessment, id: &str) -> &'a Architecture {
    let found = assessment.patterns.iter().find(|it| it.id == id);
    found.unwrap_or_else(|| panic!("{id} is not among {:?}", ids(assessment)))
}

fn question<'a>(assessment: &'a Assessment, id: &str, question: &str) -> &'a Question {
    let found = pattern(assessment, id).questions.iter().find(|it| it.id == question);
    found.unwrap_or_else(|| panic!("{id} raises no {question}"))
}

fn answer<'a>(assessment: &'a Assessment, id: &str, asked: &str) -> &'a str {
    question(assessment, id, asked).answer.as_deref().unwrap_or_else(|| panic!("{id}/{asked} is open"))
}

const TOOLS: &str = "
  channels: {mail: {trust: public, audience: public}}
  stores: {crm: {level: confidential}}
  tools:
    mail/read: {effects: [{ingests: mail}]}
    mail/send: {effects: [{sends: mail}]}
    crm/set: {effects: [{writes: crm, reversibility: recoverable, blast_radius: organization}]}
    crm/drop: {effects: [{writes: crm, reversibility: irreversible, blast_radius: organization}]}
";

#[test]
fn a_coding_agent_as_it_comes_is_none_of_them() {
    for (path, text) in [
        (".claude/settings.json", "{}"),
        (
            ".claude/settings.json",
            r#"{"permissions": {"allow": ["Bash(npm test:*)"], "deny": ["WebSearch"]}}"#,
        ),
        (".codex/config.toml", "model = \"m\"\n"),
        (".gemini/settings.json", "{}"),
        (".cursor/mcp.json", r#"{"mcpServers": {}}"#),
        (".vscode/mcp.json", r#"{"servers": {}}"#),
        ("opencode.json", "{}"),
        (".kiro/settings/mcp.json", r#"{"mcpServers": {}}"#),
        ("CLAUDE.md", "# Notes\n\nBuild with make.\n"),
    ] {
        let assessment = with(&[(path, text)]);
        assert!(assessment.summary.agents > 0, "{path}");
        assert!(ids(&assessment).is_empty(), "{path}: {:?}", assessment.patterns);
    }
}

#[test]
fn two_workers_or_three_acting_tools_make_a_planner() {
    let planner = |tools: &str, delegates: &str| {
        stated(&format!(
            "{TOOLS}  agents:\n    boss: {{tools: {{{tools}}}, delegates: {{{delegates}}}}}\n    a: {{tools: {{mail/read: auto}}}}\n    b: {{tools: {{crm/drop: auto}}}}\n"
        ))
    };
    assert!(ids(&planner("mail/read: auto", "a: auto")).is_empty());
    assert!(ids(&planner("mail/read: auto, mail/send: auto, crm/set: auto", "")).is_empty());
    assert_eq!(ids(&planner("mail/send: auto, crm/set: auto, crm/drop: auto", "")), ["planner-with-tools"]);
    let two = planner("crm/set: auto", "a: auto, b: auto");
    let found = pattern(&two, "planner-with-tools");
    assert!(found.because.contains("hands work to 2 agents"), "{}", found.because);
    assert!(!found.evidence.is_empty() && found.edges.len() == 2, "{found:?}");
    assert_eq!(found.agents.iter().map(ambit_model::AssetId::as_str).collect::<Vec<_>>(), ["agent:boss"]);
    assert!(answer(&two, &found.id, "consequence").contains("2 actions of T3 or more, 2 of them unasked"));
    assert!(answer(&two, &found.id, "steered").starts_with("yes: outsiders write `mail`"));
    assert!(answer(&two, &found.id, "workers").contains("`b` can do what is of a higher tier"));
    assert!(answer(&two, &found.id, "end").contains("no limit"));
    assert_eq!(found.open().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["plan", "half"]);
    let bears = &question(&two, &found.id, "steered").findings;
    let rules: BTreeSet<&str> =
        two.findings.iter().filter(|it| bears.contains(&it.id)).map(|it| it.rule.as_str()).collect();
    assert!(rules.contains("hijackable-action"), "{rules:?}");
}

#[test]
fn sub_agents_of_a_client_make_it_a_planner_too() {
    let agent = |name: &str| format!("---\nname: {name}\ndescription: d\n---\nText\n");
    let one = (".claude/agents/one.md", agent("one"));
    let two = (".claude/agents/two.md", agent("two"));
    let settings = (".claude/settings.json", "{}");
    assert!(ids(&with(&[settings, (one.0, &one.1)])).is_empty());
    let both = with(&[settings, (one.0, &one.1), (two.0, &two.1)]);
    assert_eq!(ids(&both), ["planner-with-tools"]);
    // A client ends its agent's loop in its own way.
    assert!(question(&both, "planner-with-tools", "end").answer.is_none());
}

#[test]
fn two_agents_on_streams_are_a_fabric_and_one_is_not() {
    let fabric = |second: &str, signed: &str| {
        stated(&format!(
            "{TOOLS}  agents:
    teller: {{tools: {{crm/set: auto}}, streams: {{\"channel:jobs\": {{broker: kafka, consumes: true{signed}}}}}}}
    asker: {{tools: {{mail/read: auto, crm/set: asked}}{second}}}
"
        ))
    };
    let produces = ", streams: {\"channel:jobs\": {broker: kafka, produces: true}}";
    assert!(!ids(&fabric("", "")).contains(&"agents-on-a-fabric"));
    let both = fabric(produces, "");
    let id = "agents-on-a-fabric";
    assert!(pattern(&both, id).because.contains("2 agents speak over `kafka`"));
    assert!(answer(&both, id, "sender").starts_with("nothing on the map checks who sent a message"));
    assert!(answer(&both, id, "writers").contains("`asker`"));
    assert!(answer(&both, id, "writers").contains("outsiders steer `asker`"));
    assert!(answer(&both, id, "coherence").starts_with("no: what `teller` does to `crm` is auto"));
    let signed = fabric(produces, ", signed: a key of each sender, ordered: a number");
    assert!(answer(&signed, id, "sender").starts_with("a line checks"));
    let open: Vec<&str> = pattern(&signed, id).open().map(|it| it.id.as_str()).collect();
    assert_eq!(open, ["lineage", "stop"]);
}

#[test]
fn rules_and_a_memory_of_later_sessions_are_needed_both() {
    let desk = |kept_for: &str, gate: &str| {
        stated(&format!(
            "{TOOLS}  memories: {{notes: {{}}}}\n  agents:\n    desk:\n      tools: {{mail/read: auto, crm/set: {gate}}}\n      keeps: {{notes: {{for: {kept_for}}}}}\n"
        ))
    };
    let id = "policy-with-memory";
    assert!(ids(&desk("session", "asked")).iter().all(|it| *it != id));
    assert!(ids(&desk("user", "auto")).iter().all(|it| *it != id));
    let both = desk("user", "asked");
    assert!(answer(&both, id, "whose").starts_with("kept for: user; `desk` read it"));
    assert!(answer(&both, id, "poisoned").starts_with("yes: outsiders write `mail`"));
    assert!(question(&both, id, "stale").answer.is_none());
}

#[test]
fn a_person_in_the_loop_is_one_that_somebody_put_there() {
    let desk = |gate: &str, more: &str| {
        stated(&format!(
            "{TOOLS}  agents:\n    desk:\n      tools: {{crm/set: {gate}, crm/drop: auto}}\n{more}"
        ))
    };
    let id = "human-in-the-loop";
    assert!(ids(&desk("auto", "")).is_empty());
    let asked = desk("asked", "");
    assert_eq!(ids(&asked), [id]);
    assert!(answer(&asked, id, "around").contains("1 of them unasked"), "{}", answer(&asked, id, "around"));
    assert!(answer(&asked, id, "silenced").starts_with("not by whoever sits there"));
    assert!(question(&asked, id, "shown").answer.is_none(), "nobody says what they see");
    let blind = desk(
        "prompted",
        "      approvals: {input: {shows: agent-text}}\n      starts: {webhook: {trust: organization}}\n",
    );
    assert!(answer(&blind, id, "shown").starts_with("text that the agent wrote, by `input`"));
    assert!(answer(&blind, id, "silenced").contains("with one click"));
    assert!(answer(&blind, id, "there").contains("`webhook` starts it"));
    assert!(!question(&blind, id, "shown").findings.is_empty());
    // What a client asks as it comes is nobody's design; a rule of the file is.
    let rule = with(&[(".claude/settings.json", r#"{"permissions": {"ask": ["Bash"]}}"#)]);
    assert_eq!(ids(&rule), [id]);
}

#[test]
fn four_suppliers_are_many_and_three_are_not() {
    let server =
        |name: &str| format!(r#""{name}": {{"command": "npx", "args": ["-y", "@acme/{name}@1.0.0"]}}"#);
    let config = |names: &[&str]| {
        let servers: Vec<String> = names.iter().map(|it| server(it)).collect();
        with(&[(".mcp.json", &format!(r#"{{"mcpServers": {{{}}}}}"#, servers.join(", ")))])
    };
    assert!(ids(&config(&["one", "two", "three"])).is_empty());
    let four = config(&["one", "two", "three", "four"]);
    assert_eq!(ids(&four), ["plug-in-rich"]);
    assert!(answer(&four, "plug-in-rich", "fixed").starts_with("all of 4 servers are pinned"));
    assert!(answer(&four, "plug-in-rich", "known").starts_with("nothing is known of 4 of 4 servers"));
    assert_eq!(question(&four, "plug-in-rich", "known").findings.len(), 4);
    assert!(question(&four, "plug-in-rich", "added").answer.is_none());
}

#[test]
fn the_catalog_says_what_each_raises_and_rules_that_exist() {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    assert_eq!(catalog.patterns().len(), 5);
    let rules: BTreeSet<&str> = ambit_analysis::rules::ALL.iter().map(|it| it.info.id).collect();
    for (id, pattern) in catalog.patterns() {
        assert!(!pattern.source.is_empty() && pattern.questions.len() >= 4, "{id}");
        let ids: BTreeSet<&str> = pattern.questions.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(ids.len(), pattern.questions.len(), "{id}: a question twice");
        for question in &pattern.questions {
            assert!(question.asks.ends_with('?'), "{id}: {}", question.asks);
            let unknown: Vec<_> =
                question.findings.iter().filter(|it| !rules.contains(it.as_str())).collect();
            assert!(unknown.is_empty(), "{id}/{}: no rule {unknown:?}", question.id);
        }
    }
}
