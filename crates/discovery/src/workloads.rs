//! Containers that run agents and servers, put together with what other files say of the same ones: a client's entry for
//! the address that a container publishes, and the code in the folder that its image is built from.
//!
//! Addresses and folders are evidence; equal names are none.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_model::address::{canonical, host, origin};
use ambit_model::facts::{
    AgentFacts, CredentialFacts, Handoff, Launch, OwnTool, ServerFacts, ServerUse, Target, Trigger,
    Unresolved,
};
use ambit_model::{Gate, Place, Scope};

use crate::readers::server_entry;

/// A container that runs an agent or a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workload {
    /// What it runs.
    pub runs: Runs,
    /// What it is declared for: `compose`, `kubernetes`.
    pub platform: &'static str,
    /// Its name there.
    pub name: String,
    /// The folder of the files that declare it: containers of one folder reach each other.
    pub at: String,
    /// How it is started, and what it is given.
    pub launch: Launch,
    /// Credentials that it is given.
    pub credentials: Vec<CredentialFacts>,
    /// Addresses at which others reach it.
    pub published: Vec<(String, Place)>,
    /// Names by which containers beside it reach it.
    pub inside: Vec<String>,
    /// Addresses that its environment names, each with the name of the variable.
    pub names: Vec<(String, String, Place)>,
    /// The folder that its image is built from.
    pub builds: Option<String>,
    /// Who can send something to it.
    pub starts: Vec<Trigger>,
    /// What the account that it has lets it do.
    pub tools: Vec<OwnTool>,
    /// The model that its environment names.
    pub model: Option<(String, Place)>,
    /// Where.
    pub place: Place,
}

/// What a container runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Runs {
    /// An agent.
    Agent,
    /// An MCP server.
    Server,
}

/// Puts `workloads` together with agents and servers that other files declare.
pub(crate) fn settle(
    workloads: Vec<Workload>,
    agents: &mut Vec<AgentFacts>,
    servers: &mut Vec<ServerFacts>,
    catalog: &Catalog,
) {
    let keys: Vec<Option<String>> = workloads
        .iter()
        .map(|it| (it.runs == Runs::Server).then(|| server(it, &workloads, servers)))
        .collect();
    let mut made = Vec::new();
    for workload in workloads.iter().filter(|it| it.runs == Runs::Agent) {
        let uses = uses(workload, &workloads, &keys, servers);
        let hands = hands(workload, &workloads);
        let code = code(workload, agents, catalog);
        if code.is_empty() {
            made.push(agent(workload, uses, hands));
            continue;
        }
        for index in code {
            if let Some(agent) = agents.get_mut(index) {
                give(agent, workload, uses.clone(), hands.clone());
            }
        }
    }
    agents.extend(made);
}

/// Adds the server that `workload` runs, or what it adds to one that a client already names by its address. Gives back
/// its key.
fn server(workload: &Workload, all: &[Workload], servers: &mut Vec<ServerFacts>) -> String {
    let published: BTreeSet<String> = workload.published.iter().map(|(it, _)| origin(it)).collect();
    let claims = |it: &&Workload| it.published.iter().any(|(url, _)| published.contains(&origin(url)));
    // Two stacks that publish one port do not run at once: nobody can tell which of them a client means.
    let alone = all.iter().filter(claims).count() == 1;
    let known = servers.iter_mut().find(|it| {
        let url = it.launch.url.as_deref();
        alone && url.is_some_and(|it| published.contains(&origin(it)))
    });
    let launch = workload.launch.clone();
    if let Some(known) = known {
        known.launch.package = known.launch.package.take().or(launch.package);
        known.launch.package_pointer = known.launch.package_pointer.take().or(launch.package_pointer);
        known.launch.contained = true;
        known.launch.mounts.extend(launch.mounts);
        known.launch.loosened.extend(launch.loosened);
        known.launch.environment.extend(launch.environment);
        known.launch.said.extend(launch.said);
        known.credentials.extend(workload.credentials.iter().cloned());
        known.places.push(workload.place.clone());
        known.places.sort();
        known.key.clone()
    } else {
        let key = format!("{}|{}|{}", workload.platform, workload.place.path, workload.name);
        servers.push(ServerFacts {
            key: key.clone(),
            name: workload.name.clone(),
            launch,
            credentials: workload.credentials.clone(),
            tools: Vec::new(),
            signals: Vec::new(),
            places: vec![workload.place.clone()],
        });
        key
    }
}

/// Whether `url` leads to `other`, for a container beside it.
fn leads_to(url: &str, other: &Workload, from: &Workload) -> bool {
    let beside = other.at == from.at && other.platform == from.platform;
    let host = host(url);
    let url = origin(url);
    beside && other.inside.iter().any(|it| it == host)
        || other.published.iter().any(|(it, _)| origin(it) == url && !url.contains("://localhost"))
}

