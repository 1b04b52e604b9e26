//! `never`: boundaries, checked as invariants each time.

use super::entry::{choice, entry};
use super::forms::Name;
use super::pattern::Assets;
use super::take::Placed;
use super::{Section, nothing};
use crate::label::{Audience, Level, Trust};
use crate::reach::Verb;
use crate::tier::Tier;

pub(super) const SECTION: Section =
    Section { page: include_str!("never.md"), rules: nothing, references: nothing };

choice! {
    /// What must never be possible.
    "a boundary" Boundary {
        /// Data that must never reach an audience.
        Disclosure(Disclosure),
        /// Actions that content must never drive.
        Influence(Influence),
    }
}

impl Boundary {
    /// What it says, in words.
    pub fn says(&self) -> &str {
        match self {
            Self::Disclosure(it) => &it.says,
            Self::Influence(it) => &it.says,
        }
    }
}

entry! {
    /// Data that must never reach an audience.
    "a boundary" Disclosure one of ["data", "level"] {
        /// The audience that it must not reach: that one or a wider one.
        "audience" => audience: Audience,
        /// The boundary in words.
        "says" => says: String,
        /// Data classes: any of them.
        "data" => data: Vec<Placed<Name>>,
        /// How confidential: that level or a higher one.
        "level" => level: Option<Level>,
    }
}

entry! {
    /// Actions that content must never drive.
    "a boundary" Influence {
        /// Whose content: that trust or a lower one.
        "trust" => trust: Trust,
        /// Which actions: that tier or a higher one.
        "tier" => tier: Tier,
        /// The boundary in words.
        "says" => says: String,
        /// Only actions of these agents.
        "agent" => agent: Option<Placed<Assets>>,
        /// Only actions of these verbs.
        "verb" => verb: Vec<Verb>,
        /// Only actions on these assets.
        "to" => to: Option<Placed<Assets>>,
    }
}
