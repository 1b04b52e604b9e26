//! Findings in the scores of others: CVSS 4.0, AIVSS 0.8, and the 5 x 5. Each is read from the map, and none is typed in.
//!
//! What lives here: one file per score. None of them feeds back: severity is what the model says it is.

mod aivss;
mod cvss;

use std::collections::BTreeMap;

use ambit_catalog::Catalog;
use ambit_model::parallel;
use ambit_model::risk::{EndKind, Matrix, Scored};
use ambit_model::stated::Model;
use ambit_model::{AssetId, Finding, Inventory, Tier};

use super::losses::{EndGroup, groups};
use super::measure::affordable;
use super::network::Network;
use super::scenarios::{Drawing, MOST_NODES, Scenarios};
use super::state::Keep;
use super::tell::rounded;
use crate::connect::connect_with;
use crate::index::NodeNo;
use crate::map::{ReachMap, Row};
use crate::rules;
use crate::scene::Scene;
use crate::stated::Notes;

pub(crate) use aivss::{Factors, aivss};
pub(crate) use cvss::cvss;

/// One finding, by its id, as [`measure`](super::measure) scores it among all; none where it is not found.
pub fn scored(inventory: Inventory, model: &Model, catalog: &Catalog, finding: &str) -> Option<Scored> {
    let map = connect_with(inventory, model, catalog, &mut Notes::default());
    let scene = Scene::new(&map, catalog);
    let found = rules::ALL.iter().flat_map(|it| it.run(&scene)).find(|it| it.id == finding)?;
    let years = |network: &Network| affordable(network, Drawing::default());
    let scenarios = Scenarios::in_scene(&scene, model, &years, (MOST_NODES, Keep::Contexts));
    let groups = groups(&scenarios.core.network.tops);
    of(&scene, &scenarios, &groups, &[found]).pop()
}

/// The findings, the likeliest and worst first.
pub(super) fn of(
    scene: &Scene<'_>,
    scenarios: &Scenarios<'_>,
    groups: &[EndGroup],
    findings: &[Finding],
) -> Vec<Scored> {
    let places: BTreeMap<(EndKind, &AssetId), &EndGroup> =
        groups.iter().map(|it| ((it.kind, &it.asset), it)).collect();
    let mut known: BTreeMap<u32, BTreeMap<NodeNo, f64>> = BTreeMap::new();
    let mut agents: BTreeMap<&AssetId, Factors> = BTreeMap::new();
    let mut all = Vec::new();
    let map = scene.map;
    let vectors = parallel::map(findings, |it| cvss(map, it));
    for (finding, cvss) in findings.iter().zip(vectors) {
        let group = end_of(scene, finding).and_then(|(kind, asset)| places.get(&(kind, &asset)).copied());
        let numbers = group.and_then(|it| numbers(scenarios, it, &finding.subject, &mut known));
        let agent = agents.entry(&finding.subject).or_insert_with(|| Factors::of(scene, &finding.subject));
        all.push(Scored {
            finding: finding.id.clone(),
            rule: finding.rule.clone(),
            likelihood: numbers.map(|it| rounded(it.likelihood)),
            loss: numbers.map(|it| rounded(it.loss)),
            matrix: numbers.map(|it| matrix(scene, scenarios, it)),
            aivss: aivss(finding, cvss.score, agent),
            cvss,
        });
    }
    all.sort_by(|a, b| {
        let loss = |it: &Scored| it.loss.unwrap_or(-1.0);
        let order = loss(b).total_cmp(&loss(a)).then(b.cvss.score.total_cmp(&a.cvss.score));
        order.then_with(|| a.finding.cmp(&b.finding))
    });
    all
}

/// The end that a finding tells a way to; none where it tells of a fact.
fn end_of(scene: &Scene<'_>, finding: &Finding) -> Option<(EndKind, AssetId)> {
    let leads = |leg: &str| finding.legs.get(leg)?.iter().find_map(|it| scene.map.edge(it));
    match finding.rule.as_str() {
        // What it ends in is the way out; what is lost is what was read.
        "lethal-trifecta" => leads("private").map(|it| (EndKind::Leaked, it.to.clone())),
        "credential-exposure" => Some((EndKind::Exposed, finding.end.clone())),
        "unknown-reach" => leads("unknown").map(|it| (EndKind::Done, it.to.clone())),
        "untrusted-trigger" if finding.legs.contains_key("outbound") => {
            Some((EndKind::Exposed, finding.end.clone()))
        }
        _ => leads("action").or_else(|| leads("opened")).map(|it| (EndKind::Done, it.to.clone())),
    }
}

/// What an end comes to when one agent brings it about.
#[derive(Debug, Clone, Copy)]
struct Numbers {
    likelihood: f64,
    loss: f64,
    /// What it costs when it happens at its worst.
    once: f64,
}

fn numbers(
    scenarios: &Scenarios<'_>,
    group: &EndGroup,
    agent: &AssetId,
    known: &mut BTreeMap<u32, BTreeMap<NodeNo, f64>>,
) -> Option<Numbers> {
    let node = scenarios.map.index.node(agent)?;
    let mut numbers = Numbers { likelihood: 0.0, loss: 0.0, once: 0.0 };
    for end in &group.tops {
        let top = scenarios.core.network.tops.get(*end as usize)?;
        let by = known
            .entry(*end)
            .or_insert_with(|| scenarios.state.by_context(&scenarios.core, *end).into_iter().collect());
        let Some(likely) = by.get(&node).copied().filter(|it| *it > 0.0) else { continue };
        numbers.likelihood = numbers.likelihood.max(likely);
        numbers.loss += top.adds * likely;
        numbers.once = top.loss.mean();
    }
    (numbers.likelihood > 0.0).then_some(numbers)
}

fn matrix(scene: &Scene<'_>, scenarios: &Scenarios<'_>, it: Numbers) -> Matrix {
    let bands = &scene.catalog.risk().matrix;
    let whole = scenarios.inputs.average(Tier::T4);
    let share = if whole > 0.0 { it.once / whole } else { 0.0 };
    Matrix { likelihood: band(it.likelihood, bands.likelihood), impact: band(share, bands.impact) }
}

/// The band that a number falls into, from 1 to 5.
fn band(number: f64, begins: [f64; 4]) -> u8 {
    begins.iter().fold(1, |band, begin| band + u8::from(number >= *begin))
}

/// The rows of a finding's legs.
fn rows<'a>(map: &'a ReachMap, finding: &Finding) -> Vec<Row<'a>> {
    finding.legs.values().flatten().filter_map(|it| map.row_of(it)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_begin_where_they_say() {
        let begins = [0.01, 0.1, 0.3, 0.7];
        let bands = [0.0, 0.009, 0.01, 0.1, 0.29, 0.3, 0.7, 1.0].map(|it| band(it, begins));
        assert_eq!(bands, [1, 1, 2, 3, 3, 4, 5, 5]);
    }
}
