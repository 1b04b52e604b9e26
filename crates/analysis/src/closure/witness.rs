//! The way behind a verdict, looked for when somebody asks: breadth first, backwards over the columns.

use std::collections::{BTreeMap, VecDeque};

use ambit_model::{Gate, Verb};

use super::bits::{self, LOADED};
use super::csr::Hop;
use super::edge::Edge;
use super::exits::{Floor, Special, is_action, weaker_than};
use super::fixpoint::Closures;
use super::graph::{Graph, Role};
use super::steered::{self, Out, Private};
use super::stored::{self, Beside};
use super::verdict::{Composition, Verdict, Verdicts};

/// The legs of a composition, each with the numbers of its edges in the order of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// What it comes to.
    pub verdict: Verdict,
    /// Name and edges of each leg.
    pub legs: Vec<(&'static str, Vec<u32>)>,
}

/// What makes `composition` true of `agent`: of all ways those that meet the weakest gate, of these the shortest.
pub fn witness(
    graph: &Graph,
    closures: &Closures,
    verdicts: &Verdicts,
    (agent, composition): (u32, Composition),
) -> Option<Witness> {
    let verdict = verdicts.of_agent(agent, composition)?;
    let look = Look { graph, closures };
    let legs = match composition {
        Composition::LethalTrifecta => look.trifecta(agent, verdict)?,
        Composition::HijackableAction => look.hijacked(agent, verdict)?,
        Composition::UnguardedConsequence => {
            let is_it = |it: &Edge| {
                let facts = it.facts;
                is_action(facts.verb())
                    && !facts.is_stock()
                    && facts.tier() == verdict.tier
                    && facts.gate() == Gate::Auto
            };
            vec![("action", look.edge(agent, is_it)?)]
        }
        Composition::StoredInjection => look.stored(agent, verdict)?,
        Composition::CrossAgentEscalation => look.escalated(agent)?,
        Composition::UnknownReach => {
            let is_it = |it: &Edge| {
                it.facts.verb() == Verb::MayReach
                    && !it.facts.is_stock()
                    && it.facts.gate().exposure() == Some(verdict.exposure)
            };
            vec![("unknown", look.edge(agent, is_it)?)]
        }
    };
    Some(Witness { verdict, legs })
}

struct Look<'a> {
    graph: &'a Graph,
    closures: &'a Closures,
}

