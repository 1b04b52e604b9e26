//! Equal effects joined: one for each effect on each place, with the widest of what is said of it.

use std::collections::BTreeMap;
use std::mem::discriminant;

use ambit_model::facts::OwnEffect;
use ambit_model::{Bandwidth, Effect};

/// One entry for each effect on each place. The first call that has the widest of it is told.
pub(super) fn joined(effects: Vec<OwnEffect>) -> Vec<OwnEffect> {
    let mut order: Vec<OwnEffect> = Vec::new();
    let mut known: BTreeMap<(u8, String), Vec<usize>> = BTreeMap::new();
    for effect in effects {
        let key = (rank(&effect.effect), effect.on.id.as_str().to_owned());
        let places = known.entry(key).or_default();
        let same = places.iter().copied().find(|it| {
            order.get(*it).is_some_and(|it| discriminant(&it.effect) == discriminant(&effect.effect))
        });
        if let Some(other) = same.and_then(|it| order.get_mut(it)) {
            widen(other, effect);
        } else {
            places.push(order.len());
            order.push(effect);
        }
    }
    order
}

fn rank(effect: &Effect) -> u8 {
    match effect {
        Effect::Ingests { .. } => 0,
        Effect::Reads { .. } => 1,
        Effect::Sends { .. } => 2,
        Effect::Writes { .. } => 3,
        Effect::Executes { .. } => 4,
        Effect::Spends { .. } => 5,
        Effect::Grants => 6,
        Effect::Remembers { .. } => 7,
        Effect::Recalls { .. } => 8,
        Effect::Delegates { .. } => 9,
        Effect::Unknown => 10,
    }
}

fn widen(known: &mut OwnEffect, other: OwnEffect) {
    let widest = match (&known.effect, &other.effect) {
        (Effect::Ingests { trust: a }, Effect::Ingests { trust: b }) => {
            Effect::Ingests { trust: (*a).join(*b) }
        }
        (Effect::Reads { data: a, level: x }, Effect::Reads { data: b, level: y }) => {
            let mut data: Vec<String> = a.iter().chain(b.iter()).cloned().collect();
            data.sort();
            data.dedup();
            Effect::Reads { data: data.into(), level: (*x).join(*y) }
        }
        (Effect::Sends { audience: a, bandwidth: x }, Effect::Sends { audience: b, bandwidth: y }) => {
            Effect::Sends { audience: (*a).max(*b), bandwidth: wider(*x, *y) }
        }
        (
            Effect::Writes { reversibility: a, blast_radius: x },
            Effect::Writes { reversibility: b, blast_radius: y },
        ) => Effect::Writes { reversibility: (*a).max(*b), blast_radius: (*x).max(*y) },
        (Effect::Spends { limit: Some(_) }, Effect::Spends { limit: None }) => Effect::Spends { limit: None },
        (same, _) => same.clone(),
    };
    // Whoever brings what is widest is told.
    if widest != known.effect && (widest == other.effect || other.confidence > known.confidence) {
        known.does = other.does;
        known.place = other.place;
    }
    known.effect = widest;
    known.confidence = known.confidence.max(other.confidence);
}

fn wider(a: Bandwidth, b: Bandwidth) -> Bandwidth {
    match (a, b) {
        (Bandwidth::FreeText, _) | (_, Bandwidth::FreeText) => Bandwidth::FreeText,
        (Bandwidth::ChosenUrl, _) | (_, Bandwidth::ChosenUrl) => Bandwidth::ChosenUrl,
        (Bandwidth::FixedTemplate, Bandwidth::FixedTemplate) => Bandwidth::FixedTemplate,
    }
}
