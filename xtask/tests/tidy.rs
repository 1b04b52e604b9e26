//! The laws of the house that no compiler keeps.
#![expect(clippy::disallowed_methods, reason = "tidy reads the house itself")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail as tests do")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use xtask::docs;

/// A file that does not fit in a reader's head is two files.
const FILE_LINES: usize = 500;
/// A rule that needs more belongs in the analysis behind it.
const RULE_LINES: usize = 150;

type Uses = BTreeMap<String, BTreeSet<String>>;

#[test]
fn crates_use_what_the_table_says() {
    let page = read("ARCHITECTURE.md");
    let said: Uses = page.lines().filter_map(row).collect();
    let mut done = Uses::new();
    for path in list("crates") {
        let name = name_of(&path);
        let manifest = std::fs::read_to_string(path.join("Cargo.toml")).unwrap();
        done.insert(name, siblings(&manifest));
    }
    assert_eq!(done, said, "the manifests (left) and the table of ARCHITECTURE.md (right) differ");
}

/// ``| `name` | turns | into | `a`, `b` |``
fn row(line: &str) -> Option<(String, BTreeSet<String>)> {
    let cells: Vec<&str> = line.strip_prefix('|')?.split('|').map(str::trim).collect();
    let [name, _, _, uses, _] = cells.as_slice() else { return None };
    let name = name.strip_prefix('`')?.strip_suffix('`')?;
    let uses = uses.split(',').map(|it| it.trim().trim_matches('`'));
    Some((name.to_owned(), uses.filter(|it| *it != "—").map(str::to_owned).collect()))
}

fn siblings(manifest: &str) -> BTreeSet<String> {
    manifest
        .lines()
        .skip_while(|it| *it != "[dependencies]")
        .skip(1)
        .take_while(|it| !it.starts_with('['))
        .filter_map(|it| it.strip_prefix("ambit-")?.split(['.', ' ', '=']).next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn files_of_code_are_short() {
    let mut long = Vec::new();
    for path in walk("crates").into_iter().chain(walk("xtask")).filter(|it| has_extension(it, "rs")) {
        let is_rule = path.parent().is_some_and(|it| it.ends_with("analysis/src/rules"));
        let most = if is_rule && !path.ends_with("mod.rs") { RULE_LINES } else { FILE_LINES };
        let lines = std::fs::read_to_string(&path).unwrap().lines().count();
        if lines > most {
            long.push(format!("{}: {lines} lines, at most {most}", shown(&path)));
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn every_module_folder_says_what_lives_there() {
    let silent: Vec<String> = walk("crates")
        .into_iter()
        .filter(|it| it.ends_with("mod.rs") && it.components().any(|it| it.as_os_str() == "src"))
        .filter(|it| !std::fs::read_to_string(it).unwrap().starts_with("//!"))
        .map(|it| shown(&it))
        .collect();
    assert!(silent.is_empty(), "no `//!` at the top of {}", silent.join(", "));
}

#[test]
fn links_of_pages_lead_to_files() {
    let pages = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"];
    let pages = pages.into_iter().map(|it| docs::root().join(it));
    let mut broken = Vec::new();
    for page in pages.chain(walk("docs").into_iter().filter(|it| has_extension(it, "md"))) {
        let text = std::fs::read_to_string(&page).unwrap();
        for link in links(&text) {
            let file = link.split('#').next().unwrap_or_default();
            if !file.is_empty() && !file.contains("://") && !page.parent().unwrap().join(file).exists() {
                broken.push(format!("{}: {link}", shown(&page)));
            }
        }
    }
    assert!(broken.is_empty(), "links that lead nowhere:\n{}", broken.join("\n"));
}

/// Targets of `[…](target)`, outside of blocks of code.
fn links(text: &str) -> Vec<&str> {
    let outside = text.split("```").step_by(2);
    outside
        .flat_map(|it| it.split("](").skip(1))
        .filter_map(|it| it.split_once(')').map(|(link, _)| link))
        .collect()
}

#[test]
fn generated_pages_and_quoted_output_are_those_of_today() {
    for (path, text) in docs::pages().unwrap() {
        assert!(read(path) == text, "`{path}` is stale; run `cargo run -p xtask -- docs`");
    }
}

#[test]
fn the_readme_quotes_what_the_program_prints() {
    let readme = read("README.md");
    assert!(readme.contains("<!-- output: scan examples/support-desk -->\n```text\nLooked at"));
}

#[test]
fn every_reader_is_on_the_page_of_formats() {
    let page = read("docs/formats.md");
    for reader in ambit_discovery::readers::ALL {
        assert!(page.contains(&format!("| `{}` |", reader.id)), "{}", reader.id);
    }
}

#[test]
fn every_rule_has_its_page_and_its_line() {
    let page = read("docs/rules.md");
    for rule in ambit_analysis::rules::ALL {
        let file = format!("crates/analysis/src/rules/{}.md", rule.info.id.replace('-', "_"));
        assert_eq!(read(&file), rule.info.page, "{file}");
        assert!(page.contains(&format!("[`{}`](../{file})", rule.info.id)), "{}", rule.info.id);
    }
}

#[test]
fn every_direct_library_has_its_decision() {
    let pages: String =
        walk("docs/decisions").iter().map(|it| std::fs::read_to_string(it).unwrap()).collect();
    let manifest = read("Cargo.toml");
    let libraries = manifest
        .lines()
        .skip_while(|it| *it != "[workspace.dependencies]")
        .skip(1)
        .take_while(|it| !it.starts_with('['))
        .filter_map(|it| it.split([' ', '=']).next())
        .filter(|it| !it.is_empty() && !it.starts_with("ambit-"));
    let silent: Vec<&str> = libraries.filter(|it| !pages.contains(&format!("`{it}`"))).collect();
    assert!(silent.is_empty(), "docs/decisions says nothing of {}", silent.join(", "));
}

fn read(path: &str) -> String {
    std::fs::read_to_string(docs::root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn list(folder: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        std::fs::read_dir(docs::root().join(folder)).unwrap().map(|it| it.unwrap().path()).collect();
    found.sort();
    found
}

/// All files below `folder` of the project.
fn walk(folder: &str) -> Vec<PathBuf> {
    let (mut files, mut open) = (Vec::new(), list(folder));
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(path).unwrap().map(|it| it.unwrap().path()));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|it| it == extension)
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

fn shown(path: &Path) -> String {
    path.strip_prefix(docs::root()).unwrap_or(path).display().to_string()
}
