//! What Ambit knows of the world: clients and their built-in tools, servers and theirs, commands, kinds of
//! credentials, controls, framework categories and when they are possible.
//!
//! What lives here: data files under `data/`, compiled in, and their lookup. No I/O at run time, no judging:
//! an entry says what a tool does, never whether that is acceptable.

mod calls;
mod late;
mod names;
pub mod schema;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use ambit_model::facts::{Launch, Package};
use serde::Deserialize;

pub use calls::Called;
use calls::Calls;
use late::Late;
use names::Names;
pub use names::wild;
use schema::{
    AgentFramework, ArchitecturePattern, Category, Client, Command, Condition, Containment, Control,
    Credential, EntryPoint, EntryPoints, Fact, Framework, Host, Lexicon, Library, Matches, Nodes, Place,
    Regulatory, Risk, Sequence, Server,
};

/// The data files, as the build packs them.
mod packed {
    include!(concat!(env!("OUT_DIR"), "/packed.rs"));
}

/// A catalog file that could not be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Compiled-in data does not fit its schema: a fault of this build.
    #[error("the compiled-in catalog does not fit its schema")]
    Compiled(#[source] serde_json::Error),
    /// A file that the user named is not a catalog.
    #[error("reading the catalog file `{path}`")]
    File {
        /// The file.
        path: String,
        /// What is wrong, with line and column.
        #[source]
        source: Box<toml::de::Error>,
    },
}

/// The knowledge base.
#[derive(Debug, Clone)]
pub struct Catalog {
    servers: Vec<ServerEntry>,
    clients: BTreeMap<String, Client>,
    places: BTreeMap<String, Place>,
    commands: Late<BTreeMap<String, Command>>,
    credentials: BTreeMap<String, Credential>,
    controls: Late<BTreeMap<String, Control>>,
    containment: Late<Containment>,
    categories: Late<BTreeMap<String, Category>>,
    coverage: Late<BTreeMap<String, Framework>>,
    frameworks: Late<BTreeMap<String, AgentFramework>>,
    entries: Late<EntryPoints>,
    facts: Late<BTreeMap<String, Fact>>,
    questions: Late<BTreeMap<String, String>>,
    lexicon: Late<Lexicon>,
    regulatory: Late<Regulatory>,
    risk: Late<Risk>,
    hosts: Late<BTreeMap<String, Host>>,
    reached: Late<BTreeMap<String, Place>>,
    calls: OnceLock<Calls>,
    sequences: Late<BTreeMap<String, Sequence>>,
    nodes: BTreeMap<&'static str, Late<Nodes>>,
    patterns: Late<BTreeMap<String, ArchitecturePattern>>,
    names: OnceLock<Names>,
    changes: Vec<String>,
}

#[derive(Debug, Clone)]
struct ServerEntry {
    id: String,
    matches: Matches,
    /// Compiled-in servers are decoded when one is asked for: there are many, and a scan meets few.
    server: Late<Option<Box<Server>>>,
}

/// What every run asks for.
#[derive(Deserialize)]
struct AtOnce {
    servers: Vec<CompiledServer>,
    clients: BTreeMap<String, Client>,
    places: BTreeMap<String, Place>,
    credentials: BTreeMap<String, Credential>,
}

#[derive(Deserialize)]
struct CompiledServer {
    id: String,
    matches: Matches,
}

/// A file that a user adds with `--catalog`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Addition {
    #[serde(default)]
    servers: BTreeMap<String, Server>,
    #[serde(default)]
    clients: BTreeMap<String, Client>,
    #[serde(default)]
    places: BTreeMap<String, Place>,
    #[serde(default)]
    commands: BTreeMap<String, Command>,
    #[serde(default)]
    credentials: BTreeMap<String, Credential>,
    #[serde(default)]
    hosts: BTreeMap<String, Host>,
    #[serde(default)]
    calls: BTreeMap<String, Library>,
    #[serde(default)]
    containment: Containment,
}

