//! All changes of lines that may silence anything of some agents: what one finding's candidates are among, for whole
//! agents and not along one path alone.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_model::finding::Edit;
use ambit_model::stated::edit::Value;
use ambit_model::{AssetId, Finding, Gate, Place, ReachEdge, Remedy};

use super::candidates::{self, Candidate, Line, Lines};
use super::{edits, program, stated, unattended};
use crate::map::ReachMap;
use crate::scene::Overlay;

/// A change, and what it means for the map.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(crate) remedy: Remedy,
    pub(crate) overlay: Overlay,
    /// The findings that it was proposed for.
    pub(crate) against: BTreeSet<String>,
}

/// Changes that may silence `findings`, along their paths and anywhere else at `agents`. Of changes that mean the same
/// for the map all are given.
pub(crate) fn changes(
    map: &ReachMap,
    catalog: &Catalog,
    findings: &[Finding],
    agents: &BTreeSet<AssetId>,
) -> Vec<Change> {
    let lines = Lines::of(map);
    let mut all: BTreeMap<(Overlay, Remedy), BTreeSet<String>> = BTreeMap::new();
    let mut add = |it: Candidate, against: Option<&Finding>| {
        let remedy = Remedy { cuts: Vec::new(), ..it.remedy };
        let known = all.entry((it.overlay, remedy)).or_default();
        known.extend(against.map(|it| it.id.clone()));
    };
    for finding in findings {
        for candidate in candidates::of(finding, map, catalog, &lines) {
            add(candidate, Some(finding));
        }
    }
    let Some(any) = findings.first() else { return Vec::new() };
    for agent in agents {
        let own = Own::of(map, agent);
        let everything = stated::of(any, &own.edges, map).into_iter();
        let everything = everything.chain(program::of(any, &own.edges, map, catalog));
        let everything = everything.chain(unattended::of(any, &own.edges, map));
        let denied = own.vias.iter().filter_map(|via| candidates::deny(any, agent, &[*via], map, catalog));
        let taken = own.places.iter().flat_map(|place| lines.at(place).iter().map(move |it| (*place, *it)));
        let taken = taken.filter(|(_, it)| matches!(it, Line::Rule(..) | Line::Setting(_)));
        let taken = taken.filter_map(|(place, line)| candidates::take_back(any, map, place, line));
        everything.chain(denied).chain(taken).for_each(|it| add(it, None));
    }
    let change = |((overlay, remedy), against)| Change { remedy, overlay, against };
    all.into_iter().map(change).collect()
}

/// The lines of the agent's client that have it ask for each call of a tool; none where it has no such lines.
pub(crate) fn asking(map: &ReachMap, catalog: &Catalog, agent: &AssetId, via: &AssetId) -> Vec<Edit> {
    let facts = map.agents.get(agent).filter(|_| !map.clientless.contains(agent));
    let edits = facts.and_then(|it| edits::gate(it, (agent, via), ("ask", map), catalog));
    edits.unwrap_or_default()
}

/// The lines of `ambit.yaml` that set the value at the end of `keys`.
pub(crate) fn lines(keys: &[&str], value: &Value) -> String {
    stated::edit("ambit.yaml", keys, value).lines
}

/// What an agent has that could be taken away.
struct Own<'a> {
    edges: Vec<&'a ReachEdge>,
    vias: BTreeSet<&'a AssetId>,
    places: BTreeSet<&'a Place>,
}

impl<'a> Own<'a> {
    fn of(map: &'a ReachMap, agent: &AssetId) -> Self {
        let edges: Vec<&ReachEdge> =
            map.edges_of(agent).filter(|it| it.gate != Gate::Denied).map(|it| it.edge).collect();
        let vias = edges.iter().filter_map(|it| it.via.as_ref()).collect();
        let rows = map.edges_of(agent).filter(|it| it.gate != Gate::Denied);
        let places = rows.flat_map(|it| map.granted_by(it.no).chain(map.granted_at_all(it.no))).collect();
        Self { edges, vias, places }
    }
}
