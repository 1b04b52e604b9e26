//! Puts workflows together: finds the agents of each job, follows who calls whom, and gives each agent what its product,
//! its job and the repository around it say.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_model::{Place, Problem};

use super::agent::{Making, Open};
use super::agentic::{self, Agentic};
use super::flow::{Flow, Who};
use super::line;
use super::run::{Cause, Run, runs};
use super::scalar::Scalar;
use super::shell::{self, Script};
use super::starts::{Start, starts};
use super::unit::{Host, Job, Step, Unit, own};
use super::{Pipeline, stem};
use super::{claude, codex, gemini, gitlab, opencode, others, output};
use crate::fragment::{Fragment, Sink};

/// How many agents of one job are told apart.
const MOST_AGENTS: usize = 50;
/// How many steps are followed in all files together.
const MOST_STEPS: usize = 400_000;

/// Actions that start an agent.
const ACTIONS: &[(&str, Product)] = &[
    ("anthropics/claude-code-action", Product::Claude(claude::Action::Whole)),
    ("anthropics/claude-code-base-action", Product::Claude(claude::Action::Base)),
    ("anthropics/claude-code-action/base-action", Product::Claude(claude::Action::Base)),
    ("openai/codex-action", Product::Codex),
    ("google-github-actions/run-gemini-cli", Product::Gemini),
    ("google-gemini/gemini-cli-action", Product::Gemini),
    ("sst/opencode/github", Product::OpenCode),
    ("anomalyco/opencode/github", Product::OpenCode),
    ("QwenLM/qwen-code-action", Product::Unknown("qwen-code")),
    ("Factory-AI/droid-action", Product::Unknown("factory-droid")),
    ("augmentcode/augment-agent", Product::Unknown("auggie")),
    ("augmentcode/review-pr", Product::Unknown("auggie")),
    ("augmentcode/describe-pr", Product::Unknown("auggie")),
    ("mirrajabi/aider-github-action", Product::Unknown("aider")),
    // What the client's own repository had before the action of its own.
    ("openai/codex/.github/actions/codex", Product::Unknown(codex::CLIENT)),
    ("actions/ai-inference", Product::Model("ai-inference")),
    ("ai-action/ollama-action", Product::Model("ollama")),
];

/// What an action starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Product {
    Claude(claude::Action),
    Codex,
    Gemini,
    OpenCode,
    /// What is known of the action is its name.
    Unknown(&'static str),
    /// A model that is asked once: it is an agent where later steps act on its answer.
    Model(&'static str),
}

impl Product {
    fn client(self) -> &'static str {
        match self {
            Self::Claude(_) => claude::CLIENT,
            Self::Codex => codex::CLIENT,
            Self::Gemini => gemini::CLIENT,
            Self::OpenCode => opencode::CLIENT,
            Self::Unknown(client) | Self::Model(client) => client,
        }
    }

    /// Whether `step` has it start an agent.
    fn starts_one(self, step: &Step) -> bool {
        self != Self::Codex || codex::has_prompt(step)
    }
}

/// An agent that a step starts.
enum Found {
    /// By an action.
    Action(Product),
    /// By a command of a script.
    Line(Scalar, Script, Box<Start>),
}

impl Found {
    fn client(&self) -> &'static str {
        match self {
            Self::Action(product) => product.client(),
            Self::Line(_, _, start) => start.client,
        }
    }

    /// The line that starts it.
    fn line(&self, step: &Step) -> Place {
        match self {
            Self::Action(_) => step.uses.as_ref().map_or_else(|| step.place.clone(), |it| it.place.clone()),
            Self::Line(script, _, start) => script.place_of(start.program.offset),
        }
    }
}

/// Whether a step of the file starts an agent.
pub(super) fn has_agents(unit: &Unit) -> bool {
    let none: Open<'_> = &|_| None;
    unit.jobs.iter().flat_map(|it| &it.steps).any(|it| !found(it, none).is_empty())
}

