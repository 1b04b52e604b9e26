//! `objectives`: what the system must do well, and how that is told.

use super::entry::entry;
use super::forms::Name;
use super::problems::Problems;
use super::take::Placed;
use super::{Model, Section, known, nothing};

pub(super) const SECTION: Section =
    Section { page: include_str!("objectives.md"), rules: nothing, references };

entry! {
    /// Something that the system must do well.
    "an objective" Objective {
        /// The objective in words.
        "says" => says: String,
        /// When it counts as met, one criterion each.
        "accept" => accept: Vec<String>,
        /// Boundaries of `never` that it rests on.
        "holds" => holds: Vec<Placed<Name>>,
        /// Who answers for it.
        "owner" => owner: Option<String>,
    }
}

fn references(model: &Model, problems: &mut Problems) {
    for (_, objective) in model.objectives.iter() {
        for name in &objective.value.holds {
            known(name, &model.never, "a boundary", "never", problems);
        }
    }
}
