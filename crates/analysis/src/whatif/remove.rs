//! What is taken away: agents, servers, lines, and calls of tools.

use std::collections::BTreeSet;

use ambit_catalog::Catalog;
use ambit_catalog::schema::Precedence;
use ambit_model::facts::{AgentFacts, PermissionRule, Selector, ServerState};
use ambit_model::stated::Entry;
use ambit_model::{AssetId, Gate, Inventory, Place, Scope};

use super::whose::{unknown, with_subagents};
use super::{Error, System, one_of, order};
use crate::connect::connect_with;
use crate::connect::names::{Names, agent_id};
use crate::map::ReachMap;
use crate::stated::{self, Notes};

/// Takes an agent away, those that it starts, and servers that nobody uses then.
pub(super) fn agent(system: &mut System, agent: &AssetId) -> Result<(), Error> {
    let all: Vec<String> = super::agents(system).iter().map(|it| it.0.to_string()).collect();
    if !all.iter().any(|it| it == agent.as_str()) {
        return Err(unknown(agent.name(), &all));
    }
    let gone: BTreeSet<AssetId> =
        with_subagents(&mut system.inventory.agents, agent).map(|it| agent_id(it)).collect();
    unused(&mut system.inventory, |inventory| inventory.agents.retain(|it| !gone.contains(&agent_id(it))));
    let agents = &mut system.model.facts.agents;
    let stated = agents.iter().find(|(name, it)| stated::agent_id(name, &it.value) == *agent);
    if let Some(name) = stated.map(|it| it.0.to_owned()) {
        agents.remove(&name);
        for other in agents.names().map(str::to_owned).collect::<Vec<_>>() {
            if let Some(entry) = agents.get_mut(&other) {
                entry.value.delegates.remove(&name);
            }
        }
    }
    Ok(())
}

/// Takes a server away from one agent or from all.
pub(super) fn server(system: &mut System, agent: Option<&AssetId>, server: &str) -> Result<(), Error> {
    let inventory = &mut system.inventory;
    let names = Names::of(inventory);
    let known: BTreeSet<String> =
        inventory.servers.iter().map(|it| names.server(&it.key).name().to_owned()).collect();
    let mut found = false;
    unused(inventory, |inventory| {
        for facts in &mut inventory.agents {
            if agent.is_some_and(|it| agent_id(facts) != *it) {
                continue;
            }
            facts.servers.retain(|it| {
                let meant = it.name == server || names.server(&it.key).name() == server;
                found |= meant;
                !meant
            });
        }
    });
    if found {
        return Ok(());
    }
    let known: Vec<String> = known.into_iter().collect();
    Err(Error::Unknown { noun: "server", name: server.to_owned(), expected: one_of("a server", &known) })
}

/// Does `change`, and forgets servers that were used before it and are no longer.
fn unused(inventory: &mut Inventory, change: impl FnOnce(&mut Inventory)) {
    let keys = |inventory: &Inventory| -> BTreeSet<String> {
        inventory.agents.iter().flat_map(|it| &it.servers).map(|it| it.key.clone()).collect()
    };
    let before = keys(inventory);
    change(inventory);
    let after = keys(inventory);
    inventory.servers.retain(|it| !before.contains(&it.key) || after.contains(&it.key));
}

/// Takes away whatever a line says of agents.
pub(super) fn line(system: &mut System, place: &Place) -> Result<(), Error> {
    let lines = lines(&system.inventory);
    if !lines.iter().any(|it| is_at(it, place)) {
        let here: BTreeSet<u32> = lines.iter().filter(|it| it.path == place.path).map(|it| it.line).collect();
        let here: Vec<String> = here.into_iter().map(|it| format!("{}:{it}", place.path)).collect();
        let files: BTreeSet<&str> = lines.iter().map(|it| it.path.as_ref()).collect();
        let files: Vec<String> = files.into_iter().map(str::to_owned).collect();
        let expected =
            if here.is_empty() { one_of("a line of a file", &files) } else { one_of("a line", &here) };
        return Err(Error::Empty { place: place.clone(), expected });
    }
    unused(&mut system.inventory, |inventory| {
        for agent in &mut inventory.agents {
            without_line(agent, place);
        }
        for server in &mut inventory.servers {
            server.credentials.retain(|it| !is_at(&it.place, place));
        }
    });
    Ok(())
}

fn is_at(it: &Place, place: &Place) -> bool {
    it.path == place.path && it.line == place.line
}

