//! What a user would add to an agent, read as if it stood in a file: by the readers of the files that it would be
//! written to.

use ambit_catalog::Catalog;
use ambit_catalog::schema::Server;
use ambit_model::facts::{PermissionRule, Selector, ServerFacts, ServerUse};
use ambit_model::{Inventory, Place};
use serde_json::{Value, json};

use crate::{Memory, Settings};

/// Files to whose list of approvals a rule can be added as one text: the client, the file, and the way to the list.
const APPROVALS: [(&str, &str, [&str; 2]); 3] = [
    ("claude-code", ".claude/settings.json", ["permissions", "allow"]),
    ("cursor", ".cursor/cli.json", ["permissions", "allow"]),
    ("gemini-cli", ".gemini/settings.json", ["tools", "allowed"]),
];

/// What cannot be added, with what could be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The words of a command line do not end.
    #[error(
        "a quotation mark of the command line is never closed (expected the words as a shell takes them)"
    )]
    Quotes,
    /// Nothing starts.
    #[error("that starts no server (expected a command line or an address)")]
    Nothing,
    /// The client's rules have another form.
    #[error("a rule of `{client}` is not written as one text (expected an agent of one of: {clients})")]
    Form {
        /// The client.
        client: String,
        /// Clients whose rules are.
        clients: String,
    },
    /// The rule is about nothing that the client has.
    #[error("`{client}` has no such rule: {why} (expected a rule about a server or one of: {tools})")]
    Rule {
        /// The client.
        client: String,
        /// What is wrong with it.
        why: String,
        /// The client's own tools.
        tools: String,
    },
}

