//! `ambit init`: writes a first `ambit.yaml` from what is on the map. Replaces nothing unless told to.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::{cover, source};
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
    let file = folder.join(cover::MODEL);
    if file.symlink_metadata().is_ok() && !arguments.force {
        bail!("`{}` is there already (expected none, or `--force` to replace it)", cover::shown(&file));
    }
    let catalog = ambit_catalog::Catalog::compiled()?;
    let (source, settings) = source(std::slice::from_ref(&folder), false)?;
    let assessment = ambit_analysis::assess(ambit_discovery::read(&source, &catalog, &settings), &catalog);
    let text = ambit_report::draft(&assessment, &name(&folder)?);
    terminal::write(Some(&file), text.as_bytes())?;
    if !global.quiet {
        terminal::note(&format!("wrote `{}`; its open questions are for you", cover::shown(&file)));
    }
    Ok(false)
}

/// What a system in this folder is called until somebody says otherwise.
fn name(folder: &Path) -> anyhow::Result<String> {
    let full = folder.canonicalize().with_context(|| format!("looking at `{}`", folder.display()))?;
    Ok(full.file_name().map_or_else(|| "system".to_owned(), |it| it.to_string_lossy().into_owned()))
}
