//! What the languages bring along: functions, text, and the ways of handing a function to somebody who calls it.

use std::rc::Rc;

use super::Follower;
use super::sessions::is_session;
use super::value::{Args, ObjectKind, Site, Value};
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

/// What a schema gives back of the variables of the process: those variables. `schema.parse(process.env)`,
/// `cleanEnv(process.env, …)`.
pub(super) fn checked(path: &str, args: &Args) -> Option<Value> {
    const CHECKS: [&str; 8] =
        ["parse", "parseAsync", "validateSync", "cast", "decode", "cleanEnv", "parseEnv", "assert"];
    let last = path.rsplit('.').next().unwrap_or(path);
    let is_environment = |it: &&Value| matches!(it, Value::Symbol(it) if &**it == "global.process.env");
    let (_, given) = args.iter().find(|(_, it)| is_environment(&it))?;
    CHECKS.contains(&last).then(|| given.clone())
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
        "$transaction",
        "withTransaction",
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

/// Whether the call enters what it is given and gives that back: a stack of contexts.
pub(super) fn enters(owner: &str, method: &str) -> bool {
    ["contextlib.ExitStack()", "contextlib.AsyncExitStack()"].contains(&owner)
        && ["enter_context", "enter_async_context"].contains(&method)
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
                    Value::Text(name) => {
                        self.told_member(name);
                        self.member_at(&of, name, site)
                    }
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
            // What is waited for, in a way.
            "asyncio.wait_for"
            | "asyncio.shield"
            | "asyncio.create_task"
            | "asyncio.ensure_future"
            | "asyncio.run" => {
                first.filter(|it| !matches!(it, Value::Function(_) | Value::Symbol(_))).cloned()
            }
            // A field is what it is unless given.
            "pydantic.Field" | "dataclasses.field" => {
                let default = args.iter().find(|(name, _)| name.as_deref() == Some("default"));
                let default =
                    default.or_else(|| args.iter().find(|(name, _)| name.is_none())).map(|(_, it)| it)?;
                matches!(default, Value::Text(_) | Value::Number(_) | Value::Bool(_)).then(|| default.clone())
            }
            _ => self.collection(path, args, site),
        }
    }
}
