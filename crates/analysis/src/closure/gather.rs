//! One pass over the edges: what each brings in, where it moves content to, what can be done over it.

use std::collections::BTreeMap;

use ambit_model::{Gate, Verb};

use super::bits;
use super::csr::Hop;
use super::edge::{Edge, Facts};
use super::exits::{Exits, Floor, Special, is_action};
use super::graph::{Node, Role, is_within};

/// What the edges come to, each by its node.
#[derive(Debug, Clone, Default)]
pub(super) struct Gathered {
    /// What comes in from outside.
    pub(super) own: Vec<u64>,
    /// What can be done.
    pub(super) exits: Vec<Exits>,
    /// How many edges start there.
    pub(super) counts: Vec<u32>,
    /// Exits that need a closer look.
    pub(super) special: Vec<(u32, Special)>,
    /// Where content moves.
    pub(super) hops: Vec<Hop>,
}

/// What an edge does to what its node holds and can do.
pub(super) enum Does {
    Takes(u64),
    Acts(Exits),
    Special(Special),
    Nothing,
}

impl Gathered {
    /// The pass over some of the edges, of which the first has the number `first`; none where one leads nowhere.
    pub(super) fn of(
        edges: &[Edge],
        first: u32,
        (nodes, limits): (&[Node], usize),
        stock: &Stock,
    ) -> Option<Self> {
        let mut all = Self {
            own: vec![0; nodes.len()],
            exits: vec![Exits::default(); nodes.len()],
            counts: vec![0; nodes.len() + 1],
            ..Self::default()
        };
        for (no, edge) in (first..).zip(edges) {
            let from = edge.from as usize;
            if !is_within(*edge, nodes.len(), limits) {
                return None;
            }
            if let Some(count) = all.counts.get_mut(from) {
                *count += 1;
            }
            match does(*edge, nodes, stock) {
                Does::Takes(bits) => {
                    if let Some(own) = all.own.get_mut(from) {
                        *own |= bits;
                    }
                }
                Does::Acts(exits) => {
                    if let Some(known) = all.exits.get_mut(from) {
                        known.join(exits);
                    }
                }
                Does::Special(it) => {
                    if let Some(known) = all.exits.get_mut(from) {
                        known.join(acts(it.facts, false));
                    }
                    // Equal ones mostly follow each other.
                    let special = (edge.from, Special { facts: it.facts.exit(), ..it });
                    if all.special.last() != Some(&special) {
                        all.special.push(special);
                    }
                }
                Does::Nothing => {}
            }
            hops(no, *edge, nodes, |it| all.hops.push(it));
        }
        Some(all)
    }

    /// Both together, `other` being of later edges.
    pub(super) fn join(&mut self, other: Self) {
        self.own.iter_mut().zip(other.own).for_each(|(a, b)| *a |= b);
        self.exits.iter_mut().zip(other.exits).for_each(|(a, b)| a.join(b));
        self.counts.iter_mut().zip(other.counts).for_each(|(a, b)| *a += b);
        self.special.extend(other.special);
        self.hops.extend(other.hops);
    }
}

/// What `edge` does to what its node holds and can do.
#[inline]
pub(super) fn does(edge: Edge, nodes: &[Node], stock: &Stock) -> Does {
    let facts = edge.facts;
    let gate = facts.gate();
    if gate == Gate::Denied {
        return Does::Nothing;
    }
    match facts.verb() {
        Verb::Ingests | Verb::Loads | Verb::Reads | Verb::Recalls => Does::Takes(brings(edge, nodes)),
        Verb::Sends if facts.audience().is_none() => Does::Nothing,
        Verb::Sends if facts.limit() > 0 => Does::Special(Special { facts, floor: Floor::default() }),
        verb if verb == Verb::Sends || verb == Verb::MayReach => Does::Acts(acts(facts, true)),
        verb if is_action(verb) => {
            let floor = stock.floor(edge.from, edge.to);
            if facts.limit() == 0 && floor == Floor::default() {
                Does::Acts(acts(facts, true))
            } else {
                Does::Special(Special { facts, floor })
            }
        }
        _ => Does::Nothing,
    }
}

/// What comes in over `edge` from outside.
#[inline]
pub(super) fn brings(edge: Edge, nodes: &[Node]) -> u64 {
    let facts = edge.facts;
    match facts.verb() {
        Verb::Ingests => bits::content(facts.trust(), false, facts.gate()),
        Verb::Loads => bits::content(facts.trust(), true, facts.gate()),
        Verb::Reads | Verb::Recalls => {
            let kind = nodes.get(edge.to as usize).map_or(0, |it| it.kind);
            bits::data(kind, facts.level(), facts.gate())
        }
        _ => 0,
    }
}

#[inline]
pub(super) fn acts(facts: Facts, plain: bool) -> Exits {
    let mut exits = Exits::default();
    match (facts.verb(), facts.audience()) {
        (Verb::Sends, Some(audience)) if plain => exits.send(audience, facts.gate()),
        (Verb::MayReach, _) if !facts.is_stock() => exits.unknown(facts.gate()),
        (verb, _) if is_action(verb) => exits.act(facts, plain),
        _ => {}
    }
    exits
}

