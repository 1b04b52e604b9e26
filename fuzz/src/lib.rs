//! What the targets share: the catalog, decoded once, and one file read and mapped.

mod changed;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use ambit_catalog::Catalog;
use ambit_discovery::{Memory, Settings};
use ambit_model::Inventory;
use ambit_model::stated::{join, read_extended};

pub use changed::changed;

/// The compiled-in knowledge.
pub static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::compiled().expect("the catalog decodes"));

/// Reads one file and maps what it says; no file may get lost.
pub fn read(path: &str, bytes: &[u8]) {
    read_all([(path.to_owned(), bytes.to_vec())].into());
}

/// The same of several files, by their paths.
pub fn read_all(files: BTreeMap<String, Vec<u8>>) {
    let inventory = ambit_discovery::read(&Memory(files), &CATALOG, &Settings::default());
    let inputs = &inventory.inputs;
    assert_eq!(inputs.seen, inputs.read + inputs.ignored + inputs.skipped.len() + inputs.failed, "{inputs:?}");
    ambit_analysis::assess(inventory, &CATALOG);
}

/// Reads a model that another tool has drawn and maps what it says; whatever is told has a place.
pub fn drawn(text: &str) {
    let (document, mut problems) = read_extended("drawn.yaml", text);
    let (model, more) = join([document]);
    problems.extend(more);
    assert!(problems.iter().all(|it| it.line > 0 && it.column > 0 && !it.message.is_empty()));
    ambit_analysis::assess_with(Inventory::default(), &model, &CATALOG, &ambit_analysis::Judging::default());
}
