//! The names of a folder that has moved, in all ids that are made of them.

use std::collections::BTreeMap;

use ambit_model::difference::Move;
use ambit_model::lock::{LockedAsset, LockedEdge, LockedFinding, LockedTool};
use ambit_model::{AssetId, EdgeId, Lock};

use crate::rules;

/// New names of assets, and the folders behind them.
#[derive(Debug, Default)]
pub(super) struct Renaming<'a> {
    names: BTreeMap<&'a AssetId, (&'a AssetId, &'a Move)>,
}

impl<'a> Renaming<'a> {
    pub(super) fn of(moves: &'a [Move]) -> Self {
        let names =
            moves.iter().flat_map(|it| it.renamed.iter().map(move |name| (&name.from, (&name.to, it))));
        Self { names: names.collect() }
    }

    /// The lock with the new names.
    pub(super) fn lock(&self, lock: &Lock) -> Lock {
        if self.names.is_empty() {
            return lock.clone();
        }
        let mut edges = BTreeMap::new();
        let mut ids = BTreeMap::new();
        for edge in lock.edges.values() {
            let renamed = self.edge(edge);
            if renamed.id != edge.id {
                ids.insert(edge.id, renamed.id);
            }
            edges.insert(renamed.id, renamed);
        }
        let assets = lock.assets.values().map(|it| self.asset(it));
        let tools = lock.tools.values().map(|it| self.tool(it));
        let findings = lock.findings.values().map(|it| self.finding(it, &ids));
        Lock {
            assets: assets.map(|it| (it.id.clone(), it)).collect(),
            tools: tools.map(|it| (it.id.clone(), it)).collect(),
            edges,
            findings: findings.map(|it| (it.id.clone(), it)).collect(),
        }
    }

    fn name(&self, id: &AssetId) -> AssetId {
        self.names.get(id).map_or(id, |it| it.0).clone()
    }

    fn asset(&self, asset: &LockedAsset) -> LockedAsset {
        let id = self.name(&asset.id);
        named(asset, id)
    }

    fn tool(&self, tool: &LockedTool) -> LockedTool {
        let mut tool = LockedTool { id: self.name(&tool.id), ..tool.clone() };
        for effect in &mut tool.effects {
            effect.object = effect.object.as_ref().map(|it| self.name(it));
        }
        tool
    }

    fn edge(&self, edge: &LockedEdge) -> LockedEdge {
        let moved = self.names.get(&edge.from).map(|it| it.1);
        let follow = |path: &str| moved.and_then(|it| in_folder(path, &it.from, &it.to));
        let decided_by = edge.decided_by.as_ref().map(|it| follow(it).map_or_else(|| it.clone(), Into::into));
        let (from, to) = (self.name(&edge.from), self.name(&edge.to));
        let via = edge.via.as_ref().map(|it| self.name(it));
        let same = (&from, &to, &via) == (&edge.from, &edge.to, &edge.via);
        // An id that is not made of these names stays as somebody has written it.
        let own = !same && EdgeId::of(&edge.from, edge.verb, &edge.to, edge.via.as_ref()) == edge.id;
        let id = if own { EdgeId::of(&from, edge.verb, &to, via.as_ref()) } else { edge.id };
        LockedEdge { id, from, to, via, decided_by, ..edge.clone() }
    }

    fn finding(&self, finding: &LockedFinding, edges: &BTreeMap<EdgeId, EdgeId>) -> LockedFinding {
        let (subject, end) = (self.name(&finding.subject), self.name(&finding.end));
        let id = |subject, end| rules::rule(&finding.rule).map(|it| rules::id_of(it.info, subject, end));
        let own = id(&finding.subject, &finding.end).is_some_and(|it| it == finding.id);
        let id = id(&subject, &end).filter(|_| own).unwrap_or_else(|| finding.id.clone());
        let mut renamed = LockedFinding { id, subject, end, ..finding.clone() };
        for edge in renamed.legs.values_mut().flatten() {
            *edge = edges.get(edge).copied().unwrap_or(*edge);
        }
        renamed
    }
}

/// The asset with another id, which its name for people may quote.
pub(super) fn named(asset: &LockedAsset, id: AssetId) -> LockedAsset {
    let (old, new) = (asset.id.name(), id.name());
    let name = if old.is_empty() || old == new { asset.name.clone() } else { asset.name.replace(old, new) };
    LockedAsset { id, name, ..asset.clone() }
}

/// `services/api/x` as `apps/api/x`; none for what does not lie there.
fn in_folder(path: &str, from: &str, to: &str) -> Option<String> {
    let rest = path.strip_prefix(from).filter(|it| it.is_empty() || it.starts_with('/'))?;
    Some(format!("{to}{rest}"))
}

/// The id with `to` in the place of the folder `from`: behind its `@`, or where its name begins with it.
pub(super) fn in_id(id: &AssetId, from: &str, to: &str) -> Option<AssetId> {
    let name = id.name();
    let start = id.as_str().strip_suffix(name)?;
    let renamed = match name.split_once('@') {
        Some((before, folder)) => in_folder(folder, from, to).map(|it| format!("{before}@{it}")),
        None => None,
    };
    let renamed = renamed.or_else(|| in_folder(name, from, to))?;
    Some(AssetId::from_text(format!("{start}{renamed}")))
}
