//! What every agent of a job has alike, whatever starts it: who can start it, what it is told, the machine, the
//! credentials and the tokens around it, what ends it.

use ambit_catalog::Catalog;
use ambit_model::facts::{
    Guard, HookFacts, Insert, InstructionFacts, InstructionKind, Kept, KeptFor, LimitKind, LoopLimit,
    Network, Object, Package, PermissionRule, Pin, Runner, Selector, Setting, SettingKind, SignalKind,
    Trigger,
};
use ambit_model::{Gate, Level, Place, Problem, Scope, Trust};

use super::checkout::Checkout;
use super::flow::{Flow, Origin, Source, Sources};
use super::permissions::TALK;
use super::run::{Cause, Run};
use super::scalar::Scalar;
use super::unit::{Host, Step};
use crate::fragment::{Alone, Fragment, Loads, Rank, Sink};
use crate::readers::record::builtin;

/// The text of a file of the repository: nothing where there is none, and a reason where it cannot be read.
pub(crate) type Open<'a> = &'a dyn Fn(&str) -> Option<Result<String, String>>;

/// An agent in the making.
pub(super) struct Making<'a> {
    /// The job.
    pub(super) run: &'a Run<'a>,
    /// The step that starts it, and its number.
    pub(super) step: &'a Step,
    pub(super) number: usize,
    /// What is known before the step, with the step's own variables.
    pub(super) flow: &'a Flow<'a>,
    /// Whether it cannot run without a secret.
    pub(super) needs_secret: bool,
    /// The line that starts it.
    pub(super) line: Place,
    pub(super) catalog: &'a Catalog,
    pub(super) open: Open<'a>,
    /// The line because of which its own action checks out a change of somebody else before it starts.
    pub(super) brings_change: Option<Place>,
    pub(super) fragment: Fragment,
    pub(super) sink: Sink,
}

/// Who else is kept from starting an agent, by the product itself.
#[derive(Debug, Clone)]
pub(super) enum Admits {
    /// Whoever causes the event.
    Anybody,
    /// People with write access, because the line says or implies so.
    Writers(Place),
}

