//! Where a fact comes from.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A position in a file that was read. Lines and columns count from 1; a column counts characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Place {
    /// Path relative to the scanned root, with `/`; files of the user's home begin with `~/`.
    // Shared: thousands of facts stand in one file.
    pub path: Arc<str>,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

impl Place {
    /// A position in `path`.
    pub fn new(path: impl Into<Arc<str>>, line: u32, column: u32) -> Self {
        Self { path: path.into(), line, column }
    }

    /// The first character of `path`: for facts that the whole file states.
    pub fn start(path: impl Into<Arc<str>>) -> Self {
        Self::new(path, 1, 1)
    }
}

/// The path that `path` means, written in `folder`, as far as the text says; none where it leads out of the root.
pub fn below(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|it| !it.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.path, self.line)
    }
}

/// How a fact is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Provenance {
    /// A scanned file says so.
    Declared(Place),
    /// A trace shows it.
    Observed(Place),
    /// The knowledge base says so.
    Assumed {
        /// Id of the catalog entry, such as `server/github` or `client/claude-code`.
        entry: Arc<str>,
    },
    /// The human-owned model file says so.
    Stated(Place),
}

impl Provenance {
    /// The position, where the fact was read from a file.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::Declared(place) | Self::Observed(place) | Self::Stated(place) => Some(place),
            Self::Assumed { .. } => None,
        }
    }
}

/// A file, or a part of one, that could not be understood. Data, shown and counted; never an error.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// Path of the file.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// What is wrong, lower case, with the offending words in backticks.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl Problem {
    /// A problem at `place`.
    pub fn at(place: &Place, message: impl Into<String>, help: impl Into<String>) -> Self {
        let Place { path, line, column } = place;
        Self {
            path: path.as_ref().to_owned(),
            line: *line,
            column: *column,
            message: message.into(),
            help: help.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_below_the_root() {
        for (folder, path, leads) in [
            ("a/b", "../c.md", Some("a/c.md")),
            ("", "./c//d", Some("c/d")),
            ("a/", "..", Some("")),
            ("a", "../../c", None),
            ("", "..", None),
        ] {
            assert_eq!(below(folder, path).as_deref(), leads, "{path} in {folder}");
        }
    }
}
