//! The assessment by what an agent touches, made once for all agents and categories.

use std::collections::BTreeMap;

use ambit_model::{Assessment, Asset, AssetId, AssetKind, Closed, EdgeId, Finding, ReachEdge, Verb};

use super::is_open;

/// The assessment by asset.
#[derive(Debug)]
pub(super) struct Index<'a> {
    assets: BTreeMap<&'a AssetId, &'a Asset>,
    names: BTreeMap<(AssetKind, &'a str), usize>,
    edges: BTreeMap<EdgeId, &'a ReachEdge>,
    from: BTreeMap<&'a AssetId, Vec<&'a ReachEdge>>,
    to_agents: BTreeMap<&'a AssetId, Vec<&'a ReachEdge>>,
    suppliers: BTreeMap<&'a AssetId, Vec<&'a AssetId>>,
    readers: BTreeMap<&'a AssetId, Vec<&'a ReachEdge>>,
    writers: BTreeMap<&'a AssetId, Vec<&'a ReachEdge>>,
    findings: BTreeMap<&'a AssetId, Vec<&'a Finding>>,
    closed: BTreeMap<&'a AssetId, Vec<&'a Closed>>,
}

/// Whether an edge puts something where it leads to, for others to take.
fn gives(verb: Verb) -> bool {
    matches!(verb, Verb::Writes | Verb::Remembers | Verb::Sends)
}

/// Whether an edge takes what lies where it leads to.
fn takes(verb: Verb) -> bool {
    matches!(verb, Verb::Reads | Verb::Ingests | Verb::Recalls)
}

impl<'a> Index<'a> {
    pub(super) fn of(assessment: &'a Assessment) -> Self {
        let mut index = Self {
            assets: assessment.assets.iter().map(|it| (&it.id, it)).collect(),
            names: BTreeMap::new(),
            edges: assessment.edges.iter().map(|it| (it.id, it)).collect(),
            from: BTreeMap::new(),
            to_agents: BTreeMap::new(),
            suppliers: BTreeMap::new(),
            readers: BTreeMap::new(),
            writers: BTreeMap::new(),
            findings: BTreeMap::new(),
            closed: BTreeMap::new(),
        };
        for asset in &assessment.assets {
            *index.names.entry((asset.kind, asset.name.as_str())).or_default() += 1;
        }
        for edge in &assessment.edges {
            index.from.entry(&edge.from).or_default().push(edge);
            if index.is_agent(&edge.to) {
                index.to_agents.entry(&edge.to).or_default().push(edge);
            }
            if edge.verb == Verb::Supplies {
                index.suppliers.entry(&edge.to).or_default().push(&edge.from);
            }
            if is_open(edge) && index.is_agent(&edge.from) {
                if takes(edge.verb) {
                    two(index.readers.entry(&edge.to).or_default(), edge);
                }
                if gives(edge.verb) {
                    two(index.writers.entry(&edge.to).or_default(), edge);
                }
            }
        }
        for finding in &assessment.findings {
            index.findings.entry(&finding.subject).or_default().push(finding);
            if finding.end != finding.subject {
                index.findings.entry(&finding.end).or_default().push(finding);
            }
        }
        for closed in &assessment.closed {
            index.closed.entry(&closed.subject).or_default().push(closed);
        }
        index
    }

    /// Agents, by id.
    pub(super) fn agents(&self) -> impl Iterator<Item = &'a AssetId> {
        self.assets.values().filter(|it| it.kind == AssetKind::Agent).map(|it| &it.id)
    }

    pub(super) fn is_agent(&self, id: &AssetId) -> bool {
        self.asset(id).is_some_and(|it| it.kind == AssetKind::Agent)
    }

    pub(super) fn asset(&self, id: &AssetId) -> Option<&'a Asset> {
        self.assets.get(id).copied()
    }

    pub(super) fn edge(&self, id: &EdgeId) -> Option<&'a ReachEdge> {
        self.edges.get(id).copied()
    }

    /// Edges that begin at an asset.
    pub(super) fn from(&self, id: &AssetId) -> &[&'a ReachEdge] {
        self.from.get(id).map(Vec::as_slice).unwrap_or_default()
    }

    /// Edges that lead to an agent.
    pub(super) fn to_agent(&self, id: &AssetId) -> &[&'a ReachEdge] {
        self.to_agents.get(id).map(Vec::as_slice).unwrap_or_default()
    }

    /// Servers that supply a tool.
    pub(super) fn suppliers(&self, tool: &AssetId) -> &[&'a AssetId] {
        self.suppliers.get(tool).map(Vec::as_slice).unwrap_or_default()
    }

    /// Findings in which an asset acts, or that end in it.
    pub(super) fn findings(&self, id: &AssetId) -> &[&'a Finding] {
        self.findings.get(id).map(Vec::as_slice).unwrap_or_default()
    }

    /// Compositions of an agent that are closed.
    pub(super) fn closed(&self, id: &AssetId) -> &[&'a Closed] {
        self.closed.get(id).map(Vec::as_slice).unwrap_or_default()
    }

    /// The edge of another agent on the other side of what `edge` leads to.
    pub(super) fn peer(&self, edge: &ReachEdge) -> Option<&'a ReachEdge> {
        let others = if gives(edge.verb) {
            &self.readers
        } else if takes(edge.verb) {
            &self.writers
        } else {
            return None;
        };
        others.get(&edge.to)?.iter().find(|it| it.from != edge.from).copied()
    }

    /// The name of an asset for people; where two of a kind share one, the name in the id tells them apart.
    pub(super) fn name<'s>(&'s self, id: &'s AssetId) -> &'s str {
        let known = self.asset(id).filter(|it| {
            !it.name.is_empty() && self.names.get(&(it.kind, it.name.as_str())).is_none_or(|it| *it < 2)
        });
        known.map_or_else(|| id.name(), |it| it.name.as_str())
    }
}

/// Keeps the first edges of two agents: whoever asks is at most one of them.
fn two<'a>(kept: &mut Vec<&'a ReachEdge>, edge: &'a ReachEdge) {
    if kept.len() < 2 && kept.iter().all(|it| it.from != edge.from) {
        kept.push(edge);
    }
}
