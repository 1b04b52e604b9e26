//! Agents whose folder has another name now, and which can do there just what they could.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::difference::{Move, Renamed};
use ambit_model::lock::{LockedAsset, LockedEdge};
use ambit_model::{AssetId, AssetKind, Lock};

use super::renaming::{in_id, named, renamed};

/// What stands for the folder where only the rest is compared. No path has it.
const HERE: &str = "\0";
/// What stands for any other folder that may have moved too.
const ELSEWHERE: &str = "\0\0";

/// An agent as it is whatever its folder is called: its asset, and its edges.
type Shape = (LockedAsset, Vec<LockedEdge>);

/// Agents of one shape on either side.
type Sides<'a> = (Vec<&'a AssetId>, Vec<&'a AssetId>);

/// The folders that have moved, in the order of their old names.
pub(super) fn between(before: &Lock, after: &Lock) -> Vec<Move> {
    let (gone, new) = (only(before, after), only(after, before));
    if gone.is_empty() || new.is_empty() {
        return Vec::new();
    }
    let mut by_shape: BTreeMap<Shape, Sides<'_>> = BTreeMap::new();
    for (shape, agent) in shapes(before, &gone) {
        by_shape.entry(shape).or_default().0.push(agent);
    }
    for (shape, agent) in shapes(after, &new) {
        by_shape.entry(shape).or_default().1.push(agent);
    }
    let mut folders: BTreeMap<(&str, &str), Vec<Renamed>> = BTreeMap::new();
    for (from, to) in by_shape.into_values().flat_map(paired) {
        if let (Some(old), Some(new)) = (folder(from), folder(to)) {
            folders.entry((old, new)).or_default().push(Renamed { from: from.clone(), to: to.clone() });
        }
    }
    let mut moves: Vec<Move> = folders
        .into_iter()
        .map(|((from, to), renamed)| {
            let (from, to, agents) = (from.to_owned(), to.to_owned(), renamed.len());
            Move { from, to, agents, edges: 0, renamed }
        })
        .collect();
    others(before, after, &mut moves);
    count(before, &mut moves);
    moves
}

/// The agents of one side that the other has not, with a folder in their names.
fn only<'a>(side: &'a Lock, other: &Lock) -> BTreeSet<&'a AssetId> {
    let agents = side.assets.values().filter(|it| it.r#type == AssetKind::Agent);
    agents.map(|it| &it.id).filter(|it| !other.assets.contains_key(it) && folder(it).is_some()).collect()
}

/// `services/api` of `agent:claude-code@services/api`.
fn folder(agent: &AssetId) -> Option<&str> {
    agent.name().split_once('@').map(|it| it.1).filter(|it| !it.is_empty())
}

fn shapes<'a>(lock: &'a Lock, agents: &BTreeSet<&'a AssetId>) -> Vec<(Shape, &'a AssetId)> {
    let mut edges: BTreeMap<&AssetId, Vec<LockedEdge>> = BTreeMap::new();
    for edge in lock.edges.values() {
        let Some(old) = agents.get(&edge.from).and_then(|it| folder(it)) else { continue };
        let name = |id: &AssetId| {
            let here = in_id(id, old, HERE);
            here.or_else(|| elsewhere(id, agents)).unwrap_or_else(|| id.clone())
        };
        // Which file decides may follow the move or not; what it decides is what counts.
        edges.entry(&edge.from).or_default().push(renamed(edge, &name, None));
    }
    let mut shapes = Vec::new();
    for (agent, asset) in agents.iter().filter_map(|it| Some((*it, lock.assets.get(*it)?))) {
        let Some(id) = folder(agent).and_then(|it| in_id(agent, it, HERE)) else { continue };
        let mut edges = edges.remove(agent).unwrap_or_default();
        edges.sort();
        shapes.push(((named(asset, id), edges), agent));
    }
    shapes
}

/// An agent of another folder that may have moved too.
fn elsewhere(id: &AssetId, agents: &BTreeSet<&AssetId>) -> Option<AssetId> {
    let folder = agents.get(id).and_then(|it| folder(it))?;
    in_id(id, folder, ELSEWHERE)
}

/// Agents that are equal but for their folders: first those whose folder has kept its own name and lies
/// elsewhere, then the rest in the order of their names.
fn paired<'a>((gone, new): Sides<'a>) -> Vec<(&'a AssetId, &'a AssetId)> {
    let last = |it: &AssetId| folder(it).and_then(|it| it.rsplit('/').next()).map(str::to_owned);
    let mut by_last: BTreeMap<Option<String>, Sides<'a>> = BTreeMap::new();
    for agent in gone {
        by_last.entry(last(agent)).or_default().0.push(agent);
    }
    for agent in new {
        by_last.entry(last(agent)).or_default().1.push(agent);
    }
    let mut pairs = Vec::new();
    let mut rest: Sides<'a> = Sides::default();
    for (mut gone, mut new) in by_last.into_values() {
        let both = gone.len().min(new.len());
        rest.0.extend(gone.split_off(both));
        rest.1.extend(new.split_off(both));
        pairs.extend(gone.into_iter().zip(new));
    }
    pairs.extend(rest.0.into_iter().zip(rest.1));
    pairs
}

/// Adds what else is named by the folders: instructions and credentials that lie in them.
fn others(before: &Lock, after: &Lock, moves: &mut [Move]) {
    let mut by_folder: BTreeMap<String, usize> = BTreeMap::new();
    for (at, found) in moves.iter().enumerate() {
        by_folder.entry(found.from.clone()).or_insert(at);
    }
    let taken = moves.iter().flat_map(|it| &it.renamed);
    let (mut from, mut to): (BTreeSet<AssetId>, BTreeSet<AssetId>) =
        taken.map(|it| (it.from.clone(), it.to.clone())).unzip();
    let ids = before.assets.keys().chain(before.tools.keys());
    let has = |lock: &Lock, id: &AssetId| lock.assets.contains_key(id) || lock.tools.contains_key(id);
    for id in ids.filter(|it| !has(after, it)) {
        if from.contains(id) {
            continue;
        }
        let Some(found) = folders(id).find_map(|it| by_folder.get(it)).and_then(|it| moves.get_mut(*it))
        else {
            continue;
        };
        let Some(new) = in_id(id, &found.from, &found.to) else { continue };
        let back = in_id(&new, &found.to, &found.from);
        if back.as_ref() == Some(id) && has(after, &new) && !has(before, &new) && to.insert(new.clone()) {
            from.insert(id.clone());
            found.renamed.push(Renamed { from: id.clone(), to: new });
        }
    }
    moves.iter_mut().for_each(|it| it.renamed.sort());
}

/// The folders that an id may be named by: of `credential:claude@a/b/KEY` these are `a/b/KEY`, `a/b` and `a`.
fn folders(id: &AssetId) -> impl Iterator<Item = &str> {
    let name = id.name();
    let behind = name.split_once('@').map(|it| it.1);
    behind.into_iter().chain([name]).flat_map(|path| {
        std::iter::successors(Some(path), |it| it.rsplit_once('/').map(|(folder, _)| folder))
    })
}

/// Counts the edges of the agents that have moved.
fn count(before: &Lock, moves: &mut [Move]) {
    let mut by_agent = BTreeMap::new();
    for (at, found) in moves.iter().enumerate() {
        by_agent.extend(found.renamed.iter().map(|it| (it.from.clone(), at)));
    }
    for edge in before.edges.values() {
        if let Some(found) = by_agent.get(&edge.from).and_then(|it| moves.get_mut(*it)) {
            found.edges += 1;
        }
    }
}
