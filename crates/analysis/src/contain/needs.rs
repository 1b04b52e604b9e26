//! What must stay possible, judged by laying choices over the map. Typed content is still there, so a reader that passes
//! fixed types breaks no need; a way out that reaches fewer is no longer what it was, so it does.

use std::collections::BTreeSet;

use ambit_model::containment::Kept;
use ambit_model::stated::{Capability, Keep, Model, Need, Placed};
use ambit_model::{AssetId, Gate, ReachEdge, Verb};

use crate::index::{EdgeNo, NodeNo, numbered};
use crate::map::ReachMap;
use crate::overlay::patch;
use crate::scene::{Overlay, Scene};

/// A need, with the edges that can answer it.
#[derive(Debug)]
pub(super) struct Needed<'a> {
    need: &'a Placed<Need>,
    edges: Vec<EdgeNo>,
    /// Whether all of them must stay, and not any one.
    all: bool,
    /// Contexts whose choices may break it.
    pub(super) groups: BTreeSet<NodeNo>,
    /// Whether it is possible as things are: what is not cannot be kept.
    pub(super) holds: bool,
}

/// The needs of `model`, in its order.
pub(super) fn of<'a>(scene: &Scene<'_>, model: &'a Model) -> Vec<Needed<'a>> {
    model.needs.iter().map(|it| needed(scene, it)).collect()
}

fn needed<'a>(scene: &Scene<'_>, need: &'a Placed<Need>) -> Needed<'a> {
    let map = scene.map;
    let keep = &need.value.keep.value;
    let stands = |fits: &dyn Fn(&ReachEdge) -> bool| -> Vec<EdgeNo> {
        let edges = numbered(&map.edges).filter(|(_, it)| it.gate != Gate::Denied && fits(it));
        edges.map(|(no, _)| no).collect()
    };
    let edges = match keep {
        Keep::Text(text) => stands(&|it| text.matches_edge(it)),
        Keep::Edge(parts) => stands(&|it| parts.matches_edge(it)),
        Keep::Capability(it) => stands(&|edge| is_way(it, edge)),
    };
    let from = edges.iter().filter_map(|it| map.index.node_of(*it));
    let groups = from.filter_map(|it| map.index.group(it).first().copied()).collect();
    let all = !matches!(keep, Keep::Capability(_));
    let needed = Needed { need, all, groups, holds: !edges.is_empty(), edges };
    let holds = needed.holds && needed.is_kept(scene, &Overlay::default());
    Needed { holds, ..needed }
}

fn is_way(it: &Capability, edge: &ReachEdge) -> bool {
    edge.verb == it.may && it.agent.matches_asset(&edge.from) && it.to.matches_asset(&edge.to)
}

impl Needed<'_> {
    /// Whether it is still possible under `overlay`.
    pub(super) fn is_kept(&self, scene: &Scene<'_>, overlay: &Overlay) -> bool {
        let map = scene.map;
        let there = Overlay { typed: BTreeSet::new(), ..overlay.clone() };
        let patch = patch(map, &there);
        let stands = |no: &EdgeNo| {
            let gate = patch.get(no).copied().unwrap_or_else(|| map.row(*no).map(|it| it.gate));
            // What is done under a limit is still done; whoever is not on a list gets no answer.
            let whole = overlay.bounded.get(no).is_none_or(|it| it.audience.is_none());
            whole && gate.is_some_and(|it| it != Gate::Denied)
        };
        // Whoever is not asked does not answer.
        let stands = |no: &EdgeNo| stands(no) && asks(map, *no).is_none_or(|it| stands(&it));
        if self.all {
            return self.edges.iter().all(stands);
        }
        let mut left = self.edges.iter().filter(|it| stands(it));
        match &self.need.value.keep.value {
            Keep::Capability(it) if !it.with.is_empty() => {
                let scene = scene.under(there);
                left.any(|no| map.row(*no).is_some_and(|row| has_data(&scene, &row.edge.from, it)))
            }
            _ => left.next().is_some(),
        }
    }

    /// The need for people.
    pub(super) fn told(&self) -> Kept {
        let Need { keep, why } = &self.need.value;
        let keep = match &keep.value {
            Keep::Text(text) => format!("all of `{text}`"),
            Keep::Edge(parts) => edges(parts),
            Keep::Capability(it) => capability(it),
        };
        Kept { keep, why: why.clone(), place: self.need.place.clone(), holds: self.holds }
    }
}

/// The edge over which the same call of the same tool sends there what it takes in from: an address that is fetched is sent.
fn asks(map: &ReachMap, no: EdgeNo) -> Option<EdgeNo> {
    let row = map.row(no).filter(|it| it.verb == Verb::Ingests)?;
    let via = row.edge.via.as_ref()?;
    let mut same = map.edges_via(&row.edge.from, via).filter(|it| it.to == row.edge.to);
    same.find(|it| it.verb == Verb::Sends && it.gate != Gate::Denied).map(|it| it.no)
}

/// Whether data of every class gets into the context of `agent`.
fn has_data(scene: &Scene<'_>, agent: &AssetId, it: &Capability) -> bool {
    let held: Vec<&AssetId> = scene.data(agent).map(|it| it.store).collect();
    it.with.iter().all(|class| held.iter().any(|store| is_of(scene.map, store, class.as_str())))
}

/// Whether a store is known to hold data of the class.
fn is_of(map: &ReachMap, store: &AssetId, class: &str) -> bool {
    let known = map.assets.get(store).is_some_and(|it| it.data.iter().any(|it| it == class));
    let read = || map.index.to.get(store).into_iter().flatten().filter_map(|it| map.row(*it));
    known
        || read().any(|it| {
            matches!(it.verb, Verb::Reads | Verb::Recalls) && it.touches.iter().any(|it| it == class)
        })
}

fn edges(parts: &ambit_model::stated::EdgeParts) -> String {
    let mut said = vec!["all edges".to_owned()];
    said.extend(parts.from.as_ref().map(|it| format!("of `{it}`")));
    let verbs: Vec<&str> = parts.verb.iter().map(|it| it.word()).collect();
    if !verbs.is_empty() {
        said.push(format!("that {}", verbs.join(" or ")));
    }
    said.extend(parts.to.as_ref().map(|it| format!("to `{it}`")));
    said.extend(parts.via.as_ref().map(|it| format!("over `{it}`")));
    said.extend(parts.tier.map(|it| format!("of {it}")));
    said.extend(parts.gate.map(|it| format!("that are {it}")));
    said.join(" ")
}

fn capability(it: &Capability) -> String {
    let classes: Vec<String> = it.with.iter().map(|it| format!("`{it}`")).collect();
    let with = if classes.is_empty() { String::new() } else { format!(" with {} data", classes.join(", ")) };
    format!("`{}` {} `{}`{with}", it.agent, it.may.word(), it.to)
}
