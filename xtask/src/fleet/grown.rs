//! A fleet as columns: agents with their edges, memories between them, and hands that work goes through.

use std::ops::Range;

use ambit_analysis::closure::{Columns, Edge, Facts, Node};
use ambit_model::{Gate, Level, Verb};
use anyhow::ensure;

use super::chance::Chance;
use super::shape::{Shape, drawn, mean};

/// Edges of an agent in a large fleet, unless told otherwise: the fleet of ten million edges has ten thousand agents.
const EDGES_EACH: usize = 1_000;
/// Of how many edges one supplies a tool: the same fleet has a million tools.
const EDGES_OF_A_TOOL: usize = 10;
/// How many agents stand in one system, and hand work to each other.
const SYSTEM: usize = 32;

/// The stores that every coding agent has: the first of their block.
const WORKSPACE: usize = 0;
const HOME: usize = 1;

/// A fleet.
#[derive(Debug, Clone)]
pub struct Fleet {
    /// Nodes and edges.
    pub columns: Columns,
    /// By edge: the tool that it goes by; none for those that need no tool.
    pub via: Vec<Option<u32>>,
    /// The numbers of the nodes of each sort.
    pub blocks: Blocks,
}

/// Which numbers are what: a range for each kind of asset.
#[derive(Debug, Clone, Default)]
pub struct Blocks {
    pub agents: Range<u32>,
    pub places: Range<u32>,
    pub channels: Range<u32>,
    pub stores: Range<u32>,
    pub environments: Range<u32>,
    pub credentials: Range<u32>,
    pub servers: Range<u32>,
    pub tools: Range<u32>,
}

impl Blocks {
    fn of(shape: &Shape, edges: usize, agents: usize) -> Self {
        let tools = (edges / EDGES_OF_A_TOOL).max(1);
        let users = mean(&shape.memory_users).max(1.0);
        let places = part(agents * shape.remember, 1000.0 * users);
        let mut next = 0;
        let mut block = |count: usize| {
            let first = next;
            next += u32::try_from(count).unwrap_or_default();
            first..next
        };
        Self {
            agents: block(agents),
            places: block(places),
            channels: block(agents / 2 + 2),
            stores: block(agents + 2),
            environments: block(agents / 8 + 2),
            credentials: block(part(agents, mean(&shape.token_users).max(1.0))),
            servers: block((tools / 10).max(1)),
            tools: block(tools),
        }
    }

    fn end(&self, verb: Verb) -> &Range<u32> {
        match verb {
            Verb::Ingests | Verb::Sends => &self.channels,
            Verb::Executes | Verb::RunsIn => &self.environments,
            Verb::Holds => &self.credentials,
            Verb::Loads | Verb::Supplies => &self.servers,
            _ => &self.stores,
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts"
)]
fn part(of: usize, by: f64) -> usize {
    ((of as f64 / by) as usize).max(1)
}

/// A fleet of so many edges, in an order without meaning; with `agents`, of so many agents.
pub fn grow(shape: &Shape, edges: usize, agents: Option<usize>, seed: u64) -> anyhow::Result<Fleet> {
    let agents = agents.unwrap_or((edges / EDGES_EACH).max(8));
    ensure!(agents > 0 && edges >= agents * 4, "a fleet has at least four edges for each agent");
    let mut growing = Growing {
        shape,
        chance: Chance::new(seed),
        blocks: Blocks::of(shape, edges, agents),
        edges: Vec::with_capacity(edges),
        via: Vec::with_capacity(edges),
    };
    growing.supply();
    growing.hand_over();
    growing.remember(edges);
    growing.reach(edges)?;
    growing.shuffle();
    let Growing { blocks, edges, via, .. } = growing;
    let nodes = nodes(&blocks);
    Ok(Fleet { columns: Columns::new(nodes, edges), via, blocks })
}

fn nodes(blocks: &Blocks) -> Vec<Node> {
    let mut nodes: Vec<Node> = blocks.agents.clone().map(Node::agent).collect();
    nodes.extend(blocks.places.clone().map(|it| Node::place(it % 2 == 0)));
    nodes.resize(blocks.tools.end as usize, Node::other());
    // What stock clients read is told apart from all else.
    for (kind, at) in (1..).zip([WORKSPACE, HOME]) {
        if let Some(node) = nodes.get_mut(blocks.stores.start as usize + at) {
            node.kind = kind;
        }
    }
    nodes
}

struct Growing<'a> {
    shape: &'a Shape,
    chance: Chance,
    blocks: Blocks,
    edges: Vec<Edge>,
    via: Vec<Option<u32>>,
}

