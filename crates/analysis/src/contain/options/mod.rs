//! What can be done, at the level of edges and permissions: lines of clients and programs as remedies know them, and
//! what people build between an agent and the world. Whole servers come last, by what they cost.

mod approve;
mod build;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_model::finding::ControlKind;
use ambit_model::stated::State;
use ambit_model::stated::edit::Value;
use ambit_model::{AssetId, Finding, Remedy};

use super::choice::{Choice, Prices, loosens, touched};
use crate::index::NodeNo;
use crate::map::ReachMap;
use crate::remedy;
use crate::scene::{Bounds, Overlay};
pub(super) use build::bounds;

/// A choice that has no price yet.
struct Draft {
    remedy: Remedy,
    overlay: Overlay,
    control: Option<Value>,
    against: BTreeSet<String>,
}

/// All that can be done about `findings` at `agents`, in an order that depends on nothing but the map.
pub(super) fn all(
    map: &ReachMap,
    catalog: &Catalog,
    (findings, agents): (&[Finding], &BTreeSet<AssetId>),
    (bounds, approvals): (&Bounds, bool),
) -> Vec<Choice> {
    let prices = Prices::of(map, catalog);
    let written = remedy::changes(map, catalog, findings, agents).into_iter();
    let mut drafts: Vec<Draft> = written.filter_map(|it| written::draft(map, it)).collect();
    drafts.extend(agents.iter().flat_map(|it| build::of(map, it, bounds)));
    if approvals {
        drafts.extend(agents.iter().flat_map(|it| approve::of(map, it, catalog)));
    }
    // Of what means the same for the map the cheapest is kept, then the first by its words.
    let mut best: BTreeMap<Overlay, Choice> = BTreeMap::new();
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
        let rank = |it: &Choice| (it.price.cost, it.remedy.clone());
        match best.get_mut(&choice.overlay) {
            Some(known) if rank(known) <= rank(&choice) => known.against.extend(choice.against),
            Some(known) => {
                let against = std::mem::take(&mut known.against);
                *known = choice;
                known.against.extend(against);
            }
            None => {
                best.insert(choice.overlay.clone(), choice);
            }
        }
    }
    let mut all: Vec<Choice> = best.into_values().collect();
    all.sort_by(|a, b| (&a.remedy, &a.overlay).cmp(&(&b.remedy, &b.overlay)));
    all
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
    let price = prices.price(&draft.remedy.control, &touches);
    let cuts = touches.iter().filter_map(|it| map.row(*it)).map(|it| it.id).collect();
    Choice {
        remedy: Remedy { cuts, ..draft.remedy },
        overlay: draft.overlay,
        control: draft.control,
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
