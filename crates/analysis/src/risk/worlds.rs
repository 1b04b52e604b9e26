//! Years, drawn: which events happen in each, sixty-four years to a word.
//!
//! Every event has random numbers of its own, found by its name alone. An event that is less likely happens in some of
//! the years in which it happened before and in no other, whatever else has changed: a stronger control never makes a
//! drawn risk higher, and one more edge never makes it lower.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use ambit_model::{AssetId, Level};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::ends::{Term, Top};
use super::network::{Event, ModuleNo, Network, What, Writer};
use crate::index::NodeNo;
use crate::limits::Limits;

/// The years in which something happens.
pub(crate) type Years = Vec<u64>;

/// How many years stand in a word.
const WORD: usize = 64;

/// Where random numbers come from.
#[derive(Debug, Clone)]
pub(crate) struct Chance {
    source: ChaCha8Rng,
    words: usize,
}

impl Chance {
    /// Numbers of `seed` for at least so many years.
    pub(crate) fn new(seed: u64, years: usize) -> Self {
        Self { source: ChaCha8Rng::seed_from_u64(seed), words: years.div_ceil(WORD).max(1) }
    }

    /// How many years there are.
    pub(crate) fn years(&self) -> usize {
        self.words * WORD
    }

    pub(crate) fn words(&self) -> usize {
        self.words
    }

    fn stream(&self, of: u64) -> ChaCha8Rng {
        let mut stream = self.source.clone();
        stream.set_stream(of);
        stream
    }

    /// The years in which what is called `name` happens, which it does with that likelihood.
    pub(crate) fn years_of(&self, name: u64, chance: f64) -> Years {
        if chance <= 0.0 {
            return vec![0; self.words];
        }
        if chance >= 1.0 {
            return vec![u64::MAX; self.words];
        }
        let (mut stream, below) = (self.stream(name), threshold(chance));
        let mut word = || {
            let mut word = 0;
            for bit in 0..WORD {
                word |= u64::from(u64::from(stream.next_u32()) < below) << bit;
            }
            word
        };
        (0..self.words).map(|_| word()).collect()
    }

    /// Numbers between nothing and one for what is called `name`, one a year.
    pub(crate) fn shares_of(&self, name: u64, count: usize) -> Vec<f64> {
        let mut stream = self.stream(name);
        (0..count).map(|_| (f64::from(stream.next_u32()) + 0.5) / RANGE).collect()
    }
}

/// How many numbers of 32 bits there are.
const RANGE: f64 = 4_294_967_296.0;

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it lies between 0 and 2^32")]
fn threshold(chance: f64) -> u64 {
    (chance * RANGE) as u64
}

