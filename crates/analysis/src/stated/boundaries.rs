//! Boundaries, checked as invariants: data that must never reach an audience, actions that content must never
//! drive. They are about what can be reached, whatever was decided. Only what is denied or cut keeps one: whoever is
//! asked may say yes.

use std::collections::BTreeSet;
use std::sync::Arc;

use ambit_catalog::Catalog;
use ambit_model::stated::{Boundary, Disclosure, Influence, Model};
use ambit_model::{
    AssetId, BoundaryCheck, Breach, Confidence, EdgeId, Exposure, Gate, Legs, Level, Place, ReachEdge, Tier,
    Trust, Verb,
};

use crate::flow::{Flows, Held, Way};
use crate::index::{Brings, EdgeNo, Start};
use crate::map::{ReachMap, Row};
use crate::scene::Scene;

/// What takes something in and does nothing with it.
const TAKES_IN: &[Verb] =
    &[Verb::Ingests, Verb::Reads, Verb::Recalls, Verb::Loads, Verb::Holds, Verb::Supplies, Verb::RunsIn];

/// Checks all boundaries.
pub(super) fn check(map: &ReachMap, model: &Model, catalog: &Catalog) -> Vec<BoundaryCheck> {
    let scene = Scene::new(map, catalog);
    let checked = model.never.iter().map(|(name, entry)| {
        let mut paths = Paths { map, found: Vec::new() };
        match &entry.value {
            Boundary::Disclosure(it) => paths.disclosed(&scene, it),
            Boundary::Influence(it) => paths.driven(it),
        }
        BoundaryCheck {
            name: name.to_owned(),
            says: entry.value.says().to_owned(),
            place: entry.place.clone(),
            broken: paths.into_breaches(),
        }
    });
    checked.collect()
}

/// A path that breaks a boundary.
struct Path<'a> {
    /// What gets into the context, and what it ends in.
    legs: [(&'static str, Way); 2],
    end: Row<'a>,
    tier: Tier,
    confidence: Confidence,
}

/// The paths that were found.
struct Paths<'a> {
    map: &'a ReachMap,
    found: Vec<Path<'a>>,
}

impl<'a> Paths<'a> {
    fn add(&mut self, first: (&'static str, &Way), last: &'static str, end: Row<'a>, tier: Tier) {
        let edges = first.1.edges.iter().filter_map(|it| self.map.row(*it)).map(|it| it.confidence);
        let confidence = edges.chain([end.confidence]).min().unwrap_or(Confidence::Certain);
        let legs = [(first.0, first.1.clone()), (last, Way::single(end.no, end.gate))];
        self.found.push(Path { legs, end, tier, confidence });
    }

    /// Data of a class, over every way that it can take, class by class.
    fn disclosed(&mut self, scene: &Scene<'_>, boundary: &Disclosure) {
        let level = boundary.level.unwrap_or(Level::Internal);
        let classes: BTreeSet<&str> = boundary.data.iter().map(|it| it.value.as_str()).collect();
        let one_by_one: Vec<Option<&str>> =
            if classes.is_empty() { vec![None] } else { classes.into_iter().map(Some).collect() };
        for class in one_by_one {
            let map = self.map;
            let passes = |no: EdgeNo| {
                let limits = map.index.limits.get(&no);
                limits.is_none_or(|it| {
                    it.capped(level) >= level && class.is_none_or(|class| !it.classes.contains(class))
                })
            };
            let gate_of = |no: EdgeNo| open(map, no).filter(|_| passes(no));
            let begins = |it: &Start| match it.brings {
                Brings::Data(of) => of >= level && class.is_none_or(|class| touches(map, it.edge, class)),
                Brings::Content(_) => false,
            };
            let flows = Flows::from(&map.index, &gate_of, &begins);
            for (agent, node) in map.agents.keys().filter_map(|it| Some((it, map.index.node(it)?))) {
                let mut data: Vec<_> = flows.data(node).iter().collect();
                data.sort_by(|a, b| a.way.rank().cmp(&b.way.rank()));
                for end in map.edges_by(agent, &[Verb::Sends, Verb::MayReach]) {
                    let audience = end.audience.filter(|_| end.verb == Verb::Sends);
                    if gate_of(end.no).is_none() || audience.is_some_and(|it| it < boundary.audience) {
                        continue;
                    }
                    let leaves = |it: &&&Held<Level>| {
                        let store = map.index.origin(it.origin);
                        store.is_some_and(|store| scene.leaves(store, it.label, end.no).is_some())
                    };
                    if let Some(held) = data.iter().find(leaves) {
                        let tier = Tier::of_disclosure(held.label);
                        self.add(("private", &held.way), "outbound", end, tier);
                    }
                }
            }
        }
    }

    /// Content of each trust, over every way that it can take.
    fn driven(&mut self, boundary: &Influence) {
        for trust in [Trust::Public, Trust::Partner].into_iter().filter(|it| *it <= boundary.trust) {
            let map = self.map;
            let passes = |no: EdgeNo| map.index.limits.get(&no).is_none_or(|it| it.passes_content(trust));
            let gate_of = |no: EdgeNo| open(map, no).filter(|_| passes(no));
            let begins = |it: &Start| matches!(it.brings, Brings::Content(of) if of == trust);
            let flows = Flows::from(&map.index, &gate_of, &begins);
            for (agent, node) in map.agents.keys().filter_map(|it| Some((it, map.index.node(it)?))) {
                let Some(held) = flows.influence(&map.index, node) else { continue };
                for end in actions(map, agent, boundary) {
                    if gate_of(end.no).is_some() {
                        self.add(("untrusted", &held.way), "action", end, end.tier);
                    }
                }
            }
        }
        if boundary.trust > Trust::Partner {
            self.driven_from_inside(boundary);
        }
    }

    /// What the organization writes steers whoever takes it in; what the operator says steers everybody. That is
    /// looked up one edge far.
    fn driven_from_inside(&mut self, boundary: &Influence) {
        let map = self.map;
        for agent in map.agents.keys() {
            let written = |it: &Row<'_>| {
                let place = map.assets.get(&it.to).and_then(|it| it.trust);
                let author =
                    if it.verb == Verb::Ingests || it.verb == Verb::Loads { it.reached_by } else { place };
                author.is_some_and(|it| it <= boundary.trust)
            };
            let takes_in = map.edges_by(agent, &[Verb::Ingests, Verb::Loads, Verb::Reads, Verb::Recalls]);
            let ways = takes_in.filter(|it| it.gate != Gate::Denied && written(it));
            let by_operator = Way { gate: Gate::Auto, edges: Arc::default() };
            let way = ways.map(|it| Way::single(it.no, it.gate)).min_by(|a, b| a.rank().cmp(&b.rank()));
            let Some(way) = way.or_else(|| (boundary.trust == Trust::Operator).then_some(by_operator)) else {
                continue;
            };
            for end in actions(map, agent, boundary) {
                if open(map, end.no).is_some() {
                    self.add(("content", &way), "action", end, end.tier);
                }
            }
        }
    }

