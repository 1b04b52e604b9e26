//! What a change takes back of what people stated: what made the map worse on somebody's word must not go without one.

use std::collections::BTreeSet;

use ambit_model::AssetId;
use ambit_model::facts::Shown;
use ambit_model::stated::{Agent, Entry, Keeps, Model, Protected, Starts};

use super::{Found, named, says};

pub(super) fn all(base: &Model, head: &Model, found: &mut Found) {
    corrections(base, head, found);
    places(base, head, found);
    protected(base, head, found);
    agents(base, head, found);
    drawn(base, head, found);
}

/// Changed ones are told with the new ones.
fn corrections(base: &Model, head: &Model, found: &mut Found) {
    for (name, _) in base.facts.assets.iter().filter(|(name, _)| head.facts.assets.get(name).is_none()) {
        let message = format!("the correction of `{name}` is gone");
        found.insert(format!("facts.assets.{name}"), (message, None));
    }
    let left: Vec<_> = head.facts.edges.iter().map(|it| says(&it.value)).collect();
    for (number, correction) in (1..).zip(base.facts.edges.iter()) {
        if !left.contains(&says(&correction.value)) {
            let message = format!("a correction of edges is gone: {}", correction.value.because);
            found.insert(format!("facts.edges.was.{number}"), (message, None));
        }
    }
}

fn places(base: &Model, head: &Model, found: &mut Found) {
    let left: BTreeSet<AssetId> = named(head).into_iter().map(|it| it.id).collect();
    // A limit that is gone eases nothing; that an agent is gone is told with the agents.
    let was = named(base).into_iter().filter(|it| it.section != "agents");
    for it in was.filter(|it| !left.contains(&it.id)) {
        let message = format!("what was stated of `{}` is gone", it.id);
        found.insert(format!("facts.{}.{}", it.section, it.id.name()), (message, None));
    }
}

fn protected(base: &Model, head: &Model, found: &mut Found) {
    for (name, was) in base.protects.iter() {
        let is = head.protects.get(name);
        if is.is_some_and(|is| covers(&is.value, &was.value)) {
            continue;
        }
        let what = if is.is_some() { "covers less than before" } else { "is gone" };
        let message = format!("what is protected as `{name}` {what}");
        found.insert(format!("protects.{name}"), (message, is.map(|it| it.place.clone())));
    }
}

/// Whether `is` protects everything that `was` did, as high.
fn covers(is: &Protected, was: &Protected) -> bool {
    let data =
        |it: &Protected| it.data.iter().map(|it| it.value.as_str().to_owned()).collect::<BTreeSet<_>>();
    let within =
        |it: &Protected| it.within.iter().map(|it| it.value.as_str().to_owned()).collect::<BTreeSet<_>>();
    // Without a place it is protected wherever it lies.
    let places = is.within.is_empty() || !was.within.is_empty() && within(was).is_subset(&within(is));
    is.level >= was.level && data(was).is_subset(&data(is)) && places
}

fn agents(base: &Model, head: &Model, found: &mut Found) {
    for (name, was) in base.facts.agents.iter() {
        let is = head.facts.agents.get(name);
        if is.is_some_and(|is| does(&is.value, &was.value)) {
            continue;
        }
        let what = if is.is_some() { "does less than before" } else { "is gone" };
        let message = format!("the stated agent `{name}` {what}");
        found.insert(format!("facts.agents.{name}"), (message, is.map(|it| it.place.clone())));
    }
}

/// Whether `is` may do everything that `was` did, with no more before it.
fn does(is: &Agent, was: &Agent) -> bool {
    let tools =
        was.tools.iter().all(|(name, was)| is.tools.get(name).is_some_and(|is| is.value <= was.value));
    let hands_on = was
        .delegates
        .iter()
        .all(|(name, was)| is.delegates.get(name).is_some_and(|is| is.value <= was.value));
    let loads = was.loads.iter().all(|was| {
        is.loads.iter().any(|is| is.value.text == was.value.text && is.value.trust <= was.value.trust)
    });
    let holds = was.holds.iter().all(|was| is.holds.iter().any(|is| is.value == was.value));
    tools && hands_on && loads && holds && is_as_open(is, was)
}

/// Whether what is around its loop is as open as before: no check, limit or key more, and nothing of it gone.
fn is_as_open(is: &Agent, was: &Agent) -> bool {
    // What is there now and was not is taken on somebody's word.
    let no_more = |is: bool, was: bool| was || !is;
    let starts = was.starts.iter().all(|(event, Entry { value: was, .. })| {
        is.starts.get(event).is_some_and(|Entry { value: is, .. }| {
            let text = |it: &Starts| it.brings_text.unwrap_or(true);
            is.trust <= was.trust && text(is) >= text(was) && no_more(is.guard.is_some(), was.guard.is_some())
        })
    });
    let prompts = was.prompts.iter().all(|(what, Entry { value: was, .. })| {
        is.prompts.get(what).is_some_and(|Entry { value: is, .. }| {
            is.trust <= was.trust && is.among_instructions >= was.among_instructions
        })
    });
    let keeps = was.keeps.iter().all(|(name, Entry { value: was, .. })| {
        is.keeps.get(name).is_some_and(|Entry { value: is, .. }| {
            let uses = |it: &Keeps| (it.writes.unwrap_or(true), it.reads.unwrap_or(true));
            let (is_used, was_used) = (uses(is), uses(was));
            is.kept_for >= was.kept_for && is_used.0 >= was_used.0 && is_used.1 >= was_used.1
        })
    });
    let streams = was.streams.iter().all(|(name, Entry { value: was, .. })| {
        is.streams.get(name).is_some_and(|Entry { value: is, .. }| {
            is.consumes >= was.consumes
                && is.produces >= was.produces
                && no_more(is.signed.is_some(), was.signed.is_some())
                && no_more(is.ordered.is_some(), was.ordered.is_some())
        })
    });
    let ends = |it: &Agent| [&it.limits.steps, &it.limits.time, &it.limits.cost].map(Option::is_some);
    let limits = ends(is).into_iter().zip(ends(was)).all(|(is, was)| no_more(is, was));
    let approvals = was.approvals.iter().all(|(how, Entry { value: was, .. })| {
        was.shows == Shown::Call || is.approvals.get(how).is_some_and(|is| is.value.shows == was.shows)
    });
    let guards = was.guards.names().all(|it| is.guards.get(it).is_some());
    starts && prompts && keeps && streams && limits && approvals && guards
}

/// What other tools have drawn, by file.
fn drawn(base: &Model, head: &Model, found: &mut Found) {
    let parts: BTreeSet<&AssetId> = head.drawn.parts.iter().map(|it| &it.id).collect();
    let flows: BTreeSet<_> = head.drawn.flows.iter().map(|it| (&it.from, it.verb, &it.to)).collect();
    let parts = base.drawn.parts.iter().filter(|it| !parts.contains(&it.id)).map(|it| &it.place);
    let flows = base
        .drawn
        .flows
        .iter()
        .filter(|it| !flows.contains(&(&it.from, it.verb, &it.to)))
        .map(|it| &it.place);
    for path in parts.chain(flows).map(|it| &it.path).collect::<BTreeSet<_>>() {
        found.insert(
            format!("extends.{path}"),
            (format!("`{path}` draws less than before, or is gone"), None),
        );
    }
}
