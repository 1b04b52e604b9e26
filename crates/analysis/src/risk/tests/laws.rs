//! What holds of every map: one more edge lowers nothing, a stronger control raises nothing, nothing carries more than all.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_model::Gate;
use ambit_model::risk::Ranking;
use ambit_model::stated::{self, Model};

use super::{Dice, QUICK, any_edge, any_limits, any_map, map_of};
use crate::index::EdgeNo;
use crate::map::ReachMap;
use crate::risk::rank::{candidates, weigh};
use crate::risk::scenarios::{Drawing, MOST_NODES, Scenarios};
use crate::risk::state::Keep;
use crate::scene::Scene;

/// The total, exactly and from drawn years.
fn totals(map: &ReachMap, model: &Model, catalog: &Catalog) -> [f64; 2] {
    let scene = Scene::new(map, catalog);
    let drawing = Drawing { seed: 5, trials: 128 };
    let total = |most| Scenarios::in_scene(&scene, model, &|_| drawing, (most, Keep::Needed)).total();
    [total(MOST_NODES), total((0, 0))]
}

/// Whether neither is more than in `other`, but for rounding.
fn no_more(these: [f64; 2], other: [f64; 2]) -> bool {
    these.iter().zip(other).all(|(a, b)| *a <= b * (1.0 + 1e-9) + 1e-12)
}

#[test]
fn one_more_edge_lowers_nothing() {
    let (catalog, model) = (Catalog::compiled().expect("the catalog decodes"), Model::default());
    let mut dice = Dice(21);
    let mut rose = 0;
    for case in 0..700 {
        let map = any_map(&mut dice);
        let more = any_edge(&mut dice, 3);
        let mut edges = map.edges.clone();
        edges.push(more.clone());
        let mut with = map_of(edges, &map.marks.limits);
        with.agents.retain(|id, _| map.agents.contains_key(id) || *id == more.from || *id == more.to);
        let (before, after) = (totals(&map, &model, &catalog), totals(&with, &model, &catalog));
        // One that was there already stays as it was.
        assert!(no_more(before, after), "case {case}: {before:?} {after:?}\n{more:#?}\n{:#?}", map.edges);
        rose += usize::from(after[0] > before[0]);
    }
    assert!(rose > 80, "{rose} rose");
}

#[test]
fn a_limit_raises_nothing() {
    let (catalog, model) = (Catalog::compiled().expect("the catalog decodes"), Model::default());
    let mut dice = Dice(22);
    for case in 0..400 {
        let map = any_map(&mut dice);
        let mut limits: BTreeMap<_, _> = map.marks.limits.clone();
        for (id, limit) in any_limits(&mut dice, &map.edges) {
            limits.entry(id).or_default().join(limit);
        }
        let mut with = map_of(map.edges.clone(), &limits);
        with.agents.retain(|id, _| map.agents.contains_key(id));
        let (before, after) = (totals(&map, &model, &catalog), totals(&with, &model, &catalog));
        assert!(no_more(after, before), "case {case}: {before:?} {after:?}\n{limits:?}\n{:#?}", map.edges);
    }
}

#[test]
fn a_behavioral_control_raises_nothing_and_closes_nothing() {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let text = "ambit: v1\ncontrols:\n  d: {kind: behavioral, does: lowers, on: \"tool:*\"}\n";
    let (document, problems) = stated::read("ambit.yaml", text);
    assert!(problems.is_empty(), "{problems:?}");
    let (model, _) = stated::join([document]);
    let mut dice = Dice(23);
    let mut fell = 0;
    for case in 0..300 {
        let map = any_map(&mut dice);
        let mut with = map.clone();
        with.edges.iter_mut().filter(|_| dice.one_in(2)).for_each(|it| it.controls.push("d".to_owned()));
        let (before, after) = (totals(&map, &model, &catalog), totals(&with, &model, &catalog));
        assert!(no_more(after, before), "case {case}");
        assert!(before[0] <= 0.0 || after[0] > 0.0, "case {case}: a detector closes no way");
        fell += usize::from(after[0] < before[0]);
    }
    assert!(fell > 40, "{fell} fell");
}

#[test]
fn nothing_carries_less_than_nothing_or_more_than_all() {
    let (catalog, model) = (Catalog::compiled().expect("the catalog decodes"), Model::default());
    let mut dice = Dice(24);
    let mut weighed_of_all = 0;
    for case in 0..300 {
        let map = any_map(&mut dice);
        for most in [MOST_NODES, (0, 0)] {
            let scene = Scene::new(&map, &catalog);
            let scenarios = Scenarios::in_scene(&scene, &model, &|_| QUICK, (most, Keep::Needed));
            for of in [Ranking::Nodes, Ranking::Edges, Ranking::Controls] {
                let (weighed, left_out) = weigh(&scenarios, candidates(&scenarios, of), usize::MAX);
                assert_eq!(left_out, 0);
                assert!(weighed.windows(2).all(|it| it[0].fall >= it[1].fall), "case {case}");
                for it in &weighed {
                    let sum: f64 = it.ends.iter().map(|it| it.1).sum();
                    let total = scenarios.total();
                    assert!(
                        sum >= -1e-9 * (1.0 + total) && sum <= total * (1.0 + 1e-9),
                        "case {case}: {sum} of {total}"
                    );
                    weighed_of_all += 1;
                }
            }
            // Cutting everything leaves nothing.
            let all: BTreeSet<EdgeNo> = EdgeNo::all().take(map.edges.len()).collect();
            assert!(scenarios.expected(&all) <= 1e-9 * (1.0 + scenarios.total()), "case {case}");
        }
    }
    assert!(weighed_of_all > 800, "{weighed_of_all}");
}

#[test]
fn the_order_of_what_was_made_changes_no_bit() {
    let (catalog, model) = (Catalog::compiled().expect("the catalog decodes"), Model::default());
    let mut dice = Dice(25);
    for _ in 0..200 {
        let map = any_map(&mut dice);
        let mut turned = map.clone();
        turned.made.reverse();
        turned.reindex();
        assert_eq!(
            totals(&map, &model, &catalog).map(f64::to_bits),
            totals(&turned, &model, &catalog).map(f64::to_bits)
        );
        assert!(map.edges.iter().all(|it| it.gate <= Gate::Denied));
    }
}
