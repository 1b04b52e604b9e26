//! What using a tool does.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::asset::AssetId;
use crate::label::{Audience, Level, Trust, words};
use crate::tier::{BlastRadius, Reversibility};

/// One effect of a tool, with the parameters that are known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "effect", rename_all = "lowercase")]
pub enum Effect {
    /// Content comes back that somebody wrote.
    Ingests {
        /// Who could have written it.
        trust: Trust,
    },
    /// Data comes back.
    Reads {
        /// Data classes.
        // Shared: many tools read the same.
        data: Arc<[String]>,
        /// How confidential.
        level: Level,
    },
    /// What the agent chooses goes out.
    Sends {
        /// Who can receive it.
        audience: Audience,
        /// How much fits.
        bandwidth: Bandwidth,
    },
    /// State changes.
    Writes {
        /// Whether it can be taken back.
        reversibility: Reversibility,
        /// Whom it touches.
        blast_radius: BlastRadius,
    },
    /// Code or commands run.
    Executes {
        /// Where.
        r#where: Place,
    },
    /// Money or quota is consumed.
    Spends {
        /// The limit, in words, where one is set.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit: Option<String>,
    },
    /// Changes who may do what.
    Grants,
    /// Writes what a later session reads back.
    Remembers {
        /// The memory.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        memory: Option<AssetId>,
    },
    /// Reads back what an earlier session wrote.
    Recalls {
        /// The memory.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        memory: Option<AssetId>,
    },
    /// Hands work to another agent.
    Delegates {
        /// The agent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<AssetId>,
    },
    /// Nobody knows.
    Unknown,
}

/// How much a way out can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Bandwidth {
    /// Any text.
    FreeText,
    /// A URL that the agent chooses.
    ChosenUrl,
    /// A fixed form with few choices.
    FixedTemplate,
}

/// Where code runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// In a sandbox without the workspace, the network or credentials.
    Sandbox,
    /// Limited to the workspace.
    Workspace,
    /// With the user's rights.
    Host,
    /// On another machine.
    Remote,
}

/// How an effect is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// A scanned file says so.
    Declared,
    /// A trace shows it.
    Observed,
    /// The model file says so.
    Stated,
    /// A catalog entry says so.
    Catalog,
    /// Read from the tool's schema, annotations, name or description.
    Inferred,
}

/// An effect with its object and its reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EffectFact {
    /// The effect.
    #[serde(flatten)]
    pub effect: Effect,
    /// The store, channel, memory or environment it is bound to, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<AssetId>,
    /// How it is known.
    pub basis: Basis,
    /// What it was read from, in words.
    pub because: Arc<str>,
}

words! {
    Bandwidth { FreeText => "free-text", ChosenUrl => "chosen-url", FixedTemplate => "fixed-template" }
    Place { Sandbox => "sandbox", Workspace => "workspace", Host => "host", Remote => "remote" }
    Basis {
        Declared => "declared", Observed => "observed", Stated => "stated", Catalog => "catalog",
        Inferred => "inferred",
    }
}
