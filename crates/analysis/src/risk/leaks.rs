//! Ends at which data leaves: for each store every context that its data gets to, with the ways out that disclose it.
//!
//! What leaves by a way out depends on the level of the data and on what the way out lets pass, and on nothing else of
//! the store. So the ways out are sorted once for each of those, and a store takes those of the contexts that it gets to.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::{AssetId, Level, Tier};

use super::ends::{Ends, Flow, MOST_TERMS, Term, costs, sorted};
use super::exits::{Data, DataNo, Exit, ExitNo, Exits, Sink, SinkNo};
use super::inputs::Harm;
use super::network::{ModuleNo, Network, Out, Stored, Writer};
use crate::index::{Index, NodeNo};
use crate::limits::Limits;

/// How many contexts are told apart for one end, the nearest, where there are few ends and where there are many.
const MOST_CONTEXTS: usize = 4096;
const LEAST_CONTEXTS: usize = 64;

/// How many sinks are known for every context all the time.
const MOST_SHARED: usize = 16;

/// What decides what leaves by which way out: which limits of ways out data passes, and as of which level it is there.
type Sort = (Vec<bool>, Level);

/// The ways out for data of one sort.
#[derive(Default)]
struct Ways {
    /// The tiers that data can leave as, by node.
    tiers: Vec<BTreeSet<Tier>>,
    /// By tier and node: the exits by which it leaves as of that tier or a worse one.
    exits: BTreeMap<Tier, Vec<Vec<ExitNo>>>,
}

/// How data leaves wherever it gets to.
struct Leaving {
    /// As of which tiers.
    tiers: BTreeSet<Tier>,
    /// By level: the worst tier that it leaves as.
    worst: BTreeMap<Level, Tier>,
    /// The nearest contexts by which it does, in their order.
    contexts: Vec<NodeNo>,
    /// Whether there are more.
    has_more: bool,
}

/// The ways out of all contexts.
pub(super) struct Leaks<'n> {
    network: &'n Network,
    index: &'n Index,
    /// All limits of ways out.
    limits: BTreeSet<&'n Limits>,
    ways: BTreeMap<Sort, Ways>,
    numbers: BTreeMap<Exit, ExitNo>,
    filters: BTreeMap<Vec<bool>, usize>,
    sinks: BTreeMap<(Sort, Tier, usize), SinkNo>,
    /// When each node was met last.
    met: Vec<u32>,
    searches: u32,
}

impl<'n> Leaks<'n> {
    pub(super) fn of(network: &'n Network, index: &'n Index) -> Self {
        let outs = network.contexts.iter().flat_map(|it| &it.outs);
        Self {
            network,
            index,
            limits: outs.filter_map(|it| it.limits.as_ref()).collect(),
            ways: BTreeMap::new(),
            numbers: BTreeMap::new(),
            filters: BTreeMap::new(),
            sinks: BTreeMap::new(),
            met: vec![0; network.contexts.len()],
            searches: 0,
        }
    }

    /// Data of `store` gets to somebody who may not have it.
    pub(super) fn add(&mut self, ends: &mut Ends<'_>, store: &AssetId, stored: &Stored) {
        let levels: BTreeSet<Level> = stored.reads.iter().map(|it| it.level).collect();
        let classes: Vec<String> = stored.classes.iter().cloned().collect();
        let passes = self.passes(store);
        let reached = self.reached_from(stored.reads.iter().map(|it| it.node));
        let Leaving { tiers, worst, contexts, has_more } = self.leaving(&passes, &levels, &reached);
        let inputs = ends.inputs;
        let harm = |tier: Tier| {
            // The level that it is a disclosure of.
            let level = [Level::Internal, Level::Confidential, Level::Secret];
            let level =
                level.into_iter().find(|it| Tier::of_disclosure(*it) >= tier).unwrap_or(Level::Secret);
            inputs.loss(store, Harm::Leaked(tier, level, &classes))
        };
        let costs = costs(&tiers, &harm);
        if costs.is_empty() {
            return;
        }
        let data: Vec<(Level, DataNo)> =
            levels.iter().map(|it| (*it, self.data(&mut ends.exits, (store, stored), *it))).collect();
        for cost in costs {
            let sort = (passes.as_slice(), cost.tier);
            let terms = self.terms(&mut ends.exits, sort, &contexts, &data);
            let leaves = |it: &&(Level, DataNo)| worst.get(&it.0) >= Some(&cost.tier);
            let flows = data.iter().filter(leaves).filter_map(|it| self.flow(&mut ends.exits, sort, *it));
            let flows = flows.collect();
            ends.add_leak((store, has_more), cost, terms, flows);
        }
    }

