//! Python.

mod definitions;
mod expressions;
mod hostile;
mod notebooks;
mod real;
mod statements;
mod texts;

use ambit_code::ir::Module;
use ambit_code::python::parse;

use crate::print;

/// A module without faults.
fn valid(source: &str) -> Module {
    let module = parse("src/app.py", source);
    assert_eq!(print::faults(&module), "", "{source}");
    module
}

/// Compares what becomes of a source; both without the indentation that the test gives them.
#[track_caller]
fn becomes(source: &str, expected: &str) {
    let module = valid(&dedented(source));
    assert_eq!(print::body(&module).trim_end(), dedented(expected).trim_end());
}

fn dedented(text: &str) -> String {
    let lines = || text.lines().filter(|it| !it.trim().is_empty());
    let margin = lines().map(|it| it.len() - it.trim_start().len()).min().unwrap_or(0);
    let lines = text.trim_start_matches('\n').trim_end_matches(' ').lines();
    lines.map(|it| it.get(margin..).unwrap_or("").to_owned() + "\n").collect()
}
