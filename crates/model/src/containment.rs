//! The cheapest set of controls that leaves no composition at or above a severity, and what it costs.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::asset::AssetId;
use crate::finding::{ControlKind, Edit, Severity};
use crate::label::words;
use crate::place::Place;
use crate::reach::EdgeId;
use crate::risk::Founded;
use crate::stated::edit::Value;

/// The name of the JSON form of [`Containment`].
pub const SCHEMA: &str = "ambit.containment/v1";

/// How many findings there are of each severity.
pub type Counts = BTreeMap<Severity, usize>;

/// What contains a system.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Containment {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// Findings of this severity or worse are to be gone; absent where only a budget was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// Whether a person's approval counts as containing.
    pub approvals: bool,
    /// Whether findings that rest on inference or on unknown reach are to be gone too.
    pub count_possible: bool,
    /// What a year may cost, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<Budget>,
    /// What came of it.
    pub outcome: Outcome,
    /// How many findings are to be gone.
    pub wanted: usize,
    /// How many of that severity have been decided on, and are left alone.
    pub decided: usize,
    /// How many controls and changes were weighed.
    pub options: usize,
    /// Whether it is proven that no other set of what was weighed costs less.
    pub optimal: bool,
    /// How much less another set might cost, in percent of the cost, rounded up to a tenth.
    pub gap: f64,
    /// What the set costs, in points.
    pub cost: u32,
    /// What any set must cost at least, in points: the same where the set is proven to be the cheapest.
    pub at_least: u32,
    /// Findings of each severity as it is.
    pub before: Counts,
    /// Findings of each severity once all steps are in place.
    pub after: Counts,
    /// What to do, in the order to do it.
    pub steps: Vec<Step>,
    /// Findings that no control known to Ambit silences.
    pub beyond: Vec<Contained>,
    /// What must stay possible, and whether it does.
    pub needs: Vec<Kept>,
    /// Why it is not possible, where it is not.
    pub conflict: Option<Conflict>,
    /// What is left of the danger against what is lost, from nothing done to all done; where there was no time to tell what
    /// each step ends, these two alone.
    pub curve: Vec<Point>,
    /// How many edges are worth what people state in `ambit.yaml`, and not what is assumed.
    pub weights_stated: usize,
    /// What is expected to be lost is counted in this, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// There is nothing to contain.
    Nothing,
    /// The steps contain all that any control can.
    Contained,
    /// What must stay possible rules it out.
    Impossible,
    /// A year costs more than the budget whatever is chosen.
    Beyond,
    /// The time was over before a set was found.
    Unfinished,
}

/// What a year may cost, on average and in the unit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Budget {
    /// At the most.
    pub most: f64,
    /// As it is.
    pub before: f64,
    /// Once all steps are in place.
    pub after: f64,
    /// With everything that was weighed in place.
    pub least: f64,
    /// Where needs rule the budget out: with a set in place that was found to keep all of them. Another may leave less.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept: Option<f64>,
}

/// One control or change.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Step {
    /// Id of the control in the catalog, such as `deny-tool`; `planned` for one that `ambit.yaml` has as planned.
    pub control: String,
    /// What sort of control it is.
    pub kind: ControlKind,
    /// One sentence: what to do.
    pub action: String,
    /// Its name in `controls` of `ambit.yaml`; none where it is a change of a line and no control.
    pub name: Option<String>,
    /// The lines of `ambit.yaml`, with the control as planned.
    pub lines: Option<String>,
    /// The same as a value.
    #[serde(skip)]
    pub stated: Option<Value>,
    /// Lines of other files to write.
    pub edits: Vec<Edit>,
    /// Edges that it cuts, bounds or puts something before.
    pub cuts: Vec<EdgeId>,
    /// Findings that are silent after this step and were not before; none where there was no time to tell.
    pub silences: Vec<Contained>,
    /// The capability that it costs, in words.
    pub costs: String,
    /// What it costs, in points: effort and capability together.
    pub cost: u32,
    /// The part of the cost that is work.
    pub effort: u32,
    /// Where that number comes from.
    pub founded: Founded,
    /// How much each agent loses of what it can do, in percent, rounded up.
    pub loses: BTreeMap<AssetId, u32>,
    /// Findings of each severity that are left after it; absent where there was no time to tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remaining: Option<Counts>,
}

/// A finding that is contained, or cannot be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Contained {
    /// Its id.
    pub id: String,
    /// Its rule.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// Who acts.
    pub subject: AssetId,
    /// What it ends in.
    pub end: AssetId,
    /// The harm in plain words.
    pub message: String,
}

/// Something that must stay possible.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Kept {
    /// What must stay, in words.
    pub keep: String,
    /// Why.
    pub why: String,
    /// Where that is said.
    pub place: Place,
    /// Whether it is possible today: what is not cannot be kept.
    pub holds: bool,
}

/// Why containment is not possible.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Conflict {
    /// Needs that exclude each other: with any one of them less, the others of them can stay.
    pub needs: Vec<Kept>,
    /// Needs of which it is enough that all are given up, and not enough that any are left out; the earlier ones stay where
    /// there is a choice. None where there was no time to find them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub give_up: Vec<Kept>,
    /// Findings that they force.
    pub findings: Vec<Contained>,
}

/// One point of the curve.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Point {
    /// How many steps are in place.
    pub steps: usize,
    /// What they cost, in points.
    pub cost: u32,
    /// How much of what all agents can do is lost, in percent.
    pub loses: f64,
    /// Findings of each severity that are left.
    pub remaining: Counts,
    /// What is expected to be lost in a year, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub residual: Option<f64>,
}

words! {
    Outcome {
        Nothing => "nothing", Contained => "contained", Impossible => "impossible", Beyond => "beyond",
        Unfinished => "unfinished",
    }
}
