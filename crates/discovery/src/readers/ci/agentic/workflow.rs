//! An agentic workflow with all that it imports, as the agent that it starts.

use super::super::agent::{Admits, Making, Open};
use super::super::flow::{Flow, Origin, Source, Who};
use super::super::run::{Run, runs};
use super::super::scalar::Scalar;
use super::super::unit::{self, Job, Step, Unit};
use super::events::{Starts, open_to_all, starts, who};
use super::imports::Imported;
use super::tools::{Tools, server, uncontained};
use super::{Agentic, lock, network, outputs};
use crate::fragment::{Fragment, Loads, Sink};
use crate::tree::View;
use ambit_catalog::Catalog;
use ambit_model::facts::{
    Guard, Holder, InstructionFacts, InstructionKind, LimitKind, LoopLimit, Network, SettingKind, Unresolved,
};
use ambit_model::{Place, Trust};
use std::collections::BTreeSet;

/// Engines with the clients that they are.
const ENGINES: &[(&str, &str)] = &[
    ("copilot", "copilot-cli"),
    ("claude", "claude-code"),
    ("codex", "codex"),
    ("gemini", "gemini-cli"),
    ("opencode", "opencode"),
    ("crush", "crush"),
    ("pi", "pi"),
    ("antigravity", "antigravity"),
];

/// Reads a workflow. `all` are all files that may be imported, `units` all workflows that may be compiled ones.
pub(in crate::readers::ci) fn read(
    file: &Agentic,
    all: &[Agentic],
    units: &[Unit],
    catalog: &Catalog,
    open: Open<'_>,
) -> Sink {
    let mut sink = Sink::default();
    let imported = Imported::of(file, all, open, &mut sink);
    let parts: Vec<&Agentic> = std::iter::once(file).chain(&imported.files).collect();
    let root = file.root();
    let Some(on) = root.get("on") else { return sink };
    let starts = starts(&on);
    let engine = engine(&root);
    lock::compare(file, &starts, engine.0, units, &mut sink);
    let unit = unit_of(file, &parts, &starts);
    let own = [unit];
    for unit in &own {
        for job in &unit.jobs {
            for mut run in runs(&own, unit, job) {
                for cause in &mut run.causes {
                    let of_change = cause.event.starts_with("pull_request") || cause.event == "workflow_run";
                    if of_change && !starts.with_forks.contains(&cause.event) {
                        let place = cause.place.clone();
                        cause.without_forks(&place);
                    }
                }
                let made = made(
                    &Parts { file, parts: &parts, imported: &imported, engine },
                    &own,
                    &run,
                    (catalog, open),
                );
                sink.append(made);
            }
        }
    }
    sink
}

/// The engine, and the client that it is.
fn engine(root: &View<'_>) -> (&'static str, &'static str) {
    let stated = root.get("engine");
    let id = stated
        .as_ref()
        .and_then(|it| it.text().or_else(|| it.text_of("id")).or_else(|| it.at(&["runtime", "id"])?.text()));
    let id = id.unwrap_or("copilot");
    ENGINES.iter().find(|(it, _)| *it == id).copied().unwrap_or(("custom", "custom-engine"))
}

