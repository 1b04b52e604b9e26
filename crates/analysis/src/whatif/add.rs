//! What is added: agents, servers, rules, tools.

use ambit_catalog::Catalog;
use ambit_catalog::schema::Precedence;
use ambit_model::facts::{AgentFacts, PermissionRule, ServerFacts, ServerUse};
use ambit_model::stated::{Agent, Ends, Entry, Named};
use ambit_model::{AssetId, Gate, Place};

use super::whose::with_subagents;
use super::{Error, System, one_of, order};
use crate::connect::names::agent_id;
use crate::stated;

/// Adds a client of the catalog as it comes.
pub(super) fn agent(
    system: &mut System,
    client: &str,
    place: &Place,
    catalog: &Catalog,
) -> Result<(), Error> {
    if catalog.client(client).is_none() {
        let clients: Vec<&str> = catalog.clients().keys().map(String::as_str).collect();
        let expected = format!("one of: {}", clients.join(", "));
        return Err(Error::Unknown { noun: "client", name: client.to_owned(), expected });
    }
    let facts = AgentFacts::bare(client, client, "", place.clone());
    let id = agent_id(&facts);
    if super::agents(system).iter().any(|it| it.0 == id) {
        let expected = "a client that is not".to_owned();
        return Err(Error::Already { what: format!("`{id}` is there"), expected });
    }
    system.inventory.agents.push(facts);
    Ok(())
}

/// Adds a server to an agent and to those that it starts.
pub(super) fn server(
    system: &mut System,
    agent: &AssetId,
    server: &ServerFacts,
    used: &ServerUse,
) -> Result<(), Error> {
    let mut found = false;
    for facts in with_subagents(&mut system.inventory.agents, agent) {
        if let Some(it) = facts.servers.iter_mut().find(|it| it.key == used.key || it.name == used.name) {
            if let (true, Some(only), Some(more)) = (it.key == used.key, &mut it.only, &used.only) {
                only.extend(more.iter().cloned());
                found = true;
            } else if agent_id(facts) == *agent {
                let what = format!("`{agent}` has the server `{}`", used.name);
                let expected = "another one; `--remove server:NAME` takes it away first".to_owned();
                return Err(Error::Already { what, expected });
            }
            continue;
        }
        facts.servers.push(used.clone());
        found = true;
    }
    if !found {
        return Err(Error::Clientless { agent: agent.clone() });
    }
    if !system.inventory.servers.iter().any(|it| it.key == server.key) {
        system.inventory.servers.push(server.clone());
    }
    Ok(())
}

/// Adds a rule to an agent and to those that it starts.
pub(super) fn rule(
    system: &mut System,
    agent: &AssetId,
    rule: &PermissionRule,
    catalog: &Catalog,
) -> Result<(), Error> {
    let mut found = false;
    for facts in with_subagents(&mut system.inventory.agents, agent) {
        let precedence = catalog.client(&facts.client).map_or(Precedence::DenyFirst, |it| it.precedence);
        order::insert(facts, rule.clone(), precedence);
        found = true;
    }
    if found { Ok(()) } else { Err(Error::Clientless { agent: agent.clone() }) }
}

/// Gives an agent a tool of `ambit.yaml`.
pub(super) fn tool(system: &mut System, agent: &AssetId, tool: &str, place: &Place) -> Result<(), Error> {
    let facts = &mut system.model.facts;
    if facts.tools.get(tool).is_none() {
        let names: Vec<String> = facts.tools.names().map(str::to_owned).collect();
        let expected =
            format!("`SERVER/TOOL` of the catalog, or {}", one_of("a tool of `facts.tools`", &names));
        return Err(Error::Unknown { noun: "tool", name: tool.to_owned(), expected });
    }
    let gate = Entry { value: Gate::Auto, place: place.clone(), overrides: Vec::new() };
    let stated = facts.agents.iter().find(|(name, it)| stated::agent_id(name, &it.value) == *agent);
    if let Some((name, entry)) = stated.map(|(name, it)| (name.to_owned(), it)) {
        if entry.value.gates(facts).contains_key(tool) {
            let what = format!("`{agent}` has the tool `{tool}`");
            return Err(Error::Already { what, expected: "another one".to_owned() });
        }
        if let Some(entry) = facts.agents.get_mut(&name) {
            entry.value.tools.insert(tool.to_owned(), gate);
        }
        return Ok(());
    }
    let mut given = Agent {
        name: None,
        description: None,
        model: None,
        at: None,
        autonomy: None,
        tools: Named::default(),
        delegates: Named::default(),
        loads: Vec::new(),
        holds: Vec::new(),
        starts: Named::default(),
        prompts: Named::default(),
        keeps: Named::default(),
        streams: Named::default(),
        limits: Ends::default(),
        approvals: Named::default(),
        guards: Named::default(),
        owner: None,
    };
    given.tools.insert(tool.to_owned(), gate);
    let entry = Entry { value: given, place: place.clone(), overrides: Vec::new() };
    facts.agents.insert(agent.name().to_owned(), entry);
    Ok(())
}