/// What all files together say of agents.
pub(crate) fn join(pipelines: Vec<Pipeline>, catalog: &Catalog, open: Open<'_>) -> Sink {
    let (mut units, mut agentic): (Vec<Unit>, Vec<Agentic>) = (Vec::new(), Vec::new());
    let mut pipelines_of_gitlab = Vec::new();
    for pipeline in pipelines {
        match pipeline {
            Pipeline::Unit(unit) => units.push(*unit),
            Pipeline::Agentic(file) => agentic.push(*file),
            Pipeline::GitLab(file) => pipelines_of_gitlab.push(*file),
        }
    }
    let mut joining = Joining { catalog, open, sink: Sink::default(), left: MOST_STEPS };
    for unit in &units {
        if unit.compiled.is_some() {
            joining.compiled(unit, &agentic);
        } else {
            joining.unit(&units, unit);
        }
    }
    for file in agentic.iter().filter(|it| it.starts()) {
        joining.sink.append(agentic::read(file, &agentic, &units, catalog, open));
    }
    for file in &pipelines_of_gitlab {
        gitlab::read(file, &pipelines_of_gitlab, &mut joining);
    }
    let mut sink = joining.sink;
    told_apart(&mut sink.fragments);
    sink.problems.sort();
    sink.problems.dedup();
    sink
}

/// Agents of equal names in two files of one folder are named after the whole file.
fn told_apart(fragments: &mut [Fragment]) {
    let mut files: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    let key = |it: &Fragment| (it.location.at.clone(), it.name.clone().unwrap_or_default());
    let file = |it: &Fragment| it.alone.as_ref().map_or_else(String::new, |it| it.unit.clone());
    for fragment in fragments.iter() {
        files.entry(key(fragment)).or_default().insert(file(fragment));
    }
    for fragment in fragments {
        if files.get(&key(fragment)).is_some_and(|it| it.len() > 1)
            && let Some((_, rest)) = fragment.name.as_deref().and_then(|it| it.split_once('/'))
        {
            let file = file(fragment);
            let name = file.rsplit('/').next().unwrap_or(&file);
            fragment.name = Some(format!("{name}/{rest}"));
        }
    }
}

/// The state of putting files together.
pub(super) struct Joining<'a> {
    catalog: &'a Catalog,
    pub(super) open: Open<'a>,
    pub(super) sink: Sink,
    left: usize,
}

