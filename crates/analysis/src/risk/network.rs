//! The map as events that happen in a year or do not, each independent of the others, and what they bring about together.
//!
//! An attack arrives at a place (one event, however many read there), an edge carries it into a context, the context
//! follows it or not (one event, whatever it then does), content and data move on to other contexts, and an edge at
//! last does harm. Edges that only ever stand in for each other are one module: any of them will do.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::{AssetId, Audience, Level, Tier, Trust};

use super::ends::{self, Term, Top};
use super::exits::{Data, Exit, Exits};
use super::inputs::{Attacker, Inputs, ProductNo};
use super::layout::{Filter, Layout};
use super::roles::{Role, Roles};
use crate::index::{Brings, EdgeNo, Index, NodeNo};
use crate::limits::Limits;
use crate::scene::Scene;

/// A module, by its place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ModuleNo(pub(super) u32);

impl ModuleNo {
    pub(crate) fn place(self) -> usize {
        self.0 as usize
    }
}

/// What an event is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    /// The step over an edge comes about.
    Step(EdgeNo),
    /// An attack arrives at that place.
    Attempt(AssetId),
    /// The agent follows an attack.
    Steered(AssetId),
    /// The agent goes wrong by itself.
    Accident(AssetId),
}

/// Something that happens in a year or does not.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) what: What,
    pub(crate) chance: ProductNo,
}

/// Whose untrusted content: controls tell these apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Writer {
    /// Anybody's, or of everybody where no control tells writers apart.
    Anybody,
    /// That of partners alone.
    Partner,
}

/// How content comes into a context from outside.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// The attack arrives.
    pub(crate) attempt: ModuleNo,
    /// The context takes it in.
    pub(crate) step: ModuleNo,
    pub(crate) writer: Writer,
}

/// How content and data move into a context from another, or from a place that others write.
#[derive(Debug, Clone)]
pub(crate) struct Passage {
    pub(crate) from: NodeNo,
    pub(crate) step: ModuleNo,
    pub(crate) limits: Option<Limits>,
}

/// A context, or a place through which content moves.
#[derive(Debug, Clone, Default)]
pub(crate) struct Context {
    /// The agent whose context it is; absent for places.
    pub(crate) agent: Option<AssetId>,
    /// It follows an attack; absent for places, which hold what is put there.
    pub(crate) steered: Option<ModuleNo>,
    /// It goes wrong by itself.
    pub(crate) accident: Option<ModuleNo>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) passages: Vec<Passage>,
    pub(crate) outs: Vec<Out>,
}

/// A way out of a context.
#[derive(Debug, Clone)]
pub(crate) struct Out {
    pub(crate) audience: Audience,
    pub(crate) limits: Option<Limits>,
    pub(crate) step: ModuleNo,
}

/// Where data is read into a context.
#[derive(Debug, Clone)]
pub(crate) struct Read {
    pub(crate) node: NodeNo,
    pub(crate) level: Level,
    pub(crate) step: ModuleNo,
}

/// Something that a context does.
#[derive(Debug, Clone)]
pub(crate) struct Act {
    pub(crate) node: NodeNo,
    pub(crate) tier: Tier,
    pub(crate) limits: Option<Limits>,
    pub(crate) step: ModuleNo,
}

/// Data that is read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stored {
    pub(crate) reads: Vec<Read>,
    pub(crate) classes: BTreeSet<String>,
}