/// How a server would be started or reached.
#[derive(Debug, Clone, Copy)]
pub enum Start<'a> {
    /// By this command line.
    Command(&'a str),
    /// By these words of a command line.
    Words(&'a [String]),
    /// At this address.
    Url(&'a str),
    /// As the catalog knows it, under this name.
    Known(&'a str, &'a Server),
}

/// A server as the list of a client in the folder `at` would have it. It is called after what the catalog knows, its
/// package or its host. All of it stands in the line of `place`.
pub fn server(
    start: Start<'_>,
    at: &str,
    place: &Place,
    catalog: &Catalog,
) -> Result<(ServerFacts, ServerUse), Error> {
    let entry = entry(start)?;
    let unnamed = listed("server", &entry, at, catalog)?;
    let name = match start {
        Start::Known(name, _) => name.to_owned(),
        Start::Command(_) | Start::Words(_) | Start::Url(_) => name(&unnamed.0, catalog),
    };
    let (mut server, mut used) = listed(&name, &entry, at, catalog)?;
    let launch = &mut server.launch;
    let places = [&mut used.place].into_iter().chain(&mut server.places).chain(&mut launch.place);
    let package = launch.package.iter_mut().map(|it| &mut it.place);
    for it in places.chain(package).chain(server.credentials.iter_mut().map(|it| &mut it.place)) {
        *it = within(place, it);
    }
    Ok((server, used))
}

/// The line of `place`. The column stays: it tells the parts of an entry apart.
fn within(place: &Place, written: &Place) -> Place {
    Place { column: written.column, ..place.clone() }
}

fn entry(start: Start<'_>) -> Result<Value, Error> {
    let known = match start {
        Start::Url(url) => return Ok(json!({ "url": url })),
        Start::Command(line) => words(line)?,
        Start::Words(words) => words.to_vec(),
        Start::Known(_, server) => {
            let by_package = server.matches.packages.iter().find_map(|it| launcher(it));
            match (by_package, server.matches.urls.iter().find_map(|it| address(it))) {
                (Some(words), _) => words,
                (None, Some(url)) => return Ok(json!({ "url": url })),
                (None, None) => Vec::new(),
            }
        }
    };
    match known.split_first() {
        Some((command, args)) => Ok(json!({ "command": command, "args": args })),
        None => Ok(json!({})),
    }
}

fn words(line: &str) -> Result<Vec<String>, Error> {
    shell_words::split(line).map_err(|_| Error::Quotes)
}

/// The usual command line of a package: `npm:@scope/name`, `pypi:name`, `oci:image`.
fn launcher(package: &str) -> Option<Vec<String>> {
    let (ecosystem, name) = package.split_once(':')?;
    let words: &[&str] = match ecosystem {
        "npm" => &["npx", "-y", name],
        "pypi" => &["uvx", name],
        "oci" => &["docker", "run", "-i", "--rm", name],
        _ => return None,
    };
    Some(words.iter().map(|it| (*it).to_owned()).collect())
}

/// An address that the glob `host/path` fits; none where the host itself is open.
fn address(glob: &str) -> Option<String> {
    let (host, path) = glob.split_once('/').unwrap_or((glob, ""));
    let plain = path.split(['*', '?', '[', '{']).next().unwrap_or_default();
    (!host.contains(['*', '?', '[', '{'])).then(|| format!("https://{host}/{plain}"))
}

/// The server that a list with this one entry has.
fn listed(name: &str, entry: &Value, at: &str, catalog: &Catalog) -> Result<(ServerFacts, ServerUse), Error> {
    let folder = if matches!(at, "" | "~") { String::new() } else { format!("{at}/") };
    let found = read(&format!("{folder}.mcp.json"), &json!({ "mcpServers": { name: entry } }), catalog);
    let used = found.agents.into_iter().flat_map(|it| it.servers).next();
    found.servers.into_iter().next().zip(used).ok_or(Error::Nothing)
}

fn read(path: &str, content: &Value, catalog: &Catalog) -> Inventory {
    crate::read(&Memory::of([(path, content.to_string().as_str())]), catalog, &Settings::default())
}

/// What a server is called that nobody has named yet.
fn name(server: &ServerFacts, catalog: &Catalog) -> String {
    if let Some((id, _)) = catalog.server(&server.name, &server.launch) {
        return id.to_owned();
    }
    let launch = &server.launch;
    let host = |url: &String| {
        let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
        rest.split(['/', ':']).next().unwrap_or_default().to_owned()
    };
    let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let package = launch.package.as_ref().map(|it| last(&it.name));
    let named =
        package.or_else(|| launch.url.as_ref().map(host)).or_else(|| launch.script.as_deref().map(last));
    named.filter(|it| !it.is_empty()).unwrap_or_else(|| last(&launch.runner))
}

/// A rule of the client's own syntax that approves, such as `Bash(git push:*)`. It stands in the line of `place`.
pub fn approval(client: &str, raw: &str, place: &Place, catalog: &Catalog) -> Result<PermissionRule, Error> {
    let Some((_, path, [outer, inner])) = APPROVALS.iter().find(|it| it.0 == client) else {
        let clients: Vec<&str> = APPROVALS.iter().map(|it| it.0).collect();
        return Err(Error::Form { client: client.to_owned(), clients: clients.join(", ") });
    };
    let found = read(path, &json!({ *outer: { *inner: [raw] } }), catalog);
    let problem = found.inputs.problems.into_iter().next();
    let rule = found.agents.into_iter().filter(|it| it.client == client).flat_map(|it| it.rules).next();
    match (rule, problem) {
        (Some(rule), None) if has(client, &rule, catalog) => {
            Ok(PermissionRule { place: within(place, &rule.place), ..rule })
        }
        (_, problem) => {
            let why = problem.map_or_else(|| format!("`{raw}` selects no tool"), |it| it.message);
            let tools = catalog.client(client).into_iter().flat_map(|it| it.tools.keys());
            let tools: Vec<&str> = tools.map(String::as_str).collect();
            Err(Error::Rule { client: client.to_owned(), why, tools: tools.join(", ") })
        }
    }
}

/// Whether the client has a tool that the rule is about.
fn has(client: &str, rule: &PermissionRule, catalog: &Catalog) -> bool {
    let Selector::Builtin { tool, .. } = &rule.selects else { return true };
    let tools = catalog.client(client).into_iter().flat_map(|it| &it.tools);
    let mut names = tools.flat_map(|(name, it)| it.aliases.iter().chain([name]));
    names.any(|it| crate::credential::wild(tool, it))
}
