//! Text that the model reads hides something from its human reader, or gives orders.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::schema::CommandClass;
use ambit_model::facts::{SignalKind, TextSignal};
use ambit_model::{AssetId, AssetKind, Confidence, Exposure, Place, RuleInfo, Severity, Tier};

use super::{Rule, Seen, Sink};
use crate::overlay::Said;
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

/// A text that a model reads: its id, what it belongs to, what is suspicious in it, where it begins.
type Texts<'a> = BTreeMap<(AssetId, AssetId), (Vec<&'a TextSignal>, BTreeSet<&'a Place>)>;

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    let mut texts = Texts::new();
    let started: BTreeMap<&AssetId, _> = scene.started().into_iter().map(|(id, it, _)| (id, it)).collect();
    for (id, facts) in &started {
        texts.entry(((*id).clone(), (*id).clone())).or_default().0.extend(&facts.signals);
    }
    for (id, tool) in &scene.map.tools {
        let Some(definition) = tool.definition.as_ref().filter(|it| !it.signals.is_empty()) else { continue };
        // A tool that a program gives its agent itself has no server.
        let of = tool.server.as_ref().unwrap_or(id);
        if tool.server.is_none() || started.contains_key(of) {
            texts.entry((id.clone(), of.clone())).or_default().0.extend(&definition.signals);
        }
    }
    for text in scene.agents().flat_map(|(_, it)| &it.instructions).filter(|it| scene.says(&it.place, Said::Text)) {
        let id = AssetId::new(AssetKind::Instruction, &text.place.path);
        let entry = texts.entry((id.clone(), id)).or_default();
        entry.0.extend(&text.signals);
        entry.1.insert(&text.place);
    }
    for ((text, of), (signals, starts)) in texts {
        report(scene, sink, (&text, &of), (signals, &starts));
    }
}

/// One finding per text, as bad as the worst that is in it.
fn report(
    scene: &Scene<'_>,
    sink: &mut Sink<'_>,
    (id, of): (&AssetId, &AssetId),
    (mut signals, starts): (Vec<&TextSignal>, &BTreeSet<&Place>),
) {
    signals.retain(|it| scene.says(&it.place, Said::Text) && !only_shows(scene, it));
    signals.sort();
    signals.dedup();
    let worst = signals.iter().max_by_key(|it| {
        let (tier, exposure, confidence) = weight(it.kind);
        (Severity::of(tier, exposure), confidence, std::cmp::Reverse(&it.place))
    });
    let Some(worst) = worst else { return };
    let (tier, exposure, confidence) = weight(worst.kind);
    let mut places = vec![worst.place.clone()];
    places.extend(signals.iter().map(|it| it.place.clone()));
    places.extend(starts.iter().map(|it| (*it).clone()));
    let message =
        format!("`{}` has {}: `{}`", scene.map.name(id), words(worst.kind), worst.excerpt.replace('`', "'"));
    let mut seen = Seen::fact(id, of, (tier, exposure), places).says(message);
    seen.confidence = confidence;
    sink.report(seen);
}

/// Whether it is a single command that shows state and cannot be made to do more.
fn only_shows(scene: &Scene<'_>, signal: &TextSignal) -> bool {
    let line = signal.excerpt.trim();
    if signal.kind != SignalKind::ShellAtLoad || line.contains([';', '|', '&', '$', '`', '<', '>', '…']) {
        return false;
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    let Some((program, arguments)) = words.split_first() else { return true };
    scene.catalog.command(program).is_some_and(|it| {
        it.class_after(arguments) == CommandClass::Inspects
            && it.escape(arguments, false).is_none()
            && it.output(arguments, false).is_none()
    })
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