/// All of it.
#[derive(Debug, Default)]
pub(crate) struct Network {
    pub(crate) events: Vec<Event>,
    /// The events of each module: it comes about when one of them does.
    pub(crate) modules: Vec<Vec<u32>>,
    /// By the number of the node.
    pub(crate) contexts: Vec<Context>,
    /// Data by the store that it comes from.
    pub(crate) stored: BTreeMap<AssetId, Stored>,
    /// What is done, by what it is done to.
    pub(crate) acts: BTreeMap<AssetId, Vec<Act>>,
    /// The events that each edge is.
    pub(crate) of_edge: BTreeMap<EdgeNo, u32>,
    /// The modules that each event is part of.
    pub(crate) of_event: Vec<ModuleNo>,
    /// Attacks of which there may be fewer without some of the edges by which they arrive.
    pub(crate) varied: BTreeSet<ModuleNo>,
    /// Whether controls tell partners' content from everybody's.
    pub(crate) tells_writers: bool,
    /// What can come of it.
    pub(crate) tops: Vec<Top>,
    /// What contexts do for it.
    pub(crate) exits: Exits,
    /// Where contexts stand, and what moves between them.
    pub(crate) layout: Layout,
    /// What content of each sort passes on its way between contexts.
    pub(crate) content: [Filter; 2],
    /// All nodes, and those that content can move between, in whatever direction.
    pub(crate) nodes: Vec<NodeNo>,
    /// How many pairs of an agent and a credential were too many to look at.
    pub(crate) credentials_left_out: usize,
    group_of: Vec<usize>,
    /// Where content moves on to from each node, and over which of its passages.
    onward: Vec<Vec<(NodeNo, usize)>>,
    /// The contexts that each module has to do with.
    around: Vec<Vec<NodeNo>>,
    /// By module: whether content and data move on by it.
    moves: Vec<bool>,
}

impl Network {
    /// The network of what `scene` shows.
    pub(crate) fn of(scene: &Scene<'_>, inputs: &mut Inputs<'_>) -> Self {
        let index = &scene.map.index;
        let tells_writers = scene.all_limits().any(|it| it.trust.is_some());
        let mut roles = Roles::of(scene, tells_writers);
        let (credentials, credentials_left_out) = ends::credentials(scene);
        for it in &credentials {
            for row in &it.steps {
                roles.add(Role::Access(it.node, it.id.clone()), *row);
            }
        }
        let mut network = Self {
            contexts: vec![Context::default(); index.nodes()],
            tells_writers,
            credentials_left_out,
            nodes: index.all_nodes().collect(),
            ..Self::default()
        };
        let steps = network.steps(scene, &roles, inputs);
        network.agents(scene, inputs);
        let mut access: BTreeMap<(NodeNo, AssetId), Vec<ModuleNo>> = BTreeMap::new();
        let mut attempts: BTreeMap<AssetId, ModuleNo> = BTreeMap::new();
        for (role, modules) in steps {
            if let Role::Access(node, id) = role {
                access.insert((node, id), modules);
                continue;
            }
            if let Role::Entry(_, from, _) = &role {
                let by = roles.attackers.get(from).copied().unwrap_or(Attacker::Supplier);
                if !attempts.contains_key(from) {
                    let event =
                        Event { what: What::Attempt(from.clone()), chance: inputs.attempts(from, by) };
                    let attempt = network.single(event);
                    network.varied.extend(roles.varied.contains(from).then_some(attempt));
                    attempts.insert(from.clone(), attempt);
                }
            }
            for step in modules {
                network.place(&role, step, &attempts);
            }
        }
        network.classes(scene);
        let groups = network.connect(index);
        network.layout = Layout::of(&groups, &network.contexts);
        network.content = [Writer::Anybody, Writer::Partner]
            .map(|writer| network.layout.filter(|limits| network.writers(limits).any(|it| it == writer)));
        (network.tops, network.exits) = ends::tops(&network, scene, inputs, (&credentials, &access));
        network
    }

    fn place(&mut self, role: &Role, step: ModuleNo, attempts: &BTreeMap<AssetId, ModuleNo>) {
        match role {
            Role::Entry(node, from, writer) => {
                let (Some(context), Some(attempt)) =
                    (self.contexts.get_mut(node.place()), attempts.get(from))
                else {
                    return;
                };
                context.entries.push(Entry { attempt: *attempt, step, writer: *writer });
            }
            Role::Read(node, from, level) => {
                let read = Read { node: *node, level: *level, step };
                self.stored.entry(from.clone()).or_default().reads.push(read);
            }
            Role::Passage(to, from, limits) => {
                let passage = Passage { from: *from, step, limits: limits.clone() };
                if let Some(context) = self.contexts.get_mut(to.place()) {
                    context.passages.push(passage);
                }
            }
            Role::Out(node, audience, limits) => {
                let out = Out { audience: *audience, limits: limits.clone(), step };
                if let Some(context) = self.contexts.get_mut(node.place()) {
                    context.outs.push(out);
                }
            }
            Role::Act(node, to, tier, _, limits) => {
                let act = Act { node: *node, tier: *tier, limits: limits.clone(), step };
                self.acts.entry(to.clone()).or_default().push(act);
            }
            Role::Access(..) => {}
        }
    }

