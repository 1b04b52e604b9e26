//! `ambit init`: writes a first `ambit.yaml` from what is on the map, and `ambit.lock` to it. Replaces no `ambit.yaml`
//! unless told to.

use std::path::{Path, PathBuf};

use ambit_discovery::STATED;
use anyhow::{Context as _, bail};

use super::lock;
use super::project::Project;
use crate::arguments::{Global, Init};
use crate::terminal;

pub(crate) fn run(arguments: &Init, global: &Global) -> anyhow::Result<bool> {
    let folder = arguments.path.clone().unwrap_or_else(|| PathBuf::from("."));
    if !folder.is_dir() {
        bail!(
            "`{}` is no folder (expected the folder of the system, where `ambit.yaml` belongs)",
            folder.display()
        );
    }
    let file = folder.join(STATED);
    if file.symlink_metadata().is_ok() && !arguments.force {
        bail!("`{}` is there already (expected none, or `--force` to replace it)", file.display());
    }
    let catalog = ambit_catalog::Catalog::compiled()?;
    let project = Project::open(&folder)?;
    let assessment = ambit_analysis::assess(project.inventory(&catalog)?, &catalog);
    let text = ambit_report::draft(&assessment, &name(&folder)?);
    terminal::keep(&file, text.as_bytes())?;
    if !global.quiet {
        terminal::note(&format!("wrote `{STATED}`; its open questions are for you"));
    }
    lock::write(&project, &catalog, global)?;
    Ok(false)
}

/// What a system in this folder is called until somebody says otherwise.
fn name(folder: &Path) -> anyhow::Result<String> {
    let full = folder.canonicalize().with_context(|| format!("looking at `{}`", folder.display()))?;
    Ok(full.file_name().map_or_else(|| "system".to_owned(), |it| it.to_string_lossy().into_owned()))
}
