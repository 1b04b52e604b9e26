//! Any bytes at any place that a client loads files from, and the map that they make. The first two bytes choose
//! the place.
#![no_main]

use ambit_discovery::readers::{ALL, Base};
use ambit_fuzz::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let [a, b, text @ ..] = bytes else { return };
    let spots: Vec<_> = ALL.iter().flat_map(|it| it.places).collect();
    let chosen = usize::from(u16::from_be_bytes([*a, *b])) % spots.len();
    let path = spots[chosen].path.replace("**/", "x/").replace('*', "x");
    match spots[chosen].base {
        Base::Folder | Base::Machine => read(&path, text),
        Base::Home => read(&format!("~/{path}"), text),
    }
});
