//! All ends of a map with how likely each is, and what a change of the map would come to: asked hundreds of times.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_model::Gate;
use ambit_model::stated::Model;

use super::exact::{Exact, Passed};
use super::inputs::Inputs;
use super::network::{Event, ModuleNo, Network, What};
use super::worlds::{Chance, Otherwise, Worlds, Years, count, number_of};
use crate::index::EdgeNo;
use crate::map::ReachMap;
use crate::scene::Scene;

/// How many nodes the diagram of one end has at the most, and all of them together.
const MOST_NODES: usize = 20_000;
const MOST_NODES_OF_ALL: usize = 4_000_000;

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

/// How an end was computed.
#[derive(Debug)]
pub(crate) enum How {
    /// Exactly.
    Exact(Box<(Exact, Passed)>),
    /// From drawn years: in which it comes about.
    Drawn(Years),
}

/// All ends of a map, and how likely each is in a year.
#[derive(Debug)]
pub struct Scenarios<'a> {
    pub(crate) map: &'a ReachMap,
    pub(crate) network: Network,
    pub(crate) inputs: Inputs<'a>,
    /// By event: how likely it is, and what it is called.
    pub(crate) chances: Vec<f64>,
    pub(crate) numbers: Vec<u64>,
    /// By module.
    pub(crate) module_chances: Vec<f64>,
    /// By end.
    pub(crate) how: Vec<How>,
    /// The ends that each module has to do with.
    ends_of: Vec<Vec<u32>>,
    pub(crate) chance: Chance,
    pub(crate) worlds: Option<Worlds>,
    total: f64,
}

impl<'a> Scenarios<'a> {
    /// The ends of `map`, by the likelihoods and losses of `model` and, where it says nothing, of `catalog`.
    pub fn of(map: &'a ReachMap, model: &'a Model, catalog: &'a Catalog, drawing: Drawing) -> Self {
        Self::in_scene(&Scene::new(map, catalog), model, catalog, drawing)
    }

    pub(crate) fn in_scene(scene: &Scene<'a>, model: &'a Model, catalog: &'a Catalog, drawing: Drawing) -> Self {
        let mut inputs = Inputs::new(model, catalog);
        let network = Network::of(scene, &mut inputs);
        let products = inputs.products_of(&inputs.means());
        let chance_of = |it: &Event| products.get(it.chance.place()).copied().unwrap_or_default();
        let chances: Vec<f64> = network.events.iter().map(chance_of).collect();
        let module_chances = network.module_chances(&chance_of);
        let id = |no: EdgeNo| scene.map.row(no).map(|it| it.id.to_string()).unwrap_or_default();
        let numbers = network.events.iter().map(|it| number_of(it, &id)).collect();
        let mut scenarios = Self {
            map: scene.map,
            network,
            inputs,
            chances,
            numbers,
            module_chances,
            how: Vec::new(),
            ends_of: Vec::new(),
            chance: Chance::new(drawing.seed, drawing.trials),
            worlds: None,
            total: 0.0,
        };
        scenarios.compute();
        scenarios
    }

    fn compute(&mut self) {
        let chance = |it: ModuleNo| self.module_chances.get(it.place()).copied().unwrap_or_default();
        let mut exact = Vec::new();
        let mut room = MOST_NODES_OF_ALL;
        for top in &self.network.tops {
            let found = Exact::of(&self.network, top, MOST_NODES.min(room));
            room = room.saturating_sub(found.as_ref().map_or(MOST_NODES / 4, Exact::size));
            exact.push(found);
        }
        if exact.iter().any(Option::is_none) {
            self.worlds = Some(Worlds::of(&self.network, &self.chance, &self.chances, &self.numbers));
        }
        for (top, exact) in self.network.tops.iter().zip(exact) {
            self.how.push(match (exact, &self.worlds) {
                (Some(exact), _) => {
                    let passed = exact.pass(&chance);
                    How::Exact(Box::new((exact, passed)))
                }
                (None, Some(worlds)) => How::Drawn(worlds.top(&self.network, top, &Otherwise::default()).0),
                (None, None) => How::Drawn(Vec::new()),
            });
        }
        self.ends_of = vec![Vec::new(); self.network.modules.len()];
        for (at, how) in (0_u32..).zip(&self.how) {
            let top = self.network.tops.get(at as usize);
            let modules: BTreeSet<ModuleNo> = match (how, top) {
                (How::Exact(it), _) => it.0.modules().iter().copied().collect(),
                (How::Drawn(_), Some(top)) => self.network.modules_of(top),
                (How::Drawn(_), None) => BTreeSet::new(),
            };
            for module in modules {
                if let Some(list) = self.ends_of.get_mut(module.place()) {
                    list.push(at);
                }
            }
        }
        self.total = self.network.tops.iter().zip(&self.how).map(|(top, how)| top.adds * self.likelihood(how)).sum();
    }

    /// How likely an end is in a year.
    pub(crate) fn likelihood(&self, how: &How) -> f64 {
        match how {
            How::Exact(it) => it.1.value,
            How::Drawn(years) => share(years, self.chance.years()),
        }
    }

