//! The reach map, of all agents where they are few and of each, worst first.

use ambit_model::{AssetId, Finding};
use maud::{Markup, html};

use super::words::{count, prose};
use super::{Report, section as frame};
use crate::picture::{CROWD, key, map};

/// How many agents get a picture of their own: a page must open, however many agents its files declare.
pub(super) const PICTURES: usize = 60;

pub(super) fn section(report: &Report<'_>) -> Markup {
    let agents = report.index.agents();
    let mut maps: Vec<Option<&AssetId>> = Vec::new();
    if (1..=CROWD).contains(&agents.len()) {
        maps.push(None);
    }
    if agents.len() > 1 {
        maps.extend(agents.iter().take(PICTURES).map(|it| Some(&it.id)));
    }
    let body = html! {
        @if !maps.is_empty() { (key()) }
        @for (at, agent) in maps.iter().enumerate() { (one(report, *agent, at == 0)) }
        (left_out(agents.len()))
        @if maps.is_empty() { p { "No agent was found, so there is nothing to draw." } }
    };
    let about = "Read it from left to right: who can push, who is pushed, where it comes out. Point at a box or a \
                 line to see its tools; pick it to see every row behind it.";
    frame("map", "The reach map", about, &body)
}

/// Says how many agents have no picture.
pub(super) fn left_out(agents: usize) -> Markup {
    html! {
        @if agents > PICTURES {
            p { "Drawn are the worst " (PICTURES) " of " (agents) " agents. The rows of all are in the sign-off table." }
        }
    }
}

fn one<'a>(report: &Report<'a>, agent: Option<&'a AssetId>, open: bool) -> Markup {
    let (picture, focus) = map(&report.index, agent);
    let number = agent.and_then(|it| report.index.number(it));
    html! {
        details class="one-map" open[open] data-agent=[number] {
            summary {
                @match agent { Some(id) => (report.index.name(id)), None => "All agents" }
                @if let Some(id) = agent { " " span class="soft" { (standing(report, id)) } }
            }
            p class="focused" { @if let Some(focus) = focus { (focused(focus)) } }
            div class="scroll" tabindex="0" role="region" aria-label="Reach map, scrolls sideways" { (picture) }
        }
    }
}

/// How an agent stands, in a few words.
pub(super) fn standing(report: &Report<'_>, agent: &AssetId) -> String {
    let own = report.index.assessment.findings.iter().filter(|it| it.subject == *agent);
    match own.clone().map(|it| it.severity).max() {
        Some(worst) => format!("{}, worst {worst}", count(own.count(), "finding")),
        None => "no findings".to_owned(),
    }
}

/// The finding whose path is thick.
fn focused(finding: &Finding) -> Markup {
    html! { "Thick: " b { (prose(&finding.title)) } ", " (finding.severity) "." }
}
