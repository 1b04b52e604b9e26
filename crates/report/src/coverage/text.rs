//! Coverage for a person at a terminal: a line per framework, then what is open.

use std::collections::BTreeMap;
use std::io::Write;

use ambit_model::coverage::{Category, Counts, Coverage, Framework, State};

use super::{counted, id, name, questions, said, whose};
use crate::text::page::{Page, faint, plain, sentence, strong};
use crate::visible::visible;
use crate::words::{count, folder};
use crate::{Error, Options};

pub(super) fn write(coverage: &Coverage, options: &Options<'_>, out: &mut dyn Write) -> Result<(), Error> {
    let mut page = Page::new(options, out);
    let (agents, frameworks) = (coverage.agents.len(), coverage.frameworks.len());
    page.flow(
        0,
        2,
        &[plain(format!(
            "Coverage of {}: {}, {}.",
            folder(&coverage.root),
            count(agents, "agent"),
            count(frameworks, "framework")
        ))],
    )?;
    if !options.quiet {
        page.flow(0, 2, &[faint(format!("Mind: {}.", visible(&coverage.limits.join("; "))))])?;
    }
    page.blank()?;
    for framework in &coverage.frameworks {
        line(framework, &mut page)?;
        if options.all || frameworks == 1 {
            parts(framework, &mut page)?;
        }
    }
    if options.all {
        coverage.frameworks.iter().try_for_each(|it| every(it, &mut page))?;
    }
    if options.quiet { Ok(()) } else { open(coverage, &mut page) }
}

fn line(framework: &Framework, page: &mut Page<'_>) -> Result<(), Error> {
    page.flow(
        0,
        2,
        &[
            strong(visible(&framework.id)),
            plain(format!(
                ": {} of {}: {}",
                count(framework.categories.len(), "category"),
                visible(&framework.name),
                counted(framework.counts)
            )),
        ],
    )
}

/// The counts of each part, where a framework has parts.
fn parts(framework: &Framework, page: &mut Page<'_>) -> Result<(), Error> {
    let mut parts: BTreeMap<&str, Vec<&Category>> = BTreeMap::new();
    for category in &framework.categories {
        parts.entry(category.part.as_deref().unwrap_or_default()).or_default().push(category);
    }
    for (part, categories) in parts.into_iter().filter(|(it, _)| !it.is_empty()) {
        let counts = Counts::of(categories.iter().flat_map(|it| &it.answers));
        page.flow(2, 4, &[strong(visible(part)), plain(format!(": {}", counted(counts)))])?;
    }
    Ok(())
}

/// Every answer of a framework.
fn every(framework: &Framework, page: &mut Page<'_>) -> Result<(), Error> {
    page.blank()?;
    page.heading(&visible(&framework.name))?;
    for category in &framework.categories {
        page.flow(2, 4, &[strong(visible(&category.id)), plain(format!(" {}", name(category)))])?;
        for answer in &category.answers {
            let (state, lines) = said(answer);
            let agent = visible(answer.agent.name()).into_owned();
            page.flow(4, 6, &[plain(format!("{agent}: ")), strong(visible(&state))])?;
            for (title, text) in lines {
                let mut pieces = vec![faint(format!("{title}: "))];
                pieces.extend(sentence(&visible(&text), |_| crate::text::page::Tone::Plain));
                page.flow(6, 8, &pieces)?;
            }
            if answer.state == State::Open {
                page.flow(6, 8, &[faint("ask: "), plain(visible(&category.question))])?;
            }
        }
    }
    Ok(())
}

/// What is open, by the question that would settle it.
fn open(coverage: &Coverage, page: &mut Page<'_>) -> Result<(), Error> {
    let questions = questions(coverage);
    if questions.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.heading("Open: what the map cannot tell")?;
    for (text, question) in &questions {
        let ids: Vec<_> =
            question.categories.iter().map(|it| id(it, |id| visible(id).into_owned())).collect();
        let whose = whose(question, coverage).map(|it| format!(" for {it}")).unwrap_or_default();
        let mut pieces = vec![plain("- ")];
        pieces.extend(sentence(text, |_| crate::text::page::Tone::Strong));
        page.flow(2, 4, &pieces)?;
        page.flow(4, 4, &[faint(format!("{}{whose}", ids.join(", ")))])?;
    }
    page.blank()?;
    page.flow(
        0,
        2,
        &[plain(
            "Answer under `coverage` in ambit.yaml; `ambit explain <category>` says what is asked and when.",
        )],
    )
}
