//! Which assets, edges and findings a pattern means.

use ambit_model::reach::{EdgeId, ReachEdge, Verb};
use ambit_model::stated::Pattern;
use ambit_model::{AssetId, Confidence, Exposure, Finding, Gate, Severity, Status, Tier};

use super::support::clean;

fn edge(verb: Verb, to: &str, via: &str) -> ReachEdge {
    let [from, to, via] = ["agent:desk@services/api", to, via].map(AssetId::from_text);
    ReachEdge {
        id: EdgeId::of(&from, verb, &to, Some(&via)),
        from,
        verb,
        to,
        via: Some(via),
        touches: [].into(),
        level: None,
        audience: None,
        reached_by: None,
        gate: Gate::Auto,
        decided_by: None,
        scope: None,
        consequence: "".into(),
        reversibility: None,
        blast_radius: None,
        tier: Tier::T3,
        controls: Vec::new(),
        owner: None,
        confidence: Confidence::Certain,
        stock: false,
        provenance: [].into(),
        because: Vec::new(),
    }
}

/// Whether a control on `pattern` stands on the edge.
fn matches(pattern: &str, edge: &ReachEdge) -> bool {
    let text = format!("ambit: v1\ncontrols: {{c: {{kind: structural, does: cuts, on: {pattern}}}}}\n");
    let model = clean(&text).model;
    let control = &model.controls.get("c").expect("it is there").value;
    control.on.iter().any(|it| it.value.matches_edge(edge))
}

#[test]
fn an_edge_is_meant_by_id_by_asset_or_by_what_it_has() {
    let mail = edge(Verb::Sends, "channel:mail", "tool:mail/send");
    let id = mail.id.as_str();
    for pattern in [
        id,
        id.get(..6).expect("an id is longer"),
        "\"channel:mail\"",
        "\"tool:mail/*\"",
        "\"agent:*\"",
        "\"agent:desk@*\"",
        "\"*\"",
        "\"e-*\"",
        "{verb: sends}",
        "{verb: [reads, sends], to: \"channel:*\", tier: T3, gate: auto}",
        "{from: \"agent:desk*\", via: \"tool:mail/send\"}",
    ] {
        assert!(matches(pattern, &mail), "{pattern}");
    }
    for pattern in [
        "e-zzzz",
        "\"channel:mai\"",
        "\"tool:web/*\"",
        "{verb: reads}",
        "{verb: sends, to: \"channel:web\"}",
        "{tier: T4}",
        "{gate: asked}",
    ] {
        assert!(!matches(pattern, &mail), "{pattern}");
    }
}

#[test]
fn an_id_with_odd_characters_means_itself() {
    let odd = edge(Verb::Sends, "channel:a[b]{c}", "tool:x/y");
    assert!(matches("\"channel:a[b]{c}\"", &odd));
}

fn finding() -> Finding {
    Finding {
        id: "f-abcdefghijklmnop".to_owned(),
        basis: String::new(),
        group: String::new(),
        rule: "lethal-trifecta".to_owned(),
        severity: Severity::High,
        exposure: Exposure::Open,
        tier: Tier::T3,
        confidence: Confidence::Certain,
        subject: AssetId::from_text("agent:desk"),
        end: AssetId::from_text("channel:mail"),
        title: String::new(),
        message: String::new(),
        legs: std::collections::BTreeMap::new(),
        evidence: Vec::new(),
        categories: Vec::new(),
        remedies: Vec::new(),
        status: Status::Open,
        decision: None,
    }
}

/// What a decision is on.
fn on(pattern: &str) -> Pattern {
    let text = format!(
        "ambit: v1\ndecisions:\n  - {{on: {pattern}, decision: accept, owner: o, reason: r, until: 2027-01-01}}\n"
    );
    clean(&text).model.decisions[0].value.on[0].value.clone()
}

#[test]
fn a_finding_is_meant_by_id_by_asset_or_by_what_it_has() {
    for pattern in [
        "f-abcdefghijklmnop",
        "f-abcd",
        "\"f-*\"",
        "\"agent:desk\"",
        "\"channel:*\"",
        "{rule: lethal-trifecta, severity: high}",
        "{subject: \"agent:*\", end: \"channel:mail\"}",
    ] {
        assert!(on(pattern).matches_finding(&finding()), "{pattern}");
    }
    for pattern in
        ["f-zzzz", "e-abcd", "\"agent:des\"", "{rule: stored-injection}", "{severity: low}", "{verb: sends}"]
    {
        assert!(!on(pattern).matches_finding(&finding()), "{pattern}");
    }
    let mail = edge(Verb::Sends, "channel:mail", "tool:mail/send");
    assert!(on("{verb: sends}").matches_edge(&mail));
    assert!(!on("{rule: lethal-trifecta}").matches_edge(&mail));
}

#[test]
fn only_the_beginning_of_an_id_is_a_prefix() {
    let prefix = |pattern: &str| match on(pattern) {
        Pattern::Text(it) => it.prefix().map(str::to_owned),
        Pattern::Edge(_) | Pattern::Finding(_) => None,
    };
    assert_eq!(prefix("f-abcd").as_deref(), Some("f-abcd"));
    assert_eq!(prefix("\"f-*\""), None);
    assert_eq!(prefix("\"agent:desk\""), None);
}
