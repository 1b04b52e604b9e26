//! Small random maps: against an answer that tries every combination of events, against drawn years, and against each
//! other. What lives here: the maps; the slow answer and the laws have files of their own.

mod consequences;
mod drawn;
mod enumerated;
mod laws;
mod ranked;
mod told;

use std::collections::BTreeMap;

use ambit_model::{
    AgentFacts, Asset, AssetId, AssetKind, Audience, Confidence, EdgeId, Gate, Level, Place, ReachEdge, Tier,
    Trust, Verb,
};

use super::scenarios::{Drawing, Scenarios};
use crate::dice::Dice;
use crate::index::EdgeNo;
use crate::limits::Limits;
use crate::map::ReachMap;

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
    let via = dice.of(&["tool:s/x", "tool:s/y", "tool:t/z"]);
    let mut it = match dice.below(9) {
        0 | 1 => {
            let mut it = edge(from, Verb::Ingests, dice.of(&["channel:mail", "channel:web"]), via);
            it.reached_by =
                Some(if it.to.as_str() == "channel:mail" { Trust::Partner } else { Trust::Public });
            it
        }
        2 => {
            let mut it = edge(from, Verb::Reads, dice.of(&["store:d/crm", "store:d/wiki"]), via);
            it.level = Some(dice.of(&[Level::Internal, Level::Confidential, Level::Secret]));
            it.touches = [dice.of(&["customer", "health"]).to_owned()].into();
            it
        }
        3 => {
            let mut it = edge(from, Verb::Sends, dice.of(&["channel:mail", "channel:web"]), via);
            it.audience = Some(dice.of(&[Audience::Organization, Audience::Partner, Audience::Public]));
            it
        }
        4 | 5 => {
            let verb = dice.of(&[Verb::Writes, Verb::Executes, Verb::Spends, Verb::MayReach]);
            let mut it = edge(from, verb, dice.of(&["store:d/crm", "env:host"]), via);
            it.tier = dice.of(&[Tier::T0, Tier::T2, Tier::T3, Tier::T4]);
            it
        }
        6 => edge(from, Verb::Delegates, AGENTS[dice.below(agents)], via),
        7 => edge(from, Verb::Remembers, "memory:m", via),
        _ => {
            let mut it = edge(from, Verb::Recalls, "memory:m", via);
            it.level = Some(dice.of(&[Level::Public, Level::Confidential]));
            it
        }
    };
    it.gate = dice.of(&[Gate::Auto, Gate::Auto, Gate::Prompted, Gate::Asked, Gate::Denied]);
    it.confidence = dice.of(&[Confidence::Certain, Confidence::Likely, Confidence::Possible]);
    it
}

/// The map of these edges, some of them limited.
fn map_of(mut edges: Vec<ReachEdge>, limits: &BTreeMap<EdgeId, Limits>) -> ReachMap {
    edges.sort_by_key(|it| it.id);
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
    map.without_rule = edges.iter().map(|it| Some(it.gate)).collect();
    map.edges = edges;
    map.reindex();
    map
}

fn any_limits(dice: &mut Dice, edges: &[ReachEdge]) -> BTreeMap<EdgeId, Limits> {
    let mut limits = BTreeMap::new();
    for it in edges.iter().filter(|it| !matches!(it.verb, Verb::Ingests | Verb::Reads)) {
        if dice.one_in(4) {
            let limit = match dice.below(4) {
                0 => Limits { trust: Some(dice.of(&[Trust::Public, Trust::Partner])), ..Limits::default() },
                1 => Limits { classes: ["health".to_owned()].into(), ..Limits::default() },
                2 => Limits {
                    level: Some(dice.of(&[Level::Internal, Level::Confidential])),
                    ..Limits::default()
                },
                _ => Limits { tier: Some(dice.of(&[Tier::T2, Tier::T3])), ..Limits::default() },
            };
            limits.insert(it.id, limit);
        }
    }
    limits
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
    let limits = if dice.one_in(3) { any_limits(dice, &edges) } else { BTreeMap::new() };
    let mut map = map_of(edges, &limits);
    map.agents.retain(|id, _| AGENTS[..agents].contains(&id.as_str()));
    map
}

const QUICK: Drawing = Drawing { seed: 7, trials: 64 };
