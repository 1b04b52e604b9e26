//! A job as it runs: over all callers of its workflow, with the steps of the repository's own actions in their places, and
//! with who can start it.

use ambit_model::Place;

use super::events::{Event, is_of_pull_request, is_open, keeps_secrets};
use super::expression::{Expression, inside};
use super::guard::Case;
use super::scalar::Scalar;
use super::unit::{Host, Job, Named, Permissions, Step, Unit, own};

/// How many workflows call each other, and how many ways of calling are followed.
const DEEPEST: usize = 5;
const MOST: usize = 50;
/// How many steps a job has once its actions are put in.
const MOST_STEPS: usize = 2_000;

/// A job as one of its callers has it run.
#[derive(Debug)]
pub(crate) struct Run<'a> {
    /// The file that has the job.
    pub(crate) unit: &'a Unit,
    /// The job.
    pub(crate) job: &'a Job,
    /// Its steps.
    pub(crate) steps: Vec<Step>,
    /// Variables of the file and the job, the weaker first.
    pub(crate) env: Named,
    /// What its token may do.
    pub(crate) permissions: Option<Permissions>,
    /// What starts it.
    pub(crate) causes: Vec<Cause>,
    /// The jobs that have it run, the outermost first; itself last.
    chain: Vec<Link<'a>>,
}

/// The event of a comment, which stands on an issue or on a pull request.
const COMMENT: &str = "issue_comment";

/// What starts a job.
#[derive(Debug, Clone)]
pub(crate) struct Cause {
    /// The event.
    pub(crate) event: String,
    /// Its activity.
    pub(crate) activity: String,
    /// Whether somebody without a role can cause it, other than by a change from a fork.
    open: bool,
    /// The same by a change from a fork.
    by_fork: bool,
    /// Whether somebody with a role can cause it for a change from a fork, by a comment on it too.
    for_fork: bool,
    /// The line that keeps others from causing it.
    pub(crate) guard: Option<Place>,
    /// Where.
    pub(crate) place: Place,
}

impl Cause {
    /// Whether somebody without a role can cause it. A run that needs a secret fails where none is handed out.
    pub(crate) fn is_open(&self, needs_secret: bool) -> bool {
        self.open || self.by_fork && !(needs_secret && keeps_secrets(&self.event))
    }

    /// Keeps changes from forks out, because of the line at `place`.
    pub(crate) fn without_forks(&mut self, place: &Place) {
        let causes = self.by_fork || self.for_fork && self.event != COMMENT;
        (self.by_fork, self.for_fork) = (false, false);
        if causes {
            self.guard.get_or_insert_with(|| place.clone());
        }
    }

    /// Whether the pull request that it is about may come from a fork.
    pub(crate) fn is_foreign(&self, needs_secret: bool) -> bool {
        (self.by_fork || self.for_fork) && !(needs_secret && keeps_secrets(&self.event))
    }
}

/// A job of a chain of calls.
#[derive(Debug, Clone, Copy)]
struct Link<'a> {
    unit: &'a Unit,
    job: &'a Job,
}

/// All runs of `job`; one without causes where nothing that was read starts it.
pub(crate) fn runs<'a>(units: &'a [Unit], unit: &'a Unit, job: &'a Job) -> Vec<Run<'a>> {
    let mut chains = Vec::new();
    callers(units, Link { unit, job }, &mut Vec::new(), &mut chains);
    let mut runs: Vec<Run<'a>> = chains.into_iter().filter_map(|it| run(units, it)).collect();
    // A caller that never gets to the job says nothing of it, unless nobody else does.
    if runs.iter().any(|it| !it.causes.is_empty()) {
        runs.retain(|it| !it.causes.is_empty());
    }
    runs
}

