//! What contains a system, for a person at a terminal: on one screen unless more is asked for.

use std::io::Write;

use ambit_model::Containment;
use ambit_model::containment::{Contained, Step};

use super::words;
use crate::text::groups::severity;
use crate::text::page::{Page, Piece, Tone, faint, plain, sentence, strong};
use crate::visible::visible;
use crate::words::{edit, edit_lines, told};
use crate::{Error, Options};

/// How many steps are told, and how many findings of a list, unless all is asked for.
const FULL: usize = 8;
const FEW: usize = 3;

/// Writes the report.
pub(super) fn write(
    it: &Containment,
    as_it_comes: Option<f64>,
    options: &Options<'_>,
    out: &mut dyn Write,
) -> Result<(), Error> {
    let mut page = Page::new(options, out);
    page.flow(0, 2, &named(&words::headline(it)))?;
    page.flow(0, 2, &named(&words::fall(it, as_it_comes)))?;
    if let Some(conflict) = &it.conflict {
        page.blank()?;
        page.heading(&words::clash(it, conflict.needs.len()))?;
        for need in &conflict.needs {
            page.hang("  - ", 4, &named(&words::need(need)))?;
        }
        page.blank()?;
        page.heading("What is forced by that")?;
        findings(&conflict.findings, options, &mut page)?;
        if let Some(said) = words::forced(it) {
            page.flow(2, 4, &[plain(format!("{said}."))])?;
        }
        page.blank()?;
        page.flow(0, 2, &named(&words::way_out(it)))?;
    }
    for (number, step) in (1..).zip(&it.steps) {
        if options.quiet || !options.all && number > FULL {
            let more = it.steps.len() + 1 - number;
            page.blank()?;
            page.flow(0, 2, &[plain(format!("{more} more. See all with ")), strong("--all"), plain(".")])?;
            break;
        }
        page.blank()?;
        tell(it, (number, step), options, &mut page)?;
    }
    if !it.beyond.is_empty() {
        page.blank()?;
        page.heading("No control that Ambit knows silences")?;
        findings(&it.beyond, options, &mut page)?;
    }
    let lost: Vec<_> = it.needs.iter().filter(|need| !need.holds).collect();
    if !lost.is_empty() && !options.quiet {
        page.blank()?;
        page.heading("Needs that nothing answers today")?;
        for need in lost {
            page.hang("  - ", 4, &named(&words::need(need)))?;
        }
    }
    if let (Some(lost), false) = (words::loses(it), options.quiet) {
        page.blank()?;
        page.flow(0, 2, &[faint(format!("{lost} {}", words::points(it)))])?;
    }
    Ok(())
}

fn tell(
    it: &Containment,
    (number, step): (usize, &Step),
    options: &Options<'_>,
    page: &mut Page<'_>,
) -> Result<(), Error> {
    page.hang(&format!("{number}. "), 3, &named(&words::action(step)))?;
    page.flow(3, 5, &[faint(words::price(step))])?;
    page.flow(3, 5, &named(&words::costs(step)))?;
    let shown = if options.all { step.silences.len() } else { 1 };
    for finding in step.silences.iter().take(shown) {
        let mut pieces = vec![strong("Ends"), plain(" "), severity(finding.severity), plain(": ")];
        pieces.extend(named(&words::harm(finding)));
        let more = words::more(step.silences.len() - shown, "finding").filter(|_| shown == 1);
        pieces.extend(more.map(|it| plain(format!(", {it}"))));
        page.flow(3, 5, &pieces)?;
    }
    if let Some(why) = words::ends_nothing(it, number) {
        page.flow(3, 5, &[plain(why)])?;
    }
    for change in told(&step.edits) {
        page.flow(3, 5, &named(&capital(&edit(change))))?;
        for line in edit_lines(change) {
            page.verbatim(5, &line)?;
        }
    }
    if let Some(lines) = words::lines(step) {
        page.flow(3, 5, &named("In `ambit.yaml`, as planned:"))?;
        for line in lines {
            page.verbatim(5, &visible(&line))?;
        }
    }
    match words::left(it, number) {
        Some(left) => page.flow(3, 5, &[plain(format!("Left after it: {left}."))]),
        None => Ok(()),
    }
}

fn findings(list: &[Contained], options: &Options<'_>, page: &mut Page<'_>) -> Result<(), Error> {
    let shown = if options.all { list.len() } else { FEW };
    for finding in list.iter().take(shown) {
        let mut pieces = vec![severity(finding.severity), plain(": ")];
        pieces.extend(named(&words::harm(finding)));
        pieces.push(faint(format!(" {}", visible(&finding.id))));
        page.flow(2, 4, &pieces)?;
    }
    match words::more(list.len().saturating_sub(shown), "finding") {
        Some(more) => {
            page.flow(2, 4, &[plain(format!("{more}; see all with ")), strong("--all"), plain(".")])
        }
        None => Ok(()),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|it| it.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", chars.as_str())
}

fn named(text: &str) -> Vec<Piece> {
    sentence(text, |_| Tone::Strong)
}
