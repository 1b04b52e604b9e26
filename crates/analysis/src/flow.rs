//! The two closures over the map: which untrusted content gets into which context (influence), and which data
//! does (disclosure).
//!
//! A context is one agent. Content moves from context to context over delegation, in both directions, and over
//! memories and named stores that one writes and the other reads back. Of all ways the one with the weakest
//! strongest gate is kept, then the shortest, then the one with the smallest ids: a witness, always the same.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use ambit_model::{Gate, Level, Trust};

use crate::index::{Brings, EdgeNo, Index, Move, NodeNo, OriginNo, Start};
use crate::limits::Limits;

/// A way through the map: its strongest gate and its edges.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Way {
    /// The strongest gate on it.
    pub gate: Gate,
    /// Its edges, in order. Shared: what a what-if leaves as it is, it takes over.
    pub edges: Rc<[EdgeNo]>,
}

impl Way {
    /// The way that is a single edge.
    pub fn single(edge: EdgeNo, gate: Gate) -> Self {
        Self { gate, edges: Rc::new([edge]) }
    }

    /// What makes a way the better one: the smaller.
    pub fn rank(&self) -> (Gate, usize, &[EdgeNo]) {
        (self.gate, self.edges.len(), &self.edges)
    }

    /// How this way with one more step compares with `other`.
    fn compare_longer(&self, step: Step, other: &Self) -> Ordering {
        let gate = self.gate.max(step.gate).cmp(&other.gate);
        let length = (self.edges.len() + 1).cmp(&other.edges.len());
        gate.then(length).then_with(|| self.edges.iter().chain([&step.edge]).cmp(other.edges.iter()))
    }

    fn longer(&self, step: Step) -> Self {
        let edges = self.edges.iter().copied().chain([step.edge]).collect();
        Self { gate: self.gate.max(step.gate), edges }
    }
}

/// One more edge of a way, with what stands before it.
#[derive(Debug, Clone, Copy)]
struct Step {
    edge: EdgeNo,
    gate: Gate,
}

/// How an edge stands: its gate, or nothing where it is closed or gone.
pub(crate) type GateOf<'a> = &'a dyn Fn(EdgeNo) -> Option<Gate>;

/// How edges stand under a what-if.
#[derive(Clone, Copy)]
pub(crate) struct Stands<'a> {
    pub(crate) gate_of: GateOf<'a>,
    /// What does not pass over some edges, beside what the index says of the others.
    pub(crate) limits: &'a BTreeMap<EdgeNo, Limits>,
}

/// Both closures.
#[derive(Debug, Clone)]
pub(crate) struct Flows {
    /// By the numbers of nodes. What a what-if leaves as it is, it shares.
    tables: Vec<Rc<Table>>,
}

/// What gets into one context.
#[derive(Debug, Clone, Default)]
struct Table {
    content: Vec<Held<Trust>>,
    data: Vec<Held<Level>>,
}

/// Content or data that gets into a context.
#[derive(Debug, Clone)]
pub(crate) struct Held<Label> {
    /// Where it comes from.
    pub(crate) origin: OriginNo,
    /// How much it is to be trusted, or how confidential it is.
    pub(crate) label: Label,
    /// How it gets there.
    pub(crate) way: Way,
}

/// A label that ways carry along.
trait Carried: Copy {
    /// Whether the one is better to keep than the other, whatever the ways.
    fn outranks(self, other: Self) -> Ordering;
}

impl Carried for Trust {
    fn outranks(self, _: Self) -> Ordering {
        Ordering::Equal
    }
}

impl Carried for Level {
    fn outranks(self, other: Self) -> Ordering {
        other.cmp(&self)
    }
}

impl Flows {
    /// The closures over edges that stand as `gate_of` says.
    pub(crate) fn of(index: &Index, gate_of: GateOf<'_>) -> Self {
        Self::from(index, gate_of, &|_| true)
    }

