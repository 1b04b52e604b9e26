//! A context that strangers reach steers one that may do more.

use ambit_model::{AssetId, Gate, Place, ReachEdge, RuleInfo, Severity, Tier, Trust, Verb};

use super::{ACTIONS, Rule, Seen, Sink, single};
use crate::flow::Way;
use crate::harm::says;
use crate::map::Row;
use crate::scene::Scene;

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "cross-agent-escalation",
        title: "An agent that strangers reach steers one that may do more",
        categories: &["ASI03:2026", "ASI07:2026", "ASI08:2026", "LLM06:2025", "T12:1.1"],
        page: include_str!("cross_agent_escalation.md"),
    },
    check,
};

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for (agent, _) in scene.agents() {
        let Some((steerer, way)) = steered_by(scene, agent) else { continue };
        let Some((action, gate)) = worst_action(scene, agent, way.gate) else { continue };
        let strongest = way.gate.max(gate);
        // What strangers can do to either agent alone is no step up.
        let already = |(it, own): (Row<'_>, Gate)| it.tier >= action.tier && own <= strongest;
        let alone = own_influence(scene, agent).is_some_and(|it| it.max(gate) <= strongest);
        if alone || actions(scene, steerer).any(already) {
            continue;
        }
        let Some(exposure) = strongest.exposure() else { continue };
        let message = format!(
            "strangers reach `{}`, what it writes steers `{}`, and that can {} ({}, `{}`)",
            scene.map.name(steerer),
            scene.map.name(agent),
            says(scene.map, action.edge),
            action.tier,
            scene.map.name(&action.to),
        );
        // The two meet at the last step into the stronger agent.
        let meeting = way.edges.last().and_then(|it| scene.map.row(*it));
        let evidence = meeting.and_then(|it| line_of(scene, it.edge)).into_iter().collect();
        let mut seen = Seen::fact(agent, &action.to, (action.tier, exposure), evidence).says(message);
        seen.legs = vec![("untrusted", way.clone()), ("action", single(action.no, gate))];
        sink.report(seen);
    }
}

/// The agent that strangers reach first, on the best way into `agent` from another one.
fn steered_by<'a>(scene: &'a Scene<'_>, agent: &AssetId) -> Option<(&'a AssetId, &'a Way)> {
    let first = |it: &Way| Some(&scene.map.row(*it.edges.first()?)?.edge.from);
    let foreign = scene.ways_in(agent).filter_map(|it| Some((first(it)?, it))).filter(|(it, _)| *it != agent);
    foreign
        .filter(|(it, _)| scene.map.agents.contains_key(*it))
        .min_by(|(_, a), (_, b)| a.rank().cmp(&b.rank()))
}

/// The least that stands before strangers' content that `agent` takes in itself.
fn own_influence(scene: &Scene<'_>, agent: &AssetId) -> Option<Gate> {
    let content = |it: &ReachEdge| it.reached_by.is_some_and(Trust::is_untrusted);
    scene.open_by(agent, &[Verb::Ingests]).filter(|(it, _)| content(it)).map(|(_, gate)| gate).min()
}

fn actions<'s>(scene: &'s Scene<'_>, agent: &AssetId) -> impl Iterator<Item = (Row<'s>, Gate)> + use<'s> {
    scene.open_by(agent, ACTIONS)
}

/// The worst that `agent` can be steered to over a way with this gate. What its client can do as it comes counts
/// too: that strangers steer it there is what configuration added.
fn worst_action<'s>(scene: &'s Scene<'_>, agent: &AssetId, way: Gate) -> Option<(Row<'s>, Gate)> {
    let severity = |(it, gate): &(Row<'_>, Gate)| Some(Severity::of(it.tier, (*gate).max(way).exposure()?));
    actions(scene, agent).filter(|(it, _)| it.tier >= Tier::T3).max_by(|a, b| {
        (severity(a), a.0.tier, b.1, &b.0.id).cmp(&(severity(b), b.0.tier, a.1, &a.0.id))
    })
}

/// The line without which an edge is gone: the agent's entry for the server, else the rule that opens the tool.
pub(super) fn line_of(scene: &Scene<'_>, edge: &ReachEdge) -> Option<Place> {
    let server = edge.via.as_ref().and_then(|it| scene.map.tools.get(it)?.server.as_ref());
    let entry = scene.servers(&edge.from).find(|(it, _)| Some(it) == server).map(|(_, it)| it.place.clone());
    let declared = || edge.provenance.iter().find_map(|it| it.place().cloned());
    entry.or_else(|| edge.decided_by.clone()).or_else(declared)
}
