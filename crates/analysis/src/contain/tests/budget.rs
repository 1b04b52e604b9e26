//! Budgets against every subset of what can be done, and the laws that the search rests on.

use std::collections::BTreeSet;

use ambit_catalog::Catalog;
use ambit_model::containment::Outcome;
use ambit_model::stated::{Model, edit};
use ambit_model::{Containment, Inventory, Severity};
use proptest::prelude::*;

use super::super::budget::{Budget, Groups, Losses, Own, Risks};
use super::super::judge::together;
use super::super::search::{Found, Search};
use super::super::{Asked, Means, contain, needs};
use super::{Bench, Random, bytes, keeps, map_of, model, systems, with_bench};
use crate::risk::{Drawing, Scenarios};
use crate::whatif::System;

fn asked(severity: Option<Severity>, budget: f64) -> Asked {
    Asked { severity, budget: Some(budget), approvals: true, count_possible: true }
}

/// What a year costs under a subset, asked of nobody who remembers anything.
fn total<'b>(bench: &Bench<'b>, model: &'b Model, bits: usize) -> f64 {
    let chosen = bench.subset(bits);
    let overlay = together(chosen.iter().filter_map(|it| bench.choices.get(*it)));
    Scenarios::within(&bench.judge.scene.under(overlay), model).total()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_subset_that_keeps_to_the_budget_is_cheaper(
        system in systems(),
        (at, share) in (any::<prop::sample::Index>(), prop::sample::select(vec![1.0, 0.98, 1.02])),
        severity in prop::sample::select(vec![None, None, Some(Severity::High)]),
    ) {
        with_bench(&system, asked(severity, 0.0), |bench, model| {
            let every = (1 << bench.choices.len()) - 1;
            let totals: Vec<f64> = (0..=every).map(|it| total(bench, model, it)).collect();
            let most = totals[at.index(totals.len())] * share;
            let over = |bits: usize| totals[bits] > most * (1.0 + 1e-9);
            let beyond = bench.left(every);
            let needs = needs::of(&bench.judge.scene, model);
            let kept: BTreeSet<usize> = (0..needs.len()).collect();
            let answers = |bits: usize| {
                !over(bits) && keeps(bench, model, &kept, bits) && bench.left(bits).is_subset(&beyond)
            };
            let risks = Risks::of(&bench.judge.scene, model);
            let budget = Budget::new(&risks, &bench.choices, most);
            let mut search = Search::new(&bench.judge, &bench.choices, &needs, (Some(&budget), Means::UNBOUNDED));
            bench.wanted.iter().for_each(|it| search.add(it.clone()));
            match search.run(&kept) {
                Found::Set { chosen, at_least } => {
                    let bits = chosen.iter().map(|it| 1 << it).sum();
                    assert!(answers(bits), "{chosen:?}");
                    assert_eq!(at_least, bench.cost(bits));
                    let cheaper = (0..=every).filter(|it| bench.cost(*it) < at_least);
                    cheaper.for_each(|it| assert!(!answers(it), "{:?} costs less", bench.subset(it)));
                }
                Found::Beyond => assert!(over(every)),
                Found::Impossible => {
                    (0..=every).for_each(|it| assert!(!answers(it), "{:?} does it", bench.subset(it)));
                    let few = super::super::minimal(&mut search, &kept);
                    let possible = |kept: &BTreeSet<usize>| {
                        (0..=every).any(|it| {
                            !over(it) && keeps(bench, model, kept, it) && bench.left(it).is_subset(&beyond)
                        })
                    };
                    assert!(!few.is_empty() && !possible(&few));
                    for need in &few {
                        let fewer: BTreeSet<usize> = few.iter().copied().filter(|it| it != need).collect();
                        assert!(possible(&fewer), "{few:?} is not minimal");
                    }
                }
                Found::Unfinished { .. } => panic!("there was time"),
            }
        });
    }

    #[test]
    fn a_choice_raises_no_end_and_lowers_only_its_own(system in systems()) {
        with_bench(&system, asked(None, 0.0), |bench, model| {
            let risks = Risks::of(&bench.judge.scene, model);
            let every = (1 << bench.choices.len()) - 1;
            let under = |bits: usize| {
                risks.under(&together(bench.subset(bits).into_iter().filter_map(|it| bench.choices.get(it))))
            };
            let ends: Vec<_> = bench.choices.iter().map(|it| risks.ends_by(it)).collect();
            for bits in 0..=every {
                for (no, own) in ends.iter().enumerate().filter(|(no, _)| bits >> no & 1 == 0) {
                    let (before, after) = (under(bits), under(bits | 1 << no));
                    for (end, it) in &before.by_end {
                        let (loss, left) = (it.whole, after.whole(end));
                        assert!(left <= loss * (1.0 + 1e-9) + 1e-12, "{end:?}: {loss} {left}");
                        assert!(own.contains_key(end) || left >= loss * (1.0 - 1e-9), "{end:?} is not its own");
                    }
                    least_of_groups(&before, &after, own);
                    assert!(after.by_end.keys().all(|it| before.by_end.contains_key(it)), "a new end");
                }
            }
        });
    }

}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn what_is_left_is_what_is_left_once_the_control_is_in_place(system in systems()) {
        let text = system.text();
        with_bench(&system, asked(None, 0.0), |bench, model| {
            let catalog = Catalog::compiled().expect("the catalog decodes");
            let risks = Risks::of(&bench.judge.scene, model);
            for choice in &bench.choices {
                let Some(control) = &choice.control else { continue };
                let with = edit::add(&text, "controls", "it", control).expect("it is written");
                let built = super::read(&with.replace("state: planned", "state: in-place"));
                let map = map_of(&built, &catalog);
                let then = Scenarios::of(&map, &built, &catalog, Drawing::default()).total();
                let thought = risks.under(&choice.overlay).total;
                assert!((then - thought).abs() <= 1e-9 * (1.0 + then), "{then} {thought}\n{with}");
            }
        });
    }

    #[test]
    fn the_same_budget_gives_the_same_bytes_whatever_the_order(
        system in systems(),
        turn in any::<prop::sample::Index>(),
    ) {
        let one = system.sections();
        let mut other = one.clone();
        other[0].reverse();
        let by = turn.index(other[1].len());
        other[1].rotate_left(by);
        let most = told(&model(&one), asked(None, 0.0)).budget.expect("a budget").before / 3.0;
        let [one, other] = [one, other].map(|it| bytes(&told(&model(&it), asked(None, most))));
        prop_assert_eq!(one, other);
    }
}

