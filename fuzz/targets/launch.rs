//! Any command line, in words split at line ends, as what starts a server.
#![no_main]

use ambit_discovery::launch::{Word, understand};
use ambit_fuzz::CATALOG;
use ambit_model::{Place, Scope};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let place = Place::start("a");
    let word = |text: &str| Word { text: text.to_owned(), place: place.clone(), pointer: None };
    understand(text.split('\n').map(word).collect(), &CATALOG, Scope::Project);
});
