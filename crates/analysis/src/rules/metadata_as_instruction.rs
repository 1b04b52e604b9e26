//! Tool text, skills or prompts from outside enter a context, and nothing fixes what they say.

use ambit_model::facts::{InstructionFacts, InstructionKind};
use ambit_model::{AssetId, AssetKind, Exposure, Gate, RuleInfo, Tier, Verb};

use super::{Rule, Seen, Sink, single};
use crate::scene::Scene;

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "metadata-as-instruction",
        title: "An outsider writes part of its instructions",
        categories: &["ASI01:2026", "ASI04:2026", "LLM01:2025", "MCP03:2025", "AST07", "AML.T0109", "AML.T0110"],
        page: include_str!("metadata_as_instruction.md"),
    },
    check,
};

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for (agent, facts) in scene.agents() {
        let name = scene.map.name(agent);
        for (server, entry) in scene.servers(agent) {
            let loads = scene.open_edges(agent).find(|(it, _)| {
                let outside = it.reached_by.is_some_and(ambit_model::Trust::is_untrusted);
                it.verb == Verb::Loads && it.to == *server && outside
            });
            let Some((edge, gate)) = loads else { continue };
            let message = format!(
                "what `{}` says of its tools enters the context of `{name}`, and its supplier can change it at any time",
                entry.name
            );
            let mut seen =
                Seen::fact(agent, server, (Tier::T3, Exposure::Guarded), vec![entry.place.clone()]).says(message);
            seen.legs = vec![("instruction", single(&edge.id, gate))];
            sink.report(seen);
        }
        for text in facts.instructions.iter().filter(|it| is_from_outside(it) && scene.stands(&it.place)) {
            let end = AssetId::new(AssetKind::Instruction, &text.place.path);
            let kind = match text.kind {
                InstructionKind::Rules => "rules",
                InstructionKind::Skill => "skill",
                InstructionKind::Command => "command",
                InstructionKind::Prompt => "prompt",
            };
            let message = format!(
                "the {kind} `{}` comes from outside ({}) and enters the context of `{name}`; nothing fixes what it says",
                text.name, text.because
            );
            let weight = (Tier::T3, Exposure::Guarded);
            let mut seen = Seen::fact(agent, &end, weight, vec![text.place.clone()]).says(message);
            let loads = scene.map.edges_of(agent).find(|it| it.verb == Verb::Loads && it.to == end);
            seen.legs = loads.map(|it| ("instruction", single(&it.id, Gate::Auto))).into_iter().collect();
            sink.report(seen);
        }
    }
}

fn is_from_outside(text: &InstructionFacts) -> bool {
    !text.pinned && text.trust.is_untrusted()
}
