//! One closure of one sort of label, as it is or under a what-if.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::close::{Change, Closing, Origins};
use super::tables::{Changes, Under, Whole, held};
use super::{Carried, Held, Stands};
use crate::index::{EdgeNo, Index, NodeNo, OriginNo, Start};

/// What gets where, by origin. What a what-if leaves as it is, it shares.
#[derive(Debug)]
pub(super) struct Part<Label> {
    made: Arc<Made<Label>>,
    changes: Changes<Label>,
}

#[derive(Debug)]
struct Made<Label> {
    whole: Whole<Label>,
    /// Where ways go over each edge: the first what-if asks for it.
    over: OnceLock<BTreeMap<EdgeNo, Vec<(NodeNo, OriginNo)>>>,
}

impl<Label> Default for Part<Label> {
    fn default() -> Self {
        Self { made: Arc::new(Made { whole: Whole::of(0), over: OnceLock::new() }), changes: Changes::new() }
    }
}

impl<Label: Carried> Part<Label> {
    /// The closure over what the edges bring in that `begins` is true of.
    pub(super) fn of(index: &Index, stands: Stands<'_>, begins: &dyn Fn(&Start) -> bool) -> Self {
        let mut whole = Whole::of(index.nodes());
        Closing { index, stands, tables: &mut whole }.begin(begins);
        Self { made: Arc::new(Made { whole, over: OnceLock::new() }), changes: Changes::new() }
    }

    /// The closure as it is after a change of the one without any.
    pub(super) fn after(&self, index: &Index, change: Change<'_>, stands: Stands<'_>) -> Self {
        let over = self.made.over.get_or_init(|| over(&self.made.whole, index));
        let mut broken = Origins::new();
        for (node, origin) in change.changed.iter().filter_map(|it| over.get(it)).flatten() {
            broken.entry(*node).or_default().push(*origin);
        }
        for origins in broken.values_mut() {
            origins.sort_unstable();
            origins.dedup();
        }
        let mut tables = Under { whole: &self.made.whole, changes: Changes::new() };
        Closing { index, stands, tables: &mut tables }.mend(change, broken);
        Self { changes: tables.changes, made: Arc::clone(&self.made) }
    }

    /// What gets into `node`, in the order of origins.
    pub(super) fn held(&self, node: NodeNo) -> impl Iterator<Item = &Held<Label>> {
        held(self.made.whole.at(node), self.changes.get(&node).map_or(&[], Vec::as_slice))
    }
}

/// Where ways go over each edge.
fn over<Label>(whole: &Whole<Label>, index: &Index) -> BTreeMap<EdgeNo, Vec<(NodeNo, OriginNo)>> {
    let mut over: BTreeMap<EdgeNo, Vec<(NodeNo, OriginNo)>> = BTreeMap::new();
    for node in index.all_nodes() {
        for held in whole.at(node) {
            held.way.edges.iter().for_each(|it| over.entry(*it).or_default().push((node, held.origin)));
        }
    }
    over
}
