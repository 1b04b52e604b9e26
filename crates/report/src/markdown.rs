//! A comment on a pull request: short, foldable, and deaf to what the names in it say.

use std::fmt::Write as _;
use std::io::Write;

use ambit_model::{Assessment, Finding, Problem, Provenance, ReachEdge, Remedy};

use crate::visible::visible;
use crate::words::{self, Index, count};
use crate::{Error, Options};

/// What a comment may hold is 65,536 characters; the rest is for what a bot puts around it.
pub(crate) const LIMIT: usize = 60_000;
/// What of it the findings may take, so that the table of reach has room.
const FINDINGS: usize = 40_000;
/// The longest name shown in full.
const LONGEST: usize = 160;

/// Writes the comment.
pub(crate) fn write(
    assessment: &Assessment,
    options: &Options<'_>,
    out: &mut dyn Write,
) -> Result<(), Error> {
    let index = Index::of(assessment);
    let mut text = String::new();
    head(assessment, &mut text);
    let open: Vec<Vec<&Finding>> = assessment.groups.iter().map(|it| undecided(it, &index)).collect();
    let open: Vec<_> = open.into_iter().filter(|it| !it.is_empty()).collect();
    let sections: Vec<String> = open.iter().map(|it| group(it, &index, options)).collect();
    bounded(&mut text, &sections, FINDINGS, "group");
    architecture(assessment, &mut text);
    reach(assessment, &index, &mut text);
    rest(assessment, &index, &mut text);
    out.write_all(text.as_bytes())?;
    Ok(())
}

fn undecided<'a>(group: &ambit_model::assessment::Group, index: &Index<'a>) -> Vec<&'a Finding> {
    let findings = group.findings.iter().filter_map(|it| index.finding(it));
    findings.filter(|it| !words::is_settled(it.status)).collect()
}

fn head(assessment: &Assessment, text: &mut String) {
    let (inputs, summary) = (&assessment.inputs, &assessment.summary);
    let tally = words::tally(assessment.findings.iter().map(|it| it.severity));
    let found = if tally.is_empty() { "no findings".to_owned() } else { tally };
    line(text, &format!("## Reach of AI agents: {found}\n"));
    line(
        text,
        &format!(
            "Looked at {}: {}, {}, {}, {}. {} of unknown reach; {} not understood; {} closed by configuration.\n",
            folder(&inputs.root),
            count(summary.agents, "agent"),
            count(summary.servers, "server"),
            count(summary.tools, "tool"),
            count(summary.edges, "edge"),
            summary.unknown,
            count(inputs.problems.len(), "place"),
            count(assessment.closed.len(), "path"),
        ),
    );
}

/// Puts as many of `parts` as fit below `limit` characters, and counts the others.
pub(crate) fn bounded(text: &mut String, parts: &[String], limit: usize, noun: &str) {
    let mut length = text.chars().count();
    for (position, part) in parts.iter().enumerate() {
        length += part.chars().count();
        if length > limit {
            line(text, &format!("\n{}.", count(parts.len() - position, &format!("more {noun}"))));
            return;
        }
        text.push_str(part);
    }
}

fn group(findings: &[&Finding], index: &Index<'_>, options: &Options<'_>) -> String {
    let mut text = String::new();
    let Some((first, others)) = findings.split_first() else { return text };
    let harm = if first.message.is_empty() { &first.title } else { &first.message };
    line(&mut text, &format!("**{}**: {}\n", first.severity, prose(harm)));
    line(&mut text, "<details><summary>Path, and what stops it</summary>\n");
    let has_path = first.legs.values().any(|it| !it.is_empty());
    for (name, edges) in words::legs(&first.legs) {
        for edge in edges.iter().filter_map(|it| index.edge(it)) {
            line(&mut text, &format!("- {}: {}", prose(&words::leg(name)), step(edge, index)));
        }
    }
    if has_path {
        text.push('\n');
    }
    let kept = if options.verbose > 0 { usize::MAX } else { 1 };
    first.remedies.iter().take(kept).for_each(|it| remedy(it, &mut text));
    if first.remedies.is_empty() {
        line(&mut text, &format!("{}\n", prose(words::UNCUT)));
    }
    let exposure = words::exposure(first, index);
    let confidence = words::confidence(first.confidence);
    line(&mut text, &format!("{} {}; {exposure}; {confidence}.\n", code(&first.id), code(&first.rule)));
    if !others.is_empty() {
        let tally = words::tally(others.iter().map(|it| it.severity));
        line(&mut text, &format!("The same cut stops {}: {tally}.\n", count(others.len(), "more finding")));
    }
    line(&mut text, "</details>\n");
    text
}

