//! `effects [--files DIR [--labels FILE [--kinds yes]]] [--write PAGE]`: how often what is read of bodies agrees with what a reader says.
//!
//! What lives here: the labels and the comparison ([`measure`]), and the page.
#![expect(
    clippy::disallowed_methods,
    reason = "a chore reads the files that its user names and writes one page"
)]

pub mod measure;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use ambit_catalog::Catalog;
use anyhow::{Context as _, bail};
use measure::{Labelled, Read, Tally};

/// Where the labelled functions of the house lie.
const OWN: &str = "crates/code/tests/effects";

/// The labelled functions of the house, read.
pub fn own(catalog: &Catalog) -> anyhow::Result<Vec<Read>> {
    let mut read = Vec::new();
    for language in ["python", "typescript"] {
        let files = files(&crate::docs::root().join(OWN).join(language))?;
        let labels: Vec<Labelled> =
            files.iter().flat_map(|(path, text)| measure::labels(path, text)).collect();
        read.extend(measure::read(&files, &labels, catalog));
    }
    Ok(read)
}

/// Functions of others, read: those of which `labels` tells, in the checkout at `folder`.
pub fn public(folder: &Path, labels: &str, catalog: &Catalog) -> anyhow::Result<Vec<Read>> {
    let labels = measure::apart(labels);
    // What the functions are made of lies beside them.
    let beside = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
    let mut found = BTreeMap::new();
    for name in labels.iter().map(|it| beside(&it.path)).collect::<std::collections::BTreeSet<_>>() {
        let below = files(&folder.join(&name))?;
        found.extend(below.into_iter().map(|(path, text)| (format!("{name}/{path}"), text)));
    }
    Ok(measure::read(&found, &labels, catalog))
}

/// Runs the chore.
pub fn run(mut words: impl Iterator<Item = String>) -> anyhow::Result<String> {
    let mut options: BTreeMap<String, String> = BTreeMap::new();
    while let Some(word) = words.next() {
        let Some(name) = word.strip_prefix("--") else { bail!("`{word}` is not an option") };
        let value = words.next().with_context(|| format!("`{word}` needs a value"))?;
        options.insert(name.to_owned(), value);
    }
    let catalog = Catalog::compiled()?;
    let own = own(&catalog)?;
    let public = match options.get("files") {
        Some(folder) => {
            let path = options
                .get("labels")
                .map_or_else(|| crate::docs::root().join(OWN).join("public.txt"), PathBuf::from);
            let labels =
                std::fs::read_to_string(&path).with_context(|| format!("reading `{}`", path.display()))?;
            match options.get("kinds") {
                // Labels that say kinds alone: all of the folder is one program, as for a scan.
                Some(_) => {
                    let labelled = measure::apart(&labels);
                    measure::by_kind(measure::read(&files(Path::new(folder))?, &labelled, &catalog))
                }
                None => public(Path::new(folder), &labels, &catalog)?,
            }
        }
        None => Vec::new(),
    };
    let page = page(&own, &public)?;
    if let Some(target) = options.get("write") {
        std::fs::write(target, &page).with_context(|| format!("writing `{target}`"))?;
    }
    Ok(page)
}

/// All files of code below `folder`, by path.
fn files(folder: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    let mut todo = vec![folder.to_path_buf()];
    while let Some(path) = todo.pop() {
        let entries = std::fs::read_dir(&path).with_context(|| format!("reading `{}`", path.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_symlink() {
                continue;
            }
            if path.is_dir() {
                todo.push(path);
            } else if path
                .extension()
                .is_some_and(|it| ["py", "ts", "tsx", "js", "mjs"].iter().any(|own| it == *own))
            {
                let name = path.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
                found.insert(name, std::fs::read_to_string(&path).unwrap_or_default());
            }
        }
    }
    Ok(found)
}

fn page(own: &[Read], public: &[Read]) -> anyhow::Result<String> {
    let mut page = String::from(HEAD);
    section(&mut page, "Functions of the house", own)?;
    if public.is_empty() {
        page.push_str("Functions of others were not there when this page was written.\n");
    } else {
        section(&mut page, "Functions of others", public)?;
        page.push_str(OTHERS);
    }
    Ok(page)
}

fn section(page: &mut String, title: &str, read: &[Read]) -> anyhow::Result<()> {
    let (kinds, all, right) = measure::tallies(read);
    writeln!(page, "## {title}\n\n{} functions; of {right} every effect is right.\n", read.len())?;
    writeln!(page, "| effect | recall | of | precision | of |\n|---|---|---|---|---|")?;
    for (kind, tally) in kinds.iter().map(|(kind, it)| (kind.as_str(), *it)).chain([("all", all)]) {
        let Tally { hits, misses, alarms } = tally;
        let (recall, precision) = (tally.recall(), tally.precision());
        writeln!(page, "| {kind} | {recall:.3} | {} | {precision:.3} | {} |", hits + misses, hits + alarms)?;
    }
    let differences = measure::differences(read);
    if !differences.is_empty() {
        writeln!(page, "\nWhat differs:\n\n{}", differences.trim_end())?;
    }
    writeln!(page)?;
    Ok(())
}

const HEAD: &str = "\
# How well bodies are read

Generated; do not edit. Made by

    cargo run -p xtask -- effects --files DIR --write docs/reference/effects.md

What a tool does is read from its body: each call by the catalog's entry for it, with who chooses its address, its path, its
statement or its command. Here that is held against what a reader says of the same function. A label is an effect with all its
parameters and its place, so that a right effect on the wrong place is both missed and a false alarm. Recall is the share of the
reader's effects that were found, precision the share of found effects that the reader says too. Effects that are only possible
count like all others.

";

const OTHERS: &str = "\
These are tools of a public repository; which one and which of them is in
[public.txt](../../crates/code/tests/effects/public.txt), without a line of its text. They were drawn by lot, and what a reader
said of them was written down before they were run; only kind and place are compared. On the first run recall was 0.761 and
precision 0.882. What that run showed (methods behind wrappers and properties, addresses put together from settings, calls that
no entry knew) was then mended, so that the numbers above are no longer those of unseen code. A second draw from the same
repository, [public-second.txt](../../crates/code/tests/effects/public-second.txt), came to 0.788 and 0.825 unseen, with
only the folder of the tools at hand and not the helpers that they import.
";
