//! One part as a program in whole numbers, with a fast answer beside it that a short time can do with.

use std::collections::BTreeSet;

use microlp::{
    ComparisonOp, OptimizationDirection, Problem, SolveOptions, SolveOutcome, TerminationReason, Variable,
};

use super::{Answer, Question};

/// How many nodes of the search are looked at before the time is asked for again.
const NODES: u64 = 50;

/// How many numbers a program has at the most: its first step cannot be stopped.
const LARGEST: usize = 60_000;

/// What a path is worth beside what loads lack.
const PATH: u64 = 10_000;

/// How far from a whole number a bound may be and still mean it.
const ROUGH: f64 = 1e-4;

pub(super) fn solve(question: &Question, go_on: &dyn Fn() -> bool) -> Answer {
    let greedy = greedy(question);
    let least = packed(question);
    if let Some(options) = greedy.as_ref().filter(|it| question.cost(it) == least) {
        return Answer::Chosen { options: options.clone(), at_least: least };
    }
    let clauses = question.hits.iter().chain(&question.conflicts).map(Vec::len);
    let size: usize = clauses.chain(question.loads.iter().map(|it| it.parts.len())).sum();
    let exact = if size <= LARGEST && go_on() { exact(question, greedy.as_ref(), go_on) } else { None };
    match exact {
        Some(Exact::Impossible) => Answer::Impossible,
        Some(Exact::Found { options, at_least }) => {
            // Of both answers the cheaper stands; what one proves holds for the other.
            let at_least = at_least.max(least);
            let options = greedy.filter(|it| question.cost(it) < question.cost(&options)).unwrap_or(options);
            let at_least = at_least.min(question.cost(&options));
            Answer::Chosen { options, at_least }
        }
        None => match greedy {
            Some(options) => Answer::Chosen { options, at_least: least },
            None => Answer::Unknown { at_least: least },
        },
    }
}

enum Exact {
    Found { options: BTreeSet<usize>, at_least: u64 },
    Impossible,
}

/// The answer of the program; none where it has none in time.
fn exact(question: &Question, hint: Option<&BTreeSet<usize>>, go_on: &dyn Fn() -> bool) -> Option<Exact> {
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let variables: Vec<Variable> =
        question.costs.iter().map(|it| problem.add_binary_var(f64::from(*it))).collect();
    let sum = |clause: &[usize]| -> Vec<(Variable, f64)> {
        clause.iter().filter_map(|it| Some((*variables.get(*it)?, 1.0))).collect()
    };
    for hit in &question.hits {
        problem.add_constraint(sum(hit), ComparisonOp::Ge, 1.0);
    }
    for load in &question.loads {
        let part = |it: &(usize, u32)| Some((*variables.get(it.0)?, f64::from(it.1) / f64::from(load.need)));
        let sum: Vec<(Variable, f64)> = load.parts.iter().filter_map(part).collect();
        problem.add_constraint(sum, ComparisonOp::Ge, 1.0);
    }
    for conflict in &question.conflicts {
        let most = u32::try_from(conflict.len().saturating_sub(1)).unwrap_or(u32::MAX);
        problem.add_constraint(sum(conflict), ComparisonOp::Le, f64::from(most));
    }
    let mut options = SolveOptions::default();
    options.node_limit = Some(NODES);
    options.warm_start = hint.map(|hint| {
        let value = |(no, it): (usize, &Variable)| (*it, if hint.contains(&no) { 1.0 } else { 0.0 });
        variables.iter().enumerate().map(value).collect()
    });
    let mut outcome = match problem.solve_with(options) {
        Ok(outcome) => outcome,
        Err(microlp::Error::Infeasible) => return Some(Exact::Impossible),
        Err(_) => return None,
    };
    while outcome.termination_reason() == TerminationReason::NodeLimit && go_on() {
        outcome = match outcome.resume() {
            Ok(outcome) => outcome,
            Err(microlp::Error::Infeasible) => return Some(Exact::Impossible),
            Err(_) => return None,
        };
    }
    found(question, &variables, &outcome)
}

