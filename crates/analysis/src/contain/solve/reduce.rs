//! What follows from the question alone: options that are forced or ruled out, paths that others hit anyway, and
//! options that a cheaper one stands for.

use std::collections::BTreeSet;

use super::{Clause, Load, Question};

/// What is left of a question.
pub(super) struct Reduced {
    /// Options that every cheapest answer may take.
    pub(super) taken: BTreeSet<usize>,
    /// The rest, over the same numbers.
    pub(super) left: Question,
}

/// Reduces `question` until nothing follows any more; none where it has no answer.
pub(super) fn reduce(question: &Question) -> Option<Reduced> {
    let mut state = State {
        hits: question.hits.iter().cloned().collect(),
        loads: question.loads.iter().cloned().collect(),
        conflicts: question.conflicts.iter().cloned().collect(),
        taken: BTreeSet::new(),
    };
    loop {
        let before = (state.hits.len(), state.conflicts.len(), state.size());
        state.force()?;
        state.drop_wider();
        state.drop_dominated(&question.costs);
        state.force()?;
        if (state.hits.len(), state.conflicts.len(), state.size()) == before {
            break;
        }
    }
    let left = Question {
        costs: question.costs.clone(),
        hits: state.hits.into_iter().collect(),
        loads: state.loads.into_iter().collect(),
        conflicts: state.conflicts.into_iter().collect(),
    };
    Some(Reduced { taken: state.taken, left })
}

struct State {
    hits: BTreeSet<Clause>,
    loads: BTreeSet<Load>,
    conflicts: BTreeSet<Clause>,
    taken: BTreeSet<usize>,
}

impl State {
    fn size(&self) -> usize {
        let clauses = self.hits.iter().chain(&self.conflicts).map(Vec::len);
        clauses.chain(self.loads.iter().map(|it| it.parts.len())).sum()
    }

    /// Takes what a path leaves no choice about, and rules out what a conflict does; none where both meet.
    fn force(&mut self) -> Option<()> {
        loop {
            let only = |it: &Clause| if it.len() == 1 { it.first().copied() } else { None };
            let out: BTreeSet<usize> = self.conflicts.iter().filter_map(only).collect();
            if !out.is_empty() {
                self.rule_out(&out);
            }
            self.settle()?;
            let taken: BTreeSet<usize> = self.hits.iter().filter_map(only).collect();
            if self.hits.contains(&Vec::new()) || self.conflicts.contains(&Vec::new()) {
                return None;
            }
            if taken.is_empty() {
                return Some(());
            }
            self.take(&taken);
        }
    }

    fn take(&mut self, taken: &BTreeSet<usize>) {
        self.taken.extend(taken);
        self.hits.retain(|it| !it.iter().any(|it| taken.contains(it)));
        let without = |it: &Clause| it.iter().filter(|it| !taken.contains(it)).copied().collect();
        self.conflicts = self.conflicts.iter().map(without).collect();
        let left = |it: &Load| {
            let need = it.lacks(|it| taken.contains(&it));
            let parts = it.parts.iter().filter(|it| !taken.contains(&it.0));
            Load { need, parts: parts.map(|(it, counts)| (*it, need.min(*counts))).collect() }
        };
        self.loads = self.loads.iter().map(left).filter(|it| it.need > 0).collect();
    }

    /// Makes paths of loads: of what no answer can do without, and of those of which any one is enough. None where all
    /// that is left of one is not enough.
    fn settle(&mut self) -> Option<()> {
        for load in std::mem::take(&mut self.loads) {
            let all: u64 = load.parts.iter().map(|it| u64::from(it.1)).sum();
            let need = u64::from(load.need);
            if all < need {
                return None;
            }
            if load.parts.iter().all(|it| it.1 >= load.need) {
                self.hits.insert(load.options());
                continue;
            }
            let forced = load.parts.iter().filter(|it| all - u64::from(it.1) < need);
            self.hits.extend(forced.map(|it| vec![it.0]));
            self.loads.insert(load);
        }
        Some(())
    }

