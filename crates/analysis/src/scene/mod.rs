//! What a rule looks at: the map, its closures, and a what-if laid over both.
//!
//! What lives here: the questions that rules ask, and which closures answer them (`closures`). It may touch the map, its index and
//! flows, and the catalog.

mod closures;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use ambit_catalog::Catalog;
use ambit_model::facts::{HookFacts, PermissionRule, ServerState, ServerUse, Setting, Trigger};
use ambit_model::{AgentFacts, AssetId, Gate, Level, Place, ReachEdge, ServerFacts, Tier, Trust, Verb};

use crate::flow::{Closures, Flows, GateOf, Held, Stands, Way, best};
use crate::index::{EdgeNo, NodeNo};
use crate::limits::Limits;
use crate::map::{ReachMap, Row};
pub(crate) use crate::overlay::Overlay;
use crate::overlay::{Most, Said, limited, patch};
use crate::sequences::Forms;

/// Edges as they are when they are bounded, by what is left of them.
pub(crate) type Bounds = BTreeMap<(EdgeNo, Most), ReachEdge>;

/// The map under a rule's eyes.
#[derive(Debug)]
pub struct Scene<'a> {
    /// The map.
    pub map: &'a ReachMap,
    /// The knowledge base.
    pub catalog: &'a Catalog,
    base: Rc<Base>,
    /// The closures, the what-if included: made when a rule first asks, for most rules of facts never do.
    flows: OnceCell<Closures>,
    overlay: Overlay,
    /// How the edges stand that the what-if is about; none where they are gone.
    patch: BTreeMap<EdgeNo, Option<Gate>>,
    /// What does not pass over the edges that the what-if types.
    limits: BTreeMap<EdgeNo, Limits>,
    bounds: Option<&'a Bounds>,
    focus: Option<Focus>,
}

/// What all what-ifs have in common beside the map: what no change changes.
#[derive(Debug)]
struct Base {
    /// Over what stock clients can do.
    stock: Flows,
    forms: Forms,
}

/// A question about one finding: nothing but what acts on this end for this subject is looked at.
#[derive(Debug, Clone)]
struct Focus {
    subject: AssetId,
    end: AssetId,
}

/// Data that gets into a context.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Data<'s> {
    /// The store that it comes from.
    pub(crate) store: &'s AssetId,
    /// How confidential it is.
    pub(crate) level: Level,
    /// How it gets there.
    pub(crate) way: &'s Way,
}

impl<'a> Scene<'a> {
    /// The map as it stands.
    pub fn new(map: &'a ReachMap, catalog: &'a Catalog) -> Self {
        Self::with(map, catalog, Overlay::default())
    }

    /// The map as it would be.
    pub fn with(map: &'a ReachMap, catalog: &'a Catalog, overlay: Overlay) -> Self {
        let stock = Flows::of(map.stock_index(), &|no| {
            let row = map.row(no).filter(|it| it.stock).map(|it| map.stock_row(it));
            row.map(|it| it.gate).filter(|it| *it != Gate::Denied)
        });
        let base = Rc::new(Base { stock, forms: Forms::default() });
        let (patch, limits) = (patch(map, &overlay), limited(map, &overlay));
        Self { map, catalog, base, flows: OnceCell::new(), patch, limits, bounds: None, overlay, focus: None }
    }

    /// The same scene, with edges as they are when a what-if bounds them.
    #[must_use]
    pub(crate) fn bounded_by(self, bounds: &'a Bounds) -> Self {
        Self { bounds: Some(bounds), ..self }
    }

    /// The whole map as it would be.
    #[must_use]
    pub(crate) fn under(&self, overlay: Overlay) -> Self {
        self.laid_over(overlay, None)
    }

    /// The same map as it would be, as far as it concerns what `subject` does to `end`.
    #[must_use]
    pub(crate) fn what_if(&self, overlay: Overlay, subject: &AssetId, end: &AssetId) -> Self {
        self.laid_over(overlay, Some(Focus { subject: subject.clone(), end: end.clone() }))
    }

    fn laid_over(&self, overlay: Overlay, focus: Option<Focus>) -> Self {
        let (map, catalog, base, bounds) = (self.map, self.catalog, Rc::clone(&self.base), self.bounds);
        let (patch, limits) = (patch(map, &overlay), limited(map, &overlay));
        Self { map, catalog, base, flows: OnceCell::new(), patch, limits, bounds, overlay, focus }
    }

