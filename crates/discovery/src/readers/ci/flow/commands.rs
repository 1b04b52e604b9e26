//! What commands and code of a job say: what they fetch, what they read, and what they pass on.

use std::collections::BTreeMap;

use ambit_model::{Place, Trust};

use super::super::expression::{Expression, inside};
use super::super::run::Cause;
use super::super::scalar::Scalar;
use super::super::shell::{self, Script, Word};
use super::{Flow, Origin, Source, Sources, bounded};

impl Flow<'_> {
    /// Code of `actions/github-script`: what it asks GitHub for, and what is put into it.
    pub(super) fn code(&mut self, code: &Scalar) -> Sources {
        let put_in = self.of_value(code);
        self.injected.extend(put_in.iter().filter(|it| it.trust.is_untrusted()).cloned());
        let mut sources = put_in;
        for name in ["process.env.", "process.env['", "process.env[\""] {
            for (at, _) in code.text.match_indices(name) {
                let rest = code.text.get(at + name.len()..).unwrap_or_default();
                let end =
                    rest.find(|it: char| !(it.is_ascii_alphanumeric() || it == '_')).unwrap_or(rest.len());
                sources
                    .extend(self.env.get(rest.get(..end).unwrap_or_default()).into_iter().flatten().cloned());
            }
        }
        for (at, mark) in code.text.match_indices("context.payload.") {
            let rest = code.text.get(at + mark.len()..).unwrap_or_default();
            let end = rest
                .find(|it: char| !(it.is_ascii_alphanumeric() || "_.?".contains(it)))
                .unwrap_or(rest.len());
            let path = rest.get(..end).unwrap_or_default().replace('?', "");
            let place = code.place_of(at);
            sources.extend(self.of_event(
                &format!("event.{path}"),
                &format!("context.payload.{path}"),
                &place,
            ));
        }
        for call in ASKED {
            if let Some(at) = code.text.find(call) {
                let what = call.trim_start_matches('.').trim_end_matches('(').to_owned();
                let trust = if call.contains("pulls") || call.contains("Job") {
                    self.of_changes()
                } else {
                    Trust::Public
                };
                // A job says what the change that it has built makes it say.
                let from = if call.contains("Job") { Origin::Change } else { Origin::Talk };
                let place = code.place_of(at);
                sources.insert(Source { what, trust, by_actor: false, from, place });
            }
        }
        sources
    }

    /// Who opens the pull requests that the job is about.
    fn of_changes(&self) -> Trust {
        let of_change = |it: &&Cause| it.event.starts_with("pull_request") || it.event == "workflow_run";
        let mut causes = self.run.causes.iter().filter(of_change).peekable();
        let known = causes.peek().is_some();
        let foreign = causes.any(|it| self.who.is_foreign(it));
        if known && !foreign { Trust::Organization } else { Trust::Public }
    }

    /// A script of a shell. Gives back what its outputs may hold.
    pub(super) fn script(&mut self, run: &Scalar) -> Sources {
        let put_in = self.of_value(run);
        self.injected.extend(put_in.into_iter().filter(|it| it.trust.is_untrusted()));
        let script = shell::script(&run.text);
        let mut told = Told::default();
        let mut out = Sources::new();
        for number in 0..script.commands.len() {
            let said = self.command(run, &script, number, &mut told);
            let Some(command) = script.commands.get(number) else { continue };
            for file in &command.writes {
                let name = file.text.trim_matches('"');
                if name.contains("GITHUB_OUTPUT") {
                    out.extend(said.iter().cloned());
                } else if name.contains("GITHUB_ENV") {
                    let set = command
                        .words
                        .iter()
                        .find_map(|it| it.text.split_once('=').or_else(|| it.text.split_once("<<")));
                    if let Some((variable, _)) = set {
                        self.exported.insert(variable.to_owned(), said.clone());
                    }
                } else {
                    let path = self.located(name);
                    self.files.insert(path.clone(), bounded(said.clone()));
                    if let Some(input) = command.input.as_ref().filter(|_| {
                        command.texts().first() == Some(&"cat") || command.texts().first() == Some(&"tee")
                    }) {
                        let place = run.place_of(input.offset);
                        self.documents.insert(path, Scalar::at(input.text.clone(), place));
                    }
                }
            }
            told.output.push(said);
        }
        if run.text.contains("GITHUB_OUTPUT") {
            out.extend(told.all());
        }
        bounded(out)
    }

    /// What the output of a command may hold.
    fn command(&self, run: &Scalar, script: &Script, number: usize, told: &mut Told) -> Sources {
        let Some(command) = script.commands.get(number) else { return Sources::new() };
        for (name, value) in &command.sets {
            let sources = self.of_word(run, value, told);
            told.set.insert(name.clone(), sources);
        }
        let mut said = Sources::new();
        if let Some(input) = &command.input {
            said.extend(self.of_word(run, input, told));
        }
        said.extend(command.reads.and_then(|it| told.output.get(it)).into_iter().flatten().cloned());
        for word in &command.words {
            said.extend(self.of_word(run, word, told));
        }
        let texts = command.texts();
        let place = || command.words.first().map_or_else(|| run.place.clone(), |it| run.place_of(it.offset));
        said.extend(self.asked(&texts, place));
        // A filter that leaves characters of names and numbers only still leaves what a stranger chose.
        bounded(said)
    }

    /// What a command fetches or reads.
    fn asked(&self, texts: &[&str], place: impl Fn() -> Place) -> Vec<Source> {
        let source = |what: &str, trust: Trust, from: Origin| Source {
            what: what.to_owned(),
            trust,
            by_actor: false,
            from,
            place: place(),
        };
        match texts {
            [
                "gh",
                noun @ ("issue" | "pr" | "discussion"),
                verb @ ("view" | "list" | "diff" | "status"),
                rest @ ..,
            ] => {
                if is_only_numbers(rest) {
                    return Vec::new();
                }
                let trust = if *noun == "pr" { self.of_changes() } else { Trust::Public };
                vec![source(&format!("gh {noun} {verb}"), trust, Origin::Talk)]
            }
            ["gh", "api", rest @ ..] => {
                let talks = ["issues", "pulls", "comments", "discussions", "graphql", "reviews"];
                let about = rest.iter().any(|it| talks.iter().any(|mark| it.contains(mark)));
                let writes = rest.iter().any(|it| ["POST", "PATCH", "PUT", "DELETE"].contains(it));
                if about && !writes {
                    vec![source("gh api", Trust::Public, Origin::Talk)]
                } else {
                    Vec::new()
                }
            }
            ["glab", noun @ ("issue" | "mr"), verb @ ("view" | "list" | "diff" | "note"), ..] => {
                vec![source(&format!("glab {noun} {verb}"), Trust::Public, Origin::Talk)]
            }
            ["gh", "search", ..] => vec![source("gh search", Trust::Public, Origin::Talk)],
            ["gh", "run", verb @ ("view" | "download"), ..] => {
                vec![source(&format!("gh run {verb}"), self.of_changes(), Origin::Change)]
            }
            ["git", verb @ ("diff" | "log" | "show"), ..] if self.foreign().is_some() => {
                vec![source(&format!("git {verb}"), Trust::Public, Origin::Change)]
            }
            [
                "cat" | "head" | "tail" | "jq" | "sed" | "awk" | "grep" | "tee" | "sort" | "uniq" | "xargs",
                files @ ..,
            ] => {
                let mut found = Vec::new();
                for file in files_of(texts.first().copied().unwrap_or_default(), files) {
                    match self.files.get(&self.located(file)) {
                        Some(known) => found.extend(known.iter().cloned()),
                        None => found.extend(self.foreign_file(file, &place)),
                    }
                }
                found
            }
            ["curl" | "wget", rest @ ..] => {
                let own = |it: &&&str| {
                    it.contains("github.com") || it.contains("localhost") || it.contains("GITHUB_")
                };
                let address = rest.iter().find(|it| it.contains("://"));
                let outside = address.as_ref().is_some_and(|it| !own(it));
                if outside {
                    vec![source(texts.first().unwrap_or(&"curl"), Trust::Partner, Origin::Web)]
                } else {
                    Vec::new()
                }
            }
            _ => Vec::new(),
        }
    }

    fn foreign_file(&self, file: &str, place: &impl Fn() -> Place) -> Option<Source> {
        let path = self.located(file);
        let inside = self.checkouts.iter().rev().find(|it| it.holds(&path))?;
        inside.foreign.then(|| Source {
            what: file.to_owned(),
            trust: Trust::Public,
            by_actor: false,
            from: Origin::Change,
            place: place(),
        })
    }

    /// What others may have written of a word of a script.
    pub(crate) fn of_word(&self, run: &Scalar, word: &Word, told: &Told) -> Sources {
        let mut sources = Sources::new();
        for (offset, text) in inside(&word.text) {
            let place = run.place_of(word.offset + offset);
            for path in Expression::parse(text).map(|it| it.values()).unwrap_or_default() {
                self.of_path(&path, &place, &mut sources);
            }
        }
        if !word.literal {
            for name in shell::variables(&word.text) {
                let known =
                    told.set.get(name).or_else(|| self.env.get(name)).or_else(|| self.given.get(name));
                sources.extend(known.into_iter().flatten().cloned());
            }
        }
        for number in &word.within {
            sources.extend(told.output.get(*number).into_iter().flatten().cloned());
        }
        bounded(sources)
    }

    /// What the agent that a command of `script` starts is told: by its words, and by what is piped into it.
    pub(crate) fn told_by(&self, run: &Scalar, script: &Script, until: usize) -> Told {
        let mut told = Told::default();
        for number in 0..until.min(script.commands.len()) {
            let said = self.command(run, script, number, &mut told);
            told.output.push(said);
        }
        told
    }

    /// What others may have written of a file that scripts have made, or that a change has brought.
    pub(crate) fn of_file(&self, path: &str, place: &Place) -> Sources {
        match self.files.get(path) {
            Some(known) => known.clone(),
            None => self.foreign_file(path, &|| place.clone()).into_iter().collect(),
        }
    }
}

