//! Pipelines of GitLab: jobs whose scripts start agents. Facts: <https://docs.gitlab.com/ci/yaml/>,
//! <https://docs.gitlab.com/ci/variables/predefined_variables/>.
//!
//! Pipelines of merge requests from forks run in the fork, with the fork's own variables, unless a member starts them in the
//! parent project: no outsider starts an agent there.

use ambit_model::facts::{Allowance, CredentialFacts, Guard, Holder, Object, OwnEffect, Token};
use ambit_model::{Basis, BlastRadius, Confidence, Effect, Place, Problem, Reversibility, Scope, Trust};

use super::agent::Making;
use super::checkout::Checkout;
use super::flow::{Flow, Origin, Source};
use super::join::{Joining, speaks_of_agents};
use super::permissions::{self, Effective};
use super::run::Run;
use super::scalar::Scalar;
use super::shell;
use super::unit::{Host, Job, Named, Reading, Step, Unit};
use crate::credential;
use crate::fragment::{Location, Sink};
use crate::readers::{Form, Reader, Text, in_folder};
use crate::tree::{self, Node, Syntax, View};

/// How many files one pipeline includes, and how deep jobs extend each other.
const MOST_INCLUDED: usize = 50;
const DEEPEST: usize = 11;

pub(in crate::readers) const READER: Reader = Reader {
    id: "gitlab-pipeline",
    places: &[in_folder(".gitlab-ci.yml"), in_folder(".gitlab-ci.yaml")],
    form: Form::Plain,
    marks: &[],
    accepts: super::nowhere_else,
    read: placed,
};

pub(in crate::readers) const ELSEWHERE: Reader = Reader {
    id: "gitlab-pipeline-elsewhere",
    places: &[],
    form: Form::Tree(Syntax::Yaml),
    marks: super::MARKS,
    accepts: |text| has_agents(&text.root, text.text),
    read: |text, sink| take_in(text, text.root.node().clone(), sink),
};

/// A file of a pipeline.
#[derive(Debug, Clone)]
pub(crate) struct Pipeline {
    path: String,
    location: Location,
    root: Node,
    text: String,
}

fn placed(text: &Text<'_>, sink: &mut Sink) {
    match tree::parse(text.text, Syntax::Yaml, &mut Vec::new()) {
        Ok(root) => take_in(text, root, sink),
        Err(fault) if super::is_marked(text.text) => sink.problems.push(super::unread(fault, text.path)),
        Err(_) => {}
    }
}

fn take_in(text: &Text<'_>, root: Node, sink: &mut Sink) {
    let (path, location) = (text.path.to_owned(), text.location.clone());
    let file = Pipeline { path, location, root, text: text.text.to_owned() };
    sink.pipelines.push(super::Pipeline::GitLab(Box::new(file)));
}

/// Words at the top of a pipeline that are no jobs.
const RESERVED: &[&str] = &[
    "stages",
    "variables",
    "include",
    "default",
    "workflow",
    "image",
    "services",
    "cache",
    "before_script",
    "after_script",
    "spec",
    "types",
];

/// Whether a file that lies elsewhere is a pipeline with an agent in it.
fn has_agents(root: &View<'_>, text: &str) -> bool {
    root.get("jobs").is_none()
        && root.get("on").is_none()
        && root.get("services").is_none_or(|it| it.is_list())
        && {
            let reading = Reading::of(text);
            let scripts =
                root.entries().into_iter().filter(|(name, it)| !RESERVED.contains(name) && it.is_map());
            let scripts =
                scripts.filter_map(|(_, it)| it.get("script")).filter_map(|it| lines(&it, &reading, 0));
            scripts.into_iter().any(|it| !super::starts::starts(&shell::script(&it.text)).is_empty())
        }
}

/// Reads a pipeline with all that it includes.
pub(super) fn read(file: &Pipeline, all: &[Pipeline], joining: &mut Joining<'_>) {
    // A part is read with the pipelines that include it.
    if !file.location.placed
        && all.iter().any(|it| it.location.placed && includes(it).iter().any(|(path, _)| *path == file.path))
    {
        return;
    }
    let parts = parts(file, all, joining);
    let root = View::root(&file.path, &file.root);
    for part in &parts {
        let view = View::root(&part.path, &part.root);
        for (name, job) in view.entries() {
            if RESERVED.contains(&name) || name.starts_with('.') || !job.is_map() {
                continue;
            }
            let pipeline = Whole { file, parts: &parts, root: &root };
            let (unit, events) = pipeline.job(name, part, &job);
            for own in &unit.jobs {
                let events: Vec<(&str, Place)> =
                    events.iter().map(|(it, place)| (*it, place.clone())).collect();
                joining.run(std::slice::from_ref(&unit), &Run::of_members(&unit, own, &events));
            }
        }
    }
}

