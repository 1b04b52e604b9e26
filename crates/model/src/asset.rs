//! The nodes of the reach map.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize};

use crate::effect::EffectFact;
use crate::label::{Level, Trust, words};
use crate::place::Provenance;

/// A stable, readable id such as `tool:github/create_issue`: the kind's prefix, a colon, a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct AssetId(Arc<str>);

impl<'de> Deserialize<'de> for AssetId {
    /// From a text, without a copy in between: a lock may have millions.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Id)
    }
}

/// What takes the text of an id.
struct Id;

impl Visitor<'_> for Id {
    type Value = AssetId;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<AssetId, E> {
        Ok(AssetId(text.into()))
    }
}

impl AssetId {
    /// The id of the asset of `kind` called `name`.
    pub fn new(kind: AssetKind, name: &str) -> Self {
        Self([kind.prefix(), ":", name].concat().into())
    }

    /// The id of the asset of `kind` called `name` that belongs to what is called `owner`.
    pub fn within(kind: AssetKind, owner: &str, name: &str) -> Self {
        Self([kind.prefix(), ":", owner, "/", name].concat().into())
    }

    /// An id that a file or a user has written out, taken as it stands.
    pub fn from_text(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part after the colon.
    pub fn name(&self) -> &str {
        self.0.split_once(':').map_or(&*self.0, |(_, name)| name)
    }
}

impl std::fmt::Display for AssetId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an asset is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum AssetKind {
    /// A model in a loop, with one context.
    Agent,
    /// One action that an agent can invoke.
    Tool,
    /// A supplier of tools.
    Server,
    /// Text loaded as instructions.
    Instruction,
    /// What an agent writes and later reads back.
    Memory,
    /// Files, repositories, databases, mailboxes, indexes.
    DataStore,
    /// A place where content crosses the boundary.
    Channel,
    /// Token, key, cookie, cloud role.
    Credential,
    /// Operator, approver, end user.
    Human,
    /// The LLM endpoint.
    Model,
    /// Host, container, workspace, network zone.
    Environment,
}

impl AssetKind {
    /// The prefix of its ids.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::DataStore => "store",
            other => other.word(),
        }
    }
}

/// The MAESTRO layer of an asset. The source numbers the layers; the ids `L1` to `L7` are its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "the names are the layers of the framework, in its order")]
pub enum Layer {
    L1,
    L2,
    L3,
    L4,
    L5,
    L6,
    L7,
}

impl AssetKind {
    /// The layer that assets of this kind belong to: models to L1 (foundation models), what is stored to
    /// L2 (data operations), agents and their tools to L3 (agent frameworks), where they run to L4
    /// (infrastructure), credentials to L6 (security and compliance), people and channels to L7 (ecosystem).
    pub fn layer(self) -> Layer {
        match self {
            Self::Model => Layer::L1,
            Self::Memory | Self::DataStore => Layer::L2,
            Self::Agent | Self::Tool | Self::Server | Self::Instruction => Layer::L3,
            Self::Environment => Layer::L4,
            Self::Credential => Layer::L6,
            Self::Human | Self::Channel => Layer::L7,
        }
    }
}

/// What an argument of a tool lets its caller choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ArgumentRole {
    /// An address that is fetched.
    Url,
    /// A file or folder.
    Path,
    /// Where a copy is left.
    Output,
    /// What is run.
    Command,
    /// A statement of a query language.
    Query,
    /// Who receives it.
    Recipient,
    /// What they receive.
    Text,
    /// How much money.
    Amount,
    /// Which of several actions.
    Action,
    /// What is deployed.
    Manifest,
}

/// A node of the reach map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Asset {
    /// Stable id.
    pub id: AssetId,
    /// Kind.
    pub kind: AssetKind,
    /// Name for people.
    pub name: String,
    /// MAESTRO layer.
    pub layer: Layer,
    /// What using it does (tools).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<EffectFact>,
    /// Who can write into it (channels, stores, instructions).
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
    /// What the caller may choose with which argument (tools whose definition was recorded).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub arguments: BTreeMap<String, BTreeSet<ArgumentRole>>,
    /// The digest of the definition (tools whose definition was recorded).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Facts for people, one per line: `transport: stdio`, `package: npm:@acme/files@1.4.2`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<String>,
    /// How it is known; sorted.
    pub provenance: Vec<Provenance>,
}

impl Asset {
    /// An asset of which nothing but its name is known yet.
    pub fn new(id: AssetId, kind: AssetKind, name: impl Into<String>) -> Self {
        Self {
            id,
            kind,
            name: name.into(),
            layer: kind.layer(),
            effects: Vec::new(),
            trust: None,
            level: None,
            data: Vec::new(),
            owner: None,
            arguments: BTreeMap::new(),
            digest: None,
            facts: Vec::new(),
            provenance: Vec::new(),
        }
    }
}

words! {
    AssetKind {
        Agent => "agent", Tool => "tool", Server => "server", Instruction => "instruction",
        Memory => "memory", DataStore => "data-store", Channel => "channel", Credential => "credential",
        Human => "human", Model => "model", Environment => "environment",
    }
    ArgumentRole {
        Url => "url", Path => "path", Output => "output", Command => "command", Query => "query",
        Recipient => "recipient", Text => "text", Amount => "amount", Action => "action",
        Manifest => "manifest",
    }
    Layer { L1 => "L1", L2 => "L2", L3 => "L3", L4 => "L4", L5 => "L5", L6 => "L6", L7 => "L7" }
}
