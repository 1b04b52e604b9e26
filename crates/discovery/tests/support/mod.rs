//! Reading of files in memory, and a form of what was read that snapshots can show.

use std::sync::LazyLock;

use ambit_catalog::Catalog;
use ambit_discovery::{Memory, Settings};
use ambit_model::Inventory;

/// Decoding the catalog takes longer than any test.
#[expect(clippy::expect_used, reason = "without a catalog there is nothing to test")]
static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::compiled().expect("the catalog decodes"));

/// Reads `files`: path and text.
pub(crate) fn read(files: &[(&str, &str)]) -> Inventory {
    ambit_discovery::read(&Memory::of(files.iter().copied()), &CATALOG, &Settings::default())
}
