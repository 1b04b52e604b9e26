//! Connects facts to edges. What lives here: the builder of the map and the reading of permissions. Uses the
//! catalog for what tools do; where it knows nothing, infers; where there is nothing to infer from, draws an
//! unknown edge.

mod agent;
mod bind;
pub(crate) mod builder;
mod commands;
mod gates;
pub(crate) mod labels;
mod met;
pub(crate) mod names;
pub(crate) mod program;
mod runner;
mod served;
mod server;
pub(crate) mod shell;
mod switches;
mod tokens;

use std::collections::BTreeMap;

use ambit_catalog::Catalog;
use ambit_model::stated::Model;
use ambit_model::{AgentFacts, Gate, Inventory, Place};

use crate::map::ReachMap;
use crate::stated::{self, Notes};
pub(crate) use bind::{is_home, is_secret};
use builder::Builder;

/// Room for so many edges is made before they are there: what files ask for may be far more than what they let be.
const MOST_ROOM: usize = 1 << 16;

/// The reach map of `inventory`.
pub fn connect(inventory: Inventory, catalog: &Catalog) -> ReachMap {
    connect_with(inventory, &Model::default(), catalog, &mut Notes::default())
}

/// The reach map of `inventory` and of what people state in `model`; what fits nothing is noted.
pub(crate) fn connect_with(
    mut inventory: Inventory,
    model: &Model,
    catalog: &Catalog,
    notes: &mut Notes,
) -> ReachMap {
    let joins = served::join(&mut inventory);
    if inventory.agents.is_empty() && !(inventory.servers.is_empty() && inventory.tool_lists.is_empty()) {
        inventory.agents.push(names::anybody(&inventory));
    }
    let names = names::Names::of(&inventory);
    let mut builder = Builder::new(catalog);
    let servers = server::all(&mut builder, &inventory, &names, &joins);
    let used = inventory.agents.iter().flat_map(|it| &it.servers).filter_map(|it| servers.get(&it.key));
    builder.make_room(used.map(server::Supply::edges).fold(0, usize::saturating_add).min(MOST_ROOM));
    let addresses = program::addresses(&inventory.agents);
    for facts in &inventory.agents {
        let id = agent::connect(&mut builder, facts, &servers);
        program::connect(&mut builder, facts, &id, &addresses);
    }
    served::listed(&mut builder, &inventory, &addresses);
    mark_stock(&mut builder, &inventory);
    let added = stated::add(&mut builder, model, notes);
    let mut map = builder.finish();
    stated::apply(&mut map, model, added, notes);
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
        placed: facts.placed,
        places: Vec::new(),
        runner: facts.runner.clone(),
        ..AgentFacts::bare(facts.client.as_str(), facts.name.as_str(), facts.at.as_str(), Place::start(""))
    };
    let mut builder = Builder::new(catalog);
    agent::connect(&mut builder, &bare, &BTreeMap::new());
    builder.gates().collect()
}