fn step(edge: &ReachEdge, index: &Index<'_>) -> String {
    let mut text = format!(
        "{} {} {}",
        code(&index.name(&edge.from)),
        words::can(edge.verb),
        code(&index.name(&edge.to))
    );
    if let Some(via) = &edge.via {
        let _ = write!(text, " with {}", code(&index.tool(via)));
    }
    let _ = write!(text, ", {}", words::gate(edge.gate));
    if let Some(place) = edge.provenance.iter().find_map(Provenance::place).or(edge.decided_by.as_ref()) {
        let _ = write!(text, " ({})", code(&words::place(place)));
    }
    text
}

fn remedy(remedy: &Remedy, text: &mut String) {
    line(
        text,
        &format!(
            "To stop it: {}. Costs: {}.\n",
            prose(remedy.action.trim_end_matches('.')),
            prose(&remedy.costs)
        ),
    );
    for edit in words::told(&remedy.edits) {
        line(text, &format!("{}\n", prose(&words::edit(edit))));
        let lines: Vec<_> = words::edit_lines(edit).collect();
        let fence = fence(&lines.join("\n"), 3);
        line(text, &fence);
        for written in &lines {
            line(text, written);
        }
        line(text, &format!("{fence}\n"));
    }
}

/// How it is built, and what that raises. What files have named stays out of the summary, which is HTML.
fn architecture(assessment: &Assessment, text: &mut String) {
    for pattern in &assessment.patterns {
        let title = format!("{}: {}", pattern.title, words::answered(pattern));
        let mut part = format!("<details><summary>{title}</summary>\n\n{}.\n\n", prose(&pattern.because));
        for question in &pattern.questions {
            let answer = question.answer.as_deref().map_or_else(|| "**open**".to_owned(), prose);
            line(&mut part, &format!("- {} {answer}", prose(&question.asks)));
        }
        line(&mut part, "\n</details>\n");
        bounded(text, &[part], FINDINGS + 8_000, "architecture");
    }
}

/// The reach that configuration has added to the stock clients, what matters most first.
fn reach(assessment: &Assessment, index: &Index<'_>, text: &mut String) {
    let mut edges: Vec<_> = assessment.edges.iter().filter(|it| !it.stock).collect();
    edges.sort_by(|a, b| b.tier.cmp(&a.tier).then_with(|| a.id.cmp(&b.id)));
    if edges.is_empty() {
        return;
    }
    let summary = format!(
        "<details><summary>Reach beyond the stock clients: {}</summary>\n",
        count(edges.len(), "edge")
    );
    line(text, &summary);
    line(text, "| Tier | Who | does | to | with | Gate | Line |");
    line(text, "|---|---|---|---|---|---|---|");
    let rows: Vec<_> = edges.iter().map(|it| row(it, index)).collect();
    bounded(text, &rows, LIMIT - 5_000, "edge");
    line(text, "\n</details>\n");
}

fn row(edge: &ReachEdge, index: &Index<'_>) -> String {
    let via = edge.via.as_ref().map(|it| cell(&index.tool(it))).unwrap_or_default();
    let place = edge.provenance.iter().find_map(Provenance::place).or(edge.decided_by.as_ref());
    let place = place.map(|it| cell(&words::place(it))).unwrap_or_default();
    let (from, to) = (cell(&index.name(&edge.from)), cell(&index.name(&edge.to)));
    format!("| {} | {from} | {} | {to} | {via} | {} | {place} |\n", edge.tier, edge.verb, edge.gate)
}

