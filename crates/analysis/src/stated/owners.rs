//! Who answers for an edge: whoever answers for what it leads to, else for what protects that, for the tool, for the
//! agent.

use ambit_model::stated::Model;

use crate::map::ReachMap;

/// Notes the owners of edges, where people have said who that is.
pub(super) fn assign(map: &mut ReachMap, model: &Model) {
    let known = map.assets.values().any(|it| it.owner.is_some());
    if !known && model.protects.iter().all(|(_, it)| it.value.owner.is_none()) {
        return;
    }
    let ReachMap { assets, edges, .. } = map;
    let of_asset = |id| assets.get(id).and_then(|it| it.owner.clone());
    for edge in edges {
        let ends = [Some(&edge.to), edge.via.as_ref(), Some(&edge.from)];
        edge.owner = ends.into_iter().flatten().find_map(of_asset).or(edge.owner.take());
    }
}
