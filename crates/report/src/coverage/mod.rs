//! How far the categories of frameworks are answered: counts, what is open, and on request every answer.
//!
//! What lives here: the choice of form, and what the forms for people share. Each form is a file.

mod markdown;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use ambit_model::AssetId;
use ambit_model::coverage::{Answer, Category, Counts, Coverage, State};

use crate::format::formats;
use crate::visible::visible;
use crate::{Error, Options, json};

/// How many findings or agents are named before the rest is counted.
const FEW: usize = 3;

formats! {
    "A form of the coverage.":
    /// For a person at a terminal.
    Text => "text",
    /// Tables for a page or a pull request.
    Markdown => "markdown",
    /// `ambit.coverage/v1`.
    Json => "json",
}

/// Writes `coverage` to `out` as `format`.
pub fn write(
    coverage: &Coverage,
    format: Format,
    options: &Options<'_>,
    out: &mut dyn Write,
) -> Result<(), Error> {
    match format {
        Format::Text => text::write(coverage, options, out),
        Format::Markdown => markdown::write(coverage, options, out),
        Format::Json => json::write_value(coverage, out),
    }
}

/// Counts in words: what is answered, and by whom.
pub(crate) fn counted(counts: Counts) -> String {
    let bare = match counts.unguarded {
        0 => String::new(),
        number => format!(" ({number} with nothing before it)"),
    };
    let mut parts = vec![format!("{} answered by the map{bare}", counts.by_map)];
    if counts.by_people > 0 {
        parts.push(format!("{} by people", counts.by_people));
    }
    parts.push(format!("{} not applicable", counts.not_applicable));
    parts.push(format!("{} open", counts.open));
    if counts.expired > 0 {
        parts.push(format!("{} with an answer that has run out", counts.expired));
    }
    parts.join(", ")
}

/// What a person has to answer, or to find out first, and the categories that it would settle.
#[derive(Debug, Default)]
pub(crate) struct Question<'a> {
    pub(crate) categories: Vec<&'a Category>,
    pub(crate) agents: BTreeSet<&'a AssetId>,
}

/// Open answers by what keeps them open. Many categories ask the same: who answers one answers all of them.
pub(crate) fn questions(coverage: &Coverage) -> Vec<(String, Question<'_>)> {
    let mut questions: BTreeMap<(bool, &str), Question<'_>> = BTreeMap::new();
    let categories = coverage.frameworks.iter().flat_map(|it| &it.categories);
    for category in categories {
        for answer in category.answers.iter().filter(|it| it.state == State::Open) {
            let key = match &answer.because {
                Some(because) => (false, &**because),
                None => (true, category.question.as_str()),
            };
            let question = questions.entry(key).or_default();
            question.agents.insert(&answer.agent);
            if question.categories.last().is_none_or(|it| it.id != category.id) {
                question.categories.push(category);
            }
        }
    }
    let mut questions: Vec<_> = questions.into_iter().collect();
    // What is unknown comes first: it leaves most open. Then the question that settles most.
    questions.sort_by(|(a, one), (b, other)| {
        (a.0, other.categories.len(), a.1).cmp(&(b.0, one.categories.len(), b.1))
    });
    questions.into_iter().map(|((_, text), it)| (visible(text).into_owned(), it)).collect()
}

/// Which agents a question is about; nothing where it is about all.
pub(crate) fn whose(question: &Question<'_>, coverage: &Coverage) -> Option<String> {
    let number = question.agents.len();
    if number == coverage.agents.len() {
        return None;
    }
    let names = question.agents.iter().take(FEW).map(|it| visible(it.name()).into_owned());
    let names = names.collect::<Vec<_>>().join(", ");
    Some(if number > FEW { format!("{names} and {} more", number - FEW) } else { names })
}

/// The id of a category, marked where nobody confirmed it.
fn id(category: &Category, shown: impl Fn(&str) -> String) -> String {
    let mark = if category.verified { "" } else { " (not confirmed)" };
    format!("{}{mark}", shown(&category.id))
}

/// The name of a category, marked where nobody confirmed it.
fn name(category: &Category) -> String {
    let mark = if category.verified { "" } else { " (not confirmed at its source)" };
    format!("{}{mark}", visible(&category.name))
}

/// What is said of a category for an agent, line by line: the state first.
pub(crate) fn said(answer: &Answer) -> (String, Vec<(&'static str, String)>) {
    let state = match (answer.state, answer.by) {
        (State::Answered, ambit_model::coverage::Source::Map) => "answered by the map",
        (State::Answered, ambit_model::coverage::Source::Person) => "answered",
        (State::NotApplicable, _) => "not applicable",
        (State::Open, _) => "open",
    };
    let owner = answer.owner.as_deref().map(|it| format!(", says {it}")).unwrap_or_default();
    let until = answer.until.as_deref().map(|it| format!(", until {it}")).unwrap_or_default();
    let mut lines = Vec::new();
    let mut line = |title, text: Option<&str>| lines.extend(text.map(|it| (title, it.to_owned())));
    line("scenario", answer.scenario.as_deref());
    line("if", answer.condition.as_deref());
    line("because", answer.because.as_deref());
    if answer.state == State::Answered && answer.scenario.is_some() {
        let controls = answer.controls.join("; ");
        line("control", Some(if controls.is_empty() { "none: nothing stands before it" } else { &controls }));
    }
    line("but the map shows", answer.against.as_deref());
    let findings = answer.findings.iter().take(FEW).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = answer.findings.len().saturating_sub(FEW);
    let findings = if more > 0 { format!("{findings} and {more} more") } else { findings };
    line("finding", Some(findings.as_str()).filter(|it| !it.is_empty()));
    line("ran out", answer.expired.as_deref());
    (format!("{state}{owner}{until}"), lines)
}
