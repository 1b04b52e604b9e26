//! `coverage`: answers of people to categories of frameworks.

use super::entry::entry;
use super::forms::{self, Date, Name};
use super::pattern::Assets;
use super::problems::Problems;
use super::shape::Form;
use super::take::{Key, OneOrMore, Placed, worded};
use super::{Model, Section, known};
use crate::label::words;

pub(super) const SECTION: Section = Section { page: include_str!("coverage.md"), rules, references };

/// Names that are categories of frameworks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Category;

impl Key for Category {
    const FORM: &'static Form = &forms::CATEGORY;
}

/// The answers to one category, each for some agents.
pub type Answers = OneOrMore<Placed<Answer>>;

entry! {
    /// An answer to a category of a framework.
    "an answer" Answer {
        /// What holds.
        "answer" => answer: Placed<Covered>,
        /// The agents it holds for; without the key, all.
        "agent" => agent: Option<Placed<Assets>>,
        /// Why.
        "because" => because: Option<String>,
        /// How the category would show in this system.
        "scenario" => scenario: Option<String>,
        /// The control of `controls` that answers it.
        "control" => control: Option<Placed<Name>>,
        /// Who answers.
        "owner" => owner: Option<String>,
        /// The last day on which the answer holds.
        "until" => until: Option<Date>,
    }
}

/// What holds of a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Covered {
    /// It is dealt with.
    Covered,
    /// It cannot happen here.
    NotApplicable,
    /// Nobody knows yet.
    Open,
}

words! { Covered { Covered => "covered", NotApplicable => "not-applicable", Open => "open" } }
worded! { Covered, "an answer"; }

fn rules(model: &Model, problems: &mut Problems) {
    for (category, entry) in model.coverage.iter() {
        for answer in entry.value.iter() {
            let Answer { answer, because, scenario, control, .. } = &answer.value;
            let (given, keys) = match answer.value {
                Covered::Open => continue,
                Covered::NotApplicable => (because.is_some(), "`because`, the fact that makes it so"),
                Covered::Covered => (
                    because.is_some() || scenario.is_some() || control.is_some(),
                    "`control`, `scenario` or `because`",
                ),
            };
            if !given {
                let message = format!("`{category}` is said to be {} without a reason", answer.value);
                problems.add(&answer.place, message, format!("add {keys}"));
            }
        }
    }
}

fn references(model: &Model, problems: &mut Problems) {
    let answers = model.coverage.iter().flat_map(|(_, it)| it.value.iter());
    for name in answers.filter_map(|it| it.value.control.as_ref()) {
        known(name, &model.controls, "a control", "controls", problems);
    }
}
