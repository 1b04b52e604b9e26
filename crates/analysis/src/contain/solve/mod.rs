//! The cheapest choice of options that hits every path and completes no conflict: what is forced is taken, what is
//! dominated is dropped, what is independent is solved apart, and what is left is a small linear program in whole
//! numbers. The bound that comes with an answer is proven; time is asked for and never measured here.

mod component;
mod program;
mod reduce;

use std::collections::BTreeSet;

/// Options by their numbers, sorted.
pub(super) type Clause = Vec<usize>;

/// Options with what each counts: those that are chosen must count enough together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Load {
    /// How much is enough.
    pub(super) need: u32,
    /// Sorted by option; none counts nothing, or more than enough.
    pub(super) parts: Vec<(usize, u32)>,
}

impl Load {
    /// What those that `is_chosen` means still lack.
    fn lacks(&self, is_chosen: impl Fn(usize) -> bool) -> u32 {
        let own = self.parts.iter().filter(|it| is_chosen(it.0));
        own.fold(self.need, |lacks, it| lacks.saturating_sub(it.1))
    }

    fn options(&self) -> Clause {
        self.parts.iter().map(|it| it.0).collect()
    }
}

/// A question.
#[derive(Debug, Clone, Default)]
pub(super) struct Question {
    /// What each option costs.
    pub(super) costs: Vec<u32>,
    /// Of each of these at least one must be chosen.
    pub(super) hits: Vec<Clause>,
    /// Of each of these so many must be chosen that they count enough.
    pub(super) loads: Vec<Load>,
    /// Of each of these at least one must be left.
    pub(super) conflicts: Vec<Clause>,
}

impl Question {
    /// Whether `chosen` answers it, at whatever cost.
    pub(super) fn is_met_by(&self, chosen: &BTreeSet<usize>) -> bool {
        self.hits.iter().all(|it| it.iter().any(|it| chosen.contains(it)))
            && self.loads.iter().all(|it| it.lacks(|it| chosen.contains(&it)) == 0)
            && self.conflicts.iter().all(|it| it.iter().any(|it| !chosen.contains(it)))
    }

    fn cost(&self, chosen: &BTreeSet<usize>) -> u64 {
        chosen.iter().filter_map(|it| self.costs.get(*it)).map(|it| u64::from(*it)).sum()
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// These, and no answer costs less than that.
    Chosen { options: BTreeSet<usize>, at_least: u64 },
    /// No answer exists.
    Impossible,
    /// The time was over before one was found; none costs less than that.
    Unknown { at_least: u64 },
}

/// Answers `question`, for as long as `go_on` says so.
pub(super) fn solve(question: &Question, go_on: &dyn Fn() -> bool) -> Answer {
    let Some(reduced) = reduce::reduce(question) else { return Answer::Impossible };
    let mut options = reduced.taken;
    let mut at_least = question.cost(&options);
    let mut known = true;
    for part in component::split(&reduced.left) {
        match program::solve(&part.question, go_on) {
            Answer::Impossible => return Answer::Impossible,
            Answer::Unknown { at_least: least } => {
                known = false;
                at_least += least;
            }
            Answer::Chosen { options: chosen, at_least: least } => {
                options.extend(chosen.into_iter().filter_map(|it| part.options.get(it)));
                at_least += least;
            }
        }
    }
    if known { Answer::Chosen { options, at_least } } else { Answer::Unknown { at_least } }
}

#[cfg(test)]
mod tests;
