//! What was computed, as people and programs are told it: rounded, named, and with its reasons.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::AssetId;
use ambit_model::risk::{Carried, EndKind, Input, Path, Share, Step};

use super::ends::Top;
use super::losses::EndGroup;
use super::network::What;
use super::paths::{Way, Ways};
use super::rank::{Weighed, exposed, role};
use super::scenarios::Scenarios;
use super::state::State;
use super::trial::Trial;
use crate::index::EdgeNo;

/// How many ends are told of one thing that is ranked.
const FEW: usize = 3;

/// Four digits: more than anything here is known to, and the same on every machine.
pub(super) fn rounded(number: f64) -> f64 {
    // What is added takes the sign from a zero.
    format!("{number:.3e}").parse::<f64>().unwrap_or_default() + 0.0
}

/// Where the curve has its points: three to a power of ten, up to the most that was drawn.
pub(super) fn grid(most: f64, points: usize) -> Vec<f64> {
    if most <= 0.0 {
        return Vec::new();
    }
    let mut losses = Vec::new();
    let mut power = 1.0;
    while power < most {
        power *= 10.0;
    }
    while power > most {
        power /= 10.0;
    }
    // From the top down, so that what matters is there however many points there are.
    let mut at = power * 10.0;
    while losses.len() < points {
        for step in [5.0, 2.0, 1.0] {
            let loss = at * step / 10.0;
            if loss <= most * 2.0 && losses.len() < points {
                losses.push(loss);
            }
        }
        at /= 10.0;
    }
    losses.reverse();
    losses
}

/// How likely an end is, and what it costs, in `state`.
pub(super) fn of_end(scenarios: &Scenarios<'_>, state: &State, group: &EndGroup) -> (f64, f64) {
    let top = |at: &u32| scenarios.core.network.tops.get(*at as usize);
    let loss = group.tops.iter().filter_map(|it| Some(top(it)?.adds * state.likelihood(*it))).sum();
    (group.tops.first().map_or(0.0, |it| state.likelihood(*it)), loss)
}

/// By how much everything costs less in `state` when that is contained.
pub(super) fn fall(scenarios: &Scenarios<'_>, (state, trial): (&State, &mut Trial<'_>), it: &Weighed) -> f64 {
    if let Some(credential) = &it.candidate.credential {
        return exposed(&scenarios.core, state, credential).iter().map(|it| it.1).sum();
    }
    trial.fall(&it.changed).clamp(0.0, state.total)
}

/// Ways over one of these edges, or over any.
pub(super) fn ways<'s>(scenarios: &'s Scenarios<'_>, over: Option<&'s BTreeSet<EdgeNo>>) -> Ways<'s> {
    Ways::of(&scenarios.core.network, &scenarios.state, over)
}

/// The likeliest of them to `top`.
pub(super) fn way(scenarios: &Scenarios<'_>, ways: &Ways<'_>, top: &Top) -> Option<Path> {
    Some(path(scenarios, &ways.likeliest(top)?))
}

fn path(scenarios: &Scenarios<'_>, way: &Way) -> Path {
    let map = scenarios.map;
    let mut path = Path { likelihood: rounded(way.chance()), from: None, steps: Vec::new() };
    for event in way.events() {
        let chance = scenarios.state.chances.get(*event as usize).copied().unwrap_or_default();
        match scenarios.core.network.events.get(*event as usize).map(|it| &it.what) {
            Some(What::Attempt(at)) => path.from = Some(scenarios.name(at).to_owned()),
            Some(What::Step(no)) => {
                let Some(edge) = map.row(*no).map(|it| it.edge) else { continue };
                path.steps.push(Step {
                    edge: edge.id,
                    from: scenarios.name(&edge.from).to_owned(),
                    verb: edge.verb,
                    to: scenarios.name(&edge.to).to_owned(),
                    via: edge.via.as_ref().map(|it| scenarios.name(it).to_owned()),
                    gate: edge.gate,
                    likelihood: rounded(chance),
                });
            }
            Some(What::Steered(_) | What::Accident(_)) | None => {}
        }
    }
    path
}

/// The ends that carry most of a fall, the tiers of one together.
pub(super) fn carried(tops: &[(&Top, f64)]) -> Vec<Carried> {
    let mut by: BTreeMap<(EndKind, &AssetId), f64> = BTreeMap::new();
    for (top, fall) in tops {
        *by.entry((top.kind, &top.asset)).or_default() += fall;
    }
    let mut all: Vec<_> = by.into_iter().collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let carried = |((kind, asset), fall): ((EndKind, &AssetId), f64)| Carried {
        kind,
        asset: asset.clone(),
        fall: rounded(fall),
    };
    all.into_iter().take(FEW).map(carried).collect()
}

