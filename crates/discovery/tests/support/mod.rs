//! Reading of files in memory, and a form of what was read that snapshots can show.

use ambit_catalog::Catalog;
use ambit_discovery::{Memory, Settings};
use ambit_model::Inventory;

/// Reads `files`: path and text.
pub fn read(files: &[(&str, &str)]) -> Inventory {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    ambit_discovery::read(&Memory::of(files.iter().copied()), &catalog, &Settings::default())
}
