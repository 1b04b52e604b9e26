//! One entry of a list of MCP servers: the shape that nearly all clients share, with their synonyms.

use ambit_model::Gate;
use ambit_model::facts::{
    CredentialFacts, Holder, Launch, PermissionRule, Selector, ServerFacts, ServerState, ServerUse, Setting,
    SettingKind, Transport,
};

use super::Text;
use crate::credential;
use crate::fragment::{Fragment, Rank, Sink};
use crate::launch::{self, Word};
use crate::policy::Start;
use crate::text::signals;
use crate::tree::View;

pub(crate) const COMMAND: &[&str] = &["command", "cmd"];
const URL: &[&str] = &["url", "serverUrl", "httpUrl", "uri", "endpoint"];
pub(crate) const ENVIRONMENT: &[&str] = &["env", "envs", "environment"];
pub(crate) const HEADERS: &[&str] = &["headers", "http_headers"];
/// Keys that name variables whose values come from elsewhere.
pub(crate) const ENVIRONMENT_NAMES: &[&str] = &["env_keys", "env_vars"];
const ONLY: &[&str] = &["includeTools", "enabled_tools", "available_tools", "allowed", "tools"];
const EXCEPT: &[&str] = &["excludeTools", "disabledTools", "disabled_tools"];

/// Whether every value of `view` is a server: a flat list without a container key. A server's *manifest*
/// also has a name and a description, and must not become phantom servers.
pub(crate) fn is_flat_list(view: &View<'_>) -> bool {
    let entries = view.entries();
    !entries.is_empty()
        && entries.iter().all(|(_, it)| {
            it.is_map()
                && COMMAND.iter().chain(URL).any(|key| it.get(key).is_some_and(|it| it.text().is_some()))
        })
}

/// Reads the servers of `list`, a map from local name to entry, into `fragment` and `sink`.
pub(crate) fn read_all(list: &View<'_>, text: &Text<'_>, fragment: &mut Fragment, sink: &mut Sink) {
    for (name, entry) in list.entries() {
        read(name, &entry, text, fragment, sink);
    }
}

/// Reads one server.
pub(crate) fn read(name: &str, entry: &View<'_>, text: &Text<'_>, fragment: &mut Fragment, sink: &mut Sink) {
    if !entry.is_map() {
        let help = "an entry is an object with `command` or `url`";
        sink.problems.push(text.problem(entry, format!("the server `{name}` is no object"), help));
        return;
    }
    let scope = text.location.scope;
    let (mut launch, mut credentials) = launch_of(entry, text);
    if launch.runner.is_empty()
        && launch.url.is_none()
        && entry.get("settings").is_none()
        && !is_switch(entry)
    {
        let help = "add `command` or `url`, or remove the entry";
        sink.problems.push(text.problem(
            entry,
            format!("the server `{name}` says neither how it starts nor where it is"),
            help,
        ));
    }
    for (inner, value) in entry.entries() {
        if COMMAND.iter().chain(URL).any(|key| value.text_of(key).is_some()) && inner != "command" {
            let help = "move it out one level; no client starts it where it stands";
            let message = format!("`{inner}` looks like a server and stands inside the server `{name}`");
            sink.problems.push(text.problem(&value, message, help));
        }
    }
    environment(entry, text, &mut launch, &mut credentials);
    headers(entry, text, &mut launch, &mut credentials);
    let server = ServerFacts {
        key: key(name, &launch, text),
        name: name.to_owned(),
        signals: entry.text_of("description").map(|it| signals(it, &entry.place())).unwrap_or_default(),
        launch,
        credentials,
        tools: Vec::new(),
        places: vec![entry.place()],
    };
    fragment.starts.insert(entry.place(), start(entry));
    fragment.servers.push(ServerUse {
        name: name.to_owned(),
        key: server.key.clone(),
        state: state(entry),
        only: ONLY.iter().filter_map(|it| entry.get(it)).find(is_list_of_names).map(|it| names(&it)),
        except: EXCEPT
            .iter()
            .filter_map(|it| entry.get(it))
            .flat_map(|it| {
                it.texts().into_iter().map(|(text, view)| (text.to_owned(), view.place())).collect::<Vec<_>>()
            })
            .collect(),
        place: entry.place(),
        pointer: entry.pointer().to_owned(),
        scope,
    });
    sink.servers.push(server);
}

