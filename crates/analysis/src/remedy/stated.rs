//! What might silence a finding about reach that people state. No client has a line for it: the remedy is a line of
//! their own file, which they write once it is true.

use std::collections::BTreeSet;

use ambit_model::finding::{ControlKind, Edit, EditAction};
use ambit_model::stated::edit::Value;
use ambit_model::{AssetId, AssetKind, EdgeId, Finding, Gate, Provenance, ReachEdge, Remedy, Verb};

use super::candidates::Candidate;
use super::edits;
use crate::index::numbered;
use crate::map::ReachMap;
use crate::scene::Overlay;

/// Whether only people say that the edge is there.
pub(super) fn is_given(edge: &ReachEdge) -> bool {
    !edge.provenance.is_empty() && edge.provenance.iter().all(|it| matches!(it, Provenance::Stated(_)))
}

/// Candidates for the edges of `finding` that people state: asking where that alone is at stake, then what no tool
/// does, such as handing work on, then the way out or the action before the rest, the narrowest first.
pub(super) fn of(finding: &Finding, edges: &[&ReachEdge], map: &ReachMap) -> Vec<Candidate> {
    let (mut own, mut narrow, mut wide, mut asks) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for edge in edges.iter().filter(|it| is_given(it)) {
        // No line says what another tool has drawn: what stands before it is a control.
        if is_drawn(edge, map) {
            own.extend(cut(finding, edge, map));
            continue;
        }
        let Some(via) = &edge.via else {
            own.extend(if edge.verb == Verb::Holds { withhold(edge, map) } else { cut(finding, edge, map) });
            continue;
        };
        // Commands reach all else too: what runs them is taken as a whole.
        if edge.verb != Verb::Executes && has_other_ends(edge, via, map) {
            narrow.extend(cut(finding, edge, map));
            if seen.insert((&edge.from, via)) {
                wide.extend(deny(finding, &edge.from, &[via], map));
            }
        } else if seen.insert((&edge.from, via)) {
            narrow.extend(deny(finding, &edge.from, &[via], map));
        }
        if edge.gate < Gate::Asked {
            asks.extend(ask(finding, edge, via, map));
        }
    }
    // One action alone is what nobody asks about; of more than that, asking closes nothing.
    let order = if edges.len() == 1 { [asks, own, narrow, wide] } else { [own, narrow, wide, asks] };
    order.into_iter().flatten().collect()
}

/// Whether another tool has drawn the edge, in whatever file of several.
fn is_drawn(edge: &ReachEdge, map: &ReachMap) -> bool {
    edge.provenance.iter().filter_map(Provenance::place).any(|it| map.drawn.contains(&*it.path))
}

fn has_other_ends(edge: &ReachEdge, via: &AssetId, map: &ReachMap) -> bool {
    map.edges_via(&edge.from, via).any(|it| it.edge.to != edge.to)
}

/// Denying tools to an agent that people have given them.
pub(super) fn deny(
    finding: &Finding,
    agent: &AssetId,
    vias: &[&AssetId],
    map: &ReachMap,
) -> Option<Candidate> {
    let edits: Option<Vec<_>> = vias.iter().map(|it| gate(agent, it, Gate::Denied, map)).collect();
    let by_tool = |it: &ReachEdge| it.from == *agent && it.via.as_ref().is_some_and(|it| vias.contains(&it));
    let names: Vec<String> = vias.iter().map(|it| format!("`{}`", it.name())).collect();
    let remedy = Remedy {
        control: "deny-tool".to_owned(),
        kind: ControlKind::Structural,
        action: format!("take {} from `{}`, and say so", names.join(", "), map.name(agent)),
        cuts: among(finding, map, by_tool),
        costs: edits::cost_of(vias, agent, map),
        edits: edits?,
    };
    let denied = vias.iter().map(|via| (agent.clone(), (*via).clone())).collect();
    Some(Candidate { remedy, overlay: Overlay { denied, ..Overlay::default() }, is_last_resort: false })
}

/// Asking before each call of a tool.
fn ask(finding: &Finding, edge: &ReachEdge, via: &AssetId, map: &ReachMap) -> Option<Candidate> {
    let by_tool = |it: &ReachEdge| it.from == edge.from && it.via.as_ref() == Some(via);
    let remedy = Remedy {
        control: "ask-tool".to_owned(),
        kind: ControlKind::Procedural,
        action: format!(
            "have each call of `{}` by `{}` approved, and say so",
            via.name(),
            map.name(&edge.from)
        ),
        cuts: among(finding, map, by_tool),
        costs: "one question per call".to_owned(),
        edits: vec![gate(&edge.from, via, Gate::Asked, map)?],
    };
    let asked = BTreeSet::from([(edge.from.clone(), via.clone())]);
    Some(Candidate { remedy, overlay: Overlay { asked, ..Overlay::default() }, is_last_resort: false })
}

