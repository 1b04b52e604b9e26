//! `check`: when the gate fails.

use super::entry::entry;
use super::{Section, nothing};
use crate::finding::Severity;

pub(super) const SECTION: Section =
    Section { page: include_str!("check.md"), rules: nothing, references: nothing };

entry! {
    /// When `ambit check` fails.
    group "a setting of the check" Check {
        /// The severity from which a finding without a decision fails it; without the key, `high`.
        "fail-on" => fail_on: Option<Severity>,
        /// Whether findings that are only possible count; without the key, they do not.
        "count-possible" => count_possible: Option<bool>,
    }
}
