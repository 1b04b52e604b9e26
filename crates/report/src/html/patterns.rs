//! How it is built: the architectures that were recognised, and the questions that each raises.

use ambit_model::{Architecture, Question};
use maud::{Markup, html};

use super::words::{count, place, prose};
use super::{Report, section as frame};
use crate::visible::visible;
use crate::words::answered;

pub(super) fn section(report: &Report<'_>) -> Markup {
    let patterns = &report.index.assessment.patterns;
    let body = html! {
        @if patterns.is_empty() { p { "None that Ambit knows." } }
        @for it in patterns { (pattern(report, it)) }
    };
    frame(
        "built",
        "How it is built",
        "Architectures that were recognised, and what each raises. The map answers what it tells; the rest is for a person.",
        &body,
    )
}

fn pattern(report: &Report<'_>, it: &Architecture) -> Markup {
    html! {
        article class="pattern" {
            h3 { (visible(&it.title)) }
            p { (prose(&it.because)) "; " (answered(it)) "." }
            p class="small" {
                @for (at, agent) in it.agents.iter().enumerate() { @if at > 0 { ", " } (report.name(agent)) }
                @for at in &it.evidence { " · " (place(at)) }
            }
            dl {
                @for question in &it.questions { (asked(report, question)) }
            }
        }
    }
}

fn asked(report: &Report<'_>, it: &Question) -> Markup {
    let edges = it.edges.iter().filter_map(|it| report.index.edge(it));
    html! {
        dt { (visible(&it.asks)) }
        dd {
            @match &it.answer {
                Some(answer) => { (prose(answer)) "." }
                None => { b { "Open." } }
            }
            @if !it.findings.is_empty() {
                " " span class="small" {
                    (count(it.findings.len(), "finding")) " bears on it: "
                    @for (at, id) in it.findings.iter().enumerate() { @if at > 0 { ", " } code { (visible(id)) } }
                }
            }
            @if !it.edges.is_empty() || !it.evidence.is_empty() {
                details {
                    summary { "Seen at" }
                    @for edge in edges { p class="small" { (report.sentence(edge)) } }
                    @for at in &it.evidence { p class="small" { (place(at)) } }
                }
            }
        }
    }
}
