//! Untrusted content, private data and a way out meet in one context.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use ambit_model::{AssetId, Audience, Gate, RuleInfo, Severity, Tier, Verb};

use super::{Rule, Seen, Sink, exposure, single};
use crate::flow::Way;
use crate::index::EdgeNo;
use crate::limits::Limits;
use crate::map::Row;
use crate::scene::{Data, Scene};

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
        if scene.influence(agent).is_none() {
            continue;
        }
        let stock = Stock::of(scene, agent);
        // What is worst to send depends on nothing else.
        let mut worst: BTreeMap<(Audience, Gate, Option<&Limits>), Option<Data<'_>>> = BTreeMap::new();
        for (out, gate) in scene.open_distinct(agent, &[Verb::Sends]) {
            let Some(audience) = out.audience else { continue };
            let Some((steered, _)) = scene.drives(agent, out.no) else { continue };
            let held = worst
                .entry((audience, gate, scene.limits(out.no)))
                .or_insert_with(|| worst_of(scene, &stock, (agent, steered), (audience, gate, out.no)));
            if let Some(held) = held {
                report(scene, sink, agent, *held, (out, gate));
            }
        }
    }
}

/// The data whose sending to `audience` is worst; none where the stock client can do all of that too.
fn worst_of<'s>(
    scene: &'s Scene<'_>,
    stock: &Stock<'_>,
    (agent, steered): (&AssetId, &Way),
    (audience, gate, out): (Audience, Gate, EdgeNo),
) -> Option<Data<'s>> {
    let weigh = |it: &Data<'_>| {
        let open = exposure([steered.gate, it.way.gate, gate]).filter(|_| it.level.is_disclosed_to(audience))?;
        Some(Severity::of(scene.disclosed(it.level, out), open))
    };
    let leaving = scene.data(agent).filter_map(|it| {
        Some(Data { level: scene.leaves(it.store, it.level, out)?, ..it })
    });
    let weighed = leaving.filter_map(|it| Some((weigh(&it)?, it)));
    let added = weighed.filter(|(severity, it)| Some(*severity) > stock.severity(it.store, audience));
    // Of equal data, what a tool is there to read tells more than what commands reach among all else.
    let standing = |it: &Data<'_>| Reverse(scene.map.index.standing(it.way.edges.first()));
    let ranked = added.map(|(severity, it)| ((severity, it.level, standing(&it), Reverse(it.way.edges.len())), it));
    // Data comes in the order of its stores: of equal ones the first is told.
    let worst = ranked.reduce(|best, next| if next.0 > best.0 { next } else { best });
    worst.map(|(_, it)| it)
}

/// What the stock client can do with the same data over a way out at least as wide: a configuration that adds
/// nothing to that is not what a reader must hear about.
struct Stock<'s> {
    scene: &'s Scene<'s>,
    agent: &'s AssetId,
    steered: Option<&'s Way>,
    /// The weakest gate of its ways out, by audience.
    outs: BTreeMap<Audience, Gate>,
}

impl<'s> Stock<'s> {
    fn of(scene: &'s Scene<'_>, agent: &'s AssetId) -> Self {
        let mut outs = BTreeMap::new();
        for edge in scene.map.stock_by(agent, &[Verb::Sends]) {
            let Some(audience) = edge.audience else { continue };
            let known = outs.entry(audience).or_insert(edge.gate);
            *known = edge.gate.min(*known);
        }
        Self { scene, agent, steered: scene.stock_influence(agent), outs }
    }

    fn severity(&self, store: &AssetId, audience: Audience) -> Option<Severity> {
        let steered = self.steered?;
        let held = self.scene.stock_data(self.agent, store)?;
        let tier = Tier::of_disclosure(held.level);
        let wide = self.outs.range(audience..).filter(|(it, _)| held.level.is_disclosed_to(**it));
        let severities = wide.filter_map(|(_, gate)| exposure([steered.gate, held.way.gate, *gate]));
        severities.map(|it| Severity::of(tier, it)).max()
    }
}

fn report(
    scene: &Scene<'_>,
    sink: &mut Sink<'_>,
    agent: &AssetId,
    held: Data<'_>,
    (out, gate): (Row<'_>, Gate),
) {
    let Some((steered, source)) = scene.drives(agent, out.no) else { return };
    let Some(open) = exposure([steered.gate, held.way.gate, gate]) else { return };
    let message = format!(
        "strangers can write `{}`, `{}` can read `{}` ({}), it can send to `{}`",
        scene.map.name(source),
        scene.map.name(agent),
        scene.map.name(held.store),
        held.level,
        scene.map.name(&out.to),
    );
    let legs = vec![("untrusted", steered.clone()), ("private", held.way.clone()), ("outbound", single(out.no, gate))];
    let mut seen = Seen::fact(agent, &out.to, (scene.disclosed(held.level, out.no), open), Vec::new()).says(message);
    seen.legs = legs;
    sink.report(seen);
}