fn callers<'a>(
    units: &'a [Unit],
    link: Link<'a>,
    below: &mut Vec<Link<'a>>,
    chains: &mut Vec<Vec<Link<'a>>>,
) {
    below.push(link);
    let before = chains.len();
    let is_called = link.unit.is_action || link.unit.events.iter().any(|it| it.name == "workflow_call");
    if below.len() < DEEPEST && is_called && !link.unit.is_action {
        for unit in units.iter().filter(|it| !it.is_action) {
            for job in unit.jobs.iter().filter(|it| calls(unit, it, link.unit)) {
                if chains.len() < MOST && !below.iter().any(|it| std::ptr::eq(it.unit, unit)) {
                    callers(units, Link { unit, job }, below, chains);
                }
            }
        }
    }
    let has_own = link.unit.events.iter().any(|it| it.name != "workflow_call");
    if (has_own || chains.len() == before) && chains.len() < MOST {
        chains.push(below.iter().rev().copied().collect());
    }
    below.pop();
}

/// Whether `job` calls the workflow of `called`.
fn calls(unit: &Unit, job: &Job, called: &Unit) -> bool {
    job.uses.as_ref().and_then(|it| own(&it.text)).is_some_and(|it| in_root(unit, it) == called.path)
}

/// A path below the root of the repository that `unit` lies in.
fn in_root(unit: &Unit, path: &str) -> String {
    match unit.location.at.as_str() {
        "" => path.to_owned(),
        at if unit.location.placed => format!("{at}/{path}"),
        _ => path.to_owned(),
    }
}

fn run<'a>(units: &'a [Unit], chain: Vec<Link<'a>>) -> Option<Run<'a>> {
    // A chain has the job itself at its end.
    let last = chain.last().copied();
    let first = chain.first().copied();
    let (Some(link), Some(outermost)) = (last, first) else { return None };
    let inputs = handed(&chain);
    let env: Named = link
        .unit
        .env
        .iter()
        .chain(&link.job.env)
        .map(|(name, it)| (name.clone(), filled(it, &inputs)))
        .collect();
    let own = |it: &Link<'a>| it.job.permissions.as_ref().or(it.unit.permissions.as_ref());
    let permissions = chain.iter().rev().find_map(own).cloned();
    let mut run = Run {
        unit: link.unit,
        job: link.job,
        steps: steps(units, link, &inputs),
        env,
        permissions,
        causes: Vec::new(),
        chain,
    };
    for event in outermost.unit.events.iter().filter(|it| it.name != "workflow_call" || run.chain.len() == 1)
    {
        let follows_open = event.workflows.is_empty() || upstream_is_open(units, event);
        let causes: Vec<Cause> =
            event.activities().into_iter().filter_map(|it| run.cause(event, it, follows_open)).collect();
        run.causes.extend(causes);
    }
    Some(run)
}

impl<'a> Run<'a> {
    /// A job that is started by these events, each with its line, and by nobody from outside.
    pub(crate) fn of_members(unit: &'a Unit, job: &'a Job, events: &[(&str, Place)]) -> Self {
        let cause = |(event, place): &(&str, Place)| Cause {
            event: (*event).to_owned(),
            activity: String::new(),
            open: false,
            by_fork: false,
            for_fork: false,
            guard: None,
            place: place.clone(),
        };
        Run {
            unit,
            job,
            steps: job.steps.clone(),
            env: unit.env.iter().chain(&job.env).cloned().collect(),
            permissions: None,
            causes: events.iter().map(cause).collect(),
            chain: vec![Link { unit, job }],
        }
    }
}

