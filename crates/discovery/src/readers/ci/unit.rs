//! A workflow or an action as it is written: jobs with their steps, taken out of the tree so that files can be put
//! together once all are read.

use ambit_model::Place;

use super::events::Event;
use super::scalar::Scalar;
use crate::fragment::Location;
use crate::readers::Text;
use crate::tree::{Kind, View};

/// How many jobs of a file, and steps of a job, are looked at.
const MOST: usize = 1_000;

/// Names with values.
pub(crate) type Named = Vec<(String, Scalar)>;

/// A file that has jobs, or steps for the jobs of others.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    /// Its path.
    pub(crate) path: String,
    /// Where it stands.
    pub(crate) location: Location,
    /// What it calls itself.
    pub(crate) title: Option<String>,
    /// Whether its steps are those of an action, which has no events and no jobs of its own.
    pub(crate) is_action: bool,
    /// What starts it.
    pub(crate) events: Vec<Event>,
    /// What the token of its jobs may do, where they do not say.
    pub(crate) permissions: Option<Permissions>,
    /// Variables of all of its jobs.
    pub(crate) env: Named,
    /// What its callers give it, each with what it is otherwise.
    pub(crate) inputs: Named,
    /// Its jobs.
    pub(crate) jobs: Vec<Job>,
    /// Whose build system runs it.
    pub(crate) host: Host,
    /// Where a compiler made it, what that says of itself in the first line.
    pub(crate) compiled: Option<String>,
}

/// A build system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Host {
    GitHub,
    GitLab,
}

/// What a token may do.
#[derive(Debug, Clone)]
pub(crate) struct Permissions {
    /// `read-all`, `write-all`, or what is said of each.
    pub(crate) all: Option<Access>,
    /// Each that is named.
    pub(crate) each: Vec<(String, Access, Place)>,
    /// Where.
    pub(crate) place: Place,
}

/// How far a permission goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Access {
    /// Not at all.
    None,
    /// It reads.
    Read,
    /// It writes.
    Write,
}

/// A job.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    /// Its id.
    pub(crate) id: String,
    /// Where.
    pub(crate) place: Place,
    /// When it runs.
    pub(crate) condition: Option<Scalar>,
    /// Jobs that must have run.
    pub(crate) needs: Vec<String>,
    /// The workflow that it calls.
    pub(crate) uses: Option<Scalar>,
    /// What it gives that workflow.
    pub(crate) with: Named,
    /// What its token may do.
    pub(crate) permissions: Option<Permissions>,
    /// Its variables.
    pub(crate) env: Named,
    /// The environment whose rules it waits for.
    pub(crate) environment: Option<Scalar>,
    /// How long it may take.
    pub(crate) timeout: Option<Scalar>,
    /// The machines that it may run on.
    pub(crate) runs_on: Vec<Scalar>,
    /// What it runs, in order.
    pub(crate) steps: Vec<Step>,
    /// What it hands on.
    pub(crate) outputs: Named,
    /// Values of its matrix, by name.
    pub(crate) matrix: Vec<(String, Vec<String>)>,
}

/// A step of a job.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// Its id.
    pub(crate) id: Option<String>,
    /// What it is called.
    pub(crate) name: Option<String>,
    /// Where.
    pub(crate) place: Place,
    /// When it runs.
    pub(crate) condition: Option<Scalar>,
    /// The action that it is.
    pub(crate) uses: Option<Scalar>,
    /// What it gives the action.
    pub(crate) with: Named,
    /// The script that it is.
    pub(crate) run: Option<Scalar>,
    /// Its variables.
    pub(crate) env: Named,
    /// The folder that it runs in.
    pub(crate) folder: Option<Scalar>,
    /// How long it may take.
    pub(crate) timeout: Option<Scalar>,
}

impl Step {
    /// What it gives the action under `key`.
    pub(crate) fn input(&self, key: &str) -> Option<&Scalar> {
        self.with.iter().rev().find(|(it, _)| it.eq_ignore_ascii_case(key)).map(|(_, it)| it)
    }

    /// The action and its version, where it is one.
    pub(crate) fn action(&self) -> Option<(&str, Option<&str>)> {
        let uses = self.uses.as_ref()?.text.trim();
        Some(uses.split_once('@').map_or((uses, None), |(name, version)| (name, Some(version))))
    }
}