    /// What all ends together cost in a year, on average.
    pub fn total(&self) -> f64 {
        self.total
    }

    /// What losses are counted in.
    pub fn unit(&self) -> &str {
        self.inputs.unit()
    }

    /// What all ends together would cost in a year, on average, with the edges in `cut` gone.
    pub fn expected(&self, cut: &BTreeSet<EdgeNo>) -> f64 {
        self.expected_after(&Change { cut: cut.clone(), gates: BTreeMap::new() })
    }

    /// The same with edges gone or behind other gates.
    pub fn expected_after(&self, change: &Change) -> f64 {
        (self.total - self.fall(&self.changed_events(change))).max(0.0)
    }

    /// How likely events are after `change`, where they are less likely or more.
    fn changed_events(&self, change: &Change) -> BTreeMap<u32, f64> {
        let mut changed = BTreeMap::new();
        for (no, gate) in &change.gates {
            let (Some(event), Some(row)) = (self.network.of_edge.get(no), self.map.row(*no)) else { continue };
            let chance = if *gate == Gate::Denied { 0.0 } else { self.inputs.chance_of_step(row.edge, *gate) };
            changed.insert(*event, chance);
        }
        changed.extend(change.cut.iter().filter_map(|it| Some((*self.network.of_edge.get(it)?, 0.0))));
        changed
    }

    /// By how much all ends together cost less when the events in `changed` are as likely as it says.
    pub(crate) fn fall(&self, changed: &BTreeMap<u32, f64>) -> f64 {
        let mut modules: BTreeSet<ModuleNo> = BTreeSet::new();
        modules.extend(changed.keys().filter_map(|it| self.network.of_event.get(*it as usize)));
        let chances: Vec<(ModuleNo, f64)> = modules.iter().map(|it| (*it, self.changed_module(*it, changed))).collect();
        let ends: BTreeSet<u32> = modules.iter().filter_map(|it| self.ends_of.get(it.place())).flatten().copied().collect();
        let mut otherwise = None;
        let mut fall = 0.0;
        for end in ends {
            let (Some(top), Some(how)) = (self.network.tops.get(end as usize), self.how.get(end as usize)) else {
                continue;
            };
            fall += top.adds
                * match how {
                    How::Exact(it) => it.0.fall(&it.1, &chances),
                    How::Drawn(years) => {
                        let Some(worlds) = &self.worlds else { continue };
                        let otherwise = otherwise.get_or_insert_with(|| self.otherwise(worlds, &modules, changed));
                        let after = worlds.top(&self.network, top, otherwise).0;
                        share(years, self.chance.years()) - share(&after, self.chance.years())
                    }
                };
        }
        fall
    }

    fn changed_module(&self, module: ModuleNo, changed: &BTreeMap<u32, f64>) -> f64 {
        let events = self.network.modules.get(module.place()).into_iter().flatten();
        let chance = |it: &u32| changed.get(it).or_else(|| self.chances.get(*it as usize)).copied();
        1.0 - events.map(|it| 1.0 - chance(it).unwrap_or_default()).product::<f64>()
    }

    fn otherwise(&self, worlds: &Worlds, modules: &BTreeSet<ModuleNo>, changed: &BTreeMap<u32, f64>) -> Otherwise {
        let years = |event: &u32| {
            let chance = changed.get(event).or_else(|| self.chances.get(*event as usize)).copied();
            let number = self.numbers.get(*event as usize).copied().unwrap_or_default();
            self.chance.years_of(number, chance.unwrap_or_default())
        };
        let module = |module: &ModuleNo| {
            let mut all = vec![0; self.chance.words()];
            for event in self.network.modules.get(module.place()).into_iter().flatten() {
                all.iter_mut().zip(years(event)).for_each(|(a, b)| *a |= b);
            }
            all
        };
        worlds.otherwise(&self.network, modules.iter().map(|it| (*it, module(it))).collect())
    }

    /// The events that are steps over these edges.
    pub(crate) fn steps_gone(&self, edges: impl Iterator<Item = EdgeNo>) -> BTreeMap<u32, f64> {
        edges.filter_map(|it| Some((*self.network.of_edge.get(&it)?, 0.0))).collect()
    }

    /// The event of this edge is asked nowhere: it takes part in no way to harm.
    pub fn is_idle(&self, edge: EdgeNo) -> bool {
        let event = self.network.of_edge.get(&edge).and_then(|it| self.network.of_event.get(*it as usize));
        event.and_then(|it| self.ends_of.get(it.place())).is_none_or(Vec::is_empty)
    }

    pub(crate) fn what(&self, event: u32) -> Option<&What> {
        self.network.events.get(event as usize).map(|it| &it.what)
    }
}

#[expect(clippy::cast_precision_loss, reason = "there are far fewer years than numbers that are exact")]
pub(crate) fn share(years: &[u64], of: usize) -> f64 {
    count(years) as f64 / of as f64
}
