//! What contains a system, for a ticket: the steps as a list, with the lines to write.

use std::io::Write;

use ambit_model::Containment;
use ambit_model::containment::{Contained, Step};

use super::words;
use crate::Error;
use crate::markdown::{LIMIT, bounded, fence, line, prose};
use crate::visible::visible;
use crate::words::{edit, told};

/// How many findings of one list are told.
const FEW: usize = 10;

/// Writes the list.
pub(super) fn write(it: &Containment, as_it_comes: Option<f64>, out: &mut dyn Write) -> Result<(), Error> {
    let mut text = String::new();
    line(&mut text, "## Containment\n");
    line(&mut text, &format!("{} {}\n", prose(&words::headline(it)), prose(&words::fall(it, as_it_comes))));
    if let Some(conflict) = &it.conflict {
        line(&mut text, &format!("### {}\n", words::clash(it, conflict.needs.len())));
        conflict.needs.iter().for_each(|it| line(&mut text, &format!("- {}", prose(&words::need(it)))));
        line(&mut text, "\nWhat is forced by that:\n");
        findings(&mut text, &conflict.findings);
        if let Some(said) = words::forced(it) {
            line(&mut text, &format!("{}.\n", prose(&said)));
        }
        line(&mut text, &format!("{}\n", prose(&words::way_out(it))));
    }
    let steps: Vec<String> = (1..).zip(&it.steps).map(|(number, one)| step(it, number, one)).collect();
    bounded(&mut text, &steps, LIMIT - 5_000, "step");
    if !it.steps.is_empty() {
        let lost = words::loses(it).unwrap_or_default();
        line(&mut text, &format!("\n{} {}\n", prose(&lost), prose(&words::points(it))));
    }
    if !it.beyond.is_empty() {
        line(&mut text, "### No control that Ambit knows silences\n");
        findings(&mut text, &it.beyond);
    }
    out.write_all(text.as_bytes())?;
    Ok(())
}

fn step(it: &Containment, number: usize, step: &Step) -> String {
    let mut text = String::new();
    line(&mut text, &format!("{number}. **{}**", prose(&words::action(step))));
    line(&mut text, &format!("   - {} {}", prose(&words::price(step)), prose(&words::costs(step))));
    let ends: Vec<String> = step.silences.iter().take(FEW).map(harm).collect();
    for end in ends {
        line(&mut text, &format!("   - ends {end}"));
    }
    if let Some(more) = words::more(step.silences.len().saturating_sub(FEW), "finding") {
        line(&mut text, &format!("   - {more}"));
    }
    for change in told(&step.edits) {
        line(&mut text, &format!("   - {}", prose(&edit(change))));
        block(&mut text, &change.lines, "");
    }
    if let Some(why) = words::ends_nothing(it, number) {
        line(&mut text, &format!("   - {}", prose(&why)));
    }
    if let Some(lines) = words::lines(step) {
        line(&mut text, "   - in `ambit.yaml`, as planned:");
        block(&mut text, &lines.join("\n"), "yaml");
    }
    if let Some(left) = words::left(it, number) {
        line(&mut text, &format!("   - left after it: {left}"));
    }
    text
}

fn block(text: &mut String, lines: &str, language: &str) {
    let fence = fence(lines, 3);
    line(text, &format!("     {fence}{language}"));
    lines.lines().for_each(|it| line(text, &format!("     {}", visible(it))));
    line(text, &format!("     {fence}"));
}

fn harm(it: &Contained) -> String {
    format!("**{}**: {}", it.severity, prose(&words::harm(it)))
}

fn findings(text: &mut String, list: &[Contained]) {
    list.iter().take(FEW).for_each(|it| line(text, &format!("- {}", harm(it))));
    if let Some(more) = words::more(list.len().saturating_sub(FEW), "finding") {
        line(text, &format!("- {more}"));
    }
    line(text, "");
}
