//! What the statements of people come to on a map: decisions that hold or do not, boundaries, duties.

use serde::{Deserialize, Serialize};

use crate::asset::AssetId;
use crate::finding::{Confidence, Legs, Status};
use crate::gate::Exposure;
use crate::place::Place;
use crate::reach::EdgeId;
use crate::tier::Tier;

/// A decision, beside what it is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DecisionNote {
    /// Who has decided.
    pub owner: String,
    /// What: `accept`, `mitigate`, `transfer` or `avoid`.
    pub decision: String,
    /// The last day on which it holds.
    pub until: String,
    /// Why.
    pub reason: String,
    /// Where it is stated.
    pub place: Place,
    /// Why it does not hold, where it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// An edge that somebody has decided about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DecidedEdge {
    /// The edge.
    pub edge: EdgeId,
    /// What a decision about it holds for.
    pub basis: String,
    /// What became of it.
    pub status: Status,
    /// The decision.
    pub decision: DecisionNote,
}

/// A boundary of `never`, and the paths that break it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BoundaryCheck {
    /// Its name.
    pub name: String,
    /// The boundary in words.
    pub says: String,
    /// Where it is stated.
    pub place: Place,
    /// Who breaks it, by agent; nobody where it holds.
    pub broken: Vec<Breach>,
}

/// A path that breaks a boundary: the surest of an agent, then the most exposed, then the shortest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Breach {
    /// Who acts.
    pub agent: AssetId,
    /// The way out or the action that it ends in.
    pub end: AssetId,
    /// How many edges of the agent end a path that breaks it.
    pub ends: usize,
    /// The tier of what it ends in.
    pub tier: Tier,
    /// How exposed the path is.
    pub exposure: Exposure,
    /// How sure.
    pub confidence: Confidence,
    /// The witness path of each leg.
    pub legs: Legs,
    /// Files and lines that make it true.
    pub evidence: Vec<Place>,
}

/// What edges of one agent lack of the duties of their tiers, by the tool that they go by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UnmetDuty {
    /// Who acts.
    pub agent: AssetId,
    /// With which tool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<AssetId>,
    /// The highest tier among the edges.
    pub tier: Tier,
    /// Whether nothing logs their use.
    pub unlogged: bool,
    /// How many structural bounds are missing at most.
    pub bounds: u32,
    /// Whether no human approves their use.
    pub unapproved: bool,
    /// The edges.
    pub edges: Vec<EdgeId>,
}

/// What the duties of tiers come to on a map, whether the gate asks for them or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duties {
    /// Whether the gate asks for them.
    pub asked: bool,
    /// From T2 up, by tier.
    pub tiers: Vec<TierCount>,
    /// What edges lack, sorted by agent and tool.
    pub unmet: Vec<UnmetDuty>,
}

/// How many edges of agents have a tier, and how many of those lack something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TierCount {
    /// The tier.
    pub tier: Tier,
    /// Edges that are not denied.
    pub edges: usize,
    /// Those among them of the stock client, which nothing is asked for.
    pub stock: usize,
    /// Those that lack something.
    pub unmet: usize,
}
