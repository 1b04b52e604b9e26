//! From an inventory to the reach map, and from the map to what it turns into.
//!
//! What lives here: the connecting of facts to edges ([`connect()`]), the two closures over them (`flow`),
//! one file per rule ([`rules`]), the weighing of findings into an assessment, how far that answers the
//! categories of frameworks ([`cover()`]), the difference of two locks ([`difference()`]), and the map as it would
//! become ([`whatif`]). No I/O, no clock: the same inventory gives the same bytes, whatever the order of its input.

pub mod basis;
mod check;
pub mod closure;
mod connect;
pub mod contain;
mod cover;
#[cfg(test)]
mod dice;
mod difference;
mod flow;
mod grant;
mod handed;
mod harm;
mod index;
pub mod infer;
mod kept;
mod leak;
mod limits;
mod map;
mod overlay;
mod patterns;
mod remedy;
pub mod risk;
pub mod rules;
mod scene;
mod sequences;
mod stated;
mod unknown;
mod weigh;
pub mod whatif;

use ambit_catalog::Catalog;
use ambit_model::stated::Model;
use ambit_model::{Assessment, Inventory};

pub use check::{Asked, check, loosened};
pub use connect::connect;
pub use cover::cover;
pub use difference::{apply, difference};
pub use map::ReachMap;
pub use scene::Scene;
pub use stated::{Judging, assess_with, duties};
pub use weigh::weigh;

/// All stages after reading: map, findings, assessment.
pub fn assess(inventory: Inventory, catalog: &Catalog) -> Assessment {
    assess_with(inventory, &Model::default(), catalog, &Judging::default())
}
