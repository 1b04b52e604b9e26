//! Small random maps against an answer that tries every combination of events, and against each other.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_model::risk::EndKind;
use ambit_model::stated::Model;
use ambit_model::{
    AgentFacts, Asset, AssetId, AssetKind, Audience, Confidence, EdgeId, Gate, Level, Place, ReachEdge, Tier,
    Trust, Verb,
};

use super::network::What;
use super::scenarios::{Change, Drawing, Scenarios};
use crate::index::EdgeNo;
use crate::limits::Limits;
use crate::map::ReachMap;

/// Numbers that follow from a seed (SplitMix64): the tests choose their cases by it.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ (it >> 31)
    }

    fn below(&mut self, most: usize) -> usize {
        (self.next() % most as u64) as usize
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }
}

const AGENTS: [&str; 3] = ["agent:a", "agent:b", "agent:c"];

fn asset(id: &str, kind: AssetKind) -> Asset {
    Asset::new(AssetId::from_text(id), kind, id)
}

fn edge(from: &str, verb: Verb, to: &str, via: &str) -> ReachEdge {
    let [from, to, via] = [from, to, via].map(AssetId::from_text);
    ReachEdge {
        id: EdgeId::of(&from, verb, &to, Some(&via)),
        from,
        verb,
        to,
        via: Some(via),
        touches: [].into(),
        level: None,
        audience: None,
        reached_by: None,
        gate: Gate::Auto,
        decided_by: None,
        scope: None,
        consequence: "".into(),
        reversibility: None,
        blast_radius: None,
        tier: Tier::T0,
        controls: Vec::new(),
        owner: None,
        confidence: Confidence::Certain,
        stock: false,
        provenance: [].into(),
        because: Vec::new(),
    }
}

/// A random edge.
fn any_edge(dice: &mut Dice, agents: usize) -> ReachEdge {
    let from = AGENTS[dice.below(agents)];
    let via = dice.pick(&["tool:s/x", "tool:s/y", "tool:t/z"]);
    let mut it = match dice.below(9) {
        0 | 1 => {
            let mut it = edge(from, Verb::Ingests, dice.pick(&["channel:mail", "channel:web"]), via);
            it.reached_by = Some(if it.to.as_str() == "channel:mail" { Trust::Partner } else { Trust::Public });
            it
        }
        2 => {
            let mut it = edge(from, Verb::Reads, dice.pick(&["store:d/crm", "store:d/wiki"]), via);
            it.level = Some(dice.pick(&[Level::Internal, Level::Confidential, Level::Secret]));
            it.touches = [dice.pick(&["customer", "health"]).to_owned()].into();
            it
        }
        3 => {
            let mut it = edge(from, Verb::Sends, dice.pick(&["channel:mail", "channel:web"]), via);
            it.audience = Some(dice.pick(&[Audience::Organization, Audience::Partner, Audience::Public]));
            it
        }
        4 | 5 => {
            let verb = dice.pick(&[Verb::Writes, Verb::Executes, Verb::Spends, Verb::MayReach]);
            let mut it = edge(from, verb, dice.pick(&["store:d/crm", "env:host"]), via);
            it.tier = dice.pick(&[Tier::T0, Tier::T2, Tier::T3, Tier::T4]);
            it
        }
        6 => edge(from, Verb::Delegates, AGENTS[dice.below(agents)], via),
        7 => edge(from, Verb::Remembers, "memory:m", via),
        _ => {
            let mut it = edge(from, Verb::Recalls, "memory:m", via);
            it.level = Some(dice.pick(&[Level::Public, Level::Confidential]));
            it
        }
    };
    it.gate = dice.pick(&[Gate::Auto, Gate::Auto, Gate::Prompted, Gate::Asked, Gate::Denied]);
    it.confidence = dice.pick(&[Confidence::Certain, Confidence::Likely, Confidence::Possible]);
    it
}

/// The map of these edges, some of them limited.
fn map_of(mut edges: Vec<ReachEdge>, limits: &BTreeMap<EdgeId, Limits>) -> ReachMap {
    edges.sort_by(|a, b| a.id.cmp(&b.id));
    edges.dedup_by(|a, b| a.id == b.id);
    let mut map = ReachMap::default();
    for it in AGENTS {
        let id = AssetId::from_text(it);
        map.agents.insert(id.clone(), AgentFacts::bare("x", id.name(), "", Place::start("x")));
        map.assets.insert(id, asset(it, AssetKind::Agent));
    }
    for (it, kind) in [
        ("memory:m", AssetKind::Memory),
        ("store:d/crm", AssetKind::DataStore),
        ("store:d/wiki", AssetKind::DataStore),
    ] {
        map.assets.insert(AssetId::from_text(it), asset(it, kind));
    }
    map.marks.limits.extend(limits.iter().map(|(id, it)| (*id, it.clone())));
    map.made = EdgeNo::all().take(edges.len()).collect();
    map.without_rule = edges.iter().map(|it| it.gate).collect();
    map.edges = edges;
    map.reindex();
    map
}

