//! What people state in `ambit.yaml`, in effect: what lives here takes the model of statements to the map and judges
//! by it. Facts join the map, corrections and controls change it, decisions settle findings, boundaries and
//! duties are checked, and an entry that fits nothing is noted.

mod agents;
mod boundaries;
mod controls;
mod correct;
mod decisions;
mod drawn;
mod duties;
mod facts;
mod loops;
mod notes;
mod owners;
mod places;
mod tiers;
mod tools;
mod unused;

pub use duties::duties;
use std::collections::BTreeMap;

use ambit_catalog::Catalog;
use ambit_model::stated::{Date, Model};
use ambit_model::{Assessment, Inventory};

use crate::basis::BasisContent;
use crate::connect::{connect_with, labels};
use crate::map::ReachMap;
use crate::{remedy, rules, weigh};
pub(crate) use agents::id as agent_id;
pub(crate) use facts::{Added, add};
pub(crate) use notes::Notes;

/// What decisions are judged by beside the model.
#[derive(Debug, Clone, Default)]
pub struct Judging {
    /// The day on which it is judged; without it nothing has run out.
    pub today: Option<Date>,
    /// What decisions were taken on, by basis, as a lock file has kept it. Content that does not come to its own
    /// basis counts as not there.
    pub before: Option<BTreeMap<String, BasisContent>>,
    /// Whether findings go without remedies: trying them takes most of the time, and a lock holds none.
    pub without_remedies: bool,
}

/// All stages after reading, with what people state in effect.
pub fn assess_with(inventory: Inventory, model: &Model, catalog: &Catalog, judging: &Judging) -> Assessment {
    let inputs = inventory.inputs.clone();
    let mut notes = Notes::default();
    let map = connect_with(inventory, model, catalog, &mut notes);
    let mut findings = rules::find(&map, catalog);
    if !judging.without_remedies {
        remedy::propose(&map, catalog, &mut findings);
    }
    let boundaries = boundaries::check(&map, model, catalog);
    let duties = duties::check(&map, model);
    let mut assessment = weigh(map, findings, inputs, catalog);
    assessment.boundaries = boundaries;
    assessment.duties = duties;
    decisions::settle(&mut assessment, model, judging, &mut notes);
    unused::note(&assessment, model, catalog, &mut notes);
    assessment.notes = notes.into_sorted();
    assessment
}

/// Puts into effect what people state of a map whose edges are complete, and labels it.
pub(crate) fn apply(map: &mut ReachMap, model: &Model, added: Added, notes: &mut Notes) {
    correct::assets(map, model, &added);
    correct::protect(map, model);
    tiers::retier(map, &model.tiers);
    map.marks.named.extend(added.named);
    map.clientless = added.clientless;
    map.drawn.clone_from(&model.drawn.files);
    map.own = model.files.last().cloned();
    settle(map);
    if !model.facts.edges.is_empty() {
        correct::edges(map, &model.facts.edges, notes);
        tiers::retier(map, &model.tiers);
        settle(map);
    }
    unused::controls(map, model, notes);
    if controls::any(model) {
        controls::apply(map, model);
        settle(map);
    }
    owners::assign(map, model);
}

fn settle(map: &mut ReachMap) {
    map.reindex();
    labels::label(map);
}
