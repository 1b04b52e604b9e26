//! Controls that `ambit.yaml` has as planned: what each is thought to do is what it does once it is in place.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_model::containment::Outcome;
use ambit_model::stated::{Model, State};
use ambit_model::{Containment, Finding, Inventory, Severity};
use proptest::prelude::*;
use proptest::sample::subsequence;

use super::super::budget::Risks;
use super::super::choice::Choice;
use super::super::judge::{Judge, together};
use super::super::{Asked, Means, about, apply, contain, options};
use super::{Random, map_of, read, systems};
use crate::risk::{Drawing, Scenarios};
use crate::scene::{Overlay, Scene};
use crate::whatif::System;

/// Each with whether a what-if can say all that it does.
const PLANNED: &[(&str, bool)] = &[
    ("{kind: structural, does: cuts, on: 'tool:t4', state: planned}", true),
    ("{kind: structural, does: cuts, on: {verb: ingests}, labels: {trust: partner}, state: planned}", true),
    (
        "{kind: structural, does: cuts, on: {from: 'agent:a0', verb: [delegates, remembers]}, labels: {trust: organization}, state: planned}",
        true,
    ),
    (
        "{kind: structural, does: bounds, on: {verb: sends, to: 'channel:mail'}, audience: partner, state: planned}",
        true,
    ),
    ("{kind: structural, does: bounds, on: {verb: sends}, audience: self, state: planned}", true),
    ("{kind: structural, does: bounds, on: {verb: spends}, limit: 100 a day, state: planned}", true),
    ("{kind: structural, does: bounds, on: ['tool:t4', 'tool:t10'], tier: T1, state: planned}", true),
    ("{kind: procedural, does: gates, on: {verb: [writes, sends]}, state: planned}", true),
    ("{kind: structural, does: cuts, on: {verb: reads}, labels: {data: [customer]}, state: planned}", false),
    ("{kind: structural, does: cuts, on: {verb: sends}, labels: {data: [customer]}, state: planned}", false),
];

const ASKED: Asked =
    Asked { severity: Some(Severity::Medium), budget: Some(0.0), approvals: true, count_possible: true };

fn with_planned(system: &Random, planned: &[usize]) -> String {
    let lines = planned.iter().map(|it| format!("  p{it}: {}\n", PLANNED[*it].0));
    format!("{}controls:\n{}", system.text(), lines.collect::<String>())
}

