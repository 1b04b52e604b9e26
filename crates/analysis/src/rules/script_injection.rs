//! What outsiders write is put into a script beside an agent, before a shell takes it apart.

use ambit_model::facts::Insert;
use ambit_model::{AgentFacts, AssetId, Confidence, Exposure, RuleInfo, Tier};

use super::{Rule, Seen, Sink};
use crate::scene::Scene;

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "script-injection",
        title: "What outsiders write is run as a script beside it",
        categories: &["ASI05:2026", "T11:1.1", "AML.T0050", "CWE-78", "CWE-94"],
        page: include_str!("script_injection.md"),
    },
    check,
};

/// Where such a script runs.
const RUNNER: &str = "env:runner";

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for (agent, facts) in scene.agents() {
        let put_in = facts.program.scripts.iter();
        let put_in = put_in.filter(|it| it.trust.is_untrusted() && scene.stands(&it.place));
        // One finding for an agent: the first line is mended, then the next is told.
        if let Some(insert) = put_in.min_by_key(|it| (it.trust, &it.place)) {
            report(scene, sink, agent, facts, insert);
        }
    }
}

fn report(scene: &Scene<'_>, sink: &mut Sink<'_>, agent: &AssetId, facts: &AgentFacts, insert: &Insert) {
    // With nothing at hand, commands come no further than a machine that is thrown away.
    let has_rights = !facts.credentials.is_empty() || facts.program.tokens.iter().any(|it| !it.lets.is_empty());
    let tier = if has_rights { Tier::T3 } else { Tier::T2 };
    let with = match facts.credentials.first() {
        Some(held) => format!(", next to `{}`", held.name),
        None => String::new(),
    };
    let message = format!(
        "`{}` is put into a script of the job that runs `{}`: whoever writes it (`{}`) runs commands there{with}",
        insert.what,
        scene.map.name(agent),
        insert.from.name,
    );
    let end = AssetId::from_text(RUNNER);
    let mut seen = Seen::fact(agent, &end, (tier, Exposure::Open), vec![insert.place.clone()]).says(message);
    seen.confidence = Confidence::Likely;
    sink.report(seen);
}
