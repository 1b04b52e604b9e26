//! A server that is started: program, words, folder, variables, sandbox.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::expand::Filled;
use super::{Ground, masked, program};
use crate::error::Error;
use crate::options::Surroundings;
use crate::sandbox::Sandbox;

/// What a program gets without anybody naming it: where programs, the home and room for scratch files are, and the
/// language. On Windows nothing starts without the first few.
const MINIMUM: &[&str] = if cfg!(windows) {
    &[
        "SystemRoot",
        "SystemDrive",
        "windir",
        "ComSpec",
        "PATHEXT",
        "PATH",
        "TEMP",
        "TMP",
        "USERPROFILE",
        "APPDATA",
        "LOCALAPPDATA",
        "ProgramData",
    ]
} else {
    &["PATH", "HOME", "TMPDIR", "LANG"]
};

/// Where programs are when nothing says so.
const USUAL_FOLDERS: &str = "/usr/local/bin:/usr/bin:/bin";

/// The longest command line, and how many variables of its own: what is longer nobody looks through before agreeing.
const LONGEST: usize = 4096;
const MOST_NAMES: usize = 100;

/// A server that is started.
#[derive(Clone)]
pub(crate) struct Start {
    program: PathBuf,
    words: Vec<String>,
    /// The command line as it is shown.
    line: String,
    folder: PathBuf,
    environment: BTreeMap<String, String>,
    /// Variables that the file or the user gives, beyond the minimum.
    given: BTreeSet<String>,
    sandbox: Sandbox,
}

/// Shows no value of a variable.
impl std::fmt::Debug for Start {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Start")
            .field("line", &self.line)
            .field("folder", &self.folder)
            .field("environment", &self.environment.keys())
            .field("sandbox", &self.sandbox)
            .finish_non_exhaustive()
    }
}

impl Start {
    pub(super) fn new(
        words: &[Filled],
        folder: &Path,
        given: BTreeMap<String, String>,
        ground: Ground<'_>,
    ) -> Result<Self, Error> {
        let surroundings = ground.surroundings;
        let folder: PathBuf = surroundings.folder.join(folder).components().collect();
        if !folder.is_dir() {
            return Err(Error::Folder(folder.to_string_lossy().into_owned()));
        }
        let mut given = given;
        for (name, value) in &ground.options.environment {
            let own = || surroundings.environment.get(name).cloned();
            let value = value.clone().or_else(own).ok_or_else(|| Error::Variable(name.clone()))?;
            given.insert(name.clone(), value);
        }
        let names: BTreeSet<String> = given.keys().cloned().collect();
        let mut environment = minimum(surroundings);
        environment.extend(given);
        let search = environment.get("PATH").map_or(USUAL_FOLDERS, String::as_str);
        let (program, words) = resolved(words, &folder, search)?;
        let line = masked::line(words.iter().map(|it| it.shown.as_str()), ground.catalog);
        if line.len() > LONGEST || names.len() > MOST_NAMES {
            return Err(Error::Unreadable);
        }
        let words = words.into_iter().skip(1).map(|it| it.value).collect();
        let sandbox = Sandbox::find(ground.options, surroundings)?;
        Ok(Self { program, words, line, folder, environment, given: names, sandbox })
    }

    /// The program that is started, its words and its variables: the sandbox's where there is one.
    pub(crate) fn command(&self) -> (PathBuf, Vec<OsString>, BTreeMap<String, String>) {
        let words = self.words.iter().map(OsString::from).collect();
        self.sandbox.around(&self.program, words, &self.folder, self.environment.clone())
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// How errors call it.
    pub(crate) fn name(&self) -> String {
        self.program.to_string_lossy().into_owned()
    }

    pub(super) fn shown(&self) -> Vec<String> {
        let names = |of: Vec<&str>| if of.is_empty() { "none".to_owned() } else { of.join(", ") };
        let (_, _, environment) = self.command();
        let minimum = environment.keys().filter(|it| !self.given.contains(*it)).map(String::as_str);
        vec![
            format!("would start: {}", self.line),
            format!("  program: {}", self.program.display()),
            format!("  in: {}", self.folder.display()),
            format!("  variables it is given: {}", names(self.given.iter().map(String::as_str).collect())),
            format!("  variables that every program gets: {}", names(minimum.collect())),
            format!("  sandbox: {}", self.sandbox),
        ]
    }
}

fn minimum(surroundings: &Surroundings) -> BTreeMap<String, String> {
    let known =
        MINIMUM.iter().filter_map(|it| Some(((*it).to_owned(), surroundings.environment.get(*it)?.clone())));
    known.collect()
}

/// The program's file, and the words. Some files put the whole line into the command.
fn resolved(words: &[Filled], folder: &Path, search: &str) -> Result<(PathBuf, Vec<Filled>), Error> {
    let Some(first) = words.first() else { return Err(Error::Words(String::new())) };
    let found = program::locate(&first.value, folder, search);
    if found.is_ok() || words.len() > 1 || !first.value.contains(' ') {
        return Ok((found?, words.to_vec()));
    }
    let split = |it: &str| shell_words::split(it).map_err(|_| Error::Words(first.shown.clone()));
    let (values, shown) = (split(&first.value)?, split(&first.shown)?);
    // A value with blanks in it would be more words than what stands for it.
    let apart = values.len() == shown.len();
    let words: Vec<Filled> = if apart {
        values.into_iter().zip(shown).map(|(value, shown)| Filled { value, shown }).collect()
    } else {
        return Err(Error::Words(first.shown.clone()));
    };
    let program = words.first().map(|it| it.value.clone()).unwrap_or_default();
    Ok((program::locate(&program, folder, search)?, words))
}