/// Files of the repository that a pipeline includes, by their paths.
fn includes(file: &Pipeline) -> Vec<(String, Place)> {
    let root = View::root(&file.path, &file.root);
    let mut found = Vec::new();
    let Some(list) = root.get("include") else { return found };
    let items = if list.is_list() { list.items() } else { vec![list] };
    for item in items {
        let paths = match item.text() {
            Some(path) if !path.contains("://") => vec![(path, item.place())],
            Some(_) => Vec::new(),
            None => item
                .get("local")
                .map(|it| it.texts())
                .unwrap_or_default()
                .into_iter()
                .map(|(it, view)| (it, view.place()))
                .collect(),
        };
        for (path, place) in paths {
            let below = path.trim_start_matches('/');
            let at = file.location.at.as_str();
            let whole = if file.location.placed && !at.is_empty() {
                format!("{at}/{below}")
            } else {
                below.to_owned()
            };
            found.push((whole, place));
        }
    }
    found
}

/// The file with those that it includes.
fn parts(file: &Pipeline, all: &[Pipeline], joining: &mut Joining<'_>) -> Vec<Pipeline> {
    let mut parts = vec![file.clone()];
    let mut at = 0;
    while let Some(part) = parts.get(at).cloned() {
        at += 1;
        foreign(&part, joining);
        for (path, place) in includes(&part) {
            if parts.len() >= MOST_INCLUDED || parts.iter().any(|it| it.path == path) || path.contains('*') {
                continue;
            }
            let known = all.iter().find(|it| it.path == path).cloned();
            let opened = known.or_else(|| {
                let text = (joining.open)(&path)?.ok()?;
                let root = tree::parse(&text, Syntax::Yaml, &mut Vec::new()).ok()?;
                Some(Pipeline { path: path.clone(), location: file.location.clone(), root, text })
            });
            match opened {
                Some(it) => parts.push(it),
                None if speaks_of_agents(&path) => unread(joining, &path, &place),
                None => {}
            }
        }
    }
    parts
}

/// Includes from elsewhere whose names speak of agents.
fn foreign(part: &Pipeline, joining: &mut Joining<'_>) {
    let root = View::root(&part.path, &part.root);
    let items =
        root.get("include").map(|it| if it.is_list() { it.items() } else { vec![it] }).unwrap_or_default();
    for item in items {
        for key in ["remote", "project", "template", "component", "file"] {
            for (path, view) in item.get(key).map(|it| it.texts()).unwrap_or_default() {
                if speaks_of_agents(path) {
                    unread(joining, path, &view.place());
                }
            }
        }
    }
}

fn unread(joining: &mut Joining<'_>, path: &str, place: &Place) {
    let message = format!("`{path}` is included and was not read: an agent in it is not on the map");
    let help = "scan it as well, or state its agent in `ambit.yaml`";
    joining.sink.problems.push(Problem::at(place, message, help));
}

/// A pipeline as a whole.
struct Whole<'a> {
    file: &'a Pipeline,
    parts: &'a [Pipeline],
    root: &'a View<'a>,
}

impl<'a> Whole<'a> {
    /// The job with what it extends, the nearest first.
    fn chain(&self, job: &View<'a>) -> Vec<(View<'a>, &'a Pipeline)> {
        let mut chain: Vec<(View<'a>, &'a Pipeline)> = Vec::new();
        let owner = |view: &View<'_>| self.parts.iter().find(|it| *it.path == *view.place().path);
        let mut next = vec![job.clone()];
        while let Some(view) = next.pop() {
            let Some(part) = owner(&view) else { continue };
            if chain.len() >= DEEPEST {
                break;
            }
            for (name, _) in view.get("extends").map(|it| it.texts()).unwrap_or_default() {
                let found = self.parts.iter().rev().find_map(|it| View::root(&it.path, &it.root).get(name));
                next.extend(found);
            }
            chain.push((view, part));
        }
        chain
    }

