//! The map in numbers. An edge's number is its place in the order of ids, so that comparing numbers is comparing
//! ids, and what the closures and what-ifs ask again and again is gathered once.

mod ends;

use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;

use ambit_model::stated::MemoryScope;
use ambit_model::{Asset, AssetId, AssetKind, Confidence, EdgeId, Level, Place, ReachEdge, Trust, Verb};
use indexmap::IndexMap;

use crate::limits::Limits;
use crate::map::ReachMap;
use ends::Ends;

/// An edge, by its place in the order of ids.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct EdgeNo(u32);

impl EdgeNo {
    /// All numbers, from the first.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..).map(Self)
    }

    /// The number of the edge at this place in the order of ids.
    pub(crate) fn at(place: usize) -> Self {
        Self(to_u32(place))
    }

    /// The number as a place in a list.
    pub fn place(self) -> usize {
        self.0 as usize
    }
}

/// A context, or a place through which content moves from one context to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NodeNo(u32);

impl NodeNo {
    pub(crate) fn place(self) -> usize {
        self.0 as usize
    }
}

/// Where content or data comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct OriginNo(u32);

/// How well an edge tells where something comes from, when another brings in as much: the smaller is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    /// A tool is there for it.
    Meant,
    /// Commands reach it, among all else.
    ByCommand,
    /// Perhaps it is not so.
    Doubtful,
}

/// Places that commands reach without anybody having said so.
const REACHED_BY_COMMANDS: [&str; 3] = ["channel:web", "store:home", "store:workspace"];

/// What an edge brings into the context that it starts from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Brings {
    /// What somebody untrusted wrote.
    Content(Trust),
    /// Data that is not public.
    Data(Level),
}

/// The first step of a way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Start {
    pub(crate) edge: EdgeNo,
    pub(crate) origin: OriginNo,
    pub(crate) brings: Brings,
}

/// One way for content to move on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Move {
    pub(crate) from: NodeNo,
    pub(crate) to: NodeNo,
    pub(crate) edge: EdgeNo,
}

/// The edges that start from one asset.
#[derive(Debug, Clone, Default)]
pub(crate) struct From {
    pub(crate) all: Vec<EdgeNo>,
    pub(crate) by_verb: BTreeMap<Verb, Vec<EdgeNo>>,
}

impl From {
    fn of(mut list: Vec<(Verb, EdgeNo)>) -> Self {
        list.sort_unstable_by_key(|it| it.1);
        let mut from = Self { all: list.iter().map(|it| it.1).collect(), by_verb: BTreeMap::new() };
        for (verb, no) in list {
            from.by_verb.entry(verb).or_default().push(no);
        }
        from
    }
}

/// What comes from one origin, over whatever edge.
#[derive(Debug, Clone, Default)]
pub(crate) struct Source {
    /// The classes of its data.
    pub(crate) classes: BTreeSet<String>,
    /// The most trusted of its untrusted content.
    pub(crate) trust: Option<Trust>,
}

/// What the index depends on that is no edge: what people have stated, and what programs say of themselves.
#[derive(Debug, Clone, Default)]
pub(crate) struct Marks {
    /// Stores that people have named: content moves through them as it does through memories.
    pub(crate) named: BTreeSet<AssetId>,
    /// What controls leave of edges.
    pub(crate) limits: BTreeMap<EdgeId, Limits>,
    /// How far memories reach, as people have stated it.
    pub(crate) scopes: BTreeMap<AssetId, MemoryScope>,
    /// Pairs of agents of which the first hands work on and hears nothing back.
    pub(crate) onward: BTreeSet<(AssetId, AssetId)>,
}

/// The edges that write a place, and those that read it back.
pub(crate) type Kept = (Vec<EdgeNo>, Vec<EdgeNo>);

