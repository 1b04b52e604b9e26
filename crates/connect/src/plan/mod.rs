//! What will be started or dialled, complete before anybody agrees to it: nothing is filled in or looked up later.
//!
//! What lives here: the plan and how it is shown, what fills in an entry, what is masked, where the program is.

mod dial;
mod expand;
mod masked;
mod program;
mod start;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use ambit_catalog::Catalog;
use ambit_discovery::declared::Declared;

use crate::error::Error;
use crate::options::{Options, Surroundings};
pub(crate) use dial::{Dial, is_loopback};
use expand::{Expander, Filled};
pub(crate) use start::Start;

/// One server, and exactly what is done to ask it.
#[derive(Debug)]
pub struct Plan {
    pub(crate) server: String,
    pub(crate) what: What,
    /// What a person should know beside it.
    notes: Vec<String>,
}

#[derive(Debug)]
pub(crate) enum What {
    Start(Start),
    Dial(Dial),
}

/// What plans are made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ground<'a> {
    pub(crate) surroundings: &'a Surroundings,
    pub(crate) options: &'a Options,
    pub(crate) catalog: &'a Catalog,
}

impl Plan {
    /// For a server of a scanned file; `project` is the folder whose agent it belongs to.
    pub fn of_entry(
        entry: &Declared,
        project: &Path,
        (surroundings, options): (&Surroundings, &Options),
        catalog: &Catalog,
    ) -> Result<Self, Error> {
        let ground = Ground { surroundings, options, catalog };
        // What stands in the home is for every project, and its plug-ins lie deeper than the home.
        let in_home = entry.at == "~" || entry.at.starts_with("~/");
        let expander = Expander {
            server: &entry.name,
            client: &entry.client,
            project: if in_home { &surroundings.folder } else { project },
            package: (!in_home).then_some(project),
            surroundings,
            options,
        };
        let what = match &entry.url {
            Some(url) if entry.words.is_empty() => {
                let headers = filled_headers(entry, &expander)?;
                What::Dial(Dial::new(&expander.fill(url, "url", false)?, headers, ground)?)
            }
            _ => What::Start(started(entry, &expander, ground)?),
        };
        let unread =
            |it: &String| format!("`{it}` of its entry is not followed: give what it would, by `--env NAME`");
        let notes = entry.not_followed.iter().map(unread).collect();
        Ok(Self { server: entry.name.clone(), what, notes })
    }

    /// For a command line that the user wrote.
    pub fn of_words(
        server: &str,
        words: &[String],
        (surroundings, options): (&Surroundings, &Options),
        catalog: &Catalog,
    ) -> Result<Self, Error> {
        let ground = Ground { surroundings, options, catalog };
        let words: Vec<Filled> = words.iter().map(|it| Filled::plain(it)).collect();
        let start = Start::new(&words, &surroundings.folder, BTreeMap::new(), ground)?;
        Ok(Self { server: server.to_owned(), what: What::Start(start), notes: Vec::new() })
    }

    /// For an address that the user wrote.
    pub fn of_url(
        server: &str,
        url: &str,
        (surroundings, options): (&Surroundings, &Options),
        catalog: &Catalog,
    ) -> Result<Self, Error> {
        let ground = Ground { surroundings, options, catalog };
        let dial = Dial::new(&Filled::plain(url), BTreeMap::new(), ground)?;
        Ok(Self { server: server.to_owned(), what: What::Dial(dial), notes: Vec::new() })
    }

    /// The plan, line by line. Characters that do not show are as they are: who prints them makes them harmless.
    pub fn shown(&self) -> Vec<String> {
        let mut lines = match &self.what {
            What::Start(it) => it.shown(),
            What::Dial(it) => it.shown(),
        };
        lines.extend(self.notes.iter().map(|it| format!("  {it}")));
        lines
    }

    /// What a person is asked.
    pub fn question(&self) -> &'static str {
        match self.what {
            What::Start(_) => "Start it?",
            What::Dial(_) => "Connect?",
        }
    }
}

fn started(entry: &Declared, expander: &Expander<'_>, ground: Ground<'_>) -> Result<Start, Error> {
    let in_shell = entry.words.first().is_some_and(|it| program::is_shell(it));
    let words = entry.words.iter().enumerate();
    let words: Result<Vec<Filled>, Error> = words
        .map(|(index, it)| {
            expander.fill(it, if index == 0 { "command" } else { "args" }, in_shell && index > 0)
        })
        .collect();
    let mut environment = BTreeMap::new();
    for (name, value) in &entry.environment {
        let filled = expander.fill(value, &format!("env.{name}"), false)?;
        environment.insert(name.clone(), filled.value);
    }
    let handed_on: BTreeSet<&String> = entry.handed_on.iter().collect();
    for name in handed_on {
        if let Some(value) = ground.surroundings.variable(name) {
            environment.insert(name.clone(), value.to_owned());
        }
    }
    let stated = entry.folder.as_deref().map(|it| expander.fill(it, "cwd", false)).transpose()?;
    let folder = stated.map_or_else(|| expander.project.to_path_buf(), |it| expander.project.join(it.value));
    Start::new(&words?, &folder, environment, ground)
}

fn filled_headers(entry: &Declared, expander: &Expander<'_>) -> Result<BTreeMap<String, String>, Error> {
    let mut headers = BTreeMap::new();
    for (name, value) in &entry.headers {
        headers.insert(name.clone(), expander.fill(value, &format!("headers.{name}"), false)?.value);
    }
    for (name, from) in &entry.headers_from {
        let (scheme, variable) =
            from.split_once(' ').map_or(("", from.as_str()), |(scheme, it)| (scheme, it));
        let value = expander.surroundings.variable(variable);
        let value = value.ok_or_else(|| Error::Variable(variable.to_owned()))?;
        headers.insert(name.clone(), format!("{scheme} {value}").trim_start().to_owned());
    }
    Ok(headers)
}
