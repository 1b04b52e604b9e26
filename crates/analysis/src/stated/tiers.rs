//! The team's table of tiers, in the place of the model's.

use ambit_model::stated::Tiers;

use crate::map::ReachMap;

/// Computes anew the tier of every edge that has one by what it does to whom: the table may differ, and what an edge
/// does may have been corrected.
pub(super) fn retier(map: &mut ReachMap, tiers: &Tiers) {
    for edge in &mut map.edges {
        let (Some(reversibility), Some(blast_radius)) = (edge.reversibility, edge.blast_radius) else {
            continue;
        };
        edge.tier = tiers.tier(reversibility, blast_radius);
    }
}
