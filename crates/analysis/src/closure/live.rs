//! Verdicts that are kept up to date while edges are added. Taking one away may take anything with it: that is a full run.

use std::collections::BTreeSet;

use super::bits;
use super::csr::Hops;
use super::edge::Edge;
use super::exits::{Exits, Special};
use super::fixpoint::{self, Closures, close};
use super::gather::{Does, Stock, acts, does, hops};
use super::graph::{Columns, Graph, Node, OutOfRange, Role, is_within};
use super::stored;
use super::verdict::{Codes, Verdicts, of_agent};

/// A graph with its closures and verdicts.
#[derive(Debug, Clone)]
pub struct Live {
    graph: Graph,
    closures: Closures,
    verdicts: Verdicts,
}

impl Live {
    /// All of it for these columns.
    pub fn of(columns: Columns) -> Result<Self, OutOfRange> {
        let graph = Graph::of(columns)?;
        let closures = Closures::of(&graph);
        let verdicts = Verdicts::of(&graph, &closures);
        Ok(Self { graph, closures, verdicts })
    }

    /// The graph as it stands.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Its closures.
    pub fn closures(&self) -> &Closures {
        &self.closures
    }

    /// Its verdicts.
    pub fn verdicts(&self) -> &Verdicts {
        &self.verdicts
    }

    /// Adds a node and returns its number. Its kind is 0: what limits and stock clients tell apart is settled at the start.
    pub fn add_node(&mut self, node: Node) -> Result<u32, OutOfRange> {
        let number = u32::try_from(self.graph.nodes.len()).map_err(|_| OutOfRange)?;
        if node.role == Role::Agent && node.family > number {
            return Err(OutOfRange);
        }
        self.graph.nodes.push(Node { kind: 0, ..node });
        self.graph.own.push(0);
        self.graph.exits.push(Exits::default());
        for state in [&mut self.closures.flow, &mut self.closures.stock, &mut self.closures.entry] {
            state.push(0);
        }
        self.verdicts.codes.push(Codes::default());
        Ok(number)
    }

    /// Adds an edge and brings the verdicts up to date; returns its number. What was known stays where nothing new gets in:
    /// the work is that of what changes, and of what is stored.
    pub fn add(&mut self, edge: Edge) -> Result<u32, OutOfRange> {
        let graph = &mut self.graph;
        if !is_within(edge, graph.nodes.len(), graph.limits.len() - 1) {
            return Err(OutOfRange);
        }
        let no = u32::try_from(graph.edges.len()).map_err(|_| OutOfRange)?;
        graph.edges.push(edge);
        graph.by_from.add(edge.from, no);
        let mut dirty: BTreeSet<u32> = BTreeSet::from([edge.from]);
        let mut news = vec![edge.from];
        let mut found = Vec::new();
        hops(no, edge, &graph.nodes, |it| found.push(it));
        for hop in found {
            graph.out.add(hop.from, hop);
            graph.into.add(hop.to, hop);
            news.push(hop.from);
            dirty.insert(hop.to);
        }
        if edge.facts.is_stock() {
            graph.stock_edges.push(edge);
            graph.stock = Stock::of(&graph.stock_edges, &graph.nodes);
            graph.stock_out = Hops::by(graph.nodes.len(), &graph.stock.hops, |it| it.from);
        }
        let weakness = graph.exits_of(edge.from).weakness();
        let own = graph.own_of(edge.from);
        self.regather(edge.from);
        self.move_on(edge, news, &mut dirty);
        if edge.facts.is_stock() {
            let stock = fixpoint::stock(&self.graph);
            dirty.extend(differing(&self.closures.stock, &stock));
            self.closures.stock = stock;
        }
        let is_as_weak = self.graph.exits_of(edge.from).weakness() == weakness;
        if !is_as_weak || self.graph.own_of(edge.from) != own || self.has_hops(edge) {
            // An agent that can do more is weaker than fewer: bits may go, and so they are made anew.
            let entry = fixpoint::entry(&self.graph);
            let changed: Vec<u32> = differing(&self.closures.entry, &entry).collect();
            self.closures.entry = entry;
            for node in changed {
                dirty.extend(self.graph.out.of(node).map(|it| it.to));
            }
        }
        for node in dirty {
            let codes = of_agent(&self.graph, &self.closures, node);
            if let Some(known) = self.verdicts.codes.get_mut(node as usize) {
                *known = codes;
            }
        }
        self.verdicts.set_stored(&stored::of(&self.graph, &self.closures));
        Ok(no)
    }

    fn has_hops(&self, edge: Edge) -> bool {
        let mut any = false;
        hops(0, edge, &self.graph.nodes, |_| any = true);
        any
    }

    /// What the edges of one node come to, anew.
    fn regather(&mut self, node: u32) {
        let graph = &self.graph;
        let (mut own, mut exits, mut special) = (0, Exits::default(), BTreeSet::new());
        for (_, edge) in graph.edges_of(node) {
            match does(edge, &graph.nodes, &graph.stock) {
                Does::Takes(bits) => own |= bits,
                Does::Acts(it) => exits.join(it),
                Does::Special(it) => {
                    exits.join(acts(it.facts, false));
                    special.insert(Special { facts: it.facts.exit(), ..it });
                }
                Does::Nothing => {}
            }
        }
        let graph = &mut self.graph;
        if let (Some(known), Some(known_exits)) =
            (graph.own.get_mut(node as usize), graph.exits.get_mut(node as usize))
        {
            (*known, *known_exits) = (own, exits);
        }
        if special.is_empty() {
            graph.special.remove(&node);
        } else {
            graph.special.insert(node, special.into_iter().collect());
        }
    }

    /// Moves on what the new edge lets through.
    fn move_on(&mut self, edge: Edge, news: Vec<u32>, dirty: &mut BTreeSet<u32>) {
        if let Some(held) = self.closures.flow.get_mut(edge.from as usize) {
            *held |= self.graph.own_of(edge.from);
        }
        let changed = close(&self.graph.out, &self.graph.masks, &mut self.closures.flow, Some(news));
        dirty.extend(changed);
    }
}

/// The nodes at which both differ.
fn differing(before: &[u64], after: &[u64]) -> impl Iterator<Item = u32> {
    (0_u32..).zip(before.iter().zip(after)).filter(|(_, (a, b))| a != b).map(|(node, _)| node)
}

/// The bits of content that a context holds.
impl Closures {
    /// The weakest gate over which untrusted content gets into a context; none where none does.
    pub fn influence(&self, node: u32) -> Option<ambit_model::Gate> {
        bits::weakest(self.flow_of(node) & bits::CONTENT)
    }
}