/// What is asked of the map again and again.
#[derive(Debug, Clone, Default)]
pub(crate) struct Index {
    /// Edges by the asset that they start from.
    pub(crate) from: BTreeMap<AssetId, From>,
    /// Edges by the asset that they end in.
    pub(crate) to: IndexMap<AssetId, Vec<EdgeNo>>,
    /// Edges by the tool that they need.
    pub(crate) via: IndexMap<AssetId, Vec<EdgeNo>>,
    /// Edges by the line that decides their gate.
    pub(crate) decided: BTreeMap<Place, Vec<EdgeNo>>,
    /// Edges of several grants by the lines that grant them.
    pub(crate) granted: BTreeMap<Place, Vec<EdgeNo>>,
    /// Agents and their servers by the line that brings the server in.
    pub(crate) entries: BTreeMap<Place, Vec<(AssetId, AssetId)>>,
    /// Each server's tools.
    pub(crate) offers: BTreeMap<AssetId, Vec<AssetId>>,
    /// Memories and named stores, each with the edges that write it and those that read it back. The workspace
    /// and the home are not among them: every coding agent of a checkout shares those before anybody configures
    /// anything, and a path through them would say of every pair of agents what is true of none in particular.
    pub(crate) kept: BTreeMap<AssetId, Kept>,
    /// What controls leave of edges that they do not close.
    pub(crate) limits: BTreeMap<EdgeNo, Limits>,
    nodes: BTreeMap<AssetId, NodeNo>,
    /// The node that each edge starts from.
    node_of: Vec<Option<NodeNo>>,
    origins: Vec<AssetId>,
    /// What is known of each origin.
    sources: Vec<Source>,
    starts: Vec<Vec<Start>>,
    /// How well edges tell where something comes from, where not best.
    standing: BTreeMap<EdgeNo, Standing>,
    moves_out: Vec<Vec<Move>>,
    moves_in: Vec<Vec<Move>>,
    /// Nodes that content can move between, in whatever direction: what happens in one group touches no other.
    groups: Vec<Vec<NodeNo>>,
    group_of: Vec<usize>,
}

impl Index {
    /// What `edges`, which are those of `map` in the order of their ids, come to. Most are gathered in the order in which
    /// they were made: there, edges of one agent and one tool follow each other.
    pub(crate) fn of(map: &ReachMap, edges: &[ReachEdge], marks: &Marks) -> Self {
        let made = &map.made;
        let mut index = Self::default();
        let rows = || made.iter().filter_map(|it| Some((*it, edges.get(it.place())?)));
        index.from = grouped(rows().map(|(no, it)| (&it.from, (it.verb, no))), From::of);
        let ends = Ends::of(edges);
        index.to = ends.grouped(edges);
        index.via = grouped(rows().filter_map(|(no, it)| Some((it.via.as_ref()?, no))), sorted);
        index.decided = grouped(rows().filter_map(|(no, it)| Some((it.decided_by.as_ref()?, no))), sorted);
        for (no, place) in map.grants.iter().flat_map(|(no, all)| all.iter().map(move |it| (*no, it.place())))
        {
            place.into_iter().for_each(|it| index.granted.entry(it.clone()).or_default().push(no));
        }
        for (no, edge) in numbered(edges).filter(|_| !marks.limits.is_empty()) {
            if let Some(limits) = marks.limits.get(&edge.id) {
                index.limits.insert(no, limits.clone());
            }
        }
        index.kept = ends.kept(edges, &map.assets, marks);
        let offers = map.tools.iter().filter_map(|(id, it)| Some((it.server.as_ref()?, id.clone())));
        index.offers = grouped(offers, |it| it);
        for (agent, entries) in &map.uses {
            for (server, entry) in entries {
                let list = index.entries.entry(entry.place.clone()).or_default();
                list.push((agent.clone(), server.clone()));
            }
        }
        index.number_nodes(edges);
        index.gather_starts(edges, &ends);
        index.gather_sources(edges, &map.assets);
        index.gather_moves(edges, marks);
        index.gather_groups();
        index
    }