    /// The job as a unit of its own, and what starts it.
    fn job(&self, name: &str, part: &'a Pipeline, view: &View<'a>) -> (Unit, Vec<(&'static str, Place)>) {
        let chain = self.chain(view);
        let get = |key: &str| chain.iter().find_map(|(it, part)| Some((it.get(key)?, *part)));
        let default = |key: &str| {
            let own = self.root.at(&["default", key]).or_else(|| self.root.get(key));
            own.map(|it| (it, self.file))
        };
        let scripts = [
            get("before_script").or_else(|| default("before_script")),
            get("script"),
            get("after_script").or_else(|| default("after_script")),
        ];
        let scripts: Vec<Scalar> = scripts
            .into_iter()
            .flatten()
            .filter_map(|(it, part)| lines(&it, &Reading::of(&part.text), 0))
            .collect();
        let scalar = |key: &str| get(key).and_then(|(it, part)| Reading::of(&part.text).scalar(&it));
        let environment = get("environment")
            .and_then(|(it, part)| Reading::of(&part.text).scalar(&it.get("name").unwrap_or(it)));
        let mut env: Named = Vec::new();
        for (it, part) in chain.iter().rev() {
            env.extend(Reading::of(&part.text).named(it.get("variables")));
        }
        let step = Step {
            id: None,
            name: None,
            place: view.place(),
            condition: None,
            uses: None,
            with: identities(&chain),
            run: Scalar::joined(&scripts),
            env: Vec::new(),
            folder: None,
            timeout: scalar("timeout"),
        };
        let job = Job {
            id: name.to_owned(),
            place: view.place(),
            condition: scalar("when").filter(|it| it.text == "manual"),
            needs: Vec::new(),
            uses: None,
            with: Vec::new(),
            permissions: None,
            env,
            environment,
            timeout: None,
            runs_on: Vec::new(),
            steps: vec![step],
            outputs: Vec::new(),
            matrix: Vec::new(),
        };
        let events = events(&chain, self.root, &job.place);
        let unit = Unit {
            path: part.path.clone(),
            location: self.file.location.clone(),
            title: None,
            is_action: false,
            events: Vec::new(),
            permissions: None,
            env: Reading::of(&self.file.text).named(self.root.get("variables")),
            inputs: Vec::new(),
            jobs: vec![job],
            host: Host::GitLab,
            compiled: None,
        };
        (unit, events)
    }
}

/// The lines of a script, also of lists in lists.
fn lines(view: &View<'_>, reading: &Reading<'_>, depth: usize) -> Option<Scalar> {
    if !view.is_list() {
        return reading.scalar(view);
    }
    if depth > 10 {
        return None;
    }
    let parts: Vec<Scalar> = view.items().iter().filter_map(|it| lines(it, reading, depth + 1)).collect();
    Scalar::joined(&parts)
}

/// Identities for clouds, kept among what the step is given.
fn identities(chain: &[(View<'_>, &Pipeline)]) -> Named {
    let Some(list) = chain.iter().find_map(|(it, _)| it.get("id_tokens")) else { return Vec::new() };
    list.entries()
        .into_iter()
        .map(|(name, it)| (format!("id_tokens.{name}"), Scalar::at(name, it.place())))
        .collect()
}

/// Sources of pipelines, with the words that choose them.
const SOURCES: &[(&str, &[&str])] = &[
    ("merge_request", &["merge_request_event", "merge_requests", "CI_MERGE_REQUEST"]),
    ("schedule", &["schedule"]),
    ("trigger", &["trigger", "pipeline\""]),
    ("web", &["\"web\"", "'web'"]),
    ("api", &["\"api\"", "'api'"]),
    ("push", &["push", "CI_COMMIT_BRANCH", "CI_DEFAULT_BRANCH", "branches", "main"]),
    ("tag", &["CI_COMMIT_TAG", "tags"]),
];

/// What starts a job.
fn events(chain: &[(View<'_>, &Pipeline)], root: &View<'_>, place: &Place) -> Vec<(&'static str, Place)> {
    let rules = chain.iter().find_map(|(it, _)| it.get("rules").or_else(|| it.get("only")));
    let rules = rules.or_else(|| root.at(&["workflow", "rules"]));
    let Some(rules) = rules else { return vec![("push", place.clone())] };
    let mut found: Vec<(&'static str, Place)> = Vec::new();
    let items = if rules.is_list() { rules.items() } else { vec![rules.clone()] };
    for item in &items {
        if item.text_of("when") == Some("never") {
            continue;
        }
        let condition = item.get("if").unwrap_or_else(|| item.clone());
        let texts: Vec<&str> = match condition.text() {
            Some(text) => vec![text],
            None => condition
                .get("refs")
                .unwrap_or(condition.clone())
                .texts()
                .into_iter()
                .map(|it| it.0)
                .collect(),
        };
        for (event, words) in SOURCES {
            let chosen = texts.iter().any(|text| words.iter().any(|it| text.contains(it)));
            if chosen && !found.iter().any(|(it, _)| it == event) {
                found.push((event, condition.place()));
            }
        }
    }
    if found.is_empty() {
        found.push(("push", rules.place()));
    }
    found
}

/// Variables that GitLab fills with what people have written.
const WRITTEN: &[(&str, Trust)] = &[
    ("CI_MERGE_REQUEST_TITLE", Trust::Organization),
    ("CI_MERGE_REQUEST_DESCRIPTION", Trust::Organization),
    ("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", Trust::Organization),
    ("CI_COMMIT_MESSAGE", Trust::Organization),
    ("CI_COMMIT_TITLE", Trust::Organization),
    ("CI_COMMIT_DESCRIPTION", Trust::Organization),
    ("CI_COMMIT_REF_NAME", Trust::Organization),
    ("CI_COMMIT_BRANCH", Trust::Organization),
    ("CI_COMMIT_TAG_MESSAGE", Trust::Organization),
    // What somebody has said in a comment, handed over by whatever listens to it.
    ("AI_FLOW_INPUT", Trust::Public),
    ("AI_FLOW_CONTEXT", Trust::Public),
    ("AI_FLOW_EVENT", Trust::Public),
    ("TRIGGER_PAYLOAD", Trust::Public),
];

/// What is known of a job's variables and of its working copy before its script.
pub(super) fn given(flow: &mut Flow<'_>, run: &Run<'_>) {
    let text = run.steps.iter().find_map(|it| it.run.as_ref());
    for (name, trust) in WRITTEN {
        let at = text.and_then(|it| Some(it.place_of(it.text.find(name)?)));
        let place = at.unwrap_or_else(|| run.job.place.clone());
        let what = format!("${name}");
        flow.given(name, Source { what, trust: *trust, by_actor: false, from: Origin::Talk, place });
    }
    let strategy = run.env.iter().rev().find(|(name, _)| name == "GIT_STRATEGY");
    if strategy.is_none_or(|(_, it)| it.text.trim() != "none") {
        let place = run.job.place.clone();
        let checkout =
            Checkout { folder: String::new(), foreign: false, elsewhere: false, keeps: None, place };
        flow.checkouts.push(checkout);
    }
}

/// Tokens and other credentials that a job's script speaks of: they are variables of the project.
pub(super) fn tokens(making: &mut Making<'_>) {
    let line = making.line.clone();
    let mut tokens = vec![job_token(&line)];
    let text = making.step.run.clone();
    let mut seen: Vec<String> = Vec::new();
    for name in text.iter().flat_map(|it| shell::variables(&it.text)) {
        let kind = credential::kind(making.catalog, name, "");
        let Some(kind) = kind.filter(|_| !name.starts_with("CI_") && !seen.iter().any(|it| it == name))
        else {
            continue;
        };
        seen.push(name.to_owned());
        let at = text.as_ref().and_then(|it| Some(it.place_of(it.text.find(name)?)));
        let place = at.unwrap_or_else(|| line.clone());
        if name.contains("GITLAB") || name.starts_with("GL_") {
            tokens.push(permissions::token(name, Effective::Unknown(&place), &place));
        }
        making.fragment.credentials.push(CredentialFacts {
            name: name.to_owned(),
            kind,
            holder: Holder::Environment,
            value: None,
            place,
            pointer: String::new(),
            scope: Scope::Project,
        });
    }
    for (_, identity) in making.step.with.iter().filter(|(key, _)| key.starts_with("id_tokens.")) {
        let token = permissions::identity(&identity.place);
        tokens.push(Token { name: identity.text.clone(), ..token });
    }
    if let Some(place) = by_hand(making) {
        let guard = Guard { how: "when: manual".to_owned(), name: "a person starts it".to_owned(), place };
        making.fragment.program.guards.push(guard);
    }
    making.fragment.program.tokens.append(&mut tokens);
}

fn by_hand(making: &Making<'_>) -> Option<Place> {
    making.run.job.condition.as_ref().map(|it| it.place.clone())
}

/// What every job may do with the token that it is given: what it reaches beyond is a setting of the project.
fn job_token(line: &Place) -> Token {
    let weight = (Reversibility::Recoverable, BlastRadius::Organization);
    let effect = OwnEffect {
        effect: Effect::Writes { reversibility: weight.0, blast_radius: weight.1 },
        on: Object::named("channel:release", ""),
        does: "publish packages of the project".into(),
        basis: Basis::Declared,
        confidence: Confidence::Possible,
        place: Some(line.clone()),
    };
    let by = ["docker push", "npm publish", "mvn deploy", "twine upload", "glab release", "curl"];
    let lets = vec![Allowance { effect, said: None, by: by.map(str::to_owned).into() }];
    Token { name: "CI_JOB_TOKEN".to_owned(), lets, only_here: true, place: line.clone() }
}
