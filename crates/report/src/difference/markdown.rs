//! The difference as a comment on a pull request: what got worse is open, the rest is folded.

use std::io::Write;

use ambit_model::Difference;
use ambit_model::difference::{FindingChange, Turn};

use super::words::{self, Edges};
use crate::markdown::{LIMIT, bounded, line, prose};
use crate::{Error, Options};

/// What of the comment the findings may take, so that the edges have room.
const FINDINGS: usize = 30_000;

/// Writes the comment.
pub(super) fn write(
    difference: &Difference,
    options: &Options<'_>,
    out: &mut dyn Write,
) -> Result<(), Error> {
    let mut text = String::new();
    line(&mut text, "## Changes of reach\n");
    if difference.is_empty() {
        line(&mut text, words::NOTHING);
        return Ok(out.write_all(text.as_bytes())?);
    }
    line(&mut text, &format!("{}.\n", words::headline(difference)));
    let edges = words::edges(difference);
    let of = |wanted: fn(Turn) -> bool| {
        let changes = difference.findings.iter().filter(move |it| wanted(it.turn));
        changes.map(|it| finding(it, &edges, options)).collect::<Vec<_>>()
    };
    bounded(&mut text, &of(|it| it <= Turn::Worsened), FINDINGS, "finding");
    let redefined: Vec<_> = difference.redefined.iter().map(|it| item(&words::redefined(it))).collect();
    if !redefined.is_empty() {
        line(&mut text, "\n**Definitions that changed under the same package**\n");
        bounded(&mut text, &redefined, FINDINGS + 5_000, "definition");
    }
    folded(&mut text, "Eased, closed, or on another path", &of(|it| it > Turn::Worsened), FINDINGS + 12_000);
    let moved: Vec<_> = difference.moved.iter().map(|it| item(&words::moved(it))).collect();
    folded(&mut text, "Moved, with the same reach", &moved, LIMIT - 14_000);
    let mut rows: Vec<_> = words::weighed(difference).into_iter().map(|it| item(&words::edge(it))).collect();
    rows.extend(words::elsewhere(difference).map(|it| item(&it)));
    folded(&mut text, "Edges", &rows, LIMIT - 5_000);
    let tools: Vec<_> = difference.tools.iter().map(|it| item(&words::tool(it))).collect();
    folded(&mut text, "Tools", &tools, LIMIT - 2_500);
    let assets: Vec<_> = difference.assets.iter().map(|it| item(&words::asset(it))).collect();
    folded(&mut text, "Assets", &assets, LIMIT);
    out.write_all(text.as_bytes())?;
    Ok(())
}

fn finding(change: &FindingChange, edges: &Edges<'_>, options: &Options<'_>) -> String {
    let mut text = String::new();
    let Some(row) = change.row() else { return text };
    let title = prose(&words::finding(row, options));
    line(&mut text, &format!("- **{} {}**: {title}", row.severity, words::turn(change)));
    if let Some(remarks) = words::remarks(change) {
        line(&mut text, &format!("  - {}", prose(&remarks)));
    }
    for cause in words::causes(change, edges) {
        line(&mut text, &format!("  - {}", escaped(&cause)));
    }
    text
}

fn item(text: &str) -> String {
    format!("- {}\n", escaped(text))
}

/// A line whose mark would begin a list of its own.
fn escaped(text: &str) -> String {
    match text.split_at_checked(2) {
        Some((mark @ ("+ " | "- " | "~ "), rest)) => format!("**{}** {}", mark.trim_end(), prose(rest)),
        _ => prose(text),
    }
}

fn folded(text: &mut String, title: &str, lines: &[String], limit: usize) {
    if lines.is_empty() {
        return;
    }
    line(text, &format!("\n<details><summary>{title}: {}</summary>\n", lines.len()));
    bounded(text, lines, limit, "line");
    line(text, "\n</details>");
}
