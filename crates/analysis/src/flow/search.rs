//! How the closures of a whole map are found: for each origin alone, the best way to wherever it gets.
//!
//! Of two ways the better one has the better label, then the weaker strongest gate, then fewer edges, then the smaller
//! ones. So there is a search in breadth for each gate, weakest first, over the moves that it or a weaker one stands
//! before. Where one gets first, no weaker gate leads, and no shorter way; where it begins and goes on in the order of
//! edges, that way is the smallest of those as short. Only what comes of a move may carry another label (a limit takes from
//! it), so a node is looked at once for each label.

use std::collections::BTreeMap;
use std::sync::Arc;

use ambit_model::{Gate, parallel};

use super::{Carried, Held, Stands, Way};
use crate::index::{EdgeNo, Index, NodeNo, OriginNo, Start};
use crate::limits::Limits;

/// So few looks at nodes are done sooner than a thread is started.
const FEW: usize = 10_000;

/// What gets into each node, in the order of origins, over what the edges bring in that `begins` is true of.
pub(super) fn closure<Label: Carried>(
    index: &Index,
    stands: Stands<'_>,
    begins: &dyn Fn(&Start) -> bool,
) -> Vec<Vec<Held<Label>>> {
    let grounds = Grounds::of(index, stands);
    let origins: Vec<(OriginNo, Vec<First<Label>>)> = firsts(index, stands, begins).into_iter().collect();
    let start = || Search::new(index.nodes());
    let of = |search: &mut Search<Label>, (origin, firsts): &(OriginNo, Vec<First<Label>>)| {
        search.ways(&grounds, *origin, firsts)
    };
    let found = if origins.len().saturating_mul(index.nodes()) < FEW {
        let mut search = start();
        origins.iter().map(|it| of(&mut search, it)).collect()
    } else {
        parallel::map_with(&origins, start, of)
    };
    let mut sizes = vec![0; index.nodes()];
    for (node, _) in found.iter().flatten() {
        if let Some(size) = sizes.get_mut(node.place()) {
            *size += 1;
        }
    }
    let mut tables: Vec<Vec<Held<Label>>> = sizes.into_iter().map(Vec::with_capacity).collect();
    for (node, held) in found.into_iter().flatten() {
        if let Some(table) = tables.get_mut(node.place()) {
            table.push(held);
        }
    }
    tables
}

/// The first step of a way.
#[derive(Clone, Copy)]
struct First<Label> {
    edge: EdgeNo,
    node: NodeNo,
    gate: Gate,
    label: Label,
}

/// What comes in from each origin, in the order of edges.
fn firsts<Label: Carried>(
    index: &Index,
    stands: Stands<'_>,
    begins: &dyn Fn(&Start) -> bool,
) -> BTreeMap<OriginNo, Vec<First<Label>>> {
    let mut firsts: BTreeMap<OriginNo, Vec<First<Label>>> = BTreeMap::new();
    for node in index.all_nodes() {
        for start in index.starts(node) {
            let Some(label) = Label::brought(start.brings) else { continue };
            let Some(gate) = (stands.gate_of)(start.edge).filter(|_| begins(start)) else { continue };
            firsts.entry(start.origin).or_default().push(First { edge: start.edge, node, gate, label });
        }
    }
    for list in firsts.values_mut() {
        list.sort_unstable_by_key(|it| it.edge);
    }
    firsts
}

/// A move that nothing closes.
struct Step<'i> {
    edge: EdgeNo,
    to: NodeNo,
    gate: Gate,
    limits: Option<&'i Limits>,
}

/// What all searches go over.
struct Grounds<'i> {
    index: &'i Index,
    /// By the node that they go out from, in the order of edges.
    steps: Vec<Vec<Step<'i>>>,
}

impl<'i> Grounds<'i> {
    fn of(index: &'i Index, stands: Stands<'i>) -> Self {
        let steps = |node| {
            let moves = index.moves_out(node).iter();
            let mut steps: Vec<Step<'i>> = moves
                .filter_map(|it| {
                    let limits = stands.limits.get(&it.edge).or_else(|| index.limits.get(&it.edge));
                    Some(Step { edge: it.edge, to: it.to, gate: (stands.gate_of)(it.edge)?, limits })
                })
                .collect();
            steps.sort_unstable_by_key(|it| it.edge);
            steps
        };
        Self { index, steps: index.all_nodes().map(steps).collect() }
    }

