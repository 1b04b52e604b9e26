//! Coverage as a page: a table of frameworks, what is open, and on request every answer, folded.

use std::io::Write;

use ambit_model::coverage::{Coverage, Framework};

use super::{id, name, questions, said, whose};
use crate::markdown::{cell, code, folder, line, prose, within};
use crate::words::count;
use crate::{Error, Options};

pub(super) fn write(coverage: &Coverage, options: &Options<'_>, out: &mut dyn Write) -> Result<(), Error> {
    let mut text = String::new();
    line(
        &mut text,
        &format!("## Coverage of {}: {}\n", folder(&coverage.root), count(coverage.agents.len(), "agent")),
    );
    line(&mut text, &format!("Mind: {}.\n", prose(&coverage.limits.join("; "))));
    line(
        &mut text,
        "| Framework | Categories | By the map | with nothing before it | By people | Not applicable | Open |",
    );
    line(&mut text, "|---|--:|--:|--:|--:|--:|--:|");
    for framework in &coverage.frameworks {
        let it = framework.counts;
        let (name, categories) = (prose(&framework.name), framework.categories.len());
        let row = format!(
            "| {name} | {categories} | {} | {} | {} | {} | {} |",
            it.by_map, it.unguarded, it.by_people, it.not_applicable, it.open
        );
        line(&mut text, &row);
    }
    open(coverage, &mut text);
    if options.all {
        coverage.frameworks.iter().for_each(|it| every(it, &mut text));
    }
    out.write_all(text.as_bytes())?;
    Ok(())
}

fn open(coverage: &Coverage, text: &mut String) {
    let questions = questions(coverage);
    if questions.is_empty() {
        return;
    }
    line(text, "\n### Open: what the map cannot tell\n");
    for (question, of) in &questions {
        let ids: Vec<String> = of.categories.iter().map(|it| id(it, code)).collect();
        let whose = whose(of, coverage).map(|it| format!(" for {}", prose(&it))).unwrap_or_default();
        line(text, &format!("- {} {}{whose}", prose(question), ids.join(", ")));
    }
}

fn every(framework: &Framework, text: &mut String) {
    line(text, &format!("\n<details><summary>{}</summary>\n", prose(&framework.name)));
    line(text, "| Category | Agent | Answer |");
    line(text, "|---|---|---|");
    for category in &framework.categories {
        for answer in &category.answers {
            let (state, lines) = said(answer);
            let lines = lines.iter().map(|(title, it)| format!("<br>{title}: {}", within(it)));
            let ask = (answer.state == ambit_model::coverage::State::Open)
                .then(|| format!("<br>ask: {}", within(&category.question)));
            let lines: String = lines.chain(ask).collect();
            let what = format!("{} {}", cell(&category.id), within(&name(category)));
            let agent = cell(answer.agent.name());
            line(text, &format!("| {what} | {agent} | **{}**{lines} |", within(&state)));
        }
    }
    line(text, "\n</details>");
}