/// Adds a server of its own key, of which the entry at `view` says no more than how it starts.
pub(crate) fn bring(
    name: &str,
    (key, launch): (String, Launch),
    (view, only): (&View<'_>, Option<Vec<String>>),
    fragment: &mut Fragment,
    sink: &mut Sink,
) {
    fragment.servers.push(ServerUse {
        name: name.to_owned(),
        key: key.clone(),
        state: state(view),
        only,
        except: Vec::new(),
        place: view.place(),
        pointer: view.pointer().to_owned(),
        scope: fragment.location.scope,
    });
    sink.servers.push(ServerFacts {
        key,
        name: name.to_owned(),
        launch: Launch { place: Some(view.place()), ..launch },
        credentials: Vec::new(),
        tools: Vec::new(),
        signals: Vec::new(),
        places: vec![view.place()],
    });
}

/// Keys that other clients honour in an entry.
const ELSEWHERE: &[&str] = &[
    "disabled",
    "enabled",
    "autoApprove",
    "alwaysAllow",
    "trust",
    "tools",
    "disabledTools",
    "includeTools",
    "excludeTools",
];

/// For clients that know nothing but how a server starts: what else the entries of `list` say, such as that
/// the server is off, has no effect.
pub(crate) fn ignored_keys(list: &View<'_>, fragment: &mut Fragment) {
    for (name, entry) in list.entries() {
        for (key, view) in entry.entries().into_iter().filter(|(key, _)| ELSEWHERE.contains(key)) {
            fragment.setting(Setting {
                kind: SettingKind::Ineffective,
                raw: format!("{name}: {key}"),
                place: view.place(),
                pointer: view.pointer().to_owned(),
                scope: fragment.location.scope,
                trust_gated: false,
            });
        }
    }
    for server in &mut fragment.servers {
        server.state = ServerState::Enabled;
        server.only = None;
        server.except.clear();
    }
}

/// The tools that `keys` of `entry` approve without asking, as rules of `fragment`.
pub(crate) fn approvals(name: &str, entry: &View<'_>, keys: &[&str], fragment: &mut Fragment) {
    for (tool, view) in keys.iter().filter_map(|it| entry.get(it)).flat_map(|it| it.texts()) {
        let selects = Selector::Server { server: name.to_owned(), tool: tool.to_owned() };
        let rule = rule(selects, Gate::Auto, &view, fragment, &format!("{name}: {tool}"));
        fragment.rule(Rank::Allow, rule);
    }
}

/// A rule read from `view`.
pub(crate) fn rule(
    selects: Selector,
    gate: Gate,
    view: &View<'_>,
    fragment: &Fragment,
    raw: &str,
) -> PermissionRule {
    PermissionRule {
        selects,
        gate,
        scope: fragment.location.scope,
        place: view.place(),
        raw: raw.to_owned(),
        pointer: view.pointer().to_owned(),
    }
}

fn names(view: &View<'_>) -> Vec<String> {
    view.texts().into_iter().map(|(text, _)| text.to_owned()).collect()
}

/// A list of tool *objects* describes tools and restricts nothing.
fn is_list_of_names(view: &View<'_>) -> bool {
    view.is_list() && view.items().iter().all(|it| it.text().is_some())
}

/// An entry that only switches a server of another file on or off.
fn is_switch(entry: &View<'_>) -> bool {
    entry.get("enabled").is_some() && entry.entries().len() <= 2
}

fn state(entry: &View<'_>) -> ServerState {
    match (entry.get("disabled"), entry.get("enabled")) {
        (Some(it), _) if it.truth() == Some(true) => ServerState::Disabled(it.place()),
        (_, Some(it)) if it.truth() == Some(false) => ServerState::Disabled(it.place()),
        _ => ServerState::Enabled,
    }
}

/// The words and the address of `entry` as they are written.
fn start(entry: &View<'_>) -> Start {
    let texts = |it: View<'_>| it.items().iter().filter_map(View::scalar).collect::<Vec<_>>();
    let words = COMMAND.iter().find_map(|it| entry.get(it)).into_iter().chain(entry.get("args"));
    let url = URL.iter().find_map(|it| entry.text_of(it)).map(str::to_owned);
    Start { words: words.flat_map(texts).collect(), url }
}

fn launch_of(entry: &View<'_>, text: &Text<'_>) -> (Launch, Vec<CredentialFacts>) {
    let scope = text.location.scope;
    if let Some(command) = COMMAND.iter().find_map(|it| entry.get(it)) {
        // Older files nest: `command: {path, args, env}`.
        let (program, args) = match command.get("path") {
            Some(path) => (path, command.get("args")),
            None => (command, entry.get("args")),
        };
        let mut words: Vec<Word> = program.items().iter().filter_map(word).collect();
        words.extend(
            args.map(|it| it.items().iter().filter_map(word).collect::<Vec<_>>()).unwrap_or_default(),
        );
        let (mut launch, credentials) = launch::understand(words, text.catalog, scope);
        launch.place = Some(entry.place());
        return (launch, credentials);
    }
    let mut launch = Launch { place: Some(entry.place()), ..Launch::default() };
    let Some(url) = URL.iter().find_map(|it| entry.get(it)) else { return (launch, Vec::new()) };
    launch.transport = transport(entry, &url);
    launch.authenticated =
        entry.get("oauth").is_some() || entry.get("auth").is_some() || entry.get("headersHelper").is_some();
    let credentials =
        url.text().map(|it| launch::address(it, &mut launch, &url.place(), scope)).unwrap_or_default();
    (launch, credentials)
}

fn word(view: &View<'_>) -> Option<Word> {
    Some(Word { text: view.scalar()?, place: view.place(), pointer: Some(view.pointer().to_owned()) })
}

/// The address that `entry` states.
pub(crate) fn address<'a>(entry: &View<'a>) -> Option<&'a str> {
    URL.iter().find_map(|it| entry.text_of(it))
}

