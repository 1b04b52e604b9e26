//! Untrusted content can steer a context that can take an action of tier T3 or higher.

use std::collections::BTreeMap;

use ambit_model::{AssetId, Gate, ReachEdge, RuleInfo, Severity, Tier};

use super::{ACTIONS, Rule, Seen, Sink, exposure, single};
use crate::flow::Way;
use crate::harm::says;
use crate::map::Row;
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

pub(super) fn is_action(edge: &ReachEdge) -> bool {
    ACTIONS.contains(&edge.verb)
}

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for (agent, _) in scene.agents() {
        if scene.influence(agent).is_none() {
            continue;
        }
        let stock = stock_severities(scene, agent);
        let actions = scene.open_distinct(agent, ACTIONS);
        for (action, gate) in actions.into_iter().filter(|(it, _)| it.tier >= Tier::T3) {
            let Some((steered, source)) = scene.drives(agent, action.no) else { continue };
            let Some(open) = exposure([steered.gate, gate]) else { continue };
            if Some(Severity::of(action.tier, open)) > stock.get(&action.to).copied() {
                report(scene, sink, (agent, steered, source), (action, gate));
            }
        }
    }
}

/// What strangers could already make the stock client do, by what it is done to.
fn stock_severities<'a>(scene: &Scene<'a>, agent: &AssetId) -> BTreeMap<&'a AssetId, Severity> {
    let mut worst = BTreeMap::new();
    let Some(steered) = scene.stock_influence(agent) else { return worst };
    for row in scene.map.stock_by(agent, ACTIONS) {
        let Some(open) = exposure([steered.gate, row.gate]) else { continue };
        let severity = Severity::of(row.tier, open);
        let known = worst.entry(&row.edge.to).or_insert(severity);
        *known = severity.max(*known);
    }
    worst
}

fn report(scene: &Scene<'_>, sink: &mut Sink<'_>, (agent, steered, source): (&AssetId, &Way, &AssetId), (action, gate): (Row<'_>, Gate)) {
    let Some(open) = exposure([steered.gate, gate]) else { return };
    let message = format!(
        "strangers can write `{}`, `{}` can {} ({}, `{}`)",
        scene.map.name(source),
        scene.map.name(agent),
        says(scene.map, action.edge),
        action.tier,
        scene.map.name(&action.to),
    );
    let mut seen = Seen::fact(agent, &action.to, (action.tier, open), Vec::new()).says(message);
    seen.legs = vec![("untrusted", steered.clone()), ("action", single(action.no, gate))];
    sink.report(seen);
}
