//! One call: what it is a call of, its arguments by their roles.

use ambit_catalog::schema::{CallAct, CallLanguage, Role};
use ambit_model::Place;
use ambit_model::facts::Object;

use crate::follow::Follower;
use crate::follow::value::{Args, CallEvent, ObjectKind, ObjectNo, Site, Value};
use crate::ir::{Language, Name};

use super::chosen::Decided;
use super::{Reading, Unlooked};

/// Members of what frameworks hand to tools, of which no call does anything outside the run.
const TOLD: [&str; 6] = ["callbacks", "writer", "abortSignal", "signal", "tracingContext", "runManager"];
/// How many calls a chain of methods may have.
const LONGEST: usize = 32;

/// One call.
pub(super) struct Call<'c> {
    pub(super) reading: &'c Reading<'c, 'c>,
    pub(super) event: &'c CallEvent,
    pub(super) language: CallLanguage,
    /// What is called, with the keys that the library asks for: `boto3.client(s3).get_object`.
    pub(super) symbol: String,
    pub(super) act: Option<&'c CallAct>,
}

/// What the module at `site` is written in.
pub(crate) fn language_of(follower: &Follower<'_>, site: Site) -> CallLanguage {
    match follower.world().module(site.module).map(|it| it.language) {
        Some(Language::TypeScript) => CallLanguage::TypeScript,
        _ => CallLanguage::Python,
    }
}

impl<'c> Call<'c> {
    pub(super) fn of(reading: &'c Reading<'c, 'c>, event: &'c CallEvent) -> Self {
        let language = language_of(reading.follower, event.site);
        let symbol = match handed(event, language) {
            Some(symbol) => symbol,
            None => keyed(reading, language, &event.symbol, event.receiver, LONGEST),
        };
        Self { reading, event, language, symbol, act: None }
    }

    pub(super) fn place(&self) -> Place {
        self.reading.follower.place(self.event.site)
    }

    /// The argument of this role; the first of the ways to find it that finds one.
    pub(super) fn role(&self, role: Role) -> Option<Value> {
        let paths = self.act?.roles.get(&role)?;
        paths.split('|').find_map(|it| self.at(it))
    }

    /// All arguments of this role.
    pub(super) fn roles(&self, role: Role) -> Vec<Value> {
        let paths = self.act.and_then(|it| it.roles.get(&role));
        paths.into_iter().flat_map(|it| it.split('|')).filter_map(|it| self.at(it)).collect()
    }

    /// Who decides the argument of this role.
    pub(super) fn decided(&self, role: Role) -> Decided {
        self.reading.decided(self.role(role).iter())
    }

    /// Who decides anything that the call is given, or that its object was given.
    pub(super) fn decided_at_all(&self) -> Decided {
        let receiver = self.event.receiver.map(Value::Object);
        self.reading.decided(self.event.args.iter().map(|(_, it)| it).chain(receiver.iter()))
    }

