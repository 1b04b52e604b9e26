//! MCP servers that code connects to, as entries of a configuration: they are read as such, so that equal ones join.

use std::collections::BTreeSet;

use ambit_catalog::schema::ServerMaker;
use ambit_model::Place;
use ambit_tree::{Kind, Node, Pair, Position};

use super::options::{Options, pair};
use super::roles::{Role, Roles};
use crate::follow::Follower;
use crate::follow::value::{EventNo, ObjectKind, ObjectNo, Value};

/// A server that code connects to.
#[derive(Debug, Clone, PartialEq)]
pub struct ServerEntry {
    /// Its name, where the code gives it one.
    pub name: Option<String>,
    /// Its entry, as a configuration file would hold it.
    pub entry: Node,
    /// Tools that it is restricted to.
    pub only: Option<Vec<String>>,
    /// Whether a human is asked before each call.
    pub asked: bool,
    /// A configuration file that holds the servers instead.
    pub file: Option<String>,
    /// Where.
    pub place: Place,
}

/// The servers that the object is, or that lead to it.
pub(super) fn of_object(follower: &Follower<'_>, roles: &mut Roles<'_>, no: ObjectNo) -> Vec<ServerEntry> {
    of_within(follower, roles, no, &mut BTreeSet::new())
}

/// How many objects are looked at on the way to a server: `load_mcp_tools(session)` is six calls away from the command.
const MOST: usize = 24;

fn of_within(
    follower: &Follower<'_>,
    roles: &mut Roles<'_>,
    no: ObjectNo,
    seen: &mut BTreeSet<ObjectNo>,
) -> Vec<ServerEntry> {
    let is_new = seen.len() < MOST && seen.insert(no);
    let Some(object) = follower.object(no).filter(|_| is_new) else { return Vec::new() };
    let ObjectKind::Made { symbol, receiver, args, .. } = &object.kind else { return Vec::new() };
    let maker = roles.find(symbol, |it| if let Role::Server(it) = it { Some(it) } else { None });
    if let Some((maker, _)) = maker {
        return made(follower, roles, no, maker, seen);
    }
    // `await client.get_tools()`, `server.__aenter__()`, `load_mcp_tools(session)`: what it was made of leads there.
    let mut near: Vec<ObjectNo> = receiver.iter().copied().collect();
    for (_, value) in args.iter() {
        match value {
            // `async with stdio_client(…) as (read, write)`: parts of what was made.
            Value::Mixed(parts) => near.extend(parts.iter().flat_map(Value::each).filter_map(Value::object)),
            // The one of two parts that is given on.
            Value::Part(no, _) => near.push(*no),
            value => near.extend(value.each().iter().filter_map(Value::object)),
        }
    }
    let found = near.into_iter().map(|it| of_within(follower, roles, it, seen));
    found.into_iter().find(|it| !it.is_empty()).unwrap_or_default()
}

