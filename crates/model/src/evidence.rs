//! What an evidence pack says of itself: which file shows what, and which item of a regulation or standard it supports.

use serde::{Deserialize, Serialize};

use crate::assessment::ToolVersion;

/// The name of the JSON form of [`Manifest`].
pub const MANIFEST: &str = "ambit.evidence/v1";
/// The name of the JSON form of [`Mapping`].
pub const MAPPING: &str = "ambit.mapping/v1";

/// The files of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Manifest {
    /// Always [`MANIFEST`].
    pub schema: String,
    /// Who made it.
    pub tool: ToolVersion,
    /// What was looked at, as the user named it.
    pub root: String,
    /// The day for which decisions were judged; absent: none was given, and nothing has run out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub today: Option<String>,
    /// What the pack is, and what it is not.
    pub statement: String,
    /// How to verify the digests.
    pub verify: String,
    /// Files, sorted by path: all but this one and the list of digests.
    pub files: Vec<PackedFile>,
}

/// A file of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PackedFile {
    /// Its path in the pack.
    pub path: String,
    /// Its size in bytes.
    pub size: usize,
    /// The SHA-256 of its bytes, in lower-case hexadecimal digits.
    pub sha256: String,
    /// What it shows.
    pub shows: String,
    /// How many values that look like credentials were masked in it.
    #[serde(default, skip_serializing_if = "is_none")]
    pub masked: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde asks for")]
fn is_none(number: &usize) -> bool {
    *number == 0
}

/// Items of regulations and standards, each with the evidence for it in a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Mapping {
    /// Always [`MAPPING`].
    pub schema: String,
    /// Who made it.
    pub tool: ToolVersion,
    /// What it says, and what it does not.
    pub statement: String,
    /// Regulations and standards, sorted by id.
    pub frameworks: Vec<MappedFramework>,
}

/// A regulation or standard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MappedFramework {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its edition.
    pub edition: String,
    /// Where its items were read.
    pub source: Vec<String>,
    /// What a reader has to know of it.
    pub notes: Vec<String>,
    /// Its items, in its own order.
    pub items: Vec<MappedItem>,
}

/// An item of a regulation or standard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MappedItem {
    /// Its id, as published.
    pub id: String,
    /// Its published title, or a few words of Ambit's where it has none.
    pub name: String,
    /// Whether id and name were confirmed at their source.
    pub verified: bool,
    /// The evidence in this pack; empty where there is none.
    pub evidence: Vec<Shown>,
    /// What would give evidence that is not there.
    pub missing: Vec<String>,
    /// What of it no evidence of these kinds shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outside: Option<String>,
}

/// Evidence of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Shown {
    /// The kind.
    pub kind: String,
    /// How much of it there is, in words.
    pub count: String,
    /// What it shows.
    pub shows: String,
    /// The section of the report that shows it, by its id.
    pub section: String,
    /// The files of the pack that hold it beside the report.
    pub files: Vec<String>,
}
