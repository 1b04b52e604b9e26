//! Sets that keep to a budget, as they come: what takes off most for its cost is taken first. Nothing here is proven to
//! be the cheapest; it is what there is when the time is over, and the order in which to apply what was chosen.

use std::collections::{BTreeMap, BTreeSet};

use super::budget::{Budget, Losses};

/// Of how many steps each is compared with all others at its turn.
const FEW: usize = 24;

/// How many are tried to be left out once the time is over.
const MOST_LEFT_OUT: usize = 32;

/// Whether an option may be taken beside what is taken.
pub(super) type Fits<'f> = &'f dyn Fn(usize, &BTreeSet<usize>) -> bool;

/// What a year may cost, as long as there is time.
pub(super) struct Fill<'f, 'r, 's, 'a> {
    pub(super) budget: &'f Budget<'r, 's, 'a>,
    pub(super) go_on: &'f dyn Fn() -> bool,
}

/// What an option was last found to take off for its cost, and beside how many others that was.
type Worth = (f64, Option<usize>);

impl Fill<'_, '_, '_, '_> {
    /// What is too much of `losses`.
    fn over(&self, losses: &Losses) -> f64 {
        (losses.total - self.budget.most()).max(0.0)
    }

    /// What `option` takes off beside `chosen`, which leaves `here`, for its cost; no more of it counts than `enough`.
    fn worth(&self, option: usize, (chosen, here): (&BTreeSet<usize>, &Losses), enough: f64) -> f64 {
        let with: BTreeSet<usize> = chosen.iter().copied().chain([option]).collect();
        let off = (here.total - self.budget.losses(&with).total).max(0.0);
        // What is left of it but for rounding is nothing.
        let off = if off > here.total * 1e-9 { off } else { 0.0 };
        off.min(enough) / f64::from(self.budget.cost(option).max(1))
    }

    /// The most that `option` could be worth.
    fn most_worth(&self, option: usize, here: &Losses, enough: f64) -> f64 {
        self.budget.most_off(here, option).min(enough) / f64::from(self.budget.cost(option).max(1))
    }

    /// The best of `options` beside `chosen`: those that promise most are tried first. What was found of the others
    /// before is taken to be what they promise.
    fn best(
        &self,
        options: &mut BTreeMap<usize, Worth>,
        chosen: &BTreeSet<usize>,
        enough: f64,
    ) -> Option<usize> {
        let here = self.budget.losses(chosen);
        loop {
            let better =
                |a: &(&usize, &Worth), b: &(&usize, &Worth)| a.1.0.total_cmp(&b.1.0).then(b.0.cmp(a.0));
            let (option, (worth, known)) = options.iter().max_by(better).map(|(it, worth)| (*it, *worth))?;
            if known == Some(chosen.len()) && worth <= 0.0 {
                // None takes anything off by itself: several together may.
                let most = |it: &usize| self.most_worth(*it, &here, enough);
                return options.keys().copied().max_by(|a, b| most(a).total_cmp(&most(b)).then(b.cmp(a)));
            }
            if known == Some(chosen.len()) || !(self.go_on)() {
                return Some(option);
            }
            let worth = self.worth(option, (chosen, &here), enough);
            options.insert(option, (worth, Some(chosen.len())));
        }
    }

    /// `chosen` with what brings a year down, as far as there is time and it `fits`; what turns out not to be needed is left
    /// out again.
    pub(super) fn greedy(&self, chosen: &BTreeSet<usize>, fits: Fits<'_>) -> BTreeSet<usize> {
        let mut all = chosen.clone();
        let enough = self.over(&self.budget.losses(&all));
        let others = self.budget.mattering().into_iter().filter(|it| !all.contains(it));
        let here = self.budget.losses(&all);
        let mut options: BTreeMap<usize, Worth> =
            others.map(|it| (it, (self.most_worth(it, &here, enough), None))).collect();
        loop {
            let over = self.over(&self.budget.losses(&all));
            if over <= 0.0 || !(self.go_on)() {
                break;
            }
            let Some(best) = self.best(&mut options, &all, over) else { break };
            options.remove(&best);
            if fits(best, &all) {
                all.insert(best);
            }
        }
        self.without_idle(all, chosen)
    }

