//! Risk as one page of HTML, complete in itself and without a script.

use ambit_model::risk::{Consequence, Estimate, Input, Path, Ranked, Risk, Share};
use data_encoding::BASE64;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::words::{
    amount, between, drawing, end, founded, ground, heading, headline, method, nothing_ranked, path, percent,
    price, profile,
};
use super::{curve, words};
use crate::html::words::prose;
use crate::picture::TOKENS;
use crate::visible::visible;
use crate::words::folder;

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
                title { "Ambit: risk of " (folder(&risk.root)) }
                style { (PreEscaped(&style)) }
            }
            body {
                (top(risk))
                main {
                    (section("curve", curve::TITLE, &curve::part(risk)))
                    (section("ranked", &heading(risk), &ranked(risk)))
                    @if !risk.ends.is_empty() { (section("ends", "What can come of it", &ends(risk))) }
                    @if !risk.agents.is_empty() {
                        (section("agents", "What each agent brings about", &shares(&risk.agents, risk)))
                    }
                    @if !risk.protected.is_empty() {
                        (section("protected", "What is lost of what is protected", &shares(&risk.protected, risk)))
                    }
                    @if !risk.consequences.is_empty() {
                        (section("consequences", "What agents can do to the world", &consequences(risk)))
                    }
                    @if !risk.inputs.is_empty() {
                        (section("inputs", "Where each number comes from", &inputs(risk)))
                    }
                }
            }
        }
    };
    page.into_string()
}

fn top(risk: &Risk) -> Markup {
    html! {
        header class="top" {
            h1 { "Risk of " (folder(&risk.root)) " in a year" }
            p { "Computed as if " (prose(&profile(risk))) "." }
            dl class="sum" {
                @for (title, said) in headline(risk) { dt { (title) } dd { (said) } }
            }
        }
    }
}

/// A table whose cells say what they are, for screens on which its head has no room.
fn table<const N: usize>(heads: [&str; N], rows: impl IntoIterator<Item = [Markup; N]>) -> Markup {
    html! {
        div class="scroll" { table {
            thead { tr { @for it in &heads { th { (it) } } } }
            tbody {
                @for row in rows {
                    tr { @for (head, cell) in heads.iter().zip(&row) { td data-head=(head) { (cell) } } }
                }
            }
        } }
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
    if risk.ranked.is_empty() {
        return html! { p { (prose(nothing_ranked(risk))) } };
    }
    let less = format!("Less a year ({})", visible(&risk.unit));
    let heads = ["Place", "What", less.as_str(), "Of all", "Why, and the likeliest ways"];
    table(heads, risk.ranked.iter().take(ROWS).map(|it| row(it, risk)))
}

fn row(it: &Ranked, risk: &Risk) -> [Markup; 5] {
    [
        html! { (it.rank) },
        html! { (visible(&it.kind)) " " b { (prose(&visible(&it.name))) } br; code { (visible(&it.id)) } },
        html! {
            (with_range(&it.fall, amount))
            @if let Some(said) = price(it, &risk.unit) { br; (said) }
        },
        html! { span class="share" { (bar(it.share)) (percent(it.share)) } },
        html! { (prose(&visible(&it.reason))) @for way in &it.paths { (told(way)) } },
    ]
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
    let unit = visible(&risk.unit);
    let (year, once) = (format!("A year ({unit})"), format!("Once ({unit})"));
    let heads = [
        "What",
        "Tier",
        "Likely in a year",
        year.as_str(),
        "Nine years in ten at most",
        once.as_str(),
        "The likeliest way",
    ];
    let rows = risk.ends.iter().take(ROWS).map(|it| {
        [
            prose(&end(it.kind, &it.name)),
            html! { (it.tier) },
            html! { (with_range(&it.likelihood, percent)) (method(it.method)) },
            html! { (with_range(&it.loss, amount)) },
            html! { (amount(it.p90)) },
            html! { (with_range(&it.once, amount)) p class="small" { (ground(&it.founded)) } },
            html! { @if let Some(way) = &it.path { (told(way)) } },
        ]
    });
    html! {
        (table(heads, rows))
        @if risk.ends.len() > ROWS { p class="small" { (risk.ends.len() - ROWS) " more in the JSON" } }
    }
}

fn shares(list: &[Share], risk: &Risk) -> Markup {
    let year = format!("A year ({})", visible(&risk.unit));
    let row = |it: &Share| {
        [
            html! { b { (visible(&it.name)) } },
            html! { (amount(it.loss)) },
            html! { (amount(it.p90)) },
            html! { (percent(it.likelihood)) (method(it.method)) },
        ]
    };
    let heads = ["Name", year.as_str(), "Nine years in ten at most", "Likely in a year"];
    table(heads, list.iter().take(ROWS).map(row))
}

fn consequences(risk: &Risk) -> Markup {
    let heads = ["Tier", "What", "To", "Before it", "Shortest way", "Ways"];
    let row = |it: &Consequence| {
        [
            html! { (it.tier) },
            prose(&visible(&it.what)),
            html! { (visible(&it.name)) },
            html! { (it.gate) },
            html! { (visible(&it.tools.join(", "))) },
            html! { (it.ways) },
        ]
    };
    html! {
        @for of in risk.consequences.iter().take(ROWS) {
            details {
                summary { (visible(&of.name)) ": " (crate::words::count(of.consequences.len(), "consequence")) }
                (table(heads, of.consequences.iter().map(row)))
            }
        }
    }
}

fn inputs(risk: &Risk) -> Markup {
    let row = |it: &Input| {
        [
            html! { (visible(&it.name)) },
            html! { (amount(it.low)) },
            html! { (amount(it.high)) },
            html! { (words::ground(&it.founded)) },
        ]
    };
    html! {
        p class="about" { (prose(&founded(risk))) ": " (drawing(risk)) "." }
        (table(["Input", "From", "To", "Why"], risk.inputs.iter().take(ROWS).map(row)))
        @for it in &risk.left_out { p { "Left out: " (visible(it)) "." } }
    }
}
