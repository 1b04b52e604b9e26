//! A fleet with names: the lock that it would have.

use std::ops::Range;

use ambit_analysis::closure::Edge;
use ambit_model::lock::{LockedAsset, LockedEdge, LockedTool};
use ambit_model::{AssetId, AssetKind, Confidence, EdgeId, Lock};

use super::grown::Fleet;

/// The lock of `fleet`. Rows with the same ends, verb and tool are one row.
pub fn lock(fleet: &Fleet) -> Lock {
    let ids = ids(fleet);
    let mut lock = Lock::default();
    for (kind, block) in blocks(fleet) {
        for id in ids.get(block.start as usize..block.end as usize).unwrap_or_default() {
            if kind == AssetKind::Tool {
                lock.tools.insert(id.clone(), tool(id));
            } else {
                lock.assets.insert(id.clone(), asset(id, kind));
            }
        }
    }
    let id = |no: u32| ids.get(no as usize);
    let rows = fleet
        .columns
        .edges
        .iter()
        .zip(&fleet.via)
        .filter_map(|(edge, via)| Some(row(*edge, id(edge.from)?, id(edge.to)?, via.and_then(id))));
    let mut rows: Vec<(EdgeId, LockedEdge)> = rows.map(|it| (it.id, it)).collect();
    rows.sort_by_key(|it| it.0);
    lock.edges = rows.into_iter().collect();
    lock
}

fn blocks(fleet: &Fleet) -> [(AssetKind, Range<u32>); 8] {
    let all = fleet.blocks.clone();
    [
        (AssetKind::Agent, all.agents),
        (AssetKind::Memory, all.places),
        (AssetKind::Channel, all.channels),
        (AssetKind::DataStore, all.stores),
        (AssetKind::Environment, all.environments),
        (AssetKind::Credential, all.credentials),
        (AssetKind::Server, all.servers),
        (AssetKind::Tool, all.tools),
    ]
}

fn ids(fleet: &Fleet) -> Vec<AssetId> {
    let servers = fleet.blocks.servers.len().max(1);
    let mut ids = Vec::with_capacity(fleet.columns.nodes.len());
    for (kind, block) in blocks(fleet) {
        for number in 0..block.len() {
            ids.push(match kind {
                AssetKind::Agent => AssetId::new(kind, &format!("agent-{number}@systems/{}", number / 32)),
                AssetKind::Tool => {
                    AssetId::within(kind, &format!("server-{}", number % servers), &format!("tool_{number}"))
                }
                _ => AssetId::new(kind, &format!("{kind}-{number}", kind = kind.prefix())),
            });
        }
    }
    ids
}

fn asset(id: &AssetId, kind: AssetKind) -> LockedAsset {
    LockedAsset {
        id: id.clone(),
        r#type: kind,
        name: id.name().to_owned(),
        trust: None,
        level: None,
        data: Vec::new(),
        owner: None,
        package: None,
        pin: None,
        range: None,
        facts: Vec::new(),
    }
}

fn tool(id: &AssetId) -> LockedTool {
    LockedTool {
        id: id.clone(),
        name: id.name().to_owned(),
        effects: Vec::new(),
        arguments: std::collections::BTreeMap::new(),
        digest: None,
        owner: None,
    }
}

fn row(edge: Edge, from: &AssetId, to: &AssetId, via: Option<&AssetId>) -> LockedEdge {
    let facts = edge.facts;
    LockedEdge {
        id: EdgeId::of(from, facts.verb(), to, via),
        from: from.clone(),
        verb: facts.verb(),
        to: to.clone(),
        via: via.cloned(),
        touches: Vec::new(),
        level: facts.level(),
        audience: facts.audience(),
        reached_by: facts.trust(),
        gate: facts.gate(),
        decided_by: Some(".claude/settings.json".into()),
        scope: Some(ambit_model::Scope::Project),
        reversibility: None,
        blast_radius: None,
        tier: facts.tier(),
        controls: Vec::new(),
        owner: None,
        confidence: Confidence::Likely,
        stock: facts.is_stock(),
    }
}