/// The workflow as one with a job, so far as all workflows are alike.
fn unit_of(file: &Agentic, parts: &[&Agentic], starts: &Starts) -> Unit {
    let root = file.root();
    let reading = file.reading();
    let mut steps: Vec<Step> = Vec::new();
    if root.get("checkout").is_none_or(|it| it.truth() != Some(false)) {
        steps.extend(checkouts(&root, starts));
    }
    for part in parts.iter().rev() {
        let view = part.root();
        let own = ["steps", "pre-agent-steps"].iter().filter_map(|it| view.get(it));
        for list in own {
            steps.extend(part.reading().steps(&list));
        }
    }
    steps.push(agent_step(file, &root));
    let scalar = |key: &str| root.get(key).and_then(|it| reading.scalar(&it));
    let approval = root.at(&["on", "manual-approval"]).or_else(|| root.get("environment"));
    let job = Job {
        id: "agent".to_owned(),
        place: root.place(),
        condition: scalar("if"),
        needs: Vec::new(),
        uses: None,
        with: Vec::new(),
        permissions: None,
        env: Vec::new(),
        environment: approval.and_then(|it| reading.scalar(&it.get("name").unwrap_or(it))),
        timeout: scalar("timeout-minutes").or_else(|| scalar("timeout_minutes")),
        runs_on: root
            .get("runs-on")
            .map(|it| it.items())
            .unwrap_or_default()
            .iter()
            .filter_map(|it| reading.scalar(it))
            .collect(),
        steps,
        outputs: Vec::new(),
        matrix: Vec::new(),
    };
    Unit {
        path: file.path.clone(),
        location: file.location.clone(),
        title: root.text_of("name").map(str::to_owned),
        is_action: false,
        events: starts.events.clone(),
        permissions: Some(root.get("permissions").map_or_else(
            || unit::Permissions { all: None, each: Vec::new(), place: root.place() },
            |it| unit::permissions(&it),
        )),
        env: parts.iter().flat_map(|it| it.reading().named(it.root().get("env"))).collect(),
        inputs: Vec::new(),
        jobs: vec![job],
        host: unit::Host::GitHub,
        compiled: None,
    }
}

/// The working copies that the compiler adds: the default branch, and the change that an event is about.
fn checkouts(root: &View<'_>, starts: &Starts) -> Vec<Step> {
    let spoken = |it: &&super::super::events::Event| {
        [
            "pull_request",
            "pull_request_target",
            "pull_request_review",
            "pull_request_review_comment",
            "issue_comment",
        ]
        .contains(&it.name.as_str())
    };
    let mut steps = vec![checkout(root.place(), None)];
    if let Some(event) = starts.events.iter().find(spoken) {
        steps.push(checkout(event.place.clone(), Some("${{ github.event.pull_request.head.sha }}")));
    }
    steps
}

fn checkout(place: Place, reference: Option<&str>) -> Step {
    let mut step = empty(place.clone());
    step.uses = Some(Scalar::at("actions/checkout@v4", place.clone()));
    step.with.push(("persist-credentials".to_owned(), Scalar::at("false", place.clone())));
    step.with.extend(reference.map(|it| ("ref".to_owned(), Scalar::at(it, place.clone()))));
    step
}

fn empty(place: Place) -> Step {
    Step {
        id: None,
        name: None,
        place,
        condition: None,
        uses: None,
        with: Vec::new(),
        run: None,
        env: Vec::new(),
        folder: None,
        timeout: None,
    }
}

fn agent_step(file: &Agentic, root: &View<'_>) -> Step {
    let line = root.get("engine").or_else(|| root.get("on")).map_or_else(|| root.place(), |it| it.place());
    let mut step = empty(line);
    step.env = file.reading().named(root.at(&["engine", "env"]));
    step
}

/// A workflow with its parts.
#[expect(clippy::struct_field_names, reason = "these are the words of the format")]
struct Parts<'a> {
    file: &'a Agentic,
    parts: &'a [&'a Agentic],
    imported: &'a Imported,
    engine: (&'static str, &'static str),
}

impl<'a> Parts<'a> {
    fn all(&self, key: &str) -> Vec<View<'a>> {
        self.parts.iter().filter_map(|it| it.root().get(key)).collect()
    }
}

