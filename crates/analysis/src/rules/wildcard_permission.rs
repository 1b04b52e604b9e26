//! A rule that approves everything that a powerful tool or a whole server can do.

use ambit_model::facts::{PermissionRule, Selector};
use ambit_model::{Exposure, Gate, ReachEdge, RuleInfo, Tier};

use super::approval_bypassed::{is_inherited, is_mode, worst_opened};
use super::hijackable_action::is_action;
use super::{Rule, Seen, Sink, single};
use crate::scene::Scene;

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "wildcard-permission",
        title: "One approval covers everything a powerful tool can do",
        categories: &["ASI02:2026", "ASI03:2026", "LLM06:2025", "MCP02:2025", "T3:1.1"],
        page: include_str!("wildcard_permission.md"),
    },
    check,
};

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for (agent, facts) in scene.agents() {
        let whole = scene.rules(facts).filter(|it| it.gate == Gate::Auto && is_whole(it));
        let own = whole.filter(|it| !is_mode(facts, &it.place) && !is_inherited(scene, facts, &it.place));
        for rule in own {
            let counts = |it: &ReachEdge| is_action(it) && it.tier >= Tier::T3;
            let Some(worst) = worst_opened(scene, agent, &rule.place, &counts) else { continue };
            let message = format!(
                "`{}` approves every call for `{}`, among them to {} ({}, `{}`)",
                rule.raw,
                scene.map.name(agent),
                worst.consequence,
                worst.tier,
                scene.map.name(&worst.to),
            );
            let weight = (worst.tier, Exposure::Open);
            let mut seen = Seen::fact(agent, &worst.to, weight, vec![rule.place.clone()]).says(message);
            seen.legs = vec![("opened", single(worst.no, Gate::Auto))];
            sink.report(seen);
        }
    }
}

/// A tool without any limit, or all tools of a server. A rule about all calls is a bypass and not a wildcard.
fn is_whole(rule: &PermissionRule) -> bool {
    match &rule.selects {
        Selector::Builtin { limit, .. } => limit.is_none(),
        Selector::Server { tool, .. } => tool.contains('*'),
        Selector::Any => false,
    }
}
