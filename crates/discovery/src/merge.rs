//! Puts together what several files say of one agent, in the client's order of precedence.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_catalog::schema::Precedence;
use ambit_model::facts::{
    AgentFacts, CredentialFacts, Holder, InstructionFacts, Limit, PermissionRule, Program, Selector,
    ServerFacts, ServerState, ServerUse, SettingKind,
};
use ambit_model::{Inventory, Place, Scope};

use crate::credential::wild;
use crate::fragment::{Fragment, RankedRule, Sink};
use crate::settle::settle;
use crate::{alone, bars, cards, confine, plugins, policy, workloads};

/// The inventory that all fragments together make.
pub(crate) fn merge(sink: Sink, catalog: &Catalog) -> Inventory {
    let fragments = settle(sink.fragments);
    let mut agents = alone::agents(&fragments, catalog);
    let fragments: Vec<Fragment> = fragments.into_iter().filter(|it| it.alone.is_none()).collect();
    for ((client, at), placed) in homes(&fragments) {
        let mut own: Vec<Fragment> =
            fragments.iter().filter(|it| it.client == client && applies(it, &at, placed)).cloned().collect();
        bars::apply(&mut own);
        policy::apply(&mut own);
        plugins::apply(&mut own);
        let own: Vec<&Fragment> = own.iter().collect();
        agents.extend(main_and_subagents(client, &at, &own, catalog));
    }
    agents.extend(sink.agents);
    let mut servers = servers(sink.servers);
    workloads::settle(sink.workloads, &mut agents, &mut servers, catalog);
    cards::join(&mut agents);
    agents.sort_by(|a, b| (&a.client, &a.at, &a.name).cmp(&(&b.client, &b.at, &b.name)));
    Inventory {
        agents,
        servers,
        tool_lists: sink.tool_lists,
        served: sink.served,
        listed: sink.listed,
        inputs: ambit_model::facts::Inputs::default(),
    }
}