/// Where content moves over `edge`: to whom work is handed and back with the answer, into a place and out of it.
#[inline]
pub(super) fn hops(no: u32, edge: Edge, nodes: &[Node], mut found: impl FnMut(Hop)) {
    let facts = edge.facts;
    if facts.gate() == Gate::Denied {
        return;
    }
    let mut hop = |from: u32, to: u32| found(Hop { from, to, edge: no, step: facts.step() });
    let is_place = || nodes.get(edge.to as usize).is_some_and(|it| it.role.is_place());
    match facts.verb() {
        Verb::Delegates => {
            hop(edge.from, edge.to);
            if !facts.is_onward() {
                hop(edge.to, edge.from);
            }
        }
        Verb::Writes | Verb::Remembers if is_place() => hop(edge.from, edge.to),
        Verb::Reads | Verb::Recalls if is_place() => hop(edge.to, edge.from),
        _ => {}
    }
}

/// What stock clients do as they come.
#[derive(Debug, Clone, Default)]
pub(super) struct Stock {
    /// What comes into each node from outside.
    pub(super) own: Vec<u64>,
    /// The ways out of each node.
    sends: Vec<Exits>,
    /// Where the actions of each node begin.
    first: Vec<u32>,
    /// What the actions of each agent come to, by their end.
    actions: Vec<(u32, u32, Floor)>,
    /// Those that were added since.
    added: BTreeMap<(u32, u32), Floor>,
}

impl Stock {
    /// What these edges come to, and where content moves over them.
    pub(super) fn of(edges: &[Edge], nodes: &[Node]) -> (Self, Vec<Hop>) {
        let (mut stock, mut moves) = (Self::default(), Vec::new());
        if edges.is_empty() {
            return (stock, moves);
        }
        stock.own = vec![0; nodes.len()];
        stock.sends = vec![Exits::default(); nodes.len()];
        for edge in edges.iter().filter(|it| it.facts.gate() != Gate::Denied) {
            stock.take(*edge, nodes);
            hops(0, *edge, nodes, |it| moves.push(it));
            if is_action(edge.facts.verb()) {
                stock.actions.push((edge.from, edge.to, Floor::of(edge.facts)));
            }
        }
        stock.actions.sort_unstable();
        stock.actions.dedup_by(|later, first| {
            let same = (later.0, later.1) == (first.0, first.1);
            if same {
                first.2 = first.2.join(later.2);
            }
            same
        });
        if !stock.actions.is_empty() {
            let begins = |at: &mut usize, node: u32| {
                while stock.actions.get(*at).is_some_and(|it| it.0 < node) {
                    *at += 1;
                }
                u32::try_from(*at).ok()
            };
            stock.first = (0_u32..).take(nodes.len() + 1).scan(0, begins).collect();
        }
        (stock, moves)
    }

    /// Takes in what an open edge brings in or sends out.
    fn take(&mut self, edge: Edge, nodes: &[Node]) {
        if let Some(own) = self.own.get_mut(edge.from as usize) {
            *own |= brings(edge, nodes);
        }
        if edge.facts.verb() == Verb::Sends
            && let Some(sends) = self.sends.get_mut(edge.from as usize)
        {
            sends.join(acts(edge.facts, true));
        }
    }

    /// Adds an edge that may be closed.
    pub(super) fn add(&mut self, edge: Edge, nodes: &[Node]) {
        self.own.resize(nodes.len(), 0);
        self.sends.resize(nodes.len(), Exits::default());
        if edge.facts.gate() == Gate::Denied {
            return;
        }
        self.take(edge, nodes);
        if is_action(edge.facts.verb()) {
            let known = self.added.entry((edge.from, edge.to)).or_default();
            *known = known.join(Floor::of(edge.facts));
        }
    }

    /// How bad what the stock client of `from` does to `to` is.
    #[inline]
    pub(super) fn floor(&self, from: u32, to: u32) -> Floor {
        let added = if self.added.is_empty() { None } else { self.added.get(&(from, to)) };
        let at = from as usize;
        let own = match (self.first.get(at), self.first.get(at + 1)) {
            (Some(first), Some(after)) => {
                self.actions.get(*first as usize..*after as usize).unwrap_or_default()
            }
            _ => &[],
        };
        let found = own.binary_search_by_key(&to, |it| it.1).ok().and_then(|it| own.get(it));
        found.map_or(Floor::default(), |it| it.2).join(added.copied().unwrap_or_default())
    }

    /// The ways out of the stock client of `agent`.
    pub(super) fn sends(&self, agent: u32) -> Exits {
        self.sends.get(agent as usize).copied().unwrap_or_default()
    }
}

/// Whether the node is one that rules speak of.
pub(super) fn is_agent(nodes: &[Node], node: u32) -> bool {
    nodes.get(node as usize).is_some_and(|it| it.role == Role::Agent)
}
