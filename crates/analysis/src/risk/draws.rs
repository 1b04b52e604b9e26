//! Inputs are unknown within their ranges: several sets of them are drawn, and what comes out is a range too.
//!
//! Each input is cut into as many strata as there are sets, and each set takes one stratum of each input (a Latin
//! hypercube): few sets cover all of every range.

use super::chance::{Chance, number};
use super::inputs::Inputs;

/// The inputs of each of so many sets, as likelihoods in a year.
pub(crate) fn sets(inputs: &Inputs<'_>, chance: &Chance, count: usize) -> Vec<Vec<f64>> {
    let mut sets = vec![Vec::new(); count];
    for input in inputs.list() {
        let order = order(&chance.shares_of(number(&["input", &input.name]), count));
        for (set, stratum) in sets.iter_mut().zip(order) {
            set.push(input.range.chance(middle(stratum, count)));
        }
    }
    sets
}

/// The middle of a stratum of so many.
fn middle(stratum: usize, of: usize) -> f64 {
    (super::state::number(stratum) + 0.5) / super::state::number(of)
}

/// The places of the numbers in the order of their size: each place once.
fn order(numbers: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    let number = |it: &usize| numbers.get(*it).copied().unwrap_or_default();
    order.sort_by(|a, b| number(a).total_cmp(&number(b)).then(a.cmp(b)));
    order
}

/// The value below which the share `at` of `numbers` lies, between two of them where it falls there.
pub(crate) fn percentile(numbers: &mut [f64], at: f64) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let Some(last) = numbers.len().checked_sub(1) else { return 0.0 };
    let place = at * super::state::number(last);
    let below = floor(place);
    let get = |it: usize| numbers.get(it.min(last)).copied().unwrap_or_default();
    let part = place - super::state::number(below);
    get(below) * (1.0 - part) + get(below + 1) * part
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it lies between 0 and a length")]
fn floor(place: f64) -> usize {
    place as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_lie_between_the_numbers() {
        let mut numbers = [3.0, 1.0, 2.0, 5.0, 4.0];
        assert!((percentile(&mut numbers, 0.5) - 3.0).abs() < 1e-12);
        assert!((percentile(&mut numbers, 0.05) - 1.2).abs() < 1e-12);
        assert!((percentile(&mut numbers, 1.0) - 5.0).abs() < 1e-12);
        assert!(percentile(&mut [], 0.5).abs() < 1e-12);
    }

    #[test]
    fn every_stratum_is_taken_once() {
        let mut taken = order(&[0.4, 0.1, 0.9, 0.2]);
        taken.sort_unstable();
        assert_eq!(taken, [0, 1, 2, 3]);
    }
}
