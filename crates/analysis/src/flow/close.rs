//! How a closure is mended under a what-if: what comes in from outside and from nodes before moves on until nothing gets
//! better. Only what is new is carried further. Each step lengthens ways by one move, and a way that is no better than
//! the known one is dropped, so this ends.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::tables::Under;
use super::{Carried, GateOf, Held, Stands, Step, Way};
use crate::index::{EdgeNo, Index, Move, NodeNo, OriginNo, Start};

/// Edges before which something else stands than before.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    /// The edges, sorted.
    edges: Vec<EdgeNo>,
    /// The nodes that they start from.
    ends: BTreeSet<NodeNo>,
    /// Whether less stands before one of them.
    pub(super) loosens: bool,
}

impl Change {
    /// The change of `edges` from what `was` says of them to what `gate_of` does. Limits only ever take more away.
    pub(crate) fn of(edges: &BTreeSet<EdgeNo>, index: &Index, was: GateOf<'_>, gate_of: GateOf<'_>) -> Self {
        let is_weaker = |it: &EdgeNo| gate_of(*it).is_some_and(|gate| was(*it).is_none_or(|was| gate < was));
        Self {
            edges: edges.iter().copied().collect(),
            ends: edges.iter().filter_map(|it| index.node_of(*it)).collect(),
            loosens: edges.iter().any(is_weaker),
        }
    }

    /// The edges, sorted.
    pub(super) fn edges(&self) -> &[EdgeNo] {
        &self.edges
    }
}

/// Origins by the node that their content or data gets into.
pub(super) type Origins = BTreeMap<NodeNo, Vec<OriginNo>>;

/// A closure that is being mended.
pub(super) struct Closing<'c, 't, Label> {
    pub(super) index: &'c Index,
    pub(super) stands: Stands<'c>,
    pub(super) tables: &'c mut Under<'t, Label>,
    /// Where alone anything is carried to.
    pub(super) within: Option<&'c Origins>,
}

