//! Findings, assets and edges: what the scan has found, and how it is known.

use std::collections::BTreeSet;

use ambit_model::{Asset, Finding, Provenance, ReachEdge, Tier};

use super::{View, knowledge, scores};
use crate::Error;
use crate::text::groups::{leg_lines, write_remedy};
use crate::text::page::{Page, Tone, faint, plain, strong, toned};
use crate::visible::visible;
use crate::words::{self, Index, Label, count};

pub(super) fn finding(view: &View<'_>, finding: &Finding, page: &mut Page<'_>) -> Result<(), Error> {
    let Some(index) = &view.index else { return Ok(()) };
    let text = if finding.message.is_empty() { &finding.title } else { &finding.message };
    page.flow(
        0,
        2,
        &[strong(finding.severity.word().to_uppercase()), plain(format!("  {}", visible(text)))],
    )?;
    page.blank()?;
    for (name, value) in [
        ("finding", finding.id.as_str()),
        ("rule", finding.rule.as_str()),
        ("who", &index.name(&finding.subject)),
        ("ends in", &index.name(&finding.end)),
        ("exposure", words::exposure(finding, index)),
        ("tier", tier(finding.tier)),
        ("confidence", words::confidence(finding.confidence)),
        ("status", finding.status.word()),
        ("basis", &finding.basis),
        ("group", &finding.group),
    ] {
        field(name, value, page)?;
    }
    page.blank()?;
    page.heading("Path")?;
    leg_lines(index, finding, page)?;
    places("Evidence", &finding.evidence, page)?;
    if !finding.remedies.is_empty() {
        page.blank()?;
        page.heading("What stops it, cheapest first")?;
    }
    for remedy in &finding.remedies {
        write_remedy(remedy, page)?;
        let title = view.catalog.controls().get(&remedy.control).map(|it| format!(" ({})", it.title));
        let title = visible(&title.unwrap_or_default()).into_owned();
        page.flow(4, 6, &[faint(format!("{}{title}, {}", visible(&remedy.control), remedy.kind))])?;
    }
    if let Some(scored) = view.more.and_then(|it| (it.scored)(&finding.id)) {
        scores::write(&scored, page)?;
    }
    knowledge::categories(view, finding.categories.iter().map(String::as_str), page)
}

pub(super) fn field(name: &str, value: &str, page: &mut Page<'_>) -> Result<(), Error> {
    if value.is_empty() { Ok(()) } else { page.hang(&format!("  {name:<14}"), 16, &[plain(visible(value))]) }
}

fn tier(tier: Tier) -> &'static str {
    match tier {
        Tier::T0 => "T0: nothing needs to be done",
        Tier::T1 => "T1: log it",
        Tier::T2 => "T2: bound it",
        Tier::T3 => "T3: approve with evidence, and one structural bound",
        Tier::T4 => "T4: two structural bounds and an approval, or deny it",
    }
}

fn places(title: &str, places: &[ambit_model::Place], page: &mut Page<'_>) -> Result<(), Error> {
    if places.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.heading(title)?;
    // Several facts may stand in one line, and a line is told once.
    let lines: Vec<String> = places.iter().map(words::place).collect();
    let mut told = BTreeSet::new();
    lines.iter().filter(|it| told.insert(*it)).try_for_each(|it| page.flow(2, 4, &[plain(it.as_str())]))
}

/// "How do you know?"
fn provenance(provenance: &[Provenance], page: &mut Page<'_>) -> Result<(), Error> {
    page.blank()?;
    page.heading("How it is known")?;
    if provenance.is_empty() {
        return page.flow(2, 4, &[plain("nothing says so directly; it follows from the rest of the map")]);
    }
    provenance.iter().try_for_each(|it| page.flow(2, 4, &[plain(words::known(it))]))
}