/// What a choice takes off is no more than what its groups of contexts bring about less.
fn least_of_groups(before: &Losses, after: &Losses, own: &Own) {
    for (end, it) in before.by_end.iter().filter(|(_, it)| it.is_told_apart) {
        let left = after.by_end.get(end).cloned().unwrap_or_default();
        let group = |it: &_| left.by_group.get(it).copied().unwrap_or_default();
        let off: f64 = it.by_group.iter().map(|(at, loss)| (loss - group(at)).max(0.0)).sum();
        let whole = it.whole - left.whole;
        assert!(whole <= off * (1.0 + 1e-9) + 1e-12, "{end:?}: {whole} {off}");
        for (at, loss) in &it.by_group {
            let is_own = match own.get(end) {
                Some(Groups::All) => true,
                Some(Groups::These(these)) => these.contains(at),
                None => false,
            };
            assert!(is_own || (loss - group(at)).abs() <= 1e-9 * (1.0 + loss), "{end:?} of another group");
        }
    }
}

fn told(model: &Model, asked: Asked) -> Containment {
    told_in(model, asked, &|| true)
}

fn told_in(model: &Model, asked: Asked, go_on: &dyn Fn() -> bool) -> Containment {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let system = System { inventory: Inventory::default(), model: model.clone() };
    contain(system, &catalog, asked, Means { today: None, go_on, wrap_up: &|| true })
}

fn large() -> Model {
    let all = |own: &[usize]| own.iter().map(|it| (*it, 0)).collect();
    let agents = vec![all(&[0, 2, 4, 5, 9]), all(&[1, 3, 6, 7, 10]), all(&[0, 3, 8, 9])];
    Random { agents, delegates: vec![(0, 1)], needs: Vec::new(), drawn: Vec::new() }.model()
}

#[test]
fn a_budget_is_kept_to_by_what_is_told() {
    let now = told(&large(), asked(None, 0.0)).budget.expect("a budget");
    assert!(now.before > now.least && now.least >= 0.0);
    let mut cost = u32::MAX;
    for share in [0.01, 0.2, 0.9] {
        let most = now.least + (now.before - now.least) * share;
        let it = told(&large(), asked(None, most));
        let budget = it.budget.expect("a budget");
        assert_eq!((it.outcome, it.optimal, it.severity, it.wanted), (Outcome::Contained, true, None, 0));
        assert!(budget.after <= most * (1.0 + 1e-9), "{budget:?}");
        // The curve falls to what is left, and each step is told with what it costs.
        let curve: Vec<f64> = it.curve.iter().filter_map(|it| it.residual).collect();
        assert!(curve.windows(2).all(|it| it[0] >= it[1] * (1.0 - 1e-9)), "{curve:?}");
        assert_eq!((curve.first(), curve.last()), (Some(&budget.before), Some(&budget.after)));
        // More may be left for less.
        assert!(it.cost <= cost);
        cost = it.cost;
    }
    let enough = told(&large(), asked(None, now.before));
    assert_eq!((enough.outcome, enough.cost), (Outcome::Nothing, 0));
}

#[test]
fn without_time_what_is_told_still_keeps_to_the_budget() {
    let now = told(&large(), asked(None, 0.0)).budget.expect("a budget");
    let most = now.least + (now.before - now.least) / 4.0;
    let best = told(&large(), asked(None, most));
    let it = told_in(&large(), asked(None, most), &|| false);
    assert_eq!(it.outcome, Outcome::Contained);
    assert!(it.at_least <= best.cost && best.cost <= it.cost, "{} {} {}", it.at_least, best.cost, it.cost);
    assert!(it.budget.expect("a budget").after <= most * (1.0 + 1e-9));
}
