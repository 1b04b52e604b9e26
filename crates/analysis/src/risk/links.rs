//! What drawn ends hang on: from a module to what contexts do by it, and from there to ends.

use std::collections::BTreeSet;

use super::exact::Exact;
use super::exits::{ExitNo, SinkNo};
use super::network::{ModuleNo, Network};

/// From what changes to the drawn ends that change with it.
#[derive(Debug, Default)]
pub(crate) struct Links {
    /// By module: the exits that it is a step or an accident of.
    exits_of: Vec<Vec<ExitNo>>,
    /// By place: the exits of the context.
    exits_at: Vec<Vec<ExitNo>>,
    /// By exit: the ends that it brings about without data.
    direct: Vec<Vec<u32>>,
    /// By module: the ends of data that it reads.
    reads: Vec<Vec<u32>>,
    /// By group of contexts: the ends of data that is read in it.
    read_in: Vec<Vec<u32>>,
    /// By group of contexts: all ends that have to do with it.
    ends_in: Vec<Vec<u32>>,
    /// By module: the groups in which it lets content in or moves it, as far as those have ends.
    groups_of: Vec<Vec<usize>>,
    /// By group of contexts: how many rows are looked at when content or data moves otherwise in it.
    rows: Vec<usize>,
}

fn put<T>(lists: &mut [Vec<T>], at: usize, it: T) {
    if let Some(list) = lists.get_mut(at) {
        list.push(it);
    }
}

fn get<T>(lists: &[Vec<T>], at: usize) -> &[T] {
    lists.get(at).map_or(&[], Vec::as_slice)
}

impl Links {
    /// The links of those ends of `network` that have no diagram.
    pub(super) fn of(network: &Network, exact: &[Option<Exact>]) -> Self {
        let (modules, groups) = (network.modules.len(), network.layout.groups());
        let mut links = Self {
            exits_of: vec![Vec::new(); modules],
            exits_at: vec![Vec::new(); network.layout.len()],
            direct: vec![Vec::new(); network.exits.list.len()],
            reads: vec![Vec::new(); modules],
            read_in: vec![Vec::new(); groups],
            ends_in: vec![Vec::new(); groups],
            groups_of: Vec::new(),
            rows: vec![0; groups],
        };
        let mut used = vec![false; network.exits.list.len()];
        let mut live = vec![false; groups];
        for (end, top) in (0_u32..).zip(&network.tops).filter(|it| is_drawn(exact, it.0)) {
            for (exit, term) in network.terms(top) {
                let group = network.group_of(exit.node).unwrap_or(usize::MAX);
                live.iter_mut().skip(group).take(1).for_each(|it| *it = true);
                used.iter_mut().skip(term.exit.place()).take(1).for_each(|it| *it = true);
                if term.data.is_none() {
                    put(&mut links.direct, term.exit.place(), end);
                    put(&mut links.ends_in, group, end);
                }
            }
            links.data(network, end);
        }
        // What is not among the terms of an end is among the exits of its sinks.
        let drawn = (0_u32..).zip(&network.tops).filter(|it| it.1.has_more && is_drawn(exact, it.0));
        let sinks: BTreeSet<SinkNo> = drawn.flat_map(|it| &it.1.flows).map(|it| it.sink).collect();
        for (_, exit) in sinks.into_iter().filter_map(|it| network.exits.sink(it)).flat_map(|it| &it.exits) {
            let group = network.exits.exit(*exit).and_then(|it| network.group_of(it.node));
            live.iter_mut().skip(group.unwrap_or(usize::MAX)).take(1).for_each(|it| *it = true);
            used.iter_mut().skip(exit.place()).take(1).for_each(|it| *it = true);
        }
        links.ends_in.iter_mut().for_each(Vec::dedup);
        let used = |it: ExitNo| used.get(it.place()) == Some(&true);
        for (no, exit) in network.exits.numbered().filter(|it| used(it.0)) {
            put(&mut links.exits_at, network.layout.place(exit.node), no);
            let accident = network.contexts.get(exit.node.place()).and_then(|it| it.accident);
            let accident = accident.filter(|_| exit.accidental);
            let steps: BTreeSet<&ModuleNo> = exit.access.iter().chain(&exit.last).chain(&accident).collect();
            steps.into_iter().for_each(|it| put(&mut links.exits_of, it.place(), no));
        }
        for module in (0..).map(ModuleNo).take(modules) {
            let around = network.groups_around(module).into_iter();
            links.groups_of.push(around.filter(|it| live.get(*it) == Some(&true)).collect());
        }
        links.measure(network);
        links
    }