impl Catalog {
    /// The compiled-in knowledge.
    pub fn compiled() -> Result<Self, Error> {
        let data: AtOnce = serde_json::from_str(packed::AT_ONCE).map_err(Error::Compiled)?;
        let servers = data
            .servers
            .into_iter()
            .zip(packed::BODIES)
            .map(|(it, body)| ServerEntry { id: it.id, matches: it.matches, server: Late::of(body) })
            .collect();
        Ok(Self {
            servers,
            clients: data.clients,
            places: data.places,
            commands: Late::of(packed::COMMANDS),
            credentials: data.credentials,
            controls: Late::of(packed::CONTROLS),
            containment: Late::of(packed::CONTAINMENT),
            categories: Late::of(packed::CATEGORIES),
            coverage: Late::of(packed::COVERAGE),
            frameworks: Late::of(packed::FRAMEWORKS),
            entries: Late::of(packed::ENTRIES),
            facts: Late::of(packed::FACTS),
            questions: Late::of(packed::QUESTIONS),
            lexicon: Late::of(packed::LEXICON),
            regulatory: Late::of(packed::REGULATORY),
            risk: Late::of(packed::RISK),
            hosts: Late::of(packed::HOSTS),
            reached: Late::of(packed::REACHED),
            calls: OnceLock::new(),
            sequences: Late::of(packed::SEQUENCES),
            nodes: packed::NODES.iter().map(|(product, body)| (*product, Late::of(body))).collect(),
            patterns: Late::of(packed::PATTERNS),
            names: OnceLock::new(),
            changes: Vec::new(),
        })
    }

    /// What was done to the compiled-in knowledge, in order: two catalogs of one build to which the same was done are equal.
    pub fn changes(&self) -> &[String] {
        &self.changes
    }

    /// Forgets all servers: what is left is what scanned files say themselves, and the clients.
    #[must_use]
    pub fn without_servers(mut self) -> Self {
        self.servers.clear();
        self.changes.push("without servers".to_owned());
        self
    }

    /// Adds the entries of a TOML text in the shape of the data files; equal ids override.
    pub fn add(&mut self, path: &str, text: &str) -> Result<(), Error> {
        let addition: Addition =
            toml::from_str(text).map_err(|e| Error::File { path: path.to_owned(), source: Box::new(e) })?;
        for (id, server) in addition.servers {
            self.servers.retain(|it| it.id != id);
            let matches = server.matches.clone();
            let server = Late::ready(Some(Box::new(server)));
            self.servers.insert(0, ServerEntry { id, matches, server });
        }
        self.clients.extend(addition.clients);
        self.places.extend(addition.places);
        self.commands.extend(addition.commands);
        self.credentials.extend(addition.credentials);
        self.hosts.extend(addition.hosts);
        if !addition.calls.is_empty() {
            let mut calls = self.known_calls().clone();
            for (id, library) in addition.calls {
                calls.add(id, library);
            }
            self.calls = OnceLock::from(calls);
        }
        let Containment { verbs, controls } = addition.containment;
        if !verbs.is_empty() || !controls.is_empty() {
            let mut known = self.containment().clone();
            known.verbs.extend(verbs);
            known.controls.extend(controls);
            self.containment = Late::ready(known);
        }
        self.names = OnceLock::new();
        self.changes.push(format!("with\n{text}"));
        Ok(())
    }

    /// The server that a launch starts, with its id: by package, then by address, then by name where the
    /// launch names neither. A package that is no known server may be a local program that stands before the
    /// address.
    pub fn server(&self, name: &str, launch: &Launch) -> Option<(&str, &Server)> {
        let package = launch.package.as_ref();
        let by_package =
            package.and_then(|it| self.servers.iter().find(|entry| entry.matches.has_package(it)));
        let by_address = || {
            let url = launch.url.as_ref()?;
            self.servers.iter().find(|it| it.matches.has_url(url))
        };
        let found = by_package.or_else(by_address);
        let unnamed = launch.package.is_none() && launch.url.is_none() && launch.script.is_none();
        let found = found.or_else(|| {
            self.servers.iter().filter(|_| unnamed).find(|it| it.matches.names.iter().any(|it| it == name))
        })?;
        Some((&found.id, found.server()?))
    }

    /// The server of this id or recorded name.
    pub fn server_named(&self, name: &str) -> Option<(&str, &Server)> {
        let found =
            self.servers.iter().find(|it| it.id == name || it.matches.names.iter().any(|it| it == name))?;
        Some((&found.id, found.server()?))
    }

    /// All servers, decoded, with their ids.
    pub fn servers(&self) -> impl Iterator<Item = (&str, Option<&Server>)> {
        self.servers.iter().map(|it| (it.id.as_str(), it.server()))
    }

    /// Names of all packages of known servers, as `ecosystem:name`, with the server's id.
    pub fn packages(&self) -> impl Iterator<Item = (&str, &str)> {
        self.servers.iter().flat_map(|it| it.matches.packages.iter().map(|p| (p.as_str(), it.id.as_str())))
    }

    /// The kind of credential that a variable or header of this name holds.
    pub fn credential_named(&self, name: &str) -> Option<&str> {
        self.names.get_or_init(|| Names::of(&self.credentials)).kind(name)
    }

    /// The client of this id.
    pub fn client(&self, id: &str) -> Option<&Client> {
        self.clients.get(id)
    }

    /// All clients.
    pub fn clients(&self) -> &BTreeMap<String, Client> {
        &self.clients
    }

