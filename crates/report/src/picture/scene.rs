//! What stands on the map: boxes in lanes and the merged lines between them, before any geometry.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::{AssetId, AssetKind, EdgeId, Finding, Gate, ReachEdge, Severity, Tier, Verb};

use super::fold;
use super::index::{Index, Label};
use super::notes;

/// The column of a box; the direction of attack is the direction of reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lane {
    /// What can reach it.
    Sources,
    /// Agents and memories.
    Agents,
    /// What it can reach.
    Reach,
}

/// A box: one asset, or several that are folded into one.
#[derive(Debug)]
pub(crate) struct Node<'a> {
    pub(crate) assets: Vec<&'a AssetId>,
    pub(crate) lane: Lane,
    pub(crate) label: Label,
    pub(crate) name: String,
    pub(crate) note: String,
    /// The asset stands in the other lane too.
    pub(crate) twin: bool,
    pub(crate) focus: bool,
}

/// How a line is drawn: the control on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Line {
    /// Nothing asks.
    Open,
    /// Something asks first.
    Asked,
    /// Denied, or bounded by a control.
    Closed,
}

/// Which way content goes over a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    /// Into the agent.
    In,
    /// Out of it.
    Out,
    /// Both, between an agent and a memory.
    Both,
}

/// A line: all edges between the same two boxes in the same direction.
#[derive(Debug)]
pub(crate) struct Link<'a> {
    /// The box on the left, or the acting one within the middle lane.
    pub(crate) from: usize,
    /// The other box.
    pub(crate) to: usize,
    /// The agent's box.
    pub(crate) agent: usize,
    pub(crate) way: Way,
    pub(crate) label: Label,
    pub(crate) line: Line,
    pub(crate) tier: Tier,
    pub(crate) stock: bool,
    pub(crate) focus: bool,
    pub(crate) edges: Vec<&'a ReachEdge>,
}

/// Boxes and lines.
#[derive(Debug, Default)]
pub(crate) struct Scene<'a> {
    pub(crate) nodes: Vec<Node<'a>>,
    pub(crate) links: Vec<Link<'a>>,
}

/// One line of an edge on the map, still between assets.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stroke<'a> {
    pub(crate) edge: &'a ReachEdge,
    pub(crate) agent: &'a AssetId,
    pub(crate) lane: Lane,
    pub(crate) label: Label,
}

/// What to draw.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cut<'a> {
    /// Only what this agent touches; everything where absent.
    pub(crate) agent: Option<&'a AssetId>,
    /// The finding whose path stands out.
    pub(crate) focus: Option<&'a Finding>,
}

impl<'a> Scene<'a> {
    pub(crate) fn new(index: &Index<'a>, cut: Cut<'a>) -> Self {
        let focus: BTreeSet<&EdgeId> = cut.focus.iter().flat_map(|it| it.legs.values().flatten()).collect();
        let strokes = strokes(index, cut.agent);
        let boxes = fold::boxes(index, &strokes, &focus, cut.agent);
        let mut scene = Self::default();
        let mut place = BTreeMap::new();
        for it in boxes {
            for asset in &it.assets {
                place.insert((it.lane, *asset), scene.nodes.len());
            }
            scene.nodes.push(it);
        }
        scene.links = links(index, &strokes, &place, &focus);
        scene.finish(index);
        scene
    }

    /// Notes, twins and focus depend on the lines, so they come last.
    fn finish(&mut self, index: &Index<'a>) {
        let mut lanes: BTreeMap<&AssetId, BTreeSet<Lane>> = BTreeMap::new();
        for node in &self.nodes {
            for asset in &node.assets {
                lanes.entry(asset).or_default().insert(node.lane);
            }
        }
        let lit: BTreeSet<usize> =
            self.links.iter().filter(|it| it.focus).flat_map(|it| [it.from, it.to]).collect();
        for (at, node) in self.nodes.iter_mut().enumerate() {
            let links: Vec<_> = self.links.iter().filter(|it| it.from == at || it.to == at).collect();
            node.focus = lit.contains(&at);
            node.twin = match node.assets.as_slice() {
                [one] => lanes.get(one).is_some_and(|it| it.len() > 1),
                _ => false,
            };
            node.note = notes::note(index, node, &links);
        }
    }
}

/// The lines of all edges that the map shows. Tools are no boxes, so what supplies them is no line; an edge
/// of a server or an environment is drawn from the agents that use it.
fn strokes<'a>(index: &Index<'a>, only: Option<&AssetId>) -> Vec<Stroke<'a>> {
    let mut strokes = Vec::new();
    let mut near: BTreeSet<&AssetId> = BTreeSet::new();
    for edge in index.assessment.edges.iter().filter(|it| it.verb != Verb::Supplies) {
        let label = index.label(edge);
        let kind = index.kind(&edge.to);
        if kind == AssetKind::Tool {
            continue;
        }
        let lanes: &[Lane] = match (kind, label) {
            (AssetKind::Memory | AssetKind::Agent, _) => &[Lane::Agents],
            (_, Label::Unknown) => &[Lane::Sources, Lane::Reach],
            (_, Label::Untrusted) => &[Lane::Sources],
            _ if edge.verb == Verb::Loads => &[Lane::Sources],
            _ => &[Lane::Reach],
        };
        for agent in index.actors(&edge.from) {
            if only == Some(agent) && kind == AssetKind::Memory {
                near.insert(&edge.to);
            }
            strokes.extend(lanes.iter().map(|lane| Stroke { edge, agent, lane: *lane, label }));
        }
    }
    if let Some(only) = only {
        strokes.retain(|it| {
            let (from, to) = (it.agent, &it.edge.to);
            from == only || to == only || (it.lane == Lane::Agents && near.contains(to))
        });
    }
    strokes
}

