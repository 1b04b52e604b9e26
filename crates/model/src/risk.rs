//! Risk in numbers, as `ambit.risk/v1`: how likely each end is in a year, what it costs, and what carries it.

use serde::Serialize;

use crate::asset::AssetId;
use crate::place::Place;

/// What an end is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum EndKind {
    /// Something is done to an asset that is hard to take back.
    Done,
    /// Data of a store gets to somebody who may not have it.
    Leaked,
    /// A credential does.
    Exposed,
}

/// Where a number comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Founded {
    /// Numbers like it were measured there.
    Source(Vec<String>),
    /// Nobody has measured it; this is why it is what it is.
    Assumed(String),
    /// People have stated it.
    Stated {
        /// Where.
        place: Place,
        /// Why.
        because: String,
    },
}

/// Placeholder until the whole is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// Which.
    pub asset: AssetId,
}
