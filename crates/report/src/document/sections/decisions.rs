//! What was decided: by whom, why, until when, and whether it holds for what is there now.

use std::collections::BTreeMap;

use ambit_model::stated::{Decision, Pattern, Placed};
use ambit_model::{DecisionNote, Status};

use super::{Source, listed, stated};
use crate::document::blocks::Section;
use crate::words::count;

pub(super) fn section(source: &Source<'_>) -> Section {
    let about = "A decision holds for the state of things that it was taken on; when that widens it is re-opened, and after its last \
                 day it has run out.";
    let mut section = Section::new("decisions", "Decisions", about);
    let decisions = &source.material.model.decisions;
    if decisions.is_empty() {
        section.missing("No decision is recorded: `decisions` in `ambit.yaml` says what was decided about which findings or edges, by whom, why and until when.");
        return section;
    }
    if source.material.today.is_none() {
        section.say("Whether a decision has run out was not judged: no day was given with `--today`.");
    }
    let rows = decisions.iter().map(|it| row(source, it));
    let columns = [
        ("on", 3),
        ("decided", 1),
        ("by", 2),
        ("why", 4),
        ("taken", 1),
        ("until", 1),
        ("now", 3),
        ("stated in", 2),
    ];
    section.table("decision", &columns, rows, "All are in `ambit.yaml`.");
    section
}

fn row(source: &Source<'_>, decision: &Placed<Decision>) -> Vec<String> {
    let it = &decision.value;
    vec![
        listed(it.on.iter().map(|it| pattern(&it.value))),
        it.decision.to_string(),
        it.owner.clone(),
        it.reason.clone(),
        stated(it.taken.as_ref()),
        it.until.value.to_string(),
        now(source, decision),
        format!("`{}`", decision.place),
    ]
}

fn pattern(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Text(it) => format!("`{it}`"),
        Pattern::Finding(it) => {
            let parts = [
                it.rule.as_ref().map(|it| format!("rule `{it}`")),
                it.subject.as_ref().map(|it| format!("of `{it}`")),
                it.end.as_ref().map(|it| format!("to `{it}`")),
                it.severity.map(|it| format!("severity {it}")),
            ];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
        }
        Pattern::Edge(it) => {
            let parts = [
                it.from.as_ref().map(|it| format!("from `{it}`")),
                it.to.as_ref().map(|it| format!("to `{it}`")),
                it.via.as_ref().map(|it| format!("via `{it}`")),
                it.tier.map(|it| format!("tier {it}")),
                it.gate.map(|it| format!("gate {it}")),
            ];
            let verbs = it.verb.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
            let parts = parts.into_iter().flatten().chain([verbs].into_iter().filter(|it| !it.is_empty()));
            format!("edges {}", parts.collect::<Vec<_>>().join(" "))
        }
    }
}

/// What has become of the findings and edges for which this decision is the one that counts.
fn now(source: &Source<'_>, decision: &Placed<Decision>) -> String {
    let assessment = source.material.assessment;
    let is_it = |it: &DecisionNote| it.place == decision.place;
    let findings = assessment.findings.iter().filter(|it| it.decision.as_ref().is_some_and(is_it));
    let edges = assessment.decided.iter().filter(|it| is_it(&it.decision));
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for status in findings.map(|it| it.status) {
        *counts.entry((word(status), "finding")).or_default() += 1;
    }
    for status in edges.map(|it| it.status) {
        *counts.entry((word(status), "edge")).or_default() += 1;
    }
    if counts.is_empty() {
        return "fits nothing that is there, or another decision counts".to_owned();
    }
    let said = counts.iter().map(|((word, noun), number)| format!("{word} for {}", count(*number, noun)));
    said.collect::<Vec<_>>().join(", ")
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Accepted | Status::Mitigated => "holds",
        Status::Reopened => "re-opened",
        Status::Expired => "has run out",
        Status::Open => "names no basis, so holds for nothing yet,",
    }
}
