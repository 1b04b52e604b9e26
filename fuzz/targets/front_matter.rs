//! Any text as a page of Markdown that an agent loads.
#![no_main]

use ambit_fuzz::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    read(".claude/agents/a.md", text);
});
