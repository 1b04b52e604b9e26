//! Questions about values: their items, what they are made of, how they read.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::expressions::bound;
use super::value::{ClassValue, FunctionKey, MOST_ITEMS, ObjectKind, ObjectNo, Value};
use super::{Follower, ModuleNo};
use crate::ir::Name;

/// How far back it is asked what a value is made of.
const DEEPEST: usize = 24;
/// Through how many objects: it is asked at each call, and of what a program has put together by and by.
const MOST_OBJECTS: usize = 1024;

impl Follower<'_> {
    /// All functions that are met: at the top of modules, as members of classes, in whatever holds one.
    pub fn functions(&mut self) -> BTreeMap<FunctionKey, Value> {
        let mut found = BTreeMap::new();
        let mut classes: Vec<Rc<ClassValue>> = Vec::new();
        let mut take = |value: &Value| match value {
            Value::Function(it) => {
                found.entry((it.module, it.no)).or_insert_with(|| value.clone());
            }
            Value::Class(it) => classes.push(Rc::clone(it)),
            _ => {}
        };
        let tops: Vec<Value> = self.modules.values().flat_map(|it| it.snapshot().into_values()).collect();
        tops.iter().for_each(|it| parts_of(it, 8, &mut take));
        for object in self.objects.iter() {
            object.fields.values().for_each(|it| parts_of(it, 8, &mut take));
            match &object.kind {
                ObjectKind::List(items) => items.iter().for_each(|it| parts_of(it, 8, &mut take)),
                ObjectKind::Map(pairs) => pairs.iter().for_each(|(_, it)| parts_of(it, 8, &mut take)),
                ObjectKind::Made { args, .. } | ObjectKind::Instance { args, .. } => {
                    args.iter().for_each(|(_, it)| parts_of(it, 8, &mut take));
                }
            }
        }
        classes.sort_by_key(|it| (it.module, it.no));
        classes.dedup_by_key(|it| (it.module, it.no));
        for class in classes {
            let Some(facts) = self.world.module(class.module).and_then(|it| it.class(class.no)) else {
                continue;
            };
            let instance = self.make_instance(&class, class.module, facts.at);
            let members: Vec<Value> = class.members.borrow().values().cloned().collect();
            for member in members {
                let plain = match &member {
                    Value::Object(no) => self.wrapped(*no).unwrap_or(Value::Unknown),
                    other => other.clone(),
                };
                if let Value::Function(it) = &plain {
                    found.insert((it.module, it.no), bound(&plain, instance));
                }
            }
        }
        found
    }

    /// The methods of a class and of those of the repository that it derives from, decorators applied, by name.
    pub fn methods_of(&self, class: &Rc<ClassValue>) -> BTreeMap<Name, Value> {
        let mut found = BTreeMap::new();
        let mut todo = vec![Rc::clone(class)];
        for _ in 0..DEEPEST {
            let Some(class) = todo.pop() else { break };
            for (name, value) in class.members.borrow().iter() {
                if self.function(value).is_some() {
                    found.entry(Name::clone(name)).or_insert_with(|| value.clone());
                }
            }
            let bases = class.bases.iter().flat_map(Value::each);
            todo.extend(
                bases.filter_map(|it| if let Value::Class(it) = it { Some(Rc::clone(it)) } else { None }),
            );
        }
        found
    }

    /// The function that `value` is, decorated or not, as a method of the instance.
    pub fn bound_to(&self, value: &Value, instance: ObjectNo) -> Option<Value> {
        let plain = match value {
            Value::Object(no) => self.wrapped(*no)?,
            other => other.clone(),
        };
        matches!(plain, Value::Function(_)).then(|| bound(&plain, instance))
    }

    /// What stands at the top of a module, by name.
    pub fn members_of(&mut self, no: ModuleNo) -> BTreeMap<Name, Value> {
        self.module(no).snapshot()
    }

    /// The items of a list; of a choice of lists, those of all.
    pub fn items(&self, value: &Value) -> Option<Vec<Value>> {
        match value {
            Value::Object(no) => match &self.object(*no)?.kind {
                ObjectKind::List(items) => Some(items.clone()),
                _ => None,
            },
            Value::Choice(list) => {
                let mut lists = list.iter().filter_map(|it| self.items(it)).peekable();
                lists.peek()?;
                Some(lists.flatten().take(MOST_ITEMS).collect())
            }
            _ => None,
        }
    }

    /// The pairs of a map; of two with one key the later one counts.
    pub fn pairs(&self, value: &Value) -> Option<Vec<(Option<Value>, Value)>> {
        match value {
            Value::Object(no) => match &self.object(*no)?.kind {
                ObjectKind::Map(pairs) => Some(latest(pairs)),
                _ => None,
            },
            Value::Choice(list) => list.iter().find_map(|it| self.pairs(it)),
            _ => None,
        }
    }

    /// The parameters that `value` is made of: what of it the caller chooses.
    pub fn origins(&self, value: &Value) -> BTreeSet<Name> {
        let mut found = BTreeSet::new();
        self.collect(value, &mut |it| {
            if let Value::Param(path) = it {
                let name = path.split(['.', '[']).next().unwrap_or(path);
                found.insert(Name::from(name));
            }
        });
        found
    }

    /// Calls `take` for everything that `value` is made of, itself first; each object once.
    pub fn collect(&self, value: &Value, take: &mut impl FnMut(&Value)) {
        self.gather(value, DEEPEST, &mut BTreeSet::new(), take);
    }

    fn gather(
        &self,
        value: &Value,
        depth: usize,
        seen: &mut BTreeSet<ObjectNo>,
        take: &mut impl FnMut(&Value),
    ) {
        take(value);
        let Some(depth) = depth.checked_sub(1) else { return };
        let no = match value {
            Value::Template(parts) | Value::Choice(parts) | Value::Mixed(parts) => {
                return parts.iter().for_each(|it| self.gather(it, depth, seen, take));
            }
            Value::Object(no) | Value::Part(no, _) => *no,
            _ => return,
        };
        let room = seen.len() < MOST_OBJECTS;
        let Some(object) = self.object(no).filter(|_| room && seen.insert(no)) else { return };
        match &object.kind {
            ObjectKind::List(items) => items.iter().for_each(|it| self.gather(it, depth, seen, take)),
            ObjectKind::Map(pairs) => pairs.iter().for_each(|(_, it)| self.gather(it, depth, seen, take)),
            ObjectKind::Made { args, receiver, .. } => {
                for (_, it) in args.iter() {
                    self.gather(it, depth, seen, take);
                }
                if let Some(receiver) = receiver {
                    self.gather(&Value::Object(*receiver), depth, seen, take);
                }
            }
            ObjectKind::Instance { args, .. } => {
                for (_, it) in args.iter() {
                    self.gather(it, depth, seen, take);
                }
            }
        }
    }

    /// The value as a person reads it: text as it is, what is put into it in braces.
    pub fn rendered(&self, value: &Value) -> String {
        match value {
            Value::Text(text) | Value::Number(text) => text.to_string(),
            Value::Template(parts) => {
                let part = |it: &Value| match it {
                    Value::Text(text) => text.to_string(),
                    other => format!("{{{}}}", self.rendered(other)),
                };
                parts.iter().map(part).collect()
            }
            Value::Param(name) => name.to_string(),
            Value::Env(name) => format!("${name}"),
            Value::Symbol(path) => path.to_string(),
            Value::Null => "null".to_owned(),
            Value::Bool(it) => it.to_string(),
            Value::Choice(list) => list.first().map(|it| self.rendered(it)).unwrap_or_default(),
            Value::Mixed(parts) => parts
                .iter()
                .map(|it| self.rendered(it))
                .find(|it| it != "?")
                .unwrap_or_else(|| "?".to_owned()),
            Value::Object(no) => self
                .object(*no)
                .and_then(|it| it.name.clone())
                .map_or_else(|| "?".to_owned(), |it| it.to_string()),
            Value::Function(_) | Value::Class(_) | Value::Module(_) | Value::Part(..) | Value::Unknown => {
                "?".to_owned()
            }
        }
    }
}