impl Run<'_> {
    /// Another job of the same file, as the same callers have it run.
    pub(crate) fn with_job<'s>(&'s self, units: &'s [Unit], job: &'s Job) -> Run<'s> {
        let mut chain: Vec<Link<'s>> = self.chain.clone();
        if let Some(last) = chain.last_mut() {
            last.job = job;
        }
        let inputs = handed(&chain);
        let env = self.unit.env.iter().chain(&job.env).map(|(name, it)| (name.clone(), filled(it, &inputs)));
        Run {
            unit: self.unit,
            job,
            steps: steps(units, Link { unit: self.unit, job }, &inputs),
            env: env.collect(),
            permissions: None,
            causes: self.causes.clone(),
            chain,
        }
    }

    /// Whether its workflow is called by others and none of them was read.
    pub(crate) fn is_uncalled(&self) -> bool {
        self.chain.len() == 1
            && self.unit.host == Host::GitHub
            && (self.unit.is_action || self.unit.events.iter().all(|it| it.name == "workflow_call"))
    }

    fn cause(&self, event: &Event, activity: &str, follows_open: bool) -> Option<Cause> {
        let passes =
            |outsider: bool, fork: Option<bool>| self.refused_at(event, activity, outsider, fork).is_none();
        let caused_openly = is_open(&event.name, activity) && follows_open;
        let of_change = is_of_pull_request(&event.name) || event.name == "workflow_run";
        let by_fork = caused_openly && of_change && passes(true, Some(true));
        // Whoever opens a pull request without a role has it in a fork; others may only speak to one that is not.
        let speaks = event.name.starts_with("pull_request_review") || !of_change;
        let open = caused_openly && speaks && passes(true, (of_change).then_some(false));
        let for_fork = (of_change || event.name == COMMENT) && passes(false, Some(true));
        if !open && !by_fork && !for_fork && !passes(false, None) {
            return None;
        }
        let guard = if open || by_fork || !caused_openly {
            None
        } else {
            self.refused_at(event, activity, true, of_change.then_some(true))
        };
        let (event_name, activity) = (event.name.clone(), activity.to_owned());
        Some(Cause {
            event: event_name,
            activity,
            open,
            by_fork,
            for_fork,
            guard,
            place: event.place.clone(),
        })
    }

    /// The condition that does not hold.
    fn refused_at(&self, event: &Event, activity: &str, outsider: bool, fork: Option<bool>) -> Option<Place> {
        self.chain.iter().find_map(|link| refused(*link, event, activity, (outsider, fork)))
    }

    /// Whether the step with this number runs for an outsider, as far as conditions before it say: the line that keeps
    /// them out.
    pub(crate) fn kept_out_before(&self, step: usize, cause: &Cause) -> Option<Place> {
        let checks = |id: &str| is_check(&self.steps, self.unit, id);
        let fork = (is_of_pull_request(&cause.event) || cause.event == "workflow_run").then_some(true);
        let case =
            Case { event: &cause.event, activity: &cause.activity, outsider: true, fork, checks: &checks };
        let own = self.steps.get(step).and_then(|it| it.condition.as_ref());
        let own = own.filter(|it| holds(&case, it) == Some(false)).map(|it| it.place.clone());
        let before = self.steps.get(..step).unwrap_or_default();
        own.or_else(|| before.iter().find(|it| stops_outsiders(it)).map(|it| it.place.clone()))
    }
}

fn holds(case: &Case<'_>, condition: &Scalar) -> Option<bool> {
    case.holds(&Expression::condition(&condition.text)?)
}

/// The condition of the job, or of one that it waits for, that does not hold.
fn refused(
    link: Link<'_>,
    event: &Event,
    activity: &str,
    (outsider, fork): (bool, Option<bool>),
) -> Option<Place> {
    let mut seen: Vec<&str> = Vec::new();
    let mut next = vec![link.job];
    while let Some(job) = next.pop() {
        let checks = |id: &str| is_check(&job.steps, link.unit, id);
        let case = Case { event: &event.name, activity, outsider, fork, checks: &checks };
        if let Some(condition) = &job.condition
            && holds(&case, condition) == Some(false)
        {
            return Some(condition.place.clone());
        }
        // A job that is needed and stops outsiders stops all that need it.
        if outsider
            && !std::ptr::eq(job, link.job)
            && let Some(step) = job.steps.iter().find(|it| stops_outsiders(it))
        {
            return Some(step.place.clone());
        }
        let waits =
            |it: &Scalar| !["always()", "cancelled()", "failure()"].iter().any(|mark| it.text.contains(mark));
        if job.condition.as_ref().is_none_or(waits) && seen.len() < MOST {
            for name in &job.needs {
                if !seen.contains(&name.as_str()) {
                    seen.push(name);
                    next.extend(link.unit.jobs.iter().find(|it| it.id == *name));
                }
            }
        }
    }
    None
}

