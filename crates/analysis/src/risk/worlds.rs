//! What happens in drawn years: which contexts are steered, what they do, and which data gets where it may leave.
//!
//! Years of all contexts stand in one table, those of a group side by side. A what-if changes the rows of what it has to do
//! with, group by group, and puts them back from another table afterwards.

use std::collections::{BTreeSet, VecDeque};
use std::ops::Range;

use super::chance::{Table, Years, both, either};
use super::ends::{Flow, Top};
use super::exits::{Data, DataNo, ExitNo, Sink};
use super::layout::{Filter, Hop};
use super::network::{Network, Writer};
use crate::index::NodeNo;

/// What happens in which years, for one set of likelihoods.
#[derive(Debug, Clone)]
pub(crate) struct Worlds {
    words: usize,
    /// By event.
    pub(super) events: Table,
    /// By module.
    pub(super) happens: Table,
    /// When content of each sort steers a context, by writer and place.
    pub(super) steered: [Table; 2],
    /// When a context does something, by exit.
    pub(super) exits: Table,
    /// When data that is in a context leaves by any exit, by shared sink and place.
    pub(super) leaves: Vec<Table>,
}

/// The years in which an end comes about by each context.
#[derive(Debug, Clone, Default)]
pub(crate) struct ByContext {
    pub(crate) nodes: Vec<NodeNo>,
    pub(crate) years: Table,
}

impl ByContext {
    /// The years of one of them, which stand in order.
    pub(crate) fn of(&self, node: NodeNo) -> &[u64] {
        self.nodes.binary_search(&node).map_or(&[], |it| self.years.row(it))
    }

    /// Each context with its years.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (NodeNo, &[u64])> {
        self.nodes.iter().enumerate().map(|(at, node)| (*node, self.years.row(at)))
    }
}

/// What is moved along, and what lets it pass.
struct Moving<'n> {
    hops: &'n [Vec<Hop>],
    passes: &'n [bool],
    /// Whether only what is steered takes it on.
    steers: bool,
}

pub(super) fn writer_place(writer: Writer) -> usize {
    usize::from(writer == Writer::Partner)
}

impl Worlds {
    /// The years of `events`, by event.
    pub(crate) fn of(network: &Network, events: Table) -> Self {
        let words = events.words();
        let (places, exits) = (network.layout.len(), &network.exits);
        let steered = |writer: Writer| {
            let known = network.known_writers().any(|it| it == writer);
            Table::new(if known { places } else { 0 }, words)
        };
        let leaves = |it: &Sink| Table::new(if it.is_shared { places } else { 0 }, words);
        let mut worlds = Self {
            words,
            events,
            happens: Table::new(network.modules.len(), words),
            steered: [steered(Writer::Anybody), steered(Writer::Partner)],
            exits: Table::new(exits.list.len(), words),
            leaves: exits.sinks.iter().map(leaves).collect(),
        };
        for (at, events) in network.modules.iter().enumerate() {
            let row = worlds.happens.row_mut(at);
            events.iter().for_each(|it| either(row, worlds.events.row(*it as usize)));
        }
        for group in 0..network.layout.groups() {
            worlds.steer(network, group);
        }
        for (no, _) in exits.numbered() {
            worlds.exit(network, no);
        }
        for (at, sink) in exits.sinks.iter().enumerate().filter(|it| it.1.is_shared) {
            for group in 0..network.layout.groups() {
                worlds.leave(network, (at, sink), group);
            }
        }
        worlds
    }

    /// Finds when content steers each context of a group.
    pub(super) fn steer(&mut self, network: &Network, group: usize) {
        for writer in network.known_writers() {
            let at = writer_place(writer);
            let mut table = self.steered.get_mut(at).map(std::mem::take).unwrap_or_default();
            for place in network.layout.group(group) {
                self.start(network, (writer, place), table.row_mut(place));
            }
            let passes = network.content.get(at).map_or(&[][..], Filter::as_slice);
            let moving = Moving { hops: network.layout.onward(), passes, steers: true };
            self.spread(network, &mut table, group, &moving);
            if let Some(known) = self.steered.get_mut(at) {
                *known = table;
            }
        }
    }

