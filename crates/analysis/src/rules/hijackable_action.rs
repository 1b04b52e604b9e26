//! Untrusted content can steer a context that can take an action of tier T3 or higher.

use ambit_model::{AssetId, Gate, ReachEdge, RuleInfo, Severity, Tier, Verb};

use super::{Rule, Seen, Sink, exposure, single};
use crate::flow::Way;
use crate::scene::Scene;

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "hijackable-action",
        title: "Strangers can steer it to an action that is hard to take back",
        categories: &["ASI01:2026", "ASI02:2026", "LLM06:2025", "MCP06:2025"],
        page: include_str!("hijackable_action.md"),
    },
    check,
};

/// Whether an edge changes the world. What is unknown has a rule of its own.
pub(super) fn is_action(edge: &ReachEdge) -> bool {
    matches!(edge.verb, Verb::Writes | Verb::Executes | Verb::Spends | Verb::Grants)
}

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for (agent, _) in scene.agents() {
        let Some(steered) = scene.influence(agent) else { continue };
        // Asked about for every action: gathered once.
        let stock: Vec<&ReachEdge> = scene.map.edges_of(agent).filter(|it| it.stock && is_action(it)).collect();
        for (action, gate) in scene.open_edges(agent).filter(|(it, _)| is_action(it) && it.tier >= Tier::T3) {
            let Some(open) = exposure([steered.gate, gate]) else { continue };
            if Some(Severity::of(action.tier, open)) > stock_severity(scene, agent, &stock, action) {
                report(scene, sink, (agent, steered), (action, gate));
            }
        }
    }
}

/// What strangers could already make the stock client do to the same thing.
fn stock_severity(
    scene: &Scene<'_>,
    agent: &AssetId,
    stock: &[&ReachEdge],
    action: &ReachEdge,
) -> Option<Severity> {
    let same = stock.iter().filter(|it| it.to == action.to);
    let steered = scene.stock.influence(agent)?;
    same.filter_map(|it| Some(Severity::of(it.tier, exposure([steered.gate, it.gate])?))).max()
}

fn report(scene: &Scene<'_>, sink: &mut Sink<'_>, (agent, steered): (&AssetId, &Way), (action, gate): (&ReachEdge, Gate)) {
    let Some(open) = exposure([steered.gate, gate]) else { return };
    let source = scene.flows().sources(agent).filter(|(_, _, way)| *way == steered).map(|(it, ..)| it).next();
    let message = format!(
        "strangers can write `{}`, `{}` can {} ({}, `{}`)",
        source.map_or("something", |it| scene.map.name(it)),
        scene.map.name(agent),
        action.consequence,
        action.tier,
        scene.map.name(&action.to),
    );
    let mut seen = Seen::fact(agent, &action.to, (action.tier, open), Vec::new()).says(message);
    seen.legs = vec![("untrusted", steered.clone()), ("action", single(&action.id, gate))];
    sink.report(seen);
}
