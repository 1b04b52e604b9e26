//! TypeScript and JavaScript.

mod classes;
mod definitions;
mod expressions;
mod faults;
mod hostile;
mod modules;
mod places;
mod real;
mod statements;

use ambit_code::ir::Module;
use ambit_code::typescript::parse;

use crate::print;

/// A module without faults.
#[track_caller]
fn valid(path: &str, source: &str) -> Module {
    let module = parse(path, source);
    assert_eq!(print::faults(&module), "", "{source}");
    module
}

/// Compares what becomes of a source; both without the indentation that the test gives them.
#[track_caller]
fn becomes(source: &str, expected: &str) {
    becomes_at("src/app.ts", source, expected);
}

#[track_caller]
fn becomes_at(path: &str, source: &str, expected: &str) {
    let module = valid(path, &dedented(source));
    assert_eq!(print::body(&module).trim_end(), dedented(expected).trim_end());
}

/// All exports, a line each: name, local name, module.
#[expect(clippy::format_push_string, reason = "a few words, once")]
fn exports(module: &Module) -> String {
    let mut out = String::new();
    for it in &module.exports {
        let from = it.from.as_ref().map_or(String::new(), |it| format!(" from {it}"));
        out += &format!("{} = {}{from}\n", it.name, it.local);
    }
    out
}

fn dedented(text: &str) -> String {
    let lines = || text.lines().filter(|it| !it.trim().is_empty());
    let margin = lines().map(|it| it.len() - it.trim_start().len()).min().unwrap_or(0);
    let lines = text.trim_start_matches('\n').trim_end_matches(' ').lines();
    lines.map(|it| it.get(margin..).unwrap_or("").to_owned() + "\n").collect()
}
