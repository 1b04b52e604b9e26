//! The table that a reviewer signs: one row per reach edge that matters.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::{EdgeId, Gate, ReachEdge, Tier};

use super::{Source, is_open, listed, place, stated};
use crate::document::blocks::Section;
use crate::picture::{goes_in, writers};
use crate::words::{count, list, receivers};

pub(super) fn section(source: &Source<'_>) -> Section {
    let about = "One row per thing of tier T2 or higher that an agent can do to something: highest tier first, denied rows last.";
    let mut section = Section::new("signoff", "Sign-off", about);
    let all = &source.material.assessment.edges;
    let mut edges: Vec<&ReachEdge> = all.iter().filter(|it| it.tier >= Tier::T2).collect();
    if edges.is_empty() {
        section.missing("No edge of tier T2 or higher is on the map.");
        return section;
    }
    let denied = |it: &ReachEdge| it.gate == Gate::Denied;
    edges.sort_by(|a, b| {
        denied(a)
            .cmp(&denied(b))
            .then(b.tier.cmp(&a.tier))
            .then(a.gate.cmp(&b.gate))
            .then_with(|| (&a.from, a.verb, &a.to, &a.via).cmp(&(&b.from, b.verb, &b.to, &b.via)))
    });
    let columns = [
        ("what", 6),
        ("tier", 1),
        ("touches", 3),
        ("who can reach it", 3),
        ("taken back, whom it touches", 3),
        ("controls", 2),
        ("owner", 2),
        ("decided", 2),
    ];
    let rest = "The rows of all are in `assessment.json`.";
    let on_paths = on_paths(source);
    let rows = edges.iter().map(|it| row(source, it, &on_paths));
    section.table("row", &columns, rows, rest);
    let low = all.len() - edges.len();
    section.say(format!("{} of tier T0 or T1 not in this table; `assessment.json` has them.", are(low)));
    section
}

fn are(low: usize) -> String {
    format!("{} {}", count(low, "row"), if low == 1 { "is" } else { "are" })
}

fn row(source: &Source<'_>, edge: &ReachEdge, on_paths: &OnPaths) -> Vec<String> {
    let mut touches: Vec<String> = Vec::new();
    if !edge.touches.is_empty() {
        touches.push(list(&edge.touches));
    }
    touches.extend(edge.level.map(|it| it.to_string()));
    touches.extend(edge.audience.map(|it| format!("received by {}", receivers(it))));
    vec![
        format!("{}{}, `{}`", source.index.sentence(edge), place(edge), edge.id),
        edge.tier.to_string(),
        if touches.is_empty() { "nothing that is named".to_owned() } else { touches.join(", ") },
        reached(edge),
        weight(edge),
        if edge.controls.is_empty() {
            "none".to_owned()
        } else {
            listed(edge.controls.iter().map(|it| format!("`{it}`")))
        },
        stated(edge.owner.as_ref()),
        decided(source, edge, on_paths),
    ]
}

/// Whether it can be taken back, and whom it touches.
fn weight(edge: &ReachEdge) -> String {
    let radius = edge.blast_radius.map(|it| it.word().replace('-', " "));
    match (edge.reversibility, radius) {
        (None, None) => "not known".to_owned(),
        (Some(back), None) => format!("{back}, not known whom"),
        (None, Some(whom)) => format!("not known, {whom}"),
        (Some(back), Some(whom)) => format!("{back}, {whom}"),
    }
}

fn reached(edge: &ReachEdge) -> String {
    match edge.reached_by {
        Some(trust) if goes_in(edge.verb) => writers(trust).to_owned(),
        Some(trust) => format!("{trust} content can steer it"),
        None => "nobody outside".to_owned(),
    }
}

/// How many open and how many settled findings walk over an edge.
type OnPaths = BTreeMap<EdgeId, (usize, usize)>;

fn on_paths(source: &Source<'_>) -> OnPaths {
    let mut counts = OnPaths::new();
    for finding in &source.material.assessment.findings {
        let edges: BTreeSet<EdgeId> = finding.legs.values().flatten().copied().collect();
        for edge in edges {
            let (open, settled) = counts.entry(edge).or_default();
            *(if is_open(finding) { open } else { settled }) += 1;
        }
    }
    counts
}

/// What was decided about the edge itself, or about findings whose path it is on.
fn decided(source: &Source<'_>, edge: &ReachEdge, on_paths: &OnPaths) -> String {
    if let Some(it) = source.material.assessment.decided.iter().find(|it| it.edge == edge.id) {
        return format!("{} by {} until {}", it.status, it.decision.owner, it.decision.until);
    }
    match on_paths.get(&edge.id).copied().unwrap_or_default() {
        (0, 0) => "on no finding's path".to_owned(),
        (0, some) => format!("{} decided", count(some, "finding")),
        (some, _) => format!("{} open", count(some, "finding")),
    }
}
