//! What one agent has on the map, fact by fact.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_catalog::schema::{Actor, EdgeForm, Fact};
use ambit_model::{Asset, AssetId, AssetKind, Closed, EdgeId, Effect, Finding, ReachEdge, Verb};

use super::index::Index;
use super::is_open;

/// An agent, and which facts it has.
#[derive(Debug)]
pub(super) struct Seen<'a> {
    pub(super) agent: &'a AssetId,
    index: &'a Index<'a>,
    catalog: &'a Catalog,
    facts: BTreeMap<&'a str, Found<'a>>,
    findings: BTreeMap<&'a str, Vec<&'a Finding>>,
    kinds: BTreeSet<AssetKind>,
    unknown: Option<&'a ReachEdge>,
    /// Whether the map has any tool that the agent did not get from a server.
    has_tools: bool,
    /// The tool of the client that starts agents which no file declares.
    starter: Option<&'a str>,
}

/// The edges that show a fact.
#[derive(Debug, Clone, Copy, Default)]
struct Found<'a> {
    open: Option<Witness<'a>>,
    denied: Option<&'a ReachEdge>,
}

/// An edge that shows a fact, and the edge of another agent that it meets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Witness<'a> {
    pub(super) edge: &'a ReachEdge,
    pub(super) peer: Option<&'a ReachEdge>,
}

impl<'a> Witness<'a> {
    pub(super) fn alone(edge: &'a ReachEdge) -> Self {
        Self { edge, peer: None }
    }
}

impl<'a> Seen<'a> {
    pub(super) fn of(index: &'a Index<'a>, agent: &'a AssetId, catalog: &'a Catalog) -> Self {
        let own = index.from(agent);
        let servers = servers(index, own);
        let supplied: Vec<&ReachEdge> = servers.iter().flat_map(|it| index.from(it)).copied().collect();
        let lists = Lists { own, supplied: &supplied, others: index.to_agent(agent), index };
        let facts = catalog.facts().iter().map(|(name, it)| (name.as_str(), lists.find(it))).collect();
        let open = || own.iter().copied().filter(|it| is_open(it));
        let mut used: BTreeSet<&AssetId> = servers;
        used.insert(agent);
        used.extend(open().flat_map(|it| [Some(&it.to), it.via.as_ref()]).flatten());
        used.extend(supplied.iter().filter(|it| it.verb == Verb::Holds).map(|it| &it.to));
        Self {
            agent,
            index,
            catalog,
            facts,
            findings: findings(index, agent, &used),
            kinds: used.iter().filter_map(|it| index.asset(it)).map(|it| it.kind).collect(),
            unknown: open().find(|it| it.verb == Verb::MayReach),
            has_tools: own.iter().filter_map(|it| it.via.as_ref()).any(|it| index.suppliers(it).is_empty()),
            starter: starter(index.asset(agent), catalog),
        }
    }

    /// What is known of a fact.
    pub(super) fn fact(&self, name: &str) -> Option<&'a Fact> {
        self.catalog.facts().get(name)
    }

    /// The open edge that shows a fact.
    pub(super) fn witness(&self, fact: &str) -> Option<Witness<'a>> {
        self.facts.get(fact)?.open
    }

    /// The denied edge that would show a fact.
    pub(super) fn denied(&self, fact: &str) -> Option<&'a ReachEdge> {
        self.facts.get(fact)?.denied
    }

    /// Why it cannot be said that the agent has no such fact.
    pub(super) fn unknown_fact(&self, fact: &str) -> Option<String> {
        let fact = self.fact(fact)?;
        let unknown = self.unknown().filter(|_| fact.edges.iter().any(EdgeForm::may_be_unknown));
        let delegates = fact.edges.iter().any(|it| it.verb.contains(&Verb::Delegates));
        let starter = self.starter.filter(|_| delegates);
        let of_starter = |tool| {
            format!("{} can start agents of its own with `{tool}`, and no file says which", self.name())
        };
        unknown.or_else(|| starter.map(of_starter))
    }

    /// Why it cannot be said what the agent does not do.
    pub(super) fn unknown(&self) -> Option<String> {
        match self.unknown {
            Some(edge) => {
                let tool = edge.via.as_ref().unwrap_or(&edge.to);
                Some(format!("nobody knows what {} does", self.name_of(tool)))
            }
            None if !self.has_tools => {
                Some(format!("nothing is known of the tools that {} has of its own", self.name()))
            }
            None => None,
        }
    }

    /// The sentence that says that a fact is missing.
    pub(super) fn absence(&self, fact: &str) -> String {
        let absent = self.fact(fact).map_or("", |it| it.absent.as_str());
        absent.replace("{agent}", &self.name())
    }

    /// Findings of a rule that are about the agent or about what it uses.
    pub(super) fn findings(&self, rule: &str) -> impl Iterator<Item = &'a Finding> + use<'a, '_> {
        self.findings.get(rule).into_iter().flatten().copied()
    }

    /// A composition of the agent by this rule that is closed.
    pub(super) fn closed(&self, rule: &str) -> Option<&'a Closed> {
        self.index.closed(self.agent).iter().find(|it| it.rule == rule).copied()
    }

    /// The edges on the legs of a finding, each once.
    pub(super) fn rows(&self, finding: &Finding) -> Vec<&'a ReachEdge> {
        let mut rows: Vec<&ReachEdge> = Vec::new();
        for row in finding.legs.values().flatten().filter_map(|it| self.edge(it)) {
            if !rows.iter().any(|it| it.id == row.id) {
                rows.push(row);
            }
        }
        rows
    }

    pub(super) fn edge(&self, id: &EdgeId) -> Option<&'a ReachEdge> {
        self.index.edge(id)
    }

    pub(super) fn asset(&self, id: &AssetId) -> Option<&'a Asset> {
        self.index.asset(id)
    }

    /// Whether the agent touches an asset of this kind.
    pub(super) fn touches(&self, kind: AssetKind) -> bool {
        self.kinds.contains(&kind)
    }

    /// Its own name, quoted.
    pub(super) fn name(&self) -> String {
        self.name_of(self.agent)
    }

    /// The name of an asset, quoted.
    pub(super) fn name_of(&self, id: &AssetId) -> String {
        format!("`{}`", self.index.name(id))
    }
}

