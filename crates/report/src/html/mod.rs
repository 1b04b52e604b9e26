//! One page of HTML, complete in itself.
//!
//! What lives here: one file per section, in the order of the page, and the style and script that go with it.
//! It may use the model, the catalog's titles and the pictures; it judges nothing. Every string of an
//! assessment comes from files that somebody else wrote: it goes through [`visible`](crate::visible::visible)
//! and maud's escaping, and reaches the script only as text.

mod data;
mod filter;
mod findings;
mod harm;
mod inputs;
mod map;
mod patterns;
mod quiet;
mod signoff;
mod threats;
pub(crate) mod words;

use ambit_catalog::Catalog;
use ambit_model::{Assessment, Severity};
use data_encoding::BASE64;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use crate::picture::index::Index;
use crate::picture::{STYLE, TOKENS};
use words::{count, prose};

const PAGE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// What all sections draw from.
struct Report<'a> {
    index: Index<'a>,
    catalog: Option<&'a Catalog>,
}

/// The page. The catalog adds names to framework categories and controls.
pub fn html(assessment: &Assessment, catalog: Option<&Catalog>) -> String {
    let report = Report { index: Index::new(assessment), catalog };
    let style = [TOKENS, STYLE, PAGE].concat();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy(&style));
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="color-scheme" content="light dark";
                title { "Ambit: reach of " (crate::words::folder(&assessment.inputs.root)) }
                style { (PreEscaped(&style)) }
            }
            body {
                a class="skip" href="#harm" { "Skip to the findings" }
                (top(&report))
                main {
                    (harm::section(&report))
                    (filter::form(&report))
                    (map::section(&report))
                    (findings::section(&report))
                    (patterns::section(&report))
                    (quiet::closed(&report))
                    (quiet::baseline(&report))
                    (quiet::unknown(&report))
                    (signoff::section(&report))
                    (threats::section(&report))
                    (inputs::section(&report))
                }
                aside id="detail" aria-label="Details" hidden {}
                (data::block(&report))
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

/// Nothing is loaded, sent or framed, and no style or script runs but the page's own.
fn policy(style: &str) -> String {
    let hash = |text: &str| BASE64.encode(&Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(style),
        hash(SCRIPT)
    )
}

fn top(report: &Report<'_>) -> Markup {
    let assessment = report.index.assessment;
    let sum = &assessment.summary;
    let sections = [
        ("harm", "Harm"),
        ("map", "Map"),
        ("findings", "Findings"),
        ("built", "How it is built"),
        ("closed", "Closed"),
        ("baseline", "Baseline"),
        ("unknown", "Unknown"),
        ("signoff", "Sign-off"),
        ("dataflow", "Data flow"),
        ("inputs", "What was read"),
    ];
    html! {
        header class="top" {
            h1 { "What these agents can reach, and what can reach them" }
            p {
                @if assessment.inputs.root == crate::words::HERE { "In this folder" } @else {
                    "In " code { (crate::visible::visible(&assessment.inputs.root)) }
                }
                @if assessment.inputs.home { " and the user’s own settings" }
                ": " (count(sum.agents, "agent")) ", " (count(sum.servers, "server")) ", "
                (count(sum.tools, "tool")) ", " (count(sum.edges, "row")) " of reach. " (verdict(report))
            }
            nav aria-label="Sections" {
                @for (id, title) in sections { a href=(format!("#{id}")) { (title) } }
            }
        }
    }
}

/// What was found, counted; and where nothing was, what that does not say.
fn verdict(report: &Report<'_>) -> Markup {
    let sum = &report.index.assessment.summary;
    let by_severity = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
    let counts: Vec<String> = by_severity
        .into_iter()
        .filter_map(|it| sum.findings.get(&it).filter(|it| **it > 0).map(|n| format!("{n} {it}")))
        .collect();
    let unread = report.index.assessment.inputs.problems.len();
    html! {
        @if counts.is_empty() {
            b { "No composition that turns into harm was found" }
            " in what could be read; that says nothing about what could not."
        } @else {
            b { "Findings: " (counts.join(", ")) "." }
        }
        @if sum.unknown > 0 { " Nothing is known of " (count(sum.unknown, "server or tool")) "." }
        @if unread > 0 { " " (count(unread, "problem")) " in reading." }
    }
}

/// One section with its heading and, in a sentence, what it shows.
fn section(id: &str, title: &str, about: &str, body: &Markup) -> Markup {
    html! {
        section id=(id) aria-labelledby=(format!("{id}-title")) {
            h2 id=(format!("{id}-title")) { (title) }
            p class="about" { (prose(about)) }
            (body)
        }
    }
}
