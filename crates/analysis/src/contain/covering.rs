//! A cheap set that stands on the way of everything, when there is no time for the cheapest.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::solve::Clause;

/// Choices of which each of `ways` has so many, as far as they fit beside what is chosen: again and again that which stands on
/// most of those left for its cost, and then the cheapest of each.
pub(super) fn covering(
    (ways, many): (&[BTreeSet<usize>], usize),
    cost: &dyn Fn(usize) -> u32,
    chosen: &BTreeSet<usize>,
    conflicts: &[Clause],
) -> BTreeSet<usize> {
    let mut open: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (no, way) in ways.iter().enumerate() {
        for choice in way {
            open.entry(*choice).or_default().insert(no);
        }
    }
    let worth = |it: usize, on: &BTreeSet<usize>| {
        let many = u64::try_from(on.len()).unwrap_or(u64::MAX);
        many.saturating_mul(1_000_000) / u64::from(cost(it).max(1))
    };
    let mut next: BTreeSet<(u64, Reverse<usize>)> =
        open.iter().map(|(it, on)| (worth(*it, on), Reverse(*it))).collect();
    let mut taken = chosen.clone();
    while let Some((_, Reverse(best))) = next.pop_last() {
        let on = open.remove(&best).unwrap_or_default();
        if on.is_empty() || !fits(best, &taken, conflicts) {
            continue;
        }
        taken.insert(best);
        for other in on.iter().filter_map(|it| ways.get(*it)).flatten() {
            if let Some(known) = open.get_mut(other) {
                next.remove(&(worth(*other, known), Reverse(*other)));
                known.retain(|it| !on.contains(it));
                next.insert((worth(*other, known), Reverse(*other)));
            }
        }
    }
    for way in ways.iter().filter(|_| many > 1) {
        let mut rest: Vec<usize> = way.iter().copied().filter(|it| !taken.contains(it)).collect();
        rest.sort_by_key(|it| (cost(*it), *it));
        let missing = many.saturating_sub(way.len() - rest.len());
        for it in rest.into_iter().take(missing) {
            if fits(it, &taken, conflicts) {
                taken.insert(it);
            }
        }
    }
    taken.difference(chosen).copied().collect()
}

/// Whether `option` completes no conflict beside what is chosen.
pub(super) fn fits(option: usize, chosen: &BTreeSet<usize>, conflicts: &[Clause]) -> bool {
    let mut among = conflicts.iter().filter(|conflict| conflict.contains(&option));
    among.all(|it| it.iter().filter(|it| !chosen.contains(it)).count() > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_on_most_ways_for_its_cost_comes_first_and_no_conflict_is_completed() {
        let ways = [[1, 9], [2, 9], [3, 9]].map(BTreeSet::from);
        let cost = |it: usize| if it == 9 { 4 } else { 2 };
        assert_eq!(covering((&ways, 1), &cost, &BTreeSet::new(), &[]), BTreeSet::from([9]));
        assert_eq!(covering((&ways, 2), &cost, &BTreeSet::new(), &[]), BTreeSet::from([1, 2, 3, 9]));
        let dear = |it: usize| if it == 9 { 40 } else { 2 };
        assert_eq!(covering((&ways, 1), &dear, &BTreeSet::new(), &[]), BTreeSet::from([1, 2, 3]));
        let conflicts = [vec![0, 9], vec![1, 2]];
        let chosen = BTreeSet::from([0]);
        assert_eq!(covering((&ways, 1), &cost, &chosen, &conflicts), BTreeSet::from([1, 3]));
    }
}
