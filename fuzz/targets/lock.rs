//! Any text as `ambit.lock`: what is read is written and read back, and its differences lead there.
#![no_main]

use ambit_analysis::{apply, difference};
use ambit_model::Lock;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (lock, problems) = Lock::read("ambit.lock", text);
    assert!(problems.iter().all(|it| it.line > 0 && it.column > 0 && !it.message.is_empty()));
    assert_eq!(Lock::read("ambit.lock", &lock.write()), (lock.clone(), Vec::new()));
    assert!(difference(&lock, &lock).is_empty());
    let found = difference(&Lock::default(), &lock);
    assert_eq!(apply(&found, &Lock::default()), lock);
});
