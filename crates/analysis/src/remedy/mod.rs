//! What would silence a finding. What lives here: candidates, and the trying of each on the map before it is
//! proposed. A remedy that the map does not confirm is not proposed.

mod all;
mod candidates;
mod edits;
mod program;
mod stated;
mod syntax;
mod unattended;

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_model::finding::{Edit, EditAction};
use ambit_model::{AssetId, EdgeId, Finding, Remedy, Severity, parallel};

use crate::map::ReachMap;
use crate::rules::{self, Seen};
use crate::scene::{Made, Overlay, Scene};
pub(crate) use all::{Change, asking, changes, lines, taking_back};
use candidates::Candidate;

/// How many remedies one finding names at the most: a reader picks from a few.
const MOST: usize = 2;

/// How many tools a remedy denies at the most: a longer list is a server to remove.
const MOST_TOOLS: usize = 5;

/// How many lines a remedy takes back at the most: whoever has more of them rather denies the tool.
const MOST_LINES: usize = 8;

/// How many edges all trials of a scan may look at: whoever wrote the files must not choose how long it takes.
const MOST_EDGES: usize = 1_000_000_000;

/// How many closures of what-ifs are kept for the next rule that asks the same.
const MOST_MADE: usize = 64;

/// Adds remedies to each finding: those that silence it, the cheapest first, then those that only lower it.
pub(crate) fn propose(map: &ReachMap, catalog: &Catalog, findings: &mut [Finding]) {
    let lines = candidates::Lines::of(map);
    let mut by_subject: BTreeMap<&AssetId, Vec<usize>> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate() {
        by_subject.entry(&finding.subject).or_default().push(at);
    }
    // What is asked about one agent is asked together: the same what-ifs come up again. Each has its share of all
    // trials, so that what is tried depends on no other.
    let asked: Vec<Vec<usize>> = by_subject.into_values().collect();
    let each = MOST_EDGES / findings.len().max(1);
    let start = || Trials::new(Scene::new(map, catalog));
    let found = {
        let findings = &*findings;
        parallel::map_with(&asked, start, |trials, asked| {
            trials.left_to_look_at = each.saturating_mul(asked.len());
            let found =
                asked.iter().filter_map(|at| Some((*at, trials.remedies(findings.get(*at)?, &lines)?)));
            found.collect::<Vec<_>>()
        })
    };
    for (at, remedies) in found.into_iter().flatten() {
        if let Some(finding) = findings.get_mut(at) {
            finding.remedies = remedies;
        }
    }
}

/// What a rule still finds under what-ifs.
struct Trials<'a> {
    base: Scene<'a>,
    /// Closures by what-if: several rules try the same ones.
    made: BTreeMap<Overlay, Made>,
    /// Edges that trials may still look at.
    left_to_look_at: usize,
}

/// How a trial ended.
enum Tried {
    /// Nothing is seen of the finding any more.
    Silent,
    /// What still is.
    Left(Seen),
    /// It was not made: it costs more than there is left.
    TooDear,
}

impl<'a> Trials<'a> {
    fn new(base: Scene<'a>) -> Self {
        Self { base, made: BTreeMap::new(), left_to_look_at: 0 }
    }

    /// What silences `finding`, and what lowers it.
    fn remedies(&mut self, finding: &Finding, lines: &candidates::Lines<'_>) -> Option<Vec<Remedy>> {
        let rule = rules::rule(&finding.rule)?;
        let (mut silencing, mut lowering) = (Vec::new(), Vec::new());
        // Lines that let the same be as one that was tried: alone, each of them leaves the others.
        let mut taken_back = BTreeSet::new();
        for candidate in candidates::of(finding, self.base.map, self.base.catalog, lines) {
            if silencing.len() >= MOST || (candidate.is_last_resort && !silencing.is_empty()) {
                break;
            }
            let removed = &candidate.overlay.removed;
            if !removed.is_empty() && removed.is_subset(&taken_back) {
                continue;
            }
            match self.tried(rule, &candidate.overlay, finding) {
                Tried::TooDear => {
                    silencing.push(untried(candidate.remedy));
                    break;
                }
                Tried::Silent => silencing.push(candidate.remedy),
                Tried::Left(left) => {
                    if left.severity() < finding.severity {
                        lowering.push(lowered(candidate.remedy.clone(), left.severity()));
                    }
                    if silencing.is_empty() && !candidate.overlay.removed.is_empty() {
                        let all = self.widen_lines(rule, finding, &candidate, (left, lines));
                        taken_back.extend(all.iter().flat_map(|it| it.overlay.removed.iter().cloned()));
                        silencing.extend(all.map(|it| it.remedy));
                    } else if silencing.is_empty() {
                        silencing.extend(self.widen(rule, finding, &candidate, left));
                    }
                }
            }
        }
        // The fewest lines to write first; candidates came in the order of what they cost.
        let written = |it: &Edit| it.action != EditAction::Remove;
        silencing.sort_by_key(|it: &Remedy| it.edits.iter().filter(|it| written(it)).count());
        silencing.extend(lowering);
        let mut seen = BTreeSet::new();
        silencing.retain(|it| seen.insert(it.edits.clone()));
        silencing.truncate(MOST);
        Some(silencing)
    }