    fn rule_out(&mut self, out: &BTreeSet<usize>) {
        self.conflicts.retain(|it| !it.iter().any(|it| out.contains(it)));
        let without = |it: &Clause| it.iter().filter(|it| !out.contains(it)).copied().collect();
        self.hits = self.hits.iter().map(without).collect();
        let left = |it: &Load| {
            let parts = it.parts.iter().filter(|it| !out.contains(&it.0));
            Load { need: it.need, parts: parts.copied().collect() }
        };
        self.loads = self.loads.iter().map(left).collect();
    }

    /// Drops paths that are hit whenever another one is.
    fn drop_wider(&mut self) {
        let hits: Vec<Clause> = std::mem::take(&mut self.hits).into_iter().collect();
        let at = occurrences(&hits);
        let mut dropped = vec![false; hits.len()];
        let mut order: Vec<usize> = (0..hits.len()).collect();
        order.sort_by_key(|it| (hits.get(*it).map(Vec::len), *it));
        for no in order {
            let Some(hit) = hits.get(no).filter(|_| dropped.get(no) == Some(&false)) else { continue };
            let rarest = hit.iter().filter_map(|it| at.get(*it)).min_by_key(|it| it.len());
            for other in rarest.into_iter().flatten().filter(|it| **it != no) {
                let wider = hits.get(*other).is_some_and(|it| it.len() > hit.len() && is_subset(hit, it));
                if let Some(dropped) = dropped.get_mut(*other).filter(|_| wider) {
                    *dropped = true;
                }
            }
        }
        self.hits = hits.into_iter().zip(dropped).filter(|it| !it.1).map(|it| it.0).collect();
    }

    /// Rules out options that hit nothing which a cheaper one without conflicts does not hit too. What counts for a load is
    /// left alone.
    fn drop_dominated(&mut self, costs: &[u32]) {
        let hits: Vec<&Clause> = self.hits.iter().collect();
        let at = occurrences(&hits);
        let tied: BTreeSet<usize> = self.conflicts.iter().flatten().copied().collect();
        let cost = |it: usize| costs.get(it).copied().unwrap_or(0);
        let mut out = BTreeSet::new();
        let loaded: BTreeSet<usize> = self.loads.iter().flat_map(Load::options).collect();
        let lone = |it: &(usize, &Vec<usize>)| !it.1.is_empty() && !loaded.contains(&it.0);
        for (option, own) in at.iter().enumerate().filter(lone) {
            let shortest = own.iter().filter_map(|it| hits.get(*it)).min_by_key(|it| it.len());
            let better = |other: &usize| {
                *other != option
                    && !out.contains(other)
                    && !tied.contains(other)
                    && at.get(*other).is_some_and(|it| is_subset(own, it))
                    && (cost(*other) < cost(option)
                        || cost(*other) == cost(option) && (*other < option || !equal(&at, *other, own)))
            };
            if shortest.is_some_and(|it| it.iter().any(better)) {
                out.insert(option);
            }
        }
        // What hits nothing is in no cheapest answer.
        let idle = tied.difference(&loaded).filter(|it| at.get(**it).is_none_or(Vec::is_empty)).copied();
        out.extend(idle.collect::<Vec<_>>());
        self.rule_out(&out);
    }
}

/// Whether both hit the same: then the first of two that cost the same stands for the other.
fn equal(at: &[Vec<usize>], other: usize, own: &[usize]) -> bool {
    at.get(other).is_some_and(|it| it == own)
}

/// The places of the clauses that each option is in, sorted.
fn occurrences<C: AsRef<[usize]>>(clauses: &[C]) -> Vec<Vec<usize>> {
    let most = clauses.iter().flat_map(AsRef::as_ref).max().map_or(0, |it| it + 1);
    let mut at = vec![Vec::new(); most];
    for (no, clause) in clauses.iter().enumerate() {
        for option in clause.as_ref() {
            if let Some(list) = at.get_mut(*option) {
                list.push(no);
            }
        }
    }
    at
}

/// Whether every number of `a` is in `b`; both are sorted.
fn is_subset(a: &[usize], b: &[usize]) -> bool {
    let mut b = b.iter();
    a.iter().all(|it| b.by_ref().any(|other| other == it))
}