    fn steps(&self, from: NodeNo) -> &[Step<'i>] {
        self.steps.get(from.place()).map_or(&[], Vec::as_slice)
    }
}

/// A node that a search got to.
#[derive(Clone, Copy)]
struct Visit<Label> {
    node: NodeNo,
    label: Label,
    edge: EdgeNo,
    /// The one before, by its place in the queue.
    before: Option<u32>,
}

/// What searches work with, one after the other.
struct Search<Label> {
    /// The last search that got to each node with each label.
    seen: Vec<u32>,
    /// The last origin of which a way to it is found.
    found: Vec<u32>,
    searches: u32,
    origins: u32,
    queue: Vec<Visit<Label>>,
    /// The edges of one way.
    edges: Vec<EdgeNo>,
}

impl<Label: Carried> Search<Label> {
    fn new(nodes: usize) -> Self {
        let states = nodes.saturating_mul(Label::MANY);
        let (seen, found) = (vec![0; states], vec![0; states]);
        Self { seen, found, searches: 0, origins: 0, queue: Vec::new(), edges: Vec::new() }
    }

    /// The best way to each node that something from `origin` gets into.
    fn ways(
        &mut self,
        grounds: &Grounds<'_>,
        origin: OriginNo,
        firsts: &[First<Label>],
    ) -> Vec<(NodeNo, Held<Label>)> {
        let mut ways = Vec::new();
        self.origins += 1;
        let mut gate = firsts.iter().map(|it| it.gate).min();
        while let Some(most) = gate {
            gate = self.search(grounds, origin, (firsts, most));
            for at in 0..self.queue.len() {
                ways.extend(self.settled(at).map(|(node, label)| {
                    let way = Way { gate: most, edges: self.way(at) };
                    (node, Held { origin, label, way })
                }));
            }
        }
        ways.sort_by(|(a, one), (b, other)| a.cmp(b).then_with(|| one.label.outranks(other.label)));
        ways.dedup_by_key(|it| it.0);
        ways
    }

    /// Goes wherever no gate above `most` stands before, and tells the weakest of those that did.
    fn search(
        &mut self,
        grounds: &Grounds<'_>,
        origin: OriginNo,
        (firsts, most): (&[First<Label>], Gate),
    ) -> Option<Gate> {
        self.searches += 1;
        self.queue.clear();
        let mut above: Option<Gate> = None;
        let mut stops = |gate: Gate| {
            let stops = gate > most;
            if stops && above.is_none_or(|it| gate < it) {
                above = Some(gate);
            }
            stops
        };
        for first in firsts {
            if !stops(first.gate) {
                self.visit(Visit { node: first.node, label: first.label, edge: first.edge, before: None });
            }
        }
        let mut at = 0;
        while let Some(visit) = self.queue.get(at as usize).copied() {
            for step in grounds.steps(visit.node) {
                if stops(step.gate) {
                    continue;
                }
                let label = match step.limits {
                    None => Some(visit.label),
                    Some(limits) => visit.label.passed(grounds.index, limits, origin),
                };
                if let Some(label) = label {
                    self.visit(Visit { node: step.to, label, edge: step.edge, before: Some(at) });
                }
            }
            at += 1;
        }
        above
    }

    fn visit(&mut self, visit: Visit<Label>) {
        if let Some(seen) = self.seen.get_mut(state(visit.node, visit.label))
            && *seen != self.searches
        {
            *seen = self.searches;
            self.queue.push(visit);
        }
    }

    /// Where the search got at this place in the queue, if no search for this origin did before.
    fn settled(&mut self, at: usize) -> Option<(NodeNo, Label)> {
        let visit = *self.queue.get(at)?;
        let found = self.found.get_mut(state(visit.node, visit.label))?;
        let is_new = *found != self.origins;
        *found = self.origins;
        is_new.then_some((visit.node, visit.label))
    }

    /// The edges that the search took to this place in the queue.
    fn way(&mut self, at: usize) -> Arc<[EdgeNo]> {
        self.edges.clear();
        let mut next = self.queue.get(at);
        while let Some(visit) = next {
            self.edges.push(visit.edge);
            next = visit.before.and_then(|it| self.queue.get(it as usize));
        }
        self.edges.reverse();
        Arc::from(self.edges.as_slice())
    }
}

fn state<Label: Carried>(node: NodeNo, label: Label) -> usize {
    node.place() * Label::MANY + label.place()
}
