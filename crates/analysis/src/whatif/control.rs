//! What stands or falls with one control of `ambit.yaml`.

use std::collections::BTreeMap;

use ambit_catalog::Catalog;
use ambit_model::stated::State;
use ambit_model::{Finding, Severity};

use super::System;
use crate::stated::{Judging, assess_with};

/// The findings that are gone, or less bad, by the control of that name: those that would be there without it where it is
/// in place, and those that are there where it is only planned.
pub fn ends_by(system: System, name: &str, catalog: &Catalog) -> Vec<Finding> {
    let System { inventory, model } = system;
    let (mut with, mut without) = (model.clone(), model);
    let Some(control) = with.controls.get_mut(name) else { return Vec::new() };
    control.value.state = Some(State::InPlace);
    without.controls.remove(name);
    let judging = Judging { without_remedies: true, ..Judging::default() };
    let left = assess_with(inventory.clone(), &with, catalog, &judging).findings;
    let left: BTreeMap<String, Severity> = left.into_iter().map(|it| (it.id, it.severity)).collect();
    let all = assess_with(inventory, &without, catalog, &judging).findings;
    all.into_iter().filter(|it| left.get(&it.id).is_none_or(|left| *left < it.severity)).collect()
}
