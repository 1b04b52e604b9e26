//! Any text as a module, and as the one cell of a notebook.
#![no_main]

use ambit_code::ir::Module;
use ambit_code::python::{notebook, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let module = parse("fuzz.py", text);
    placed(&module);
    let json = serde_json::json!({ "cells": [{ "cell_type": "code", "source": text }] });
    placed(&notebook("fuzz.ipynb", &json.to_string()));
    placed(&notebook("fuzz.ipynb", text));
});

/// What is said has a place, and the same text says the same.
fn placed(module: &Module) {
    assert!(module.faults.iter().all(|it| it.at.line > 0 && it.at.column > 0 && !it.message.is_empty()));
    assert!(module.body.iter().all(|it| it.at.line > 0 && it.at.column > 0));
    assert!(module.functions.iter().all(|it| it.at.line > 0 && it.at.column > 0));
    assert!(module.imports.iter().all(|it| !it.local.is_empty() && !it.module.is_empty()));
}
