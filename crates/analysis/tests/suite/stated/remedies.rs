//! Remedies for what people state: lines of their own file, which silence the finding when they are written.

use std::collections::BTreeMap;

use ambit_model::finding::ControlKind;
use ambit_model::{Confidence, Finding, ReachEdge, Remedy, Verb};

use super::{assess, finding};
use crate::support::apply;

/// The remedies of the finding of that rule, as control and lines.
fn remedies(found: &Finding) -> Vec<(&str, &str)> {
    found.remedies.iter().map(|it| (it.control.as_str(), it.edits[0].lines.as_str())).collect()
}

/// Whether the finding is gone when the remedy is written.
fn silences(text: &str, found: &Finding, remedy: &Remedy) -> bool {
    let mut files = BTreeMap::from([("ambit.yaml".to_owned(), text.as_bytes().to_vec())]);
    apply(&mut files, &remedy.edits);
    let written = String::from_utf8(files.remove("ambit.yaml").expect("it is there")).expect("text");
    assess_written(&written).iter().all(|it| it.id != found.id)
}

fn assess_written(text: &str) -> Vec<Finding> {
    let (document, problems) = ambit_model::stated::read("ambit.yaml", text);
    assert!(problems.is_empty(), "{problems:?}");
    let (model, problems) = ambit_model::stated::join([document]);
    assert!(problems.is_empty(), "{problems:?}");
    let catalog = ambit_catalog::Catalog::compiled().expect("the catalog decodes");
    let judging = ambit_analysis::Judging::default();
    ambit_analysis::assess_with(ambit_model::Inventory::default(), &model, &catalog, &judging).findings
}

fn all_silence(text: &str, rule: &str) -> Vec<(String, String)> {
    let assessment = assess(text);
    let found = finding(&assessment, rule).expect("it is found");
    for remedy in found.remedies.iter().filter(|it| !it.action.contains("lowers it")) {
        assert!(silences(&format!("ambit: v1\n{text}"), found, remedy), "{}", remedy.action);
    }
    remedies(found).into_iter().map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
}

fn gate(tool: &str, gate: &str) -> String {
    format!("facts:\n  agents:\n    desk:\n      tools:\n        {tool}: {gate}")
}

#[test]
fn a_tool_is_taken_from_a_stated_agent_the_way_out_first() {
    let found = all_silence(super::DESK, "lethal-trifecta");
    let expected = [("deny-tool", gate("mail/send", "denied")), ("deny-tool", gate("crm/find", "denied"))];
    assert_eq!(found, expected.map(|(control, lines)| (control.to_owned(), lines)));
}

#[test]
fn what_nobody_asks_about_is_asked_about_first() {
    let text = super::DESK.replace("crm/refund: prompted", "crm/refund: auto");
    let found = all_silence(&text, "unguarded-consequence");
    let expected = [("ask-tool", gate("crm/refund", "asked")), ("deny-tool", gate("crm/refund", "denied"))];
    assert_eq!(found, expected.map(|(control, lines)| (control.to_owned(), lines)));
    let assessment = assess(&text);
    let first = finding(&assessment, "unguarded-consequence").and_then(|it| it.remedies.first());
    assert_eq!(first.map(|it| it.kind), Some(ControlKind::Procedural));
}

#[test]
fn a_pattern_of_tools_gives_way_to_the_line_that_names_one() {
    let text = super::DESK.replace(
        "tools: {mail/read: auto, mail/send: auto, crm/find: auto, crm/refund: prompted}",
        "tools: {\"*\": auto}",
    );
    let found = all_silence(&text, "lethal-trifecta");
    assert_eq!(found.first().map(|it| it.1.as_str()), Some(gate("mail/send", "denied").as_str()));
}

#[test]
fn of_a_tool_that_does_more_only_the_edge_is_cut() {
    let text = super::DESK
        .replace("{effects: [{sends: mail}]}", "{effects: [{sends: mail}, {sends: chat}]}")
        .replace("  stores:", "    chat: {audience: self}\n  stores:");
    let found = all_silence(&text, "lethal-trifecta");
    let lines = "controls:\n  cut-desk-channel-mail: {kind: structural, does: cuts, \
                 on: {from: \"agent:desk\", to: \"channel:mail\"}}";
    assert_eq!(found.first(), Some(&("cut-edge".to_owned(), lines.to_owned())));
}