type Legs = Vec<(&'static str, Vec<u32>)>;

impl Look<'_> {
    /// The first edge of `agent` that `is_it`.
    fn edge(&self, agent: u32, is_it: impl Fn(&Edge) -> bool) -> Option<Vec<u32>> {
        self.graph.edges_of(agent).find(|(_, it)| is_it(it)).map(|(no, _)| vec![no])
    }

    /// The shortest way over which content gets in that passes an edge with that limit, over the weakest gate.
    fn steered(&self, agent: u32, limit: usize) -> Option<Vec<u32>> {
        let content = self.closures.flow_of(agent) & bits::CONTENT & self.graph.limit_mask(limit);
        self.way(agent, content & bits::exactly(bits::weakest(content)?), None)
    }

    fn trifecta(&self, agent: u32, verdict: Verdict) -> Option<Legs> {
        let private = Private::of(self.graph, self.closures, agent);
        let (no, out, data) = self.graph.edges_of(agent).find_map(|(no, it)| {
            let out = Out::of(it.facts).filter(|_| it.facts.gate() != Gate::Denied)?;
            let (worst, data) = private.worst_over(self.graph, out)?;
            (worst == verdict).then_some((no, it, data))
        })?;
        let untrusted = self.steered(agent, out.facts.limit())?;
        let private = self.way(agent, data, None)?;
        Some(vec![("untrusted", untrusted), ("private", private), ("outbound", vec![no])])
    }

    fn hijacked(&self, agent: u32, verdict: Verdict) -> Option<Legs> {
        let (no, action) = self.graph.edges_of(agent).find(|(_, it)| {
            let floor = self.graph.stock.floor(it.from, it.to);
            is_action(it.facts.verb())
                && it.facts.gate() != Gate::Denied
                && self.hijacks(agent, it, floor) == Some(verdict)
        })?;
        Some(vec![("untrusted", self.steered(agent, action.facts.limit())?), ("action", vec![no])])
    }

    fn hijacks(&self, agent: u32, edge: &Edge, floor: Floor) -> Option<Verdict> {
        let special = Special { facts: edge.facts, floor };
        steered::hijacked(self.graph, self.closures, agent, special)
    }

    fn escalated(&self, agent: u32) -> Option<Legs> {
        let graph = self.graph;
        let it = steered::escalated(graph, self.closures, agent)?;
        let (tier, gate) = it.action;
        let is_it = |edge: &Edge| {
            is_action(edge.facts.verb()) && edge.facts.tier() == tier && edge.facts.gate() == gate
        };
        let action = self.edge(agent, is_it)?;
        let strongest = it.way.max(gate);
        let weak = |node: u32| graph.exits_of(node).weakness() >> weaker_than(tier, strongest) & 1 == 1;
        let begins = |node: u32| {
            let is_agent = graph.nodes.get(node as usize).is_some_and(|it| it.role == Role::Agent);
            node != agent && is_agent && weak(node)
        };
        // What it loads itself is its own.
        let own = graph.own_of(agent) & LOADED;
        let wanted = bits::CONTENT & bits::exactly(it.way) & !own;
        let way = self.search(agent, wanted, None, &begins)?;
        Some(vec![("untrusted", way), ("action", action)])
    }

    fn stored(&self, agent: u32, verdict: Verdict) -> Option<Legs> {
        let graph = self.graph;
        let beside = Beside::new(graph, self.closures);
        let places = graph.edges_of(agent).filter(|(_, it)| {
            let is_place = graph.nodes.get(it.to as usize).is_some_and(|it| it.role.is_place());
            let writes = matches!(it.facts.verb(), Verb::Writes | Verb::Remembers);
            is_place && writes && it.facts.gate() != Gate::Denied
        });
        for (no, write) in places {
            let Some(steered) = beside.weakest(write.to, agent, write.facts) else { continue };
            let of_read = |hop: &Hop| stored::with_read(graph, self.closures, (agent, write, steered), hop);
            let read = graph.out.of(write.to).find(|hop| of_read(hop) == Some(verdict));
            let Some(read) = read else { continue };
            let content = self.closures.flow_of(agent) & graph.limit_mask(write.facts.limit());
            let wanted = content & bits::CONTENT & bits::exactly(steered);
            let untrusted = self.way(agent, wanted, Some(write.to))?;
            return Some(vec![
                ("untrusted", untrusted),
                ("stored", vec![no]),
                ("taken-back", vec![read.edge]),
            ]);
        }
        None
    }

    /// The shortest way over which any of `wanted` gets into `agent`, not by way of `beside`.
    fn way(&self, agent: u32, wanted: u64, beside: Option<u32>) -> Option<Vec<u32>> {
        self.search(agent, wanted, beside, &|_| true)
    }

    /// The shortest way from a node that it `begins` at. Each step is taken only where what is wanted is held on the other
    /// side of it, so the search does not leave what the closure has reached.
    fn search(
        &self,
        agent: u32,
        wanted: u64,
        beside: Option<u32>,
        begins: &dyn Fn(u32) -> bool,
    ) -> Option<Vec<u32>> {
        let graph = self.graph;
        let mut seen: BTreeMap<u32, u64> = BTreeMap::from([(agent, wanted)]);
        // Each with the one that it leads to.
        let mut trail: Vec<(u32, u64, Option<(usize, u32)>)> = vec![(agent, wanted, None)];
        let mut open: VecDeque<usize> = VecDeque::from([0]);
        while let Some(at) = open.pop_front() {
            let (node, bits, _) = *trail.get(at)?;
            let start = bits & graph.own_of(node);
            if start != 0 && begins(node) {
                let mut way = vec![steered::own_edge(graph, node, start)?];
                let mut next = trail.get(at)?.2;
                while let Some((to, edge)) = next {
                    way.push(edge);
                    next = trail.get(to)?.2;
                }
                return Some(way);
            }
            for hop in graph.into.of(node).filter(|it| Some(it.from) != beside) {
                let carried = bits & graph.mask(hop.step) & self.closures.flow_of(hop.from);
                let known = seen.entry(hop.from).or_default();
                if carried & !*known != 0 {
                    *known |= carried;
                    open.push_back(trail.len());
                    trail.push((hop.from, carried, Some((at, hop.edge))));
                }
            }
        }
        None
    }
}
