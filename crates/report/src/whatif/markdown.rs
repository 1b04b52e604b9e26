//! What would become, as a comment: the compositions that it completes are open, the rest is folded.

use std::io::Write;

use ambit_model::whatif::ReachTurn;
use ambit_model::{Finding, Whatif};

use super::words;
use crate::Error;
use crate::markdown::{LIMIT, bounded, line, prose};
use crate::words::{Index, count};

/// What of the comment the compositions may take, so that the reach has room.
const FINDINGS: usize = 40_000;

/// Writes the comment.
pub(super) fn write(whatif: &Whatif, out: &mut dyn Write) -> Result<(), Error> {
    let (now, then) = (Index::of(&whatif.before), Index::of(&whatif.after));
    let mut text = String::new();
    line(&mut text, "## What if\n");
    line(&mut text, &format!("{}\n", prose(&words::headline(whatif))));
    let completed: Vec<String> =
        words::grouped(&whatif.completed).iter().map(|it| finding(it, &then, true)).collect();
    bounded(&mut text, &completed, FINDINGS, "composition");
    for (title, wanted, limit) in [
        ("Becomes reachable", (|it| it <= ReachTurn::Loosened) as fn(ReachTurn) -> bool, LIMIT - 10_000),
        ("No longer, or past more", |it| it > ReachTurn::Loosened, LIMIT - 5_000),
    ] {
        let lines = whatif.reach.iter().filter(|it| wanted(it.turn));
        let lines: Vec<String> = lines.map(|it| marked(&words::reach(it, &now, &then))).collect();
        folded(&mut text, title, &lines, limit);
    }
    let closed: Vec<String> =
        words::grouped(&whatif.closed).iter().map(|it| finding(it, &now, false)).collect();
    folded(&mut text, "Closed or eased", &closed, LIMIT);
    out.write_all(text.as_bytes())?;
    Ok(())
}

fn finding(group: &[&Finding], index: &Index<'_>, full: bool) -> String {
    let mut text = String::new();
    let Some((finding, others)) = group.split_first() else { return text };
    let more = if others.is_empty() { String::new() } else { format!(" (and {} with it)", others.len()) };
    line(&mut text, &format!("- **{}**: {}{more}", finding.severity, prose(&words::harm(finding))));
    if full {
        for edge in crate::words::legs(&finding.legs).iter().flat_map(|it| it.1) {
            if let Some(edge) = index.edge(edge) {
                line(&mut text, &format!("  - {}", prose(&index.sentence(edge))));
            }
        }
        if let Some(remedy) = finding.remedies.first() {
            let costs = if remedy.costs.is_empty() {
                String::new()
            } else {
                format!(" Costs: {}.", prose(&remedy.costs))
            };
            line(
                &mut text,
                &format!("  - **Stop it**: {}.{costs}", prose(remedy.action.trim_end_matches('.'))),
            );
        }
    }
    text
}

fn marked(text: &str) -> String {
    let (mark, rest) = text.split_once(' ').unwrap_or(("", text));
    format!("- **{mark}** {}\n", prose(rest))
}

fn folded(text: &mut String, title: &str, lines: &[String], limit: usize) {
    if lines.is_empty() {
        return;
    }
    line(text, &format!("\n<details><summary>{title}: {}</summary>\n", count(lines.len(), "line")));
    bounded(text, lines, limit, "line");
    line(text, "\n</details>");
}
