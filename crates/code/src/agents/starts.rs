//! Who starts an agent in code, and who could have written what it is told.

use std::collections::BTreeMap;

use ambit_catalog::schema::EntryPoint;
use ambit_catalog::{Catalog, wild};
use ambit_model::facts::{Insert, Object, Trigger};
use ambit_model::{Place, Trust};

use crate::follow::Follower;
use crate::follow::value::{FunctionKey, ObjectKind, Value};

/// Functions that somebody outside calls, and how.
#[derive(Debug)]
pub(super) struct Entries<'c> {
    points: &'c [EntryPoint],
    handlers: BTreeMap<FunctionKey, (&'c EntryPoint, Place)>,
}

/// Where a text comes from.
#[derive(Debug, Clone)]
pub(super) struct Origin<'c> {
    pub(super) point: &'c EntryPoint,
    pub(super) place: Place,
    /// The part that is taken of it, as written.
    pub(super) what: String,
}

impl<'c> Entries<'c> {
    pub(super) fn of(follower: &Follower<'_>, catalog: &'c Catalog) -> Self {
        let points = catalog.entry_points();
        let mut handlers = BTreeMap::new();
        let mut by_symbol: BTreeMap<&str, Option<&EntryPoint>> = BTreeMap::new();
        for (_, event) in follower.events() {
            let find = || points.iter().filter(|it| !it.gives).find(|it| is_of(it, &event.symbol));
            let Some(point) = *by_symbol.entry(&event.symbol).or_insert_with(find) else { continue };
            for (_, value) in event.args.iter() {
                if let Some(key) = key_of(value) {
                    handlers.insert(key, (point, follower.place(event.site)));
                }
            }
        }
        for (no, module) in follower.world().modules() {
            for (index, function) in (0..).zip(&module.functions) {
                let Some(name) = &function.name else { continue };
                let named = |it: &&EntryPoint| {
                    it.functions.iter().any(|it| it == &**name)
                        && (it.files.is_empty() || it.files.iter().any(|it| wild(it, &module.path)))
                };
                if let Some(point) = points.iter().find(named).filter(|_| function.class.is_none()) {
                    let place = module.place(function.at);
                    handlers.entry((no, crate::ir::FunctionNo(index))).or_insert((point, place));
                }
            }
        }
        Self { points, handlers }
    }

    /// Where what `value` is made of comes from, as far as somebody outside has written it: the least trusted first.
    pub(super) fn origins(
        &self,
        follower: &Follower<'_>,
        value: &Value,
        entry: Option<FunctionKey>,
    ) -> Vec<Origin<'c>> {
        let mut found: Vec<Origin<'c>> = Vec::new();
        let handler = entry.and_then(|it| self.handlers.get(&it));
        follower.collect(value, &mut |it| {
            let origin = match it {
                Value::Param(path) => handler.map(|(point, place)| Origin {
                    point,
                    place: place.clone(),
                    what: path.to_string(),
                }),
                Value::Object(no) => self.given(follower, *no),
                _ => None,
            };
            if let Some(origin) = origin
                && !found.iter().any(|known| known.point.event == origin.point.event)
            {
                found.push(origin);
            }
        });
        found.sort_by_key(|it| it.point.trust);
        found
    }

    /// What somebody outside has written, where the call itself gives it: `input()`, `st.chat_input()`.
    fn given(&self, follower: &Follower<'_>, no: crate::follow::value::ObjectNo) -> Option<Origin<'c>> {
        let object = follower.object(no)?;
        let ObjectKind::Made { symbol, .. } = &object.kind else { return None };
        let point = self.points.iter().filter(|it| it.gives).find(|it| is_of(it, symbol))?;
        let what = object.name.as_ref().map_or_else(|| symbol.to_string(), ToString::to_string);
        Some(Origin { point, place: follower.place(object.site), what })
    }
}

fn is_of(point: &EntryPoint, symbol: &str) -> bool {
    !symbol.is_empty() && point.of.iter().any(|it| wild(it, symbol))
}

fn key_of(value: &Value) -> Option<FunctionKey> {
    match value {
        Value::Function(it) => Some((it.module, it.no)),
        _ => None,
    }
}

impl Origin<'_> {
    fn from(&self) -> Object {
        Object {
            trust: Some(self.point.trust),
            ..Object::named(self.point.from.as_str(), self.point.name.as_str())
        }
    }

    /// The trigger that it is.
    pub(super) fn trigger(&self) -> Trigger {
        Trigger {
            event: self.point.event.clone(),
            trust: self.point.trust,
            from: self.from(),
            brings_text: self.point.trust < Trust::Operator,
            guard: None,
            place: self.place.clone(),
        }
    }

    /// What is put into a prompt from there.
    pub(super) fn insert(&self, place: &Place) -> Insert {
        Insert {
            what: self.what.clone(),
            trust: self.point.trust,
            from: self.from(),
            among_instructions: true,
            place: place.clone(),
        }
    }
}
