//! Hostile files and folders: each gets its problem or its reason, in bounded time, and none stops the scan.
#![expect(
    clippy::string_slice,
    clippy::format_collect,
    reason = "the texts are our own, and cut where characters end"
)]

#[path = "hostile/bad_input.rs"]
mod bad_input;
#[path = "hostile/deployed.rs"]
mod deployed;
#[cfg(unix)]
#[path = "hostile/disk.rs"]
mod disk;
#[path = "hostile/order.rs"]
mod order;
#[path = "hostile/pipelines.rs"]
mod pipelines;
#[path = "hostile/random.rs"]
mod random;
#[path = "hostile/secrets.rs"]
mod secrets;

use std::sync::LazyLock;

use ambit_catalog::Catalog;
use ambit_discovery::{Memory, Settings, Source};
use ambit_model::Inventory;

#[expect(clippy::expect_used, reason = "without a catalog there is nothing to test")]
static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::compiled().expect("the catalog decodes"));

/// Reads all of `source`, and counts that no file was lost.
fn read(source: &dyn Source) -> Inventory {
    let inventory = ambit_discovery::read(source, &CATALOG, &Settings::default());
    let inputs = &inventory.inputs;
    let accounted = inputs.read + inputs.ignored + inputs.skipped.len() + inputs.failed;
    assert_eq!(inputs.seen, accounted, "{inputs:?}");
    assert_eq!(inputs.seen, source.list().files.len());
    inventory
}

/// Files in memory, of any bytes.
fn memory<'a>(files: impl IntoIterator<Item = (&'a str, Vec<u8>)>) -> Memory {
    Memory(files.into_iter().map(|(path, bytes)| (path.to_owned(), bytes)).collect())
}
