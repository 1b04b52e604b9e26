//! A mode, a setting or a rule about everything that turns approvals off.

use ambit_model::facts::{Selector, SettingKind};
use ambit_model::{AgentFacts, AssetId, Confidence, Exposure, Gate, Place, ReachEdge, RuleInfo};

use super::hijackable_action::is_action;
use super::{Rule, Seen, Sink, single};
use crate::map::Row;
use crate::scene::Scene;

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "approval-bypassed",
        title: "Approvals are switched off",
        categories: &["ASI02:2026", "ASI09:2026", "LLM06:2025", "T10:1.1"],
        page: include_str!("approval_bypassed.md"),
    },
    check,
};

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for (agent, facts) in scene.agents() {
        let off = scene.settings(facts).filter(|it| it.kind == SettingKind::ApprovalsOff);
        let settings = off.map(|it| (&it.place, it.raw.as_str()));
        let all = scene.rules(facts).filter(|it| {
            it.selects == Selector::Any && it.gate == Gate::Auto && !is_mode(facts, &it.place)
        });
        let rules = all.map(|it| (&it.place, it.raw.as_str()));
        for (place, raw) in settings.chain(rules).filter(|(it, _)| !is_inherited(scene, facts, it)) {
            let Some(worst) = worst_opened(scene, agent, place, &|_| true) else { continue };
            let message = format!(
                "`{raw}` lets `{}` {} ({}, `{}`) without asking anybody",
                scene.map.name(agent),
                worst.consequence,
                worst.tier,
                scene.map.name(&worst.to),
            );
            let weight = (worst.tier, Exposure::Open);
            let mut seen = Seen::fact(agent, &worst.to, weight, vec![place.clone()]).says(message);
            seen.legs = vec![("opened", single(worst.no, Gate::Auto))];
            sink.report(seen);
        }
    }
}

/// The worst that the line at `place` lets `agent` do unasked where its client, as it comes, would have asked.
/// What nothing is known of has a rule of its own.
pub(super) fn worst_opened<'a>(
    scene: &Scene<'a>,
    agent: &AssetId,
    place: &Place,
    counts: &dyn Fn(&ReachEdge) -> bool,
) -> Option<Row<'a>> {
    let rank = |it: &ReachEdge| (it.confidence > Confidence::Possible, it.tier, is_action(it));
    scene
        .open_decided(agent, place)
        .filter(|(it, gate)| *gate == Gate::Auto && !it.stock)
        .map(|(it, _)| it)
        .filter(|it| it.verb != ambit_model::Verb::MayReach && counts(it))
        .max_by(|a, b| (rank(a), &b.id).cmp(&(rank(b), &a.id)))
}

/// Whether a setting stands at `place`: its effect on rules is judged as that of a setting.
pub(super) fn is_mode(facts: &AgentFacts, place: &Place) -> bool {
    facts.settings.iter().any(|it| it.place == *place)
}

/// Whether a sub-agent has the line at `place` from its main agent: one line is one finding.
pub(super) fn is_inherited(scene: &Scene<'_>, facts: &AgentFacts, place: &Place) -> bool {
    let main = |it: &AgentFacts| it.parent.is_none() && it.client == facts.client && it.at == facts.at;
    let says = |it: &AgentFacts| {
        it.rules.iter().any(|it| it.place == *place) || it.settings.iter().any(|it| it.place == *place)
    };
    facts.parent.is_some() && scene.map.agents.values().any(|it| main(it) && says(it))
}
