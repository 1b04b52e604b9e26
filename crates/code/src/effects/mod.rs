//! What a function does outside itself, read from its body: which calls it makes, on what, and what of it the caller chooses.
//!
//! What lives here: one call with its arguments by their roles (`call`), who decides a value (`chosen`), and a file for each
//! kind of call: requests (`request`), their addresses (`address`) and those that ask models (`models`), files (`files`), statements (`statement`),
//! commands (`command`), code, variables and what the catalog lists (`listed`). What each call does is data of the catalog.

mod address;
mod call;
mod chosen;
mod command;
mod files;
mod join;
mod listed;
mod models;
mod request;
mod statement;

use std::collections::BTreeMap;
use std::sync::Arc;

use ambit_catalog::schema::CallKind;
use ambit_catalog::{Called, Catalog};
use ambit_model::facts::{Object, OwnEffect};
use ambit_model::{Basis, Confidence, Effect, Place};

use crate::follow::value::{CallEvent, FunctionKey, Value};
use crate::follow::{Follower, Outcome};
use call::Call;
pub(crate) use call::{argument, language_of};
use chosen::Chooser;
pub(crate) use chosen::names_in;
pub use models::Words;
pub(crate) use models::sent;

/// What a function does outside itself.
#[derive(Debug, Clone, Default)]
pub struct Effects {
    /// What its calls do, one entry for each effect on each place, with the line of the call.
    pub effects: Vec<OwnEffect>,
    /// Calls of which nobody knows what they do, one for each library.
    pub unknown: Vec<Unlooked>,
    /// Whether the body was followed to its end.
    pub complete: bool,
}

impl Effects {
    /// All effects; what nobody knows is one of them.
    pub fn all(self) -> Vec<OwnEffect> {
        let mut all = self.effects;
        all.extend(self.unknown.iter().map(Unlooked::effect));
        if !self.complete {
            all.push(OwnEffect {
                effect: Effect::Unknown,
                on: Object::named("env:unknown/code", "Whatever the rest of the code reaches"),
                does: "do what the rest of its body says, which was too much to follow".into(),
                basis: Basis::Inferred,
                confidence: Confidence::Possible,
                place: None,
            });
        }
        all
    }
}

/// A call of which nobody knows what it does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unlooked {
    /// The library, or the object that the function is handed.
    pub library: String,
    /// What is called.
    pub symbol: String,
    /// Where.
    pub place: Place,
}

impl Unlooked {
    fn effect(&self) -> OwnEffect {
        let on = Object::named(
            format!("env:unknown/{}", self.library),
            format!("Whatever `{}` reaches", self.library),
        );
        OwnEffect {
            effect: Effect::Unknown,
            on,
            does: format!("call `{}`, of which nobody knows what it does", self.symbol).into(),
            basis: Basis::Inferred,
            confidence: Confidence::Possible,
            place: Some(self.place.clone()),
        }
    }
}

/// What calling `function` does. `function` may be decorated.
pub fn of(function: &Value, follower: &mut Follower<'_>, catalog: &Catalog) -> Effects {
    let outcome = follower.outcome_of(function);
    read(function, &outcome, follower, catalog)
}

/// What calling `function` does where a parameter, or part of one, is the name of a tool; and whether it tells tools apart.
pub fn of_told(
    function: &Value,
    (path, name): (&str, &str),
    follower: &mut Follower<'_>,
    catalog: &Catalog,
) -> (Effects, bool) {
    let (outcome, apart) = follower.outcome_told(function, path, name);
    (read(function, &outcome, follower, catalog), apart)
}

fn read(function: &Value, outcome: &Outcome, follower: &Follower<'_>, catalog: &Catalog) -> Effects {
    let Some((module, facts)) = follower.function(function) else { return Effects::default() };
    let chooser = Chooser::of(facts, module.language);
    let start = module.place(facts.at);
    let entry = outcome.calls.first().and_then(|it| follower.event(*it)?.entry);
    let reading = Reading { follower, catalog, chooser: &chooser, outcome, entry, start };
    let mut effects = Vec::new();
    let mut unknown: BTreeMap<String, Unlooked> = BTreeMap::new();
    for event in outcome.calls.iter().filter_map(|it| follower.event(*it)).filter(|it| !it.decorates) {
        match reading.event(event) {
            Told::Effects(found) => effects.extend(found),
            Told::Unknown(found) => {
                unknown.entry(found.library.clone()).or_insert(found);
            }
        }
    }
    effects.extend(reading.variables());
    Effects {
        effects: join::joined(effects),
        unknown: unknown.into_values().collect(),
        complete: outcome.complete,
    }
}

/// What is read, and with what.
pub(crate) struct Reading<'r, 'w> {
    follower: &'r Follower<'w>,
    catalog: &'r Catalog,
    chooser: &'r Chooser,
    outcome: &'r Outcome,
    /// The function, as the calls that are met in its course know it.
    entry: Option<FunctionKey>,
    /// Where the function begins.
    start: Place,
}

/// What a call says.
enum Told {
    Effects(Vec<OwnEffect>),
    Unknown(Unlooked),
}

impl<'r> Reading<'r, '_> {
    fn event(&self, event: &'r CallEvent) -> Told {
        let call = Call::of(self, event);
        if call.symbol.is_empty() {
            return call.opaque().map_or_else(|| Told::Effects(Vec::new()), Told::Unknown);
        }
        if let Some(found) = call.any_of_library() {
            return Told::Unknown(found);
        }
        let act = match self.catalog.called(call.language, &call.symbol) {
            Some(Called::Does { act, .. }) => act,
            Some(Called::Nothing) => return Told::Effects(Vec::new()),
            Some(Called::Unlisted { library }) => return Told::Unknown(call.unlooked(library)),
            None => return call.foreign().map_or_else(|| Told::Effects(Vec::new()), Told::Unknown),
        };
        let call = Call { act: Some(act), ..call };
        let mut found = match act.kind {
            CallKind::Listed => Vec::new(),
            CallKind::Request => request::effects(&call),
            CallKind::File => files::effects(&call),
            CallKind::Resource => files::resource(&call),
            CallKind::Statement => statement::effects(&call),
            CallKind::Command => command::effects(&call),
            CallKind::Code => return Told::Effects(listed::code(&call)),
            CallKind::Environment => listed::variable(&call),
        };
        found.extend(listed::effects(&call));
        Told::Effects(found)
    }
}

/// An effect that the catalog's entry for a call tells.
fn told(effect: Effect, on: Object, does: impl Into<Arc<str>>, place: Place) -> OwnEffect {
    OwnEffect {
        effect,
        on,
        does: does.into(),
        basis: Basis::Catalog,
        confidence: Confidence::Likely,
        place: Some(place),
    }
}
