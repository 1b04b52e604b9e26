//! The document as Markdown: headings, lists, tables, and pictures as Mermaid.

use std::fmt::Write as _;

use super::blocks::{Block, Document, Table};
use crate::markdown::{fence, line, prose, within};
use crate::visible::visible;

/// The text.
pub(super) fn text(document: &Document) -> String {
    let mut out = String::new();
    line(&mut out, &format!("# {}\n\n{}\n", prose(&document.title), prose(&document.about)));
    for (at, section) in document.sections.iter().enumerate() {
        // A link to a heading is made otherwise on every page that shows Markdown, so the contents are a list without links.
        line(&mut out, &format!("{}. {}", at + 1, section.title));
    }
    for (at, section) in document.sections.iter().enumerate() {
        line(&mut out, &format!("\n## {}. {}\n\n{}", at + 1, section.title, prose(&section.about)));
        for it in &section.blocks {
            block(it, &mut out);
        }
    }
    out
}

fn block(block: &Block, out: &mut String) {
    out.push('\n');
    match block {
        Block::Says(it) => line(out, &prose(it)),
        Block::Missing(it) => line(out, &format!("*Nothing here yet.* {}", prose(it))),
        Block::Head(it) => line(out, &format!("### {}", prose(it))),
        Block::List(lines) => lines.iter().for_each(|it| line(out, &format!("- {}", prose(it)))),
        Block::Terms(terms) => {
            for (name, it) in terms {
                line(out, &format!("- **{name}**: {}", prose(it)));
            }
        }
        Block::Table(it) => table(it, out),
        Block::Lines(title, lines) => {
            let shown: Vec<String> = lines.iter().map(|it| visible(it).into_owned()).collect();
            let marks = fence(&shown.join("\n"), 3);
            line(out, &format!("{}\n\n{marks}\n{}\n{marks}", prose(title), shown.join("\n")));
        }
        Block::Picture(it) => {
            line(out, &format!("**{}**: {}", prose(&it.title), prose(&it.about)));
            if let Some(chart) = &it.chart {
                let _ = write!(out, "\n```mermaid\n{chart}```\n");
            }
        }
    }
}

fn table(table: &Table, out: &mut String) {
    line(out, &format!("{}\n", prose(&table.caption)));
    let heads: Vec<&str> = table.columns.iter().map(|(head, _)| *head).collect();
    line(out, &format!("| {} |", heads.join(" | ")));
    line(out, &format!("|{}", "---|".repeat(heads.len())));
    for row in &table.rows {
        let cells: Vec<String> = row.iter().map(|it| within(it)).collect();
        line(out, &format!("| {} |", cells.join(" | ")));
    }
}
