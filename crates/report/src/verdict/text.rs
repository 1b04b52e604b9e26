//! For a person at a terminal: whether it passes, then each reason with what to do.

use std::io::Write;

use ambit_model::{Failure, Verdict};

use super::{headline, sort};
use crate::text::page::{Page, Tone, faint, plain, sentence, strong, toned};
use crate::visible::visible;
use crate::words::Label;
use crate::{Error, Options};

/// How many reasons are told unless all are asked for.
const FEW: usize = 12;

/// Writes the report.
pub(super) fn write(verdict: &Verdict, options: &Options<'_>, out: &mut dyn Write) -> Result<(), Error> {
    let mut page = Page::new(options, out);
    page.flow(0, 2, &[strong(headline(verdict))])?;
    let shown = if options.all { verdict.failures.len() } else { FEW };
    for failure in verdict.failures.iter().take(shown) {
        page.blank()?;
        reason(failure, &mut page)?;
    }
    if verdict.failures.len() > shown {
        page.blank()?;
        let more = format!("{} more; `--all` shows them.", verdict.failures.len() - shown);
        page.flow(0, 2, &[faint(more)])?;
    }
    if !verdict.notes.is_empty() && !options.quiet {
        page.blank()?;
        page.flow(0, 2, &[strong("Stated, and noted")])?;
    }
    for note in verdict.notes.iter().filter(|_| !options.quiet) {
        let told = format!("{}:{}: {}; {}", note.path, note.line, note.message, note.help);
        page.flow(2, 4, &[plain(visible(&told))])?;
    }
    if let Some(today) = &verdict.today {
        page.blank()?;
        page.flow(
            0,
            2,
            &[faint(format!(
                "Decisions are judged for {today}; findings from {} on count.",
                verdict.fail_on
            ))],
        )?;
    }
    Ok(())
}

fn reason(failure: &Failure, page: &mut Page<'_>) -> Result<(), Error> {
    let mut pieces = vec![toned(Tone::Label(Label::WayOut), sort(failure).to_uppercase()), plain(": ")];
    pieces.extend(sentence(&visible(&failure.message), |_| Tone::Strong));
    page.flow(0, 2, &pieces)?;
    if let Some(place) = failure.places.first() {
        page.flow(4, 6, &[faint(visible(&format!("{} · {place}", failure.about)))])?;
    } else {
        page.flow(4, 6, &[faint(visible(&failure.about))])?;
    }
    page.flow(4, 6, &[plain("What to do: "), plain(visible(&failure.help))])
}