/// What the program came to, rounded and checked.
fn found(question: &Question, variables: &[Variable], outcome: &SolveOutcome) -> Option<Exact> {
    let solution = outcome.solution()?;
    let is_chosen = |(no, it): (usize, &Variable)| (solution.var_value(*it) > 0.5).then_some(no);
    let options: BTreeSet<usize> = variables.iter().enumerate().filter_map(is_chosen).collect();
    if !question.is_met_by(&options) {
        return None;
    }
    let at_least = if outcome.is_optimal() {
        question.cost(&options)
    } else {
        whole(outcome.stats().best_bound.unwrap_or(0.0)).min(question.cost(&options))
    };
    Some(Exact::Found { options, at_least })
}

/// The whole number that a bound comes to: costs are whole.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is whole, and not below zero"
)]
fn whole(bound: f64) -> u64 {
    (bound - ROUGH).ceil().max(0.0) as u64
}

/// Takes what hits and counts most for its cost, then leaves out what is not needed; none where that runs into a
/// conflict.
fn greedy(question: &Question) -> Option<BTreeSet<usize>> {
    let mut open: BTreeSet<usize> = (0..question.hits.len()).collect();
    let mut chosen = BTreeSet::new();
    loop {
        let gains = gains(question, &open, &chosen);
        if open.is_empty() && gains.iter().all(|it| *it == 0) {
            break;
        }
        let fits = |option: usize| {
            question
                .conflicts
                .iter()
                .filter(|it| it.contains(&option))
                .all(|it| it.iter().any(|other| *other != option && !chosen.contains(other)))
        };
        let cost = |it: usize| u64::from(question.costs.get(it).copied().unwrap_or(1).max(1));
        let best = gains
            .iter()
            .enumerate()
            .filter(|(no, gain)| **gain > 0 && fits(*no))
            .max_by(|(a, x), (b, y)| (*x * cost(*b)).cmp(&(*y * cost(*a))).then_with(|| b.cmp(a)))?;
        let option = best.0;
        chosen.insert(option);
        open.retain(|it| question.hits.get(*it).is_none_or(|it| !it.contains(&option)));
    }
    let mut order: Vec<usize> = chosen.iter().copied().collect();
    order.sort_by_key(|it| (std::cmp::Reverse(question.costs.get(*it).copied()), *it));
    for option in order {
        chosen.remove(&option);
        if !question.is_met_by(&chosen) {
            chosen.insert(option);
        }
    }
    question.is_met_by(&chosen).then_some(chosen)
}

/// What each option adds to what is chosen: so much for each open path, and of each load its share of what that needs.
fn gains(question: &Question, open: &BTreeSet<usize>, chosen: &BTreeSet<usize>) -> Vec<u64> {
    let mut gains: Vec<u64> = vec![0; question.costs.len()];
    let mut add = |option: usize, gain: u64| {
        if let Some(known) = gains.get_mut(option) {
            *known += gain;
        }
    };
    for option in open.iter().filter_map(|it| question.hits.get(*it)).flatten() {
        add(*option, PATH);
    }
    for load in &question.loads {
        let lacks = load.lacks(|it| chosen.contains(&it));
        for (option, counts) in load.parts.iter().filter(|it| lacks > 0 && !chosen.contains(&it.0)) {
            add(*option, (PATH * u64::from(lacks.min(*counts)) / u64::from(load.need.max(1))).max(1));
        }
    }
    gains
}

/// What every answer costs at least: each path in turn pays what is left of the cheapest option that hits it, and each
/// load what is left of the cheapest for what it counts.
fn packed(question: &Question) -> u64 {
    let mut left: Vec<u64> = question.costs.iter().map(|it| u64::from(*it)).collect();
    let mut order: Vec<&Vec<usize>> = question.hits.iter().collect();
    order.sort_by_key(|it| it.len());
    let mut total = 0;
    for hit in order {
        let least = hit.iter().filter_map(|it| left.get(*it)).min().copied().unwrap_or(0);
        total += least;
        for option in hit {
            if let Some(left) = left.get_mut(*option) {
                *left -= least;
            }
        }
    }
    for load in &question.loads {
        let whole = u64::from(load.need);
        let parts = || load.parts.iter().map(|it| (it.0, u64::from(it.1)));
        let pays = |(option, counts): (usize, u64)| Some(left.get(option)? * whole / counts.max(1));
        let least = parts().filter_map(pays).min().unwrap_or(0);
        total += least;
        for (option, counts) in parts() {
            if let Some(left) = left.get_mut(option) {
                *left = left.saturating_sub((least * counts).div_ceil(whole.max(1)));
            }
        }
    }
    total
}
