//! What an agent can do to the world is told once, in words of what is done.

use ambit_catalog::Catalog;
use ambit_model::risk::{Consequence, Ranking};
use ambit_model::stated::Model;
use ambit_model::{Gate, ReachEdge, Tier, Verb};

use super::{edge, map_of};
use crate::risk::measure::{Asked, of_map};
use crate::risk::scenarios::Drawing;

fn done(verb: Verb, to: &str, (via, says): (&str, &str), tier: Tier) -> ReachEdge {
    let mut it = edge("agent:a", verb, to, via);
    (it.tier, it.consequence) = (tier, says.into());
    it
}

fn told(edges: Vec<ReachEdge>) -> Vec<Consequence> {
    let (catalog, model) = (Catalog::compiled().expect("the catalog decodes"), Model::default());
    let drawing = Drawing { seed: 1, trials: 64 };
    let map = map_of(edges, &[].into());
    let risk = of_map(&map, &model, &catalog, &Asked { of: Ranking::Nodes, top: 5, drawing });
    risk.consequences.into_iter().flat_map(|it| it.consequences).collect()
}

#[test]
fn what_comes_to_the_same_is_told_once_at_its_worst() {
    let (says, other) = ("write issues", "open pull requests");
    let mut asked = done(Verb::Sends, "channel:mail", ("tool:s/x", says), Tier::T4);
    asked.gate = Gate::Asked;
    let found = told(vec![
        asked,
        done(Verb::Sends, "channel:mail", ("tool:s/y", other), Tier::T4),
        done(Verb::Writes, "channel:mail", ("tool:s/y", other), Tier::T2),
        done(Verb::Writes, "store:d/crm", ("tool:s/x", "delete customers"), Tier::T3),
        done(Verb::Writes, "store:d/crm", ("tool:s/y", "rename customers"), Tier::T2),
    ]);
    let told: Vec<_> = found.iter().map(|it| (it.tier, it.what.as_str(), it.gate, it.ways)).collect();
    assert_eq!(
        told,
        [
            (Tier::T4, other, Gate::Auto, 2),
            (Tier::T3, "delete customers", Gate::Auto, 1),
            (Tier::T2, "rename customers", Gate::Auto, 1),
        ]
    );
}

#[test]
fn what_is_sent_by_running_code_is_not_called_running_code() {
    let says = "run commands";
    let found = told(vec![
        done(Verb::Executes, "environment:host", ("tool:t/z", says), Tier::T4),
        done(Verb::Sends, "channel:web", ("tool:t/z", says), Tier::T4),
        done(Verb::Writes, "store:d/wiki", ("tool:t/z", says), Tier::T2),
    ]);
    let told: Vec<_> = found.iter().map(|it| (it.asset.as_str(), it.what.as_str())).collect();
    assert_eq!(
        told,
        [
            ("channel:web", "send anything there by what it runs"),
            ("environment:host", says),
            ("store:d/wiki", "change it by what it runs"),
        ]
    );
}