/// The tool by which the client of an agent starts others.
fn starter<'a>(agent: Option<&Asset>, catalog: &'a Catalog) -> Option<&'a str> {
    let name = agent?.facts.iter().find_map(|it| it.strip_prefix("client: "))?;
    let client = catalog.clients().values().find(|it| it.name == name)?;
    let delegates = |effect: &Effect| matches!(effect, Effect::Delegates { .. });
    let tool = client.tools.iter().find(|(_, it)| it.effects.iter().any(|it| delegates(&it.effect)))?;
    Some(tool.0)
}

/// Servers that an agent loads, or whose tools it can call.
fn servers<'a>(index: &Index<'a>, own: &[&'a ReachEdge]) -> BTreeSet<&'a AssetId> {
    let mut servers = BTreeSet::new();
    for edge in own.iter().filter(|it| is_open(it)) {
        servers.extend(edge.via.iter().flat_map(|it| index.suppliers(it)).copied());
        if index.asset(&edge.to).is_some_and(|it| it.kind == AssetKind::Server) {
            servers.insert(&edge.to);
        }
    }
    servers
}

/// Findings by rule: of the agent, of what it uses and is no agent, and those that end in it.
fn findings<'a>(
    index: &Index<'a>,
    agent: &AssetId,
    used: &BTreeSet<&'a AssetId>,
) -> BTreeMap<&'a str, Vec<&'a Finding>> {
    let mut found: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in used.iter().flat_map(|it| index.findings(it)) {
        let of_agent = finding.subject == *agent || finding.end == *agent;
        if !of_agent && index.is_agent(&finding.subject) {
            continue;
        }
        let list = found.entry(&finding.rule).or_default();
        if !list.iter().any(|it| it.id == finding.id) {
            list.push(finding);
        }
    }
    found
}

/// The edges among which an agent's facts are looked for.
struct Lists<'l, 'a> {
    own: &'l [&'a ReachEdge],
    supplied: &'l [&'a ReachEdge],
    others: &'l [&'a ReachEdge],
    index: &'l Index<'a>,
}

impl<'a> Lists<'_, 'a> {
    fn find(&self, fact: &Fact) -> Found<'a> {
        let mut denied = None;
        for form in &fact.edges {
            let edges = match form.by {
                Actor::Agent => self.own,
                Actor::Supplier => self.supplied,
                Actor::Others => self.others,
            };
            let fitting = || edges.iter().copied().filter(|it| form.fits(it) && self.leads(form, it));
            let open = fitting().filter(|it| is_open(it) && gated(form, it));
            let witness =
                open.filter_map(|it| self.met(form, it)).min_by(|a, b| rank(a.edge).cmp(&rank(b.edge)));
            if witness.is_some() {
                return Found { open: witness, denied: None };
            }
            denied =
                denied.or_else(|| fitting().find(|it| !is_open(it) && form.gate.is_empty() && !form.shared));
        }
        Found { open: None, denied }
    }

    /// Whether what the edge leads to is what the form asks for.
    fn leads(&self, form: &EdgeForm, edge: &ReachEdge) -> bool {
        if form.to.is_empty() && form.named.is_none() {
            return true;
        }
        self.index.asset(&edge.to).is_some_and(|it| {
            (form.to.is_empty() || form.to.contains(&it.kind))
                && form.named.as_ref().is_none_or(|start| it.name.starts_with(start.as_str()))
        })
    }

    /// The edge with the one that it meets; none where one is asked for and there is none.
    fn met(&self, form: &EdgeForm, edge: &'a ReachEdge) -> Option<Witness<'a>> {
        if !form.shared {
            return Some(Witness::alone(edge));
        }
        self.index.peer(edge).map(|peer| Witness { edge, peer: Some(peer) })
    }
}

fn gated(form: &EdgeForm, edge: &ReachEdge) -> bool {
    form.gate.is_empty() || form.gate.contains(&edge.gate)
}

/// The most telling edge is the least guarded, then the surest, then the one that matters most.
fn rank(edge: &ReachEdge) -> impl Ord + use<> {
    use std::cmp::Reverse;
    (edge.gate, Reverse(edge.confidence), Reverse(edge.tier), Reverse(edge.level), edge.stock, edge.id)
}
