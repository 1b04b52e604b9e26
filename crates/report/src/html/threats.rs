//! The data-flow diagram with its threats.

use maud::{Markup, html};

use super::map::{PICTURES, left_out};
use super::words::prose;
use super::{Report, section as frame};
use crate::picture::{CROWD, STRIDE, Threat, flows, threats};
use crate::visible::visible;

pub(super) fn section(report: &Report<'_>) -> Markup {
    let threats = threats(&report.index);
    let agents = report.index.agents();
    let body = html! {
        @if agents.is_empty() {
            p { "No agent was found, so there is nothing to draw." }
        } @else if agents.len() <= CROWD {
            (picture(&flows(&report.index, None, &threats)))
        } @else {
            @for agent in agents.iter().take(PICTURES) {
                details {
                    summary { (report.index.name(&agent.id)) }
                    (picture(&flows(&report.index, Some(&agent.id), &threats)))
                }
            }
        }
        (left_out(agents.len()))
        @if !threats.is_empty() { (table(report, &threats)) }
    };
    let about = "Processes are round, stores lie between two lines, external entities are boxes, trust boundaries are \
                 dashed. A number on a flow is the threat of that number below.";
    frame("dataflow", "Data flow and threats", about, &body)
}

fn picture(markup: &Markup) -> Markup {
    html! { div class="scroll" tabindex="0" role="region" aria-label="Data-flow diagram, scrolls sideways" { (markup) } }
}

fn table(report: &Report<'_>, threats: &[Threat<'_>]) -> Markup {
    html! {
        table class="threats" {
            caption { "STRIDE by flow: loading is spoofing, taking in and writing are tampering, reading and sending are \
                       disclosure, spending is denial, running, granting and delegating are elevation." }
            thead { tr { th scope="col" { "#" } th scope="col" { "threat" } th scope="col" { "STRIDE" } th scope="col" { "severity" } th scope="col" { "who acts" } } }
            tbody {
                @for it in threats {
                    tr {
                        th scope="row" data-head="#" { (it.number) }
                        td data-head="threat" {
                            a href=(format!("#{}", visible(&it.finding.id))) { (prose(&it.finding.title)) }
                        }
                        td data-head="STRIDE" { (words(it)) }
                        td data-head="severity" { (it.finding.severity) }
                        td data-head="who acts" { (report.index.name(&it.finding.subject)) }
                    }
                }
            }
        }
    }
}

fn words(threat: &Threat<'_>) -> String {
    let named = STRIDE.iter().filter(|(letter, _)| threat.letters.contains(letter));
    named.map(|(_, word)| *word).collect::<Vec<_>>().join(", ")
}
