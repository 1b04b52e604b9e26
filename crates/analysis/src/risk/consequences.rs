//! What each agent can do to the world: sequences of tools, collapsed to what they come to, with the shortest to each.

use std::collections::BTreeMap;

use ambit_model::risk::{Consequence, Consequences};
use ambit_model::{AssetId, EdgeId, Gate, Tier, Verb};

use crate::handed::handed;
use crate::harm::says;
use crate::index::EdgeNo;
use crate::scene::Scene;
use crate::sequences::Sequences;

/// How many consequences of one agent are told.
const MOST: usize = 50;

/// What changes the world.
const CHANGES: &[Verb] =
    &[Verb::Sends, Verb::Writes, Verb::Executes, Verb::Spends, Verb::Grants, Verb::MayReach];

/// What makes two consequences one: what happens to which asset, and how much it matters.
type Key<'a> = (std::cmp::Reverse<Tier>, &'a AssetId, String);

/// One way to a consequence.
struct Found {
    gate: Gate,
    edges: Vec<EdgeNo>,
    ways: usize,
}

/// The consequences of each agent, the worst first.
pub(super) fn of(scene: &Scene<'_>) -> Vec<Consequences> {
    let sequences = Sequences::new(scene);
    let mut all = Vec::new();
    for (agent, _) in scene.agents() {
        let mut found: BTreeMap<Key<'_>, Found> = BTreeMap::new();
        for (row, gate) in scene.open_by(agent, CHANGES) {
            // What it can be steered to send is weighed where data leaks.
            if row.edge.tier >= Tier::T1 {
                let what = says(scene.map, row.edge);
                note(&mut found, (std::cmp::Reverse(row.edge.tier), &row.edge.to, what), gate, vec![row.no]);
            }
        }
        for (other, way) in handed(scene, agent) {
            for (row, gate) in scene.open_by(other, CHANGES).filter(|(it, _)| it.edge.tier >= Tier::T1) {
                let edges = way.edges.iter().copied().chain([row.no]).collect();
                let key = (std::cmp::Reverse(row.edge.tier), &row.edge.to, says(scene.map, row.edge));
                note(&mut found, key, way.gate.max(gate), edges);
            }
        }
        for it in sequences.of(agent) {
            let Some(last) = it.later.or_else(|| it.steps.last().map(|it| it.row)) else { continue };
            let edges: Vec<EdgeNo> =
                it.steps.iter().map(|it| it.row.no).chain(it.later.map(|it| it.no)).collect();
            let key = (std::cmp::Reverse(it.tier), &last.edge.to, it.sequence.ends.clone());
            note(&mut found, key, Gate::Auto, edges);
        }
        let consequences: Vec<Consequence> =
            found.into_iter().take(MOST).map(|(key, it)| told(scene, key, it)).collect();
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

/// Keeps the shortest way, of equal ones that with the weakest gate, then the first.
fn note<'a>(found: &mut BTreeMap<Key<'a>, Found>, key: Key<'a>, gate: Gate, edges: Vec<EdgeNo>) {
    match found.get_mut(&key) {
        None => _ = found.insert(key, Found { gate, edges, ways: 1 }),
        Some(known) => {
            known.ways += 1;
            if (edges.len(), gate, &edges) < (known.edges.len(), known.gate, &known.edges) {
                (known.gate, known.edges) = (gate, edges);
            }
        }
    }
}

fn told(scene: &Scene<'_>, (tier, asset, what): Key<'_>, found: Found) -> Consequence {
    let map = scene.map;
    let rows = || found.edges.iter().filter_map(|it| map.row(*it));
    let tools = rows().map(|it| match (&it.edge.via, it.edge.verb) {
        (Some(via), _) => map.name(via).to_owned(),
        (None, Verb::Delegates) => map.name(&it.edge.to).to_owned(),
        (None, verb) => verb.to_string(),
    });
    Consequence {
        what,
        asset: asset.clone(),
        name: map.name(asset).to_owned(),
        tier: tier.0,
        gate: found.gate,
        ways: found.ways,
        tools: tools.collect(),
        edges: rows().map(|it| it.edge.id).collect::<Vec<EdgeId>>(),
    }
}
