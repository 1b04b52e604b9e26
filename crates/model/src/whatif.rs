//! The map as it would become: what a change completes, closes and makes reachable.

use serde::Serialize;

use crate::assessment::Assessment;
use crate::asset::AssetId;
use crate::difference::Difference;
use crate::finding::Finding;
use crate::gate::Gate;
use crate::label::words;
use crate::reach::Verb;
use crate::tier::Tier;

/// The name of the JSON form of [`Whatif`].
pub const SCHEMA: &str = "ambit.whatif/v1";

/// What a change would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Whatif {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// What is changed, in words.
    pub changes: Vec<String>,
    /// Compositions that are new or worse then, the worst first, each with what would stop it.
    pub completed: Vec<Finding>,
    /// Compositions that are gone or less bad then, as they are now.
    pub closed: Vec<Finding>,
    /// Who gets at what in another way than now, the worst tier first.
    pub reach: Vec<Reach>,
    /// The same, a row per fact.
    pub difference: Difference,
    /// As it is.
    #[serde(skip)]
    pub before: Assessment,
    /// As it would become.
    #[serde(skip)]
    pub after: Assessment,
}

/// What becomes of all edges of one verb between two assets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reach {
    /// What becomes of it.
    pub turn: ReachTurn,
    /// Who acts.
    pub from: AssetId,
    /// How.
    pub verb: Verb,
    /// What it leads to.
    pub to: AssetId,
    /// The weakest gate of any of the edges; of one that is gone, the gate that it had.
    pub gate: Gate,
    /// The highest tier of any of them.
    pub tier: Tier,
    /// Tools with that gate, sorted.
    pub via: Vec<AssetId>,
}

/// What becomes of a reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ReachTurn {
    /// It is new.
    Added,
    /// Less stands before it.
    Loosened,
    /// More stands before it.
    Tightened,
    /// It is gone.
    Removed,
}

words! {
    ReachTurn { Added => "added", Loosened => "loosened", Tightened => "tightened", Removed => "removed" }
}
