//! Findings: compositions and facts that turn into harm, with their evidence.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::asset::AssetId;
use crate::gate::Exposure;
use crate::judged::DecisionNote;
use crate::label::words;
use crate::place::Place;
use crate::reach::EdgeId;
use crate::tier::Tier;

/// What is known of a rule.
#[derive(Debug, Clone, Copy)]
pub struct RuleInfo {
    /// Id, kebab-case.
    pub id: &'static str,
    /// What it finds, as a sentence without a full stop.
    pub title: &'static str,
    /// Framework categories with their edition, such as `ASI01:2026`.
    pub categories: &'static [&'static str],
    /// Its page, in Markdown.
    pub page: &'static str,
}

/// How bad it is: what it ends in by how exposed it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words are the scale")]
pub enum Severity {
    Low,
    Medium,
    High,
    Critical,
}

impl Severity {
    /// The severity of ending in `end` with `exposure`: open T4 (or a secret leaked) is critical, open T3
    /// high, open T2 medium; one step down when prompted, two when guarded; low is the floor.
    pub fn of(end: Tier, exposure: Exposure) -> Self {
        let open = match end {
            Tier::T4 => 3,
            Tier::T3 => 2,
            Tier::T2 => 1,
            Tier::T0 | Tier::T1 => 0,
        };
        let steps = match exposure {
            Exposure::Open => 0,
            Exposure::Prompted => 1,
            Exposure::Guarded => 2,
        };
        match i32::max(open - steps, 0) {
            3 => Self::Critical,
            2 => Self::High,
            1 => Self::Medium,
            _ => Self::Low,
        }
    }
}

/// How sure a finding or an edge is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Something was inferred from text, or is unknown.
    Possible,
    /// Something comes from a catalog entry.
    Likely,
    /// Everything is declared, observed or stated.
    Certain,
}

/// What became of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Nobody has decided.
    Open,
    /// A decision no longer holds, because what it was taken on has widened.
    Reopened,
    /// A control cuts or bounds it.
    Mitigated,
    /// Somebody accepted it.
    Accepted,
    /// A decision has run out.
    Expired,
}

/// The witness path of each leg, in order: the name of the leg, then edge ids.
pub type Legs = BTreeMap<String, Vec<EdgeId>>;

/// A composition or fact that turns into harm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Finding {
    /// Stable id: over the rule, the subject and the end.
    pub id: String,
    /// What a decision about it holds for: over its legs, gates and tiers.
    pub basis: String,
    /// Findings that one cut silences share a group.
    pub group: String,
    /// The rule.
    pub rule: String,
    /// What it ends in x how exposed it is.
    pub severity: Severity,
    /// How exposed.
    pub exposure: Exposure,
    /// The tier of what it ends in.
    pub tier: Tier,
    /// How sure.
    pub confidence: Confidence,
    /// The agent or asset that acts.
    pub subject: AssetId,
    /// The way out, action or asset that it ends in.
    pub end: AssetId,
    /// One line.
    pub title: String,
    /// The harm in plain words.
    pub message: String,
    /// The witness path of each leg.
    pub legs: Legs,
    /// Files and lines that make it true.
    pub evidence: Vec<Place>,
    /// Framework categories, each with its edition.
    pub categories: Vec<String>,
    /// What would silence it, cheapest first.
    pub remedies: Vec<Remedy>,
    /// What became of it.
    pub status: Status,
    /// The decision about it that counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionNote>,
}

/// What a control does to a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ControlKind {
    /// Removes or bounds an edge.
    Structural,
    /// A human approves.
    Procedural,
    /// Lowers a likelihood and nothing more.
    Behavioral,
}

/// A way to silence a finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Remedy {
    /// Id of the control in the catalog, such as `deny-tool`.
    pub control: String,
    /// What it does to the path.
    pub kind: ControlKind,
    /// One sentence: what to do.
    pub action: String,
    /// Edges that it cuts or bounds.
    pub cuts: Vec<EdgeId>,
    /// The capability that it costs.
    pub costs: String,
    /// The lines to write.
    pub edits: Vec<Edit>,
}

/// One change to one file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Edit {
    /// The file; it is created when it is not there.
    pub path: String,
    /// JSON pointer of the place; containers on the way are created.
    pub pointer: String,
    /// What to do there.
    pub action: EditAction,
    /// The value as JSON text; empty for `remove`.
    pub value: String,
    /// The lines as a person would write them.
    pub lines: String,
}

/// What an edit does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum EditAction {
    /// Append to the list there.
    Push,
    /// Put in the place of what is there.
    Set,
    /// Take away what is there.
    Remove,
    /// Replace the whole text of the file, or delete the marked characters from it; not for machines.
    Manual,
}

words! {
    Severity { Low => "low", Medium => "medium", High => "high", Critical => "critical" }
    Confidence { Possible => "possible", Likely => "likely", Certain => "certain" }
    Status {
        Open => "open", Reopened => "reopened", Mitigated => "mitigated", Accepted => "accepted",
        Expired => "expired",
    }
    ControlKind { Structural => "structural", Procedural => "procedural", Behavioral => "behavioral" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severity_is_the_function_of_the_model() {
        assert_eq!(Severity::of(Tier::T4, Exposure::Open), Severity::Critical);
        assert_eq!(Severity::of(Tier::T4, Exposure::Prompted), Severity::High);
        assert_eq!(Severity::of(Tier::T4, Exposure::Guarded), Severity::Medium);
        assert_eq!(Severity::of(Tier::T3, Exposure::Open), Severity::High);
        assert_eq!(Severity::of(Tier::T2, Exposure::Open), Severity::Medium);
        assert_eq!(Severity::of(Tier::T2, Exposure::Guarded), Severity::Low);
        assert_eq!(Severity::of(Tier::T1, Exposure::Open), Severity::Low);
    }
}
