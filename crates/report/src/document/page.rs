//! The document as one page of HTML, complete in itself: nothing is loaded, and nothing has to run for it to be read.

use data_encoding::BASE64;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::blocks::{Block, Document, Part, Picture, Section, Table, parts};
use crate::picture::{STYLE, TOKENS};
use crate::visible::visible;

const PAGE: &str = include_str!("page.css");

/// The page.
pub(super) fn html(document: &Document) -> String {
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
                title { (plain(&document.title)) }
                style { (PreEscaped(&style)) }
            }
            body {
                a class="skip" href="#summary" { "Skip the contents" }
                header class="top" { h1 { (prose(&document.title)) } p { (prose(&document.about)) } }
                div class="sheet" {
                    nav aria-label="Contents" {
                        ol { @for it in &document.sections { li { a href=(format!("#{}", it.id)) { (it.title) } } } }
                    }
                    main { @for (at, it) in document.sections.iter().enumerate() { (section(at + 1, it)) } }
                }
            }
        }
    };
    page.into_string()
}

/// Nothing is loaded, sent, framed or run, and no style counts but the page's own.
fn policy(style: &str) -> String {
    let hash = BASE64.encode(&Sha256::digest(style.as_bytes()));
    format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'")
}

fn section(number: usize, section: &Section) -> Markup {
    html! {
        section id=(section.id) aria-labelledby=(format!("{}-title", section.id)) {
            h2 id=(format!("{}-title", section.id)) { (number) ". " (section.title) }
            p class="about" { (prose(&section.about)) }
            @for it in &section.blocks { (block(it)) }
        }
    }
}

fn block(block: &Block) -> Markup {
    html! {
        @match block {
            Block::Says(it) => p { (prose(it)) },
            Block::Missing(it) => p class="missing" { i { "Nothing here yet." } " " (prose(it)) },
            Block::Head(it) => h3 { (prose(it)) },
            Block::List(lines) => ul { @for it in lines { li { (prose(it)) } } },
            Block::Terms(terms) => dl { @for (name, it) in terms { div { dt { (name) } dd { (prose(it)) } } } },
            Block::Table(it) => (table(it)),
            Block::Lines(title, lines) => figure class="lines" {
                figcaption { (prose(title)) }
                pre { @for it in lines { (visible(it)) "\n" } }
            },
            Block::Picture(it) => (picture(it)),
        }
    }
}

fn table(table: &Table) -> Markup {
    let all: u32 = table.columns.iter().map(|(_, width)| u32::from(*width)).sum();
    html! {
        table class=(format!("of-{all}")) {
            caption { (prose(&table.caption)) }
            colgroup { @for (_, width) in &table.columns { col class=(format!("w{width}")) span="1"; } }
            thead { tr { @for (head, _) in &table.columns { th scope="col" { (head) } } } }
            tbody {
                @for row in &table.rows {
                    tr {
                        @for ((head, _), cell) in table.columns.iter().zip(row) {
                            td data-head=(head) { span { (prose(cell)) } }
                        }
                    }
                }
            }
        }
    }
}

fn picture(picture: &Picture) -> Markup {
    html! {
        figure class="picture" {
            figcaption { b { (prose(&picture.title)) } " " (prose(&picture.about)) }
            div class="scroll" tabindex="0" role="region" aria-label="Diagram, scrolls sideways" { (PreEscaped(&picture.svg)) }
        }
    }
}

fn prose(text: &str) -> Markup {
    html! {
        @for part in parts(text) {
            @match part { Part::Words(it) => (it), Part::Name(it) => code { (it) } }
        }
    }
}

fn plain(text: &str) -> String {
    parts(text).iter().map(Part::text).collect()
}