impl Joining<'_> {
    /// A compiled workflow: its source says what it does, where that is there.
    fn compiled(&mut self, unit: &Unit, sources: &[Agentic]) {
        let stem = unit.path.strip_suffix(".lock.yml").or_else(|| unit.path.strip_suffix(".yml"));
        let stem = stem.unwrap_or(&unit.path);
        let has_agent = unit.jobs.iter().any(|it| it.id == "agent");
        if !has_agent || sources.iter().any(|it| it.stem() == stem) {
            return;
        }
        let message = format!("compiled from `{stem}.md`, which was not read: its agent is not on the map");
        let help = "scan the Markdown file with it";
        self.sink.problems.push(Problem::at(&Place::start(unit.path.as_str()), message, help));
    }

    fn unit(&mut self, units: &[Unit], unit: &Unit) {
        for job in &unit.jobs {
            self.calls(units, unit, job);
            if job.steps.is_empty() || unit.is_action && is_used(units, unit) {
                continue;
            }
            for run in runs(units, unit, job) {
                self.run(units, &run);
            }
        }
    }

    /// A workflow that a job calls and that was not read, where its name speaks of an agent.
    fn calls(&mut self, units: &[Unit], unit: &Unit, job: &Job) {
        let Some(uses) = &job.uses else { return };
        let path = uses.text.trim();
        let known = own(path).is_some_and(|it| {
            units.iter().any(|other| other.path.ends_with(it) && other.location.at == unit.location.at)
        });
        if known || !speaks_of_agents(path) {
            return;
        }
        let message = format!(
            "the job `{}` calls `{path}`, which was not read: the agent in it is not on the map",
            job.id
        );
        let help = "scan the workflow that it calls as well, or state its agent in `ambit.yaml`";
        self.sink.problems.push(Problem::at(&uses.place, message, help));
    }

    /// Reads the agents of one job.
    pub(super) fn run(&mut self, units: &[Unit], run: &Run<'_>) {
        let mut all: Vec<(usize, Found)> = Vec::new();
        for (number, step) in run.steps.iter().enumerate() {
            all.extend(found(step, self.open).into_iter().map(|it| (number, it)));
        }
        if let Some((number, _)) = all.get(MOST_AGENTS) {
            let place = run.steps.get(*number).map_or(&run.job.place, |it| &it.place);
            let message =
                format!("a job with {} agents: only the first {MOST_AGENTS} are on the map", all.len());
            self.sink.problems.push(Problem::at(place, message, "split the job"));
            all.truncate(MOST_AGENTS);
        }
        if let (Some((_, first)), true) = (all.first(), run.is_uncalled()) {
            let step = all.first().and_then(|(number, _)| run.steps.get(*number));
            let place = step.map_or_else(|| run.job.place.clone(), |it| first.line(it));
            let what = if run.unit.is_action { "action" } else { "workflow" };
            let message =
                format!("nothing that was read calls this {what}: who can start its agent is not known");
            let help = "scan the workflows that call it together with it";
            self.sink.problems.push(Problem::at(&place, message, help));
        }
        let names = names(run, &all);
        for ((number, found), name) in all.iter().zip(names) {
            self.agent(units, run, (*number, found), name);
        }
    }

    fn agent(&mut self, units: &[Unit], run: &Run<'_>, (number, found): (usize, &Found), name: String) {
        let Some(step) = run.steps.get(number) else { return };
        let line = found.line(step);
        if self.left == 0 {
            let message = "too many steps before it: this agent is not on the map";
            self.sink.problems.push(Problem::at(&line, message, "scan fewer workflows at once"));
            return;
        }
        let needs_secret = needs_secret(found, step, run);
        let outside = |it: &&Cause| it.is_open(needs_secret) || it.is_foreign(needs_secret);
        let closed = run.causes.iter().filter(outside).all(|it| run.kept_out_before(number, it).is_some());
        let mut before = Flow::of(run, units, Who { needs_secret, closed });
        if run.unit.host == Host::GitLab {
            gitlab::given(&mut before, run);
        }
        for it in run.steps.iter().take(number) {
            before.take(it);
        }
        let flow = before.within(step);
        let mut fragment = Fragment::new(found.client(), run.unit.location.clone(), line.clone());
        fragment.name = Some(name);
        let mut making = Making {
            run,
            step,
            number,
            flow: &flow,
            needs_secret,
            line,
            catalog: self.catalog,
            open: self.open,
            brings_change: None,
            fragment,
            sink: Sink::default(),
        };
        match found {
            Found::Action(Product::Claude(action)) => claude::action(&mut making, *action),
            Found::Action(Product::Codex) => codex::action(&mut making),
            Found::Action(Product::Gemini) => gemini::action(&mut making),
            Found::Action(Product::OpenCode) => opencode::action(&mut making),
            Found::Action(Product::Unknown(_)) => others::action(&mut making),
            Found::Action(Product::Model(_)) => others::model(&mut making),
            Found::Line(text, script, start) => line::read(&mut making, text, script, start),
        }
        before.take(step);
        for it in run.steps.iter().skip(number + 1) {
            before.take(it);
        }
        making.injected(&before.injected);
        output::read(&mut making);
        let program = &making.fragment.program;
        let is_idle = program.tools.is_empty() && program.unresolved.is_empty();
        if is_idle && matches!(found, Found::Action(Product::Model(_))) {
            return;
        }
        let Making { fragment, mut sink, .. } = making;
        sink.fragments.push(fragment);
        self.sink.append(sink);
        self.left = self.left.saturating_sub(before.taken().max(1));
    }
}

/// What the action of this name starts. A copy of one under another owner takes what the original takes.
fn product(name: &str) -> Option<Product> {
    let of = |name: &str| ACTIONS.iter().find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, it)| *it);
    let copied = || {
        let (_, own) = name.split_once('/')?;
        let is_plain = |it: &&(&str, Product)| it.0.split('/').count() == 2 && it.0.contains("-action");
        let plain = ACTIONS.iter().filter(is_plain);
        plain
            .map(|(it, _)| *it)
            .find(|it| it.split_once('/').is_some_and(|it| it.1.eq_ignore_ascii_case(own)))
    };
    of(name).or_else(|| of(copied()?))
}

/// Agents that `step` starts: an action, or commands of its script, or of a script of the repository that it runs.
fn found(step: &Step, open: Open<'_>) -> Vec<Found> {
    if let Some((name, _)) = step.action() {
        let known = product(name);
        return known.filter(|it| it.starts_one(step)).map(Found::Action).into_iter().collect();
    }
    let Some(text) = &step.run else { return Vec::new() };
    let script = shell::script(&text.text);
    let mut all: Vec<Found> = starts(&script)
        .into_iter()
        .map(|it| Found::Line(text.clone(), script.clone(), Box::new(it)))
        .collect();
    for path in scripts(&script) {
        let Some(Ok(content)) = open(&path) else { continue };
        let text = Scalar::of_file(&content, &path);
        let script = shell::script(&text.text);
        let inner = starts(&script).into_iter();
        all.extend(inner.map(|it| Found::Line(text.clone(), script.clone(), Box::new(it))));
    }
    all
}