    /// When content that comes in from outside steers the context at a place.
    pub(super) fn start(&self, network: &Network, (writer, place): (Writer, usize), years: &mut [u64]) {
        years.fill(0);
        let Some(context) = network.context_at(place) else { return };
        for entry in context.entries.iter().filter(|it| it.writer == writer) {
            let attempt = self.happens.row(entry.attempt.place());
            let step = self.happens.row(entry.step.place());
            years.iter_mut().zip(attempt.iter().zip(step)).for_each(|(year, (a, b))| *year |= a & b);
        }
        if let Some(steered) = context.steered {
            both(years, self.happens.row(steered.place()));
        }
    }

    /// Moves on within a group from where something is, until nothing is added.
    fn spread(&self, network: &Network, table: &mut Table, group: usize, moving: &Moving<'_>) {
        let places = network.layout.group(group);
        let hops = |place: usize| moving.hops.get(place).map_or(&[][..], Vec::as_slice);
        if places.clone().all(|it| hops(it).is_empty()) {
            return;
        }
        let first = places.start;
        let mut news: VecDeque<usize> =
            places.clone().filter(|it| table.row(*it).iter().any(|it| *it != 0)).collect();
        let mut waits = vec![false; places.len()];
        for place in &news {
            waits.iter_mut().skip(place - first).take(1).for_each(|it| *it = true);
        }
        let mut from = Years::new();
        while let Some(place) = news.pop_front() {
            waits.iter_mut().skip(place - first).take(1).for_each(|it| *it = false);
            from.clear();
            from.extend(table.row(place));
            for hop in hops(place).iter().filter(|it| it.passes(moving.passes)) {
                let to = hop.to as usize;
                let step = self.happens.row(hop.step.place());
                let steered = network.context_at(to).and_then(|it| it.steered).filter(|_| moving.steers);
                let known = table.row_mut(to);
                let added = match steered {
                    Some(steered) => {
                        let steered = self.happens.row(steered.place());
                        let moved = from.iter().zip(step).zip(steered).map(|((a, b), c)| a & b & c);
                        add(known, moved)
                    }
                    None => add(known, from.iter().zip(step).map(|(a, b)| a & b)),
                };
                if added
                    && let Some(waits) = waits.get_mut(to - first)
                    && !std::mem::replace(waits, true)
                {
                    news.push_back(to);
                }
            }
        }
    }

    /// Finds when a context does something.
    pub(super) fn exit(&mut self, network: &Network, no: ExitNo) {
        let Some(exit) = network.exits.exit(no) else { return };
        let (place, years) = (network.layout.place(exit.node), self.exits.row_mut(no.place()));
        years.fill(0);
        for writer in &exit.writers {
            let steered = self.steered.get(writer_place(*writer));
            either(years, steered.map_or(&[], |it| it.row(place)));
        }
        let accident = network.contexts.get(exit.node.place()).and_then(|it| it.accident);
        if let Some(accident) = accident.filter(|_| exit.accidental) {
            either(years, self.happens.row(accident.place()));
        }
        for steps in [&exit.access, &exit.last] {
            match steps.as_slice() {
                [] => {}
                [one] => both(years, self.happens.row(one.place())),
                several => {
                    let mut any = vec![0; self.words];
                    several.iter().for_each(|it| either(&mut any, self.happens.row(it.place())));
                    both(years, &any);
                }
            }
        }
    }

    /// Finds when data that is in a context of a group leaves by an exit of a sink.
    pub(super) fn leave(&mut self, network: &Network, (at, sink): (usize, &Sink), group: usize) {
        let mut table = self.leaves.get_mut(at).map(std::mem::take).unwrap_or_default();
        self.gather(network, sink, group, &mut table);
        if let Some(known) = self.leaves.get_mut(at) {
            *known = table;
        }
    }

    fn gather(&self, network: &Network, sink: &Sink, group: usize, table: &mut Table) {
        let places = network.layout.group(group);
        table.rows_mut(places.clone()).fill(0);
        let first = sink.exits.partition_point(|it| (it.0 as usize) < places.start);
        let exits = sink.exits.get(first..).unwrap_or_default();
        for (place, exit) in exits.iter().take_while(|it| (it.0 as usize) < places.end) {
            either(table.row_mut(*place as usize), self.exits.row(exit.place()));
        }
        let passes = network.exits.filter(sink.filter);
        let moving = Moving { hops: network.layout.back(), passes, steers: false };
        self.spread(network, table, group, &moving);
    }

