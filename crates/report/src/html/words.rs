//! How the page says things.

use ambit_model::{AssetId, Finding, Gate, Place, ReachEdge, Remedy};
use maud::{Markup, html};

use super::Report;
use crate::picture::index::{gate_words, verb_words};
use crate::visible::visible;
use crate::words::{edit as edit_words, told};

/// Text with `code` between backticks.
pub(crate) fn prose(text: &str) -> Markup {
    let shown = visible(text);
    // A backtick without its partner is itself.
    let whole = shown.matches('`').count().is_multiple_of(2);
    html! {
        @if whole {
            @for (at, part) in shown.split('`').enumerate() {
                @if at % 2 == 1 { code { (part) } } @else { (part) }
            }
        } @else { (shown) }
    }
}

/// A number and what it counts.
pub(super) fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("{number} {what}") } else { format!("{number} {what}s") }
}

/// A file and line, as text: evidence is never a link.
pub(super) fn place(place: &Place) -> Markup {
    html! { code { (visible(&place.to_string())) } }
}

/// What stands before an edge, and the line that decided it.
pub(super) fn gate(edge: &ReachEdge) -> Markup {
    html! {
        (gate_words(edge.gate))
        @match (&edge.decided_by, edge.gate) {
            (Some(at), _) => { ", by " (place(at)) @if let Some(scope) = edge.scope { " (" (scope) ")" } }
            (None, Gate::Auto | Gate::Prompted) => ", the client’s default",
            (None, _) => {}
        }
    }
}

impl Report<'_> {
    /// The name of an asset, set apart from the words around it.
    pub(super) fn name(&self, id: &AssetId) -> Markup {
        html! { b title=(visible(id.as_str())) { (self.index.name(id)) } }
    }

    /// An edge as a sentence: who does what to what, with which tool.
    pub(super) fn sentence(&self, edge: &ReachEdge) -> Markup {
        html! {
            (self.name(&edge.from)) " " (verb_words(edge.verb)) " " (self.name(&edge.to))
            @if let Some(via) = &edge.via {
                @let (supplier, tool) = self.index.tool(via);
                " with " code { @if !supplier.is_empty() { (supplier) "/" } (tool) }
            }
        }
    }

    /// The path of a finding, one leg after the other, in the colours of the map.
    pub(super) fn path(&self, finding: &Finding) -> Markup {
        let legs = self.index.legs(finding);
        html! {
            @if !legs.is_empty() {
                ol class="path" {
                    @for (name, edges) in legs {
                        @let label = edges.last().map_or("plain", |it| self.index.label(it).word());
                        li class=(format!("leg {label}")) {
                            p class="word" { (visible(name)) }
                            @for edge in edges {
                                p { (self.sentence(edge)) }
                                p class="small" {
                                    (gate(edge))
                                    @for at in edge.provenance.iter().filter_map(|it| it.place()) { " · " (place(at)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// What cuts a path, what that costs, and the lines to write.
    pub(super) fn remedy(&self, remedy: &Remedy) -> Markup {
        let title =
            self.catalog.and_then(|it| it.controls().get(&remedy.control)).map(|it| it.title.as_str());
        html! {
            div class="cut" {
                p {
                    b { "Cut it: " } (prose(&remedy.action)) " "
                    span class="soft" {
                        "Costs: " (prose(&remedy.costs)) ". "
                        code title=[title] { (visible(&remedy.control)) } ", " (remedy.kind) "."
                    }
                }
                @for edit in told(&remedy.edits) {
                    figure {
                        figcaption { (prose(&edit_words(edit))) }
                        // Line breaks are the one control character that an edit is written with.
                        pre { @for line in edit.lines.lines() { (visible(line)) "\n" } }
                    }
                }
            }
        }
    }

    /// Framework categories, with their names where they are known.
    pub(super) fn categories(&self, finding: &Finding) -> Markup {
        html! {
            @for (at, id) in finding.categories.iter().enumerate() {
                @if at > 0 { ", " }
                code { (visible(id)) }
                @if let Some(it) = self.catalog.and_then(|it| it.categories().get(id)) {
                    " " (it.name) @if !it.verified { " (unverified)" }
                }
            }
        }
    }
}
