//! How far the categories of frameworks are answered, agent by agent.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::assessment::ToolVersion;
use crate::asset::AssetId;
use crate::finding::Confidence;
use crate::gate::Exposure;
use crate::label::words;
use crate::place::Problem;
use crate::reach::EdgeId;

/// The name of the JSON form of [`Coverage`].
pub const SCHEMA: &str = "ambit.coverage/v1";

/// Every category of every framework, answered for every agent, by the map or by people, or open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Coverage {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// Who made it.
    pub tool: ToolVersion,
    /// What was looked at, as the user named it.
    pub root: String,
    /// The day for which answers of people hold; absent: whenever they were given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub today: Option<String>,
    /// What the map does not hold, and so no answer rests on.
    pub limits: Vec<String>,
    /// Agents, sorted by id.
    pub agents: Vec<AssetId>,
    /// Frameworks, sorted by id.
    pub frameworks: Vec<Framework>,
    /// Answers of people that answer nothing.
    pub problems: Vec<Problem>,
}

/// A framework and its categories.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Framework {
    /// Its id, such as `owasp-asi-2026`.
    pub id: String,
    /// Its name, with its edition.
    pub name: String,
    /// Where its categories were read.
    pub source: Vec<String>,
    /// Counts over categories and agents.
    pub counts: Counts,
    /// Categories, sorted by id.
    pub categories: Vec<Category>,
}

/// A category, answered for each agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Category {
    /// Its id with its edition; one that is asked for each kind of asset with the kind, as `T/memory`.
    pub id: String,
    /// Its published name.
    pub name: String,
    /// The part of the framework that it belongs to: a layer, or a kind of asset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// Whether id and name were confirmed against the source.
    pub verified: bool,
    /// What a person has to answer where the map does not.
    pub question: String,
    /// One answer for each agent, sorted by agent.
    pub answers: Vec<Answer>,
}

/// What holds of a category for an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Answer {
    /// The agent.
    pub agent: AssetId,
    /// Whether it is answered.
    pub state: State,
    /// By whom.
    pub by: Source,
    /// How the category shows in this system, by its own edges; what a person has written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<Arc<str>>,
    /// What has to happen before the scenario turns into harm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Arc<str>>,
    /// How exposed the scenario is; absent where it is closed, or no path of the map.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exposure: Option<Exposure>,
    /// What stands before it, in words; nothing does where a scenario has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub controls: Vec<String>,
    /// The fact that makes it not applicable, or why it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<Arc<str>>,
    /// Findings that are its scenario, worst first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<String>,
    /// Edges of the scenario, in its order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edges: Vec<EdgeId>,
    /// How sure the scenario is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    /// Who answers, where a person did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The last day on which a person's answer holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// The last day of a person's answer that has run out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expired: Option<String>,
    /// The scenario that the map shows where a person says that there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<Arc<str>>,
}

/// Whether a category is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// By a scenario, with what stands before it or the absence of that.
    Answered,
    /// It cannot happen, and a fact says so.
    NotApplicable,
    /// Nobody knows.
    Open,
}

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The reach map.
    Map,
    /// A person, in `ambit.yaml`.
    Person,
}

words! {
    State { Answered => "answered", NotApplicable => "not-applicable", Open => "open" }
    Source { Map => "map", Person => "person" }
}

/// How many answers are of which sort. Each answer is in one of the first four; the others say more of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Counts {
    /// Answered by the map.
    pub by_map: usize,
    /// Answered by people.
    pub by_people: usize,
    /// Not applicable.
    pub not_applicable: usize,
    /// Open.
    pub open: usize,
    /// Answered by the map, with nothing before the scenario.
    pub unguarded: usize,
    /// Where a person's answer has run out.
    pub expired: usize,
}

impl Counts {
    /// The counts of `answers`.
    pub fn of<'a>(answers: impl IntoIterator<Item = &'a Answer>) -> Self {
        let mut counts = Self::default();
        for answer in answers {
            let of_state = match (answer.state, answer.by) {
                (State::Answered, Source::Map) => &mut counts.by_map,
                (State::Answered, Source::Person) => &mut counts.by_people,
                (State::NotApplicable, _) => &mut counts.not_applicable,
                (State::Open, _) => &mut counts.open,
            };
            *of_state += 1;
            counts.unguarded += usize::from(answer.is_unguarded());
            counts.expired += usize::from(answer.expired.is_some());
        }
        counts
    }

    /// How many there are.
    pub fn all(self) -> usize {
        self.by_map + self.by_people + self.not_applicable + self.open
    }
}

impl Answer {
    /// Whether the map shows a scenario and nothing before it.
    pub fn is_unguarded(&self) -> bool {
        self.state == State::Answered && self.by == Source::Map && self.controls.is_empty()
    }
}

impl Coverage {
    /// Leaves what is of this framework and of this agent; without either, all.
    pub fn keep(&mut self, framework: Option<&str>, agent: Option<&AssetId>) {
        self.agents.retain(|it| agent.is_none_or(|agent| it == agent));
        self.frameworks.retain(|it| framework.is_none_or(|id| it.id == id));
        for framework in &mut self.frameworks {
            for category in &mut framework.categories {
                category.answers.retain(|it| agent.is_none_or(|agent| it.agent == *agent));
            }
            framework.count();
        }
    }
}

impl Framework {
    /// Counts its answers.
    pub fn count(&mut self) {
        self.counts = Counts::of(self.categories.iter().flat_map(|it| &it.answers));
    }
}
