//! Contexts between which content moves, side by side, and over what it moves: what drawn years are spread along.

use std::collections::BTreeMap;
use std::ops::Range;

use super::network::{Context, ModuleNo};
use crate::index::NodeNo;
use crate::limits::Limits;

/// No limits.
const NONE: u32 = u32::MAX;

/// One step of content or data from a context to another, by the places of both.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hop {
    pub(crate) to: u32,
    pub(crate) step: ModuleNo,
    /// What does not pass, by its place among all limits.
    limits: u32,
}

/// Which limits something passes, by their places.
pub(crate) type Filter = Vec<bool>;

impl Hop {
    pub(crate) fn passes(self, filter: &[bool]) -> bool {
        self.limits == NONE || filter.get(self.limits as usize).copied().unwrap_or_default()
    }
}

/// Where each context stands, and what leads on from it and back.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    /// By place.
    nodes: Vec<NodeNo>,
    /// By node.
    places: Vec<u32>,
    /// By group: its first place; the last says where all end.
    first: Vec<usize>,
    /// By place.
    onward: Vec<Vec<Hop>>,
    back: Vec<Vec<Hop>>,
    /// All limits of steps between contexts.
    limits: Vec<Limits>,
}

impl Layout {
    /// The contexts of `groups`, one group after the other.
    pub(super) fn of(groups: &[Vec<NodeNo>], contexts: &[Context]) -> Self {
        let nodes: Vec<NodeNo> = groups.iter().flatten().copied().collect();
        let mut layout = Self { places: vec![u32::MAX; contexts.len()], ..Self::default() };
        for (place, node) in (0_u32..).zip(&nodes) {
            if let Some(known) = layout.places.get_mut(node.place()) {
                *known = place;
            }
        }
        let mut first = 0;
        for group in groups {
            layout.first.push(first);
            first += group.len();
        }
        layout.first.push(first);
        (layout.onward, layout.back) = (vec![Vec::new(); nodes.len()], vec![Vec::new(); nodes.len()]);
        let mut known: BTreeMap<&Limits, u32> = BTreeMap::new();
        for node in &nodes {
            let Some(context) = contexts.get(node.place()) else { continue };
            for passage in &context.passages {
                let limits = passage.limits.as_ref().map_or(NONE, |it| {
                    let next = u32::try_from(known.len()).unwrap_or(NONE);
                    *known.entry(it).or_insert(next)
                });
                let (from, to) = (layout.place(passage.from), layout.place(*node));
                let step = passage.step;
                if let Some(list) = layout.onward.get_mut(from) {
                    list.push(Hop {
                        to: layout.places.get(node.place()).copied().unwrap_or(NONE),
                        step,
                        limits,
                    });
                }
                if let Some(list) = layout.back.get_mut(to) {
                    let from = layout.places.get(passage.from.place()).copied().unwrap_or(NONE);
                    list.push(Hop { to: from, step, limits });
                }
            }
        }
        let mut limits: Vec<(u32, &Limits)> = known.into_iter().map(|(it, no)| (no, it)).collect();
        limits.sort_by_key(|it| it.0);
        layout.limits = limits.into_iter().map(|it| it.1.clone()).collect();
        layout.nodes = nodes;
        layout
    }

    /// Where `node` stands.
    pub(crate) fn place(&self, node: NodeNo) -> usize {
        self.places.get(node.place()).map_or(usize::MAX, |it| *it as usize)
    }

    /// What stands at `place`.
    pub(crate) fn node(&self, place: usize) -> Option<NodeNo> {
        self.nodes.get(place).copied()
    }

    /// How many places there are.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// How many groups there are.
    pub(crate) fn groups(&self) -> usize {
        self.first.len().saturating_sub(1)
    }

    /// The places of a group.
    pub(crate) fn group(&self, group: usize) -> Range<usize> {
        match (self.first.get(group), self.first.get(group + 1)) {
            (Some(from), Some(to)) => *from..*to,
            _ => 0..0,
        }
    }

    /// What leads on from each place.
    pub(crate) fn onward(&self) -> &[Vec<Hop>] {
        &self.onward
    }

    /// What leads to each place, from where it comes.
    pub(crate) fn back(&self) -> &[Vec<Hop>] {
        &self.back
    }

    /// Which limits what `passes` says so of passes.
    pub(crate) fn filter(&self, passes: impl Fn(Option<&Limits>) -> bool) -> Filter {
        self.limits.iter().map(|it| passes(Some(it))).collect()
    }
}
