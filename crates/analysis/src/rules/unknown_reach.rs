//! Nothing is known of what a server or a command does.

use std::collections::BTreeMap;

use ambit_model::{AssetId, Confidence, Gate, Place, RuleInfo, Tier, Verb};

use super::{Rule, Seen, Sink, exposure, single};
use crate::harm::own_tool;
use crate::map::Row;
use crate::scene::Scene;
use crate::unknown::{of_commands, of_server, of_tools, of_unresolved};

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "unknown-reach",
        title: "Nobody knows what it can do",
        categories: &["ASI02:2026", "ASI04:2026", "LLM06:2025", "MCP09:2025", "AST09", "CWE-1357"],
        page: include_str!("unknown_reach.md"),
    },
    check,
};

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for (agent, _) in scene.agents() {
        let mut unknown: BTreeMap<&AssetId, Vec<(Row<'_>, Gate)>> = BTreeMap::new();
        for (edge, gate) in scene.open_by(agent, &[Verb::MayReach]).filter(|(it, _)| !it.stock) {
            let tool = edge.via.as_ref().and_then(|it| scene.map.tools.get(it));
            let end = tool.and_then(|it| it.server.as_ref()).unwrap_or(&edge.edge.to);
            unknown.entry(end).or_default().push((edge, gate));
        }
        for (end, edges) in unknown.into_iter().filter(|(end, _)| scene.asks(end)) {
            report(scene, sink, agent, (end, &edges));
        }
    }
}

fn report(
    scene: &Scene<'_>,
    sink: &mut Sink<'_>,
    agent: &AssetId,
    (end, edges): (&AssetId, &[(Row<'_>, Gate)]),
) {
    let Some((weakest, gate)) = edges.iter().min_by_key(|(it, gate)| (*gate, &it.id)) else { return };
    let Some(open) = exposure([*gate]) else { return };
    let lines = || edges.iter().flat_map(|(it, _)| scene.map.granted_by(it.no)).cloned().collect();
    let (message, places) = match (scene.map.servers.get(end), &weakest.edge.via) {
        (Some(facts), _) => (of_server(scene, facts, edges), entries(scene, agent, end)),
        (None, Some(via)) if is_of_client(scene, agent, via) => (of_commands(scene, agent, edges), lines()),
        (None, Some(_)) => (of_tools(scene, agent, edges), tools(scene, edges)),
        (None, None) => (of_unresolved(scene, agent, weakest.edge), lines()),
    };
    let mut seen = Seen::fact(agent, end, (Tier::T4, open), places).says(message);
    seen.confidence = Confidence::Possible;
    seen.legs = vec![("unknown", single(weakest.no, *gate))];
    sink.report(seen);
}

/// Whether the tool is one that the agent's client brings along.
fn is_of_client(scene: &Scene<'_>, agent: &AssetId, via: &AssetId) -> bool {
    let client = scene.map.agents.get(agent).and_then(|it| scene.catalog.client(&it.client));
    let name = scene.map.tools.get(via).map(|it| it.name.as_str());
    client.is_some_and(|it| name.is_some_and(|name| it.tools.contains_key(name)))
}

/// Where the tools are defined.
fn tools(scene: &Scene<'_>, edges: &[(Row<'_>, Gate)]) -> Vec<Place> {
    edges.iter().filter_map(|(it, _)| own_tool(scene.map, it.edge)).map(|it| it.place.clone()).collect()
}

fn entries(scene: &Scene<'_>, agent: &AssetId, server: &AssetId) -> Vec<Place> {
    scene.servers(agent).filter(|(it, _)| it == server).map(|(_, it)| it.place.clone()).collect()
}
