//! Any text as a file of additional knowledge.
#![no_main]

use ambit_catalog::Catalog;
use ambit_fuzz::CATALOG;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut catalog: Catalog = CATALOG.clone();
    let _an_error_is_an_answer = catalog.add("a.toml", text);
});
