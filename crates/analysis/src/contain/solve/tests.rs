//! Against every subset of the options: the same cost, and an answer exactly where one exists.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{Answer, Load, Question, solve};

fn questions() -> impl Strategy<Value = Question> {
    (1_usize..11).prop_flat_map(|options| {
        let clause = |most| {
            proptest::collection::btree_set(0..options, 1..=options.min(most))
                .prop_map(|it| it.into_iter().collect::<Vec<_>>())
        };
        let costs = proptest::collection::vec(1_u32..9, options);
        let hits = proptest::collection::vec(clause(4), 0..9);
        let parts = proptest::collection::btree_map(0..options, 1_u32..=12, 1..=options.min(6));
        let load = (3_u32..=12, parts).prop_map(|(need, parts)| Load {
            need,
            parts: parts.into_iter().map(|(it, counts)| (it, counts.min(need))).collect(),
        });
        let loads = proptest::collection::vec(load, 0..4);
        let conflicts = proptest::collection::vec(clause(3), 0..5);
        (costs, hits, loads, conflicts).prop_map(|(costs, hits, loads, conflicts)| Question {
            costs,
            hits,
            loads,
            conflicts,
        })
    })
}

/// The cheapest of all subsets.
fn cheapest(question: &Question) -> Option<u64> {
    let options = question.costs.len();
    let subset = |bits: usize| (0..options).filter(|it| bits >> it & 1 == 1).collect::<BTreeSet<usize>>();
    let met = (0..1 << options).map(subset).filter(|it| question.is_met_by(it));
    met.map(|it| question.cost(&it)).min()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn no_subset_is_cheaper(question in questions()) {
        match solve(&question, &|| true) {
            Answer::Chosen { options, at_least } => {
                prop_assert!(question.is_met_by(&options));
                prop_assert_eq!(Some(question.cost(&options)), cheapest(&question));
                prop_assert_eq!(at_least, question.cost(&options));
            }
            Answer::Impossible => prop_assert_eq!(None, cheapest(&question)),
            Answer::Unknown { .. } => prop_assert!(false, "there was time"),
        }
    }

    #[test]
    fn without_time_the_bound_holds(question in questions()) {
        let least = cheapest(&question);
        match solve(&question, &|| false) {
            Answer::Chosen { options, at_least } => {
                prop_assert!(question.is_met_by(&options));
                prop_assert!(Some(at_least) <= least && least <= Some(question.cost(&options)));
            }
            Answer::Impossible => prop_assert_eq!(None, least),
            Answer::Unknown { at_least } => prop_assert!(least.is_none_or(|it| at_least <= it)),
        }
    }
}
