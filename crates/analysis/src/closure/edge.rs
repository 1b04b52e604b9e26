//! An edge in twelve bytes: two numbers of nodes, and what the verdicts depend on.

use ambit_model::lock::LockedEdge;
use ambit_model::{Audience, Gate, Level, ReachEdge, Tier, Trust, Verb};

/// One row of the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// Who acts.
    pub from: u32,
    /// To what.
    pub to: u32,
    /// All else.
    pub facts: Facts,
}

/// What is known of an edge beside its ends, in the bits of one number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Facts(u32);

/// A part of the number.
#[derive(Clone, Copy)]
struct Field {
    at: u32,
    width: u32,
}

const GATE: Field = Field { at: 0, width: 2 };
const LIMIT: Field = Field { at: 2, width: 12 };
const VERB: Field = Field { at: 14, width: 4 };
const TIER: Field = Field { at: 18, width: 3 };
const AUDIENCE: Field = Field { at: 21, width: 3 };
const LEVEL: Field = Field { at: 24, width: 3 };
const TRUST: Field = Field { at: 27, width: 3 };
const STOCK: Field = Field { at: 30, width: 1 };
const ONWARD: Field = Field { at: 31, width: 1 };

/// How many limits an edge can name.
pub(super) const MOST_LIMITS: usize = 1 << LIMIT.width;

const GATES: [Gate; 4] = [Gate::Auto, Gate::Prompted, Gate::Asked, Gate::Denied];
const TIERS: [Tier; 5] = [Tier::T0, Tier::T1, Tier::T2, Tier::T3, Tier::T4];
const AUDIENCES: [Audience; 4] =
    [Audience::Myself, Audience::Organization, Audience::Partner, Audience::Public];
const LEVELS: [Level; 4] = [Level::Public, Level::Internal, Level::Confidential, Level::Secret];
const TRUSTS: [Trust; 4] = [Trust::Public, Trust::Partner, Trust::Organization, Trust::Operator];
const VERBS: [Verb; 15] = [
    Verb::Ingests,
    Verb::Reads,
    Verb::Sends,
    Verb::Writes,
    Verb::Executes,
    Verb::Spends,
    Verb::Grants,
    Verb::Remembers,
    Verb::Recalls,
    Verb::Delegates,
    Verb::Loads,
    Verb::Holds,
    Verb::Supplies,
    Verb::RunsIn,
    Verb::MayReach,
];

impl Facts {
    /// An edge of this verb with this gate, of tier T0, of which nothing else is known.
    pub fn new(verb: Verb, gate: Gate) -> Self {
        Self(0).with(VERB, verb as u32).with(GATE, gate as u32)
    }

    /// With this tier.
    #[must_use]
    pub fn of_tier(self, tier: Tier) -> Self {
        self.with(TIER, tier as u32)
    }

    /// With this audience of what it sends.
    #[must_use]
    pub fn heard_by(self, audience: Audience) -> Self {
        self.with(AUDIENCE, audience as u32 + 1)
    }

    /// With this level of what it touches.
    #[must_use]
    pub fn of_level(self, level: Level) -> Self {
        self.with(LEVEL, level as u32 + 1)
    }

    /// With this trust of whose content comes in over it.
    #[must_use]
    pub fn reached_by(self, trust: Trust) -> Self {
        self.with(TRUST, trust as u32 + 1)
    }

    /// As one that the stock client has.
    #[must_use]
    pub fn in_stock(self) -> Self {
        self.with(STOCK, 1)
    }

    /// As one that hands work on and hears nothing back.
    #[must_use]
    pub fn onward(self) -> Self {
        self.with(ONWARD, 1)
    }

    /// With the limit of this number; 0 is none. A number that no edge can name is none.
    #[must_use]
    pub fn limited(self, limit: usize) -> Self {
        let limit = u32::try_from(limit).ok().filter(|it| *it >> LIMIT.width == 0);
        self.with(LIMIT, limit.unwrap_or_default())
    }

    /// With this gate in place of its own.
    #[must_use]
    pub fn behind(self, gate: Gate) -> Self {
        self.with(GATE, gate as u32)
    }

