//! Suppliers of tools: how they start, and what they say of their tools.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{CredentialFacts, TextSignal};
use crate::place::Place;

/// A supplier of tools.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerFacts {
    /// Identity: equal keys are one server, in however many files it appears.
    pub key: String,
    /// Name, as the first file that declares it calls it.
    pub name: String,
    /// How it is started or reached.
    pub launch: Launch,
    /// Credentials that it is given.
    pub credentials: Vec<CredentialFacts>,
    /// Tools that its declaration itself lists.
    pub tools: Vec<Arc<ToolDefinition>>,
    /// Suspicious text in its declaration.
    pub signals: Vec<TextSignal>,
    /// Where it is declared; never empty.
    pub places: Vec<Place>,
}

/// How a server is started or reached. Command line values that may be secret are masked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Launch {
    /// How it is spoken to.
    pub transport: Transport,
    /// The program that in the end runs: `npx`, `docker`, `node`; empty for a remote one.
    pub runner: String,
    /// The package that is resolved at start.
    pub package: Option<Package>,
    /// A file of the workspace that is run, as written.
    pub script: Option<String>,
    /// The address of a remote server, without user info, query or fragment.
    pub url: Option<String>,
    /// Arguments of the server itself, secrets masked.
    pub args: Vec<String>,
    /// Host folders that a container or sandbox may see: (host path, read-only).
    pub mounts: Vec<(String, bool)>,
    /// Whether the launcher takes the network away (`--network none`, deno without `--allow-net`).
    pub no_network: bool,
    /// Whether it runs in a container or under a permission system.
    pub contained: bool,
    /// Switches that loosen the containment: `--privileged`, `--allow-all`, a mounted docker socket.
    pub loosened: Vec<String>,
    /// Environment variable names that it is given.
    pub environment: Vec<String>,
    /// Values of variables that are written out and hold no credential: they say which file or mode it uses.
    pub variables: std::collections::BTreeMap<String, String>,
    /// HTTP header names that it is sent.
    pub headers: Vec<String>,
    /// Whether something authenticates to it: a header, a token in the URL, OAuth.
    pub authenticated: bool,
    /// Where the command, package or URL is written.
    pub place: Option<Place>,
    /// The JSON pointer of the word that names the package or image.
    pub package_pointer: Option<String>,
    /// What else is said of how it runs, in words for people: the account that it has, the ports that it opens.
    pub said: Vec<String>,
}

/// How a server is spoken to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Transport {
    /// Started as a child process.
    #[default]
    Stdio,
    /// Server-sent events.
    Sse,
    /// Streamable HTTP, or HTTP of an unstated kind.
    Http,
    /// Web socket.
    WebSocket,
    /// Part of the client itself.
    Builtin,
}

/// A package that is resolved when a server starts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Package {
    /// `npm`, `pypi`, `oci`, `git`, `nuget`, `deno`, …
    pub ecosystem: String,
    /// Name, without the version.
    pub name: String,
    /// How tightly it is pinned.
    pub pin: Pin,
    /// Where it is written.
    pub place: Place,
}

/// How tightly a package is pinned.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Pin {
    /// One exact version.
    Exact(String),
    /// A content digest or commit.
    Digest(String),
    /// A range or a movable name such as a tag or branch.
    Movable(String),
    /// Nothing.
    Missing,
}

/// Definitions recorded from a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolList {
    /// The server's name as the record states it, or the file's stem.
    pub server: String,
    /// [`ServerFacts::key`] of the server that was itself asked, just now; absent for a record that somebody kept.
    pub asked: Option<String>,
    /// The definitions.
    pub tools: Vec<Arc<ToolDefinition>>,
    /// What else it offers to whoever uses it.
    pub texts: Vec<OfferedText>,
    /// Where.
    pub place: Place,
}

/// A text that a server offers beside its tools.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedText {
    /// What it is.
    pub kind: OfferedKind,
    /// Its name; for a resource its address.
    pub name: String,
    /// What the server says of it.
    pub description: String,
    /// Suspicious text in it.
    pub signals: Vec<TextSignal>,
    /// Where.
    pub place: Place,
}

/// What a server offers beside tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum OfferedKind {
    /// What it tells every model that is connected to it.
    Instructions,
    /// A prompt that a user picks.
    Prompt,
    /// Something to be read.
    Resource,
}

/// What a server says of one of its tools.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolDefinition {
    /// Name.
    pub name: String,
    /// Title, for people.
    pub title: Option<String>,
    /// Description, for models.
    pub description: String,
    /// JSON Schema of its arguments; `null` when none is given.
    pub input_schema: serde_json::Value,
    /// What the supplier claims.
    pub annotations: Annotations,
    /// Suspicious text in it.
    pub signals: Vec<TextSignal>,
    /// Where.
    pub place: Place,
}

/// MCP tool annotations: claims by the supplier. Absent is not the same as false.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annotations {
    /// `readOnlyHint`.
    pub read_only: Option<bool>,
    /// `destructiveHint`.
    pub destructive: Option<bool>,
    /// `idempotentHint`.
    pub idempotent: Option<bool>,
    /// `openWorldHint`.
    pub open_world: Option<bool>,
}
