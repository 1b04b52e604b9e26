//! Untrusted content reaches a memory or shared store that is read back later, or by somebody else.

use std::collections::BTreeMap;

use ambit_model::{
    AgentFacts, AssetId, AssetKind, BlastRadius, Gate, ReachEdge, Reversibility, RuleInfo, Severity, Tier, Verb,
};

use super::cross_agent_escalation::line_of;
use super::{Rule, Seen, Sink, exposure, single};
use crate::flow::Way;
use crate::scene::Scene;

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "stored-injection",
        title: "What strangers write is stored and read back later",
        categories: &["ASI06:2026", "LLM04:2025", "MCP10:2025", "T1:1.1"],
        page: include_str!("stored_injection.md"),
    },
    check,
};

/// One way from a stranger into a store and back out of it.
struct Chain<'a> {
    writer: &'a AssetId,
    steered: &'a Way,
    write: (&'a ReachEdge, Gate),
    read: (&'a ReachEdge, Gate),
    tier: Tier,
}

impl Chain<'_> {
    fn severity(&self) -> Option<Severity> {
        let gates = [self.steered.gate, self.write.1, self.read.1];
        Some(Severity::of(self.tier, exposure(gates)?))
    }

    fn rank(&self) -> (Option<Severity>, usize, &AssetId) {
        (self.severity(), usize::MAX - self.steered.edges.len(), self.writer)
    }
}

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for (store, (writes, reads)) in kept(scene) {
        // One finding for each family of agents that writes there: sub-agents act for their main agent.
        let mut worst: BTreeMap<(&str, &str), Chain<'_>> = BTreeMap::new();
        for write in &writes {
            let Some((writer, facts)) = scene.map.agents.get_key_value(&write.0.from) else { continue };
            let Some(steered) = scene.influence(writer).filter(|it| !passes(scene, it, store)) else { continue };
            for read in reads.iter().filter(|it| is_kept_for_later(scene, store) || !is_same(scene, facts, &it.0.from)) {
                let tier = tier(scene, facts, &read.0.from);
                let chain = Chain { writer, steered, write: *write, read: *read, tier };
                if chain.severity() <= stock_severity(scene, &chain) {
                    continue;
                }
                let family = (facts.client.as_str(), facts.at.as_str());
                if worst.get(&family).is_none_or(|it| it.rank() < chain.rank()) {
                    worst.insert(family, chain);
                }
            }
        }
        for chain in worst.into_values() {
            report(scene, sink, store, &chain);
        }
    }
}

/// Whether what steers the writer came out of the store itself: then somebody else put it there.
fn passes(scene: &Scene<'_>, way: &Way, store: &AssetId) -> bool {
    way.edges.iter().filter_map(|it| scene.map.edges.get(it)).any(|it| it.to == *store)
}

type Open<'a> = (&'a ReachEdge, Gate);

/// Memories and named stores, each with the open edges that write and that read it. The workspace and the home
/// are everybody's before anybody configures anything.
fn kept<'a>(scene: &Scene<'a>) -> BTreeMap<&'a AssetId, (Vec<Open<'a>>, Vec<Open<'a>>)> {
    let mut stores: BTreeMap<&AssetId, (Vec<Open<'a>>, Vec<Open<'a>>)> = BTreeMap::new();
    for (agent, _) in scene.agents() {
        for (edge, gate) in scene.open_edges(agent) {
            let named = |it: &ambit_model::Asset| match it.kind {
                AssetKind::Memory => true,
                AssetKind::DataStore => it.id.as_str().contains('/'),
                _ => false,
            };
            if !scene.map.assets.get(&edge.to).is_some_and(named) {
                continue;
            }
            let (writes, reads) = stores.entry(&edge.to).or_default();
            match edge.verb {
                Verb::Remembers | Verb::Writes => writes.push((edge, gate)),
                Verb::Recalls | Verb::Reads => reads.push((edge, gate)),
                _ => {}
            }
        }
    }
    stores
}

/// Whether it is there to be read back by later sessions of whoever wrote it. What one agent writes to its own
/// files and databases is its work.
fn is_kept_for_later(scene: &Scene<'_>, store: &AssetId) -> bool {
    scene.map.assets.get(store).is_some_and(|it| it.kind == AssetKind::Memory)
}

/// Whether `reader` is of the same client in the same folder.
fn is_same(scene: &Scene<'_>, writer: &AgentFacts, reader: &AssetId) -> bool {
    let same = |it: &AgentFacts| it.client == writer.client && it.at == writer.at;
    scene.map.agents.get(reader).is_some_and(same)
}

/// A later session of the same agent, or another agent: its people never saw what was read.
fn tier(scene: &Scene<'_>, writer: &AgentFacts, reader: &AssetId) -> Tier {
    let own = is_same(scene, writer, reader);
    let radius = if own { BlastRadius::Workspace } else { BlastRadius::Organization };
    Tier::of(Reversibility::Recoverable, radius)
}

/// What the stock clients do with their own memory anyway.
fn stock_severity(scene: &Scene<'_>, chain: &Chain<'_>) -> Option<Severity> {
    let steered = scene.stock.influence(chain.writer).filter(|_| chain.write.0.stock && chain.read.0.stock)?;
    Chain { steered, ..*chain }.severity()
}

fn report(scene: &Scene<'_>, sink: &mut Sink<'_>, store: &AssetId, chain: &Chain<'_>) {
    let Some(open) = exposure([chain.steered.gate, chain.write.1, chain.read.1]) else { return };
    let source = scene.flows().sources(chain.writer).find(|(_, _, way)| *way == chain.steered);
    let reader = &chain.read.0.from;
    let message = format!(
        "strangers can write `{}`, `{}` can store it in `{}`, and {} reads it back",
        source.map_or("something", |(it, ..)| scene.map.name(it)),
        scene.map.name(chain.writer),
        scene.map.name(store),
        if reader == chain.writer { "a later session".to_owned() } else { format!("`{}`", scene.map.name(reader)) },
    );
    let line = line_of(scene, chain.write.0);
    let mut seen = Seen::fact(chain.writer, store, (chain.tier, open), line.into_iter().collect()).says(message);
    seen.legs = vec![
        ("untrusted", chain.steered.clone()),
        ("stored", single(&chain.write.0.id, chain.write.1)),
        ("taken-back", single(&chain.read.0.id, chain.read.1)),
    ];
    sink.report(seen);
}
