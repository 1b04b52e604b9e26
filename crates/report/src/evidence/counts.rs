//! How much there is of each kind of evidence.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::coverage::State;
use ambit_model::finding::ControlKind;
use ambit_model::{AssetKind, Gate, Tier};

use crate::document::Material;

/// The number of pieces of evidence by kind, for every kind of the catalog.
pub(super) fn counts(material: &Material<'_>) -> BTreeMap<&'static str, usize> {
    let (assessment, model) = (material.assessment, material.model);
    let agents = of_kind(material, AssetKind::Agent);
    let controls = || model.controls.iter().map(|(_, it)| &it.value).filter(|it| it.is_in_place());
    let answers =
        material.coverage.frameworks.iter().flat_map(|it| &it.categories).flat_map(|it| &it.answers);
    let asked = assessment.edges.iter().filter(|it| it.gate == Gate::Asked).count();
    let procedural = controls().filter(|it| it.kind == ControlKind::Procedural).count();
    BTreeMap::from([
        ("agents", agents),
        ("analysis", if agents > 0 { material.rules.len() } else { 0 }),
        ("approval", asked.max(procedural)),
        ("boundaries", assessment.boundaries.len()),
        ("changes", usize::from(material.since.is_some())),
        ("controls", controls().count()),
        ("coverage", answers.filter(|it| it.state != State::Open).count()),
        ("decisions", model.decisions.len()),
        ("escalation", model.system.escalation.len()),
        ("gate", 1),
        ("inventory", model.models.len()),
        ("logging", controls().filter(|it| it.logged == Some(true)).count()),
        ("map", assessment.edges.len()),
        ("monitors", model.monitors.len()),
        ("objectives", model.objectives.len()),
        ("owners", owners(material)),
        ("protects", model.protects.len()),
        ("purpose", usize::from(model.system.description.is_some())),
        ("residual", assessment.findings.len()),
        ("review", usize::from(model.system.review.is_some())),
        ("suppliers", of_kind(material, AssetKind::Server)),
        ("tiers", assessment.edges.iter().filter(|it| it.tier >= Tier::T2).count()),
        ("tried", controls().filter(|it| it.validated.is_some()).count()),
    ])
}

fn of_kind(material: &Material<'_>, kind: AssetKind) -> usize {
    material.assessment.assets.iter().filter(|it| it.kind == kind).count()
}

/// How many different people or teams are named as owners.
fn owners(material: &Material<'_>) -> usize {
    let model = material.model;
    let all = model
        .system
        .owner
        .iter()
        .chain(model.protects.iter().filter_map(|(_, it)| it.value.owner.as_ref()))
        .chain(model.objectives.iter().filter_map(|(_, it)| it.value.owner.as_ref()))
        .chain(model.controls.iter().filter_map(|(_, it)| it.value.owner.as_ref()))
        .chain(model.decisions.iter().map(|it| &it.value.owner))
        .chain(model.monitors.iter().map(|(_, it)| &it.value.owner))
        .chain(model.models.iter().filter_map(|(_, it)| it.value.owner.as_ref()));
    all.collect::<BTreeSet<_>>().len()
}
