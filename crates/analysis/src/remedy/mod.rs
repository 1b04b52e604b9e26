//! What would silence a finding. What lives here: candidates, and the trying of each on the map before it is
//! proposed. A remedy that the map does not confirm is not proposed.

mod candidates;
mod edits;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use ambit_catalog::Catalog;
use ambit_model::{AssetId, EdgeId, Finding, Place, Remedy, Severity};

use crate::flow::{Flows, neighbours};
use crate::map::ReachMap;
use crate::rules;
use crate::scene::{Overlay, Scene, Within};
use candidates::Candidate;

/// How many remedies one finding names at the most: a reader picks from a few.
const MOST: usize = 2;

/// How many tools a remedy denies at the most: a longer list is a server to remove.
const MOST_TOOLS: usize = 5;

/// How many edges all trials of a scan may look at: whoever wrote the files must not choose how long it takes.
const MOST_EDGES: usize = 3_000_000;

/// Adds remedies to each finding: those that silence it, the cheapest first, then those that only lower it.
pub(crate) fn propose(map: &ReachMap, catalog: &Catalog, findings: &mut [Finding]) {
    let stock = Scene::stock_flows(map);
    let mut trials = Trials::new(Scene::new(map, catalog, &stock));
    let lines = candidates::Lines::of(map);
    for finding in findings {
        let Some(rule) = rules::rule(&finding.rule) else { continue };
        let (mut silencing, mut lowering) = (Vec::new(), Vec::new());
        for candidate in candidates::of(finding, map, catalog, &lines) {
            if silencing.len() >= MOST || (candidate.is_last_resort && !silencing.is_empty()) {
                break;
            }
            if !trials.afford(&finding.subject) {
                silencing.push(untried(candidate.remedy));
                break;
            }
            let left = trials.left(rule, &candidate.overlay, finding);
            match left {
                None => silencing.push(candidate.remedy),
                Some(left) => {
                    if left.severity < finding.severity {
                        lowering.push(lowered(candidate.remedy.clone(), left.severity));
                    }
                    let more = if silencing.is_empty() {
                        trials.widen(rule, finding, &candidate, left)
                    } else {
                        None
                    };
                    silencing.extend(more);
                }
            }
        }
        // The fewest lines to write first; candidates came in the order of what they cost.
        silencing.sort_by_key(|it: &Remedy| it.edits.len());
        silencing.extend(lowering);
        let mut seen = BTreeSet::new();
        silencing.retain(|it| seen.insert(it.edits.clone()));
        silencing.truncate(MOST);
        finding.remedies = silencing;
    }
}

/// What rules still find under what-ifs, each tried once.
struct Trials<'a> {
    base: Scene<'a>,
    near: BTreeMap<AssetId, Rc<BTreeSet<AssetId>>>,
    /// The parts of the map that findings depend on, by their subject.
    parts: BTreeMap<AssetId, Rc<Within>>,
    /// Lines that decide a gate or bring a server in.
    deciding: BTreeSet<&'a Place>,
    tried: BTreeMap<(&'static str, Overlay, Rc<Within>), BTreeMap<String, Finding>>,
    /// Closures by what-if: several rules try the same ones.
    flows: BTreeMap<(Overlay, Rc<Within>), Rc<Flows>>,
    /// Edges that trials may still look at.
    left_to_look_at: usize,
}

impl<'a> Trials<'a> {
    fn new(base: Scene<'a>) -> Self {
        let rules = base.map.edges.values().filter_map(|it| it.decided_by.as_ref());
        let uses = base.map.uses.values().flatten().map(|(_, it)| &it.place);
        let (near, deciding) = (neighbours(base.map), rules.chain(uses).collect());
        let (parts, tried, flows) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { base, near, parts, deciding, tried, flows, left_to_look_at: MOST_EDGES }
    }

