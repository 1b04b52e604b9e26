//! What an agent can do with what it holds: the distinct ways out and actions among its edges, as bits where nothing
//! but audience, tier and gate tells them apart.

use ambit_model::{Audience, Exposure, Gate, Severity, Tier, Verb};

use super::edge::Facts;

/// The distinct exits of one agent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Exits(u32);

/// Ways out without a limit: twelve bits, audience by gate.
const SENDS: u32 = 0;
/// Actions of T3 and T4 that no limit and no stock action bears on: six bits, tier by gate.
const PLAIN: u32 = 12;
/// All actions of T3 and T4: six bits.
const ACTIONS: u32 = 18;
/// Actions of T3 and T4 that nothing asks about and that no stock client has: two bits.
const UNASKED: u32 = 24;
/// What nobody knows: three bits, by gate.
const UNKNOWN: u32 = 26;

const AUDIENCES: [Audience; 4] =
    [Audience::Myself, Audience::Organization, Audience::Partner, Audience::Public];
const GATES: [Gate; 3] = [Gate::Auto, Gate::Prompted, Gate::Asked];
const TIERS: [Tier; 2] = [Tier::T3, Tier::T4];

impl Exits {
    pub(super) fn join(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// Takes in a way out without a limit.
    pub(super) fn send(&mut self, audience: Audience, gate: Gate) {
        self.0 |= 1 << (SENDS + audience as u32 * 3 + gate as u32);
    }

    /// Takes in an action; a plain one is weighed by tier and gate alone.
    pub(super) fn act(&mut self, facts: Facts, plain: bool) {
        let (tier, gate) = (facts.tier(), facts.gate());
        if tier < Tier::T3 {
            return;
        }
        let which = u32::from(tier == Tier::T4);
        let bit = 1 << (which * 3 + gate as u32);
        self.0 |= bit << ACTIONS;
        if plain {
            self.0 |= bit << PLAIN;
        }
        if gate == Gate::Auto && !facts.is_stock() {
            self.0 |= 1 << (UNASKED + which);
        }
    }

    /// Takes in something that may do anything.
    pub(super) fn unknown(&mut self, gate: Gate) {
        self.0 |= 1 << (UNKNOWN + gate as u32);
    }

    fn has(self, bit: u32) -> bool {
        self.0 >> bit & 1 == 1
    }

    /// Ways out without a limit.
    pub(super) fn sends(self) -> impl Iterator<Item = (Audience, Gate)> {
        let all = AUDIENCES.into_iter().flat_map(|audience| GATES.map(|gate| (audience, gate)));
        all.filter(move |(audience, gate)| self.has(SENDS + *audience as u32 * 3 + *gate as u32))
    }

    /// Actions that are weighed by tier and gate alone.
    pub(super) fn plain(self) -> impl Iterator<Item = (Tier, Gate)> {
        self.tiers(PLAIN)
    }

    /// All actions of T3 and T4.
    pub(super) fn actions(self) -> impl Iterator<Item = (Tier, Gate)> {
        self.tiers(ACTIONS)
    }

    fn tiers(self, at: u32) -> impl Iterator<Item = (Tier, Gate)> {
        let all = (0..).zip(TIERS).flat_map(|(which, tier)| GATES.map(|gate| (which, tier, gate)));
        all.filter(move |(which, _, gate)| self.has(at + which * 3 + *gate as u32))
            .map(|(_, tier, gate)| (tier, gate))
    }

    /// The highest tier of what it does unasked.
    pub(super) fn unasked(self) -> Option<Tier> {
        (0..).zip(TIERS).filter(|(which, _)| self.has(UNASKED + which)).map(|(_, tier)| tier).last()
    }

    /// The weakest gate before what nobody knows.
    pub(super) fn least_unknown(self) -> Option<Gate> {
        GATES.into_iter().find(|it| self.has(UNKNOWN + *it as u32))
    }

    /// By how little it can do itself what begins with it is told apart: for each gate that is met at most, whether it
    /// cannot do anything of T3, and whether it cannot do anything of T4; and a last bit that is always there.
    pub(super) fn weakness(self) -> u64 {
        let mut weak = 1 << ANY;
        for most in GATES {
            let tier = self.actions().filter(|(_, gate)| *gate <= most).map(|(tier, _)| tier).max();
            for wanted in TIERS {
                if tier.is_none_or(|it| it < wanted) {
                    weak |= 1 << weaker_than(wanted, most);
                }
            }
        }
        weak
    }
}

/// The bit of [`Exits::weakness`] that is always there.
pub(super) const ANY: u32 = 6;

/// The bit of [`Exits::weakness`] for an agent that does nothing of `tier`, T3 or T4, that meets at most `gate`.
pub(super) fn weaker_than(tier: Tier, gate: Gate) -> u32 {
    gate as u32 * 2 + u32::from(tier == Tier::T4)
}

/// Whether it changes the world. What is unknown stands for itself.
pub(super) fn is_action(verb: Verb) -> bool {
    matches!(verb, Verb::Writes | Verb::Executes | Verb::Spends | Verb::Grants)
}

/// How bad what the stock client does to the same end is, by the gate that stands before what steers it there. Three
/// bits for each gate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Floor(u16);

const SEVERITIES: [Severity; 4] = [Severity::Low, Severity::Medium, Severity::High, Severity::Critical];

impl Floor {
    /// What an action of the stock client comes to.
    pub(super) fn of(facts: Facts) -> Self {
        let mut floor = 0;
        for steered in GATES {
            if let Some(open) = steered.max(facts.gate()).exposure() {
                floor |= (Severity::of(facts.tier(), open) as u16 + 1) << (steered as u16 * 3);
            }
        }
        Self(floor)
    }

    /// The worse of both.
    pub(super) fn join(self, other: Self) -> Self {
        let part = |it: Self, at: u16| it.0 >> at & 7;
        Self([0, 3, 6].into_iter().fold(0, |all, at| all | part(self, at).max(part(other, at)) << at))
    }

    /// How bad it is where that gate stands before what steers it.
    pub(super) fn behind(self, steered: Gate) -> Option<Severity> {
        let worst = self.0.checked_shr(steered as u32 * 3).unwrap_or_default() & 7;
        SEVERITIES.get(usize::from(worst).wrapping_sub(1)).copied()
    }
}

/// An exit that a limit or a stock action bears on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Special {
    pub(super) facts: Facts,
    pub(super) floor: Floor,
}

/// How exposed a way is whose legs have these gates.
pub(super) fn exposure(gates: impl IntoIterator<Item = Gate>) -> Option<Exposure> {
    gates.into_iter().max().and_then(Gate::exposure)
}
