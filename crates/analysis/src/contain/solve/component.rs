//! Parts of a question that share no option.

use std::collections::BTreeMap;

use super::{Clause, Question};

/// A part, over numbers of its own.
pub(super) struct Part {
    /// Its options, by their numbers in the whole.
    pub(super) options: Vec<usize>,
    pub(super) question: Question,
}

/// The parts of `question`, in the order of their first options.
pub(super) fn split(question: &Question) -> Vec<Part> {
    let mut above: Vec<usize> = (0..question.costs.len()).collect();
    for clause in question.hits.iter().chain(&question.conflicts) {
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
    let mut parts: BTreeMap<usize, (Vec<&Clause>, Vec<&Clause>)> = BTreeMap::new();
    for hit in &question.hits {
        let Some(first) = hit.first() else { continue };
        parts.entry(root(&mut above, *first)).or_default().0.push(hit);
    }
    for conflict in &question.conflicts {
        let Some(first) = conflict.first() else { continue };
        // Conflicts of what nothing asks for are no question.
        if let Some(part) = parts.get_mut(&root(&mut above, *first)) {
            part.1.push(conflict);
        }
    }
    parts.into_values().map(|(hits, conflicts)| part(question, &hits, &conflicts)).collect()
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

fn part(question: &Question, hits: &[&Clause], conflicts: &[&Clause]) -> Part {
    let mut options: Vec<usize> = hits.iter().chain(conflicts).flat_map(|it| it.iter().copied()).collect();
    options.sort_unstable();
    options.dedup();
    let own = |clauses: &[&Clause]| -> Vec<Clause> {
        let number = |it: &usize| options.binary_search(it).ok();
        clauses.iter().map(|it| it.iter().filter_map(number).collect()).collect()
    };
    let costs = options.iter().map(|it| question.costs.get(*it).copied().unwrap_or(0)).collect();
    let (hits, conflicts) = (own(hits), own(conflicts));
    Part { question: Question { costs, hits, conflicts }, options }
}