    fn number_nodes(&mut self, edges: &[ReachEdge]) {
        let mut nodes: BTreeSet<&AssetId> = self.from.keys().chain(self.kept.keys()).collect();
        nodes.extend(edges.iter().filter(|it| it.verb == Verb::Delegates).map(|it| &it.to));
        self.nodes = (0..).map(NodeNo).zip(nodes).map(|(no, id)| (id.clone(), no)).collect();
        self.node_of = vec![None; edges.len()];
        for (id, from) in &self.from {
            let node = self.nodes.get(id).copied();
            for no in &from.all {
                if let Some(known) = self.node_of.get_mut(no.place()) {
                    *known = node;
                }
            }
        }
        self.starts = vec![Vec::new(); self.nodes.len()];
        self.moves_out = vec![Vec::new(); self.nodes.len()];
        self.moves_in = vec![Vec::new(); self.nodes.len()];
    }

    fn gather_starts(&mut self, edges: &[ReachEdge], ends: &Ends<'_>) {
        let (origins, origin_of) = ends.origins(edges);
        self.origins = origins;
        for (id, from) in &self.from {
            let Some(list) = self.nodes.get(id).and_then(|it| self.starts.get_mut(it.place())) else {
                continue;
            };
            let runs = from.by_verb.get(&Verb::Executes).into_iter().flatten();
            let commands: BTreeSet<&AssetId> =
                runs.filter_map(|it| edges.get(it.place())?.via.as_ref()).collect();
            for no in &from.all {
                let Some(edge) = edges.get(no.place()) else { continue };
                let Some(brings) = brings(edge) else { continue };
                let Some(origin) = ends.of_edge(*no).and_then(|it| *origin_of.get(it)?) else { continue };
                let is_by_command = edge.via.as_ref().is_some_and(|it| commands.contains(it));
                if edge.confidence == Confidence::Possible {
                    self.standing.insert(*no, Standing::Doubtful);
                } else if is_by_command && REACHED_BY_COMMANDS.contains(&edge.to.as_str()) {
                    self.standing.insert(*no, Standing::ByCommand);
                }
                list.push(Start { edge: *no, origin, brings });
            }
            list.sort_by_key(|it| (it.origin, it.edge));
        }
    }

    fn gather_sources(&mut self, edges: &[ReachEdge], assets: &BTreeMap<AssetId, Asset>) {
        self.sources = vec![Source::default(); self.origins.len()];
        for start in self.starts.iter().flatten() {
            let (Some(source), Some(edge)) =
                (self.sources.get_mut(start.origin.0 as usize), edges.get(start.edge.place()))
            else {
                continue;
            };
            match start.brings {
                Brings::Content(trust) => source.trust = source.trust.max(Some(trust)),
                Brings::Data(_) if !self.limits.is_empty() => {
                    let known = assets.get(&edge.to).map_or(&[][..], |it| it.data.as_slice());
                    source.classes.extend(edge.touches.iter().chain(known).cloned());
                }
                Brings::Data(_) => {}
            }
        }
    }

