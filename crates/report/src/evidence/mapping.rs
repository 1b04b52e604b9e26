//! Items of regulations and standards, each with the evidence for it: as data and as Markdown.

use std::collections::BTreeMap;

use ambit_catalog::schema::{Evidence, Item, Regulatory};
use ambit_model::evidence::{MAPPING, MappedFramework, MappedItem, Mapping, Shown};

use super::STATEMENT;
use super::counts::counts;
use crate::document::Material;
use crate::markdown::{cell, line, prose, within};
use crate::words::count;

/// The evidence in the pack for each item, where `there` says which files the pack has.
pub fn mapping(material: &Material<'_>, there: &dyn Fn(&str) -> bool) -> Mapping {
    let known = material.catalog.regulatory();
    let counts = counts(material);
    let frameworks = known.frameworks.iter().map(|(id, it)| MappedFramework {
        id: id.clone(),
        name: it.name.clone(),
        edition: it.edition.clone(),
        source: it.source.clone(),
        notes: it.notes.clone(),
        items: it.items.iter().map(|it| item(it, known, &counts, there)).collect(),
    });
    Mapping {
        schema: MAPPING.to_owned(),
        tool: material.assessment.tool.clone(),
        statement: STATEMENT.to_owned(),
        frameworks: frameworks.collect(),
    }
}

fn item(
    item: &Item,
    known: &Regulatory,
    counts: &BTreeMap<&'static str, usize>,
    is_there: &dyn Fn(&str) -> bool,
) -> MappedItem {
    let number = |kind: &str| counts.get(kind).copied().unwrap_or_default();
    let kinds: Vec<(&String, &Evidence)> =
        item.evidence.iter().filter_map(|it| known.evidence.get_key_value(it)).collect();
    let (there, absent): (Vec<_>, Vec<_>) = kinds.into_iter().partition(|(kind, _)| number(kind) > 0);
    let shown = |(kind, it): (&String, &Evidence)| Shown {
        kind: kind.clone(),
        count: count(number(kind), &it.noun),
        shows: it.shows.clone(),
        section: it.section.clone(),
        files: it.files.iter().filter(|it| is_there(it)).cloned().collect(),
    };
    MappedItem {
        id: item.id.clone(),
        name: item.name.clone(),
        verified: item.verified,
        evidence: there.into_iter().map(shown).collect(),
        missing: absent.into_iter().map(|(_, it)| it.fill.clone()).collect(),
        outside: item.outside.clone(),
    }
}

/// The mapping as text.
pub fn markdown(mapping: &Mapping) -> String {
    let mut out = String::new();
    line(&mut out, "# Evidence for items of regulations and standards\n");
    line(&mut out, &prose(&mapping.statement));
    for it in &mapping.frameworks {
        line(&mut out, &format!("\n## {}\n\n{}.\n", prose(&it.name), prose(&it.edition)));
        it.notes.iter().chain(&it.source).for_each(|it| line(&mut out, &format!("- {}", prose(it))));
        let with = it.items.iter().filter(|it| !it.evidence.is_empty()).count();
        line(
            &mut out,
            &format!("\nFor {with} of {} there is evidence in this pack.\n", count(it.items.len(), "item")),
        );
        line(&mut out, "| Item | Evidence in this pack | Not here |\n|---|---|---|");
        it.items.iter().for_each(|it| row(it, &mut out));
    }
    out
}

fn row(item: &MappedItem, out: &mut String) {
    let mark = if item.verified { "" } else { " (not confirmed at its source)" };
    let shown = item.evidence.iter().map(|it| {
        format!(
            "{}: {} (section {} of the report{})",
            within(&it.count),
            within(&it.shows),
            cell(&it.section),
            files(&it.files)
        )
    });
    let shown: Vec<String> = shown.collect();
    let shown = if shown.is_empty() { "no evidence here".to_owned() } else { shown.join("<br>") };
    let missing = item.missing.iter().map(|it| format!("would be given by {}", within(it)));
    let outside = item.outside.iter().map(|it| format!("kept elsewhere: {}", within(it)));
    let missing: Vec<String> = missing.chain(outside).collect();
    line(
        out,
        &format!("| {} {}{mark} | {shown} | {} |", cell(&item.id), within(&item.name), missing.join("<br>")),
    );
}

fn files(files: &[String]) -> String {
    let names: Vec<String> = files.iter().map(|it| cell(it)).collect();
    if names.is_empty() { String::new() } else { format!(", {}", names.join(", ")) }
}