/// The folders in which each client has an agent, and whether a client loads one from there. Settings of a user
/// or a machine make an agent of their own only where no project has one.
fn homes(fragments: &[Fragment]) -> BTreeMap<(&'static str, String), bool> {
    let mut all: BTreeMap<(&'static str, String), bool> = BTreeMap::new();
    for fragment in fragments.iter().filter(|it| it.makes_agent) {
        let placed = all.entry((fragment.client, fragment.location.at.clone())).or_default();
        *placed |= fragment.location.placed;
    }
    let projects: BTreeSet<&str> = all
        .iter()
        .filter(|((_, at), placed)| at != "~" && **placed)
        .map(|((client, _), _)| *client)
        .collect();
    let kept = all.iter().filter(|((client, at), _)| at != "~" || !projects.contains(client));
    kept.map(|(home, placed)| (home.clone(), *placed)).collect()
}

/// What holds for all of a user's projects holds for none that is only an example.
fn applies(fragment: &Fragment, at: &str, placed: bool) -> bool {
    fragment.location.at == at || (placed && fragment.location.at == "~" && fragment.location.placed)
}

pub(crate) fn strength(scope: Scope) -> u8 {
    match scope {
        Scope::Managed => 0,
        Scope::Session => 1,
        Scope::Local => 2,
        Scope::Project => 3,
        Scope::User => 4,
    }
}

/// The strongest scope first. What the machine presets for all users without enforcing it yields to what the
/// user says.
pub(crate) fn order(fragment: &Fragment) -> (u8, bool, &Place) {
    let preset = fragment.location.scope == Scope::User && fragment.place.path.starts_with('/');
    (strength(fragment.location.scope), preset, &fragment.place)
}

fn main_and_subagents(
    client: &'static str,
    at: &str,
    own: &[&Fragment],
    catalog: &Catalog,
) -> Vec<AgentFacts> {
    let mut main: Vec<&Fragment> = own.iter().copied().filter(|it| it.name.is_none()).collect();
    main.sort_by(|a, b| order(a).cmp(&order(b)));
    let mut by_name: BTreeMap<&String, Vec<&Fragment>> = BTreeMap::new();
    for part in own {
        if let Some(name) = &part.name {
            by_name.entry(name).or_default().push(part);
        }
    }
    let mut agents = vec![agent(client, client, at, &main, catalog)];
    for (name, mut parts) in by_name {
        // A sub-agent has what the main agent has; what its own file says comes first.
        let inherited = parts.len();
        parts.extend(main.iter().copied());
        let mut agent = agent(client, name, at, &parts, catalog);
        agent.parent = Some(client.to_owned());
        agent.places = parts.iter().take(inherited).map(|it| it.place.clone()).collect();
        // The main agent's hooks run in its own loop; a sub-agent has those that its file names.
        agent.hooks = parts.iter().take(inherited).flat_map(|it| it.hooks.clone()).collect();
        agents.push(agent);
    }
    if agents.iter().all(|it| it.places.is_empty()) {
        Vec::new()
    } else {
        placed_as_any(with_main_place(agents))
    }
}

/// A main agent of which only sub-agents' files are there is evident from those.
fn with_main_place(mut agents: Vec<AgentFacts>) -> Vec<AgentFacts> {
    let first = agents.iter().filter_map(|it| it.places.first()).min().cloned();
    for agent in &mut agents {
        if agent.places.is_empty() {
            agent.places.extend(first.clone());
        }
    }
    agents
}

/// A client that loads a sub-agent's file from where it lies loads the main agent too.
fn placed_as_any(mut agents: Vec<AgentFacts>) -> Vec<AgentFacts> {
    let placed = agents.iter().any(|it| it.placed);
    for agent in &mut agents {
        agent.placed = placed;
    }
    agents
}

/// The agent that `parts`, the strongest first, are about.
pub(crate) fn agent(
    client: &str,
    name: &str,
    at: &str,
    parts: &[&Fragment],
    catalog: &Catalog,
) -> AgentFacts {
    let mut rules = rules(client, parts, catalog);
    let in_rules: Vec<CredentialFacts> = rules.iter_mut().flat_map(|it| masked(it, catalog)).collect();
    let mut places: Vec<_> = parts.iter().filter(|it| it.makes_agent).map(|it| it.place.clone()).collect();
    places.sort();
    AgentFacts {
        client: client.to_owned(),
        name: name.to_owned(),
        at: at.to_owned(),
        parent: None,
        placed: parts.iter().any(|it| it.location.placed),
        places,
        model: parts.iter().find_map(|it| it.model.clone()),
        tools: parts.iter().find_map(|it| it.tools.clone()),
        rules,
        servers: uses(parts),
        settings: settings(parts, catalog),
        sandbox: confine::sandbox(parts),
        runner: None,
        instructions: instructions(parts),
        hooks: parts.iter().flat_map(|it| it.hooks.clone()).collect(),
        credentials: parts.iter().flat_map(|it| it.credentials.clone()).chain(in_rules).collect(),
        program: program(parts),
    }
}

/// A sub-agent's program is its own; the main agent's is no part of it.
fn program(parts: &[&Fragment]) -> Program {
    let is_subagent = parts.iter().any(|it| it.name.is_some());
    let mut program = Program::default();
    for part in parts.iter().filter(|it| it.name.is_some() == is_subagent) {
        program.append(part.program.clone());
    }
    program
}

/// Masks secrets in a rule about a command: approving a call once with `always` writes the whole line, its
/// secrets included, into the file.
fn masked(rule: &mut PermissionRule, catalog: &Catalog) -> Vec<CredentialFacts> {
    let Selector::Builtin { limit: Some(Limit::Command { text, .. }), .. } = &mut rule.selects else {
        return Vec::new();
    };
    let (shown, found) = crate::launch::masked_line(catalog, text);
    if found.is_empty() {
        return Vec::new();
    }
    // Where the command is the key of its own entry, only the list around it can be named.
    if rule.pointer.replace("~1", "/").replace("~0", "~").contains(text.as_str()) {
        rule.pointer = rule.pointer.rsplit_once('/').map_or("", |(list, _)| list).to_owned();
    }
    rule.raw = if rule.raw.contains(text.as_str()) {
        rule.raw.replace(text.as_str(), &shown)
    } else {
        shown.clone()
    };
    *text = shown;
    let held = |it: crate::launch::Found| CredentialFacts {
        name: it.name,
        kind: it.kind,
        holder: Holder::File,
        value: it.value,
        place: rule.place.clone(),
        pointer: rule.pointer.clone(),
        scope: rule.scope,
    };
    found.into_iter().map(held).collect()
}

/// Rules in the order in which they decide. `parts` come strongest scope first.
fn rules(client: &str, parts: &[&Fragment], catalog: &Catalog) -> Vec<PermissionRule> {
    let precedence = catalog.client(client).map_or(Precedence::DenyFirst, |it| it.precedence);
    let mut all: Vec<(usize, &RankedRule)> = Vec::new();
    let mut taken: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, part) in parts.iter().enumerate() {
        for ranked in &part.rules {
            match ranked.slot {
                Some(slot) if *taken.entry(slot).or_insert(index) != index => {}
                _ => all.push((index, ranked)),
            }
        }
        for slot in &part.defaults {
            taken.entry(slot).or_insert(index);
        }
    }
    match precedence {
        Precedence::DenyFirst => all.sort_by_key(|(index, it)| (it.rank, *index)),
        Precedence::ScopeFirst => {
            let groups = groups(parts);
            all.sort_by_key(|(index, it)| (groups.get(*index).copied(), it.rank, *index));
        }
    }
    all.into_iter().map(|(_, it)| it.rule.clone()).collect()
}