/// The words of a command that reads files which name some: its program, a pattern and names of variables do not.
fn files_of<'w>(command: &str, words: &[&'w str]) -> Vec<&'w str> {
    let texts: &[&str] =
        if ["sed", "awk", "grep"].contains(&command) { &["-e", "--expression", "--regexp"] } else { &[] };
    let has_program = command == "jq" || !texts.is_empty();
    let in_file = ["-f", "--file", "--from-file"];
    let mut wants_program = has_program && !words.iter().any(|it| texts.contains(it) || in_file.contains(it));
    let mut files = Vec::new();
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        match word {
            "--arg" | "--argjson" if command == "jq" => drop((words.next(), words.next())),
            "--slurpfile" | "--rawfile" if command == "jq" => {
                words.next();
                files.extend(words.next());
            }
            it if texts.contains(&it) => drop(words.next()),
            it if it.starts_with('-') => {}
            _ if wants_program => wants_program = false,
            it => files.push(it),
        }
    }
    files
}

/// What commands of a script have said so far.
#[derive(Debug, Default)]
pub(crate) struct Told {
    set: BTreeMap<String, Sources>,
    /// By the number of the command.
    pub(crate) output: Vec<Sources>,
}

impl Told {
    fn all(&self) -> Sources {
        self.set.values().chain(&self.output).flatten().cloned().collect()
    }
}

/// Calls of GitHub's library that bring in what others have written.
const ASKED: &[&str] = &[
    ".issues.get(",
    ".issues.listComments(",
    ".issues.listForRepo(",
    ".issues.list(",
    ".pulls.get(",
    ".pulls.list(",
    ".pulls.listFiles(",
    ".pulls.listReviews(",
    ".pulls.listReviewComments(",
    ".pulls.listCommits(",
    ".repos.compareCommits(",
    ".search.issuesAndPullRequests(",
    ".actions.downloadJobLogsForWorkflowRun(",
];

/// Whether a question to GitHub asks for numbers, hashes and states only.
fn is_only_numbers(words: &[&str]) -> bool {
    const NUMBERS: &[&str] = &[
        "number",
        "id",
        "url",
        "state",
        "headRefOid",
        "baseRefOid",
        "createdAt",
        "updatedAt",
        "mergedAt",
        "isDraft",
        "mergeable",
        "additions",
        "deletions",
        "changedFiles",
        "baseRefName",
        "isCrossRepository",
        "closed",
    ];
    let asked = words.iter().position(|it| *it == "--json").and_then(|at| words.get(at + 1));
    asked.is_some_and(|it| it.split(',').all(|field| NUMBERS.contains(&field.trim())))
}
