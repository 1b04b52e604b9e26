//! What is told of a map: the numbers agree with each other, and ways are ways.

use ambit_catalog::Catalog;
use ambit_model::risk::{Method, Ranking, Risk};
use ambit_model::stated::Model;

use super::{Dice, any_map};
use crate::map::ReachMap;
use crate::risk::measure::{Asked, of_map};
use crate::risk::scenarios::Drawing;

fn told(map: &ReachMap, of: Ranking) -> Risk {
    let (catalog, model) = (Catalog::compiled().expect("the catalog decodes"), Model::default());
    let drawing = Drawing { seed: 1, trials: 64 };
    of_map(map, &model, &catalog, &Asked { of, top: 5, drawing })
}

#[test]
fn the_parts_add_up_and_every_number_lies_in_its_range() {
    let mut dice = Dice(31);
    for case in 0..60 {
        let map = any_map(&mut dice);
        let risk = told(&map, Ranking::Nodes);
        let total = risk.total.loss;
        let ends: f64 = risk.ends.iter().map(|it| it.loss.expected).sum();
        assert!(
            (ends - total.expected).abs() <= 0.01 * total.expected + 1e-9,
            "case {case}: {ends} {total:?}"
        );
        let agents: f64 = risk.agents.iter().map(|it| it.loss).sum();
        assert!(agents >= total.expected * 0.99 - 1e-9, "case {case}: together agents bring about all of it");
        for it in risk
            .ends
            .iter()
            .flat_map(|it| [it.loss, it.likelihood, it.once])
            .chain(risk.ranked.iter().map(|it| it.fall))
        {
            assert!(it.low <= it.expected && it.expected <= it.high && it.low >= 0.0, "case {case}: {it:?}");
        }
        assert!(risk.ranked.iter().all(|it| it.share <= 1.0 && it.fall.expected <= total.expected * 1.001));
        assert!(risk.ends.iter().all(|it| it.method == Method::Exact && it.likelihood.high <= 1.0));
        // That anything happens is as exact as what can, and no rarer than any of it.
        let any = risk.total.likelihood;
        let all: f64 = risk.ends.iter().map(|it| it.likelihood.expected).sum();
        assert_eq!(risk.total.method, Method::Exact, "case {case}");
        assert!(risk.ends.iter().all(|it| it.likelihood.expected <= any.expected * 1.001), "case {case}");
        assert!(any.expected <= all * 1.001 + 1e-9, "case {case}: {any:?} {all}");
        assert!(risk.agents.iter().all(|it| it.method == Method::Exact));
        assert!(risk.agents.iter().all(|it| it.likelihood <= any.expected * 1.001), "case {case}");
        if let [only] = risk.agents.as_slice() {
            assert!((only.likelihood - any.expected).abs() <= 0.001 * any.expected, "case {case}");
        }
        assert!(
            risk.curve
                .windows(2)
                .all(|it| it[0].loss < it[1].loss && it[0].likelihood.expected >= it[1].likelihood.expected)
        );
    }
}

#[test]
fn a_way_ends_what_it_is_told_of_and_is_no_likelier_than_its_end() {
    let mut dice = Dice(32);
    let mut ways = 0;
    for case in 0..60 {
        let map = any_map(&mut dice);
        let risk = told(&map, Ranking::Edges);
        for end in &risk.ends {
            let Some(path) = &end.path else { continue };
            // Rounded to four digits, both.
            assert!(path.likelihood <= end.likelihood.expected * 1.001, "case {case}: {path:?} {end:?}");
            assert!(!path.steps.is_empty());
            ways += 1;
        }
        for it in &risk.ranked {
            for path in &it.paths {
                assert!(
                    path.steps.iter().any(|step| step.edge.as_str() == it.id),
                    "case {case}: {} {path:?}",
                    it.id
                );
            }
        }
    }
    assert!(ways > 15, "{ways}");
}

#[test]
fn the_same_map_is_told_in_the_same_bytes() {
    let mut dice = Dice(33);
    for _ in 0..10 {
        let map = any_map(&mut dice);
        let bytes = |of| serde_json::to_string(&told(&map, of)).expect("it is data");
        assert_eq!(bytes(Ranking::Nodes), bytes(Ranking::Nodes));
    }
}
