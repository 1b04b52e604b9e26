//! Edges in columns, and what one pass over them gathers.

use std::collections::BTreeMap;

use super::bits::{self, KINDS, Limit};
use super::csr::{ByFrom, Hops};
use super::edge::{Edge, MOST_LIMITS};
use super::exits::{Exits, Special};
use super::gather::{Gathered, Stock};

/// As of how many edges a second thread pays.
const WORTH_A_THREAD: usize = 1 << 19;

/// What a node is to the closures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// A context that rules speak of.
    Agent,
    /// A memory or named store: what is written there is read back.
    Place {
        /// Whether later sessions of whoever wrote it read it back.
        later: bool,
    },
    /// Whatever else edges start from or end in.
    #[default]
    Other,
}

impl Role {
    pub(super) fn is_place(self) -> bool {
        matches!(self, Self::Place { .. })
    }
}

/// A node.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Node {
    /// What it is.
    pub role: Role,
    /// An agent's family: what one of them writes for later, another of the same reads in its own later session. Less
    /// than the number of nodes.
    pub family: u32,
    /// The kind of its data: 1 to 5 for origins that a limit or a stock client tells apart, 0 for all others.
    pub kind: u8,
}

impl Node {
    /// An agent of this family.
    pub fn agent(family: u32) -> Self {
        Self { role: Role::Agent, family, kind: 0 }
    }

    /// A memory or named store.
    pub fn place(later: bool) -> Self {
        Self { role: Role::Place { later }, family: u32::MAX, kind: 0 }
    }

    /// Whatever else.
    pub fn other() -> Self {
        Self { role: Role::Other, family: u32::MAX, kind: 0 }
    }
}

/// The map as columns: what [`Graph::of`] takes.
///
/// What is not in it, the closures do not know: which of several origins of one kind data comes from, what it is
/// classed as, and by what line an edge is there.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    /// Nodes, by number.
    pub nodes: Vec<Node>,
    /// Edges, by number, in whatever order.
    pub edges: Vec<Edge>,
    /// What edges that name a limit still let pass; an edge's limit 1 is the first here.
    pub limits: Vec<Limit>,
    /// What stock clients do as they come.
    pub stock: Vec<Edge>,
}

impl Columns {
    /// Columns without limits, in which stock clients come with what is marked as theirs.
    pub fn new(nodes: Vec<Node>, edges: Vec<Edge>) -> Self {
        let stock = edges.iter().filter(|it| it.facts.is_stock()).copied().collect();
        Self { nodes, edges, limits: Vec::new(), stock }
    }
}

/// A number in the columns leads nowhere, or there are more rows than numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an edge names a node or a limit that is not there, or there are more rows than can be numbered")]
pub struct OutOfRange;

/// Edges in columns, by who acts, with what they come to.
#[derive(Debug, Clone)]
pub struct Graph {
    pub(super) nodes: Vec<Node>,
    /// The numbers of memories and named stores.
    pub(super) places: Vec<u32>,
    pub(super) edges: Vec<Edge>,
    pub(super) by_from: ByFrom,
    pub(super) limits: Vec<Limit>,
    /// What passes over an edge, by its gate and limit.
    pub(super) masks: Vec<u64>,
    pub(super) out: Hops,
    pub(super) into: Hops,
    /// What comes in from outside.
    pub(super) own: Vec<u64>,
    pub(super) exits: Vec<Exits>,
    /// By node, each once.
    pub(super) special: BTreeMap<u32, Vec<Special>>,
    pub(super) stock: Stock,
    pub(super) stock_out: Hops,
}

impl Graph {
    /// Gathers the columns. Linear in their length, on two threads where that pays.
    pub fn of(columns: Columns) -> Result<Self, OutOfRange> {
        let threads = columns.edges.len() >= WORTH_A_THREAD;
        Self::gathered(columns, threads)
    }