impl Growing<'_> {
    fn add(&mut self, from: u32, to: u32, facts: Facts, via: Option<u32>) {
        self.edges.push(Edge { from, to, facts });
        self.via.push(via);
    }

    /// Some of `block`: few are what many use.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of the block")]
    fn popular(&mut self, block: &Range<u32>) -> u32 {
        let share = self.chance.share();
        block.start + (f64::from(block.end - block.start) * share * share) as u32
    }

    fn gate(&mut self) -> Gate {
        if self.chance.happens(0.5) { Gate::Auto } else { Gate::Prompted }
    }

    fn supply(&mut self) {
        let servers = self.blocks.servers.clone();
        for tool in self.blocks.tools.clone() {
            let server = servers.start + (tool - self.blocks.tools.start) % (servers.end - servers.start);
            self.add(server, tool, Facts::new(Verb::Supplies, Gate::Auto), None);
        }
    }

    /// Work goes from those further up to those below, within one system.
    fn hand_over(&mut self) {
        let agents = self.blocks.agents.clone();
        let depths = self.shape.depths.clone();
        let all: usize = depths.iter().sum();
        let depth_of: Vec<usize> = agents
            .clone()
            .map(|_| {
                let mut at = self.chance.below(all);
                let found = depths.iter().position(|it| {
                    let here = at < *it;
                    at = at.saturating_sub(*it);
                    here
                });
                found.unwrap_or_default()
            })
            .collect();
        for system in depth_of.chunks(SYSTEM).zip((agents.start..).step_by(SYSTEM)) {
            let (depths, first) = system;
            for (below, depth) in (first..).zip(depths).filter(|(_, it)| **it > 0) {
                let above: Vec<u32> =
                    (first..).zip(depths).filter(|(_, it)| **it + 1 == *depth).map(|(no, _)| no).collect();
                if let Some(from) = above.get(self.chance.below(above.len())) {
                    let gate = self.gate();
                    self.add(*from, below, Facts::new(Verb::Delegates, gate), None);
                }
            }
        }
    }

    fn remember(&mut self, most: usize) {
        for place in self.blocks.places.clone() {
            let users = drawn(&self.shape.memory_users, &mut self.chance).round();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count")]
            for _ in 0..users as usize {
                if self.edges.len() + 2 > most {
                    return;
                }
                let agent = self.blocks.agents.start + place_of(self.chance.below(self.blocks.agents.len()));
                let (write, read) = (self.gate(), self.gate());
                self.add(agent, place, Facts::new(Verb::Remembers, write), None);
                self.add(agent, place, Facts::new(Verb::Recalls, read).of_level(Level::Internal), None);
            }
        }
    }

    /// All other edges, as many for each agent as its size says.
    fn reach(&mut self, edges: usize) -> anyhow::Result<()> {
        let mut rows = Vec::new();
        let mut sum = 0;
        for row in &self.shape.rows {
            sum += row.count;
            rows.push((sum, row.facts()?));
        }
        let agents = self.blocks.agents.clone();
        let sizes: Vec<f64> =
            agents.clone().map(|_| drawn(&self.shape.edges, &mut self.chance).max(1.0)).collect();
        let whole: f64 = sizes.iter().sum();
        let left = edges.saturating_sub(self.edges.len());
        let mut before = 0.0;
        let mut made = 0;
        for (agent, size) in agents.zip(sizes) {
            before += size;
            let until = part(left, whole / before).min(left);
            let servers: Vec<u32> = self.servers();
            while made < until {
                let at = self.chance.below(sum);
                let row = rows.partition_point(|(sum, _)| *sum <= at);
                let Some((_, facts)) = rows.get(row) else { break };
                self.reach_one(agent, *facts, &servers);
                made += 1;
            }
        }
        // What rounding has left.
        while made < left {
            self.reach_one(self.blocks.agents.start, Facts::new(Verb::RunsIn, Gate::Auto), &[]);
            made += 1;
        }
        Ok(())
    }

    /// The servers of one agent.
    fn servers(&mut self) -> Vec<u32> {
        let count = drawn(&self.shape.servers, &mut self.chance).round().max(1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count")]
        let count = count as usize;
        let block = self.blocks.servers.clone();
        (0..count).map(|_| self.popular(&block)).collect()
    }

    fn reach_one(&mut self, agent: u32, facts: Facts, servers: &[u32]) {
        let block = self.blocks.end(facts.verb()).clone();
        // What clients come with is there for all of them.
        let to = match facts.verb() {
            Verb::Reads | Verb::Writes if facts.is_stock() => {
                block.start + place_of(if self.chance.happens(0.5) { WORKSPACE } else { HOME })
            }
            _ if facts.is_stock() => block.start,
            _ => self.popular(&block),
        };
        let via = servers.get(self.chance.below(servers.len())).map(|server| {
            let (tools, all) = (self.blocks.tools.clone(), self.blocks.servers.len());
            let of_server = tools.len().div_ceil(all);
            let nth = self.chance.below(of_server) * all + (server - self.blocks.servers.start) as usize;
            tools.start + place_of(nth % tools.len())
        });
        let needs_tool = !matches!(facts.verb(), Verb::Loads | Verb::Holds | Verb::RunsIn);
        self.add(agent, to, facts, via.filter(|_| needs_tool));
    }

    fn shuffle(&mut self) {
        for at in (1..self.edges.len()).rev() {
            let other = self.chance.below(at + 1);
            self.edges.swap(at, other);
            self.via.swap(at, other);
        }
    }
}

fn place_of(at: usize) -> u32 {
    u32::try_from(at).unwrap_or_default()
}