fn made(parts: &Parts<'_>, units: &[Unit], run: &Run<'_>, (catalog, open): (&Catalog, Open<'_>)) -> Sink {
    let number = run.steps.len().saturating_sub(1);
    let Some(step) = run.steps.get(number) else { return Sink::default() };
    let mut flow = Flow::of(run, units, Who { needs_secret: true, closed: false });
    for it in run.steps.iter().take(number) {
        flow.take(it);
    }
    let within = flow.within(step);
    let line = step.place.clone();
    let mut fragment = Fragment::new(parts.engine.1, run.unit.location.clone(), line.clone());
    fragment.name = Some(format!("{}/agent", super::super::stem(run.unit)));
    let sink = Sink::default();
    let mut making = Making {
        run,
        step,
        number,
        flow: &within,
        needs_secret: true,
        line,
        catalog,
        open,
        brings_change: None,
        fragment,
        sink,
    };
    agent(&mut making, parts);
    making.injected(&flow.injected);
    let Making { fragment, mut sink, .. } = making;
    sink.fragments.push(fragment);
    sink
}

fn agent(making: &mut Making<'_>, parts: &Parts<'_>) {
    let root = parts.file.root();
    let admits = admits(making, &root);
    told(making, parts, &admits);
    making.started(&admits, |_| false);
    let left = network::left(&parts.all("network"));
    let off =
        root.at(&["sandbox", "agent"]).or_else(|| root.get("sandbox")).filter(|it| it.truth() == Some(false));
    let contained = off.is_none() && left.open.is_none();
    let owner = parts.file.stem().to_owned();
    let lists = parts.all("tools");
    let writes = parts.all("safe-outputs");
    let has = |key: &str| writes.iter().any(|it| it.get(key).is_some_and(|it| it.truth() != Some(false)));
    let changes = has("create-pull-request") || has("push-to-pull-request-branch");
    let tools = Tools { lists: &lists, left: &left, contained, changes, owner: &owner };
    tools.read(making);
    for list in &writes {
        outputs::read(making, list, &owner);
    }
    detection(making, &writes);
    for (name, entry) in parts.all("mcp-servers").iter().flat_map(crate::view::View::entries) {
        server(making, name, &entry);
    }
    for (word, place) in &left.unknown {
        let help = "write a host with its dots, or one of the ecosystems of the compiler";
        making.problem(place, format!("`{word}` names no ecosystem that is known and no host"), help);
    }
    brought(making, parts);
    if let Some(place) = off.as_ref().map(View::place).or_else(|| left.open.clone()) {
        uncontained(making, &place);
    }
    engine_of(making, &root, parts.engine);
    limits(making, &root);
    for value in making.step.env.iter().chain(&making.run.env).cloned().collect::<Vec<_>>() {
        making.holds(&value.0, &value.1, Holder::Environment);
    }
    making.machine(Loads::Texts, true);
    if let Some(alone) = &mut making.fragment.alone {
        alone.runner.network = if contained { left.network.clone() } else { Network::Open };
    }
}

/// Who may start it: people with a role, unless all are let in.
fn admits(making: &mut Making<'_>, root: &View<'_>) -> Admits {
    if let Some(place) = open_to_all(root) {
        making.setting(SettingKind::OpenToStrangers, "roles: all", &place);
        return Admits::Anybody;
    }
    Admits::Writers(who(root).unwrap_or_else(|| making.line.clone()))
}

/// What it is told: its own text with those that it imports, and what the event brings where the text asks for it.
fn told(making: &mut Making<'_>, parts: &Parts<'_>, admits: &Admits) {
    for part in parts.parts {
        let body = part.body();
        making.told(&body, admits);
        let asked = ["sanitized.outputs", "activation.outputs.text", "outputs.body", "outputs.title"];
        if let Some(at) = asked.iter().find_map(|it| body.text.find(it)) {
            let place = body.place_of(at);
            let sources = spoken(making, &place);
            making.inserts(sources, true, admits);
        }
    }
}

/// The text of what started it, which the compiler takes mentions and markup out of and leaves the words.
fn spoken(making: &Making<'_>, place: &Place) -> BTreeSet<Source> {
    let objects = [
        ("issues", "issue"),
        ("issue_comment", "comment"),
        ("pull_request", "pull_request"),
        ("pull_request_target", "pull_request"),
        ("pull_request_review_comment", "comment"),
        ("discussion", "discussion"),
        ("discussion_comment", "comment"),
    ];
    let mut found = BTreeSet::new();
    for cause in &making.run.causes {
        let Some((_, object)) = objects.iter().find(|(it, _)| *it == cause.event) else { continue };
        let value = Scalar::at(format!("${{{{ github.event.{object}.body }}}}"), place.clone());
        let sources = making.flow.of_value(&value).into_iter();
        found.extend(sources.map(|it| Source {
            what: format!("text of the {object}"),
            from: Origin::Talk,
            ..it
        }));
    }
    found
}

/// A second agent looks through what the first wants written.
fn detection(making: &mut Making<'_>, writes: &[View<'_>]) {
    let Some(first) = writes.first() else { return };
    let stated = writes.iter().find_map(|it| it.get("threat-detection"));
    if stated.as_ref().is_some_and(|it| it.truth() == Some(false) || it.is_false("enabled")) {
        return;
    }
    let place = stated.map_or_else(|| first.place(), |it| it.place());
    let (how, name) =
        ("threat-detection".to_owned(), "a model that looks through what it wants written".to_owned());
    making.fragment.program.guards.push(Guard { how, name, place });
}

