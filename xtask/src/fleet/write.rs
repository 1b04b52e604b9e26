//! `fleet FORM …`: measures a corpus, or writes a fleet.
#![expect(clippy::disallowed_methods, reason = "a chore writes the files that its user names")]

use std::path::{Path, PathBuf};

use ambit_catalog::Catalog;
use anyhow::{Context as _, bail};

use super::chance::Chance;
use super::grown::grow;
use super::named::lock;
use super::shape::Shape;
use super::{measure, stated};

const USAGE: &str = "usage: fleet measure CORPUS | fleet lock EDGES FILE [SEED] | fleet yaml AGENTS FOLDER [SEED] | \
                     fleet folders AGENTS FOLDER [SEED]";

/// How many edges an agent has that people state.
const EDGES_STATED: usize = 24;

/// Runs the chore; what it says is for stdout.
pub fn run(mut words: impl Iterator<Item = String>) -> anyhow::Result<String> {
    let form = words.next().context(USAGE)?;
    let first = words.next().context(USAGE)?;
    if form == "measure" {
        return Ok(toml::to_string(&measure(Path::new(&first), &Catalog::compiled()?)?)?);
    }
    let many: usize = first.parse().with_context(|| format!("`{first}` is no number; {USAGE}"))?;
    let place = PathBuf::from(words.next().context(USAGE)?);
    let seed = words.next().map_or(Ok(1), |it| it.parse()).context(USAGE)?;
    let shape = Shape::kept()?;
    match form.as_str() {
        "lock" => {
            let lock = lock(&grow(&shape, many, None, seed)?);
            write(&place, &lock.write())?;
            Ok(format!("{} edges in `{}`", lock.edges.len(), place.display()))
        }
        "yaml" => {
            let fleet = grow(&shape, many * EDGES_STATED, Some(many), seed)?;
            write(&place.join("ambit.yaml"), &stated::yaml(&fleet))?;
            Ok(format!("{many} agents in `{}`", place.join("ambit.yaml").display()))
        }
        "folders" => {
            for (path, text) in stated::folders(&shape, many, &mut Chance::new(seed)) {
                write(&place.join(path), &text)?;
            }
            Ok(format!("{many} agents below `{}`", place.display()))
        }
        _ => bail!("{USAGE}"),
    }
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("making `{}`", folder.display()))?;
    }
    std::fs::write(path, text).with_context(|| format!("writing `{}`", path.display()))
}