    /// The modules of each role: edges with one role together, every other one by itself.
    fn steps(
        &mut self,
        scene: &Scene<'_>,
        roles: &Roles<'_, '_>,
        inputs: &mut Inputs<'_>,
    ) -> Vec<(Role, Vec<ModuleNo>)> {
        let mut uses: BTreeMap<EdgeNo, usize> = BTreeMap::new();
        for no in roles.of.values().flatten() {
            *uses.entry(*no).or_default() += 1;
        }
        for (no, gate) in &roles.gates {
            let Some(row) = scene.map.row(*no) else { continue };
            let event = Event { what: What::Step(*no), chance: inputs.step(row.edge, *gate) };
            let number = self.event(event);
            self.of_edge.insert(*no, number);
        }
        let mut alone: BTreeMap<EdgeNo, ModuleNo> = BTreeMap::new();
        let mut steps = Vec::new();
        for (role, edges) in &roles.of {
            let (own, shared): (Vec<EdgeNo>, Vec<EdgeNo>) =
                edges.iter().partition(|it| uses.get(it) == Some(&1));
            let mut modules = Vec::new();
            let own: Vec<u32> = own.iter().filter_map(|it| self.of_edge.get(it).copied()).collect();
            if !own.is_empty() {
                modules.push(self.module(own));
            }
            for no in shared {
                let Some(event) = self.of_edge.get(&no).copied() else { continue };
                let module = alone.get(&no).copied();
                let module = module.unwrap_or_else(|| self.module(vec![event]));
                alone.insert(no, module);
                modules.push(module);
            }
            steps.push((role.clone(), modules));
        }
        steps
    }

    fn agents(&mut self, scene: &Scene<'_>, inputs: &mut Inputs<'_>) {
        for (agent, _) in scene.agents() {
            let Some(node) = scene.map.index.node(agent) else { continue };
            let event = Event { what: What::Steered(agent.clone()), chance: inputs.steered(agent) };
            let steered = self.single(event);
            let event = Event { what: What::Accident(agent.clone()), chance: inputs.accidents(agent) };
            let accident = self.single(event);
            if let Some(context) = self.contexts.get_mut(node.place()) {
                context.agent = Some(agent.clone());
                (context.steered, context.accident) = (Some(steered), Some(accident));
            }
        }
    }

    /// The classes of data that each store is said to have, by any edge that reads it.
    fn classes(&mut self, scene: &Scene<'_>) {
        let index = &scene.map.index;
        for start in index.all_nodes().flat_map(|it| index.starts(it)) {
            let Some(edge) = scene.map.row(start.edge).map(|it| it.edge) else { continue };
            if let (Brings::Data(_), Some(stored)) = (start.brings, self.stored.get_mut(&edge.to)) {
                let known = scene.map.assets.get(&edge.to).map_or(&[][..], |it| it.data.as_slice());
                stored.classes.extend(edge.touches.iter().chain(known).cloned());
            }
        }
    }

    /// Notes what is next to what: the groups of nodes that content can move between, in whatever direction.
    fn connect(&mut self, index: &Index) -> Vec<Vec<NodeNo>> {
        let mut groups = Vec::new();
        self.group_of = vec![usize::MAX; self.nodes.len()];
        for node in &self.nodes {
            if self.group_of.get(node.place()) != Some(&usize::MAX) {
                continue;
            }
            let group = index.group(*node).to_vec();
            for member in &group {
                if let Some(known) = self.group_of.get_mut(member.place()) {
                    *known = groups.len();
                }
            }
            groups.push(group);
        }
        self.onward = vec![Vec::new(); self.nodes.len()];
        self.around = vec![Vec::new(); self.modules.len()];
        self.moves = vec![false; self.modules.len()];
        for (node, context) in self.nodes.iter().zip(&self.contexts) {
            for (at, passage) in context.passages.iter().enumerate() {
                if let Some(list) = self.onward.get_mut(passage.from.place()) {
                    list.push((*node, at));
                }
                if let Some(moves) = self.moves.get_mut(passage.step.place()) {
                    *moves = true;
                }
            }
            let entries = context.entries.iter().flat_map(|it| [it.attempt, it.step]);
            let passages = context.passages.iter().map(|it| it.step);
            for module in context.steered.into_iter().chain(entries).chain(passages) {
                if let Some(list) = self.around.get_mut(module.place()) {
                    list.push(*node);
                }
            }
        }
        groups
    }

