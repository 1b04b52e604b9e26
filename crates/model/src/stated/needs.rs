//! `needs`: what containment must leave possible.

use super::entry::{choice, entry};
use super::forms::Name;
use super::pattern::{Assets, EdgeParts, EdgeText};
use super::take::Placed;
use super::{Section, nothing};
use crate::reach::Verb;

pub(super) const SECTION: Section =
    Section { page: include_str!("needs.md"), rules: nothing, references: nothing };

entry! {
    /// Something that must stay possible.
    "a need" Need {
        /// What stays: edges, or a capability of an agent.
        "keep" => keep: Placed<Keep>,
        /// Why.
        "why" => why: String,
    }
}

choice! {
    /// What stays: edges, or a capability of an agent.
    "edges or a capability" Keep {
        text
        /// Edges by id, or by the assets that they touch.
        Text(EdgeText),
        /// Edges, by what they have.
        Edge(EdgeParts),
        /// What an agent must be able to do, over whatever edges.
        Capability(Capability),
    }
}

entry! {
    /// What an agent must be able to do, over whatever edges.
    "a capability" Capability {
        /// The agent.
        "agent" => agent: Assets,
        /// What it does.
        "may" => may: Verb,
        /// To what.
        "to" => to: Assets,
        /// With data of these classes in its context.
        "with" => with: Vec<Name>,
    }
}
