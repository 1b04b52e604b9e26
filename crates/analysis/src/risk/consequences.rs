//! What each agent can do to the world: sequences of tools, collapsed to what they come to, with the shortest to each.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use ambit_model::risk::{Consequence, Consequences};
use ambit_model::{AssetId, EdgeId, Gate, ReachEdge, Tier, Verb};

use super::names::Names;
use crate::handed::handed;
use crate::harm::says;
use crate::index::EdgeNo;
use crate::map::Row;
use crate::scene::Scene;
use crate::sequences::Sequences;

/// How many consequences of one agent are told.
const MOST: usize = 50;

/// What changes the world.
const CHANGES: &[Verb] =
    &[Verb::Sends, Verb::Writes, Verb::Executes, Verb::Spends, Verb::Grants, Verb::MayReach];

/// What makes two consequences one: what happens to which asset. What is sent there is one, in whatever words each tool
/// sends it.
type Key<'a> = (&'a AssetId, Option<String>);

/// One way to a consequence: that of the worst tier, the shortest of those.
struct Found {
    what: String,
    tier: Tier,
    gate: Gate,
    edges: Vec<EdgeNo>,
    ways: usize,
}

impl Found {
    /// What is told of several: the worst, then the shortest, then that with the weakest gate, then the first.
    fn rank(&self) -> (Reverse<Tier>, usize, Gate, &[EdgeNo]) {
        (Reverse(self.tier), self.edges.len(), self.gate, &self.edges)
    }
}

/// The consequences of each agent, the worst first.
pub(super) fn of(scene: &Scene<'_>) -> Vec<Consequences> {
    let (sequences, names) = (Sequences::new(scene), Names::in_map(scene.map));
    let mut all = Vec::new();
    for (agent, _) in scene.agents() {
        let mut found: BTreeMap<Key<'_>, Found> = BTreeMap::new();
        for (row, gate) in scene.open_by(agent, CHANGES) {
            // What it can be steered to send is weighed where data leaks.
            if row.edge.tier >= Tier::T1 {
                note(&mut found, row.edge, by_edge(scene, row, (gate, vec![row.no])));
            }
        }
        for (other, way) in handed(scene, agent) {
            for (row, gate) in scene.open_by(other, CHANGES).filter(|(it, _)| it.edge.tier >= Tier::T1) {
                let edges = way.edges.iter().copied().chain([row.no]).collect();
                note(&mut found, row.edge, by_edge(scene, row, (way.gate.max(gate), edges)));
            }
        }
        for it in sequences.of(agent) {
            let Some(last) = it.later.or_else(|| it.steps.last().map(|it| it.row)) else { continue };
            let edges: Vec<EdgeNo> =
                it.steps.iter().map(|it| it.row.no).chain(it.later.map(|it| it.no)).collect();
            let key = (&last.edge.to, Some(it.sequence.ends.clone()));
            let what = it.sequence.ends.clone();
            merge(&mut found, key, Found { what, tier: it.tier, gate: Gate::Auto, edges, ways: 1 });
        }
        // What is both sent to a place and written there is one, in the same words.
        let mut told_once: BTreeMap<Key<'_>, Found> = BTreeMap::new();
        for ((asset, _), it) in found {
            let key = (asset, Some(it.what.clone()));
            let ways = told_once.get(&key).map_or(0, |known: &Found| known.ways).max(it.ways);
            merge(&mut told_once, key, it).ways = ways;
        }
        let mut found: Vec<_> = told_once.into_iter().collect();
        found.sort_by_key(|(_, it)| Reverse(it.tier));
        let consequences: Vec<Consequence> =
            found.into_iter().take(MOST).map(|((asset, _), it)| told(scene, &names, asset, it)).collect();
        if !consequences.is_empty() {
            all.push(Consequences {
                agent: agent.clone(),
                name: scene.map.name(agent).to_owned(),
                consequences,
            });
        }
    }
    all
}

/// What comes of a call over `row` behind `gate`.
fn by_edge(scene: &Scene<'_>, row: Row<'_>, (gate, edges): (Gate, Vec<EdgeNo>)) -> Found {
    let what = runs(scene, row.edge).map_or_else(|| says(scene.map, row.edge), str::to_owned);
    Found { what, tier: row.edge.tier, gate, edges, ways: 1 }
}

/// What an edge does whose tool runs code, and whose words are of that: `run commands` is no word for what is sent.
fn runs(scene: &Scene<'_>, edge: &ReachEdge) -> Option<&'static str> {
    let does = match edge.verb {
        Verb::Sends => "send anything there by what it runs",
        Verb::Writes => "change it by what it runs",
        _ => return None,
    };
    let mut others = scene.map.edges_via(&edge.from, edge.via.as_ref()?);
    let same = |it: Row<'_>| it.edge.verb == Verb::Executes && it.edge.consequence == edge.consequence;
    others.any(same).then_some(does)
}

fn note<'a>(found: &mut BTreeMap<Key<'a>, Found>, edge: &'a ReachEdge, new: Found) {
    let what = (edge.verb != Verb::Sends).then(|| new.what.clone());
    merge(found, (&edge.to, what), new);
}

/// Keeps the one that is told, and counts both.
fn merge<'f, 'a>(found: &'f mut BTreeMap<Key<'a>, Found>, key: Key<'a>, new: Found) -> &'f mut Found {
    match found.entry(key) {
        Entry::Vacant(it) => it.insert(new),
        Entry::Occupied(it) => {
            let known = it.into_mut();
            let ways = known.ways + new.ways;
            if new.rank() < known.rank() {
                *known = new;
            }
            known.ways = ways;
            known
        }
    }
}

fn told(scene: &Scene<'_>, names: &Names<'_>, asset: &AssetId, found: Found) -> Consequence {
    let map = scene.map;
    let rows = || found.edges.iter().filter_map(|it| map.row(*it));
    let tools = rows().map(|it| match (&it.edge.via, it.edge.verb) {
        (Some(via), _) => names.of(via).to_owned(),
        (None, Verb::Delegates) => names.of(&it.edge.to).to_owned(),
        (None, verb) => verb.to_string(),
    });
    Consequence {
        what: found.what,
        asset: asset.clone(),
        name: names.of(asset).to_owned(),
        tier: found.tier,
        gate: found.gate,
        ways: found.ways,
        tools: tools.collect(),
        edges: rows().map(|it| it.edge.id).collect::<Vec<EdgeId>>(),
    }
}
