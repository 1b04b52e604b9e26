//! `decisions`: what somebody has decided about findings and edges, for how long, and on what.

use super::entry::entry;
use super::forms::{BasisId, Date, Name};
use super::pattern::Pattern;
use super::problems::Problems;
use super::take::{OneOrMore, Placed, worded};
use super::{Model, Section, known};
use crate::label::words;

pub(super) const SECTION: Section = Section { page: include_str!("decisions.md"), rules, references };

entry! {
    /// What somebody has decided.
    "a decision" Decision {
        /// The findings or edges that it is about.
        "on" => on: OneOrMore<Placed<Pattern>>,
        /// What is decided.
        "decision" => decision: Treatment,
        /// Who has decided.
        "owner" => owner: String,
        /// Why.
        "reason" => reason: String,
        /// The last day on which it holds.
        "until" => until: Placed<Date>,
        /// The day on which it was taken.
        "taken" => taken: Option<Date>,
        /// The state of the findings that it was taken on; a wider one re-opens it.
        "basis" => basis: Vec<BasisId>,
        /// The control of `controls` that carries it.
        "control" => control: Option<Placed<Name>>,
    }
}

/// What is done about a danger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Treatment {
    /// It stays as it is.
    Accept,
    /// Something is done against it.
    Mitigate,
    /// Somebody else carries it.
    Transfer,
    /// What leads to it is given up.
    Avoid,
}

words! {
    Treatment { Accept => "accept", Mitigate => "mitigate", Transfer => "transfer", Avoid => "avoid" }
}
worded! { Treatment, "a decision"; }

fn rules(model: &Model, problems: &mut Problems) {
    for decision in &model.decisions {
        let Decision { until, taken, .. } = &decision.value;
        if let Some(taken) = taken.as_ref().filter(|it| **it > until.value) {
            let message = format!("the decision ends on {}, before it was taken on {taken}", until.value);
            problems.add(&until.place, message, "put the last day on which it holds into `until`");
        }
    }
}

fn references(model: &Model, problems: &mut Problems) {
    for name in model.decisions.iter().filter_map(|it| it.value.control.as_ref()) {
        known(name, &model.controls, "a control", "controls", problems);
    }
}
