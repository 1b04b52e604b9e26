//! What choices cost: work, and what agents lose of what they can do. What `ambit.yaml` says goes before the catalog.

use std::collections::BTreeMap;

use ambit_catalog::Catalog;
use ambit_model::risk::Founded;
use ambit_model::stated::{Amount, Costs, Model};
use ambit_model::{AssetId, Gate, ReachEdge};

use super::choice::Price;
use crate::index::{EdgeNo, numbered};
use crate::map::ReachMap;

/// The most points that a price comes to.
const MOST_POINTS: f64 = 10_000.0;

/// What capabilities are worth, and what choices cost of them.
pub(super) struct Prices<'a> {
    map: &'a ReachMap,
    catalog: &'a Catalog,
    model: &'a Model,
    /// What edges are worth of which people have said so.
    stated: BTreeMap<EdgeNo, u64>,
    /// What each agent can do, in points.
    worth: BTreeMap<&'a AssetId, u64>,
}

impl<'a> Prices<'a> {
    pub(super) fn of(map: &'a ReachMap, model: &'a Model, catalog: &'a Catalog) -> Self {
        let stated = stated(map, &model.containment);
        let mut prices = Self { map, catalog, model, stated, worth: BTreeMap::new() };
        let mut worth: BTreeMap<&AssetId, u64> = BTreeMap::new();
        for (no, edge) in numbered(&map.edges).filter(|(_, it)| it.gate != Gate::Denied) {
            *worth.entry(&edge.from).or_default() += prices.weight(no, edge);
        }
        worth.retain(|it, _| map.agents.contains_key(*it));
        prices.worth = worth;
        prices
    }

    /// What all agents can do, in points.
    pub(super) fn all(&self) -> u64 {
        self.worth.values().sum()
    }

    /// How many edges are worth what people say.
    pub(super) fn stated(&self) -> usize {
        self.stated.len()
    }

    fn weight(&self, no: EdgeNo, edge: &ReachEdge) -> u64 {
        let assumed = || self.catalog.containment().verbs.get(edge.verb.word()).map(|it| it.weight.into());
        self.stated.get(&no).copied().or_else(assumed).unwrap_or_default()
    }

    /// What a control costs that touches these edges; `planned` is its name, where `ambit.yaml` has it.
    pub(super) fn price(&self, control: &str, planned: Option<&str>, touches: &[EdgeNo]) -> Price {
        let prices = &self.catalog.containment().controls;
        let known = prices.get(control).or_else(|| prices.get("other"));
        let share = known.map_or(100, |it| u64::from(it.loses));
        let own = planned.and_then(|it| self.asked(it).or_else(|| self.work(it)));
        let (effort, founded) = own.or_else(|| self.work(control)).unwrap_or_else(|| {
            let because = known.map(|it| it.because.clone()).unwrap_or_default();
            let because = because.strip_prefix("assumption: ").map(str::to_owned).unwrap_or(because);
            (known.map_or(1, |it| it.effort), Founded::Assumed(because))
        });
        let mut lost: BTreeMap<&AssetId, u64> = BTreeMap::new();
        for row in touches.iter().filter_map(|it| self.map.row(*it)).filter(|it| it.gate != Gate::Denied) {
            if let Some((agent, _)) = self.worth.get_key_value(&row.edge.from) {
                *lost.entry(agent).or_default() += self.weight(row.no, row.edge) * share;
            }
        }
        let total = lost.values().sum();
        let percent = |(agent, lost): (&AssetId, u64)| {
            let worth = self.worth.get(agent).copied().unwrap_or(1).max(1);
            (agent.clone(), u32::try_from(lost.div_ceil(worth)).unwrap_or(100).min(100))
        };
        let loses: BTreeMap<AssetId, u32> = lost.into_iter().map(percent).filter(|(_, it)| *it > 0).collect();
        let capability = loses.values().fold(0_u32, |sum, it| sum.saturating_add(*it));
        Price { cost: effort.saturating_add(capability).max(1), effort, founded, loses, lost: total }
    }

    /// The points of work that people have stated under that name.
    fn work(&self, name: &str) -> Option<(u32, Founded)> {
        let points = &self.model.containment.work.get(name)?.value;
        Some((points.value, Founded::Stated { place: points.place.clone(), because: String::new() }))
    }

    /// What a planned control has as its price, in points; none where nothing says what a point is worth.
    fn asked(&self, name: &str) -> Option<(u32, Founded)> {
        let entry = self.model.risk.controls.get(name)?;
        let price = middle(entry.value.price.as_ref()?);
        let point = middle(&self.model.containment.point.as_ref()?.value);
        let because = entry.value.because.clone().unwrap_or_default();
        let founded = Founded::Stated { place: entry.place.clone(), because };
        (point > 0.0).then(|| (points(price / point), founded))
    }
}

fn middle(amount: &Amount) -> f64 {
    let (low, high) = amount.range();
    f64::midpoint(low, high)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it lies between 0 and the most")]
fn points(number: f64) -> u32 {
    number.clamp(0.0, MOST_POINTS).ceil() as u32
}

/// What edges are worth of which people have said so: of several entries the last counts.
fn stated(map: &ReachMap, costs: &Costs) -> BTreeMap<EdgeNo, u64> {
    let mut stated = BTreeMap::new();
    for (no, edge) in numbered(&map.edges).filter(|_| !costs.worth.is_empty()) {
        let meant =
            costs.worth.iter().rev().find(|it| it.value.on.iter().any(|it| it.value.matches_edge(edge)));
        stated.extend(meant.map(|it| (no, it.value.weight.value.into())));
    }
    stated
}