/// The choices that are planned, with the map that they are choices on.
fn choices(model: &Model, test: &mut dyn FnMut(&[Choice], &Judge<'_>, &dyn Fn(&Overlay) -> f64)) {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let map = map_of(model, &catalog);
    let bounds = options::bounds(&map, model);
    let judge = Judge {
        scene: Scene::new(&map, &catalog).bounded_by(&bounds),
        asked: ASKED,
        decided: BTreeSet::new(),
    };
    let risks = Risks::of(&judge.scene, model);
    let all = judge.all(Overlay::default());
    let wanted: Vec<Finding> = all.iter().filter(|it| judge.counts(it)).cloned().collect();
    let (about, agents) = about(&judge, &risks, &wanted, &all);
    let mut choices = options::all((&map, model), &catalog, (&about, &agents), (&bounds, true));
    choices.retain(|it| it.planned.is_some());
    test(&choices, &judge, &|overlay| risks.under(overlay).total);
}

/// What the planned controls of `text` are thought to do, against what they do once they are built.
fn check(text: &str) {
    let model = read(text);
    choices(&model, &mut |choices, judge, risk| {
        let names: BTreeSet<&str> = choices.iter().filter_map(|it| it.planned.as_deref()).collect();
        let mut built = model.clone();
        for name in &names {
            built.controls.get_mut(name).expect("it is stated").value.state = Some(State::InPlace);
        }
        let catalog = Catalog::compiled().expect("the catalog decodes");
        let map = map_of(&built, &catalog);
        let found = |all: Vec<Finding>| -> BTreeMap<String, Severity> {
            all.into_iter().map(|it| (it.id, it.severity)).collect()
        };
        let (overlay, then) = (together(choices), found(crate::rules::find(&map, &catalog)));
        let thought = found(judge.all(overlay.clone()));
        let total = Scenarios::of(&map, &built, &catalog, Drawing::default()).total();
        let is_all =
            names.iter().all(|it| PLANNED[it.trim_start_matches('p').parse::<usize>().expect("a number")].1);
        if is_all {
            assert_eq!(thought, then, "{names:?}\n{text}");
            assert!((risk(&overlay) - total).abs() <= 1e-9 * (1.0 + total), "{names:?}\n{text}");
        }
        // What is left when it is built is no more than was said.
        for (id, severity) in &then {
            assert!(thought.get(id).is_some_and(|it| it >= severity), "{names:?} {id}\n{text}");
        }
        assert!(total <= risk(&overlay) * (1.0 + 1e-9) + 1e-12, "{names:?}\n{text}");
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn what_is_planned_is_thought_to_do_what_it_does(
        system in systems(),
        planned in subsequence((0..PLANNED.len()).collect::<Vec<_>>(), 1..4),
    ) {
        check(&with_planned(&system, &planned));
    }
}

#[test]
fn what_a_bound_leaves_of_an_agent_is_what_its_delegates_are_held_against() {
    check(
        "ambit: v1
facts:
  stores: {crm: {data: [customer], level: secret}}
  tools:
    change: {effects: [{writes: crm, reversibility: irreversible, blast_radius: organization}]}
    pay: {effects: [{spends: money}]}
  agents:
    a0: {tools: {pay: prompted}, delegates: {a1: auto}}
    a1: {tools: {change: auto}}
controls:
  p5: {kind: structural, does: bounds, on: {verb: spends}, limit: 100 a day, state: planned}
",
    );
}

fn told(model: &Model, asked: Asked) -> Containment {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let system = System { inventory: Inventory::default(), model: model.clone() };
    contain(system, &catalog, asked, Means::UNBOUNDED)
}

const DESK: &str = "ambit: v1
facts:
  stores: {crm: {level: secret, data: [customer]}}
  tools: {refund: {effects: [{spends: money}]}, wipe: {effects: [{writes: crm, reversibility: irreversible, blast_radius: organization}]}}
  agents: {desk: {tools: {refund: auto, wipe: auto}}}
";

fn high() -> Asked {
    Asked { severity: Some(Severity::High), budget: None, approvals: false, count_possible: true }
}

#[test]
fn what_is_planned_is_proposed_by_its_name_and_not_written_again() {
    let text = format!(
        "{DESK}controls:\n  cap: {{kind: structural, does: bounds, on: {{verb: spends}}, limit: 50 a day, costs: dear refunds, state: planned}}\n  \
         no-wipe: {{kind: structural, does: cuts, on: {{from: 'agent:desk', via: 'tool:wipe'}}, state: planned}}\n  \
         filter: {{kind: behavioral, does: lowers, on: {{verb: spends}}, state: planned}}\n  \
         second-look: {{kind: procedural, does: gates, on: 'tool:refund', state: planned}}\n\
         containment: {{work: {{cap: 2, egress-allowlist: 9}}}}\n"
    );
    let it = told(&read(&text), high());
    assert_eq!((it.outcome, it.optimal), (Outcome::Contained, true));
    let names: BTreeSet<&str> = it.steps.iter().filter_map(|it| it.name.as_deref()).collect();
    assert_eq!(names, BTreeSet::from(["cap", "no-wipe"]), "{:#?}", it.steps);
    for step in &it.steps {
        assert_eq!(step.control, "planned");
        assert!(step.action.starts_with("put in place what is planned: `") && step.lines.is_none());
    }
    let cap = it.steps.iter().find(|it| it.name.as_deref() == Some("cap")).expect("it is a step");
    assert_eq!((cap.effort, cap.costs.as_str()), (2, "dear refunds"));
    assert_eq!(apply(&text, &it).expect("it is written"), (text.clone(), 0));
}

#[test]
fn what_is_planned_costs_its_price_where_a_point_is_worth_something() {
    let with = |costs: &str| {
        let text = format!(
            "{DESK}controls:\n  cap: {{kind: structural, does: bounds, on: {{verb: spends}}, limit: 50 a day, state: planned}}\n\
             risk: {{unit: EUR, point: 500, controls: {{cap: {{price: 2k, because: an offer}}}}}}\n{costs}"
        );
        let it = told(&read(&text), high());
        it.steps.into_iter().find(|it| it.name.as_deref() == Some("cap")).map(|it| it.effort)
    };
    assert_eq!(with("containment: {point: 500}\n"), Some(4));
    // Without it the price is money and no work.
    assert_eq!(with("containment: {work: {cap: 1}}\n"), Some(1));
    assert_eq!(with("containment: {point: 1}\n"), None, "2000 points are too dear: it is denied");
}

#[test]
fn what_edges_are_worth_decides_what_is_taken() {
    let text = |worth: &str| format!("{DESK}containment:\n  work: {{deny-tool: 1}}\n  worth: [{worth}]\n");
    let one = told(&read(&text("{on: 'tool:refund', weight: 97, because: w}")), high());
    let other = told(&read(&text("{on: 'tool:wipe', weight: 97, because: w}")), high());
    let loses = |it: &Containment, tool: &str| {
        let step = it.steps.iter().find(|it| it.action.contains(tool)).expect("a step");
        *step.loses.values().next().expect("it costs something")
    };
    assert_eq!((loses(&one, "refund"), loses(&one, "wipe")), (97, 3));
    assert_eq!((loses(&other, "refund"), loses(&other, "wipe")), (3, 97));
    assert_eq!((one.weights_stated, other.weights_stated), (1, 1));
}
