//! Edges that are added one by one come to the same as edges that were there.

use super::chance::columns;
use crate::closure::{Closures, Columns, Edge, Facts, Graph, Live, Node, Verdicts};
use crate::dice::Dice;
use ambit_model::{Gate, Verb};

#[test]
fn edges_added_one_by_one_come_to_the_same() {
    for seed in 0..800 {
        let mut columns = columns(&mut Dice(seed));
        // What is added is in stock as it is.
        columns.stock = columns.edges.iter().filter(|it| it.facts.is_stock()).copied().collect();
        let first = Dice(seed).below(columns.edges.len());
        let mut live = Live::of(part(&columns, first)).unwrap();
        for (at, edge) in columns.edges.iter().enumerate().skip(first) {
            live.add(*edge).unwrap();
            let graph = Graph::of(part(&columns, at + 1)).unwrap();
            let closures = Closures::of(&graph);
            assert_eq!(live.closures(), &closures, "seed {seed}, edge {at}");
            assert_eq!(live.verdicts(), &Verdicts::of(&graph, &closures), "seed {seed}, edge {at}");
        }
    }
}

fn part(columns: &Columns, edges: usize) -> Columns {
    Columns {
        limits: columns.limits.clone(),
        ..Columns::new(columns.nodes.clone(), columns.edges[..edges].to_vec())
    }
}

#[test]
fn an_agent_that_is_added_is_judged() {
    let mut live = Live::of(columns_of_one()).unwrap();
    let agent = live.add_node(Node::agent(1)).unwrap();
    assert!(live.add(Edge { from: agent + 1, to: 0, facts: Facts::new(Verb::Sends, Gate::Auto) }).is_err());
    let facts = Facts::new(Verb::Executes, Gate::Auto).of_tier(ambit_model::Tier::T4);
    live.add(Edge { from: agent, to: 0, facts }).unwrap();
    assert_eq!(live.verdicts().all().filter(|it| it.0 == agent).count(), 1);
    assert!(live.add_node(Node::agent(9)).is_err(), "a family is a number of a node");
}

fn columns_of_one() -> Columns {
    Columns::new(vec![Node::agent(0)], Vec::new())
}
