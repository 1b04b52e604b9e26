//! What people answered in `ambit.yaml`, put before what the map shows.

use ambit_catalog::Catalog;
use ambit_model::coverage::{Answer, Source, State};
use ambit_model::stated::{self, Covered, Date, Model, Placed};
use ambit_model::{AssetId, Problem};

use super::seen::Seen;

/// The category of a condition that is asked for each kind of asset.
pub(super) fn category(key: &str) -> &str {
    key.split('/').next().unwrap_or(key)
}

/// The answer of people where one holds, else that of the map, which keeps the day on which theirs ran out.
pub(super) fn after(map: Answer, key: &str, agent: &AssetId, stated: &Model, today: Option<&Date>) -> Answer {
    let mut expired: Option<&Date> = None;
    for answer in given(stated, key, agent) {
        match (&answer.until, today) {
            (Some(until), Some(today)) if until < today => expired = expired.max(Some(until)),
            _ => return of_person(map, answer, stated),
        }
    }
    Answer { expired: expired.map(ToString::to_string), ..map }
}

/// Answers to a category for an agent: to the very kind of asset before the category as a whole, of this agent before
/// those of all, and then in their order.
fn given<'a>(
    stated: &'a Model,
    key: &'a str,
    agent: &'a AssetId,
) -> impl Iterator<Item = &'a stated::Answer> {
    let whole = Some(category(key)).filter(|it| *it != key);
    let entries = [Some(key), whole].into_iter().flatten().filter_map(|it| stated.coverage.get(it));
    entries.flat_map(move |entry| {
        let answers = || entry.value.iter().map(|it| &it.value);
        let own = answers().filter(|it| it.agent.as_ref().is_some_and(|it| it.value.matches_asset(agent)));
        own.chain(answers().filter(|it| it.agent.is_none()))
    })
}

fn of_person(map: Answer, said: &stated::Answer, stated: &Model) -> Answer {
    let mut answer = Answer {
        by: Source::Person,
        owner: said.owner.clone(),
        until: said.until.as_ref().map(ToString::to_string),
        ..map
    };
    match said.answer.value {
        Covered::Open => {
            answer.state = State::Open;
            answer.because = said.because.as_deref().map(Into::into);
        }
        Covered::NotApplicable => {
            // What is closed, or was not there in the first place, speaks for them.
            answer.against = answer.scenario.take().filter(|_| answer.exposure.is_some());
            answer = Answer { condition: None, exposure: None, confidence: None, ..answer };
            answer.controls.clear();
            answer.state = State::NotApplicable;
            answer.because = said.because.as_deref().map(Into::into);
        }
        Covered::Covered => covered(&mut answer, said, stated),
    }
    answer
}

/// A control that is not there yet, or that nobody declares, covers nothing.
fn covered(answer: &mut Answer, said: &stated::Answer, stated: &Model) {
    answer.state = State::Answered;
    answer.because = said.because.as_deref().map(Into::into);
    if let Some(scenario) = &said.scenario {
        answer.scenario = Some(scenario.as_str().into());
    }
    let Some(name) = said.control.as_ref().map(|it| it.value.as_str()) else { return };
    match stated.controls.get(name).map(|it| &it.value) {
        Some(control) if control.is_in_place() => {
            let text = format!("the control `{name}` ({}, {})", control.kind, control.does.value);
            answer.controls.retain(|it| *it != format!("the control `{name}`"));
            answer.controls.push(text);
        }
        Some(_) => {
            answer.state = State::Open;
            answer.because = Some(format!("the control `{name}` is planned and not in place").into());
        }
        None => {
            answer.state = State::Open;
            answer.because = Some(format!("the control `{name}` is declared nowhere").into());
        }
    }
}

/// Answers that answer nothing: of a category or an agent that is not there.
pub(super) fn problems(stated: &Model, catalog: &Catalog, agents: &[Seen<'_>]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (id, entry) in stated.coverage.iter() {
        if !is_known(id, catalog) {
            let near = nearest(id, catalog);
            let help = near.map_or_else(
                || "`ambit cover --all` lists the categories, each with its edition".to_owned(),
                |it| format!("did you mean `{it}`?"),
            );
            problems.push(Problem::at(
                &entry.place,
                format!("`{id}` is not a category that Ambit knows"),
                help,
            ));
        }
        for Placed { value, place } in entry.value.iter().filter_map(|it| it.value.agent.as_ref()) {
            if !agents.iter().any(|it| value.matches_asset(it.agent)) {
                let message = format!("no agent of the map is `{value}`");
                let help = "name an agent that `ambit scan` shows, or take the answer out";
                problems.push(Problem::at(place, message, help));
            }
        }
    }
    problems.sort();
    problems
}

/// Whether it is a category, or one with a kind of asset that it is asked for.
fn is_known(id: &str, catalog: &Catalog) -> bool {
    catalog.categories().contains_key(id) || catalog.conditions(category(id)).any(|(_, key, _)| key == id)
}

fn nearest<'c>(id: &str, catalog: &'c Catalog) -> Option<&'c str> {
    let near = catalog.categories().keys().map(|it| (strsim::levenshtein(it, id), it.as_str()));
    near.min().filter(|(distance, _)| *distance <= 2 || distance * 3 <= id.len()).map(|(_, it)| it)
}
