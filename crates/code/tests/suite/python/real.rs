//! Real files of other people, where the environment variable `AMBIT_SHARED` names the folder that holds them.

use std::path::Path;

use crate::print;
use ambit_code::python::parse;

#[test]
#[expect(clippy::disallowed_methods, reason = "the corpus lies outside of the project and of every source")]
#[expect(clippy::print_stderr, reason = "a suite that is left out says so")]
fn the_corpus_has_no_faults() {
    let Ok(shared) = std::env::var("AMBIT_SHARED") else {
        eprintln!("left out: AMBIT_SHARED names no folder with a corpus");
        return;
    };
    let mut read = 0;
    let mut folders = vec![Path::new(&shared).join("corpus")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the folder can be read").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "py") {
                let text = std::fs::read_to_string(&path).expect("a module is text");
                let module = parse(&path.to_string_lossy(), &text);
                assert_eq!(print::faults(&module), "", "{}", path.display());
                assert!(!module.body.is_empty() && !module.imports.is_empty(), "{}", path.display());
                read += 1;
            }
        }
    }
    assert!(read >= 20, "{read} modules");
}
