//! Decisions: when they hold, when they run out, and when what is there has widened.

use std::collections::BTreeMap;

use ambit_analysis::{Judging, basis};
use ambit_model::{Assessment, Gate, Status};

use super::{DESK, desk, finding, judged, notes, on};

const ON: &str = "{rule: lethal-trifecta, subject: \"agent:desk\"}";

fn decision(on: &str, what: &str, basis: &str) -> String {
    format!(
        "decisions: [{{on: {on}, decision: {what}, owner: o, reason: r, until: 2027-01-31, basis: [{basis}]}}]\n"
    )
}

fn trifecta(it: &Assessment) -> (Status, Option<String>) {
    let found = finding(it, "lethal-trifecta").expect("it is there");
    (found.status, found.decision.as_ref().and_then(|it| it.note.clone()))
}

fn basis_of(it: &Assessment) -> String {
    finding(it, "lethal-trifecta").expect("it is there").basis.clone()
}

#[test]
fn a_decision_holds_for_its_basis_until_its_last_day() {
    let basis = basis_of(&desk(""));
    for (what, status) in [
        ("accept", Status::Accepted),
        ("transfer", Status::Accepted),
        ("mitigate", Status::Mitigated),
        ("avoid", Status::Mitigated),
    ] {
        let text = format!("{DESK}{}", decision(ON, what, &basis));
        assert_eq!(trifecta(&judged(&[], &text, &on("2027-01-31"))), (status, None));
        assert_eq!(trifecta(&judged(&[], &text, &on("2027-02-01"))).0, Status::Expired);
        assert_eq!(trifecta(&judged(&[], &text, &Judging::default())).0, status);
    }
}

#[test]
fn a_decision_without_a_basis_holds_for_nothing_yet() {
    let it = desk(&decision(ON, "accept", ""));
    let (status, note) = trifecta(&it);
    assert_eq!(status, Status::Open);
    assert!(note.is_some_and(|it| it.contains("ambit lock")));
    assert!(notes(&it).iter().any(|it| it.contains("no basis")));
}

#[test]
fn a_decision_is_about_what_it_names_and_no_other() {
    let basis = basis_of(&desk(""));
    let it = desk(&decision(ON, "accept", &basis));
    let others = it.findings.iter().filter(|it| it.rule != "lethal-trifecta");
    assert!(others.into_iter().all(|it| it.status == Status::Open && it.decision.is_none()));
    let id = finding(&it, "lethal-trifecta").expect("it is there").id.clone();
    let by_prefix = desk(&decision(id.get(..8).expect("it is longer"), "accept", &basis));
    assert_eq!(trifecta(&by_prefix).0, Status::Accepted);
}

/// The contents that a lock file of this state keeps.
fn kept(it: &Assessment) -> BTreeMap<String, basis::BasisContent> {
    let gates: BTreeMap<_, Gate> = it.edges.iter().map(|it| (it.id, it.gate)).collect();
    let findings = it.findings.iter().map(|it| basis::of_finding(it, |id| gates.get(id).copied()));
    findings.chain(it.edges.iter().map(basis::of_edge)).map(|it| (it.id(), it)).collect()
}

#[test]
fn the_content_of_a_basis_comes_to_the_basis() {
    let it = desk("");
    let kept = kept(&it);
    assert!(!it.findings.is_empty() && it.findings.iter().all(|it| kept.contains_key(&it.basis)));
}

#[test]
fn what_is_narrower_stays_decided_and_what_is_wider_opens_again() {
    let guarded = DESK.replace("mail/send: auto", "mail/send: asked");
    let [open, narrow] = [DESK, &guarded].map(|text| judged(&[], text, &Judging::default()));
    let state = |then: &Assessment, now: &str, before: Option<BTreeMap<_, _>>| {
        let text = format!("{now}{}", decision(ON, "accept", &basis_of(then)));
        trifecta(&judged(&[], &text, &Judging { before, ..Judging::default() })).0
    };
    assert_ne!(basis_of(&open), basis_of(&narrow));
    assert_eq!(state(&open, &guarded, Some(kept(&open))), Status::Accepted);
    assert_eq!(state(&narrow, DESK, Some(kept(&narrow))), Status::Reopened);
    // What nobody has kept cannot be compared.
    assert_eq!(state(&open, &guarded, None), Status::Reopened);
    // Content that does not come to its basis is not trusted.
    let forged = kept(&open).into_values().next().map(|it| (basis_of(&narrow), it));
    assert_eq!(state(&narrow, DESK, Some(forged.into_iter().collect())), Status::Reopened);
}

#[test]
fn edges_are_decided_about_too() {
    let plain = desk("");
    let sends = super::edge(&plain, ambit_model::Verb::Sends, "channel:mail");
    let basis = basis::of_edge(sends).id();
    let it = desk(&decision("{verb: sends}", "accept", &basis));
    assert_eq!(it.decided.len(), 1);
    assert_eq!((it.decided[0].edge, it.decided[0].status), (sends.id, Status::Accepted));
    let wider = DESK.replace("level: confidential", "level: secret");
    let text = format!("{wider}{}", decision("{verb: sends}", "accept", &basis));
    let it = judged(&[], &text, &Judging { before: Some(kept(&plain)), ..Judging::default() });
    assert_eq!(it.decided[0].status, Status::Reopened);
}
