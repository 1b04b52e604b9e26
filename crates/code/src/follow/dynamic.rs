//! Members that are not named in the text: one that the caller names, all that a module has, a method that a decorator has
//! put something around.

use std::rc::Rc;

use super::expressions::bound;
use super::value::{MOST_ITEMS, ObjectKind, Site, Value};
use super::{Follower, ModuleNo};
use crate::ir::Name;

impl Follower<'_> {
    /// What is called where `callee` is a member of `of`: a decorated method is called with its instance.
    pub(super) fn method_of(&self, of: &Value, callee: Value) -> Value {
        let (Value::Object(instance), Value::Object(no)) = (of, &callee) else { return callee };
        let is_instance =
            matches!(self.object(*instance).map(|it| &it.kind), Some(ObjectKind::Instance { .. }));
        match self.wrapped(*no) {
            Some(Value::Function(it)) if is_instance && it.bound.is_none() && self.is_method(&it) => {
                bound(&Value::Function(it), *instance)
            }
            _ => callee,
        }
    }

    /// What a member is of which the name is somebody's choice: one of those that stand in the text; of what is outside,
    /// any.
    pub(super) fn any_member(&mut self, of: &Value) -> Value {
        let list: Vec<Value> = match of {
            Value::Module(no) => self.own_functions(*no).into_iter().map(|it| it.1).collect(),
            Value::Class(class) => self.methods_of(class).into_values().collect(),
            Value::Symbol(path) => return Value::Symbol(format!("{path}.[]").into()),
            Value::Object(no) => match self.object(*no).map(|it| &it.kind) {
                Some(ObjectKind::Instance { class, .. }) => {
                    let methods = self.methods_of(&Rc::clone(class)).into_iter();
                    let open = methods.filter(|(name, _)| !name.starts_with("__")).map(|it| it.1);
                    open.filter_map(|it| self.bound_to(&it, *no)).collect()
                }
                Some(ObjectKind::Made { .. }) => return Value::Part(*no, "[]".into()),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        };
        if list.is_empty() { Value::mixed([of.clone()]) } else { Value::choice(list) }
    }

    /// The functions and classes that stand at the top of the module.
    fn own_functions(&mut self, no: ModuleNo) -> Vec<(Name, Value)> {
        let is_own = |it: &Value| match it {
            Value::Function(it) => it.module == no,
            Value::Class(it) => it.module == no,
            Value::Object(_) => true,
            _ => false,
        };
        let all = self.members_of(no).into_iter();
        all.filter(|(_, it)| is_own(it) && (self.function(it).is_some() || matches!(it, Value::Class(_))))
            .collect()
    }

    /// The same as a map: `globals()`.
    pub(super) fn members_as_map(&mut self, no: ModuleNo, site: Site) -> Value {
        let own = self.own_functions(no).into_iter();
        let pairs = own.take(MOST_ITEMS).map(|(name, it)| (Some(Value::Text(name)), it)).collect();
        Value::Object(self.make(ObjectKind::Map(pairs), site.module, site.at))
    }
}