#[test]
fn several_tools_with_the_same_way_out_are_taken_together() {
    let text = super::DESK
        .replace("    crm/find:", "    mail/forward: {effects: [{sends: mail}]}\n    crm/find:")
        .replace("mail/send: auto,", "mail/send: auto, mail/forward: auto,");
    let assessment = assess(&text);
    let found = finding(&assessment, "lethal-trifecta").expect("it is found");
    assert!(found.remedies.iter().any(|it| it.edits.len() == 2), "{:?}", remedies(found));
    all_silence(&text, "lethal-trifecta");
}

#[test]
fn a_held_credential_goes_into_a_proxy() {
    let text = "
facts:
  credentials:
    token: {kind: api-key, held: context}
  channels:
    mail: {trust: public, audience: public}
  tools:
    mail/send: {effects: [{sends: mail}]}
  agents:
    desk:
      tools: {mail/send: auto}
      holds: [token]
";
    let found = all_silence(text, "credential-exposure");
    let lines = "facts:\n  credentials:\n    token:\n      held: proxy";
    assert!(found.contains(&("credential-proxy".to_owned(), lines.to_owned())), "{found:?}");
}

#[test]
fn a_text_that_anybody_writes_steers_and_one_of_a_supplier_does_not() {
    let text = super::DESK.replace("ingests: mail", "reads: crm");
    let loads = |trust: &str| {
        text.replace(
            "      tools:",
            &format!("      loads: [{{text: prompt, trust: {trust}}}]\n      tools:"),
        )
    };
    assert!(finding(&assess(&loads("partner")), "lethal-trifecta").is_none());
    assert!(finding(&assess(&loads("partner")), "metadata-as-instruction").is_some());
    let assessment = assess(&loads("public"));
    let message = finding(&assessment, "lethal-trifecta").map(|it| it.message.as_str());
    assert!(message.is_some_and(|it| it.starts_with("strangers can write `prompt`")), "{message:?}");
    all_silence(&loads("public"), "metadata-as-instruction");
}

#[test]
fn the_tool_that_takes_content_in_is_told_before_commands() {
    let text = super::DESK.replace("{effects: [{reads: crm}]}", "{effects: [{executes: host}]}");
    let assessment = assess(&text);
    let hijacked = assessment.findings.iter().find(|it| it.end.as_str() == "env:host");
    assert!(hijacked.is_some_and(|it| it.message.starts_with("strangers can write `mail`")), "{hijacked:?}");
}

#[test]
fn what_hands_work_on_is_cut_by_a_control() {
    let text = format!(
        "{}    reader:\n      tools: {{mail/read: auto}}\n      delegates: {{desk: auto}}\n",
        super::DESK.replace("tools: {mail/read: auto, ", "tools: {")
    );
    let assessment = assess(&text);
    let found = finding(&assessment, "cross-agent-escalation").expect("it is found");
    let is_cut = |it: &(&str, &str)| it.0 == "cut-edge" && it.1.contains("agent:reader");
    assert!(remedies(found).iter().any(is_cut), "{:?}", remedies(found));
    all_silence(&text, "cross-agent-escalation");
}

#[test]
fn data_that_a_tool_is_there_to_read_is_told_before_the_home() {
    let text = super::DESK
        .replace("level: confidential", "level: secret")
        .replace("{effects: [{reads: crm}]}", "{effects: [{executes: host}, {reads: crm}]}");
    let assessment = assess(&text);
    let leaking = assessment.findings.iter().find(|it| it.end.as_str() == "channel:mail");
    assert!(leaking.is_some_and(|it| it.message.contains("can read `crm` (secret)")), "{leaking:?}");
}

#[test]
fn what_is_only_inferred_is_told_last() {
    let files = [
        (".mcp.json", r#"{ "mcpServers": { "odd": { "command": "odd-server" } } }"#),
        (".claude/settings.json", r#"{ "permissions": { "allow": ["mcp__odd", "Bash"] } }"#),
        (
            "odd.json",
            r#"{ "tools": [{ "name": "read_inbox", "description": "Reads incoming mail.",
                 "inputSchema": { "type": "object", "properties": {} } }] }"#,
        ),
    ];
    let assessment = super::with_files(&files, "");
    let is_doubtful = |it: &ReachEdge| it.verb == Verb::Ingests && it.confidence == Confidence::Possible;
    assert!(assessment.edges.iter().any(is_doubtful), "nothing is inferred to take content in");
    let hijacked = assessment.findings.iter().find(|it| it.end.as_str() == "env:host");
    let confidence = hijacked.map(|it| it.confidence);
    assert!(confidence.is_some_and(|it| it > Confidence::Possible), "{hijacked:?}");
}
