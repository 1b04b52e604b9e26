//! A server's tool stands in for another server's: it has the same name, or its text gives orders about it.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::schema::Client;
use ambit_model::{AssetId, Confidence, Exposure, Place, RuleInfo, Tier};

use super::{Rule, Seen, Sink};
use crate::infer::orders::{is_telling, ordered, plain};
use crate::map::Tool;
use crate::scene::Scene;

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "tool-shadowing",
        title: "One server's tools stand in for another's",
        categories: &["ASI02:2026", "ASI04:2026", "MCP03:2025", "AML.T0074", "AML.T0110"],
        page: include_str!("tool_shadowing.md"),
    },
    check,
};

/// A server that an agent uses, with the agent's entry and the tools that are not closed to it.
struct Used<'a> {
    id: &'a AssetId,
    place: &'a Place,
    name: &'a str,
    tools: Vec<Named<'a>>,
}

/// A tool, with its name as a model reads it.
struct Named<'a> {
    tool: &'a Tool,
    plain: String,
}

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for (agent, facts) in scene.agents() {
        let separates = scene.catalog.client(&facts.client).is_some_and(separates);
        if separates && !speaks(scene, agent) {
            continue;
        }
        let used = used(scene, agent);
        if !separates {
            for ((a, b), names) in same_names(&used) {
                report_same_names(sink, agent, (a, b), &names);
            }
        }
        orders(sink, agent, &used);
    }
}

/// Whether the text of any tool of the agent's servers is known.
fn speaks(scene: &Scene<'_>, agent: &AssetId) -> bool {
    let offered = |server: &AssetId| scene.map.index.offers.get(server).into_iter().flatten();
    let mut tools = scene.servers(agent).flat_map(|(it, _)| offered(it));
    tools.any(|it| scene.map.tools.get(it).is_some_and(|it| it.definition.is_some()))
}

/// Whether the client's own rules name a tool together with its server.
fn separates(client: &Client) -> bool {
    client.edits.get("deny-tool").is_some_and(|it| {
        it.pointer.contains("{server}") || it.value.as_ref().is_some_and(|it| it.contains("{server}"))
    })
}

fn used<'a>(scene: &Scene<'a>, agent: &AssetId) -> Vec<Used<'a>> {
    // A tool without an edge does nothing, but its text is loaded all the same.
    let is_closed = |tool: &AssetId| {
        scene.map.edges_via(agent, tool).next().is_some() && scene.open_via(agent, tool).next().is_none()
    };
    let mut used = Vec::new();
    for (id, entry) in scene.servers(agent) {
        let own = scene.map.index.offers.get(id).into_iter().flatten().filter(|it| !is_closed(it));
        let tools = own.filter_map(|it| scene.map.tools.get(it)).filter(|it| it.name != "*");
        let tools = tools.map(|tool| Named { tool, plain: plain(&tool.name) }).collect();
        used.push(Used { id, place: &entry.place, name: &entry.name, tools });
    }
    used
}

type Pair<'s, 'a> = (&'s Used<'a>, &'s Used<'a>);

/// Pairs of servers that offer the same names, each with those names as the first has them.
fn same_names<'s, 'a>(used: &'s [Used<'a>]) -> Vec<(Pair<'s, 'a>, Vec<&'a str>)> {
    let mut owners: BTreeMap<&str, Vec<(usize, &'a str)>> = BTreeMap::new();
    for (at, server) in used.iter().enumerate() {
        for it in &server.tools {
            owners.entry(&it.plain).or_default().push((at, &it.tool.name));
        }
    }
    let mut pairs: BTreeMap<(usize, usize), BTreeSet<&'a str>> = BTreeMap::new();
    for same in owners.values() {
        for (index, (a, name)) in same.iter().enumerate() {
            for (b, _) in same.iter().skip(index + 1).filter(|(b, _)| a != b) {
                pairs.entry((*a, *b)).or_default().insert(name);
            }
        }
    }
    let both = |(a, b): (usize, usize)| Some((used.get(a)?, used.get(b)?)).filter(|(a, b)| a.id != b.id);
    pairs.into_iter().filter_map(|(pair, names)| Some((both(pair)?, names.into_iter().collect()))).collect()
}

fn report_same_names(sink: &mut Sink<'_>, agent: &AssetId, (a, b): Pair<'_, '_>, names: &[&str]) {
    let names: Vec<String> = names.iter().map(|it| format!("`{it}`")).collect();
    let message = format!(
        "`{}` and `{}` both offer {}: which of the two answers is up to the client",
        a.name,
        b.name,
        names.join(", ")
    );
    let (first, second) = (a.id.min(b.id), a.id.max(b.id));
    let places = vec![a.place.clone(), b.place.clone()];
    let end = if first == a.id { second } else { first };
    let mut seen = Seen::fact(agent, end, (Tier::T3, Exposure::Guarded), places).says(message);
    seen.confidence = Confidence::Possible;
    sink.report(seen);
}

/// Reports each server with a tool whose text gives orders about another server's tool: the first of those.
fn orders(sink: &mut Sink<'_>, agent: &AssetId, used: &[Used<'_>]) {
    let mut telling: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    for (at, server) in used.iter().enumerate() {
        for (index, it) in server.tools.iter().enumerate().filter(|(_, it)| is_telling(&it.tool.name)) {
            telling.entry(&it.tool.name).or_default().push((at, index));
        }
    }
    for a in used {
        let own: BTreeSet<&str> = a.tools.iter().map(|it| it.plain.as_str()).collect();
        let definitions = a.tools.iter().filter_map(|it| it.tool.definition.as_ref());
        let about = definitions.flat_map(|by| {
            let named = ordered(&by.description).into_iter().filter_map(|it| telling.get(it)).flatten();
            named.map(move |it| (*it, by))
        });
        let foreign = about.filter_map(|((at, index), by)| {
            let b = used.get(at).filter(|it| it.id != a.id)?;
            let other = b.tools.get(index).filter(|it| !own.contains(it.plain.as_str()))?;
            Some(((at, index, &by.name), (b, other, by)))
        });
        let Some((_, (b, other, by))) = foreign.min_by(|(x, _), (y, _)| x.cmp(y)) else { continue };
        let message = format!(
            "the text of `{}` of `{}` tells the model what to do with `{}` of `{}`",
            by.name, a.name, other.tool.name, b.name
        );
        let places = vec![a.place.clone(), by.place.clone()];
        let mut seen = Seen::fact(agent, a.id, (Tier::T3, Exposure::Open), places).says(message);
        seen.confidence = Confidence::Possible;
        sink.report(seen);
    }
}