    fn gather_moves(&mut self, edges: &[ReachEdge], marks: &Marks) {
        let mut moves = Vec::new();
        let node = |id: &AssetId| self.nodes.get(id).copied();
        for (edge, row) in numbered(edges).filter(|(_, it)| it.verb == Verb::Delegates) {
            let (Some(from), Some(to)) = (node(&row.from), node(&row.to)) else { continue };
            // What is handed over steers the other agent; what it answers steers the one that asked.
            moves.push(Move { from, to, edge });
            if !marks.onward.contains(&(row.from.clone(), row.to.clone())) {
                moves.push(Move { from: to, to: from, edge });
            }
        }
        // Through the place and not from each writer to each reader: there may be hundreds of both.
        for (place, (writers, readers)) in &self.kept {
            let Some(place) = node(place) else { continue };
            let ends = |numbers: &[EdgeNo]| -> Vec<(EdgeNo, NodeNo)> {
                let rows = numbers.iter().filter_map(|it| Some((*it, edges.get(it.place())?)));
                rows.filter_map(|(no, row)| Some((no, node(&row.from)?))).collect()
            };
            let (writers, readers) = (ends(writers), ends(readers));
            // What an agent writes and only itself reads back takes nothing to it that was not there.
            if writers.iter().all(|(_, write)| readers.iter().all(|(_, read)| read == write)) {
                continue;
            }
            moves.extend(writers.into_iter().map(|(edge, from)| Move { from, to: place, edge }));
            moves.extend(readers.into_iter().map(|(edge, to)| Move { from: place, to, edge }));
        }
        for step in moves {
            if let Some(list) = self.moves_out.get_mut(step.from.place()) {
                list.push(step);
            }
            if let Some(list) = self.moves_in.get_mut(step.to.place()) {
                list.push(step);
            }
        }
    }

    fn gather_groups(&mut self) {
        self.group_of = vec![usize::MAX; self.nodes.len()];
        for first in self.all_nodes() {
            let mut group = Vec::new();
            let mut next = vec![first];
            while let Some(node) = next.pop() {
                match self.group_of.get_mut(node.place()) {
                    Some(known) if *known == usize::MAX => *known = self.groups.len(),
                    _ => continue,
                }
                group.push(node);
                next.extend(self.moves_out(node).iter().map(|it| it.to));
                next.extend(self.moves_in(node).iter().map(|it| it.from));
            }
            if !group.is_empty() {
                group.sort();
                self.groups.push(group);
            }
        }
    }

    /// All nodes that content can move to or from `node`, itself included.
    pub(crate) fn group(&self, node: NodeNo) -> &[NodeNo] {
        let group = self.group_of.get(node.place()).and_then(|it| self.groups.get(*it));
        group.map_or(&[], Vec::as_slice)
    }

    /// How many groups have more than one node.
    #[cfg(test)]
    pub(crate) fn groups_of_several(&self) -> usize {
        self.groups.iter().filter(|it| it.len() > 1).count()
    }

    /// How many nodes there are: their numbers are those below.
    pub(crate) fn nodes(&self) -> usize {
        self.nodes.len()
    }

    /// How many edges there are: their numbers are those below.
    pub(crate) fn edges(&self) -> usize {
        self.node_of.len()
    }

    /// The number of a context or of a place that content moves through.
    pub(crate) fn node(&self, id: &AssetId) -> Option<NodeNo> {
        self.nodes.get(id).copied()
    }

    /// The number of the context that an edge starts from.
    pub(crate) fn node_of(&self, edge: EdgeNo) -> Option<NodeNo> {
        self.node_of.get(edge.place()).copied().flatten()
    }

    /// All nodes.
    pub(crate) fn all_nodes(&self) -> impl Iterator<Item = NodeNo> + use<> {
        (0..to_u32(self.nodes.len())).map(NodeNo)
    }

    /// The id behind the number of an origin.
    pub(crate) fn origin(&self, no: OriginNo) -> Option<&AssetId> {
        self.origins.get(no.0 as usize)
    }

    /// Whether any content of an origin passes over an edge with these limits.
    pub(crate) fn passes_content(&self, limits: &Limits, from: OriginNo) -> bool {
        let source = self.sources.get(from.0 as usize);
        source.and_then(|it| it.trust).is_none_or(|it| limits.passes_content(it))
    }

    /// The most trusted of those who write the untrusted content of an origin.
    pub(crate) fn best_trust(&self, of: OriginNo) -> Option<Trust> {
        self.sources.get(of.0 as usize).and_then(|it| it.trust)
    }

