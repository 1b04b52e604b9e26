//! An action of tier T3 or higher that nothing asks about: misunderstanding needs no attacker.

use ambit_model::{Exposure, Gate, RuleInfo, Tier};

use super::{ACTIONS, Rule, Seen, Sink, single};
use crate::harm::says;
use crate::scene::Scene;

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "unguarded-consequence",
        title: "It can do something hard to take back without asking",
        categories: &["ASI02:2026", "ASI10:2026", "LLM06:2025"],
        page: include_str!("unguarded_consequence.md"),
    },
    check,
};

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for (agent, _) in scene.agents() {
        let open = scene.open_distinct(agent, ACTIONS);
        let unasked =
            open.into_iter().filter(|(it, gate)| *gate == Gate::Auto && !it.stock && it.tier >= Tier::T3);
        for (action, gate) in unasked {
            let message = format!(
                "`{}` can {} ({}, `{}`) and nothing asks first",
                scene.map.name(agent),
                says(scene.map, action.edge),
                action.tier,
                scene.map.name(&action.to),
            );
            let mut seen = Seen::fact(agent, &action.to, (action.tier, Exposure::Open), Vec::new()).says(message);
            seen.legs = vec![("action", single(action.no, gate))];
            sink.report(seen);
        }
    }
}