fn made(
    follower: &Follower<'_>,
    roles: &mut Roles<'_>,
    no: ObjectNo,
    maker: &ServerMaker,
    seen: &mut BTreeSet<ObjectNo>,
) -> Vec<ServerEntry> {
    let Some(object) = follower.object(no) else { return Vec::new() };
    let options = Options::of_object(no, object);
    let place = follower.place(object.site);
    let asked = options.holds(follower, &maker.asks).is_some();
    let only = options.get(follower, &maker.only).and_then(|it| texts(follower, &it));
    if let Some(file) = options.get(follower, &maker.file).as_ref().and_then(Value::text) {
        let (name, entry) = (None, node(follower, &Value::Null, &place));
        return vec![ServerEntry { name, entry, only, asked, file: Some(file.to_owned()), place }];
    }
    if !maker.map.is_empty() || !maker.adds.is_empty() {
        let map = options.get(follower, &maker.map);
        let mut found = map.map(|it| entries(follower, &it, &place)).unwrap_or_default();
        found.extend(object.events.iter().filter_map(|it| added(follower, *it, maker)));
        for server in &mut found {
            server.asked = asked;
        }
        return found;
    }
    let name = options.get(follower, &maker.name).and_then(|it| Some(it.text()?.to_owned()));
    let held = options.get(follower, &maker.entry);
    let mut held = held.unwrap_or(Value::Object(no));
    // `MCPClient(lambda: stdio_client(…))`: what the function gives back.
    if let Some(value) = returned(follower, &held) {
        held = value;
    }
    // Several command lines or addresses, each a server of its own.
    if let Some(lines) = follower.items(&held).filter(|it| it.iter().any(|it| it.text().is_some())) {
        let entry = |it: &Value| entry_of(follower, it, &place);
        let of = |it| ServerEntry {
            name: None,
            entry: entry(it),
            only: None,
            asked,
            file: None,
            place: place.clone(),
        };
        return lines.iter().map(of).collect();
    }
    let inner: Vec<ObjectNo> = held.each().iter().filter_map(Value::object).filter(|it| *it != no).collect();
    let own = name.clone();
    let nested: Vec<ServerEntry> =
        inner.into_iter().flat_map(|it| of_within(follower, roles, it, seen)).collect();
    let finished = |it: ServerEntry| ServerEntry {
        name: own.clone().or(it.name),
        only: only.clone().or(it.only),
        asked: asked || it.asked,
        ..it
    };
    if !nested.is_empty() {
        return nested.into_iter().map(finished).collect();
    }
    let name = name.or_else(|| {
        let keys = maker.name.iter().filter_map(|it| pair(follower, &held, it));
        keys.into_iter().find_map(|it| Some(it.text()?.to_owned()))
    });
    // A whole configuration may be handed over.
    if let Some(map) = pair(follower, &held, "mcpServers") {
        return entries(follower, &map, &place).into_iter().map(finished).collect();
    }
    let mut entry = entry_of(follower, &held, &place);
    if maker.is_address && matches!(&entry.kind, Kind::Map(pairs) if pairs.is_empty()) {
        // Only the running program knows it.
        let url = Kind::Text(format!("${{{}}}", follower.rendered(&held)));
        entry = map(vec![("url".to_owned(), Node { at: entry.at, kind: url })], &place);
    }
    vec![ServerEntry { name, entry, only, asked, file: None, place }]
}

/// A server that whoever runs the model connects to, as an object asks for it.
pub(super) fn hosted(
    follower: &Follower<'_>,
    no: ObjectNo,
    options: &Options,
    maker: &ServerMaker,
) -> Option<ServerEntry> {
    let place = follower.place(follower.object(no)?.site);
    let name = options.get(follower, &maker.name).and_then(|it| Some(it.text()?.to_owned()));
    let only = options.get(follower, &maker.only).and_then(|it| texts(follower, &it));
    let asked = options.holds(follower, &maker.asks).is_some();
    let get = |key: &str| options.get(follower, &[key.to_owned()]);
    let mut pairs: Vec<(String, Node)> = Vec::new();
    if let Some(url) = get("server_url").or_else(|| get("url")) {
        pairs.push(("url".to_owned(), node(follower, &url, &place)));
    }
    // A token of its own field is sent as a header is.
    let token = get("authorization").or_else(|| get("authorization_token"));
    let sent = token.map(|it| map(vec![("Authorization".to_owned(), node(follower, &it, &place))], &place));
    if let Some(headers) = get("headers").map(|it| node(follower, &it, &place)).or(sent) {
        pairs.push(("headers".to_owned(), headers));
    }
    Some(ServerEntry { name, entry: map(pairs, &place), only, asked, file: None, place })
}

/// What a function without a body of its own gives back: followed when somebody calls it, and nobody here does.
fn returned(follower: &Follower<'_>, value: &Value) -> Option<Value> {
    let (module, function) = follower.function(value)?;
    let inside = |it: &crate::follow::value::Object| {
        let key = it.within?;
        let own = follower.world().module(key.0)?;
        (own.path == module.path && own.function(key.1).is_some_and(|it| std::ptr::eq(it, function)))
            .then_some(())
    };
    let mut made = follower.objects().filter(|(_, it)| inside(it).is_some());
    let found = made.find(|(_, it)| matches!(it.kind, ObjectKind::Made { .. }))?;
    let last = made.last().unwrap_or(found);
    Some(Value::choice([Value::Object(last.0), Value::Object(found.0)]))
}