    fn with(self, field: Field, value: u32) -> Self {
        let mask = ((1 << field.width) - 1) << field.at;
        Self(self.0 & !mask | value << field.at)
    }

    fn get(self, field: Field) -> usize {
        (self.0 >> field.at & ((1 << field.width) - 1)) as usize
    }

    /// The gate.
    pub fn gate(self) -> Gate {
        GATES.get(self.get(GATE)).copied().unwrap_or(Gate::Denied)
    }

    /// The verb.
    pub fn verb(self) -> Verb {
        VERBS.get(self.get(VERB)).copied().unwrap_or(Verb::MayReach)
    }

    /// The tier.
    pub fn tier(self) -> Tier {
        TIERS.get(self.get(TIER)).copied().unwrap_or(Tier::T4)
    }

    /// The audience of what it sends.
    pub fn audience(self) -> Option<Audience> {
        AUDIENCES.get(self.get(AUDIENCE).wrapping_sub(1)).copied()
    }

    /// The level of what it touches.
    pub fn level(self) -> Option<Level> {
        LEVELS.get(self.get(LEVEL).wrapping_sub(1)).copied()
    }

    /// The trust of whose content comes in over it.
    pub fn trust(self) -> Option<Trust> {
        TRUSTS.get(self.get(TRUST).wrapping_sub(1)).copied()
    }

    /// Whether the stock client has it too.
    pub fn is_stock(self) -> bool {
        self.get(STOCK) == 1
    }

    /// Whether nothing is heard back over it.
    pub fn is_onward(self) -> bool {
        self.get(ONWARD) == 1
    }

    /// The number of its limit.
    pub fn limit(self) -> usize {
        self.get(LIMIT)
    }

    /// Gate and limit as one number: what a label passes by.
    pub(super) fn step(self) -> u16 {
        (self.get(GATE) | self.get(LIMIT) << LIMIT.at) as u16
    }

    /// What tells a way out or an action from another for whoever weighs it.
    pub(super) fn exit(self) -> Self {
        Self(0)
            .with(GATE, self.get(GATE) as u32)
            .with(LIMIT, self.get(LIMIT) as u32)
            .with(VERB, self.get(VERB) as u32)
            .with(TIER, self.get(TIER) as u32)
            .with(AUDIENCE, self.get(AUDIENCE) as u32)
    }
}

impl std::fmt::Debug for Facts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.verb(), self.gate(), self.tier())?;
        let words = [
            self.audience().map(|it| format!(" to {it}")),
            self.level().map(|it| format!(" of {it}")),
            self.trust().map(|it| format!(" by {it}")),
            self.is_stock().then(|| " stock".to_owned()),
            self.is_onward().then(|| " onward".to_owned()),
            (self.limit() > 0).then(|| format!(" limit {}", self.limit())),
        ];
        words.into_iter().flatten().try_for_each(|it| f.write_str(&it))
    }
}

impl From<&ReachEdge> for Facts {
    fn from(edge: &ReachEdge) -> Self {
        let labels = (edge.audience, edge.level, edge.reached_by);
        Self::of_row((edge.verb, edge.gate, edge.tier), labels, edge.stock)
    }
}

impl From<&LockedEdge> for Facts {
    fn from(edge: &LockedEdge) -> Self {
        let labels = (edge.audience, edge.level, edge.reached_by);
        Self::of_row((edge.verb, edge.gate, edge.tier), labels, edge.stock)
    }
}

impl Facts {
    fn of_row(
        (verb, gate, tier): (Verb, Gate, Tier),
        (audience, level, trust): (Option<Audience>, Option<Level>, Option<Trust>),
        stock: bool,
    ) -> Self {
        let mut facts = Self::new(verb, gate).of_tier(tier);
        if let Some(audience) = audience {
            facts = facts.heard_by(audience);
        }
        if let Some(level) = level {
            facts = facts.of_level(level);
        }
        if let Some(trust) = trust {
            facts = facts.reached_by(trust);
        }
        if stock { facts.in_stock() } else { facts }
    }
}
