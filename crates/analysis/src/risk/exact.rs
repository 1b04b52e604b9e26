//! How likely an end is, or any of several, exactly: its diagram, passed through once from the events up and once from the end down.
//!
//! The two passes also say what any change of a few events comes to, without passing through all of it again: only
//! what lies between the first and the last of them is computed anew (for one event this is Birnbaum's importance).

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::bdd::{ALWAYS, Diagram, Function, NEVER, TooLarge};
use super::ends::Top;
use super::exits::{DataNo, Exit};
use super::network::{ModuleNo, Network, Writer};
use super::order::Order;
use crate::index::NodeNo;
use crate::limits::Limits;

/// How many events one diagram asks at the most.
const MOST_EVENTS: usize = 3_000;

/// Where a branch leads: never, always, or on to a node.
#[derive(Debug, Clone, Copy)]
enum Branch {
    End(f64),
    Node(u32),
}

/// A node of the finished diagram.
#[derive(Debug, Clone, Copy)]
struct Node {
    level: u32,
    low: Branch,
    high: Branch,
}

/// An end as a diagram.
#[derive(Debug)]
pub(crate) struct Exact {
    /// The events, in the order in which they are asked.
    modules: Vec<ModuleNo>,
    levels: BTreeMap<ModuleNo, u32>,
    /// By level: the root first, and what nodes lead to behind them.
    nodes: Vec<Node>,
    root: Branch,
    /// What each context brings about by itself.
    by_context: Vec<(NodeNo, Branch)>,
}

/// What the passes through a diagram have found, for one set of likelihoods.
#[derive(Debug, Clone)]
pub(crate) struct Passed {
    /// How likely each event is, by level.
    chances: Vec<f64>,
    /// How likely the end is, seen from each node.
    values: Vec<f64>,
    /// How likely each node is come to.
    reached: Vec<f64>,
    /// How likely the end is.
    pub(crate) value: f64,
}

impl Exact {
    /// The diagram of any of `tops` coming about, with at most `most` nodes, and how much work that was; no diagram where
    /// it would have more.
    pub(crate) fn of(network: &Network, tops: &[&Top], most: usize) -> (Option<Self>, usize) {
        let Some(order) = Order::of(network, tops, MOST_EVENTS) else { return (None, 1) };
        let levels = order.modules.iter().copied().zip(0..).collect();
        let mut building =
            Building { network, order, levels, diagram: Diagram::new(most), data: BTreeMap::new() };
        let built = building.any_of(tops);
        let work = building.diagram.work();
        (built.ok().map(|(whole, contexts)| building.finish(whole, &contexts)), work)
    }

    pub(crate) fn modules(&self) -> &[ModuleNo] {
        &self.modules
    }

    fn values(&self, chances: &[f64]) -> (Vec<f64>, f64) {
        let mut values = vec![0.0; self.nodes.len()];
        for (at, node) in self.nodes.iter().enumerate().rev() {
            let value = mixed(node, chances, &values);
            if let Some(known) = values.get_mut(at) {
                *known = value;
            }
        }
        let value = seen_from(self.root, &values);
        (values, value)
    }

    /// Both passes.
    pub(crate) fn pass(&self, chance: &dyn Fn(ModuleNo) -> f64) -> Passed {
        let chances: Vec<f64> = self.modules.iter().map(|it| chance(*it)).collect();
        let (values, value) = self.values(&chances);
        let mut reached = vec![0.0; self.nodes.len()];
        if let Branch::Node(root) = self.root
            && let Some(root) = reached.get_mut(root as usize)
        {
            *root = 1.0;
        }
        for (at, node) in self.nodes.iter().enumerate() {
            let own = reached.get(at).copied().unwrap_or_default();
            lead_on(node, own, &chances, &mut |to, share| {
                if let Some(known) = reached.get_mut(to) {
                    *known += share;
                }
            });
        }
        Passed { chances, values, reached, value }
    }

