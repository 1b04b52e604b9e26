//! The words on the map: the second line of a box, and what a line says when it is pointed at.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use ambit_model::{Asset, AssetId, AssetKind, Audience, Gate, ReachEdge, Trust, Verb};

use super::index::{Index, Label, gate_words, verb_words};
use super::scene::{Lane, Link, Node};
use crate::visible::visible;

/// How many names a tooltip lists.
const LISTED: usize = 12;

/// The second line of a box.
pub(super) fn note(index: &Index<'_>, node: &Node<'_>, links: &[&Link<'_>]) -> String {
    let edges = || links.iter().flat_map(|it| &it.edges);
    let [id] = node.assets.as_slice() else {
        return match node.label {
            Label::Untrusted => "that outsiders can write".to_owned(),
            Label::Private => "with private data".to_owned(),
            Label::Out => "ways out and actions".to_owned(),
            Label::Unknown => "of which nothing is known".to_owned(),
            Label::Agent => "agents".to_owned(),
            Label::Memory => "memories".to_owned(),
            Label::Plain => "neither private nor a way out".to_owned(),
        };
    };
    let asset = index.asset(id);
    match node.label {
        Label::Untrusted => {
            let author = edges().filter(|it| it.to == **id).filter_map(|it| it.reached_by).min();
            let author = author.or_else(|| asset.and_then(|it| it.trust)).unwrap_or(Trust::Public);
            let more = if node.twin { "also a way out" } else { writers(author) };
            format!("{} · {more}", author.word())
        }
        Label::Private => private_note(asset, edges().copied().find_map(|it| it.level)),
        Label::Out if node.twin => "way out · outsiders write it too".to_owned(),
        Label::Out => out_note(id, edges().filter(|it| it.to == **id)),
        Label::Memory => {
            let agents: BTreeSet<_> = links.iter().map(|it| it.agent).collect();
            match agents.len() {
                0 | 1 => "memory · read back in later sessions".to_owned(),
                n => format!("memory · shared by {n} agents"),
            }
        }
        Label::Agent => agent_note(id, asset),
        Label::Unknown => "unknown · may do anything".to_owned(),
        Label::Plain if node.lane == Lane::Sources => "own instructions".to_owned(),
        Label::Plain => asset
            .and_then(|it| it.facts.first())
            .map_or_else(|| index.kind(id).word().replace('-', " "), |it| visible(it).into_owned()),
    }
}

/// Who can write, in words.
pub(crate) fn writers(trust: Trust) -> &'static str {
    match trust {
        Trust::Public => "anyone can write it",
        Trust::Partner => "its publisher writes it",
        Trust::Organization => "colleagues write it",
        Trust::Operator => "the operator writes it",
    }
}

/// Who can receive, in words.
pub(crate) fn receivers(audience: Audience) -> &'static str {
    match audience {
        Audience::Myself => "only the operator receives it",
        Audience::Organization => "colleagues receive it",
        Audience::Partner => "partners receive it",
        Audience::Public => "anyone can receive it",
    }
}

fn private_note(asset: Option<&Asset>, level: Option<ambit_model::Level>) -> String {
    let level = asset.and_then(|it| it.level).or(level).map_or("private", ambit_model::Level::word);
    let data = asset.map(|it| it.data.join(", ")).unwrap_or_default();
    let data = if data.is_empty() {
        match asset.map(|it| it.kind) {
            Some(AssetKind::Credential) => "credential".to_owned(),
            _ => String::new(),
        }
    } else {
        visible(&data).into_owned()
    };
    if data.is_empty() { level.to_owned() } else { format!("{level} · {data}") }
}

fn out_note<'a>(id: &AssetId, edges: impl Iterator<Item = &'a &'a ReachEdge> + Clone) -> String {
    let audience = edges.clone().filter(|it| it.verb == Verb::Sends).filter_map(|it| it.audience).max();
    if let Some(audience) = audience {
        return format!("way out · {}", receivers(audience));
    }
    let worst = edges.max_by(|a, b| a.tier.cmp(&b.tier).then_with(|| b.id.cmp(&a.id)));
    worst.map_or_else(
        || id.as_str().to_owned(),
        |it| {
            let undone = it.reversibility.map_or("action", ambit_model::Reversibility::word);
            let whom =
                it.blast_radius.map_or(String::new(), |it| format!(" · {}", it.word().replace('-', " ")));
            format!("{undone}{whom}")
        },
    )
}

fn agent_note(id: &AssetId, asset: Option<&Asset>) -> String {
    if let Some(fact) = asset.and_then(|it| it.facts.first()) {
        return visible(fact).into_owned();
    }
    let place = id.as_str().rsplit_once('@').map_or("this repository", |(_, place)| place);
    format!("agent · {}", visible(place))
}

/// What a line says when it is pointed at.
pub(crate) fn line_tip(index: &Index<'_>, link: &Link<'_>, agent: &str, other: &str) -> String {
    let verbs: BTreeSet<Verb> = link.edges.iter().map(|it| it.verb).collect();
    let verbs: Vec<_> = verbs.into_iter().map(verb_words).collect();
    let mut tip = format!("{agent} {} {other}\n{}", verbs.join(", "), link.tier);
    let gates: BTreeSet<Gate> = link.edges.iter().map(|it| it.gate).collect();
    for gate in gates {
        let _ = write!(tip, " · {}", gate_words(gate));
    }
    for (supplier, tools) in tools(index, &link.edges) {
        let _ = write!(tip, "\nwith {supplier}: {}", listed(tools.iter()));
    }
    let closing: BTreeSet<String> = link
        .edges
        .iter()
        .filter(|it| it.gate == Gate::Denied)
        .filter_map(|it| it.decided_by.as_ref())
        .map(|it| visible(&it.to_string()).into_owned())
        .collect();
    if !closing.is_empty() {
        let _ = write!(tip, "\nclosed by {}", listed(closing.iter()));
    }
    let controls: BTreeSet<&str> =
        link.edges.iter().flat_map(|it| &it.controls).map(String::as_str).collect();
    if !controls.is_empty() {
        let _ = write!(tip, "\nbounded by {}", visible(&listed(controls.iter())));
    }
    if link.stock {
        tip.push_str("\nthe stock client has this before any configuration");
    }
    tip
}

/// What a box says when it is pointed at.
pub(crate) fn node_tip(index: &Index<'_>, node: &Node<'_>) -> String {
    if let [id] = node.assets.as_slice() {
        let twin = if node.twin { "\nstands in both lanes: it can push and it is a way out" } else { "" };
        return format!("{}\n{}\n{}{twin}", index.name(id), visible(id.as_str()), node.note);
    }
    listed(node.assets.iter().map(|it| index.name(it)))
}

/// Tools by supplier.
fn tools(index: &Index<'_>, edges: &[&ReachEdge]) -> BTreeMap<String, BTreeSet<String>> {
    let mut tools: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for via in edges.iter().filter_map(|it| it.via.as_ref()) {
        let (supplier, tool) = index.tool(via);
        tools.entry(supplier).or_default().insert(tool);
    }
    tools
}

fn listed<T: AsRef<str>>(names: impl ExactSizeIterator<Item = T>) -> String {
    let all = names.len();
    let shown: Vec<T> = names.take(LISTED).collect();
    let text = shown.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
    if all > LISTED { format!("{text} and {} more", all - LISTED) } else { text }
}
