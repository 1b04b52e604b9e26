//! Flows that are objects: each step is handed to one with the events that it comes after, and sends others.

use std::collections::BTreeSet;

use ambit_catalog::schema::FlowMaker;

use super::flow::Step;
use super::options::pair;
use crate::follow::Follower;
use crate::follow::value::{Object, ObjectKind, Value};
use crate::ir::Name;

/// The member of an event that makes one to be sent.
const SENT_BY: &str = "with";
/// Options under which an agent that is a step names the events that it sends.
const NAMED_BY: [&str; 2] = ["results", "events"];

/// The steps that the object is handed, in the order of the program.
pub(super) fn steps(follower: &mut Follower<'_>, maker: &FlowMaker, object: &Object) -> Vec<Step> {
    let mut found: Vec<Step> = Vec::new();
    for number in &object.events {
        let Some(event) = follower.event(*number).cloned() else { continue };
        let member = event.symbol.rsplit('.').next().unwrap_or_default();
        if !maker.handles.iter().any(|it| it == member) {
            continue;
        }
        let mut args = event.args.iter().map(|(_, it)| it);
        let (Some(accepted), Some(function)) = (args.next(), args.next()) else { continue };
        let mut follows = BTreeSet::new();
        follower.items(accepted).into_iter().flatten().for_each(|it| events(follower, &it, &mut follows));
        let own = follower.function(function).and_then(|(_, it)| it.name.clone());
        let Some(name) = own.or_else(|| follows.first().cloned()) else { continue };
        // Followed more than once, it is one step.
        if found.iter().any(|it| it.site == event.site) {
            continue;
        }
        let leads = sent(follower, function);
        let (function, site) = (function.clone(), event.site);
        found.push(Step { name, function, site, follows, leads, is_asked: false, is_open: false });
    }
    found
}

/// The events that a step sends: those of which it makes one, and those that an agent is told of.
fn sent(follower: &mut Follower<'_>, function: &Value) -> BTreeSet<Name> {
    let mut found = BTreeSet::new();
    for number in follower.calls_of(function) {
        let Some(event) = follower.event(number) else { continue };
        if event.symbol.rsplit('.').next() == Some(SENT_BY)
            && let Some(no) = event.receiver
        {
            events(follower, &Value::Object(no), &mut found);
        }
    }
    let made = function.object().and_then(|it| follower.object(it)).map(|it| &it.kind);
    if let Some(ObjectKind::Made { args, .. }) = made {
        for options in args.iter().map(|(_, it)| it) {
            let named = NAMED_BY.iter().filter_map(|it| pair(follower, options, it));
            let all = named.filter_map(|it| follower.items(&it)).flatten();
            all.for_each(|it| events(follower, &it, &mut found));
        }
    }
    found
}

/// The names of the events that the value is: of one, or of several of which one is enough.
fn events(follower: &Follower<'_>, value: &Value, found: &mut BTreeSet<Name>) {
    for one in value.each() {
        let Some(object) = one.object().and_then(|it| follower.object(it)) else {
            if let Value::Symbol(path) = one {
                found.insert(path.rsplit('.').next().unwrap_or(path).into());
            }
            continue;
        };
        let ObjectKind::Made { symbol, args, .. } = &object.kind else { continue };
        if symbol.ends_with(".or") {
            args.iter().for_each(|(_, it)| events(follower, it, found));
        } else if let Some(name) = &object.name {
            found.insert(Name::clone(name));
        }
    }
}
