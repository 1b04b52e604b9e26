//! All ends of a map with how likely each is, and what a change of the map would come to: asked hundreds of times.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use ambit_catalog::Catalog;
use ambit_model::risk::EndKind;
use ambit_model::stated::Model;
use ambit_model::{AssetId, Gate};

use super::chance::{Chance, number_of};
use super::ends::Top;
use super::exits::SinkNo;
use super::inputs::Inputs;
use super::names::Names;
use super::network::{Event, ModuleNo, Network};
use super::state::{Core, Keep, State};

use crate::index::{EdgeNo, NodeNo};
use crate::map::ReachMap;
use crate::scene::Scene;

/// How many nodes the diagram of one end has at the most, and all of them together.
pub(crate) const MOST_NODES: (usize, usize) = (4_000, 300_000);

/// How many times as large diagrams may be under a what-if: there is less in them, but it may stand in another order.
const LESS_IN_ORDER: usize = 4;

/// What an end costs in a year, on average.
#[derive(Debug, Clone)]
pub(crate) struct EndLoss {
    pub(crate) whole: f64,
    /// What each group of contexts brings about by itself, by its first: together that is no less than the whole.
    pub(crate) by_group: BTreeMap<NodeNo, f64>,
    /// Whether that is known: what is drawn is not told apart.
    pub(crate) is_told_apart: bool,
}

impl Default for EndLoss {
    fn default() -> Self {
        Self { whole: 0.0, by_group: BTreeMap::new(), is_told_apart: true }
    }
}

/// The attacks of which there may be fewer without each step.
pub(crate) type Arrivals = BTreeMap<ModuleNo, BTreeSet<ModuleNo>>;

/// An end: what happens, to what.
pub(crate) type End = (EndKind, AssetId);

/// How much is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drawing {
    /// Where random numbers begin. The same seed gives the same bytes.
    pub seed: u64,
    /// How many years.
    pub trials: usize,
}

impl Default for Drawing {
    fn default() -> Self {
        Self { seed: 1, trials: 4096 }
    }
}

/// What a map would be with some edges cut or behind stronger gates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// Edges that are gone.
    pub cut: BTreeSet<EdgeNo>,
    /// Edges behind another gate; one behind `denied` is gone.
    pub gates: BTreeMap<EdgeNo, Gate>,
}

/// All ends of a map, and how likely each is in a year.
#[derive(Debug)]
pub struct Scenarios<'a> {
    pub(crate) map: &'a ReachMap,
    pub(crate) inputs: Inputs<'a>,
    pub(crate) core: Core,
    pub(crate) chance: Chance,
    /// With every input at its mean.
    pub(crate) state: State,
    /// What things are called, once somebody has asked.
    names: OnceLock<Names<'a>>,
}

impl<'a> Scenarios<'a> {
    /// The ends of `map`, by the likelihoods and losses of `model` and, where it says nothing, of `catalog`.
    pub fn of(map: &'a ReachMap, model: &'a Model, catalog: &'a Catalog, drawing: Drawing) -> Self {
        Self::in_scene(&Scene::new(map, catalog), model, &|_| drawing, (MOST_NODES, Keep::Needed))
    }

    /// The ends of the map as `scene` has it.
    pub(crate) fn within(scene: &Scene<'a>, model: &'a Model) -> Self {
        Self::in_scene(scene, model, &|_| Drawing::default(), (MOST_NODES, Keep::Needed))
    }

    /// The same ends of the same map under a what-if, each computed as it is here. What is drawn here is drawn there, from
    /// the same years: were it computed exactly once there is less of it, it might seem to rise.
    pub(crate) fn under(&self, scene: &Scene<'a>, model: &'a Model) -> Self {
        let drawn = self.drawn();
        let exactly = |top: &Top| !drawn.contains(&(top.kind, &top.asset));
        let most = (MOST_NODES.0 * LESS_IN_ORDER, MOST_NODES.1 * LESS_IN_ORDER);
        Self::made(scene, model, &|_| Drawing::default(), (most, Keep::Needed, &exactly))
    }

