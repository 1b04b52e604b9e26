//! Bits, trees and worklists against all simple ways.

use ambit_model::Gate;

use super::chance::{NODES, columns};
use super::ways::{Arrival, Slow};
use crate::closure::{Closures, Columns, Composition, Graph, Limit, Verdicts, witness};
use crate::dice::Dice;

const CASES: u64 = 4_000;

fn fast(columns: &Columns, threads: bool) -> (Graph, Closures, Verdicts) {
    let graph = Graph::gathered(columns.clone(), threads).unwrap();
    let closures = Closures::of(&graph);
    let verdicts = Verdicts::of(&graph, &closures);
    (graph, closures, verdicts)
}

#[test]
fn verdicts_are_those_of_all_simple_ways() {
    let mut fired = [0; 6];
    for seed in 0..CASES {
        let columns = columns(&mut Dice(seed));
        let slow = Slow::of(&columns);
        let (graph, closures, verdicts) = fast(&columns, seed % 2 == 0);
        for agent in 0..NODES as u32 {
            let least = slow.content(agent, Limit::default()).map(|it| it.gate).min();
            assert_eq!(closures.influence(agent), least, "seed {seed}, agent {agent}");
            for composition in Composition::ALL {
                let (known, expected) =
                    (verdicts.of_agent(agent, composition), slow.verdict(agent, composition));
                assert_eq!(known, expected, "seed {seed}, agent {agent}, {composition:?}\n{columns:#?}");
                fired[composition as usize] += usize::from(expected.is_some());
                let found = witness(&graph, &closures, &verdicts, (agent, composition));
                assert_eq!(
                    found.is_some(),
                    expected.is_some(),
                    "seed {seed}, agent {agent}, {composition:?}"
                );
                if let Some(found) = found {
                    assert_eq!(Some(found.verdict), expected);
                    for (leg, edges) in &found.legs {
                        holds(&slow, agent, composition, (leg, edges));
                    }
                }
            }
        }
    }
    assert!(fired.iter().all(|it| *it > 250), "each composition fires often enough to tell: {fired:?}");
}

/// A leg is a way that there is; one over which content gets in is of the weakest gate that the closure knows, and the
/// shortest such.
fn holds(slow: &Slow<'_>, agent: u32, composition: Composition, (leg, edges): (&str, &[u32])) {
    let edges: Vec<usize> = edges.iter().map(|it| *it as usize).collect();
    let columns = slow.ways.columns;
    let gates = edges.iter().map(|it| columns.edges[*it].facts.gate());
    assert!(gates.clone().all(|it| it != Gate::Denied) && !edges.is_empty(), "{leg} of {composition:?}");
    let all = &slow.arrivals[agent as usize];
    let is_it = |it: &&Arrival| it.edges == edges;
    match (leg, composition) {
        ("untrusted", Composition::CrossAgentEscalation) => assert!(slow.foreign(agent).any(|it| is_it(&it))),
        ("untrusted", Composition::HijackableAction) if columns.limits.is_empty() => {
            let way = slow.content(agent, Limit::default()).find(is_it).unwrap();
            let best = slow.content(agent, Limit::default()).map(|it| (it.gate, it.edges.len())).min();
            assert_eq!(Some((way.gate, way.edges.len())), best);
        }
        ("untrusted" | "private", _) => {
            let way = all.iter().find(is_it).unwrap();
            assert_eq!(way.is_content(), leg == "untrusted");
        }
        ("taken-back", _) => assert_eq!(edges.len(), 1),
        _ => assert_eq!(columns.edges[edges[0]].from, agent),
    }
}

#[test]
fn neither_order_nor_threads_make_a_difference() {
    for seed in 0..500 {
        let mut chance = Dice(seed);
        let columns = columns(&mut chance);
        let (_, closures, verdicts) = fast(&columns, false);
        let mut shuffled = columns.clone();
        for at in (1..shuffled.edges.len()).rev() {
            shuffled.edges.swap(at, chance.below(at + 1));
        }
        let (_, other_closures, other_verdicts) = fast(&shuffled, true);
        assert_eq!((closures, verdicts), (other_closures, other_verdicts), "seed {seed}");
    }
}

#[test]
fn numbers_that_lead_nowhere_are_refused() {
    for seed in 0..200 {
        let mut chance = Dice(seed);
        let mut columns = columns(&mut chance);
        let at = chance.below(columns.edges.len());
        match chance.below(4) {
            0 => columns.edges[at].from = NODES as u32,
            1 => columns.edges[at].to = u32::MAX,
            2 => columns.edges[at].facts = columns.edges[at].facts.limited(columns.limits.len() + 1),
            _ => columns.nodes[0].family = NODES as u32,
        }
        assert!(Graph::of(columns.clone()).is_err());
        assert!(Graph::gathered(columns, true).is_err());
    }
    assert!(Graph::of(Columns::default()).is_ok(), "nothing is a graph too");
}
