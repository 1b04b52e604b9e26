//! Text that the model reads hides something from its human reader, or gives orders.

use std::collections::BTreeMap;

use ambit_model::facts::{SignalKind, TextSignal};
use ambit_model::{AssetId, AssetKind, Confidence, Exposure, Place, RuleInfo, Tier};

use super::{Rule, Seen, Sink};
use crate::scene::Scene;

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "hidden-instructions",
        title: "What the model is told is not what a reader sees",
        categories: &[
            "ASI01:2026",
            "ASI04:2026",
            "LLM01:2025",
            "MCP03:2025",
            "AST01",
            "AML.T0051.001",
            "AML.T0068",
            "AML.T0110",
        ],
        page: include_str!("hidden_instructions.md"),
    },
    check,
};

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    let mut texts: BTreeMap<AssetId, Vec<&TextSignal>> = BTreeMap::new();
    for (id, facts, _) in scene.started() {
        texts.entry(id.clone()).or_default().extend(&facts.signals);
        for (tool, it) in scene.map.tools.iter().filter(|(_, it)| it.server.as_ref() == Some(id)) {
            let signals = it.definition.iter().flat_map(|it| &it.signals);
            texts.entry(tool.clone()).or_default().extend(signals);
        }
    }
    for text in scene.agents().flat_map(|(_, it)| &it.instructions) {
        let id = AssetId::new(AssetKind::Instruction, &text.place.path);
        texts.entry(id).or_default().extend(&text.signals);
    }
    for (id, signals) in texts {
        report(scene, sink, &id, signals);
    }
}

/// One finding per text; what is sure and what is a mere sign are weighed apart, and the worse stands.
fn report(scene: &Scene<'_>, sink: &mut Sink<'_>, id: &AssetId, mut signals: Vec<&TextSignal>) {
    signals.retain(|it| scene.stands(&it.place));
    signals.sort();
    signals.dedup();
    let weighed = signals.iter().map(|it| (weight(it.kind), *it));
    let Some(((tier, exposure, confidence), worst)) =
        weighed.max_by_key(|((tier, exposure, confidence), it)| {
            let severity = ambit_model::Severity::of(*tier, *exposure);
            (severity, *confidence, std::cmp::Reverse(&it.place))
        })
    else {
        return;
    };
    let mut places = vec![worst.place.clone()];
    places.extend(signals.iter().map(|it| it.place.clone()).collect::<std::collections::BTreeSet<Place>>());
    let message =
        format!("`{}` has {}: `{}`", scene.map.name(id), words(worst.kind), worst.excerpt.replace('`', "'"));
    let mut seen = Seen::fact(id, id, (tier, exposure), places).says(message);
    seen.confidence = confidence;
    sink.report(seen);
}

/// What is hidden works on whoever loads it, and nobody hides text for an honest reason; an order that anybody
/// can read may be what the text is for. Shell that runs at load runs for whoever invokes it.
fn weight(kind: SignalKind) -> (Tier, Exposure, Confidence) {
    match kind {
        SignalKind::TagCharacters | SignalKind::Bidi | SignalKind::Terminal | SignalKind::HiddenComment => {
            (Tier::T3, Exposure::Open, Confidence::Certain)
        }
        SignalKind::Invisible => (Tier::T3, Exposure::Guarded, Confidence::Certain),
        SignalKind::Directive | SignalKind::Encoded => (Tier::T3, Exposure::Guarded, Confidence::Possible),
        SignalKind::ShellAtLoad => (Tier::T4, Exposure::Guarded, Confidence::Certain),
    }
}

fn words(kind: SignalKind) -> &'static str {
    match kind {
        SignalKind::Invisible => "characters that do not show",
        SignalKind::TagCharacters => "a text in characters that do not show",
        SignalKind::Bidi => "characters that turn the order of its text round",
        SignalKind::Terminal => "terminal escapes",
        SignalKind::Encoded => "a long encoded text",
        SignalKind::Directive => "an order to the model",
        SignalKind::HiddenComment => "a comment with orders, which does not show when rendered",
        SignalKind::ShellAtLoad => "a command that runs when the text is loaded",
    }
}
