//! One file per verb. A verb reads its arguments, calls the stages, and decides the exit code; it knows nothing
//! of agents.

pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod contain;
pub(crate) mod cover;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod init;
#[cfg(feature = "live")]
pub(crate) mod live;
pub(crate) mod lock;
pub(crate) mod man;
pub(crate) mod project;
pub(crate) mod rank;
pub(crate) mod report;
pub(crate) mod scan;
#[cfg(feature = "live")]
pub(crate) mod tools;
pub(crate) mod whatif;

use std::path::{Path, PathBuf};

use ambit_catalog::Catalog;
use ambit_discovery::{Disk, Settings, Statements, statements};
use ambit_model::{Assessment, RuleInfo};
use ambit_report::Options;
use anyhow::{Context, bail};

use crate::arguments::{Global, Inputs};
use crate::terminal;

/// How reports are to be written: in colour only where a terminal shows them and no file takes them.
pub(crate) fn options<'a>(
    global: &Global,
    (to_file, all): (bool, bool),
    rules: &'a [&'static RuleInfo],
    catalog: &'a Catalog,
) -> Options<'a> {
    Options {
        color: !to_file && terminal::wants_color(global),
        width: terminal::width(),
        verbose: global.verbose,
        quiet: global.quiet,
        all,
        again: "",
        rules,
        catalog: Some(catalog),
    }
}

/// All rules, for those who name them.
pub(crate) fn rules() -> Vec<&'static RuleInfo> {
    ambit_analysis::rules::ALL.iter().map(|it| it.info).collect()
}

/// The knowledge that the arguments ask for.
pub(crate) fn catalog(inputs: &Inputs) -> anyhow::Result<Catalog> {
    let mut catalog = Catalog::compiled()?;
    if inputs.no_catalog {
        catalog = catalog.without_servers();
    }
    for path in &inputs.catalog {
        catalog.add(&path.display().to_string(), &terminal::read(path)?)?;
    }
    Ok(catalog)
}

/// What the files of `source`, which `paths` name, come to, with what people state in the `ambit.yaml` at the root, and what
/// `settings` adds to them. What cannot be understood is a problem among the others.
pub(crate) fn assessed_of(
    source: &Disk,
    settings: &Settings,
    paths: &[PathBuf],
    catalog: &Catalog,
) -> Assessment {
    let read = stated(source, paths);
    let mut inventory = crate::reading::read(source, catalog, settings);
    read.count_in(&mut inventory.inputs);
    inventory.inputs.problems.extend(read.problems);
    inventory.inputs.problems.sort();
    project::assess(inventory, &read.model, catalog, (None, None))
}

/// What people state at the root of `source`, which `paths` name.
pub(crate) fn stated(source: &Disk, paths: &[PathBuf]) -> Statements {
    let root = paths.first().filter(|_| paths.len() == 1).map_or_else(|| PathBuf::from("."), PathBuf::clone);
    statements(source, &|revision, path| project::elsewhere(&root, revision, path))
}

/// The files that the arguments ask for. Without a path: this folder and the user's own agents.
pub(crate) fn source(paths: &[PathBuf], home: bool) -> anyhow::Result<(Disk, Settings)> {
    let home = home || paths.is_empty();
    let mut disk = Disk::default();
    let here = PathBuf::from(".");
    let several = paths.len() > 1;
    for path in if paths.is_empty() { std::slice::from_ref(&here) } else { paths } {
        disk = one(disk, path, several)?;
    }
    if home {
        disk = disk.probe("/", ambit_discovery::machine_places(), "/");
        match terminal::home() {
            Some(folder) => disk = disk.probe(folder, ambit_discovery::home_places(), "~/"),
            None => terminal::note("note: the home folder is not known, so your own agents were left out"),
        }
    }
    let named: Vec<String> = paths.iter().map(|it| it.display().to_string()).collect();
    let root = if named.is_empty() { ".".to_owned() } else { named.join(", ") };
    Ok((disk, Settings { root, home, ..Settings::default() }))
}

/// Adds a path that the user named. Of several paths each is shown as it was named.
fn one(disk: Disk, path: &Path, several: bool) -> anyhow::Result<Disk> {
    let kind = path.symlink_metadata().with_context(|| {
        format!(
            "looking at `{}` (expected a folder, a configuration file or a `tools/list` dump)",
            path.display()
        )
    })?;
    // The user named the link, so it is the user's own wish that it be followed; links inside are not.
    let path = if kind.is_symlink() { path.canonicalize()? } else { path.to_path_buf() };
    let shown = path.to_string_lossy().replace('\\', "/");
    let shown = shown.trim_end_matches('/').trim_start_matches("./").to_owned();
    if path.is_dir() {
        // A path that begins with `/` would pass for one of this machine's own settings.
        let below = shown.trim_start_matches('/');
        let named = several && !below.is_empty() && below != ".";
        let prefix = if named { apart_from_home(format!("{below}/")) } else { String::new() };
        return Ok(disk.tree(path, prefix));
    }
    let name = path.file_name().and_then(|it| it.to_str()).map(str::to_owned);
    let Some(name) = name else { bail!("`{}` has no name that can be read", path.display()) };
    let folder = path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
    // The folders above say what the file is: `.claude/settings.json` is known by its path.
    let prefix = shown.strip_suffix(&name).unwrap_or_default().to_owned();
    let prefix = if prefix.starts_with('/') || prefix.starts_with("..") {
        nearest_agent_folder(&prefix)
    } else {
        apart_from_home(prefix)
    };
    Ok(disk.single(folder, name, prefix))
}

/// A folder that is called `~` must not pass for the user's home.
fn apart_from_home(prefix: String) -> String {
    if prefix.starts_with("~/") { format!("./{prefix}") } else { prefix }
}

/// Of a path outside the current folder only the folder that tells what the file is: `.claude/`.
fn nearest_agent_folder(prefix: &str) -> String {
    let parts: Vec<&str> = prefix.split('/').filter(|it| !it.is_empty()).collect();
    match parts.iter().rposition(|it| it.starts_with('.') && it.len() > 2) {
        Some(at) => format!("{}/", parts.get(at..).unwrap_or_default().join("/")),
        None => String::new(),
    }
}
