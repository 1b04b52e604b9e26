//! The words, over containments that are made by hand.

use std::collections::BTreeMap;

use ambit_model::containment::{Budget, Contained, Counts, Outcome, Point, SCHEMA, Step};
use ambit_model::finding::ControlKind;
use ambit_model::risk::Founded;
use ambit_model::{AssetId, Containment, Severity};

use super::{counted, words};

fn finding(id: &str) -> Contained {
    Contained {
        id: id.to_owned(),
        rule: "lethal-trifecta".to_owned(),
        severity: Severity::High,
        subject: AssetId::from_text("agent:a"),
        end: AssetId::from_text("channel:web"),
        message: "it leaks".to_owned(),
    }
}

fn counts(critical: usize, high: usize, medium: usize) -> Counts {
    [(Severity::Critical, critical), (Severity::High, high), (Severity::Medium, medium)].into()
}

/// Steps that end so many findings each, with what is left after none, one and so on.
fn contained(ends: &[usize], remaining: &[Counts], residual: &[f64]) -> Containment {
    let step = |ends: &usize| Step {
        control: "deny-tool".to_owned(),
        kind: ControlKind::Structural,
        action: "deny it".to_owned(),
        name: None,
        lines: None,
        stated: None,
        edits: Vec::new(),
        cuts: Vec::new(),
        silences: vec![finding("f-a"); *ends],
        costs: String::new(),
        cost: 1,
        effort: 1,
        founded: Founded::Assumed(String::new()),
        loses: BTreeMap::new(),
        remaining: Some(Counts::new()),
    };
    let point = |(steps, remaining): (usize, &Counts)| Point {
        steps,
        cost: 0,
        loses: 10.24 * f64::from(u8::try_from(steps).unwrap_or(u8::MAX)),
        remaining: remaining.clone(),
        residual: residual.get(steps).copied(),
    };
    Containment {
        schema: SCHEMA.to_owned(),
        severity: Some(Severity::High),
        approvals: false,
        count_possible: false,
        budget: None,
        outcome: if ends.is_empty() { Outcome::Nothing } else { Outcome::Contained },
        wanted: ends.iter().sum(),
        decided: 0,
        options: 6,
        optimal: true,
        gap: 0.0,
        cost: 1,
        at_least: 1,
        before: remaining.first().cloned().unwrap_or_default(),
        after: remaining.last().cloned().unwrap_or_default(),
        steps: ends.iter().map(step).collect(),
        beyond: Vec::new(),
        needs: Vec::new(),
        conflict: None,
        curve: remaining.iter().enumerate().map(point).collect(),
        weights_stated: 0,
        unit: (!residual.is_empty()).then(|| "points".to_owned()),
    }
}

#[test]
fn a_step_that_ends_nothing_alone_says_with_which_it_does() {
    let none = counts(0, 0, 0);
    let it = contained(&[0, 0, 1], &[counts(0, 1, 0), counts(0, 1, 0), counts(0, 1, 0), none.clone()], &[]);
    let said = |it: &Containment, number| words::ends_nothing(it, number).unwrap_or_default();
    assert_eq!(said(&it, 1), "Ends something only together with step 3.");
    assert_eq!(said(&it, 2), said(&it, 1));
    assert_eq!(words::ends_nothing(&it, 3), None);
    let two = contained(&[0, 1, 1], &[counts(0, 2, 0), counts(0, 2, 0), counts(0, 1, 0), none], &[]);
    assert_eq!(said(&two, 1), "Ends something only together with a later step (2, 3).");
    // For a budget it is enough that the loss falls.
    let mut budget =
        contained(&[0, 0], &[counts(0, 1, 0), counts(0, 1, 0), counts(0, 1, 0)], &[9.0, 5.0, 5.0]);
    budget.budget = Some(Budget { most: 5.0, before: 9.0, after: 5.0, least: 1.0, kept: None });
    assert_eq!(said(&budget, 1), "Ends no finding by itself: it is there for the loss that is expected.");
    assert_eq!(words::ends_nothing(&budget, 2), None);
}

#[test]
fn what_does_not_count_is_told_with_its_reason() {
    let mut it = contained(&[1, 1], &[counts(2, 1, 3), counts(2, 0, 3), counts(1, 0, 3)], &[]);
    assert_eq!(counted::goal(&it), "high or above that counts");
    let fall = words::fall(&it, None);
    assert_eq!(
        fall,
        "Now 2 critical, 1 high, 3 medium; then 1 critical, 3 medium: 1 of high or above rests on inference \
         alone and does not count (`--count-possible` counts it)."
    );
    assert_eq!(
        words::left(&it, 1).unwrap_or_default(),
        "2 critical, 3 medium (no step ends 1 of high or above)"
    );
    // The curve is of what the steps end: it goes down to nothing.
    let drawn: Vec<usize> = it.curve.iter().map(|point| counted::to_end(&it, point)).collect();
    assert_eq!(drawn, [2, 1, 0]);
    it.decided = 1;
    assert!(words::fall(&it, None).contains("1 of high or above is decided on and does not count."));
    // What no control silences is no inference.
    it.decided = 0;
    it.beyond = vec![finding("f-b")];
    it.wanted = 3;
    assert_eq!((counted::goal(&it), counted::rest(&it)), ("high or above".to_owned(), None));
}

#[test]
fn what_stays_at_the_end_is_told_of_all_that_is_left() {
    let it = contained(&[1], &[counts(2, 0, 0), counts(1, 0, 0)], &[]);
    assert_eq!(words::left(&it, 0).unwrap_or_default(), "2 critical (no step ends 1 of them)");
    assert_eq!(words::left(&it, 1).unwrap_or_default(), "1 critical, which no step ends");
    let all = contained(&[1], &[counts(1, 0, 0), counts(0, 0, 0)], &[]);
    assert_eq!(
        (words::left(&all, 0).unwrap_or_default(), words::left(&all, 1).unwrap_or_default()),
        ("1 critical".to_owned(), "nothing".to_owned())
    );
}

#[test]
fn what_clients_bring_is_told_beside_the_loss_and_numbers_have_two_digits() {
    let it = contained(&[1], &[counts(0, 1, 0), counts(0, 0, 0)], &[310.0, 1.0]);
    let said = words::fall(&it, Some(280.0));
    assert!(
        said.contains("about 310, of which 280 is what clients do without any configuration; then 1 (see"),
        "{said}"
    );
    // More than all of it would be rounding.
    assert!(words::fall(&it, Some(311.0)).contains("of which 310 is"));
    assert!(!words::fall(&it, Some(0.0)).contains("of which"));
    assert!(words::left(&it, 1).unwrap_or_default().ends_with("about 1 point a year expected"));
    assert_eq!(
        words::loses(&it).as_deref(),
        Some("All of it together loses about 10 % of what the agents can do.")
    );
    assert!(
        words::headline(&it)
            .ends_with("optimal, no set of the 6 changes that were weighed does it for less.")
    );
}
