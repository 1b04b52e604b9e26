//! Findings in their groups: what comes together, by which path, what stops it and what that costs.

use ambit_model::assessment::Group;
use ambit_model::{Finding, Remedy};

use super::{Source, listed};
use crate::document::blocks::{Block, Section};
use crate::words::{self, count};

/// How many groups are told in full.
const FULL: usize = 40;
/// How many remedies are told of a group.
const REMEDIES: usize = 3;

pub(super) fn section(source: &Source<'_>) -> Section {
    let about =
        "What comes together and turns into harm. Findings that one cut silences are one group, worst first.";
    let mut section = Section::new("compositions", "Compositions", about);
    let assessment = source.material.assessment;
    if assessment.groups.is_empty() {
        section.say("Nothing that was read adds up to a harm that Ambit knows.");
    }
    for group in assessment.groups.iter().take(FULL) {
        told(source, group, &mut section);
    }
    let folded = assessment.groups.get(FULL..).unwrap_or_default();
    if !folded.is_empty() {
        section.say(format!("{} folded to a line each:", are(folded.len())));
        let first = |it: &Group| it.findings.first().and_then(|it| source.index.finding(it));
        section.list(
            folded.iter().filter_map(first).map(|it| format!("{}: {}, `{}`", it.severity, it.title, it.id)),
        );
    }
    closed(source, &mut section);
    section
}

fn are(groups: usize) -> String {
    format!("{} {}", count(groups, "more group"), if groups == 1 { "is" } else { "are" })
}

fn told(source: &Source<'_>, group: &Group, section: &mut Section) {
    let findings: Vec<&Finding> = group.findings.iter().filter_map(|it| source.index.finding(it)).collect();
    let Some((first, others)) = findings.split_first() else { return };
    section.head(format!("{}: {}", group.severity, first.title));
    section.say(if first.message.is_empty() { first.title.clone() } else { first.message.clone() });
    section.list(source.path(&first.legs));
    let categories = first.categories.iter().map(|id| {
        let known = source.material.catalog.categories().get(id);
        let mark = if known.is_some_and(|it| !it.verified) { " (unverified)" } else { "" };
        known.map_or_else(|| format!("`{id}`"), |it| format!("`{id}` {}{mark}", it.name))
    });
    section.terms(vec![
        ("Finding", format!("`{}`, `{}`", first.id, first.rule)),
        ("Exposure", words::exposure(first, &source.index).to_owned()),
        ("Tier", first.tier.to_string()),
        ("Confidence", words::confidence(first.confidence).to_owned()),
        ("Status", status(first)),
        ("Evidence", listed(first.evidence.iter().map(|it| format!("`{}`", words::place(it))))),
        ("Categories", listed(categories)),
    ]);
    for remedy in group
        .cut
        .iter()
        .chain(first.remedies.iter().filter(|it| Some(*it) != group.cut.as_ref()))
        .take(REMEDIES)
    {
        told_remedy(remedy, section);
    }
    if !others.is_empty() {
        section.say(format!("The same cut silences {}:", count(others.len(), "more finding")));
        section.list(
            others.iter().map(|it| format!("{}: {}; {}; `{}`", it.severity, it.title, status(it), it.id)),
        );
    }
}

fn status(finding: &Finding) -> String {
    match &finding.decision {
        None => finding.status.to_string(),
        Some(it) => {
            format!("{} ({}) by {} until {}: {}", finding.status, it.decision, it.owner, it.until, it.reason)
        }
    }
}

fn told_remedy(remedy: &Remedy, section: &mut Section) {
    let action = remedy.action.trim_end_matches('.');
    section.say(format!(
        "To stop it: {action}. It costs: {}. A {} control.",
        remedy.costs.trim_end_matches('.'),
        remedy.kind
    ));
    for edit in words::told(&remedy.edits) {
        section.blocks.push(Block::Lines(words::edit(edit), edit.lines.lines().map(str::to_owned).collect()));
    }
}

fn closed(source: &Source<'_>, section: &mut Section) {
    section.head("Closed");
    let closed = &source.material.assessment.closed;
    if closed.is_empty() {
        section.say("No composition is closed by a line of configuration.");
    }
    section.list(closed.iter().map(|it| {
        let by = listed(it.by.iter().map(|it| format!("`{}`", words::place(it))));
        format!(
            "`{}` of `{}` to `{}`: closed by {by}",
            it.rule,
            source.index.name(&it.subject),
            source.index.name(&it.end)
        )
    }));
}