    /// Where content moves on to from `node`.
    pub(crate) fn onward(&self, node: NodeNo) -> impl Iterator<Item = (NodeNo, &Passage)> {
        let list = self.onward.get(node.place()).map_or(&[][..], Vec::as_slice);
        list.iter().filter_map(|(to, at)| Some((*to, self.contexts.get(to.place())?.passages.get(*at)?)))
    }

    /// Whether content and data move on by the module.
    pub(crate) fn moves(&self, module: ModuleNo) -> bool {
        self.moves.get(module.place()).copied().unwrap_or_default()
    }

    /// The contexts that the module has to do with: it lets content into them, or lets them be steered.
    pub(crate) fn around(&self, module: ModuleNo) -> &[NodeNo] {
        self.around.get(module.place()).map_or(&[], Vec::as_slice)
    }

    /// Those whose content is told apart.
    pub(crate) fn known_writers(&self) -> impl Iterator<Item = Writer> + use<> {
        [Writer::Anybody].into_iter().chain(self.tells_writers.then_some(Writer::Partner))
    }

    fn event(&mut self, event: Event) -> u32 {
        let no = u32::try_from(self.events.len()).unwrap_or(u32::MAX);
        self.events.push(event);
        // The module is known once it is made.
        self.of_event.push(ModuleNo(u32::MAX));
        no
    }

    fn module(&mut self, events: Vec<u32>) -> ModuleNo {
        let no = ModuleNo(u32::try_from(self.modules.len()).unwrap_or(u32::MAX));
        for event in &events {
            if let Some(known) = self.of_event.get_mut(*event as usize) {
                *known = no;
            }
        }
        self.modules.push(events);
        no
    }

    fn single(&mut self, event: Event) -> ModuleNo {
        let event = self.event(event);
        self.module(vec![event])
    }

    /// What contexts do for `top`, with what data has to be there for it.
    pub(crate) fn terms<'n>(&'n self, top: &'n Top) -> impl Iterator<Item = (&'n Exit, Term)> {
        top.terms.iter().filter_map(|it| Some((self.exits.exit(it.exit)?, *it)))
    }

    /// The context that stands at `place`.
    pub(crate) fn context_at(&self, place: usize) -> Option<&Context> {
        self.contexts.get(self.layout.node(place)?.place())
    }

    /// The group of contexts that `node` is one of, by its place.
    pub(crate) fn group_of(&self, node: NodeNo) -> Option<usize> {
        self.group_of.get(node.place()).copied()
    }

    /// The groups of contexts that the module lets content into, or moves it in, by their places.
    pub(crate) fn groups_around(&self, module: ModuleNo) -> BTreeSet<usize> {
        self.around(module).iter().filter_map(|it| self.group_of(*it)).collect()
    }

    /// How likely each module comes about, when `chances` has how likely each event does.
    pub(crate) fn module_chances(&self, chances: &[f64]) -> Vec<f64> {
        let not = |it: &u32| 1.0 - chances.get(*it as usize).copied().unwrap_or_default();
        self.modules.iter().map(|events| 1.0 - events.iter().map(not).product::<f64>()).collect()
    }

    /// Whether data moves on as what it is over a passage with these limits.
    pub(crate) fn leaves_data(&self, data: &Data, limits: Option<&Limits>) -> bool {
        limits.is_none_or(|it| {
            self.stored.get(&data.store).is_none_or(|stored| it.leaves_data(&stored.classes, data.level))
        })
    }

    /// Who writes what can steer over an edge with these limits.
    pub(crate) fn writers(&self, limits: Option<&Limits>) -> impl Iterator<Item = Writer> + use<> {
        let passes = |writer: Writer| {
            let best = if writer == Writer::Partner { Trust::Partner } else { Trust::Public };
            limits.is_none_or(|it| it.passes_content(best))
        };
        let partner = self.tells_writers && passes(Writer::Partner);
        let anybody = passes(Writer::Anybody);
        let anybody = anybody.then_some(Writer::Anybody);
        anybody.into_iter().chain(partner.then_some(Writer::Partner))
    }
}
