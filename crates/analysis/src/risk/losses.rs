//! What drawn years cost: all of them together, by agent and by what is protected.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use ambit_model::risk::EndKind;
use ambit_model::{AssetId, Tier};

use super::chance::{Chance, Years, count, each, number};
use super::draws::percentile;
use super::ends::Top;
use super::range::{Range, Scaled};
use super::state::{Core, State, error, number as as_number, share};
use crate::index::NodeNo;

/// The tiers of one end, by their places in the list of ends.
#[derive(Debug)]
pub(crate) struct EndGroup {
    pub(crate) kind: EndKind,
    pub(crate) asset: AssetId,
    pub(crate) tops: Vec<u32>,
}

/// The ends, each with its tiers: they stand together.
pub(crate) fn groups(tops: &[Top]) -> Vec<EndGroup> {
    let mut groups: Vec<EndGroup> = Vec::new();
    for (top, at) in tops.iter().zip(0..) {
        match groups.last_mut().filter(|it| it.kind == top.kind && it.asset == top.asset) {
            Some(known) => known.tops.push(at),
            None => groups.push(EndGroup { kind: top.kind, asset: top.asset.clone(), tops: vec![at] }),
        }
    }
    groups
}

/// What each of the drawn years costs.
#[derive(Debug, Clone)]
pub(crate) struct Costs {
    by_year: Vec<f64>,
    /// The years in which anything happens.
    any: Years,
}

impl Costs {
    fn new(chance: &Chance) -> Self {
        Self { by_year: vec![0.0; chance.years()], any: vec![0; chance.words()] }
    }

    fn add(&mut self, years: &[u64], costs: &dyn Fn(usize) -> f64) {
        self.any.iter_mut().zip(years).for_each(|(a, b)| *a |= b);
        for year in each(years) {
            if let Some(known) = self.by_year.get_mut(year) {
                *known += costs(year);
            }
        }
    }

    /// What a year costs at the most, nine times in ten.
    pub(crate) fn p90(&self) -> f64 {
        percentile(&mut self.by_year.clone(), 0.9)
    }

    /// How likely anything happens in a year.
    pub(crate) fn likelihood(&self) -> f64 {
        share(count(&self.any), self.by_year.len())
    }

    /// The standard error of that.
    pub(crate) fn error(&self) -> f64 {
        error(count(&self.any), self.by_year.len())
    }

    /// How likely a year costs more than each of `losses`.
    pub(crate) fn exceeding(&self, losses: &[f64]) -> Vec<f64> {
        let mut sorted = self.by_year.clone();
        sorted.sort_by(f64::total_cmp);
        let beyond = |loss: &f64| sorted.len() - sorted.partition_point(|it| it <= loss);
        losses.iter().map(|it| as_number(beyond(it)) / as_number(sorted.len().max(1))).collect()
    }

    /// The most that a drawn year costs.
    pub(crate) fn most(&self) -> f64 {
        self.by_year.iter().copied().fold(0.0, f64::max)
    }
}

/// What drawn years cost, by whom and of what.
#[derive(Debug)]
pub(crate) struct Split {
    pub(crate) whole: Costs,
    pub(crate) by_context: BTreeMap<NodeNo, Costs>,
    /// By the place of what is protected in the list.
    pub(crate) by_protected: Vec<Costs>,
}

/// What each tier of an end costs when it happens in a year.
struct Price {
    ranges: Vec<Scaled>,
    shares: Vec<f64>,
    /// By tier and year, once somebody has asked: each context of an end asks for the same.
    known: Vec<Vec<OnceCell<f64>>>,
}

impl Price {
    fn new(ranges: Vec<Scaled>, shares: Vec<f64>) -> Self {
        let known = ranges.iter().map(|_| vec![OnceCell::new(); shares.len()]).collect();
        Self { ranges, shares, known }
    }

    fn of(&self, tier: usize, year: usize) -> f64 {
        let anew = || {
            let share = self.shares.get(year).copied().unwrap_or(0.5);
            self.ranges.get(tier).map_or(0.0, |it| it.quantile(share))
        };
        let known = self.known.get(tier).and_then(|it| it.get(year));
        known.map_or_else(anew, |it| *it.get_or_init(anew))
    }
}