/// Calls `take` for the value and for what it is put together from, objects left alone.
fn parts_of(value: &Value, depth: u32, take: &mut impl FnMut(&Value)) {
    take(value);
    if let (Value::Choice(parts) | Value::Mixed(parts), Some(depth)) = (value, depth.checked_sub(1)) {
        parts.iter().for_each(|it| parts_of(it, depth, take));
    }
}

/// The pairs, of two with one key the later value in the earlier's place. Of two keys that are not known nobody can say that
/// they are one.
fn latest(pairs: &[(Option<Value>, Value)]) -> Vec<(Option<Value>, Value)> {
    let mut kept: Vec<(Option<Value>, Value)> = Vec::with_capacity(pairs.len());
    let mut places: BTreeMap<(u8, &str), usize> = BTreeMap::new();
    for (key, value) in pairs {
        let known = match key {
            Some(Value::Text(it)) => Some((0, &**it)),
            Some(Value::Number(it)) => Some((1, &**it)),
            Some(Value::Symbol(it)) => Some((2, &**it)),
            Some(Value::Bool(it)) => Some((3, if *it { "true" } else { "false" })),
            _ => None,
        };
        let at = known.map_or(kept.len(), |it| *places.entry(it).or_insert(kept.len()));
        match kept.get_mut(at) {
            Some(earlier) => earlier.1 = value.clone(),
            None => kept.push((key.clone(), value.clone())),
        }
    }
    kept
}
