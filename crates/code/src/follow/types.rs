//! What parameters are that whoever runs a function hands in: a client, a context with what the program depends on. What
//! a caller chooses stays a parameter.

use std::rc::Rc;

use super::value::{ClassValue, Env, ObjectKind, ObjectNo, Site, Value};
use super::{Follower, ModuleNo};
use crate::ir::{Expr, Function, Kind, Name};

/// Types that carry what a program depends on, as their argument.
const CONTEXTS: [&str; 6] =
    ["RunContext", "RunContextWrapper", "ToolRuntime", "Runtime", "ToolContext", "Context"];
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
                if ["Optional", "Annotated"].contains(&name) {
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
    const LAST: [&str; 14] = [
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
    ];
    let last = path.rsplit('.').next().unwrap_or(path);
    path.contains('.') && LAST.iter().any(|it| last.ends_with(it))
}

fn last_name(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        Kind::Name(name) | Kind::Member(_, name) => Some(name),
        _ => None,
    }
}
