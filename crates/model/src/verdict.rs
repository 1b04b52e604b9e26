//! What the gate says of a change: why it fails, and what else a person should know.

use serde::{Deserialize, Serialize};

use crate::finding::Severity;
use crate::label::words;
use crate::place::{Place, Problem};

/// The name of the JSON form of [`Verdict`].
pub const SCHEMA: &str = "ambit.verdict/v1";

/// What the gate says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verdict {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// The day for which decisions were judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub today: Option<String>,
    /// The severity from which findings fail it.
    pub fail_on: Severity,
    /// Whether there was a lock to compare with.
    pub locked: bool,
    /// Why it fails, what weighs most first; empty when it passes.
    pub failures: Vec<Failure>,
    /// Entries of `ambit.yaml` that fit nothing.
    pub notes: Vec<Problem>,
    /// How many findings somebody has decided about.
    pub decided: usize,
}

/// One reason to fail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Failure {
    /// What sort of reason.
    pub kind: FailureKind,
    /// The finding, edge, boundary, tool or setting that it is about.
    pub about: String,
    /// How bad it is, where it is a finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// What is wrong, in plain words; names in backticks.
    pub message: String,
    /// What to do.
    pub help: String,
    /// Files and lines.
    pub places: Vec<Place>,
    /// Whether only the gate of the base says so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_base: bool,
}

/// The sorts of reasons, in the order in which they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// A boundary of `never` is broken.
    BrokenBoundary,
    /// A finding that was not there before.
    NewFinding,
    /// A finding that got worse.
    WorsenedFinding,
    /// A decision does not hold for what is there now.
    ReopenedDecision,
    /// A decision has run out.
    ExpiredDecision,
    /// Reach of tier T2 or higher that was not there before.
    NewReach,
    /// Reach of tier T2 or higher that got wider.
    WidenedReach,
    /// A tool's definition has changed under its pin.
    RedefinedTool,
    /// A tier's duties are not met.
    UnmetDuty,
    /// The change loosens the gate itself.
    LoosenedGate,
    /// `ambit.lock` is not what the files say.
    StaleLock,
}

words! {
    FailureKind {
        BrokenBoundary => "broken-boundary", NewFinding => "new-finding", WorsenedFinding => "worsened-finding",
        ReopenedDecision => "reopened-decision", ExpiredDecision => "expired-decision", NewReach => "new-reach",
        WidenedReach => "widened-reach", RedefinedTool => "redefined-tool", UnmetDuty => "unmet-duty",
        LoosenedGate => "loosened-gate", StaleLock => "stale-lock",
    }
}

impl Verdict {
    /// Whether nothing fails.
    pub fn passes(&self) -> bool {
        self.failures.is_empty()
    }

    /// Puts the failures into the order in which they are told: by kind, of one kind the worst first.
    pub fn sort(&mut self) {
        self.failures.sort_by(|a, b| {
            (a.kind, b.severity, &a.about, &a.message).cmp(&(b.kind, a.severity, &b.about, &b.message))
        });
    }
}
