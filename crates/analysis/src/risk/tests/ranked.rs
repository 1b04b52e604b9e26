//! What is not tried would not have been told: no candidate takes away more than it is said to take away at the most.

use std::collections::BTreeMap;

use ambit_catalog::Catalog;
use ambit_model::risk::Ranking;
use ambit_model::stated::Model;

use super::{Dice, QUICK, any_map};
use crate::risk::rank::{candidates, changed, weigh};
use crate::risk::scenarios::{MOST_NODES, Scenarios};
use crate::risk::state::{Core, Keep, State};
use crate::risk::trial::Trial;
use crate::scene::Scene;

#[test]
fn nothing_takes_away_more_than_it_may_and_the_first_are_the_first_of_all() {
    let (catalog, model) = (Catalog::compiled().expect("the catalog decodes"), Model::default());
    let mut dice = Dice(31);
    let (mut tried, mut spared) = (0, 0);
    for case in 0..400 {
        let map = any_map(&mut dice);
        for most in [MOST_NODES, (0, 0)] {
            let scene = Scene::new(&map, &catalog);
            let scenarios = Scenarios::in_scene(&scene, &model, &|_| QUICK, (most, Keep::Contexts));
            for of in [Ranking::Nodes, Ranking::Edges, Ranking::Controls] {
                let all = candidates(&scenarios, of);
                let mut trial = Trial::of(&scenarios.core, &scenarios.state, &scenarios.chance);
                for it in all.iter().filter(|it| it.credential.is_none()) {
                    let changed = changed(&scenarios, it);
                    let (most, fall) = (trial.most(&changed), trial.fall(&changed));
                    assert!(fall <= most * (1.0 + 1e-9) + 1e-12, "case {case}, {}: {fall} of {most}", it.id);
                    assert!(fall >= -1e-9, "case {case}, {}: {fall}", it.id);
                    tried += 1;
                    spared += usize::from(most <= 0.0);
                }
                let told = |top: usize| -> Vec<(String, u64)> {
                    let weighed = weigh(&scenarios, all.clone(), top).0;
                    let fall = |it: &crate::risk::rank::Weighed| (it.candidate.id.clone(), it.fall.to_bits());
                    weighed.iter().filter(|it| it.fall > 0.0).map(fall).collect()
                };
                let (all, some) = (told(usize::MAX), told(2));
                assert_eq!(some, all[..all.len().min(2)], "case {case}");
            }
        }
    }
    assert!(tried > 2000 && spared > 300, "{spared} of {tried} were spared");
}

#[test]
fn what_is_tried_is_put_back() {
    let (catalog, model) = (Catalog::compiled().expect("the catalog decodes"), Model::default());
    let mut dice = Dice(32);
    for case in 0..200 {
        let map = any_map(&mut dice);
        let scene = Scene::new(&map, &catalog);
        let scenarios = Scenarios::in_scene(&scene, &model, &|_| QUICK, ((0, 0), Keep::Contexts));
        let all = candidates(&scenarios, Ranking::Edges);
        let anew = |it| {
            Trial::of(&scenarios.core, &scenarios.state, &scenarios.chance).fall(&changed(&scenarios, it))
        };
        let mut again = Trial::of(&scenarios.core, &scenarios.state, &scenarios.chance);
        for it in &all {
            let changed = changed(&scenarios, it);
            let _ = again.most(&changed);
            assert_eq!(again.fall(&changed).to_bits(), anew(it).to_bits(), "case {case}, {}", it.id);
        }
    }
}

#[test]
fn ways_that_are_not_told_apart_count_all_the_same() {
    let (catalog, model) = (Catalog::compiled().expect("the catalog decodes"), Model::default());
    let mut dice = Dice(34);
    let mut cut = 0;
    for case in 0..300 {
        let map = any_map(&mut dice);
        let scene = Scene::new(&map, &catalog);
        let all = || Scenarios::in_scene(&scene, &model, &|_| QUICK, ((0, 0), Keep::Contexts));
        let (whole, mut few) = (all(), all());
        let Core { mut network, numbers, .. } = all().core;
        for top in network.tops.iter_mut().filter(|it| !it.flows.is_empty()) {
            top.terms.truncate(case % 2);
            top.has_more = true;
            cut += 1;
        }
        few.core = Core::new(network, numbers, ((4_000, 300_000), &|_| true));
        let chances = few.state.chances.clone();
        few.state = State::of(&few.core, chances, &few.chance, Keep::Contexts);
        for (at, top) in (0_u32..).zip(&few.core.network.tops).filter(|it| it.1.has_more) {
            let likely = |it: &Scenarios<'_>| it.state.likelihood(at).to_bits();
            assert_eq!(likely(&few), likely(&whole), "case {case}: {top:?}");
        }
        for it in candidates(&whole, Ranking::Edges) {
            let changed = changed(&whole, &it);
            let of = |scenarios: &Scenarios<'_>| -> BTreeMap<u32, u64> {
                let mut trial = Trial::of(&scenarios.core, &scenarios.state, &scenarios.chance);
                let falls = trial.falls(&changed).into_iter();
                let is_cut = |end: &u32| few.core.network.tops[*end as usize].has_more;
                falls.filter(|it| is_cut(&it.0)).map(|(end, fall)| (end, fall.to_bits())).collect()
            };
            assert_eq!(of(&few), of(&whole), "case {case}, {}", it.id);
        }
    }
    assert!(cut > 10, "{cut}");
}

#[test]
fn data_leaves_as_often_whether_stores_share_the_ways_out_or_not() {
    let (catalog, model) = (Catalog::compiled().expect("the catalog decodes"), Model::default());
    let mut dice = Dice(33);
    let mut flows = 0;
    for case in 0..300 {
        let map = any_map(&mut dice);
        let scene = Scene::new(&map, &catalog);
        let mut scenarios = Scenarios::in_scene(&scene, &model, &|_| QUICK, ((0, 0), Keep::Contexts));
        let all = candidates(&scenarios, Ranking::Edges);
        let falls = |scenarios: &Scenarios<'_>| -> Vec<u64> {
            let fall = |it| scenarios.fall(&changed(scenarios, it)).to_bits();
            all.iter().map(fall).chain([scenarios.total().to_bits()]).collect()
        };
        let shared = falls(&scenarios);
        scenarios.core.network.exits.sinks.iter_mut().for_each(|it| it.is_shared = false);
        let chances = scenarios.state.chances.clone();
        scenarios.state = State::of(&scenarios.core, chances, &scenarios.chance, Keep::Contexts);
        assert_eq!(falls(&scenarios), shared, "case {case}");
        let ends = scenarios.core.network.tops.iter().zip(&scenarios.state.years_of);
        for ((top, whole), by) in ends.zip(&scenarios.state.by_context) {
            let mut any = vec![0; whole.len()];
            by.iter().for_each(|(_, years)| any.iter_mut().zip(years).for_each(|(a, b)| *a |= b));
            assert_eq!(any, *whole, "case {case}: {top:?}");
            flows += top.flows.len();
        }
    }
    assert!(flows > 10, "{flows}");
}
