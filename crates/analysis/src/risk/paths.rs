//! The likeliest way to an end, and the likeliest that leads over given edges: what a person is shown of a number.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::ends::Top;
use super::exits::{DataNo, Exit};
use super::network::{ModuleNo, Network, What, Writer};
use super::state::State;
use crate::index::{EdgeNo, NodeNo};
use crate::limits::Limits;

/// A way: the events that it takes, in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Way {
    events: Vec<u32>,
    chance: f64,
    /// Whether it leads over one of the edges that are asked about.
    meets: bool,
}

/// Looks for ways.
pub(crate) struct Ways<'s> {
    network: &'s Network,
    state: &'s State,
    /// Edges of which one has to be on the way; none asks for nothing.
    over: Option<&'s BTreeSet<EdgeNo>>,
    /// How content gets into the contexts of groups, once somebody has asked: many ends ask the same.
    steered: BTreeMap<(Writer, usize), Reached>,
    /// The events of modules that ways take, once somebody has asked.
    best: Vec<OnceCell<Vec<(u32, bool)>>>,
}

/// The best way to each context, by whether it meets what is asked about.
type Reached = BTreeMap<(NodeNo, bool), Way>;

impl<'s> Ways<'s> {
    /// Ways over one of the edges in `over`, or over any.
    pub(crate) fn of(network: &'s Network, state: &'s State, over: Option<&'s BTreeSet<EdgeNo>>) -> Self {
        let best = network.modules.iter().map(|_| OnceCell::new()).collect();
        Self { network, state, over, steered: BTreeMap::new(), best }
    }

    fn is_asked(&self, event: u32) -> bool {
        let what = self.network.events.get(event as usize).map(|it| &it.what);
        matches!((what, self.over), (Some(What::Step(no)), Some(over)) if over.contains(no))
    }

    fn chance(&self, event: u32) -> f64 {
        self.state.chances.get(event as usize).copied().unwrap_or_default()
    }

    /// The likeliest event of a module, and the likeliest that is asked about.
    fn events(&self, module: ModuleNo) -> &[(u32, bool)] {
        self.best.get(module.place()).map_or(&[], |it| it.get_or_init(|| self.best_of(module)))
    }

    fn best_of(&self, module: ModuleNo) -> Vec<(u32, bool)> {
        let mut best: BTreeMap<bool, (f64, u32)> = BTreeMap::new();
        for event in self.network.modules.get(module.place()).into_iter().flatten() {
            let (asked, chance) = (self.is_asked(*event), self.chance(*event));
            let known = best.entry(asked).or_insert((chance, *event));
            if chance > known.0 {
                *known = (chance, *event);
            }
        }
        best.into_iter().filter(|(_, it)| it.0 > 0.0).map(|(asked, it)| (it.1, asked)).collect()
    }

    fn longer(&self, way: &Way, module: ModuleNo) -> Vec<Way> {
        let add = |&(event, asked): &(u32, bool)| {
            let mut way = way.clone();
            way.meets |= asked;
            if !way.events.contains(&event) {
                way.chance *= self.chance(event);
                way.events.push(event);
            }
            way
        };
        self.events(module).iter().map(add).collect()
    }

    fn start() -> Way {
        Way { chance: 1.0, ..Way::default() }
    }

    /// Moves on from `starts`, the likeliest way first, so that each context is settled when it is met.
    fn spread(
        &self,
        starts: Vec<(NodeNo, Way)>,
        passes: &dyn Fn(Option<&Limits>) -> bool,
        is_content: bool,
    ) -> Reached {
        let mut reached = Reached::new();
        let mut next: BTreeMap<(u64, NodeNo, bool, Vec<u32>), Way> = BTreeMap::new();
        let put = |next: &mut BTreeMap<_, _>, reached: &Reached, node: NodeNo, way: Way| {
            if way.chance > 0.0 && !reached.contains_key(&(node, way.meets)) {
                // Of positive numbers the larger one has the larger bits.
                next.insert((u64::MAX - way.chance.to_bits(), node, way.meets, way.events.clone()), way);
            }
        };
        let steered = |node: NodeNo, way: Way| -> Vec<Way> {
            let module = self.network.contexts.get(node.place()).and_then(|it| it.steered);
            match module.filter(|_| is_content) {
                Some(module) => self.longer(&way, module),
                None => vec![way],
            }
        };
        for (node, way) in starts {
            for way in steered(node, way) {
                put(&mut next, &reached, node, way);
            }
        }
        while let Some(((_, node, meets, _), way)) = next.pop_first() {
            if reached.contains_key(&(node, meets)) {
                continue;
            }
            for (to, passage) in self.network.onward(node).filter(|(_, it)| passes(it.limits.as_ref())) {
                for longer in self.longer(&way, passage.step) {
                    for longer in steered(to, longer) {
                        put(&mut next, &reached, to, longer);
                    }
                }
            }
            reached.insert((node, meets), way);
        }
        reached
    }