/// Why it stands where it does.
pub(super) fn reason(scenarios: &Scenarios<'_>, it: &Weighed) -> String {
    let tops: Vec<(&Top, f64)> = it
        .ends
        .iter()
        .filter(|it| it.1 > 0.0)
        .filter_map(|(end, fall)| Some((scenarios.core.network.tops.get(*end as usize)?, *fall)))
        .collect();
    let count = {
        let mut ends: Vec<_> = tops.iter().map(|(top, _)| (top.kind, &top.asset)).collect();
        ends.sort();
        ends.dedup();
        ends.len()
    };
    let role = role(scenarios, &it.candidate);
    let carried = carried(&tops);
    let Some(first) = carried.first() else { return role.to_owned() };
    let what = says(first.kind, scenarios.name(&first.asset));
    match count {
        1 => format!("{role}: {what}"),
        2 => format!("{role}: {what}, and one more end"),
        _ => format!("{role}: {what}, and {} more ends", count - 1),
    }
}

/// What an end is, in words.
pub(super) fn says(kind: EndKind, name: &str) -> String {
    match kind {
        EndKind::Done => format!("harm is done to `{name}`"),
        EndKind::Leaked => format!("data of `{name}` leaks"),
        EndKind::Exposed => format!("`{name}` gets out"),
    }
}

/// The agents that can bring an end about, those that do most often first.
pub(super) fn agents_of(scenarios: &Scenarios<'_>, end: u32) -> Vec<AssetId> {
    let mut by = scenarios.state.by_context(&scenarios.core, end);
    by.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let context = |node: crate::index::NodeNo| scenarios.core.network.contexts.get(node.place());
    by.into_iter().filter(|it| it.1 > 0.0).take(5).filter_map(|it| context(it.0)?.agent.clone()).collect()
}

/// What was put in.
pub(super) fn inputs(scenarios: &Scenarios<'_>) -> Vec<Input> {
    let input = |it: &super::inputs::Input| Input {
        name: it.name.clone(),
        low: rounded(it.range.low),
        high: rounded(it.range.high),
        founded: it.founded.clone(),
    };
    let mut all: Vec<Input> = scenarios.inputs.list().iter().map(input).collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

/// What was not looked at.
pub(super) fn omissions(scenarios: &Scenarios<'_>, candidates: usize) -> Vec<String> {
    let mut all = Vec::new();
    let contexts: usize = scenarios.core.network.tops.iter().map(|it| it.left_out).sum();
    if contexts > 0 {
        all.push(format!(
            "{contexts} further ways to ends that have more than were looked at: the risk is higher than told"
        ));
    }
    let more = scenarios.core.network.tops.iter().filter(|it| it.has_more).count();
    if more > 0 {
        all.push(format!(
            "who brings {more} ends about in other ways than the nearest: shares of agents are larger than told"
        ));
    }
    if scenarios.core.network.credentials_left_out > 0 {
        let pairs = scenarios.core.network.credentials_left_out;
        all.push(format!("{pairs} pairs of an agent and a credential: the risk is higher than told"));
    }
    if candidates > 0 {
        all.push(format!("{candidates} candidates with less at stake than those that are ranked"));
    }
    all
}

/// Shares, the dearest first.
pub(super) fn sorted(mut shares: Vec<Share>) -> Vec<Share> {
    shares.sort_by(|a, b| b.loss.total_cmp(&a.loss).then_with(|| a.id.cmp(&b.id)));
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_four_digits() {
        assert!((rounded(123_456.0) - 123_500.0).abs() < 1e-9);
        assert!((rounded(0.000_123_456) - 0.000_123_5).abs() < 1e-12);
        assert_eq!(rounded(-0.0).to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn the_curve_has_its_points_up_to_what_was_drawn() {
        for most in [0.3, 1.0, 7.0, 12_345.0, 1e9] {
            let grid = grid(most, 12);
            assert_eq!(grid.len(), 12, "{most}");
            assert!(grid.windows(2).all(|it| it[0] < it[1]), "{grid:?}");
            let last = grid[11];
            assert!(last <= 2.0 * most && last >= most / 2.6, "{most}: {grid:?}");
        }
        assert!(super::grid(0.0, 12).is_empty());
    }
}
