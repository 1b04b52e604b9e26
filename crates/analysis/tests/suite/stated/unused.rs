//! Entries that fit nothing are told of.

use super::{DESK, assess, desk, notes};

fn noted(text: &str, wanted: &str) {
    let found = notes(&desk(text));
    assert!(found.iter().any(|it| it.contains(wanted)), "{text}: {found:?}");
}

const DECIDES: &str =
    "decision: accept, owner: o, reason: r, until: 2027-01-01, basis: b-aaaaaaaaaaaaaaaa}]\n";

#[test]
fn what_fits_nothing_is_told_with_the_nearest_id() {
    noted(
        "controls: {c: {kind: structural, does: cuts, on: \"tool:crm/refnd\"}}\n",
        "did you mean `tool:crm/refund`",
    );
    noted("controls: {c: {kind: structural, does: cuts, on: {verb: spends}}}\n", "an edge that is not there");
    noted("  assets: {\"store:crn\": {level: public, because: b}}\n", "did you mean `store:crm`");
    noted("  edges: [{on: \"agent:dsk\", gate: auto, because: b}]\n", "did you mean `agent:desk`");
    noted(&format!("decisions: [{{on: \"agent:dusk\", {DECIDES}"), "did you mean `agent:desk`");
    noted(
        &format!("decisions: [{{on: {{rule: lethal-trifect}}, {DECIDES}"),
        "did you mean `lethal-trifecta`",
    );
    noted(&format!("decisions: [{{on: {{rule: sandbox-off}}, {DECIDES}"), "not there");
    noted(
        "needs: [{keep: {agent: \"agent:desk\", may: sends, to: \"channel:mial\"}, why: w}]\n",
        "`channel:mail`",
    );
    noted("needs: [{keep: \"tool:none/*\", why: w}]\n", "must stay possible");
    noted("containment: {work: {egress-alowlist: 2}}\n", "did you mean `egress-allowlist`");
    noted(
        "containment: {worth: [{on: \"tool:crm/refnd\", weight: 2, because: b}]}\n",
        "did you mean `tool:crm/refund`",
    );
    noted("monitors: {m: {on: f-aaaaaaaa, signal: s, owner: o}}\n", "the monitor `m`");
    noted("protects: {p: {data: [customer], in: [\"store:orders\"]}}\n", "`p` lies in an asset");
    noted(
        "never: {n: {says: s, trust: public, tier: T4, agent: \"agent:desks\"}}\n",
        "did you mean `agent:desk`",
    );
    noted("never: {n: {says: s, data: [custmer], audience: public}}\n", "did you mean `customer`");
    noted(
        "coverage: {\"ASI01:2026\": {answer: open, agent: \"agent:nobody\"}}\n",
        "an agent that is not there",
    );
}

#[test]
fn an_object_that_is_nowhere_is_told_of_and_stays_on_the_map() {
    let it = assess(&DESK.replace("{reads: crm}", "{reads: \"store:crn\"}"));
    assert!(notes(&it).iter().any(|it| it.contains("did you mean `store:crm`")), "{:?}", notes(&it));
    super::edge(&it, ambit_model::Verb::Reads, "store:crn");
}

#[test]
fn a_beginning_of_several_ids_is_told_of() {
    let all = desk("");
    let twice = |letter: &char| {
        all.edges.iter().filter(|it| it.id.as_str().starts_with(&format!("e-{letter}"))).count() > 1
    };
    // With so few edges there may be none; two tools more make one sooner or later.
    if let Some(letter) = ('a'..='z').find(twice) {
        noted(&format!("decisions: [{{on: e-{letter}, {DECIDES}"), "is the beginning of");
    }
}

#[test]
fn a_file_without_mistakes_has_no_notes() {
    let text = "
protects: {p: {data: [customer], in: [\"store:crm\"]}}
never: {n: {says: s, data: [customer], audience: public}}
controls: {c: {kind: structural, does: bounds, on: {verb: sends}, audience: partner}}
needs: [{keep: \"tool:crm/*\", why: w}, {keep: {agent: \"agent:desk\", may: sends, to: \"channel:*\"}, why: w}]
monitors: {m: {on: \"agent:desk\", signal: s, owner: o}}
coverage: {\"ASI01:2026\": {answer: open, agent: \"agent:*\"}}
";
    assert_eq!(notes(&desk(text)), Vec::<String>::new());
}
