//! What is held where: tables of a whole map, and what a what-if changes of them.

use std::collections::BTreeMap;

use super::Held;
use crate::index::{NodeNo, OriginNo};

/// The tables of a whole map, by the numbers of its nodes; each is in the order of origins.
#[derive(Debug)]
pub(super) struct Whole<Label>(Vec<Vec<Held<Label>>>);

impl<Label> Whole<Label> {
    pub(super) fn of(tables: Vec<Vec<Held<Label>>>) -> Self {
        Self(tables)
    }

    pub(super) fn at(&self, node: NodeNo) -> &[Held<Label>] {
        self.0.get(node.place()).map_or(&[], Vec::as_slice)
    }
}

/// What a what-if changes of what of an origin gets to a node; none where nothing of it does any more.
pub(super) type Changed<Label> = (OriginNo, Option<Held<Label>>);

/// What a what-if changes, node by node in the order of origins.
pub(super) type Changes<Label> = BTreeMap<NodeNo, Vec<Changed<Label>>>;

/// Tables with changes laid over them.
pub(super) struct Under<'t, Label> {
    pub(super) whole: &'t Whole<Label>,
    pub(super) changes: Changes<Label>,
}

impl<Label> Under<'_, Label> {
    /// Forgets what of these origins, which are sorted, gets into `node`.
    pub(super) fn lose(&mut self, node: NodeNo, origins: &[OriginNo]) {
        put(self.changes.entry(node).or_default(), origins.iter().map(|it| (*it, None)).collect());
    }

    /// The origins of what gets into `node`, sorted.
    pub(super) fn origins(&self, node: NodeNo) -> Vec<OriginNo> {
        held(self.whole.at(node), self.at(node)).map(|it| it.origin).collect()
    }

    fn at(&self, node: NodeNo) -> &[Changed<Label>] {
        self.changes.get(&node).map_or(&[], Vec::as_slice)
    }

    /// Tells what of each origin gets into `node`; origins are asked for in their order.
    fn walk<'s>(&'s self, node: NodeNo) -> impl FnMut(OriginNo) -> Option<&'s Held<Label>>
    where
        Label: 's,
    {
        let (mut table, mut changes) = (Walk(self.whole.at(node)), Walk(self.at(node)));
        move |origin| match changes.to(origin) {
            Some((_, changed)) => changed.as_ref(),
            None => table.to(origin),
        }
    }

    /// What of `origin` gets into `node`.
    pub(super) fn get(&self, node: NodeNo, origin: OriginNo) -> Option<&Held<Label>> {
        self.walk(node)(origin)
    }

    /// What `choose` makes of what is held at the first of two nodes of these origins, which are sorted, beside what is
    /// known of each at the second.
    pub(super) fn chosen(
        &self,
        ends: (NodeNo, NodeNo),
        origins: &[OriginNo],
        choose: impl Fn(&Held<Label>, Option<&Held<Label>>) -> Option<Held<Label>>,
    ) -> Vec<Held<Label>> {
        let (mut from, mut to) = (self.walk(ends.0), self.walk(ends.1));
        origins.iter().filter_map(|it| choose(from(*it)?, to(*it))).collect()
    }

    /// Takes in what gets into `node`, in the place of what is known of its origin. Both are in the order of origins.
    pub(super) fn put(&mut self, node: NodeNo, held: Vec<Held<Label>>) {
        let held = held.into_iter().map(|it| (it.origin, Some(it))).collect();
        put(self.changes.entry(node).or_default(), held);
    }
}

/// What stands in a table in the order of origins.
trait OfOrigin {
    fn origin(&self) -> OriginNo;
}

impl<Label> OfOrigin for Held<Label> {
    fn origin(&self) -> OriginNo {
        self.origin
    }
}

impl<Label> OfOrigin for Changed<Label> {
    fn origin(&self) -> OriginNo {
        self.0
    }
}

/// What is left of a table, walked along in the order of origins.
struct Walk<'t, T>(&'t [T]);

impl<'t, T: OfOrigin> Walk<'t, T> {
    /// What is there of `origin`, which is none of those before.
    fn to(&mut self, origin: OriginNo) -> Option<&'t T> {
        // Mostly it is near; where few origins are asked for, the steps double.
        let mut far = 1;
        while self.0.get(far - 1).is_some_and(|it| it.origin() < origin) {
            far *= 2;
        }
        let near = self.0.get(far / 2..far.min(self.0.len()))?;
        let at = far / 2 + near.partition_point(|it| it.origin() < origin);
        self.0 = self.0.get(at..)?;
        self.0.first().filter(|it| it.origin() == origin)
    }
}

/// Puts `news` into a table, in the place of what is there of the same origins. Both are in the order of origins.
fn put<T: OfOrigin>(table: &mut Vec<T>, news: Vec<T>) {
    if table.last().is_none_or(|last| news.first().is_some_and(|it| last.origin() < it.origin())) {
        table.extend(news);
        return;
    }
    let mut more = Vec::new();
    for it in news {
        match table.binary_search_by_key(&it.origin(), T::origin) {
            Err(_) => more.push(it),
            Ok(at) => {
                if let Some(known) = table.get_mut(at) {
                    *known = it;
                }
            }
        }
    }
    if !more.is_empty() {
        // Two sorted runs: sorting finds them, and merges.
        table.append(&mut more);
        table.sort_by_key(T::origin);
    }
}

/// What is in a table with these changes, in the order of origins.
pub(super) fn held<'t, Label>(
    table: &'t [Held<Label>],
    changes: &'t [Changed<Label>],
) -> impl Iterator<Item = &'t Held<Label>> {
    let (mut table, mut changes) = (table.iter().peekable(), changes.iter().peekable());
    std::iter::from_fn(move || {
        loop {
            let (known, changed) = (table.peek().map(|it| it.origin), changes.peek().map(|it| it.0));
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
