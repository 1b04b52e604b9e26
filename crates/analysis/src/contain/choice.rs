//! One thing that can be done: what it means for the map, what it costs, and the lines to write.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::risk::Founded;
use ambit_model::stated::edit::Value;
use ambit_model::{AssetId, Gate, Remedy};

use crate::index::{EdgeNo, NodeNo};
use crate::map::ReachMap;
use crate::overlay::{limited, patch};
use crate::scene::Overlay;

/// A control or a change of a line.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub(super) remedy: Remedy,
    pub(super) overlay: Overlay,
    /// The control as `ambit.yaml` states it; none where it is a change of a line alone.
    pub(super) control: Option<Value>,
    /// Its name in `ambit.yaml`, where it is planned there.
    pub(super) planned: Option<String>,
    /// Edges that it closes, bounds, types or puts something before, sorted.
    pub(super) touches: Vec<EdgeNo>,
    /// Contexts that content can move to or from there, each group by its first node.
    pub(super) groups: BTreeSet<NodeNo>,
    /// Findings that it was proposed for.
    pub(super) against: BTreeSet<String>,
    pub(super) price: Price,
}

/// What a choice costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Price {
    /// All of it, in points.
    pub(super) cost: u32,
    /// The part of it that is work.
    pub(super) effort: u32,
    /// Where that number comes from.
    pub(super) founded: Founded,
    /// How much each agent loses of what it can do, in percent, rounded up.
    pub(super) loses: BTreeMap<AssetId, u32>,
    /// The points of capability that are lost, times 100.
    pub(super) lost: u64,
}

/// Edges that `overlay` changes, sorted.
pub(super) fn touched(map: &ReachMap, overlay: &Overlay) -> Vec<EdgeNo> {
    let mut all: BTreeSet<EdgeNo> = patch(map, overlay).into_keys().collect();
    all.extend(limited(map, overlay).into_keys());
    all.extend(overlay.bounded.keys());
    all.into_iter().collect()
}

/// Whether some edge has less before it than now: taking a line back may open what it closed.
pub(super) fn loosens(map: &ReachMap, overlay: &Overlay) -> bool {
    let weaker = |(no, gate): (&EdgeNo, &Option<Gate>)| {
        gate.is_some_and(|gate| map.row(*no).is_some_and(|it| gate < it.gate))
    };
    patch(map, overlay).iter().any(weaker)
}
