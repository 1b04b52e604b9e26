//! The columns of a map that was connected from facts.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::{AgentFacts, AssetId, Gate, Level, ReachEdge, Trust, Verb};
use indexmap::IndexSet;

use super::bits::{KINDS, Limit};
use super::edge::{Edge, Facts};
use super::graph::{Columns, Node};
use crate::index::{Index, numbered};
use crate::kept::{family, is_kept_for_later};
use crate::limits::Limits;
use crate::map::ReachMap;

/// The columns of `map`, and the id behind each number. The number of an edge is its place in the order of ids.
///
/// Data of an origin that a stock client reads, or that a limit on classes cuts, is told apart from other data for the first
/// five of them; what is beyond counts as cut by nothing and read by no stock client. So does a map with more limits than
/// an edge can name. Content of which several know is as trusted as the most trusted that anybody takes in from the
/// same origin, which is what a limit on trust goes by.
pub fn of_map(map: &ReachMap) -> (Columns, Vec<AssetId>) {
    let mut ids: IndexSet<&AssetId> = map.edges.iter().flat_map(|it| [&it.from, &it.to]).collect();
    ids.extend(map.agents.keys());
    ids.sort_unstable();
    let limits: BTreeSet<&Limits> =
        [&map.index, map.stock_index()].iter().flat_map(|it| it.limits.values()).collect();
    let limits: Vec<&Limits> = limits.into_iter().collect();
    let kinds = Kinds::of(map, &limits);
    let families: BTreeSet<_> = map.agents.values().map(family).collect();
    let families: BTreeMap<_, u32> = families.into_iter().zip(0..).collect();
    let node = |id: &&AssetId| {
        let kind = kinds.of.get(*id).copied().unwrap_or_default();
        let known = map.agents.get(*id).and_then(|it: &AgentFacts| families.get(&family(it)));
        match known {
            Some(family) => Node { kind, ..Node::agent(*family) },
            None if map.index.kept.contains_key(*id) => {
                Node { kind, ..Node::place(is_kept_for_later(map, id)) }
            }
            None => Node { kind, ..Node::other() },
        }
    };
    let number =
        |id: &AssetId| ids.get_index_of(id).and_then(|it| u32::try_from(it).ok()).unwrap_or(u32::MAX);
    let limit = |it: Option<&Limits>| it.and_then(|it| limits.binary_search(&it).ok()).map_or(0, |it| it + 1);
    let compact = |edge: &ReachEdge, index: &Index, limited: Option<&Limits>| {
        let mut facts = Facts::from(edge).limited(limit(limited));
        if edge.verb == Verb::Ingests && !index.limits.is_empty() {
            facts = edge.reached_by.map_or(facts, |it| facts.reached_by(known_trust(index, &edge.to, it)));
        }
        if map.marks.onward.contains(&(edge.from.clone(), edge.to.clone())) {
            facts = facts.onward();
        }
        Edge { from: number(&edge.from), to: number(&edge.to), facts }
    };
    let edges =
        numbered(&map.edges).map(|(no, it)| compact(it, &map.index, map.index.limits.get(&no))).collect();
    let index = map.stock_index();
    let stock = numbered(&map.edges).filter(|(_, it)| it.stock).filter_map(|(no, _)| {
        let row = map.stock_row(map.row(no)?);
        Some(compact(row.edge, index, index.limits.get(&no)))
    });
    let columns = Columns {
        nodes: ids.iter().map(node).collect(),
        edges,
        limits: limits.iter().map(|it| kinds.limit(it)).collect(),
        stock: stock.collect(),
    };
    (columns, ids.into_iter().cloned().collect())
}

/// The trust by which a limit passes content of `origin`.
fn known_trust(index: &Index, origin: &AssetId, own: Trust) -> Trust {
    let strict = Limits { trust: Some(Trust::Public), ..Limits::default() };
    match index.origin_no(origin) {
        Some(no) if own.is_untrusted() => {
            if index.passes_content(&strict, no) {
                Trust::Partner
            } else {
                Trust::Public
            }
        }
        _ => own,
    }
}

/// Which data is told apart.
struct Kinds<'a> {
    of: BTreeMap<&'a AssetId, u8>,
    /// By kind: the sets of classes that cut it.
    cut_by: Vec<BTreeSet<BTreeSet<String>>>,
}

/// What makes the data of one origin another kind than that of the next.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Apart<'a> {
    Stock(&'a AssetId),
    Cut(BTreeSet<BTreeSet<String>>),
}

impl<'a> Kinds<'a> {
    fn of(map: &'a ReachMap, limits: &[&Limits]) -> Self {
        let holds = |it: &ReachEdge| {
            matches!(it.verb, Verb::Reads | Verb::Recalls) && it.level.is_some_and(|it| it > Level::Public)
        };
        let as_it_comes = map.edges.iter().zip(crate::index::EdgeNo::all()).filter(|(it, _)| it.stock);
        let as_it_comes = as_it_comes.filter_map(|(_, no)| Some(map.stock_row(map.row(no)?).edge));
        let in_stock: BTreeSet<&AssetId> =
            as_it_comes.filter(|it| holds(it) && it.gate != Gate::Denied).map(|it| &it.to).collect();
        let classes: BTreeSet<&BTreeSet<String>> =
            limits.iter().map(|it| &it.classes).filter(|it| !it.is_empty()).collect();
        let cut_by = |origin: &AssetId| -> BTreeSet<BTreeSet<String>> {
            let no = map.index.origin_no(origin);
            let cuts = |it: &BTreeSet<String>| {
                let limits = Limits { classes: it.clone(), ..Limits::default() };
                no.is_some_and(|no| map.index.passes_data(&limits, no, Level::Secret).is_none())
            };
            classes.iter().filter(|it| cuts(it)).map(|it| (*it).clone()).collect()
        };
        let origins: BTreeSet<&AssetId> = map.edges.iter().filter(|it| holds(it)).map(|it| &it.to).collect();
        let apart = |it: &'a AssetId| {
            if in_stock.contains(it) {
                return Some(Apart::Stock(it));
            }
            let cut = if classes.is_empty() { BTreeSet::new() } else { cut_by(it) };
            (!cut.is_empty()).then_some(Apart::Cut(cut))
        };
        let apart: BTreeMap<&AssetId, Apart<'a>> =
            origins.union(&in_stock).filter_map(|it| Some((*it, apart(it)?))).collect();
        let distinct: BTreeSet<&Apart<'_>> = apart.values().collect();
        let kinds: BTreeMap<&Apart<'_>, u8> = distinct.into_iter().zip(1..KINDS).collect();
        let mut all = Self { of: BTreeMap::new(), cut_by: vec![BTreeSet::new(); usize::from(KINDS)] };
        for (origin, it) in &apart {
            let Some(kind) = kinds.get(it) else { continue };
            all.of.insert(origin, *kind);
            if let Some(known) = all.cut_by.get_mut(usize::from(*kind)) {
                *known = match it {
                    Apart::Stock(origin) => cut_by(origin),
                    Apart::Cut(cut) => cut.clone(),
                };
            }
        }
        all
    }

    fn limit(&self, limits: &Limits) -> Limit {
        let cut = (0..KINDS).zip(&self.cut_by).filter(|(_, it)| it.contains(&limits.classes));
        let kinds = cut.fold(0, |all, (kind, _)| all | 1 << kind);
        Limit { trust: limits.trust, level: limits.level, tier: limits.tier, kinds }
    }
}
