//! Agents that run apart and work on messages.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::facts::Stream;
use ambit_model::{AssetId, AssetKind, Gate, Tier, Verb};

use super::{Answer, Pattern, Seen, listed, names};
use crate::map::Row;
use crate::rules::ACTIONS;
use crate::scene::Scene;

pub(super) const PATTERN: Pattern = Pattern { id: "agents-on-a-fabric", recognise, answer };

/// How many agents speak over queues or streams: with one, the other end is not on the map. An agent that is called
/// over the network is another end by itself.
const SPEAKERS: usize = 2;

fn recognise(scene: &Scene<'_>) -> Option<Seen> {
    let mut seen = Seen::default();
    let speakers: Vec<_> = scene.agents().filter(|(_, it)| !it.program.streams.is_empty()).collect();
    let mut by = Vec::new();
    if speakers.len() >= SPEAKERS {
        let streams = speakers.iter().flat_map(|(_, it)| &it.program.streams);
        by.push(format!(
            "{} agents speak over {}",
            speakers.len(),
            listed(streams.map(|it| it.broker.clone()))
        ));
        for (agent, facts) in &speakers {
            seen.agents.insert((*agent).clone());
            seen.evidence.extend(facts.program.streams.iter().map(|it| it.place.clone()));
            let own = scene.map.edges_by(agent, &[Verb::Reads, Verb::Writes]);
            let on = |row: &Row<'_>| facts.program.streams.iter().any(|it| it.on.id == row.edge.to);
            seen.edges.extend(own.filter(|it| it.edge.via.is_none() && on(it)).map(|it| it.no));
        }
    }
    let calls: Vec<Row<'_>> = scene.agents().flat_map(|(agent, _)| over_network(scene, agent)).collect();
    if !calls.is_empty() {
        let called = listed(calls.iter().map(|it| scene.map.name(&it.edge.to).to_owned()));
        by.push(format!("work is handed over the network to {called}"));
        seen.agents.extend(calls.iter().map(|it| it.edge.from.clone()));
        seen.edges.extend(calls.iter().map(|it| it.no));
        seen.evidence.extend(calls.iter().flat_map(|it| super::lines(*it)).cloned());
    }
    seen.because = by.join(", and ");
    (!seen.agents.is_empty()).then_some(seen)
}

/// The edges over which it hands work to agents that are called by their address.
fn over_network<'a>(scene: &Scene<'a>, agent: &AssetId) -> Vec<Row<'a>> {
    let is_served = |to: &AssetId| {
        let facts = scene.map.agents.get(to);
        to.name().starts_with("remote/") || facts.is_some_and(|it| !it.program.addresses.is_empty())
    };
    let hands = scene.open_by(agent, &[Verb::Delegates]).map(|it| it.0);
    hands.filter(|it| is_served(&it.edge.to)).collect()
}

fn answer(scene: &Scene<'_>, seen: &Seen, id: &str) -> Option<Answer> {
    let consumed = || {
        let facts = seen.agents.iter().filter_map(|it| Some((it, scene.map.agents.get(it)?)));
        let streams = facts.flat_map(|(agent, it)| it.program.streams.iter().map(move |it| (agent, it)));
        streams.filter(|(_, it)| it.consumes)
    };
    match id {
        "sender" => {
            guarantee(scene, consumed().collect(), "checks who sent a message", |it| it.signed.as_ref())
        }
        "order" => {
            guarantee(scene, consumed().collect(), "keeps or checks the order", |it| it.ordered.as_ref())
        }
        "writers" => writers(scene, seen),
        "coherence" => Some(coherence(scene, seen)),
        _ => None,
    }
}

/// What a line guarantees of the streams that are acted on, and where there is no such line.
fn guarantee(
    scene: &Scene<'_>,
    consumed: Vec<(&AssetId, &Stream)>,
    what: &str,
    by: impl Fn(&Stream) -> Option<&ambit_model::Place>,
) -> Option<Answer> {
    if consumed.is_empty() {
        return None;
    }
    let without = consumed.iter().filter(|(_, it)| by(it).is_none());
    let without =
        without.map(|(agent, it)| format!("{} on {}", scene.map.name(agent), scene.map.name(&it.on.id)));
    let without: BTreeSet<String> = without.collect();
    let places: Vec<_> = consumed.iter().map(|(_, it)| by(it).unwrap_or(&it.place)).collect();
    let text = match without.len() {
        0 => format!("a line {what}, for each of them"),
        _ => format!("nothing on the map {what} for {}", listed(without)),
    };
    Some(Answer::says(text).at(places))
}

fn writers(scene: &Scene<'_>, seen: &Seen) -> Option<Answer> {
    let facts = seen.agents.iter().filter_map(|it| scene.map.agents.get(it));
    let streams: BTreeSet<&AssetId> = facts.flat_map(|it| &it.program.streams).map(|it| &it.on.id).collect();
    if streams.is_empty() {
        return None;
    }
    let writes: Vec<_> = streams.iter().filter_map(|it| scene.kept_at(it)).flat_map(|it| it.0).collect();
    let from: BTreeSet<AssetId> = writes.iter().map(|(it, _)| it.edge.from.clone()).collect();
    let steered: Vec<String> = from
        .iter()
        .filter(|it| scene.influence(it).is_some())
        .map(|it| scene.map.name(it).to_owned())
        .collect();
    let open = streams.iter().filter(|it| {
        let asset = scene.map.assets.get(**it).filter(|it| it.kind == AssetKind::Channel);
        asset.and_then(|it| it.trust).is_some_and(ambit_model::Trust::is_untrusted)
    });
    let open: Vec<String> = open.map(|it| scene.map.name(it).to_owned()).collect();
    let mut said = vec![match from.len() {
        0 => "no agent of this map does, so somebody else must".to_owned(),
        _ => format!("of this map {}", names(scene, &from)),
    }];
    if !open.is_empty() {
        said.push(format!("outsiders can write to {}", listed(open)));
    }
    if !steered.is_empty() {
        said.push(format!("outsiders steer {}", listed(steered)));
    }
    Some(Answer::says(said.join("; ")).by(writes.iter().map(|(it, _)| it.no)))
}

/// Whether the same thing meets the same question with each agent that can do it.
fn coherence(scene: &Scene<'_>, seen: &Seen) -> Answer {
    let mut gates: BTreeMap<(Verb, &AssetId), BTreeMap<Gate, Row<'_>>> = BTreeMap::new();
    for agent in &seen.agents {
        let open = scene.open_by(agent, ACTIONS).filter(|(it, _)| it.edge.tier >= Tier::T2);
        for (row, gate) in open {
            gates.entry((row.edge.verb, &row.edge.to)).or_default().entry(gate).or_insert(row);
        }
    }
    let differs = gates.values().find(|it| it.len() > 1);
    let Some(((weak, a), (strong, b))) = differs.and_then(|it| it.first_key_value().zip(it.last_key_value()))
    else {
        return Answer::says(
            "what several of them can do meets the same question with each, as far as the map tells",
        );
    };
    let text = format!(
        "no: what `{}` does to `{}` is {weak}, and with `{}` it is {strong}",
        scene.map.name(&a.edge.from),
        scene.map.name(&a.edge.to),
        scene.map.name(&b.edge.from),
    );
    Answer::says(text).by([a.no, b.no])
}
