//! Groups of findings: the harm in a sentence, its path, its cheapest cut and what that costs.

use ambit_model::{Finding, ReachEdge, Remedy, Severity};

use super::View;
use super::page::{Page, Piece, Tone, columns, faint, plain, sentence, strong, toned};
use crate::Error;
use crate::visible::visible;
use crate::words::{self, Index, Label};

/// How many groups a reader takes in at once.
const WORST: usize = 3;

pub(super) fn write(view: &View<'_>, groups: &[Vec<&Finding>], page: &mut Page<'_>) -> Result<(), Error> {
    if view.options.quiet {
        return groups.iter().filter_map(|it| it.first()).try_for_each(|it| one_line(view, it, page));
    }
    if groups.is_empty() {
        return nothing(view, page);
    }
    let shown = if view.options.all { groups.len() } else { WORST };
    for group in groups.iter().take(shown) {
        page.blank()?;
        write_group(view, group, page)?;
    }
    let more: Vec<_> = groups.iter().skip(shown).filter_map(|it| it.first()).map(|it| it.severity).collect();
    if more.is_empty() {
        return Ok(());
    }
    page.blank()?;
    let total = words::count(more.len(), "more group");
    page.flow(
        0,
        2,
        &[plain(format!("{total}: {}. See all with ", words::tally(more))), strong("--all"), plain(".")],
    )
}

fn nothing(view: &View<'_>, page: &mut Page<'_>) -> Result<(), Error> {
    let summary = &view.assessment.summary;
    let text = if summary.agents == 0 {
        "No agent is defined in what was read, so there was nothing to judge.".to_owned()
    } else if view.assessment.findings.is_empty() {
        "Nothing that was read adds up to a harm that Ambit knows.".to_owned()
    } else {
        "Nothing is left to decide on besides what is listed below.".to_owned()
    };
    let limits = match summary.unknown {
        0 => "What runs elsewhere, and what files do not say, is not in it.".to_owned(),
        n => format!(
            "Not in it: what {} can do, and what files do not say.",
            words::count(n, "unknown supplier or tool")
        ),
    };
    page.blank()?;
    page.flow(0, 0, &[strong(text), plain(format!(" {limits}"))])
}

fn harm(view: &View<'_>, finding: &Finding) -> Vec<Piece> {
    let text = if finding.message.is_empty() { &finding.title } else { &finding.message };
    sentence(&visible(text), |name| view.tone(finding, name))
}

/// A severity in its tone.
pub(crate) fn severity(severity: Severity) -> Piece {
    let word = severity.word().to_uppercase();
    match severity {
        Severity::Critical | Severity::High => toned(Tone::Label(Label::WayOut), word),
        Severity::Medium => toned(Tone::Label(Label::Untrusted), word),
        Severity::Low => strong(word),
    }
}

fn one_line(view: &View<'_>, finding: &Finding, page: &mut Page<'_>) -> Result<(), Error> {
    let mut pieces = vec![severity(finding.severity), plain(": ")];
    pieces.extend(harm(view, finding));
    pieces.push(faint(format!(" {}", visible(&finding.id))));
    page.flow(0, 2, &pieces)
}

/// One group: its first finding stands for it, the others are counted.
pub(super) fn write_group(view: &View<'_>, group: &[&Finding], page: &mut Page<'_>) -> Result<(), Error> {
    let Some((finding, others)) = group.split_first() else { return Ok(()) };
    let mut pieces = vec![severity(finding.severity), plain(": ")];
    pieces.extend(harm(view, finding));
    page.flow(0, 2, &pieces)?;
    page.flow(2, 2, &[faint(remarks(&view.index, finding))])?;
    leg_lines(&view.index, finding, page)?;
    let kept = if view.options.verbose > 0 { finding.remedies.len() } else { 1 };
    for remedy in finding.remedies.iter().take(kept) {
        write_remedy(remedy, page)?;
    }
    if finding.remedies.is_empty() {
        page.flow(2, 4, &sentence(words::UNCUT, |_| Tone::Strong))?;
    }
    if !others.is_empty() {
        fold(view, others, page)?;
    }
    let again = visible(view.options.again);
    page.flow(2, 4, &[faint(format!("More: ambit explain {}{again}", visible(&finding.id)))])
}

