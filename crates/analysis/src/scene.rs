//! What a rule looks at: the map, its closures, and a what-if laid over both.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use ambit_catalog::Catalog;
use ambit_model::facts::{HookFacts, PermissionRule, ServerUse, Setting};
use ambit_model::{AgentFacts, AssetId, Exposure, Gate, Place, ReachEdge, ServerFacts};

use crate::flow::{Flows, Way};
use crate::map::ReachMap;

/// A change that is thought, not made.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Overlay {
    /// Tools that an agent is denied.
    pub denied: BTreeSet<(AssetId, AssetId)>,
    /// Lines that are gone: rules, settings, hooks, entries of servers.
    pub removed: BTreeSet<Place>,
    /// Whether denied edges stand open: what would be, without the lines that close it.
    pub undenied: bool,
    /// Whether only what stock clients can do counts.
    pub stock_only: bool,
}

/// The map under a rule's eyes.
#[derive(Debug)]
pub struct Scene<'a> {
    /// The map.
    pub map: &'a ReachMap,
    /// The knowledge base.
    pub catalog: &'a Catalog,
    /// The closures, the what-if included: made when a rule first asks, for most rules of facts never do.
    flows: OnceCell<Rc<Flows>>,
    /// The closures over what stock clients can do.
    pub stock: &'a Flows,
    overlay: Overlay,
    within: Option<Rc<Within>>,
}

/// A part of the map that nothing outside of it has a part in.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Within {
    /// Its agents.
    pub agents: BTreeSet<AssetId>,
    /// Its servers.
    pub servers: BTreeSet<AssetId>,
}

impl<'a> Scene<'a> {
    /// The map as it stands.
    pub fn new(map: &'a ReachMap, catalog: &'a Catalog, stock: &'a Flows) -> Self {
        Self::with(map, catalog, stock, Overlay::default())
    }

    /// The map as it would be.
    pub fn with(map: &'a ReachMap, catalog: &'a Catalog, stock: &'a Flows, overlay: Overlay) -> Self {
        Self { map, catalog, flows: OnceCell::new(), stock, overlay, within: None }
    }

    /// The same map as it would be, as far as it concerns `within`. Where the change `moves_gates` of no edge the
    /// closures are the same.
    #[must_use]
    pub fn what_if(&self, overlay: Overlay, within: Rc<Within>, moves_gates: bool) -> Self {
        let (map, catalog, stock) = (self.map, self.catalog, self.stock);
        let flows = if moves_gates { OnceCell::new() } else { OnceCell::from(Rc::clone(self.flows())) };
        Self { map, catalog, flows, stock, overlay, within: Some(within) }
    }

    /// The closures, the what-if included.
    pub fn flows(&self) -> &Rc<Flows> {
        let gate_of = |edge: &ReachEdge| gate(self.map, &self.overlay, edge);
        self.flows.get_or_init(|| {
            Rc::new(match &self.within {
                Some(within) => Flows::among(self.map, &within.agents, &gate_of),
                None => Flows::with(self.map, &gate_of),
            })
        })
    }

    /// The same scene, with closures that were made for an equal one before.
    #[must_use]
    pub fn having(mut self, flows: Option<&Rc<Flows>>) -> Self {
        if let Some(flows) = flows {
            self.flows = OnceCell::from(Rc::clone(flows));
        }
        self
    }

    /// The closures, where a rule has asked for them.
    pub fn made_flows(&self) -> Option<&Rc<Flows>> {
        self.flows.get()
    }

    /// The closures over what stock clients can do.
    pub fn stock_flows(map: &ReachMap) -> Flows {
        Flows::with(map, &|edge| edge.stock.then_some(edge.gate))
    }

    /// The gate of an edge; none when it is closed or gone.
    pub fn gate(&self, edge: &ReachEdge) -> Option<Gate> {
        gate(self.map, &self.overlay, edge).filter(|it| *it != Gate::Denied)
    }

    /// The exposure of an edge; none when it is closed or gone.
    pub fn exposure(&self, edge: &ReachEdge) -> Option<Exposure> {
        self.gate(edge).and_then(Gate::exposure)
    }

