//! What is around an agent's loop: what it keeps, what guards it, what ends it, whom it asks.

use ambit_catalog::schema::AgentMaker;
use ambit_model::Place;
use ambit_model::facts::{Approval, Guard, LimitKind, LoopLimit, Shown};

use super::draft::Draft;
use super::options::Options;
use super::roles::Known;
use crate::follow::Follower;
use crate::follow::value::{ObjectKind, Value};

pub(super) fn keeps(follower: &Follower<'_>, options: &Options, maker: &AgentMaker, draft: &mut Draft) {
    for (_, value) in options.all(follower, &maker.keeps) {
        let objects = follower.items(&value).unwrap_or_else(|| value.each().to_vec());
        draft.keeps.extend(objects.iter().filter_map(Value::object));
    }
}

/// Guards, limits, approvals.
pub(super) fn rest(
    follower: &Follower<'_>,
    options: &Options,
    (maker, known): (&AgentMaker, &Known<'_>),
    draft: &mut Draft,
) {
    let place = draft.place.clone();
    for (how, value) in options.all(follower, &maker.guards) {
        let items = follower.items(&value).unwrap_or_else(|| value.each().to_vec());
        for item in items.iter().filter(|it| !matches!(it, Value::Null)) {
            let name = match follower.function(item).and_then(|(_, it)| it.name.clone()) {
                Some(name) => name.to_string(),
                None => follower.rendered(item),
            };
            draft.guards.push(Guard { how: how.clone(), name, place: place.clone() });
        }
    }
    for (name, value) in options.all(follower, &maker.limits) {
        if value != Value::Null {
            draft.limits.push(limit(follower, &name, &value, Some(place.clone())));
        }
    }
    if draft.limits.is_empty() {
        let default = known.facts.limit.iter();
        draft.limits.extend(default.map(|it| LoopLimit {
            kind: LimitKind::Steps,
            raw: it.clone(),
            place: None,
        }));
    }
    for condition in &maker.asks {
        if let Some(how) = options.holds(follower, std::slice::from_ref(condition)) {
            approvals(follower, options, how, draft);
        }
    }
}

/// A limit as written.
pub(super) fn limit(follower: &Follower<'_>, name: &str, value: &Value, place: Option<Place>) -> LoopLimit {
    LoopLimit { kind: limit_kind(name), raw: format!("{name}: {}", follower.rendered(value)), place }
}

/// What is limited by an argument of this name.
pub(super) fn limit_kind(name: &str) -> LimitKind {
    let lower = name.to_ascii_lowercase();
    if lower.contains("time") {
        LimitKind::Time
    } else if lower.contains("budget") || lower.contains("usage") || lower.contains("cost") {
        LimitKind::Cost
    } else {
        LimitKind::Steps
    }
}

/// Whom it asks, about what: a list of tools or nodes, or all.
fn approvals(follower: &Follower<'_>, options: &Options, how: &str, draft: &mut Draft) {
    let key = how.trim_start_matches('!').split('=').next().unwrap_or(how).to_owned();
    let value = options.get(follower, std::slice::from_ref(&key));
    let mut tools = Vec::new();
    if let Some(value) = &value {
        tools.extend(super::servers::texts(follower, value).unwrap_or_default());
        let pairs = follower.pairs(value).unwrap_or_default();
        let asked = pairs.iter().filter(|(_, it)| !matches!(it, Value::Bool(false) | Value::Null));
        tools.extend(asked.filter_map(|(key, _)| Some(key.as_ref()?.text()?.to_owned())));
        // A list of middleware asks only where one of it says whom.
        let items = follower.items(value).unwrap_or_default();
        let middleware: Vec<Value> = items.into_iter().filter(|it| matches!(it, Value::Object(_))).collect();
        if !middleware.is_empty() {
            let asks = middleware.iter().find_map(|it| interrupts(follower, it));
            let Some(asked) = asks else { return };
            tools.extend(asked);
        }
    }
    let place = draft.place.clone();
    draft.approvals.push(Approval { shows: Shown::Call, tools, how: key, place });
}

/// The tools that a middleware asks a human about.
fn interrupts(follower: &Follower<'_>, value: &Value) -> Option<Vec<String>> {
    let no = value.object()?;
    let object = follower.object(no)?;
    let ObjectKind::Made { symbol, .. } = &object.kind else { return None };
    let known = ["HumanInTheLoopMiddleware", "humanInTheLoopMiddleware"];
    known.iter().any(|it| symbol.ends_with(it)).then_some(())?;
    let options = Options::of_object(no, object);
    let on = options.get(follower, &["interrupt_on".to_owned(), "interruptOn".to_owned()])?;
    let pairs = follower.pairs(&on).unwrap_or_default();
    let asked = pairs.iter().filter(|(_, it)| !matches!(it, Value::Bool(false) | Value::Null));
    Some(asked.filter_map(|(key, _)| Some(key.as_ref()?.text()?.to_owned())).collect())
}
