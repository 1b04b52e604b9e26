//! What a change does, told from both assessments.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use ambit_model::difference::Turn;
use ambit_model::finding::{Edit, EditAction};
use ambit_model::whatif::{Reach, ReachTurn, SCHEMA};
use ambit_model::{Assessment, AssetId, Finding, Gate, Lock, Tier, Verb, Whatif};

use super::ADDED;
use crate::difference::difference;

/// What `changes` do that lead from one assessment to the other.
pub fn compare(changes: Vec<String>, before: Assessment, after: Assessment) -> Whatif {
    let difference = difference(&Lock::of(&before), &Lock::of(&after));
    let worse = |turn: Turn| turn <= Turn::Worsened;
    let after_ids = difference.findings.iter().filter(|it| worse(it.turn)).filter_map(|it| it.after.as_ref());
    let completed = findings(&after, after_ids.map(|it| it.id.as_str()));
    let better = |turn: Turn| turn >= Turn::Eased;
    let before_ids =
        difference.findings.iter().filter(|it| better(it.turn)).filter_map(|it| it.before.as_ref());
    let closed = findings(&before, before_ids.map(|it| it.id.as_str()));
    Whatif {
        schema: SCHEMA.to_owned(),
        changes,
        completed: completed.into_iter().map(writable).collect(),
        closed,
        reach: reach(&before, &after),
        difference,
        before,
        after,
    }
}

/// The findings with these ids, the worst first.
fn findings<'a>(assessment: &Assessment, ids: impl Iterator<Item = &'a str>) -> Vec<Finding> {
    let find = |id| assessment.findings.binary_search_by(|it| it.id.as_str().cmp(id)).ok();
    let mut found: Vec<Finding> =
        ids.filter_map(find).filter_map(|it| assessment.findings.get(it)).cloned().collect();
    found.sort_by_key(|it| (Reverse(it.severity), it.exposure, Reverse(it.confidence)));
    found
}

/// What only takes the addition back comes last. No line can be written into what stands in no file.
fn writable(mut finding: Finding) -> Finding {
    let added = |it: &Edit| it.path == ADDED;
    let takes_back = |it: &Edit| added(it) && !matches!(it.action, EditAction::Push | EditAction::Set);
    finding.remedies.sort_by_key(|it| it.edits.iter().any(takes_back));
    for remedy in &mut finding.remedies {
        remedy.edits.retain(|it| !added(it));
    }
    finding
}

/// Who gets at what: from, verb, to.
type Key<'a> = (&'a AssetId, Verb, &'a AssetId);

/// The weakest gate, the highest tier, and the tools with that gate.
struct Way<'a> {
    gate: Gate,
    tier: Tier,
    via: BTreeSet<&'a AssetId>,
}

fn ways(assessment: &Assessment) -> BTreeMap<Key<'_>, Way<'_>> {
    let mut ways: BTreeMap<Key<'_>, Way<'_>> = BTreeMap::new();
    // What a server supplies and where it runs is reach of no one until an agent calls it.
    let wired = |verb| matches!(verb, Verb::Supplies | Verb::RunsIn);
    for edge in assessment.edges.iter().filter(|it| it.gate != Gate::Denied && !wired(it.verb)) {
        let new = || Way { gate: edge.gate, tier: edge.tier, via: BTreeSet::new() };
        let way = ways.entry((&edge.from, edge.verb, &edge.to)).or_insert_with(new);
        if edge.gate < way.gate {
            way.gate = edge.gate;
            way.via.clear();
        }
        way.tier = way.tier.max(edge.tier);
        if edge.gate == way.gate {
            way.via.extend(&edge.via);
        }
    }
    ways
}

fn reach(before: &Assessment, after: &Assessment) -> Vec<Reach> {
    let (was, is) = (ways(before), ways(after));
    let keys: BTreeSet<&Key<'_>> = was.keys().chain(is.keys()).collect();
    let mut reach: Vec<Reach> = keys
        .into_iter()
        .filter_map(|key| {
            let (turn, way) = match (was.get(key), is.get(key)) {
                (None, Some(is)) => (ReachTurn::Added, is),
                (Some(was), None) => (ReachTurn::Removed, was),
                (Some(was), Some(is)) if is.gate < was.gate => (ReachTurn::Loosened, is),
                (Some(was), Some(is)) if is.gate > was.gate => (ReachTurn::Tightened, is),
                _ => return None,
            };
            let (from, verb, to) = *key;
            Some(Reach {
                turn,
                from: from.clone(),
                verb,
                to: to.clone(),
                gate: way.gate,
                tier: way.tier,
                via: way.via.iter().map(|it| (*it).clone()).collect(),
            })
        })
        .collect();
    reach.sort_by_key(|it| (it.turn, Reverse(it.tier), it.gate));
    reach
}
