//! Steps that are acceptable alone come to more than any of them.

use std::collections::BTreeMap;

use ambit_model::{AssetId, Exposure, Gate, RuleInfo};

use super::{Rule, Seen, Sink, single};
use crate::scene::Scene;
use crate::sequences::{Composition, Sequences, Taken};

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "toxic-sequence",
        title: "Steps that are acceptable alone come to more together",
        categories: &["ASI02:2026", "LLM06:2025", "T2:1.1", "AML.T0053", "AG-MP.2"],
        page: include_str!("toxic_sequence.md"),
    },
    check,
};

/// The names of the legs, in the order of the steps.
const LEGS: [&str; 3] = ["first", "second", "third"];

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    let sequences = Sequences::new(scene);
    for (agent, _) in scene.agents() {
        // Several that end in the same place are one finding: whoever settles one must settle all.
        let mut by_end: BTreeMap<&AssetId, Vec<Composition<'_>>> = BTreeMap::new();
        for it in sequences.of(agent) {
            let end = it.later.or(it.steps.last().map(|it| it.row)).map(|it| &it.edge.to);
            if let Some(end) = end.filter(|it| scene.asks(it)) {
                by_end.entry(end).or_default().push(it);
            }
        }
        for (end, mut all) in by_end {
            all.sort_by(|a, b| (b.tier, b.confidence, a.id).cmp(&(a.tier, a.confidence, b.id)));
            report(scene, sink, (agent, end), &all);
        }
    }
}

fn report(scene: &Scene<'_>, sink: &mut Sink<'_>, (agent, end): (&AssetId, &AssetId), all: &[Composition<'_>]) {
    let Some(worst) = all.first() else { return };
    let steps: Vec<String> =
        worst.steps.iter().zip(&worst.sequence.steps).map(|(it, step)| said(scene, agent, it, &step.does)).collect();
    let then = worst.later.map(|it| format!(", which can {}", it.edge.consequence)).unwrap_or_default();
    let names: Vec<String> = all.iter().map(|it| format!("`{}`", it.id)).collect();
    let message = format!(
        "`{}` can {}; together {}{then} ({}, {})",
        scene.map.name(agent),
        steps.join(", then "),
        worst.sequence.ends,
        worst.tier,
        names.join(", "),
    );
    let mut seen = Seen::fact(agent, end, (worst.tier, Exposure::Open), Vec::new()).says(message);
    seen.confidence = worst.confidence;
    seen.legs = LEGS.into_iter().zip(&worst.steps).map(|(leg, it)| (leg, single(it.row.no, Gate::Auto))).collect();
    seen.legs.extend(worst.later.map(|it| ("later", single(it.no, Gate::Auto))));
    let ways = worst.steps.iter().filter_map(|it| it.way.clone());
    seen.legs.extend(ways.max_by_key(|it| it.edges.len()).map(|it| ("delegation", it)));
    sink.report(seen);
}

/// A step in words: what, by which tool, by whom, and what it weighs alone.
fn said(scene: &Scene<'_>, agent: &AssetId, it: &Taken<'_>, does: &str) -> String {
    let edge = it.row.edge;
    let tool = edge.via.as_ref().map(|it| scene.map.tools.get(it).map_or(it.name(), |it| it.name.as_str()));
    let with = tool.map(|it| format!("`{it}`, ")).unwrap_or_default();
    let other = scene.map.name(&edge.from);
    match &it.way {
        _ if edge.from == *agent => format!("{does} ({with}{})", it.tier),
        Some(_) => format!("{does} by `{other}` ({with}{})", it.tier),
        None => format!("`{other}` can {does} ({with}{})", it.tier),
    }
}