    /// The finding as it would still be with `overlay`; none when it is silent.
    fn left(&mut self, rule: &rules::Rule, overlay: &Overlay, finding: &Finding) -> Option<Finding> {
        let within = self.part(&finding.subject);
        let key = (rule.info.id, overlay.clone(), Rc::clone(&within));
        if !self.tried.contains_key(&key) {
            let moves_gates =
                !overlay.denied.is_empty() || overlay.removed.iter().any(|it| self.deciding.contains(it));
            let what_if = (overlay.clone(), Rc::clone(&within));
            let scene =
                self.base.what_if(overlay.clone(), within, moves_gates).having(self.flows.get(&what_if));
            let found = rule.run(&scene);
            if let Some(made) = scene.made_flows() {
                self.flows.insert(what_if, Rc::clone(made));
            }
            self.tried.insert(key.clone(), found.into_iter().map(|it| (it.id.clone(), it)).collect());
        }
        self.tried.get(&key)?.get(&finding.id).cloned()
    }

    /// Takes the price of one more trial about `subject`; false when it cannot be paid any more.
    fn afford(&mut self, subject: &AssetId) -> bool {
        let part = self.part(subject);
        let price: usize = part.agents.iter().filter_map(|it| self.base.map.from.get(it)).map(Vec::len).sum();
        match self.left_to_look_at.checked_sub(price.max(100)) {
            Some(left) => {
                self.left_to_look_at = left;
                true
            }
            None => false,
        }
    }

    /// The part of the map that a finding about `subject` can depend on.
    fn part(&mut self, subject: &AssetId) -> Rc<Within> {
        if let Some(part) = self.parts.get(subject) {
            return Rc::clone(part);
        }
        let map = self.base.map;
        let part = if let Some(near) = self.near.get(subject) {
            let uses = near.iter().filter_map(|it| map.uses.get(it)).flatten();
            Within { agents: near.as_ref().clone(), servers: uses.map(|(it, _)| it.clone()).collect() }
        } else {
            let reaches = |agent: &&AssetId| map.edges_of(agent).any(|it| it.to == *subject);
            let agents: BTreeSet<AssetId> = match map.users.get(subject) {
                Some(users) => users.clone(),
                None if map.servers.contains_key(subject) => BTreeSet::new(),
                None => map.agents.keys().filter(reaches).cloned().collect(),
            };
            let near = agents.iter().filter_map(|it| self.near.get(it)).flat_map(|it| it.iter().cloned());
            Within { agents: near.collect(), servers: BTreeSet::from([subject.clone()]) }
        };
        let part = Rc::new(part);
        self.parts.insert(subject.clone(), Rc::clone(&part));
        part
    }

    /// Denying one tool left another to do the same: denies that too, and so on, while the list stays short.
    fn widen(
        &mut self,
        rule: &rules::Rule,
        finding: &Finding,
        tried: &Candidate,
        mut left: Finding,
    ) -> Option<Remedy> {
        let (agent, first) = tried.overlay.denied.first()?.clone();
        let edge = |id: &EdgeId| self.base.map.edges.get(id);
        let leg = finding.legs.iter().find(|(_, edges)| {
            edges.iter().filter_map(edge).any(|it| it.from == agent && it.via.as_ref() == Some(&first))
        })?;
        let (leg, mut vias) = (leg.0.clone(), vec![first]);
        while vias.len() < MOST_TOOLS && self.afford(&finding.subject) {
            let edges = left.legs.get(&leg)?.iter().filter_map(|it| self.base.map.edges.get(it));
            let next = edges
                .filter(|it| it.from == agent)
                .filter_map(|it| it.via.clone())
                .find(|it| !vias.contains(it))?;
            vias.push(next);
            let list: Vec<&AssetId> = vias.iter().collect();
            let candidate = candidates::deny(finding, &agent, &list, self.base.map, self.base.catalog)?;
            match self.left(rule, &candidate.overlay, finding) {
                None => return Some(candidate.remedy),
                Some(more) => left = more,
            }
        }
        None
    }
}

fn untried(mut remedy: Remedy) -> Remedy {
    remedy.action = format!("{} (not tried: the map is too large to try all)", remedy.action);
    remedy
}

fn lowered(mut remedy: Remedy, severity: Severity) -> Remedy {
    remedy.action = format!("{} (lowers it to {severity})", remedy.action);
    remedy
}
