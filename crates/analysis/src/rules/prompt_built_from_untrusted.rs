//! What outsiders write stands among the instructions of an agent that can do something.

use ambit_model::facts::Insert;
use ambit_model::{AssetId, RuleInfo, Severity, Tier, Trust, Verb};

use super::{ACTIONS, Rule, Seen, Sink, exposure, single};
use crate::harm::says;
use crate::scene::{Open, Scene};

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "prompt-built-from-untrusted",
        title: "What outsiders write is put among its instructions",
        categories: &["ASI01:2026", "LLM01:2025", "T6:1.1", "MCP10:2025", "AML.T0051", "CWE-74"],
        page: include_str!("prompt_built_from_untrusted.md"),
    },
    check,
};

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for (agent, facts) in scene.agents() {
        let among = facts.program.prompts.iter().filter(|it| it.among_instructions && scene.stands(&it.place));
        // One finding for an agent, whatever is put in: the first line is mended, then the next is told.
        let brought = among.filter_map(|it| Some((it, brings(scene, agent, it)?)));
        let Some((insert, from)) = brought.min_by_key(|(it, from)| (from.1, it.trust, &it.place)) else {
            continue;
        };
        if let Some(worst) = worst(scene, agent, from) {
            report(scene, sink, agent, (insert, from), worst);
        }
    }
}

/// The edge over which outsiders' text is put in. A correction or a control may have settled it.
fn brings<'a>(scene: &Scene<'a>, agent: &AssetId, insert: &Insert) -> Option<Open<'a>> {
    let mut edges = scene.open_by(agent, &[Verb::Ingests]);
    edges.find(|(it, _)| {
        let from = it.edge.via.is_none() && it.edge.to == insert.from.id;
        from && insert.trust.is_untrusted() && it.reached_by.is_some_and(Trust::is_untrusted)
    })
}

/// The worst that it can be told to do or to give away.
fn worst<'a>(scene: &Scene<'a>, agent: &AssetId, from: Open<'_>) -> Option<Open<'a>> {
    let acts = scene.open_by(agent, ACTIONS).chain(scene.open_by(agent, &[Verb::Sends]));
    let told = acts.filter(|(it, _)| !it.stock && it.tier >= Tier::T2);
    let rank = |(it, gate): &Open<'a>| {
        Some((Severity::of(it.tier, exposure([*gate, from.1])?), it.tier, it.confidence, std::cmp::Reverse((it.edge.via.as_ref(), &it.edge.to))))
    };
    told.max_by(|a, b| rank(a).cmp(&rank(b)))
}

fn report(
    scene: &Scene<'_>,
    sink: &mut Sink<'_>,
    agent: &AssetId,
    (insert, from): (&Insert, Open<'_>),
    (worst, gate): Open<'_>,
) {
    let Some(open) = exposure([from.1, gate]) else { return };
    let message = format!(
        "`{}` is put among the instructions of `{}`, and outsiders write it (`{}`); it can {} ({}, `{}`)",
        insert.what,
        scene.map.name(agent),
        scene.map.name(&insert.from.id),
        says(scene.map, worst.edge),
        worst.tier,
        scene.map.name(&worst.edge.to),
    );
    let weight = (worst.tier, open);
    let mut seen = Seen::fact(agent, &worst.edge.to, weight, vec![insert.place.clone()]).says(message);
    seen.legs = vec![("instruction", single(from.0.no, from.1)), ("action", single(worst.no, gate))];
    sink.report(seen);
}