    /// The ends of which any tier is drawn.
    fn drawn(&self) -> BTreeSet<(EndKind, &AssetId)> {
        let tops = self.core.network.tops.iter().zip(&self.core.exact);
        tops.filter(|(_, exact)| exact.is_none()).map(|(top, _)| (top.kind, &top.asset)).collect()
    }

    pub(crate) fn in_scene(
        scene: &Scene<'a>,
        model: &'a Model,
        drawing: &dyn Fn(&Network) -> Drawing,
        (most, keep): ((usize, usize), Keep),
    ) -> Self {
        Self::made(scene, model, drawing, (most, keep, &|_| true))
    }

    fn made(
        scene: &Scene<'a>,
        model: &'a Model,
        drawing: &dyn Fn(&Network) -> Drawing,
        (most, keep, exactly): ((usize, usize), Keep, &dyn Fn(&Top) -> bool),
    ) -> Self {
        let mut inputs = Inputs::new(model, scene.catalog);
        let network = Network::of(scene, &mut inputs);
        let id = |no: EdgeNo| scene.map.row(no).map(|it| it.id.to_string()).unwrap_or_default();
        let numbers = network.events.iter().map(|it| number_of(it, &id)).collect();
        let chances = chances_of(&network, &inputs.products_of(&inputs.means()));
        let drawing = drawing(&network);
        let chance = Chance::new(drawing.seed, drawing.trials);
        let core = Core::new(network, numbers, (most, exactly));
        let state = State::of(&core, chances, &chance, keep);
        Self { map: scene.map, inputs, core, chance, state, names: OnceLock::new() }
    }

    /// What `id` is called, so that no other asset of its kind is called the same.
    pub(crate) fn name<'n>(&'n self, id: &'n AssetId) -> &'n str {
        self.names.get_or_init(|| Names::in_map(self.map)).of(id)
    }

    /// What all ends together cost in a year, on average.
    pub fn total(&self) -> f64 {
        self.state.total
    }

    /// What would be left of that if there were nothing but what clients do as they come.
    pub(crate) fn as_it_comes(&self) -> f64 {
        let rows = EdgeNo::all().zip(&self.map.edges);
        let added = self.gone(rows.filter(|(_, it)| !it.stock).map(|it| it.0));
        (self.total() - self.fall(&added)).max(0.0)
    }

    /// What each end costs in a year, on average: all of its tiers together.
    pub(crate) fn by_end(&self) -> BTreeMap<End, EndLoss> {
        let mut all: BTreeMap<End, EndLoss> = BTreeMap::new();
        for (at, top) in (0_u32..).zip(&self.core.network.tops) {
            let known = all.entry((top.kind, top.asset.clone())).or_default();
            known.whole += top.adds * self.state.likelihood(at);
            known.is_told_apart &= self.core.exact.get(at as usize).is_some_and(Option::is_some);
            for (node, likely) in self.state.by_context(&self.core, at) {
                if let Some(group) = self.group(node) {
                    *known.by_group.entry(group).or_default() += top.adds * likely;
                }
            }
        }
        all
    }

    /// The group of contexts that `node` is one of, by its first.
    pub(crate) fn group(&self, node: NodeNo) -> Option<NodeNo> {
        self.map.index.group(node).first().copied()
    }

    /// The attacks of which there may be fewer without a step by which they arrive.
    pub(crate) fn arrivals(&self) -> Arrivals {
        let network = &self.core.network;
        let mut by_step = Arrivals::new();
        for entry in network.contexts.iter().flat_map(|it| &it.entries) {
            if network.varied.contains(&entry.attempt) {
                by_step.entry(entry.step).or_default().insert(entry.attempt);
            }
        }
        by_step
    }

