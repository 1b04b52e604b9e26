//! The two closures over the map: which untrusted content gets into which context (influence), and which data
//! does (disclosure).
//!
//! A context is one agent. Content moves from context to context over delegation, in both directions, and over
//! memories and named stores that one writes and the other reads back. Of all ways the one with the weakest
//! strongest gate is kept, then the shortest, then the one with the smallest ids: a witness, always the same.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use ambit_model::{AssetId, AssetKind, EdgeId, Gate, Level, ReachEdge, Trust, Verb};

use crate::map::ReachMap;

/// A way through the map: its strongest gate and its edges.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Way {
    /// The strongest gate on it.
    pub gate: Gate,
    /// Its edges, in order.
    pub edges: Vec<EdgeId>,
}

impl Way {
    fn rank(&self) -> (Gate, usize, &[EdgeId]) {
        (self.gate, self.edges.len(), &self.edges)
    }

    fn then(&self, gate: Gate, edges: &[EdgeId]) -> Self {
        Self { gate: self.gate.max(gate), edges: self.edges.iter().chain(edges).cloned().collect() }
    }
}

/// How an edge stands in a what-if: its gate, or nothing where it is gone.
pub type GateOf<'a> = &'a dyn Fn(&ReachEdge) -> Option<Gate>;

/// Both closures.
#[derive(Debug, Clone, Default)]
pub struct Flows {
    influence: BTreeMap<AssetId, BTreeMap<AssetId, (Trust, Way)>>,
    data: BTreeMap<AssetId, BTreeMap<AssetId, Held>>,
}

/// Data that gets into a context.
#[derive(Debug, Clone)]
pub struct Held {
    /// How confidential.
    pub level: Level,
    /// Data classes.
    pub classes: Vec<String>,
    /// How it gets there.
    pub way: Way,
}

impl Flows {
    /// The closures over `map` as it stands.
    pub fn of(map: &ReachMap) -> Self {
        Self::with(map, &|edge| Some(edge.gate))
    }

    /// The closures over `map` with other gates.
    pub fn with(map: &ReachMap, gate_of: GateOf<'_>) -> Self {
        Self::over(map.edges.values(), map, gate_of)
    }

    /// The closures over what `agents` can do, which nobody else has a part in: see [`neighbours`].
    pub fn among(map: &ReachMap, agents: &BTreeSet<AssetId>, gate_of: GateOf<'_>) -> Self {
        Self::over(agents.iter().flat_map(|it| map.edges_of(it)), map, gate_of)
    }

    fn over<'a>(edges: impl Iterator<Item = &'a ReachEdge>, map: &ReachMap, gate_of: GateOf<'_>) -> Self {
        let open = |edge: &ReachEdge| gate_of(edge).filter(|it| *it != Gate::Denied);
        let edges: Vec<&ReachEdge> = edges.collect();
        let mut flows = Self::default();
        for edge in &edges {
            let Some(gate) = open(edge) else { continue };
            flows.start(edge, Way { gate, edges: vec![edge.id.clone()] });
        }
        let moves = moves(map, &edges, &open);
        flows.close(&moves);
        flows
    }

    fn start(&mut self, edge: &ReachEdge, way: Way) {
        match edge.verb {
            Verb::Ingests => {
                let Some(trust) = edge.reached_by.filter(|it| it.is_untrusted()) else { return };
                keep_influence(self.influence.entry(edge.from.clone()).or_default(), &edge.to, trust, way);
            }
            Verb::Reads | Verb::Recalls => {
                let Some(level) = edge.level.filter(|it| *it > Level::Public) else { return };
                let held = Held { level, classes: edge.touches.clone(), way };
                keep_data(self.data.entry(edge.from.clone()).or_default(), &edge.to, held);
            }
            _ => {}
        }
    }

    /// Content moves along `moves` until nothing gets better. Each round lengthens ways by one move, and a
    /// way that is no better than the known one is dropped, so this ends.
    fn close(&mut self, moves: &[Move]) {
        let mut news: BTreeSet<AssetId> = moves.iter().map(|it| it.from.clone()).collect();
        while !news.is_empty() {
            let mut next = BTreeSet::new();
            for step in moves.iter().filter(|it| news.contains(&it.from)) {
                if self.follow(step) {
                    next.insert(step.to.clone());
                }
            }
            news = next;
        }
    }

    /// Takes everything over one move; true when something got better.
    fn follow(&mut self, step: &Move) -> bool {
        let mut changed = false;
        for (source, (trust, way)) in self.influence.get(&step.from).cloned().unwrap_or_default() {
            let way = way.then(step.gate, &step.edges);
            let known = self.influence.entry(step.to.clone()).or_default();
            changed |= keep_influence(known, &source, trust, way);
        }
        for (store, held) in self.data.get(&step.from).cloned().unwrap_or_default() {
            let held = Held { way: held.way.then(step.gate, &step.edges), ..held };
            changed |= keep_data(self.data.entry(step.to.clone()).or_default(), &store, held);
        }
        changed
    }

    /// Untrusted sources whose content gets into `context`, each with its trust and best way.
    pub fn sources<'a>(
        &'a self,
        context: &AssetId,
    ) -> impl Iterator<Item = (&'a AssetId, Trust, &'a Way)> + use<'a> {
        self.influence.get(context).into_iter().flatten().map(|(source, (trust, way))| (source, *trust, way))
    }

    /// The best way of any untrusted content into `context`.
    pub fn influence(&self, context: &AssetId) -> Option<&Way> {
        self.sources(context).map(|(_, _, way)| way).min_by(|a, b| a.rank().cmp(&b.rank()))
    }

    /// Data that gets into `context`, by the store it comes from.
    pub fn data<'a>(&'a self, context: &AssetId) -> impl Iterator<Item = (&'a AssetId, &'a Held)> + use<'a> {
        self.data.get(context).into_iter().flatten()
    }

    /// The data of `store`, where it gets into `context`.
    pub fn held(&self, context: &AssetId, store: &AssetId) -> Option<&Held> {
        self.data.get(context)?.get(store)
    }

    /// The least trust of what gets into `context`, where any of it is untrusted.
    pub fn trust(&self, context: &AssetId) -> Option<Trust> {
        self.sources(context).map(|(_, trust, _)| trust).min()
    }

    /// The highest level that gets into `context`, and all data classes that do.
    pub fn worst_data(&self, context: &AssetId) -> (Option<Level>, Vec<String>) {
        let classes: BTreeSet<String> = self.data(context).flat_map(|(_, it)| it.classes.clone()).collect();
        (self.data(context).map(|(_, it)| it.level).max(), classes.into_iter().collect())
    }
}