    /// How much less likely the end is when the events in `changed` are as likely as it says.
    pub(crate) fn fall(&self, passed: &Passed, changed: &[(ModuleNo, f64)]) -> f64 {
        let level = |it: &(ModuleNo, f64)| Some((*self.levels.get(&it.0)?, it.1));
        let changed: BTreeMap<u32, f64> = changed.iter().filter_map(level).collect();
        let (Some((first, _)), Some((last, _))) = (changed.first_key_value(), changed.last_key_value())
        else {
            return 0.0;
        };
        let from = self.nodes.partition_point(|it| it.level < *first);
        let to = self.nodes.partition_point(|it| it.level <= *last);
        let window = self.nodes.get(from..to).unwrap_or_default();
        let chance = |level: u32| changed.get(&level).or_else(|| passed.chances.get(level as usize)).copied();
        // How likely the end is seen from the nodes between, by the changed events.
        let mut values = vec![0.0; window.len()];
        for (at, node) in window.iter().enumerate().rev() {
            let of = |branch: Branch| match branch {
                Branch::End(it) => it,
                Branch::Node(it) => {
                    let within = (it as usize).checked_sub(from).and_then(|it| values.get(it));
                    within.or_else(|| passed.values.get(it as usize)).copied().unwrap_or_default()
                }
            };
            let chance = chance(node.level).unwrap_or_default();
            let value = (1.0 - chance) * of(node.low) + chance * of(node.high);
            if let Some(known) = values.get_mut(at) {
                *known = value;
            }
        }
        // How likely each of them is come to from above, and not from another one between.
        let mut entered: Vec<f64> = passed.reached.get(from..to).unwrap_or_default().to_vec();
        for (at, node) in window.iter().enumerate() {
            let own = passed.reached.get(from + at).copied().unwrap_or_default();
            lead_on(node, own, &passed.chances, &mut |to, share| {
                if let Some(known) = to.checked_sub(from).and_then(|it| entered.get_mut(it)) {
                    *known -= share;
                }
            });
        }
        let old = passed.values.get(from..to).unwrap_or_default();
        let fall: f64 = entered
            .iter()
            .zip(old.iter().zip(&values))
            .map(|(share, (old, new))| share.max(0.0) * (old - new))
            .sum();
        fall
    }

    /// How many nodes lie from the first to the last of these events.
    pub(crate) fn between(&self, modules: &BTreeSet<ModuleNo>) -> usize {
        let levels = modules.iter().filter_map(|it| self.levels.get(it).copied());
        let (first, last) = levels.fold((u32::MAX, 0), |(a, b), it| (a.min(it), b.max(it)));
        let below = |level: u32| self.nodes.partition_point(|it| it.level < level);
        below(last.saturating_add(1)).saturating_sub(below(first.min(last)))
    }

    /// How likely each context brings it about by itself.
    pub(crate) fn by_context<'e>(
        &'e self,
        passed: &'e Passed,
    ) -> impl Iterator<Item = (NodeNo, f64)> + use<'e> {
        self.by_context.iter().map(|(node, branch)| (*node, seen_from(*branch, &passed.values)))
    }
}

/// How likely the end is, seen from `node`.
fn mixed(node: &Node, chances: &[f64], values: &[f64]) -> f64 {
    let chance = chances.get(node.level as usize).copied().unwrap_or_default();
    (1.0 - chance) * seen_from(node.low, values) + chance * seen_from(node.high, values)
}

fn seen_from(branch: Branch, values: &[f64]) -> f64 {
    match branch {
        Branch::End(it) => it,
        Branch::Node(it) => values.get(it as usize).copied().unwrap_or_default(),
    }
}

/// Hands what comes to `node` on to where it leads.
fn lead_on(node: &Node, own: f64, chances: &[f64], on: &mut dyn FnMut(usize, f64)) {
    let chance = chances.get(node.level as usize).copied().unwrap_or_default();
    for (branch, share) in [(node.low, 1.0 - chance), (node.high, chance)] {
        if let Branch::Node(it) = branch {
            on(it as usize, own * share);
        }
    }
}

