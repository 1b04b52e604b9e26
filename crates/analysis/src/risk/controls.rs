//! Controls of `ambit.yaml`: what each takes away, or would, and for what price.

use ambit_catalog::Catalog;
use ambit_model::Inventory;
use ambit_model::risk::{Estimate, Ranked, Risk};
use ambit_model::stated::{Control, Entry, Model, State};

use super::measure::Asked;
use super::scenarios::{Drawing, Scenarios};
use super::tell::rounded;
use crate::connect::connect_with;
use crate::stated::Notes;

/// How many controls are tried: each means another map.
const MOST: usize = 64;

/// How few years are drawn for each, where an end needs them.
const YEARS: usize = 1024;

/// Adds the controls of `model` to what is ranked.
pub(super) fn add(
    risk: &mut Risk,
    (inventory, model, catalog): (&Inventory, &Model, &Catalog),
    asked: &Asked,
) {
    let drawing = Drawing { trials: asked.drawing.trials.min(YEARS), ..asked.drawing };
    let map_of = |model: &Model| connect_with(inventory.clone(), model, catalog, &mut Notes::default());
    let total = |model: &Model| Scenarios::of(&map_of(model), model, catalog, drawing).total();
    let map = map_of(model);
    let now = Scenarios::of(&map, model, catalog, drawing).total();
    let edges = |it: &Control| {
        map.edges.iter().filter(|edge| it.on.iter().any(|it| it.value.matches_edge(edge))).count()
    };
    let mut found = Vec::new();
    for (name, entry) in model.controls.iter().take(MOST) {
        let in_place = entry.value.is_in_place();
        let mut other = model.clone();
        if in_place {
            other.controls.remove(name);
        } else if let Some(planned) = other.controls.get_mut(name) {
            planned.value.state = Some(State::InPlace);
        }
        let then = total(&other);
        let fall = if in_place { then - now } else { now - then };
        let mut it = told(risk, (name, entry), model, (fall.max(0.0), now));
        it.cuts = edges(&entry.value);
        found.push(it);
    }
    if model.controls.len() > MOST {
        risk.left_out.push(format!("{} controls of `ambit.yaml`", model.controls.len() - MOST));
    }
    found.append(&mut risk.ranked);
    // What has a price goes by what it is worth, then what takes most away.
    found.sort_by(|a, b| {
        let worth = |it: &Ranked| it.worth.unwrap_or(-1.0);
        let order = worth(b).total_cmp(&worth(a)).then(b.fall.expected.total_cmp(&a.fall.expected));
        order.then_with(|| a.id.cmp(&b.id))
    });
    found.truncate(asked.top);
    for (rank, it) in (1..).zip(&mut found) {
        it.rank = rank;
    }
    risk.ranked = found;
}

fn told(
    risk: &Risk,
    (name, entry): (&str, &Entry<Control>),
    model: &Model,
    (fall, now): (f64, f64),
) -> Ranked {
    let control = &entry.value;
    let price = model.risk.controls.get(name).and_then(|it| it.value.price.as_ref());
    let price = price.map(ambit_model::stated::Amount::range).map(|(low, high)| f64::midpoint(low, high));
    let worth = price.filter(|it| *it > 0.0).map(|it| rounded(fall / it));
    let does = if control.is_in_place() {
        "in place: without it a year costs more"
    } else {
        "planned: with it a year costs less"
    };
    let (unit, price_said) =
        (&risk.unit, price.map(|it| format!("; it costs {} {}", rounded(it), risk.unit)));
    let reason = match price_said {
        Some(said) => format!("{does}{said} a year"),
        None => format!("{does}; nothing says what it costs in {unit}"),
    };
    Ranked {
        rank: 0,
        id: name.to_owned(),
        kind: control.kind.to_string(),
        name: name.to_owned(),
        fall: Estimate { expected: rounded(fall), low: rounded(fall), high: rounded(fall) },
        share: rounded(if now > 0.0 { fall / now } else { 0.0 }),
        cuts: 0,
        price: price.map(rounded),
        worth,
        reason,
        ends: Vec::new(),
        paths: Vec::new(),
    }
}
