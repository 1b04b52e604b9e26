//! The harm in plain sentences: worst groups first, each with its path, its cut and the price of that.

use ambit_model::Finding;
use ambit_model::assessment::Group;
use maud::{Markup, html};

use super::words::{count, prose};
use super::{Report, section as frame};
use crate::visible::visible;
use crate::words::{UNCUT, is_settled};

/// How many groups stand open; the rest are folded.
const OPEN: usize = 3;

pub(super) fn section(report: &Report<'_>) -> Markup {
    let groups: Vec<(&Group, &Finding)> = report
        .index
        .assessment
        .groups
        .iter()
        .filter_map(|group| {
            // What somebody has decided about stands among all findings, below.
            let open = |id: &String| {
                let mut all = report.index.assessment.findings.iter();
                all.find(|it| it.id == *id && !is_settled(it.status))
            };
            Some((group, group.findings.iter().find_map(open)?))
        })
        .collect();
    let settled = report.index.assessment.findings.iter().filter(|it| is_settled(it.status)).count();
    let (shown, rest) = groups.split_at(groups.len().min(OPEN));
    let body = html! {
        @if groups.is_empty() && settled == 0 { p { "Nothing was found in what could be read." } }
        @if groups.is_empty() && settled > 0 { p { "Nothing is left that nobody has decided about." } }
        @for (group, finding) in shown { (card(report, group, finding)) }
        @if !rest.is_empty() {
            details {
                summary { (count(rest.len(), "more group")) ": " (severities(rest)) }
                @for (group, finding) in rest { (card(report, group, finding)) }
            }
        }
        @if settled > 0 {
            p class="small" { (count(settled, "finding")) " accepted or mitigated: among " a href="#findings" { "all findings" } ", each with who decided." }
        }
    };
    frame("harm", "What can go wrong", "Worst first. Findings that one cut silences are told once.", &body)
}

fn severities(groups: &[(&Group, &Finding)]) -> String {
    let mut counts = std::collections::BTreeMap::new();
    for (group, _) in groups {
        *counts.entry(std::cmp::Reverse(group.severity)).or_insert(0_usize) += 1;
    }
    counts.into_iter().map(|(it, n)| format!("{n} {}", it.0)).collect::<Vec<_>>().join(", ")
}

fn card(report: &Report<'_>, group: &Group, finding: &Finding) -> Markup {
    let cut = group.cut.as_ref().or_else(|| finding.remedies.first());
    let others = group.findings.len().saturating_sub(1);
    html! {
        article class="harm" {
            h3 {
                span class=(format!("severity {}", group.severity)) { (group.severity) } " "
                (prose(&finding.message))
            }
            (report.path(finding))
            @if let Some(cut) = cut { (report.remedy(cut)) } @else { p { (prose(UNCUT)) } }
            p class="small" {
                a class="show" href="#map" data-finding=(visible(&finding.id)) { "Show the path on the map" }
                " · " (finding.exposure) " · " (finding.confidence) " · " (finding.tier)
                @if others > 0 { " · the same cut silences " (count(others, "more finding")) }
                @if !finding.categories.is_empty() { " · " (report.categories(finding)) }
            }
        }
    }
}
