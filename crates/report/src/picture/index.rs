//! Lookups over an assessment that pictures and pages share.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::{
    Assessment, Asset, AssetId, AssetKind, EdgeId, Finding, Gate, Level, ReachEdge, Severity, Trust, Verb,
};

use crate::visible::visible;

/// What a line or a box stands for: its colour, its shape and its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Label {
    /// Outsiders can write it.
    Untrusted,
    /// Not public.
    Private,
    /// A way out, or an action.
    Out,
    /// Written now, read back later.
    Memory,
    /// A model in a loop.
    Agent,
    /// Nothing is known of it.
    Unknown,
    /// None of these.
    Plain,
}

impl Label {
    /// The class of its colour and the word for filters.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Untrusted => "untrusted",
            Self::Private => "private",
            Self::Out => "out",
            Self::Memory => "memory",
            Self::Agent => "agent",
            Self::Unknown => "unknown",
            Self::Plain => "plain",
        }
    }

    /// The word for people.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Untrusted => "untrusted content",
            Self::Private => "private data",
            Self::Out => "way out or action",
            Self::Memory => "memory",
            Self::Agent => "delegation",
            Self::Unknown => "unknown",
            Self::Plain => "other",
        }
    }
}

/// An assessment with its ids resolved.
#[derive(Debug)]
pub(crate) struct Index<'a> {
    /// What is indexed.
    pub(crate) assessment: &'a Assessment,
    assets: BTreeMap<&'a AssetId, &'a Asset>,
    numbers: BTreeMap<&'a AssetId, usize>,
    edges: BTreeMap<&'a EdgeId, &'a ReachEdge>,
    suppliers: BTreeMap<&'a AssetId, &'a AssetId>,
    actors: BTreeMap<&'a AssetId, BTreeSet<&'a AssetId>>,
    walked: BTreeMap<&'a EdgeId, Severity>,
}

impl<'a> Index<'a> {
    pub(crate) fn new(assessment: &'a Assessment) -> Self {
        let mut index = Self {
            assessment,
            assets: assessment.assets.iter().map(|it| (&it.id, it)).collect(),
            numbers: assessment.assets.iter().enumerate().map(|(at, it)| (&it.id, at)).collect(),
            edges: assessment.edges.iter().map(|it| (&it.id, it)).collect(),
            suppliers: BTreeMap::new(),
            actors: BTreeMap::new(),
            walked: BTreeMap::new(),
        };
        for edge in assessment.edges.iter().filter(|it| it.verb == Verb::Supplies) {
            index.suppliers.insert(&edge.to, &edge.from);
        }
        for edge in &assessment.edges {
            if index.kind(&edge.from) != AssetKind::Agent {
                continue;
            }
            let via = edge.via.iter().flat_map(|it| [Some(it), index.suppliers.get(it).copied()]).flatten();
            for id in via.chain([&edge.to]) {
                index.actors.entry(id).or_default().insert(&edge.from);
            }
        }
        for finding in &assessment.findings {
            for edge in finding.legs.values().flatten() {
                let worst = index.walked.entry(edge).or_insert(finding.severity);
                *worst = finding.severity.max(*worst);
            }
        }
        index
    }

