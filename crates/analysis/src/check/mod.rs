//! The gate: whether a change may go in. What lives here: what of a difference fails it, and what loosens the gate
//! itself. It judges an assessment that decisions, boundaries and duties have been settled on already.

mod loosened;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use ambit_model::difference::{Change, Turn};
use ambit_model::lock::LockedEdge;
use ambit_model::stated::Model;
use ambit_model::{
    Assessment, AssetId, Confidence, Difference, EdgeId, Failure, FailureKind, Finding, Gate, Lock, Place,
    ReachEdge, Severity, Status, Tier, Verdict,
};

pub use loosened::loosened;

/// What is asked of the gate beside the model.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The severity from which findings fail it; else the model says, else it is high.
    pub fail_on: Option<Severity>,
    /// Whether findings that are only possible count; else the model says.
    pub count_possible: bool,
}

impl Asked {
    /// The severity from which findings fail the gate of `model`.
    pub fn threshold(&self, model: &Model) -> Severity {
        self.fail_on.or(model.check.fail_on).unwrap_or(Severity::High)
    }

    fn counts(&self, model: &Model, finding: &Finding) -> bool {
        let possible = self.count_possible || model.check.count_possible == Some(true);
        finding.severity >= self.threshold(model) && (possible || finding.confidence > Confidence::Possible)
    }
}

/// What the gate of `model` says of `now`, compared with `lock`, where there is one.
pub fn check(now: &Assessment, lock: Option<&Lock>, model: &Model, asked: &Asked) -> Verdict {
    let locked = Lock::of(now);
    let difference = lock.map(|it| crate::difference(it, &locked));
    let mut failures = Vec::new();
    boundaries(now, &mut failures);
    findings(now, difference.as_ref(), &|it| asked.counts(model, it), &mut failures);
    if let Some(difference) = &difference {
        reach(now, difference, &mut failures);
        redefined(difference, &mut failures);
    }
    duties(now, &mut failures);
    let mut verdict = Verdict {
        schema: ambit_model::verdict::SCHEMA.to_owned(),
        today: None,
        fail_on: asked.threshold(model),
        locked: lock.is_some(),
        failures,
        notes: now.notes.clone(),
        decided: now.findings.iter().filter(|it| is_decided(it.status)).count(),
    };
    verdict.sort();
    verdict
}

/// How many edges the help of one reason names.
const MOST_NAMED: usize = 3;

fn is_decided(status: Status) -> bool {
    matches!(status, Status::Accepted | Status::Mitigated)
}

fn failure(kind: FailureKind, about: &str, message: String, help: &str) -> Failure {
    let (about, help) = (about.to_owned(), help.to_owned());
    Failure { kind, about, severity: None, message, help, places: Vec::new(), by_base: false }
}

fn boundaries(now: &Assessment, failures: &mut Vec<Failure>) {
    for boundary in &now.boundaries {
        for breach in &boundary.broken {
            let message = format!("{}: broken by `{}` on `{}`", boundary.says, breach.agent, breach.end);
            let help = "cut the path; a decision does not lift a boundary";
            let mut places = vec![boundary.place.clone()];
            places.extend(breach.evidence.iter().cloned());
            let about = format!("never:{}", boundary.name);
            let failure = failure(FailureKind::BrokenBoundary, &about, message, help);
            failures.push(Failure { severity: None, places, ..failure });
        }
    }
}

/// Findings that are new or worse, and decisions that do not hold any more.
fn findings(
    now: &Assessment,
    difference: Option<&Difference>,
    counts: &dyn Fn(&Finding) -> bool,
    failures: &mut Vec<Failure>,
) {
    let turns: Option<BTreeMap<&str, Turn>> = difference.map(|it| {
        let changes = it.findings.iter().filter_map(|it| Some((it.after.as_ref()?.id.as_str(), it.turn)));
        changes.collect()
    });
    for finding in &now.findings {
        let turn = turns.as_ref().map(|it| it.get(finding.id.as_str()).copied());
        let (kind, help) = match (finding.status, turn) {
            (Status::Expired, _) => (FailureKind::ExpiredDecision, "decide again, or mend it"),
            (Status::Reopened, _) if counts(finding) => {
                (FailureKind::ReopenedDecision, "what was decided on has widened: decide again, or narrow it")
            }
            (Status::Open, None | Some(Some(Turn::Opened))) if counts(finding) => {
                (FailureKind::NewFinding, "record a decision in `ambit.yaml`")
            }
            (Status::Open, Some(Some(Turn::Worsened))) if counts(finding) => {
                (FailureKind::WorsenedFinding, "record a decision in `ambit.yaml`")
            }
            _ => continue,
        };
        let remedy = finding.remedies.first().filter(|_| kind != FailureKind::ExpiredDecision);
        let help = remedy.map_or_else(|| help.to_owned(), |it| format!("{}; or {help}", it.action));
        let mut places: Vec<Place> = finding.decision.iter().map(|it| it.place.clone()).collect();
        places.extend(finding.evidence.iter().cloned());
        let failure = failure(kind, &finding.id, finding.message.clone(), &help);
        failures.push(Failure { severity: Some(finding.severity), places, ..failure });
    }
}

