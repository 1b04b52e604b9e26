//! Whom an agent's work gets to: the agents that it hands it to, and those that they do.

use std::collections::BTreeMap;

use ambit_model::{AssetId, Verb};

use crate::flow::Way;
use crate::scene::Scene;

/// How many hands work goes through at the most: a longer chain is known by its parts.
const FURTHEST: usize = 4;

/// How many agents one hands work to at the most that are looked at.
const MOST: usize = 256;

/// The agents that `agent` hands work to, over whatever others, each with the way that meets the least.
pub(crate) fn handed<'a>(scene: &Scene<'a>, agent: &AssetId) -> BTreeMap<&'a AssetId, Way> {
    let mut reached: BTreeMap<&AssetId, Way> = BTreeMap::new();
    let mut news: Vec<(&AssetId, Option<Way>)> = match scene.map.agents.get_key_value(agent) {
        Some((agent, _)) => vec![(agent, None)],
        None => return reached,
    };
    for _ in 0..FURTHEST {
        let mut next = Vec::new();
        for (from, way) in news {
            for (step, gate) in scene.open_by(from, &[Verb::Delegates]) {
                let to = &step.edge.to;
                if to == agent || !scene.map.agents.contains_key(to) || reached.len() >= MOST {
                    continue;
                }
                let longer = match &way {
                    None => Way::single(step.no, gate),
                    Some(way) => Way {
                        gate: way.gate.max(gate),
                        edges: way.edges.iter().copied().chain([step.no]).collect(),
                    },
                };
                if reached.get(to).is_none_or(|known| longer.rank() < known.rank()) {
                    reached.insert(to, longer.clone());
                    next.push((to, Some(longer)));
                }
            }
        }
        news = next;
    }
    reached
}