/// The servers that `workload` is told the addresses of.
fn uses(
    workload: &Workload,
    all: &[Workload],
    keys: &[Option<String>],
    servers: &mut Vec<ServerFacts>,
) -> Vec<ServerUse> {
    let mut uses: BTreeMap<String, ServerUse> = BTreeMap::new();
    for (variable, url, place) in &workload.names {
        let beside = all.iter().zip(keys).filter(|(it, key)| key.is_some() && leads_to(url, it, workload));
        let beside: Vec<(String, String)> =
            beside.filter_map(|(it, key)| Some((it.name.clone(), key.clone()?))).collect();
        // Behind a gateway there are several at one address.
        let found = match beside {
            beside if !beside.is_empty() => beside,
            _ if is_mcp(variable) || canonical(url).ends_with("/mcp") => {
                let name = variable.to_ascii_lowercase();
                let launch = Launch {
                    transport: ambit_model::facts::Transport::Http,
                    url: Some(url.clone()),
                    place: Some(place.clone()),
                    ..Launch::default()
                };
                let key = server_entry::key_in(&name, &launch, "");
                if !servers.iter().any(|it| it.key == key) {
                    let places = vec![place.clone()];
                    let (credentials, tools, signals) = Default::default();
                    let name = name.clone();
                    servers.push(ServerFacts {
                        key: key.clone(),
                        name,
                        launch,
                        credentials,
                        tools,
                        signals,
                        places,
                    });
                }
                vec![(name, key)]
            }
            _ => continue,
        };
        for (name, key) in found {
            uses.entry(key.clone())
                .or_insert_with(|| ServerUse::whole(name, key, place.clone(), Scope::Project));
        }
    }
    uses.into_values().collect()
}

/// Whether a name speaks of MCP.
pub(crate) fn is_mcp(name: &str) -> bool {
    const NAMES: &[&str] = &["mcp", "mcpserver", "fastmcp", "modelcontextprotocol", "supergateway"];
    let lower = name.to_ascii_lowercase();
    lower.split(|it: char| !it.is_ascii_alphanumeric()).any(|it| NAMES.contains(&it))
}

/// Agents beside it that `workload` is told the addresses of.
fn hands(workload: &Workload, all: &[Workload]) -> Vec<Handoff> {
    let mut hands = Vec::new();
    for (variable, url, place) in &workload.names {
        let other = all.iter().find(|it| it.runs == Runs::Agent && leads_to(url, it, workload));
        let Some(other) = other.filter(|it| it.name != workload.name) else { continue };
        // By its address, so that it is the agent whose code or card says that it is served there.
        hands.push(Handoff {
            to: Target::Agent {
                client: other.platform.to_owned(),
                name: other.name.clone(),
                at: other.at.clone(),
            },
            gate: Gate::Auto,
            returns: true,
            shares_context: false,
            how: format!("at the address in `{variable}`"),
            place: place.clone(),
        });
    }
    hands
}

/// The agents whose code lies in the folder that the image is built from. A whole repository is evidence for the one agent
/// in it alone.
fn code(workload: &Workload, agents: &[AgentFacts], catalog: &Catalog) -> Vec<usize> {
    let Some(folder) = &workload.builds else { return Vec::new() };
    let within = |at: &str| folder.is_empty() || at == folder || at.starts_with(&format!("{folder}/"));
    let found = agents.iter().enumerate().filter(|(_, it)| {
        let of_code = catalog.client(&it.client).is_none() && !DECLARED.contains(&it.client.as_str());
        of_code && within(&it.at)
    });
    let found: Vec<usize> = found.map(|(index, _)| index).collect();
    if folder.is_empty() && found.len() > 1 { Vec::new() } else { found }
}

/// Clients whose agents are declared, not programmed.
const DECLARED: &[&str] = &["a2a", "oasf", "bedrock", "agentcore", "kagent", "compose", "kubernetes"];

/// The agent that `workload` runs, of whose program nothing was read.
fn agent(workload: &Workload, uses: Vec<ServerUse>, hands: Vec<Handoff>) -> AgentFacts {
    let (name, at) = (workload.name.as_str(), workload.at.as_str());
    let mut agent = AgentFacts::bare(workload.platform, name, at, workload.place.clone());
    agent.program.elsewhere = Some(workload.place.clone());
    let image = workload.launch.package.as_ref().map(|it| (it.name.clone(), it.place.clone()));
    let built = workload.builds.as_deref().map(|it| (format!("./{it}"), workload.place.clone()));
    let (raw, place) =
        built.or(image).unwrap_or_else(|| ("its container".to_owned(), workload.place.clone()));
    agent.program.unresolved.push(Unresolved { what: "a program".to_owned(), raw, place });
    give(&mut agent, workload, uses, hands);
    agent
}

/// Gives `agent` what its container has.
fn give(agent: &mut AgentFacts, workload: &Workload, uses: Vec<ServerUse>, hands: Vec<Handoff>) {
    let place = &workload.place;
    if !agent.places.contains(place) {
        agent.places.push(place.clone());
    }
    for it in uses {
        if !agent.servers.iter().any(|known| known.key == it.key) {
            agent.servers.push(it);
        }
    }
    agent.credentials.extend(workload.credentials.iter().cloned());
    agent.model = agent.model.take().or_else(|| workload.model.clone());
    let program = &mut agent.program;
    program.hands.extend(hands);
    program.tools.extend(workload.tools.iter().cloned());
    program.addresses.extend(workload.published.iter().cloned());
    program.starts.extend(workload.starts.iter().cloned());
    let launch = &workload.launch;
    let said = launch.package.iter().map(|it| format!("image: {}", it.name));
    let said =
        said.chain(launch.mounts.iter().map(|(path, read_only)| {
            format!("mount: {path}{}", if *read_only { " (read-only)" } else { "" })
        }));
    let said = said.chain(launch.loosened.iter().map(|it| format!("loosened by: {it}")));
    let said = said.chain(launch.no_network.then(|| "its container has no network".to_owned()));
    let said = said.chain(launch.said.iter().cloned());
    program.said.extend(said.map(|it| (it, place.clone())));
}
