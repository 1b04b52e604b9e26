//! How far the categories of frameworks are answered.

use std::collections::BTreeMap;

use ambit_model::coverage::{Category, Framework, State};

use super::Source;
use crate::coverage::{questions, said, whose};
use crate::document::blocks::Section;
use crate::words::count;

/// How many different answers are told of a category.
const ANSWERS: usize = 3;

pub(super) fn section(source: &Source<'_>) -> Section {
    let about = "Each category of each framework, answered for each agent by a scenario on its map, by a fact that rules it out, by a \
                 person, or open.";
    let mut section = Section::new("coverage", "Coverage", about);
    let coverage = source.material.coverage;
    if coverage.agents.is_empty() {
        section.missing("No agent was found, so no category was asked.");
        return section;
    }
    let row = |it: &Framework| {
        let c = it.counts;
        vec![
            it.name.clone(),
            it.categories.len().to_string(),
            c.by_map.to_string(),
            c.unguarded.to_string(),
            c.by_people.to_string(),
            c.not_applicable.to_string(),
            c.open.to_string(),
        ]
    };
    let columns = [
        ("framework", 5),
        ("categories", 1),
        ("answered by the map", 1),
        ("of those with nothing before it", 2),
        ("answered by people", 1),
        ("not applicable", 1),
        ("open", 1),
    ];
    section.table("framework", &columns, coverage.frameworks.iter().map(row), "");
    section.say(format!(
        "Counted are answers, one for each category and agent; there {}.",
        number(coverage.agents.len())
    ));
    open(source, &mut section);
    for framework in &coverage.frameworks {
        let (open, told): (Vec<_>, Vec<_>) =
            framework.categories.iter().partition(|it| it.answers.iter().all(|it| it.state == State::Open));
        section.head(framework.name.clone());
        let rows: Vec<_> = told.into_iter().map(answers).collect();
        if !rows.is_empty() {
            section.table(
                "category",
                &[("category", 3), ("answers", 9)],
                rows.into_iter(),
                "All are in `coverage.json`.",
            );
        }
        if !open.is_empty() {
            let ids = open.iter().map(|it| format!("`{}`", it.id));
            section.say(format!("Open, with the questions above: {}.", ids.collect::<Vec<_>>().join(", ")));
        }
    }
    section
}

fn number(agents: usize) -> String {
    if agents == 1 { "is 1 agent".to_owned() } else { format!("are {agents} agents") }
}

fn open(source: &Source<'_>, section: &mut Section) {
    section.head("Open: what the map cannot tell");
    let coverage = source.material.coverage;
    let questions = questions(coverage);
    if questions.is_empty() {
        section.say("No category is open.");
    } else {
        section.missing("An answer of a person under `coverage` in `ambit.yaml` settles each of these:");
    }
    section.list(questions.iter().map(|(text, of)| {
        let ids: Vec<String> = of.categories.iter().map(|it| format!("`{}`", it.id)).collect();
        let whose = whose(of, coverage).map(|it| format!(" For {it}.")).unwrap_or_default();
        format!("{text}{whose} {}", ids.join(", "))
    }));
}

/// What is said of a category, the agents of which the same is said together.
fn answers(category: &Category) -> Vec<String> {
    let mut said_of: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut order = Vec::new();
    for answer in &category.answers {
        let (state, lines) = said(answer);
        let lines = lines.iter().map(|(title, it)| format!("; {title}: {it}"));
        let text = format!("{state}{}", lines.collect::<String>());
        let agents = said_of.entry(text.clone()).or_default();
        if agents.is_empty() {
            order.push(text);
        }
        agents.push(format!("`{}`", answer.agent.name()));
    }
    let alone = category.answers.len() == 1;
    let told = order.iter().take(ANSWERS).map(|text| match said_of.get(text).map(Vec::as_slice) {
        _ if alone => text.clone(),
        Some([one]) => format!("{one}: {text}"),
        Some(agents) => format!("{}: {text}", count(agents.len(), "agent")),
        None => text.clone(),
    });
    let mut told: Vec<String> = told.collect();
    if order.len() > ANSWERS {
        told.push(format!("and {}, in `coverage.json`", count(order.len() - ANSWERS, "other answer")));
    }
    let mark = if category.verified { "" } else { " (not confirmed at its source)" };
    vec![format!("`{}` {}{mark}", category.id, category.name), told.join(". ")]
}