    /// The closures over what the edges bring in that `begins` is true of.
    pub(crate) fn from(index: &Index, gate_of: GateOf<'_>, begins: &dyn Fn(&Start) -> bool) -> Self {
        let mut flows = Self { tables: vec![Rc::default(); index.nodes()] };
        for node in index.all_nodes() {
            let starts: Vec<Start> = index.starts(node).iter().filter(|it| begins(it)).copied().collect();
            flows.start(node, &starts, gate_of);
        }
        let limits = &BTreeMap::new();
        flows.close(index, index.all_nodes().collect(), Stands { gate_of, limits });
        flows
    }

    /// These closures after a change of what stands before the edges in `changed`, which are sorted: what no
    /// changed edge is part of stays, the rest is made anew.
    pub(crate) fn after(
        &self,
        index: &Index,
        changed: &[EdgeNo],
        ends: &[NodeNo],
        stands: Stands<'_>,
    ) -> Self {
        let mut flows = self.clone();
        let mut news: BTreeSet<NodeNo> = ends.iter().copied().collect();
        let mut lost: BTreeSet<(NodeNo, OriginNo)> = BTreeSet::new();
        for node in ends {
            let changed = index.starts(*node).iter().filter(|it| changed.binary_search(&it.edge).is_ok());
            lost.extend(changed.map(|it| (*node, it.origin)));
        }
        let groups: BTreeSet<NodeNo> =
            ends.iter().filter_map(|it| index.group(*it).first().copied()).collect();
        for node in groups.iter().flat_map(|it| index.group(*it)).copied() {
            let Some(table) = flows.tables.get_mut(node.place()) else { continue };
            let is_own = news.contains(&node);
            // What comes in over a single edge comes over one of the context's own.
            let is_broken = |way: &Way| {
                (is_own || way.edges.len() > 1)
                    && way.edges.iter().any(|it| changed.binary_search(it).is_ok())
            };
            if table.content.iter().any(|it| is_broken(&it.way))
                || table.data.iter().any(|it| is_broken(&it.way))
            {
                let table = Rc::make_mut(table);
                let mut stays = |origin: OriginNo, way: &Way| {
                    let stays = !is_broken(way);
                    if !stays {
                        lost.insert((node, origin));
                    }
                    stays
                };
                table.content.retain(|it| stays(it.origin, &it.way));
                table.data.retain(|it| stays(it.origin, &it.way));
                news.insert(node);
            }
        }
        for (node, origin) in lost {
            flows.start(node, index.starts_from(node, origin), stands.gate_of);
        }
        for node in &news {
            for step in index.moves_in(*node) {
                flows.follow(index, *step, stands);
            }
        }
        flows.close(index, news, stands);
        flows
    }

    /// Takes in what comes from outside.
    fn start(&mut self, node: NodeNo, starts: &[Start], gate_of: GateOf<'_>) {
        let Some(table) = self.tables.get_mut(node.place()).filter(|_| !starts.is_empty()) else { return };
        let table = Rc::make_mut(table);
        for start in starts {
            let Some(gate) = gate_of(start.edge) else { continue };
            let way = || Way::single(start.edge, gate);
            let better = |it: &Way| (gate, 1, [start.edge].as_slice()).cmp(&it.rank());
            match start.brings {
                Brings::Content(trust) => keep(&mut table.content, start.origin, trust, better, way),
                Brings::Data(level) => keep(&mut table.data, start.origin, level, better, way),
            }
        }
    }

    /// Content moves on from `news` until nothing gets better. Each round lengthens ways by one move, and a way
    /// that is no better than the known one is dropped, so this ends.
    fn close(&mut self, index: &Index, mut news: BTreeSet<NodeNo>, stands: Stands<'_>) {
        while !news.is_empty() {
            let mut next = BTreeSet::new();
            for step in news.iter().flat_map(|it| index.moves_out(*it)) {
                if self.follow(index, *step, stands) {
                    next.insert(step.to);
                }
            }
            news = next;
        }
    }

