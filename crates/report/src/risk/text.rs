//! Risk for a person at a terminal: the sum, what carries most of it, what can come of it.

use std::io::Write;

use ambit_model::risk::{Consequences, End, Ranked, Risk};

use super::words::{
    FEW, amount, between, drawing, end, founded, ground, heading, headline, method, nothing_ranked, path,
    percent, price, profile, sum,
};
use crate::text::page::{Page, Tone, faint, plain, sentence, strong};
use crate::visible::visible;
use crate::words::{count, folder, gate};
use crate::{Error, Options};

/// How many ends are told without `--all`.
const ENDS: usize = 5;

/// How many consequences of an agent are.
const CONSEQUENCES: usize = 10;

pub(super) fn write(
    risk: &Risk,
    consequences: bool,
    options: &Options<'_>,
    out: &mut dyn Write,
) -> Result<(), Error> {
    let mut page = Page::new(options, out);
    page.flow(
        0,
        2,
        &[strong(format!("Risk of {} in a year", folder(&risk.root))), plain(": "), plain(profile(risk))],
    )?;
    for (title, text) in headline(risk) {
        page.flow(2, 4, &[strong(title), plain(format!(": {text}"))])?;
    }
    page.blank()?;
    page.heading(&heading(risk))?;
    if risk.ranked.is_empty() {
        page.flow(2, 2, &[plain(nothing_ranked(risk))])?;
    }
    for it in &risk.ranked {
        ranked(it, risk, options, &mut page)?;
    }
    if !options.quiet {
        ends(risk, options, &mut page)?;
        shares(risk, &mut page)?;
        if consequences {
            risk.consequences.iter().try_for_each(|it| done(it, options, &mut page))?;
        }
        rest(risk, options, &mut page)?;
    }
    Ok(())
}

fn ranked(it: &Ranked, risk: &Risk, options: &Options<'_>, page: &mut Page<'_>) -> Result<(), Error> {
    let name = visible(&it.name);
    let name = if it.name.contains('`') { name.into_owned() } else { format!("`{name}`") };
    let price = price(it, &risk.unit).map(|it| format!("; {it}")).unwrap_or_default();
    let mut pieces = vec![plain(format!("{} ", visible(&it.kind)))];
    pieces.extend(sentence(&name, |_| Tone::Strong));
    pieces.push(plain(format!(
        ": {}{}, {} of all{price}",
        sum(it.fall.expected, &risk.unit),
        between(&it.fall, amount),
        percent(it.share)
    )));
    page.hang(&format!("{:>3}. ", it.rank), 5, &pieces)?;
    page.flow(5, 7, &sentence(&visible(&it.reason), |_| Tone::Plain))?;
    let paths = if options.verbose > 0 { it.paths.len() } else { 1 };
    for way in it.paths.iter().take(paths) {
        let text = format!("{} ({} a year)", path(way), percent(way.likelihood));
        page.flow(5, 7, &[faint(text)])?;
    }
    if options.verbose > 0 {
        page.flow(5, 7, &[faint(format!("{}, {}", visible(&it.id), count(it.cuts, "edge")))])?;
    }
    Ok(())
}

fn ends(risk: &Risk, options: &Options<'_>, page: &mut Page<'_>) -> Result<(), Error> {
    if risk.ends.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.heading("What can come of it, the dearest first")?;
    let shown = if options.all { risk.ends.len() } else { ENDS };
    for it in risk.ends.iter().take(shown) {
        one_end(it, risk, page)?;
    }
    let more = risk.ends.len().saturating_sub(shown);
    if more > 0 {
        page.flow(2, 2, &[faint(format!("{} more; `--all` tells them", count(more, "end")))])?;
    }
    Ok(())
}

