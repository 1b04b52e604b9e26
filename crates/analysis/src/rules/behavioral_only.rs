//! Nothing but a model's judgement stands before what is hard to take back.

use ambit_model::facts::{Guard, SettingKind};
use ambit_model::{AgentFacts, AssetId, Exposure, Gate, RuleInfo, Tier};

use super::approval_bypassed::{is_inherited, worst_opened};
use super::hijackable_action::is_action;
use super::{Rule, Seen, Sink, single};
use crate::harm::{says, worst_action};
use crate::map::Row;
use crate::scene::Scene;

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "behavioral-only",
        title: "Only a model's judgement stands before what is hard to take back",
        categories: &["ASI01:2026", "ASI02:2026", "LLM06:2025", "T6:1.1"],
        page: include_str!("behavioral_only.md"),
    },
    check,
};

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for (agent, facts) in scene.agents() {
        let judges = scene
            .settings(facts)
            .filter(|it| matches!(it.kind, SettingKind::ClassifierApproves | SettingKind::Detector))
            .filter(|it| !is_inherited(scene, facts, &it.place));
        for setting in judges {
            let counts = |it: &ambit_model::ReachEdge| is_action(it) && it.tier >= Tier::T3;
            let Some(worst) = worst_opened(scene, agent, &setting.place, &counts) else { continue };
            let message = format!(
                "with `{}` a model decides in the user's place whether `{}` may {} ({}, `{}`)",
                setting.raw,
                scene.map.name(agent),
                worst.consequence,
                worst.tier,
                scene.map.name(&worst.to),
            );
            let weight = (worst.tier, Exposure::Open);
            let mut seen = Seen::fact(agent, &worst.to, weight, vec![setting.place.clone()]).says(message);
            seen.legs = vec![("opened", single(worst.no, Gate::Auto))];
            sink.report(seen);
        }
        guarded(scene, sink, agent, facts);
    }
}

/// Guards of a program judge what comes in or goes out, and stand before no call.
fn guarded(scene: &Scene<'_>, sink: &mut Sink<'_>, agent: &AssetId, facts: &AgentFacts) {
    let guards: Vec<&Guard> = facts.program.guards.iter().filter(|it| scene.stands(&it.place)).collect();
    let Some(first) = guards.first() else { return };
    let unasked = |it: Row<'_>, gate: Gate| gate == Gate::Auto && !it.edge.stock;
    let Some((worst, gate)) = worst_action(scene, agent, (Tier::T3, Gate::Auto), &unasked) else { return };
    let more = if guards.len() > 1 { format!(" and {} more", guards.len() - 1) } else { String::new() };
    let message = format!(
        "nothing but `{}` ({}){more} stands before what `{}` can do: {} ({}, `{}`)",
        first.name,
        first.how,
        scene.map.name(agent),
        says(scene.map, worst.edge),
        worst.tier,
        scene.map.name(&worst.to),
    );
    let places = guards.iter().map(|it| it.place.clone()).collect();
    let mut seen = Seen::fact(agent, &worst.edge.to, (worst.tier, Exposure::Open), places).says(message);
    seen.legs = vec![("opened", single(worst.no, gate))];
    sink.report(seen);
}
