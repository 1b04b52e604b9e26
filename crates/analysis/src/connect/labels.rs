//! Labels that follow from the whole map: who can reach each edge, and how much a way out can disclose.

use ambit_model::{Gate, Level, Tier, Verb};

use crate::flow::Flows;
use crate::map::ReachMap;

/// Sets `reached_by` of edges that act, and the level and tier of ways out, from the two closures.
pub(super) fn label(map: &mut ReachMap) {
    let flows = Flows::of(map);
    for edge in map.edges.values_mut() {
        if edge.gate == Gate::Denied {
            continue;
        }
        if !matches!(edge.verb, Verb::Ingests | Verb::Loads | Verb::Recalls | Verb::Supplies) {
            edge.reached_by = flows.trust(&edge.from);
        }
        let (Verb::Sends, Some(audience)) = (edge.verb, edge.audience) else { continue };
        let (level, data) = flows.worst_data(&edge.from);
        edge.level = level;
        edge.touches = data;
        let disclosed = level.filter(|it| it.is_disclosed_to(audience));
        edge.tier = disclosed.map_or(Tier::T0, Tier::of_disclosure).max(if level > Some(Level::Public) {
            Tier::T1
        } else {
            Tier::T0
        });
    }
}