    /// The level as which data of an origin passes over an edge with these limits; none where it does not pass.
    pub(crate) fn passes_data(&self, limits: &Limits, from: OriginNo, level: Level) -> Option<Level> {
        let source = self.sources.get(from.0 as usize)?;
        limits.passes_data(&source.classes).then(|| limits.capped(level)).filter(|it| *it > Level::Public)
    }

    /// The number of an origin.
    pub(crate) fn origin_no(&self, id: &AssetId) -> Option<OriginNo> {
        self.origins.binary_search(id).ok().map(|it| OriginNo(to_u32(it)))
    }

    /// How well the way that begins with this edge tells where something comes from.
    pub(crate) fn standing(&self, first: Option<&EdgeNo>) -> Standing {
        first.and_then(|it| self.standing.get(it)).copied().unwrap_or(Standing::Meant)
    }

    /// What comes into `node` from outside, by its origin.
    pub(crate) fn starts(&self, node: NodeNo) -> &[Start] {
        self.starts.get(node.place()).map_or(&[], Vec::as_slice)
    }

    /// What comes into `node` from `origin`.
    pub(crate) fn starts_from(&self, node: NodeNo, origin: OriginNo) -> &[Start] {
        let starts = self.starts(node);
        let first = starts.partition_point(|it| it.origin < origin);
        let after = starts.partition_point(|it| it.origin <= origin);
        starts.get(first..after).unwrap_or_default()
    }

    /// Where content moves to from `node`.
    pub(crate) fn moves_out(&self, node: NodeNo) -> &[Move] {
        self.moves_out.get(node.place()).map_or(&[], Vec::as_slice)
    }

    /// Where content moves to `node` from.
    pub(crate) fn moves_in(&self, node: NodeNo) -> &[Move] {
        self.moves_in.get(node.place()).map_or(&[], Vec::as_slice)
    }
}

/// Edges with their numbers.
pub(crate) fn numbered(edges: &[ReachEdge]) -> impl Iterator<Item = (EdgeNo, &ReachEdge)> {
    EdgeNo::all().zip(edges)
}

/// Edges with their numbers, to change.
pub(crate) fn numbered_mut(edges: &mut [ReachEdge]) -> impl Iterator<Item = (EdgeNo, &mut ReachEdge)> {
    (0..).map(EdgeNo).zip(edges)
}

fn brings(edge: &ReachEdge) -> Option<Brings> {
    match edge.verb {
        Verb::Ingests => edge.reached_by.filter(|it| it.is_untrusted()).map(Brings::Content),
        // What anybody writes into its instructions is theirs to steer; a supplier would have to be turned first, and
        // rules of facts tell of that.
        Verb::Loads => edge.reached_by.filter(|it| *it == Trust::Public).map(Brings::Content),
        Verb::Reads | Verb::Recalls => edge.level.filter(|it| *it > Level::Public).map(Brings::Data),
        _ => None,
    }
}

fn is_kept(asset: &Asset) -> bool {
    match asset.kind {
        AssetKind::Memory => true,
        AssetKind::DataStore => asset.id.as_str().contains('/'),
        _ => false,
    }
}

/// The values of each key, `finished`. Where equal keys follow each other only the first is looked for.
fn grouped<'a, K: Hash + Eq + Clone + 'a, V, L, M: FromIterator<(K, L)>>(
    pairs: impl Iterator<Item = (&'a K, V)>,
    finished: impl Fn(Vec<V>) -> L,
) -> M {
    let mut lists: IndexMap<&K, Vec<V>> = IndexMap::new();
    let mut last = usize::MAX;
    for (key, value) in pairs {
        if let Some((_, values)) = lists.get_index_mut(last).filter(|(known, _)| **known == key) {
            values.push(value);
        } else {
            let entry = lists.entry(key);
            last = entry.index();
            entry.or_default().push(value);
        }
    }
    lists.into_iter().map(|(key, list)| (key.clone(), finished(list))).collect()
}

fn sorted(mut list: Vec<EdgeNo>) -> Vec<EdgeNo> {
    list.sort_unstable();
    list
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
