//! What strangers can have stored: who writes a place, who reads it back, and whether the writer is steered by anything but
//! the place itself.

use std::cell::OnceCell;

use ambit_model::{BlastRadius, Gate, Reversibility, Tier, Verb};

use super::bits;
use super::csr::Hop;
use super::dominators::Dominators;
use super::edge::{Edge, Facts};
use super::exits::exposure;
use super::fixpoint::Closures;
use super::gather::is_agent;
use super::graph::{Graph, Role};
use super::verdict::{Verdict, worse};

const GATES: [Gate; 3] = [Gate::Auto, Gate::Prompted, Gate::Asked];

/// The labels of content.
const LABELS: [u64; 3] = [0b111, 0b111 << 3, 0b111 << 6];

/// The verdict on each agent that writes a place, once for each place and edge.
pub(super) fn of(graph: &Graph, closures: &Closures) -> Vec<(u32, Verdict)> {
    let mut found = Vec::new();
    let beside = Beside::new(graph, closures);
    let mut readers = Readers::new(graph.nodes.len());
    for place in graph.places.iter().copied() {
        let later = graph.nodes.get(place as usize).is_some_and(|it| it.role == Role::Place { later: true });
        let writes = || graph.into.of(place).filter_map(|it| written(graph, it));
        if writes().next().is_none() || !readers.gather(graph, place) {
            continue;
        }
        for (writer, facts) in writes() {
            let chain = Chain::of(graph, closures, (writer, facts));
            let Some(steered) = chain.and_then(|it| Some((it, beside.weakest(place, writer, facts)?))) else {
                continue;
            };
            if let Some(verdict) = readers.worst(graph, writer, later, steered) {
                found.push((writer, verdict));
            }
        }
        readers.forget(graph, place);
    }
    found
}

/// The agent that writes over that hop, and the facts of the edge.
fn written(graph: &Graph, hop: &Hop) -> Option<(u32, Facts)> {
    let facts = graph.edge(hop.edge)?.facts;
    let writes = matches!(facts.verb(), Verb::Writes | Verb::Remembers);
    (writes && is_agent(&graph.nodes, hop.from)).then_some((hop.from, facts))
}

/// The agent that reads over that hop, and the facts of the edge.
fn read_back(graph: &Graph, hop: &Hop) -> Option<(u32, Facts)> {
    let facts = graph.edge(hop.edge)?.facts;
    let reads = matches!(facts.verb(), Verb::Reads | Verb::Recalls);
    (reads && is_agent(&graph.nodes, hop.to)).then_some((hop.to, facts))
}

/// A write, and what steers its stock client.
#[derive(Clone, Copy)]
struct Chain {
    write: Facts,
    stock: Option<Gate>,
}

impl Chain {
    /// None where nothing steers the writer at all.
    fn of(graph: &Graph, closures: &Closures, (writer, write): (u32, Facts)) -> Option<Self> {
        let content = closures.flow_of(writer) & bits::CONTENT & graph.limit_mask(write.limit());
        bits::weakest(content)?;
        let stock = bits::weakest(closures.stock_of(writer) & bits::CONTENT).filter(|_| write.is_stock());
        Some(Self { write, stock })
    }

    /// What it comes to with a read that has this gate.
    fn verdict(self, steered: Gate, tier: Tier, (gate, stock): (Gate, bool)) -> Option<Verdict> {
        let with = |it: Gate| Some(Verdict::of(tier, exposure([it, self.write.gate(), gate])?));
        let verdict = with(steered)?;
        let floor = self.stock.filter(|_| stock).and_then(with);
        floor.is_none_or(|it| verdict.severity > it.severity).then_some(verdict)
    }
}

/// What a write comes to with one read of its place, where the writer is steered over that gate.
pub(super) fn with_read(
    graph: &Graph,
    closures: &Closures,
    (writer, write, steered): (u32, Edge, Gate),
    read: &Hop,
) -> Option<Verdict> {
    let (reader, facts) = read_back(graph, read)?;
    let family = |it: u32| graph.nodes.get(it as usize).map(|it| it.family);
    let own = family(reader) == family(writer);
    let later = graph.nodes.get(write.to as usize).is_some_and(|it| it.role == Role::Place { later: true });
    let radius = if own { BlastRadius::Workspace } else { BlastRadius::Organization };
    let tier = Tier::of(Reversibility::Recoverable, radius);
    let chain = Chain::of(graph, closures, (writer, write.facts)).filter(|_| later || !own)?;
    chain.verdict(steered, tier, (facts.gate(), facts.is_stock()))
}

/// How an open read stands, as a number below six.
fn class(facts: Facts) -> usize {
    facts.gate() as usize * 2 + usize::from(facts.is_stock())
}