/// The rule of a finding, and how exposed and how sure it is.
pub(crate) fn remarks(index: &Index<'_>, finding: &Finding) -> String {
    let mut text = format!(
        "{}; {}; {}",
        visible(&finding.rule),
        words::exposure(finding, index),
        words::confidence(finding.confidence)
    );
    match finding.status {
        ambit_model::Status::Reopened => text.push_str("; decided before, and wider since"),
        ambit_model::Status::Expired => text.push_str("; its decision has run out"),
        _ => {}
    }
    text
}

/// The legs of a finding, an edge a line, in the order of the attack.
pub(crate) fn leg_lines(index: &Index<'_>, finding: &Finding, page: &mut Page<'_>) -> Result<(), Error> {
    let legs: Vec<_> = words::legs(&finding.legs)
        .into_iter()
        .map(|(name, edges)| {
            (shorten(&words::leg(name)), edges.iter().filter_map(|it| index.edge(it)).collect::<Vec<_>>())
        })
        .collect();
    let widest = legs.iter().map(|(name, _)| columns(name)).max().unwrap_or(0);
    for (name, edges) in &legs {
        for (position, edge) in edges.iter().enumerate() {
            let name = if position == 0 { name.as_str() } else { "" };
            let lead = format!("    {name}{:fill$}", "", fill = (widest + 2).saturating_sub(columns(name)));
            page.hang(&lead, 6 + widest, &leg(index, edge))?;
            page.flow(8 + widest, 8 + widest, &conditions(index, edge))?;
        }
    }
    Ok(())
}

/// A leg's name short enough to stand before its line.
fn shorten(name: &str) -> String {
    if name.chars().count() <= 20 { name.to_owned() } else { name.chars().take(19).chain(['…']).collect() }
}

fn leg(index: &Index<'_>, edge: &ReachEdge) -> [Piece; 3] {
    [
        strong(index.name(&edge.from)),
        plain(format!(" —{}→ ", edge.verb)),
        toned(Tone::Label(Label::of_edge(edge)), index.name(&edge.to)),
    ]
}

/// With what, past which gate, decided where, and where to check it.
fn conditions(index: &Index<'_>, edge: &ReachEdge) -> [Piece; 1] {
    let via = edge.via.as_ref().map(|it| format!("with {}, ", index.tool(it))).unwrap_or_default();
    let by = edge.decided_by.as_ref().map(|it| format!(" ({})", words::place(it))).unwrap_or_default();
    let source = words::source(edge).map(|it| format!(" · {it}")).unwrap_or_default();
    [faint(format!("{via}{}{by}{source}", words::gate(edge.gate)))]
}

/// A remedy with the exact lines to write.
pub(crate) fn write_remedy(remedy: &Remedy, page: &mut Page<'_>) -> Result<(), Error> {
    let action = visible(&remedy.action);
    let stop = if action.ends_with('.') { "" } else { "." };
    let mut pieces = vec![strong("Stop it:"), plain(format!(" {action}{stop}"))];
    if !remedy.costs.is_empty() {
        pieces.push(faint(format!(" Costs: {}.", visible(&remedy.costs).trim_end_matches('.'))));
    }
    page.flow(2, 4, &pieces)?;
    for edit in words::told(&remedy.edits) {
        page.flow(4, 6, &[plain(words::edit(edit))])?;
        for line in words::edit_lines(edit) {
            page.verbatim(6, &line)?;
        }
    }
    Ok(())
}

fn fold(view: &View<'_>, others: &[&Finding], page: &mut Page<'_>) -> Result<(), Error> {
    let tally = words::tally(others.iter().map(|it| it.severity));
    let text = format!("The same cut stops {}: {tally}.", words::count(others.len(), "more finding"));
    page.flow(2, 4, &[plain(text)])?;
    if view.options.verbose > 0 {
        for finding in others {
            let mut pieces = vec![severity(finding.severity), plain(": ")];
            pieces.extend(harm(view, finding));
            pieces.push(faint(format!(" {}", visible(&finding.id))));
            page.flow(4, 6, &pieces)?;
        }
    }
    Ok(())
}