    fn stands_as<'s>(&'s self, gate_of: GateOf<'s>) -> Stands<'s> {
        Stands { gate_of, limits: &self.limits }
    }

    /// What untrusted content gets into `node`, by its origin.
    fn content_of(&self, node: NodeNo) -> &[Held<Trust>] {
        self.flows().content(node, &self.map.index, self.stands_as(&|no| self.gate(no)))
    }

    /// What data gets into `node`, by its origin.
    fn data_of(&self, node: NodeNo) -> &[Held<Level>] {
        self.flows().data(node, &self.map.index, self.stands_as(&|no| self.gate(no)))
    }

    /// The best way of untrusted content into `node`.
    fn influence_of(&self, node: NodeNo) -> Option<&Held<Trust>> {
        best(&self.map.index, self.content_of(node).iter())
    }

    /// About how many steps it takes to mend the closures for this question, and without what gets out of its end.
    pub(crate) fn price(&self) -> usize {
        let (index, flows) = (&self.map.index, self.map.flows());
        let end = self.focus.as_ref().and_then(|it| index.to.get(&it.end)).into_iter().flatten();
        let changed = self.patch.keys().chain(self.limits.keys());
        changed.chain(end).map(|it| flows.price(index, *it)).sum()
    }

    /// The same scene, with closures that were made for an equal what-if before.
    #[must_use]
    pub(crate) fn having(self, made: Option<&Made>) -> Self {
        match made {
            Some(Made(flows)) => Self { flows: OnceCell::from(flows.clone()), ..self },
            None => self,
        }
    }

    /// The sequences of the catalog, for this scene and all what-ifs of it.
    pub(crate) fn forms(&self) -> &Forms {
        &self.base.forms
    }

    /// The closures, where a rule has asked for them.
    pub(crate) fn made(&self) -> Option<Made> {
        self.flows.get().cloned().map(Made)
    }

    /// The row as it is under the what-if, with its gate; none when it is closed or gone.
    fn shown(&self, row: Row<'a>) -> Option<Open<'a>> {
        let gate = self.gate(row.no)?;
        let most = self.overlay.bounded.get(&row.no);
        let bound = most.and_then(|most| self.bounds?.get(&(row.no, *most)));
        let edge = bound.unwrap_or(row.edge);
        Some((Row { edge, ..row }, gate))
    }

    /// What does not pass over an edge.
    pub(crate) fn limits(&self, edge: EdgeNo) -> Option<&Limits> {
        self.limits.get(&edge).or_else(|| self.map.index.limits.get(&edge))
    }

    /// What does not pass over any edge: by controls, and under the what-if.
    pub(crate) fn all_limits(&self) -> impl Iterator<Item = &Limits> {
        self.limits.values().chain(self.map.index.limits.values())
    }

    /// The gate of an edge; none when it is closed or gone.
    pub(crate) fn gate(&self, no: EdgeNo) -> Option<Gate> {
        let gate = match self.patch.get(&no) {
            Some(gate) => (*gate)?,
            None => self.map.row(no)?.gate,
        };
        match gate {
            Gate::Denied if self.overlay.undenied => {
                let without = self.map.without_rule.get(no.place()).copied().flatten();
                Some(without.filter(|it| *it != Gate::Denied).unwrap_or(Gate::Prompted))
            }
            Gate::Denied => None,
            gate => Some(gate),
        }
    }

    /// Agents with their facts: in a question about one of them, that one.
    pub(crate) fn agents(&self) -> impl Iterator<Item = (&'a AssetId, &'a AgentFacts)> + use<'a> {
        let one = self.focus.as_ref().and_then(|it| self.map.agents.get_key_value(&it.subject));
        let all = one.is_none().then(|| self.map.agents.iter());
        one.into_iter().chain(all.into_iter().flatten())
    }

    /// Whether a finding that ends in `end` is of interest.
    pub(crate) fn asks(&self, end: &AssetId) -> bool {
        self.focus.as_ref().is_none_or(|it| it.end == *end)
    }

