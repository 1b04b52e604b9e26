//! Both closures, as the least sets of bits that every edge agrees with.

use super::bits;
use super::csr::Hops;
use super::exits::Exits;
use super::gather::is_agent;
use super::graph::{Graph, in_two};

/// As of how many hops a second thread pays.
const WORTH_A_THREAD: usize = 1 << 16;

/// What gets into each context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closures {
    /// Content and data.
    pub(super) flow: Vec<u64>,
    /// The same over what stock clients do as they come.
    pub(super) stock: Vec<u64>,
    /// Content, by how little the agent can do itself at which it comes in.
    pub(super) entry: Vec<u64>,
}

impl Closures {
    /// The closures over `graph`. A context is looked at again only when something new has got into it, which can
    /// happen once for each bit: linear in the hops, whatever their order.
    pub fn of(graph: &Graph) -> Self {
        let flow = || {
            let mut flow = graph.own.clone();
            close(&graph.out, &graph.masks, &mut flow, None);
            flow
        };
        let rest = || (entry(graph), stock(graph));
        let (flow, (entry, stock)) =
            if graph.hops() < WORTH_A_THREAD { (flow(), rest()) } else { in_two(flow, rest) };
        Self { flow, stock, entry }
    }

    pub(super) fn flow_of(&self, node: u32) -> u64 {
        self.flow.get(node as usize).copied().unwrap_or_default()
    }

    pub(super) fn stock_of(&self, node: u32) -> u64 {
        self.stock.get(node as usize).copied().unwrap_or_default()
    }

    pub(super) fn entry_of(&self, node: u32) -> u64 {
        self.entry.get(node as usize).copied().unwrap_or_default()
    }
}

/// What stock clients let in as they come.
fn stock(graph: &Graph) -> Vec<u64> {
    let mut stock = graph.stock.own.clone();
    stock.resize(graph.nodes.len(), 0);
    close(&graph.stock_out, &graph.masks, &mut stock, None);
    stock
}

/// Content by the agent at which it comes in.
pub(super) fn entry(graph: &Graph) -> Vec<u64> {
    let begins = |(node, (own, exits)): (u32, (&u64, &Exits))| begins(graph, node, *own, *exits);
    let mut entry: Vec<u64> = (0..).zip(graph.own.iter().zip(&graph.exits)).map(begins).collect();
    close(&graph.out, &entry_masks(graph), &mut entry, None);
    entry
}

/// What begins at a node, told apart by how little it can do itself.
pub(super) fn begins(graph: &Graph, node: u32, own: u64, exits: Exits) -> u64 {
    let content = own & bits::CONTENT;
    if content == 0 || !is_agent(&graph.nodes, node) { 0 } else { bits::spread(content, exits.weakness()) }
}

/// What passes over an edge of what begins somewhere.
pub(super) fn entry_masks(graph: &Graph) -> Vec<u64> {
    graph.masks.iter().map(|it| bits::entries(*it & bits::CONTENT)).collect()
}

/// Moves bits on until nothing new gets in anywhere, from `news` or from wherever there are any. Returns the nodes into
/// which something got.
pub(super) fn close(hops: &Hops, masks: &[u64], state: &mut [u64], news: Option<Vec<u32>>) -> Vec<u32> {
    let whole = news.is_none();
    let mut news = news.unwrap_or_else(|| {
        let held = |node: u32| state.get(node as usize).is_some_and(|it| *it != 0);
        let mut froms: Vec<u32> = hops.all().map(|it| it.from).filter(|it| held(*it)).collect();
        froms.sort_unstable();
        froms.dedup();
        froms
    });
    let mut waits = vec![false; state.len()];
    let mut changed = Vec::new();
    while !news.is_empty() {
        let mut next = Vec::new();
        for node in news {
            if let Some(it) = waits.get_mut(node as usize) {
                *it = false;
            }
            let Some(held) = state.get(node as usize).copied() else { continue };
            for hop in hops.of(node) {
                let passing = held & masks.get(usize::from(hop.step)).copied().unwrap_or_default();
                let Some(known) = state.get_mut(hop.to as usize) else { continue };
                if passing & !*known != 0 {
                    *known |= passing;
                    if let Some(it) = waits.get_mut(hop.to as usize).filter(|it| !**it) {
                        *it = true;
                        next.push(hop.to);
                    }
                }
            }
        }
        if !whole {
            changed.extend(&next);
        }
        news = next;
    }
    changed
}
