//! A credential is within reach of an agent that has a way out.

use ambit_model::{AssetId, Confidence, Gate, RuleInfo, Severity, Tier, Verb};

use super::{Held, Rule, Seen, Sink, held, single};
use crate::leak::{Reach, STEPS, best, known_to, reach};
use crate::scene::{Open, Scene};

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "credential-exposure",
        title: "It can send a credential out",
        categories: &["ASI03:2026", "LLM02:2025", "MCP01:2025", "AML.T0055", "AML.T0083", "AML.T0098", "CWE-522"],
        page: include_str!("credential_exposure.md"),
    },
    check,
};

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    let held = held(scene);
    for (agent, facts) in scene.agents() {
        for it in &held {
            if let Some(reach) = reach(scene, (agent, facts), it) {
                report(scene, sink, agent, it, &reach);
            }
        }
    }
}

fn report(scene: &Scene<'_>, sink: &mut Sink<'_>, agent: &AssetId, it: &Held<'_>, reach: &Reach<'_>) {
    let known_to = known_to(it.facts);
    let edges: Vec<Open<'_>> = scene.open_by(agent, STEPS).collect();
    let Some((step, out, open)) = best(scene, *reach, known_to, &edges) else { return };
    let stock: Vec<Open<'_>> = scene.map.stock_by(agent, STEPS).map(|it| (it, it.gate)).collect();
    let as_it_comes = best(scene, reach.in_stock(), known_to, &stock).map(|(.., open)| open);
    if as_it_comes.is_some_and(|it| Severity::of(Tier::T4, it) >= Severity::of(Tier::T4, open)) {
        return;
    }
    let how = match reach {
        Reach::Context => "has it in its context",
        Reach::Runs(_) => "runs commands where it is",
        Reach::Reads(_) => "reads the file that holds it",
    };
    let message = format!(
        "`{}` {how} and can send the {} `{}` of `{}` to `{}`",
        scene.map.name(agent),
        it.facts.kind,
        it.facts.name,
        scene.map.name(it.holder),
        scene.map.name(&out.0.to)
    );
    let mut seen = Seen::fact(agent, &it.id, (Tier::T4, open), vec![it.facts.place.clone()]).says(message);
    if it.holder == agent && it.facts.value.is_none() {
        // Of a reference it is not known whether the variable is set.
        seen.confidence = Confidence::Possible;
    }
    let holds = scene.map.edges_by(it.holder, &[Verb::Holds]).find(|edge| edge.to == it.id);
    seen.legs.extend(holds.map(|edge| ("credential", single(edge.no, Gate::Auto))));
    seen.legs.extend(step.map(|(edge, gate)| ("access", single(edge.no, gate))));
    seen.legs.push(("outbound", single(out.0.no, out.1)));
    sink.report(seen);
}
