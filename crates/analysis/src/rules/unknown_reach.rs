//! Nothing is known of what a server or a command does.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::facts::{Limit, PermissionRule, Selector, ServerFacts};
use ambit_model::{AssetId, Confidence, Gate, Place, RuleInfo, Tier, Verb};

use super::{Rule, Seen, Sink, exposure, single};
use crate::map::Row;
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
    let (message, places) = match scene.map.servers.get(end) {
        Some(facts) => (of_server(scene, facts, edges), entries(scene, agent, end)),
        None => (of_commands(scene, agent, edges), edges.iter().filter_map(|(it, _)| it.decided_by.clone()).collect()),
    };
    let mut seen = Seen::fact(agent, end, (Tier::T4, open), places).says(message);
    seen.confidence = Confidence::Possible;
    seen.legs = vec![("unknown", single(weakest.no, *gate))];
    sink.report(seen);
}

fn entries(scene: &Scene<'_>, agent: &AssetId, server: &AssetId) -> Vec<Place> {
    scene.servers(agent).filter(|(it, _)| it == server).map(|(_, it)| it.place.clone()).collect()
}

fn of_server(scene: &Scene<'_>, facts: &ServerFacts, edges: &[(Row<'_>, Gate)]) -> String {
    let tools = edges.iter().filter_map(|(it, _)| scene.map.tools.get(it.via.as_ref()?));
    let named: Vec<String> =
        tools.filter(|it| it.name != "*").map(|it| format!("`{}`", it.name)).take(3).collect();
    let what = match (named.len(), edges.len()) {
        (0, _) => format!("nobody knows what `{}` does", facts.name),
        (few, all) if few == all => format!("nobody knows what {} of `{}` does", named.join(", "), facts.name),
        (_, all) => format!("nobody knows what {all} tools of `{}` do, {} among them", facts.name, named.join(", ")),
    };
    format!(
        "{what}; to settle it, save its `tools/list` answer as JSON with `\"server\": \"{}\"` in it, or {}",
        facts.name,
        matches_line(facts)
    )
}

/// The lines by which a catalog file would know it. What is reached through a go-between is the address.
fn matches_line(facts: &ServerFacts) -> String {
    let by = match (&facts.launch.url, &facts.launch.package) {
        (Some(url), _) => {
            format!("matches.urls = [\"{}\"]", url.split_once("://").map_or(url.as_str(), |(_, it)| it))
        }
        (None, Some(package)) => format!("matches.packages = [\"{}:{}\"]", package.ecosystem, package.name),
        (None, None) => format!("matches.names = [\"{}\"]", facts.name),
    };
    format!("describe it in a `--catalog` file under `[servers.{}]` with `{by}`", key(&facts.name))
}

/// The name as a key of a TOML file.
fn key(name: &str) -> String {
    let bare = !name.is_empty() && name.chars().all(|it| it.is_ascii_alphanumeric() || "-_".contains(it));
    if bare { name.to_owned() } else { format!("\"{}\"", name.escape_default()) }
}

fn of_commands(scene: &Scene<'_>, agent: &AssetId, edges: &[(Row<'_>, Gate)]) -> String {
    let places: Vec<&Place> = edges.iter().filter_map(|(it, _)| it.decided_by.as_ref()).collect();
    let rules = scene.map.agents.get(agent).into_iter().flat_map(|it| scene.rules(it));
    let rules: Vec<&PermissionRule> = rules.filter(|it| places.contains(&&it.place)).collect();
    let name = scene.map.name(agent);
    let Some(first) = rules.first() else {
        return of_tools(scene, agent, edges);
    };
    let named: BTreeSet<String> = rules.iter().map(|it| format!("`{}`", it.raw)).collect();
    let named: Vec<String> = named.into_iter().collect();
    format!(
        "`{name}` may run {}, and nobody knows what that does; to settle it, say so in a `--catalog` file: \
         `commands.{}.class = \"inspects\"`, or what is true of it",
        named.join(", "),
        key(program(first).unwrap_or("NAME"))
    )
}

/// Of tools that a program or a flow gives its agent, and of what in it could not be followed.
fn of_tools(scene: &Scene<'_>, agent: &AssetId, edges: &[(Row<'_>, Gate)]) -> String {
    let name = scene.map.name(agent);
    let tools = edges.iter().filter_map(|(it, _)| scene.map.tools.get(it.via.as_ref()?));
    let named: BTreeSet<String> = tools.map(|it| format!("`{}`", it.name)).collect();
    let named: Vec<String> = named.into_iter().collect();
    match (named.is_empty(), edges.first()) {
        (false, _) => format!("nobody knows what {} of `{name}` does", named.join(", ")),
        (true, Some((edge, _))) => format!("`{name}` {}", edge.consequence),
        (true, None) => format!("`{name}` may do what nobody has looked at"),
    }
}

/// The program that a rule about commands names.
fn program(rule: &PermissionRule) -> Option<&str> {
    match &rule.selects {
        Selector::Builtin { limit: Some(Limit::Command { text, .. }), .. } => text.split_whitespace().next(),
        _ => None,
    }
}
