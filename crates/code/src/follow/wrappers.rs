//! What decorators of the repository put around methods.

use super::expressions::bound;
use super::value::{Args, ObjectNo, Site, Value};
use super::{Follower, ModuleNo};
use crate::ir::{At, FunctionNo};

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
}
