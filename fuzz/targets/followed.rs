//! Any text as a program, read, followed and mapped, on a stack as small as those of threads are. The first byte chooses the
//! language; a line of four equals signs ends a file and begins the next. Half of the changes are of words and lines, so that
//! programs stay ones that parse, but name each other in ways that nobody meant.
#![no_main]

use ambit_fuzz::{changed, read_all};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

const PYTHON: [&str; 4] = ["app/agent.py", "app/helper.py", "app/tools/__init__.py", "app/notes.ipynb"];
const TYPESCRIPT: [&str; 4] = ["app/agent.ts", "app/helper.ts", "app/tools/index.js", "app/view.tsx"];
const END: &str = "\n====\n";

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let paths = if first % 2 == 0 { PYTHON } else { TYPESCRIPT };
    let text = String::from_utf8_lossy(rest);
    let files = paths.iter().zip(text.split(END));
    let files = files.map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    let small = std::thread::Builder::new().stack_size(2 * 1024 * 1024);
    small.spawn(move || read_all(files)).expect("a thread starts").join().expect("nothing panics");
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let text = data.get(1..size).and_then(|it| std::str::from_utf8(it).ok());
    let Some(new) = text.filter(|_| seed % 2 == 0).map(|it| changed(it, seed / 2)) else {
        return fuzzer_mutate(data, size, max_size);
    };
    let length = new.len().min(max_size.saturating_sub(1));
    data[1..=length].copy_from_slice(&new.as_bytes()[..length]);
    length + 1
});
