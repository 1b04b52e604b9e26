//! What people build between an agent and the world: bounds of ways out, readers that pass fixed types, agents and
//! memories that are taken apart, proxies for credentials. Each is a control of `ambit.yaml`, and does on the map
//! exactly what that control does once it is in place.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::finding::ControlKind;
use ambit_model::stated::Model;
use ambit_model::stated::edit::Value;
use ambit_model::{AssetId, AssetKind, Audience, Gate, ReachEdge, Remedy, Tier, Trust, Verb};

use super::{Draft, control, pattern, planned};
use crate::index::{EdgeNo, numbered};
use crate::map::{ReachMap, Row};
use crate::overlay::Most;
use crate::scene::{Bounds, Overlay};

/// Whom a way out reaches at most once it is bounded.
const BOUND: Audience = Audience::Organization;

/// What a list of whom a way out may reach leaves of it.
const LISTED: Most = Most { audience: Some(BOUND), tier: None };

/// How many bounds of one edge are told apart.
const MOST_BOUNDS: usize = 4;

/// Edges as they are under each bound that a list or a planned control would be, and under several of them.
pub(in super::super) fn bounds(map: &ReachMap, model: &Model) -> Bounds {
    let wide = |it: &ReachEdge| it.verb == Verb::Sends && it.audience.is_some_and(|it| it > BOUND);
    let wide = numbered(&map.edges).filter(|(_, it)| wide(it) && it.gate != Gate::Denied);
    let mut single: BTreeMap<EdgeNo, Vec<Most>> = BTreeMap::new();
    for (no, most) in wide.map(|it| (it.0, LISTED)).chain(planned::bounds(map, model)) {
        let known = single.entry(no).or_default();
        if known.len() < MOST_BOUNDS && !known.contains(&most) {
            known.push(most);
        }
    }
    let mut all = Bounds::new();
    for (no, single) in single {
        let Some(row) = map.row(no) else { continue };
        let mut joined: BTreeSet<Most> = BTreeSet::new();
        for most in single {
            let with = |it: &Most| {
                let mut both = *it;
                both.join(most);
                both
            };
            let more: Vec<Most> = joined.iter().map(with).chain([most]).collect();
            joined.extend(more);
        }
        all.extend(joined.into_iter().map(|most| ((no, most), bounded(row.edge, most))));
    }
    all
}

fn bounded(edge: &ReachEdge, most: Most) -> ReachEdge {
    let audience = edge.audience.map(|it| most.audience.map_or(it, |most| most.min(it)));
    let mut tier = edge.tier;
    if let Some(audience) = most.audience {
        let disclosed = edge.level.filter(|it| it.is_disclosed_to(audience));
        tier = disclosed.map_or(Tier::T1, Tier::of_disclosure).min(tier);
    }
    let tier = most.tier.map_or(tier, |most| most.min(tier));
    ReachEdge { audience, tier, ..edge.clone() }
}

/// What can be built around `agent`.
pub(super) fn of(map: &ReachMap, agent: &AssetId, bounds: &Bounds) -> Vec<Draft> {
    let around = Around::of(map, agent);
    let mut all = around.allowlists(bounds);
    all.extend(around.readers());
    all.extend(around.hand_offs());
    all.extend(around.memories());
    all.extend(around.proxies());
    all.extend(around.walls());
    all
}

/// An agent with its edges that stand.
struct Around<'a> {
    map: &'a ReachMap,
    agent: &'a AssetId,
    edges: Vec<Row<'a>>,
    /// Tools that run commands: what they take in passes no reader.
    runs: BTreeSet<&'a AssetId>,
}

impl<'a> Around<'a> {
    fn of(map: &'a ReachMap, agent: &'a AssetId) -> Self {
        let edges: Vec<Row<'_>> = map.edges_of(agent).filter(|it| it.gate != Gate::Denied).collect();
        let runs = edges.iter().filter(|it| matches!(it.verb, Verb::Executes | Verb::MayReach));
        let runs = runs.filter_map(|it| it.edge.via.as_ref()).collect();
        Self { map, agent, edges, runs }
    }

