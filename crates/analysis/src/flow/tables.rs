//! What is held where: tables of a whole map, and what a what-if changes of them.

use std::collections::BTreeMap;

use super::Held;
use crate::index::{NodeNo, OriginNo};

/// Tables in which a closure is found.
pub(super) trait Tables<Label> {
    /// What of `origin` gets into `node`.
    fn get(&self, node: NodeNo, origin: OriginNo) -> Option<&Held<Label>>;

    /// Takes in what gets into `node`, in the place of what is known of its origin. Both are in the order of origins.
    fn put(&mut self, node: NodeNo, held: Vec<Held<Label>>);

    /// What `choose` makes of what is held at the first of two nodes of these origins, which are sorted, beside what is
    /// known of each at the second.
    fn chosen(
        &self,
        ends: (NodeNo, NodeNo),
        origins: &[OriginNo],
        choose: impl Fn(&Held<Label>, Option<&Held<Label>>) -> Option<Held<Label>>,
    ) -> Vec<Held<Label>>;
}

/// The tables of a whole map, by the numbers of its nodes; each is in the order of origins.
#[derive(Debug)]
pub(super) struct Whole<Label>(Vec<Vec<Held<Label>>>);

impl<Label> Whole<Label> {
    pub(super) fn of(nodes: usize) -> Self {
        Self(std::iter::repeat_with(Vec::new).take(nodes).collect())
    }

    pub(super) fn at(&self, node: NodeNo) -> &[Held<Label>] {
        self.0.get(node.place()).map_or(&[], Vec::as_slice)
    }

    fn find(&self, node: NodeNo, origin: OriginNo) -> Option<&Held<Label>> {
        let table = self.at(node);
        table.binary_search_by_key(&origin, |it| it.origin).ok().and_then(|it| table.get(it))
    }
}

impl<Label> Tables<Label> for Whole<Label> {
    fn get(&self, node: NodeNo, origin: OriginNo) -> Option<&Held<Label>> {
        self.find(node, origin)
    }

    fn put(&mut self, node: NodeNo, held: Vec<Held<Label>>) {
        let Some(table) = self.0.get_mut(node.place()) else { return };
        if table.last().is_none_or(|last| held.first().is_some_and(|it| last.origin < it.origin)) {
            table.extend(held);
            return;
        }
        let mut news = Vec::new();
        for it in held {
            match table.binary_search_by_key(&it.origin, |it| it.origin) {
                Err(_) => news.push(it),
                Ok(at) => {
                    if let Some(known) = table.get_mut(at) {
                        *known = it;
                    }
                }
            }
        }
        if !news.is_empty() {
            // Two sorted runs: sorting finds them, and merges.
            table.append(&mut news);
            table.sort_by_key(|it| it.origin);
        }
    }

    fn chosen(
        &self,
        (from, to): (NodeNo, NodeNo),
        origins: &[OriginNo],
        choose: impl Fn(&Held<Label>, Option<&Held<Label>>) -> Option<Held<Label>>,
    ) -> Vec<Held<Label>> {
        let (mut from, mut to) = (Walk(self.at(from)), Walk(self.at(to)));
        origins.iter().filter_map(|it| choose(from.to(*it)?, to.to(*it))).collect()
    }
}

/// What is left of a table, walked along in the order of origins.
struct Walk<'t, Label>(&'t [Held<Label>]);

impl<'t, Label> Walk<'t, Label> {
    /// What is held of `origin`, which is none of those before.
    fn to(&mut self, origin: OriginNo) -> Option<&'t Held<Label>> {
        // Mostly it is near; where few origins are asked for, the steps double.
        let mut far = 1;
        while self.0.get(far - 1).is_some_and(|it| it.origin < origin) {
            far *= 2;
        }
        let near = self.0.get(..far.min(self.0.len()))?;
        let at = near.partition_point(|it| it.origin < origin);
        self.0 = self.0.get(at..)?;
        self.0.first().filter(|it| it.origin == origin)
    }
}

/// What a what-if changes of tables; none where something no longer gets there.
pub(super) type Changes<Label> = BTreeMap<NodeNo, BTreeMap<OriginNo, Option<Held<Label>>>>;

/// Tables with changes laid over them.
pub(super) struct Changed<'t, Label> {
    pub(super) whole: &'t Whole<Label>,
    pub(super) changes: Changes<Label>,
}

impl<Label> Changed<'_, Label> {
    /// Forgets what of `origin` gets into `node`.
    pub(super) fn lose(&mut self, node: NodeNo, origin: OriginNo) {
        self.changes.entry(node).or_default().insert(origin, None);
    }

    /// The origins of what gets into `node`, sorted.
    pub(super) fn origins(&self, node: NodeNo) -> Vec<OriginNo> {
        held(self.whole.at(node), self.changes.get(&node)).map(|it| it.origin).collect()
    }
}

impl<Label> Tables<Label> for Changed<'_, Label> {
    fn get(&self, node: NodeNo, origin: OriginNo) -> Option<&Held<Label>> {
        match self.changes.get(&node).and_then(|it| it.get(&origin)) {
            Some(changed) => changed.as_ref(),
            None => self.whole.find(node, origin),
        }
    }

    fn put(&mut self, node: NodeNo, held: Vec<Held<Label>>) {
        let changes = self.changes.entry(node).or_default();
        changes.extend(held.into_iter().map(|it| (it.origin, Some(it))));
    }

    fn chosen(
        &self,
        (from, to): (NodeNo, NodeNo),
        origins: &[OriginNo],
        choose: impl Fn(&Held<Label>, Option<&Held<Label>>) -> Option<Held<Label>>,
    ) -> Vec<Held<Label>> {
        origins.iter().filter_map(|it| choose(self.get(from, *it)?, self.get(to, *it))).collect()
    }
}

/// What is in a table with these changes, in the order of origins.
pub(super) fn held<'t, Label>(
    table: &'t [Held<Label>],
    changes: Option<&'t BTreeMap<OriginNo, Option<Held<Label>>>>,
) -> impl Iterator<Item = &'t Held<Label>> {
    let mut table = table.iter().peekable();
    let mut changes = changes.into_iter().flatten().peekable();
    std::iter::from_fn(move || {
        loop {
            let (known, changed) = (table.peek().map(|it| it.origin), changes.peek().map(|it| *it.0));
            match (known, changed) {
                (_, None) => return table.next(),
                (Some(known), Some(changed)) if known < changed => return table.next(),
                (known, changed) => {
                    if known == changed {
                        table.next();
                    }
                    if let Some((_, Some(held))) = changes.next() {
                        return Some(held);
                    }
                }
            }
        }
    })
}