fn any_limits(dice: &mut Dice, edges: &[ReachEdge]) -> BTreeMap<EdgeId, Limits> {
    let mut limits = BTreeMap::new();
    for it in edges.iter().filter(|it| !matches!(it.verb, Verb::Ingests | Verb::Reads)) {
        if dice.chance(4) {
            let limit = match dice.below(4) {
                0 => Limits { trust: Some(dice.pick(&[Trust::Public, Trust::Partner])), ..Limits::default() },
                1 => Limits { classes: ["health".to_owned()].into(), ..Limits::default() },
                2 => Limits { level: Some(dice.pick(&[Level::Internal, Level::Confidential])), ..Limits::default() },
                _ => Limits { tier: Some(dice.pick(&[Tier::T2, Tier::T3])), ..Limits::default() },
            };
            limits.insert(it.id, limit);
        }
    }
    limits
}

/// What happens in one year, and what that comes to, by looking at the edges alone.
struct Year<'m> {
    map: &'m ReachMap,
    steps: BTreeSet<EdgeNo>,
    attempts: BTreeSet<AssetId>,
    steered: BTreeSet<AssetId>,
    accidents: BTreeSet<AssetId>,
}

impl Year<'_> {
    fn rows(&self) -> impl Iterator<Item = (EdgeNo, &ReachEdge, Option<&Limits>)> {
        let rows = EdgeNo::all().zip(&self.map.edges).filter(|(no, _)| self.steps.contains(no));
        rows.map(|(no, it)| (no, it, self.map.marks.limits.get(&it.id)))
    }

    /// From where to where content moves over an edge.
    fn moves(&self) -> Vec<(AssetId, AssetId, Option<&Limits>)> {
        let shared = |place: &AssetId| {
            // A place that one agent alone writes and reads moves nothing.
            let all = self.map.edges.iter().filter(|it| it.to == *place);
            let writers: BTreeSet<_> = all.clone().filter(|it| matches!(it.verb, Verb::Remembers | Verb::Writes)).map(|it| &it.from).collect();
            let readers: BTreeSet<_> = all.filter(|it| matches!(it.verb, Verb::Recalls | Verb::Reads)).map(|it| &it.from).collect();
            writers.iter().any(|a| readers.iter().any(|b| a != b))
        };
        let mut moves = Vec::new();
        for (_, it, limits) in self.rows() {
            let place = it.to.as_str().starts_with("memory:") || it.to.as_str().starts_with("store:");
            match it.verb {
                Verb::Delegates => {
                    moves.push((it.from.clone(), it.to.clone(), limits));
                    moves.push((it.to.clone(), it.from.clone(), limits));
                }
                Verb::Remembers | Verb::Writes if place && shared(&it.to) => moves.push((it.from.clone(), it.to.clone(), limits)),
                Verb::Recalls | Verb::Reads if place && shared(&it.to) => moves.push((it.to.clone(), it.from.clone(), limits)),
                _ => {}
            }
        }
        moves
    }

    /// The contexts and places that content of writers with this trust steers.
    fn steers(&self, trust: Trust) -> BTreeSet<AssetId> {
        let obeys = |it: &AssetId| !it.as_str().starts_with("agent:") || self.steered.contains(it);
        let starts = self.rows().filter(|(_, it, _)| it.verb == Verb::Ingests && it.reached_by == Some(trust));
        let mut found: BTreeSet<AssetId> = starts
            .filter(|(_, it, _)| self.attempts.contains(&it.to) && obeys(&it.from))
            .map(|(_, it, _)| it.from.clone())
            .collect();
        let moves = self.moves();
        loop {
            let more: Vec<AssetId> = moves
                .iter()
                .filter(|(from, to, limits)| {
                    found.contains(from) && !found.contains(to) && obeys(to) && limits.is_none_or(|it| it.trust.is_none_or(|it| trust > it))
                })
                .map(|it| it.1.clone())
                .collect();
            if more.is_empty() {
                return found;
            }
            found.extend(more);
        }
    }

    /// Where data of `store` is, with its level.
    fn holds(&self, store: &AssetId) -> BTreeSet<(AssetId, Level)> {
        let classes: BTreeSet<String> = self
            .map
            .edges
            .iter()
            .filter(|it| it.to == *store && matches!(it.verb, Verb::Reads | Verb::Recalls) && it.level > Some(Level::Public))
            .flat_map(|it| it.touches.iter().cloned())
            .collect();
        let passes = |limits: Option<&Limits>| {
            limits.is_none_or(|it| classes.is_empty() || !classes.is_subset(&it.classes))
        };
        let capped = |limits: Option<&Limits>, level: Level| limits.and_then(|it| it.level).map_or(level, |it| it.min(level));
        let mut found = BTreeSet::new();
        for (_, it, _) in self.rows().filter(|(_, it, _)| it.to == *store) {
            if let (Verb::Reads | Verb::Recalls, Some(level)) = (it.verb, it.level.filter(|it| *it > Level::Public)) {
                found.insert((it.from.clone(), level));
            }
        }
        let moves = self.moves();
        loop {
            let mut more = BTreeSet::new();
            for (from, to, limits) in &moves {
                for (_, level) in found.iter().filter(|(at, _)| at == from).filter(|_| passes(*limits)) {
                    let level = capped(*limits, *level);
                    if level > Level::Public && !found.contains(&(to.clone(), level)) {
                        more.insert((to.clone(), level));
                    }
                }
            }
            if more.is_empty() {
                return found;
            }
            found.extend(more);
        }
    }

    /// The worst that happens to each asset.
    fn worst(&self) -> BTreeMap<(EndKind, AssetId), Tier> {
        let mut worst: BTreeMap<(EndKind, AssetId), Tier> = BTreeMap::new();
        let mut note = |kind: EndKind, asset: &AssetId, tier: Tier| {
            let known = worst.entry((kind, asset.clone())).or_insert(tier);
            *known = tier.max(*known);
        };
        let steers = [Trust::Public, Trust::Partner].map(|it| (it, self.steers(it)));
        let driven = |agent: &AssetId, limits: Option<&Limits>| {
            steers.iter().any(|(trust, it)| it.contains(agent) && limits.is_none_or(|it| it.trust.is_none_or(|it| *trust > it)))
        };
        for (_, it, limits) in self.rows() {
            let acts = matches!(it.verb, Verb::Writes | Verb::Executes | Verb::Spends | Verb::Grants | Verb::MayReach);
            if acts && (driven(&it.from, limits) || self.accidents.contains(&it.from)) {
                note(EndKind::Done, &it.to, it.tier);
            }
        }
        let stores: BTreeSet<&AssetId> = self.map.edges.iter().filter(|it| matches!(it.verb, Verb::Reads | Verb::Recalls)).map(|it| &it.to).collect();
        for store in stores {
            let classes: BTreeSet<String> = self.map.edges.iter().filter(|it| it.to == *store && matches!(it.verb, Verb::Reads | Verb::Recalls) && it.level > Some(Level::Public)).flat_map(|it| it.touches.iter().cloned()).collect();
            let holds = self.holds(store);
            for (_, out, limits) in self.rows().filter(|(_, it, _)| it.verb == Verb::Sends) {
                for (_, level) in holds.iter().filter(|(at, _)| *at == out.from && driven(&out.from, limits)) {
                    if limits.is_some_and(|it| !classes.is_empty() && classes.is_subset(&it.classes)) {
                        continue;
                    }
                    let level = limits.and_then(|it| it.level).map_or(*level, |it| it.min(*level));
                    if level > Level::Public && level.is_disclosed_to(out.audience.expect("it sends")) {
                        let tier = Tier::of_disclosure(level);
                        note(EndKind::Leaked, store, limits.and_then(|it| it.tier).map_or(tier, |it| it.min(tier)));
                    }
                }
            }
        }
        worst
    }
}

