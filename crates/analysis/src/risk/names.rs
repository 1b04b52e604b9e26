//! Names that tell things apart: two servers may each have a tool called `query`.

use std::collections::BTreeSet;

use ambit_model::{AssetId, AssetKind};

use crate::map::ReachMap;

/// The names of a map's assets.
#[derive(Debug)]
pub(super) struct Names<'a> {
    map: &'a ReachMap,
    /// Those that several assets of a kind have.
    shared: BTreeSet<(AssetKind, &'a str)>,
}

impl<'a> Names<'a> {
    /// The names in `map`.
    pub(super) fn in_map(map: &'a ReachMap) -> Self {
        let (mut met, mut shared) = (BTreeSet::new(), BTreeSet::new());
        for asset in map.assets.values() {
            let key = (asset.kind, asset.name.as_str());
            if !met.insert(key) {
                shared.insert(key);
            }
        }
        Self { map, shared }
    }

    /// What `id` is called; the name in its id, which has its server, where others are called the same.
    pub(super) fn of<'n>(&'n self, id: &'n AssetId) -> &'n str {
        match self.map.assets.get(id) {
            Some(asset) if self.shared.contains(&(asset.kind, asset.name.as_str())) => id.name(),
            _ => self.map.name(id),
        }
    }
}