impl Making<'_> {
    /// An approval, a refusal.
    #[expect(clippy::too_many_arguments, reason = "each is another thing that it needs to know")]
    pub(super) fn rule(
        &mut self,
        rank: Rank,
        selects: Selector,
        gate: Gate,
        raw: impl Into<String>,
        place: &Place,
    ) {
        let scope = Scope::Project;
        let rule = PermissionRule {
            selects,
            gate,
            scope,
            place: place.clone(),
            raw: raw.into(),
            pointer: String::new(),
        };
        self.fragment.rule(rank, rule);
    }

    /// A rule about all calls of a tool of the client.
    #[expect(clippy::too_many_arguments, reason = "each is another thing that it needs to know")]
    pub(super) fn tool(&mut self, rank: Rank, tool: &str, gate: Gate, raw: &str, place: &Place) {
        self.rule(rank, builtin(tool), gate, raw, place);
    }

    pub(super) fn setting(&mut self, kind: SettingKind, raw: impl Into<String>, place: &Place) {
        self.fragment.setting(Setting {
            kind,
            raw: raw.into(),
            place: place.clone(),
            pointer: String::new(),
            scope: Scope::Project,
            trust_gated: false,
        });
    }

    /// Everything is approved.
    pub(super) fn approves_all(&mut self, raw: &str, place: &Place) {
        self.rule(Rank::Bypass, Selector::Any, Gate::Auto, raw, place);
        self.setting(SettingKind::ApprovalsOff, raw, place);
    }

    pub(super) fn problem(&mut self, place: &Place, message: impl Into<String>, help: &str) {
        self.sink.problems.push(Problem::at(place, message, help));
    }

    pub(super) fn limit(&mut self, kind: LimitKind, raw: impl Into<String>, place: &Place) {
        self.fragment.program.limits.push(LoopLimit { kind, raw: raw.into(), place: Some(place.clone()) });
    }

    pub(super) fn model(&mut self, value: Option<&Scalar>) {
        let known = |it: &&Scalar| !it.text.trim().is_empty() && !it.text.contains("${{");
        let value = value.filter(known).filter(|_| self.fragment.model.is_none());
        if let Some(it) = value {
            self.fragment.model = Some((it.text.trim().to_owned(), it.place.clone()));
        }
    }

    /// A package or an action that is resolved as the agent starts.
    pub(super) fn resolves(&mut self, package: Package) {
        let command = format!("{}@{}", package.name, version(&package.pin));
        self.fragment.hooks.push(HookFacts {
            event: "start".to_owned(),
            command,
            script: None,
            place: package.place.clone(),
            package: Some(package),
            pointer: String::new(),
            scope: Scope::Project,
            may_approve: false,
        });
    }

    /// A prompt, an instruction or the like: what is put into it, and that it is loaded.
    pub(super) fn told(&mut self, value: &Scalar, admits: &Admits) {
        let sources = self.flow.of_value(value);
        self.inserts(sources, true, admits);
        self.prompt(value);
    }

    /// A text that it is started with.
    pub(super) fn prompt(&mut self, value: &Scalar) {
        let mut signals = crate::text::signals(&value.text, &value.place_of(0));
        // A prompt is made of orders.
        signals.retain(|it| it.kind != SignalKind::Directive);
        self.fragment.instructions.push(InstructionFacts {
            name: "prompt".to_owned(),
            kind: InstructionKind::Prompt,
            trust: Trust::Organization,
            because: "a file of the workspace".to_owned(),
            pinned: true,
            signals,
            place: value.place.clone(),
        });
    }

    pub(super) fn inserts(&mut self, sources: Sources, among_instructions: bool, admits: &Admits) {
        for source in sources {
            let insert = insert(&source, among_instructions, admits);
            let same = |it: &Insert| {
                (&it.what, &it.place, it.trust) == (&insert.what, &insert.place, insert.trust)
                    && (it.among_instructions || !insert.among_instructions)
            };
            if !self.fragment.program.prompts.iter().any(same) {
                self.fragment.program.prompts.push(insert);
            }
        }
    }

    /// Variables that the agent's process is given and that others have written: those of its own step, and those that
    /// its step speaks of.
    pub(super) fn reads_variables(&mut self, among_instructions: bool, admits: &Admits) {
        let texts: Vec<&str> =
            self.step.with.iter().map(|it| &it.1).chain(&self.step.run).map(|it| it.text.as_str()).collect();
        for (name, sources) in self.flow.of_variables(self.step) {
            let own = self.step.env.iter().any(|(it, _)| *it == name);
            if own || texts.iter().any(|it| it.contains(&name)) {
                self.inserts(sources, among_instructions, admits);
            }
        }
    }

    /// What starts it. `brings` says of an event whether its text is given to the agent.
    pub(super) fn started(&mut self, admits: &Admits, brings: impl Fn(&str) -> bool) {
        let mut events: Vec<&str> = Vec::new();
        for cause in &self.run.causes {
            if !events.contains(&cause.event.as_str()) {
                events.push(&cause.event);
            }
        }
        for event in events {
            let causes: Vec<&Cause> = self.run.causes.iter().filter(|it| it.event == event).collect();
            let open = causes.iter().find(|it| it.is_open(self.needs_secret));
            let kept_out = open.and_then(|it| self.run.kept_out_before(self.number, it));
            let guard = match (open, admits) {
                (None, _) => {
                    causes.iter().find_map(|it| it.guard.clone()).or_else(|| self.secret_guard(&causes))
                }
                (Some(_), Admits::Writers(line)) => Some(line.clone()),
                (Some(_), Admits::Anybody) => kept_out,
            };
            let trust = if open.is_some() && guard.is_none() { Trust::Public } else { Trust::Organization };
            let Some(place) = causes.first().map(|it| it.place.clone()) else { continue };
            let brings_text = brings(event);
            let trigger = Trigger { event: event.to_owned(), trust, from: talk(), brings_text, guard, place };
            self.fragment.program.starts.push(trigger);
        }
    }

    /// Where nothing but a missing secret keeps forks out, the line that takes the secret does.
    fn secret_guard(&self, causes: &[&Cause]) -> Option<Place> {
        let by_secret = self.needs_secret && causes.iter().any(|it| it.is_open(false));
        by_secret.then(|| {
            let secret = |it: &&(String, Scalar)| it.1.text.contains("secrets.");
            let own = self.step.with.iter().chain(&self.step.env).chain(&self.run.env).find(secret);
            own.map_or_else(|| self.line.clone(), |(_, it)| it.place.clone())
        })
    }

    /// All the rest: the machine, the working copy, credentials and tokens, limits, scripts beside it. `loads` says what
    /// the client takes from a working copy; `restores` that it takes that from the base and not from a change.
    pub(super) fn surround(&mut self, loads: Loads, restores: bool) {
        self.credentials();
        self.tokens();
        self.limits();
        self.machine(loads, restores);
    }

    /// The machine and the working copy.
    pub(super) fn machine(&mut self, loads: Loads, restores: bool) {
        if let Some(environment) = &self.run.job.environment {
            let (name, place) = (environment.text.clone(), environment.place.clone());
            self.fragment.program.guards.push(Guard { how: "environment".to_owned(), name, place });
        }
        let loads = self.working_copy(loads, restores);
        let (network, limited_by) = network(self.run, self.number);
        if network == Network::Open && limited_by.is_some() {
            let place = limited_by.unwrap_or_else(|| self.line.clone());
            let guard =
                Guard { how: "harden-runner".to_owned(), name: "egress-policy: audit".to_owned(), place };
            self.fragment.program.guards.push(guard);
        }
        let checked_out = self.root().filter(|it| it.foreign).map(|it| it.place.clone());
        let foreign_code = checked_out.or_else(|| self.brings_change.clone());
        let throwaway = is_throwaway(self.run);
        let runner = Runner { throwaway, network, foreign_code, place: self.line.clone() };
        self.fragment.alone = Some(Alone { unit: self.run.unit.path.clone(), runner, loads, command: None });
    }

    /// What is put into scripts of the job, before the agent or after it.
    pub(super) fn injected(&mut self, sources: &Sources) {
        self.fragment.program.scripts.extend(sources.iter().map(|it| insert(it, false, &Admits::Anybody)));
    }

    /// The working copy that the agent is started in.
    fn root(&self) -> Option<&Checkout> {
        let folder = self.folder();
        let within =
            |it: &&Checkout| it.holds(if folder.is_empty() { "." } else { &folder }) || it.folder.is_empty();
        let exact = self.flow.checkouts.iter().rev().find(|it| !folder.is_empty() && it.folder == folder);
        exact.or_else(|| self.flow.checkouts.iter().rev().find(within))
    }

    /// The folder that it works in, below the workspace.
    pub(super) fn folder(&self) -> String {
        let stated = self.step.folder.as_ref().or_else(|| self.step.input("working-directory"));
        let plain = stated.map(|it| super::flow::plain_path(&it.text)).unwrap_or_default();
        if plain == "." { String::new() } else { plain.trim_end_matches('/').to_owned() }
    }

    fn working_copy(&mut self, loads: Loads, restores: bool) -> Loads {
        self.files_beside();
        let change = self.flow.foreign().map(|it| it.place.clone());
        if let Some(place) = change.or_else(|| self.brings_change.clone()) {
            let (unit, job) = (super::stem(self.run.unit), self.run.job.id.clone());
            let id = format!("store:change/{unit}/{job}");
            let mut on = Object::named(id, "Files of the change that is checked out");
            on.trust = Some(Trust::Public);
            on.level = Some(Level::Public);
            let kept_for = KeptFor::Run;
            self.fragment.program.keeps.push(Kept { on, writes: false, reads: true, kept_for, place });
        }
        let Some(root) = self.root() else { return Loads::Nothing };
        if root.elsewhere {
            return Loads::Nothing;
        }
        if root.foreign && !restores && loads != Loads::Nothing {
            // What is read of the repository here is not what is loaded there.
            let place = root.place.clone();
            self.fragment.instructions.push(InstructionFacts {
                name: "files of the change".to_owned(),
                kind: InstructionKind::Rules,
                trust: Trust::Public,
                because: "a change of somebody else is checked out where the client looks for its rules"
                    .to_owned(),
                pinned: false,
                signals: Vec::new(),
                place,
            });
            return Loads::Nothing;
        }
        loads
    }

    /// What strangers wrote and steps before it have put into files of the folder that it works in.
    fn files_beside(&mut self) {
        let starts = &self.fragment.program.starts;
        let open = starts.iter().any(|it| it.trust.is_untrusted() && it.guard.is_none());
        for source in self.flow.in_files_of(&self.folder()) {
            let on = origin(source.from);
            let keeps = &mut self.fragment.program.keeps;
            // What a script fetches from the web is mostly a part of the build.
            let counts = source.from != Origin::Web && (open || !source.by_actor);
            if counts && keeps.iter().all(|it| it.on.id != on.id) {
                let place = source.place.clone();
                keeps.push(Kept { on, writes: false, reads: true, kept_for: KeptFor::Run, place });
            }
        }
    }

    fn limits(&mut self) {
        let job = self.run.job.timeout.clone();
        for timeout in self.step.timeout.clone().into_iter().chain(job) {
            let raw = format!("timeout-minutes: {}", timeout.text);
            self.limit(LimitKind::Time, raw, &timeout.place);
        }
        if self.fragment.program.limits.iter().all(|it| it.kind != LimitKind::Time) {
            let raw = match self.run.unit.host {
                Host::GitHub => "360 minutes, unless told otherwise".to_owned(),
                Host::GitLab => "an hour, unless told otherwise".to_owned(),
            };
            self.fragment.program.limits.push(LoopLimit { kind: LimitKind::Time, raw, place: None });
        }
    }
}

