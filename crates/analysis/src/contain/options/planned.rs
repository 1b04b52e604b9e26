//! Controls that `ambit.yaml` has as planned: each by itself, doing what it does once it is in place. Of what it does only
//! that is counted which a what-if can say; the rest can only contain more.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::finding::ControlKind;
use ambit_model::stated::{Control, Does, Entry, Model};
use ambit_model::{AssetId, Gate, ReachEdge, Remedy, Tier, Trust, Verb};

use super::Draft;
use crate::index::{EdgeNo, numbered};
use crate::map::ReachMap;
use crate::overlay::Most;
use crate::scene::{Bounds, Overlay};

/// The controls that are planned, by name.
pub(super) fn all(model: &Model) -> impl Iterator<Item = (&str, &Entry<Control>)> {
    model.controls.iter().filter(|(_, it)| !it.value.is_in_place())
}

/// The edges that a control is on and that stand.
fn edges<'m>(map: &'m ReachMap, control: &'m Control) -> impl Iterator<Item = (EdgeNo, &'m ReachEdge)> {
    let on = |it: &ReachEdge| control.on.iter().any(|on| on.value.matches_edge(it));
    numbered(&map.edges).filter(move |(_, it)| it.gate != Gate::Denied && on(it))
}

/// What is left of the edges that planned controls bound.
pub(super) fn bounds<'m>(
    map: &'m ReachMap,
    model: &'m Model,
) -> impl Iterator<Item = (EdgeNo, Most)> + use<'m> {
    let controls = all(model).map(|it| &it.1.value).filter(|it| it.does.value == Does::Bounds);
    controls.flat_map(|control| edges(map, control).filter_map(|(no, edge)| Some((no, most(control, edge)?))))
}

/// What `control` leaves of `edge`; none where that is all of it, or it holds for some labels alone.
fn most(control: &Control, edge: &ReachEdge) -> Option<Most> {
    if control.labels.is_some() {
        return None;
    }
    let audience = control.audience.as_ref().map(|it| it.value);
    let audience = audience.filter(|it| edge.audience.is_some_and(|own| own > *it));
    let limited = control.limit.as_ref().filter(|_| edge.verb == Verb::Spends).map(|_| Tier::T2);
    let tier = control.tier.as_ref().map(|it| it.value).into_iter().chain(limited).min();
    let most = Most { audience, tier: tier.filter(|it| *it < edge.tier) };
    (most != Most::default()).then_some(most)
}

/// What is planned and does something at `agents`.
pub(super) fn of(map: &ReachMap, model: &Model, agents: &BTreeSet<AssetId>, bounds: &Bounds) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (name, entry) in all(model) {
        let control = &entry.value;
        let (id, overlay) = match control.does.value {
            Does::Cuts => cuts(map, control),
            Does::Bounds => ("egress-allowlist", bounding(map, control, bounds)),
            Does::Gates if control.labels.is_none() => {
                let gated = edges(map, control).map(|it| it.0);
                ("ask-tool", Overlay { gated: gated.collect(), ..Overlay::default() })
            }
            Does::Gates | Does::Lowers => continue,
        };
        let is_near = edges(map, control).any(|(_, it)| agents.contains(&it.from));
        if is_near && overlay != Overlay::default() {
            drafts.push(draft((name, entry), id, overlay));
        }
    }
    drafts
}

/// What it cuts, and the control of the catalog that takes as much.
fn cuts(map: &ReachMap, control: &Control) -> (&'static str, Overlay) {
    let mut overlay = Overlay::default();
    let Some(labels) = &control.labels else {
        overlay.cut = edges(map, control).map(|it| it.0).collect();
        return ("cut-edge", overlay);
    };
    for (no, edge) in edges(map, control) {
        let brings = matches!(edge.verb, Verb::Ingests | Verb::Loads);
        let untrusted = edge.reached_by.is_some_and(Trust::is_untrusted);
        if labels.trust.is_some_and(|it| it >= Trust::Partner) && (untrusted || !brings) {
            overlay.typed.insert(no);
        }
        let reads = matches!(edge.verb, Verb::Reads | Verb::Recalls | Verb::Holds);
        let known = map.assets.get(&edge.to).map_or(&[][..], |it| it.data.as_slice());
        let classes = if edge.touches.is_empty() { known } else { &edge.touches };
        let is_cut = |it: &String| labels.data.iter().any(|name| name.as_str() == it);
        if reads && !classes.is_empty() && classes.iter().all(is_cut) {
            overlay.cut.insert(no);
        }
    }
    (if overlay.typed.is_empty() { "cut-edge" } else { "quarantined-reader" }, overlay)
}

fn bounding(map: &ReachMap, control: &Control, bounds: &Bounds) -> Overlay {
    let edges = edges(map, control).filter_map(|(no, edge)| Some((no, most(control, edge)?)));
    let bounded: BTreeMap<EdgeNo, Most> = edges.filter(|it| bounds.contains_key(it)).collect();
    Overlay { bounded, ..Overlay::default() }
}

fn draft((name, entry): (&str, &Entry<Control>), id: &'static str, overlay: Overlay) -> Draft {
    let kind = entry.value.kind;
    let known = match kind {
        ControlKind::Procedural => "one question for each use",
        ControlKind::Structural | ControlKind::Behavioral => "what it stands before",
    };
    let remedy = Remedy {
        control: "planned".to_owned(),
        kind,
        action: format!("put in place what is planned: `{name}`"),
        cuts: Vec::new(),
        costs: entry.value.costs.clone().unwrap_or_else(|| known.to_owned()),
        edits: Vec::new(),
    };
    let planned = Some((name.to_owned(), id));
    Draft { remedy, overlay, control: None, planned, against: BTreeSet::new() }
}