/// How the address of `entry` is spoken to.
pub(crate) fn transport_of(entry: &View<'_>) -> Transport {
    URL.iter().find_map(|it| entry.get(it)).map_or(Transport::Stdio, |it| transport(entry, &it))
}

fn transport(entry: &View<'_>, url: &View<'_>) -> Transport {
    let stated =
        entry.text_of("type").or_else(|| entry.text_of("transport")).unwrap_or_default().to_ascii_lowercase();
    let address = url.text().unwrap_or_default();
    if stated == "ws" || address.starts_with("ws") {
        Transport::WebSocket
    } else if stated == "sse" || (stated.is_empty() && address.trim_end_matches('/').ends_with("/sse")) {
        Transport::Sse
    } else {
        Transport::Http
    }
}

fn environment(
    entry: &View<'_>,
    text: &Text<'_>,
    launch: &mut Launch,
    credentials: &mut Vec<CredentialFacts>,
) {
    let nested = entry.get("command");
    let maps = ENVIRONMENT.iter().filter_map(|it| entry.get(it).or_else(|| nested.as_ref()?.get(it)));
    for (name, value) in maps.flat_map(|it| it.entries()) {
        launch.environment.push(name.to_owned());
        let held = credential::of_entry(text.catalog, name, &value, Holder::Environment, text.location.scope);
        match (held, value.scalar()) {
            (Some(held), _) => credentials.push(held),
            (None, Some(value))
                if value.is_empty() || credential::form(&value) == credential::Value::Literal =>
            {
                launch.variables.insert(name.to_owned(), value);
            }
            (None, _) => {}
        }
    }
    for (name, view) in ENVIRONMENT_NAMES.iter().filter_map(|it| entry.get(it)).flat_map(|it| it.texts()) {
        launch.environment.push(name.to_owned());
        credentials.extend(passed_on(name, &view, text, Holder::Environment));
    }
    if let Some(file) = entry.get("envFile") {
        credentials.push(CredentialFacts {
            name: file.text().unwrap_or("envFile").to_owned(),
            kind: "environment-file".to_owned(),
            holder: Holder::File,
            value: None,
            place: file.place(),
            pointer: file.pointer().to_owned(),
            scope: text.location.scope,
        });
    }
}