    /// What would still be seen of the finding with `overlay`.
    fn tried(&mut self, rule: &rules::Rule, overlay: &Overlay, finding: &Finding) -> Tried {
        let scene = self.base.what_if(overlay.clone(), &finding.subject, &finding.end);
        match self.left_to_look_at.checked_sub(self.price(&finding.subject, &scene)) {
            Some(left) => self.left_to_look_at = left,
            None => return Tried::TooDear,
        }
        let scene = scene.having(self.made.get(overlay));
        let left = rule.look(&scene, &finding.subject, &finding.end);
        if let Some(made) = scene.made() {
            if self.made.len() >= MOST_MADE {
                self.made.clear();
            }
            self.made.insert(overlay.clone(), made);
        }
        left.map_or(Tried::Silent, Tried::Left)
    }

    /// How many edges one more trial about `subject` looks at. Closures that another trial has made cost the same, for
    /// which trial came first must not decide what is tried.
    fn price(&self, subject: &AssetId, scene: &Scene<'_>) -> usize {
        let map = self.base.map;
        let own = match map.index.from.get(subject).filter(|_| map.agents.contains_key(subject)) {
            Some(own) => own.all.len() + map.index.node(subject).map_or(0, |it| map.index.group(it).len()),
            None => map.edges.len(),
        };
        // The larger the map, the less of it is at hand: a step takes ten times as long over 2,000 agents as over 200.
        own.max(100) + scene.price().saturating_mul(1 + map.index.nodes() / 512)
    }

    /// Taking back one line left others that let the same be: takes those back too, and so on, while the list stays short.
    fn widen_lines(
        &mut self,
        rule: &rules::Rule,
        finding: &Finding,
        tried: &Candidate,
        (mut left, lines): (Seen, &candidates::Lines<'_>),
    ) -> Option<Candidate> {
        let map = self.base.map;
        let mut all = tried.overlay.removed.clone();
        loop {
            let known = all.len();
            for no in left.legs.iter().flat_map(|(_, way)| way.edges.iter()) {
                if map.granted_at_all(*no).any(|it| all.contains(it)) {
                    let more: Vec<_> = map.granted_without(*no, &all).cloned().collect();
                    all.extend(more);
                }
            }
            if all.len() == known || all.len() > MOST_LINES {
                return None;
            }
            let cuts = all.iter().flat_map(|it| candidates::decided_by(finding, map, it)).collect();
            let candidate = candidates::take_back_all(&all, lines, cuts)?;
            match self.tried(rule, &candidate.overlay, finding) {
                Tried::Silent => return Some(candidate),
                Tried::Left(more) => left = more,
                Tried::TooDear => return None,
            }
        }
    }

    /// Denying one tool left another to do the same: denies that too, and so on, while the list stays short.
    fn widen(
        &mut self,
        rule: &rules::Rule,
        finding: &Finding,
        tried: &Candidate,
        mut left: Seen,
    ) -> Option<Remedy> {
        let (agent, first) = tried.overlay.denied.first()?.clone();
        let edge = |id: &EdgeId| self.base.map.edge(id);
        let leg = finding.legs.iter().find(|(_, edges)| {
            edges.iter().filter_map(edge).any(|it| it.from == agent && it.via.as_ref() == Some(&first))
        })?;
        let (leg, mut vias) = (leg.0.clone(), vec![first]);
        while vias.len() < MOST_TOOLS {
            let (_, way) = left.legs.iter().find(|(it, _)| *it == leg)?;
            let edges = way.edges.iter().filter_map(|it| self.base.map.row(*it));
            let next = edges
                .filter(|it| it.from == agent)
                .filter_map(|it| it.via.clone())
                .find(|it| !vias.contains(it))?;
            vias.push(next);
            let list: Vec<&AssetId> = vias.iter().collect();
            let candidate = candidates::deny(finding, &agent, &list, self.base.map, self.base.catalog)?;
            match self.tried(rule, &candidate.overlay, finding) {
                Tried::Silent => return Some(candidate.remedy),
                Tried::Left(more) => left = more,
                Tried::TooDear => return None,
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
