//! Untrusted content, private data and a way out meet in one context.

use std::collections::BTreeMap;

use ambit_model::{AssetId, Audience, Gate, ReachEdge, RuleInfo, Severity, Tier, Verb};

use super::{Rule, Seen, Sink, exposure, single};
use crate::flow::{Flows, Held, Way};
use crate::scene::Scene;

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "lethal-trifecta",
        title: "Strangers can steer it to send private data out",
        categories: &["ASI01:2026", "ASI02:2026", "LLM01:2025", "LLM02:2025", "MCP10:2025", "AML.T0051"],
        page: include_str!("lethal_trifecta.md"),
    },
    check,
};

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for (agent, _) in scene.agents() {
        let Some(steered) = scene.influence(agent) else { continue };
        let stock = Stock::of(scene, agent);
        for (out, gate) in scene.open_edges(agent).filter(|(it, _)| it.verb == Verb::Sends) {
            let worst = scene.flows()
                .data(agent)
                .filter_map(|(store, held)| Some((weigh(held, out, gate, steered)?, store, held)))
                .filter(|((severity, ..), store, _)| Some(*severity) > stock.severity(store, out.audience))
                .max_by(|a, b| (a.0, b.2.way.edges.len(), b.1).cmp(&(b.0, a.2.way.edges.len(), a.1)));
            if let Some((_, store, held)) = worst {
                report(scene, sink, (agent, steered), (store, held), (out, gate));
            }
        }
    }
}

/// The severity of sending `held` over `out`; none when its level allows the audience.
fn weigh(held: &Held, out: &ReachEdge, gate: Gate, steered: &Way) -> Option<(Severity, Tier)> {
    out.audience.filter(|it| held.level.is_disclosed_to(*it))?;
    let tier = Tier::of_disclosure(held.level);
    Some((Severity::of(tier, exposure([steered.gate, held.way.gate, gate])?), tier))
}

/// What the stock client can do with the same data over a way out at least as wide: a configuration that adds
/// nothing to that is not what a reader must hear about.
struct Stock<'a> {
    flows: &'a Flows,
    agent: &'a AssetId,
    steered: Option<&'a Way>,
    /// The weakest gate of its ways out, by audience.
    outs: BTreeMap<Audience, Gate>,
}

impl<'a> Stock<'a> {
    fn of(scene: &Scene<'a>, agent: &'a AssetId) -> Self {
        let mut outs = BTreeMap::new();
        for edge in scene.map.edges_of(agent).filter(|it| it.stock && it.verb == Verb::Sends) {
            let Some(audience) = edge.audience else { continue };
            let known = outs.entry(audience).or_insert(edge.gate);
            *known = edge.gate.min(*known);
        }
        Self { flows: scene.stock, agent, steered: scene.stock.influence(agent), outs }
    }

    fn severity(&self, store: &AssetId, audience: Option<Audience>) -> Option<Severity> {
        let held = self.flows.held(self.agent, store)?;
        let steered = self.steered?;
        let tier = Tier::of_disclosure(held.level);
        let wide = self.outs.range(audience?..).filter(|(it, _)| held.level.is_disclosed_to(**it));
        let severities = wide.filter_map(|(_, gate)| exposure([steered.gate, held.way.gate, *gate]));
        severities.map(|it| Severity::of(tier, it)).max()
    }
}

fn report(
    scene: &Scene<'_>,
    sink: &mut Sink<'_>,
    (agent, steered): (&AssetId, &Way),
    (store, held): (&AssetId, &Held),
    (out, gate): (&ReachEdge, Gate),
) {
    let Some(open) = exposure([steered.gate, held.way.gate, gate]) else { return };
    let source = scene.flows().sources(agent).filter(|(_, _, way)| *way == steered).map(|(it, ..)| it).next();
    let source = source.map_or("something", |it| scene.map.name(it));
    let message = format!(
        "strangers can write `{source}`, `{}` can read `{}` ({}), it can send to `{}`",
        scene.map.name(agent),
        scene.map.name(store),
        held.level,
        scene.map.name(&out.to),
    );
    let legs = vec![("untrusted", steered.clone()), ("private", held.way.clone()), ("outbound", single(&out.id, gate))];
    let mut seen = Seen::fact(agent, &out.to, (Tier::of_disclosure(held.level), open), Vec::new()).says(message);
    seen.legs = legs;
    sink.report(seen);
}
