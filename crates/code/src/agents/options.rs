//! The arguments of a call as the catalog names them.

use std::rc::Rc;

use crate::follow::Follower;
use crate::follow::value::{Args, Object, ObjectKind, ObjectNo, Value};

/// Where options are looked up.
#[derive(Debug, Clone)]
pub(super) struct Options {
    args: Rc<Args>,
    receiver: Option<ObjectNo>,
    object: Option<ObjectNo>,
    /// Whether it is what a decorator has made of something: the decorator's own options count.
    is_decorated: bool,
}

impl Options {
    pub(super) fn of_call(args: &Rc<Args>, receiver: Option<ObjectNo>) -> Self {
        Self { args: Rc::clone(args), receiver, object: None, is_decorated: false }
    }

    /// What an object was made with, and what its members were given later.
    pub(super) fn of_object(no: ObjectNo, object: &Object) -> Self {
        let (args, receiver) = match &object.kind {
            ObjectKind::Made { args, receiver, .. } => (Rc::clone(args), *receiver),
            ObjectKind::Instance { base_args, .. } => (Rc::clone(base_args), None),
            ObjectKind::List(_) | ObjectKind::Map(_) => (Rc::default(), None),
        };
        let is_decorated = matches!(object.kind, ObjectKind::Made { wraps: Some(_), .. });
        Self { args, receiver, object: Some(no), is_decorated }
    }

    /// The first of `names` that is given.
    pub(super) fn get(&self, follower: &Follower<'_>, names: &[String]) -> Option<Value> {
        names.iter().find_map(|it| self.one(follower, it))
    }

    /// All of `names` that are given.
    pub(super) fn all(&self, follower: &Follower<'_>, names: &[String]) -> Vec<(String, Value)> {
        names.iter().filter_map(|it| Some((it.clone(), self.one(follower, it)?))).collect()
    }

    fn one(&self, follower: &Follower<'_>, name: &str) -> Option<Value> {
        if name == "self" {
            return self.receiver.map(Value::Object);
        }
        if name == "#all" {
            let all: Vec<Value> = self.args.iter().map(|(_, it)| it.clone()).collect();
            return (!all.is_empty()).then(|| Value::Mixed(all.into()));
        }
        if let Some(inner) = name.strip_prefix("self.") {
            let no = self.receiver?;
            return Self::of_object(no, follower.object(no)?).one(follower, inner);
        }
        if name == "#text" {
            let own = self.args.iter().filter(|(name, _)| name.is_none()).find_map(|(_, it)| text_of(it));
            // `@tool("name")`: the text stands in the call that has made the decorator.
            return own.or_else(|| {
                self.is_decorated.then_some(())?;
                let ObjectKind::Made { args, .. } = &follower.object(self.receiver?)?.kind else {
                    return None;
                };
                args.iter().filter(|(name, _)| name.is_none()).find_map(|(_, it)| text_of(it))
            });
        }
        if let Some(position) = name.strip_prefix('#') {
            let position: usize = position.parse().ok()?;
            return self
                .args
                .iter()
                .filter(|(name, _)| name.is_none())
                .nth(position)
                .map(|(_, it)| it.clone());
        }
        let (first, rest) = name.split_once('.').map_or((name, None), |(first, rest)| (first, Some(rest)));
        let value = self.named(follower, first)?;
        match rest {
            Some(rest) => within(follower, &value, rest),
            None => Some(value),
        }
    }

    fn named(&self, follower: &Follower<'_>, name: &str) -> Option<Value> {
        if let Some(object) = self.object.and_then(|it| follower.object(it)) {
            if let Some(value) = object.fields.get(name) {
                return Some(value.clone());
            }
            if let (ObjectKind::Instance { .. }, Some(no)) = (&object.kind, self.object) {
                let value = follower.member(&Value::Object(no), name);
                if !matches!(value, Value::Part(..) | Value::Unknown) {
                    return Some(value);
                }
            }
        }
        let by_keyword =
            self.args.iter().find(|(it, _)| it.as_deref() == Some(name)).map(|(_, it)| it.clone());
        by_keyword
            .or_else(|| {
                let maps = self.args.iter().filter(|(it, _)| it.is_none() || it.as_deref() == Some("**"));
                maps.into_iter().find_map(|(_, it)| pair(follower, it, name))
            })
            .or_else(|| {
                // `@tool(needs_approval=True)`: the options stand in the call that has made the decorator.
                let ObjectKind::Made { args, .. } = &follower.object(self.receiver?)?.kind else {
                    return None;
                };
                let by_keyword =
                    args.iter().find(|(it, _)| it.as_deref() == Some(name)).map(|(_, it)| it.clone());
                by_keyword.filter(|_| self.is_decorated)
            })
    }

    /// The first of `conditions` that holds: `key=word`, `key` (given, and not false), `!key` (not given).
    pub(super) fn holds<'a>(&self, follower: &Follower<'_>, conditions: &'a [String]) -> Option<&'a str> {
        conditions.iter().map(String::as_str).find(|condition| {
            if let Some(key) = condition.strip_prefix('!') {
                return self.one(follower, key).is_none_or(|it| it == Value::Null);
            }
            match condition.split_once('=') {
                Some((key, word)) => {
                    self.one(follower, key).is_some_and(|it| it.each().iter().any(|it| says(it, word)))
                }
                None => self.one(follower, condition).is_some_and(|it| {
                    !it.each().iter().all(|it| matches!(it, Value::Null | Value::Bool(false)))
                }),
            }
        })
    }
}

/// What stands under `rest` in a map, or is given to what makes an object: `config=Config(tools=[…])`.
fn within(follower: &Follower<'_>, value: &Value, rest: &str) -> Option<Value> {
    let in_made = |value: &Value| {
        let no = value.object()?;
        let object = follower.object(no)?;
        let is_made = matches!(object.kind, ObjectKind::Made { wraps: None, .. });
        is_made.then(|| Options::of_object(no, object).one(follower, rest))?
    };
    pair(follower, value, rest).or_else(|| value.each().into_iter().find_map(in_made))
}

fn text_of(value: &Value) -> Option<Value> {
    matches!(value, Value::Text(_)).then(|| value.clone())
}

/// The value of `key` in a map.
pub(super) fn pair(follower: &Follower<'_>, map: &Value, key: &str) -> Option<Value> {
    let pairs = follower.pairs(map)?;
    pairs.into_iter().rev().find(|(it, _)| it.as_ref().and_then(Value::text) == Some(key)).map(|(_, it)| it)
}

fn says(value: &Value, word: &str) -> bool {
    match value {
        Value::Text(text) => &**text == word || word == "text",
        Value::Bool(it) => word == if *it { "true" } else { "false" },
        Value::Symbol(path) => path.rsplit('.').next() == Some(word),
        _ => false,
    }
}
