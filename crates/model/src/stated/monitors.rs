//! `monitors`: what stays dangerous, on a list, with the signal that somebody watches.

use super::entry::entry;
use super::pattern::FindingPattern;
use super::take::{OneOrMore, Placed};
use super::{Section, nothing};

pub(super) const SECTION: Section =
    Section { page: include_str!("monitors.md"), rules: nothing, references: nothing };

entry! {
    /// What is watched because it stays.
    "a monitor" Monitor {
        /// The findings that stay.
        "on" => on: OneOrMore<Placed<FindingPattern>>,
        /// What shows that it happens.
        "signal" => signal: String,
        /// Who watches.
        "owner" => owner: String,
        /// Where the signal is seen.
        "where" => seen: Option<String>,
    }
}
