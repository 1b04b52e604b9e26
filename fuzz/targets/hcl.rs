//! Any text as HCL.
#![no_main]

use ambit_tree::{Syntax, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut oddities = Vec::new();
    if let Err(fault) = parse(text, Syntax::Hcl, &mut oddities) {
        assert!(fault.at.line > 0 && fault.at.column > 0, "{fault:?}");
        oddities.push(fault);
    }
    assert!(oddities.iter().all(|it| !it.message.is_empty()));
});