    /// How data of these levels, which passes that, leaves the contexts in `reached`, the nearest of which come first.
    fn leaving(&mut self, passes: &[bool], levels: &BTreeSet<Level>, reached: &[NodeNo]) -> Leaving {
        let most = MOST_TERMS / self.network.stored.len().max(1);
        let most = most.clamp(LEAST_CONTEXTS, MOST_CONTEXTS);
        let (mut tiers, mut worst, mut places) = (BTreeSet::new(), BTreeMap::new(), BTreeSet::new());
        for level in levels {
            let ways = self.ways(passes, *level);
            for (place, node) in reached.iter().enumerate() {
                if let Some((own, last)) = ways.tiers.get(node.place()).and_then(|it| Some((it, it.last()?)))
                {
                    tiers.extend(own);
                    places.insert(place);
                    let known = worst.entry(*level).or_insert(*last);
                    *known = (*known).max(*last);
                }
            }
        }
        let has_more = places.len() > most;
        let mut contexts: Vec<NodeNo> =
            places.into_iter().take(most).filter_map(|it| reached.get(it).copied()).collect();
        contexts.sort_unstable();
        Leaving { tiers, worst, contexts, has_more }
    }

    /// Which limits of ways out data of `store` passes.
    fn passes(&self, store: &AssetId) -> Vec<bool> {
        let origin = self.index.origin_no(store);
        let passes = |it: &&Limits| {
            origin.is_some_and(|from| self.index.passes_data(it, from, Level::Secret).is_some())
        };
        self.limits.iter().map(passes).collect()
    }

    /// The ways out for data of a level that passes that.
    fn ways(&mut self, passes: &[bool], level: Level) -> &mut Ways {
        let (network, limits) = (self.network, &self.limits);
        self.ways.entry((passes.to_vec(), level)).or_insert_with(|| {
            let tiers = |context: &super::network::Context| {
                context.outs.iter().filter_map(|it| disclosed((limits, passes), level, it)).collect()
            };
            Ways { tiers: network.contexts.iter().map(tiers).collect(), exits: BTreeMap::new() }
        })
    }

    /// The exits by which data of a level that passes that leaves as of `tier` or a worse one, by node.
    fn exits(&mut self, exits: &mut Exits, (passes, level): (&[bool], Level), tier: Tier) -> &[Vec<ExitNo>] {
        if !self.ways(passes, level).exits.contains_key(&tier) {
            let mut all = Vec::new();
            for (node, context) in self.network.nodes.iter().zip(&self.network.contexts) {
                let mut by: BTreeMap<Vec<Writer>, Vec<ModuleNo>> = BTreeMap::new();
                for out in &context.outs {
                    if disclosed((&self.limits, passes), level, out) >= Some(tier) {
                        let writers = self.network.writers(out.limits.as_ref()).collect();
                        by.entry(writers).or_default().push(out.step);
                    }
                }
                let mut own = Vec::new();
                for (writers, last) in by {
                    let (accidental, access, last) = (false, Vec::new(), sorted(last));
                    let exit = Exit { node: *node, writers, accidental, access, last };
                    let no = self.numbers.get(&exit).copied();
                    let no = no.unwrap_or_else(|| exits.add(exit.clone()));
                    self.numbers.insert(exit, no);
                    own.push(no);
                }
                all.push(own);
            }
            self.ways(passes, level).exits.insert(tier, all);
        }
        self.ways(passes, level).exits.get(&tier).map_or(&[], Vec::as_slice)
    }

