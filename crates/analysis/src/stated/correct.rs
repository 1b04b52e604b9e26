//! Corrections of what files declare: of assets with the edges that follow from them, and of edges themselves.

use std::sync::Arc;

use ambit_model::stated::{EdgeCorrection, Model, Placed, Protected};
use ambit_model::{Asset, AssetId, Gate, Level, Place, Provenance, ReachEdge, Verb};

use super::Notes;
use super::facts::Added;
use super::places::{self, Said};
use crate::index::EdgeNo;
use crate::limits::Limits;
use crate::map::ReachMap;

/// Notes on an edge who has said something of it.
fn known_by(edge: &mut ReachEdge, place: &Place) {
    let stated = Provenance::Stated(place.clone());
    if let Err(at) = edge.provenance.binary_search(&stated) {
        let mut all = edge.provenance.to_vec();
        all.insert(at, stated);
        edge.provenance = all.into();
    }
}

fn because(edge: &mut ReachEdge, text: &str) {
    if let Err(at) = edge.because.binary_search_by(|it| it.as_str().cmp(text)) {
        edge.because.insert(at, text.to_owned());
    }
}

/// Corrects assets, and the edges that carry what was known of them.
pub(super) fn assets(map: &mut ReachMap, model: &Model, added: &Added) {
    let by_id = places::all(model);
    for (id, said) in &by_id {
        let Some(asset) = map.assets.get_mut(id) else { continue };
        for said in said {
            correct(asset, said);
            map.marks.scopes.extend(said.scope.map(|it| (id.clone(), it)));
        }
    }
    for edge in &mut map.edges {
        edge.because.extend(added.because.get(&edge.id).into_iter().flatten().cloned());
        if added.explicit.contains(&edge.id) {
            continue;
        }
        for said in by_id.get(&edge.to).into_iter().flatten() {
            follow(edge, said);
        }
    }
    for facts in map.agents.values_mut() {
        for text in &mut facts.instructions {
            let id = format!("instruction:{}", text.place.path);
            if let Some(trust) = model.facts.assets.get(&id).and_then(|it| it.value.trust) {
                text.trust = trust;
            }
        }
    }
}

fn correct(asset: &mut Asset, said: &Said<'_>) {
    if let Some(name) = said.name {
        name.clone_into(&mut asset.name);
    }
    asset.trust = said.trust.or(asset.trust);
    asset.level = said.level.or(asset.level);
    if !said.data.is_empty() {
        asset.data.clone_from(&said.data);
        asset.data.sort();
        asset.data.dedup();
    }
    asset.owner = said.owner.map(str::to_owned).or(asset.owner.take());
    asset.facts.extend(said.because.map(|it| format!("corrected: {it}")));
    asset.facts.extend(said.scope.map(|it| format!("scope: {it}")));
    asset.facts.sort();
    asset.facts.dedup();
    let stated = Provenance::Stated(said.place.clone());
    if let Err(at) = asset.provenance.binary_search(&stated) {
        asset.provenance.insert(at, stated);
    }
}

/// What is said of the object of an edge, as far as the edge carries it.
fn follow(edge: &mut ReachEdge, said: &Said<'_>) {
    let before = (edge.reached_by, edge.level, Arc::clone(&edge.touches), edge.audience);
    match edge.verb {
        Verb::Ingests | Verb::Loads => edge.reached_by = said.trust.or(edge.reached_by),
        Verb::Reads | Verb::Recalls => {
            edge.level = said.level.or(edge.level);
            if !said.data.is_empty() {
                edge.touches = sorted(&said.data);
            }
        }
        Verb::Sends => edge.audience = said.audience.or(edge.audience),
        _ => {}
    }
    if before != (edge.reached_by, edge.level, Arc::clone(&edge.touches), edge.audience) {
        known_by(edge, said.place);
        if let Some(text) = said.because {
            because(edge, text);
        }
    }
}

fn sorted(texts: &[String]) -> Arc<[String]> {
    let mut all = texts.to_vec();
    all.sort();
    all.dedup();
    all.into()
}

