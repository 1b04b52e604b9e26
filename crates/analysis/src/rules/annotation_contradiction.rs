//! A tool says of itself that it changes nothing, and it does.

use ambit_model::facts::Annotations;
use ambit_model::{Asset, Basis, Confidence, Effect, EffectFact, Exposure, Gate, ReachEdge, Reversibility, RuleInfo, Severity, ToolDefinition, Verb};

use super::{Rule, Seen, Sink, exposure, single};
use crate::scene::Scene;

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "annotation-contradiction",
        title: "It says that it is harmless, and it is not",
        categories: &["ASI02:2026", "ASI09:2026", "MCP03:2025", "AST04", "CWE-451"],
        page: include_str!("annotation_contradiction.md"),
    },
    check,
};

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for (id, tool) in &scene.map.tools {
        let Some(definition) = &tool.definition else { continue };
        let Some(denied) = scene.map.assets.get(id).and_then(|it| denied(it, definition)) else { continue };
        for (agent, _) in scene.agents() {
            let edges =
                scene.open_via(agent, id).filter(|(it, _)| verb(&denied.fact.effect) == Some(it.verb));
            let worst = edges.filter_map(|(it, gate)| Some((weigh(it.edge, gate)?, it, gate)));
            let Some(((_, open), edge, gate)) = worst.max_by(|a, b| (a.0.0, &b.1.id).cmp(&(b.0.0, &a.1.id)))
            else {
                continue;
            };
            let yet = match denied.fact.basis {
                Basis::Inferred => "its definition says otherwise",
                _ => "it can",
            };
            let message =
                format!("`{}` says `{}`, yet {yet}: {}", tool.name, denied.claim, denied.fact.because);
            let places = vec![definition.place.clone()];
            let mut seen = Seen::fact(agent, id, (edge.tier, open), places).says(message);
            seen.confidence = denied.confidence;
            seen.legs = vec![("action", single(edge.no, gate))];
            sink.report(seen);
        }
    }
}

fn weigh(edge: &ReachEdge, gate: Gate) -> Option<(Severity, Exposure)> {
    let open = exposure([gate])?;
    Some((Severity::of(edge.tier, open), open))
}

/// An effect that a claim denies.
struct Denied<'a> {
    claim: &'static str,
    fact: &'a EffectFact,
    confidence: Confidence,
}

fn denied<'a>(asset: &'a Asset, definition: &ToolDefinition) -> Option<Denied<'a>> {
    let Annotations { read_only, destructive, .. } = definition.annotations;
    let first = |of: fn(&Effect) -> bool| asset.effects.iter().find(|it| of(&it.effect));
    if read_only == Some(true) {
        let fact = first(changes)?;
        return Some(Denied { claim: "readOnlyHint: true", fact, confidence: Confidence::Certain });
    }
    if destructive != Some(false) {
        return None;
    }
    let claim = "destructiveHint: false";
    let runs = first(|it| matches!(it, Effect::Executes { .. }));
    if let Some(fact) = runs {
        return Some(Denied { claim, fact, confidence: Confidence::Certain });
    }
    // What cannot be taken back may still only add: a claim about destroying does not speak of that.
    let lasts = |it: &Effect| matches!(it, Effect::Writes { reversibility: Reversibility::Irreversible, .. });
    first(lasts).map(|fact| Denied { claim, fact, confidence: Confidence::Possible })
}

/// Spending changes nothing that a tool is about. Sending is no change of its own: a search sends its words, and
/// what is posted is a write as well.
fn changes(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::Writes { .. } | Effect::Executes { .. } | Effect::Grants
    )
}

fn verb(effect: &Effect) -> Option<Verb> {
    match effect {
        Effect::Writes { .. } => Some(Verb::Writes),
        Effect::Executes { .. } => Some(Verb::Executes),
        Effect::Grants => Some(Verb::Grants),
        _ => None,
    }
}
