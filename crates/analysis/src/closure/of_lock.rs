//! The columns of a lock.

use std::collections::BTreeMap;

use ambit_model::{AssetId, AssetKind, Lock};
use indexmap::IndexSet;

use super::edge::{Edge, Facts};
use super::graph::{Columns, Node};

/// The columns of `lock`, and the id behind each number. The number of an edge is its place in the order of ids.
///
/// A lock holds neither clients nor programs nor what controls leave of edges: each agent is a family of its own, every
/// memory is kept for later, answers of whoever work is handed to come back, and nothing is limited. Each of these adds ways.
pub fn of_lock(lock: &Lock) -> (Columns, Vec<AssetId>) {
    let agents = lock.assets.values().filter(|it| it.r#type == AssetKind::Agent).map(|it| &it.id);
    let mut ids: IndexSet<&AssetId> = agents.collect();
    let mut ends = Vec::with_capacity(lock.edges.len());
    for edge in lock.edges.values() {
        // Rows of one agent share their text, but do not follow each other: nothing is gained by looking back.
        ends.push((ids.insert_full(&edge.from).0, ids.insert_full(&edge.to).0));
    }
    let kinds: BTreeMap<&AssetId, AssetKind> = lock.assets.iter().map(|(id, it)| (id, it.r#type)).collect();
    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let node = |(at, id): (usize, &&AssetId)| match kinds.get(*id) {
        Some(AssetKind::Agent) => Node::agent(number(at)),
        Some(AssetKind::Memory) => Node::place(true),
        Some(AssetKind::DataStore) if id.as_str().contains('/') => Node::place(false),
        _ => Node::other(),
    };
    let nodes = ids.iter().enumerate().map(node).collect();
    let compact = |(edge, (from, to)): (_, &(usize, usize))| Edge {
        from: number(*from),
        to: number(*to),
        facts: Facts::from(edge),
    };
    let edges = lock.edges.values().zip(&ends).map(compact).collect();
    (Columns::new(nodes, edges), ids.into_iter().cloned().collect())
}
