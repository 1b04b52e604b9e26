//! Boundaries: what breaks them, and what does not.

use ambit_model::{Breach, Confidence, Exposure};

use super::{DESK, assess, desk};

fn broken(text: &str, boundary: &str) -> Vec<Breach> {
    let it = assess(&format!("{text}\nnever: {{b: {{says: s, {boundary}}}}}\n"));
    assert_eq!(it.boundaries.len(), 1);
    it.boundaries.into_iter().next().expect("it is told of").broken
}

#[test]
fn data_that_reaches_an_audience_breaks_a_boundary() {
    let paths = broken(DESK, "data: [customer], audience: public");
    assert_eq!(paths.len(), 1);
    let path = &paths[0];
    assert_eq!((path.agent.as_str(), path.end.as_str()), ("agent:desk", "channel:mail"));
    assert_eq!((path.exposure, path.confidence, path.ends), (Exposure::Open, Confidence::Certain, 1));
    assert_eq!(path.legs.keys().collect::<Vec<_>>(), ["outbound", "private"]);
    assert!(!path.evidence.is_empty());
    assert!(broken(DESK, "data: [customer], level: secret, audience: public").is_empty());
    assert_eq!(broken(DESK, "level: confidential, audience: partner").len(), 1);
}

#[test]
fn only_what_is_denied_or_cut_keeps_a_boundary() {
    let asked = DESK.replace("mail/send: auto", "mail/send: asked");
    let paths = broken(&asked, "data: [customer], audience: public");
    assert_eq!(paths[0].exposure, Exposure::Guarded, "whoever is asked may say yes");
    let denied = DESK.replace("mail/send: auto", "mail/send: denied");
    assert!(broken(&denied, "data: [customer], audience: public").is_empty());
    let inside = DESK.replace("audience: public", "audience: partner");
    assert!(broken(&inside, "data: [customer], audience: public").is_empty());
}

#[test]
fn a_boundary_is_kept_by_a_cut_for_its_own_class() {
    let text = format!(
        "{}controls: {{c: {{kind: structural, does: cuts, on: {{verb: sends}}, labels: {{data: [customer]}}}}}}\n",
        DESK.replace("data: [customer]", "data: [customer, health]")
    );
    assert!(broken(&text, "data: [customer], audience: public").is_empty());
    assert_eq!(broken(&text, "data: [health], audience: public").len(), 1);
}

#[test]
fn a_class_that_comes_in_over_a_worse_way_is_not_missed() {
    // The same store is read by two tools; the better way has lost the class.
    let text = "
facts:
  channels: {mail: {audience: public}}
  stores: {crm: {data: [customer, health], level: confidential}}
  tools:
    a: {effects: [{reads: crm}]}
    b: {effects: [{reads: crm}]}
    out: {effects: [{sends: mail}]}
  agents: {desk: {tools: {a: auto, b: prompted, out: auto}}}
controls: {c: {kind: structural, does: cuts, on: \"tool:a\", labels: {data: [customer]}}}
";
    let paths = broken(text, "data: [customer], audience: public");
    assert_eq!(paths.iter().map(|it| it.exposure).collect::<Vec<_>>(), [Exposure::Prompted]);
}

#[test]
fn content_that_drives_an_action_breaks_a_boundary() {
    let paths = broken(DESK, "trust: public, tier: T4");
    assert_eq!((paths.len(), paths[0].end.as_str()), (1, "store:crm"));
    assert_eq!(paths[0].exposure, Exposure::Prompted);
    assert!(broken(DESK, "trust: public, tier: T4, verb: spends").is_empty());
    assert!(broken(DESK, "trust: public, tier: T4, to: \"store:desk*\"").is_empty());
    assert!(broken(DESK, "trust: public, tier: T4, agent: \"agent:x*\"").is_empty());
    let partner = DESK.replace("mail: {trust: public", "mail: {trust: partner");
    assert!(broken(&partner, "trust: public, tier: T4").is_empty());
    assert_eq!(broken(&partner, "trust: partner, tier: T4").len(), 1);
    let inside = DESK.replace("mail: {trust: public", "mail: {trust: organization");
    assert!(broken(&inside, "trust: partner, tier: T4").is_empty());
    assert_eq!(broken(&inside, "trust: organization, tier: T4").len(), 1);
}

#[test]
fn a_decision_does_not_mend_a_boundary() {
    let it = desk(
        "never: {b: {says: s, data: [customer], audience: public}}
decisions: [{on: \"agent:desk\", decision: accept, owner: o, reason: r, until: 2030-01-01}]
",
    );
    assert_eq!(it.boundaries[0].broken.len(), 1);
}

#[test]
fn an_unknown_tool_may_break_a_boundary() {
    let text = DESK.replace("mail/send: {effects: [{sends: mail}]}", "mail/send: {effects: [unknown]}");
    let paths = broken(&text, "data: [customer], audience: public");
    assert_eq!(paths.iter().map(|it| it.confidence).collect::<Vec<_>>(), [Confidence::Possible]);
}
