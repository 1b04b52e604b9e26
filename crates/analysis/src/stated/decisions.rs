//! Decisions: which hold for what is there now, which have run out, and which were taken on less than there is.

use std::collections::BTreeMap;

use ambit_model::stated::{Decision, Model, Placed, Treatment};
use ambit_model::{Assessment, DecidedEdge, DecisionNote, EdgeId, Gate, Status};

use super::{Judging, Notes};
use crate::basis::{self, BasisContent};

/// Settles findings and edges by the decisions of `model`.
pub(super) fn settle(assessment: &mut Assessment, model: &Model, judging: &Judging, notes: &mut Notes) {
    if model.decisions.is_empty() {
        return;
    }
    let gates: BTreeMap<EdgeId, Gate> = assessment.edges.iter().map(|it| (it.id, it.gate)).collect();
    for finding in &mut assessment.findings {
        let now = basis::of_finding(finding, |id| gates.get(id).copied());
        let about = model.decisions.iter().filter(|it| meant_finding(&it.value, finding));
        if let Some((status, decision)) = best(about, &finding.basis, &now, judging) {
            finding.status = status;
            finding.decision = Some(decision);
        }
    }
    for edge in &assessment.edges {
        let about =
            model.decisions.iter().filter(|it| it.value.on.iter().any(|it| it.value.matches_edge(edge)));
        let about: Vec<_> = about.collect();
        if about.is_empty() {
            continue;
        }
        let now = basis::of_edge(edge);
        let id = now.id();
        if let Some((status, decision)) = best(about.into_iter(), &id, &now, judging) {
            assessment.decided.push(DecidedEdge { edge: edge.id, basis: id, status, decision });
        }
    }
    for decision in model.decisions.iter().filter(|it| it.value.basis.is_empty()) {
        let message = "the decision names no basis, so it holds for nothing yet";
        notes.add(&decision.place, message, "run `ambit lock`, which writes it");
    }
}

fn meant_finding(decision: &Decision, finding: &ambit_model::Finding) -> bool {
    decision.on.iter().any(|it| it.value.matches_finding(finding))
}

/// The decision that counts: one that holds before one that was taken on less, before one that has run out, before
/// one that names no basis; of several the one that lasts longest.
fn best<'m>(
    decisions: impl Iterator<Item = &'m Placed<Decision>>,
    id: &str,
    now: &BasisContent,
    judging: &Judging,
) -> Option<(Status, DecisionNote)> {
    let judged = decisions.map(|it| (judge(&it.value, id, now, judging), it));
    let (status, decision) = judged.max_by(|(a, x), (b, y)| {
        let words = |it: &Decision| (it.decision, it.owner.clone(), it.reason.clone());
        let lasts = |it: &Decision| it.until.value.clone();
        let (x, y) = (&x.value, &y.value);
        rank(*a).cmp(&rank(*b)).then_with(|| lasts(x).cmp(&lasts(y))).then_with(|| words(x).cmp(&words(y)))
    })?;
    let it = &decision.value;
    let note = match status {
        Status::Open => Some("it names no basis; `ambit lock` writes it"),
        Status::Reopened => Some("what it was taken on has widened"),
        Status::Expired => Some("it has run out"),
        Status::Mitigated | Status::Accepted => None,
    };
    let note = DecisionNote {
        owner: it.owner.clone(),
        decision: it.decision.to_string(),
        until: it.until.value.to_string(),
        reason: it.reason.clone(),
        place: decision.place.clone(),
        note: note.map(str::to_owned),
    };
    Some((status, note))
}

fn rank(status: Status) -> u8 {
    match status {
        Status::Open => 0,
        Status::Expired => 1,
        Status::Reopened => 2,
        Status::Accepted => 3,
        Status::Mitigated => 4,
    }
}

fn judge(decision: &Decision, id: &str, now: &BasisContent, judging: &Judging) -> Status {
    if judging.today.as_ref().is_some_and(|today| decision.until.value < *today) {
        return Status::Expired;
    }
    if decision.basis.is_empty() {
        return Status::Open;
    }
    let known = |basis: &str| {
        let content = judging.before.as_ref()?.get(basis)?;
        (content.id() == basis).then_some(content)
    };
    let holds = decision
        .basis
        .iter()
        .any(|it| it.as_str() == id || known(it.as_str()).is_some_and(|old| now.is_within(old)));
    match (holds, decision.decision) {
        (false, _) => Status::Reopened,
        (true, Treatment::Accept | Treatment::Transfer) => Status::Accepted,
        (true, Treatment::Mitigate | Treatment::Avoid) => Status::Mitigated,
    }
}
