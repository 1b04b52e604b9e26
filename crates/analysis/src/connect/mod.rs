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
use ambit_model::{AgentFacts, Gate, Inventory};

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
    let mut map = builder.finish();
    map.reindex();
    labels::label(&mut map);
    map
}

/// Marks the edges that the stock client has too, with the same gate or a weaker one: what configuration
/// added is what a reader came for.
fn mark_stock(builder: &mut Builder<'_>, inventory: &Inventory) {
    for facts in &inventory.agents {
        for (edge, gate) in stock_gates(facts, builder.catalog) {
            builder.mark_stock(edge, gate);
        }
    }
}

fn stock_gates(facts: &AgentFacts, catalog: &Catalog) -> Vec<(ambit_model::EdgeId, Gate)> {
    let bare = AgentFacts {
        client: facts.client.clone(),
        name: facts.name.clone(),
        at: facts.at.clone(),
        parent: None,
        placed: facts.placed,
        places: Vec::new(),
        model: None,
        tools: None,
        rules: Vec::new(),
        servers: Vec::new(),
        settings: Vec::new(),
        sandbox: None,
        instructions: Vec::new(),
        hooks: Vec::new(),
        credentials: Vec::new(),
    };
    let mut builder = Builder::new(catalog);
    agent::connect(&mut builder, &bare, &BTreeMap::new());
    builder.gates().collect()
}
