//! What of a job's text others may have written: followed from the event through variables, outputs of steps, files and
//! pipes to where an agent is told it.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use ambit_model::{Place, Trust};

use super::checkout::{Checkout, checkout};
use super::events::{Author, author, has};
use super::expression::{Expression, inside};
use super::run::Run;
use super::scalar::Scalar;
use super::shell::{self, Script, Word};
use super::unit::{Named, Step, Unit};

/// How many sources one value keeps.
const MOST: usize = 24;
/// How many jobs are followed one after the other.
const DEEPEST: usize = 6;
/// How many steps are followed altogether before what jobs hand on stays open.
const MOST_STEPS: usize = 20_000;

/// Text that somebody may have written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Source {
    /// What it is, as it is written: `github.event.issue.body`, `gh pr diff`.
    pub(crate) what: String,
    /// Who could have written it.
    pub(crate) trust: Trust,
    /// Whether it is whoever has caused the run who wrote it.
    pub(crate) by_actor: bool,
    /// Where it comes from.
    pub(crate) from: Origin,
    /// Where.
    pub(crate) place: Place,
}

/// Where text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Origin {
    /// Issues, pull requests, comments.
    Talk,
    /// Files of a change that is checked out.
    Change,
    /// The web.
    Web,
}

/// Sources of one value.
pub(crate) type Sources = BTreeSet<Source>;

/// What is known of a job up to one of its steps.
pub(crate) struct Flow<'a> {
    run: &'a Run<'a>,
    units: &'a [Unit],
    needs_secret: bool,
    env: BTreeMap<String, Sources>,
    /// Variables that the build system itself fills.
    given: BTreeMap<String, Sources>,
    /// Variables that a script has set for the steps after it.
    exported: BTreeMap<String, Sources>,
    outputs: BTreeMap<String, Sources>,
    files: BTreeMap<String, Sources>,
    /// Texts that scripts have written into files, as they stand.
    pub(crate) documents: BTreeMap<String, Scalar>,
    /// Working copies, in their order.
    pub(crate) checkouts: Vec<Checkout>,
    /// What is put into scripts before a shell takes them apart.
    pub(crate) injected: Sources,
    depth: usize,
    shared: Rc<Shared>,
}

/// What the flows through several jobs have in common.
#[derive(Debug)]
struct Shared {
    /// How many steps may still be followed.
    left: Cell<usize>,
    /// What jobs hand on, by job and name.
    outputs: RefCell<BTreeMap<(String, String), Sources>>,
}

impl<'a> Flow<'a> {
    /// The state before the first step.
    pub(crate) fn of(run: &'a Run<'a>, units: &'a [Unit], needs_secret: bool) -> Self {
        let left = Cell::new(MOST_STEPS);
        let shared = Rc::new(Shared { left, outputs: RefCell::default() });
        Self::deeper(run, (units, needs_secret), 0, shared)
    }

