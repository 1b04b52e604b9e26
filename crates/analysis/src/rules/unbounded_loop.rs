//! Outsiders start a loop that nothing ends.

use ambit_model::{BlastRadius, Confidence, Exposure, Reversibility, RuleInfo, Tier};

use super::{Rule, Seen, Sink, single};
use crate::scene::Scene;

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "unbounded-loop",
        title: "Outsiders can start a loop that nothing ends",
        categories: &["ASI08:2026", "LLM10:2025", "T4:1.1", "MSFM1-17", "AML.T0034.002", "CWE-770"],
        page: include_str!("unbounded_loop.md"),
    },
    check,
};

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    // What a run costs is gone; that runs go on is mended once somebody sees it.
    let tier = Tier::of(Reversibility::Recoverable, BlastRadius::Organization);
    for (agent, facts) in scene.agents().filter(|(it, facts)| scene.is_endless(it, facts)) {
        let fired = scene.fired_by_outsiders(agent, facts);
        let Some((trigger, brings)) = fired.min_by_key(|(it, edge)| (it.trust, edge.is_none(), &it.place)) else {
            continue;
        };
        let message = format!(
            "outsiders can start `{}` by `{}`, and nothing on the map ends its loop: no limit on steps, time or cost",
            scene.map.name(agent),
            trigger.event,
        );
        let evidence = facts.places.iter().take(1).chain([&trigger.place]).cloned().collect();
        let mut seen = Seen::fact(agent, agent, (tier, Exposure::Open), evidence).says(message);
        // A limit may stand where no reader looks; where something could not be followed, nobody knows.
        let followed = facts.program.unresolved.is_empty();
        seen.confidence = if followed { Confidence::Likely } else { Confidence::Possible };
        seen.legs.extend(brings.map(|(it, gate)| ("trigger", single(it.no, gate))));
        sink.report(seen);
    }
}
