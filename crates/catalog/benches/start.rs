//! What every run pays before it reads a file.

use ambit_catalog::Catalog;

fn main() {
    divan::main();
}

#[divan::bench]
fn decode() -> Result<Catalog, ambit_catalog::Error> {
    Catalog::compiled()
}