/// Raises what is known of the assets in which something protected lies.
pub(super) fn protect(map: &mut ReachMap, model: &Model) {
    for (_, entry) in model.protects.iter() {
        let Protected { data, level, owner, within, .. } = &entry.value;
        let data: Vec<String> = data.iter().map(|it| it.value.to_string()).collect();
        let stated = Provenance::Stated(entry.place.clone());
        let mut raised: Vec<AssetId> = Vec::new();
        for asset in map.assets.values_mut() {
            if !within.iter().any(|it| it.value.matches_asset(&asset.id)) {
                continue;
            }
            asset.level = asset.level.max(*level);
            asset.data = sorted(&[asset.data.as_slice(), &data].concat()).to_vec();
            asset.owner = asset.owner.take().or_else(|| owner.clone());
            if let Err(at) = asset.provenance.binary_search(&stated) {
                asset.provenance.insert(at, stated.clone());
            }
            raised.push(asset.id.clone());
        }
        let takes_in = |it: &&mut ReachEdge| matches!(it.verb, Verb::Reads | Verb::Recalls);
        for edge in map.edges.iter_mut().filter(takes_in) {
            if raised.binary_search(&edge.to).is_ok() {
                edge.level = edge.level.max(*level);
                edge.touches = sorted(&[&edge.touches, data.as_slice()].concat());
                known_by(edge, &entry.place);
            }
        }
    }
}

/// Corrects edges. What several corrections say of one edge is the worst of them, whatever their order.
pub(super) fn edges(map: &mut ReachMap, corrections: &[Placed<EdgeCorrection>], notes: &mut Notes) {
    let edges = map.edges.iter().enumerate();
    let meant: Vec<(usize, Vec<&EdgeCorrection>)> = edges
        .map(|(no, edge)| {
            let on = corrections.iter().map(|it| &it.value);
            (no, on.filter(|it| it.on.value.matches_edge(edge)).collect::<Vec<_>>())
        })
        .filter(|(_, on)| !on.is_empty())
        .collect();
    for (no, on) in meant {
        let (Some(edge), Some(without)) = (map.edges.get_mut(no), map.without_rule.get_mut(no)) else {
            continue;
        };
        contradiction(edge, &on, notes);
        let weakest = on.iter().filter_map(|it| Some((it.gate?, &it.on.place))).min();
        if let Some((gate, place)) = weakest.filter(|it| it.0 != edge.gate) {
            gated(edge, without, gate, place);
            map.grants.remove(&EdgeNo::at(no));
        }
        let worst = |level: fn(&EdgeCorrection) -> Option<Level>| on.iter().filter_map(|it| level(it)).max();
        if let Some(level) = worst(|it| it.level) {
            match edge.verb {
                Verb::Sends => {
                    let limits = Limits { level: Some(level), ..Limits::default() };
                    map.marks.limits.entry(edge.id).or_default().join(limits);
                }
                _ => edge.level = Some(level),
            }
        }
        if let Some(audience) =
            on.iter().filter_map(|it| it.audience).max().filter(|_| edge.audience.is_some())
        {
            edge.audience = Some(audience);
        }
        let brings = matches!(edge.verb, Verb::Ingests | Verb::Loads | Verb::Recalls);
        if let Some(trust) = on.iter().filter_map(|it| it.trust).min().filter(|_| brings) {
            edge.reached_by = Some(trust);
        }
        let reversibility = on.iter().filter_map(|it| it.reversibility).max();
        let blast_radius = on.iter().filter_map(|it| it.blast_radius).max();
        edge.reversibility = reversibility.or(edge.reversibility);
        edge.blast_radius = blast_radius.or(edge.blast_radius);
        for correction in on {
            known_by(edge, &correction.on.place);
            because(edge, &correction.because);
        }
    }
}

/// Puts a gate before an edge. One that is weaker than the stock client's is not the stock client's.
fn gated(edge: &mut ReachEdge, without: &mut Option<Gate>, gate: Gate, place: &Place) {
    edge.stock = edge.stock && gate >= edge.gate;
    *without = Some(edge.gate);
    edge.gate = gate;
    edge.decided_by = Some(place.clone());
    edge.scope = None;
}

fn contradiction(edge: &ReachEdge, on: &[&EdgeCorrection], notes: &mut Notes) {
    let differ = |of: fn(&EdgeCorrection) -> Option<String>| {
        let mut said: Vec<String> = on.iter().filter_map(|it| of(it)).collect();
        said.sort();
        said.dedup();
        said.len() > 1
    };
    let contradicts = differ(|it| it.gate.map(|it| it.to_string()))
        || differ(|it| it.audience.map(|it| it.to_string()))
        || differ(|it| it.level.map(|it| it.to_string()))
        || differ(|it| it.trust.map(|it| it.to_string()))
        || differ(|it| it.reversibility.map(|it| it.to_string()))
        || differ(|it| it.blast_radius.map(|it| it.to_string()));
    if let Some(last) = on.iter().map(|it| &it.on.place).max().filter(|_| contradicts) {
        let message = format!("corrections of the edge `{}` contradict each other", edge.id);
        notes.add(last, message, "keep one of them; until then the worst that they say counts");
    }
}
