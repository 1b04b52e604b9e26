//! Risk as one page of HTML, complete in itself and without a script.

use ambit_model::risk::{Estimate, Path, Ranked, Risk, Share};
use data_encoding::BASE64;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::words::{
    amount, between, drawing, end, founded, ground, heading, headline, method, path, percent, profile,
};
use super::{curve, words};
use crate::html::words::prose;
use crate::picture::TOKENS;
use crate::visible::visible;

const PAGE: &str = include_str!("../html/page.css");
const OWN: &str = include_str!("page.css");

/// How many rows of a table the page has.
const ROWS: usize = 200;

pub(super) fn page(risk: &Risk) -> String {
    let style = [TOKENS, &curve::style(), PAGE, OWN].concat();
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        BASE64.encode(&Sha256::digest(style.as_bytes()))
    );
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="color-scheme" content="light dark";
                title { "Ambit: risk of " (visible(&risk.root)) }
                style { (PreEscaped(&style)) }
            }
            body {
                (top(risk))
                main {
                    (section("curve", "How likely a year costs how much", &html! { (curve::part(risk)) }))
                    (section("ranked", heading(risk.of), &ranked(risk)))
                    (section("ends", "What can come of it", &ends(risk)))
                    @if !risk.agents.is_empty() {
                        (section("agents", "What each agent brings about", &shares(&risk.agents, risk)))
                    }
                    @if !risk.protected.is_empty() {
                        (section("protected", "What is lost of what is protected", &shares(&risk.protected, risk)))
                    }
                    @if !risk.consequences.is_empty() {
                        (section("consequences", "What agents can do to the world", &consequences(risk)))
                    }
                    (section("inputs", "Where each number comes from", &inputs(risk)))
                }
            }
        }
    };
    page.into_string()
}

fn top(risk: &Risk) -> Markup {
    html! {
        header class="top" {
            h1 { "Risk of " (visible(&risk.root)) " in a year" }
            p { "Computed as if " (prose(&profile(risk))) "." }
            dl class="sum" {
                @for (title, said) in headline(risk) { dt { (title) } dd { (said) } }
            }
        }
    }
}

fn section(id: &str, title: &str, body: &Markup) -> Markup {
    html! {
        section id=(id) aria-labelledby=(format!("{id}-title")) {
            h2 id=(format!("{id}-title")) { (title) }
            (body)
        }
    }
}

fn with_range(it: &Estimate, says: fn(f64) -> String) -> String {
    format!("{}{}", says(it.expected), between(it, says))
}

fn ranked(risk: &Risk) -> Markup {
    html! {
        div class="scroll" { table {
            thead { tr { th { "" } th { "What" } th { "Less a year (" (visible(&risk.unit)) ")" } th { "Of all" } th { "Why, and the likeliest ways" } } }
            tbody { @for it in risk.ranked.iter().take(ROWS) { (row(it)) } }
        } }
    }
}

fn row(it: &Ranked) -> Markup {
    html! {
        tr {
            td { (it.rank) }
            td { (visible(&it.kind)) " " b { (prose(&visible(&it.name))) } br; code { (visible(&it.id)) } }
            td {
                (with_range(&it.fall, amount))
                @if let (Some(price), Some(worth)) = (it.price, it.worth) {
                    br; "for " (amount(price)) ": " (amount(worth)) " for each"
                }
            }
            td class="number" { (bar(it.share)) (percent(it.share)) }
            td { (prose(&visible(&it.reason))) @for way in &it.paths { (told(way)) } }
        }
    }
}

fn told(way: &Path) -> Markup {
    html! { p class="small" { (prose(&path(way))) " (" (percent(way.likelihood)) " a year)" } }
}

/// A share as a bar, whose length is the number beside it.
fn bar(share: f64) -> Markup {
    let width = format!("{:.0}", share.clamp(0.0, 1.0) * 60.0);
    html! {
        svg class="bar" width="60" height="8" aria-hidden="true" {
            rect class="all" width="60" height="8" {}
            rect class="part" width=(width) height="8" {}
        }
    }
}

fn ends(risk: &Risk) -> Markup {
    let unit = visible(&risk.unit).into_owned();
    html! {
        div class="scroll" { table {
            thead { tr { th { "What" } th { "Tier" } th { "Likely in a year" } th { "A year (" (unit) ")" } th { "Nine years in ten at most" } th { "Once (" (unit) ")" } th { "The likeliest way" } } }
            tbody {
                @for it in risk.ends.iter().take(ROWS) {
                    tr {
                        td { (prose(&end(it.kind, &it.name))) }
                        td { (it.tier) }
                        td { (with_range(&it.likelihood, percent)) (method(it.method)) }
                        td { (with_range(&it.loss, amount)) }
                        td { (amount(it.p90)) }
                        td { (with_range(&it.once, amount)) p class="small" { (ground(&it.founded)) } }
                        td { @if let Some(way) = &it.path { (told(way)) } }
                    }
                }
            }
        } }
        @if risk.ends.len() > ROWS { p class="small" { (risk.ends.len() - ROWS) " more in the JSON" } }
    }
}

fn shares(list: &[Share], risk: &Risk) -> Markup {
    html! {
        div class="scroll" { table {
            thead { tr { th { "Name" } th { "A year (" (visible(&risk.unit)) ")" } th { "Nine years in ten at most" } th { "Likely in a year" } } }
            tbody {
                @for it in list.iter().take(ROWS) {
                    tr { td { b { (visible(&it.name)) } } td { (amount(it.loss)) } td { (amount(it.p90)) } td { (percent(it.likelihood)) } }
                }
            }
        } }
    }
}

fn consequences(risk: &Risk) -> Markup {
    html! {
        @for of in risk.consequences.iter().take(ROWS) {
            details {
                summary { (visible(&of.name)) ": " (crate::words::count(of.consequences.len(), "consequence")) }
                div class="scroll" { table {
                    thead { tr { th { "Tier" } th { "What" } th { "To" } th { "Before it" } th { "Shortest way" } th { "Ways" } } }
                    tbody {
                        @for it in &of.consequences {
                            tr {
                                td { (it.tier) } td { (prose(&visible(&it.what))) } td { (visible(&it.name)) }
                                td { (it.gate) } td { (visible(&it.tools.join(", "))) } td { (it.ways) }
                            }
                        }
                    }
                } }
            }
        }
    }
}

fn inputs(risk: &Risk) -> Markup {
    html! {
        p class="about" { (prose(&founded(risk))) ": " (drawing(risk)) "." }
        div class="scroll" { table {
            thead { tr { th { "Input" } th { "From" } th { "To" } th { "Why" } } }
            tbody {
                @for it in risk.inputs.iter().take(ROWS) {
                    tr { td { (visible(&it.name)) } td { (amount(it.low)) } td { (amount(it.high)) } td { (words::ground(&it.founded)) } }
                }
            }
        } }
        @for it in &risk.left_out { p { "Left out: " (visible(it)) "." } }
    }
}