fn keep_influence(
    known: &mut BTreeMap<AssetId, (Trust, Way)>,
    source: &AssetId,
    trust: Trust,
    way: Way,
) -> bool {
    match known.get(source) {
        Some((_, old)) if old.rank() <= way.rank() => false,
        _ => {
            known.insert(source.clone(), (trust, way));
            true
        }
    }
}

fn keep_data(known: &mut BTreeMap<AssetId, Held>, store: &AssetId, held: Held) -> bool {
    match known.get(store) {
        Some(old) if old.level >= held.level && old.way.rank() <= held.way.rank() => false,
        Some(old) if old.level > held.level => false,
        _ => {
            known.insert(store.clone(), held);
            true
        }
    }
}

/// One way for content to move from one context into another.
#[derive(Debug, Clone)]
struct Move {
    from: AssetId,
    to: AssetId,
    gate: Gate,
    edges: Vec<EdgeId>,
}

/// For each agent all agents that content can move to or from, itself included: what happens among them touches
/// nobody else.
pub fn neighbours(map: &ReachMap) -> BTreeMap<AssetId, Rc<BTreeSet<AssetId>>> {
    let mut groups: BTreeMap<AssetId, Rc<BTreeSet<AssetId>>> = BTreeMap::new();
    let alone = |it: &AssetId| Rc::new(BTreeSet::from([it.clone()]));
    for agent in map.agents.keys() {
        groups.insert(agent.clone(), alone(agent));
    }
    let edges: Vec<&ReachEdge> = map.edges.values().collect();
    for step in moves(map, &edges, &|_| Some(Gate::Auto)) {
        let a = groups.get(&step.from).cloned().unwrap_or_else(|| alone(&step.from));
        let b = groups.get(&step.to).cloned().unwrap_or_else(|| alone(&step.to));
        if a != b {
            let both = Rc::new(a.union(&b).cloned().collect::<BTreeSet<_>>());
            groups.extend(both.iter().map(|it| (it.clone(), Rc::clone(&both))));
        }
    }
    groups.retain(|it, _| map.agents.contains_key(it));
    groups
}

fn moves(map: &ReachMap, edges: &[&ReachEdge], open: &dyn Fn(&ReachEdge) -> Option<Gate>) -> Vec<Move> {
    let mut moves = Vec::new();
    for edge in edges.iter().filter(|it| it.verb == Verb::Delegates) {
        let Some(gate) = open(edge) else { continue };
        let edges = vec![edge.id.clone()];
        // What is handed over steers the other agent; what it answers steers the one that asked.
        moves.push(Move { from: edge.from.clone(), to: edge.to.clone(), gate, edges: edges.clone() });
        moves.push(Move { from: edge.to.clone(), to: edge.from.clone(), gate, edges });
    }
    // Through the place and not from each writer to each reader: there may be hundreds of both.
    for (place, (writers, readers)) in shared(map, edges) {
        // What an agent writes and only itself reads back takes nothing to it that was not there.
        if writers.iter().all(|write| readers.iter().all(|read| read.from == write.from)) {
            continue;
        }
        let step = |from: &AssetId, to: &AssetId, edge: &ReachEdge| {
            let (from, to, edges) = (from.clone(), to.clone(), vec![edge.id.clone()]);
            open(edge).map(|gate| Move { from, to, gate, edges })
        };
        moves.extend(writers.iter().filter_map(|it| step(&it.from, place, it)));
        moves.extend(readers.iter().filter_map(|it| step(place, &it.from, it)));
    }
    moves
}

/// Memories and named stores, each with the edges that write it and those that read it back. The workspace and
/// the home are not among them: every coding agent of a checkout shares those before anybody configures
/// anything, and a path through them would say of every pair of agents what is true of none in particular.
type Shared<'a> = BTreeMap<&'a AssetId, (Vec<&'a ReachEdge>, Vec<&'a ReachEdge>)>;

fn shared<'a>(map: &ReachMap, edges: &[&'a ReachEdge]) -> Shared<'a> {
    let mut places = Shared::new();
    for edge in edges {
        let kept = map.assets.get(&edge.to).is_some_and(|it| match it.kind {
            AssetKind::Memory => true,
            AssetKind::DataStore => it.id.as_str().contains('/'),
            _ => false,
        });
        if !kept {
            continue;
        }
        let entry = places.entry(&edge.to).or_default();
        match edge.verb {
            Verb::Remembers | Verb::Writes => entry.0.push(edge),
            Verb::Recalls | Verb::Reads => entry.1.push(edge),
            _ => {}
        }
    }
    places
}