    /// The years in which `top` comes about.
    pub(crate) fn top(&self, network: &Network, top: &Top, space: &mut Space) -> Years {
        let mut whole = vec![0; self.words];
        for term in top.terms.iter().filter(|it| it.data.is_none()) {
            either(&mut whole, self.exits.row(term.exit.place()));
        }
        for flow in &top.flows {
            self.flow(network, *flow, &mut whole, space);
        }
        whole
    }

    fn flow(&self, network: &Network, flow: Flow, whole: &mut [u64], space: &mut Space) {
        let exits = &network.exits;
        let (Some(data), Some(sink)) = (exits.data(flow.data), exits.sink(flow.sink)) else { return };
        let own = space.table(network, self.words);
        if !sink.is_shared {
            groups_of(network, data).into_iter().for_each(|it| self.gather(network, sink, it, own));
        }
        let known = self.leaves.get(flow.sink.place()).filter(|_| sink.is_shared);
        let table = known.unwrap_or(own);
        for (node, step) in &data.reads {
            let leaves = table.row(network.layout.place(*node));
            let step = self.happens.row(step.place());
            whole.iter_mut().zip(leaves.iter().zip(step)).for_each(|(year, (a, b))| *year |= a & b);
        }
    }

    /// The years in which `top` comes about by each context.
    pub(crate) fn by_context(&self, network: &Network, top: &Top, space: &mut Space) -> ByContext {
        let mut by = ByContext { nodes: Vec::new(), years: Table::new(0, self.words) };
        let mut held = Vec::new();
        for (exit, term) in network.terms(top) {
            if by.nodes.last() != Some(&exit.node) {
                by.nodes.push(exit.node);
                by.years.push(&vec![0; self.words]);
            }
            let years = by.years.row_mut(by.nodes.len() - 1);
            let does = self.exits.row(term.exit.place());
            let Some(of) = term.data else {
                either(years, does);
                continue;
            };
            if !held.iter().any(|(it, _): &(DataNo, Held)| *it == of) {
                held.push((of, self.held(network, of, space)));
            }
            let place = network.layout.place(exit.node);
            let own = held.iter().filter(|it| it.0 == of).flat_map(|it| &it.1);
            for (places, own) in own.filter(|it| it.0.contains(&place)) {
                let own = own.row(place - places.start);
                years.iter_mut().zip(own.iter().zip(does)).for_each(|(year, (a, b))| *year |= a & b);
            }
        }
        by
    }

    /// When data is in contexts, by the groups that it is read in.
    fn held(&self, network: &Network, of: DataNo, space: &mut Space) -> Held {
        let Some(data) = network.exits.data(of) else { return Held::new() };
        let table = space.table(network, self.words);
        let passes = network.exits.filter(data.filter);
        let moving = Moving { hops: network.layout.onward(), passes, steers: false };
        let mut held = Held::new();
        for group in groups_of(network, data) {
            let places = network.layout.group(group);
            table.rows_mut(places.clone()).fill(0);
            for (node, step) in data.reads.iter().filter(|it| network.group_of(it.0) == Some(group)) {
                either(table.row_mut(network.layout.place(*node)), self.happens.row(step.place()));
            }
            self.spread(network, table, group, &moving);
            let mut own = Table::new(0, self.words);
            own.push(table.rows(places.clone()));
            held.push((places, own));
        }
        held
    }
}

/// When data is in the contexts at some places.
type Held = Vec<(Range<usize>, Table)>;

/// Room for the years of all contexts, used again and again.
#[derive(Debug, Default)]
pub(crate) struct Space(Option<Table>);

impl Space {
    fn table(&mut self, network: &Network, words: usize) -> &mut Table {
        self.0.get_or_insert_with(|| Table::new(network.layout.len(), words))
    }
}

/// The groups in which data is read.
fn groups_of(network: &Network, data: &Data) -> BTreeSet<usize> {
    data.reads.iter().filter_map(|it| network.group_of(it.0)).collect()
}

/// Adds years to those that are known, and says whether any is new.
fn add(known: &mut [u64], more: impl Iterator<Item = u64>) -> bool {
    let mut added = 0;
    for (known, more) in known.iter_mut().zip(more) {
        added |= more & !*known;
        *known |= more;
    }
    added != 0
}
