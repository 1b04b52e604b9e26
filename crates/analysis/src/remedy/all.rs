//! All changes of lines that may silence anything of some agents: what one finding's candidates are among, for whole
//! agents and not along one path alone.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_model::finding::Edit;
use ambit_model::stated::edit::Value;
use ambit_model::{AssetId, Finding, Gate, Place, ReachEdge, Remedy};

use super::candidates::{self, Candidate, Line, Lines};
use super::{edits, program, stated, unattended};
use crate::index::EdgeNo;
use crate::map::ReachMap;
use crate::scene::Overlay;

/// How many lines are taken back together at the most.
const MOST_TOGETHER: usize = 32;

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
            if !is_one_of_several(map, finding, &candidate.overlay) {
                add(candidate, Some(finding));
            }
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
        let together = own.several.iter().filter_map(|it| candidates::take_back_all(it, &lines, Vec::new()));
        everything.chain(denied).chain(taken).chain(together).for_each(|it| add(it, None));
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

/// What takes back these rules, in words and edits.
pub(crate) fn taking_back(map: &ReachMap, places: &BTreeSet<Place>) -> Option<Remedy> {
    candidates::take_back_all(places, &Lines::of(map), Vec::new()).map(|it| it.remedy)
}

/// The lines of `ambit.yaml` that set the value at the end of `keys`.
pub(crate) fn lines(keys: &[&str], value: &Value) -> String {
    stated::edit("ambit.yaml", keys, value).lines
}

/// What an agent has that could be taken away.
struct Own<'a> {
    edges: Vec<&'a ReachEdge>,
    vias: BTreeSet<&'a AssetId>,
    /// Lines of which each decides something alone.
    places: BTreeSet<&'a Place>,
    /// Lines that let the same be, and have to go together for it to be asked about.
    several: BTreeSet<BTreeSet<Place>>,
}

impl<'a> Own<'a> {
    fn of(map: &'a ReachMap, agent: &AssetId) -> Self {
        let edges: Vec<&ReachEdge> =
            map.edges_of(agent).filter(|it| it.gate != Gate::Denied).map(|it| it.edge).collect();
        let vias = edges.iter().filter_map(|it| it.via.as_ref()).collect();
        let (mut places, mut several) = (BTreeSet::new(), BTreeSet::new());
        for row in map.edges_of(agent).filter(|it| it.gate != Gate::Denied) {
            let all = granting(map, row.no);
            if all.len() > 1 {
                several.insert(all);
            } else {
                places.extend(row.edge.decided_by.as_ref());
            }
        }
        several.retain(|it| it.len() <= MOST_TOGETHER);
        Self { edges, vias, places, several }
    }
}

/// All lines that have to go until something else stands before an edge; none where lines alone cannot bring that about.
fn granting(map: &ReachMap, no: EdgeNo) -> BTreeSet<Place> {
    let Some(gate) = map.row(no).map(|it| it.gate) else { return BTreeSet::new() };
    let mut all: BTreeSet<Place> = map.granted_by(no).cloned().collect();
    loop {
        let more: Vec<Place> = map.granted_without(no, &all).cloned().collect();
        if all.is_empty() || map.gate_without(no, &all) != Some(gate) {
            return all;
        }
        if more.is_empty() {
            return BTreeSet::new();
        }
        all.extend(more);
    }
}

/// Whether a change takes back one line of several that let be what the finding goes over: alone it ends nothing.
fn is_one_of_several(map: &ReachMap, finding: &Finding, overlay: &Overlay) -> bool {
    let mut removed = overlay.removed.iter();
    let (Some(line), None) = (removed.next(), removed.next()) else { return false };
    let edges = finding.legs.values().flatten().filter_map(|it| map.row_of(it));
    let about: Vec<EdgeNo> =
        edges.map(|it| it.no).filter(|it| map.granted_by(*it).any(|it| it == line)).collect();
    !about.is_empty() && about.into_iter().all(|it| granting(map, it).len() > 1)
}
