//! What is not named in the text: a member that the caller names, all that a module has, a method that a decorator has put
//! something around, the classes that derive from one.

use std::rc::Rc;

use super::expressions::{bound, of_class};
use super::value::{Args, ClassValue, Closure, Env, MOST_ITEMS, ObjectKind, Site, Value};
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

    /// The classes of the repository that derive from `class` at once: `Base.__subclasses__()`.
    pub(super) fn subclasses(&mut self, class: &ClassValue) -> Vec<Value> {
        let all: Vec<ModuleNo> = self.world.modules().map(|(no, _)| no).collect();
        let mut found: Vec<Value> = Vec::new();
        for no in all {
            let own = self.members_of(no).into_values().filter_map(|it| match self.plain_class(&it) {
                Some(it) if it.module == no => Some(it),
                _ => None,
            });
            let mut own: Vec<Rc<ClassValue>> = own.collect();
            own.retain(|it| it.bases.iter().flat_map(Value::each).any(|it| self.is_class(it, class)));
            own.sort_by_key(|it| it.no);
            own.dedup_by_key(|it| it.no);
            found.extend(own.into_iter().map(Value::Class));
        }
        found
    }

    /// The class that the value is, decorated or not.
    fn plain_class(&self, value: &Value) -> Option<Rc<ClassValue>> {
        match value {
            Value::Class(it) => Some(Rc::clone(it)),
            Value::Object(no) => match self.wrapped(*no)? {
                Value::Class(it) => Some(it),
                _ => None,
            },
            _ => None,
        }
    }

    fn is_class(&self, value: &Value, class: &ClassValue) -> bool {
        self.plain_class(value).is_some_and(|it| *it == *class)
    }

    /// What a base has to be told of each class that derives from it: `__init_subclass__` may put it into a registry.
    pub(super) fn tell_bases(&mut self, class: &Rc<ClassValue>, site: Site) {
        const TOLD: &str = "__init_subclass__";
        let mut bases = class.bases.iter().flat_map(Value::each).filter_map(|it| self.plain_class(it));
        let method = bases.find_map(|it| of_class(&it, TOLD));
        let Some(Value::Function(method)) = method else { return };
        let env = Env::new(Some(Rc::clone(&method.env)));
        for name in ["self", "cls"] {
            env.set(name.into(), Value::Class(Rc::clone(class)));
        }
        let told = Closure { module: method.module, no: method.no, env, bound: None };
        self.call(&Value::Function(Rc::new(told)), Args::new(), site);
    }
}