    /// How content of `writer` gets into the contexts of a group.
    fn steered(&self, writer: Writer, group: usize) -> Reached {
        let mut starts = Vec::new();
        for node in self.network.layout.group(group).filter_map(|it| self.network.layout.node(it)) {
            let context = self.network.contexts.get(node.place());
            for entry in context.into_iter().flat_map(|it| &it.entries).filter(|it| it.writer == writer) {
                for way in self.longer(&Self::start(), entry.attempt) {
                    starts.extend(self.longer(&way, entry.step).into_iter().map(|it| (node, it)));
                }
            }
        }
        let network = self.network;
        self.spread(starts, &|limits| network.writers(limits).any(|it| it == writer), true)
    }

    /// How data gets into contexts.
    fn held(&self, data: DataNo) -> Reached {
        let Some(data) = self.network.exits.data(data) else { return Reached::new() };
        let starts = data
            .reads
            .iter()
            .flat_map(|(node, step)| self.longer(&Self::start(), *step).into_iter().map(|way| (*node, way)));
        self.spread(starts.collect(), &|limits| self.network.leaves_data(data, limits), false)
    }

    /// The likeliest way to `top`.
    pub(crate) fn likeliest(&mut self, top: &Top) -> Option<Way> {
        let groups: BTreeSet<usize> =
            self.network.terms(top).filter_map(|it| self.network.group_of(it.0.node)).collect();
        for group in groups {
            for writer in self.network.known_writers() {
                if !self.steered.contains_key(&(writer, group)) {
                    let steered = self.steered(writer, group);
                    self.steered.insert((writer, group), steered);
                }
            }
        }
        let mut held: BTreeMap<DataNo, Reached> = BTreeMap::new();
        let mut best: Option<Way> = None;
        for (exit, term) in self.network.terms(top) {
            let data = term.data.map(|it| &*held.entry(it).or_insert_with(|| self.held(it)));
            let least = best.as_ref().map_or(0.0, |it| it.chance);
            for way in self.ways(exit, data, least) {
                let fits = way.chance > 0.0 && (way.meets || self.over.is_none());
                let better = |known: &Way| (way.chance, &known.events) > (known.chance, &way.events);
                if fits && best.as_ref().is_none_or(better) {
                    best = Some(way);
                }
            }
        }
        best
    }

    /// The ways of one context that may be as likely as `least`, by whether each part meets what is asked about.
    fn ways(&self, exit: &Exit, data: Option<&Reached>, least: f64) -> Vec<Way> {
        let mut ways: Vec<Way> = Vec::new();
        let group = self.network.group_of(exit.node);
        let known = exit.writers.iter().filter_map(|it| self.steered.get(&(*it, group?)));
        for reached in known {
            ways.extend([false, true].iter().filter_map(|it| reached.get(&(exit.node, *it))).cloned());
        }
        let accident = self.network.contexts.get(exit.node.place()).and_then(|it| it.accident);
        if let Some(accident) = accident.filter(|_| exit.accidental) {
            ways.extend(self.longer(&Self::start(), accident));
        }
        if let Some(data) = data {
            let data: Vec<&Way> = [false, true].iter().filter_map(|it| data.get(&(exit.node, *it))).collect();
            ways = ways.iter().flat_map(|way| data.iter().map(|it| self.joined(way, it))).collect();
        }
        // What comes after makes none likelier.
        ways.retain(|it| it.chance >= least);
        for steps in [&exit.access, &exit.last].into_iter().filter(|it| !it.is_empty()) {
            let mut longer: Vec<Way> =
                ways.iter().flat_map(|way| steps.iter().flat_map(|it| self.longer(way, *it))).collect();
            // Of equal sorts only the likeliest goes on.
            longer.sort_by(|a, b| b.chance.total_cmp(&a.chance).then_with(|| a.events.cmp(&b.events)));
            let mut kept: Vec<Way> = Vec::new();
            for way in longer {
                if kept.iter().all(|it| it.meets != way.meets) {
                    kept.push(way);
                }
            }
            ways = kept;
        }
        ways
    }

    fn joined(&self, way: &Way, other: &Way) -> Way {
        let mut way = way.clone();
        way.meets |= other.meets;
        for event in &other.events {
            if !way.events.contains(event) {
                way.chance *= self.chance(*event);
                way.events.push(*event);
            }
        }
        way
    }
}

impl Way {
    /// How likely it is that all of it comes about.
    pub(crate) fn chance(&self) -> f64 {
        self.chance
    }

    /// Its events, in order.
    pub(crate) fn events(&self) -> &[u32] {
        &self.events
    }
}