/// A diagram in the making.
struct Building<'n> {
    network: &'n Network,
    order: Order,
    levels: BTreeMap<ModuleNo, u32>,
    diagram: Diagram,
    /// That data of a store and a level is in a context.
    data: BTreeMap<DataNo, BTreeMap<NodeNo, Function>>,
}

impl Building<'_> {
    fn event(&mut self, module: ModuleNo) -> Result<Function, TooLarge> {
        let level = self.levels.get(&module).copied().ok_or(TooLarge)?;
        self.diagram.event(level)
    }

    fn any(&mut self, modules: &[ModuleNo]) -> Result<Function, TooLarge> {
        let mut all = NEVER;
        for it in modules.iter().rev() {
            let event = self.event(*it)?;
            all = self.diagram.or(all, event)?;
        }
        Ok(all)
    }

    fn any_of(&mut self, tops: &[&Top]) -> Result<(Function, Vec<(NodeNo, Function)>), TooLarge> {
        let mut steered = BTreeMap::new();
        for writer in [Writer::Anybody, Writer::Partner] {
            if writer == Writer::Anybody || self.network.tells_writers {
                steered.insert(writer, self.steered(writer)?);
            }
        }
        let mut contexts: BTreeMap<NodeNo, Function> = BTreeMap::new();
        let mut whole = NEVER;
        let network = self.network;
        for (exit, term) in tops.iter().flat_map(|it| network.terms(it)) {
            let brought = self.term((exit, term.data), &steered)?;
            let known = contexts.get(&exit.node).copied().unwrap_or(NEVER);
            contexts.insert(exit.node, self.diagram.or(known, brought)?);
        }
        for brought in contexts.values() {
            whole = self.diagram.or(whole, *brought)?;
        }
        Ok((whole, contexts.into_iter().collect()))
    }

    fn term(
        &mut self,
        (exit, data): (&Exit, Option<DataNo>),
        steered: &BTreeMap<Writer, BTreeMap<NodeNo, Function>>,
    ) -> Result<Function, TooLarge> {
        let mut all = NEVER;
        for writer in &exit.writers {
            let own = steered.get(writer).and_then(|it| it.get(&exit.node)).copied().unwrap_or(NEVER);
            all = self.diagram.or(all, own)?;
        }
        let context = self.network.contexts.get(exit.node.place());
        if let Some(accident) = context.and_then(|it| it.accident).filter(|_| exit.accidental) {
            let accident = self.event(accident)?;
            all = self.diagram.or(all, accident)?;
        }
        if let Some(of) = data {
            if !self.data.contains_key(&of) {
                let held = self.held(of)?;
                self.data.insert(of, held);
            }
            let held = self.data.get(&of).and_then(|it| it.get(&exit.node)).copied().unwrap_or(NEVER);
            all = self.diagram.and(all, held)?;
        }
        let access = if exit.access.is_empty() { ALWAYS } else { self.any(&exit.access)? };
        let last = self.any(&exit.last)?;
        let done = self.diagram.and(access, last)?;
        self.diagram.and(all, done)
    }

    /// That content of `writer` steers each context: the least solution, from nothing up.
    fn steered(&mut self, writer: Writer) -> Result<BTreeMap<NodeNo, Function>, TooLarge> {
        let network = self.network;
        let mut starts = BTreeMap::new();
        for node in self.order.contexts.clone() {
            let Some(context) = network.contexts.get(node.place()) else { continue };
            let mut all = NEVER;
            for entry in context.entries.iter().filter(|it| it.writer == writer).rev() {
                let (attempt, step) = (self.event(entry.attempt)?, self.event(entry.step)?);
                let both = self.diagram.and(attempt, step)?;
                all = self.diagram.or(all, both)?;
            }
            starts.insert(node, all);
        }
        let passes = |limits: Option<&Limits>| network.writers(limits).any(|it| it == writer);
        self.least(&starts, &passes, true)
    }

    /// That data is in each context.
    fn held(&mut self, data: DataNo) -> Result<BTreeMap<NodeNo, Function>, TooLarge> {
        let network = self.network;
        let Some(data) = network.exits.data(data) else { return Ok(BTreeMap::new()) };
        let mut starts: BTreeMap<NodeNo, Function> = BTreeMap::new();
        for (node, step) in &data.reads {
            let (event, known) = (self.event(*step), starts.get(node).copied().unwrap_or(NEVER));
            // Where the data is read, nothing leads to the end.
            let Ok(event) = event else { continue };
            starts.insert(*node, self.diagram.or(known, event)?);
        }
        self.least(&starts, &|limits| network.leaves_data(data, limits), false)
    }

    fn least(
        &mut self,
        starts: &BTreeMap<NodeNo, Function>,
        passes: &dyn Fn(Option<&Limits>) -> bool,
        is_content: bool,
    ) -> Result<BTreeMap<NodeNo, Function>, TooLarge> {
        let network = self.network;
        let mut found: BTreeMap<NodeNo, Function> = BTreeMap::new();
        loop {
            let mut changed = false;
            for node in self.order.contexts.clone() {
                let Some(context) = network.contexts.get(node.place()) else { continue };
                let mut all = starts.get(&node).copied().unwrap_or(NEVER);
                for passage in context.passages.iter().filter(|it| passes(it.limits.as_ref())) {
                    let from = found.get(&passage.from).copied().unwrap_or(NEVER);
                    if from == NEVER {
                        continue;
                    }
                    let step = self.event(passage.step)?;
                    let moved = self.diagram.and(from, step)?;
                    all = self.diagram.or(all, moved)?;
                }
                if let Some(steered) = context.steered.filter(|_| is_content && all != NEVER) {
                    let steered = self.event(steered)?;
                    all = self.diagram.and(steered, all)?;
                }
                if found.get(&node).copied().unwrap_or(NEVER) != all {
                    found.insert(node, all);
                    changed = true;
                }
            }
            // Each round only adds, and there are finitely many functions.
            if !changed {
                return Ok(found);
            }
        }
    }

    /// Keeps the nodes that are asked, by level.
    fn finish(self, whole: Function, contexts: &[(NodeNo, Function)]) -> Exact {
        let all = self.diagram.nodes();
        let mut seen = vec![false; all.len()];
        let mut next: Vec<usize> =
            contexts.iter().map(|it| it.1).chain([whole]).filter_map(Function::node).collect();
        while let Some(at) = next.pop() {
            match seen.get_mut(at) {
                Some(known) if !*known => *known = true,
                _ => continue,
            }
            let node = all.get_index(at);
            next.extend(node.into_iter().flat_map(|it| [it.low, it.high]).filter_map(Function::node));
        }
        let mut kept: Vec<usize> = (0..all.len()).filter(|it| seen.get(*it) == Some(&true)).collect();
        kept.sort_by_key(|it| (all.get_index(*it).map(|it| it.level), *it));
        let places: IndexMap<usize, u32> = kept.iter().copied().zip(0..).collect();
        let branch = |it: Function| match it.node() {
            None => Branch::End(if it == ALWAYS { 1.0 } else { 0.0 }),
            Some(at) => places.get(&at).map_or(Branch::End(0.0), |it| Branch::Node(*it)),
        };
        let node =
            |it: super::bdd::Node| Node { level: it.level, low: branch(it.low), high: branch(it.high) };
        let nodes = kept.iter().filter_map(|it| all.get_index(*it)).map(|it| node(*it)).collect();
        let by_context = contexts.iter().map(|(node, it)| (*node, branch(*it))).collect();
        Exact { root: branch(whole), nodes, by_context, levels: self.levels, modules: self.order.modules }
    }
}
