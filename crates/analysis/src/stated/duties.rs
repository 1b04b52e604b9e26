//! Duties of tiers: what edges lack of what their tier asks for. They are asked for once the file has a section
//! `tiers` or `check` that says something. What a stock client does as it comes is asked for nothing, unless the
//! file itself sets the duties of that tier: else every client would fail on its first day.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::finding::ControlKind;
use ambit_model::stated::{Check, Control, Model, TierDuty, Tiers};
use ambit_model::{
    Assessment, AssetId, AssetKind, Duties, Gate, ReachEdge, Reversibility, Tier, TierCount, UnmetDuty, Verb,
};

use crate::map::ReachMap;

/// What edges lack, by agent and tool.
pub(super) fn check(map: &ReachMap, model: &Model) -> Vec<UnmetDuty> {
    if !is_asked(model) {
        return Vec::new();
    }
    grouped(map.agents.keys().flat_map(|it| map.edges_of(it)).map(|it| it.edge), model)
}

/// Whether the gate asks for duties.
fn is_asked(model: &Model) -> bool {
    model.tiers != Tiers::default() || model.check != Check::default()
}

/// What the duties of tiers come to on `assessment`, whether the gate asks for them or not.
pub fn duties(assessment: &Assessment, model: &Model) -> Duties {
    let agents: BTreeSet<&AssetId> =
        assessment.assets.iter().filter(|it| it.kind == AssetKind::Agent).map(|it| &it.id).collect();
    let edges = || assessment.edges.iter().filter(|it| agents.contains(&it.from) && it.gate != Gate::Denied);
    let tiers = [Tier::T2, Tier::T3, Tier::T4].map(|tier| {
        let of = || edges().filter(|it| it.tier == tier);
        let free = |it: &&ReachEdge| it.stock && *own(&model.tiers, tier) == TierDuty::default();
        let unmet = of().filter(|it| lack(it, model).is_some()).count();
        TierCount { tier, edges: of().count(), stock: of().filter(free).count(), unmet }
    });
    Duties { asked: is_asked(model), tiers: tiers.to_vec(), unmet: grouped(edges(), model) }
}

fn grouped<'a>(edges: impl Iterator<Item = &'a ReachEdge>, model: &Model) -> Vec<UnmetDuty> {
    let mut groups: BTreeMap<(AssetId, Option<AssetId>), UnmetDuty> = BTreeMap::new();
    for edge in edges {
        let Some(lack) = lack(edge, model) else { continue };
        let key = (edge.from.clone(), edge.via.clone());
        match groups.get_mut(&key) {
            Some(known) => join(known, lack),
            None => _ = groups.insert(key, lack),
        }
    }
    groups.into_values().collect()
}

fn lack(edge: &ReachEdge, model: &Model) -> Option<UnmetDuty> {
    let asked = edge.tier >= Tier::T2 && edge.gate != Gate::Denied;
    if !asked || edge.stock && *own(&model.tiers, edge.tier) == TierDuty::default() {
        return None;
    }
    let duty = model.tiers.duty(edge.tier);
    let names = edge.controls.iter().filter_map(|it| model.controls.get(it));
    let controls: Vec<&Control> = names.map(|it| &it.value).collect();
    let of = |kind: ControlKind| controls.iter().filter(|it| it.kind == kind).count();
    let logged = controls.iter().any(|it| it.logged == Some(true));
    let approved = edge.gate >= Gate::Asked || of(ControlKind::Procedural) > 0;
    let by_design = usize::from(is_bounded_by_design(edge));
    let bounds = u32::try_from(of(ControlKind::Structural) + by_design).unwrap_or(u32::MAX);
    let lack = UnmetDuty {
        agent: edge.from.clone(),
        tool: edge.via.clone(),
        tier: edge.tier,
        unlogged: duty.logged && !logged,
        bounds: duty.bounds.saturating_sub(bounds),
        unapproved: duty.approval && !approved,
        edges: vec![edge.id],
    };
    (lack.unlogged || lack.bounds > 0 || lack.unapproved).then_some(lack)
}

/// What can be taken back at once, and spending that has a limit.
fn is_bounded_by_design(edge: &ReachEdge) -> bool {
    edge.reversibility == Some(Reversibility::Reversible)
        || edge.verb == Verb::Spends && edge.tier <= Tier::T2
}

fn join(known: &mut UnmetDuty, more: UnmetDuty) {
    known.tier = known.tier.max(more.tier);
    known.unlogged |= more.unlogged;
    known.bounds = known.bounds.max(more.bounds);
    known.unapproved |= more.unapproved;
    known.edges.extend(more.edges);
}

/// What the file itself sets for a tier.
fn own(tiers: &Tiers, tier: Tier) -> &TierDuty {
    match tier {
        Tier::T0 => &tiers.duties.t0,
        Tier::T1 => &tiers.duties.t1,
        Tier::T2 => &tiers.duties.t2,
        Tier::T3 => &tiers.duties.t3,
        Tier::T4 => &tiers.duties.t4,
    }
}
