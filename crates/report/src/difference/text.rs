//! The difference for a person at a terminal, who sees in ten seconds what got worse.

use std::io::Write;

use ambit_model::Difference;
use ambit_model::difference::{FindingChange, Turn};

use super::words::{self, Edges};
use crate::text::page::{Page, Piece, Tone, faint, plain, sentence, strong, toned};
use crate::words::Label;
use crate::{Error, Options};

/// How many lines a section has unless all is asked for.
const FEW: usize = 10;

/// Writes the report.
pub(super) fn write(
    difference: &Difference,
    options: &Options<'_>,
    out: &mut dyn Write,
) -> Result<(), Error> {
    let mut page = Page::new(options, out);
    if difference.is_empty() {
        return page.flow(0, 2, &[strong(words::NOTHING)]);
    }
    page.flow(0, 2, &[strong(format!("{}.", words::headline(difference)))])?;
    let edges = words::edges(difference);
    let worse = |it: &&FindingChange| it.turn <= Turn::Worsened;
    let (worse, rest): (Vec<_>, Vec<_>) = difference.findings.iter().partition(worse);
    findings(&worse, &edges, options, &mut page)?;
    let redefined: Vec<_> = difference.redefined.iter().map(words::redefined).collect();
    section("Definitions that changed under the same package", &redefined, options, &mut page)?;
    if options.quiet {
        return Ok(());
    }
    findings(&rest, &edges, options, &mut page)?;
    let moved: Vec<_> = difference.moved.iter().map(words::moved).collect();
    section("Moved, with the same reach", &moved, options, &mut page)?;
    let mut lines: Vec<_> = words::weighed(difference).into_iter().map(words::edge).collect();
    lines.extend(words::elsewhere(difference));
    section("Edges", &lines, options, &mut page)?;
    let tools: Vec<_> = difference.tools.iter().map(words::tool).collect();
    section("Tools", &tools, options, &mut page)?;
    let assets: Vec<_> = difference.assets.iter().map(words::asset).collect();
    section("Assets", &assets, options, &mut page)
}

fn findings(
    changes: &[&FindingChange],
    edges: &Edges<'_>,
    options: &Options<'_>,
    page: &mut Page<'_>,
) -> Result<(), Error> {
    let shown = if options.all { changes.len() } else { FEW };
    for change in changes.iter().take(shown) {
        if !options.quiet {
            page.blank()?;
        }
        finding(change, edges, options, page)?;
    }
    more(changes.len().saturating_sub(shown), page)
}

fn finding(
    change: &FindingChange,
    edges: &Edges<'_>,
    options: &Options<'_>,
    page: &mut Page<'_>,
) -> Result<(), Error> {
    let Some(row) = change.row() else { return Ok(()) };
    let severity = format!("{} {}", row.severity.word().to_uppercase(), words::turn(change));
    let tone = match change.turn {
        Turn::Opened | Turn::Worsened => Tone::Label(Label::WayOut),
        Turn::Shifted => Tone::Label(Label::Untrusted),
        Turn::Eased | Turn::Closed => Tone::Strong,
    };
    let mut pieces = vec![toned(tone, severity), plain(": ")];
    pieces.extend(named(&words::finding(row, options)));
    page.flow(0, 2, &pieces)?;
    if options.quiet {
        return Ok(());
    }
    if let Some(remarks) = words::remarks(change) {
        page.flow(2, 2, &[faint(remarks)])?;
    }
    words::causes(change, edges).iter().try_for_each(|it| page.flow(4, 6, &named(it)))
}

/// A heading and its lines, unless there are none.
fn section(title: &str, lines: &[String], options: &Options<'_>, page: &mut Page<'_>) -> Result<(), Error> {
    if lines.is_empty() {
        return Ok(());
    }
    if !options.quiet {
        page.blank()?;
    }
    page.heading(title)?;
    let shown = if options.all { lines.len() } else { FEW };
    lines.iter().take(shown).try_for_each(|it| page.flow(2, 4, &named(it)))?;
    more(lines.len().saturating_sub(shown), page)
}

fn more(number: usize, page: &mut Page<'_>) -> Result<(), Error> {
    if number == 0 {
        return Ok(());
    }
    page.flow(2, 4, &[plain(format!("{number} more. See all with ")), strong("--all"), plain(".")])
}

fn named(text: &str) -> Vec<Piece> {
    sentence(text, |_| Tone::Strong)
}
