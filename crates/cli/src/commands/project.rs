//! A folder with what people state and what is locked at its root: the ground of `lock`, `check` and `diff`.

use std::path::{Path, PathBuf};

use ambit_analysis::Judging;
use ambit_catalog::Catalog;
use ambit_discovery::git::{Repository, Revision};
use ambit_discovery::source::Unread;
use ambit_discovery::{Disk, LOCKED, Settings, Source, Statements, Tracked, statements};
use ambit_model::stated::{Date, Model};
use ambit_model::{Assessment, Inventory, Lock, Problem};
use anyhow::{Context, bail};

use crate::terminal;

/// A folder, in a repository or not.
pub(crate) struct Project {
    /// The folder.
    pub(crate) root: PathBuf,
    repository: Option<Repository>,
}

impl Project {
    /// The project at `root`.
    pub(crate) fn open(root: &Path) -> anyhow::Result<Self> {
        if !root.is_dir() {
            bail!("`{}` is no folder (expected the root of a project)", root.display());
        }
        let repository = match Repository::open(root) {
            Ok(it) => Some(it),
            Err(error) => {
                terminal::note(&format!("note: {error}; every file counts, not only tracked ones"));
                None
            }
        };
        Ok(Self { root: root.to_path_buf(), repository })
    }

    /// Its files, whether tracked or not.
    fn disk(&self) -> Disk {
        Disk::default().tree(&self.root, String::new())
    }

    /// What its tracked files declare: what the lock and the gate are about.
    pub(crate) fn inventory(&self, catalog: &Catalog) -> anyhow::Result<Inventory> {
        let settings = Settings { root: ".".to_owned(), home: false, ..Settings::default() };
        Ok(match &self.repository {
            Some(repository) => {
                let source = Tracked::new(self.disk(), repository.tracked()?);
                crate::reading::read(&source, catalog, &settings)
            }
            None => crate::reading::read(&self.disk(), catalog, &settings),
        })
    }

    /// What people state at its root.
    pub(crate) fn stated(&self) -> anyhow::Result<Statements> {
        accept(statements(&self.disk(), &|revision, path| elsewhere(&self.root, revision, path)))
    }

    /// What is locked at its root, with its text; nothing where there is no lock.
    pub(crate) fn locked(&self) -> anyhow::Result<Option<(Lock, String)>> {
        locked(&self.disk(), LOCKED)
    }

    /// The revision called `name`.
    pub(crate) fn revision(&self, name: &str) -> anyhow::Result<Revision> {
        match &self.repository {
            Some(repository) => Ok(repository.revision(name)?),
            None => bail!("`{name}` cannot be read: `{}` lies in no git repository", self.root.display()),
        }
    }

    /// What people state in `revision`.
    pub(crate) fn stated_in(&self, revision: &Revision) -> anyhow::Result<Statements> {
        accept(statements(revision, &|revision, path| elsewhere(&self.root, revision, path)))
    }
}

/// The text of a file in another revision of the repository that `root` lies in.
pub(crate) fn elsewhere(root: &Path, revision: &str, path: &str) -> Result<String, String> {
    let repository = Repository::open(root).map_err(|e| e.to_string())?;
    let revision = repository.revision(revision).map_err(|e| e.to_string())?;
    let bytes = revision.read(path).map_err(|e| e.to_string())?;
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
}

/// What is locked in a file of `source`, with its text.
pub(crate) fn locked(source: &dyn Source, path: &str) -> anyhow::Result<Option<(Lock, String)>> {
    let bytes = match source.read_up_to(path, Lock::LARGEST) {
        Ok(bytes) => bytes,
        Err(Unread::Missing) => return Ok(None),
        // A lock that cannot be read is not the same as none: everything that it held would count as decided.
        Err(why) => bail!("`{path}` cannot be read: {why}"),
    };
    let text = String::from_utf8(bytes).ok().with_context(|| format!("`{path}` is not UTF-8"))?;
    let (lock, problems) = Lock::read(path, &text);
    if !problems.is_empty() {
        show(&problems, &[(path.to_owned(), text)]);
        bail!("`{path}` cannot be used as it is: mend it, or write it anew with `ambit lock`");
    }
    Ok(Some((lock, text)))
}

/// A model that is only partly understood must not judge anything.
pub(crate) fn accept(read: Statements) -> anyhow::Result<Statements> {
    if read.problems.is_empty() {
        return Ok(read);
    }
    show(&read.problems, &read.texts);
    let count = read.problems.len();
    bail!(
        "`ambit.yaml` has {count} {}: nothing was judged by it",
        if count == 1 { "error" } else { "errors" }
    );
}

fn show(problems: &[Problem], texts: &[(String, String)]) {
    for problem in problems {
        let text = texts.iter().find(|(path, _)| *path == problem.path).map_or("", |(_, text)| text);
        // Made harmless already, and of several lines.
        terminal::block(&ambit_report::shown(problem, text));
    }
}

/// The assessment of `inventory` by `model`; `before` is what decisions were taken on.
pub(crate) fn assess(
    inventory: Inventory,
    model: &Model,
    catalog: &Catalog,
    (today, before): (Option<&Date>, Option<&Lock>),
) -> Assessment {
    ambit_analysis::assess_with(inventory, model, catalog, &judging(today, before))
}

/// The same without remedies: for a lock, which holds none, and for a gate that may well pass.
pub(crate) fn measure(
    inventory: Inventory,
    model: &Model,
    catalog: &Catalog,
    (today, before): (Option<&Date>, Option<&Lock>),
) -> Assessment {
    let judging = Judging { without_remedies: true, ..judging(today, before) };
    ambit_analysis::assess_with(inventory, model, catalog, &judging)
}

fn judging(today: Option<&Date>, before: Option<&Lock>) -> Judging {
    Judging {
        today: today.cloned(),
        before: before.map(ambit_analysis::basis::of_lock),
        ..Judging::default()
    }
}
