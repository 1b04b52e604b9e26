//! One thing that can be done: what it means for the map, what it costs, and the lines to write.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_model::stated::edit::Value;
use ambit_model::{AssetId, Gate, Remedy, Verb};

use crate::index::{EdgeNo, NodeNo};
use crate::map::ReachMap;
use crate::overlay::{patch, typed};
use crate::scene::Overlay;

/// A control or a change of a line.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub(super) remedy: Remedy,
    pub(super) overlay: Overlay,
    /// The control as `ambit.yaml` states it; none where it is a change of a line alone.
    pub(super) control: Option<Value>,
    /// Edges that it closes, bounds, types or puts something before, sorted.
    pub(super) touches: Vec<EdgeNo>,
    /// Contexts that content can move to or from there, each group by its first node.
    pub(super) groups: BTreeSet<NodeNo>,
    /// Findings that it was proposed for.
    pub(super) against: BTreeSet<String>,
    pub(super) price: Price,
}

/// What a choice costs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Price {
    /// All of it, in points.
    pub(super) cost: u32,
    /// The part of it that is work.
    pub(super) effort: u32,
    /// How much each agent loses of what it can do, in percent, rounded up.
    pub(super) loses: BTreeMap<AssetId, u32>,
    /// The points of capability that are lost, times 100.
    pub(super) lost: u64,
}

/// Edges that `overlay` changes, sorted.
pub(super) fn touched(map: &ReachMap, overlay: &Overlay) -> Vec<EdgeNo> {
    let mut all: BTreeSet<EdgeNo> = patch(map, overlay).into_keys().collect();
    all.extend(typed(map, overlay).into_keys());
    all.extend(&overlay.bounded);
    all.into_iter().collect()
}

/// Whether some edge has less before it than now: taking a line back may open what it closed.
pub(super) fn loosens(map: &ReachMap, overlay: &Overlay) -> bool {
    let weaker = |(no, gate): (&EdgeNo, &Option<Gate>)| {
        gate.is_some_and(|gate| map.row(*no).is_some_and(|it| gate < it.gate))
    };
    patch(map, overlay).iter().any(weaker)
}

/// What capabilities are worth, and what choices cost of them.
pub(super) struct Prices<'a> {
    map: &'a ReachMap,
    catalog: &'a Catalog,
    /// What each agent can do, in points.
    worth: BTreeMap<&'a AssetId, u64>,
}

impl<'a> Prices<'a> {
    pub(super) fn of(map: &'a ReachMap, catalog: &'a Catalog) -> Self {
        let mut worth: BTreeMap<&AssetId, u64> = BTreeMap::new();
        for edge in map.edges.iter().filter(|it| it.gate != Gate::Denied) {
            *worth.entry(&edge.from).or_default() += weight(catalog, edge.verb);
        }
        worth.retain(|it, _| map.agents.contains_key(*it));
        Self { map, catalog, worth }
    }

    /// What all agents can do, in points.
    pub(super) fn all(&self) -> u64 {
        self.worth.values().sum()
    }

    /// What a control costs that touches these edges.
    pub(super) fn price(&self, control: &str, touches: &[EdgeNo]) -> Price {
        let prices = &self.catalog.containment().controls;
        let known = prices.get(control).or_else(|| prices.get("other"));
        let (effort, share) = known.map_or((1, 100), |it| (it.effort, u64::from(it.loses)));
        let mut lost: BTreeMap<&AssetId, u64> = BTreeMap::new();
        for row in touches.iter().filter_map(|it| self.map.row(*it)).filter(|it| it.gate != Gate::Denied) {
            if let Some((agent, _)) = self.worth.get_key_value(&row.edge.from) {
                *lost.entry(agent).or_default() += weight(self.catalog, row.verb) * share;
            }
        }
        let total = lost.values().sum();
        let percent = |(agent, lost): (&AssetId, u64)| {
            let worth = self.worth.get(agent).copied().unwrap_or(1).max(1);
            (agent.clone(), u32::try_from(lost.div_ceil(worth)).unwrap_or(100).min(100))
        };
        let loses: BTreeMap<AssetId, u32> = lost.into_iter().map(percent).filter(|(_, it)| *it > 0).collect();
        let capability = loses.values().fold(0_u32, |sum, it| sum.saturating_add(*it));
        Price { cost: effort.saturating_add(capability).max(1), effort, loses, lost: total }
    }
}

fn weight(catalog: &Catalog, verb: Verb) -> u64 {
    catalog.containment().verbs.get(verb.word()).map_or(0, |it| u64::from(it.weight))
}
