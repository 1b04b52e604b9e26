//! Architectures of agents, and what they raise.

use serde::Deserialize;

/// An architecture: `data/patterns.toml`, id to entry.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArchitecturePattern {
    /// Its name.
    pub title: String,
    /// What it is and why that matters.
    pub about: String,
    /// Where it is described.
    pub source: Vec<String>,
    /// What it raises, in the order in which it is asked.
    pub questions: Vec<PatternQuestion>,
}

/// A question that an architecture raises.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatternQuestion {
    /// Its id within the architecture.
    pub id: String,
    /// The question.
    pub asks: String,
    /// Rules whose findings bear on it.
    #[serde(default)]
    pub findings: Vec<String>,
}
