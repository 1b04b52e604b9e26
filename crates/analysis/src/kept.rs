//! Who writes and who reads back what is kept: memories and named stores.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::facts::KeptFor;
use ambit_model::{AgentFacts, AssetId, AssetKind, Gate};

use crate::map::ReachMap;
use crate::scene::{Open, Scene};

/// An agent with its sub-agents: the same client in the same folder.
pub(crate) type Family<'a> = (&'a str, &'a str);

pub(crate) fn family(facts: &AgentFacts) -> Family<'_> {
    (&facts.client, &facts.at)
}

/// Whether it is there to be read back by later sessions of whoever wrote it. What one agent writes to its own
/// files and databases is its work, and what is kept for one conversation ends with it.
pub(crate) fn is_kept_for_later(map: &ReachMap, store: &AssetId) -> bool {
    if map.assets.get(store).is_none_or(|it| it.kind != AssetKind::Memory) {
        return false;
    }
    let mut kept =
        map.agents.values().flat_map(|it| &it.program.keeps).filter(|it| it.on.id == *store).peekable();
    let ends = kept.peek().is_some() && kept.all(|it| matches!(it.kept_for, KeptFor::Run | KeptFor::Session));
    !ends
}

/// Who reads a store back, as far as it makes a difference: by what stands before it and whether the stock client
/// does it too, the first of each family and the first two families. Hundreds may read what hundreds write.
#[derive(Debug, Default)]
pub(crate) struct Readers<'a> {
    own: BTreeMap<(Family<'a>, Gate, bool), Open<'a>>,
    first: BTreeMap<(Gate, bool), Vec<(Family<'a>, Open<'a>)>>,
}

impl<'a> Readers<'a> {
    /// Those of `reads`, as far as they matter beside writes of `writers`.
    pub(crate) fn of(scene: &Scene<'a>, reads: &[Open<'a>], writers: &BTreeSet<Family<'a>>) -> Self {
        let mut readers = Self::default();
        for read in reads {
            let Some(facts) = scene.map.agents.get(&read.0.from) else { continue };
            let (family, class) = (family(facts), (read.1, read.0.stock));
            if writers.contains(&family) {
                readers.own.entry((family, class.0, class.1)).or_insert(*read);
            }
            let first = readers.first.entry(class).or_default();
            if first.len() < 2 && first.iter().all(|(it, _)| *it != family) {
                first.push((family, *read));
            }
        }
        readers
    }

    /// The reads that matter beside a write of `writer`, in the order of their ids: those of other families, and
    /// where the store is `kept_for_later` its own.
    pub(crate) fn beside(&self, writer: Family<'a>, kept_for_later: bool) -> Vec<Open<'a>> {
        let other =
            |it: &'_ Vec<(Family<'a>, Open<'a>)>| it.iter().find(|(it, _)| *it != writer).map(|(_, it)| *it);
        let mut reads: Vec<Open<'a>> = self.first.values().filter_map(other).collect();
        if kept_for_later {
            let own = |(gate, stock): &(Gate, bool)| self.own.get(&(writer, *gate, *stock)).copied();
            reads.extend(self.first.keys().filter_map(own));
        }
        reads.sort_by_key(|(it, _)| it.no);
        reads
    }
}