/// How likely each end of the scenarios is, by trying every combination of their events.
fn enumerated(scenarios: &Scenarios<'_>) -> Vec<f64> {
    let events = &scenarios.core.network.events;
    let mut likely = vec![0.0; scenarios.core.network.tops.len()];
    for world in 0_u32..1 << events.len() {
        let happens = |no: usize| world & (1 << no) != 0;
        let mut chance = 1.0;
        let mut year = Year {
            map: scenarios.map,
            steps: BTreeSet::new(),
            attempts: BTreeSet::new(),
            steered: BTreeSet::new(),
            accidents: BTreeSet::new(),
        };
        for (no, event) in events.iter().enumerate() {
            chance *= if happens(no) { scenarios.state.chances[no] } else { 1.0 - scenarios.state.chances[no] };
            if happens(no) {
                match &event.what {
                    What::Step(it) => _ = year.steps.insert(*it),
                    What::Attempt(it) => _ = year.attempts.insert(it.clone()),
                    What::Steered(it) => _ = year.steered.insert(it.clone()),
                    What::Accident(it) => _ = year.accidents.insert(it.clone()),
                }
            }
        }
        let worst = year.worst();
        for (likely, top) in likely.iter_mut().zip(&scenarios.core.network.tops) {
            if worst.get(&(top.kind, top.asset.clone())) >= Some(&top.tier) {
                *likely += chance;
            }
        }
    }
    likely
}

