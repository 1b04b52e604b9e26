//! Parts of a question that share no option.

use std::collections::BTreeMap;

use super::{Clause, Load, Question};

/// A part, over numbers of its own.
pub(super) struct Part {
    /// Its options, by their numbers in the whole.
    pub(super) options: Vec<usize>,
    pub(super) question: Question,
}

/// The parts of `question`, in the order of their first options.
pub(super) fn split(question: &Question) -> Vec<Part> {
    let mut above: Vec<usize> = (0..question.costs.len()).collect();
    let tied: Vec<Clause> = question.loads.iter().map(Load::options).collect();
    for clause in question.hits.iter().chain(&question.conflicts).chain(&tied) {
        for pair in clause.windows(2) {
            if let [a, b] = pair {
                let (a, b) = (root(&mut above, *a), root(&mut above, *b));
                // The smaller number is the root: parts come in the order of their first options.
                if let Some(root) = above.get_mut(a.max(b)) {
                    *root = a.min(b);
                }
            }
        }
    }
    let mut parts: BTreeMap<usize, Own<'_>> = BTreeMap::new();
    for hit in &question.hits {
        let Some(first) = hit.first() else { continue };
        parts.entry(root(&mut above, *first)).or_default().hits.push(hit);
    }
    for load in &question.loads {
        let Some((first, _)) = load.parts.first() else { continue };
        parts.entry(root(&mut above, *first)).or_default().loads.push(load);
    }
    for conflict in &question.conflicts {
        let Some(first) = conflict.first() else { continue };
        // Conflicts of what nothing asks for are no question.
        if let Some(part) = parts.get_mut(&root(&mut above, *first)) {
            part.conflicts.push(conflict);
        }
    }
    parts.into_values().map(|it| part(question, &it)).collect()
}

/// What belongs to one part.
#[derive(Default)]
struct Own<'q> {
    hits: Vec<&'q Clause>,
    loads: Vec<&'q Load>,
    conflicts: Vec<&'q Clause>,
}

fn root(above: &mut [usize], of: usize) -> usize {
    let mut at = of;
    while let Some(next) = above.get(at).copied().filter(|it| *it != at) {
        at = next;
    }
    if let Some(it) = above.get_mut(of) {
        *it = at;
    }
    at
}

fn part(question: &Question, own: &Own<'_>) -> Part {
    let clauses = own.hits.iter().chain(&own.conflicts).flat_map(|it| it.iter().copied());
    let loads = own.loads.iter().flat_map(|it| it.options());
    let mut options: Vec<usize> = clauses.chain(loads).collect();
    options.sort_unstable();
    options.dedup();
    let number = |it: &usize| options.binary_search(it).ok();
    let numbered = |clauses: &[&Clause]| -> Vec<Clause> {
        clauses.iter().map(|it| it.iter().filter_map(number).collect()).collect()
    };
    let costs = options.iter().map(|it| question.costs.get(*it).copied().unwrap_or(0)).collect();
    let load = |it: &&Load| {
        let parts = it.parts.iter().filter_map(|(it, counts)| Some((number(it)?, *counts)));
        Load { need: it.need, parts: parts.collect() }
    };
    let loads = own.loads.iter().map(load).collect();
    let (hits, conflicts) = (numbered(&own.hits), numbered(&own.conflicts));
    Part { question: Question { costs, hits, loads, conflicts }, options }
}
