//! Real files of other people, where the environment variable `AMBIT_SHARED` names the folder that holds them:
//! every one must be read or give a problem that says why not, at its original path and where it lies.

#![expect(
    clippy::expect_used,
    clippy::assigning_clones,
    reason = "a corpus without its index, or a file of it that is gone, fails the test"
)]

#[path = "corpus/flows.rs"]
mod flows;
#[path = "corpus/protocols.rs"]
mod protocols;
#[path = "support/told.rs"]
mod told;

use std::collections::BTreeSet;
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

/// Formats that only their place tells from other files of the same syntax, with the reason.
const KNOWN_BY_PLACE: &[(&str, &str)] =
    &[("gemini/google-gemini", "settings of looks and experiments alone say nothing of an agent")];

/// Files that say nothing of agents wherever they lie, with the reason.
const SAY_NOTHING: &[(&str, &str)] = &[
    ("ci_workflow/openai__codex-action__2", "its step has no prompt: a proxy starts, and no agent"),
    ("cyclonedx/msaad00__agent-bom__1", "a bill of libraries, without a model or a data set"),
    ("dify/svcvit__Awesome-Dify-Workflow__5", "it cuts words with code; no model runs in it"),
    ("fw_mastra/mastra-ai__template-deep-research__2", "a registry of agents that other files make"),
];

/// The files of `samples` of which nothing is known once all are read at the paths that `at` gives. Each lies
/// in a folder of its own, so that what is said can be told apart.
fn silent(samples: &[Sample], at: fn(&Sample) -> &str) -> Vec<&str> {
    let path = |index: usize, sample: &Sample| format!("{index}/{}", at(sample));
    let files: Vec<(String, &str)> =
        samples.iter().enumerate().map(|(index, it)| (path(index, it), it.text.as_str())).collect();
    let memory = Memory::of(files.iter().map(|(path, text)| (path.as_str(), *text)));
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let inventory = ambit_discovery::read(&memory, &catalog, &Settings::default());
    let problems = &inventory.inputs.problems;
    assert!(problems.iter().all(|it| !it.message.is_empty() && !it.help.is_empty() && it.line > 0));
    let known: BTreeSet<&str> = places(&inventory);
    let silent = files.iter().zip(samples).filter(|((path, _), _)| !known.contains(path.as_str()));
    silent.map(|(_, sample)| sample.file.as_str()).collect()
}

/// The files of which something is on the map or among the problems.
fn places(inventory: &Inventory) -> BTreeSet<&str> {
    let agents = inventory.agents.iter().flat_map(|it| &it.places);
    let parts = inventory.agents.iter().flat_map(|it| {
        let rules = it.rules.iter().map(|it| &it.place);
        let texts = it.instructions.iter().map(|it| &it.place);
        let hooks = it.hooks.iter().map(|it| &it.place);
        let settings = it.settings.iter().map(|it| &it.place);
        rules.chain(texts).chain(hooks).chain(settings)
    });
    let servers = inventory.servers.iter().flat_map(|it| &it.places);
    let lists = inventory.tool_lists.iter().map(|it| &it.place);
    let said = inventory.inputs.problems.iter().map(|it| it.path.as_str());
    let listed =
        inventory.listed.iter().map(|it| &it.place).chain(inventory.served.iter().map(|it| &it.place));
    agents
        .chain(parts)
        .chain(servers)
        .chain(lists)
        .chain(listed)
        .map(|it| it.path.as_ref())
        .chain(said)
        .collect()
}

fn all() -> Vec<Sample> {
    let samples = samples().unwrap_or_default();
    if samples.is_empty() {
        tell("left out: AMBIT_SHARED names no folder with a corpus");
    } else {
        assert!(samples.len() > 100, "the index names {} files", samples.len());
    }
    samples
}

#[expect(clippy::print_stdout, reason = "whoever runs the tests is told that this one looked at nothing")]
fn tell(text: &str) {
    println!("{text}");
}

fn says_nothing(file: &str) -> bool {
    SAY_NOTHING.iter().any(|(start, _)| file.starts_with(start))
}

#[test]
fn every_file_is_read_or_a_problem_at_its_original_path() {
    let samples = all();
    let silent = silent(&samples, |it| &it.original);
    let unexcused: Vec<&&str> = silent.iter().filter(|it| !says_nothing(it)).collect();
    assert_eq!(unexcused, Vec::<&&str>::new());
    let needed = |start: &str| samples.is_empty() || silent.iter().any(|it| it.starts_with(start));
    assert!(SAY_NOTHING.iter().all(|(start, _)| needed(start)), "an excuse that nothing needs");
}

#[test]
fn every_file_is_read_or_a_problem_where_it_lies() {
    let samples = all();
    let silent = silent(&samples, |it| &it.file);
    let excused =
        |file: &&&str| says_nothing(file) || KNOWN_BY_PLACE.iter().any(|(start, _)| file.starts_with(start));
    let unexcused: Vec<&&str> = silent.iter().filter(|it| !excused(it)).collect();
    assert_eq!(unexcused, Vec::<&&str>::new());
    let needed = |start: &str| samples.is_empty() || silent.iter().any(|it| it.starts_with(start));
    assert!(KNOWN_BY_PLACE.iter().all(|(start, _)| needed(start)), "an excuse that nothing needs");
}
