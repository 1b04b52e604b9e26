//! Nothing is known of what a server or a command does.

use std::collections::BTreeMap;

use ambit_model::facts::ServerFacts;
use ambit_model::{AssetId, Confidence, Gate, Place, ReachEdge, RuleInfo, Tier, Verb};

use super::{Rule, Seen, Sink, exposure, single};
use crate::scene::Scene;

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
        let mut unknown: BTreeMap<&AssetId, Vec<(&ReachEdge, Gate)>> = BTreeMap::new();
        for (edge, gate) in scene.open_edges(agent).filter(|(it, _)| it.verb == Verb::MayReach && !it.stock) {
            let tool = edge.via.as_ref().and_then(|it| scene.map.tools.get(it));
            let end = tool.and_then(|it| it.server.as_ref()).unwrap_or(&edge.to);
            unknown.entry(end).or_default().push((edge, gate));
        }
        for (end, edges) in unknown {
            report(scene, sink, agent, (end, &edges));
        }
    }
}

fn report(
    scene: &Scene<'_>,
    sink: &mut Sink<'_>,
    agent: &AssetId,
    (end, edges): (&AssetId, &[(&ReachEdge, Gate)]),
) {
    let Some((weakest, gate)) = edges.iter().min_by_key(|(it, gate)| (*gate, &it.id)) else { return };
    let Some(open) = exposure([*gate]) else { return };
    let (message, places) = match scene.map.servers.get(end) {
        Some(facts) => (of_server(scene, facts, edges), entries(scene, agent, end)),
        None => (of_commands(scene, agent, edges), edges.iter().filter_map(|(it, _)| it.decided_by.clone()).collect()),
    };
    let mut seen = Seen::fact(agent, end, (Tier::T4, open), places).says(message);
    seen.confidence = Confidence::Possible;
    seen.legs = vec![("unknown", single(&weakest.id, *gate))];
    sink.report(seen);
}

fn entries(scene: &Scene<'_>, agent: &AssetId, server: &AssetId) -> Vec<Place> {
    scene.servers(agent).filter(|(it, _)| it == server).map(|(_, it)| it.place.clone()).collect()
}

fn of_server(scene: &Scene<'_>, facts: &ServerFacts, edges: &[(&ReachEdge, Gate)]) -> String {
    let tools = edges.iter().filter_map(|(it, _)| scene.map.tools.get(it.via.as_ref()?));
    let named: Vec<String> =
        tools.filter(|it| it.name != "*").map(|it| format!("`{}`", it.name)).take(3).collect();
    let what = match (named.len(), edges.len()) {
        (0, _) => format!("nobody knows what `{}` does", facts.name),
        (few, all) if few == all => format!("nobody knows what {} of `{}` does", named.join(", "), facts.name),
        (_, all) => format!("nobody knows what {all} tools of `{}` do, {} among them", facts.name, named.join(", ")),
    };
    format!(
        "{what}; to settle it, put its `tools/list` answer beside it as `{}.json`, or {}",
        facts.name,
        matches_line(facts)
    )
}

/// The line by which a catalog file would know it.
fn matches_line(facts: &ServerFacts) -> String {
    let by = match (&facts.launch.package, &facts.launch.url) {
        (Some(package), _) => format!("matches.packages = [\"{}:{}\"]", package.ecosystem, package.name),
        (None, Some(url)) => {
            format!("matches.urls = [\"{}\"]", url.split_once("://").map_or(url.as_str(), |(_, it)| it))
        }
        (None, None) => format!("matches.names = [\"{}\"]", facts.name),
    };
    format!("describe it in a `--catalog` file under `[servers.{}]` with `{by}`", facts.name)
}

fn of_commands(scene: &Scene<'_>, agent: &AssetId, edges: &[(&ReachEdge, Gate)]) -> String {
    let places: Vec<&Place> = edges.iter().filter_map(|(it, _)| it.decided_by.as_ref()).collect();
    let rules = scene.map.agents.get(agent).into_iter().flat_map(|it| scene.rules(it));
    let mut named: Vec<String> =
        rules.filter(|it| places.contains(&&it.place)).map(|it| format!("`{}`", it.raw)).collect();
    named.dedup();
    let named = if named.is_empty() { "commands that nobody has looked at".to_owned() } else { named.join(", ") };
    format!(
        "`{}` may run {named}, and nobody knows what that does; to settle it, give the program a class in a \
         `--catalog` file under `[commands.NAME]`",
        scene.map.name(agent)
    )
}
