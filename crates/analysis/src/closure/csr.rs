//! Lists of numbers by node, one behind the other, and what was added since.

use std::collections::BTreeMap;

use super::edge::Edge;

/// One way for content to move on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hop {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) edge: u32,
    /// Gate and limit of the edge.
    pub(super) step: u16,
}

/// The hops of each node, from it or to it.
#[derive(Debug, Clone, Default)]
pub(super) struct Hops {
    first: Vec<u32>,
    list: Vec<Hop>,
    added: BTreeMap<u32, Vec<Hop>>,
}

impl Hops {
    /// `hops` by the node that `key` says.
    pub(super) fn by(nodes: usize, hops: &[Hop], key: impl Fn(&Hop) -> u32) -> Self {
        let mut first = vec![0_u32; nodes + 1];
        for hop in hops {
            if let Some(count) = first.get_mut(key(hop) as usize + 1) {
                *count += 1;
            }
        }
        sum_up(&mut first);
        let mut next = first.clone();
        let mut list = vec![Hop { from: 0, to: 0, edge: 0, step: 0 }; hops.len()];
        for hop in hops {
            let Some(at) = next.get_mut(key(hop) as usize) else { continue };
            if let Some(place) = list.get_mut(*at as usize) {
                *place = *hop;
            }
            *at += 1;
        }
        Self { first, list, added: BTreeMap::new() }
    }

    /// Those of `node`, in the order in which they were given.
    pub(super) fn of(&self, node: u32) -> impl Iterator<Item = &Hop> {
        let added = if self.added.is_empty() { None } else { self.added.get(&node) };
        range(&self.first, node, &self.list).iter().chain(added.into_iter().flatten())
    }

    pub(super) fn add(&mut self, node: u32, hop: Hop) {
        self.added.entry(node).or_default().push(hop);
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.list.len() + self.added.values().map(Vec::len).sum::<usize>()
    }

    /// All of them, by node.
    pub(super) fn all(&self) -> impl Iterator<Item = &Hop> {
        self.list.iter().chain(self.added.values().flatten())
    }
}

/// The numbers of the edges of each node.
#[derive(Debug, Clone, Default)]
pub(super) struct ByFrom {
    first: Vec<u32>,
    /// Empty where edges follow each other in the order of their nodes.
    order: Vec<u32>,
    added: BTreeMap<u32, Vec<u32>>,
}

impl ByFrom {
    /// Edges by who acts; `counts` has one number more than there are nodes, and how many edges each has.
    pub(super) fn of(edges: &[Edge], mut counts: Vec<u32>, threads: bool) -> Self {
        counts.rotate_right(1);
        sum_up(&mut counts);
        let is_grouped = edges.is_sorted_by_key(|it| it.from);
        let order = if is_grouped { Vec::new() } else { ordered(edges, &counts, threads) };
        Self { first: counts, order, added: BTreeMap::new() }
    }

    /// The numbers of the edges of `node`, rising.
    pub(super) fn of_node(&self, node: u32) -> impl Iterator<Item = u32> {
        let (from, to) = ends(&self.first, node);
        let is_grouped = self.order.is_empty();
        let added = if self.added.is_empty() { None } else { self.added.get(&node) };
        let order = if is_grouped { &[][..] } else { self.order.get(from..to).unwrap_or_default() };
        let grouped = if is_grouped { from as u32..to as u32 } else { 0..0 };
        order.iter().copied().chain(grouped).chain(added.into_iter().flatten().copied())
    }

    pub(super) fn add(&mut self, node: u32, edge: u32) {
        self.added.entry(node).or_default().push(edge);
    }
}

/// The numbers of edges by who acts. Each thread places the edges of one half of the nodes.
fn ordered(edges: &[Edge], first: &[u32], threads: bool) -> Vec<u32> {
    let mut order = vec![0_u32; edges.len()];
    let half = edges.len() as u32 / 2;
    let middle = if threads { first.partition_point(|it| *it < half) } else { 0 };
    let split = first.get(middle).map_or(0, |it| *it as usize);
    let (low, high) = order.split_at_mut(split);
    let place = |part: &mut [u32], nodes: std::ops::Range<usize>, before: usize| {
        let mut next = first.get(nodes.clone()).unwrap_or_default().to_vec();
        for (no, edge) in (0_u32..).zip(edges) {
            let Some(at) = (edge.from as usize).checked_sub(nodes.start).and_then(|it| next.get_mut(it))
            else {
                continue;
            };
            if let Some(slot) = part.get_mut(*at as usize - before) {
                *slot = no;
            }
            *at += 1;
        }
    };
    if middle == 0 {
        place(high, 0..first.len(), 0);
    } else {
        std::thread::scope(|scope| {
            scope.spawn(|| place(low, 0..middle, 0));
            place(high, middle..first.len(), split);
        });
    }
    order
}

/// From counts, each one place late, to where each list begins.
fn sum_up(counts: &mut [u32]) {
    let mut sum = 0;
    for count in counts {
        sum += *count;
        *count = sum;
    }
}

fn ends(first: &[u32], node: u32) -> (usize, usize) {
    let at = node as usize;
    match (first.get(at), first.get(at + 1)) {
        (Some(from), Some(to)) => (*from as usize, *to as usize),
        _ => (0, 0),
    }
}

fn range<'a, T>(first: &[u32], node: u32, list: &'a [T]) -> &'a [T] {
    let (from, to) = ends(first, node);
    list.get(from..to).unwrap_or_default()
}