/// The path in the same repository that is used. A repository that others copy its workflows from names itself in full,
/// `owner/name/.github/actions/review@main`: what lies at that path here is what is meant.
pub(super) fn own(uses: &str) -> Option<&str> {
    let uses = uses.trim();
    uses.strip_prefix("./").or_else(|| {
        let (path, _) = uses.split_once('@')?;
        let (_, rest) = path.split_once('/')?;
        let (_, path) = rest.split_once('/')?;
        path.starts_with(".github/").then_some(path)
    })
}

/// Reads files of one form: `lines` are those of the file.
pub(crate) struct Reading<'a> {
    lines: Vec<&'a str>,
}

impl<'a> Reading<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        Self { lines: text.lines().collect() }
    }

    /// The workflow that `root` is.
    pub(crate) fn workflow(&self, root: &View<'_>, text: &Text<'_>) -> Unit {
        let mut unit = self.unit(root, text);
        let on = root.get("on").or_else(|| root.get("true"));
        if let Some(on) = &on {
            unit.events = events(on);
            unit.inputs = self.inputs(on.at(&["workflow_call", "inputs"]));
        }
        unit.permissions = root.get("permissions").map(|it| permissions(&it));
        unit.env = self.named(root.get("env"));
        let jobs = root.get("jobs").map(|it| it.entries()).unwrap_or_default();
        unit.jobs = jobs.into_iter().take(MOST).map(|(id, it)| self.job(id, &it)).collect();
        unit
    }

    /// The action that `root` is: its steps as those of one job.
    pub(crate) fn action(&self, root: &View<'_>, text: &Text<'_>) -> Option<Unit> {
        let steps = root.at(&["runs", "steps"])?;
        let mut unit = self.unit(root, text);
        unit.is_action = true;
        unit.inputs = self.inputs(root.get("inputs"));
        let mut job = self.job("runs", &root.get("runs")?);
        job.steps = self.steps(&steps);
        unit.jobs = vec![job];
        Some(unit)
    }

    fn unit(&self, root: &View<'_>, text: &Text<'_>) -> Unit {
        Unit {
            path: text.path.to_owned(),
            location: text.location.clone(),
            title: root.text_of("name").map(str::to_owned),
            is_action: false,
            events: Vec::new(),
            permissions: None,
            env: Vec::new(),
            inputs: Vec::new(),
            jobs: Vec::new(),
            host: Host::GitHub,
            compiled: compiled(text),
        }
    }

    /// A value with its places.
    pub(crate) fn scalar(&self, view: &View<'_>) -> Option<Scalar> {
        Scalar::of(view, &self.lines)
    }

    /// The values of a map; one that is no text stands as the JSON that it is.
    pub(crate) fn named(&self, view: Option<View<'_>>) -> Named {
        let entries = view.map(|it| it.entries()).unwrap_or_default();
        let value = |it: &View<'_>| match it.node().kind {
            Kind::Null => Scalar::at("", it.place()),
            Kind::List(_) | Kind::Map(_) => Scalar::at(it.json().to_string(), it.place()),
            _ => self.scalar(it).unwrap_or_else(|| Scalar::at("", it.place())),
        };
        entries.into_iter().map(|(key, it)| (key.to_owned(), value(&it))).collect()
    }

    fn inputs(&self, view: Option<View<'_>>) -> Named {
        let entries = view.map(|it| it.entries()).unwrap_or_default();
        let default = |it: &View<'_>| {
            it.get("default").and_then(|it| self.scalar(&it)).unwrap_or_else(|| Scalar::at("", it.place()))
        };
        entries.into_iter().map(|(key, it)| (key.to_owned(), default(&it))).collect()
    }

    pub(crate) fn job(&self, id: &str, view: &View<'_>) -> Job {
        let scalar = |key: &str| view.get(key).and_then(|it| self.scalar(&it));
        let environment = view.get("environment");
        let environment = environment.map(|it| it.get("name").unwrap_or(it));
        let runs_on = view.get("runs-on").map(|it| it.get("labels").unwrap_or(it));
        let steps = view.get("steps").map(|it| self.steps(&it)).unwrap_or_default();
        let matrix = view.at(&["strategy", "matrix"]).map(|it| it.entries()).unwrap_or_default();
        let values = |it: &View<'_>| it.items().iter().filter_map(View::scalar).collect();
        Job {
            id: id.to_owned(),
            place: view.place(),
            condition: scalar("if"),
            needs: view
                .get("needs")
                .map(|it| it.texts())
                .unwrap_or_default()
                .into_iter()
                .map(|it| it.0.to_owned())
                .collect(),
            uses: scalar("uses"),
            with: self.named(view.get("with")),
            permissions: view.get("permissions").map(|it| permissions(&it)),
            env: self.named(view.get("env")),
            environment: environment.and_then(|it| self.scalar(&it)),
            timeout: scalar("timeout-minutes"),
            runs_on: runs_on
                .map(|it| it.items())
                .unwrap_or_default()
                .iter()
                .filter_map(|it| self.scalar(it))
                .collect(),
            steps,
            outputs: self.named(view.get("outputs")),
            matrix: matrix.iter().map(|(key, it)| ((*key).to_owned(), values(it))).collect(),
        }
    }

    pub(crate) fn steps(&self, list: &View<'_>) -> Vec<Step> {
        list.items().iter().filter(|it| it.is_map()).take(MOST).map(|it| self.step(it)).collect()
    }

    pub(crate) fn step(&self, view: &View<'_>) -> Step {
        let scalar = |key: &str| view.get(key).and_then(|it| self.scalar(&it));
        let text = |key: &str| view.get(key).and_then(|it| it.scalar());
        Step {
            id: text("id"),
            name: text("name"),
            place: view.place(),
            condition: scalar("if"),
            uses: scalar("uses"),
            with: self.named(view.get("with")),
            run: scalar("run"),
            env: self.named(view.get("env")),
            folder: scalar("working-directory"),
            timeout: scalar("timeout-minutes"),
        }
    }
}

