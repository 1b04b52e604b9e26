//! Risk in numbers, as `ambit.risk/v1`: how likely each end is in a year, what it costs, and what carries it.

use serde::Serialize;

use crate::assessment::ToolVersion;
use crate::asset::AssetId;
use crate::gate::Gate;
use crate::label::words;
use crate::place::{Place, Problem};
use crate::reach::{EdgeId, Verb};
use crate::tier::Tier;

/// The name of the JSON form of [`Risk`].
pub const SCHEMA: &str = "ambit.risk/v1";

/// The risk of a system in a year.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Risk {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// Who made it.
    pub tool: ToolVersion,
    /// What was looked at, as the user named it.
    pub root: String,
    /// How many agents there are.
    pub seen: usize,
    /// What losses are counted in: `points`, or a money.
    pub unit: String,
    /// Who can get at the system: which attacks it is computed for.
    pub profile: Profile,
    /// How the numbers came about.
    pub drawing: Drawn,
    /// All ends together.
    pub total: Total,
    /// How likely it is that a year costs more than so much.
    pub curve: Vec<Point>,
    /// What can come of it, the dearest first.
    pub ends: Vec<End>,
    /// What each agent brings about, the dearest first. Together they come to more than the total where two can bring
    /// about one end.
    pub agents: Vec<Share>,
    /// What is lost of each thing under `protects`, the dearest first.
    pub protected: Vec<Share>,
    /// What is ranked.
    pub of: Ranking,
    /// By how much risk disappears, most first.
    pub ranked: Vec<Ranked>,
    /// Each finding in the scores of others, the likeliest and worst first.
    pub findings: Vec<Scored>,
    /// What each agent can do to the world, and the shortest way to each.
    pub consequences: Vec<Consequences>,
    /// What was put in, and where each number comes from.
    pub inputs: Vec<Input>,
    /// What was not looked at, and why.
    pub left_out: Vec<String>,
    /// What could not be understood.
    pub problems: Vec<Problem>,
}

/// Who attacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Profile {
    /// `research`, `internal` or `internet`.
    pub exposure: String,
    /// Whether people have said so; else the worst is taken.
    pub stated: bool,
}

/// How numbers came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Drawn {
    /// Where random numbers began.
    pub seed: u64,
    /// How many years were drawn for each set of inputs.
    pub years: usize,
    /// How many sets of inputs were drawn.
    pub inputs: usize,
    /// How many ends were computed exactly.
    pub exact: usize,
    /// How many had to be drawn, being too large.
    pub drawn: usize,
}

/// A number with what it may as well be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Estimate {
    /// With every input at its mean.
    pub expected: f64,
    /// Once in twenty it is less, over what the inputs may be.
    pub low: f64,
    /// Once in twenty it is more.
    pub high: f64,
}

/// All ends together.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Total {
    /// What a year costs on average.
    pub loss: Estimate,
    /// How likely it is that anything happens in a year.
    pub likelihood: Estimate,
    /// How that came about.
    pub method: Method,
    /// What a year costs at the most, nine times in ten.
    pub p90: f64,
    /// What would be left on average if there were nothing but what clients do as they come.
    pub as_it_comes: f64,
}

/// A point of the curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Point {
    /// So much.
    pub loss: f64,
    /// How likely a year costs more.
    pub likelihood: Estimate,
}

/// What an end is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum EndKind {
    /// Something is done to an asset that is hard to take back.
    Done,
    /// Data of a store gets to somebody who may not have it.
    Leaked,
    /// A credential does.
    Exposed,
}

/// How a likelihood came about.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Exactly, for its inputs.
    Exact,
    /// From drawn years, off by so much: one standard error.
    Drawn {
        /// The standard error of the likelihood.
        error: f64,
    },
}

/// Something that can come of it, with every way there.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct End {
    /// What it is.
    pub kind: EndKind,
    /// To what.
    pub asset: AssetId,
    /// Its name for people.
    pub name: String,
    /// The worst of it.
    pub tier: Tier,
    /// How likely it is in a year.
    pub likelihood: Estimate,
    /// What it costs in a year on average.
    pub loss: Estimate,
    /// What it costs in a year at the most, nine times in ten.
    pub p90: f64,
    /// What it costs when it happens at its worst.
    pub once: Estimate,
    /// Where that comes from.
    pub founded: Founded,
    /// How the likelihood came about.
    pub method: Method,
    /// The agents that can bring it about, those that do most often first.
    pub agents: Vec<AssetId>,
    /// The likeliest way there.
    pub path: Option<Path>,
}

/// A way to an end, in order.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Path {
    /// How likely it is that this way is open in a year, all by itself.
    pub likelihood: f64,
    /// Where the attack arrives; absent where an agent goes wrong by itself.
    pub from: Option<String>,
    /// Its steps.
    pub steps: Vec<Step>,
}