/// Who reads one place back, as far as it makes a difference.
struct Readers {
    /// By class: the family that reads, or that there are several.
    families: [Family; 6],
    /// By family: a bit for each class.
    own: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    None,
    One(u32),
    Several,
}

impl Readers {
    fn new(nodes: usize) -> Self {
        Self { families: [Family::None; 6], own: vec![0; nodes] }
    }

    /// Takes in those of `place`; false where there are none.
    fn gather(&mut self, graph: &Graph, place: u32) -> bool {
        self.families = [Family::None; 6];
        let mut any = false;
        for (reader, facts) in graph.out.of(place).filter_map(|it| read_back(graph, it)) {
            let Some(family) = graph.nodes.get(reader as usize).map(|it| it.family) else { continue };
            any = true;
            if let Some(known) = self.families.get_mut(class(facts)) {
                *known = match *known {
                    Family::None => Family::One(family),
                    Family::One(one) if one == family => Family::One(one),
                    _ => Family::Several,
                };
            }
            if let Some(own) = self.own.get_mut(family as usize) {
                *own |= 1 << class(facts);
            }
        }
        any
    }

    fn forget(&mut self, graph: &Graph, place: u32) {
        for (reader, _) in graph.out.of(place).filter_map(|it| read_back(graph, it)) {
            let family = graph.nodes.get(reader as usize).map(|it| it.family as usize);
            if let Some(own) = family.and_then(|it| self.own.get_mut(it)) {
                *own = 0;
            }
        }
    }

    /// The worst that comes of what `writer` leaves there.
    fn worst(
        &self,
        graph: &Graph,
        writer: u32,
        later: bool,
        (chain, steered): (Chain, Gate),
    ) -> Option<Verdict> {
        let family = graph.nodes.get(writer as usize)?.family;
        let own = self.own.get(family as usize).copied().unwrap_or_default();
        let mut worst = None;
        for (at, known) in (0..6_usize).zip(self.families) {
            let read = (*GATES.get(at / 2)?, at % 2 == 1);
            let is_other = match known {
                Family::None => false,
                Family::One(one) => one != family,
                Family::Several => true,
            };
            let radii = [
                (is_other, BlastRadius::Organization),
                (later && own >> at & 1 == 1, BlastRadius::Workspace),
            ];
            for (_, radius) in radii.into_iter().filter(|(there, _)| *there) {
                let tier = Tier::of(Reversibility::Recoverable, radius);
                worst = worse(worst, chain.verdict(steered, tier, read));
            }
        }
        worst
    }
}

/// What steers a writer beside the place that it writes: what comes out of that was put there by somebody else.
pub(super) struct Beside<'a> {
    graph: &'a Graph,
    closures: &'a Closures,
    /// By label of content, or one for all where no limit tells them apart, and by gate: made when first asked for.
    trees: [[OnceCell<Dominators>; 3]; 3],
}

impl<'a> Beside<'a> {
    pub(super) fn new(graph: &'a Graph, closures: &'a Closures) -> Self {
        Self { graph, closures, trees: Default::default() }
    }

    /// The weakest gate over which content gets into `writer` that may steer the write, other than out of `place`.
    pub(super) fn weakest(&self, place: u32, writer: u32, write: Facts) -> Option<Gate> {
        let content = self.closures.flow_of(writer) & bits::CONTENT & self.graph.limit_mask(write.limit());
        let own = self.graph.own_of(writer);
        let mut gates = (0..3_usize).zip(GATES);
        let found = gates.find(|(at, gate)| {
            let held = content & bits::exactly(*gate);
            held & own != 0 || self.is_beside(place, writer, held, *at)
        });
        found.map(|(_, gate)| gate)
    }

    fn is_beside(&self, place: u32, writer: u32, held: u64, gate: usize) -> bool {
        if held == 0 {
            return false;
        }
        if !self.graph.limits_labels() {
            return !self.tree(0, bits::CONTENT, gate).is_some_and(|it| it.stands_before(place, writer));
        }
        (0..3_usize)
            .zip(LABELS)
            .filter(|(_, label)| held & label != 0)
            .any(|(at, label)| !self.tree(at, label, gate).is_some_and(|it| it.stands_before(place, writer)))
    }

    /// The tree of what stands before contexts that content of these labels gets into over at most that gate.
    fn tree(&self, at: usize, labels: u64, gate: usize) -> Option<&Dominators> {
        let bit = labels & bits::exactly(*GATES.get(gate)?);
        let graph = self.graph;
        Some(self.trees.get(at)?.get(gate)?.get_or_init(|| {
            let held = (0_u32..).zip(&graph.own).filter(|(_, own)| *own & bit != 0);
            let roots: Vec<u32> = held.map(|(node, _)| node).collect();
            Dominators::of(graph.nodes.len(), &roots, |node| {
                graph.out.of(node).filter(move |it| graph.mask(it.step) & bit != 0).map(|it| it.to)
            })
        }))
    }
}