    /// Edges that start from `agent` and are not closed, with their gates.
    pub(crate) fn open_edges<'s>(
        &'s self,
        agent: &AssetId,
    ) -> impl Iterator<Item = (Row<'a>, Gate)> + use<'a, 's> {
        self.map.edges_of(agent).filter_map(|it| self.shown(it))
    }

    /// Those of them with one of these verbs.
    pub(crate) fn open_by<'s>(
        &'s self,
        agent: &AssetId,
        verbs: &'static [Verb],
    ) -> impl Iterator<Item = (Row<'a>, Gate)> + use<'a, 's> {
        self.map.edges_by(agent, verbs).filter_map(|it| self.shown(it))
    }

    /// Those of them that the line at `place` decides.
    pub(crate) fn open_decided<'s>(
        &'s self,
        agent: &'s AssetId,
        place: &Place,
    ) -> impl Iterator<Item = (Row<'a>, Gate)> + use<'a, 's> {
        self.map.edges_decided(agent, place).filter_map(|it| self.shown(it))
    }

    /// Those of them that go by way of `tool`.
    pub(crate) fn open_via<'s>(
        &'s self,
        agent: &'s AssetId,
        tool: &'s AssetId,
    ) -> impl Iterator<Item = (Row<'a>, Gate)> + use<'a, 's> {
        self.map.edges_via(agent, tool).filter_map(|it| self.shown(it))
    }

    /// Those of them that differ in something that a rule weighs: of equal ones the surest, then the first. An agent
    /// may have a thousand ways to do the same thing.
    pub(crate) fn open_distinct(&self, agent: &AssetId, verbs: &'static [Verb]) -> Vec<Open<'a>> {
        let mut distinct: BTreeMap<_, Open<'a>> = BTreeMap::new();
        // Equal ones mostly follow each other.
        let mut last = None;
        for (row, gate) in self.open_in_focus(agent, verbs) {
            let limits = self.limits(row.no);
            // In a question about one end there is no other.
            let to = self.focus.is_none().then_some(&row.edge.to);
            let key = (to, row.verb, gate, row.tier, row.audience, row.stock, limits);
            let is_no_better = |known: Row<'_>| (known.confidence, row.no) >= (row.confidence, known.no);
            if last.as_ref().is_some_and(|(it, known)| *it == key && is_no_better(*known)) {
                continue;
            }
            match distinct.get(&key) {
                Some((known, _)) if is_no_better(*known) => last = Some((key, *known)),
                _ => {
                    distinct.insert(key, (row, gate));
                    last = Some((key, row));
                }
            }
        }
        distinct.into_values().collect()
    }

    fn open_in_focus(&self, agent: &AssetId, verbs: &'static [Verb]) -> Vec<Open<'a>> {
        let Some(focus) = &self.focus else { return self.open_by(agent, verbs).collect() };
        let (index, node) = (&self.map.index, self.map.index.node(agent));
        let into = index.to.get(&focus.end).map_or(&[][..], Vec::as_slice);
        // The row itself is far away; where it starts from is near.
        let own = into.iter().filter(|it| index.node_of(**it) == node);
        let rows = own.filter_map(|it| self.map.row(*it)).filter(|it| verbs.contains(&it.verb));
        rows.filter_map(|it| self.shown(it)).collect()
    }

    /// Memories and named stores, each with the open edges that write it and those that read it back.
    pub(crate) fn kept(
        &self,
    ) -> impl Iterator<Item = (&'a AssetId, Vec<Open<'a>>, Vec<Open<'a>>)> + use<'a, '_> {
        let kept = self.map.index.kept.iter().filter(|(it, _)| self.asks(it));
        kept.map(|(it, (writers, readers))| (it, self.open(writers).collect(), self.open(readers).collect()))
    }

    /// The open edges that write that memory or named store, and those that read it back.
    pub(crate) fn kept_at(&self, store: &AssetId) -> Option<(Vec<Open<'a>>, Vec<Open<'a>>)> {
        let (writers, readers) = self.map.index.kept.get(store)?;
        Some((self.open(writers).collect(), self.open(readers).collect()))
    }

    /// Open edges that end in that asset.
    pub(crate) fn open_into<'s>(&'s self, end: &AssetId) -> impl Iterator<Item = Open<'a>> + use<'a, 's> {
        self.open(self.map.index.to.get(end).map_or(&[], Vec::as_slice))
    }

    fn open<'s>(&'s self, edges: &'a [EdgeNo]) -> impl Iterator<Item = (Row<'a>, Gate)> + use<'a, 's> {
        edges.iter().filter_map(|no| self.shown(self.map.row(*no)?))
    }

    /// The agent's rules that still stand.
    pub(crate) fn rules<'s>(
        &'s self,
        facts: &'a AgentFacts,
    ) -> impl Iterator<Item = &'a PermissionRule> + use<'a, 's> {
        facts.rules.iter().filter(|it| self.stands(&it.place))
    }

    /// The agent's settings that still stand.
    pub(crate) fn settings<'s>(
        &'s self,
        facts: &'a AgentFacts,
    ) -> impl Iterator<Item = &'a Setting> + use<'a, 's> {
        facts.settings.iter().filter(|it| self.stands(&it.place))
    }

    /// The agent's hooks that still stand.
    pub(crate) fn hooks<'s>(
        &'s self,
        facts: &'a AgentFacts,
    ) -> impl Iterator<Item = &'a HookFacts> + use<'a, 's> {
        facts.hooks.iter().filter(|it| self.stands(&it.place))
    }

    /// The servers that the agent uses and that are not switched off.
    pub(crate) fn servers<'s>(
        &'s self,
        agent: &AssetId,
    ) -> impl Iterator<Item = &'a (AssetId, ServerUse)> + use<'a, 's> {
        let uses = self.map.uses.get(agent).into_iter().flatten();
        uses.filter(|(_, it)| self.stands(&it.place) && !matches!(it.state, ServerState::Disabled(_)))
    }

    /// Servers that start for somebody, or that nobody uses at all, each with the lines that bring it in. In a
    /// question about an agent, its own; in one about a server, that one.
    pub(crate) fn started(&self) -> Vec<(&'a AssetId, &'a ServerFacts, Vec<Place>)> {
        let servers = self.servers_in_focus();
        let mut entries: BTreeMap<&AssetId, BTreeSet<&Place>> = BTreeMap::new();
        for (id, entry) in self.map.uses.values().flatten().filter(|(_, entry)| self.starts(entry)) {
            if servers.contains_key(id) {
                entries.entry(id).or_default().insert(&entry.place);
            }
        }
        let mut started = Vec::new();
        for (id, facts) in servers {
            let places: BTreeSet<&Place> = if self.map.users.contains_key(id) {
                entries.remove(id).unwrap_or_default()
            } else {
                facts.places.iter().filter(|it| self.stands(it)).collect()
            };
            if !places.is_empty() {
                started.push((id, facts, places.into_iter().cloned().collect()));
            }
        }
        started
    }

    fn servers_in_focus(&self) -> BTreeMap<&'a AssetId, &'a ServerFacts> {
        let Some(focus) = &self.focus else { return self.map.servers.iter().collect() };
        let of_agent = self.map.uses.get(&focus.subject).into_iter().flatten().map(|(it, _)| it);
        let of_tool = self.map.tools.get(&focus.subject).and_then(|it| it.server.as_ref());
        let ids = of_agent.chain(of_tool).chain([&focus.subject]);
        ids.filter_map(|it| self.map.servers.get_key_value(it)).collect()
    }

    fn starts(&self, entry: &ServerUse) -> bool {
        self.stands(&entry.place) && !matches!(entry.state, ServerState::Disabled(_))
    }

    /// Whether the line at `place` is still there.
    pub(crate) fn stands(&self, place: &Place) -> bool {
        self.overlay.removed.is_empty() || !self.overlay.removed.contains(place)
    }

    /// Whether the line at `place` is still there, and says this as it does.
    pub(crate) fn says(&self, place: &Place, what: Said) -> bool {
        self.stands(place) && !self.overlay.otherwise.contains(&(place.clone(), what))
    }

    /// Whether nothing ends the loop of `agent`: no limit on steps, time or cost.
    pub(crate) fn is_endless(&self, agent: &AssetId, facts: &AgentFacts) -> bool {
        facts.program.limits.is_empty() && !self.overlay.limited.contains(agent)
    }

    /// What outsiders can start `agent` by, each with the edge over which their text comes in, where it does. What a
    /// line checks, a control closes or a correction trusts does not count.
    pub(crate) fn fired_by_outsiders<'s>(
        &'s self,
        agent: &'s AssetId,
        facts: &'a AgentFacts,
    ) -> impl Iterator<Item = (&'a Trigger, Option<Open<'a>>)> + use<'a, 's> {
        let fires = |it: &&Trigger| it.trust.is_untrusted() && it.guard.is_none() && self.stands(&it.place);
        facts.program.starts.iter().filter(fires).filter_map(|trigger| {
            let trust = self.map.assets.get(&trigger.from.id).and_then(|it| it.trust);
            if !trigger.brings_text {
                return trust.is_none_or(Trust::is_untrusted).then_some((trigger, None));
            }
            let from = |it: &Row<'_>| it.via.is_none() && it.to == trigger.from.id;
            let mut edges = self.open_by(agent, &[Verb::Ingests]).filter(|(it, _)| from(it));
            let edge = edges.find(|(it, _)| it.reached_by.is_some_and(Trust::is_untrusted))?;
            Some((trigger, Some(edge)))
        })
    }

    /// The best way of untrusted content into `agent`.
    pub(crate) fn influence(&self, agent: &AssetId) -> Option<&Way> {
        self.influence_of(self.map.index.node(agent)?).map(|it| &it.way)
    }

    /// The best way of untrusted content into `agent` that may steer what `edge` does, with where it comes from.
    pub(crate) fn drives(&self, agent: &AssetId, edge: EdgeNo) -> Option<(&Way, &'a AssetId)> {
        let index = &self.map.index;
        let node = index.node(agent)?;
        let held = match self.limits(edge) {
            None => self.influence_of(node),
            Some(limits) => {
                let content = self.content_of(node).iter();
                let left = content.filter(|it| index.passes_content(limits, it.origin));
                best(index, left)
            }
        }?;
        Some((&held.way, index.origin(held.origin)?))
    }

    /// The level as which data of `store` leaves over `edge`; none where it does not.
    pub(crate) fn leaves(&self, store: &AssetId, level: Level, edge: EdgeNo) -> Option<Level> {
        let index = &self.map.index;
        match self.limits(edge) {
            None => Some(level),
            Some(limits) => index.passes_data(limits, index.origin_no(store)?, level),
        }
    }

    /// The tier of disclosing data of `level` over `edge`.
    pub(crate) fn disclosed(&self, level: Level, edge: EdgeNo) -> Tier {
        let tier = Tier::of_disclosure(level);
        let most = self.limits(edge).and_then(|it| it.tier);
        most.map_or(tier, |it| it.min(tier))
    }

    /// Where the content comes from that gets into `agent` over the best way.
    pub(crate) fn source(&self, agent: &AssetId) -> Option<&'a AssetId> {
        let held = self.influence_of(self.map.index.node(agent)?)?;
        self.map.index.origin(held.origin)
    }

    /// The ways of untrusted content into `agent`, one for each of its sources.
    pub(crate) fn ways_in(&self, agent: &AssetId) -> impl Iterator<Item = &Way> {
        let node = self.map.index.node(agent);
        node.into_iter().flat_map(|it| self.content_of(it)).map(|it| &it.way)
    }

    /// Data that gets into `agent`, by the store that it comes from.
    pub(crate) fn data(&self, agent: &AssetId) -> impl Iterator<Item = Data<'_>> {
        let node = self.map.index.node(agent);
        node.into_iter().flat_map(|it| self.data_of(it)).filter_map(|it| {
            Some(Data { store: self.map.index.origin(it.origin)?, level: it.label, way: &it.way })
        })
    }

    /// The best way of untrusted content into `agent` as its client comes.
    pub(crate) fn stock_influence(&self, agent: &AssetId) -> Option<&Way> {
        let index = self.map.stock_index();
        self.base.stock.influence(index, index.node(agent)?).map(|it| &it.way)
    }

    /// The data of `store`, where it gets into `agent` as its client comes.
    pub(crate) fn stock_data(&self, agent: &AssetId, store: &AssetId) -> Option<Data<'_>> {
        let index = self.map.stock_index();
        let store = index.origin_no(store)?;
        let held = self.base.stock.data(index.node(agent)?).iter().find(|it| it.origin == store)?;
        Some(Data { store: index.origin(held.origin)?, level: held.label, way: &held.way })
    }
}

/// An edge that is not closed, with its gate.
pub(crate) type Open<'a> = (Row<'a>, Gate);

/// Closures that a what-if made.
#[derive(Debug, Clone)]
pub(crate) struct Made(Closures);
