//! One closure of one sort of label, as it is and under a what-if.

use std::cell::{Cell, OnceCell};
use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::close::{Change, Closing, Origins, before};
use super::tables::{Changes, Under, Whole, held};
use super::{Carried, Held, Stands, search};
use crate::index::{EdgeNo, Index, NodeNo, OriginNo, Start};

/// About how many nodes somebody asks one by one: after that all are mended at once.
const FEW: usize = 8;

/// What gets where, by origin.
#[derive(Debug)]
pub(super) struct Part<Label> {
    whole: Whole<Label>,
    /// Where ways go over each edge: the first what-if asks for it.
    over: OnceLock<ByEdge>,
}

/// Where ways go over edges, by their numbers: most edges bring nothing anywhere.
type ByEdge = Vec<Option<Box<Over>>>;

/// Where ways go over one edge.
#[derive(Debug, Default)]
struct Over {
    places: Vec<(NodeNo, OriginNo)>,
    /// How many moves there are at all these places.
    moves: usize,
}

impl<Label> Default for Part<Label> {
    fn default() -> Self {
        Self { whole: Whole::of(Vec::new()), over: OnceLock::new() }
    }
}

impl<Label: Carried> Part<Label> {
    /// The closure over what the edges bring in that `begins` is true of.
    pub(super) fn of(index: &Index, stands: Stands<'_>, begins: &dyn Fn(&Start) -> bool) -> Self {
        Self { whole: Whole::of(search::closure(index, stands, begins)), over: OnceLock::new() }
    }

    /// What gets into `node`, in the order of origins.
    pub(super) fn at(&self, node: NodeNo) -> &[Held<Label>] {
        self.whole.at(node)
    }

    /// About how many steps it takes to mend what goes over this edge.
    pub(super) fn price(&self, index: &Index, edge: EdgeNo) -> usize {
        self.over_edge(index, edge).map_or(0, |it| it.places.len() + it.moves)
    }

    fn over_edge(&self, index: &Index, edge: EdgeNo) -> Option<&Over> {
        self.over.get_or_init(|| over(&self.whole, index)).get(edge.place())?.as_deref()
    }

    /// Where ways go over one of these edges.
    fn broken(&self, index: &Index, edges: &[EdgeNo]) -> Origins {
        let mut broken = Origins::new();
        let over = edges.iter().filter_map(|it| self.over_edge(index, *it));
        for (node, origin) in over.flat_map(|it| &it.places) {
            broken.entry(*node).or_default().push(*origin);
        }
        for origins in broken.values_mut() {
            origins.sort_unstable();
            origins.dedup();
        }
        broken
    }
}

/// Where ways go over each edge.
fn over<Label>(whole: &Whole<Label>, index: &Index) -> ByEdge {
    let mut all = ByEdge::new();
    all.resize_with(index.edges(), || None);
    for node in index.all_nodes() {
        let moves = index.moves_in(node).len() + index.moves_out(node).len();
        for held in whole.at(node) {
            for edge in held.way.edges.iter() {
                if let Some(over) = all.get_mut(edge.place()) {
                    let over = over.get_or_insert_default();
                    over.places.push((node, held.origin));
                    over.moves += moves;
                }
            }
        }
    }
    all
}

/// A closure under a what-if: what that breaks is mended where somebody asks.
#[derive(Debug)]
pub(super) struct Mended<Label> {
    broken: Origins,
    /// What gets into each node of which anything changes, where somebody has asked.
    lists: BTreeMap<NodeNo, OnceCell<Vec<Held<Label>>>>,
    /// All changes, where many have asked.
    all: OnceCell<Changes<Label>>,
    asked: Cell<usize>,
}

impl<Label: Carried> Mended<Label> {
    /// The closure `part` after a change.
    pub(super) fn of(part: &Part<Label>, index: &Index, change: &Change, stands: Stands<'_>) -> Self {
        let broken = part.broken(index, change.edges());
        let mut mended =
            Self { broken, lists: BTreeMap::new(), all: OnceCell::new(), asked: Cell::default() };
        // Where less stands before an edge, what goes over it may be better anywhere.
        let nodes: Vec<NodeNo> = if change.loosens {
            mended.all(part, index, change, stands).keys().copied().collect()
        } else {
            mended.broken.keys().copied().collect()
        };
        mended.lists = nodes.into_iter().map(|it| (it, OnceCell::new())).collect();
        mended
    }

    /// What gets into `node`, in the order of origins.
    pub(super) fn at<'m>(
        &'m self,
        part: &'m Part<Label>,
        node: NodeNo,
        (index, change, stands): (&Index, &Change, Stands<'_>),
    ) -> &'m [Held<Label>] {
        let Some(list) = self.lists.get(&node) else { return part.at(node) };
        list.get_or_init(|| {
            let list = |changes: &Changes<Label>| {
                let changes = changes.get(&node).map_or(&[][..], Vec::as_slice);
                held(part.at(node), changes).cloned().collect()
            };
            // Where most of it would be mended for this one, all of it is for the next ones too.
            let most = self.broken.values().map(Vec::len).sum::<usize>() / 2;
            let is_one_of_few = !change.loosens && self.asked.get() < FEW && self.all.get().is_none();
            let within = is_one_of_few.then(|| before(node, (&self.broken, most), (index, stands.gate_of)));
            let Some(within) = within.flatten() else {
                return list(self.all(part, index, change, stands));
            };
            self.asked.set(self.asked.get() + 1);
            let mut tables = Under { whole: &part.whole, changes: Changes::new() };
            let within = Some(&within).filter(|it| !it.is_empty());
            let mut closing = Closing { index, stands, tables: &mut tables, within };
            within.into_iter().for_each(|it| closing.mend_within(it));
            list(&tables.changes)
        })
    }

    fn all(&self, part: &Part<Label>, index: &Index, change: &Change, stands: Stands<'_>) -> &Changes<Label> {
        self.all.get_or_init(|| {
            let mut tables = Under { whole: &part.whole, changes: Changes::new() };
            Closing { index, stands, tables: &mut tables, within: None }.mend(change, &self.broken);
            tables.changes
        })
    }
}
