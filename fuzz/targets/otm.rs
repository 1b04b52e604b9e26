//! Any text below the first key of a model of Open Threat Model.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| ambit_fuzz::drawn(&format!("otmVersion: 0.2.0\n{text}")));
