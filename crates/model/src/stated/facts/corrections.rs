//! Corrections of what files declare.

use super::Facts;
use super::tools::{Effect, objects};
use crate::gate::Gate;
use crate::label::{Audience, Level, Trust};
use crate::stated::entry::entry;
use crate::stated::forms::{self, Name};
use crate::stated::pattern::EdgePattern;
use crate::stated::problems::Problems;
use crate::stated::shape::Form;
use crate::stated::take::{Key, Placed};
use crate::tier::{BlastRadius, Reversibility};

/// Names that are ids of assets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AssetKey;

impl Key for AssetKey {
    const FORM: &'static Form = &forms::ASSET;
}

entry! {
    /// A correction of what files declare of an asset.
    "a correction" AssetCorrection one of ["name", "trust", "level", "data", "owner", "effects"] {
        /// Why files are wrong or silent.
        "because" => because: String,
        /// Its name for people.
        "name" => name: Option<String>,
        /// Who can write into it.
        "trust" => trust: Option<Trust>,
        /// How confidential what it holds is.
        "level" => level: Option<Level>,
        /// Data classes that it holds.
        "data" => data: Vec<Name>,
        /// Who answers for it.
        "owner" => owner: Option<String>,
        /// What using it does, in place of all that was known (tools).
        "effects" => effects: Vec<Placed<Effect>>,
    }
}

entry! {
    /// A correction of what files declare of edges.
    "a correction" EdgeCorrection one of ["gate", "audience", "level", "trust", "reversibility", "blast_radius"] {
        /// The edges.
        "on" => on: Placed<EdgePattern>,
        /// Why files are wrong or silent.
        "because" => because: String,
        /// What stands before them.
        "gate" => gate: Option<Gate>,
        /// Who can receive what is sent.
        "audience" => audience: Option<Audience>,
        /// How confidential what they touch is.
        "level" => level: Option<Level>,
        /// Who could have written what comes in.
        "trust" => trust: Option<Trust>,
        /// Whether it can be taken back.
        "reversibility" => reversibility: Option<Reversibility>,
        /// Whom it touches.
        "blast_radius" => blast_radius: Option<BlastRadius>,
    }
}

pub(super) fn references(facts: &Facts, problems: &mut Problems) {
    for (_, correction) in facts.assets.iter() {
        objects(facts, &correction.value.effects, problems);
    }
}
