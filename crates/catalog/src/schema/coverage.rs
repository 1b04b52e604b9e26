//! What it takes to answer a category of a framework: facts of the map, conditions over them, questions.

use std::collections::BTreeMap;

use ambit_model::{
    AssetId, AssetKind, Audience, BlastRadius, Gate, Level, ReachEdge, Reversibility, Tier, Trust, Verb,
};
use serde::Deserialize;

/// A framework and when its categories are possible: `data/coverage/<id>.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// Its name with its edition, as its categories have it.
    pub framework: String,
    /// Where its categories were read.
    pub source: Vec<String>,
    /// Its categories, by id; one that is asked for each kind of asset as `category/kind`.
    pub categories: BTreeMap<String, Condition>,
}

/// When a category is possible, what shows it, and what to ask where the map ends.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The part of the framework that it belongs to.
    #[serde(default)]
    pub part: Option<String>,
    /// The kind of asset that it is asked for.
    #[serde(default)]
    pub element: Option<AssetKind>,
    /// Facts without which it is not applicable.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Rules whose finding is its scenario, the most telling first.
    #[serde(default)]
    pub findings: Vec<String>,
    /// Facts that together are its scenario where there is no finding.
    #[serde(default)]
    pub path: Vec<String>,
    /// Whether only a path over assets of several layers shows it.
    #[serde(default)]
    pub crosses_layers: bool,
    /// The question to a person, by its name in `data/questions.toml`.
    pub ask: String,
}

/// A fact that an agent has or has not: `data/facts.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// What it is, as the middle of a sentence.
    pub title: String,
    /// What is said where it is not there; `{agent}` is filled in.
    pub absent: String,
    /// What has to happen before it turns into harm.
    pub when: String,
    /// What an edge must have, any of these; the first that fits gives the witness.
    pub edges: Vec<EdgeForm>,
}

/// What an edge must have, all of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EdgeForm {
    /// Whose edge it is.
    #[serde(default)]
    pub by: Actor,
    /// What it does: any of these.
    pub verb: Vec<Verb>,
    /// The kind of what it leads to: any of these.
    #[serde(default)]
    pub to: Vec<AssetKind>,
    /// What it leads to: any of these.
    #[serde(default)]
    pub ids: Vec<AssetId>,
    /// How the name of what it leads to begins.
    #[serde(default)]
    pub named: Option<String>,
    /// Data classes that it touches: any of these.
    #[serde(default)]
    pub touches: Vec<String>,
    /// At least this level.
    #[serde(default)]
    pub level: Option<Level>,
    /// At least this audience.
    #[serde(default)]
    pub audience: Option<Audience>,
    /// Reached by content of this trust or less.
    #[serde(default)]
    pub trust: Option<Trust>,
    /// At least this tier.
    #[serde(default)]
    pub tier: Option<Tier>,
    /// At least this hard to take back.
    #[serde(default)]
    pub reversibility: Option<Reversibility>,
    /// At least this blast radius.
    #[serde(default)]
    pub blast_radius: Option<BlastRadius>,
    /// What stands before it: any of these.
    #[serde(default)]
    pub gate: Vec<Gate>,
    /// Whether what is sent may not be known to those who receive it.
    #[serde(default)]
    pub discloses: bool,
    /// Whether another agent is on the other side of what it leads to: reads what is written, writes what is read.
    #[serde(default)]
    pub shared: bool,
}

/// Whose edge it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// The agent's own.
    #[default]
    Agent,
    /// That of a server that the agent uses.
    Supplier,
    /// That of another agent, which leads to this one.
    Others,
}

impl EdgeForm {
    /// Whether the edge has what it must have by itself; who acts, what stands before it and what lies at its end
    /// are for the map to say.
    pub fn fits(&self, edge: &ReachEdge) -> bool {
        let at_least = |form: Option<Level>, is: Option<Level>| form.is_none_or(|form| is >= Some(form));
        self.verb.contains(&edge.verb)
            && (self.ids.is_empty() || self.ids.contains(&edge.to))
            && (self.touches.is_empty() || edge.touches.iter().any(|it| self.touches.contains(it)))
            && at_least(self.level, edge.level)
            && self.audience.is_none_or(|it| edge.audience >= Some(it))
            && self.trust.is_none_or(|it| edge.reached_by.is_some_and(|is| is <= it))
            && self.tier.is_none_or(|it| edge.tier >= it)
            && self.reversibility.is_none_or(|it| edge.reversibility >= Some(it))
            && self.blast_radius.is_none_or(|it| edge.blast_radius >= Some(it))
            && (!self.discloses || discloses(edge))
    }

    /// Whether a tool of which nothing is known could be such an edge.
    pub fn may_be_unknown(&self) -> bool {
        let of_suppliers = [Verb::Loads, Verb::Holds, Verb::Supplies, Verb::RunsIn];
        self.by == Actor::Agent && self.verb.iter().any(|it| !of_suppliers.contains(it))
    }
}

fn discloses(edge: &ReachEdge) -> bool {
    edge.level.zip(edge.audience).is_some_and(|(level, audience)| level.is_disclosed_to(audience))
}
