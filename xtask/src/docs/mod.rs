//! `docs [--check]`: writes the pages that follow from the code, and the output that other pages quote.
//!
//! One file per page; each turns what the code holds into text. A page that says what the program does is either
//! written here or compared with it.
#![expect(clippy::disallowed_methods, reason = "a chore reads and writes the project's own pages")]

mod catalog;
mod formats;
mod incidents;
mod model_file;
mod quotes;
mod rules;

use std::path::{Path, PathBuf};

use ambit_catalog::Catalog;
use anyhow::{Context as _, bail};

/// Pages that quote output, which is rewritten in place.
const QUOTING: [&str; 7] = [
    "README.md",
    "docs/guide.md",
    "docs/coverage.md",
    "docs/first-hour.md",
    "docs/interchange.md",
    "docs/report.md",
    "docs/risk.md",
];

/// The root of the project.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every page as it should be: path below the root, and text.
pub fn pages() -> anyhow::Result<Vec<(&'static str, String)>> {
    let compiled = Catalog::compiled()?;
    let mut pages = vec![
        ("docs/rules.md", rules::page()),
        ("docs/formats.md", formats::page()),
        ("docs/incidents.md", incidents::page()?),
        ("docs/reference/catalog.md", catalog::page(&compiled)),
        ("docs/reference/ambit-yaml.md", model_file::page()),
    ];
    for path in QUOTING {
        let text = std::fs::read_to_string(root().join(path)).with_context(|| format!("reading `{path}`"))?;
        pages.push((path, quotes::requote(&text).with_context(|| format!("in `{path}`"))?));
    }
    Ok(pages)
}

/// Runs the chore.
pub fn run(check: bool) -> anyhow::Result<()> {
    for (path, text) in pages()? {
        let file = root().join(path);
        if std::fs::read_to_string(&file).is_ok_and(|found| found == text) {
            continue;
        }
        if check {
            bail!("`{path}` is stale; run `cargo run -p xtask -- docs`");
        }
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).with_context(|| format!("making the folder of `{path}`"))?;
        }
        std::fs::write(&file, text).with_context(|| format!("writing `{path}`"))?;
    }
    Ok(())
}

/// What every generated page begins with.
fn heading(title: &str) -> String {
    format!("# {title}\n\n<!-- Written by `cargo run -p xtask -- docs`; do not edit. -->\n\n")
}

/// `text` inside a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// `text` as code inside a cell of a table.
fn code(text: &str) -> String {
    format!("`{}`", cell(text))
}