    /// One path of each agent: the surest, then the most exposed, then the worst, then the shortest.
    fn into_breaches(mut self) -> Vec<Breach> {
        let map = self.map;
        let length = |it: &Path<'_>| it.legs.iter().map(|(_, way)| way.edges.len()).sum::<usize>();
        self.found.sort_by(|a, b| {
            let agents = a.end.edge.from.cmp(&b.end.edge.from);
            let surest = b.confidence.cmp(&a.confidence).then(gate(a).cmp(&gate(b)));
            let rest = b.tier.cmp(&a.tier).then(length(a).cmp(&length(b))).then(a.end.no.cmp(&b.end.no));
            agents.then(surest).then(rest)
        });
        let of_agent = self.found.chunk_by(|a, b| a.end.edge.from == b.end.edge.from);
        of_agent.filter_map(|it| breach(map, it)).collect()
    }
}

fn open(map: &ReachMap, no: EdgeNo) -> Option<Gate> {
    map.row(no).map(|it| it.gate).filter(|it| *it != Gate::Denied)
}

fn gate(path: &Path<'_>) -> Gate {
    path.legs.iter().map(|(_, way)| way.gate).max().unwrap_or(Gate::Auto)
}

/// The first of the paths of one agent, with how many there are to tell apart.
fn breach(map: &ReachMap, paths: &[Path<'_>]) -> Option<Breach> {
    let path = paths.first()?;
    let ends: BTreeSet<EdgeNo> = paths.iter().map(|it| it.end.no).collect();
    let exposure: Exposure = gate(path).exposure()?;
    let rows = || path.legs.iter().flat_map(|(_, way)| way.edges.iter()).filter_map(|it| map.row(*it));
    let mut evidence: BTreeSet<Place> = rows().filter_map(|it| it.decided_by.clone()).collect();
    evidence.extend(rows().flat_map(|it| it.edge.provenance.iter()).filter_map(|it| it.place()).cloned());
    let ids =
        |way: &Way| -> Vec<EdgeId> { way.edges.iter().filter_map(|it| Some(map.row(*it)?.id)).collect() };
    let legs: Legs = path.legs.iter().map(|(name, way)| ((*name).to_owned(), ids(way))).collect();
    Some(Breach {
        agent: path.end.edge.from.clone(),
        end: path.end.to.clone(),
        ends: ends.len(),
        tier: path.tier,
        exposure,
        confidence: path.confidence,
        legs,
        evidence: evidence.into_iter().collect(),
    })
}

/// Whether data of that class comes in over the edge. What the edge does not say, the place it leads to does.
fn touches(map: &ReachMap, no: EdgeNo, class: &str) -> bool {
    let Some(row) = map.row(no) else { return false };
    let of_place = || map.assets.get(&row.to).map_or(&[][..], |it| it.data.as_slice());
    let known = if row.touches.is_empty() { of_place() } else { &row.edge.touches };
    known.iter().any(|it| it == class)
}

/// What the boundary is about of what an agent does.
fn actions<'a>(map: &'a ReachMap, agent: &AssetId, boundary: &Influence) -> impl Iterator<Item = Row<'a>> {
    let Influence { tier, agent: by, verb, to, .. } = boundary;
    let meant = by.as_ref().is_none_or(|it| it.value.matches_asset(agent));
    let fits = move |it: &ReachEdge| {
        let verbs = if verb.is_empty() { !TAKES_IN.contains(&it.verb) } else { verb.contains(&it.verb) };
        meant && verbs && it.tier >= *tier && to.as_ref().is_none_or(|to| to.value.matches_asset(&it.to))
    };
    map.edges_of(agent).filter(move |it| fits(it.edge))
}
