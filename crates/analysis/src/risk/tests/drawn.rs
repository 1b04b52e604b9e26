//! Drawn years against the exact answer, within the error that they state, and against themselves.

use std::collections::BTreeSet;

use ambit_catalog::Catalog;
use ambit_model::stated::Model;

use super::{Dice, any_map, close};
use crate::index::EdgeNo;
use crate::map::ReachMap;
use crate::risk::scenarios::{Drawing, Scenarios};
use crate::risk::state::Keep;
use crate::scene::Scene;

/// The same without a single diagram.
fn drawn<'a>(map: &'a ReachMap, model: &'a Model, catalog: &'a Catalog, drawing: Drawing) -> Scenarios<'a> {
    keeping(map, model, catalog, (drawing, Keep::Needed))
}

fn keeping<'a>(
    map: &'a ReachMap,
    model: &'a Model,
    catalog: &'a Catalog,
    (drawing, keep): (Drawing, Keep),
) -> Scenarios<'a> {
    Scenarios::in_scene(&Scene::new(map, catalog), model, &|_| drawing, ((0, 0), keep))
}

#[test]
fn drawn_years_agree_with_the_exact_answer_within_their_stated_error() {
    let (catalog, model) = (Catalog::compiled().expect("the catalog decodes"), Model::default());
    let mut dice = Dice(11);
    let (mut ends, mut near) = (0, 0);
    for case in 0..600 {
        let map = any_map(&mut dice);
        let exact = Scenarios::of(&map, &model, &catalog, super::QUICK);
        let drawn = drawn(&map, &model, &catalog, Drawing { seed: case, trials: 512 });
        for end in (0_u32..).take(exact.core.network.tops.len()) {
            let (slow, quick) = (exact.state.likelihood(end), drawn.state.likelihood(end));
            let error = drawn.state.error(end).expect("it is drawn");
            assert!(exact.state.error(end).is_none());
            assert!((slow - quick).abs() <= 5.0 * error, "case {case}: {slow} {quick} give or take {error}");
            ends += 1;
            near += usize::from((slow - quick).abs() <= 2.0 * error);
        }
    }
    // Of a normal error nineteen in twenty lie within two.
    assert!(ends > 250 && near * 100 >= ends * 92, "{near} of {ends} within two standard errors");
}

#[test]
fn what_a_cut_leaves_is_what_was_drawn_without_those_edges() {
    let (catalog, model) = (Catalog::compiled().expect("the catalog decodes"), Model::default());
    let mut dice = Dice(12);
    let drawing = Drawing { seed: 3, trials: 256 };
    for case in 0..400 {
        let map = any_map(&mut dice);
        let scenarios = drawn(&map, &model, &catalog, drawing);
        let by_context = keeping(&map, &model, &catalog, (drawing, Keep::Contexts));
        let cut: BTreeSet<EdgeNo> = EdgeNo::all().take(map.edges.len()).filter(|_| dice.one_in(3)).collect();
        let mut without = map.clone();
        for (no, edge) in EdgeNo::all().zip(&mut without.edges) {
            if cut.contains(&no) {
                edge.gate = ambit_model::Gate::Denied;
            }
        }
        without.reindex();
        let anew = drawn(&without, &model, &catalog, drawing);
        assert!(close(scenarios.expected(&cut), anew.total()), "case {case}");
        assert!(close(by_context.expected(&cut), anew.total()), "case {case}");
    }
}

#[test]
fn the_same_seed_draws_the_same_years_and_another_seed_others() {
    let (catalog, model) = (Catalog::compiled().expect("the catalog decodes"), Model::default());
    let mut dice = Dice(13);
    let maps: Vec<ReachMap> = (0..40).map(|_| any_map(&mut dice)).collect();
    let totals = |seed: u64| -> Vec<u64> {
        let total = |map: &ReachMap| drawn(map, &model, &catalog, Drawing { seed, trials: 256 }).total();
        maps.iter().map(|it| total(it).to_bits()).collect()
    };
    assert_eq!(totals(1), totals(1));
    assert_ne!(totals(1), totals(2));
}
