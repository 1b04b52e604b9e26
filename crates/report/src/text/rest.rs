//! The frame of the report: what was looked at, what is unknown, closed, ordinary or unreadable, the sum.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::{Asset, AssetId, AssetKind, Finding, Problem, Verb};

use super::View;
use super::groups::write_remedy;
use super::page::{Page, Tone, faint, plain, strong, toned};
use crate::Error;
use crate::visible::visible;
use crate::words::{self, Label, count};

/// How many lines a section has unless all is asked for.
const FEW: usize = 5;

pub(super) fn looked_at(view: &View<'_>, page: &mut Page<'_>) -> Result<(), Error> {
    let (inputs, summary) = (&view.assessment.inputs, &view.assessment.summary);
    let home = if inputs.home { " and the user's own agents" } else { "" };
    let text = format!(
        "Looked at {}{home}: {}, {}, {}. Read {} of {}.",
        words::folder(&inputs.root),
        count(summary.agents, "agent"),
        count(summary.servers, "server"),
        count(summary.tools, "tool"),
        inputs.read,
        count(inputs.seen, "file"),
    );
    page.flow(0, 2, &[plain(text)])?;
    let assets = view.assessment.assets.iter().filter(|it| it.kind == AssetKind::Agent);
    let agents: Vec<_> = assets.map(|it| agent(view, it)).collect();
    let shown = if view.options.all { agents.len() } else { FEW };
    if agents.is_empty() {
        return Ok(());
    }
    let names = agents.iter().take(shown).map(String::as_str).collect::<Vec<_>>().join(", ");
    let tail = match agents.len().saturating_sub(shown) {
        0 => String::new(),
        hidden => format!(", and {hidden} more"),
    };
    page.flow(0, 2, &[plain(format!("Agents: {names}{tail}."))])
}

/// An agent's name, and the folder whose files define it where that is not the root.
fn agent(view: &View<'_>, agent: &Asset) -> String {
    let name = view.index.name(&agent.id);
    match agent.id.name().split_once('@') {
        Some((_, folder)) if !name.contains('@') => format!("{name} in {}", visible(folder)),
        _ => name,
    }
}

/// Suppliers of which nothing is known, each with the line that settles it.
pub(super) fn unknown(view: &View<'_>, groups: &[Vec<&Finding>], page: &mut Page<'_>) -> Result<(), Error> {
    let findings: Vec<_> = groups.iter().flatten().copied().collect();
    let on_paths: BTreeSet<_> = findings.iter().flat_map(|it| it.legs.values().flatten()).collect();
    let subjects: BTreeSet<_> = findings.iter().flat_map(|it| [&it.subject, &it.end]).collect();
    let unnamed: BTreeSet<&AssetId> = view
        .assessment
        .edges
        .iter()
        .filter(|it| it.verb == Verb::MayReach && !on_paths.contains(&it.id))
        .map(|it| it.via.as_ref().unwrap_or(&it.to))
        .filter(|it| !subjects.contains(it))
        .collect();
    if findings.is_empty() && unnamed.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.heading("Unknown reach: nothing is known of these, so they may do anything")?;
    let shown = if view.options.all { usize::MAX } else { FEW };
    for finding in findings.iter().take(shown) {
        let text = if finding.message.is_empty() { &finding.title } else { &finding.message };
        let id = faint(format!(" {}", visible(&finding.id)));
        page.flow(2, 4, &[toned(Tone::Label(Label::Unknown), visible(text)), id])?;
        for remedy in finding.remedies.iter().take(1) {
            write_remedy(remedy, page)?;
        }
    }
    for asset in unnamed.iter().take(shown) {
        page.flow(2, 4, &[toned(Tone::Label(Label::Unknown), view.index.name(asset))])?;
    }
    more(findings.len().saturating_sub(shown) + unnamed.len().saturating_sub(shown), page)
}

fn more(number: usize, page: &mut Page<'_>) -> Result<(), Error> {
    if number == 0 {
        return Ok(());
    }
    page.flow(2, 4, &[plain(format!("{number} more. See all with ")), strong("--all"), plain(".")])
}

