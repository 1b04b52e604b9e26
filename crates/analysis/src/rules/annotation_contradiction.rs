//! A tool says of itself that it changes nothing, and it does.

use ambit_model::facts::Annotations;
use ambit_model::{Asset, Basis, Effect, EffectFact, Exposure, Gate, ReachEdge, Reversibility, RuleInfo, Severity, Verb};

use super::{Rule, Seen, Sink, exposure, single};
use crate::map::Tool;
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
    for (agent, _) in scene.agents() {
        for (id, tool) in &scene.map.tools {
            let Some((claim, fact)) = scene.map.assets.get(id).and_then(|it| contradiction(it, tool)) else {
                continue;
            };
            let edges = scene.open_edges(agent).filter(|(it, _)| it.via.as_ref() == Some(id));
            let edges = edges.filter(|(it, _)| verb(&fact.effect) == Some(it.verb));
            let worst = edges.filter_map(|(it, gate)| Some((weigh(it, gate)?, it, gate)));
            let Some(((_, open), edge, gate)) = worst.max_by(|a, b| (a.0.0, &b.1.id).cmp(&(b.0.0, &a.1.id))) else {
                continue;
            };
            let message = format!(
                "`{}` says `{claim}`, yet it can {}{}",
                tool.name,
                if fact.basis == Basis::Catalog { "" } else { "by its definition: " },
                fact.because
            );
            let places = tool.definition.iter().map(|it| it.place.clone()).collect();
            let mut seen = Seen::fact(agent, id, (edge.tier, open), places).says(message);
            seen.legs = vec![("action", single(&edge.id, gate))];
            sink.report(seen);
        }
    }
}

fn weigh(edge: &ReachEdge, gate: Gate) -> Option<(Severity, Exposure)> {
    let open = exposure([gate])?;
    Some((Severity::of(edge.tier, open), open))
}

/// The claim, and the first effect that it denies.
fn contradiction<'a>(asset: &'a Asset, tool: &Tool) -> Option<(&'static str, &'a EffectFact)> {
    let Annotations { read_only, destructive, .. } = tool.definition.as_ref()?.annotations;
    if read_only == Some(true) {
        let fact = asset.effects.iter().find(|it| changes(&it.effect))?;
        return Some(("readOnlyHint: true", fact));
    }
    let fact = asset.effects.iter().find(|it| destroys(&it.effect))?;
    (destructive == Some(false)).then_some(("destructiveHint: false", fact))
}

/// Sending is no change of its own: a search sends its words, and what is posted is a write as well.
fn changes(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::Writes { .. } | Effect::Executes { .. } | Effect::Spends { .. } | Effect::Grants
    )
}

fn destroys(effect: &Effect) -> bool {
    matches!(effect, Effect::Writes { reversibility: Reversibility::Irreversible, .. } | Effect::Executes { .. })
}

fn verb(effect: &Effect) -> Option<Verb> {
    match effect {
        Effect::Writes { .. } => Some(Verb::Writes),
        Effect::Executes { .. } => Some(Verb::Executes),
        Effect::Spends { .. } => Some(Verb::Spends),
        Effect::Grants => Some(Verb::Grants),
        _ => None,
    }
}
