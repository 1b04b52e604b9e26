//! Real files of other people, where the environment variable `AMBIT_SHARED` names the folder that holds them:
//! every one must be read or give a problem that says why not, at its original path and where it lies.

#![expect(
    clippy::expect_used,
    reason = "a corpus without its index, or a file of it that is gone, fails the test"
)]

use std::path::{Path, PathBuf};

use ambit_catalog::Catalog;
use ambit_discovery::{Memory, Settings};
use ambit_model::Inventory;

/// A file of the corpus: its format, its original path, and its text.
struct Sample {
    file: String,
    original: String,
    text: String,
}

#[expect(clippy::disallowed_methods, reason = "the corpus lies outside of the project and of every source")]
fn samples() -> Option<Vec<Sample>> {
    let shared = std::env::var("AMBIT_SHARED").ok()?;
    let corpus = PathBuf::from(shared).join("corpus");
    let index = std::fs::read_to_string(corpus.join("INDEX.csv")).expect("the corpus has an index");
    let rows = index.lines().skip(1).filter_map(|row| {
        let fields = fields(row);
        let (file, original) = (fields.first()?.clone(), fields.get(3)?.clone());
        let text = std::fs::read(corpus.join(&file)).ok()?;
        Some(Sample { file, original, text: String::from_utf8_lossy(&text).into_owned() })
    });
    let mut samples: Vec<Sample> = rows.collect();
    samples.extend(tool_lists(&corpus.join("tools")));
    Some(samples)
}

#[expect(clippy::disallowed_methods, reason = "the corpus lies outside of the project and of every source")]
fn tool_lists(folder: &Path) -> Vec<Sample> {
    let mut samples = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the corpus has tool lists").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().extension().is_some_and(|it| it == "json") {
            let text = std::fs::read_to_string(entry.path()).expect("a tool list is text");
            samples.push(Sample { file: format!("tools/{name}"), original: name, text });
        }
    }
    samples
}

/// The fields of a line of CSV, quoted or not.
fn fields(row: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for char in row.chars() {
        match char {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            _ => fields.last_mut().expect("there is one").push(char),
        }
    }
    fields
}

fn read(path: &str, text: &str, catalog: &Catalog) -> Inventory {
    ambit_discovery::read(&Memory::of([(path, text)]), catalog, &Settings::default())
}

/// What is wrong with how the file at `path` is treated.
fn silent(path: &str, text: &str, catalog: &Catalog) -> Option<String> {
    let inventory = read(path, text, catalog);
    let inputs = &inventory.inputs;
    if inputs.problems.iter().any(|it| it.message.is_empty() || it.help.is_empty() || it.line == 0) {
        return Some(format!("{path}: a problem without words or place"));
    }
    let understood = !inventory.agents.is_empty()
        || !inventory.servers.is_empty()
        || !inventory.tool_lists.is_empty()
        || !inputs.problems.is_empty();
    (!understood)
        .then(|| format!("{path}: seen {}, read {}, ignored {}", inputs.seen, inputs.read, inputs.ignored))
}

#[expect(clippy::print_stdout, reason = "whoever runs the tests is told that this one looked at nothing")]
fn assert_none_silent(at: impl Fn(&Sample) -> &str) {
    let Some(samples) = samples() else {
        println!("left out: AMBIT_SHARED names no folder with a corpus");
        return;
    };
    assert!(samples.len() > 100, "the index names {} files", samples.len());
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let silent: Vec<String> = samples
        .iter()
        .filter_map(|it| Some(format!("{}: {}", it.file, silent(at(it), &it.text, &catalog)?)))
        .collect();
    assert!(silent.is_empty(), "{} files came to nothing:\n{}", silent.len(), silent.join("\n"));
}

#[test]
fn every_file_is_read_or_a_problem_at_its_original_path() {
    assert_none_silent(|it| &it.original);
}

#[test]
fn every_file_is_read_or_a_problem_where_it_lies() {
    assert_none_silent(|it| &it.file);
}
