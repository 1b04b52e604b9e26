//! Ids of agents and servers: readable, stable, and the same whatever the order of the files.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::facts::ServerUse;
use ambit_model::{AgentFacts, AssetId, AssetKind, Inventory, Place, Scope, ServerFacts};

/// Ids of what the inventory holds.
#[derive(Debug)]
pub(crate) struct Names {
    servers: BTreeMap<String, AssetId>,
}

impl Names {
    pub(crate) fn of(inventory: &Inventory) -> Self {
        let mut by_name: BTreeMap<&str, Vec<&ServerFacts>> = BTreeMap::new();
        for server in &inventory.servers {
            by_name.entry(server.name.as_str()).or_default().push(server);
        }
        let mut servers = BTreeMap::new();
        for (name, mut same) in by_name {
            same.sort_by(|a, b| a.places.cmp(&b.places).then_with(|| a.key.cmp(&b.key)));
            let mut taken = BTreeSet::new();
            for (index, server) in same.iter().enumerate() {
                // The first keeps the plain name; others say which file they stand in.
                let mut text = match server.places.first() {
                    Some(place) if index > 0 => format!("{name}@{}", place.path),
                    _ => name.to_owned(),
                };
                while !taken.insert(text.clone()) {
                    text.push('\'');
                }
                servers.insert(server.key.clone(), AssetId::new(AssetKind::Server, &text));
            }
        }
        Self { servers }
    }

    /// The id of the server with this key.
    pub(crate) fn server(&self, key: &str) -> AssetId {
        self.servers.get(key).cloned().unwrap_or_else(|| AssetId::new(AssetKind::Server, key))
    }
}

/// The id of an agent: `agent:claude-code`, `agent:claude-code@services/api`, `agent:claude-code/reviewer@services/api`.
pub fn agent_id(facts: &AgentFacts) -> AssetId {
    let mut name = facts.client.clone();
    if facts.name != facts.client {
        name = format!("{name}/{}", facts.name);
    }
    if !facts.at.is_empty() {
        name = format!("{name}@{}", facts.at);
    }
    AssetId::new(AssetKind::Agent, &name)
}

/// Where no agent is declared, the question is what a client could do that connected these servers: a
/// generic one that asks before each call.
pub(super) fn anybody(inventory: &Inventory) -> AgentFacts {
    let recorded = inventory.tool_lists.iter().map(|it| (&it.place, &it.server));
    let listed = inventory.servers.iter().filter_map(|it| Some((it.places.first()?, &it.name)));
    let place =
        recorded.chain(listed).map(|(place, _)| place.clone()).min().unwrap_or_else(|| Place::start(""));
    let uses = |name: &String, key: &String, place: &Place| {
        ServerUse::whole(name.clone(), key.clone(), place.clone(), Scope::Project)
    };
    let mut servers: Vec<ServerUse> =
        inventory.servers.iter().filter_map(|it| Some(uses(&it.name, &it.key, it.places.first()?))).collect();
    for list in &inventory.tool_lists {
        if !inventory.servers.iter().any(|it| super::server::is_of(list, it)) {
            servers.push(uses(&list.server, &super::server::recorded_key(list), &list.place));
        }
    }
    let client = "any-client";
    AgentFacts { placed: false, servers, ..AgentFacts::bare(client, client, "", place) }
}