/// Actions that ask for the role of whoever caused the event.
const CHECKS: &[&str] = &[
    "check-user-permission",
    "check-actor-permission",
    "check-permissions-action",
    "actor-permission",
    "user-permission",
    "get-user-teams-membership",
    "check-team-membership",
    "is-organization-member",
    "require-permission",
    "action-check-typescript-permission",
    "repo-permission",
];
/// What a script asks GitHub for to learn a role, or where a change comes from.
const ASKS: &[&str] = &[
    "getCollaboratorPermissionLevel",
    "checkMembershipForUser",
    "getMembershipForUser",
    "author_association",
    "checkCollaborator",
    "head.repo",
];

/// Whether a step asks for the role of whoever caused the event.
fn asks_for_role(step: &Step) -> bool {
    let action = step.action().is_some_and(|(it, _)| CHECKS.iter().any(|mark| it.contains(mark)));
    let script = step.run.as_ref().or_else(|| step.input("script")).map_or("", |it| it.text.as_str());
    let by_path = script.contains("collaborators/") && script.contains("permission")
        || script.contains("orgs/") && script.contains("members");
    action || by_path || ASKS.iter().any(|it| script.contains(it))
}

/// Whether a step ends the job for whoever has no role.
fn stops_outsiders(step: &Step) -> bool {
    if !asks_for_role(step) || step.condition.is_some() {
        return false;
    }
    let script = step.run.as_ref().or_else(|| step.input("script"));
    let fails = ["exit 1", "setFailed", "throw ", "process.exit(1)", "exit(1)"];
    script.is_none_or(|it| fails.iter().any(|mark| it.text.contains(mark)))
}

/// Whether the step `steps.x`, or a step of the job `needs.y`, asks for a role.
fn is_check(steps: &[Step], unit: &Unit, id: &str) -> bool {
    match id.split_once('.') {
        Some(("steps", id)) => steps.iter().any(|it| it.id.as_deref() == Some(id) && asks_for_role(it)),
        Some((_, id)) => unit.jobs.iter().any(|it| it.id == id && it.steps.iter().any(asks_for_role)),
        None => false,
    }
}

/// Whether an outsider can cause one of the workflows whose end `event` is; of one that was not read it is not known.
fn upstream_is_open(units: &[Unit], event: &Event) -> bool {
    event.workflows.iter().any(|name| {
        let named = |it: &&Unit| !it.is_action && it.title.as_deref() == Some(name.as_str());
        units.iter().find(named).is_none_or(|unit| {
            let open = |it: &Event| it.activities().iter().any(|activity| is_open(&it.name, activity));
            unit.events.iter().any(open)
        })
    })
}

