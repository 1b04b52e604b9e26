//! Which boxes the map has: the ones that matter, and the rest of each sort in one.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::{AssetId, AssetKind, EdgeId, Verb};

use super::index::{Index, Label};
use super::scene::{Lane, Node, Stroke, Weight, weight};

/// How many boxes of one label a lane shows before the rest are folded into one.
fn room(lane: Lane, label: Label) -> usize {
    match (lane, label) {
        (Lane::Agents, _) => 12,
        (_, Label::Plain) => 2,
        (_, Label::Unknown) => 3,
        _ => 7,
    }
}

/// An asset that a lane may show.
#[derive(Debug)]
struct Candidate<'a> {
    id: &'a AssetId,
    labels: BTreeSet<Label>,
    weight: Weight,
}

/// The boxes of each lane, those that matter most first.
pub(super) fn boxes<'a>(
    index: &Index<'a>,
    strokes: &[Stroke<'a>],
    focus: &BTreeSet<&EdgeId>,
    subject: Option<&'a AssetId>,
) -> Vec<Node<'a>> {
    let mut found: BTreeMap<(Lane, &AssetId), Candidate<'a>> = BTreeMap::new();
    let mut note = |lane: Lane, id: &'a AssetId, stroke: &Stroke<'a>| {
        let weight = weight(index, stroke, focus);
        let it = found.entry((lane, id)).or_insert(Candidate { id, labels: BTreeSet::new(), weight });
        it.weight = it.weight.max(weight);
        it.labels.insert(box_label(index, lane, id, stroke));
    };
    for stroke in strokes {
        note(Lane::Agents, stroke.agent, stroke);
        note(stroke.lane, &stroke.edge.to, stroke);
    }
    let mut sorts: BTreeMap<(Lane, Label), Vec<Candidate<'a>>> = BTreeMap::new();
    for ((lane, id), mut it) in found {
        let label = label(&it.labels);
        it.weight.0 |= subject == Some(id);
        sorts.entry((lane, label)).or_default().push(it);
    }
    for agent in lone_agents(index, subject) {
        let sort = sorts.entry((Lane::Agents, Label::Agent)).or_default();
        if !sort.iter().any(|it| it.id == agent) {
            let weight = (false, None, false, ambit_model::Tier::T0, false);
            sort.push(Candidate { id: agent, labels: BTreeSet::new(), weight });
        }
    }
    sorts.into_iter().flat_map(|((lane, label), sort)| shown(index, lane, label, sort)).collect()
}

/// Agents belong on the map even where they reach nothing.
fn lone_agents<'a>(index: &Index<'a>, subject: Option<&'a AssetId>) -> Vec<&'a AssetId> {
    subject.map_or_else(|| index.agents().into_iter().map(|it| &it.id).collect(), |it| vec![it])
}

/// What an asset is, seen over one line.
fn box_label(index: &Index<'_>, lane: Lane, id: &AssetId, stroke: &Stroke<'_>) -> Label {
    match index.kind(id) {
        AssetKind::Agent => Label::Agent,
        AssetKind::Memory => Label::Memory,
        AssetKind::Credential => Label::Private,
        // Changing a private store does not make it a way out.
        AssetKind::DataStore if lane == Lane::Reach && stroke.edge.verb == Verb::Writes => {
            let private =
                index.asset(id).and_then(|it| it.level).is_some_and(|it| it > ambit_model::Level::Public);
            if private { Label::Private } else { Label::Out }
        }
        _ => stroke.label,
    }
}

/// What a box is that is seen over several lines: a way out however much it also holds.
fn label(labels: &BTreeSet<Label>) -> Label {
    let order = [Label::Agent, Label::Memory, Label::Untrusted, Label::Out, Label::Private, Label::Unknown];
    order.into_iter().find(|it| labels.contains(it)).unwrap_or(Label::Plain)
}

fn shown<'a>(index: &Index<'a>, lane: Lane, label: Label, mut sort: Vec<Candidate<'a>>) -> Vec<Node<'a>> {
    sort.sort_by(|a, b| b.weight.cmp(&a.weight).then_with(|| a.id.cmp(b.id)));
    let room = room(lane, label);
    // One box in place of one would hide without saving.
    let rest = if sort.len() > room + 1 { sort.split_off(room) } else { Vec::new() };
    let node = |assets: Vec<&'a AssetId>, name: String| Node {
        assets,
        lane,
        label,
        name,
        note: String::new(),
        twin: false,
        focus: false,
    };
    let mut nodes: Vec<_> = sort.into_iter().map(|it| node(vec![it.id], index.name(it.id))).collect();
    if !rest.is_empty() {
        let name = format!("{} more", rest.len());
        nodes.push(node(rest.into_iter().map(|it| it.id).collect(), name));
    }
    nodes
}
