//! Agents that build systems start: workflows of GitHub with the actions and command lines of coding agents, actions and
//! workflows that others call, agentic workflows, and pipelines of GitLab. One file per format and product; what files
//! say is put together once all are read.

mod added;
mod agent;
mod agentic;
mod checkout;
mod claude;
mod codex;
mod copilot;
mod events;
mod expression;
mod flow;
mod gemini;
mod gitlab;
mod guard;
mod held;
mod inline;
mod join;
mod line;
mod opencode;
mod others;
mod output;
mod permissions;
mod run;
mod scalar;
mod shell;
mod starts;
mod unit;

use super::{Form, Reader, Text, in_folder, nowhere_else};
use crate::fragment::Sink;
use crate::tree::{self, Fault, Node, Syntax, View};
pub(crate) use join::join;
use unit::{Reading, Unit};

/// A file whose agents show once all files are read.
#[derive(Debug, Clone)]
pub(crate) enum Pipeline {
    /// A workflow or an action of GitHub.
    Unit(Box<Unit>),
    /// An agentic workflow, or a part of one.
    Agentic(Box<agentic::Agentic>),
    /// A pipeline of GitLab.
    GitLab(Box<gitlab::Pipeline>),
}

pub(super) const AGENTIC: Reader = agentic::READER;
pub(super) const GITLAB: Reader = gitlab::READER;
pub(super) const GITLAB_ELSEWHERE: Reader = gitlab::ELSEWHERE;

pub(super) const WORKFLOW: Reader = Reader {
    id: "github-workflow",
    places: &[in_folder(".github/workflows/*.yml"), in_folder(".github/workflows/*.yaml")],
    form: Form::Plain,
    marks: &[],
    accepts: nowhere_else,
    read: |text, sink| placed(text, sink, workflow),
};

pub(super) const ACTION: Reader = Reader {
    id: "github-action",
    places: &[in_folder("action.yml"), in_folder("action.yaml")],
    form: Form::Plain,
    marks: &[],
    accepts: nowhere_else,
    read: |text, sink| placed(text, sink, action),
};

pub(super) const ELSEWHERE: Reader = Reader {
    id: "github-workflow-elsewhere",
    places: &[],
    form: Form::Tree(Syntax::Yaml),
    marks: MARKS,
    accepts: |text| elsewhere(text).is_some(),
    read: |text, sink| sink.pipelines.extend(elsewhere(text).map(|it| Pipeline::Unit(Box::new(it)))),
};

/// What stands in a file that starts an agent.
const MARKS: &[&str] = &[
    "claude-code",
    "codex-action",
    "gemini-cli",
    "opencode",
    "claude ",
    "codex ",
    "gemini ",
    "cursor-agent",
    "copilot ",
    "goose run",
    "q chat",
    "kiro-cli",
    "aider",
    "qwen",
    "droid",
    "auggie",
    "augment-agent",
    "amp ",
    "crush run",
    "ai-inference",
    "ollama-action",
];

fn is_marked(text: &str) -> bool {
    MARKS.iter().any(|it| memchr::memmem::find(text.as_bytes(), it.as_bytes()).is_some())
}

/// Reads a file where it is loaded from. All workflows are taken in, for one may call another; what is wrong with one that
/// has nothing to do with agents is nobody's business here.
fn placed(text: &Text<'_>, sink: &mut Sink, unit: fn(&View<'_>, &Text<'_>) -> Option<Unit>) {
    let mut oddities = Vec::new();
    match tree::parse(text.text, Syntax::Yaml, &mut oddities) {
        Ok(root) => {
            if is_marked(text.text) {
                sink.problems.extend(oddities.into_iter().map(|it| tree::problem(it, text.path)));
            }
            sink.pipelines.extend(of(&root, text, unit));
        }
        Err(fault) if is_marked(text.text) => sink.problems.push(unread(fault, text.path)),
        Err(_) => {}
    }
}

fn unread(fault: Fault, path: &str) -> ambit_model::Problem {
    let message = format!("its agents are not on the map: {}", fault.message);
    tree::problem(Fault { message, ..fault }, path)
}

fn of(root: &Node, text: &Text<'_>, unit: fn(&View<'_>, &Text<'_>) -> Option<Unit>) -> Option<Pipeline> {
    let view = View::root(text.path, root);
    unit(&view, text).map(|it| Pipeline::Unit(Box::new(it)))
}

fn workflow(root: &View<'_>, text: &Text<'_>) -> Option<Unit> {
    root.get("jobs")?.is_map().then_some(())?;
    Some(Reading::of(text.text).workflow(root, text))
}

fn action(root: &View<'_>, text: &Text<'_>) -> Option<Unit> {
    Reading::of(text.text).action(root, text)
}

/// A workflow or an action that no build system loads from where it lies, with an agent in it.
fn elsewhere(text: &Text<'_>) -> Option<Unit> {
    text.root.at(&["jobs", "copilot-setup-steps"]).is_none().then_some(())?;
    let unit = workflow(&text.root, text).or_else(|| action(&text.root, text))?;
    join::has_agents(&unit).then_some(unit)
}

/// What agents of the file are named after.
fn stem(unit: &Unit) -> String {
    let (folder, file) = unit.path.rsplit_once('/').unwrap_or(("", &unit.path));
    let stem = file.split('.').find(|it| !it.is_empty()).unwrap_or(file);
    let folder = folder.rsplit('/').next().filter(|it| !it.is_empty());
    if unit.is_action && stem == "action" { folder.unwrap_or(stem).to_owned() } else { stem.to_owned() }
}
