//! What edges end in, by number.

use std::collections::BTreeMap;

use ambit_model::{Asset, AssetId, ReachEdge, Verb};
use indexmap::{IndexMap, IndexSet};

use super::{EdgeNo, Kept, Marks, OriginNo, brings, is_kept, numbered};

/// What edges end in, numbered once: texts are compared no more often than they must be.
pub(super) struct Ends<'a> {
    assets: IndexSet<&'a AssetId>,
    /// By the number of the edge.
    of: Vec<usize>,
}

impl<'a> Ends<'a> {
    pub(super) fn of(edges: &'a [ReachEdge]) -> Self {
        let mut assets = IndexSet::new();
        let of = edges.iter().map(|it| assets.insert_full(&it.to).0).collect();
        Self { assets, of }
    }

    pub(super) fn of_edge(&self, no: EdgeNo) -> Option<usize> {
        self.of.get(no.place()).copied()
    }

    /// The edges that end in each asset.
    pub(super) fn grouped(&self, edges: &[ReachEdge]) -> IndexMap<AssetId, Vec<EdgeNo>> {
        let mut sizes = vec![0; self.assets.len()];
        for end in &self.of {
            if let Some(size) = sizes.get_mut(*end) {
                *size += 1;
            }
        }
        let mut lists: Vec<Vec<EdgeNo>> = sizes.into_iter().map(Vec::with_capacity).collect();
        for (no, _) in numbered(edges) {
            if let Some(list) = self.of_edge(no).and_then(|it| lists.get_mut(it)) {
                list.push(no);
            }
        }
        self.assets.iter().map(|it| (*it).clone()).zip(lists).collect()
    }

    /// What is written and read back, with the edges that do.
    pub(super) fn kept(
        &self,
        edges: &[ReachEdge],
        assets: &BTreeMap<AssetId, Asset>,
        marks: &Marks,
    ) -> BTreeMap<AssetId, Kept> {
        let is_place = |it: &Asset| is_kept(it) || marks.named.contains(&it.id);
        let place = |it: &&AssetId| assets.get(*it).filter(|it| is_place(it)).map(|_| Kept::default());
        let mut places: Vec<Option<Kept>> = self.assets.iter().map(place).collect();
        for (no, edge) in numbered(edges) {
            let place = self.of_edge(no).and_then(|it| places.get_mut(it)?.as_mut());
            let Some((writers, readers)) = place else { continue };
            match edge.verb {
                Verb::Remembers | Verb::Writes => writers.push(no),
                Verb::Recalls | Verb::Reads => readers.push(no),
                _ => {}
            }
        }
        let all = self.assets.iter().zip(places).filter_map(|(id, it)| Some(((*id).clone(), it?)));
        all.filter(|(_, (writers, readers))| !writers.is_empty() || !readers.is_empty()).collect()
    }

    /// Where content or data comes from, in the order of ids, and the number of each end among them.
    pub(super) fn origins(&self, edges: &[ReachEdge]) -> (Vec<AssetId>, Vec<Option<OriginNo>>) {
        let mut is_origin = vec![false; self.assets.len()];
        for (_, end) in edges.iter().zip(&self.of).filter(|(it, _)| brings(it).is_some()) {
            if let Some(is_origin) = is_origin.get_mut(*end) {
                *is_origin = true;
            }
        }
        let mut origins: Vec<(&AssetId, usize)> = self
            .assets
            .iter()
            .copied()
            .zip(0..)
            .filter(|(_, it)| is_origin.get(*it) == Some(&true))
            .collect();
        origins.sort_unstable();
        let mut number_of = vec![None; self.assets.len()];
        for (no, (_, end)) in (0..).map(OriginNo).zip(&origins) {
            if let Some(number) = number_of.get_mut(*end) {
                *number = Some(no);
            }
        }
        (origins.into_iter().map(|(id, _)| id.clone()).collect(), number_of)
    }
}