/// What changed in which way, for whom, by which line.
type Cause<'a> = (FailureKind, &'a AssetId, Option<Place>);

/// Edges of tier T2 or higher that are new or wider, by the agent and the line that brings them: what stock clients can do is
/// no change that somebody has made, and one line is one reason.
fn reach(now: &Assessment, difference: &Difference, failures: &mut Vec<Failure>) {
    let decided = decided(now);
    let rows: BTreeMap<EdgeId, &ReachEdge> = now.edges.iter().map(|it| (it.id, it)).collect();
    let mut causes: BTreeMap<Cause<'_>, Vec<&ReachEdge>> = BTreeMap::new();
    for change in &difference.edges {
        let (kind, edge) = match change {
            Change::Added { after } => (FailureKind::NewReach, after),
            Change::Changed { before, after, .. } if is_wider(before, after) => {
                (FailureKind::WidenedReach, after)
            }
            _ => continue,
        };
        let matters = edge.tier >= Tier::T2 && edge.gate != Gate::Denied && !edge.stock;
        let row = rows.get(&edge.id).filter(|_| matters && !decided.contains(&edge.id));
        if let Some(row) = row {
            let line = row.decided_by.as_ref().or_else(|| row.provenance.iter().find_map(|it| it.place()));
            causes.entry((kind, &row.from, line.cloned())).or_default().push(row);
        }
    }
    for ((kind, agent, line), edges) in causes {
        let Some(worst) = edges.iter().max_by_key(|it| (it.tier, Reverse(it.id))) else { continue };
        let again = if kind == FailureKind::NewReach { "" } else { "more easily than before " };
        let with = worst.via.as_ref().map(|it| format!(" with `{it}`")).unwrap_or_default();
        let more = match edges.len() {
            1 => String::new(),
            many => format!("; {} more edges of T2 or higher by the same line", many - 1),
        };
        let message = format!(
            "`{agent}` can {again}{}{with} ({}, `{}`){more}",
            worst.consequence, worst.tier, worst.to
        );
        let ids: Vec<&str> = edges.iter().take(MOST_NAMED).map(|it| it.id.as_str()).collect();
        let and = if edges.len() > MOST_NAMED { " and the others" } else { "" };
        let help =
            format!("take it back, or record a decision on `{}`{and} in `ambit.yaml`", ids.join("`, `"));
        let failure = failure(kind, worst.id.as_str(), message, &help);
        failures.push(Failure { places: line.into_iter().collect(), ..failure });
    }
}

/// Edges that somebody has decided about, themselves or as part of a finding.
fn decided(now: &Assessment) -> BTreeSet<EdgeId> {
    let own = now.decided.iter().filter(|it| is_decided(it.status)).map(|it| it.edge);
    let legs = now.findings.iter().filter(|it| is_decided(it.status)).flat_map(|it| it.legs.values());
    own.chain(legs.flatten().copied()).collect()
}

fn is_wider(before: &LockedEdge, after: &LockedEdge) -> bool {
    after.gate < before.gate
        || after.tier > before.tier
        || after.audience > before.audience
        || after.level > before.level
        || after.reached_by.is_some() && before.reached_by.is_none_or(|it| after.reached_by < Some(it))
        || before.stock && !after.stock
}

fn redefined(difference: &Difference, failures: &mut Vec<Failure>) {
    for it in difference.redefined.iter().filter(|it| it.pin.is_some()) {
        let pin = it.pin.as_deref().unwrap_or_default();
        let message = format!(
            "the definition of `{}` has changed, and `{}` is pinned to `{pin}` still",
            it.tool, it.server
        );
        let help = "look at what the tool says now, then write the lock anew with `ambit lock`";
        failures.push(failure(FailureKind::RedefinedTool, it.tool.as_str(), message, help));
    }
}

fn duties(now: &Assessment, failures: &mut Vec<Failure>) {
    for duty in &now.duties {
        let mut lacks = Vec::new();
        if duty.unapproved {
            lacks.push("nobody approves it".to_owned());
        }
        if duty.bounds > 0 {
            lacks.push(format!("{} structural bounds are missing", duty.bounds));
        }
        if duty.unlogged {
            lacks.push("nothing logs it".to_owned());
        }
        let with = duty.tool.as_ref().map(|it| format!(" with `{it}`")).unwrap_or_default();
        let message = format!("what `{}` does{with} is {}: {}", duty.agent, duty.tier, lacks.join(", "));
        let help = "bind a control to it in `ambit.yaml`, deny it, or change the duties of the tier";
        let about = duty.edges.first().map_or(duty.agent.as_str(), |it| it.as_str());
        failures.push(failure(FailureKind::UnmetDuty, about, message, help));
    }
}