fn insert(source: &Source, among_instructions: bool, admits: &Admits) -> Insert {
    // What the actor says is as good as whoever may be the actor.
    let trust = match admits {
        Admits::Writers(_) if source.by_actor => Trust::Organization,
        _ => source.trust,
    };
    let from = origin(source.from);
    Insert { what: source.what.clone(), trust, from, among_instructions, place: source.place.clone() }
}

/// Where text of `origin` comes from.
fn origin(origin: Origin) -> Object {
    match origin {
        Origin::Talk => talk(),
        Origin::Change => changes(),
        Origin::Web => Object::shared("channel:web"),
    }
}

/// What changes hold, and what builds of them say.
pub(super) fn changes() -> Object {
    let mut on = Object::named("channel:changes", "Changes that others propose");
    on.trust = Some(Trust::Public);
    on
}

/// Issues, pull requests and comments.
pub(super) fn talk() -> Object {
    let mut on = Object::named(TALK.0, TALK.1);
    on.trust = Some(Trust::Public);
    on
}

/// Whether the machine is thrown away after the run. Only labels that name one's own machines say otherwise.
fn is_throwaway(run: &Run<'_>) -> bool {
    !run.job.runs_on.iter().any(|it| it.text.to_ascii_lowercase().contains("self-hosted"))
}