    /// The ends that may cost less when the step over the edge is less likely, or no more what it was; and whether that may
    /// be by other groups of contexts than its own.
    pub(crate) fn ends_of(&self, edge: EdgeNo, arrivals: &Arrivals) -> (BTreeSet<End>, bool) {
        let network = &self.core.network;
        let module = |event: &u32| network.of_event.get(*event as usize).copied();
        let Some(own) = network.of_edge.get(&edge).and_then(module) else { return Default::default() };
        // Who attacks at a place is said by the edges that bring it in: with this one gone there may be fewer attacks.
        let mut modules = arrivals.get(&own).cloned().unwrap_or_default();
        let is_afar = !modules.is_empty();
        modules.insert(own);
        let mut ends: BTreeSet<u32> =
            modules.iter().flat_map(|it| self.core.exact_of(*it)).copied().collect();
        if modules.iter().any(|it| self.core.has_end(*it)) {
            let drawn = self.core.exact.iter().zip(0..).filter(|(it, _)| it.is_none());
            ends.extend(drawn.map(|(_, at)| at));
        }
        let end = |it: u32| network.tops.get(it as usize).map(|it| (it.kind, it.asset.clone()));
        (ends.into_iter().filter_map(end).collect(), is_afar)
    }

    /// The contexts that bring any end about.
    pub(crate) fn nodes(&self) -> BTreeSet<NodeNo> {
        let network = &self.core.network;
        let more = network.tops.iter().filter(|it| it.has_more).flat_map(|it| &it.flows).map(|it| it.sink);
        let more: BTreeSet<SinkNo> = more.collect();
        let more = more.into_iter().filter_map(|it| network.exits.sink(it)).flat_map(|it| &it.exits);
        let more = more.filter_map(|(_, exit)| network.exits.exit(*exit));
        let told = network.tops.iter().flat_map(|it| network.terms(it)).map(|it| it.0);
        told.chain(more).map(|exit| exit.node).collect()
    }

    /// What losses are counted in.
    pub fn unit(&self) -> &str {
        self.inputs.unit()
    }

    /// What all ends together would cost in a year, on average, with the edges in `cut` gone.
    pub fn expected(&self, cut: &BTreeSet<EdgeNo>) -> f64 {
        (self.total() - self.fall(&self.gone(cut.iter().copied()))).max(0.0)
    }

    /// The same with edges gone or behind other gates.
    pub fn expected_after(&self, change: &Change) -> f64 {
        let mut changed = self.behind(change.gates.iter().map(|(no, gate)| (*no, *gate)));
        changed.extend(self.gone(change.cut.iter().copied()));
        (self.total() - self.fall(&changed)).max(0.0)
    }

    /// Whether the edge takes part in no way to any end.
    pub fn is_idle(&self, edge: EdgeNo) -> bool {
        let network = &self.core.network;
        let event = network.of_edge.get(&edge).and_then(|it| network.of_event.get(*it as usize));
        event.is_none_or(|it| !self.core.has_end(*it))
    }

    /// By how much all ends together cost less when the events in `changed` are as likely as it says.
    pub(crate) fn fall(&self, changed: &BTreeMap<u32, f64>) -> f64 {
        self.state.fall(&self.core, &self.chance, changed)
    }

    /// How likely the events are that are steps over these edges, when those gates stand before them.
    pub(crate) fn behind(&self, edges: impl Iterator<Item = (EdgeNo, Gate)>) -> BTreeMap<u32, f64> {
        let chance = |(no, gate): (EdgeNo, Gate)| {
            let (event, row) = (self.core.network.of_edge.get(&no)?, self.map.row(no)?);
            let chance = if gate == Gate::Denied { 0.0 } else { self.inputs.chance_of_step(row.edge, gate) };
            Some((*event, chance))
        };
        edges.filter_map(chance).collect()
    }

    /// The events that are steps over these edges, as never happening.
    pub(crate) fn gone(&self, edges: impl Iterator<Item = EdgeNo>) -> BTreeMap<u32, f64> {
        edges.filter_map(|it| Some((*self.core.network.of_edge.get(&it)?, 0.0))).collect()
    }
}

/// How likely each event is, by how likely each product of inputs is.
pub(crate) fn chances_of(network: &Network, products: &[f64]) -> Vec<f64> {
    let chance = |it: &Event| products.get(it.chance.place()).copied().unwrap_or_default();
    network.events.iter().map(chance).collect()
}