/// Which of `parts` speak with equal strength: the files of one scope do, whatever their names.
fn groups(parts: &[&Fragment]) -> Vec<usize> {
    let mut last = None;
    let mut group = 0;
    parts
        .iter()
        .map(|it| {
            let strength = (it.name.is_some(), order(it).0, order(it).1);
            if last.is_some_and(|last| last != strength) {
                group += 1;
            }
            last = Some(strength);
            group
        })
        .collect()
}

fn settings(parts: &[&Fragment], catalog: &Catalog) -> Vec<ambit_model::facts::Setting> {
    let mut taken: BTreeMap<&str, usize> = BTreeMap::new();
    let mut all = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        for (slot, setting) in &part.settings {
            if slot.is_none_or(|slot| *taken.entry(slot).or_insert(index) == index) {
                let mut setting = setting.clone();
                // These two quote rules, and rules quote command lines.
                if matches!(setting.kind, SettingKind::Ineffective | SettingKind::SandboxEscape) {
                    setting.raw = crate::launch::masked_line(catalog, &setting.raw).0;
                }
                all.push(setting);
            }
        }
        for slot in &part.defaults {
            taken.entry(slot).or_insert(index);
        }
    }
    all
}

/// Servers by local name, the strongest scope's entry first, switched as the strongest scope says.
fn uses(parts: &[&Fragment]) -> Vec<ServerUse> {
    let mut by_name: BTreeMap<String, Vec<ServerUse>> = BTreeMap::new();
    for (index, part) in parts.iter().enumerate() {
        for server in &part.servers {
            let same = by_name.entry(server.name.clone()).or_default();
            // Within one file a repeated name is an ambiguity: both stay on the map.
            let stronger =
                parts.iter().take(index).any(|it| it.servers.iter().any(|it| it.name == server.name));
            if !stronger {
                let state = match own_servers(parts, part) {
                    Some(line) => ServerState::Disabled(line.clone()),
                    None => server.state.clone(),
                };
                same.push(ServerUse { state, ..server.clone() });
            }
        }
    }
    let mut servers: Vec<ServerUse> = by_name.into_values().flatten().collect();
    for server in &mut servers {
        let states = || parts.iter().flat_map(|it| &it.states).filter(|(glob, ..)| wild(glob, &server.name));
        let switched = states().find(|(_, state, _)| matches!(state, ServerState::Disabled(_)));
        let switched = switched.or_else(|| states().next());
        match (&server.state, switched) {
            (ServerState::Disabled(_), _) | (_, None) => {}
            (_, Some((_, state, _))) => server.state = state.clone(),
        }
        let barred = parts.iter().filter_map(|it| it.only_servers.as_ref());
        let barred = barred.into_iter().find(|(globs, _)| !globs.iter().any(|it| wild(it, &server.name)));
        if let (Some((_, place)), false) = (barred, matches!(server.state, ServerState::Disabled(_))) {
            server.state = ServerState::Disabled(place.clone());
        }
    }
    servers
}

/// What is loaded as instructions. A file that is imported once more says nothing new.
fn instructions(parts: &[&Fragment]) -> Vec<InstructionFacts> {
    let loaded = parts.iter().filter(|it| !it.imported).flat_map(|it| &it.instructions);
    let mut told: BTreeSet<&str> = loaded.map(|it| it.name.as_str()).collect();
    let mut all = Vec::new();
    for part in parts {
        let new = part.instructions.iter().filter(|it| !part.imported || told.insert(&it.name));
        all.extend(new.cloned());
    }
    all
}

/// The line that keeps the servers of `part` from the agent: its own file wants none but those that it names.
fn own_servers<'a>(parts: &[&'a Fragment], part: &Fragment) -> Option<&'a Place> {
    if part.name.is_some() {
        return None;
    }
    let is_subagent = parts.iter().any(|it| it.name.is_some());
    let mut own = parts.iter().filter(|it| it.name.is_some() == is_subagent && it.place != part.place);
    own.find_map(|it| it.own_servers.as_ref())
}

/// One entry per key: places and credentials of all its appearances.
fn servers(all: Vec<ServerFacts>) -> Vec<ServerFacts> {
    let mut by_key: BTreeMap<String, ServerFacts> = BTreeMap::new();
    for mut server in all {
        match by_key.get_mut(&server.key) {
            None => {
                by_key.insert(server.key.clone(), server);
            }
            Some(known) => {
                if server.places < known.places {
                    known.name.clone_from(&server.name);
                }
                known.places.append(&mut server.places);
                known.credentials.append(&mut server.credentials);
                known.signals.append(&mut server.signals);
                known.tools.append(&mut server.tools);
            }
        }
    }
    by_key
        .into_values()
        .map(|mut it| {
            it.places.sort();
            it.places.dedup();
            it.credentials.sort_by(|a, b| a.place.cmp(&b.place));
            it
        })
        .collect()
}