/// Merges strokes between the same two boxes.
fn links<'a>(
    index: &Index<'a>,
    strokes: &[Stroke<'a>],
    place: &BTreeMap<(Lane, &'a AssetId), usize>,
    focus: &BTreeSet<&EdgeId>,
) -> Vec<Link<'a>> {
    let mut merged: BTreeMap<(usize, usize, bool), Vec<&Stroke<'a>>> = BTreeMap::new();
    for stroke in strokes {
        let agent = place.get(&(Lane::Agents, stroke.agent)).copied();
        let other = place.get(&(stroke.lane, &stroke.edge.to)).copied();
        let (Some(agent), Some(other)) = (agent, other) else { continue };
        if agent == other {
            continue;
        }
        let inward = stroke.lane == Lane::Reach && goes_in(stroke.edge.verb);
        merged.entry((agent, other, inward)).or_default().push(stroke);
    }
    merged
        .into_iter()
        .map(|((agent, other, _), strokes)| link(index, agent, other, &strokes, focus))
        .collect()
}

fn link<'a>(
    index: &Index<'a>,
    agent: usize,
    other: usize,
    strokes: &[&Stroke<'a>],
    focus: &BTreeSet<&EdgeId>,
) -> Link<'a> {
    let at = strokes.first().map_or(Lane::Reach, |it| it.lane);
    let mut edges: Vec<_> = strokes.iter().map(|it| it.edge).collect();
    edges.sort_by_key(|a| a.id);
    edges.dedup_by(|a, b| a.id == b.id);
    let passing: Vec<_> = edges.iter().filter(|it| it.gate != Gate::Denied).collect();
    let line = match passing.iter().map(|it| it.gate).min() {
        None => Line::Closed,
        // What a finding walks over reaches far enough to hurt, whatever bounds it.
        Some(_) if passing.iter().all(|it| !it.controls.is_empty() && index.walked(&it.id).is_none()) => {
            Line::Closed
        }
        Some(Gate::Auto) => Line::Open,
        Some(_) => Line::Asked,
    };
    let ways: BTreeSet<bool> = edges.iter().map(|it| at != Lane::Reach && goes_in(it.verb)).collect();
    let way = match (at, ways.contains(&true), ways.contains(&false)) {
        (Lane::Agents, true, true) => Way::Both,
        (Lane::Sources, ..) | (Lane::Agents, true, false) => Way::In,
        (Lane::Reach, ..) if edges.iter().all(|it| goes_in(it.verb)) => Way::In,
        _ => Way::Out,
    };
    let (from, to) = if at == Lane::Sources { (other, agent) } else { (agent, other) };
    Link {
        from,
        to,
        agent,
        way,
        label: strokes.iter().map(|it| it.label).min().unwrap_or(Label::Plain),
        line,
        tier: passing.iter().map(|it| it.tier).max().unwrap_or(Tier::T0),
        stock: edges.iter().all(|it| it.stock),
        focus: edges.iter().any(|it| focus.contains(&it.id)),
        edges,
    }
}

/// Whether content comes to the agent over edges of this verb.
pub(crate) fn goes_in(verb: Verb) -> bool {
    matches!(verb, Verb::Ingests | Verb::Reads | Verb::Recalls | Verb::Loads | Verb::Holds)
}

/// The worst finding of an agent, or of all.
pub(crate) fn worst<'a>(index: &Index<'a>, agent: Option<&AssetId>) -> Option<&'a Finding> {
    let own = |it: &&Finding| agent.is_none_or(|agent| it.subject == *agent) && !it.legs.is_empty();
    // Equal severities keep the order of the groups, and the first of them is wanted.
    index.findings().into_iter().filter(own).rev().max_by_key(|it| it.severity)
}

/// How much a stroke matters when there is room for a few: on the path in focus, on a finding's path, tier,
/// configured rather than stock.
pub(crate) fn weight(index: &Index<'_>, it: &Stroke<'_>, focus: &BTreeSet<&EdgeId>) -> Weight {
    let live = it.edge.gate != Gate::Denied;
    (focus.contains(&it.edge.id), index.walked(&it.edge.id), live, it.edge.tier, !it.edge.stock)
}

/// See [`weight`].
pub(crate) type Weight = (bool, Option<Severity>, bool, Tier, bool);