    pub(crate) fn asset(&self, id: &AssetId) -> Option<&'a Asset> {
        self.assets.get(id).copied()
    }

    /// Its place in the list of assets.
    pub(crate) fn number(&self, id: &AssetId) -> Option<usize> {
        self.numbers.get(id).copied()
    }

    pub(crate) fn edge(&self, id: &EdgeId) -> Option<&'a ReachEdge> {
        self.edges.get(id).copied()
    }

    /// The kind of an asset; by the prefix of its id where the asset itself is not listed.
    pub(crate) fn kind(&self, id: &AssetId) -> AssetKind {
        use AssetKind as K;
        let by_prefix = || {
            let prefix = id.as_str().split_once(':').map_or("", |(prefix, _)| prefix);
            let kinds = [
                K::Agent,
                K::Tool,
                K::Server,
                K::Instruction,
                K::Memory,
                K::Channel,
                K::Credential,
                K::Human,
                K::Model,
                K::Environment,
            ];
            kinds.into_iter().find(|it| it.prefix() == prefix).unwrap_or(K::DataStore)
        };
        self.asset(id).map_or_else(by_prefix, |it| it.kind)
    }

    /// Its name for people, safe to show.
    pub(crate) fn name(&self, id: &AssetId) -> String {
        let name = self.asset(id).map_or_else(|| id.name(), |it| it.name.as_str());
        visible(if name.is_empty() { id.as_str() } else { name }).into_owned()
    }

    /// The supplier of a tool and the tool's own name, both safe to show.
    pub(crate) fn tool(&self, id: &AssetId) -> (String, String) {
        let (prefix, rest) = id.name().split_once('/').unwrap_or(("", id.name()));
        let supplier =
            self.suppliers.get(id).map_or_else(|| visible(prefix).into_owned(), |it| self.name(it));
        let name = self.asset(id).map_or(rest, |it| it.name.as_str());
        (supplier, visible(name).into_owned())
    }

    /// The agents that act when `id` does: itself, or whoever uses that server, tool or environment.
    pub(crate) fn actors(&self, id: &'a AssetId) -> Vec<&'a AssetId> {
        if self.kind(id) == AssetKind::Agent {
            return vec![id];
        }
        self.actors.get(id).into_iter().flatten().copied().collect()
    }

    /// The worst severity among findings that walk over `edge`.
    pub(crate) fn walked(&self, edge: &EdgeId) -> Option<Severity> {
        self.walked.get(edge).copied()
    }

    /// What an edge stands for.
    pub(crate) fn label(&self, edge: &ReachEdge) -> Label {
        let to = self.kind(&edge.to);
        let private = edge.level.is_some_and(|it| it > Level::Public) || to == AssetKind::Credential;
        match edge.verb {
            Verb::MayReach => Label::Unknown,
            _ if to == AssetKind::Memory => Label::Memory,
            Verb::Remembers | Verb::Recalls => Label::Memory,
            Verb::Delegates => Label::Agent,
            Verb::Ingests | Verb::Loads if edge.reached_by.is_some_and(Trust::is_untrusted) => {
                Label::Untrusted
            }
            Verb::Ingests | Verb::Reads | Verb::Holds if private => Label::Private,
            Verb::Ingests | Verb::Reads | Verb::Holds | Verb::Loads | Verb::Supplies | Verb::RunsIn => {
                Label::Plain
            }
            Verb::Sends | Verb::Writes | Verb::Executes | Verb::Spends | Verb::Grants => Label::Out,
        }
    }

    /// Agents, worst first: by the worst finding in which they act, then by how many they have, then by id.
    pub(crate) fn agents(&self) -> Vec<&'a Asset> {
        let mut agents: Vec<_> = self
            .assessment
            .assets
            .iter()
            .filter(|it| it.kind == AssetKind::Agent)
            .map(|it| {
                let own = self.assessment.findings.iter().filter(|f| f.subject == it.id);
                let worst = own.clone().map(|f| f.severity).max();
                (std::cmp::Reverse((worst, own.count())), it)
            })
            .collect();
        agents.sort_by(|(a, x), (b, y)| a.cmp(b).then_with(|| x.id.cmp(&y.id)));
        agents.into_iter().map(|(_, it)| it).collect()
    }

    /// Findings in the order of their groups, worst first.
    pub(crate) fn findings(&self) -> Vec<&'a Finding> {
        let mut findings: Vec<_> = self.assessment.findings.iter().collect();
        let rank: BTreeMap<&str, usize> = self
            .assessment
            .groups
            .iter()
            .flat_map(|it| &it.findings)
            .enumerate()
            .map(|(rank, id)| (id.as_str(), rank))
            .collect();
        let rank = |it: &Finding| rank.get(it.id.as_str()).copied().unwrap_or(usize::MAX);
        findings.sort_by(|a, b| {
            rank(a).cmp(&rank(b)).then(b.severity.cmp(&a.severity)).then_with(|| a.id.cmp(&b.id))
        });
        findings
    }

    /// The legs of a finding in the order in which harm travels: what comes in, what is kept, what is read,
    /// what goes out.
    pub(crate) fn legs(&self, finding: &'a Finding) -> Vec<(&'a str, Vec<&'a ReachEdge>)> {
        let mut legs: Vec<_> = finding
            .legs
            .iter()
            .map(|(name, ids)| {
                let edges: Vec<_> = ids.iter().filter_map(|it| self.edge(it)).collect();
                let rank = edges.last().map_or(9, |it| match self.label(it) {
                    Label::Untrusted => 0,
                    Label::Memory => 1,
                    Label::Agent => 2,
                    Label::Private | Label::Plain => 3,
                    Label::Out => 4,
                    Label::Unknown => 5,
                });
                (rank, name.as_str(), edges)
            })
            .collect();
        legs.sort_by_key(|(rank, name, _)| (*rank, *name));
        legs.into_iter().map(|(_, name, edges)| (name, edges)).collect()
    }
}

/// What a gate means, in words.
pub(crate) fn gate_words(gate: Gate) -> &'static str {
    match gate {
        Gate::Auto => "happens without asking",
        Gate::Prompted => "the client asks, one click silences it",
        Gate::Asked => "asked for each call",
        Gate::Denied => "denied",
    }
}

/// A verb as a person says it.
pub(crate) fn verb_words(verb: Verb) -> &'static str {
    match verb {
        Verb::Ingests => "takes in",
        Verb::Reads => "reads",
        Verb::Sends => "sends to",
        Verb::Writes => "changes",
        Verb::Executes => "runs code in",
        Verb::Spends => "spends from",
        Verb::Grants => "changes rights in",
        Verb::Remembers => "writes into",
        Verb::Recalls => "reads back",
        Verb::Delegates => "hands work to",
        Verb::Loads => "follows",
        Verb::Holds => "holds",
        Verb::Supplies => "supplies",
        Verb::RunsIn => "runs in",
        Verb::MayReach => "may do anything through",
    }
}
