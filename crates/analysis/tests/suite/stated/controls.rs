//! Controls: what they cut, bound and gate, and what they do not.

use ambit_model::{Audience, Gate, Level, Tier, Trust, Verb};

use super::{DESK, assess, desk, edge, finding, rules};

fn control(text: &str) -> ambit_model::Assessment {
    desk(&format!("controls: {{c: {{{text}}}}}\n"))
}

const SENDS: &str = "on: {verb: sends}";

#[test]
fn a_cut_closes_and_is_named_as_what_closes() {
    let it = control(&format!("kind: structural, does: cuts, {SENDS}"));
    let sends = edge(&it, Verb::Sends, "channel:mail");
    assert_eq!((sends.gate, sends.controls.as_slice()), (Gate::Denied, ["c".to_owned()].as_slice()));
    assert!(finding(&it, "lethal-trifecta").is_none());
    let closed = it.closed.iter().find(|it| it.rule == "lethal-trifecta").expect("it tells what closed it");
    assert_eq!(closed.by, sends.decided_by.iter().cloned().collect::<Vec<_>>());
    assert_eq!(&*closed.by[0].path, "ambit.yaml");
}

#[test]
fn a_planned_control_changes_nothing() {
    let it = control(&format!("kind: structural, does: cuts, {SENDS}, state: planned"));
    assert_eq!(it.findings, desk("").findings);
    assert!(edge(&it, Verb::Sends, "channel:mail").controls.is_empty());
}

#[test]
fn a_behavioral_control_leaves_its_name_and_nothing_else() {
    let it = control(&format!("kind: behavioral, does: lowers, {SENDS}"));
    assert_eq!(it.findings, desk("").findings);
    assert_eq!(edge(&it, Verb::Sends, "channel:mail").controls, ["c".to_owned()]);
}

#[test]
fn a_procedural_control_guards_and_never_loosens() {
    let it = control(&format!("kind: procedural, does: gates, {SENDS}"));
    assert_eq!(edge(&it, Verb::Sends, "channel:mail").gate, Gate::Asked);
    let found = finding(&it, "lethal-trifecta").expect("whoever is asked may say yes");
    assert_eq!(found.exposure, ambit_model::Exposure::Guarded);
    let denied = DESK.replace("mail/send: auto", "mail/send: denied");
    let it = assess(&format!("{denied}controls: {{c: {{kind: procedural, does: gates, {SENDS}}}}}\n"));
    assert_eq!(edge(&it, Verb::Sends, "channel:mail").gate, Gate::Denied);
}

#[test]
fn bounds_change_what_is_left() {
    let it = control(&format!("kind: structural, does: bounds, {SENDS}, audience: organization"));
    assert_eq!(edge(&it, Verb::Sends, "channel:mail").audience, Some(Audience::Organization));
    assert!(finding(&it, "lethal-trifecta").is_none());
    let wide = control(&format!("kind: structural, does: bounds, {SENDS}, audience: partner"));
    assert!(finding(&wide, "lethal-trifecta").is_some(), "partners may not see confidential data");

    let level = control(&format!("kind: structural, does: bounds, {SENDS}, level: internal"));
    assert_eq!(edge(&level, Verb::Sends, "channel:mail").level, Some(Level::Internal));
    assert_eq!(finding(&level, "lethal-trifecta").map(|it| it.tier), Some(Tier::T2));

    let tier = control("kind: structural, does: bounds, on: {verb: writes}, tier: T2");
    assert_eq!(edge(&tier, Verb::Writes, "store:crm").tier, Tier::T2);
    assert!(finding(&tier, "hijackable-action").is_none());
}

#[test]
fn a_limit_bounds_spending() {
    let text = "facts: {tools: {pay: {effects: [{spends: refunds}]}}, agents: {a: {tools: {pay: auto}}}}\n";
    assert_eq!(edge(&assess(text), Verb::Spends, "store:pay/spending").tier, Tier::T4);
    let it = assess(&format!(
        "{text}controls: {{c: {{kind: structural, does: bounds, on: \"tool:pay\", limit: 100 EUR}}}}\n"
    ));
    assert_eq!(edge(&it, Verb::Spends, "store:pay/spending").tier, Tier::T2);
    assert!(rules(&it).is_empty());
}

const TWO_CLASSES: &str =
    "controls: {c: {kind: structural, does: cuts, on: {verb: VERB}, labels: {data: [CLASSES]}}}\n";

#[test]
fn a_cut_for_some_classes_leaves_the_others() {
    let text = DESK.replace("data: [customer]", "data: [customer, health]");
    let with = |verb: &str, classes: &str| {
        let control = TWO_CLASSES.replace("VERB", verb).replace("CLASSES", classes);
        assess(&format!("{text}{control}"))
    };
    let some = with("reads", "customer");
    let read = edge(&some, Verb::Reads, "store:crm");
    assert_eq!((&*read.touches, read.gate), (["health".to_owned()].as_slice(), Gate::Auto));
    assert!(finding(&some, "lethal-trifecta").is_some());
    let all = with("reads", "customer, health");
    assert_eq!(edge(&all, Verb::Reads, "store:crm").gate, Gate::Denied, "nothing is left");
    assert!(finding(&all, "lethal-trifecta").is_none());

    let out = with("sends", "customer");
    assert!(finding(&out, "lethal-trifecta").is_some());
    assert_eq!(&*edge(&out, Verb::Sends, "channel:mail").touches, ["health".to_owned()]);
    let nothing = with("sends", "customer, health");
    assert!(finding(&nothing, "lethal-trifecta").is_none());
    assert_eq!(edge(&nothing, Verb::Sends, "channel:mail").gate, Gate::Auto, "other texts may still be sent");
}

