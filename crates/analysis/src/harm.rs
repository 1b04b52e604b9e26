//! The worst that an agent can do, and in which words.

use std::cmp::Reverse;

use ambit_model::facts::OwnTool;
use ambit_model::{AssetId, Gate, ReachEdge, Severity, Tier};

use crate::connect::program::tool_id;
use crate::map::{ReachMap, Row};
use crate::rules::ACTIONS;
use crate::scene::{Open, Scene};

/// The worst open action of `agent` of that tier or more that `counts`: by how bad it is behind `before`, then by how
/// sure.
pub(crate) fn worst_action<'a>(
    scene: &Scene<'a>,
    agent: &AssetId,
    (least, before): (Tier, Gate),
    counts: &dyn Fn(Row<'_>, Gate) -> bool,
) -> Option<Open<'a>> {
    let rank = |(it, gate): &Open<'a>| {
        let exposure = (*gate).max(before).exposure()?;
        // Of equal ones by names: ids depend on the agent's folder.
        let told = Reverse((it.edge.via.as_ref(), &it.edge.to, it.edge.verb));
        Some((Severity::of(it.tier, exposure), it.tier, it.confidence, Reverse(*gate), told))
    };
    let open = scene.open_by(agent, ACTIONS).filter(|(it, gate)| it.tier >= least && counts(*it, *gate));
    open.max_by(|a, b| rank(a).cmp(&rank(b)))
}

/// The tool of its own program over which `edge` goes.
pub(crate) fn own_tool<'m>(map: &'m ReachMap, edge: &ReachEdge) -> Option<&'m OwnTool> {
    let via = edge.via.as_ref()?;
    map.agents.get(&edge.from)?.program.tools.iter().find(|it| tool_id(it) == *via)
}

/// What an edge does, in words that follow "can". A tool of the agent's own program is named: its words are of a call
/// in its body, and a reader knows the tool.
pub(crate) fn says(map: &ReachMap, edge: &ReachEdge) -> String {
    match own_tool(map, edge).filter(|it| !edge.consequence.contains(&it.name)) {
        Some(tool) => format!("{} with its tool `{}`", edge.consequence, tool.name),
        None => edge.consequence.to_string(),
    }
}
