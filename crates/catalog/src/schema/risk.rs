//! What risk is computed from where nobody has stated it: `data/risk.toml`.

use std::collections::BTreeMap;

use ambit_model::{Confidence, Gate, Tier, Verb};
use serde::Deserialize;

/// A range, and why it is this one.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Estimate {
    /// Once in twenty it is less.
    pub low: f64,
    /// Once in twenty it is more.
    pub high: f64,
    /// Where numbers like these were measured.
    #[serde(default)]
    pub source: Vec<String>,
    /// Why these, where nobody has measured any.
    #[serde(default)]
    pub assumed: Option<String>,
}

impl Estimate {
    /// Whether it says where it comes from, one way and not both.
    pub fn is_founded(&self) -> bool {
        self.source.is_empty() == self.assumed.is_some()
    }
}

/// Attacks a year, by who can write into a channel.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attempts {
    /// Anybody.
    pub public: Estimate,
    /// Partners.
    pub partner: Estimate,
    /// Suppliers of tools and instructions.
    pub supply: Estimate,
}

/// Attacks a year, by who can get at the system.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profiles {
    /// Anybody.
    pub internet: Attempts,
    /// People of the organization.
    pub internal: Attempts,
    /// Researchers alone.
    pub research: Attempts,
}

/// Where the steps of likelihood and of impact begin.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matrix {
    /// The second to the fifth step of likelihood, in a year.
    pub likelihood: [f64; 4],
    /// The second to the fifth step of impact, as a share of an average loss of T4.
    pub impact: [f64; 4],
    /// Why these.
    pub assumed: String,
}

/// Everything.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Risk {
    /// Attacks a year.
    pub attempts: Profiles,
    /// How often an agent goes wrong by itself, a year.
    pub accidents: Estimate,
    /// How likely a model follows an attack.
    pub steered: Estimate,
    /// How likely a step comes about.
    pub steps: BTreeMap<Verb, Estimate>,
    /// What gates let through.
    pub gates: BTreeMap<Gate, Estimate>,
    /// How likely an edge is there.
    pub edges: BTreeMap<Confidence, Estimate>,
    /// What behavioral controls let through.
    pub behavioral: Estimate,
    /// What an event costs, in points.
    pub losses: BTreeMap<Tier, Estimate>,
    /// How many times as much when data of this class leaks.
    pub data: BTreeMap<String, Estimate>,
    /// The 5 x 5.
    pub matrix: Matrix,
}
