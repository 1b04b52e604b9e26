//! The sign-off table as CSV: one line per reach edge, in the order of the page.
//!
//! A spreadsheet takes a cell that begins with `=` for a formula, and names come from files that somebody else wrote:
//! such a cell begins with an apostrophe, as OWASP recommends.

use std::collections::BTreeMap;
use std::io::Write;

use ambit_model::{
    Assessment, Audience, BlastRadius, DecidedEdge, EdgeId, Gate, Level, ReachEdge, Reversibility, Trust,
};

use crate::Error;
use crate::visible::visible;
use crate::words;

/// The columns.
const HEADS: [&str; 22] = [
    "id",
    "from",
    "verb",
    "to",
    "via",
    "touches",
    "level",
    "reached by",
    "audience",
    "consequence",
    "reversibility",
    "blast radius",
    "tier",
    "gate",
    "decided by",
    "controls",
    "owner",
    "findings",
    "status",
    "decision",
    "decided by whom",
    "until",
];

/// What a spreadsheet may take for the beginning of a formula; the last four are the wide forms of the first.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Writes the table.
pub(crate) fn write(assessment: &Assessment, out: &mut dyn Write) -> Result<(), Error> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(HEADS)?;
    let decided: BTreeMap<EdgeId, &DecidedEdge> = assessment.decided.iter().map(|it| (it.edge, it)).collect();
    let findings = findings(assessment);
    for edge in rows(assessment) {
        let found = findings.get(&edge.id).map(|it| it.join(" ")).unwrap_or_default();
        table.write_record(row(edge, &found, decided.get(&edge.id).copied()))?;
    }
    table.flush()?;
    Ok(())
}

/// The edges as a reviewer goes through them: what is denied last, then the highest tier and the weakest gate first.
pub(crate) fn rows(assessment: &Assessment) -> Vec<&ReachEdge> {
    let mut rows: Vec<&ReachEdge> = assessment.edges.iter().collect();
    rows.sort_by(|a, b| {
        let denied = |it: &ReachEdge| it.gate == Gate::Denied;
        denied(a)
            .cmp(&denied(b))
            .then(b.tier.cmp(&a.tier))
            .then(a.gate.cmp(&b.gate))
            .then_with(|| (&a.from, a.verb, &a.to, &a.via).cmp(&(&b.from, b.verb, &b.to, &b.via)))
    });
    rows
}

/// The findings on whose paths each edge lies.
fn findings(assessment: &Assessment) -> BTreeMap<EdgeId, Vec<&str>> {
    let mut on: BTreeMap<EdgeId, Vec<&str>> = BTreeMap::new();
    for finding in &assessment.findings {
        for edge in finding.legs.values().flatten() {
            let on = on.entry(*edge).or_default();
            if on.last() != Some(&finding.id.as_str()) {
                on.push(&finding.id);
            }
        }
    }
    on
}

fn row(edge: &ReachEdge, findings: &str, decided: Option<&DecidedEdge>) -> [String; 22] {
    let decision = decided.map(|it| &it.decision);
    [
        edge.id.as_str(),
        edge.from.as_str(),
        edge.verb.word(),
        edge.to.as_str(),
        edge.via.as_ref().map_or("", |it| it.as_str()),
        &edge.touches.join(" "),
        edge.level.map_or("", Level::word),
        edge.reached_by.map_or("", Trust::word),
        edge.audience.map_or("", Audience::word),
        &edge.consequence,
        edge.reversibility.map_or("", Reversibility::word),
        edge.blast_radius.map_or("", BlastRadius::word),
        edge.tier.word(),
        edge.gate.word(),
        &edge.decided_by.as_ref().map(words::place).unwrap_or_default(),
        &edge.controls.join(" "),
        edge.owner.as_deref().unwrap_or_default(),
        findings,
        decided.map_or("", |it| it.status.word()),
        decision.map_or("", |it| it.decision.as_str()),
        decision.map_or("", |it| it.owner.as_str()),
        decision.map_or("", |it| it.until.as_str()),
    ]
    .map(cell)
}

/// A text that no spreadsheet calculates with and in which nothing hides.
fn cell(text: &str) -> String {
    let text = visible(text);
    if text.trim_start().starts_with(FORMULA) { format!("'{text}") } else { text.into_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_or_hides_anything() {
        let cases = [
            ("=HYPERLINK(\"https://evil.example\")", "'=HYPERLINK(\"https://evil.example\")"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            (" =1", "' =1"),
            ("＝1", "'＝1"),
            ("\t=1", "\\u{9}=1"),
            ("\r=1", "\\u{d}=1"),
            ("a\u{202e}b", "a\\u{202e}b"),
            ("store:crm", "store:crm"),
            ("", ""),
        ];
        for (text, written) in cases {
            assert_eq!(cell(text), written);
        }
    }
}
