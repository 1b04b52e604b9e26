//! The filter that map, findings and rows share.

use ambit_model::{Confidence, Gate, Tier};
use maud::{Markup, html};

use super::Report;
use super::map::standing;
use crate::picture::index::Label;

/// The form. It is hidden until the script that makes it work has run.
pub(super) fn form(report: &Report<'_>) -> Markup {
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
                @for (value, words) in options { option value=(value) { (words) } }
            }
        }
    }
}