/// What the callers hand on to the job, as the value of each input.
fn handed(chain: &[Link<'_>]) -> Named {
    let mut inputs: Named = Vec::new();
    for pair in chain.windows(2) {
        let [caller, called] = pair else { continue };
        let given = |name: &str| {
            caller.job.with.iter().rev().find(|(it, _)| it == name).map(|(_, it)| filled(it, &inputs))
        };
        let next = called
            .unit
            .inputs
            .iter()
            .map(|(name, it)| (name.clone(), given(name).unwrap_or_else(|| it.clone())))
            .collect();
        inputs = next;
    }
    if chain.len() == 1 {
        // Nothing that was read calls it: what it is given stays a name, unless it says what that is otherwise.
        let own = chain.first().map(|it| it.unit.inputs.as_slice()).unwrap_or_default();
        inputs.extend(own.iter().filter(|(_, it)| !it.text.is_empty()).cloned());
    }
    inputs
}

/// The steps of the job; those of the repository's own actions stand where they are used.
fn steps(units: &[Unit], link: Link<'_>, inputs: &Named) -> Vec<Step> {
    let mut all = Vec::new();
    inlined(units, link.unit, &link.job.steps, inputs, 0, &mut all);
    all
}

#[expect(clippy::too_many_arguments, reason = "each is another thing that it needs to know")]
fn inlined(units: &[Unit], unit: &Unit, steps: &[Step], inputs: &Named, depth: usize, into: &mut Vec<Step>) {
    for step in steps {
        if into.len() >= MOST_STEPS {
            return;
        }
        let step = step.filled(inputs);
        let action = step.uses.as_ref().and_then(|it| own(&it.text)).map(|it| in_root(unit, it));
        let action = action.and_then(|path| {
            let folder = path.trim_end_matches('/');
            units.iter().find(|it| {
                it.is_action && it.path.rsplit_once('/').map_or("", |(folder, _)| folder) == folder
            })
        });
        let (Some(action), true) = (action, depth < DEEPEST) else {
            into.push(step);
            continue;
        };
        let given = |name: &str| step.input(name).cloned();
        let inner: Named = action
            .inputs
            .iter()
            .map(|(name, it)| (name.clone(), given(name).unwrap_or_else(|| it.clone())))
            .collect();
        let before = into.len();
        for job in &action.jobs {
            inlined(units, action, &job.steps, &inner, depth + 1, into);
        }
        for it in into.iter_mut().skip(before) {
            // What the step that uses the action sets, its own steps see.
            let mut env = step.env.clone();
            env.append(&mut it.env);
            it.env = env;
            it.condition = it.condition.take().or_else(|| step.condition.clone());
        }
    }
}

impl Step {
    fn filled(&self, inputs: &Named) -> Self {
        let all = |it: &Named| it.iter().map(|(name, it)| (name.clone(), filled(it, inputs))).collect();
        let one = |it: &Option<Scalar>| it.as_ref().map(|it| filled(it, inputs));
        Self {
            with: all(&self.with),
            env: all(&self.env),
            run: one(&self.run),
            uses: one(&self.uses),
            folder: one(&self.folder),
            condition: one(&self.condition),
            ..self.clone()
        }
    }
}

/// The value with `${{ inputs.name }}` replaced by what is handed over under that name. Where the value is nothing but
/// that, what is handed over takes its place with its own lines.
pub(crate) fn filled(value: &Scalar, inputs: &Named) -> Scalar {
    if inputs.is_empty() || !value.text.contains("inputs") {
        return value.clone();
    }
    let input = |expression: &str| {
        let name = expression.trim().strip_prefix("inputs")?;
        let name = name.strip_prefix('.').or_else(|| name.strip_prefix("['")?.strip_suffix("']"))?;
        inputs.iter().rev().find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, it)| it)
    };
    let found = inside(&value.text);
    if let [(0, expression)] = found.as_slice()
        && value.text.trim().len() == expression.len() + 5
        && let Some(input) = input(expression)
    {
        return input.clone();
    }
    let mut text = String::with_capacity(value.text.len());
    let mut from = 0;
    for (at, expression) in found {
        let length = expression.len() + 5;
        text.push_str(value.text.get(from..at).unwrap_or_default());
        match input(expression) {
            Some(input) => text.push_str(&input.text),
            None => text.push_str(value.text.get(at..at + length).unwrap_or_default()),
        }
        from = at + length;
        if text.len() > 1024 * 1024 {
            return value.clone();
        }
    }
    text.push_str(value.text.get(from..).unwrap_or_default());
    value.with_text(text)
}
