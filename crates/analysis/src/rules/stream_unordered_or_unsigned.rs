//! An agent acts on messages of which nothing says who sent them, or in which order.

use ambit_model::facts::Stream;
use ambit_model::{AssetId, Exposure, Gate, RuleInfo, Tier, Trust, Verb};

use super::{Rule, Seen, Sink, single};
use crate::flow::Way;
use crate::harm::{says, worst_action};
use crate::map::Row;
use crate::scene::{Open, Scene};

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "stream-unordered-or-unsigned",
        title: "It acts on messages whose sender or order nothing guarantees",
        categories: &["ASI07:2026", "T12:1.1", "T16:1.1", "CWE-345", "CWE-294", "CWE-924"],
        page: include_str!("stream_unordered_or_unsigned.md"),
    },
    check,
};

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for (agent, facts) in scene.agents() {
        let consumed = facts.program.streams.iter().filter(|it| it.consumes && scene.stands(&it.place));
        for stream in consumed.filter(|it| it.signed.is_none() || it.ordered.is_none()) {
            let mut reads = scene.open_by(agent, &[Verb::Reads]);
            let of_stream = |it: &Open<'_>| it.0.edge.via.is_none() && it.0.edge.to == stream.on.id;
            let Some(read) = reads.find(of_stream).filter(|_| scene.asks(&stream.on.id)) else { continue };
            // To put its own words there is no harm beyond what is sent.
            let elsewhere = |it: Row<'_>, _: Gate| it.edge.to != stream.on.id;
            if let Some(action) = worst_action(scene, agent, (Tier::T3, read.1), &elsewhere) {
                report(scene, sink, agent, (stream, read), action);
            }
        }
    }
}

/// Whoever outsiders steer and who may write to the stream, with the way to there.
fn forger<'a>(scene: &Scene<'a>, agent: &AssetId, stream: &Stream) -> Option<(&'a AssetId, Way)> {
    let (writes, _) = scene.kept_at(&stream.on.id)?;
    let forged = writes.into_iter().filter(|it| it.0.edge.from != *agent).filter_map(|write| {
        let from = &write.0.edge.from;
        let way = scene.drives(from, write.0.no)?.0;
        let edges = way.edges.iter().copied().chain([write.0.no]).collect();
        Some((from, Way { gate: way.gate.max(write.1), edges }))
    });
    forged.min_by(|a, b| a.1.rank().cmp(&b.1.rank()))
}

fn report(
    scene: &Scene<'_>,
    sink: &mut Sink<'_>,
    agent: &AssetId,
    (stream, read): (&Stream, Open<'_>),
    (action, gate): Open<'_>,
) {
    let trust = scene.map.assets.get(&stream.on.id).and_then(|it| it.trust);
    let forger = if stream.signed.is_none() { forger(scene, agent, stream) } else { None };
    // Somebody who may write to the stream must misbehave first, unless outsiders get there.
    let gates = match &forger {
        _ if trust.is_some_and(Trust::is_untrusted) => Some(Gate::Auto),
        Some((_, way)) => Some(way.gate),
        None => None,
    };
    let open = match gates.map(|it| it.max(read.1).max(gate)) {
        Some(gate) => gate.exposure(),
        None => Some(Exposure::Guarded),
    };
    let Some(open) = open else { return };
    let lacks = match (&stream.signed, &stream.ordered) {
        (None, None) => "nothing checks who sent a message or in which order they come",
        (None, Some(_)) => "nothing checks who sent a message",
        _ => "nothing keeps the order of messages, or notices one that comes twice",
    };
    let by = forger.as_ref().map(|(it, _)| {
        format!("; `{}`, which outsiders steer, may write there as anybody", scene.map.name(it))
    });
    let message = format!(
        "`{}` acts on `{}` ({}), and {lacks}{}; it can {} ({}, `{}`)",
        scene.map.name(agent),
        scene.map.name(&stream.on.id),
        stream.broker,
        by.unwrap_or_default(),
        says(scene.map, action.edge),
        action.tier,
        scene.map.name(&action.edge.to),
    );
    let weight = (action.tier, open);
    let mut seen = Seen::fact(agent, &stream.on.id, weight, vec![stream.place.clone()]).says(message);
    seen.legs = vec![("stream", single(read.0.no, read.1)), ("action", single(action.no, gate))];
    seen.legs.extend(forger.map(|(_, way)| ("untrusted", way)));
    sink.report(seen);
}
