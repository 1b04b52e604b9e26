//! An outsider starts an agent that may do what outsiders may not.

use ambit_model::facts::Trigger;
use ambit_model::{AssetId, Confidence, Gate, RuleInfo, Severity, Tier, Trust, Verb};

use super::{Rule, Seen, Sink, single};
use crate::harm::{says, worst_action};
use crate::leak::{Leak, leak};
use crate::map::Row;
use crate::scene::{Open, Scene};

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "untrusted-trigger",
        title: "An outsider can start it, with rights that outsiders do not have",
        categories: &["ASI01:2026", "ASI03:2026", "LLM06:2025", "T3:1.1", "AML.T0093", "CWE-862"],
        page: include_str!("untrusted_trigger.md"),
    },
    check,
};

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for (agent, facts) in scene.agents().filter(|(_, it)| !it.program.starts.is_empty()) {
        // Whoever can be trusted least is told, of several the one that brings text along.
        let fired = scene.fired_by_outsiders(agent, facts);
        let worst = fired.min_by_key(|(it, edge)| (it.trust, edge.is_none(), &it.place));
        let Some(fired) = worst else { continue };
        let (action, leak) = (worst_open(scene, agent), leak(scene, agent, facts));
        let by_action = action.and_then(|(it, gate)| Some(Severity::of(it.tier, gate.exposure()?)));
        let by_leak = leak.as_ref().map(|it| Severity::of(Tier::T4, it.exposure));
        match (action, leak) {
            (Some(action), _) if by_action >= by_leak => act(scene, sink, agent, fired, action),
            (_, Some(leak)) => tell(scene, sink, agent, fired, leak),
            _ => {}
        }
    }
}

type Fired<'a> = (&'a Trigger, Option<Open<'a>>);

/// The worst that it may do. Whom a client would ask as it comes is not there when an event starts it.
fn worst_open<'a>(scene: &Scene<'a>, agent: &AssetId) -> Option<Open<'a>> {
    let answered = |it: Row<'_>, gate: Gate| !(it.stock && gate == Gate::Prompted);
    worst_action(scene, agent, (Tier::T3, Gate::Auto), &answered)
}

fn who(trigger: &Trigger) -> &'static str {
    if trigger.trust == Trust::Public { "anybody" } else { "somebody outside" }
}

fn act(
    scene: &Scene<'_>,
    sink: &mut Sink<'_>,
    agent: &AssetId,
    (trigger, brings): Fired<'_>,
    (action, gate): Open<'_>,
) {
    let Some(open) = gate.exposure() else { return };
    let held = scene.open_by(agent, &[Verb::Holds]).map(|it| it.0).next();
    let with = held.map(|it| format!(", and it holds `{}`", scene.map.name(&it.edge.to))).unwrap_or_default();
    let message = format!(
        "{} can start `{}` by `{}` and nothing checks who it is; it can {} ({}, `{}`){with}",
        who(trigger),
        scene.map.name(agent),
        trigger.event,
        says(scene.map, action.edge),
        action.tier,
        scene.map.name(&action.edge.to),
    );
    let weight = (action.tier, open);
    let mut seen = Seen::fact(agent, &action.edge.to, weight, vec![trigger.place.clone()]).says(message);
    seen.legs.extend(brings.map(|(it, gate)| ("trigger", single(it.no, gate))));
    seen.legs.push(("action", single(action.no, gate)));
    seen.legs.extend(held.map(|it| ("credential", single(it.no, Gate::Auto))));
    sink.report(seen);
}

fn tell(scene: &Scene<'_>, sink: &mut Sink<'_>, agent: &AssetId, (trigger, brings): Fired<'_>, leak: Leak<'_>) {
    let message = format!(
        "{} can start `{}` by `{}` and nothing checks who it is; it can send the {} `{}` that it holds to `{}`",
        who(trigger),
        scene.map.name(agent),
        trigger.event,
        leak.kind,
        leak.name,
        scene.map.name(&leak.out.0.edge.to),
    );
    let weight = (Tier::T4, leak.exposure);
    let mut seen = Seen::fact(agent, &leak.credential, weight, vec![trigger.place.clone()]).says(message);
    seen.confidence = Confidence::Likely;
    seen.legs.extend(brings.map(|(it, gate)| ("trigger", single(it.no, gate))));
    seen.legs.extend(leak.holds.map(|it| ("credential", single(it.no, Gate::Auto))));
    seen.legs.extend(leak.step.map(|(it, gate)| ("access", single(it.no, gate))));
    seen.legs.push(("outbound", single(leak.out.0.no, leak.out.1)));
    sink.report(seen);
}
