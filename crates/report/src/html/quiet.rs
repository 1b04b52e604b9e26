//! What is no finding: what configuration has closed, what stock clients can do anyway, and what nobody knows.

use std::collections::BTreeSet;

use ambit_model::{AssetId, Finding, Verb};
use maud::{Markup, html};

use super::words::{gate, place, prose};
use super::{Report, section as frame};
use crate::visible::visible;

pub(super) fn closed(report: &Report<'_>) -> Markup {
    let body = html! {
        @if report.index.assessment.closed.is_empty() { p { "None." } }
        ul class="plain-list" {
            @for it in &report.index.assessment.closed {
                li {
                    (report.name(&it.subject)) " to " (report.name(&it.end)) ", " code { (visible(&it.rule)) }
                    ": closed by " @for (at, by) in it.by.iter().enumerate() { @if at > 0 { ", " } (place(by)) } "."
                    @for edge in it.cut.iter().filter_map(|it| report.index.edge(it)) {
                        p class="small" { (report.sentence(edge)) ": " (gate(edge)) "." }
                    }
                }
            }
        }
    };
    frame(
        "closed",
        "Closed paths",
        "Complete but for a line of configuration. Take the line away and they open.",
        &body,
    )
}

pub(super) fn baseline(report: &Report<'_>) -> Markup {
    let body = html! {
        @if report.index.assessment.baseline.is_empty() { p { "None." } }
        ul class="plain-list" {
            @for it in &report.index.assessment.baseline {
                li { (report.name(&it.agent)) ": " (prose(&it.message)) }
            }
        }
    };
    frame(
        "baseline",
        "Baseline",
        "What the stock clients can do before any configuration; thin lines on the map.",
        &body,
    )
}

pub(super) fn unknown(report: &Report<'_>) -> Markup {
    let edges = || report.index.assessment.edges.iter().filter(|it| it.verb == Verb::MayReach);
    let assets: BTreeSet<&AssetId> = edges().map(|it| &it.to).collect();
    let about = |id: &AssetId| -> Option<&Finding> {
        report.index.assessment.findings.iter().find(|it| it.end == *id || it.subject == *id)
    };
    let body = html! {
        @if assets.is_empty() { p { "None: something is known of everything that was found." } }
        ul class="plain-list" {
            @for id in assets {
                li {
                    (report.name(id)) " may do anything for "
                    @for (at, edge) in edges().filter(|it| it.to == *id).enumerate() {
                        @if at > 0 { ", " }
                        (report.name(&edge.from))
                    }
                    "."
                    @if let Some(asset) = report.index.asset(id) {
                        p class="small" {
                            @for at in asset.provenance.iter().filter_map(|it| it.place()) { (place(at)) " " }
                            @for fact in &asset.facts { " · " (visible(fact)) }
                        }
                    }
                    @if let Some(remedy) = about(id).and_then(|it| it.remedies.first()) { (report.remedy(remedy)) }
                }
            }
        }
    };
    frame(
        "unknown",
        "Unknown reach",
        "Counted as the worst until it is settled; nothing here is assumed to be safe.",
        &body,
    )
}
