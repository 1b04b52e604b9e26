//! Architectures and sequences: what they are, and what there is of them here.

use ambit_catalog::schema::{ArchitecturePattern, Sequence, Step, Who};

use super::View;
use crate::Error;
use crate::text::page::{Page, Tone, faint, plain, sentence, strong};
use crate::text::patterns::questions;
use crate::visible::visible;
use crate::words::{self, count};

pub(super) fn pattern(
    view: &View<'_>,
    id: &str,
    pattern: &ArchitecturePattern,
    page: &mut Page<'_>,
) -> Result<(), Error> {
    page.flow(0, 2, &[strong(visible(id)), plain(format!(": {}", visible(&pattern.title)))])?;
    page.flow(0, 2, &[plain(visible(&pattern.about))])?;
    let here = view.assessment.and_then(|it| it.patterns.iter().find(|it| it.id == id));
    page.blank()?;
    let Some(here) = here else {
        page.heading("What it raises")?;
        pattern.questions.iter().try_for_each(|it| page.flow(2, 4, &[plain(visible(&it.asks))]))?;
        page.blank()?;
        page.flow(0, 2, &[plain("Nothing here was recognised as one.")])?;
        return sources(&pattern.source, page);
    };
    page.heading("Here")?;
    let mut pieces = sentence(&visible(&here.because), |_| Tone::Plain);
    pieces.push(plain(format!("; {}.", words::answered(here))));
    page.flow(2, 4, &pieces)?;
    for place in &here.evidence {
        page.flow(4, 6, &[faint(words::place(place))])?;
    }
    page.blank()?;
    page.heading("What it raises, and what the map answers")?;
    questions(here, page)?;
    sources(&pattern.source, page)
}

fn sources(sources: &[String], page: &mut Page<'_>) -> Result<(), Error> {
    page.blank()?;
    sources.iter().try_for_each(|it| page.flow(0, 2, &[faint(visible(it))]))
}

pub(super) fn sequence(
    view: &View<'_>,
    id: &str,
    sequence: &Sequence,
    page: &mut Page<'_>,
) -> Result<(), Error> {
    page.flow(0, 2, &[strong(visible(id)), plain(format!(": together {}", visible(&sequence.ends)))])?;
    let weight = sequence.tier().map_or_else(
        || "It weighs what the later agent can do.".to_owned(),
        |it| format!("It weighs {it}, and each step less."),
    );
    page.flow(0, 2, &[plain(weight)])?;
    page.blank()?;
    page.heading("Steps")?;
    for (number, step) in (1_usize..).zip(&sequence.steps) {
        let mut pieces = vec![plain(format!("{number}. ")), strong(visible(&step.does))];
        pieces.push(plain(format!(": an edge that {}", told(step))));
        page.flow(2, 4, &pieces)?;
    }
    sources(&sequence.source, page)?;
    let Some(assessment) = view.assessment else { return Ok(()) };
    let quoted = format!("`{id}`");
    let found = assessment.findings.iter().filter(|it| it.message.contains(&quoted));
    let found: Vec<_> = found.collect();
    page.blank()?;
    page.heading(&format!("Here: {}", count(found.len(), "finding")))?;
    for finding in found.iter().take(10) {
        page.flow(2, 4, &[plain(visible(&finding.message)), faint(format!(" {}", visible(&finding.id)))])?;
    }
    Ok(())
}

/// What an edge must have to be the step.
fn told(step: &Step) -> String {
    let verbs: Vec<&str> = step.verb.iter().map(|it| it.word()).collect();
    let mut said = vec![verbs.join(" or ")];
    if step.who == Who::Later {
        said.push("of another agent".to_owned());
    }
    if !step.on.is_empty() {
        said.push(format!("on {}", step.on.join(" or ")));
    }
    said.extend(step.level.map(|it| format!("of {it} data")));
    said.extend(step.tier.map(|it| format!("of {it} or more")));
    if !step.named.is_empty() {
        said.push(format!(
            "by a tool such as {}",
            step.named.iter().take(5).cloned().collect::<Vec<_>>().join(", ")
        ));
    }
    said.join(", ")
}
