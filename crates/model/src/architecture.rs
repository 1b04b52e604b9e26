//! Architectures that are recognised on a map, and the questions that each raises.

use serde::{Deserialize, Serialize};

use crate::asset::AssetId;
use crate::place::Place;
use crate::reach::EdgeId;

/// An architecture that was recognised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Architecture {
    /// Its id in the catalog, such as `planner-with-tools`.
    pub id: String,
    /// Its name.
    pub title: String,
    /// What it was recognised by.
    pub because: String,
    /// The agents that it is made of, sorted.
    pub agents: Vec<AssetId>,
    /// Edges that show it.
    pub edges: Vec<EdgeId>,
    /// Files and lines that show it.
    pub evidence: Vec<Place>,
    /// What it raises, in the order of the catalog.
    pub questions: Vec<Question>,
}

/// A question that an architecture raises.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Question {
    /// Its id within the architecture.
    pub id: String,
    /// The question.
    pub asks: String,
    /// What the map answers; absent where only a person can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Findings that bear on it, the worst first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<String>,
    /// Edges that the answer rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edges: Vec<EdgeId>,
    /// Files and lines that it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Place>,
}

impl Architecture {
    /// The questions that only a person can answer.
    pub fn open(&self) -> impl Iterator<Item = &Question> {
        self.questions.iter().filter(|it| it.answer.is_none())
    }
}
