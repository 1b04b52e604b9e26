//! What a context holds, as bits, and what passes over an edge, as a mask.
//!
//! A bit says that something gets in over a way whose strongest gate is at most that one. So what is in over `auto`
//! is in over `prompted` and `asked` too, and data of a level is data of each lower level: then a step over an edge,
//! whatever gate or limit is on it, is one `and`, and two ways meet by one `or`. Both distribute, and so the fixpoint
//! over bits is the same as the join over all ways.
//!
//! The first nine bits are content: public, partner, and loaded as instructions, each by gate. Six groups of nine follow,
//! one for each kind of origin of data: internal, confidential, secret, each by gate.

use ambit_model::{Gate, Level, Tier, Trust};

/// How many kinds of origins of data are told apart. The first is for all that need not be.
pub(super) const KINDS: u8 = 6;
/// How many bits content has, and each kind of data.
const GROUP: u32 = 9;
/// All bits of content.
pub(super) const CONTENT: u64 = (1 << GROUP) - 1;
/// Content that comes in as instructions.
pub(super) const LOADED: u64 = 0b111 << 6;
/// Bits of one label, by gate.
const LABEL: u32 = 3;
/// How many labels there are in all.
const LABELS: u32 = 21;

/// What begins at one agent and steers another, told apart by how little that agent can do itself: seven bits for each
/// bit of content.
pub(super) const ENTRY: u32 = 7;

/// What passes over an edge that a control limits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Limit {
    /// Content of this trust or a lower one does not.
    pub trust: Option<Trust>,
    /// Data passes as of this level at most.
    pub level: Option<Level>,
    /// A disclosure over it has this tier at most.
    pub tier: Option<Tier>,
    /// Kinds of data that do not: a bit for each.
    pub kinds: u8,
}

impl Limit {
    fn mask(self) -> u64 {
        let mut mask = u64::MAX;
        let passes = |it: Trust| self.trust.is_none_or(|least| it > least);
        for (label, trust) in [(0, Trust::Public), (1, Trust::Partner), (2, Trust::Public)] {
            if !passes(trust) {
                mask &= !(0b111 << (label * LABEL));
            }
        }
        for kind in 0..KINDS {
            for (at, level) in (0..).zip([Level::Internal, Level::Confidential, Level::Secret]) {
                if self.kinds >> kind & 1 == 1 || self.level.is_some_and(|most| level > most) {
                    mask &= !(0b111 << (start(kind) + at * LABEL));
                }
            }
        }
        mask
    }
}

fn start(kind: u8) -> u32 {
    GROUP * (1 + u32::from(kind.min(KINDS - 1)))
}

const fn repeated(pattern: u64, width: u32, times: u32) -> u64 {
    let mut all = 0;
    let mut at = 0;
    while at < times {
        all |= pattern << (at * width);
        at += 1;
    }
    all
}

/// The gates from this one on, as three bits.
const fn from(gate: Gate) -> u64 {
    match gate {
        Gate::Auto => 0b111,
        Gate::Prompted => 0b110,
        Gate::Asked => 0b100,
        Gate::Denied => 0,
    }
}

/// What passes over an edge with this gate and limit.
pub(super) fn passing(gate: Gate, limit: Limit) -> u64 {
    repeated(from(gate), LABEL, LABELS) & limit.mask()
}

/// Content of `trust`, or loaded as instructions, over `gate`. Trusted content is none.
pub(super) fn content(trust: Option<Trust>, loaded: bool, gate: Gate) -> u64 {
    match (trust, loaded) {
        (Some(Trust::Public), false) => from(gate),
        (Some(Trust::Partner), false) => from(gate) << LABEL,
        // Whoever supplies instructions would have to be turned first; rules of facts tell of that.
        (Some(Trust::Public), true) => from(gate) << (2 * LABEL),
        _ => 0,
    }
}

/// Data of `kind` and `level` over `gate`.
pub(super) fn data(kind: u8, level: Option<Level>, gate: Gate) -> u64 {
    let levels = match level {
        None | Some(Level::Public) => 0,
        Some(Level::Internal) => 1,
        Some(Level::Confidential) => 2,
        Some(Level::Secret) => 3,
    };
    repeated(from(gate), LABEL, levels) << start(kind)
}

/// The weakest gate over which any of `bits` gets in.
pub(super) fn weakest(bits: u64) -> Option<Gate> {
    [Gate::Auto, Gate::Prompted, Gate::Asked].into_iter().find(|it| bits & exactly(*it) != 0)
}

/// The bits that say of whatever label that it gets in over at most `gate`.
pub(super) fn exactly(gate: Gate) -> u64 {
    match gate {
        Gate::Auto => repeated(0b001, LABEL, LABELS),
        Gate::Prompted => repeated(0b010, LABEL, LABELS),
        Gate::Asked => repeated(0b100, LABEL, LABELS),
        Gate::Denied => 0,
    }
}

/// The bits of data of one kind, moved to the front.
pub(super) fn of_kind(bits: u64, kind: u8) -> u64 {
    bits >> start(kind) & CONTENT
}

/// The bits of data of one kind and of `level` at least.
pub(super) fn of_level(kind: u8, level: Level) -> u64 {
    let at = match level {
        Level::Public | Level::Internal => 0,
        Level::Confidential => 1,
        Level::Secret => 2,
    };
    0b111 << (start(kind) + at * LABEL)
}

/// The weakest gate over which data of `level` gets in, of data that [`of_kind`] has moved to the front.
pub(super) fn weakest_at(data: u64, level: Level) -> Option<Gate> {
    let at = match level {
        Level::Public => return None,
        Level::Internal => 0,
        Level::Confidential => 1,
        Level::Secret => 2,
    };
    weakest(data >> (at * LABEL) & 0b111)
}

/// Seven bits for each bit of content that is in `bits`.
pub(super) fn entries(bits: u64) -> u64 {
    spread(bits, (1 << ENTRY) - 1)
}

/// `pattern`, of seven bits, for each bit of content that is in `bits`.
pub(super) fn spread(bits: u64, pattern: u64) -> u64 {
    let set = (0..GROUP).filter(|at| bits >> at & 1 == 1);
    set.fold(0, |all, at| all | pattern << (at * ENTRY))
}

/// The bit number `which` of the entries that get in over at most `gate`, whatever their label.
pub(super) fn entry_bits(gate: Gate, which: u32) -> u64 {
    spread(exactly(gate) & CONTENT, 1 << which)
}
