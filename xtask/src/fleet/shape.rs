//! The numbers that are kept of real files, and how they are drawn from.

use ambit_analysis::closure::Facts;
use ambit_model::{Audience, Gate, Level, Tier, Trust, Verb};
use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::chance::Chance;

/// The numbers, as they were measured.
const DATA: &str = include_str!("../../data/fleet.toml");

/// What real agents look like in numbers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shape {
    /// How it was measured.
    pub measured: String,
    /// How many files, repositories and agents it comes from.
    pub files: usize,
    /// Repositories, each assessed as one.
    pub repositories: usize,
    /// Agents in them.
    pub agents: usize,
    /// Deciles over agents, least to most: edges that start there.
    pub edges: Vec<usize>,
    /// Deciles over agents: servers.
    pub servers: Vec<usize>,
    /// Deciles over agents: tools.
    pub tools: Vec<usize>,
    /// Agents in a thousand that write or read back a memory or named store.
    pub remember: usize,
    /// Deciles over memories and named stores: agents that write or read each.
    pub memory_users: Vec<usize>,
    /// Agents in a thousand that hand work on.
    pub delegate: usize,
    /// Deciles over those: to how many.
    pub delegates: Vec<usize>,
    /// How many agents stand so many hands below one that nobody hands work to.
    pub depths: Vec<usize>,
    /// Deciles over packages of servers: repositories that start each.
    pub server_users: Vec<usize>,
    /// Deciles over names of credentials: agents that hold one of that name.
    pub token_users: Vec<usize>,
    /// The edges that start from agents, but for those of memories and delegation: what tells them apart, and how many.
    pub rows: Vec<Row>,
}

/// Edges that are alike for whoever judges them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Verb, gate and tier.
    pub is: String,
    /// Audience of what it sends, level of what it touches, trust of whose content comes in.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// Whether the stock client has it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stock: bool,
    /// How many there are.
    pub count: usize,
}

impl Row {
    /// The row of edges with these facts.
    pub fn of(facts: Facts) -> Self {
        let label = match facts.verb() {
            Verb::Sends => facts.audience().map(|it| it.to_string()),
            Verb::Reads | Verb::Recalls => facts.level().map(|it| it.to_string()),
            Verb::Ingests | Verb::Loads => facts.trust().map(|it| it.to_string()),
            _ => None,
        };
        let is = format!("{} {} {}", facts.verb(), facts.gate(), facts.tier());
        Self { is, label: label.unwrap_or_default(), stock: facts.is_stock(), count: 0 }
    }

    /// The facts of such an edge.
    pub fn facts(&self) -> anyhow::Result<Facts> {
        let mut words = self.is.split(' ');
        let mut word = || words.next().unwrap_or_default();
        let odd = || format!("`{}` is no verb, gate and tier", self.is);
        let verb = Verb::from_word(word()).with_context(odd)?;
        let gate = Gate::from_word(word()).with_context(odd)?;
        let facts = Facts::new(verb, gate).of_tier(Tier::from_word(word()).with_context(odd)?);
        let label = self.label.as_str();
        let facts = match verb {
            Verb::Sends => Audience::from_word(label).map_or(facts, |it| facts.heard_by(it)),
            Verb::Reads | Verb::Recalls => Level::from_word(label).map_or(facts, |it| facts.of_level(it)),
            _ => Trust::from_word(label).map_or(facts, |it| facts.reached_by(it)),
        };
        Ok(if self.stock { facts.in_stock() } else { facts })
    }
}

impl Shape {
    /// The numbers that the project keeps.
    pub fn kept() -> anyhow::Result<Self> {
        toml::from_str(DATA).context("reading the numbers of `xtask/data/fleet.toml`")
    }
}

/// A number with these deciles, drawn: evenly between the two that it falls between.
#[expect(clippy::cast_precision_loss, reason = "counts of a corpus are small")]
pub(super) fn drawn(deciles: &[usize], chance: &mut Chance) -> f64 {
    let steps = deciles.len().saturating_sub(1).max(1);
    let at = chance.share() * steps as f64;
    let (low, rest) = (at.floor(), at.fract());
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and the number of steps"
    )]
    let place = low as usize;
    let value = |at: usize| deciles.get(at).or(deciles.last()).copied().unwrap_or_default() as f64;
    value(place) + (value(place + 1) - value(place)) * rest
}

/// The mean of what [`drawn`] gives.
#[expect(clippy::cast_precision_loss, reason = "counts of a corpus are small")]
pub(super) fn mean(deciles: &[usize]) -> f64 {
    let pairs = deciles.windows(2).map(|it| it.iter().sum::<usize>() as f64 / 2.0);
    pairs.sum::<f64>() / deciles.len().saturating_sub(1).max(1) as f64
}
