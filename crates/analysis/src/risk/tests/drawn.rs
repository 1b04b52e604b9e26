//! Drawn years against the exact answer, within the error that they state, and against themselves.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use ambit_catalog::Catalog;
use ambit_model::Inventory;
use ambit_model::risk::EndKind;
use ambit_model::stated::{self, Model};

use super::{Dice, any_map, close};
use crate::connect::connect_with;
use crate::index::EdgeNo;
use crate::map::ReachMap;
use crate::risk::scenarios::{Drawing, Scenarios};
use crate::risk::state::Keep;
use crate::scene::Scene;
use crate::stated::Notes;

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

/// More agents can send it out than are told apart, and none of the nearest hears strangers.
#[test]
fn the_only_way_out_that_is_taken_may_lie_beyond_those_that_are_told() {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let mut text = String::from(
        "ambit: v1
facts:
  channels: {mail: {trust: organization, audience: public}, web: {trust: public, audience: organization}}
  stores: {crm: {level: secret}}
  tools:
    look: {effects: [{reads: crm}]}
    keep: {effects: [{remembers: notes}]}
    recall: {effects: [{recalls: notes}]}
    pass: {effects: [{remembers: more}]}
    far: {effects: [{recalls: more}]}
    send: {effects: [{sends: mail}]}
    browse: {effects: [{ingests: web}]}
  agents:
    first: {tools: {look: auto, keep: auto}}
    between: {tools: {recall: auto, pass: auto}}
    last: {tools: {far: auto, browse: auto, send: auto}}
",
    );
    for no in 0..4_100 {
        writeln!(text, "    a{no}: {{tools: {{recall: auto, send: auto}}}}").expect("it is text");
    }
    let (document, problems) = stated::read("ambit.yaml", &text);
    assert!(problems.is_empty(), "{problems:?}");
    let (model, _) = stated::join([document]);
    let map = connect_with(Inventory::default(), &model, &catalog, &mut Notes::default());
    let scenarios = keeping(&map, &model, &catalog, (Drawing { seed: 1, trials: 1024 }, Keep::Contexts));
    let tops = (0_u32..).zip(&scenarios.core.network.tops);
    let leaks: Vec<_> = tops.filter(|(_, it)| it.kind == EndKind::Leaked).collect();
    let [(end, top)] = leaks.as_slice() else { panic!("{leaks:?}") };
    assert!(top.has_more && top.terms.len() < 4_101, "{}", top.terms.len());
    let told = scenarios.state.by_context(&scenarios.core, *end);
    assert!(told.iter().all(|it| it.1 == 0.0), "none of those that are told can be steered");
    assert!(scenarios.state.likelihood(*end) > 0.0, "and data leaves all the same");
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
