//! What decorators put around functions and methods, and what they make of them.

use super::expressions::bound;
use super::value::{Args, ObjectKind, ObjectNo, Site, Value};
use super::{Follower, ModuleNo};
use crate::ir::{At, FunctionNo, Name};

impl Follower<'_> {
    /// A wrapper of a method that hands on what it is given may put something into the instance before: a client.
    pub(super) fn remember_wrapper(&mut self, value: &Value, wrapper: &Value) {
        let takes_instance =
            self.function(wrapper).is_some_and(|(_, it)| it.params.iter().any(|it| &*it.name == "self"));
        // `@wraps(method)` stands above most.
        let plain = match wrapper {
            Value::Object(no) => self.wrapped(*no).unwrap_or(Value::Unknown),
            other => other.clone(),
        };
        if let (Value::Function(inner), Value::Function(outer)) = (value, &plain)
            && takes_instance
            && (inner.module, inner.no) != (outer.module, outer.no)
            && self.passes_on(wrapper)
        {
            self.wrappers.insert((inner.module, inner.no), plain);
        }
    }

    /// Follows what a decorator has put around the method, on this instance; its call of the method itself is the one
    /// that comes next.
    pub(super) fn prepare(&mut self, key: (ModuleNo, FunctionNo), instance: ObjectNo, at: At) {
        let Some(wrapper) = self.wrappers.get(&key).cloned() else { return };
        self.stack.push(key);
        self.call(&bound(&wrapper, instance), Args::new(), Site { module: key.0, at });
        self.stack.pop();
    }

    /// A decorator may make an object of a function: a tool of the repository's own kind.
    pub(super) fn remember_decorated(&mut self, made: &Value, function: Value) {
        let no = made.object();
        let is_instance =
            |it: &ObjectNo| matches!(self.object(*it).map(|it| &it.kind), Some(ObjectKind::Instance { .. }));
        if let (Some(no), Value::Function(_) | Value::Object(_)) = (no.filter(is_instance), &function)
            && *made != function
        {
            self.decorated.insert(no, function);
        }
    }

    /// The function that a tool stands for, with what it is called with, where the program itself runs the tool:
    /// `convert.invoke({"amount": 3})`.
    pub(super) fn runs_wrapped(&self, no: ObjectNo, member: &str, args: &Args) -> Option<(Value, Args)> {
        const RUNS: [&str; 9] =
            ["invoke", "ainvoke", "run", "arun", "call", "acall", "func", "fn", "forward"];
        let function = self.wrapped(no).filter(|_| RUNS.contains(&member))?;
        let (_, facts) = self.function(&function)?;
        let given = args.first().filter(|(name, _)| name.is_none()).and_then(|(_, it)| self.pairs(it));
        let Some(pairs) = given else { return Some((function, args.clone())) };
        // What models write is a map from names to values.
        let named = |(key, it): &(Option<Value>, Value)| {
            let key = key.as_ref()?.text()?;
            let param = facts.params.iter().find(|it| &*it.name == key)?;
            Some((Some(Name::clone(&param.name)), it.clone()))
        };
        let named: Args = pairs.iter().filter_map(named).collect();
        Some((function, if named.is_empty() { args.clone() } else { named }))
    }
}