pub(super) fn asset(view: &View<'_>, asset: &Asset, page: &mut Page<'_>) -> Result<(), Error> {
    let (Some(assessment), Some(index)) = (view.assessment, &view.index) else { return Ok(()) };
    let name = toned(Tone::Label(index.label(&asset.id)), index.name(&asset.id));
    page.flow(0, 2, &[name, plain(format!(", {}", asset.kind))])?;
    page.blank()?;
    let data = words::list(&asset.data);
    for (name, value) in [
        ("asset", asset.id.as_str()),
        ("layer", asset.layer.word()),
        ("written by", asset.trust.map_or("", words::authors)),
        ("confidential", asset.level.map_or("", ambit_model::Level::word)),
        ("data", &data),
        ("owner", asset.owner.as_deref().unwrap_or("")),
    ] {
        field(name, value, page)?;
    }
    asset.facts.iter().try_for_each(|it| page.flow(2, 4, &[plain(visible(it))]))?;
    if !asset.effects.is_empty() {
        page.blank()?;
        page.heading("What using it does")?;
        asset.effects.iter().try_for_each(|it| page.flow(2, 4, &[plain(words::effect(it))]))?;
    }
    provenance(&asset.provenance, page)?;
    let touching: Vec<_> = assessment
        .edges
        .iter()
        .filter(|it| [Some(&it.from), Some(&it.to), it.via.as_ref()].contains(&Some(&asset.id)))
        .collect();
    page.blank()?;
    page.heading(&format!("On the map: {}", count(touching.len(), "edge")))?;
    touching.iter().try_for_each(|it| row(index, it, page))
}

pub(super) fn row(index: &Index<'_>, edge: &ReachEdge, page: &mut Page<'_>) -> Result<(), Error> {
    let tone = Tone::Label(Label::of_edge(edge));
    page.flow(
        2,
        4,
        &[
            toned(tone, edge.tier.word()),
            plain(format!(" {} ", index.sentence(edge))),
            faint(edge.id.as_str()),
        ],
    )
}

pub(super) fn edge(view: &View<'_>, edge: &ReachEdge, page: &mut Page<'_>) -> Result<(), Error> {
    let (Some(assessment), Some(index)) = (view.assessment, &view.index) else { return Ok(()) };
    page.flow(0, 2, &[strong(index.sentence(edge))])?;
    page.blank()?;
    let (touches, controls) = (words::list(&edge.touches), words::list(&edge.controls));
    let decided =
        edge.decided_by.as_ref().map_or_else(|| "the client's own default".to_owned(), words::place);
    let decided = edge.scope.map_or_else(|| decided.clone(), |it| format!("{decided} ({it} settings)"));
    for (name, value) in [
        ("edge", edge.id.as_str()),
        ("from", edge.from.as_str()),
        ("verb", edge.verb.word()),
        ("to", edge.to.as_str()),
        ("with", edge.via.as_ref().map_or("", ambit_model::AssetId::as_str)),
        ("consequence", &edge.consequence),
        ("touches", &touches),
        ("level", edge.level.map_or("", ambit_model::Level::word)),
        ("audience", edge.audience.map_or("", words::receivers)),
        ("reached by", edge.reached_by.map_or("", words::authors)),
        ("taken back", edge.reversibility.map_or("", ambit_model::Reversibility::word)),
        ("blast radius", edge.blast_radius.map_or("", ambit_model::BlastRadius::word)),
        ("tier", tier(edge.tier)),
        ("gate", words::gate(edge.gate)),
        ("decided by", &decided),
        ("controls", &controls),
        ("owner", edge.owner.as_deref().unwrap_or("nobody")),
        ("confidence", words::confidence(edge.confidence)),
        (
            "stock",
            if edge.stock { "the client has it before any configuration" } else { "added by configuration" },
        ),
    ] {
        field(name, value, page)?;
    }
    provenance(&edge.provenance, page)?;
    let on = |it: &&Finding| it.legs.values().flatten().any(|it| *it == edge.id);
    let findings: Vec<_> = assessment.findings.iter().filter(on).collect();
    if findings.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.heading(&format!("On the path of {}", count(findings.len(), "finding")))?;
    for finding in findings {
        let title = visible(&finding.title);
        page.flow(
            2,
            4,
            &[strong(finding.severity.word()), plain(format!(" {title} ")), faint(visible(&finding.id))],
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use ambit_model::Place;

    use crate::Options;
    use crate::text::page::Page;

    #[test]
    fn a_line_that_says_several_things_is_told_once() {
        let (mut out, options) = (Vec::new(), Options::default());
        let lines =
            [(1, 3), (1, 9), (2, 1), (1, 20)].map(|(line, column)| Place::new("a.json", line, column));
        super::places("Evidence", &lines, &mut Page::new(&options, &mut out)).expect("a vector takes all");
        assert_eq!(String::from_utf8(out).expect("text"), "\nEvidence\n  a.json:1\n  a.json:2\n");
    }
}
