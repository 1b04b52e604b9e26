//! What can be done, at the level of edges and permissions: lines of clients and programs as remedies know them, and
//! what people build between an agent and the world, and what they have planned. Whole servers come last, by what they
//! cost.

mod approve;
mod build;
mod planned;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_model::finding::ControlKind;
use ambit_model::risk::Founded;
use ambit_model::stated::edit::Value;
use ambit_model::stated::{Model, State};
use ambit_model::{AssetId, Finding, Gate, Place, Remedy};

use super::choice::{Choice, loosens, touched};
use super::prices::Prices;
use crate::index::{EdgeNo, NodeNo};
use crate::limits::Limits;
use crate::map::ReachMap;
use crate::overlay::{Most, Said, limited, patch};
use crate::remedy;
use crate::scene::{Bounds, Overlay};
pub(super) use build::bounds;

/// A choice that has no price yet.
struct Draft {
    remedy: Remedy,
    overlay: Overlay,
    control: Option<Value>,
    /// Its name where it is planned, and the control of the catalog that takes as much.
    planned: Option<(String, &'static str)>,
    against: BTreeSet<String>,
}

/// All that can be done about `findings` at `agents`, in an order that depends on nothing but the map.
pub(super) fn all(
    (map, model): (&ReachMap, &Model),
    catalog: &Catalog,
    (findings, agents): (&[Finding], &BTreeSet<AssetId>),
    (bounds, approvals): (&Bounds, bool),
) -> Vec<Choice> {
    let prices = Prices::of(map, model, catalog);
    let written = remedy::changes(map, catalog, findings, agents).into_iter();
    let mut drafts: Vec<Draft> = written.filter_map(|it| written::draft(map, it)).collect();
    drafts.extend(agents.iter().flat_map(|it| build::of(map, it, bounds)));
    drafts.extend(planned::of(map, model, agents, bounds));
    if approvals {
        drafts.extend(agents.iter().flat_map(|it| approve::of(map, it, catalog)));
    }
    // Of what means the same for the map one is kept.
    let mut best: BTreeMap<Meaning, Choice> = BTreeMap::new();
    for draft in drafts {
        // Behavioral controls contain nothing, and approvals only where they were asked for.
        let counts = match draft.remedy.kind {
            ControlKind::Structural => true,
            ControlKind::Procedural => approvals,
            ControlKind::Behavioral => false,
        };
        if !counts || loosens(map, &draft.overlay) {
            continue;
        }
        let choice = priced(map, &prices, draft);
        let meaning = Meaning::of(map, &choice.overlay);
        let one = match best.remove(&meaning) {
            Some(known) => better(known, choice),
            None => choice,
        };
        best.insert(meaning, one);
    }
    let mut all: Vec<Choice> = best.into_values().collect();
    all.sort_by(|a, b| (&a.remedy, &a.overlay).cmp(&(&b.remedy, &b.overlay)));
    all
}

/// What a change comes to on the map, whichever way it is written.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Meaning {
    gates: BTreeMap<EdgeNo, Option<Gate>>,
    limits: BTreeMap<EdgeNo, Limits>,
    bounded: BTreeMap<EdgeNo, Most>,
    /// What is typed is there for needs, and what is cut is not.
    typed: BTreeSet<EdgeNo>,
    removed: BTreeSet<Place>,
    otherwise: BTreeSet<(Place, Said)>,
    loops: BTreeSet<AssetId>,
}

impl Meaning {
    fn of(map: &ReachMap, overlay: &Overlay) -> Self {
        Self {
            gates: patch(map, overlay),
            limits: limited(map, overlay),
            bounded: overlay.bounded.clone(),
            typed: overlay.typed.clone(),
            removed: overlay.removed.clone(),
            otherwise: overlay.otherwise.clone(),
            loops: overlay.limited.clone(),
        }
    }
}

/// Of two that mean the same what is planned, then the cheaper, then the first by its words. What is planned takes no
/// more work than what it stands for, unless people say so, and tells its lines.
fn better(one: Choice, other: Choice) -> Choice {
    let rank = |it: &Choice| (it.planned.is_none(), it.price.cost, it.remedy.clone());
    let (mut best, left) = if rank(&one) <= rank(&other) { (one, other) } else { (other, one) };
    best.against.extend(left.against);
    let is_assumed = matches!(best.price.founded, Founded::Assumed(_));
    if best.planned.is_some() && is_assumed && left.price.cost < best.price.cost {
        best.price = left.price;
    }
    if best.planned.is_some() && best.remedy.edits.is_empty() {
        best.remedy.edits = left.remedy.edits;
    }
    best
}

fn priced(map: &ReachMap, prices: &Prices<'_>, draft: Draft) -> Choice {
    let touches = touched(map, &draft.overlay);
    let limited = draft.overlay.limited.iter().filter_map(|it| map.index.node(it));
    let groups: BTreeSet<NodeNo> = touches
        .iter()
        .filter_map(|it| map.index.node_of(*it))
        .chain(limited)
        .filter_map(|it| map.index.group(it).first().copied())
        .collect();
    let (name, like) = draft.planned.map_or((None, None), |(name, like)| (Some(name), Some(like)));
    // Where another line lets the same be, nothing is lost by this one.
    let kept: BTreeSet<EdgeNo> = if draft.overlay.removed.is_empty() {
        BTreeSet::new()
    } else {
        let stands = |no: &EdgeNo| map.row(*no).map(|it| it.gate);
        patch(map, &draft.overlay)
            .into_iter()
            .filter(|(no, gate)| *gate == stands(no))
            .map(|it| it.0)
            .collect()
    };
    let lost: Vec<EdgeNo> = touches.iter().filter(|it| !kept.contains(it)).copied().collect();
    let price = prices.price(like.unwrap_or(&draft.remedy.control), name.as_deref(), &lost);
    let cuts = touches.iter().filter_map(|it| map.row(*it)).map(|it| it.id).collect();
    Choice {
        remedy: Remedy { cuts, ..draft.remedy },
        overlay: draft.overlay,
        control: draft.control,
        planned: name,
        touches,
        groups,
        against: draft.against,
        price,
    }
}

/// A pattern of edges as `ambit.yaml` writes it.
fn pattern(pairs: &[(&str, &str)]) -> Value {
    Value::map(pairs.iter().map(|(key, it)| (*key, Value::text(*it))))
}

/// A control on some edges as it is planned, with what else is said of it.
fn control(kind: ControlKind, does: &str, on: Vec<Value>, more: Vec<(&'static str, Value)>) -> Value {
    let on = match <[Value; 1]>::try_from(on) {
        Ok([only]) => only,
        Err(several) => Value::List(several),
    };
    let said = [("kind", Value::text(kind.word())), ("does", Value::text(does)), ("on", on)];
    Value::map(said.into_iter().chain(more).chain([("state", Value::text(State::Planned.word()))]))
}
