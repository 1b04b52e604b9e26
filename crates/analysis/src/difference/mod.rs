//! What has changed between two locks, and how bad that is.
//!
//! What lives here: the finding of agents that have moved ([`moves`]) and their renaming, the comparing of rows, and
//! the naming of what opened or closed a composition ([`causes`]). Locks alone are looked at, never a file.

mod causes;
mod moves;
mod renaming;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use ambit_model::difference::{Change, Counts, FindingChange, Rebased, Redefinition, SCHEMA};
use ambit_model::lock::{LockedEdge, LockedFinding, LockedTool, Row};
use ambit_model::{AssetId, Difference, EdgeId, Lock, Verb};

use renaming::Renaming;

/// What has changed from `before` to `after`.
pub fn difference(before: &Lock, after: &Lock) -> Difference {
    let moved = moves::between(before, after);
    let mut renamed = (!moved.is_empty()).then(|| Renaming::of(&moved).lock(before));
    let edges = changes(&renamed.as_ref().unwrap_or(before).edges, &after.edges);
    let rebased = renamed.as_mut().map(|it| rebase(it, after, &edges)).unwrap_or_default();
    let before = renamed.as_ref().unwrap_or(before);
    let (assets, tools) = (changes(&before.assets, &after.assets), changes(&before.tools, &after.tools));
    let mut found = Difference {
        schema: SCHEMA.to_owned(),
        summary: Counts::default(),
        moved,
        findings: causes::findings(before, after, (&assets, &tools, &edges)),
        redefined: redefined(before, after, &tools),
        assets,
        tools,
        edges,
        rebased,
    };
    found.count();
    found
}

/// What `lock` is once `difference` has been done to it.
pub fn apply(difference: &Difference, lock: &Lock) -> Lock {
    let mut lock = Renaming::of(&difference.moved).lock(lock);
    for (id, Rebased { basis, legs }) in &difference.rebased {
        if let Some(finding) = lock.findings.get_mut(id) {
            finding.basis.clone_from(basis);
            finding.legs.clone_from(legs);
        }
    }
    redo(&mut lock.assets, &difference.assets);
    redo(&mut lock.tools, &difference.tools);
    redo(&mut lock.edges, &difference.edges);
    for FindingChange { before, after, .. } in &difference.findings {
        if let Some(before) = before {
            lock.findings.remove(&before.id);
        }
        if let Some(after) = after {
            lock.findings.insert(after.id.clone(), after.clone());
        }
    }
    lock
}

fn redo<R: Row>(rows: &mut BTreeMap<R::Id, R>, changes: &[Change<R>]) {
    for change in changes {
        let row = change.row();
        match change {
            Change::Removed { .. } => drop(rows.remove(row.id())),
            Change::Added { .. } | Change::Changed { .. } => drop(rows.insert(row.id().clone(), row.clone())),
        }
    }
}

/// Gives findings that are as bad as before, over edges that are as before, their new basis and legs: both follow
/// the ids of edges, which follow the names, so every move changes them.
fn rebase(lock: &mut Lock, after: &Lock, edges: &[Change<LockedEdge>]) -> BTreeMap<String, Rebased> {
    let changed: BTreeSet<EdgeId> = edges.iter().map(|it| it.row().id).collect();
    let mut rebased = BTreeMap::new();
    for (id, was) in &mut lock.findings {
        let Some(is) = after.findings.get(id).filter(|it| *it != was) else { continue };
        let mut legs = was.legs.values().chain(is.legs.values()).flatten();
        let with = Rebased { basis: is.basis.clone(), legs: is.legs.clone() };
        let now = LockedFinding { basis: with.basis.clone(), legs: with.legs.clone(), ..was.clone() };
        if now == *is && !legs.any(|it| changed.contains(it)) {
            *was = now;
            rebased.insert(id.clone(), with);
        }
    }
    rebased
}

/// The rows of both sides side by side, in the order of their ids.
fn pairs<'a, R: Row>(
    before: &'a BTreeMap<R::Id, R>,
    after: &'a BTreeMap<R::Id, R>,
) -> impl Iterator<Item = (Option<&'a R>, Option<&'a R>)> {
    let (mut left, mut right) = (before.iter().peekable(), after.iter().peekable());
    std::iter::from_fn(move || {
        let order = match (left.peek(), right.peek()) {
            (Some((a, _)), Some((b, _))) => a.cmp(b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return None,
        };
        let a = (order != Ordering::Greater).then(|| left.next()).flatten();
        let b = (order != Ordering::Less).then(|| right.next()).flatten();
        Some((a.map(|it| it.1), b.map(|it| it.1)))
    })
}

fn changes<R: Row>(before: &BTreeMap<R::Id, R>, after: &BTreeMap<R::Id, R>) -> Vec<Change<R>> {
    pairs(before, after)
        .filter_map(|pair| match pair {
            (Some(before), Some(after)) => Change::between(before, after),
            (None, Some(after)) => Some(Change::Added { after: after.clone() }),
            (Some(before), None) => Some(Change::Removed { before: before.clone() }),
            (None, None) => None,
        })
        .collect()
}

/// Definitions that have changed while the server is started from the same.
fn redefined(before: &Lock, after: &Lock, tools: &[Change<LockedTool>]) -> Vec<Redefinition> {
    let changed: Vec<_> = tools
        .iter()
        .filter_map(|it| match it {
            Change::Changed { before, after, .. } => {
                Some((&after.id, before.digest.as_ref()?, after.digest.as_ref()?))
            }
            _ => None,
        })
        .filter(|(_, before, after)| before != after)
        .collect();
    if changed.is_empty() {
        return Vec::new();
    }
    let (old, new) = (suppliers(before), suppliers(after));
    let mut redefined = Vec::new();
    for (tool, was, is) in changed {
        let (Some(server), Some(same)) = (new.get(tool), old.get(tool)) else { continue };
        let (Some(now), Some(then)) = (after.assets.get(*server), before.assets.get(*same)) else { continue };
        let source = (&now.package, &now.pin, &now.range, &now.facts);
        // Code that lies in the repository may change its own definitions: that is a change like others.
        let own = now.facts.iter().any(|it| it.starts_with("runs: "));
        if server == same && !own && source == (&then.package, &then.pin, &then.range, &then.facts) {
            redefined.push(Redefinition {
                tool: tool.clone(),
                server: (*server).clone(),
                package: now.package.clone(),
                pin: now.pin.clone(),
                before: was.clone(),
                after: is.clone(),
            });
        }
    }
    redefined
}

/// The server of each tool.
fn suppliers(lock: &Lock) -> BTreeMap<&AssetId, &AssetId> {
    let supplies = lock.edges.values().filter(|it| it.verb == Verb::Supplies);
    supplies.map(|LockedEdge { from, to, .. }| (to, from)).collect()
}
