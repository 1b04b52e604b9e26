//! The rows of the lock. What a row holds is compared; its id says what it is compared with.

use std::collections::{BTreeMap, BTreeSet};

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::asset::{ArgumentRole, AssetId, AssetKind};
use crate::difference::Field;
use crate::effect::{Basis, Effect};
use crate::finding::{Confidence, Legs, Severity};
use crate::gate::{Exposure, Gate, Scope};
use crate::label::{Audience, Level, Trust};
use crate::reach::{EdgeId, Verb};
use crate::tier::{BlastRadius, Reversibility, Tier};

/// A row with its stable id.
pub trait Row: Clone + PartialEq + Serialize {
    /// What its id is.
    type Id: Clone + Ord + std::fmt::Display;

    /// Its id.
    fn id(&self) -> &Self::Id;

    /// In what `later` differs, in the order of the keys of a line.
    fn differ(&self, later: &Self) -> Vec<Field>;
}

/// A node that is no tool.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LockedAsset {
    /// Stable id.
    pub id: AssetId,
    /// What it is.
    pub r#type: AssetKind,
    /// Name for people.
    pub name: String,
    /// Who can write into it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trust: Option<Trust>,
    /// How confidential what it holds is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// Data classes it holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<String>,
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The package that is resolved when it starts, such as `npm:@acme/files` (servers).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    /// The exact version or content digest of the package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<String>,
    /// The range or movable name that the package has in place of a pin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<String>,
    /// Other facts, one per line: `transport: stdio`, `model: opus`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<String>,
}

/// A tool.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LockedTool {
    /// Stable id.
    pub id: AssetId,
    /// Name for people.
    pub name: String,
    /// What using it does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<LockedEffect>,
    /// What the caller may choose with which argument.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub arguments: BTreeMap<String, BTreeSet<ArgumentRole>>,
    /// The digest of its definition, where one was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

/// One effect of a tool.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LockedEffect {
    /// The effect.
    #[serde(flatten)]
    pub effect: Effect,
    /// What it is bound to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<AssetId>,
    /// How it is known.
    pub basis: Basis,
}

/// A row of the reach map.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LockedEdge {
    /// Stable id.
    pub id: EdgeId,
    /// Who acts.
    pub from: AssetId,
    /// What it does.
    pub verb: Verb,
    /// To what.
    pub to: AssetId,
    /// With which tool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<AssetId>,
    /// Data classes it touches.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub touches: Vec<String>,
    /// How confidential what it touches is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// Who can receive what it sends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<Audience>,
    /// The least trusted author whose content comes in over it or steers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reached_by: Option<Trust>,
    /// What stands before it.
    pub gate: Gate,
    /// The file that decided the gate; absent when the client's own default did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<Arc<str>>,
    /// The scope of that file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// Whether it can be taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reversibility: Option<Reversibility>,
    /// Whom it touches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blast_radius: Option<BlastRadius>,
    /// How much it matters.
    pub tier: Tier,
    /// Names of the controls bound to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub controls: Vec<String>,
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// How sure it is that the edge exists.
    pub confidence: Confidence,
    /// Whether the stock client has it too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stock: bool,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LockedFinding {
    /// Stable id.
    pub id: String,
    /// The rule.
    pub rule: String,
    /// The agent or asset that acts.
    pub subject: AssetId,
    /// What it ends in.
    pub end: AssetId,
    /// The tier of what it ends in.
    pub tier: Tier,
    /// How exposed.
    pub exposure: Exposure,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// What a decision about it holds for.
    pub basis: String,
    /// The witness path of each leg.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub legs: Legs,
}

macro_rules! rows {
    ($($row:ident, $id:ty, { $($field:ident),* $(,)? };)*) => {$(
        impl Row for $row {
            type Id = $id;

            fn id(&self) -> &Self::Id {
                &self.id
            }

            fn differ(&self, later: &Self) -> Vec<Field> {
                // So that no field is forgotten.
                let Self { $($field),* } = self;
                let mut fields = Vec::new();
                $(
                    if *$field != later.$field {
                        fields.push(Field::new(stringify!($field), $field, &later.$field));
                    }
                )*
                fields
            }
        }
    )*};
}

rows! {
    LockedAsset, AssetId, { id, r#type, name, trust, level, data, owner, package, pin, range, facts };
    LockedTool, AssetId, { id, name, effects, arguments, digest, owner };
    LockedEdge, EdgeId, {
        id, from, verb, to, via, touches, level, audience, reached_by, gate, decided_by, scope, reversibility,
        blast_radius, tier, controls, owner, confidence, stock,
    };
    LockedFinding, String, { id, rule, subject, end, tier, exposure, severity, confidence, basis, legs };
}