    /// The arguments that stand for themselves, not by name.
    pub(super) fn unnamed(&self) -> impl Iterator<Item = &'c Value> {
        self.event.args.iter().filter(|(name, _)| name.is_none()).map(|(_, it)| it)
    }

    fn at(&self, path: &str) -> Option<Value> {
        argument(self.reading.follower, &self.event.args, self.event.receiver, path)
    }

    /// A call of something that the function is handed and of which nothing is known.
    pub(super) fn opaque(&self) -> Option<Unlooked> {
        let Value::Param(path) = &self.event.callee else { return None };
        let (owner, _) = path.rsplit_once('.')?;
        // What the caller chooses is text and numbers; methods of a context belong to the framework.
        let is_chosen = self.reading.decided([&self.event.callee]).is_chosen();
        let is_context = !owner.contains('.');
        let is_own = self.reading.chooser.is_parameter(owner);
        // What a framework hands over to be told how far a tool is: `config.callbacks.handleToolStart(…)`.
        let is_told_of = owner
            .split_once('.')
            .is_some_and(|(first, rest)| self.reading.chooser.is_parameter(first) && TOLD.contains(&rest));
        if is_told_of || is_chosen || is_context && is_own || self.is_idle(path) {
            return None;
        }
        let given = self.reading.decided(self.event.args.iter().map(|(_, it)| it));
        // `client or httpx.Client()`: what it is otherwise tells.
        let calls = self.reading.outcome.calls.iter().filter_map(|it| self.reading.follower.event(*it));
        let is_told = calls.into_iter().any(|it| it.site == self.event.site && !it.symbol.is_empty());
        if !given.is_chosen() || is_told {
            return None;
        }
        Some(Unlooked { library: owner.to_owned(), symbol: path.to_string(), place: self.place() })
    }

    /// Whether the call's name is one of what programs do to themselves all the time.
    fn is_idle(&self, path: &str) -> bool {
        const IDLE: [&str; 26] = [
            "info",
            "debug",
            "warning",
            "warn",
            "error",
            "log",
            "exception",
            "report_progress",
            "append",
            "extend",
            "add",
            "get",
            "pop",
            "items",
            "keys",
            "values",
            "format",
            "join",
            "split",
            "strip",
            "lower",
            "startswith",
            "endswith",
            "push",
            "copy",
            "update",
        ];
        let mut parts = path.rsplit('.');
        let last = parts.next().unwrap_or_default();
        let owner = parts.next().unwrap_or_default();
        let logs = owner.contains("log")
            || ["ctx", "context", "state", "session", "messages", "history"].contains(&owner);
        // What a flow keeps between its steps.
        let keeps = owner == "store"
            && parts.next().is_some_and(|it| ["ctx", "context"].contains(&it))
            && ["get", "set", "get_state", "set_state", "edit_state", "clear"].contains(&last);
        keeps || IDLE.contains(&last) && (logs || !["get", "update", "add", "push"].contains(&last))
    }

    /// A call of a function whose name somebody chooses, of a library of which not all functions are harmless.
    pub(super) fn any_of_library(&self) -> Option<Unlooked> {
        let of = self.symbol.strip_suffix(".[]").filter(|it| !it.contains('('))?;
        let within = format!("{of}.");
        let acts = self.reading.catalog.library_of(self.language, &within).map(|it| &it.acts);
        let acts = acts.into_iter().flat_map(|it| it.values());
        let acting = acts.flat_map(|it| &it.symbols).any(|it| it.starts_with(&within));
        acting.then(|| Unlooked { library: of.to_owned(), symbol: format!("{of}.…"), place: self.place() })
    }

    /// A call of a library that no file of the catalog lists.
    pub(super) fn foreign(&self) -> Option<Unlooked> {
        let root = self.symbol.split(['(', '.']).next().unwrap_or(&self.symbol);
        let library = match self.language {
            CallLanguage::TypeScript if self.symbol.starts_with('@') => {
                let rest = self.symbol.split(['(', '.']).next().unwrap_or(&self.symbol);
                rest.splitn(3, '/').take(2).collect::<Vec<_>>().join("/")
            }
            _ => root.to_owned(),
        };
        let last = self.symbol.rsplit('.').next().unwrap_or_default();
        let is_exception = ["Error", "Exception", "Warning"].iter().any(|it| last.ends_with(it));
        if library.is_empty() || self.event.args.is_empty() || is_exception {
            return None;
        }
        Some(self.unlooked(&library))
    }

    pub(super) fn unlooked(&self, library: &str) -> Unlooked {
        Unlooked { library: library.to_owned(), symbol: self.symbol.clone(), place: self.place() }
    }

    /// A place of the catalog, or one within it: `{name}` and `{dsn}` are literal text, or fall away.
    pub(super) fn object(&self, on: &str) -> Object {
        let (base, role) = match on.split_once("/{") {
            Some((base, rest)) => (base, if rest.starts_with("dsn") { Role::Dsn } else { Role::Name }),
            None => return self.reading.known(on),
        };
        match role {
            Role::Dsn => super::statement::database(self, base),
            _ => match self.role(Role::Name).and_then(|it| it.text().map(str::to_owned)) {
                Some(name) if !name.is_empty() && name.len() < 200 => self.reading.inside(base, &name),
                _ => self.reading.known(base),
            },
        }
    }
}

/// The argument of a call that the catalog names by this path.
pub(crate) fn argument(
    follower: &Follower<'_>,
    args: &Args,
    receiver: Option<ObjectNo>,
    path: &str,
) -> Option<Value> {
    let mut parts = path.split('.');
    let first = parts.next()?;
    if let Some(text) = path.strip_prefix('=') {
        return Some(Value::Text(text.into()));
    }
    let value = match first {
        "all" => return Some(Value::Mixed(args.iter().map(|(_, it)| it.clone()).collect())),
        "self" => Value::Object(receiver?),
        "root" => Value::Object(root(follower, receiver?)),
        key => within_args(args, key)?,
    };
    parts.try_fold(value, |value, part| within(follower, &value, part))
}

