//! What would become, for a person at a terminal: on one screen unless more is asked for.

use std::io::Write;

use ambit_model::whatif::{Reach, ReachTurn};
use ambit_model::{Finding, Whatif};

use super::words;
use crate::text::groups::{leg_lines, remarks, severity, write_remedy};
use crate::text::page::{Page, Piece, Tone, faint, plain, sentence, strong};
use crate::visible::visible;
use crate::words::{Index, count};
use crate::{Error, Options};

/// How many compositions are told in full, and how many lines a section has, unless all is asked for.
const FULL: usize = 2;
const FEW: usize = 5;

/// Writes the report.
pub(super) fn write(whatif: &Whatif, options: &Options<'_>, out: &mut dyn Write) -> Result<(), Error> {
    let mut page = Page::new(options, out);
    let (now, then) = (Index::of(&whatif.before), Index::of(&whatif.after));
    page.flow(0, 2, &named(&words::headline(whatif)))?;
    let completed = words::grouped(&whatif.completed);
    for (position, group) in completed.iter().enumerate() {
        if options.all || position < FULL && !options.quiet {
            page.blank()?;
            full(group, &then, &mut page)?;
        } else if position < FULL + FEW {
            if position == FULL {
                page.blank()?;
            }
            short(group, &mut page)?;
        }
    }
    if !options.all {
        more(completed.len().saturating_sub(FULL + FEW), &mut page)?;
    }
    if options.quiet {
        return Ok(());
    }
    let of = |wanted: fn(ReachTurn) -> bool| {
        whatif.reach.iter().filter(move |it| wanted(it.turn)).collect::<Vec<&Reach>>()
    };
    let line = |it: &&Reach| words::reach(it, &now, &then);
    let opened: Vec<String> = of(|it| it <= ReachTurn::Loosened).iter().map(line).collect();
    section("Becomes reachable", &opened, options, &mut page)?;
    let shut: Vec<String> = of(|it| it > ReachTurn::Loosened).iter().map(line).collect();
    section("No longer, or past more", &shut, options, &mut page)?;
    let closed = words::grouped(&whatif.closed);
    if !closed.is_empty() {
        page.blank()?;
        page.heading("Closed or eased")?;
        let shown = if options.all { closed.len() } else { FEW };
        closed.iter().take(shown).try_for_each(|it| short(it, &mut page))?;
        more(closed.len().saturating_sub(shown), &mut page)?;
    }
    Ok(())
}

fn told(finding: &Finding) -> Vec<Piece> {
    let mut pieces = vec![severity(finding.severity), plain(": ")];
    pieces.extend(named(&words::harm(finding)));
    pieces
}

fn full(group: &[&Finding], index: &Index<'_>, page: &mut Page<'_>) -> Result<(), Error> {
    let Some((finding, others)) = group.split_first() else { return Ok(()) };
    page.flow(0, 2, &told(finding))?;
    page.flow(2, 2, &[faint(remarks(index, finding))])?;
    leg_lines(index, finding, page)?;
    match finding.remedies.first() {
        Some(remedy) => write_remedy(remedy, page)?,
        None => page.flow(2, 4, &[plain("No single change was found that stops it.")])?,
    }
    if others.is_empty() {
        return Ok(());
    }
    page.flow(2, 4, &[plain(format!("The same cut stops {}.", count(others.len(), "more finding")))])
}

fn short(group: &[&Finding], page: &mut Page<'_>) -> Result<(), Error> {
    let Some((finding, others)) = group.split_first() else { return Ok(()) };
    let mut pieces = told(finding);
    if !others.is_empty() {
        pieces.push(plain(format!(", and {} with it", others.len())));
    }
    pieces.push(faint(format!(" {}", visible(&finding.id))));
    page.flow(2, 4, &pieces)
}

fn section(title: &str, lines: &[String], options: &Options<'_>, page: &mut Page<'_>) -> Result<(), Error> {
    if lines.is_empty() {
        return Ok(());
    }
    page.blank()?;
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