    /// A place that several servers and clients share.
    pub fn place(&self, id: &str) -> Option<&Place> {
        self.places.get(id)
    }

    /// A place that calls of libraries reach: a shared one, or one that only they know.
    pub fn reached(&self, id: &str) -> Option<&Place> {
        self.place(id).or_else(|| self.reached.get().get(id))
    }

    /// All shared places.
    pub fn places(&self) -> &BTreeMap<String, Place> {
        &self.places
    }

    /// What the program of this name does.
    pub fn command(&self, program: &str) -> Option<&Command> {
        self.commands.get().get(program)
    }

    /// Kinds of credentials.
    pub fn credentials(&self) -> &BTreeMap<String, Credential> {
        &self.credentials
    }

    /// Controls that remedies name.
    pub fn controls(&self) -> &BTreeMap<String, Control> {
        self.controls.get()
    }

    /// What containment costs.
    pub fn containment(&self) -> &Containment {
        self.containment.get()
    }

    /// Framework categories, by id with edition.
    pub fn categories(&self) -> &BTreeMap<String, Category> {
        self.categories.get()
    }

    /// Frameworks and when their categories are possible, by id.
    pub fn coverage(&self) -> &BTreeMap<String, Framework> {
        self.coverage.get()
    }

    /// Agent frameworks, by id.
    pub fn agent_frameworks(&self) -> &BTreeMap<String, AgentFramework> {
        self.frameworks.get()
    }

    /// Ways for somebody outside to reach code.
    pub fn entry_points(&self) -> &[EntryPoint] {
        &self.entries.get().entries
    }

    /// The framework that a category is of, with its id, and the conditions of the category: one, or one per kind of asset.
    pub fn conditions<'a>(
        &'a self,
        category: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str, &'a Condition)> {
        let all = self.coverage.get().iter();
        let all = all
            .flat_map(|(id, it)| it.categories.iter().map(move |(key, it)| (id.as_str(), key.as_str(), it)));
        all.filter(move |(_, key, _)| key.split('/').next() == Some(category))
    }

    /// What an agent has or has not on the map, by name.
    pub fn facts(&self) -> &BTreeMap<String, Fact> {
        self.facts.get()
    }

    /// Questions that only a person can answer, by name.
    pub fn questions(&self) -> &BTreeMap<String, String> {
        self.questions.get()
    }

    /// The words from which the effects of unknown tools are read.
    pub fn lexicon(&self) -> &Lexicon {
        self.lexicon.get()
    }

    /// Sequences of calls that come to more than each of them, by id.
    pub fn sequences(&self) -> &BTreeMap<String, Sequence> {
        self.sequences.get()
    }

    /// What the nodes of this low-code product do.
    pub fn nodes(&self, product: &str) -> Option<&Nodes> {
        Some(self.nodes.get(product)?.get())
    }

    /// Architectures of agents and the questions that they raise, by id.
    pub fn patterns(&self) -> &BTreeMap<String, ArchitecturePattern> {
        self.patterns.get()
    }

    /// Low-code products, and what their nodes do.
    pub fn products(&self) -> impl Iterator<Item = (&str, &Nodes)> {
        self.nodes.iter().map(|(product, nodes)| (*product, nodes.get()))
    }

    /// Items of regulations and standards, and the evidence that supports each.
    pub fn regulatory(&self) -> &Regulatory {
        self.regulatory.get()
    }

    /// What risk is computed from where nobody has stated it.
    pub fn risk(&self) -> &Risk {
        self.risk.get()
    }
}

impl ServerEntry {
    fn server(&self) -> Option<&Server> {
        self.server.get().as_deref()
    }
}

impl Matches {
    fn has_package(&self, package: &Package) -> bool {
        self.packages.iter().any(|it| {
            it.split_once(':').is_some_and(|(ecosystem, name)| {
                ecosystem == package.ecosystem && name.eq_ignore_ascii_case(&package.name)
            })
        })
    }

    /// `url` without its scheme against globs over `host/path`.
    fn has_url(&self, url: &str) -> bool {
        let address = url.split_once("://").map_or(url, |(_, rest)| rest).trim_end_matches('/');
        let begins = |it: &&String| {
            let plain = it.find(['*', '?', '[', '{', '\\']).unwrap_or(it.len());
            it.get(..plain).is_some_and(|plain| address.starts_with(plain))
        };
        // Compiling a glob is dear, and most addresses begin like none.
        let mut near = self.urls.iter().filter(begins);
        near.any(|it| globset::Glob::new(it).is_ok_and(|glob| glob.compile_matcher().is_match(address)))
    }
}

#[cfg(test)]
mod tests;
