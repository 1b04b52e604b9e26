//! A tool says of itself that it changes nothing, and it does.

use ambit_model::facts::Annotations;
use ambit_model::{Asset, AssetId, Basis, Confidence, Effect, EffectFact, Exposure, Gate, ReachEdge, Reversibility, RuleInfo, Severity, ToolDefinition, Verb};

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
            let says = if denied.is_name { "is called" } else { "says" };
            let message =
                format!("`{}` {says} `{}`, yet {yet}: {}", tool.name, denied.claim, denied.fact.because);
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
    /// Whether only its name says so.
    is_name: bool,
}

fn denied<'a>(asset: &'a Asset, definition: &ToolDefinition) -> Option<Denied<'a>> {
    let Annotations { read_only, destructive, .. } = definition.annotations;
    let first = |of: fn(&Effect) -> bool| asset.effects.iter().find(|it| of(&it.effect));
    if (read_only, destructive) == (None, None) {
        return denied_in_words(asset, definition);
    }
    if read_only == Some(true) {
        let fact = first(changes)?;
        return Some(Denied { claim: "readOnlyHint: true", fact, confidence: Confidence::Certain, is_name: false });
    }
    if destructive != Some(false) {
        return None;
    }
    let claim = "destructiveHint: false";
    let runs = first(|it| matches!(it, Effect::Executes { .. }));
    if let Some(fact) = runs {
        return Some(Denied { claim, fact, confidence: Confidence::Certain, is_name: false });
    }
    // What cannot be taken back may still only add: a claim about destroying does not speak of that.
    let lasts = |it: &Effect| matches!(it, Effect::Writes { reversibility: Reversibility::Irreversible, .. });
    first(lasts).map(|fact| Denied { claim, fact, confidence: Confidence::Possible, is_name: false })
}

/// What a body does that the tool's name, or what is written above it, leaves no room for. Both are only words: somebody who
/// reads them expects it, and nobody has promised it.
fn denied_in_words<'a>(asset: &'a Asset, definition: &ToolDefinition) -> Option<Denied<'a>> {
    const CODE: [&str; 8] = ["py", "ipynb", "ts", "tsx", "mts", "js", "jsx", "mjs"];
    let ending = definition.place.path.rsplit('.').next().unwrap_or_default();
    let (claim, confidence, is_name) = if says_read_only(&definition.description) {
        ("read-only", Confidence::Likely, false)
    } else {
        (reading_word(&definition.name)?, Confidence::Possible, true)
    };
    let fact = asset.effects.iter().find(|it| it.basis == Basis::Catalog && acts(it))?;
    CODE.contains(&ending).then_some(Denied { claim, fact, confidence, is_name })
}

/// Whether the effect changes something, or speaks to people: a request to an address may only be a question.
fn acts(fact: &EffectFact) -> bool {
    const PEOPLE: [&str; 9] = ["mail", "slack", "discord", "telegram", "teams", "phone", "social", "github", "gitlab"];
    let on = fact.object.as_ref().map(AssetId::as_str).unwrap_or_default();
    let to_people = on.strip_prefix("channel:").is_some_and(|it| PEOPLE.iter().any(|word| it.starts_with(word)));
    match fact.effect {
        Effect::Writes { .. } => on.starts_with("store:") || to_people,
        Effect::Sends { .. } => to_people,
        Effect::Executes { .. } | Effect::Grants => true,
        _ => false,
    }
}

fn says_read_only(description: &str) -> bool {
    let text = description.to_ascii_lowercase();
    ["read-only", "read only", "does not modify", "does not change", "without changing"].iter().any(|it| text.contains(it))
}

/// The word that a name begins with, where it is one for reading and none of the others is one for acting.
fn reading_word(name: &str) -> Option<&'static str> {
    const READING: [&str; 11] =
        ["get", "read", "list", "show", "view", "lookup", "describe", "count", "check", "inspect", "peek"];
    let spelled: String = name.chars().flat_map(|it| it.is_uppercase().then_some('_').into_iter().chain([it])).collect();
    let mut words = spelled.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
    let first = words.next()?.to_ascii_lowercase();
    // `get_or_create`, `list_and_clean`: it says what else it does.
    let only = words.all(|it| !["or", "and", "then"].contains(&it.to_ascii_lowercase().as_str()));
    READING.iter().copied().find(|it| *it == first).filter(|_| only)
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
        Effect::Sends { .. } => Some(Verb::Sends),
        _ => None,
    }
}
