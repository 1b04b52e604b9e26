//! What of a job's text others may have written: followed from the event through variables, outputs of steps, files and
//! pipes to where an agent is told it.

mod commands;

use super::checkout::{Checkout, checkout};
use super::events::{Author, author, has};
use super::expression::{Expression, inside};
use super::run::{Cause, Run};
use super::scalar::Scalar;
use super::unit::{Named, Step, Unit};
use ambit_model::{Place, Trust};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

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

/// Who gets as far as the agent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Who {
    /// Whether it cannot run where no secrets are handed out.
    pub(crate) needs_secret: bool,
    /// Whether a step before it lets nobody pass who has no role, and no change from a fork.
    pub(crate) closed: bool,
}

impl Who {
    /// Whether somebody without a role can cause it.
    fn is_open(self, cause: &Cause) -> bool {
        !self.closed && cause.is_open(self.needs_secret)
    }

    /// Whether the change that it is about may come from a fork.
    pub(crate) fn is_foreign(self, cause: &Cause) -> bool {
        !self.closed && cause.is_foreign(self.needs_secret)
    }
}

/// What is known of a job up to one of its steps.
pub(crate) struct Flow<'a> {
    run: &'a Run<'a>,
    units: &'a [Unit],
    who: Who,
    env: BTreeMap<String, Sources>,
    /// Variables that the build system itself fills.
    given: BTreeMap<String, Sources>,
    /// Variables that a script has set for the steps after it.
    exported: BTreeMap<String, Sources>,
    outputs: BTreeMap<String, Sources>,
    /// By their paths below the workspace.
    files: BTreeMap<String, Sources>,
    /// The folder below the workspace that the commands of the step run in.
    folder: String,
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
    pub(crate) fn of(run: &'a Run<'a>, units: &'a [Unit], who: Who) -> Self {
        let left = Cell::new(MOST_STEPS);
        let shared = Rc::new(Shared { left, outputs: RefCell::default() });
        Self::deeper(run, (units, who), 0, shared)
    }

    fn deeper(run: &'a Run<'a>, (units, who): (&'a [Unit], Who), depth: usize, shared: Rc<Shared>) -> Self {
        let mut flow = Self {
            run,
            units,
            who,
            env: BTreeMap::new(),
            given: BTreeMap::new(),
            exported: BTreeMap::new(),
            outputs: BTreeMap::new(),
            files: BTreeMap::new(),
            folder: String::new(),
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
                Author::Actor => (self.who.is_open(it), true),
                Author::Opener => (true, false),
                Author::Contributor => (self.who.is_foreign(it), false),
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
        let mut flow = Flow::deeper(&other, (self.units, self.who), self.depth + 1, Rc::clone(&self.shared));
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
        self.folder = folder(step);
        if let Some(checkout) = checkout(step, self.run, self.who) {
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

    /// The working copy of somebody without a role.
    pub(crate) fn foreign(&self) -> Option<&Checkout> {
        self.checkouts.iter().find(|it| it.foreign)
    }

    /// What others have written and scripts have put into files of `folder`, which is below the workspace.
    pub(crate) fn in_files_of(&self, folder: &str) -> Sources {
        let inside = |path: &str| {
            !is_elsewhere(path)
                && (folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
        };
        let files = self.files.iter().filter(|(path, _)| inside(path));
        bounded(files.flat_map(|(_, it)| it).filter(|it| it.trust.is_untrusted()).cloned().collect())
    }

    /// The path below the workspace of what a command calls `file`.
    fn located(&self, file: &str) -> String {
        let written = file.trim().trim_matches(['"', '\'']);
        let plain = plain_path(file);
        let from_workspace = plain.len() < written.len() && !written.starts_with("./");
        if from_workspace || is_elsewhere(&plain) {
            return plain;
        }
        let mut parts: Vec<&str> = self.folder.split('/').filter(|it| !it.is_empty()).collect();
        for part in plain.split('/') {
            match part {
                "" | "." => {}
                ".." => drop(parts.pop()),
                part => parts.push(part),
            }
        }
        parts.join("/")
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
            who: self.who,
            env: self.env.clone(),
            given: self.given.clone(),
            exported: BTreeMap::new(),
            outputs: self.outputs.clone(),
            files: self.files.clone(),
            folder: folder(step),
            documents: self.documents.clone(),
            checkouts: self.checkouts.clone(),
            injected: Sources::new(),
            depth: self.depth,
            shared: Rc::clone(&self.shared),
        };
        flow.set(&step.env);
        flow
    }
}

/// The folder below the workspace that the commands of `step` run in.
fn folder(step: &Step) -> String {
    let stated = step.folder.as_ref().map(|it| plain_path(&it.text)).unwrap_or_default();
    if stated == "." { String::new() } else { stated.trim_end_matches('/').to_owned() }
}

/// Whether a path says itself that it does not begin in the folder of a command.
fn is_elsewhere(path: &str) -> bool {
    path.starts_with(['/', '~', '$'])
}

/// The same text under another name.
fn passed_on(source: &Source, path: &str, place: &Place) -> Source {
    Source { what: path.to_owned(), place: place.clone(), ..source.clone() }
}

/// Whether an output is text, and not the name of a step's end.
fn is_text(rest: &str) -> bool {
    rest.starts_with("outputs")
        && !["_number", "_id", "number", "sha", "count"].iter().any(|it| rest.ends_with(it))
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
