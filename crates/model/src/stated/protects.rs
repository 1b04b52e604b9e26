//! `protects`: what is worth something, and to whom.

use super::entry::entry;
use super::forms::Name;
use super::pattern::Assets;
use super::take::Placed;
use super::{Section, nothing};
use crate::label::Level;

pub(super) const SECTION: Section =
    Section { page: include_str!("protects.md"), rules: nothing, references: nothing };

entry! {
    /// Something that is protected.
    "a protected thing" Protected one of ["data", "in"] {
        /// Data classes.
        "data" => data: Vec<Placed<Name>>,
        /// How confidential they are.
        "level" => level: Option<Level>,
        /// For whom it is protected.
        "for" => for_whom: Option<String>,
        /// Who answers for it.
        "owner" => owner: Option<String>,
        /// Where it lies: ids of assets, or patterns.
        "in" => within: Vec<Placed<Assets>>,
    }
}