/// What of the network a step before the agent leaves to the job.
fn network(run: &Run<'_>, number: usize) -> (Network, Option<Place>) {
    let before = run.steps.get(..number).unwrap_or_default();
    let guard = before
        .iter()
        .rev()
        .find(|it| it.action().is_some_and(|(name, _)| name == "step-security/harden-runner"));
    let Some(step) = guard else { return (Network::Open, None) };
    if step.input("egress-policy").is_none_or(|it| it.text.trim() != "block") {
        return (Network::Open, Some(step.place.clone()));
    }
    let allowed = step.input("allowed-endpoints").map_or("", |it| it.text.as_str());
    let host = |it: &str| it.rsplit_once(':').map_or(it, |(host, _)| host).to_owned();
    let mut hosts: Vec<String> = allowed.split_whitespace().map(host).collect();
    hosts.sort();
    hosts.dedup();
    (if hosts.is_empty() { Network::Closed } else { Network::Hosts(hosts) }, Some(step.place.clone()))
}

/// How tightly a version of an action is fixed: a commit is, a version can be moved and rarely is, any other name moves.
pub(super) fn pinned(version: Option<&str>) -> Pin {
    let Some(version) = version else { return Pin::Missing };
    let is_commit = version.len() == 40 && version.bytes().all(|it| it.is_ascii_hexdigit());
    let digits = version.trim_start_matches('v');
    let is_version = digits.split('.').count() >= 3 && digits.starts_with(|it: char| it.is_ascii_digit());
    match version {
        _ if is_commit => Pin::Digest(version.to_owned()),
        _ if is_version => Pin::Exact(version.to_owned()),
        _ => Pin::Movable(version.to_owned()),
    }
}

fn version(pin: &Pin) -> &str {
    match pin {
        Pin::Exact(it) | Pin::Digest(it) | Pin::Movable(it) => it,
        Pin::Missing => "latest",
    }
}