#[test]
fn a_cut_for_content_of_strangers_leaves_that_of_partners() {
    let labels = |verb: &str, trust: &str| {
        control(&format!("kind: structural, does: cuts, on: {{verb: {verb}}}, labels: {{trust: {trust}}}"))
    };
    let taken_in = labels("ingests", "public");
    assert_eq!(edge(&taken_in, Verb::Ingests, "channel:mail").reached_by, Some(Trust::Partner));
    assert!(finding(&taken_in, "hijackable-action").is_some());
    assert!(finding(&labels("ingests", "partner"), "hijackable-action").is_none());

    // The action stands, and nothing that strangers write drives it.
    let driven = labels("writes", "public");
    assert!(finding(&driven, "hijackable-action").is_none());
    assert_eq!(edge(&driven, Verb::Writes, "store:crm").gate, Gate::Prompted);
    assert_eq!(edge(&driven, Verb::Writes, "store:crm").reached_by, None);
    assert!(finding(&driven, "lethal-trifecta").is_some(), "sending is another edge");
}

#[test]
fn two_ways_to_one_end_are_weighed_apart() {
    let text = DESK
        .replace("    crm/find:", "    mail/reply: {effects: [{sends: mail}]}\n    crm/find:")
        .replace("mail/send: auto", "mail/send: auto, mail/reply: auto");
    for (tool, labels) in [
        ("mail/send", "data: [customer]"),
        ("mail/reply", "data: [customer]"),
        ("mail/send", "trust: public"),
        ("mail/reply", "trust: public"),
    ] {
        let cut = format!("kind: structural, does: cuts, on: \"tool:{tool}\", labels: {{{labels}}}");
        let it = assess(&format!("{text}controls: {{c: {{{cut}}}}}\n"));
        assert!(finding(&it, "lethal-trifecta").is_some(), "{tool} {labels}");
    }
}

#[test]
fn what_strangers_write_is_not_stored_where_that_is_cut() {
    let text = "
facts:
  channels: {mail: {trust: public}}
  memories: {notes: {}}
  tools:
    mail/read: {effects: [{ingests: mail}]}
    note: {effects: [{remembers: notes}, {recalls: notes}]}
  agents: {desk: {tools: {mail/read: auto, note: auto}}}
";
    let control =
        "controls: {c: {kind: structural, does: cuts, on: {verb: remembers}, labels: {trust: public}}}\n";
    assert!(finding(&assess(text), "stored-injection").is_some());
    assert!(finding(&assess(&format!("{text}{control}")), "stored-injection").is_none());
}

#[test]
fn a_bound_for_some_labels_holds_where_all_data_has_them() {
    let bound = |text: &str| {
        let control = "controls: {c: {kind: structural, does: bounds, on: {verb: sends}, audience: organization, labels: {data: [customer]}}}\n";
        finding(&assess(&format!("{text}{control}")), "lethal-trifecta").is_some()
    };
    assert!(!bound(DESK));
    assert!(bound(&DESK.replace("data: [customer]", "data: [customer, health]")));
}

#[test]
fn a_control_on_what_a_client_does_anyway_makes_nothing_else_worse() {
    let files = [
        (".claude/settings.json", "{}"),
        (".mcp.json", r#"{"mcpServers": {"fetch": {"command": "uvx", "args": ["mcp-server-fetch"]}}}"#),
    ];
    let ids = |text: &str| -> std::collections::BTreeSet<String> {
        super::with_files(&files, text).findings.into_iter().map(|it| it.id).collect()
    };
    let before = ids("");
    for control in [
        "does: cuts, on: {verb: sends, via: \"tool:claude-code/*\"}",
        "does: cuts, on: {verb: ingests, via: \"tool:claude-code/*\"}, labels: {trust: partner}",
        "does: bounds, on: {verb: sends, via: \"tool:claude-code/*\"}, level: internal",
        "does: cuts, on: \"store:home\"",
    ] {
        let after = ids(&format!("controls: {{c: {{kind: structural, {control}}}}}"));
        assert!(after.is_subset(&before), "{control}: {:?}", after.difference(&before));
    }
}

/// Two agents: one reads customers and hands on, the other sends.
const HANDS_ON: &str = "
facts:
  channels: {mail: {trust: public, audience: public}}
  stores: {crm: {data: [customer], level: confidential}}
  tools:
    find: {effects: [{reads: crm}]}
    read: {effects: [{ingests: mail}]}
    send: {effects: [{sends: mail}]}
  agents:
    finder: {tools: {find: auto}, delegates: {sender: auto}}
    sender: {tools: {read: auto, send: auto}}
";

#[test]
fn what_is_handed_on_can_be_cut_by_its_labels() {
    let with = |labels: &str| {
        let control =
            "controls: {c: {kind: structural, does: cuts, on: {verb: delegates}, labels: {LABELS}}}\n";
        assess(&format!("{HANDS_ON}{}", control.replace("LABELS", labels)))
    };
    let is_told = |it: &ambit_model::Assessment| finding(it, "lethal-trifecta").is_some();
    assert!(is_told(&assess(HANDS_ON)));
    assert!(!is_told(&with("data: [customer]")));
    assert!(is_told(&with("data: [health]")));
    // What strangers write does not get back to the finder; that the sender is told of customers stays.
    let steers = |it: &ambit_model::Assessment| edge(it, Verb::Reads, "store:crm").reached_by;
    assert_eq!(steers(&assess(HANDS_ON)), Some(Trust::Public));
    assert_eq!(steers(&with("trust: public")), None);
    assert!(is_told(&with("trust: public")));
}
