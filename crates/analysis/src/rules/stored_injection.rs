//! Untrusted content reaches a memory or shared store that is read back later, or by somebody else.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use ambit_model::{
    AgentFacts, AssetId, BlastRadius, Gate, Reversibility, RuleInfo, Severity, Tier,
};

use super::cross_agent_escalation::line_of;
use super::{Rule, Seen, Sink, exposure, single};
use crate::flow::Way;
use crate::map::Row;
use crate::kept::{Family, Readers, family, is_kept_for_later};
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
    source: &'a AssetId,
    steered: &'a Way,
    write: (Row<'a>, Gate),
    read: (Row<'a>, Gate),
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
    let subjects: BTreeMap<&AssetId, &AgentFacts> = scene.agents().collect();
    let families: BTreeSet<Family<'_>> = subjects.values().map(|it| family(it)).collect();
    for (store, writes, reads) in scene.kept() {
        let readers = Readers::of(scene, &reads, &families);
        // One finding for each family of agents that writes there: sub-agents act for their main agent.
        let besides = OnceCell::new();
        let mut worst: BTreeMap<Family<'_>, Chain<'_>> = BTreeMap::new();
        for write in &writes {
            let Some((writer, facts)) = subjects.get_key_value(&write.0.edge.from) else { continue };
            // What steers the writer out of the store itself was put there by somebody else.
            let driven = match scene.drives(writer, write.0.no) {
                Some((way, _)) if passes(scene, way, store) => {
                    besides.get_or_init(|| scene.without(&reads)).drives(writer, write.0.no)
                }
                driven => driven,
            };
            let Some((steered, source)) = driven else { continue };
            let family = family(facts);
            for read in readers.beside(family, is_kept_for_later(scene.map, store)) {
                let tier = tier(scene, family, read.0);
                let chain = Chain { writer, source, steered, write: *write, read, tier };
                if chain.severity() <= stock_severity(scene, &chain) {
                    continue;
                }
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

/// Whether what steers the writer came out of the store itself.
fn passes(scene: &Scene<'_>, way: &Way, store: &AssetId) -> bool {
    way.edges.iter().filter_map(|it| scene.map.row(*it)).any(|it| it.to == *store)
}

/// A later session of the same agent, or another agent: its people never saw what was read.
fn tier(scene: &Scene<'_>, writer: Family<'_>, read: Row<'_>) -> Tier {
    let own = scene.map.agents.get(&read.from).is_some_and(|it| family(it) == writer);
    let radius = if own { BlastRadius::Workspace } else { BlastRadius::Organization };
    Tier::of(Reversibility::Recoverable, radius)
}

/// What the stock clients do with their own memory anyway.
fn stock_severity(scene: &Scene<'_>, chain: &Chain<'_>) -> Option<Severity> {
    let steered = scene.stock_influence(chain.writer).filter(|_| chain.write.0.stock && chain.read.0.stock)?;
    Chain { steered, ..*chain }.severity()
}

fn report(scene: &Scene<'_>, sink: &mut Sink<'_>, store: &AssetId, chain: &Chain<'_>) {
    let Some(open) = exposure([chain.steered.gate, chain.write.1, chain.read.1]) else { return };
    let reader = &chain.read.0.from;
    let message = format!(
        "strangers can write `{}`, `{}` can store it in `{}`, and {} reads it back",
        scene.map.name(chain.source),
        scene.map.name(chain.writer),
        scene.map.name(store),
        if reader == chain.writer { "a later session".to_owned() } else { format!("`{}`", scene.map.name(reader)) },
    );
    let line = line_of(scene, chain.write.0.edge);
    let mut seen = Seen::fact(chain.writer, store, (chain.tier, open), line.into_iter().collect()).says(message);
    seen.legs = vec![
        ("untrusted", chain.steered.clone()),
        ("stored", single(chain.write.0.no, chain.write.1)),
        ("taken-back", single(chain.read.0.no, chain.read.1)),
    ];
    sink.report(seen);
}
