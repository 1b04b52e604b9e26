//! `ambit diff`: what reach changed between two revisions, folders or lock files.

use std::path::Path;

use ambit_catalog::Catalog;
use ambit_discovery::Settings;
use ambit_model::Lock;
use anyhow::{Context, bail};

use super::project::{Project, measure};
use super::{options, rules};
use crate::arguments::{DiffArguments, Global};
use crate::terminal;

pub(crate) fn run(arguments: &DiffArguments, global: &Global) -> anyhow::Result<bool> {
    let catalog = Catalog::compiled()?;
    let before = side(&arguments.before, &arguments.root, &catalog)?;
    let after = match &arguments.after {
        Some(name) => side(name, &arguments.root, &catalog)?,
        None => of_folder(&arguments.root, &catalog)?,
    };
    let difference = ambit_analysis::difference(&before, &after);
    let rules = rules();
    let options = options(global, (arguments.output.is_some(), arguments.all), &rules, &catalog);
    let mut bytes = Vec::new();
    ambit_report::difference::write(&difference, arguments.format, &options, &mut bytes)?;
    terminal::write(arguments.output.as_deref(), &bytes)?;
    Ok(false)
}

/// What `name` stands for: a folder, a lock file, else a revision of the repository at `root`.
pub(crate) fn side(name: &str, root: &Path, catalog: &Catalog) -> anyhow::Result<Lock> {
    let path = Path::new(name);
    if path.is_dir() {
        return of_folder(path, catalog);
    }
    if path.is_file() {
        let text = terminal::read(path)?;
        let (lock, problems) = Lock::read(name, &text);
        if let Some(problem) = problems.first() {
            terminal::block(&ambit_report::shown(problem, &text));
            bail!("`{name}` is no lock that can be compared (expected a folder, a lock file or a revision)");
        }
        return Ok(lock);
    }
    let project = Project::open(root)?;
    let revision = project
        .revision(name)
        .with_context(|| format!("`{name}` is no folder and no file, and no revision either"))?;
    let model = project.stated_in(&revision)?.model;
    let settings = Settings { root: name.to_owned(), home: false, ..Settings::default() };
    let inventory = crate::reading::read(&revision, catalog, &settings);
    Ok(Lock::of(&measure(inventory, &model, catalog, (None, None))))
}

fn of_folder(root: &Path, catalog: &Catalog) -> anyhow::Result<Lock> {
    let project = Project::open(root)?;
    let model = project.stated()?.model;
    Ok(Lock::of(&measure(project.inventory(catalog)?, &model, catalog, (None, None))))
}
