//! All findings, in their groups.

use std::collections::BTreeSet;

use ambit_model::{AssetId, Finding};
use maud::{Markup, html};

use super::words::{count, place, prose};
use super::{Report, section as frame};
use crate::visible::visible;
use crate::words::UNCUT;

pub(super) fn section(report: &Report<'_>) -> Markup {
    let findings = report.index.findings();
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    for finding in findings {
        match groups.last_mut() {
            Some(group) if group.first().is_some_and(|it| it.group == finding.group) => group.push(finding),
            _ => groups.push(vec![finding]),
        }
    }
    let body = html! {
        @if groups.is_empty() { p { "None." } }
        @for group in &groups {
            @if let Some((first, rest)) = group.split_first() {
                details class="group" {
                    summary {
                        span class=(format!("severity {}", first.severity)) { (first.severity) } " "
                        (prose(&first.title)) ": " (about(report, group))
                        @if !rest.is_empty() { span class="soft" { " and " (count(rest.len(), "more")) } }
                    }
                    @for finding in group { (entry(report, finding)) }
                }
            }
        }
    };
    frame(
        "findings",
        "Findings",
        "Each group falls to one cut. Open one for paths, evidence and categories.",
        &body,
    )
}

/// Who acts and what it ends in: many findings have one title.
fn about(report: &Report<'_>, group: &[&Finding]) -> Markup {
    let named = |ids: BTreeSet<&AssetId>, noun: &str| match (ids.len(), ids.first()) {
        (1, Some(one)) => html! { code { (report.name(one)) } },
        (many, _) => html! { (count(many, noun)) },
    };
    let (who, ends): (BTreeSet<_>, BTreeSet<_>) = group.iter().map(|it| (&it.subject, &it.end)).unzip();
    // What an agent is built like ends in itself.
    let is_itself = who == ends;
    html! { (named(who, "agent")) @if !is_itself { ", " (named(ends, "end")) } }
}

fn entry(report: &Report<'_>, finding: &Finding) -> Markup {
    let agents: BTreeSet<usize> =
        report.index.actors(&finding.subject).into_iter().filter_map(|it| report.index.number(it)).collect();
    let agents: Vec<_> = agents.iter().map(ToString::to_string).collect();
    html! {
        article class="finding" id=(visible(&finding.id)) data-agents=(agents.join(" ")) data-tier=(finding.tier)
            data-confidence=(finding.confidence) {
            p {
                span class=(format!("severity {}", finding.severity)) { (finding.severity) } " " (prose(&finding.message))
            }
            (report.path(finding))
            dl {
                div { dt { "rule" } dd { code { (visible(&finding.rule)) } } }
                div { dt { "exposure" } dd { (finding.exposure) } }
                div { dt { "tier" } dd { (finding.tier) } }
                div { dt { "confidence" } dd { (finding.confidence) } }
                div { dt { "status" } dd { (finding.status) (decision(finding)) } }
                div { dt { "who acts" } dd { (report.name(&finding.subject)) } }
                div { dt { "ends in" } dd { (report.name(&finding.end)) } }
                div { dt { "id" } dd { code { (visible(&finding.id)) } } }
                @if !finding.evidence.is_empty() {
                    div { dt { "evidence" } dd { @for at in &finding.evidence { (place(at)) " " } } }
                }
                @if !finding.categories.is_empty() {
                    div { dt { "categories" } dd { (report.categories(finding)) } }
                }
            }
            @for remedy in &finding.remedies { (report.remedy(remedy)) }
            @if finding.remedies.is_empty() { p { (prose(UNCUT)) } }
            @if !finding.legs.is_empty() {
                p class="small" { a class="show" href="#map" data-finding=(visible(&finding.id)) { "Show the path on the map" } }
            }
        }
    }
}

/// Who has decided about it, until when and why.
fn decision(finding: &Finding) -> Markup {
    html! {
        @if let Some(it) = &finding.decision {
            " (" (visible(&it.decision)) ") by " (visible(&it.owner)) " until " (visible(&it.until)) ": " (visible(&it.reason)) ", "
            (place(&it.place))
        }
    }
}
