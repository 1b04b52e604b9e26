//! `ambit.lock`, the file that Ambit writes: the resolved reach map, a line per fact.
//!
//! What lives here: the rows ([`row`]), what an assessment leaves in them, and the reading and writing of their
//! lines. The file is recomputed and compared, not trusted. Nothing in it churns: no time, no version of the
//! program, no line numbers, no words for people, no checksum. So a change of reach changes one line per fact, and
//! version control merges it line by line.

mod of;
mod read;
pub mod row;
mod write;

use std::collections::BTreeMap;

use crate::asset::AssetId;
use crate::reach::EdgeId;

pub use row::{LockedAsset, LockedEdge, LockedEffect, LockedFinding, LockedTool, Row};
#[cfg(feature = "schema")]
pub use write::schema;

/// The name of the format, which the first line states.
pub const SCHEMA: &str = "ambit.lock/v1";

/// The resolved reach map.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    /// Nodes other than tools.
    pub assets: BTreeMap<AssetId, LockedAsset>,
    /// Tools.
    pub tools: BTreeMap<AssetId, LockedTool>,
    /// Rows of the map.
    pub edges: BTreeMap<EdgeId, LockedEdge>,
    /// Findings.
    pub findings: BTreeMap<String, LockedFinding>,
}
