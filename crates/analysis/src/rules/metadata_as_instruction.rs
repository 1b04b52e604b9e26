//! Tool text, skills or prompts from outside enter a context, and nothing fixes what they say.

use std::collections::BTreeMap;

use ambit_model::facts::{InstructionFacts, InstructionKind};
use ambit_model::{AssetId, Exposure, ReachEdge, RuleInfo, Tier, Verb};

use super::unpinned_package::lines;
use super::{Rule, Seen, Sink, single};
use crate::map::Row;
use crate::overlay::Said;
use crate::scene::{Open, Scene};

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
        let loads = loads(scene, agent);
        for (server, entry) in scene.servers(agent) {
            let Some((edge, gate)) = loads.get(server) else { continue };
            let package = scene.map.servers.get(server).and_then(|it| it.launch.package.as_ref());
            if package.is_some_and(|it| !scene.says(&it.place, Said::Version)) {
                continue;
            }
            let mut places = vec![entry.place.clone()];
            if let Some(package) = package {
                places = lines(package, places);
            }
            let message = format!(
                "what `{}` says of its tools enters the context of `{name}`, and its supplier can change it at any time",
                entry.name
            );
            let mut seen =
                Seen::fact(agent, server, (Tier::T3, Exposure::Guarded), places).says(message);
            seen.legs = vec![("instruction", single(edge.no, *gate))];
            sink.report(seen);
        }
        for text in facts.instructions.iter().filter(|it| is_from_outside(it) && scene.stands(&it.place)) {
            let of_text = |it: &ReachEdge| it.provenance.iter().any(|it| it.place() == Some(&text.place));
            let loaded = scene.open_by(agent, &[Verb::Loads]).find(|(it, _)| of_text(it.edge));
            let Some((edge, gate)) = loaded else { continue };
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
            let mut seen = Seen::fact(agent, &edge.to, weight, vec![text.place.clone()]).says(message);
            seen.legs = vec![("instruction", single(edge.no, gate))];
            sink.report(seen);
        }
    }
}

/// What the agent loads that an outsider writes.
fn loads<'a>(scene: &Scene<'a>, agent: &AssetId) -> BTreeMap<&'a AssetId, Open<'a>> {
    let outside = |it: &Row<'_>| it.reached_by.is_some_and(ambit_model::Trust::is_untrusted);
    let loads = scene.open_by(agent, &[Verb::Loads]).filter(|(it, _)| outside(it));
    loads.map(|(it, gate)| (&it.edge.to, (it, gate))).collect()
}

fn is_from_outside(text: &InstructionFacts) -> bool {
    !text.pinned && text.trust.is_untrusted()
}
