//! The table that a reviewer signs: one row per reach edge.

use std::collections::BTreeSet;

use ambit_model::{Gate, Provenance, ReachEdge};
use maud::{Markup, html};

use super::words::{count, gate, place};
use super::{Report, section as frame};
use crate::csv::rows;
use crate::picture::{goes_in, receivers, writers};
use crate::visible::visible;

pub(super) fn section(report: &Report<'_>) -> Markup {
    let rows = rows(report.index.assessment);
    let heads = [
        "what",
        "consequence",
        "touches",
        "who can reach it",
        "taken back",
        "blast radius",
        "tier",
        "gate",
        "controls",
        "owner",
        "how sure",
    ];
    let body = html! {
        table class="rows" {
            caption { (count(rows.len(), "row")) }
            thead { tr { @for head in heads { th scope="col" { (head) } } } }
            tbody { @for edge in rows { (row(report, edge)) } }
        }
    };
    let about = "One row per thing that an agent can do to something: highest tier first, denied rows last.";
    frame("signoff", "Sign-off", about, &body)
}

fn row(report: &Report<'_>, edge: &ReachEdge) -> Markup {
    let agents: BTreeSet<usize> =
        report.index.actors(&edge.from).into_iter().filter_map(|it| report.index.number(it)).collect();
    let agents: Vec<_> = agents.iter().map(ToString::to_string).collect();
    let label = report.index.label(edge);
    let class = if edge.gate == Gate::Denied {
        format!("row {} denied", label.word())
    } else {
        format!("row {}", label.word())
    };
    html! {
        tr id=(visible(edge.id.as_str())) class=(class) data-agents=(agents.join(" ")) data-label=(label.word())
            data-tier=(edge.tier) data-gate=(edge.gate) data-confidence=(edge.confidence) {
            th scope="row" data-head="what" {
                span class="say" { (report.sentence(edge)) }
                p class="small" { code { (visible(edge.id.as_str())) } @if edge.stock { " · stock" } }
            }
            td data-head="consequence" { (visible(&edge.consequence)) }
            td data-head="touches" { (touches(edge)) }
            td data-head="who can reach it" { (reached(edge)) }
            td data-head="taken back" { (edge.reversibility.map_or("not stated", ambit_model::Reversibility::word)) }
            td data-head="blast radius" { (edge.blast_radius.map_or("not stated", ambit_model::BlastRadius::word)) }
            td data-head="tier" { b { (edge.tier) } }
            td data-head="gate" { b { (edge.gate) } ": " (gate(edge)) }
            td data-head="controls" { (list(&edge.controls)) }
            td data-head="owner" { @match &edge.owner { Some(it) => (visible(it)), None => "none stated" } }
            td data-head="how sure" {
                (edge.confidence)
                @for it in edge.provenance.iter() { p class="small" { (known(it)) } }
            }
        }
    }
}

fn touches(edge: &ReachEdge) -> Markup {
    html! {
        (list(&edge.touches))
        @if let Some(level) = edge.level { ", " (level) }
        @if let Some(audience) = edge.audience { p class="small" { (receivers(audience)) } }
    }
}

fn reached(edge: &ReachEdge) -> Markup {
    html! {
        @match edge.reached_by {
            Some(trust) if goes_in(edge.verb) => { (trust) ": " (writers(trust)) }
            Some(trust) => { (trust) " content can steer it" }
            None => "nobody outside",
        }
    }
}

fn list(words: &[String]) -> Markup {
    html! { @if words.is_empty() { "none" } @else { (visible(&words.join(", "))) } }
}

/// A path that breaks between its parts before it breaks within one.
fn breakable(path: &str) -> Markup {
    html! {
        @for (at, part) in path.split('/').enumerate() {
            @if at > 0 { "/" wbr; }
            (visible(part))
        }
    }
}

/// How an edge is known.
fn known(provenance: &Provenance) -> Markup {
    html! {
        @match provenance {
            Provenance::Declared(at) => { "declared " (place(at)) }
            Provenance::Observed(at) => { "observed " (place(at)) }
            Provenance::Stated(at) => { "stated " (place(at)) }
            Provenance::Assumed { entry } => { "assumed " code { (breakable(entry)) } }
        }
    }
}