fn added(follower: &Follower<'_>, event: EventNo, maker: &ServerMaker) -> Option<ServerEntry> {
    let event = follower.event(event)?;
    let member = event.symbol.rsplit('.').next()?;
    maker.adds.iter().any(|it| it == member).then_some(())?;
    let name = event.args.iter().find_map(|(_, it)| it.text()).map(str::to_owned);
    let place = follower.place(event.site);
    let pairs = event.args.iter().filter_map(|(key, it)| Some((key.as_ref()?.to_string(), it)));
    let pairs = pairs.map(|(key, it)| (key, node(follower, it, &place))).collect();
    let (only, asked, file) = (None, false, None);
    Some(ServerEntry { name, entry: map(pairs, &place), only, asked, file, place })
}

/// The servers of a map from names to entries.
fn entries(follower: &Follower<'_>, value: &Value, place: &Place) -> Vec<ServerEntry> {
    let pairs = follower.pairs(value).unwrap_or_default();
    let of = |(key, it): (Option<Value>, Value)| ServerEntry {
        name: key.and_then(|it| Some(it.text()?.to_owned())),
        entry: entry_of(follower, &it, place),
        only: None,
        asked: false,
        file: None,
        place: it
            .object()
            .and_then(|it| follower.object(it))
            .map_or_else(|| place.clone(), |it| follower.place(it.site)),
    };
    pairs.into_iter().map(of).collect()
}

/// Names of arguments that configurations write in another way.
const SYNONYMS: &[(&str, &str)] = &[
    ("server_url", "url"),
    ("serverUrl", "url"),
    ("endpoint", "url"),
    ("fullCommand", "command"),
    ("full_command", "command"),
    ("environment", "env"),
    ("transport_type", "type"),
];

/// The arguments of a call, or a map, as an entry.
fn entry_of(follower: &Follower<'_>, value: &Value, place: &Place) -> Node {
    let mut pairs: Vec<(String, Node)> = Vec::new();
    let mut put = |key: &str, it: &Value| {
        let key = SYNONYMS.iter().find(|(from, _)| *from == key).map_or(key, |(_, to)| to);
        pairs.push((key.to_owned(), node(follower, it, place)));
    };
    for value in value.each() {
        let Some(object) = value.object().and_then(|it| follower.object(it)) else {
            match value {
                Value::Text(text) if text.contains("://") => put("url", value),
                Value::Text(_) => put("command", value),
                // Something is there, and only the running program knows what.
                Value::Env(_) | Value::Template(_) => put("url", value),
                _ => {}
            }
            continue;
        };
        match &object.kind {
            ObjectKind::Made { args, .. } | ObjectKind::Instance { base_args: args, .. } => {
                for (index, (name, it)) in args.iter().enumerate() {
                    match name {
                        Some(name) => put(name, it),
                        None if follower.pairs(it).is_some() => {
                            for (key, it) in follower.pairs(it).unwrap_or_default() {
                                if let Some(key) = key.as_ref().and_then(Value::text) {
                                    put(key, &it);
                                }
                            }
                        }
                        None if index == 0 && it.text().is_some_and(|it| it.contains("://")) => {
                            put("url", it);
                        }
                        None if index == 0 && made_url(follower, it).is_some() => {
                            put("url", &made_url(follower, it).unwrap_or(Value::Null));
                        }
                        None if index == 0 => put("command", it),
                        None => {}
                    }
                }
            }
            ObjectKind::Map(_) => {
                for (key, it) in follower.pairs(value).unwrap_or_default() {
                    if let Some(key) = key.as_ref().and_then(Value::text) {
                        put(key, &it);
                    }
                }
            }
            ObjectKind::List(_) => {}
        }
    }
    map(pairs, place)
}

/// `new URL("…")`.
fn made_url(follower: &Follower<'_>, value: &Value) -> Option<Value> {
    let ObjectKind::Made { symbol, args, .. } = &follower.object(value.object()?)?.kind else { return None };
    (&**symbol == "global.URL").then(|| args.first().map(|(_, it)| it.clone()))?
}