/// What the compiler of agentic workflows says of itself at the top of what it makes.
fn compiled(text: &Text<'_>) -> Option<String> {
    let mut top = text.text.lines().take(40).take_while(|it| it.starts_with('#') || it.trim().is_empty());
    let marked = |it: &&str| it.contains("gh-aw-metadata") || it.contains("generated by gh-aw");
    top.find(marked).map(str::to_owned)
}

/// The events of `on`: a word, a list of words, or a map.
pub(crate) fn events(on: &View<'_>) -> Vec<Event> {
    let texts = |view: Option<View<'_>>| -> Vec<String> {
        view.map(|it| it.texts()).unwrap_or_default().into_iter().map(|it| it.0.to_owned()).collect()
    };
    if on.is_map() {
        let event = |(name, view): (&str, View<'_>)| Event {
            name: name.to_owned(),
            types: texts(view.get("types")),
            workflows: texts(view.get("workflows")),
            place: view.place(),
        };
        return on.entries().into_iter().map(event).collect();
    }
    let event = |(name, view): (&str, View<'_>)| Event {
        name: name.to_owned(),
        types: Vec::new(),
        workflows: Vec::new(),
        place: view.place(),
    };
    on.texts().into_iter().map(event).collect()
}

/// What `permissions` says.
pub(crate) fn permissions(view: &View<'_>) -> Permissions {
    let access = |word: &str| match word {
        "write" | "admin" => Access::Write,
        "read" => Access::Read,
        _ => Access::None,
    };
    let all = match view.text() {
        Some("write-all") => Some(Access::Write),
        Some("read-all") => Some(Access::Read),
        _ => None,
    };
    let entries = view.entries().into_iter();
    let each =
        entries.filter_map(|(key, it)| Some((key.to_owned(), access(it.text()?), it.place()))).collect();
    Permissions { all, each, place: view.place() }
}

impl Permissions {
    /// How far `key` goes, and the line that says so.
    pub(crate) fn of(&self, key: &str) -> (Access, &Place) {
        let named = self.each.iter().rev().find(|(it, ..)| it == key);
        named.map_or((self.all.unwrap_or(Access::None), &self.place), |(_, access, place)| (*access, place))
    }

    /// The words that say so.
    pub(crate) fn said(&self, key: &str) -> Option<String> {
        let word = |it: Access| match it {
            Access::Write => "write",
            Access::Read => "read",
            Access::None => "none",
        };
        let named = self.each.iter().rev().find(|(it, ..)| it == key);
        let own = named.map(|(_, access, _)| format!("{key}: {}", word(*access)));
        own.or_else(|| self.all.map(|it| format!("permissions: {}-all", word(it))))
    }
}