/// The costs of the years of `worlds`. `protected` has the ends that each protected thing is hit by; with
/// `by_context`, what each context brings about is told apart.
pub(crate) fn split(
    core: &Core,
    groups: &[EndGroup],
    (state, chance): (&State, &Chance),
    protected: &[BTreeSet<usize>],
    by_context: bool,
) -> Split {
    let mut split = Split {
        whole: Costs::new(chance),
        by_context: BTreeMap::new(),
        by_protected: protected.iter().map(|_| Costs::new(chance)).collect(),
    };
    for (at, group) in groups.iter().enumerate() {
        let tops: Vec<&Top> =
            group.tops.iter().filter_map(|it| core.network.tops.get(*it as usize)).collect();
        let name = number(&["loss", group.asset.as_str(), kind_word(group.kind)]);
        let shares = chance.shares_of(name, chance.years());
        let price = Price::new(tops.iter().map(|it| it.loss.scaled()).collect(), shares);
        let places = || group.tops.iter().map(|it| *it as usize);
        let whole: Vec<&[u64]> = places().filter_map(|it| Some(state.years_of.get(it)?.as_slice())).collect();
        for (tier, years) in alone(&whole).iter().enumerate() {
            let costs = |year: usize| price.of(tier, year);
            split.whole.add(years, &costs);
            for (protected, costs_of) in protected.iter().zip(&mut split.by_protected) {
                if protected.contains(&at) {
                    costs_of.add(years, &costs);
                }
            }
        }
        if by_context {
            let by: Vec<_> = places().filter_map(|it| state.by_context.get(it)).collect();
            let nodes: BTreeSet<NodeNo> = by.iter().flat_map(|it| &it.nodes).copied().collect();
            for node in nodes {
                let own: Vec<&[u64]> = by.iter().map(|it| it.of(node)).collect();
                let costs_of = split.by_context.entry(node).or_insert_with(|| Costs::new(chance));
                for (tier, years) in alone(&own).iter().enumerate() {
                    costs_of.add(years, &|year| price.of(tier, year));
                }
            }
        }
    }
    split
}

/// Of tiers from the lowest up, each with the years in which it comes about or worse: those in which it is the worst.
fn alone(tiers: &[&[u64]]) -> Vec<Years> {
    let worse = |at: usize, word: usize| {
        tiers.iter().skip(at + 1).filter_map(|it| it.get(word)).fold(0, |all, it| all | it)
    };
    let own = |(at, years): (usize, &&[u64])| {
        years.iter().enumerate().map(|(word, it)| it & !worse(at, word)).collect()
    };
    tiers.iter().enumerate().map(own).collect()
}

fn kind_word(kind: EndKind) -> &'static str {
    match kind {
        EndKind::Done => "done",
        EndKind::Leaked => "leaked",
        EndKind::Exposed => "exposed",
    }
}

/// What one end costs in a year at the most, nine times in ten: from how likely each of its tiers or worse is, with
/// what that costs. Nothing where it happens more rarely than that.
pub(crate) fn p90(tiers: &[(f64, Range)]) -> f64 {
    let own = |at: usize, likely: f64| likely - tiers.get(at + 1).map_or(0.0, |it| it.0);
    let beyond = |loss: f64| -> f64 {
        tiers
            .iter()
            .enumerate()
            .map(|(at, (likely, range))| own(at, *likely).max(0.0) * range.beyond(loss))
            .sum()
    };
    if beyond(0.0) <= 0.1 {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, tiers.iter().map(|it| it.1.quantile(1.0 - 1e-9)).fold(0.0, f64::max));
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if beyond(middle) > 0.1 { low = middle } else { high = middle }
    }
    high
}

/// The worst tier of an end that comes about in any way.
pub(crate) fn worst(core: &Core, group: &EndGroup) -> Tier {
    let tops = group.tops.iter().filter_map(|it| core.network.tops.get(*it as usize));
    tops.map(|it| it.tier).max().unwrap_or(Tier::T0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::risk::range::Of;

    #[test]
    fn a_year_costs_what_its_worst_costs() {
        let (low, high) = ([0b1110], [0b0100]);
        assert_eq!(alone(&[&low, &high]), [vec![0b1010], vec![0b0100]]);
    }

    #[test]
    fn the_ninetieth_percentile_of_an_end_is_that_of_what_it_costs_when_it_always_happens() {
        let range = Range::new((10.0, 1000.0), Of::Amount);
        assert!((p90(&[(1.0, range)]) / range.quantile(0.9) - 1.0).abs() < 1e-6);
        assert!(p90(&[(0.09, range)]).abs() < 1e-12);
        // Half of the time nothing: of what is left, the upper fifth lies beyond.
        assert!((p90(&[(0.5, range)]) / range.quantile(0.8) - 1.0).abs() < 1e-6);
        let worse = Range::new((1e6, 1e7), Of::Amount);
        assert!(p90(&[(0.5, range), (0.2, worse)]) > 1e5);
    }
}