    /// Takes everything over one move; true when something got better.
    fn follow(&mut self, index: &Index, step: Move, stands: Stands<'_>) -> bool {
        let Some(gate) = (stands.gate_of)(step.edge) else { return false };
        let Some(from) = self.tables.get(step.from.place()).cloned() else { return false };
        let Some(to) = self.tables.get_mut(step.to.place()) else { return false };
        let step = Step { edge: step.edge, gate };
        let (content, data) = match stands.limits.get(&step.edge).or_else(|| index.limits.get(&step.edge)) {
            None => (carry(&from.content, &to.content, step), carry(&from.data, &to.data, step)),
            Some(limits) => {
                let (content, data) = left(index, limits, &from);
                (carry(&content, &to.content, step), carry(&data, &to.data, step))
            }
        };
        if content.is_empty() && data.is_empty() {
            return false;
        }
        let to = Rc::make_mut(to);
        for it in content {
            put(&mut to.content, it);
        }
        for it in data {
            put(&mut to.data, it);
        }
        true
    }

    /// What untrusted content gets into `node`, by its origin.
    pub(crate) fn content(&self, node: NodeNo) -> &[Held<Trust>] {
        self.tables.get(node.place()).map_or(&[], |it| &it.content)
    }

    /// What data gets into `node`, by its origin.
    pub(crate) fn data(&self, node: NodeNo) -> &[Held<Level>] {
        self.tables.get(node.place()).map_or(&[], |it| &it.data)
    }

    /// The best way of any untrusted content into `node`, with the first origin that it comes from.
    pub(crate) fn influence(&self, index: &Index, node: NodeNo) -> Option<&Held<Trust>> {
        best(index, self.content(node).iter())
    }
}

/// The best of several ways in. Of equal ones, a tool that is there to take content in tells more than commands, which
/// reach whatever there is.
pub(crate) fn best<'f>(
    index: &Index,
    content: impl Iterator<Item = &'f Held<Trust>>,
) -> Option<&'f Held<Trust>> {
    let standing = |it: &Way| index.standing(it.edges.first());
    content.min_by(|a, b| {
        let (a, b) = (&a.way, &b.way);
        let rank = (a.gate, a.edges.len()).cmp(&(b.gate, b.edges.len()));
        rank.then_with(|| standing(a).cmp(&standing(b))).then_with(|| a.edges.cmp(&b.edges))
    })
}

/// What of `from` still passes over an edge with these limits.
fn left(index: &Index, limits: &Limits, from: &Table) -> (Vec<Held<Trust>>, Vec<Held<Level>>) {
    let content = from.content.iter().filter(|it| index.passes_content(limits, it.origin));
    let data = from.data.iter().filter_map(|it| {
        let label = index.passes_data(limits, it.origin, it.label)?;
        Some(Held { label, ..it.clone() })
    });
    (content.cloned().collect(), data.collect())
}

/// What of `from` would be better in `to` when it is carried over one more edge. Both are in the order of origins, so that
/// one walk along both is enough.
fn carry<Label: Carried>(from: &[Held<Label>], to: &[Held<Label>], step: Step) -> Vec<Held<Label>> {
    let mut rest = to.iter().peekable();
    let better = |it: &&Held<Label>| {
        while rest.next_if(|known| known.origin < it.origin).is_some() {}
        match rest.peek().filter(|known| known.origin == it.origin) {
            None => true,
            Some(known) => {
                let label = it.label.outranks(known.label);
                label.then_with(|| it.way.compare_longer(step, &known.way)) == Ordering::Less
            }
        }
    };
    let longer = |it: &Held<Label>| Held { way: it.way.longer(step), ..*it };
    from.iter().filter(better).map(longer).collect()
}

