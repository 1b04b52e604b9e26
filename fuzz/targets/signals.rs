//! Any text as a description that may hide orders.
#![no_main]

use ambit_discovery::text::signals;
use ambit_model::Place;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for signal in signals(text, &Place::start("a.md")) {
        assert!(signal.place.line > 0 && signal.place.column > 0, "{signal:?}");
        assert!(!signal.excerpt.contains(['\u{1b}', '\u{202e}', '\n']), "{signal:?}");
    }
});
