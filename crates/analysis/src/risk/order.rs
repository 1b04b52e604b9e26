//! The order in which the events of an end are asked: what makes its diagram small.
//!
//! Contexts that share little are asked one after the other, each as a whole. Where attacks arrive at few places that
//! several contexts share, those places are asked first, for once they are known the contexts have nothing in common;
//! where there are more places than contexts, each place is asked together with the steps that lead from it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::ends::Top;
use super::network::{ModuleNo, Network};
use crate::index::NodeNo;

/// How many shared places may be asked first.
const MOST_FIRST: usize = 10;

/// How many contexts between which content moves one diagram takes in: more of them are drawn at once.
const MOST_MOVING: usize = 16;

/// The events of an end, in the order in which they are asked, and the contexts that it takes.
#[derive(Debug, Default)]
pub(super) struct Order {
    pub(super) modules: Vec<ModuleNo>,
    pub(super) contexts: BTreeSet<NodeNo>,
}

impl Order {
    /// The order for any of `tops`; none where more than `most` events would have to be asked.
    pub(super) fn of(network: &Network, tops: &[&Top], most: usize) -> Option<Self> {
        let contexts = upstream(network, tops, most)?;
        let mut list = List { seen: BTreeSet::new(), modules: Vec::new(), most };
        let mut users: BTreeMap<ModuleNo, usize> = BTreeMap::new();
        for context in contexts.iter().filter_map(|it| network.contexts.get(it.place())) {
            let attempts: BTreeSet<ModuleNo> = context.entries.iter().map(|it| it.attempt).collect();
            attempts.into_iter().for_each(|it| *users.entry(it).or_default() += 1);
        }
        let shared: Vec<ModuleNo> = users.iter().filter(|(_, it)| **it > 1).map(|it| *it.0).collect();
        if shared.len() <= MOST_FIRST || shared.len() <= contexts.len() {
            list.add(shared);
        } else {
            for place in shared {
                list.add([place]);
                let entries = contexts.iter().filter_map(|it| network.contexts.get(it.place()));
                let entries = entries.flat_map(|it| &it.entries).filter(|it| it.attempt == place);
                list.add(entries.map(|it| it.step));
            }
        }
        let mut data: BTreeMap<NodeNo, Vec<ModuleNo>> = BTreeMap::new();
        let all = || tops.iter().flat_map(|it| network.terms(it));
        let stores = all().filter_map(|it| Some(&network.exits.data(it.1.data?)?.store));
        let stores: BTreeSet<_> = stores.collect();
        for read in stores.into_iter().filter_map(|it| network.stored.get(it)).flat_map(|it| &it.reads) {
            data.entry(read.node).or_default().push(read.step);
        }
        let mut terms: BTreeMap<NodeNo, Vec<ModuleNo>> = BTreeMap::new();
        let mut accidental = BTreeSet::new();
        for (exit, _) in all() {
            terms.entry(exit.node).or_default().extend(exit.access.iter().chain(&exit.last));
            if exit.accidental {
                accidental.insert(exit.node);
            }
        }
        // From where the end is brought about back to what leads there, so that what belongs together stands together.
        for node in walk(network, tops, &contexts) {
            let Some(context) = network.contexts.get(node.place()) else { continue };
            list.add(context.steered);
            list.add(context.entries.iter().flat_map(|it| [it.attempt, it.step]));
            list.add(context.accident.filter(|_| accidental.contains(&node)));
            list.add(data.remove(&node).unwrap_or_default());
            list.add(terms.remove(&node).unwrap_or_default());
            list.add(context.passages.iter().map(|it| it.step));
        }
        (!list.is_full()).then_some(Self { modules: list.modules, contexts })
    }
}

struct List {
    seen: BTreeSet<ModuleNo>,
    modules: Vec<ModuleNo>,
    most: usize,
}

impl List {
    fn add(&mut self, all: impl IntoIterator<Item = ModuleNo>) {
        for it in all {
            if !self.is_full() && self.seen.insert(it) {
                self.modules.push(it);
            }
        }
    }

    fn is_full(&self) -> bool {
        self.modules.len() > self.most
    }
}

/// The contexts from which content or data gets to where any of `tops` is brought about; none where they are too many.
fn upstream(network: &Network, tops: &[&Top], most: usize) -> Option<BTreeSet<NodeNo>> {
    let (mut seen, mut next, mut moving) = (BTreeSet::new(), Vec::new(), 0);
    let mut meet = |node: NodeNo, next: &mut Vec<NodeNo>| {
        if seen.insert(node) {
            next.push(node);
            moving += usize::from(!network.contexts.get(node.place())?.passages.is_empty());
        }
        (seen.len() <= most && moving <= MOST_MOVING).then_some(())
    };
    for (exit, _) in tops.iter().flat_map(|it| network.terms(it)) {
        meet(exit.node, &mut next)?;
    }
    while let Some(node) = next.pop() {
        for passage in &network.contexts.get(node.place())?.passages {
            meet(passage.from, &mut next)?;
        }
    }
    Some(seen)
}

/// The contexts in the order of a walk back from each of those that bring any of `tops` about.
fn walk(network: &Network, tops: &[&Top], contexts: &BTreeSet<NodeNo>) -> Vec<NodeNo> {
    let (mut seen, mut order) = (BTreeSet::new(), Vec::new());
    let mut starts: Vec<NodeNo> = tops.iter().flat_map(|it| network.terms(it)).map(|it| it.0.node).collect();
    starts.dedup();
    for start in starts {
        let mut next = VecDeque::from([start]);
        while let Some(node) = next.pop_front() {
            if !seen.insert(node) {
                continue;
            }
            order.push(node);
            let passages = network.contexts.get(node.place()).map_or(&[][..], |it| it.passages.as_slice());
            next.extend(passages.iter().map(|it| it.from).filter(|it| contexts.contains(it)));
        }
    }
    order
}
