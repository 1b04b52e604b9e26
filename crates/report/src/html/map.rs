//! The reach map, of all agents where they are few and of each, worst first; and the filter that map, findings
//! and rows share.

use ambit_model::{AssetId, Confidence, Finding, Gate, Tier};
use maud::{Markup, html};

use super::words::{count, prose};
use super::{Report, section as frame};
use crate::picture::index::Label;
use crate::picture::{CROWD, map};
use crate::visible::visible;

pub(super) fn section(report: &Report<'_>) -> Markup {
    let agents = report.index.agents();
    let mut maps: Vec<Option<&AssetId>> = Vec::new();
    if (1..=CROWD).contains(&agents.len()) {
        maps.push(None);
    }
    if agents.len() > 1 {
        maps.extend(agents.iter().map(|it| Some(&it.id)));
    }
    let body = html! {
        @if !maps.is_empty() { (filter(report)) }
        @for (at, agent) in maps.iter().enumerate() { (one(report, *agent, at == 0)) }
        @if maps.is_empty() { p { "No agent was found, so there is nothing to draw." } }
    };
    let about = "Read it from left to right: who can push, who is pushed, where it comes out. Point at a box or a \
                 line to see its tools; pick it to see every row behind it.";
    frame("map", "The reach map", about, &body)
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

fn standing(report: &Report<'_>, agent: &AssetId) -> String {
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

fn filter(report: &Report<'_>) -> Markup {
    let agents = report.index.agents();
    let labels = [
        Label::Untrusted,
        Label::Private,
        Label::Out,
        Label::Memory,
        Label::Agent,
        Label::Unknown,
        Label::Plain,
    ];
    let tiers = [Tier::T1, Tier::T2, Tier::T3, Tier::T4];
    let gates = [Gate::Auto, Gate::Prompted, Gate::Asked, Gate::Denied];
    let confidences = [Confidence::Certain, Confidence::Likely, Confidence::Possible];
    html! {
        form id="filter" class="filter" role="search" aria-label="Filter map, findings and rows" hidden {
            label { "Search" input type="search" name="search" autocomplete="off"; }
            label {
                "Agent"
                select name="agent" {
                    option value="" { "all" }
                    @for agent in agents {
                        @if let Some(number) = report.index.number(&agent.id) {
                            option value=(number) { (report.index.name(&agent.id)) ", " (standing(report, &agent.id)) }
                        }
                    }
                }
            }
            (choice("label", "Label", labels.iter().map(|it| (it.word(), it.title().to_owned()))))
            (choice("tier", "Tier", tiers.iter().map(|it| (it.word(), format!("{it} and up")))))
            (choice("gate", "Gate", gates.iter().map(|it| (it.word(), it.word().to_owned()))))
            (choice("confidence", "Confidence", confidences.iter().map(|it| (it.word(), it.word().to_owned()))))
            p { output name="shown" {} " " button type="reset" { "Clear" } }
        }
    }
}

fn choice(name: &str, title: &str, options: impl Iterator<Item = (&'static str, String)>) -> Markup {
    html! {
        label {
            (title)
            select name=(name) {
                option value="" { "any" }
                @for (value, words) in options { option value=(value) { (visible(&words)) } }
            }
        }
    }
}
