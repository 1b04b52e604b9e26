//! Labels that follow from the whole map: who can reach each edge, and how much a way out can disclose.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ambit_model::{AssetId, Gate, Level, Tier, Trust, Verb};

use crate::flow::Flows;
use crate::map::ReachMap;

/// What gets into one context.
#[derive(Default)]
struct Context {
    trust: Option<Trust>,
    level: Option<Level>,
    classes: Arc<[String]>,
}

/// Sets `reached_by` of edges that act, and the level and tier of ways out, from the two closures.
pub(super) fn label(map: &mut ReachMap) {
    let contexts = contexts(map);
    for edge in map.edges.iter_mut().filter(|it| it.gate != Gate::Denied) {
        let Some(context) = contexts.get(&edge.from) else { continue };
        if !matches!(edge.verb, Verb::Ingests | Verb::Loads | Verb::Recalls | Verb::Supplies) {
            edge.reached_by = context.trust;
        }
        let (Verb::Sends, Some(audience)) = (edge.verb, edge.audience) else { continue };
        edge.level = context.level;
        edge.touches = Arc::clone(&context.classes);
        let disclosed = context.level.filter(|it| it.is_disclosed_to(audience));
        let least = if context.level > Some(Level::Public) { Tier::T1 } else { Tier::T0 };
        edge.tier = disclosed.map_or(Tier::T0, Tier::of_disclosure).max(least);
    }
}

fn contexts(map: &ReachMap) -> BTreeMap<AssetId, Context> {
    let flows = Flows::of(&map.index, &|it| map.row(it).map(|it| it.gate).filter(|it| *it != Gate::Denied));
    let mut contexts = BTreeMap::new();
    for id in map.index.from.keys() {
        let Some(node) = map.index.node(id) else { continue };
        let data = flows.data(node);
        // What data is of is said by the edge that first reads it.
        let first = data.iter().filter_map(|it| map.row(*it.way.edges.first()?));
        let classes: BTreeSet<&String> = first.flat_map(|it| it.edge.touches.iter()).collect();
        let context = Context {
            trust: flows.content(node).iter().map(|it| it.label).min(),
            level: data.iter().map(|it| it.label).max(),
            classes: classes.into_iter().cloned().collect(),
        };
        contexts.insert(id.clone(), context);
    }
    contexts
}