/// Scripts of the repository that commands of `script` run.
fn scripts(script: &Script) -> Vec<String> {
    const MOST: usize = 20;
    let mut found: Vec<String> = Vec::new();
    for command in &script.commands {
        let texts = command.texts();
        let path = match texts.as_slice() {
            ["bash" | "sh" | "zsh" | "source" | ".", rest @ ..] => {
                rest.iter().find(|it| !it.starts_with('-'))
            }
            [first, ..] => Some(first),
            [] => None,
        };
        let path = path.filter(|it| it.ends_with(".sh") || it.ends_with(".bash"));
        let path =
            path.map(|it| super::flow::plain_path(it)).filter(|it| !it.starts_with('/') && !it.contains('$'));
        found.extend(path.filter(|it| !found.contains(it)));
        if found.len() >= MOST {
            break;
        }
    }
    found
}

/// Whether a job that was read has `action` among its steps.
fn is_used(units: &[Unit], action: &Unit) -> bool {
    let folder = action.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let uses = |step: &Step| {
        let path = step.uses.as_ref().and_then(|it| own(&it.text));
        path.is_some_and(|it| {
            folder.ends_with(it.trim_end_matches('/')) || it.is_empty() && folder.is_empty()
        })
    };
    units
        .iter()
        .filter(|it| it.path != action.path)
        .flat_map(|it| &it.jobs)
        .any(|it| it.steps.iter().any(uses))
}

pub(super) fn speaks_of_agents(path: &str) -> bool {
    const WORDS: &[&str] = &[
        "claude",
        "codex",
        "gemini",
        "copilot",
        "opencode",
        "openhands",
        "aider",
        "agent",
        "ai-review",
        "llm",
    ];
    let path = path.to_ascii_lowercase();
    WORDS.iter().any(|it| path.contains(it))
}

/// Names of the agents: the file and the job, and the step where the job has several.
fn names(run: &Run<'_>, all: &[(usize, Found)]) -> Vec<String> {
    let stem = stem(run.unit);
    let base = if run.unit.is_action { stem } else { format!("{stem}/{}", run.job.id) };
    if all.len() < 2 {
        return vec![base];
    }
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut names = Vec::new();
    for (number, _) in all {
        let step = run.steps.get(*number);
        let title = step.and_then(|it| it.id.clone().or_else(|| it.name.as_deref().map(slug)));
        let title = title.filter(|it| !it.is_empty()).unwrap_or_else(|| format!("step-{}", number + 1));
        let mut name = format!("{base}/{title}");
        let mut more = 2;
        while !taken.insert(name.clone()) {
            name = format!("{base}/{title}-{more}");
            more += 1;
        }
        names.push(name);
    }
    names
}

/// A title as a word: `Run the review` as `run-the-review`.
fn slug(title: &str) -> String {
    let mut slug = String::new();
    for char in title.chars().take(60) {
        if char.is_alphanumeric() {
            slug.extend(char.to_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// Whether it cannot run where no secrets are handed out.
fn needs_secret(found: &Found, step: &Step, run: &Run<'_>) -> bool {
    let is_secret = |it: &Scalar| it.text.split("secrets.").skip(1).any(|it| !it.starts_with("GITHUB_TOKEN"));
    let is_key = |it: &str| ["KEY", "TOKEN", "SECRET", "CREDENTIAL"].iter().any(|mark| it.contains(mark));
    let in_env = step.env.iter().chain(&run.env).any(|(name, it)| is_key(name) && is_secret(it));
    match found {
        // Its key, or an identity that stands for one: a change from a fork gets neither.
        Found::Action(_) => true,
        Found::Line(text, ..) => in_env || is_secret(text) || identifies(run),
    }
}

/// Whether the job asks a cloud for access with an identity that a fork's change does not get.
fn identifies(run: &Run<'_>) -> bool {
    let clouds = ["google-github-actions/auth", "aws-actions/configure-aws-credentials", "azure/login"];
    let logs_in = |it: &Step| {
        it.action().is_some_and(|(name, _)| clouds.iter().any(|it| name.eq_ignore_ascii_case(it)))
    };
    run.steps.iter().any(logs_in)
}
