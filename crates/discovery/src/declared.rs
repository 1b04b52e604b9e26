//! How one server that the user named is started or reached, as its entry says it, values and secrets included.
//!
//! An [`Inventory`] keeps no value of a secret, so the entry is read again. Nothing of it is expanded, resolved or
//! started here; it is for whoever asks the server, and for nobody else.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::facts::{ServerUse, Transport};
use ambit_model::{Inventory, Place};

use crate::pass;
use crate::readers::{Form, server_entry as entry};
use crate::source::{Source, Unread};
use crate::text::front_matter;
use crate::tree::{self, Kind, Node, Position, View};

/// What the entry of a server says.
#[derive(Clone, PartialEq, Eq)]
pub struct Declared {
    /// The agent's name for it.
    pub name: String,
    /// [`ambit_model::ServerFacts::key`] of the server.
    pub key: String,
    /// Id of the client whose file it stands in.
    pub client: String,
    /// The folder whose agent it belongs to: empty for the root, `~` for the user's home.
    pub at: String,
    /// Where it stands.
    pub place: Place,
    /// The program and its arguments.
    pub words: Vec<String>,
    /// The address.
    pub url: Option<String>,
    /// How it is spoken to.
    pub transport: Transport,
    /// The working folder that it states.
    pub folder: Option<String>,
    /// Variables with their values.
    pub environment: BTreeMap<String, String>,
    /// Variables of the host that are handed on.
    pub handed_on: BTreeSet<String>,
    /// Headers with their values.
    pub headers: BTreeMap<String, String>,
    /// Headers whose values are in variables of the host.
    pub headers_from: BTreeMap<String, String>,
    /// Keys that change how it starts and that are not followed: a file of variables, a program that finds a token.
    pub not_followed: Vec<String>,
}

/// Shows names only: values may be secrets.
impl std::fmt::Debug for Declared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Declared")
            .field("name", &self.name)
            .field("client", &self.client)
            .field("place", &self.place)
            .field("environment", &self.environment.keys())
            .field("headers", &self.headers.keys())
            .finish_non_exhaustive()
    }
}

/// Why no entry can be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Nothing has that name.
    #[error("no server called `{name}` is declared{}", listed("; there are: ", .known))]
    Unknown {
        /// The name.
        name: String,
        /// Names that there are.
        known: Vec<String>,
    },
    /// Different servers have it.
    #[error("different servers are called `{name}`{}", listed(": ", .places))]
    Ambiguous {
        /// The name.
        name: String,
        /// The name of each, with the path of its file.
        places: Vec<String>,
    },
    /// The file is not what it was, or an entry of another form.
    #[error("the entry of `{name}` at {place} cannot be read as a command or an address: {why}")]
    Unreadable {
        /// The name.
        name: String,
        /// Where.
        place: Place,
        /// Why.
        why: String,
    },
}

fn listed(lead: &str, names: &[String]) -> String {
    const MOST: usize = 20;
    if names.is_empty() {
        return String::new();
    }
    let shown: Vec<String> = names.iter().take(MOST).map(|it| format!("`{it}`")).collect();
    let rest = names.len().saturating_sub(MOST);
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    format!("{lead}{}{more}", shown.join(", "))
}

/// The entry of the server that agents of `inventory` call `name`; `name@path` where several do.
pub fn find(source: &dyn Source, inventory: &Inventory, name: &str) -> Result<Declared, Error> {
    let mut all: Vec<Candidate<'_>> = candidates(inventory);
    all.sort_by_key(|it| (it.used.place.clone(), it.client));
    let full = |it: &Candidate<'_>| format!("{}@{}", it.used.name, it.used.place.path);
    let named: Vec<&Candidate<'_>> =
        all.iter().filter(|it| it.used.name == name || full(it) == name).collect();
    let keys: BTreeSet<&str> = named.iter().map(|it| it.used.key.as_str()).collect();
    let Some(first) = named.first() else {
        let known: BTreeSet<String> = all.iter().map(|it| it.used.name.clone()).collect();
        return Err(Error::Unknown { name: name.to_owned(), known: known.into_iter().collect() });
    };
    if keys.len() > 1 {
        let places: BTreeSet<String> = named.iter().map(|it| full(it)).collect();
        return Err(Error::Ambiguous { name: name.to_owned(), places: places.into_iter().collect() });
    }
    first.entry(source)
}

/// An agent's entry for a server.
struct Candidate<'a> {
    client: &'a str,
    at: &'a str,
    used: &'a ServerUse,
}

fn candidates(inventory: &Inventory) -> Vec<Candidate<'_>> {
    let of_agents = inventory.agents.iter().flat_map(|agent| {
        agent.servers.iter().map(|used| Candidate { client: &agent.client, at: &agent.at, used })
    });
    of_agents.collect()
}

