//! The slow answer: every combination of events, each looked at by the edges alone.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_model::risk::EndKind;
use ambit_model::stated::Model;
use ambit_model::{AssetId, Audience, Confidence, Gate, Level, ReachEdge, Tier, Trust, Verb};

use super::{AGENTS, Dice, QUICK, any_map, close, edge, map_of, values};
use crate::index::EdgeNo;
use crate::limits::Limits;
use crate::map::ReachMap;
use crate::risk::losses::{EndGroup, groups, split};
use crate::risk::network::What;
use crate::risk::paths::{Way, Ways};
use crate::risk::scenarios::{Change, Scenarios};
use crate::risk::unions::Union;

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
            let writers: BTreeSet<_> = all
                .clone()
                .filter(|it| matches!(it.verb, Verb::Remembers | Verb::Writes))
                .map(|it| &it.from)
                .collect();
            let readers: BTreeSet<_> =
                all.filter(|it| matches!(it.verb, Verb::Recalls | Verb::Reads)).map(|it| &it.from).collect();
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
                Verb::Remembers | Verb::Writes if place && shared(&it.to) => {
                    moves.push((it.from.clone(), it.to.clone(), limits));
                }
                Verb::Recalls | Verb::Reads if place && shared(&it.to) => {
                    moves.push((it.to.clone(), it.from.clone(), limits));
                }
                _ => {}
            }
        }
        moves
    }

    /// The contexts and places that content of writers with this trust steers.
    fn steers(&self, trust: Trust) -> BTreeSet<AssetId> {
        let obeys = |it: &AssetId| !it.as_str().starts_with("agent:") || self.steered.contains(it);
        let starts =
            self.rows().filter(|(_, it, _)| it.verb == Verb::Ingests && it.reached_by == Some(trust));
        let mut found: BTreeSet<AssetId> = starts
            .filter(|(_, it, _)| self.attempts.contains(&it.to) && obeys(&it.from))
            .map(|(_, it, _)| it.from.clone())
            .collect();
        let moves = self.moves();
        loop {
            let more: Vec<AssetId> = moves
                .iter()
                .filter(|(from, to, limits)| {
                    found.contains(from)
                        && !found.contains(to)
                        && obeys(to)
                        && limits.is_none_or(|it| it.trust.is_none_or(|it| trust > it))
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
            .filter(|it| {
                it.to == *store
                    && matches!(it.verb, Verb::Reads | Verb::Recalls)
                    && it.level > Some(Level::Public)
            })
            .flat_map(|it| it.touches.iter().cloned())
            .collect();
        let passes = |limits: Option<&Limits>| {
            limits.is_none_or(|it| classes.is_empty() || !classes.is_subset(&it.classes))
        };
        let capped = |limits: Option<&Limits>, level: Level| {
            limits.and_then(|it| it.level).map_or(level, |it| it.min(level))
        };
        let mut found = BTreeSet::new();
        for (_, it, _) in self.rows().filter(|(_, it, _)| it.to == *store) {
            if let (Verb::Reads | Verb::Recalls, Some(level)) =
                (it.verb, it.level.filter(|it| *it > Level::Public))
            {
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
            steers.iter().any(|(trust, it)| {
                it.contains(agent) && limits.is_none_or(|it| it.trust.is_none_or(|it| *trust > it))
            })
        };
        for (_, it, limits) in self.rows() {
            let acts = matches!(
                it.verb,
                Verb::Writes | Verb::Executes | Verb::Spends | Verb::Grants | Verb::MayReach
            );
            if acts && (driven(&it.from, limits) || self.accidents.contains(&it.from)) {
                note(EndKind::Done, &it.to, it.tier);
            }
        }
        let stores: BTreeSet<&AssetId> = self
            .map
            .edges
            .iter()
            .filter(|it| matches!(it.verb, Verb::Reads | Verb::Recalls))
            .map(|it| &it.to)
            .collect();
        for store in stores {
            let classes: BTreeSet<String> = self
                .map
                .edges
                .iter()
                .filter(|it| {
                    it.to == *store
                        && matches!(it.verb, Verb::Reads | Verb::Recalls)
                        && it.level > Some(Level::Public)
                })
                .flat_map(|it| it.touches.iter().cloned())
                .collect();
            let holds = self.holds(store);
            for (_, out, limits) in self.rows().filter(|(_, it, _)| it.verb == Verb::Sends) {
                for (_, level) in holds.iter().filter(|(at, _)| *at == out.from && driven(&out.from, limits))
                {
                    if limits.is_some_and(|it| !classes.is_empty() && classes.is_subset(&it.classes)) {
                        continue;
                    }
                    let level = limits.and_then(|it| it.level).map_or(*level, |it| it.min(*level));
                    if level > Level::Public && level.is_disclosed_to(out.audience.expect("it sends")) {
                        let tier = Tier::of_disclosure(level);
                        note(
                            EndKind::Leaked,
                            store,
                            limits.and_then(|it| it.tier).map_or(tier, |it| it.min(tier)),
                        );
                    }
                }
            }
        }
        worst
    }
}

/// How likely each end of the scenarios is, by trying every combination of their events.
fn enumerated(scenarios: &Scenarios<'_>) -> Vec<f64> {
    let mut likely = vec![0.0; scenarios.core.network.tops.len()];
    each_year(scenarios, |_, chance, worst| {
        for (likely, top) in likely.iter_mut().zip(&scenarios.core.network.tops) {
            if worst.get(&(top.kind, top.asset.clone())) >= Some(&top.tier) {
                *likely += chance;
            }
        }
    });
    likely
}

/// Each combination of events as bits by their numbers, with how likely it is and the worst of each end that it comes to.
fn each_year(scenarios: &Scenarios<'_>, mut told: impl FnMut(u32, f64, &BTreeMap<(EndKind, AssetId), Tier>)) {
    let events = &scenarios.core.network.events;
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
            chance *=
                if happens(no) { scenarios.state.chances[no] } else { 1.0 - scenarios.state.chances[no] };
            if happens(no) {
                match &event.what {
                    What::Step(it) => _ = year.steps.insert(*it),
                    What::Attempt(it) => _ = year.attempts.insert(it.clone()),
                    What::Steered(it) => _ = year.steered.insert(it.clone()),
                    What::Accident(it) => _ = year.accidents.insert(it.clone()),
                }
            }
        }
        told(world, chance, &year.worst());
    }
}

#[test]
fn every_end_is_as_likely_as_trying_all_combinations_says() {
    let (catalog, model) = (Catalog::compiled().expect("the catalog decodes"), Model::default());
    let mut dice = Dice(1);
    let (mut ends, mut likely) = (0, 0);
    for case in 0..1500 {
        let map = any_map(&mut dice);
        let scenarios = Scenarios::of(&map, &model, &catalog, QUICK);
        if scenarios.core.network.events.len() > 9 {
            continue;
        }
        for ((slow, quick), top) in
            enumerated(&scenarios).iter().zip(values(&scenarios)).zip(&scenarios.core.network.tops)
        {
            assert!(close(*slow, quick), "case {case}: {top:?}: {slow} {quick}\n{:#?}", map.edges);
            ends += 1;
            likely += usize::from(quick > 0.0);
        }
    }
    assert!(ends > 400 && likely > 250, "{ends} ends, {likely} of them likely");
}

/// An agent that hears strangers by itself and through another one, and what it knows can leave.
fn any_relay(dice: &mut Dice) -> ReachMap {
    let [first, second, _] = AGENTS;
    let mut edges = vec![edge(first, Verb::Delegates, second, "tool:s/y")];
    for from in [first, second] {
        let mut hears = edge(from, Verb::Ingests, "channel:web", "tool:s/x");
        hears.reached_by = Some(Trust::Public);
        edges.push(hears);
    }
    let mut reads = edge(second, Verb::Reads, "store:d/crm", "tool:s/x");
    reads.level = Some(Level::Secret);
    let mut sends = edge(second, Verb::Sends, "channel:web", "tool:t/z");
    sends.audience = Some(Audience::Public);
    edges.extend([reads, sends]);
    for it in &mut edges {
        it.gate = dice.of(&[Gate::Auto, Gate::Auto, Gate::Prompted, Gate::Asked, Gate::Denied]);
        it.confidence = dice.of(&[Confidence::Certain, Confidence::Likely, Confidence::Possible]);
    }
    map_of(edges, &BTreeMap::new())
}

#[test]
fn of_all_ways_to_an_end_the_likeliest_is_told() {
    let (catalog, model) = (Catalog::compiled().expect("the catalog decodes"), Model::default());
    let (mut dice, mut longer) = (Dice(9), 0);
    for case in 0..1000 {
        let map = if case % 5 == 0 { any_relay(&mut dice) } else { any_map(&mut dice) };
        let scenarios = Scenarios::of(&map, &model, &catalog, QUICK);
        let (network, chances) = (&scenarios.core.network, &scenarios.state.chances);
        if network.events.len() > 10 {
            continue;
        }
        let mut best = vec![0.0_f64; network.tops.len()];
        each_year(&scenarios, |world, _, worst| {
            let taken = chances.iter().enumerate().filter(|(no, _)| world & (1 << no) != 0);
            let all: f64 = taken.map(|it| it.1).product();
            for (best, top) in best.iter_mut().zip(&network.tops) {
                if worst.get(&(top.kind, top.asset.clone())) >= Some(&top.tier) {
                    *best = best.max(all);
                }
            }
        });
        let ways = Ways::of(network, &scenarios.state, None);
        for (best, top) in best.iter().zip(&network.tops) {
            let way = ways.likeliest(top);
            let told = way.as_ref().map_or(0.0, Way::chance);
            assert!(close(*best, told), "case {case}: {best} {way:?}\n{:#?}", map.edges);
            longer += usize::from(way.is_some_and(|it| it.events().len() > 4));
        }
    }
    assert!(longer > 20, "{longer}");
}

#[test]
fn any_of_several_ends_is_as_likely_as_trying_all_combinations_says() {
    let (catalog, model) = (Catalog::compiled().expect("the catalog decodes"), Model::default());
    let (mut dice, mut unions) = (Dice(7), 0);
    for case in 0..1500 {
        let map = any_map(&mut dice);
        let scenarios = Scenarios::of(&map, &model, &catalog, QUICK);
        let groups = groups(&scenarios.core.network.tops);
        if scenarios.core.network.events.len() > 9 || groups.len() < 2 {
            continue;
        }
        // All of them, and all but one: what is protected is hit by some.
        for some in [groups.as_slice(), &groups[1..]] {
            let mut slow = 0.0;
            each_year(&scenarios, |_, chance, worst| {
                let comes_about = |it: &EndGroup| {
                    let least = it.tops.first().and_then(|it| scenarios.core.network.tops.get(*it as usize));
                    least.is_some_and(|top| worst.get(&(top.kind, top.asset.clone())) >= Some(&top.tier))
                };
                let is_hit = some.iter().any(comes_about);
                slow += if is_hit { chance } else { 0.0 };
            });
            let years = split(&scenarios.core, &groups, (&scenarios.state, &scenarios.chance), &[], false);
            let union = Union::of(&scenarios.core, some);
            let quick = union.likelihood(&scenarios.core, &scenarios.state, &years.whole);
            assert_eq!(quick.error, None, "case {case}");
            assert!(close(slow, quick.value), "case {case}: {slow} {quick:?}\n{:#?}", map.edges);
            unions += 1;
        }
    }
    assert!(unions > 150, "{unions}");
}

#[test]
fn what_a_cut_leaves_is_what_the_map_without_those_edges_has() {
    let (catalog, model) = (Catalog::compiled().expect("the catalog decodes"), Model::default());
    let mut dice = Dice(2);
    let mut fell = 0;
    for case in 0..800 {
        let map = any_map(&mut dice);
        let scenarios = Scenarios::of(&map, &model, &catalog, QUICK);
        let cut: BTreeSet<EdgeNo> = EdgeNo::all().take(map.edges.len()).filter(|_| dice.one_in(3)).collect();
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
    assert!(fell > 100, "{fell} fell");
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
            let gate = dice.of(&[Gate::Prompted, Gate::Asked, Gate::Denied]);
            if gate > edge.gate && dice.one_in(2) {
                change.gates.insert(no, gate);
                edge.gate = gate;
            }
        }
        with.reindex();
        let anew = Scenarios::of(&with, &model, &catalog, QUICK);
        assert!(close(scenarios.expected_after(&change), anew.total()), "case {case}");
        assert!(
            anew.total() <= scenarios.total() * (1.0 + 1e-12),
            "case {case}: a stronger gate raises nothing"
        );
    }
}
