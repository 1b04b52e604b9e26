//! `tiers`: the table of tiers and the duties of each, where a team sets its own.

use super::entry::entry;
use super::{Section, nothing};
use crate::tier::{BlastRadius, Duty, Reversibility, Tier};

pub(super) const SECTION: Section =
    Section { page: include_str!("tiers.md"), rules: nothing, references: nothing };

entry! {
    /// The table of tiers and their duties; what is not set is as the model has it.
    group "a set of tiers" Tiers {
        /// The tier of an effect, by whether it can be taken back and whom it touches.
        "table" => table: Table,
        /// What each tier asks for.
        "duties" => duties: Duties,
    }
}

entry! {
    /// The tier of an effect, by whether it can be taken back and whom it touches.
    group "a table of tiers" Table {
        /// Effects that can be taken back at once.
        "reversible" => reversible: Row,
        /// Effects that can be taken back with effort.
        "recoverable" => recoverable: Row,
        /// Effects that cannot be taken back.
        "irreversible" => irreversible: Row,
    }
}

entry! {
    /// Tiers by whom an effect touches.
    group "a row of tiers" Row {
        /// This session.
        "session" => session: Option<Tier>,
        /// This checkout or this machine's user.
        "workspace" => workspace: Option<Tier>,
        /// The organization.
        "organization" => organization: Option<Tier>,
        /// Third parties or the public.
        "third-parties" => third_parties: Option<Tier>,
    }
}

entry! {
    /// What each tier asks for.
    group "a set of duties" Duties {
        /// Of tier T0.
        "T0" => t0: TierDuty,
        /// Of tier T1.
        "T1" => t1: TierDuty,
        /// Of tier T2.
        "T2" => t2: TierDuty,
        /// Of tier T3.
        "T3" => t3: TierDuty,
        /// Of tier T4.
        "T4" => t4: TierDuty,
    }
}

entry! {
    /// What a tier asks for.
    group "a duty" TierDuty {
        /// Whether each use is logged.
        "logged" => logged: Option<bool>,
        /// How many structural bounds stand on it.
        "bounds" => bounds: Option<u32>,
        /// Whether a human approves each use.
        "approval" => approval: Option<bool>,
    }
}

impl Tiers {
    /// The tier of an effect.
    pub fn tier(&self, reversibility: Reversibility, blast_radius: BlastRadius) -> Tier {
        let row = match reversibility {
            Reversibility::Reversible => &self.table.reversible,
            Reversibility::Recoverable => &self.table.recoverable,
            Reversibility::Irreversible => &self.table.irreversible,
        };
        let set = match blast_radius {
            BlastRadius::Session => row.session,
            BlastRadius::Workspace => row.workspace,
            BlastRadius::Organization => row.organization,
            BlastRadius::ThirdParties => row.third_parties,
        };
        set.unwrap_or_else(|| Tier::of(reversibility, blast_radius))
    }

    /// What a tier asks for.
    pub fn duty(&self, tier: Tier) -> Duty {
        let set = match tier {
            Tier::T0 => &self.duties.t0,
            Tier::T1 => &self.duties.t1,
            Tier::T2 => &self.duties.t2,
            Tier::T3 => &self.duties.t3,
            Tier::T4 => &self.duties.t4,
        };
        let usual = Duty::of(tier);
        Duty {
            logged: set.logged.unwrap_or(usual.logged),
            bounds: set.bounds.unwrap_or(usual.bounds),
            approval: set.approval.unwrap_or(usual.approval),
        }
    }
}
