//! `system`: what the model is of, and who looks after it.

use super::entry::entry;
use super::forms::{Date, Period};
use super::take::worded;
use super::{Section, nothing};
use crate::label::words;

pub(super) const SECTION: Section =
    Section { page: include_str!("system.md"), rules: nothing, references: nothing };

entry! {
    /// The system as a whole.
    group "a system" System {
        /// Its name.
        "name" => name: Option<String>,
        /// What it is for, in a few words.
        "description" => description: Option<String>,
        /// Who can get at it.
        "exposure" => exposure: Option<Reachable>,
        /// Who answers for it.
        "owner" => owner: Option<String>,
        /// Whom to tell when something happens, first to last.
        "escalation" => escalation: Vec<Escalation>,
        /// When the model is looked through again.
        "review" => review: Option<Review>,
    }
}

entry! {
    /// Whom to tell, and when.
    "an escalation" Escalation {
        /// Who is told.
        "to" => to: String,
        /// What has to happen.
        "when" => when: String,
    }
}

entry! {
    /// When the model is looked through.
    "a review" Review {
        /// How often.
        "every" => every: Period,
        /// When it was done last.
        "last" => last: Option<Date>,
    }
}

/// Who can get at a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reachable {
    /// Researchers alone, without data of others.
    Research,
    /// People of the organization.
    Internal,
    /// Anybody.
    Internet,
}

words! { Reachable { Research => "research", Internal => "internal", Internet => "internet" } }
worded! { Reachable, "an exposure"; }