    /// The links of an end of data.
    fn data(&mut self, network: &Network, end: u32) {
        let Some(top) = network.tops.get(end as usize) else { return };
        let data = || top.flows.iter().filter_map(|it| network.exits.data(it.data));
        let mut groups = BTreeSet::new();
        let stores: BTreeSet<_> = data().map(|it| &it.store).collect();
        let reads = stores.into_iter().filter_map(|it| network.stored.get(it)).flat_map(|it| &it.reads);
        let modules: BTreeSet<ModuleNo> = reads.map(|it| it.step).collect();
        for (node, _) in data().flat_map(|it| &it.reads) {
            groups.extend(network.group_of(*node));
        }
        modules.into_iter().for_each(|it| put(&mut self.reads, it.place(), end));
        for group in groups {
            put(&mut self.read_in, group, end);
            put(&mut self.ends_in, group, end);
        }
    }

    fn measure(&mut self, network: &Network) {
        let ways = network.exits.sinks.iter().filter(|it| it.is_shared).count() + 1;
        for (group, rows) in self.rows.iter_mut().enumerate() {
            let places = network.layout.group(group);
            let hops = network.layout.onward().get(places.clone()).unwrap_or_default();
            let hops: usize = hops.iter().map(Vec::len).sum();
            let exits = places.flat_map(|it| get(&self.exits_at, it));
            let exits: usize = exits.map(|it| network.exits.steps(*it)).sum();
            let tops = get(&self.read_in, group).iter().filter_map(|it| network.tops.get(*it as usize));
            let data = tops.flat_map(|it| &it.flows).filter_map(|it| network.exits.data(it.data));
            let reads: usize = data.map(|it| it.reads.len()).sum();
            *rows = (2 * hops + 1) * ways + exits + reads;
        }
    }

    pub(super) fn exits_of(&self, module: ModuleNo) -> &[ExitNo] {
        get(&self.exits_of, module.place())
    }

    pub(super) fn exits_at(&self, place: usize) -> &[ExitNo] {
        get(&self.exits_at, place)
    }

    pub(super) fn direct(&self, exit: ExitNo) -> &[u32] {
        get(&self.direct, exit.place())
    }

    pub(super) fn reads(&self, module: ModuleNo) -> &[u32] {
        get(&self.reads, module.place())
    }

    pub(super) fn read_in(&self, group: usize) -> &[u32] {
        get(&self.read_in, group)
    }

    pub(super) fn ends_in(&self, group: usize) -> &[u32] {
        get(&self.ends_in, group)
    }

    pub(super) fn groups_of(&self, module: ModuleNo) -> &[usize] {
        get(&self.groups_of, module.place())
    }

    pub(super) fn rows(&self, group: usize) -> usize {
        self.rows.get(group).copied().unwrap_or_default()
    }

    /// Whether the module has to do with any end.
    pub(super) fn has_end(&self, module: ModuleNo) -> bool {
        let exits = self.exits_of(module);
        !exits.is_empty() || !self.reads(module).is_empty() || !self.groups_of(module).is_empty()
    }
}

fn is_drawn(exact: &[Option<Exact>], end: u32) -> bool {
    exact.get(end as usize).is_some_and(Option::is_none)
}