/// Whether a variable of this name holds a path: its value says which file two servers share.
fn names_file(name: &str) -> bool {
    let last = name.rsplit('_').next().unwrap_or(name).to_ascii_uppercase();
    ["PATH", "FILE", "DIR", "FOLDER", "DIRECTORY"].contains(&last.as_str())
}

fn headers(entry: &View<'_>, text: &Text<'_>, launch: &mut Launch, credentials: &mut Vec<CredentialFacts>) {
    let nested = entry.get("requestOptions");
    let maps = HEADERS.iter().filter_map(|it| entry.get(it).or_else(|| nested.as_ref()?.get(it)));
    for (name, value) in maps.flat_map(|it| it.entries()) {
        launch.headers.push(name.to_owned());
        let held = credential::of_entry(text.catalog, name, &value, Holder::Header, text.location.scope);
        launch.authenticated |= held.is_some();
        credentials.extend(held);
    }
    for key in ["bearer_token_env_var", "env_http_headers"] {
        let Some(view) = entry.get(key) else { continue };
        launch.authenticated = true;
        let names = view
            .text()
            .map(str::to_owned)
            .into_iter()
            .chain(view.entries().into_iter().filter_map(|(_, it)| it.scalar()));
        credentials.extend(names.filter_map(|it| passed_on(&it, &view, text, Holder::Header)));
    }
}

/// A variable of the host that is passed on by name.
fn passed_on(name: &str, view: &View<'_>, text: &Text<'_>, holder: Holder) -> Option<CredentialFacts> {
    Some(CredentialFacts {
        name: name.to_owned(),
        kind: credential::kind(text.catalog, name, "")?,
        holder,
        value: None,
        place: view.place(),
        pointer: view.pointer().to_owned(),
        scope: text.location.scope,
    })
}

/// What makes two entries one server: what runs or where it is, and with which arguments. The local name
/// counts only where nothing else is known. A relative script belongs to its folder.
pub(crate) fn key(name: &str, launch: &Launch, text: &Text<'_>) -> String {
    key_in(name, launch, text.location.at.as_str())
}

/// The same, for a file whose agents are those of the folder `at`.
pub(crate) fn key_in(name: &str, launch: &Launch, at: &str) -> String {
    let package = launch.package.as_ref().map(|it| format!("{}:{}@{:?}", it.ecosystem, it.name, it.pin));
    let is_relative = |it: &String| !it.starts_with(['/', '~', '$']) && !it.contains(":\\");
    let files: Vec<(&String, &String)> =
        launch.variables.iter().filter(|(name, it)| names_file(name) && !it.is_empty()).collect();
    let relative =
        launch.script.as_ref().is_some_and(is_relative) || files.iter().any(|(_, it)| is_relative(it));
    let folder = if relative { at } else { "" };
    if package.is_none() && launch.url.is_none() && launch.script.is_none() {
        return format!("{name}|{}|{}", launch.runner, launch.args.join(" "));
    }
    let parts = [
        package.unwrap_or_default(),
        launch.url.clone().unwrap_or_default(),
        launch.script.clone().unwrap_or_default(),
        folder.to_owned(),
        launch.args.join(" "),
        format!("{:?} {files:?}", launch.mounts),
    ];
    parts.join("|")
}
