//! What would silence a finding. What lives here: candidates, and the trying of each on the map before it is
//! proposed. A remedy that the map does not confirm is not proposed.

mod candidates;
mod edits;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use ambit_catalog::Catalog;
use ambit_model::{AssetId, EdgeId, Finding, Remedy, Severity};

use crate::flow::neighbours;
use crate::map::ReachMap;
use crate::rules;
use crate::scene::{Overlay, Scene};
use candidates::Candidate;

/// How many remedies one finding names at the most: a reader picks from a few.
const MOST: usize = 3;

/// How many tools a remedy denies at the most: a longer list is a server to remove.
const MOST_TOOLS: usize = 5;

/// Adds remedies to each finding: those that silence it, the cheapest first, then those that only lower it.
pub(crate) fn propose(map: &ReachMap, catalog: &Catalog, findings: &mut [Finding]) {
    let stock = Scene::stock_flows(map);
    let mut trials =
        Trials { base: Scene::new(map, catalog, &stock), near: neighbours(map), tried: BTreeMap::new() };
    let lines = candidates::Lines::of(map);
    for finding in findings {
        let Some(rule) = rules::rule(&finding.rule) else { continue };
        let (mut silencing, mut lowering) = (Vec::new(), Vec::new());
        for candidate in candidates::of(finding, map, catalog, &lines) {
            if silencing.len() >= MOST {
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
                        trials.widen(rule, finding, candidate, left)
                    } else {
                        None
                    };
                    silencing.extend(more);
                }
            }
        }
        silencing.extend(lowering);
        let mut seen = BTreeSet::new();
        silencing.retain(|it| seen.insert(it.edits.clone()));
        silencing.truncate(MOST);
        finding.remedies = silencing;
    }
}

/// A rule, a what-if, and the agents that it concerns.
type Trial = (&'static str, Overlay, Rc<BTreeSet<AssetId>>);

/// What rules still find under what-ifs, each tried once.
struct Trials<'a> {
    base: Scene<'a>,
    near: BTreeMap<AssetId, Rc<BTreeSet<AssetId>>>,
    tried: BTreeMap<Trial, BTreeMap<String, Finding>>,
}

impl Trials<'_> {
    /// The finding as it would still be with `overlay`; none when it is silent.
    fn left(&mut self, rule: &rules::Rule, overlay: &Overlay, finding: &Finding) -> Option<Finding> {
        let among = self.concerned(&finding.subject);
        let key = (rule.info.id, overlay.clone(), Rc::clone(&among));
        if !self.tried.contains_key(&key) {
            let found = rule.run(&self.base.what_if(overlay.clone(), among));
            self.tried.insert(key.clone(), found.into_iter().map(|it| (it.id.clone(), it)).collect());
        }
        self.tried.get(&key)?.get(&finding.id).cloned()
    }

    /// The agents that a finding about `subject` can depend on.
    fn concerned(&self, subject: &AssetId) -> Rc<BTreeSet<AssetId>> {
        if let Some(near) = self.near.get(subject) {
            return Rc::clone(near);
        }
        let uses = |agent: &&AssetId| self.base.map.edges_of(agent).any(|it| it.to == *subject);
        let users = self.base.map.agents.keys().filter(uses).filter_map(|it| self.near.get(it));
        Rc::new(users.flat_map(|it| it.iter().cloned()).collect())
    }

    /// Denying one tool left another to do the same: denies that too, and so on, while the list stays short.
    fn widen(
        &mut self,
        rule: &rules::Rule,
        finding: &Finding,
        tried: Candidate,
        mut left: Finding,
    ) -> Option<Remedy> {
        let (agent, first) = tried.overlay.denied.first()?.clone();
        let edge = |id: &EdgeId| self.base.map.edges.get(id);
        let leg = finding.legs.iter().find(|(_, edges)| {
            edges.iter().filter_map(edge).any(|it| it.from == agent && it.via.as_ref() == Some(&first))
        })?;
        let (leg, mut vias) = (leg.0.clone(), vec![first]);
        while vias.len() < MOST_TOOLS {
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

fn lowered(mut remedy: Remedy, severity: Severity) -> Remedy {
    remedy.action = format!("{} (lowers it to {severity})", remedy.action);
    remedy
}