/// The name of something as a number (FNV-1a): it depends on nothing else.
pub(crate) fn number(parts: &[&str]) -> u64 {
    let mut number: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in parts.iter().flat_map(|it| it.bytes().chain([0])) {
        number = (number ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    number
}

/// The number of an event; `id` says what edges are called.
pub(crate) fn number_of(event: &Event, id: &dyn Fn(crate::index::EdgeNo) -> String) -> u64 {
    match &event.what {
        What::Step(no) => number(&["step", &id(*no)]),
        What::Attempt(at) => number(&["attempt", at.as_str()]),
        What::Steered(agent) => number(&["steered", agent.as_str()]),
        What::Accident(agent) => number(&["accident", agent.as_str()]),
    }
}

/// What happens in which years, for one set of likelihoods.
#[derive(Debug)]
pub(crate) struct Worlds {
    words: usize,
    /// By module.
    happens: Vec<Years>,
    /// When content of each sort steers a context, by writer and node.
    steered: [Vec<Years>; 2],
    /// Where data is in which years, as it is, once somebody has asked.
    held: RefCell<Held>,
}

/// What is otherwise in a what-if: modules that happen in fewer years, and what that makes of contexts.
#[derive(Debug, Default)]
pub(crate) struct Otherwise {
    happens: BTreeMap<ModuleNo, Years>,
    /// Of those contexts alone of which it is otherwise.
    steered: BTreeMap<(Writer, NodeNo), Years>,
    /// Whether content and data move on otherwise.
    moves: bool,
}

fn both(into: &mut [u64], other: &[u64]) {
    into.iter_mut().zip(other).for_each(|(a, b)| *a &= b);
}

fn either(into: &mut [u64], other: &[u64]) {
    into.iter_mut().zip(other).for_each(|(a, b)| *a |= b);
}

fn writer_place(writer: Writer) -> usize {
    usize::from(writer == Writer::Partner)
}

impl Worlds {
    /// The years of `chance`, when `chances` has how likely each event is and `numbers` what each is called.
    pub(crate) fn of(network: &Network, chance: &Chance, chances: &[f64], numbers: &[u64]) -> Self {
        let event = |it: &u32| {
            let (chances, number) = (chances.get(*it as usize), numbers.get(*it as usize));
            chance.years_of(number.copied().unwrap_or_default(), chances.copied().unwrap_or_default())
        };
        let module = |events: &Vec<u32>| {
            let mut years = vec![0; chance.words()];
            events.iter().for_each(|it| either(&mut years, &event(it)));
            years
        };
        let happens = network.modules.iter().map(module).collect();
        let nodes = network.contexts.len();
        let mut worlds = Self {
            words: chance.words(),
            happens,
            steered: [vec![Vec::new(); nodes], Vec::new()],
            held: RefCell::default(),
        };
        let all: BTreeSet<NodeNo> = nodes_of(network).collect();
        for writer in network.known_writers() {
            let found = worlds.steer(network, writer, &all, &Otherwise::default());
            let mut list = vec![Vec::new(); nodes];
            for (node, years) in found {
                if let Some(known) = list.get_mut(node.place()) {
                    *known = years;
                }
            }
            if let Some(known) = worlds.steered.get_mut(writer_place(writer)) {
                *known = list;
            }
        }
        worlds
    }

    fn happens<'w>(&'w self, module: ModuleNo, otherwise: &'w Otherwise) -> &'w [u64] {
        let changed = otherwise.happens.get(&module);
        changed.or_else(|| self.happens.get(module.place())).map_or(&[], Vec::as_slice)
    }

    fn steered<'w>(&'w self, writer: Writer, node: NodeNo, otherwise: &'w Otherwise) -> &'w [u64] {
        let known = || self.steered.get(writer_place(writer))?.get(node.place());
        otherwise.steered.get(&(writer, node)).or_else(known).map_or(&[], Vec::as_slice)
    }

    /// When content of `writer` steers the contexts in `nodes`, between which and no others it moves.
    fn steer(
        &self,
        network: &Network,
        writer: Writer,
        nodes: &BTreeSet<NodeNo>,
        otherwise: &Otherwise,
    ) -> BTreeMap<NodeNo, Years> {
        let mut starts = BTreeMap::new();
        for node in nodes {
            let Some(context) = network.contexts.get(node.place()) else { continue };
            let mut years = vec![0; self.words];
            for entry in context.entries.iter().filter(|it| it.writer == writer) {
                let (attempt, step) =
                    (self.happens(entry.attempt, otherwise), self.happens(entry.step, otherwise));
                years.iter_mut().zip(attempt.iter().zip(step)).for_each(|(year, (a, b))| *year |= a & b);
            }
            starts.insert(*node, years);
        }
        let passes = |limits: Option<&Limits>| network.writers(limits).any(|it| it == writer);
        self.spread(network, starts, &passes, (true, otherwise))
    }

    /// When data of a store is in contexts, as of a level or a higher one.
    fn held(
        &self,
        network: &Network,
        (store, level): &(AssetId, Level),
        otherwise: &Otherwise,
    ) -> BTreeMap<NodeNo, Years> {
        let Some(stored) = network.stored.get(store) else { return BTreeMap::new() };
        let mut starts: BTreeMap<NodeNo, Years> = BTreeMap::new();
        for read in stored.reads.iter().filter(|it| it.level >= *level) {
            let years = starts.entry(read.node).or_insert_with(|| vec![0; self.words]);
            either(years, self.happens(read.step, otherwise));
        }
        let passes =
            |limits: Option<&Limits>| limits.is_none_or(|it| it.leaves_data(&stored.classes, *level));
        self.spread(network, starts, &passes, (false, otherwise))
    }

    /// Moves on from `starts` until nothing is added.
    fn spread(
        &self,
        network: &Network,
        starts: BTreeMap<NodeNo, Years>,
        passes: &dyn Fn(Option<&Limits>) -> bool,
        (is_content, otherwise): (bool, &Otherwise),
    ) -> BTreeMap<NodeNo, Years> {
        let steered = |node: NodeNo, years: &mut Years| {
            let context = network.contexts.get(node.place());
            if let Some(module) = context.and_then(|it| it.steered).filter(|_| is_content) {
                both(years, self.happens(module, otherwise));
            }
        };
        let mut found = starts;
        found.iter_mut().for_each(|(node, years)| steered(*node, years));
        let mut news: BTreeSet<NodeNo> =
            found.iter().filter(|(_, it)| it.iter().any(|it| *it != 0)).map(|it| *it.0).collect();
        while let Some(node) = news.pop_first() {
            let from = found.get(&node).cloned().unwrap_or_default();
            for (to, passage) in network.onward(node).filter(|(_, it)| passes(it.limits.as_ref())) {
                let mut moved = from.clone();
                both(&mut moved, self.happens(passage.step, otherwise));
                steered(to, &mut moved);
                let known = found.entry(to).or_insert_with(|| vec![0; self.words]);
                if moved.iter().zip(known.iter()).any(|(new, old)| new & !old != 0) {
                    either(known, &moved);
                    news.insert(to);
                }
            }
        }
        found
    }

    /// Where data of a store is in which years.
    fn held_in(
        &self,
        network: &Network,
        of: &(AssetId, Level),
        otherwise: &Otherwise,
    ) -> Rc<BTreeMap<NodeNo, Years>> {
        if otherwise.is_of_data(network, of) {
            return Rc::new(self.held(network, of, otherwise));
        }
        if let Some(known) = self.held.borrow().get(of) {
            return Rc::clone(known);
        }
        let held = Rc::new(self.held(network, of, &Otherwise::default()));
        self.held.borrow_mut().insert(of.clone(), Rc::clone(&held));
        held
    }

    /// The years in which `term` comes about; `known` has where data is that was asked for just before.
    fn term(&self, network: &Network, term: &Term, known: &mut Held, otherwise: &Otherwise) -> Years {
        let mut years = vec![0; self.words];
        for writer in &term.writers {
            either(&mut years, self.steered(*writer, term.node, otherwise));
        }
        let accident = network.contexts.get(term.node.place()).and_then(|it| it.accident);
        if let Some(accident) = accident.filter(|_| term.accidental) {
            either(&mut years, self.happens(accident, otherwise));
        }
        if let Some(of) = &term.data {
            let held = known.entry(of.clone()).or_insert_with(|| self.held_in(network, of, otherwise));
            match held.get(&term.node) {
                Some(held) => both(&mut years, held),
                None => years.fill(0),
            }
        }
        for steps in [&term.access, &term.last].into_iter().filter(|it| !it.is_empty()) {
            let mut any = vec![0; self.words];
            steps.iter().for_each(|it| either(&mut any, self.happens(*it, otherwise)));
            both(&mut years, &any);
        }
        years
    }

    /// The years in which `top` comes about; those by each context are added to `by`.
    pub(crate) fn top(
        &self,
        network: &Network,
        top: &Top,
        mut by: Option<&mut BTreeMap<NodeNo, Years>>,
    ) -> Years {
        let (mut whole, mut held, as_it_is) = (vec![0; self.words], Held::new(), Otherwise::default());
        for term in &top.terms {
            let years = self.term(network, term, &mut held, &as_it_is);
            either(&mut whole, &years);
            if let Some(by) = &mut by {
                either(by.entry(term.node).or_insert_with(|| vec![0; self.words]), &years);
            }
        }
        whole
    }

    /// The years in which `top` comes about otherwise; none where those are the same. `by` has what each context brings
    /// about as it is, where that is known.
    pub(crate) fn top_otherwise(
        &self,
        network: &Network,
        top: &Top,
        otherwise: &Otherwise,
        by: &BTreeMap<NodeNo, Years>,
    ) -> Option<Years> {
        let changed: BTreeSet<NodeNo> =
            top.terms.iter().filter(|it| otherwise.is_of(network, it)).map(|it| it.node).collect();
        if changed.is_empty() {
            return None;
        }
        let (mut whole, mut held) = (vec![0; self.words], Held::new());
        for (_, years) in by.iter().filter(|(node, _)| !changed.contains(node)) {
            either(&mut whole, years);
        }
        for term in top.terms.iter().filter(|it| by.is_empty() || changed.contains(&it.node)) {
            either(&mut whole, &self.term(network, term, &mut held, otherwise));
        }
        Some(whole)
    }

    /// What is otherwise when the modules in `happens` happen in those years instead.
    pub(crate) fn otherwise(&self, network: &Network, happens: BTreeMap<ModuleNo, Years>) -> Otherwise {
        let mut otherwise = Otherwise { happens, steered: BTreeMap::new(), moves: false };
        let changed = |it: &ModuleNo| otherwise.happens.contains_key(it);
        let is_changed = |node: &NodeNo| {
            network.contexts.get(node.place()).is_some_and(|it| {
                it.steered.iter().any(changed)
                    || it.entries.iter().any(|it| changed(&it.attempt) || changed(&it.step))
                    || it.passages.iter().any(|it| changed(&it.step))
            })
        };
        let around: BTreeSet<NodeNo> =
            otherwise.happens.keys().flat_map(|it| network.around(*it)).copied().collect();
        let nodes: BTreeSet<NodeNo> =
            around.iter().filter(|it| is_changed(it)).flat_map(|it| network.group(*it)).copied().collect();
        let passes = |it: &NodeNo| {
            network
                .contexts
                .get(it.place())
                .is_some_and(|it| it.passages.iter().any(|it| otherwise.happens.contains_key(&it.step)))
        };
        let moves = nodes.iter().any(passes);
        otherwise.moves = moves;
        if !nodes.is_empty() {
            for writer in network.known_writers() {
                let found = self.steer(network, writer, &nodes, &otherwise);
                let as_it_is = Otherwise::default();
                let other = found
                    .into_iter()
                    .filter(|(node, it)| it.as_slice() != self.steered(writer, *node, &as_it_is));
                let other: Vec<_> = other.map(|(node, years)| ((writer, node), years)).collect();
                otherwise.steered.extend(other);
            }
        }
        otherwise
    }
}

impl Otherwise {
    /// Whether where data of a store is may be otherwise.
    fn is_of_data(&self, network: &Network, (store, _): &(AssetId, Level)) -> bool {
        let reads = network.stored.get(store).into_iter().flat_map(|it| &it.reads);
        self.moves || reads.into_iter().any(|it| self.happens.contains_key(&it.step))
    }

    /// Whether how `term` comes about may be otherwise.
    fn is_of(&self, network: &Network, term: &Term) -> bool {
        let accident = network.contexts.get(term.node.place()).and_then(|it| it.accident);
        let mut own = accident.iter().chain(&term.access).chain(&term.last);
        term.writers.iter().any(|it| self.steered.contains_key(&(*it, term.node)))
            || own.any(|it| self.happens.contains_key(it))
            || term.data.as_ref().is_some_and(|it| self.is_of_data(network, it))
    }
}

/// Where data is in which years, by store and level.
type Held = BTreeMap<(AssetId, Level), Rc<BTreeMap<NodeNo, Years>>>;

fn nodes_of(network: &Network) -> impl Iterator<Item = NodeNo> + use<'_> {
    network.nodes.iter().copied()
}

/// In how many years.
pub(crate) fn count(years: &[u64]) -> u64 {
    years.iter().map(|it| u64::from(it.count_ones())).sum()
}

/// The numbers of the years, in order.
pub(crate) fn each(years: &[u64]) -> impl Iterator<Item = usize> + use<'_> {
    years.iter().enumerate().flat_map(|(at, word)| {
        let mut rest = *word;
        std::iter::from_fn(move || {
            let bit = rest.trailing_zeros() as usize;
            (rest != 0).then(|| {
                rest &= rest - 1;
                at * WORD + bit
            })
        })
    })
}
