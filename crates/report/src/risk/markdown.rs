//! Risk as a page: tables of what carries it and what can come of it.

use std::io::Write;

use ambit_model::risk::Risk;

use super::words::{
    amount, between, drawing, end, founded, ground, heading, headline, method, nothing_ranked, path, percent,
    price, profile,
};
use crate::Error;
use crate::markdown::{cell, code, folder, line, prose, within};

pub(super) fn write(risk: &Risk, consequences: bool, out: &mut dyn Write) -> Result<(), Error> {
    let mut text = String::new();
    line(&mut text, &format!("## Risk of {} in a year\n", folder(&risk.root)));
    line(&mut text, &format!("Computed as if {}.\n", prose(&profile(risk))));
    for (title, said) in headline(risk) {
        line(&mut text, &format!("- **{title}**: {}", prose(&said)));
    }
    line(&mut text, &format!("\n### {}\n", prose(&heading(risk))));
    if risk.ranked.is_empty() {
        line(&mut text, &format!("{}\n", prose(nothing_ranked(risk))));
    }
    let unit = cell(&risk.unit);
    line(&mut text, &format!("| | What | Less a year ({unit}) | Of all | Why |"));
    line(&mut text, "|--:|---|---|--:|---|");
    for it in &risk.ranked {
        let way = it.paths.first().map(|it| format!("<br>{}", within(&path(it)))).unwrap_or_default();
        let price = price(it, &risk.unit).map(|it| format!("<br>{}", within(&it))).unwrap_or_default();
        let fall = format!("{}{}{price}", amount(it.fall.expected), between(&it.fall, amount));
        let row = format!(
            "| {} | {} {} | {fall} | {} | {}{way} |",
            it.rank,
            cell(&it.kind),
            within(&it.name),
            percent(it.share),
            within(&it.reason)
        );
        line(&mut text, &row);
    }
    ends(risk, &mut text);
    shares(risk, &mut text);
    if consequences {
        done(risk, &mut text);
    }
    line(&mut text, &format!("\n{}: {}.", prose(&founded(risk)), drawing(risk)));
    line(&mut text, "\n<details><summary>Where each number comes from</summary>\n");
    line(&mut text, "| Input | From | To | Why |");
    line(&mut text, "|---|--:|--:|---|");
    for it in &risk.inputs {
        let row = format!(
            "| {} | {} | {} | {} |",
            cell(&it.name),
            amount(it.low),
            amount(it.high),
            within(&ground(&it.founded))
        );
        line(&mut text, &row);
    }
    line(&mut text, "\n</details>");
    for it in &risk.left_out {
        line(&mut text, &format!("\nLeft out: {}.", prose(it)));
    }
    out.write_all(text.as_bytes())?;
    Ok(())
}

fn ends(risk: &Risk, text: &mut String) {
    if risk.ends.is_empty() {
        return;
    }
    let unit = cell(&risk.unit);
    line(text, "\n### What can come of it\n");
    line(text, &format!("| What | Tier | Likely in a year | A year ({unit}) | Once ({unit}) |"));
    line(text, "|---|---|---|---|---|");
    for it in &risk.ends {
        let likely = format!(
            "{}{}{}",
            percent(it.likelihood.expected),
            between(&it.likelihood, percent),
            method(it.method)
        );
        let loss = format!("{}{}", amount(it.loss.expected), between(&it.loss, amount));
        let once =
            format!("{} ({} to {})", amount(it.once.expected), amount(it.once.low), amount(it.once.high));
        line(
            text,
            &format!("| {} | {} | {likely} | {loss} | {once} |", within(&end(it.kind, &it.name)), it.tier),
        );
    }
}

fn shares(risk: &Risk, text: &mut String) {
    let unit = cell(&risk.unit);
    for (title, list) in [("Agent", &risk.agents), ("Protected", &risk.protected)] {
        if list.is_empty() {
            continue;
        }
        line(text, &format!("\n| {title} | A year ({unit}) | Nine years in ten at most | Likely |"));
        line(text, "|---|--:|--:|--:|");
        for it in list {
            line(
                text,
                &format!(
                    "| {} | {} | {} | {}{} |",
                    cell(&it.name),
                    amount(it.loss),
                    amount(it.p90),
                    percent(it.likelihood),
                    method(it.method)
                ),
            );
        }
    }
}

fn done(risk: &Risk, text: &mut String) {
    for of in &risk.consequences {
        line(text, &format!("\n### What {} can do to the world\n", code(&of.name)));
        line(text, "| Tier | What | To | Before it | Shortest way | Ways |");
        line(text, "|---|---|---|---|---|--:|");
        for it in &of.consequences {
            let tools: Vec<String> = it.tools.iter().map(|it| cell(it)).collect();
            line(
                text,
                &format!(
                    "| {} | {} | {} | {} | {} | {} |",
                    it.tier,
                    within(&it.what),
                    cell(&it.name),
                    it.gate,
                    tools.join(", "),
                    it.ways
                ),
            );
        }
    }
}
