//! Corrections of assets and edges, what is protected, the table of tiers, owners.

use ambit_model::{Audience, Gate, Level, Provenance, Tier, Verb};

use super::{DESK, assess, asset, desk, edge, finding, notes, rules, with_files};

#[test]
fn a_correction_of_an_asset_reaches_its_edges_and_keeps_its_reason() {
    let it = desk(
        "  assets: {\"store:crm\": {level: public, data: [], owner: crm-team, because: it is a demo}}\n",
    );
    let read = edge(&it, Verb::Reads, "store:crm");
    assert_eq!(read.level, Some(Level::Public));
    assert_eq!(read.because, ["it is a demo".to_owned()]);
    assert_eq!(read.owner.as_deref(), Some("crm-team"));
    assert!(finding(&it, "lethal-trifecta").is_none());
    let store = it.assets.iter().find(|it| it.id == asset("store:crm")).expect("it is there");
    assert!(store.facts.contains(&"corrected: it is a demo".to_owned()));
}

#[test]
fn outsiders_who_write_the_workspace_steer_who_reads_it() {
    let files =
        [(".claude/settings.json", r#"{"permissions": {"allow": ["Bash(git push:*)", "Bash(curl:*)"]}}"#)];
    let ingests = |it: &ambit_model::Assessment| {
        it.edges.iter().filter(|it| it.verb == Verb::Ingests && it.to.as_str() == "store:workspace").count()
    };
    let text = "facts: {assets: {\"store:workspace\": {trust: public, because: pull requests}}}";
    assert_eq!(ingests(&with_files(&files, "")), 0);
    assert!(ingests(&with_files(&files, text)) > 0);
}

#[test]
fn stated_effects_stand_in_the_place_of_what_was_known() {
    let files = [(".claude/settings.json", "{}")];
    let via = |it: &ambit_model::Assessment| -> Vec<Verb> {
        let fetches = |it: &&ambit_model::ReachEdge| {
            it.via.as_ref().is_some_and(|it| it.as_str() == "tool:claude-code/WebFetch")
        };
        let mut verbs: Vec<Verb> = it.edges.iter().filter(fetches).map(|it| it.verb).collect();
        verbs.sort();
        verbs
    };
    assert!(via(&with_files(&files, "")).contains(&Verb::Sends));
    let text = "facts: {assets: {\"tool:claude-code/WebFetch\": {effects: [{ingests: \"channel:web\"}], because: a cache}}}";
    let it = with_files(&files, text);
    assert_eq!(via(&it), [Verb::Ingests]);
    let edge = it.edges.iter().find(|it| it.because == ["a cache".to_owned()]).expect("it is kept why");
    assert!(edge.stock, "what the client does as it comes stays what it is");
}

#[test]
fn a_correction_of_an_edge_sets_gate_and_audience() {
    let on = "{on: {verb: sends}, because: a gateway";
    let it = desk(&format!("  edges: [{on}, gate: asked, audience: organization}}]\n"));
    let sends = edge(&it, Verb::Sends, "channel:mail");
    assert_eq!((sends.gate, sends.audience), (Gate::Asked, Some(Audience::Organization)));
    assert!(sends.provenance.iter().filter(|it| matches!(it, Provenance::Stated(_))).count() >= 2);
    assert!(finding(&it, "lethal-trifecta").is_none(), "the organization may see it");
    let open = desk(&format!("  edges: [{on}, gate: asked}}]\n"));
    assert!(finding(&open, "lethal-trifecta").is_some(), "an approval does not close it");
}

#[test]
fn of_corrections_that_contradict_each_other_the_worst_counts() {
    let it = desk(
        "  edges:\n    - {on: {verb: sends}, because: a, gate: denied}\n    - {on: {verb: sends}, because: b, gate: prompted}\n",
    );
    assert_eq!(edge(&it, Verb::Sends, "channel:mail").gate, Gate::Prompted);
    assert!(notes(&it).iter().any(|it| it.contains("contradict")), "{:?}", notes(&it));
}

#[test]
fn how_far_an_effect_goes_makes_its_tier() {
    let it = desk(
        "  edges: [{on: {verb: writes}, because: a backup, reversibility: reversible, blast_radius: session}]\n",
    );
    assert_eq!(edge(&it, Verb::Writes, "store:crm").tier, Tier::T0);
    let table = desk("tiers: {table: {irreversible: {organization: T2}}}\n");
    assert_eq!(edge(&table, Verb::Writes, "store:crm").tier, Tier::T2);
    assert!(!rules(&table).contains(&"hijackable-action"));
}

#[test]
fn what_is_protected_raises_what_it_lies_in() {
    let text = DESK.replace("data: [customer], level: confidential, ", "level: internal, ");
    let plain = assess(&text);
    assert_eq!(edge(&plain, Verb::Reads, "store:crm").level, Some(Level::Internal));
    let it = assess(&format!(
        "{text}protects: {{c: {{data: [customer], level: secret, owner: desk-team, in: [\"store:c*\"]}}}}\n"
    ));
    let read = edge(&it, Verb::Reads, "store:crm");
    assert_eq!((read.level, read.owner.as_deref()), (Some(Level::Secret), Some("desk-team")));
    assert_eq!(&*read.touches, ["customer".to_owned()]);
    let lower = desk("protects: {c: {level: public, data: [customer], in: [\"store:crm\"]}}\n");
    assert_eq!(edge(&lower, Verb::Reads, "store:crm").level, Some(Level::Confidential), "it never lowers");
}

/// A rule behind a denial says nothing, and a correction of what the tool does does not make it say something.
#[test]
fn what_is_denied_stays_denied_whatever_it_does() {
    let rules = r#"{"permissions": {"deny": ["Bash"], "allow": ["Bash(curl:*)", "Bash(python:*)"]}}"#;
    let open = |text: &str| {
        let it = with_files(&[(".claude/settings.json", rules)], text);
        let runs = |it: &&ambit_model::ReachEdge| {
            it.via.as_ref().is_some_and(|it| it.as_str() == "tool:claude-code/Bash")
        };
        let gates: Vec<Gate> = it.edges.iter().filter(runs).map(|it| it.gate).collect();
        assert!(!gates.is_empty());
        gates.into_iter().filter(|it| *it != Gate::Denied).count()
    };
    assert_eq!(open(""), 0);
    let effects = "[{sends: \"channel:web\"}, {executes: host}]";
    assert_eq!(
        open(&format!(
            "facts: {{assets: {{\"tool:claude-code/Bash\": {{effects: {effects}, because: a shell}}}}}}"
        )),
        0
    );
    assert_eq!(open("facts: {assets: {\"store:workspace\": {trust: public, because: pull requests}}}"), 0);
}