    pub(super) fn gathered(columns: Columns, threads: bool) -> Result<Self, OutOfRange> {
        let Columns { nodes, edges, mut limits, stock: stock_edges } = columns;
        let most = u32::MAX as usize / 2;
        if limits.len() >= MOST_LIMITS || nodes.len() >= most || edges.len() >= most {
            return Err(OutOfRange);
        }
        let fits = |it: &Edge| is_within(*it, nodes.len(), limits.len());
        let is_odd =
            |it: &Node| it.kind >= KINDS || (it.role == Role::Agent && it.family as usize >= nodes.len());
        if nodes.iter().any(is_odd) || !stock_edges.iter().all(fits) {
            return Err(OutOfRange);
        }
        limits.insert(0, Limit::default());
        let (stock, stock_hops) = Stock::of(&stock_edges, &nodes);
        let half = edges.len() / 2;
        let (low, high) = edges.split_at(if threads { half } else { 0 });
        let within = (nodes.as_slice(), limits.len() - 1);
        let pass = |part: &[Edge], first: usize| Gathered::of(part, first as u32, within, &stock);
        let mut all = if low.is_empty() {
            pass(high, 0).ok_or(OutOfRange)?
        } else {
            let (first, second) = in_two(|| pass(low, 0), || pass(high, half));
            let mut first = first.ok_or(OutOfRange)?;
            first.join(second.ok_or(OutOfRange)?);
            first
        };
        let counts = std::mem::take(&mut all.counts);
        let gates = [ambit_model::Gate::Auto, ambit_model::Gate::Prompted, ambit_model::Gate::Asked];
        let of_limit = |it: &Limit| {
            let [auto, prompted, asked] = gates.map(|gate| bits::passing(gate, *it));
            [auto, prompted, asked, 0]
        };
        let masks = limits.iter().flat_map(of_limit).collect();
        let mut special: BTreeMap<u32, Vec<Special>> = BTreeMap::new();
        all.special.sort_unstable();
        all.special.dedup();
        for (node, it) in &all.special {
            special.entry(*node).or_default().push(*it);
        }
        let by_from = ByFrom::of(&edges, counts, threads);
        Ok(Self {
            out: Hops::by(nodes.len(), &all.hops, |it| it.from),
            into: Hops::by(nodes.len(), &all.hops, |it| it.to),
            stock_out: Hops::by(nodes.len(), &stock_hops, |it| it.from),
            places: (0_u32..).zip(&nodes).filter(|(_, it)| it.role.is_place()).map(|(no, _)| no).collect(),
            nodes,
            edges,
            by_from,
            limits,
            masks,
            own: all.own,
            exits: all.exits,
            special,
            stock,
        })
    }

    /// How many nodes there are.
    pub fn nodes(&self) -> usize {
        self.nodes.len()
    }

    /// How many edges there are.
    pub fn edges(&self) -> usize {
        self.edges.len()
    }

    /// How many ways there are for content to move on by one step.
    pub fn hops(&self) -> usize {
        self.out.len()
    }

    /// The edge with this number.
    pub fn edge(&self, no: u32) -> Option<Edge> {
        self.edges.get(no as usize).copied()
    }

    /// What passes over an edge with that gate and limit.
    pub(super) fn mask(&self, step: u16) -> u64 {
        self.masks.get(usize::from(step)).copied().unwrap_or_default()
    }

    /// What the limit of that number lets pass, whatever the gate.
    pub(super) fn limit_mask(&self, limit: usize) -> u64 {
        self.masks.get(limit * 4).copied().unwrap_or_default()
    }

    pub(super) fn exits_of(&self, node: u32) -> Exits {
        self.exits.get(node as usize).copied().unwrap_or_default()
    }

    pub(super) fn own_of(&self, node: u32) -> u64 {
        self.own.get(node as usize).copied().unwrap_or_default()
    }

    pub(super) fn special_of(&self, node: u32) -> &[Special] {
        self.special.get(&node).map_or(&[], Vec::as_slice)
    }

    /// The edges that start from `node`, with their numbers.
    pub(super) fn edges_of(&self, node: u32) -> impl Iterator<Item = (u32, Edge)> {
        self.by_from.of_node(node).filter_map(|no| Some((no, self.edge(no)?)))
    }

    /// Whether limits tell one label from another on the way.
    pub(super) fn limits_labels(&self) -> bool {
        self.limits.len() > 1
    }
}

pub(super) fn is_within(edge: Edge, nodes: usize, limits: usize) -> bool {
    (edge.from as usize) < nodes && (edge.to as usize) < nodes && edge.facts.limit() <= limits
}

/// Both, each on a thread of its own.
pub(super) fn in_two<A: Send, B>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B) -> (A, B) {
    std::thread::scope(|scope| {
        let a = scope.spawn(a);
        let b = b();
        match a.join() {
            Ok(a) => (a, b),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}
