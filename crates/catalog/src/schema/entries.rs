//! Ways for somebody outside to reach code: `data/entries.toml`.

use ambit_model::{AssetId, Trust};
use serde::Deserialize;

/// A way in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryPoint {
    /// Paths of what registers a function, as a decorator or with it among its arguments; or of what gives the text itself.
    #[serde(default)]
    pub of: Vec<String>,
    /// Names of functions that are called from outside for their names.
    #[serde(default)]
    pub functions: Vec<String>,
    /// Files in which those names count, as globs over paths; absent: in all.
    #[serde(default)]
    pub files: Vec<String>,
    /// Whether what is called gives the text itself: `input()`.
    #[serde(default)]
    pub gives: bool,
    /// The event, in a word.
    pub event: String,
    /// Who can fire it, unless something checks.
    pub trust: Trust,
    /// The channel that it comes over.
    pub from: AssetId,
    /// The channel's name for people.
    pub name: String,
}

/// All ways in.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryPoints {
    /// Where the facts were read.
    pub source: Vec<String>,
    /// The ways in.
    pub entries: Vec<EntryPoint>,
}
