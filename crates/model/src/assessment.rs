//! The whole result of a scan.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::architecture::Architecture;
use crate::asset::{Asset, AssetId};
use crate::facts::Inputs;
use crate::finding::{Finding, Remedy, Severity};
use crate::judged::{BoundaryCheck, DecidedEdge, UnmetDuty};
use crate::place::{Place, Problem};
use crate::reach::{EdgeId, ReachEdge};

/// The name of the JSON form of [`Assessment`].
pub const SCHEMA: &str = "ambit.assessment/v1";

/// The reach map, what was found in it, and what was read for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Assessment {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// Who made it.
    pub tool: ToolVersion,
    /// What was read.
    pub inputs: Inputs,
    /// Nodes, sorted by id.
    pub assets: Vec<Asset>,
    /// Rows, sorted by id.
    pub edges: Vec<ReachEdge>,
    /// Findings, sorted by id.
    pub findings: Vec<Finding>,
    /// Findings that one cut silences, worst first.
    pub groups: Vec<Group>,
    /// What stock clients can do before any configuration, one line per agent.
    pub baseline: Vec<Baseline>,
    /// Compositions that a line of configuration has closed.
    pub closed: Vec<Closed>,
    /// Architectures that were recognised, in the order of their ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub patterns: Vec<Architecture>,
    /// Counts.
    pub summary: Summary,
    /// Boundaries that people have set, sorted by name, each with what breaks it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub boundaries: Vec<BoundaryCheck>,
    /// What tiers ask for and edges lack, sorted by agent and tool.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub duties: Vec<UnmetDuty>,
    /// Edges that somebody has decided about, sorted by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decided: Vec<DecidedEdge>,
    /// What people state that fits nothing or contradicts itself, sorted by place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Problem>,
}

/// The program that made an assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ToolVersion {
    /// `ambit`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// Findings that share a smallest cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Group {
    /// Stable id.
    pub id: String,
    /// The worst severity in it.
    pub severity: Severity,
    /// Finding ids, worst first; the first stands for the group.
    pub findings: Vec<String>,
    /// The cut that they share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut: Option<Remedy>,
}

/// What a stock client can do before any configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Baseline {
    /// The agent.
    pub agent: AssetId,
    /// How many compositions its stock client completes on its own.
    pub compositions: usize,
    /// The worst of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// One line for people.
    pub message: String,
}

/// A composition that configuration has closed: no finding, and the line to thank for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Closed {
    /// The rule that would have fired.
    pub rule: String,
    /// The agent.
    pub subject: AssetId,
    /// What it would have ended in.
    pub end: AssetId,
    /// Denied edges without which it is not complete.
    pub cut: Vec<EdgeId>,
    /// The lines that deny them.
    pub by: Vec<Place>,
}

/// Counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Summary {
    /// Agents.
    pub agents: usize,
    /// Servers.
    pub servers: usize,
    /// Tools.
    pub tools: usize,
    /// Rows of the map.
    pub edges: usize,
    /// Tools and servers of which nothing is known.
    pub unknown: usize,
    /// Findings per severity.
    pub findings: BTreeMap<Severity, usize>,
}
