//! A change that is thought and not made, and what it does to edges.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::{AssetId, Audience, Gate, Place, Tier, Trust, Verb};

use crate::index::EdgeNo;
use crate::limits::Limits;
use crate::map::ReachMap;

/// What is left of an edge at the most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Most {
    /// Whom it reaches.
    pub audience: Option<Audience>,
    /// Its tier.
    pub tier: Option<Tier>,
}

impl Most {
    /// What both leave.
    pub(crate) fn join(&mut self, other: Self) {
        self.audience = self.audience.into_iter().chain(other.audience).min();
        self.tier = self.tier.into_iter().chain(other.tier).min();
    }
}

/// What a line says that may be written otherwise, while everything else that it says stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Said {
    /// Which version of a package is run.
    Version,
    /// A secret itself, and not where it is kept.
    Secret,
    /// Text with something hidden in it.
    Text,
}

/// A change that is thought, not made.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Overlay {
    /// Tools that an agent is denied.
    pub denied: BTreeSet<(AssetId, AssetId)>,
    /// Tools of an agent that nothing does without being asked for.
    pub asked: BTreeSet<(AssetId, AssetId)>,
    /// Edges that are cut.
    pub cut: BTreeSet<EdgeNo>,
    /// Lines that are gone: rules, settings, hooks, entries of servers.
    pub removed: BTreeSet<Place>,
    /// What lines say otherwise.
    pub otherwise: BTreeSet<(Place, Said)>,
    /// Agents whose loop gets a limit.
    pub limited: BTreeSet<AssetId>,
    /// Edges over which what strangers wrote passes in fixed types alone, so that it steers nothing.
    pub typed: BTreeSet<EdgeNo>,
    /// Edges that nothing is done over without being asked for.
    pub gated: BTreeSet<EdgeNo>,
    /// Edges of which no more is left than this, as the bounds of the scene have them.
    pub bounded: BTreeMap<EdgeNo, Most>,
    /// Whether denied edges stand open: what would be, without the lines that close it.
    pub undenied: bool,
}

impl Overlay {
    /// The lines that are gone, or say something else.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &Place> {
        self.removed.iter().chain(self.otherwise.iter().map(|it| &it.0))
    }

    /// Both changes together.
    pub(crate) fn join(&mut self, other: &Self) {
        self.denied.extend(other.denied.iter().cloned());
        self.asked.extend(other.asked.iter().cloned());
        self.cut.extend(&other.cut);
        self.removed.extend(other.removed.iter().cloned());
        self.otherwise.extend(other.otherwise.iter().cloned());
        self.limited.extend(other.limited.iter().cloned());
        self.typed.extend(&other.typed);
        self.gated.extend(&other.gated);
        for (no, most) in &other.bounded {
            self.bounded.entry(*no).or_default().join(*most);
        }
        self.undenied |= other.undenied;
    }
}

/// How the edges stand that `overlay` is about. Where several changes meet on one edge the strongest stands.
pub(crate) fn patch(map: &ReachMap, overlay: &Overlay) -> BTreeMap<EdgeNo, Option<Gate>> {
    let mut patch = BTreeMap::new();
    for place in &overlay.removed {
        let decided = map.index.decided.get(place).into_iter().flatten();
        for no in decided.chain(map.index.granted.get(place).into_iter().flatten()) {
            patch.insert(*no, map.gate_without(*no, &overlay.removed));
        }
    }
    for (agent, server) in overlay.removed.iter().filter_map(|it| map.index.entries.get(it)).flatten() {
        let mut entries = map.uses.get(agent).into_iter().flatten().filter(|(it, _)| it == server);
        if entries.all(|(_, it)| overlay.removed.contains(&it.place)) {
            for tool in map.index.offers.get(server).into_iter().flatten() {
                patch.extend(of_tool(map, agent, tool).map(|it| (it, None)));
            }
        }
    }
    for (agent, tool) in &overlay.asked {
        for no in of_tool(map, agent, tool) {
            let stands = patch.get(&no).copied().unwrap_or_else(|| map.row(no).map(|it| it.gate));
            patch.insert(no, stands.map(|it| it.max(Gate::Asked)));
        }
    }
    for no in &overlay.gated {
        let stands = patch.get(no).copied().unwrap_or_else(|| map.row(*no).map(|it| it.gate));
        patch.insert(*no, stands.map(|it| it.max(Gate::Asked)));
    }
    patch.extend(overlay.cut.iter().map(|it| (*it, None)));
    // Typed content is no content that steers; what moves on in types is limited, not gone.
    let brought = overlay.typed.iter().filter(|it| map.row(**it).is_some_and(|it| is_brought(it.verb)));
    patch.extend(brought.map(|it| (*it, None)));
    for (agent, tool) in &overlay.denied {
        patch.extend(of_tool(map, agent, tool).map(|it| (it, None)));
    }
    patch
}

/// Whether content comes in over such an edge from outside.
fn is_brought(verb: Verb) -> bool {
    matches!(verb, Verb::Ingests | Verb::Loads)
}

/// What does not pass over the edges that `overlay` types or bounds.
pub(crate) fn limited(map: &ReachMap, overlay: &Overlay) -> BTreeMap<EdgeNo, Limits> {
    let moving = overlay.typed.iter().filter(|it| map.row(**it).is_some_and(|it| !is_brought(it.verb)));
    let typed = moving.map(|it| (*it, Limits { trust: Some(Trust::Partner), ..Limits::default() }));
    let bounded = overlay.bounded.iter().filter(|(_, most)| most.tier.is_some());
    let bounded = bounded.map(|(no, most)| (*no, Limits { tier: most.tier, ..Limits::default() }));
    let mut all: BTreeMap<EdgeNo, Limits> = BTreeMap::new();
    for (no, limits) in typed.chain(bounded) {
        let known = || map.index.limits.get(&no).cloned().unwrap_or_default();
        all.entry(no).or_insert_with(known).join(limits);
    }
    all
}

fn of_tool<'a>(
    map: &'a ReachMap,
    agent: &'a AssetId,
    tool: &AssetId,
) -> impl Iterator<Item = EdgeNo> + use<'a> {
    let edges = map.index.via.get(tool).into_iter().flatten().copied();
    edges.filter(|it| map.row(*it).is_some_and(|row| row.from == *agent))
}
