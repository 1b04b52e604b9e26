//! Tiers: reversibility by blast radius, and what a disclosure weighs.

use serde::{Deserialize, Serialize};

use crate::label::{Level, words};

/// Whether an effect can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Reversibility {
    /// With the same tools, at once.
    Reversible,
    /// With effort: from a backup, by asking somebody.
    Recoverable,
    /// Not at all.
    Irreversible,
}

/// Whom an effect touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum BlastRadius {
    /// This session.
    Session,
    /// This checkout or this machine's user.
    Workspace,
    /// The organization.
    Organization,
    /// Third parties or the public.
    ThirdParties,
}

/// How much an effect matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "the names are the numbers of the table in the model's documentation")]
pub enum Tier {
    T0,
    T1,
    T2,
    T3,
    T4,
}

impl Tier {
    /// The tier of an effect: the table of reversibility by blast radius.
    pub fn of(reversibility: Reversibility, blast_radius: BlastRadius) -> Self {
        use BlastRadius::{Organization, Session, ThirdParties, Workspace};
        use Reversibility::{Irreversible, Recoverable, Reversible};
        match (reversibility, blast_radius) {
            (Reversible, Session) => Self::T0,
            (Reversible, Workspace) | (Recoverable, Session) => Self::T1,
            (Reversible, Organization | ThirdParties)
            | (Recoverable, Workspace)
            | (Irreversible, Session) => Self::T2,
            (Recoverable, Organization | ThirdParties) | (Irreversible, Workspace) => Self::T3,
            (Irreversible, Organization | ThirdParties) => Self::T4,
        }
    }

    /// The tier of disclosing data of `level` beyond its allowed audience.
    pub fn of_disclosure(level: Level) -> Self {
        match level {
            Level::Public => Self::T0,
            Level::Internal => Self::T2,
            Level::Confidential => Self::T3,
            Level::Secret => Self::T4,
        }
    }
}

/// What a tier asks for before an edge of it counts as dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duty {
    /// Each use is logged.
    pub logged: bool,
    /// How many structural bounds stand on it.
    pub bounds: u32,
    /// A human approves each use.
    pub approval: bool,
}

impl Duty {
    /// What a tier asks for where the team has not set its own.
    pub fn of(tier: Tier) -> Self {
        let (logged, bounds, approval) = match tier {
            Tier::T0 => (false, 0, false),
            Tier::T1 => (true, 0, false),
            Tier::T2 => (true, 1, false),
            Tier::T3 => (true, 1, true),
            Tier::T4 => (true, 2, true),
        };
        Self { logged, bounds, approval }
    }
}

words! {
    Reversibility { Reversible => "reversible", Recoverable => "recoverable", Irreversible => "irreversible" }
    BlastRadius {
        Session => "session", Workspace => "workspace", Organization => "organization",
        ThirdParties => "third-parties",
    }
    Tier { T0 => "T0", T1 => "T1", T2 => "T2", T3 => "T3", T4 => "T4" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiers_grow_with_either_dimension() {
        use BlastRadius as B;
        use Reversibility as R;
        let rows = [R::Reversible, R::Recoverable, R::Irreversible];
        let columns = [B::Session, B::Workspace, B::Organization, B::ThirdParties];
        for pair in rows.windows(2) {
            for column in columns {
                assert!(Tier::of(pair[0], column) <= Tier::of(pair[1], column));
            }
        }
        for row in rows {
            for pair in columns.windows(2) {
                assert!(Tier::of(row, pair[0]) <= Tier::of(row, pair[1]));
            }
        }
        assert_eq!(Tier::of(R::Irreversible, B::Organization), Tier::T4);
        assert_eq!(Tier::of(R::Recoverable, B::Workspace), Tier::T2);
    }
}
