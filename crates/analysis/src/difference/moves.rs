//! Agents whose folder has another name now, and which can do there just what they could.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::difference::{Move, Renamed};
use ambit_model::lock::{LockedAsset, LockedEdge};
use ambit_model::{AssetId, AssetKind, EdgeId, Lock, Verb};

use super::renaming::{in_id, named};

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
    let is_agent = |it: &&AssetId| folder(it).is_some();
    if !gone.iter().any(is_agent) || !new.iter().any(is_agent) {
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

/// What one side has and the other has not.
fn only<'a>(side: &'a Lock, other: &Lock) -> BTreeSet<&'a AssetId> {
    side.assets.keys().filter(|it| !other.assets.contains_key(it)).collect()
}

/// `services/api` of `agent:claude-code@services/api`; none for what is no agent, or lies in no folder.
fn folder(id: &AssetId) -> Option<&str> {
    let (kind, name) = id.as_str().split_once(':')?;
    let folder = name.split_once('@').map(|it| it.1).filter(|it| !it.is_empty())?;
    (kind == AssetKind::Agent.prefix()).then_some(folder)
}

/// The shapes of the agents among `names`, which are those that one side alone has.
fn shapes<'a>(lock: &'a Lock, names: &BTreeSet<&'a AssetId>) -> Vec<(Shape, &'a AssetId)> {
    let nobody = AssetId::from_text("");
    let blank = EdgeId::of(&nobody, Verb::Reads, &nobody, None);
    let mut edges: BTreeMap<&AssetId, Vec<LockedEdge>> = BTreeMap::new();
    for edge in lock.edges.values() {
        let Some(own) = names.get(&edge.from).and_then(|it| folder(it)) else { continue };
        let name = |id: &AssetId| {
            let elsewhere = || names.get(id).and_then(|it| elsewhere(it));
            in_id(id, own, HERE).or_else(elsewhere).unwrap_or_else(|| id.clone())
        };
        // Which file decides may follow the move or not; what it decides is what counts. Ids follow from the rest.
        let (from, to, via) = (name(&edge.from), name(&edge.to), edge.via.as_ref().map(name));
        let shape = LockedEdge { id: blank, from, to, via, decided_by: None, ..edge.clone() };
        edges.entry(&edge.from).or_default().push(shape);
    }
    let mut shapes = Vec::new();
    for (agent, asset) in names.iter().filter_map(|it| Some((*it, lock.assets.get(*it)?))) {
        let Some(id) = folder(agent).and_then(|it| in_id(agent, it, HERE)) else { continue };
        let mut edges = edges.remove(agent).unwrap_or_default();
        edges.sort();
        shapes.push(((named(asset, id), edges), agent));
    }
    shapes
}

/// What lies in another folder that may have moved too: an agent of it, or a file.
fn elsewhere(id: &AssetId) -> Option<AssetId> {
    if let Some(folder) = folder(id) {
        return in_id(id, folder, ELSEWHERE);
    }
    let path = id.name().split_once('@').map_or(id.name(), |it| it.1);
    in_id(id, path.rsplit_once('/')?.0, ELSEWHERE)
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
    let parents = parents(moves);
    let taken = moves.iter().flat_map(|it| &it.renamed);
    let (mut old, mut new): (BTreeSet<AssetId>, BTreeSet<AssetId>) =
        taken.map(|it| (it.from.clone(), it.to.clone())).unzip();
    let has = |lock: &Lock, id: &AssetId| lock.assets.contains_key(id) || lock.tools.contains_key(id);
    for id in before.assets.keys().chain(before.tools.keys()).filter(|it| !has(after, it)) {
        let renamed = folders(id).find_map(|folder| {
            let (at, other) = parents.get(folder)?;
            let name = in_id(id, folder, other)?;
            let back = in_id(&name, other, folder);
            let fits = has(after, &name) && !has(before, &name) && back.as_ref() == Some(id);
            (fits && !new.contains(&name)).then_some((*at, name))
        });
        let Some((at, to)) = renamed.filter(|_| old.insert(id.clone())) else { continue };
        new.insert(to.clone());
        moves
            .get_mut(at)
            .into_iter()
            .for_each(|it| it.renamed.push(Renamed { from: id.clone(), to: to.clone() }));
    }
    for found in moves {
        found.renamed.sort();
    }
}

/// The folders that have moved and the folders above them that must have, with their new names: where
/// `services/api` is `apps/api` now, `services` is `apps`.
fn parents(moves: &[Move]) -> BTreeMap<String, (usize, String)> {
    let mut parents = BTreeMap::new();
    for (at, found) in moves.iter().enumerate() {
        let (mut from, mut to) = (found.from.as_str(), found.to.as_str());
        loop {
            parents.entry(from.to_owned()).or_insert_with(|| (at, to.to_owned()));
            match (from.rsplit_once('/'), to.rsplit_once('/')) {
                (Some((above, a)), Some((other, b))) if a == b => (from, to) = (above, other),
                _ => break,
            }
        }
    }
    parents
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
