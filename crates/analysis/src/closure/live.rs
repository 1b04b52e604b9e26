//! Verdicts that are kept up to date while edges are added. Taking one away may take anything with it: that is a full run.

use std::collections::BTreeSet;

use super::bits;
use super::csr::Hop;
use super::edge::Edge;
use super::exits::{Exits, Special};
use super::fixpoint::{self, Closures, close};
use super::gather::{Does, acts, does, hops};
use super::graph::{Columns, Graph, Node, OutOfRange, Role, is_within};
use super::stored;
use super::verdict::{Codes, Composition, Verdicts, of_agent};

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
        if node.role.is_place() {
            self.graph.places.push(number);
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
    /// the work is that of what changes, and of what is stored where content gets somewhere.
    pub fn add(&mut self, edge: Edge) -> Result<u32, OutOfRange> {
        let graph = &mut self.graph;
        if !is_within(edge, graph.nodes.len(), graph.limits.len() - 1) {
            return Err(OutOfRange);
        }
        let no = u32::try_from(graph.edges.len()).map_err(|_| OutOfRange)?;
        graph.edges.push(edge);
        graph.by_from.add(edge.from, no);
        let mut found = Vec::new();
        hops(no, edge, &graph.nodes, |it| found.push(it));
        for hop in &found {
            graph.out.add(hop.from, *hop);
            graph.into.add(hop.to, *hop);
        }
        if edge.facts.is_stock() {
            graph.stock.add(edge, &graph.nodes);
            found.iter().for_each(|it| graph.stock_out.add(it.from, *it));
        }
        let (own, exits) = (graph.own_of(edge.from), graph.exits_of(edge.from));
        self.regather(edge.from);
        let content = (self.graph.own_of(edge.from) ^ own) & bits::CONTENT;
        let mut dirty: BTreeSet<u32> = found.iter().map(|it| it.to).chain([edge.from]).collect();
        self.move_on(edge, &found, &mut dirty);
        if content != 0 || !found.is_empty() || self.graph.exits_of(edge.from).weakness() != exits.weakness()
        {
            self.begin_anew(exits, edge, &found, &mut dirty);
        }
        for node in &dirty {
            let codes = of_agent(&self.graph, &self.closures, *node);
            if let Some(known) = self.verdicts.codes.get_mut(*node as usize) {
                let at = Composition::StoredInjection as usize;
                let stored = known.get(at).copied().unwrap_or_default();
                *known = codes;
                if let Some(code) = known.get_mut(at) {
                    *code = stored;
                }
            }
        }
        // An action changes nothing of what is stored; whatever gets in somewhere may.
        if !found.is_empty()
            || dirty.len() > 1
            || self.graph.own_of(edge.from) != own
            || edge.facts.is_stock()
        {
            self.verdicts.set_stored(&stored::of(&self.graph, &self.closures));
        }
        Ok(no)
    }

    /// Brings what begins at agents up to date. One that can do more than before is weaker than fewer: then bits may go, and
    /// all are made anew.
    fn begin_anew(&mut self, before: Exits, edge: Edge, found: &[Hop], dirty: &mut BTreeSet<u32>) {
        let graph = &self.graph;
        let exits = graph.exits_of(edge.from);
        let changed: Vec<u32> = if exits.weakness() == before.weakness() {
            let begins = fixpoint::begins(graph, edge.from, graph.own_of(edge.from), exits);
            if let Some(known) = self.closures.entry.get_mut(edge.from as usize) {
                *known |= begins;
            }
            let news = found.iter().map(|it| it.from).chain([edge.from]).collect();
            let mut changed =
                close(&graph.out, &fixpoint::entry_masks(graph), &mut self.closures.entry, Some(news));
            changed.push(edge.from);
            changed
        } else {
            let entry = fixpoint::entry(graph);
            let changed = differing(&self.closures.entry, &entry).collect();
            self.closures.entry = entry;
            changed
        };
        for node in changed {
            dirty.extend(graph.out.of(node).map(|it| it.to));
        }
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
    fn move_on(&mut self, edge: Edge, found: &[Hop], dirty: &mut BTreeSet<u32>) {
        let (graph, closures) = (&self.graph, &mut self.closures);
        let news = || -> Vec<u32> { found.iter().map(|it| it.from).chain([edge.from]).collect() };
        if let Some(held) = closures.flow.get_mut(edge.from as usize) {
            *held |= graph.own_of(edge.from);
        }
        dirty.extend(close(&graph.out, &graph.masks, &mut closures.flow, Some(news())));
        if edge.facts.is_stock() {
            if let Some(held) = closures.stock.get_mut(edge.from as usize) {
                *held |= graph.stock.own.get(edge.from as usize).copied().unwrap_or_default();
            }
            dirty.extend(close(&graph.stock_out, &graph.masks, &mut closures.stock, Some(news())));
        }
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