    /// Agents with their facts.
    pub fn agents(&self) -> impl Iterator<Item = (&'a AssetId, &'a AgentFacts)> + use<'a> {
        let within = self.within.clone();
        self.map.agents.iter().filter(move |(id, _)| within.as_ref().is_none_or(|it| it.agents.contains(*id)))
    }

    /// Edges that start from `agent` and are not closed, with their gates.
    pub fn open_edges<'s>(
        &'s self,
        agent: &AssetId,
    ) -> impl Iterator<Item = (&'a ReachEdge, Gate)> + use<'a, 's> {
        self.map.edges_of(agent).filter_map(|it| Some((it, self.gate(it)?)))
    }

    /// The agent's rules that still stand.
    pub fn rules<'s>(
        &'s self,
        facts: &'a AgentFacts,
    ) -> impl Iterator<Item = &'a PermissionRule> + use<'a, 's> {
        facts.rules.iter().filter(|it| self.stands(&it.place))
    }

    /// The agent's settings that still stand.
    pub fn settings<'s>(&'s self, facts: &'a AgentFacts) -> impl Iterator<Item = &'a Setting> + use<'a, 's> {
        facts.settings.iter().filter(|it| self.stands(&it.place))
    }

    /// The agent's hooks that still stand.
    pub fn hooks<'s>(&'s self, facts: &'a AgentFacts) -> impl Iterator<Item = &'a HookFacts> + use<'a, 's> {
        facts.hooks.iter().filter(|it| self.stands(&it.place))
    }

    /// The servers that the agent uses and that are not switched off.
    pub fn servers<'s>(
        &'s self,
        agent: &AssetId,
    ) -> impl Iterator<Item = &'a (AssetId, ServerUse)> + use<'a, 's> {
        let uses = self.map.uses.get(agent).into_iter().flatten();
        uses.filter(|(_, it)| {
            self.stands(&it.place) && !matches!(it.state, ambit_model::facts::ServerState::Disabled(_))
        })
    }

    /// Servers that start for somebody, or that nobody uses at all, each with the lines that bring it in.
    pub fn started(&self) -> Vec<(&'a AssetId, &'a ServerFacts, Vec<Place>)> {
        let counts = |id: &AssetId| self.within.as_ref().is_none_or(|it| it.servers.contains(id));
        let mut started = Vec::new();
        for (id, facts) in self.map.servers.iter().filter(|(id, _)| counts(id)) {
            let places: BTreeSet<&Place> = match self.map.users.get(id) {
                Some(users) => {
                    let entries = users.iter().flat_map(|it| self.servers(it)).filter(|(it, _)| it == id);
                    entries.map(|(_, entry)| &entry.place).collect()
                }
                None => facts.places.iter().filter(|it| self.stands(it)).collect(),
            };
            if !places.is_empty() {
                started.push((id, facts, places.into_iter().cloned().collect()));
            }
        }
        started
    }

    /// Whether the line at `place` is still there.
    pub fn stands(&self, place: &Place) -> bool {
        !self.overlay.removed.contains(place)
    }

    /// The best way of untrusted content into `agent`.
    pub fn influence(&self, agent: &AssetId) -> Option<&Way> {
        self.flows().influence(agent)
    }
}

fn gate(map: &ReachMap, overlay: &Overlay, edge: &ReachEdge) -> Option<Gate> {
    if overlay.stock_only && !edge.stock {
        return None;
    }
    if let Some(via) = &edge.via
        && (overlay.denied.contains(&(edge.from.clone(), via.clone()))
            || is_gone(map, overlay, &edge.from, via))
    {
        return None;
    }
    let by_removed = edge.decided_by.as_ref().is_some_and(|it| overlay.removed.contains(it));
    let gate =
        if by_removed { map.without_rule.get(&edge.id).copied().unwrap_or(edge.gate) } else { edge.gate };
    if overlay.undenied && gate == Gate::Denied {
        return Some(
            map.without_rule
                .get(&edge.id)
                .copied()
                .filter(|it| *it != Gate::Denied)
                .unwrap_or(Gate::Prompted),
        );
    }
    Some(gate)
}

/// Whether the agent's entry for the tool's server is removed.
fn is_gone(map: &ReachMap, overlay: &Overlay, agent: &AssetId, via: &AssetId) -> bool {
    if overlay.removed.is_empty() {
        return false;
    }
    let Some(server) = map.tools.get(via).and_then(|it| it.server.as_ref()) else { return false };
    let mut entries = map.uses.get(agent).into_iter().flatten().filter(|(it, _)| it == server).peekable();
    entries.peek().is_some() && entries.all(|(_, it)| overlay.removed.contains(&it.place))
}