fn find<Label>(list: &[Held<Label>], origin: OriginNo) -> Result<&Held<Label>, usize> {
    match list.binary_search_by_key(&origin, |it| it.origin) {
        Ok(at) => list.get(at).ok_or(at),
        Err(at) => Err(at),
    }
}

fn put<Label>(list: &mut Vec<Held<Label>>, held: Held<Label>) {
    match list.binary_search_by_key(&held.origin, |it| it.origin) {
        Ok(at) => {
            if let Some(known) = list.get_mut(at) {
                *known = held;
            }
        }
        Err(at) => list.insert(at, held),
    }
}

/// Puts a way in the place of the known one where `compare` says that it is better.
fn keep<Label: Carried>(
    list: &mut Vec<Held<Label>>,
    origin: OriginNo,
    label: Label,
    compare: impl Fn(&Way) -> Ordering,
    way: impl Fn() -> Way,
) {
    let better = match find(list, origin) {
        Err(_) => true,
        Ok(known) => label.outranks(known.label).then_with(|| compare(&known.way)) == Ordering::Less,
    };
    if better {
        put(list, Held { origin, label, way: way() });
    }
}

#[cfg(test)]
mod tests {
    use ambit_catalog::Catalog;
    use ambit_discovery::{Memory, Settings};

    use super::*;
    use crate::map::ReachMap;

    /// Two clients that share a memory, one of them with a sub-agent, and servers with private data and ways out.
    fn map() -> ReachMap {
        let servers = r#"{ "mcpServers": {
            "memory": { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-memory@1.0.0"], "env": { "MEMORY_FILE_PATH": "/srv/m" } },
            "github": { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-github@1.0.0"] },
            "files": { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem@1.0.0", "/srv/data"] } } }"#;
        let source = Memory::of([
            (".mcp.json", servers),
            (".cursor/mcp.json", servers),
            (
                ".claude/settings.json",
                r#"{ "permissions": { "allow": ["mcp__memory", "WebFetch"], "deny": ["WebSearch"] } }"#,
            ),
            (".claude/agents/helper.md", "---\nname: helper\ndescription: helps\n---\nHelp.\n"),
        ]);
        let catalog = Catalog::compiled().expect("the catalog decodes");
        let inventory = ambit_discovery::read(&source, &catalog, &Settings::default());
        crate::connect(inventory, &catalog)
    }

    /// What makes two closures the same for whoever judges by them: origins, labels and gates.
    fn told<Label: Copy>(held: &[Held<Label>]) -> Vec<(OriginNo, Label, Gate)> {
        held.iter().map(|it| (it.origin, it.label, it.way.gate)).collect()
    }

    #[test]
    fn mending_closures_comes_to_the_same_as_making_them_anew() {
        let map = map();
        let index = &map.index;
        let stands = |no: EdgeNo| map.row(no).map(|it| it.gate).filter(|it| *it != Gate::Denied);
        let base = Flows::of(index, &stands);
        let mut tried = 0;
        for (tool, edges) in &index.via {
            for gate in [None, Some(Gate::Auto), Some(Gate::Asked)] {
                let changed = |no: EdgeNo| if edges.contains(&no) { gate } else { stands(no) };
                let ends: BTreeSet<NodeNo> =
                    edges.iter().filter_map(|it| index.node(&map.row(*it)?.edge.from)).collect();
                let ends: Vec<NodeNo> = ends.into_iter().collect();
                let (mended, anew) = (
                    base.after(index, edges, &ends, Stands { gate_of: &changed, limits: &BTreeMap::new() }),
                    Flows::of(index, &changed),
                );
                for node in index.all_nodes() {
                    assert_eq!(
                        told(mended.content(node)),
                        told(anew.content(node)),
                        "content, {tool} {gate:?}"
                    );
                    assert_eq!(told(mended.data(node)), told(anew.data(node)), "data, {tool} {gate:?}");
                }
                tried += 1;
            }
        }
        assert!(tried > 100 && index.groups_of_several() > 0, "{tried} changes tried");
    }
}