fn map(pairs: Vec<(String, Node)>, place: &Place) -> Node {
    let at = Position { line: place.line, column: place.column };
    let pairs = pairs.into_iter().map(|(key, value)| Pair { key, at, value }).collect();
    Node { at, kind: Kind::Map(pairs) }
}

/// The value as a node of a configuration; what only the running program knows is a variable.
fn node(follower: &Follower<'_>, value: &Value, place: &Place) -> Node {
    node_within(follower, value, place, 8)
}

fn node_within(follower: &Follower<'_>, value: &Value, place: &Place, depth: usize) -> Node {
    let at = Position { line: place.line, column: place.column };
    let Some(depth) = depth.checked_sub(1) else { return Node { at, kind: Kind::Null } };
    let inner = |it: &Value| node_within(follower, it, place, depth);
    let kind = match value {
        Value::Null | Value::Unknown => Kind::Null,
        Value::Bool(it) => Kind::Bool(*it),
        Value::Number(it) => Kind::Number(it.to_string()),
        Value::Text(it) => Kind::Text(it.to_string()),
        Value::Choice(list) => return list.first().map_or(Node { at, kind: Kind::Null }, inner),
        Value::Object(_) => match (follower.items(value), follower.pairs(value)) {
            (Some(items), _) => Kind::List(items.iter().map(inner).collect()),
            (None, Some(pairs)) => {
                let named =
                    pairs.iter().filter_map(|(key, it)| Some((key.as_ref()?.text()?.to_owned(), inner(it))));
                return map(named.collect(), place);
            }
            (None, None) => match made_url(follower, value) {
                Some(url) => return inner(&url),
                None => Kind::Text(format!("${{{}}}", follower.rendered(value))),
            },
        },
        other => Kind::Text(shown(follower, other)),
    };
    Node { at, kind }
}

/// Text with what is put into it as variables.
fn shown(follower: &Follower<'_>, value: &Value) -> String {
    match value {
        Value::Env(name) => format!("${{{name}}}"),
        Value::Template(parts) => parts
            .iter()
            .map(|it| match it {
                Value::Text(text) => text.to_string(),
                Value::Env(name) => format!("${{{name}}}"),
                other => format!("${{{}}}", follower.rendered(other)),
            })
            .collect(),
        other => format!("${{{}}}", follower.rendered(other)),
    }
}

/// The texts of a list.
pub(super) fn texts(follower: &Follower<'_>, value: &Value) -> Option<Vec<String>> {
    let items = follower.items(value)?;
    let texts: Vec<String> = items.iter().filter_map(|it| Some(it.text()?.to_owned())).collect();
    (!texts.is_empty()).then_some(texts)
}

/// A server of a map from names to entries that stand in code: an entry, or what makes one.
pub(super) fn entry(
    follower: &Follower<'_>,
    roles: &mut Roles<'_>,
    name: Option<String>,
    value: &Value,
    place: &Place,
) -> Vec<ServerEntry> {
    let made: Vec<ServerEntry> =
        value.each().iter().filter_map(Value::object).flat_map(|it| of_object(follower, roles, it)).collect();
    if !made.is_empty() {
        return made.into_iter().map(|it| ServerEntry { name: name.clone().or(it.name), ..it }).collect();
    }
    let entry = entry_of(follower, value, place);
    if matches!(&entry.kind, Kind::Map(pairs) if pairs.is_empty()) {
        return Vec::new();
    }
    vec![ServerEntry { name, entry, only: None, asked: false, file: None, place: place.clone() }]
}

/// A server that is given as a text: an address, or a name of a catalog that only the running program has.
pub(super) fn named(text: &str, place: &Place) -> Option<ServerEntry> {
    let at = Position { line: place.line, column: place.column };
    let node = |text: &str| Node { at, kind: Kind::Text(text.to_owned()) };
    let entry = if text.contains("://") {
        map(vec![("url".to_owned(), node(text))], place)
    } else {
        map(Vec::new(), place)
    };
    let name = text.split_once("://").map_or(text, |(_, it)| it).split(['/', '?']).next().map(str::to_owned);
    Some(ServerEntry { name, entry, only: None, asked: false, file: None, place: place.clone() })
}
