//! What calls of libraries do.

use std::collections::BTreeMap;
use std::sync::Arc;

use ambit_model::{AssetId, Audience, Effect, Trust};
use serde::Deserialize;

/// What calls of a library do: `data/calls/<library>.toml`.
///
/// A symbol is what a call is a call of, as dotted text: `requests.get`. What a call returned keeps its parentheses, so that
/// methods hang on how their object was made: `httpx.AsyncClient().get`. In a pattern, `*` stands for any characters but
/// dots, `**` for any characters, and `{word}` for each of [`Library::names`]; the pattern with the most plain characters
/// decides.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Library {
    /// Name for people.
    pub name: String,
    /// The language that it is called from.
    pub language: CallLanguage,
    /// Modules whose calls this file tells, those below them included unless another file lists them.
    pub modules: Vec<String>,
    /// Where the facts were read.
    pub source: Vec<String>,
    /// What a call does that no pattern fits.
    pub otherwise: Otherwise,
    /// Calls whose argument becomes part of the symbol, where it is literal text: with `"boto3.client" = "0|service_name"`
    /// a client for `"s3"` is `boto3.client(s3)`.
    #[serde(default)]
    pub keyed: BTreeMap<String, String>,
    /// Beginnings of symbols that have one meaning, by a word of this file.
    #[serde(default)]
    pub names: BTreeMap<String, Vec<String>>,
    /// What is done, by a name of this file.
    #[serde(default)]
    pub acts: BTreeMap<String, CallAct>,
}

/// What code is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CallLanguage {
    /// Python.
    Python,
    /// TypeScript and JavaScript.
    TypeScript,
}

/// What a call does that no pattern of its library fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Otherwise {
    /// Nothing outside the program.
    Nothing,
    /// Nobody has looked at it.
    Unknown,
}

/// What several calls do alike.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallAct {
    /// What happens, in words that follow "it can": `post any text to a Slack channel`.
    pub does: Arc<str>,
    /// Patterns of symbols.
    pub symbols: Vec<String>,
    /// What decides the effects beside those that are listed.
    #[serde(default)]
    pub kind: CallKind,
    /// Where each argument is that matters: `0|url` is the first one, or the one of that name; `0.url` the member `url` of
    /// the first, or its argument of that name where it is what a call returned; `self` the object that is called, `self.0` the
    /// first argument of what made it, `root.0` of what made the first object of the chain; `all` everything that is given; `=.` the
    /// text `.`, where nothing else is found.
    #[serde(default)]
    pub roles: BTreeMap<Role, String>,
    /// The HTTP method, where the call itself says it.
    #[serde(default)]
    pub method: Option<String>,
    /// What is done to a file.
    #[serde(default)]
    pub access: Option<Access>,
    /// The place that a statement runs on; `{name}` in it stands for the role of that name.
    #[serde(default)]
    pub on: Option<String>,
    /// Whether what it is given is code that it runs, whoever wrote it: with `access`, the path of a file of code.
    #[serde(default)]
    pub runs: bool,
    /// Whether the database lies in a file of this machine.
    #[serde(default)]
    pub local: bool,
    /// Whether what is put into the statement is bound: it can neither end it nor change it.
    #[serde(default)]
    pub binds: bool,
    /// The effects.
    #[serde(default)]
    pub effects: Vec<CallEffect>,
}

/// What decides the effects of a call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CallKind {
    /// What is listed.
    #[default]
    Listed,
    /// An HTTP request: its address, method and what is put into it.
    Request,
    /// A file: the path, and what is done to it.
    File,
    /// What is at a path or at an address: read.
    Resource,
    /// A statement of a database: its verb, where it is literal.
    Statement,
    /// A command: the program and its arguments.
    Command,
    /// Code: only where somebody chooses it.
    Code,
    /// Variables of the process: which of them.
    Environment,
}

/// What is done to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// As the mode says.
    Opens,
    /// Its text, name or size is read.
    Reads,
    /// It is made or changed.
    Writes,
    /// It is gone.
    Deletes,
    /// It is gone from `path` and is at `target`.
    Moves,
    /// What is at `path` is at `target` too.
    Copies,
}

/// What an argument of a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// An address.
    Url,
    /// The address that others are relative to.
    Base,
    /// The HTTP method.
    Method,
    /// What is sent along.
    Body,
    /// A path of a file.
    Path,
    /// The path that it goes to.
    Target,
    /// How a file is opened.
    Mode,
    /// A statement.
    Sql,
    /// Which database it is: a connection string, a host, a file.
    Dsn,
    /// A command.
    Command,
    /// The arguments of the command, where they are apart.
    Arguments,
    /// Whether a shell reads the command.
    Shell,
    /// Code, or data that runs code when it is loaded.
    Code,
    /// Who gets what is sent.
    Recipient,
    /// How much is spent.
    Amount,
    /// Which one of many: a bucket, a table, a queue.
    Name,
    /// What bounds the call: a safe loader, a network mode.
    Bound,
}

/// One effect, on what, and when.
#[derive(Debug, Clone, Deserialize)]
pub struct CallEffect {
    /// The effect.
    #[serde(flatten)]
    pub effect: Effect,
    /// The place it is bound to: an asset id of `data/places.toml` or `data/reached.toml`; `{name}` in it stands for the role of that name, and
    /// falls away with the slash before it where that is not literal text.
    #[serde(default)]
    pub on: Option<String>,
    /// When it happens; absent: whenever the call is made.
    #[serde(default)]
    pub when: Option<When>,
}

/// A condition on one argument. All that is said must hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// The argument.
    pub role: Role,
    /// Whether it is given.
    #[serde(default)]
    pub given: Option<bool>,
    /// Whether the caller of the tool, or content that the tool has read, decides it.
    #[serde(default)]
    pub chosen: Option<bool>,
    /// Whether what somebody else decides stands at its beginning: they then name anything, and not only something within
    /// what the program says.
    #[serde(default)]
    pub open: Option<bool>,
    /// Texts, or names of symbols, of which it must be one.
    #[serde(default)]
    pub is: Vec<String>,
    /// Texts, or names of symbols, of which it must be none.
    #[serde(default)]
    pub not: Vec<String>,
}

/// Who is behind a host: `data/hosts.toml`, by its name; names below it are meant too, unless they have entries.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Host {
    /// Who writes what it answers.
    pub trust: Trust,
    /// Who can read what it is sent.
    pub audience: Audience,
    /// Whether it is the endpoint of a model: a processor, and no audience.
    #[serde(default)]
    pub processor: bool,
    /// What requests do there, where that is known; the first that fits is meant.
    #[serde(default)]
    pub acts: Vec<HostAct>,
}

/// What requests to a host do.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostAct {
    /// HTTP methods, upper case; empty: all.
    #[serde(default)]
    pub methods: Vec<String>,
    /// Beginnings of paths; empty: all.
    #[serde(default)]
    pub paths: Vec<String>,
    /// What happens, in words that follow "it can".
    pub does: Arc<str>,
    /// The effects.
    pub effects: Vec<HostEffect>,
}

/// One effect of a request.
#[derive(Debug, Clone, Deserialize)]
pub struct HostEffect {
    /// The effect.
    #[serde(flatten)]
    pub effect: Effect,
    /// The place it is bound to: an asset id of `data/places.toml` or `data/reached.toml`.
    pub on: AssetId,
}