    /// `all` without what a year is cheap enough without, the dearest first; what is in `kept` stays.
    fn without_idle(&self, mut all: BTreeSet<usize>, kept: &BTreeSet<usize>) -> BTreeSet<usize> {
        if self.budget.is_over(&self.budget.losses(&all)) {
            return all;
        }
        let mut order: Vec<usize> = all.difference(kept).copied().collect();
        order.sort_by_key(|it| (std::cmp::Reverse(self.budget.cost(*it)), *it));
        let mut late = MOST_LEFT_OUT;
        for option in order {
            if !(self.go_on)() {
                late = late.saturating_sub(1);
            }
            if late == 0 {
                break;
            }
            all.remove(&option);
            if self.budget.is_over(&self.budget.losses(&all)) {
                all.insert(option);
            }
        }
        all
    }

    /// What may be added to `chosen`, what could take off most for its cost first, as long as it `fits` beside what goes
    /// before.
    fn that_fit(&self, chosen: &BTreeSet<usize>, fits: Fits<'_>) -> Vec<usize> {
        let here = self.budget.losses(chosen);
        let others = self.budget.mattering().into_iter().filter(|it| !chosen.contains(it));
        let mut order: Vec<(f64, usize)> =
            others.map(|it| (self.most_worth(it, &here, f64::INFINITY), it)).collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let (mut all, mut added) = (chosen.clone(), Vec::new());
        for (_, it) in order {
            if fits(it, &all) {
                all.insert(it);
                added.push(it);
            }
        }
        added
    }

    /// As much as `fits`.
    pub(super) fn all_that_fit(&self, fits: Fits<'_>) -> BTreeSet<usize> {
        self.that_fit(&BTreeSet::new(), fits).into_iter().collect()
    }

    /// `chosen` with enough to keep to the budget, whether there is time or not; none where nothing that `fits` is enough.
    pub(super) fn filled(&self, chosen: &BTreeSet<usize>, fits: Fits<'_>) -> Option<BTreeSet<usize>> {
        if !self.budget.is_over(&self.budget.losses(chosen)) {
            return Some(chosen.clone());
        }
        let added = self.that_fit(chosen, fits);
        let with = |many: usize| -> BTreeSet<usize> {
            chosen.iter().chain(added.iter().take(many)).copied().collect()
        };
        let (mut low, mut high) = (0, added.len());
        if self.budget.is_over(&self.budget.losses(&with(high))) {
            return None;
        }
        while high - low > 1 {
            let middle = usize::midpoint(low, high);
            if self.budget.is_over(&self.budget.losses(&with(middle))) { low = middle } else { high = middle }
        }
        Some(self.without_idle(with(high), chosen))
    }

    /// `order` with what takes off most for its cost first; what takes off the same stays in its order.
    pub(super) fn ordered(&self, order: Vec<usize>) -> Vec<usize> {
        let (mut done, mut taken) = (Vec::new(), BTreeSet::new());
        // By their places, so that of two that are worth the same the earlier one comes first.
        let mut left: Vec<usize> = order.clone();
        let here = self.budget.losses(&taken);
        let mut promised: BTreeMap<usize, Worth> =
            order.iter().map(|it| (*it, (self.most_worth(*it, &here, f64::INFINITY), None))).collect();
        while left.len() > 1 {
            if !(self.go_on)() {
                return order;
            }
            let best = if order.len() > FEW {
                self.best(&mut promised, &taken, f64::INFINITY)
            } else {
                let here = self.budget.losses(&taken);
                let worth = |it: &usize| self.worth(*it, (&taken, &here), f64::INFINITY);
                let worths: Vec<(f64, usize)> = left.iter().map(|it| (worth(it), *it)).collect();
                worths.iter().rev().max_by(|a, b| a.0.total_cmp(&b.0)).map(|it| it.1)
            };
            let Some(best) = best else { break };
            promised.remove(&best);
            left.retain(|it| *it != best);
            taken.insert(best);
            done.push(best);
        }
        done.extend(left);
        done
    }
}
