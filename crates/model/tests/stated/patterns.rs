//! Which assets, edges and findings a pattern means.

use ambit_model::reach::{EdgeId, ReachEdge, Verb};
use ambit_model::{AssetId, Confidence, Gate, Tier};

use super::support::clean;

fn edge(verb: Verb, to: &str, via: &str) -> ReachEdge {
    let [from, to, via] = ["agent:desk@services/api", to, via].map(AssetId::from_text);
    ReachEdge {
        id: EdgeId::of(&from, verb, &to, Some(&via)),
        from,
        verb,
        to,
        via: Some(via),
        touches: Vec::new(),
        level: None,
        audience: None,
        reached_by: None,
        gate: Gate::Auto,
        decided_by: None,
        scope: None,
        consequence: String::new(),
        reversibility: None,
        blast_radius: None,
        tier: Tier::T3,
        controls: Vec::new(),
        owner: None,
        confidence: Confidence::Certain,
        stock: false,
        provenance: Vec::new(),
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