fn one_end(it: &End, risk: &Risk, page: &mut Page<'_>) -> Result<(), Error> {
    let unit = &risk.unit;
    let mut pieces = vec![plain("- ")];
    pieces.extend(sentence(&end(it.kind, &it.name), |_| Tone::Strong));
    pieces.push(plain(format!(
        " ({}): {}{} likely in a year{}, {} a year{}",
        it.tier,
        percent(it.likelihood.expected),
        between(&it.likelihood, percent),
        method(it.method),
        sum(it.loss.expected, unit),
        between(&it.loss, amount),
    )));
    page.flow(2, 4, &pieces)?;
    let once = format!(
        "once costs {} ({} to {}); {}",
        sum(it.once.expected, unit),
        amount(it.once.low),
        amount(it.once.high),
        ground(&it.founded)
    );
    page.flow(4, 6, &[faint(once)])?;
    if let Some(way) = &it.path {
        page.flow(4, 6, &[faint(path(way))])?;
    }
    Ok(())
}

fn shares(risk: &Risk, page: &mut Page<'_>) -> Result<(), Error> {
    for (title, list) in [
        ("What each agent brings about", &risk.agents),
        ("What is lost of what is protected", &risk.protected),
    ] {
        if list.is_empty() {
            continue;
        }
        page.blank()?;
        page.heading(title)?;
        for it in list.iter().take(FEW * 3) {
            let text = format!(
                ": {} a year; nine years in ten at most {}; {} likely{}",
                sum(it.loss, &risk.unit),
                amount(it.p90),
                percent(it.likelihood),
                method(it.method)
            );
            page.flow(2, 4, &[plain("- "), strong(visible(&it.name)), plain(text)])?;
        }
        let more = list.len().saturating_sub(FEW * 3);
        if more > 0 {
            page.flow(2, 2, &[faint(format!("{more} more in `--format json`"))])?;
        }
    }
    Ok(())
}

fn done(it: &Consequences, options: &Options<'_>, page: &mut Page<'_>) -> Result<(), Error> {
    page.blank()?;
    page.heading(&format!("What {} can do to the world", visible(&it.name)))?;
    let shown = if options.all { it.consequences.len() } else { CONSEQUENCES };
    for one in it.consequences.iter().take(shown) {
        let mut pieces = vec![strong(format!("{} ", one.tier))];
        pieces.extend(sentence(&visible(&one.what), |_| Tone::Plain));
        pieces.push(plain(format!(" (`{}`), {}", visible(&one.name), gate(one.gate))));
        page.flow(2, 4, &pieces)?;
        let tools: Vec<String> = one.tools.iter().map(|it| format!("`{}`", visible(it))).collect();
        let ways = if one.ways > 1 { format!("; {} ways in all", one.ways) } else { String::new() };
        page.flow(4, 6, &[faint(format!("shortest: {}{ways}", tools.join(", then ")))])?;
    }
    let more = it.consequences.len().saturating_sub(shown);
    if more > 0 {
        page.flow(2, 2, &[faint(format!("{} more; `--all` tells them", count(more, "consequence")))])?;
    }
    Ok(())
}

fn rest(risk: &Risk, options: &Options<'_>, page: &mut Page<'_>) -> Result<(), Error> {
    page.blank()?;
    if risk.seen > 0 {
        page.flow(0, 2, &[faint(format!("{}: {}.", founded(risk), drawing(risk)))])?;
    }
    if options.verbose > 0 {
        for it in &risk.inputs {
            let range = if it.low >= it.high {
                amount(it.high)
            } else {
                format!("{} to {}", amount(it.low), amount(it.high))
            };
            page.flow(
                2,
                4,
                &[strong(visible(&it.name)), faint(format!(": {range}; {}", ground(&it.founded)))],
            )?;
        }
    }
    for it in &risk.left_out {
        page.flow(0, 2, &[plain(format!("Left out: {}.", visible(it)))])?;
    }
    if !risk.problems.is_empty() {
        page.flow(
            0,
            2,
            &[plain(format!(
                "{} in reading: `ambit scan` tells them.",
                count(risk.problems.len(), "problem")
            ))],
        )?;
    }
    Ok(())
}
