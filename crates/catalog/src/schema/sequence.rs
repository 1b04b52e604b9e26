//! Sequences of calls that come to more than each of them.

use ambit_model::{BlastRadius, Confidence, Level, Reversibility, Tier, Verb};
use serde::Deserialize;

/// A sequence: `data/sequences.toml`, id to entry.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sequence {
    /// What it comes to, in words that follow "together": `a private file is open to anybody`.
    pub ends: String,
    /// Its steps, in order.
    pub steps: Vec<Step>,
    /// Whether what it ends in can be taken back; absent where it is the worst that a later agent can do.
    #[serde(default)]
    pub reversibility: Option<Reversibility>,
    /// Whom that touches.
    #[serde(default)]
    pub blast_radius: Option<BlastRadius>,
    /// What all steps have in common.
    #[serde(default)]
    pub same: Option<Same>,
    /// How sure it is at the most that such steps are what they are named for.
    #[serde(default = "likely")]
    pub confidence: Confidence,
    /// Where somebody did it, or has described it.
    pub source: Vec<String>,
}

fn likely() -> Confidence {
    Confidence::Likely
}

impl Sequence {
    /// The tier of what it ends in; none where that is whatever a later agent can do.
    pub fn tier(&self) -> Option<Tier> {
        Some(Tier::of(self.reversibility?, self.blast_radius?))
    }
}

/// What all steps of a sequence have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Same {
    /// The object that they are on.
    Place,
    /// The supplier of their tools.
    Supplier,
}

/// A step: what an edge must have, all of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What happens, in words that follow "can".
    pub does: String,
    /// Whose edge it is.
    #[serde(default)]
    pub who: Who,
    /// What it does: any of these.
    pub verb: Vec<Verb>,
    /// Globs over the id of what it is on: any of these.
    #[serde(default)]
    pub on: Vec<String>,
    /// Words of the tool's name, or of the command or call that it makes: all words of any of these.
    #[serde(default)]
    pub named: Vec<String>,
    /// Words that the tool's name does not have.
    #[serde(default)]
    pub except: Vec<String>,
    /// At least this level.
    #[serde(default)]
    pub level: Option<Level>,
    /// At least this tier.
    #[serde(default)]
    pub tier: Option<Tier>,
}

/// Whose step it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// That of the agent, or of one that it hands work to.
    #[default]
    Own,
    /// That of another agent, which the first one hands nothing to.
    Later,
}
