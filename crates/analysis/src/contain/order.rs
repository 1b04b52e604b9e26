//! The order in which to apply what was chosen, most relief for its cost first, and what is left after each step.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::Severity;
use ambit_model::{Finding, containment::Contained};

use super::choice::Choice;
use super::judge::{Case, Judge, Near, contained, together};
use super::search::Search;

/// How much worse one finding is than another: what a step is worth.
fn weight(severity: Severity) -> u64 {
    match severity {
        Severity::Critical => 27,
        Severity::High => 9,
        Severity::Medium => 3,
        Severity::Low => 1,
    }
}

/// `chosen` in the order in which to apply them, by the paths that each hits: a finding is gone with its last path.
pub(super) fn order(search: &Search<'_, '_, '_>, chosen: &BTreeSet<usize>) -> Vec<usize> {
    let mut open: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    let paths: Vec<(&Vec<usize>, &BTreeSet<usize>)> = search.paths.iter().collect();
    for (no, (_, cases)) in paths.iter().enumerate() {
        for case in *cases {
            open.entry(*case).or_default().insert(no);
        }
    }
    let hits =
        |option: usize, path: usize| paths.get(path).is_some_and(|(it, _)| it.binary_search(&option).is_ok());
    let mut of_option: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (path, cases) in &paths {
        for option in path.iter().filter(|it| chosen.contains(it)) {
            of_option.entry(*option).or_default().extend(cases.iter());
        }
    }
    let relief = |option: usize, open: &BTreeMap<usize, BTreeSet<usize>>| -> u64 {
        let cases = of_option.get(&option).into_iter().flatten();
        cases
            .filter_map(|it| Some((search.cases.get(*it)?, open.get(it)?)))
            .map(|((case, _), left)| {
                let hit = left.iter().filter(|it| hits(option, **it)).count();
                let share = if hit == left.len() { 1000 } else { 250 * hit / left.len().max(1) };
                weight(case.finding.severity) * u64::try_from(share).unwrap_or(0)
            })
            .sum()
    };
    let cost = |it: usize| u64::from(search.choices.get(it).map_or(1, |it| it.price.cost));
    let mut left = chosen.clone();
    let mut order = Vec::new();
    while let Some(best) = left
        .iter()
        .copied()
        .map(|it| (relief(it, &open), it))
        .max_by(|a, b| (a.0 * cost(b.1)).cmp(&(b.0 * cost(a.1))).then_with(|| b.1.cmp(&a.1)))
    {
        left.remove(&best.1);
        order.push(best.1);
        for case in of_option.get(&best.1).into_iter().flatten() {
            let rest = open.entry(*case).or_default();
            rest.retain(|it| !hits(best.1, *it));
            if rest.is_empty() {
                open.remove(case);
            }
        }
    }
    order
}

/// What is left of each finding after so many steps: by the steps at which it changes, the first at 0.
pub(super) struct Course {
    turns: Vec<(usize, Option<Finding>)>,
}

impl Course {
    /// What is left after that many steps.
    pub(super) fn after(&self, steps: usize) -> Option<&Finding> {
        self.turns.iter().rev().find(|(at, _)| *at <= steps)?.1.as_ref()
    }

    /// Whether the step of that number, from 1, is the one that silences it.
    pub(super) fn ends_at(&self, step: usize, judge: &Judge<'_>) -> Option<Contained> {
        let (before, after) = (self.after(step.checked_sub(1)?)?, self.after(step));
        let is_gone = match after {
            None => true,
            Some(after) => judge.counts(before) && !judge.counts(after),
        };
        is_gone.then(|| contained(before))
    }
}

/// How `findings` fare while `steps` are applied one after the other; none where there is no time to find out.
pub(super) fn courses(
    judge: &Judge<'_>,
    steps: &[Choice],
    findings: &[Finding],
    go_on: &dyn Fn() -> bool,
) -> Option<Vec<Course>> {
    let near = Near::of(steps);
    let course = |finding: &Finding| {
        let mut turns = vec![(0, Some(finding.clone()))];
        if let Some(case) = judge.case(finding.clone()) {
            let own = near.to(&case);
            let bisect = Bisect { judge, case: &case, own: &own, steps };
            let last = bisect.left(own.len());
            bisect.turns((0, own.len()), (Some(finding.clone()), last), &mut turns);
        }
        Course { turns }
    };
    findings.iter().map(|it| go_on().then(|| course(it))).collect()
}

/// One finding over the steps that may matter to it: what is left only ever shrinks.
struct Bisect<'b, 'a> {
    judge: &'b Judge<'a>,
    case: &'b Case,
    own: &'b [usize],
    steps: &'b [Choice],
}

impl Bisect<'_, '_> {
    /// What is left after the first so many of them.
    fn left(&self, number: usize) -> Option<Finding> {
        let these = self.own.iter().take(number).filter_map(|it| self.steps.get(*it));
        self.judge.left(self.case, together(these))
    }

    fn turns(
        &self,
        (low, high): (usize, usize),
        (before, after): (Option<Finding>, Option<Finding>),
        turns: &mut Vec<(usize, Option<Finding>)>,
    ) {
        let told = |it: &Option<Finding>| it.as_ref().map(|it| (it.severity, it.confidence));
        if told(&before) == told(&after) {
            return;
        }
        if high - low == 1 {
            if let Some(step) = self.own.get(low) {
                turns.push((step + 1, after));
            }
            return;
        }
        let middle = usize::midpoint(low, high);
        let between = self.left(middle);
        self.turns((low, middle), (before, between.clone()), turns);
        self.turns((middle, high), (between, after), turns);
    }
}