    fn name(&self) -> &'a str {
        self.map.name(self.agent)
    }

    /// A list of whom a way out may reach.
    fn allowlists(&self, bounds: &Bounds) -> Vec<Draft> {
        let mut by_end: BTreeMap<&AssetId, BTreeSet<EdgeNo>> = BTreeMap::new();
        for row in self.edges.iter().filter(|it| bounds.contains_key(&(it.no, LISTED))) {
            by_end.entry(&row.edge.to).or_default().insert(row.no);
        }
        let draft = |(end, edges): (&AssetId, BTreeSet<EdgeNo>)| {
            let on = pattern(&[("from", self.agent.as_str()), ("verb", "sends"), ("to", end.as_str())]);
            let action = format!(
                "let `{}` send to `{}` only what stays in the organization: a list of who may receive",
                self.name(),
                self.map.name(end)
            );
            let costs = format!("everybody outside, over `{}`", self.map.name(end));
            let control =
                structural("bounds", vec![on], vec![("audience", Value::text(BOUND.word()))], &costs);
            let bounded = edges.into_iter().map(|it| (it, LISTED)).collect();
            let overlay = Overlay { bounded, ..Overlay::default() };
            draft("egress-allowlist", action, costs, (overlay, control))
        };
        by_end.into_iter().map(draft).collect()
    }

    /// Readers without tools, one for each way in; and the whole agent in two where there are several.
    fn readers(&self) -> Vec<Draft> {
        let steers = |it: &&Row<'_>| match it.verb {
            Verb::Ingests => it.reached_by.is_some_and(Trust::is_untrusted),
            Verb::Loads => it.reached_by == Some(Trust::Public),
            _ => false,
        };
        let mut ways: BTreeMap<(Option<&AssetId>, Verb, Option<&AssetId>), BTreeSet<EdgeNo>> =
            BTreeMap::new();
        for row in self.edges.iter().filter(steers) {
            let via = row.edge.via.as_ref();
            if via.is_some_and(|it| self.runs.contains(it)) {
                continue;
            }
            let end = via.is_none().then_some(&row.edge.to);
            ways.entry((via, row.verb, end)).or_default().insert(row.no);
        }
        // A pattern without a tool means every tool: what commands bring in from there would have to be read too.
        let pure = |(via, verb, end): &(Option<&AssetId>, Verb, Option<&AssetId>)| {
            via.is_some()
                || self
                    .edges
                    .iter()
                    .filter(|it| it.verb == *verb && Some(&it.edge.to) == *end)
                    .all(|it| it.edge.via.is_none())
        };
        ways.retain(|way, _| pure(way));
        let from = self.agent.as_str();
        let on = |(via, verb, end): (Option<&AssetId>, Verb, Option<&AssetId>)| {
            let there =
                [("via", via), ("to", end)].into_iter().filter_map(|(key, it)| Some((key, it?.as_str())));
            let pairs: Vec<_> = [("from", from), ("verb", verb.word())].into_iter().chain(there).collect();
            pattern(&pairs)
        };
        let mut all: Vec<Draft> = Vec::new();
        for (way, edges) in &ways {
            let source = way.0.map_or_else(|| way.2.map_or("", |it| self.map.name(it)), AssetId::name);
            let action = format!(
                "let a reader without tools turn what `{source}` brings `{}` into fixed types",
                self.name()
            );
            let overlay = Overlay { typed: edges.clone(), ..Overlay::default() };
            let costs = "whatever does not fit the types".to_owned();
            let control = structural("cuts", vec![on(*way)], vec![untrusted()], &costs);
            all.push(draft("quarantined-reader", action, costs, (overlay, control)));
        }
        if ways.len() > 1 {
            let action = format!(
                "split `{}`: one half reads what strangers write, and hands fixed types to the other",
                self.name()
            );
            let typed = ways.values().flatten().copied().collect();
            let costs = "free text between the halves".to_owned();
            let control =
                structural("cuts", ways.keys().map(|it| on(*it)).collect(), vec![untrusted()], &costs);
            let overlay = Overlay { typed, ..Overlay::default() };
            all.push(draft("split-agent", action, costs, (overlay, control)));
        }
        all
    }

    /// Fixed types from agent to agent.
    fn hand_offs(&self) -> Vec<Draft> {
        let mut all = Vec::new();
        for row in self.edges.iter().filter(|it| it.verb == Verb::Delegates) {
            let to = self.map.name(&row.edge.to);
            let action =
                format!("let `{}` and `{to}` hand each other fixed types, never free text", self.name());
            all.push(self.typed(row, action));
        }
        all
    }

    /// Fixed types into what is kept, and readers that get a memory of their own.
    fn memories(&self) -> Vec<Draft> {
        let mut all = Vec::new();
        let kept = |it: &&Row<'_>| self.map.index.kept.contains_key(&it.edge.to);
        for row in self.edges.iter().filter(kept) {
            let place = self.map.name(&row.edge.to);
            match row.verb {
                Verb::Remembers | Verb::Writes => {
                    let action = format!("let `{}` write only fixed types into `{place}`", self.name());
                    all.push(self.typed(row, action));
                }
                Verb::Recalls if self.only_reads(&row.edge.to) => {
                    let on =
                        [("from", self.agent.as_str()), ("verb", "recalls"), ("to", row.edge.to.as_str())];
                    let action =
                        format!("take `{}` off `{place}`, and give it a memory of its own", self.name());
                    let costs = "what it learned from the others".to_owned();
                    let control = structural("cuts", vec![pattern(&on)], Vec::new(), &costs);
                    let cut =
                        self.edges.iter().filter(|it| it.verb == Verb::Recalls && it.edge.to == row.edge.to);
                    let overlay = Overlay { cut: cut.map(|it| it.no).collect(), ..Overlay::default() };
                    all.push(draft("separate-memory", action, costs, (overlay, control)));
                }
                _ => {}
            }
        }
        all
    }

    /// Whether it writes nothing there: a memory of its own would hold what it writes, strangers' words with it.
    fn only_reads(&self, place: &AssetId) -> bool {
        let is_memory = self.map.assets.get(place).is_some_and(|it| it.kind == AssetKind::Memory);
        is_memory
            && !self
                .edges
                .iter()
                .any(|it| it.edge.to == *place && matches!(it.verb, Verb::Remembers | Verb::Writes))
    }

    fn typed(&self, row: &Row<'a>, action: String) -> Draft {
        let (from, verb, to) = (self.agent.as_str(), row.verb.word(), row.edge.to.as_str());
        let same = self.edges.iter().filter(|it| it.verb == row.verb && it.edge.to == row.edge.to);
        let overlay = Overlay { typed: same.map(|it| it.no).collect(), ..Overlay::default() };
        let costs = "whatever does not fit the types".to_owned();
        let on = pattern(&[("from", from), ("verb", verb), ("to", to)]);
        let control = structural("cuts", vec![on], vec![untrusted()], &costs);
        draft("typed-hand-off", action, costs, (overlay, control))
    }

    /// What stands before a tool where its client has no line that denies it, and before what no tool does.
    fn walls(&self) -> Vec<Draft> {
        let mut walls: BTreeMap<(Option<&AssetId>, Option<(Verb, &AssetId)>), BTreeSet<EdgeNo>> =
            BTreeMap::new();
        for row in &self.edges {
            let acts = matches!(
                row.verb,
                Verb::Sends | Verb::Writes | Verb::Executes | Verb::Spends | Verb::Grants | Verb::Delegates
            );
            match &row.edge.via {
                Some(via) => {
                    walls.entry((Some(via), None)).or_default().insert(row.no);
                }
                None if acts => {
                    let same =
                        self.edges.iter().filter(|it| it.verb == row.verb && it.edge.to == row.edge.to);
                    walls.insert((None, Some((row.verb, &row.edge.to))), same.map(|it| it.no).collect());
                }
                None => {}
            }
        }
        let mut all = Vec::new();
        for ((via, end), edges) in walls {
            let from = ("from", self.agent.as_str());
            let (on, what) = match (via, end) {
                (Some(via), _) => (pattern(&[from, ("via", via.as_str())]), via.name()),
                (None, Some((verb, to))) => {
                    (pattern(&[from, ("verb", verb.word()), ("to", to.as_str())]), self.map.name(to))
                }
                (None, None) => continue,
            };
            let action =
                format!("put a control between `{}` and `{what}` that lets nothing through", self.name());
            let costs = format!("whatever `{}` needs `{what}` for", self.name());
            let control = structural("cuts", vec![on], Vec::new(), &costs);
            // A tool that is walled off and one that is denied are the same for the map.
            let denied = via.map(|via| (self.agent.clone(), via.clone())).into_iter().collect();
            let cut = if via.is_some() { BTreeSet::new() } else { edges };
            let overlay = Overlay { denied, cut, ..Overlay::default() };
            all.push(draft("cut-edge", action, costs, (overlay, control)));
        }
        all
    }

    /// Credentials that stay where the agent has their use, and not their value.
    fn proxies(&self) -> Vec<Draft> {
        let mut all = Vec::new();
        for row in self.edges.iter().filter(|it| it.verb == Verb::Holds) {
            let (from, to) = (self.agent.as_str(), row.edge.to.as_str());
            let action = format!(
                "keep `{}` in a proxy that adds it to allowed requests of `{}`",
                self.map.name(&row.edge.to),
                self.name()
            );
            let costs = "a proxy to run".to_owned();
            let on = pattern(&[("from", from), ("verb", "holds"), ("to", to)]);
            let control = structural("cuts", vec![on], Vec::new(), &costs);
            let overlay = Overlay { cut: BTreeSet::from([row.no]), ..Overlay::default() };
            all.push(draft("credential-proxy", action, costs, (overlay, control)));
        }
        all
    }
}

/// That it holds for what strangers wrote, and lets the rest pass.
fn untrusted() -> (&'static str, Value) {
    ("labels", Value::map([("trust", Value::text(Trust::Partner.word()))]))
}

fn structural(does: &str, on: Vec<Value>, more: Vec<(&'static str, Value)>, costs: &str) -> Value {
    let more = more.into_iter().chain([("costs", Value::text(costs))]).collect();
    control(ControlKind::Structural, does, on, more)
}

fn draft(control: &str, action: String, costs: String, (overlay, value): (Overlay, Value)) -> Draft {
    let kind = ControlKind::Structural;
    let (cuts, edits) = (Vec::new(), Vec::new());
    let remedy = Remedy { control: control.to_owned(), kind, action, cuts, costs, edits };
    Draft { remedy, overlay, control: Some(value), planned: None, against: BTreeSet::new() }
}
