//! Connects facts to edges. What lives here: the builder of the map and the reading of permissions. Uses the
//! catalog for what tools do; where it knows nothing, infers; where there is nothing to infer from, draws an
//! unknown edge.

mod agent;
mod bind;
mod builder;
mod commands;
mod gates;
mod labels;
mod names;
mod server;
mod shell;
mod switches;

use std::collections::BTreeMap;

use ambit_catalog::Catalog;
use ambit_model::{AgentFacts, AssetId, Gate, Inventory};

use crate::map::ReachMap;
pub(crate) use bind::{is_home, is_secret};
use builder::Builder;

/// The reach map of `inventory`.
pub fn connect(mut inventory: Inventory, catalog: &Catalog) -> ReachMap {
    if inventory.agents.is_empty() && !(inventory.servers.is_empty() && inventory.tool_lists.is_empty()) {
        inventory.agents.push(names::anybody(&inventory));
    }
    let names = names::Names::of(&inventory);
    let mut builder = Builder::new(catalog);
    let servers = server::all(&mut builder, &inventory, &names);
    for facts in &inventory.agents {
        agent::connect(&mut builder, facts, &servers);
    }
    mark_stock(&mut builder, &inventory);
    labels::label(&mut builder.map);
    builder.map
}

/// Marks the edges that the stock client has too, with the same gate or a weaker one: what configuration
/// added is what a reader came for.
fn mark_stock(builder: &mut Builder<'_>, inventory: &Inventory) {
    for facts in &inventory.agents {
        let id = names::agent_id(facts);
        let stock = stock_gates(facts, &id, builder.catalog);
        for edge in builder.map.from.get(&id).cloned().unwrap_or_default() {
            if let Some(edge) = builder.map.edges.get_mut(&edge) {
                edge.stock = stock.get(&edge.id).is_some_and(|it| *it <= edge.gate);
            }
        }
    }
}

fn stock_gates(facts: &AgentFacts, id: &AssetId, catalog: &Catalog) -> BTreeMap<ambit_model::EdgeId, Gate> {
    let mut bare = facts.clone();
    bare.rules.clear();
    bare.settings.clear();
    bare.servers.clear();
    bare.sandbox = None;
    bare.instructions.clear();
    bare.hooks.clear();
    bare.credentials.clear();
    bare.tools = None;
    let mut builder = Builder::new(catalog);
    agent::connect(&mut builder, &bare, &BTreeMap::new());
    builder.map.edges.into_values().filter(|it| it.from == *id).map(|it| (it.id, it.gate)).collect()
}