impl Candidate<'_> {
    fn entry(&self, source: &dyn Source) -> Result<Declared, Error> {
        let failed = |why: &str| Error::Unreadable {
            name: self.used.name.clone(),
            place: self.used.place.clone(),
            why: why.to_owned(),
        };
        let path = &*self.used.place.path;
        let bytes = source.read(path).map_err(|it: Unread| failed(&it.to_string()))?;
        let text = crate::bytes::decode(&bytes).map_err(|it| failed(&it.message))?;
        let root =
            parsed(path, text).ok_or_else(|| failed("the file does not hold it in a form that is read"))?;
        let node = node_at(&root, Position { line: self.used.place.line, column: self.used.place.column });
        let node = node.ok_or_else(|| failed("nothing that starts a server stands there"))?;
        let view = View::root(path, node);
        let mut declared = Declared {
            name: self.used.name.clone(),
            key: self.used.key.clone(),
            client: self.client.to_owned(),
            at: self.at.to_owned(),
            place: self.used.place.clone(),
            words: words(&view),
            url: entry::address(&view).map(str::to_owned),
            transport: Transport::Stdio,
            folder: ["cwd", "workingDirectory"].iter().find_map(|it| view.text_of(it)).map(str::to_owned),
            environment: pairs(&view, entry::ENVIRONMENT, Some("command")),
            handed_on: entry::ENVIRONMENT_NAMES.iter().flat_map(|it| texts(&view, it)).collect(),
            headers: pairs(&view, entry::HEADERS, Some("requestOptions")),
            headers_from: pairs(&view, &["env_http_headers"], None),
            not_followed: NOT_FOLLOWED
                .iter()
                .filter(|it| view.get(it).is_some())
                .map(|it| (*it).to_owned())
                .collect(),
        };
        if declared.words.is_empty() && declared.url.is_none() {
            return Err(failed("it has neither"));
        }
        if declared.words.is_empty() {
            declared.transport = entry::transport_of(&view);
        }
        if let Some(variable) = view.text_of("bearer_token_env_var") {
            declared.headers_from.insert("Authorization".to_owned(), format!("Bearer {variable}"));
        }
        Ok(declared)
    }
}

/// Keys that name a file or a program which would say more.
const NOT_FOLLOWED: [&str; 3] = ["envFile", "env_file", "headersHelper"];

fn parsed(path: &str, text: &str) -> Option<Node> {
    let mut oddities = Vec::new();
    match pass::form(path)? {
        Form::Tree(syntax) => tree::parse(text, syntax, &mut oddities).ok(),
        Form::Markdown => Some(front_matter(text, &mut oddities).0),
        Form::Plain => None,
    }
}

/// The innermost map whose key, or which itself where it has none, stands at `at`: in YAML a map begins where its
/// first key does.
fn node_at(root: &Node, at: Position) -> Option<&Node> {
    let mut found = None;
    let mut open = vec![(root.at, root)];
    while let Some((position, node)) = open.pop() {
        if position == at && matches!(node.kind, Kind::Map(_)) {
            found = Some(node);
        }
        match &node.kind {
            Kind::Map(pairs) => open.extend(pairs.iter().map(|it| (it.at, &it.value))),
            Kind::List(items) => open.extend(items.iter().map(|it| (it.at, it))),
            _ => {}
        }
    }
    found
}

/// The program and its arguments; older files nest: `command: {path, args, env}`.
fn words(view: &View<'_>) -> Vec<String> {
    let Some(command) = entry::COMMAND.iter().find_map(|it| view.get(it)) else { return Vec::new() };
    let (program, args) = match command.get("path") {
        Some(path) => (path, command.get("args")),
        None => (command, view.get("args")),
    };
    let scalars = |it: View<'_>| it.items().iter().filter_map(View::scalar).collect::<Vec<_>>();
    let mut words = scalars(program);
    words.extend(args.map(scalars).unwrap_or_default());
    words
}

/// The pairs of the maps called `keys`, in `view` and in what it nests them.
fn pairs(view: &View<'_>, keys: &[&str], nested: Option<&str>) -> BTreeMap<String, String> {
    let inner = nested.and_then(|it| view.get(it));
    let maps = [inner, Some(view.clone())].into_iter().flatten();
    let maps = maps.flat_map(|view| keys.iter().filter_map(|it| view.get(it)).collect::<Vec<_>>());
    let pairs =
        maps.flat_map(|it| it.entries()).filter_map(|(name, it)| Some((name.to_owned(), it.scalar()?)));
    pairs.collect()
}

fn texts(view: &View<'_>, key: &str) -> Vec<String> {
    let found = view.get(key).map(|it| it.texts()).unwrap_or_default();
    found.into_iter().map(|(text, _)| text.to_owned()).collect()
}
