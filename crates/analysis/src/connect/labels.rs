//! Labels that follow from the whole map: who can reach each edge, and how much a way out can disclose.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ambit_model::{Gate, Level, Tier, Trust, Verb};

use crate::flow::Flows;
use crate::index::{EdgeNo, NodeNo, numbered_mut};
use crate::limits::Limits;
use crate::map::ReachMap;

/// What gets into one context.
#[derive(Default)]
struct Context {
    trust: Option<Trust>,
    level: Option<Level>,
    classes: Arc<[String]>,
}

/// Sets `reached_by` of edges that act, and the level and tier of ways out, from the two closures. What was set
/// before is forgotten.
pub(crate) fn label(map: &mut ReachMap) {
    let flows = Arc::clone(map.flows());
    let mut contexts = contexts(map, &flows);
    for (no, limits) in &map.index.limits {
        let from = map.index.node_of(*no);
        let context = from.map(|it| context(map, &flows, it, Some(limits))).unwrap_or_default();
        contexts.limited.insert(*no, context);
    }
    let ReachMap { edges, index, .. } = map;
    for (no, edge) in numbered_mut(edges) {
        let whole = || index.node_of(no).and_then(|it| contexts.whole.get(it.place()));
        let Some(context) = contexts.limited.get(&no).or_else(whole) else { continue };
        let closed = edge.gate == Gate::Denied;
        if !matches!(edge.verb, Verb::Ingests | Verb::Loads | Verb::Recalls | Verb::Supplies) {
            edge.reached_by = context.trust.filter(|_| !closed);
        }
        let (Verb::Sends, Some(audience)) = (edge.verb, edge.audience) else { continue };
        edge.level = context.level.filter(|_| !closed);
        edge.touches = if closed { Arc::default() } else { Arc::clone(&context.classes) };
        let disclosed = edge.level.filter(|it| it.is_disclosed_to(audience));
        let least = if edge.level > Some(Level::Public) { Tier::T1 } else { Tier::T0 };
        let tier = disclosed.map_or(Tier::T0, Tier::of_disclosure).max(least);
        let most = index.limits.get(&no).and_then(|it| it.tier);
        edge.tier = most.map_or(tier, |it| it.min(tier));
    }
}

/// What gets into the contexts.
struct Contexts {
    /// By the number of the node.
    whole: Vec<Context>,
    /// What of it passes over edges that do not let everything pass.
    limited: BTreeMap<EdgeNo, Context>,
}

fn contexts(map: &ReachMap, flows: &Flows) -> Contexts {
    let whole = map.index.all_nodes().map(|node| context(map, flows, node, None)).collect();
    Contexts { whole, limited: BTreeMap::new() }
}

fn context(map: &ReachMap, flows: &Flows, node: NodeNo, limits: Option<&Limits>) -> Context {
    let content = flows.content(node).iter();
    let content =
        content.filter(|it| limits.is_none_or(|limits| map.index.passes_content(limits, it.origin)));
    let data: Vec<_> = flows
        .data(node)
        .iter()
        .filter_map(|it| match limits {
            None => Some((it, it.label)),
            Some(limits) => Some((it, map.index.passes_data(limits, it.origin, it.label)?)),
        })
        .collect();
    // What data is of is said by the edge that first reads it.
    let first = data.iter().filter_map(|(it, _)| map.row(*it.way.edges.first()?));
    let classes: BTreeSet<&String> = first.flat_map(|it| it.edge.touches.iter()).collect();
    let cut = |it: &&&String| limits.is_none_or(|limits| !limits.classes.contains(**it));
    Context {
        trust: content.map(|it| it.label).min(),
        level: data.iter().map(|(_, level)| *level).max(),
        classes: classes.iter().filter(cut).map(|it| (*it).clone()).collect(),
    }
}