    fn deeper(
        run: &'a Run<'a>,
        (units, needs_secret): (&'a [Unit], bool),
        depth: usize,
        shared: Rc<Shared>,
    ) -> Self {
        let mut flow = Self {
            run,
            units,
            needs_secret,
            env: BTreeMap::new(),
            given: BTreeMap::new(),
            exported: BTreeMap::new(),
            outputs: BTreeMap::new(),
            files: BTreeMap::new(),
            documents: BTreeMap::new(),
            checkouts: Vec::new(),
            injected: Sources::new(),
            depth,
            shared,
        };
        flow.set(&run.env);
        flow
    }

    fn set(&mut self, env: &Named) {
        for (name, value) in env {
            let sources = self.of_value(value);
            if sources.is_empty() {
                self.env.remove(name);
            } else {
                self.env.insert(name.clone(), sources);
            }
        }
    }

    /// What others may have written of a value with expressions in it.
    pub(crate) fn of_value(&self, value: &Scalar) -> Sources {
        let mut sources = Sources::new();
        for (offset, text) in inside(&value.text) {
            let Some(expression) = Expression::parse(text) else { continue };
            let place = value.place_of(offset);
            for path in expression.values() {
                self.of_path(&path, &place, &mut sources);
            }
        }
        bounded(sources)
    }

    fn of_path(&self, path: &str, place: &Place, into: &mut Sources) {
        let mut parts = path.splitn(3, '.');
        match (parts.next().unwrap_or_default(), parts.next(), parts.next()) {
            ("github", Some(_), _) => {
                let below = path.strip_prefix("github.").unwrap_or_default();
                into.extend(self.of_event(below, path, place));
            }
            ("env", Some(name), _) => into.extend(self.env.get(name).into_iter().flatten().cloned()),
            ("steps", Some(id), Some(rest)) if is_text(rest) => {
                let known = self.outputs.get(id).into_iter().flatten();
                into.extend(known.map(|it| passed_on(it, path, place)));
            }
            ("needs", Some(id), Some(rest)) => {
                if let Some(name) = rest.strip_prefix("outputs.").filter(|_| is_text(rest)) {
                    let known = self.of_job(id, name.split('.').next().unwrap_or(name));
                    into.extend(known.iter().map(|it| passed_on(it, path, place)));
                }
            }
            _ => {}
        }
    }

    /// What stands in the event's payload.
    fn of_event(&self, below: &str, path: &str, place: &Place) -> Option<Source> {
        let causes = self.run.causes.iter().filter(|it| has(below, &it.event));
        let trust = |it: &super::run::Cause| {
            let author = author(below, &it.event, &it.activity)?;
            let (outside, by_actor) = match author {
                Author::Actor => (it.is_open(self.needs_secret), true),
                Author::Opener => (true, false),
                Author::Contributor => (it.is_foreign(self.needs_secret), false),
            };
            Some((if outside { Trust::Public } else { Trust::Organization }, by_actor))
        };
        let worst = causes.filter_map(trust).min_by_key(|(trust, by_actor)| (*trust, *by_actor));
        let (trust, by_actor) = match worst {
            Some(it) => it,
            // Nobody knows who calls it; what an issue says is anybody's all the same.
            None if self.run.causes.iter().all(|it| it.event == "workflow_call") => {
                let event = ["issues", "pull_request_target", "issue_comment", "discussion"]
                    .into_iter()
                    .find(|it| below.starts_with("event.") && has(below, it))?;
                author(below, event, "")?;
                (Trust::Public, false)
            }
            None => return None,
        };
        Some(Source { what: path.to_owned(), trust, by_actor, from: Origin::Talk, place: place.clone() })
    }

    /// What another job hands on.
    fn of_job(&self, id: &str, output: &str) -> Sources {
        if self.depth >= DEEPEST {
            return Sources::new();
        }
        let Some(job) = self.run.unit.jobs.iter().find(|it| it.id == id) else { return Sources::new() };
        let Some((_, value)) = job.outputs.iter().find(|(it, _)| it == output) else { return Sources::new() };
        let key = (id.to_owned(), output.to_owned());
        if let Some(known) = self.shared.outputs.borrow().get(&key) {
            return known.clone();
        }
        // A job that in the end waits for itself hands nothing on.
        self.shared.outputs.borrow_mut().insert(key.clone(), Sources::new());
        let other = self.run.with_job(self.units, job);
        let mut flow =
            Flow::deeper(&other, (self.units, self.needs_secret), self.depth + 1, Rc::clone(&self.shared));
        for step in &other.steps {
            if self.shared.left.get() == 0 {
                break;
            }
            flow.take(step);
        }
        let known = flow.of_value(value);
        self.shared.outputs.borrow_mut().insert(key, known.clone());
        known
    }

    /// How many steps were followed.
    pub(crate) fn taken(&self) -> usize {
        MOST_STEPS - self.shared.left.get()
    }

    /// A variable that the build system itself fills.
    pub(crate) fn given(&mut self, name: &str, source: Source) {
        self.given.entry(name.to_owned()).or_default().insert(source);
    }

    /// Goes on past a step.
    pub(crate) fn take(&mut self, step: &Step) {
        self.shared.left.set(self.shared.left.get().saturating_sub(1));
        let before = self.env.clone();
        self.set(&step.env);
        if let Some(checkout) = checkout(step, self.run, self.needs_secret) {
            self.checkouts.push(checkout);
        }
        let mut out = Sources::new();
        if let Some(run) = &step.run {
            out = self.script(run);
        } else if let Some(code) = step.input("script") {
            out = self.code(code);
        } else {
            for (_, value) in &step.with {
                out.extend(self.of_value(value));
            }
        }
        if let Some(id) = &step.id {
            self.outputs.insert(id.clone(), bounded(out));
        }
        // Variables of a step end with it; those that a script exports stay.
        self.env = before;
        self.env.append(&mut self.exported);
    }

    /// Code of `actions/github-script`: what it asks GitHub for, and what is put into it.
    fn code(&mut self, code: &Scalar) -> Sources {
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
                let place = code.place_of(at);
                sources.insert(Source { what, trust, by_actor: false, from: Origin::Talk, place });
            }
        }
        sources
    }

    /// Who opens the pull requests that the job is about.
    fn of_changes(&self) -> Trust {
        let of_change =
            |it: &&super::run::Cause| it.event.starts_with("pull_request") || it.event == "workflow_run";
        let mut causes = self.run.causes.iter().filter(of_change).peekable();
        let known = causes.peek().is_some();
        let foreign = causes.any(|it| it.is_foreign(self.needs_secret));
        if known && !foreign { Trust::Organization } else { Trust::Public }
    }

    /// A script of a shell. Gives back what its outputs may hold.
    fn script(&mut self, run: &Scalar) -> Sources {
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
                    self.files.insert(name.to_owned(), bounded(said.clone()));
                    if let Some(input) = command.input.as_ref().filter(|_| {
                        command.texts().first() == Some(&"cat") || command.texts().first() == Some(&"tee")
                    }) {
                        let place = run.place_of(input.offset);
                        self.documents.insert(plain_path(name), Scalar::at(input.text.clone(), place));
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
                vec![source(&format!("gh run {verb}"), self.of_changes(), Origin::Talk)]
            }
            ["git", verb @ ("diff" | "log" | "show"), ..] if self.foreign().is_some() => {
                vec![source(&format!("git {verb}"), Trust::Public, Origin::Change)]
            }
            [
                "cat" | "head" | "tail" | "jq" | "sed" | "awk" | "grep" | "tee" | "sort" | "uniq" | "xargs",
                files @ ..,
            ] => {
                let mut found = Vec::new();
                for file in files.iter().filter(|it| !it.starts_with('-')) {
                    match self.files.get(*file) {
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
                let outside = address.filter(|it| !own(it)).is_some();
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
        let inside = self.checkouts.iter().rev().find(|it| it.holds(file))?;
        inside.foreign.then(|| Source {
            what: file.to_owned(),
            trust: Trust::Public,
            by_actor: false,
            from: Origin::Change,
            place: place(),
        })
    }

    /// The working copy of somebody without a role.
    pub(crate) fn foreign(&self) -> Option<&Checkout> {
        self.checkouts.iter().find(|it| it.foreign)
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

    /// What others may have written of the variables that `step` has.
    pub(crate) fn of_variables(&self, step: &Step) -> Vec<(String, Sources)> {
        let own = step.env.iter().map(|(name, value)| (name.clone(), self.of_value(value)));
        let outer = self.env.iter().map(|(name, it)| (name.clone(), it.clone()));
        outer.chain(own).filter(|(_, it)| !it.is_empty()).collect()
    }

    /// The same flow with the variables of a step.
    pub(crate) fn within(&self, step: &Step) -> Self {
        let mut flow = Self {
            run: self.run,
            units: self.units,
            needs_secret: self.needs_secret,
            env: self.env.clone(),
            given: self.given.clone(),
            exported: BTreeMap::new(),
            outputs: self.outputs.clone(),
            files: self.files.clone(),
            documents: self.documents.clone(),
            checkouts: self.checkouts.clone(),
            injected: Sources::new(),
            depth: self.depth,
            shared: Rc::clone(&self.shared),
        };
        flow.set(&step.env);
        flow
    }

    /// What others may have written of a file that scripts have made, or that a change has brought.
    pub(crate) fn of_file(&self, path: &str, place: &Place) -> Sources {
        match self.files.get(path) {
            Some(known) => known.clone(),
            None => self.foreign_file(path, &|| place.clone()).into_iter().collect(),
        }
    }
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

/// The same text under another name.
fn passed_on(source: &Source, path: &str, place: &Place) -> Source {
    Source { what: path.to_owned(), place: place.clone(), ..source.clone() }
}

/// Whether an output is text, and not the name of a step's end.
fn is_text(rest: &str) -> bool {
    rest.starts_with("outputs")
        && !["_number", "_id", "number", "sha", "count"].iter().any(|it| rest.ends_with(it))
}

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

/// A path without what a script puts before it.
pub(crate) fn plain_path(text: &str) -> String {
    let text = text.trim().trim_matches(['"', '\'']);
    let text = [
        "${{ github.workspace }}/",
        "${{github.workspace}}/",
        "$GITHUB_WORKSPACE/",
        "${GITHUB_WORKSPACE}/",
        "./",
    ]
    .iter()
    .find_map(|it| text.strip_prefix(it))
    .unwrap_or(text);
    text.to_owned()
}

fn bounded(sources: Sources) -> Sources {
    if sources.len() <= MOST { sources } else { sources.into_iter().take(MOST).collect() }
}