fn values(scenarios: &Scenarios<'_>) -> Vec<f64> {
    (0_u32..).take(scenarios.core.network.tops.len()).map(|it| scenarios.state.likelihood(it)).collect()
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()))
}

/// A random map of few events.
fn any_map(dice: &mut Dice) -> ReachMap {
    let agents = 1 + dice.below(3);
    let count = 2 + dice.below(5);
    let edges: Vec<ReachEdge> = (0..count).map(|_| any_edge(dice, agents)).collect();
    let limits = if dice.chance(3) { any_limits(dice, &edges) } else { BTreeMap::new() };
    let mut map = map_of(edges, &limits);
    map.agents.retain(|id, _| AGENTS[..agents].contains(&id.as_str()));
    map
}

const QUICK: Drawing = Drawing { seed: 7, trials: 64 };

#[test]
fn every_end_is_as_likely_as_trying_all_combinations_says() {
    let (catalog, model) = (Catalog::compiled().expect("the catalog decodes"), Model::default());
    let mut dice = Dice(1);
    let (mut ends, mut likely) = (0, 0);
    for case in 0..3000 {
        let map = any_map(&mut dice);
        let scenarios = Scenarios::of(&map, &model, &catalog, QUICK);
        if scenarios.core.network.events.len() > 11 {
            continue;
        }
        for ((slow, quick), top) in enumerated(&scenarios).iter().zip(values(&scenarios)).zip(&scenarios.core.network.tops) {
            assert!(close(*slow, quick), "case {case}: {top:?}: {slow} {quick}\n{:#?}", map.edges);
            ends += 1;
            likely += usize::from(quick > 0.0);
        }
    }
    assert!(ends > 1500 && likely > 1000, "{ends} ends, {likely} of them likely");
}

#[test]
fn what_a_cut_leaves_is_what_the_map_without_those_edges_has() {
    let (catalog, model) = (Catalog::compiled().expect("the catalog decodes"), Model::default());
    let mut dice = Dice(2);
    let mut fell = 0;
    for case in 0..1500 {
        let map = any_map(&mut dice);
        let scenarios = Scenarios::of(&map, &model, &catalog, QUICK);
        let cut: BTreeSet<EdgeNo> = EdgeNo::all().take(map.edges.len()).filter(|_| dice.chance(3)).collect();
        let mut without = map.clone();
        for (no, edge) in EdgeNo::all().zip(&mut without.edges) {
            if cut.contains(&no) {
                edge.gate = Gate::Denied;
            }
        }
        without.reindex();
        let anew = Scenarios::of(&without, &model, &catalog, QUICK);
        let left = scenarios.expected(&cut);
        assert!(close(left, anew.total()), "case {case}: {left} {}\n{cut:?} {:#?}", anew.total(), map.edges);
        assert!(left <= scenarios.total() * (1.0 + 1e-12));
        fell += usize::from(left < scenarios.total());
    }
    assert!(fell > 300, "{fell} fell");
}

#[test]
fn a_stronger_gate_is_as_if_it_had_been_there() {
    let (catalog, model) = (Catalog::compiled().expect("the catalog decodes"), Model::default());
    let mut dice = Dice(3);
    for case in 0..800 {
        let map = any_map(&mut dice);
        let scenarios = Scenarios::of(&map, &model, &catalog, QUICK);
        let mut change = Change::default();
        let mut with = map.clone();
        for (no, edge) in EdgeNo::all().zip(&mut with.edges) {
            let gate = dice.pick(&[Gate::Prompted, Gate::Asked, Gate::Denied]);
            if gate > edge.gate && dice.chance(2) {
                change.gates.insert(no, gate);
                edge.gate = gate;
            }
        }
        with.reindex();
        let anew = Scenarios::of(&with, &model, &catalog, QUICK);
        assert!(close(scenarios.expected_after(&change), anew.total()), "case {case}");
        assert!(anew.total() <= scenarios.total() * (1.0 + 1e-12), "case {case}: a stronger gate raises nothing");
    }
}
