//! What has changed between two locks, one row per fact.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::asset::AssetId;
use crate::finding::Legs;
use crate::lock::{LockedAsset, LockedEdge, LockedFinding, LockedTool, Row};
use crate::reach::EdgeId;

/// The name of the JSON form of [`Difference`].
pub const SCHEMA: &str = "ambit.difference/v1";

/// What has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Difference {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// How much of each.
    pub summary: Counts,
    /// Agents whose folder has another name now. Everything below speaks of the new names.
    pub moved: Vec<Move>,
    /// Compositions, what got worse first.
    pub findings: Vec<FindingChange>,
    /// Definitions of tools that have changed under the same package.
    pub redefined: Vec<Redefinition>,
    /// Nodes other than tools, sorted by id.
    pub assets: Vec<Change<LockedAsset>>,
    /// Tools, sorted by id.
    pub tools: Vec<Change<LockedTool>>,
    /// Edges, sorted by id.
    pub edges: Vec<Change<LockedEdge>>,
    /// Findings in which a move has changed names and nothing else.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rebased: BTreeMap<String, Rebased>,
}

/// How much has changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Counts {
    /// Compositions that are new.
    pub opened: usize,
    /// Compositions that are gone.
    pub closed: usize,
    /// Compositions that got worse.
    pub worsened: usize,
    /// Compositions that got less bad.
    pub eased: usize,
    /// Compositions that are as bad as before on another path.
    pub shifted: usize,
    /// Definitions of tools that have changed under the same package.
    pub redefined: usize,
    /// Agents that have moved.
    pub moved: usize,
    /// Rows per kind.
    pub assets: Rows,
    /// Rows per kind.
    pub tools: Rows,
    /// Rows per kind.
    pub edges: Rows,
}

/// How many rows of one kind have changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rows {
    /// New ones.
    pub added: usize,
    /// Ones that are gone.
    pub removed: usize,
    /// Ones that are otherwise.
    pub changed: usize,
}

/// One row that has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "change", rename_all = "lowercase")]
pub enum Change<T> {
    /// It is new.
    Added {
        /// The row.
        after: T,
    },
    /// It is gone.
    Removed {
        /// The row.
        before: T,
    },
    /// It is otherwise.
    Changed {
        /// The row as it was.
        before: T,
        /// The row as it is.
        after: T,
        /// In what the two differ.
        fields: Vec<Field>,
    },
}

impl<T: Row> Change<T> {
    /// From one row to the other; none where they are equal.
    pub fn between(before: &T, after: &T) -> Option<Self> {
        (before != after).then(|| Self::Changed {
            before: before.clone(),
            after: after.clone(),
            fields: before.differ(after),
        })
    }

    /// The row as it is, or as it was where it is gone.
    pub fn row(&self) -> &T {
        match self {
            Self::Added { after } | Self::Changed { after, .. } => after,
            Self::Removed { before } => before,
        }
    }

    /// In what the row as it was and the row as it is differ.
    pub fn fields(&self) -> &[Field] {
        match self {
            Self::Changed { fields, .. } => fields,
            Self::Added { .. } | Self::Removed { .. } => &[],
        }
    }
}

impl Rows {
    /// Counts `changes`.
    pub fn of<T>(changes: &[Change<T>]) -> Self {
        let mut rows = Self::default();
        for change in changes {
            match change {
                Change::Added { .. } => rows.added += 1,
                Change::Removed { .. } => rows.removed += 1,
                Change::Changed { .. } => rows.changed += 1,
            }
        }
        rows
    }
}

/// One key of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Field {
    /// The key.
    pub field: String,
    /// Its value as it was; `null` or an empty list where it had none.
    pub before: Value,
    /// Its value as it is; `null` or an empty list where it has none.
    pub after: Value,
}

impl Field {
    /// The key `field` with its two values.
    pub(crate) fn new<T: Serialize>(field: &str, before: &T, after: &T) -> Self {
        // Rows have no keys but text: this cannot fail.
        let value = |it: &T| serde_json::to_value(it).unwrap_or_default();
        let field = field.trim_start_matches("r#").to_owned();
        Self { field, before: value(before), after: value(after) }
    }
}

/// What became of a composition. The order is that of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Turn {
    /// It is new.
    Opened,
    /// It is more severe, more exposed, or surer.
    Worsened,
    /// It is as bad as before, and its path is another.
    Shifted,
    /// It is less severe, less exposed, or less sure.
    Eased,
    /// It is gone.
    Closed,
}

impl Turn {
    /// The word that outputs use for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Worsened => "worsened",
            Self::Shifted => "shifted",
            Self::Eased => "eased",
            Self::Closed => "closed",
        }
    }
}

/// A composition that has changed, with what did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FindingChange {
    /// What became of it.
    pub turn: Turn,
    /// As it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<LockedFinding>,
    /// As it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<LockedFinding>,
    /// Edges of its legs that did it; each has a row among the edges.
    pub edges: Vec<EdgeId>,
    /// Assets and tools that did it, where no edge did. Both are empty when what Ambit knows has changed.
    pub assets: Vec<AssetId>,
}

impl FindingChange {
    /// The finding as it is, or as it was where it is gone.
    pub fn row(&self) -> Option<&LockedFinding> {
        self.after.as_ref().or(self.before.as_ref())
    }
}

/// A definition of a tool that has changed while what it is started from has not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Redefinition {
    /// The tool.
    pub tool: AssetId,
    /// Its server.
    pub server: AssetId,
    /// The package of the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    /// The exact version or content digest that the server is pinned to; without one, nothing forbids the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<String>,
    /// The digest of the definition as it was.
    pub before: String,
    /// The digest of the definition as it is.
    pub after: String,
}

/// A folder that has another name now, with everything that is named by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Move {
    /// The folder as it was.
    pub from: String,
    /// The folder as it is.
    pub to: String,
    /// How many agents have moved with it.
    pub agents: usize,
    /// How many edges they have.
    pub edges: usize,
    /// Agents and other assets with new names, sorted.
    pub renamed: Vec<Renamed>,
}

/// An asset that has another name now.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Renamed {
    /// Its id as it was.
    pub from: AssetId,
    /// Its id as it is.
    pub to: AssetId,
}

/// What of a finding is made of names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rebased {
    /// Its basis as it is.
    pub basis: String,
    /// The witness path of each leg as it is.
    pub legs: Legs,
}

impl Difference {
    /// Whether nothing has changed.
    pub fn is_empty(&self) -> bool {
        self.summary == Counts::default()
    }

    /// Counts what is in it.
    pub fn count(&mut self) {
        let turns = |turn: Turn| self.findings.iter().filter(|it| it.turn == turn).count();
        self.summary = Counts {
            opened: turns(Turn::Opened),
            closed: turns(Turn::Closed),
            worsened: turns(Turn::Worsened),
            eased: turns(Turn::Eased),
            shifted: turns(Turn::Shifted),
            redefined: self.redefined.len(),
            moved: self.moved.iter().map(|it| it.agents).sum(),
            assets: Rows::of(&self.assets),
            tools: Rows::of(&self.tools),
            edges: Rows::of(&self.edges),
        };
    }
}
