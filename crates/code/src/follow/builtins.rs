//! What the languages bring along: lists, maps, text, and the ways of handing a function to somebody who calls it.

use std::rc::Rc;

use super::Follower;
use super::expressions::template;
use super::sessions::is_session;
use super::value::{Args, MOST_ITEMS, ObjectKind, ObjectNo, Site, Value, arg};
use crate::ir::Name;

/// Functions and types of Python that act, or that make something of what they are given.
const PYTHON: &[&str] = &[
    "open",
    "eval",
    "exec",
    "compile",
    "input",
    "print",
    "__import__",
    "getattr",
    "setattr",
    "list",
    "tuple",
    "set",
    "dict",
    "str",
    "int",
    "float",
    "bool",
    "bytes",
    "len",
    "range",
    "enumerate",
    "zip",
    "map",
    "filter",
    "sorted",
    "reversed",
    "sum",
    "min",
    "max",
    "any",
    "all",
    "isinstance",
    "type",
    "super",
    "next",
    "iter",
    "vars",
    "globals",
    "locals",
    "object",
    "property",
    "staticmethod",
    "classmethod",
    "Exception",
    "ValueError",
    "breakpoint",
    "format",
];

/// The same of TypeScript.
const GLOBAL: &[&str] = &[
    "fetch",
    "eval",
    "Function",
    "process",
    "console",
    "require",
    "Promise",
    "Array",
    "Object",
    "JSON",
    "Math",
    "Date",
    "String",
    "Number",
    "Boolean",
    "Map",
    "Set",
    "URL",
    "URLSearchParams",
    "setTimeout",
    "setInterval",
    "Buffer",
    "Deno",
    "Bun",
    "globalThis",
    "window",
    "document",
    "localStorage",
    "sessionStorage",
    "XMLHttpRequest",
    "WebSocket",
    "EventSource",
    "navigator",
    "crypto",
    "structuredClone",
    "queueMicrotask",
    "encodeURIComponent",
    "FormData",
    "Headers",
    "Request",
    "Response",
    "AbortController",
    "AbortSignal",
    "TextEncoder",
    "TextDecoder",
    "Error",
    "RegExp",
    "import",
];

pub(super) fn is_python(name: &str) -> bool {
    PYTHON.contains(&name)
}

pub(super) fn is_global(name: &str) -> bool {
    GLOBAL.contains(&name)
}

/// Whether what is called calls the functions that it is given: their bodies are part of what happens.
pub(super) fn runs_callbacks(path: &str) -> bool {
    const LAST: &[&str] = &[
        "to_thread",
        "run_in_executor",
        "run_sync",
        "gather",
        "wait_for",
        "create_task",
        "run_until_complete",
        "submit",
        "map",
        "imap",
        "starmap",
        "forEach",
        "filter",
        "reduce",
        "flatMap",
        "find",
        "some",
        "every",
        "then",
        "catch",
        "finally",
        "allSettled",
        "all",
        "race",
        "any",
        "setTimeout",
        "setInterval",
        "queueMicrotask",
        "partial",
        "retry",
        "wrap",
        "pRetry",
        "asyncio.run",
        "anyio.run",
        "transaction",
        "nextTick",
        "Promise",
        "call_soon",
        "apply",
        "call",
    ];
    LAST.iter().any(|it| path == *it || path.strip_suffix(it).is_some_and(|it| it.ends_with('.')))
}

/// Whether the call gives back what the function that it is handed gives.
pub(super) fn gives_back(path: &str) -> bool {
    ["to_thread", "run_in_executor", "run_sync"].contains(&path.rsplit('.').next().unwrap_or(path))
}

/// Whether what was made by this call is a path of a file, which `/` makes longer.
pub(super) fn is_path(made: &str) -> bool {
    let last = made.trim_end_matches("()").rsplit('.').next().unwrap_or(made);
    made.ends_with("()")
        && (["Path", "PurePath", "PosixPath", "AsyncPath", "UPath"].contains(&last)
            || made.contains("Path")
                && ["resolve", "cwd", "home", "absolute", "expanduser", "joinpath"].contains(&last))
}

/// Methods of text that give back the same text, as far as it matters here.
pub(super) fn keeps_text(method: &str) -> bool {
    const SAME: &[&str] = &[
        "strip",
        "rstrip",
        "lstrip",
        "lower",
        "upper",
        "title",
        "encode",
        "decode",
        "removeprefix",
        "removesuffix",
        "casefold",
        "trim",
        "trimStart",
        "trimEnd",
        "toLowerCase",
        "toUpperCase",
        "toString",
        "replace",
        "replaceAll",
        "normalize",
        "split",
        "expandtabs",
        "dedent",
    ];
    SAME.contains(&method)
}

/// Decorators that leave what they decorate as it is, as far as it matters here.
pub(super) fn is_transparent(path: &str) -> bool {
    let last = path.rsplit('.').next().unwrap_or(path);
    let known = [
        "staticmethod",
        "classmethod",
        "property",
        "cached_property",
        "abstractmethod",
        "override",
        "overload",
        "wraps",
        "lru_cache",
        "cache",
        "contextmanager",
        "asynccontextmanager",
        "dataclass",
        "final",
        "no_type_check",
        "total_ordering",
        "runtime_checkable",
        "deprecated",
    ];
    known.contains(&last)
}