fn rest(assessment: &Assessment, index: &Index<'_>, text: &mut String) {
    let closed: Vec<_> = assessment
        .closed
        .iter()
        .map(|it| {
            let by: Vec<_> = it.by.iter().map(|it| code(&words::place(it))).collect();
            let (from, to) = (code(&index.name(&it.subject)), code(&index.name(&it.end)));
            format!("- {} of {from} to {to}, closed by {}\n", code(&it.rule), by.join(" and "))
        })
        .collect();
    let told = |problems: &[Problem]| -> Vec<String> {
        let line = |it: &Problem| {
            let place = code(&format!("{}:{}", it.path, it.line));
            format!("- {place}: {}; {}\n", prose(&it.message), prose(&it.help))
        };
        problems.iter().map(line).collect()
    };
    for (title, lines, limit) in [
        ("Closed", closed, LIMIT - 2_500),
        ("Not understood", told(&assessment.inputs.problems), LIMIT - 1_000),
        ("Stated, and noted", told(&assessment.notes), LIMIT),
    ] {
        if lines.is_empty() {
            continue;
        }
        line(text, &format!("<details><summary>{title}: {}</summary>\n", lines.len()));
        bounded(text, &lines, limit, "line");
        line(text, "\n</details>\n");
    }
}

pub(crate) fn line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

/// A name as a code span in a table, where a pipe would end the cell even so.
pub(crate) fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// What was looked at, as code; the folder in which one stands is not called by its dot.
pub(crate) fn folder(root: &str) -> String {
    if root == words::HERE { words::folder(root) } else { code(root) }
}

/// A name as a code span: nothing in it is markup, a mention or a link.
pub(crate) fn code(text: &str) -> String {
    let text = shorten(&visible(text));
    let fence = fence(&text, 1);
    let pad = if text.is_empty() || text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// More backticks than any run of them in `text`, and at least `least`.
pub(crate) fn fence(text: &str, least: usize) -> String {
    let longest = text.split(|it| it != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(least.max(longest + 1))
}

/// A name that nobody reads to its end, with its middle left out.
pub(crate) fn shorten(text: &str) -> String {
    let length = text.chars().count();
    if length <= LONGEST {
        return text.to_owned();
    }
    let half = LONGEST / 2;
    let (start, end) = (text.chars().take(half), text.chars().skip(length - half));
    start.chain(['…']).chain(end).collect()
}

/// A sentence that may quote names: names in backticks stay code, all other punctuation is text. Mentions,
/// references and addresses are broken by an empty comment, because escaping does not stop those.
pub(crate) fn prose(text: &str) -> String {
    let text = visible(text);
    let parts: Vec<_> = text.split('`').collect();
    // An odd backtick opens nothing.
    let paired = parts.len() % 2 == 1;
    let mut out = String::new();
    for (position, part) in parts.iter().enumerate() {
        let quoted = position % 2 == 1 && (paired || position + 1 < parts.len());
        if quoted && part.is_empty() {
            out.push_str("\\`\\`");
        } else if quoted {
            // Two fences side by side would be one longer fence, and what follows no longer code.
            if out.ends_with('`') {
                out.push_str("<!-- -->");
            }
            out.push_str(&code(part));
        } else {
            escape(part, &mut out);
        }
    }
    out
}

/// A sentence in a cell: a pipe would end the cell, in a name that is code too.
pub(crate) fn within(text: &str) -> String {
    let mut out = String::new();
    for c in prose(text).chars() {
        if c == '|' && !out.ends_with('\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn escape(text: &str, out: &mut String) {
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let markup =
            matches!(c, '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '!' | '|' | '~' | '`' | '#' | '$');
        if markup {
            out.push('\\');
        }
        let address = c == '.'
            && out.get(out.len().saturating_sub(3)..).is_some_and(|it| it.eq_ignore_ascii_case("www"));
        out.push(c);
        let joins = address || matches!(c, '@' | '#' | ':');
        if joins && rest.peek().is_some_and(|it| !it.is_whitespace()) {
            out.push_str("<!-- -->");
        }
    }
}
