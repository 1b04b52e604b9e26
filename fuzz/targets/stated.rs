//! Any text as `ambit.yaml`.
#![no_main]

use ambit_model::stated::{join, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (document, mut problems) = read("ambit.yaml", text);
    let (_, more) = join([document]);
    problems.extend(more);
    assert!(problems.iter().all(|it| it.line > 0 && it.column > 0 && !it.message.is_empty()));
});
