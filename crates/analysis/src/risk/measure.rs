//! From a map to its risk: everything that `ambit.risk/v1` says.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_model::assessment::ToolVersion;
use ambit_model::parallel;
use ambit_model::risk::{
    Drawn, End, Estimate, Method, Path, Point, Profile, Ranked, Ranking, Risk, SCHEMA, Share, Total,
};
use ambit_model::stated::Model;
use ambit_model::{Inventory, Problem};

use super::draws::{percentile, sets};
use super::ends::Top;
use super::losses::{Costs, EndGroup, Split, groups, p90, split, worst};
use super::network::Network;
use super::rank::{self, Weighed};
use super::scenarios::{Drawing, MOST_NODES, Scenarios, chances_of};
use super::state::{Keep, State};
use super::tell::{
    agents_of, carried, fall, grid, inputs, of_end, omissions, reason, rounded, sorted, way, ways,
};
use super::trial::Trial;
use super::unions::{Likely, Union};
use super::{consequences, controls, scores};
use crate::connect::connect_with;
use crate::map::ReachMap;
use crate::rules;
use crate::scene::Scene;
use crate::stated::Notes;

/// How many sets of inputs are drawn.
const SETS: usize = 20;
/// How many sets where the map is large, and what is large.
const FEW_SETS: usize = 8;
const LARGE: usize = 20_000;

/// How many times an event may be drawn, over all sets and years.
const MOST_DRAWN: usize = 150_000_000;
/// How few years say anything.
const LEAST_YEARS: usize = 256;

/// How many points the curve has at the most.
const POINTS: usize = 18;

/// How many ways are told of one thing, and of how many ends.
const FEW: usize = 3;
const PATHS: usize = 50;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// What is ranked.
    pub of: Ranking,
    /// How many of each are told.
    pub top: usize,
    /// How much is drawn.
    pub drawing: Drawing,
}

impl Default for Asked {
    fn default() -> Self {
        Self { of: Ranking::Nodes, top: 10, drawing: Drawing::default() }
    }
}

/// The risk of what was read, with what people state in effect.
pub fn measure(inventory: Inventory, model: &Model, catalog: &Catalog, asked: &Asked) -> Risk {
    let mut problems: Vec<Problem> = inventory.inputs.problems.clone();
    let root = inventory.inputs.root.clone();
    let kept = (asked.of == Ranking::Controls && !model.controls.is_empty()).then(|| inventory.clone());
    let mut notes = Notes::default();
    let map = connect_with(inventory, model, catalog, &mut notes);
    problems.extend(notes.into_sorted());
    let mut risk = of_map(&map, model, catalog, asked);
    if let Some(inventory) = kept {
        controls::add(&mut risk, (&inventory, model, catalog), asked);
    }
    (risk.root, risk.problems) = (root, problems);
    risk
}

/// What a year would cost on average if there were nothing but what clients do as they come.
pub fn as_it_comes(inventory: Inventory, model: &Model, catalog: &Catalog) -> f64 {
    let map = connect_with(inventory, model, catalog, &mut Notes::default());
    rounded(Scenarios::of(&map, model, catalog, Drawing::default()).as_it_comes())
}

