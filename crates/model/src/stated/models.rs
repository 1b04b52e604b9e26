//! `models`: the inventory of language models.

use super::entry::entry;
use super::forms::Date;
use super::{Section, nothing};

pub(super) const SECTION: Section =
    Section { page: include_str!("models.md"), rules: nothing, references: nothing };

entry! {
    /// A language model that the system uses.
    "a model" ModelEntry {
        /// Who provides it.
        "provider" => provider: Option<String>,
        /// Which version.
        "version" => version: Option<String>,
        /// What it is used for.
        "use" => used_for: Option<String>,
        /// What its use puts at risk, in your own scale.
        "risk" => risk: Option<String>,
        /// When it was last validated.
        "validated" => validated: Option<Date>,
        /// How, or where that is written.
        "validation" => validation: Option<String>,
        /// Who answers for it.
        "owner" => owner: Option<String>,
        /// When it is looked at again.
        "review" => review: Option<Date>,
    }
}