impl Follower<'_> {
    /// What a function of the language gives back, where that is followed.
    pub(super) fn builtin(&mut self, path: &Name, args: &Args, site: Site) -> Option<Value> {
        let first = args.first().map(|(_, it)| it);
        match &**path {
            path if path.rsplit_once('.').is_some_and(|(of, _)| is_session(of)) => self.session(path, args),
            "os.getenv" | "os.environ.get" => {
                let name = first?.text()?;
                Some(Value::choice(
                    std::iter::once(Value::Env(name.into())).chain(args.get(1).map(|(_, it)| it.clone())),
                ))
            }
            "builtins.getattr" => {
                let (of, names) = (first?.clone(), args.get(1)?.1.clone());
                let each = names.each().iter().map(|it| match it {
                    Value::Text(name) => self.member_at(&of, name, site),
                    _ => self.any_member(&of),
                });
                let found: Vec<Value> = each.collect();
                Some(Value::choice(found.into_iter().chain(args.get(2).map(|(_, it)| it.clone()))))
            }
            "builtins.globals" => Some(self.members_as_map(site.module, site)),
            "builtins.vars" => match first? {
                Value::Module(no) => Some(self.members_as_map(*no, site)),
                _ => None,
            },
            "collections.OrderedDict" | "collections.defaultdict" => {
                let pairs = args.iter().rev().find_map(|(_, it)| self.pairs(it)).unwrap_or_default();
                Some(Value::Object(self.make(ObjectKind::Map(pairs), site.module, site.at)))
            }
            "builtins.list" | "builtins.tuple" | "builtins.set" | "builtins.sorted" | "builtins.reversed"
            | "global.Array.from" => {
                let Some(first) = first else { return Some(self.list(Vec::new(), site.module, site.at)) };
                let items = self.items(first)?;
                Some(self.list(items, site.module, site.at))
            }
            "builtins.dict" if args.iter().all(|(name, _)| name.is_some()) => {
                let pairs =
                    args.iter().map(|(name, it)| (name.clone().map(Value::Text), it.clone())).collect();
                Some(Value::Object(self.make(ObjectKind::Map(pairs), site.module, site.at)))
            }
            "builtins.dict" | "builtins.str" | "global.String" | "builtins.int" | "builtins.float" => {
                first.cloned()
            }
            "global.Object.values" => {
                let items = self.pairs(first?)?.into_iter().map(|(_, it)| it).collect();
                Some(self.list(items, site.module, site.at))
            }
            "global.Object.assign" => {
                let mut pairs = Vec::new();
                for (_, it) in args {
                    pairs.extend(self.pairs(it).unwrap_or_else(|| vec![(None, it.clone())]));
                    pairs.truncate(MOST_ITEMS);
                }
                Some(Value::Object(self.make(ObjectKind::Map(pairs), site.module, site.at)))
            }
            "functools.partial" => {
                let callee = first?.clone();
                matches!(callee, Value::Function(_) | Value::Object(_)).then_some(callee)
            }
            // A type that is claimed of something of which nothing else is known.
            "typing.cast" => match (first, args.get(1).map(|(_, it)| it)) {
                (Some(Value::Symbol(path)), Some(Value::Null | Value::Unknown | Value::Mixed(_))) => {
                    let symbol = Name::clone(path);
                    let kind = ObjectKind::Made { symbol, args: Rc::default(), receiver: None, wraps: None };
                    Some(Value::Object(self.make(kind, site.module, site.at)))
                }
                (_, value) => value.cloned(),
            },
            "copy.copy" | "copy.deepcopy" | "global.structuredClone" => args.last().map(|(_, it)| it.clone()),
            "util.promisify" | "pify" => first.cloned(),
            // A field is what it is unless given.
            "pydantic.Field" | "dataclasses.field" => {
                let default = args.iter().find(|(name, _)| name.as_deref() == Some("default"));
                let default =
                    default.or_else(|| args.iter().find(|(name, _)| name.is_none())).map(|(_, it)| it)?;
                matches!(default, Value::Text(_) | Value::Number(_) | Value::Bool(_)).then(|| default.clone())
            }
            "builtins.map" | "builtins.filter" => {
                let (function, over) = (first?.clone(), args.get(1)?.1.clone());
                Some(self.mapped(&function, &over, &**path == "builtins.filter", site))
            }
            _ => None,
        }
    }

    /// The list of what `function` makes of each element, or of those that it keeps.
    fn mapped(&mut self, function: &Value, over: &Value, keeps: bool, site: Site) -> Value {
        const MOST: usize = 24;
        let items =
            self.items(over).filter(|it| it.len() <= MOST).unwrap_or_else(|| vec![self.element(over)]);
        self.loops += 1;
        let made: Vec<Value> =
            items.iter().map(|it| self.call(function, vec![(None, it.clone())], site)).collect();
        self.loops -= 1;
        self.list(if keeps { items } else { made }, site.module, site.at)
    }

    /// What a method of a list or map gives back, where that is followed.
    pub(super) fn method(&mut self, no: ObjectNo, name: &str, args: &Args, site: Site) -> Option<Value> {
        let first = args.first().map(|(_, it)| it.clone());
        match &self.object(no)?.kind {
            ObjectKind::List(_) => self.list_method((no, name), first, args, site),
            ObjectKind::Map(_) => self.map_method((no, name), first, args, site),
            ObjectKind::Made { .. } | ObjectKind::Instance { .. } => None,
        }
    }

    fn list_method(
        &mut self,
        (no, name): (ObjectNo, &str),
        first: Option<Value>,
        args: &Args,
        site: Site,
    ) -> Option<Value> {
        let this = Value::Object(no);
        match name {
            "append" | "add" | "push" | "unshift" => {
                let more: Vec<Value> = args.iter().map(|(_, it)| it.clone()).collect();
                self.extend_list(no, more);
                Some(Value::Null)
            }
            "insert" => {
                self.extend_list(no, vec![args.get(1)?.1.clone()]);
                Some(Value::Null)
            }
            "extend" | "update" => {
                let more = first?;
                let items = self.items(&more).unwrap_or_else(|| vec![Value::mixed([more])]);
                self.extend_list(no, items);
                Some(Value::Null)
            }
            "concat" => {
                let parts = std::iter::once(this).chain(args.iter().map(|(_, it)| it.clone())).collect();
                Some(self.joined(site.module, parts, site.at))
            }
            "copy" | "slice" | "reverse" | "sort" | "flat" | "toSorted" => Some(this),
            "pop" | "shift" | "at" | "find" => Some(self.element(&this)),
            "map" | "flatMap" => Some(self.mapped(&first?, &this, false, site)),
            "filter" => Some(self.mapped(&first?, &this, true, site)),
            "forEach" => {
                self.mapped(&first?, &this, false, site);
                Some(Value::Null)
            }
            "join" => {
                let items = self.items(&this)?;
                let mut parts = Vec::new();
                for item in items {
                    parts.extend((!parts.is_empty()).then(|| first.clone()).flatten());
                    parts.push(item);
                }
                Some(template(parts))
            }
            _ => None,
        }
    }

    fn map_method(
        &mut self,
        (no, name): (ObjectNo, &str),
        first: Option<Value>,
        args: &Args,
        site: Site,
    ) -> Option<Value> {
        let this = Value::Object(no);
        let pairs = self.pairs(&this)?;
        match name {
            "setdefault" if args.len() > 1 && !self.has_key(&pairs, first.as_ref()) => {
                let (key, value) = (first?, args.get(1)?.1.clone());
                if let Some(ObjectKind::Map(known)) = self.object_mut(no).map(|it| &mut it.kind)
                    && known.len() < MOST_ITEMS
                {
                    known.push((Some(key), value.clone()));
                }
                Some(value)
            }
            "get" | "pop" | "setdefault" => {
                let default = arg(args, "default", Some(1)).cloned();
                let found = match first?.text() {
                    Some(key) => pairs
                        .iter()
                        .rev()
                        .find(|(it, _)| it.as_ref().and_then(Value::text) == Some(key))
                        .map(|(_, it)| it.clone()),
                    None => Some(Value::choice(pairs.into_iter().map(|(_, it)| it))),
                };
                Some(Value::choice(found.into_iter().chain(default)))
            }
            "values" => {
                let items = pairs.into_iter().map(|(_, it)| it).collect();
                Some(self.list(items, site.module, site.at))
            }
            "keys" => {
                let items = pairs.into_iter().filter_map(|(key, _)| key).collect();
                Some(self.list(items, site.module, site.at))
            }
            "items" | "entries" => {
                let both = |(key, it): (Option<Value>, Value)| vec![key.unwrap_or(Value::Unknown), it];
                let all: Vec<Vec<Value>> = pairs.into_iter().map(both).collect();
                let items = all.into_iter().map(|it| self.list(it, site.module, site.at)).collect();
                Some(self.list(items, site.module, site.at))
            }
            "update" => {
                let more = self.pairs(&first?)?;
                if let Some(ObjectKind::Map(known)) = self.object_mut(no).map(|it| &mut it.kind) {
                    let room = MOST_ITEMS.saturating_sub(known.len());
                    known.extend(more.into_iter().take(room));
                }
                Some(Value::Null)
            }
            "copy" => Some(this),
            _ => None,
        }
    }

    fn has_key(&self, pairs: &[(Option<Value>, Value)], key: Option<&Value>) -> bool {
        key.is_some() && pairs.iter().any(|(it, _)| it.as_ref() == key)
    }

    fn extend_list(&mut self, no: ObjectNo, more: Vec<Value>) {
        if let Some(ObjectKind::List(items)) = self.object_mut(no).map(|it| &mut it.kind) {
            let room = MOST_ITEMS.saturating_sub(items.len());
            for value in more.into_iter().take(room) {
                // A loop that is gone through for each element of something else adds the same again.
                if !items.contains(&value) || matches!(value, Value::Text(_) | Value::Number(_)) {
                    items.push(value);
                }
            }
        }
    }
}