    /// The terms of data that is in `contexts`, which leaves as of `tier` or a worse one.
    fn terms(
        &mut self,
        exits: &mut Exits,
        (passes, tier): (&[bool], Tier),
        contexts: &[NodeNo],
        data: &[(Level, DataNo)],
    ) -> Vec<Term> {
        for (level, _) in data {
            self.exits(exits, (passes, *level), tier);
        }
        let ways = |level: Level| self.ways.get(&(passes.to_vec(), level))?.exits.get(&tier);
        let ways: Vec<_> = data.iter().filter_map(|(level, data)| Some((*data, ways(*level)?))).collect();
        let mut terms = Vec::new();
        for node in contexts {
            let first = terms.len();
            for (data, by) in &ways {
                let own = by.get(node.place()).into_iter().flatten();
                terms.extend(own.map(|it| Term { exit: *it, data: Some(*data) }));
            }
            let own = terms.get_mut(first..).unwrap_or_default();
            own.sort_by_key(|it| (exits.exit(it.exit).map(|it| &it.writers), it.data));
        }
        terms
    }

    /// The flow of data of a level to the exits by which it leaves as of `tier` or a worse one, wherever it gets to.
    fn flow(
        &mut self,
        exits: &mut Exits,
        (passes, tier): (&[bool], Tier),
        (level, data): (Level, DataNo),
    ) -> Option<Flow> {
        let filter = exits.data(data)?.filter;
        let key = ((passes.to_vec(), level), tier, filter);
        if let Some(sink) = self.sinks.get(&key) {
            return Some(Flow { data, sink: *sink });
        }
        let all: Vec<ExitNo> = self.exits(exits, (passes, level), tier).iter().flatten().copied().collect();
        let layout = &self.network.layout;
        let place = |it: ExitNo| Some((u32::try_from(layout.place(exits.exit(it)?.node)).ok()?, it));
        let mut all: Vec<(u32, ExitNo)> = all.into_iter().filter_map(place).collect();
        all.sort_unstable();
        let is_shared = self.sinks.len() < MOST_SHARED;
        let sink = exits.add_sink(Sink { exits: all, filter, is_shared });
        self.sinks.insert(key, sink);
        Some(Flow { data, sink })
    }

    fn data(&mut self, exits: &mut Exits, (store, stored): (&AssetId, &Stored), level: Level) -> DataNo {
        let passes = |limits: Option<&Limits>| limits.is_none_or(|it| it.leaves_data(&stored.classes, level));
        let filter = self.network.layout.filter(passes);
        let next = exits.filters.len();
        let filter = *self.filters.entry(filter).or_insert_with_key(|it| {
            exits.filters.push(it.clone());
            next
        });
        let reads = stored.reads.iter().filter(|it| it.level >= level).map(|it| (it.node, it.step)).collect();
        exits.add_data(Data { store: store.clone(), level, reads, filter })
    }

    /// Contexts that what gets into `starts` can move to, the nearest first.
    fn reached_from(&mut self, starts: impl Iterator<Item = NodeNo>) -> Vec<NodeNo> {
        self.searches += 1;
        let (met, now) = (&mut self.met, self.searches);
        let mut is_new =
            |node: NodeNo| met.get_mut(node.place()).is_some_and(|it| std::mem::replace(it, now) != now);
        let mut reached: Vec<NodeNo> = starts.filter(|it| is_new(*it)).collect();
        reached.sort_unstable();
        let mut at = 0;
        while let Some(node) = reached.get(at) {
            let further = self.index.moves_out(*node).iter().map(|it| it.to);
            let further: Vec<NodeNo> = further.filter(|it| is_new(*it)).collect();
            reached.extend(further);
            at += 1;
        }
        reached
    }
}

/// The tier of what leaves over `out` when data of `level` does that passes some limits; none where that is no disclosure.
fn disclosed((limits, passes): (&BTreeSet<&Limits>, &[bool]), level: Level, out: &Out) -> Option<Tier> {
    let leaves = match &out.limits {
        None => level,
        Some(own) => {
            let at = limits.iter().position(|it| *it == own)?;
            let level = own.capped(level);
            Some(level).filter(|it| *it > Level::Public && passes.get(at) == Some(&true))?
        }
    };
    let tier = Some(leaves).filter(|it| it.is_disclosed_to(out.audience)).map(Tier::of_disclosure)?;
    let most = out.limits.as_ref().and_then(|it| it.tier);
    Some(most.map_or(tier, |it| it.min(tier)))
}