impl Reading<'_, '_> {
    /// A place of the catalog.
    pub(super) fn known(&self, id: &str) -> Object {
        let mut object = Object::named(id, "");
        if let Some(place) = self.catalog.reached(id) {
            object.name.clone_from(&place.name);
            (object.trust, object.level) = (place.trust, place.level);
            object.data.clone_from(&place.data);
        }
        object
    }

    /// The one of this name within a place of the catalog.
    pub(super) fn inside(&self, base: &str, name: &str) -> Object {
        let place = self.known(base);
        let shown = format!("{} {name}", place.name);
        Object {
            name: shown.trim_start().to_owned(),
            ..Object { id: Object::named(format!("{base}/{name}"), "").id, ..place }
        }
    }
}

/// The store that a graph hands to its nodes, `config.store.put(…)`, as it is called by those who ask for it by name.
fn handed(event: &CallEvent, language: CallLanguage) -> Option<String> {
    let Value::Param(path) = &event.callee else { return None };
    let mut parts = path.rsplit('.');
    let (member, owner, from) = (parts.next()?, parts.next()?, parts.next()?);
    if !event.symbol.is_empty() || owner != "store" || !["config", "runtime"].contains(&from) {
        return None;
    }
    let asked = match language {
        CallLanguage::Python => "langgraph.config.get_store()",
        CallLanguage::TypeScript => "@langchain/langgraph.getStore()",
    };
    Some(format!("{asked}.{member}"))
}

/// What `symbol` is a call of, where each call of the chain before it has its key.
fn keyed(
    reading: &Reading<'_, '_>,
    language: CallLanguage,
    symbol: &str,
    receiver: Option<ObjectNo>,
    depth: usize,
) -> String {
    let Some(no) = receiver.filter(|_| depth > 0) else { return symbol.to_owned() };
    let before = reading.follower.path_of(no);
    let Some(rest) = symbol.strip_prefix(before.as_str()) else { return symbol.to_owned() };
    let Some(ObjectKind::Made { symbol: made, args, receiver, .. }) =
        reading.follower.object(no).map(|it| &it.kind)
    else {
        return symbol.to_owned();
    };
    let owner = keyed(reading, language, made, *receiver, depth - 1);
    let selector = reading.catalog.library_of(language, made).and_then(|it| it.keyed.get(owner.as_str()));
    let key = selector.and_then(|it| it.split('|').find_map(|part| within_args(args, part)));
    let key = key.and_then(|it| it.text().map(str::to_owned)).unwrap_or_default();
    format!("{owner}({key}){rest}")
}

/// The object that a chain of calls begins with.
pub(super) fn root(follower: &Follower<'_>, no: ObjectNo) -> ObjectNo {
    let mut no = no;
    for _ in 0..LONGEST {
        match follower.object(no).map(|it| &it.kind) {
            Some(ObjectKind::Made { receiver: Some(before), .. }) => no = *before,
            _ => break,
        }
    }
    no
}

/// The argument at the position or of the name that `key` is.
fn within_args(args: &Args, key: &str) -> Option<Value> {
    match key.parse::<usize>() {
        Ok(at) => args.iter().filter(|(name, _)| name.is_none()).nth(at).map(|(_, it)| it.clone()),
        Err(_) => args.iter().find(|(name, _)| name.as_deref() == Some(key)).map(|(_, it)| it.clone()),
    }
}

/// The part of `value` that `key` is: an item, a member, an argument of what made it.
fn within(follower: &Follower<'_>, value: &Value, key: &str) -> Option<Value> {
    match value {
        Value::Choice(list) => list.iter().find_map(|it| within(follower, it, key)),
        // A member of what the caller chooses is chosen.
        Value::Param(path) if key.parse::<usize>().is_err() => {
            Some(Value::Param(Name::from(format!("{path}.{key}"))))
        }
        Value::Object(no) => match &follower.object(*no)?.kind {
            ObjectKind::List(items) => items.get(key.parse::<usize>().ok()?).cloned(),
            ObjectKind::Map(pairs) => {
                let found = pairs.iter().rev().find(|(it, _)| it.as_ref().and_then(Value::text) == Some(key));
                found.map(|(_, it)| it.clone())
            }
            ObjectKind::Made { args, .. } => {
                within_args(args, key).or_else(|| follower.object(*no)?.fields.get(key).cloned())
            }
            ObjectKind::Instance { args, base_args, .. } => {
                within_args(base_args, key).or_else(|| within_args(args, key))
            }
        },
        _ => None,
    }
}