/// Compositions that configuration has closed, by the lines to thank for it.
pub(super) fn closed(view: &View<'_>, page: &mut Page<'_>) -> Result<(), Error> {
    let mut by_lines: BTreeMap<Vec<String>, Vec<String>> = BTreeMap::new();
    for closed in &view.assessment.closed {
        let lines: BTreeSet<_> = closed.by.iter().map(words::place).collect();
        let (from, to) = (view.index.name(&closed.subject), view.index.name(&closed.end));
        let what = format!("{} of {from} to {to}", visible(&closed.rule));
        by_lines.entry(lines.into_iter().collect()).or_default().push(what);
    }
    if by_lines.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.heading(&format!("Closed: {}", count(view.assessment.closed.len(), "path")))?;
    let shown = if view.options.all { usize::MAX } else { FEW };
    for (lines, what) in by_lines.iter().take(shown) {
        let by = if lines.is_empty() { "the client itself".to_owned() } else { lines.join(" and ") };
        let first = what.iter().take(if view.options.all { usize::MAX } else { 1 });
        let first: Vec<_> = first.map(String::as_str).collect();
        let hidden = what.len() - first.len();
        let tail = if hidden == 0 { String::new() } else { format!(", and {hidden} more") };
        page.flow(2, 4, &[plain("closed by "), strong(by), plain(format!(": {}{tail}", first.join("; ")))])?;
    }
    more(by_lines.len().saturating_sub(shown), page)
}

/// What stock clients can do: a line per message, however many agents it is true of.
pub(super) fn baseline(view: &View<'_>, page: &mut Page<'_>) -> Result<(), Error> {
    let mut by_message: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for line in &view.assessment.baseline {
        by_message.entry(&line.message).or_default().push(view.index.name(&line.agent));
    }
    if by_message.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.heading("Before any configuration")?;
    for (message, agents) in &by_message {
        let others = agents.len().saturating_sub(1);
        let also = if others == 0 { String::new() } else { format!(" ({others} more like it)") };
        page.flow(2, 4, &[plain(visible(message)), faint(also)])?;
    }
    Ok(())
}

/// What could not be read.
pub(super) fn problems(view: &View<'_>, page: &mut Page<'_>) -> Result<(), Error> {
    let inputs = &view.assessment.inputs;
    let skipped = inputs.skipped.iter().chain(&inputs.pruned);
    let skipped: Vec<_> = skipped.map(|it| (visible(&it.path), visible(&it.reason))).collect();
    listed(view, "Not understood", &inputs.problems, page)?;
    if view.options.verbose > 0 && !skipped.is_empty() {
        page.blank()?;
        page.heading(&format!("Passed over: {}", skipped.len()))?;
        for (path, reason) in &skipped {
            page.flow(2, 4, &[plain(format!("{path}: {reason}"))])?;
        }
    }
    Ok(())
}

/// What people state that fits nothing, and what another tool has drawn that has no place.
pub(super) fn notes(view: &View<'_>, page: &mut Page<'_>) -> Result<(), Error> {
    listed(view, "Stated, and noted", &view.assessment.notes, page)
}

fn listed(view: &View<'_>, title: &str, problems: &[Problem], page: &mut Page<'_>) -> Result<(), Error> {
    if !problems.is_empty() {
        page.blank()?;
        page.heading(&format!("{title}: {}", count(problems.len(), "place")))?;
    }
    let shown = if view.options.all { usize::MAX } else { FEW };
    for problem in problems.iter().take(shown) {
        let place = format!("{}:{}", visible(&problem.path), problem.line);
        let help =
            if problem.help.is_empty() { String::new() } else { format!("; {}", visible(&problem.help)) };
        page.flow(2, 4, &[strong(place), plain(format!(": {}", visible(&problem.message))), faint(help)])?;
    }
    more(problems.len().saturating_sub(shown), page)
}

/// The last line: how much there is of each.
pub(super) fn summary(view: &View<'_>, page: &mut Page<'_>) -> Result<(), Error> {
    let assessment = view.assessment;
    let settled = assessment.findings.iter().filter(|it| words::is_settled(it.status)).count();
    let findings = match words::tally(assessment.findings.iter().map(|it| it.severity)) {
        tally if tally.is_empty() => "no findings".to_owned(),
        tally => format!("{} ({tally})", count(assessment.findings.len(), "finding")),
    };
    let mut parts = vec![findings];
    if settled > 0 {
        parts.push(format!("{settled} of them accepted or mitigated"));
    }
    let inputs = &assessment.inputs;
    let rest = [
        (assessment.summary.unknown, "of unknown reach"),
        (assessment.closed.len(), "closed"),
        (inputs.problems.len(), "not understood"),
        (inputs.skipped.len() + inputs.pruned.len(), "passed over"),
    ];
    parts.extend(rest.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")));
    parts.push(count(assessment.summary.edges, "edge"));
    if !view.options.quiet {
        page.blank()?;
    }
    page.flow(0, 2, &[strong(format!("{}.", parts.join(", ")))])
}
