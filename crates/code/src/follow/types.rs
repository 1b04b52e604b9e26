//! What the types say that are stated: of parameters that whoever runs a function hands in, a client, a context with what the
//! program depends on, and of values of which nothing else is known. What a caller chooses stays a parameter.

use std::rc::Rc;

use super::value::{ClassValue, Env, ObjectKind, ObjectNo, Site, Value};
use super::{Follower, ModuleNo};
use crate::ir::{Expr, Function, Kind, Name};

/// Types that carry what a program depends on, as their argument.
const CONTEXTS: [&str; 6] =
    ["RunContext", "RunContextWrapper", "ToolRuntime", "Runtime", "ToolContext", "Context"];
/// Types that say of another that it may be absent, or comes later.
const WRAPPERS: [&str; 5] = ["Optional", "Annotated", "Promise", "Awaited", "Awaitable"];
/// Members by which it is reached.
const CARRIED: [&str; 2] = ["deps", "context"];
/// How deep classes depend on each other.
const DEEPEST: usize = 4;

impl<'w> Follower<'w> {
    /// The value of a parameter of a function that somebody outside calls.
    pub(super) fn handed(&mut self, no: ModuleNo, function: &'w Function, at: usize, env: &Rc<Env>) -> Value {
        let Some(param) = function.params.get(at) else { return Value::Unknown };
        let typed = param.annotation.as_ref().and_then(|it| self.of_type(no, it, env, false));
        typed.unwrap_or_else(|| self.chosen(Name::clone(&param.name)))
    }

    /// The value of a parameter of a constructor: what a program is put together from.
    pub(super) fn supplied(
        &mut self,
        no: ModuleNo,
        function: &'w Function,
        at: usize,
        env: &Rc<Env>,
    ) -> Option<Value> {
        let annotation = function.params.get(at)?.annotation.as_ref()?;
        self.of_type(no, annotation, env, true)
    }

    /// `value`, or what is of the type that is stated for it, where nothing is known of the value itself: a client that a
    /// session holds, a variable that something sets later.
    pub(super) fn typed(
        &mut self,
        no: ModuleNo,
        value: Value,
        annotation: Option<&'w Expr>,
        env: &Rc<Env>,
    ) -> Value {
        let Some(annotation) = annotation else { return value };
        let is_open = |it: &Value| matches!(it, Value::Unknown | Value::Null | Value::Mixed(_));
        if value.each().iter().all(is_open) {
            return self.of_type(no, annotation, env, false).unwrap_or(value);
        }
        // What another library keeps or wraps: `storage.getStore()`, `traced(client)`.
        let kept: Option<Vec<String>> = value.each().iter().map(|it| self.library_of(it)).collect();
        let Some(kept) = kept else { return value };
        let Some((path, site)) = self.client_type(no, annotation, env) else { return value };
        let of = library(&path);
        if kept.contains(&of) { value } else { Value::Object(self.made(path, site)) }
    }

    /// The library outside that the value comes from; that of an open value is empty.
    fn library_of(&self, value: &Value) -> Option<String> {
        match value {
            Value::Unknown | Value::Null | Value::Mixed(_) => Some(String::new()),
            Value::Object(no) | Value::Part(no, _) => match &self.object(*no)?.kind {
                ObjectKind::Made { symbol, wraps: None, .. } => Some(library(symbol)),
                _ => None,
            },
            _ => None,
        }
    }