/// The risk of a map.
pub(super) fn of_map(map: &ReachMap, model: &Model, catalog: &Catalog, asked: &Asked) -> Risk {
    let scene = Scene::new(map, catalog);
    let drawing = asked.drawing;
    let years = |network: &Network| affordable(network, drawing);
    let judged = || (rules::find(map, catalog), consequences::of(&Scene::new(map, catalog)));
    let ranked = || {
        let scenarios = Scenarios::in_scene(&scene, model, &years, (MOST_NODES, Keep::Contexts));
        let weighed = rank::weigh(&scenarios, rank::candidates(&scenarios, asked.of), asked.top);
        (scenarios, weighed)
    };
    let ((findings, consequences), (scenarios, (weighed, untried))) = parallel::both(judged, ranked);
    let groups = groups(&scenarios.core.network.tops);
    let protected = protected(&scenarios, model, &groups);
    let outcome = Outcome::of(&scenarios, &groups, &protected, &weighed);
    let ends = outcome.ends(&scenarios, &groups);
    let profile = scenarios.inputs.profile();
    Risk {
        schema: SCHEMA.to_owned(),
        tool: ToolVersion { name: "ambit".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        root: String::new(),
        seen: map.agents.len(),
        unit: scenarios.unit().to_owned(),
        profile: Profile { exposure: profile.to_string(), stated: model.system.exposure.is_some() },
        drawing: outcome.drawn(&scenarios, drawing.seed),
        total: outcome.total(&scenarios),
        curve: outcome.curve(),
        agents: outcome.agents(&scenarios),
        protected: outcome.protected(&scenarios, &groups, model, &protected),
        of: asked.of,
        ranked: outcome.ranked(&scenarios, &weighed),
        findings: scores::of(&scene, &scenarios, &groups, &findings),
        consequences,
        inputs: inputs(&scenarios),
        left_out: omissions(&scenarios, untried),
        problems: Vec::new(),
        ends,
    }
}

/// As much of what is asked for as a map of this size can be given.
pub(super) fn affordable(network: &Network, asked: Drawing) -> Drawing {
    let size = size(network);
    let most = MOST_DRAWN / size / (set_count(size) + 1);
    Drawing { trials: asked.trials.min(most.max(LEAST_YEARS)), ..asked }
}

/// How much there is to draw for a year: events, and ways to ends.
fn size(network: &Network) -> usize {
    network.events.len() + network.tops.iter().map(|it| it.terms.len()).sum::<usize>() / 8 + 1
}

fn set_count(size: usize) -> usize {
    if size > LARGE { FEW_SETS } else { SETS }
}

/// The ends that each protected thing is hit by, by their places.
fn protected(scenarios: &Scenarios<'_>, model: &Model, groups: &[EndGroup]) -> Vec<BTreeSet<usize>> {
    use ambit_model::risk::EndKind;
    let hit = |(_, entry): (&str, &ambit_model::stated::Entry<ambit_model::stated::Protected>)| {
        let it = &entry.value;
        let hits = |group: &EndGroup| {
            let within = it.within.iter().any(|it| it.value.matches_asset(&group.asset));
            let stored = scenarios.core.network.stored.get(&group.asset);
            let classes = stored.map(|it| it.classes.clone()).unwrap_or_default();
            let named = it.data.iter().any(|it| classes.contains(it.value.as_str()));
            let credential = it.data.iter().any(|it| it.value.as_str() == "credential");
            within
                || match group.kind {
                    EndKind::Leaked => named,
                    EndKind::Exposed => credential,
                    EndKind::Done => false,
                }
        };
        groups.iter().enumerate().filter(|(_, it)| hits(it)).map(|it| it.0).collect()
    };
    model.protects.iter().map(hit).collect()
}

/// What an end costs in a year at the most, nine times in ten.
fn end_p90(scenarios: &Scenarios<'_>, group: &EndGroup) -> f64 {
    let tier = |at: &u32| {
        let top = scenarios.core.network.tops.get(*at as usize)?;
        Some((scenarios.state.likelihood(*at), top.loss))
    };
    p90(&group.tops.iter().filter_map(tier).collect::<Vec<_>>())
}

/// What a set of inputs comes to.
struct Set {
    total: f64,
    any: f64,
    /// By end: how likely, and what it costs.
    ends: Vec<(f64, f64)>,
    /// By what is ranked.
    falls: Vec<f64>,
    curve: Vec<f64>,
}

/// What all sets come to.
struct Outcome {
    sets: Vec<Set>,
    middle: Set,
    split: Split,
    losses: Vec<f64>,
    /// That anything happens at all.
    any: Union,
}

impl Outcome {
    fn of(
        scenarios: &Scenarios<'_>,
        groups: &[EndGroup],
        protected: &[BTreeSet<usize>],
        weighed: &[Weighed],
    ) -> Self {
        let core = &scenarios.core;
        let middle = &scenarios.state;
        let whole = split(core, groups, (middle, &scenarios.chance), protected, true);
        let losses = grid(whole.whole.most(), POINTS);
        let anything = Union::of(core, groups);
        let set = |state: &State, split: &Split| {
            let mut trial = Trial::of(core, state, &scenarios.chance);
            Set {
                total: state.total,
                any: anything.likelihood(core, state, &split.whole).value,
                ends: groups.iter().map(|it| of_end(scenarios, state, it)).collect(),
                falls: weighed.iter().map(|it| fall(scenarios, (state, &mut trial), it)).collect(),
                curve: split.whole.exceeding(&losses),
            }
        };
        let count = set_count(size(&core.network));
        let values = sets(&scenarios.inputs, &scenarios.chance, count);
        let chances = |it: &Vec<f64>| chances_of(&core.network, &scenarios.inputs.products_of(it));
        let chances: Vec<Vec<f64>> = values.iter().map(chances).collect();
        let lists: Vec<&[f64]> = chances.iter().map(Vec::as_slice).collect();
        let events = scenarios.chance.events(&core.numbers, &lists);
        let events: Vec<_> = events.into_iter().zip(&chances).collect();
        let drawn = parallel::map_with(
            &events,
            || (),
            |(), (events, chances)| {
                let events = (&scenarios.chance, Some(events.clone()));
                let state = State::with(core, (*chances).clone(), events, Keep::Ends);
                let split = split(core, groups, (&state, &scenarios.chance), &[], false);
                set(&state, &split)
            },
        );
        let middle = set(middle, &whole);
        Self { sets: drawn, middle, split: whole, losses, any: anything }
    }

    /// A number of the middle, with what the sets make of it.
    fn estimate(&self, of: impl Fn(&Set) -> f64) -> Estimate {
        let mut all: Vec<f64> = self.sets.iter().map(&of).collect();
        let expected = of(&self.middle);
        let (low, high) = (percentile(&mut all, 0.05), percentile(&mut all, 0.95));
        Estimate {
            expected: rounded(expected),
            low: rounded(low.min(expected)),
            high: rounded(high.max(expected)),
        }
    }

    fn drawn(&self, scenarios: &Scenarios<'_>, seed: u64) -> Drawn {
        let exact = scenarios.core.exact.iter().filter(|it| it.is_some()).count();
        let drawn = scenarios.core.exact.len() - exact;
        Drawn { seed, years: scenarios.chance.years(), inputs: self.sets.len(), exact, drawn }
    }

    fn total(&self, scenarios: &Scenarios<'_>) -> Total {
        Total {
            loss: self.estimate(|it| it.total),
            likelihood: self.estimate(|it| it.any),
            method: self.any.likelihood(&scenarios.core, &scenarios.state, &self.split.whole).method(),
            p90: rounded(self.split.whole.p90()),
            as_it_comes: rounded(scenarios.as_it_comes()),
        }
    }

    fn curve(&self) -> Vec<Point> {
        let point = |(at, loss): (usize, &f64)| Point {
            loss: rounded(*loss),
            likelihood: self.estimate(|it| it.curve.get(at).copied().unwrap_or_default()),
        };
        self.losses.iter().enumerate().map(point).collect()
    }

    fn ends(&self, scenarios: &Scenarios<'_>, groups: &[EndGroup]) -> Vec<End> {
        let mut order: Vec<usize> = (0..groups.len()).collect();
        let loss = |at: &usize| self.middle.ends.get(*at).map_or(0.0, |it| it.1);
        order.sort_by(|a, b| loss(b).total_cmp(&loss(a)).then(a.cmp(b)));
        let tops_of = |at: usize| -> Vec<(u32, &Top)> {
            let tops = groups.get(at).into_iter().flat_map(|it| &it.tops);
            tops.filter_map(|it| Some((*it, scenarios.core.network.tops.get(*it as usize)?))).collect()
        };
        // The way to the worst of it; where that never comes about, to any of it.
        let ways = ways(scenarios, None);
        let told = |at: &usize| {
            let tops = tops_of(*at);
            let worst = tops.last().and_then(|it| way(scenarios, &ways, it.1));
            worst.or_else(|| way(scenarios, &ways, tops.first()?.1))
        };
        let mut paths =
            parallel::map_with(order.get(..PATHS).unwrap_or(&order), || (), |(), it| told(it)).into_iter();
        let mut ends = Vec::new();
        for at in order {
            let Some(group) = groups.get(at) else { continue };
            let (tops, path) = (tops_of(at), paths.next().flatten());
            let (Some((least, _)), Some((most, last))) = (tops.first(), tops.last()) else { continue };
            if scenarios.state.likelihood(*least) <= 0.0 && scenarios.state.error(*least).is_none() {
                continue;
            }
            let method = scenarios.state.error(*least).map(|it| Method::Drawn { error: rounded(it) });
            ends.push(End {
                kind: group.kind,
                asset: group.asset.clone(),
                name: scenarios.name(&group.asset).to_owned(),
                tier: worst(&scenarios.core, group),
                likelihood: self.estimate(|it| it.ends.get(at).map_or(0.0, |it| it.0)),
                loss: self.estimate(|it| it.ends.get(at).map_or(0.0, |it| it.1)),
                p90: rounded(end_p90(scenarios, group)),
                once: Estimate {
                    expected: rounded(last.loss.mean()),
                    low: rounded(last.loss.low),
                    high: rounded(last.loss.high),
                },
                founded: last.founded.clone(),
                method: method.unwrap_or(Method::Exact),
                agents: agents_of(scenarios, *most),
                path,
            });
        }
        ends
    }

    fn agents(&self, scenarios: &Scenarios<'_>) -> Vec<Share> {
        let mut losses: BTreeMap<_, f64> = BTreeMap::new();
        for (at, top) in (0..).zip(&scenarios.core.network.tops) {
            for (node, likely) in scenarios.state.by_context(&scenarios.core, at) {
                *losses.entry(node).or_default() += top.adds * likely;
            }
        }
        let agents = scenarios.map.agents.keys();
        let likely = self.any.by_context(&scenarios.core, &scenarios.state);
        let share = |id: &ambit_model::AssetId| {
            let node = scenarios.map.index.node(id)?;
            let loss = losses.get(&node).copied().filter(|it| *it > 0.0)?;
            let costs = self.split.by_context.get(&node);
            let likely = likely.of(node, costs);
            Some(Share {
                id: id.to_string(),
                name: scenarios.name(id).to_owned(),
                loss: rounded(loss),
                p90: rounded(costs.map_or(0.0, Costs::p90)),
                likelihood: rounded(likely.value),
                method: likely.method(),
            })
        };
        sorted(agents.filter_map(share).collect())
    }

    fn protected(
        &self,
        scenarios: &Scenarios<'_>,
        groups: &[EndGroup],
        model: &Model,
        hit: &[BTreeSet<usize>],
    ) -> Vec<Share> {
        let loss = |at: &usize| groups.get(*at).map_or(0.0, |it| of_end(scenarios, &scenarios.state, it).1);
        let core = &scenarios.core;
        let share = |((name, hit), costs): ((&str, &BTreeSet<usize>), &Costs)| {
            let ends: Vec<&EndGroup> = hit.iter().filter_map(|it| groups.get(*it)).collect();
            let likely: Likely =
                Union::of(core, ends.iter().copied()).likelihood(core, &scenarios.state, costs);
            // Of one end that is known, and what is drawn would only come close to it.
            let p90 = if let [one] = ends.as_slice() { end_p90(scenarios, one) } else { costs.p90() };
            Share {
                id: name.to_owned(),
                name: name.to_owned(),
                loss: rounded(hit.iter().map(loss).sum()),
                p90: rounded(p90),
                likelihood: rounded(likely.value),
                method: likely.method(),
            }
        };
        let names = model.protects.iter().map(|(name, _)| name);
        let shares = names.zip(hit).zip(&self.split.by_protected).map(share);
        sorted(shares.collect())
    }

    fn ranked(&self, scenarios: &Scenarios<'_>, weighed: &[Weighed]) -> Vec<Ranked> {
        let total = scenarios.total();
        let tops = |it: &Weighed| {
            let ends = it.ends.iter().filter(|it| it.1 > 0.0);
            ends.filter_map(|(end, fall)| Some((scenarios.core.network.tops.get(*end as usize)?, *fall)))
                .collect::<Vec<_>>()
        };
        let paths = |it: &Weighed| {
            let ways = ways(scenarios, it.candidate.credential.is_none().then_some(&it.candidate.edges));
            let mut paths: Vec<Path> = Vec::new();
            for (top, _) in tops(it).into_iter().take(FEW) {
                paths.extend(way(scenarios, &ways, top).filter(|it| !paths.contains(it)));
            }
            paths
        };
        let counted: Vec<(usize, &Weighed)> =
            weighed.iter().enumerate().filter(|(_, it)| it.fall > 0.0).collect();
        let paths = parallel::map_with(&counted, || (), |(), it| paths(it.1));
        let mut ranked = Vec::new();
        for ((at, it), paths) in counted.into_iter().zip(paths) {
            let candidate = &it.candidate;
            ranked.push(Ranked {
                rank: ranked.len() + 1,
                id: candidate.id.clone(),
                kind: candidate.kind.clone(),
                name: candidate.name.clone(),
                fall: self.estimate(|set| set.falls.get(at).copied().unwrap_or_default()),
                share: rounded(if total > 0.0 { it.fall / total } else { 0.0 }),
                cuts: candidate.edges.len(),
                price: None,
                worth: None,
                reason: reason(scenarios, it),
                ends: carried(&tops(it)),
                paths,
            });
        }
        ranked
    }
}
