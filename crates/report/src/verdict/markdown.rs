//! A comment on a pull request.

use std::io::Write;

use ambit_model::Verdict;

use super::{first_place, headline, sort};
use crate::Error;
use crate::visible::visible;

/// How many reasons a comment names.
const MOST: usize = 50;

/// Writes the comment.
pub(super) fn write(verdict: &Verdict, out: &mut dyn Write) -> Result<(), Error> {
    let sign = if verdict.passes() { "passes" } else { "fails" };
    writeln!(out, "## `ambit check` {sign}\n\n{}", headline(verdict))?;
    if !verdict.passes() {
        writeln!(out, "\n| reason | what | where | what to do |\n|---|---|---|---|")?;
    }
    for failure in verdict.failures.iter().take(MOST) {
        let place =
            first_place(failure).map(|(path, line)| format!("`{}:{line}`", cell(&path))).unwrap_or_default();
        let (what, help) = (cell(&failure.message), cell(&failure.help));
        writeln!(out, "| {} | {what} | {place} | {help} |", cell(&sort(failure)))?;
    }
    if verdict.failures.len() > MOST {
        writeln!(out, "\n{} more reasons.", verdict.failures.len() - MOST)?;
    }
    for note in &verdict.notes {
        writeln!(
            out,
            "\n- `{}:{}`: {}; {}",
            cell(&note.path),
            note.line,
            cell(&note.message),
            cell(&note.help)
        )?;
    }
    Ok(())
}

/// Text that ends no cell, begins no tag and mentions nobody.
fn cell(text: &str) -> String {
    visible(text).replace('|', "\\|").replace('<', "&lt;").replace('@', "&#64;")
}