    /// The type outside that is stated, where things of it are what programs talk through.
    fn client_type(&mut self, no: ModuleNo, annotation: &'w Expr, env: &Rc<Env>) -> Option<(Name, Site)> {
        match &annotation.kind {
            Kind::Index(of, inner) if WRAPPERS.contains(&last_name(of)?) => self.client_type(no, inner, env),
            Kind::Choice(parts) => parts.iter().find_map(|it| self.client_type(no, it, env)),
            Kind::Name(_) | Kind::Member(..) => match self.eval(no, annotation, env) {
                Value::Symbol(path) if is_client(&path) => {
                    Some((path, Site { module: no, at: annotation.at }))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// What is of the type, where the type says what its methods are.
    fn of_type(&mut self, no: ModuleNo, annotation: &'w Expr, env: &Rc<Env>, own: bool) -> Option<Value> {
        let site = Site { module: no, at: annotation.at };
        match &annotation.kind {
            Kind::Index(of, inner) => {
                let name = last_name(of)?;
                let inner = match &inner.kind {
                    Kind::List(parts) => parts.first()?,
                    _ => inner,
                };
                if WRAPPERS.contains(&name) {
                    return self.of_type(no, inner, env, own);
                }
                if !CONTEXTS.contains(&name) {
                    return None;
                }
                let (made, carried) = (self.eval(no, of, env), self.eval(no, inner, env));
                let Value::Class(class) = carried else { return None };
                let Value::Symbol(path) = made else { return None };
                let carried = Value::Object(self.dependencies(&class, site, DEEPEST)?);
                let context = self.made(path, site);
                if let Some(object) = self.object_mut(context) {
                    object.fields.extend(CARRIED.iter().map(|it| (Name::from(*it), carried.clone())));
                }
                Some(Value::Object(context))
            }
            Kind::Name(_) | Kind::Member(..) => match self.eval(no, annotation, env) {
                Value::Symbol(path) if is_client(&path) => Some(Value::Object(self.made(path, site))),
                Value::Class(class) if own => Some(Value::Object(self.dependencies(&class, site, DEEPEST)?)),
                _ => None,
            },
            // `Client | null`
            Kind::Choice(parts) => parts.iter().find_map(|it| self.of_type(no, it, env, own)),
            _ => None,
        }
    }

    /// An instance of a class of the repository, its fields as their types say.
    fn dependencies(&mut self, class: &Rc<ClassValue>, site: Site, depth: usize) -> Option<ObjectNo> {
        let depth = depth.checked_sub(1)?;
        let key = (class.module, class.no);
        if self.supplying.contains(&key) {
            return None;
        }
        self.supplying.push(key);
        let instance = self.instance_of(class, site);
        let facts = self.world().module(class.module).and_then(|it| it.class(class.no));
        for field in facts.into_iter().flat_map(|it| &it.fields) {
            let Some(annotation) = field.annotation.as_ref().filter(|_| field.value.is_none()) else {
                continue;
            };
            let value = match self.eval(class.module, annotation, &class.env) {
                Value::Symbol(path) if !path.starts_with("builtins.") && !path.starts_with("typing.") => {
                    Some(self.made(path, site))
                }
                Value::Class(inner) => self.dependencies(&inner, site, depth),
                _ => None,
            };
            if let (Some(value), Some(object)) = (value, self.object_mut(instance)) {
                object.fields.insert(Name::clone(&field.name), Value::Object(value));
            }
        }
        self.supplying.pop();
        Some(instance)
    }

    fn made(&mut self, symbol: Name, site: Site) -> ObjectNo {
        let kind = ObjectKind::Made { symbol, args: Rc::default(), receiver: None, wraps: None };
        self.make(kind, site.module, site.at)
    }
}

/// Whether things of this type are what programs talk through, and nothing that a caller could write down.
fn is_client(path: &str) -> bool {
    const LAST: [&str; 22] = [
        "Client",
        "Session",
        "Connection",
        "Pool",
        "Engine",
        "Cursor",
        "Database",
        "Redis",
        "Driver",
        "Page",
        "Browser",
        "Producer",
        "Octokit",
        "API",
        "Api",
        "Sandbox",
        "Bot",
        "Telegraf",
        "Transporter",
        "DataSource",
        "Bucket",
        "Knex",
    ];
    let last = path.rsplit('.').next().unwrap_or(path);
    path.contains('.') && LAST.iter().any(|it| last.ends_with(it))
}

/// The library that a path begins with.
fn library(path: &str) -> String {
    let rest = path.split('(').next().unwrap_or(path);
    let (scope, rest) = match rest.split_once('/') {
        Some((scope, rest)) if scope.starts_with('@') => (format!("{scope}/"), rest),
        _ => (String::new(), rest),
    };
    format!("{scope}{}", rest.split(['.', '/']).next().unwrap_or(rest))
}

fn last_name(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        Kind::Name(name) | Kind::Member(_, name) => Some(name),
        _ => None,
    }
}
