//! Any text below the first key of a model of Threagile.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| ambit_fuzz::drawn(&format!("threagile_version: 1.0.0\n{text}")));
