//! The likeliest way to an end, and the likeliest that leads over given edges: what a person is shown of a number.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use super::ends::Top;
use super::exits::{DataNo, Exit};
use super::network::{ModuleNo, Network, What, Writer};
use super::state::State;
use super::worlds::writer_place;
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

/// A way that is a few events longer than another one: most are not worth making.
#[derive(Debug, Clone, Copy)]
struct Longer {
    more: [Option<u32>; 2],
    chance: f64,
    meets: bool,
}

/// Looks for ways.
pub(crate) struct Ways<'s> {
    network: &'s Network,
    state: &'s State,
    /// Edges of which one has to be on the way; none asks for nothing.
    over: Option<&'s BTreeSet<EdgeNo>>,
    /// How content gets into the contexts of groups, by writer, once somebody has asked: many ends ask the same.
    steered: [Vec<OnceLock<Reached>>; 2],
    /// The events of modules that ways take, once somebody has asked.
    best: Vec<OnceLock<Vec<(u32, bool)>>>,
}

/// The best way to each context, by whether it meets what is asked about.
type Reached = BTreeMap<(NodeNo, bool), Way>;

impl<'s> Ways<'s> {
    /// Ways over one of the edges in `over`, or over any.
    pub(crate) fn of(network: &'s Network, state: &'s State, over: Option<&'s BTreeSet<EdgeNo>>) -> Self {
        let best = network.modules.iter().map(|_| OnceLock::new()).collect();
        let groups = || (0..network.layout.groups()).map(|_| OnceLock::new()).collect();
        Self { network, state, over, steered: [groups(), groups()], best }
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
        let mut front = Front::default();
        let steers = |node: NodeNo| {
            self.network.contexts.get(node.place()).and_then(|it| it.steered).filter(|_| is_content)
        };
        for (node, way) in starts {
            self.each_longer(&way, [None, steers(node)], |longer| front.offer(node, &way, longer));
        }
        while let Some((node, way)) = front.next() {
            for (to, passage) in self.network.onward(node).filter(|(_, it)| passes(it.limits.as_ref())) {
                let steps = [Some(passage.step), steers(to)];
                self.each_longer(&way, steps, |longer| front.offer(to, &way, longer));
            }
        }
        front.reached
    }

    /// What `way` becomes by one of the events of each of these modules.
    fn each_longer(&self, way: &Way, modules: [Option<ModuleNo>; 2], mut take: impl FnMut(Longer)) {
        let as_it_is = Longer { more: [None; 2], chance: way.chance, meets: way.meets };
        let events = |module: Option<ModuleNo>| module.map(|it| self.events(it));
        let add = |known: Longer, at: usize, (event, asked): (u32, bool)| {
            let mut longer = Longer { meets: known.meets || asked, ..known };
            if !way.events.contains(&event) && !known.more.contains(&Some(event)) {
                longer.chance *= self.chance(event);
                longer.more.iter_mut().skip(at).take(1).for_each(|it| *it = Some(event));
            }
            longer
        };
        let mut second = |known: Longer| match events(modules[1]) {
            Some(events) => events.iter().for_each(|it| take(add(known, 1, *it))),
            None => take(known),
        };
        match events(modules[0]) {
            Some(events) => events.iter().for_each(|it| second(add(as_it_is, 0, *it))),
            None => second(as_it_is),
        }
    }

    /// How content of `writer` gets into the contexts of a group.
    fn steered(&self, writer: Writer, group: usize) -> Option<&Reached> {
        let known = self.steered.get(writer_place(writer))?.get(group)?;
        Some(known.get_or_init(|| self.steered_anew(writer, group)))
    }

    fn steered_anew(&self, writer: Writer, group: usize) -> Reached {
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
    pub(crate) fn likeliest(&self, top: &Top) -> Option<Way> {
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
        let known = exit.writers.iter().filter_map(|it| self.steered(*it, group?));
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

/// The best ways that are known while they are looked for.
#[derive(Debug, Default)]
struct Front {
    /// The best way to each, settled or not.
    reached: Reached,
    settled: BTreeSet<(NodeNo, bool)>,
    /// Those that are not settled, the likeliest first.
    next: BTreeSet<(u64, NodeNo, bool)>,
}

impl Front {
    /// Takes the way on if none that is as good is known: the likelier is better, and of equally likely ones the first in
    /// the order of their events.
    fn offer(&mut self, node: NodeNo, way: &Way, longer: Longer) {
        let place = (node, longer.meets);
        if longer.chance <= 0.0 || self.settled.contains(&place) {
            return;
        }
        let events = || way.events.iter().copied().chain(longer.more.into_iter().flatten());
        if let Some(known) = self.reached.get(&place) {
            let same = || known.chance.total_cmp(&longer.chance).is_eq();
            let is_better =
                longer.chance > known.chance || same() && events().lt(known.events.iter().copied());
            if !is_better {
                return;
            }
            self.next.remove(&(order(known.chance), node, longer.meets));
        }
        self.next.insert((order(longer.chance), node, longer.meets));
        let way = Way { events: events().collect(), chance: longer.chance, meets: longer.meets };
        self.reached.insert(place, way);
    }

    /// The likeliest that is not settled; now it is.
    fn next(&mut self) -> Option<(NodeNo, Way)> {
        let (_, node, meets) = self.next.pop_first()?;
        self.settled.insert((node, meets));
        self.reached.get(&(node, meets)).map(|it| (node, it.clone()))
    }
}

/// The likelier, the smaller: of positive numbers the larger one has the larger bits.
fn order(chance: f64) -> u64 {
    u64::MAX - chance.to_bits()
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