impl<Label: Carried> Closing<'_, '_, Label> {
    /// Takes in what comes from one origin.
    fn start<'s>(&mut self, node: NodeNo, starts: impl Iterator<Item = &'s Start>) {
        for start in starts {
            let Some((label, gate)) = Label::brought(start.brings).zip((self.stands.gate_of)(start.edge))
            else {
                continue;
            };
            let is_better = self.tables.get(node, start.origin).is_none_or(|known| {
                let way = (gate, 1, [start.edge].as_slice()).cmp(&known.way.rank());
                label.outranks(known.label).then(way) == Ordering::Less
            });
            if is_better {
                let way = Way::single(start.edge, gate);
                self.tables.put(node, vec![Held { origin: start.origin, label, way }]);
            }
        }
    }

    /// Carries on what is new until nothing gets better.
    fn close(&mut self, mut news: Origins) {
        while !news.is_empty() {
            let mut next = Origins::new();
            while let Some((node, mut origins)) = news.pop_first() {
                origins.sort_unstable();
                origins.dedup();
                for step in self.index.moves_out(node) {
                    let better = match self.within {
                        None => self.follow(*step, &origins),
                        Some(within) => self.follow(*step, &common(&origins, within.get(&step.to))),
                    };
                    if !better.is_empty() {
                        let known = news.get_mut(&step.to);
                        known.unwrap_or_else(|| next.entry(step.to).or_default()).extend(better);
                    }
                }
            }
            news = next;
        }
    }

    /// Takes what comes from these origins over one move, and tells of which it got better.
    fn follow(&mut self, step: Move, origins: &[OriginNo]) -> Vec<OriginNo> {
        if origins.is_empty() {
            return Vec::new();
        }
        let Some(gate) = (self.stands.gate_of)(step.edge) else { return Vec::new() };
        let limits = self.stands.limits.get(&step.edge).or_else(|| self.index.limits.get(&step.edge));
        let one = Step { edge: step.edge, gate };
        let better = self.tables.chosen((step.from, step.to), origins, |held, known| {
            let label = match limits {
                None => held.label,
                Some(limits) => held.label.passed(self.index, limits, held.origin)?,
            };
            let is_better = known.is_none_or(|known| {
                let way = || held.way.compare_longer(one, &known.way);
                label.outranks(known.label).then_with(way) == Ordering::Less
            });
            is_better.then(|| Held { origin: held.origin, label, way: held.way.longer(one) })
        });
        let origins = better.iter().map(|it| it.origin).collect();
        if !better.is_empty() {
            self.tables.put(step.to, better);
        }
        origins
    }

    /// Mends what goes over changed edges, of which `broken` are the places, wherever it goes on from there.
    pub(super) fn mend(&mut self, change: &Change, broken: &Origins) {
        self.lose(broken);
        let is_changed = |it: EdgeNo| change.edges.binary_search(&it).is_ok();
        let mut lost = broken.clone();
        for node in &change.ends {
            let changed = self.index.starts(*node).iter().filter(|it| is_changed(it.edge));
            let of_label: Vec<_> = changed.filter(|it| Label::brought(it.brings).is_some()).collect();
            if !of_label.is_empty() {
                let origins = lost.entry(*node).or_default();
                origins.extend(of_label.into_iter().map(|it| it.origin));
                origins.sort_unstable();
                origins.dedup();
            }
        }
        self.come_in(&lost);
        let mut news = lost;
        for node in &change.ends {
            for step in self.index.moves_in(*node).iter().filter(|it| is_changed(it.edge)) {
                let better = self.follow(*step, &self.tables.origins(step.from));
                news.entry(*node).or_default().extend(better);
            }
            if self.index.moves_out(*node).iter().any(|it| is_changed(it.edge)) {
                news.insert(*node, self.tables.origins(*node));
            }
        }
        self.close(news);
    }

    /// Mends what goes over changed edges before which more stands than before, there and nowhere else: what comes in over
    /// other edges is as good as it was.
    pub(super) fn mend_within(&mut self, broken: &Origins) {
        self.lose(broken);
        self.come_in(broken);
        self.close(broken.clone());
    }

    fn lose(&mut self, broken: &Origins) {
        for (node, origins) in broken {
            self.tables.lose(*node, origins);
        }
    }

    /// Takes what comes from these origins in again, from outside and from the nodes before.
    fn come_in(&mut self, lost: &Origins) {
        for (node, origins) in lost {
            for origin in origins {
                self.start(*node, self.index.starts_from(*node, *origin).iter());
            }
        }
        for (node, origins) in lost {
            for step in self.index.moves_in(*node) {
                self.follow(*step, origins);
            }
        }
    }
}

/// Where what gets into `node` over broken ways could come from instead, over nodes of which that is broken too; none where
/// that is more than `most`.
pub(super) fn before(
    node: NodeNo,
    (broken, most): (&Origins, usize),
    (index, gate_of): (&Index, GateOf<'_>),
) -> Option<Origins> {
    let (mut found, mut left) = (Origins::new(), most);
    let mut next: Vec<(NodeNo, Vec<OriginNo>)> =
        broken.get(&node).map(|it| (node, it.clone())).into_iter().collect();
    while let Some((node, mut origins)) = next.pop() {
        let known = found.entry(node).or_default();
        origins.retain(|it| known.binary_search(it).is_err());
        if origins.is_empty() {
            continue;
        }
        left = left.checked_sub(origins.len())?;
        known.extend(&origins);
        known.sort_unstable();
        for step in index.moves_in(node).iter().filter(|it| gate_of(it.edge).is_some()) {
            let further = common(&origins, broken.get(&step.from));
            if !further.is_empty() {
                next.push((step.from, further));
            }
        }
    }
    Some(found)
}

/// Those that are in both, which are sorted.
fn common(origins: &[OriginNo], others: Option<&Vec<OriginNo>>) -> Vec<OriginNo> {
    let others = others.map_or(&[][..], Vec::as_slice);
    origins.iter().filter(|it| others.binary_search(it).is_ok()).copied().collect()
}