/// A step of a way.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Step {
    /// The edge.
    pub edge: EdgeId,
    /// Who acts.
    pub from: String,
    /// How.
    pub verb: Verb,
    /// To what.
    pub to: String,
    /// With which tool.
    pub via: Option<String>,
    /// What stands before it.
    pub gate: Gate,
    /// How likely it comes about.
    pub likelihood: f64,
}

/// What somebody or something has part in.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Share {
    /// An agent's id, or the name under `protects`.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// What it costs in a year on average.
    pub loss: f64,
    /// What it costs in a year at the most, nine times in ten.
    pub p90: f64,
    /// How likely anything of it happens in a year.
    pub likelihood: f64,
    /// How that came about.
    pub method: Method,
}

/// What is ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Ranking {
    /// Agents, tools, servers, stores, channels, memories, credentials.
    Nodes,
    /// Edges.
    Edges,
    /// Controls.
    Controls,
}

words! { Ranking { Nodes => "nodes", Edges => "edges", Controls => "controls" } }

/// A node, an edge or a control with the risk that disappears.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Ranked {
    /// Its place, from 1.
    pub rank: usize,
    /// Its id or name.
    pub id: String,
    /// What it is: the kind of an asset, `edge`, or the kind of a control.
    pub kind: String,
    /// Its name for people.
    pub name: String,
    /// By how much a year costs less on average when it is contained, or with the control in place.
    pub fall: Estimate,
    /// The share of the total that this is.
    pub share: f64,
    /// How many edges are cut.
    pub cuts: usize,
    /// What a control costs a year; absent where nobody has said so.
    pub price: Option<f64>,
    /// How much risk a control takes away for each unit that it costs.
    pub worth: Option<f64>,
    /// Why it stands here, in words.
    pub reason: String,
    /// What it carries most of.
    pub ends: Vec<Carried>,
    /// The likeliest ways that lead over it.
    pub paths: Vec<Path>,
}

/// An end, and how much of it is carried.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Carried {
    /// What it is.
    pub kind: EndKind,
    /// To what.
    pub asset: AssetId,
    /// By how much it costs less.
    pub fall: f64,
}

/// A finding in the scores of others.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Scored {
    /// The finding.
    pub finding: String,
    /// Its rule.
    pub rule: String,
    /// How likely its end is in a year, brought about by its agent; absent where it is no end.
    pub likelihood: Option<f64>,
    /// What that costs in a year on average.
    pub loss: Option<f64>,
    /// The 5 x 5, from these numbers; absent where there are none.
    pub matrix: Option<Matrix>,
    /// CVSS 4.0.
    pub cvss: Cvss,
    /// AIVSS 0.8, for tools that ask for it.
    pub aivss: Aivss,
}

/// A field of the 5 x 5, from 1 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Matrix {
    /// How likely.
    pub likelihood: u8,
    /// How bad.
    pub impact: u8,
}

/// A score of CVSS 4.0.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Cvss {
    /// The vector.
    pub vector: String,
    /// The score.
    pub score: f64,
    /// Its word.
    pub severity: String,
}

/// A score of AIVSS, with its factors.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Aivss {
    /// The version: `0.8`.
    pub version: String,
    /// Always true: its own lead calls the uplift withdrawn, and FIRST has endorsed no AIVSS.
    pub legacy: bool,
    /// The score.
    pub score: f64,
    /// The sum of the factors.
    pub factor_sum: f64,
    /// How mature the threat is held to be.
    pub threat: f64,
    /// What mitigations leave.
    pub mitigation: f64,
    /// The ten factors.
    pub factors: Vec<Factor>,
}

/// A factor of AIVSS.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Factor {
    /// Which one.
    pub factor: String,
    /// 0, 0.5 or 1.
    pub level: f64,
    /// What on the map it is read from.
    pub because: String,
}

/// What an agent can do to the world.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Consequences {
    /// The agent.
    pub agent: AssetId,
    /// Its name for people.
    pub name: String,
    /// Distinct consequences, the worst first.
    pub consequences: Vec<Consequence>,
}

/// One thing that an agent can do to the world.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Consequence {
    /// What happens, in words.
    pub what: String,
    /// To what.
    pub asset: AssetId,
    /// Its name for people.
    pub name: String,
    /// How much it matters.
    pub tier: Tier,
    /// The strongest gate on the shortest way.
    pub gate: Gate,
    /// How many ways there are.
    pub ways: usize,
    /// The tools of the shortest way, in order.
    pub tools: Vec<String>,
    /// Its edges.
    pub edges: Vec<EdgeId>,
}

/// An input and where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Input {
    /// What it is called.
    pub name: String,
    /// Once in twenty it is less.
    pub low: f64,
    /// Once in twenty it is more.
    pub high: f64,
    /// Where it comes from.
    pub founded: Founded,
}

/// Where a number comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Founded {
    /// Numbers like it were measured there.
    Source(Vec<String>),
    /// Nobody has measured it; this is why it is what it is.
    Assumed(String),
    /// People have stated it.
    Stated {
        /// Where.
        place: Place,
        /// Why.
        because: String,
    },
}