/// What comes from outside: parts of other repositories, skills and plug-ins.
fn brought(making: &mut Making<'_>, parts: &Parts<'_>) {
    for (path, place) in &parts.imported.remote {
        let version = path.rsplit_once('@').map(|it| it.1).unwrap_or_default();
        let pinned = version.len() == 40 && version.bytes().all(|it| it.is_ascii_hexdigit());
        text_from_outside(making, path, "part of a workflow of another repository", pinned, place);
        let (what, raw) = ("imports".to_owned(), path.clone());
        making.fragment.program.unresolved.push(Unresolved { what, raw, place: place.clone() });
    }
    for key in ["skills", "plugins"] {
        for (list, what) in parts.all(key).iter().map(|it| (it.clone(), key.trim_end_matches('s'))) {
            for (name, item) in list.get("items").unwrap_or(list).texts() {
                let version = name.rsplit_once('@').map(|it| it.1).unwrap_or_default();
                let pinned = version.len() == 40 && version.bytes().all(|it| it.is_ascii_hexdigit());
                let why = format!("a {what} of another repository");
                text_from_outside(making, name, &why, pinned, &item.place());
            }
        }
    }
}

fn text_from_outside(making: &mut Making<'_>, name: &str, because: &str, pinned: bool, place: &Place) {
    making.fragment.instructions.push(InstructionFacts {
        name: name.to_owned(),
        kind: InstructionKind::Skill,
        trust: Trust::Partner,
        because: because.to_owned(),
        pinned,
        signals: Vec::new(),
        place: place.clone(),
    });
}

fn engine_of(making: &mut Making<'_>, root: &View<'_>, (engine, client): (&str, &str)) {
    let stated = root.get("engine");
    let model = stated.as_ref().and_then(|it| it.get("model"));
    if let Some(model) = model.filter(|it| it.text().is_some()) {
        let text = Scalar::at(model.text().unwrap_or_default(), model.place());
        making.model(Some(&text));
    }
    if making.catalog.client(client).is_none() {
        let raw = stated.as_ref().and_then(crate::view::View::scalar).unwrap_or_else(|| engine.to_owned());
        let place = making.line.clone();
        making.fragment.program.unresolved.push(Unresolved { what: "tools".to_owned(), raw, place });
    }
    for key in ["args", "command", "config", "steps"] {
        if let Some(view) = stated.as_ref().and_then(|it| it.get(key)) {
            let raw = format!("engine.{key}");
            let what = "settings".to_owned();
            making.fragment.program.unresolved.push(Unresolved { what, raw, place: view.place() });
        }
    }
}

fn limits(making: &mut Making<'_>, root: &View<'_>) {
    for (path, kind) in [
        (&["engine", "max-turns"][..], LimitKind::Steps),
        (&["max-turns"], LimitKind::Steps),
        (&["on", "stop-after"], LimitKind::Time),
        (&["max-ai-credits"], LimitKind::Cost),
    ] {
        if let Some(view) = root.at(path) {
            let raw = format!("{}: {}", path.last().unwrap_or(&""), view.scalar().unwrap_or_default());
            making.limit(kind, raw, &view.place());
        }
    }
    if let Some(timeout) = &making.run.job.timeout {
        let (raw, place) = (format!("timeout-minutes: {}", timeout.text), timeout.place.clone());
        making.limit(LimitKind::Time, raw, &place);
    } else {
        let raw = "20 minutes, unless told otherwise".to_owned();
        making.fragment.program.limits.push(LoopLimit { kind: LimitKind::Time, raw, place: None });
    }
}