/// A control between the agent and what the edge leads to, over whatever tool.
fn cut(finding: &Finding, edge: &ReachEdge, map: &ReachMap) -> Option<Candidate> {
    let (agent, end) = (&edge.from, &edge.to);
    let pattern = [("from", Value::text(agent.as_str())), ("to", Value::text(end.as_str()))];
    let control = Value::map([
        ("kind", Value::text("structural")),
        ("does", Value::text("cuts")),
        ("on", Value::map(pattern)),
    ]);
    let name = control_name(agent, end);
    let remedy = Remedy {
        control: "cut-edge".to_owned(),
        kind: ControlKind::Structural,
        action: format!(
            "put a control between `{}` and `{}` that lets nothing through, and say so",
            map.name(agent),
            map.name(end)
        ),
        cuts: among(finding, map, |it| it.from == *agent && it.to == *end),
        costs: format!("whatever `{}` needs `{}` for", map.name(agent), map.name(end)),
        edits: vec![edit(&file(agent, map).or_else(|| map.own.clone())?, &["controls", &name], &control)],
    };
    let cut = map.edges_of(agent).filter(|it| it.edge.to == *end).map(|it| it.no).collect();
    Some(Candidate { remedy, overlay: Overlay { cut, ..Overlay::default() }, is_last_resort: false })
}

/// Keeping a credential where its holder has the use of it, and not the value.
fn withhold(edge: &ReachEdge, map: &ReachMap) -> Option<Candidate> {
    let asset = map.assets.get(&edge.to).filter(|it| it.kind == AssetKind::Credential)?;
    let file = stated_in(&asset.provenance, map)?;
    let remedy = Remedy {
        control: "credential-proxy".to_owned(),
        kind: ControlKind::Structural,
        action: format!("keep `{}` in a proxy that adds it to allowed requests, and say so", asset.name),
        cuts: vec![edge.id],
        costs: "a proxy to run".to_owned(),
        edits: vec![edit(&file, &["facts", "credentials", asset.id.name(), "held"], &Value::text("proxy"))],
    };
    let holds = numbered(&map.edges).filter(|(_, it)| it.verb == Verb::Holds && it.to == edge.to);
    let cut = holds.map(|(no, _)| no).collect();
    Some(Candidate { remedy, overlay: Overlay { cut, ..Overlay::default() }, is_last_resort: false })
}

pub(super) fn among(finding: &Finding, map: &ReachMap, fits: impl Fn(&ReachEdge) -> bool) -> Vec<EdgeId> {
    finding.legs.values().flatten().filter(|it| map.edge(it).is_some_and(&fits)).copied().collect()
}

/// The line that sets the gate of a tool. A tool that is named counts before all patterns.
fn gate(agent: &AssetId, via: &AssetId, gate: Gate, map: &ReachMap) -> Option<Edit> {
    if map.edges_via(agent, via).any(|it| is_drawn(it.edge, map)) {
        return None;
    }
    let name = agent.name().split('@').next()?;
    let keys = ["facts", "agents", name, "tools", via.name()];
    Some(edit(&file(agent, map)?, &keys, &Value::text(gate.word())))
}

/// The file in which people state what counts last, be it there or not.
pub(super) fn own_file(map: &ReachMap) -> String {
    map.own.clone().unwrap_or_else(|| "ambit.yaml".to_owned())
}

/// The line that a file begins with which is not there yet.
pub(super) fn version(map: &ReachMap) -> Vec<Edit> {
    if map.own.is_some() { Vec::new() } else { vec![edit(&own_file(map), &["ambit"], &Value::text("v1"))] }
}

/// The file in which people state the agent.
pub(super) fn file(agent: &AssetId, map: &ReachMap) -> Option<String> {
    stated_in(&map.assets.get(agent)?.provenance, map)
}

fn stated_in(provenance: &[Provenance], map: &ReachMap) -> Option<String> {
    provenance.iter().find_map(|it| match it {
        Provenance::Stated(place) if !map.drawn.contains(&*place.path) => Some(place.path.to_string()),
        _ => None,
    })
}

/// `cut-desk-channel-web`: the same control has the same name.
fn control_name(agent: &AssetId, end: &AssetId) -> String {
    let name = format!("cut-{}-{}", agent.name(), end.as_str());
    name.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '-' }).collect()
}

pub(super) fn edit(file: &str, keys: &[&str], value: &Value) -> Edit {
    let step = |it: &&str| format!("/{}", it.replace('~', "~0").replace('/', "~1"));
    let mut lines = String::new();
    for (depth, key) in keys.iter().enumerate() {
        if depth > 0 {
            lines.push_str(":\n");
        }
        lines.push_str(&"  ".repeat(depth));
        lines.push_str(&Value::text(*key).to_string());
    }
    Edit {
        path: file.to_owned(),
        pointer: keys.iter().map(step).collect(),
        action: EditAction::Set,
        value: json(value).to_string(),
        lines: format!("{lines}: {value}"),
    }
}

fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Text(text) => text.as_str().into(),
        Value::Whole(number) => (*number).into(),
        Value::Truth(it) => (*it).into(),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Map(pairs) => pairs.iter().map(|(key, value)| (key.clone(), json(value))).collect(),
    }
}
