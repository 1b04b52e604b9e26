//! A server's tool stands in for another server's: it has the same name, or its text gives orders about it.

use std::collections::BTreeSet;

use ambit_catalog::schema::Client;
use ambit_model::{AssetId, Confidence, Exposure, Place, RuleInfo, Tier};

use super::{Rule, Seen, Sink};
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
    tools: Vec<&'a Tool>,
}

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for (agent, facts) in scene.agents() {
        let used = used(scene, agent);
        let separates = scene.catalog.client(&facts.client).is_some_and(separates);
        for (at, a) in used.iter().enumerate() {
            for b in used.iter().skip(at + 1).filter(|it| it.id != a.id) {
                if !separates {
                    same_names(sink, agent, a, b);
                }
                orders(sink, agent, a, b);
                orders(sink, agent, b, a);
            }
        }
    }
}

/// Whether the client's own rules name a tool together with its server.
fn separates(client: &Client) -> bool {
    client.edits.get("deny-tool").is_some_and(|it| {
        it.pointer.contains("{server}") || it.value.as_ref().is_some_and(|it| it.contains("{server}"))
    })
}

fn used<'a>(scene: &Scene<'a>, agent: &AssetId) -> Vec<Used<'a>> {
    let open: BTreeSet<&AssetId> = scene.open_edges(agent).filter_map(|(it, _)| it.via.as_ref()).collect();
    let all = scene.map.edges_of(agent).filter_map(|it| it.via.as_ref());
    let closed: BTreeSet<&AssetId> = all.filter(|it| !open.contains(it)).collect();
    let mut used = Vec::new();
    for (id, entry) in scene.servers(agent) {
        let own = scene.map.tools.iter().filter(|(tool, it)| {
            it.server.as_ref() == Some(id) && it.name != "*" && !closed.contains(tool)
        });
        let tools = own.map(|(_, it)| it).collect();
        used.push(Used { id, place: &entry.place, name: &entry.name, tools });
    }
    used
}

fn same_names(sink: &mut Sink<'_>, agent: &AssetId, a: &Used<'_>, b: &Used<'_>) {
    let theirs: BTreeSet<String> = b.tools.iter().map(|it| plain(&it.name)).collect();
    let shared: Vec<String> = a
        .tools
        .iter()
        .filter(|it| theirs.contains(&plain(&it.name)))
        .map(|it| format!("`{}`", it.name))
        .collect();
    if shared.is_empty() {
        return;
    }
    let message = format!(
        "`{}` and `{}` both offer {}: which of the two answers is up to the client",
        a.name,
        b.name,
        shared.join(", ")
    );
    let (first, second) = (a.id.min(b.id), a.id.max(b.id));
    let places = vec![a.place.clone(), b.place.clone()];
    let end = if first == a.id { second } else { first };
    let mut seen = Seen::fact(agent, end, (Tier::T3, Exposure::Guarded), places).says(message);
    seen.confidence = Confidence::Possible;
    sink.report(seen);
}

/// Names that differ in case and separators only are one name for a model.
fn plain(name: &str) -> String {
    name.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether the text of a tool of `a` gives orders about a tool of `b`.
fn orders(sink: &mut Sink<'_>, agent: &AssetId, a: &Used<'_>, b: &Used<'_>) {
    let own: BTreeSet<String> = a.tools.iter().map(|it| plain(&it.name)).collect();
    let others = b.tools.iter().filter(|it| is_telling(&it.name) && !own.contains(&plain(&it.name)));
    for other in others {
        let speaks = a.tools.iter().filter_map(|it| it.definition.as_ref());
        let Some(by) = speaks.filter(|it| orders_about(&it.description, &other.name)).min_by_key(|it| &it.name)
        else {
            continue;
        };
        let message = format!(
            "the text of `{}` of `{}` tells the model what to do with `{}` of `{}`",
            by.name, a.name, other.name, b.name
        );
        let places = vec![a.place.clone(), by.place.clone()];
        let mut seen = Seen::fact(agent, a.id, (Tier::T3, Exposure::Open), places).says(message);
        seen.confidence = Confidence::Possible;
        sink.report(seen);
    }
}

/// A name of several words is hardly in a text by chance.
fn is_telling(name: &str) -> bool {
    name.len() >= 6 && (name.contains(['_', '-']) || name.chars().skip(1).any(char::is_uppercase))
}

const ORDERS: &[&str] =
    &["must", "always", "never", "before", "after", "instead of", "do not", "don't", "whenever", "when using"];

/// Whether one sentence of `text` has the name and an order.
fn orders_about(text: &str, name: &str) -> bool {
    let is_word = |it: char| it.is_alphanumeric() || it == '_' || it == '-';
    text.split(['\n', '!', ';']).flat_map(|it| it.split(". ")).any(|sentence| {
        let named = sentence.split(|it| !is_word(it)).any(|it| it == name);
        let lower = sentence.to_lowercase();
        named && ORDERS.iter().any(|it| lower.contains(it))
    })
}
