//! What counts, and what is left of it under choices: the map says so, for one finding or for all.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::containment::{Contained, Counts};
use ambit_model::{AssetId, Confidence, Finding, Place, Severity};

use super::Asked;
use super::choice::Choice;
use crate::index::{EdgeNo, NodeNo};
use crate::rules::{self, Rule};
use crate::scene::{Overlay, Scene};

/// A finding that is asked about again and again.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) finding: Finding,
    rule: &'static Rule,
    groups: BTreeSet<NodeNo>,
}

/// The map, and what of its findings counts.
pub(super) struct Judge<'a> {
    pub(super) scene: Scene<'a>,
    pub(super) asked: Asked,
    /// Findings that people have decided on.
    pub(super) decided: BTreeSet<String>,
}

impl Judge<'_> {
    /// Whether the finding is to be gone.
    pub(super) fn counts(&self, finding: &Finding) -> bool {
        self.asked.is_severe(finding.severity)
            && (self.asked.count_possible || finding.confidence > Confidence::Possible)
            && !self.decided.contains(&finding.id)
    }

    /// What all rules find under `overlay`.
    pub(super) fn all(&self, overlay: Overlay) -> Vec<Finding> {
        rules::find_in(&self.scene.under(overlay))
    }

    /// What is left of `case` under `overlay`.
    pub(super) fn left(&self, case: &Case, overlay: Overlay) -> Option<Finding> {
        let Finding { subject, end, .. } = &case.finding;
        case.rule.find(&self.scene.what_if(overlay, subject, end), subject, end)
    }

    /// What is left of it that still counts.
    pub(super) fn counted(&self, case: &Case, overlay: Overlay) -> Option<Finding> {
        self.left(case, overlay).filter(|it| self.counts(it))
    }

    pub(super) fn case(&self, finding: Finding) -> Option<Case> {
        let rule = rules::rule(&finding.rule)?;
        let index = &self.scene.map.index;
        let ends = [&finding.subject, &finding.end].into_iter().filter_map(|it| index.node(it));
        let steps = self.edges(&finding).into_iter().filter_map(|it| index.node_of(it));
        let groups = ends.chain(steps).filter_map(|it| index.group(it).first().copied()).collect();
        Some(Case { finding, rule, groups })
    }

    /// The edges of its legs, sorted.
    pub(super) fn edges(&self, finding: &Finding) -> Vec<EdgeNo> {
        let edges = &self.scene.map.edges;
        let ids: BTreeSet<_> = finding.legs.values().flatten().collect();
        let no = |it: &&ambit_model::EdgeId| edges.binary_search_by(|edge| edge.id.cmp(it)).ok();
        ids.iter().filter_map(no).map(EdgeNo::at).collect()
    }
}

/// Which choices may matter to what.
#[derive(Debug, Default)]
pub(super) struct Near<'c> {
    groups: BTreeMap<NodeNo, Vec<usize>>,
    edges: BTreeMap<EdgeNo, Vec<usize>>,
    limited: BTreeMap<&'c AssetId, Vec<usize>>,
    lines: BTreeMap<&'c Place, Vec<usize>>,
    findings: BTreeMap<&'c str, Vec<usize>>,
}

impl<'c> Near<'c> {
    pub(super) fn of(choices: &'c [Choice]) -> Self {
        let mut near = Self::default();
        for (no, choice) in choices.iter().enumerate() {
            choice.groups.iter().for_each(|it| near.groups.entry(*it).or_default().push(no));
            choice.touches.iter().for_each(|it| near.edges.entry(*it).or_default().push(no));
            choice.overlay.limited.iter().for_each(|it| near.limited.entry(it).or_default().push(no));
            choice.overlay.lines().for_each(|it| near.lines.entry(it).or_default().push(no));
            choice.against.iter().for_each(|it| near.findings.entry(it).or_default().push(no));
        }
        near
    }

    /// The choices that may matter to `case`, sorted: those of its contexts, of its lines, and those proposed for it.
    pub(super) fn to(&self, case: &Case) -> Vec<usize> {
        let groups = case.groups.iter().filter_map(|it| self.groups.get(it));
        let lines = case.finding.evidence.iter().filter_map(|it| self.lines.get(it));
        let own = self.findings.get(case.finding.id.as_str());
        let all: BTreeSet<usize> = groups.chain(lines).chain(own).flatten().copied().collect();
        all.into_iter().collect()
    }

    /// The choices that stand where `finding` does, whose legs are `edges`.
    pub(super) fn where_it_stands(&self, finding: &Finding, edges: &[EdgeNo]) -> BTreeSet<usize> {
        let edges = edges.iter().filter_map(|it| self.edges.get(it));
        let lines = finding.evidence.iter().filter_map(|it| self.lines.get(it));
        let limited = self.limited.get(&finding.subject);
        let own = self.findings.get(finding.id.as_str());
        edges.chain(lines).chain(limited).chain(own).flatten().copied().collect()
    }
}

/// A finding in short.
pub(super) fn contained(finding: &Finding) -> Contained {
    Contained {
        id: finding.id.clone(),
        rule: finding.rule.clone(),
        severity: finding.severity,
        subject: finding.subject.clone(),
        end: finding.end.clone(),
        message: if finding.message.is_empty() { finding.title.clone() } else { finding.message.clone() },
    }
}

/// How many there are of each severity.
pub(super) fn counts(severities: impl IntoIterator<Item = Severity>) -> Counts {
    let all = [Severity::Low, Severity::Medium, Severity::High, Severity::Critical];
    let mut counts: Counts = all.map(|it| (it, 0)).into();
    for severity in severities {
        *counts.entry(severity).or_default() += 1;
    }
    counts
}

/// The changes of several choices together.
pub(super) fn together<'c>(choices: impl IntoIterator<Item = &'c Choice>) -> Overlay {
    let mut overlay = Overlay::default();
    choices.into_iter().for_each(|it| overlay.join(&it.overlay));
    overlay
}

/// The agents whose edges may be on a path of any of `findings`: those of the same groups of contexts.
pub(super) fn agents(scene: &Scene<'_>, findings: &[Finding]) -> BTreeSet<AssetId> {
    let (map, index) = (scene.map, &scene.map.index);
    let mut ends: BTreeSet<&AssetId> = BTreeSet::new();
    for finding in findings {
        ends.extend([&finding.subject, &finding.end]);
        ends.extend(finding.legs.values().flatten().filter_map(|it| map.edge(it)).map(|it| &it.from));
    }
    let nodes = ends.into_iter().filter_map(|it| index.node(it));
    let groups: BTreeMap<NodeNo, &[NodeNo]> =
        nodes.map(|it| index.group(it)).filter_map(|it| Some((*it.first()?, it))).collect();
    let within: BTreeSet<NodeNo> = groups.into_values().flatten().copied().collect();
    map.agents.keys().filter(|it| index.node(it).is_some_and(|it| within.contains(&it))).cloned().collect()
}