fn lines(inventory: &Inventory) -> Vec<Place> {
    let mut lines = Vec::new();
    for agent in &inventory.agents {
        lines.extend(agent.rules.iter().map(|it| it.place.clone()));
        lines.extend(agent.settings.iter().map(|it| it.place.clone()));
        lines.extend(agent.instructions.iter().map(|it| it.place.clone()));
        lines.extend(agent.hooks.iter().map(|it| it.place.clone()));
        lines.extend(agent.credentials.iter().map(|it| it.place.clone()));
        lines.extend(agent.sandbox.iter().map(|it| it.place.clone()));
        for server in &agent.servers {
            lines.push(server.place.clone());
            lines.extend(server.except.iter().map(|it| it.1.clone()));
            if let ServerState::Disabled(place) = &server.state {
                lines.push(place.clone());
            }
        }
    }
    lines.extend(inventory.servers.iter().flat_map(|it| &it.credentials).map(|it| it.place.clone()));
    lines
}

fn without_line(agent: &mut AgentFacts, place: &Place) {
    agent.rules.retain(|it| !is_at(&it.place, place));
    agent.settings.retain(|it| !is_at(&it.place, place));
    agent.instructions.retain(|it| !is_at(&it.place, place));
    agent.hooks.retain(|it| !is_at(&it.place, place));
    agent.credentials.retain(|it| !is_at(&it.place, place));
    agent.sandbox.take_if(|it| is_at(&it.place, place));
    agent.servers.retain(|it| !is_at(&it.place, place));
    for server in &mut agent.servers {
        server.except.retain(|it| !is_at(&it.1, place));
        if matches!(&server.state, ServerState::Disabled(line) if is_at(line, place)) {
            server.state = ServerState::Enabled;
        }
    }
}

/// Puts a gate before each call of a tool, of one agent or of all that have it.
pub(super) fn gate(
    system: &mut System,
    agent: Option<&AssetId>,
    tool: &AssetId,
    (gate, place): (Gate, &Place),
    catalog: &Catalog,
) -> Result<(), Error> {
    let map = connect_with(system.inventory.clone(), &system.model, catalog, &mut Notes::default());
    let users: BTreeSet<&AssetId> =
        map.edges.iter().filter(|it| it.via.as_ref() == Some(tool)).map(|it| &it.from).collect();
    let meant = |id: &AssetId| users.contains(id) && agent.is_none_or(|it| it == id);
    if !users.iter().any(|it| meant(it)) {
        let tools: BTreeSet<&AssetId> = map
            .edges
            .iter()
            .filter(|it| agent.is_none_or(|id| it.from == *id))
            .filter_map(|it| it.via.as_ref())
            .collect();
        let tools: Vec<String> = tools.into_iter().map(|it| it.name().to_owned()).collect();
        let expected = one_of("a tool", &tools);
        return Err(Error::Unknown { noun: "tool", name: tool.name().to_owned(), expected });
    }
    for facts in &mut system.inventory.agents {
        let id = agent_id(facts);
        let Some(selects) = selector(&map, &id, tool).filter(|_| meant(&id)) else { continue };
        let rule = PermissionRule {
            selects,
            gate,
            scope: Scope::Project,
            place: place.clone(),
            raw: tool.name().to_owned(),
            pointer: String::new(),
        };
        let precedence = catalog.client(&facts.client).map_or(Precedence::DenyFirst, |it| it.precedence);
        order::insert(facts, rule, precedence);
    }
    let agents = &mut system.model.facts.agents;
    for name in agents.names().map(str::to_owned).collect::<Vec<_>>() {
        let Some(entry) = agents.get_mut(&name) else { continue };
        if !meant(&stated::agent_id(&name, &entry.value)) || !system.model.facts.tools.declares(tool.name()) {
            continue;
        }
        let was = entry.value.tools.get(tool.name()).map_or(Gate::Auto, |it| it.value);
        let value = was.max(gate);
        let stands = Entry { value, place: place.clone(), overrides: Vec::new() };
        entry.value.tools.insert(tool.name().to_owned(), stands);
    }
    Ok(())
}

/// How a rule of the agent would call the tool.
fn selector(map: &ReachMap, agent: &AssetId, tool: &AssetId) -> Option<Selector> {
    let known = map.tools.get(tool)?;
    let Some(server) = &known.server else {
        return Some(Selector::Builtin { tool: known.name.clone(), limit: None });
    };
    let used = map.uses.get(agent)?.iter().find(|it| it.0 == *server)?;
    Some(Selector::Server { server: used.1.name.clone(), tool: known.name.clone() })
}
