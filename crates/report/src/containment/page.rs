//! What contains a system, as one page that is complete in itself.

use ambit_model::Containment;
use ambit_model::containment::{Contained, Step};
use data_encoding::BASE64;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::{curve, words};
use crate::picture::TOKENS;
use crate::visible::visible;
use crate::words::{edit, edit_lines, told};

const PAGE: &str = include_str!("page.css");

/// The page.
pub(super) fn html(it: &Containment, as_it_comes: Option<f64>) -> String {
    let style = [TOKENS, PAGE, curve::STYLE].concat();
    let digest = BASE64.encode(&Sha256::digest(style.as_bytes()));
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(format!("default-src 'none'; style-src 'sha256-{digest}'"));
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="color-scheme" content="light dark";
                title { "Ambit: containment" }
                style { (PreEscaped(&style)) }
            }
            body {
                main {
                    h1 { (prose(&words::headline(it))) }
                    p { (prose(&words::fall(it, as_it_comes))) }
                    @if let Some(conflict) = &it.conflict {
                        h2 { (words::clash(it, conflict.needs.len())) }
                        ul { @for need in &conflict.needs { li { (prose(&words::need(need))) } } }
                        h2 { "What is forced by that" }
                        (findings(&conflict.findings))
                        @if let Some(said) = words::forced(it) { p { (said) "." } }
                        p { (prose(&words::way_out(it))) }
                    }
                    @if !it.steps.is_empty() {
                        h2 { "What is left against what is lost" }
                        (curve::within(it))
                        @if let Some(lost) = words::loses(it) { p class="soft" { (lost) } }
                        h2 { "Steps, in the order to take them" }
                        p class="soft" { (prose(&words::points(it))) }
                        ol { @for (number, one) in (1..).zip(&it.steps) { (step(it, number, one)) } }
                    }
                    @if !it.beyond.is_empty() {
                        h2 { "No control that Ambit knows silences" }
                        (findings(&it.beyond))
                    }
                    @if !it.needs.is_empty() {
                        h2 { "What must stay possible" }
                        ul { @for need in &it.needs { li { (prose(&words::need(need))) } } }
                    }
                }
            }
        }
    };
    page.into_string()
}

fn step(all: &Containment, number: usize, it: &Step) -> Markup {
    html! {
        li {
            p { strong { (prose(&words::action(it))) } }
            p class="soft" { (prose(&words::price(it))) }
            p { (prose(&words::costs(it))) }
            @if !it.silences.is_empty() { p { "Ends:" } (findings(&it.silences)) }
            @for change in told(&it.edits) {
                p { (prose(&edit(change))) }
                pre { @for line in edit_lines(change) { (line) "\n" } }
            }
            @if let Some(why) = words::ends_nothing(all, number) { p { (why) } }
            @if let Some(lines) = words::lines(it) {
                p { (prose("In `ambit.yaml`, as planned:")) }
                pre { @for line in &lines { (visible(line)) "\n" } }
            }
            @if let Some(left) = words::left(all, number) { p class="soft" { "Left after it: " (left) "." } }
        }
    }
}

fn findings(list: &[Contained]) -> Markup {
    html! {
        ul {
            @for it in list {
                li { strong class=(it.severity.word()) { (it.severity) } ": " (prose(&words::harm(it))) " " code class="soft" { (visible(&it.id)) } }
            }
        }
    }
}

/// A sentence that names things in backticks.
fn prose(text: &str) -> Markup {
    html! {
        @for (position, part) in text.split('`').enumerate() {
            @if position % 2 == 0 { (part) } @else { code { (part) } }
        }
    }
}
