//! What an agent has about it: texts it loads, commands its client runs, credentials it holds.

use serde::{Deserialize, Serialize};

use super::Package;
use crate::gate::Scope;
use crate::label::Trust;
use crate::place::Place;
use crate::secret::Secret;

/// Text loaded as instructions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstructionFacts {
    /// Name: the path, or the skill's name.
    pub name: String,
    /// What it is.
    pub kind: InstructionKind,
    /// Who could have written it.
    pub trust: Trust,
    /// Why: `a file of the workspace`, `an address`.
    pub because: String,
    /// Whether what it says is fixed: a file of the repository, a commit, a digest.
    pub pinned: bool,
    /// Suspicious text in it.
    pub signals: Vec<TextSignal>,
    /// Where.
    pub place: Place,
}

/// What an instruction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum InstructionKind {
    /// `CLAUDE.md`, `AGENTS.md`, rules files, steering, hints.
    Rules,
    /// A skill.
    Skill,
    /// A slash command.
    Command,
    /// A system prompt.
    Prompt,
}

/// Suspicious text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TextSignal {
    /// What was found.
    pub kind: SignalKind,
    /// The text, shortened and escaped.
    pub excerpt: String,
    /// Where.
    pub place: Place,
}

/// What is suspicious about a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SignalKind {
    /// Zero-width and other characters that do not show.
    Invisible,
    /// Unicode tag characters: a hidden ASCII text.
    TagCharacters,
    /// Bidirectional controls.
    Bidi,
    /// Terminal escapes.
    Terminal,
    /// A long encoded text.
    Encoded,
    /// Orders to the model: to ignore, to hide from the user, to read a secret, to pass data along.
    Directive,
    /// A hidden HTML comment that gives orders.
    HiddenComment,
    /// Shell that runs when the text is loaded.
    ShellAtLoad,
}

/// A command that a client runs on an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HookFacts {
    /// The event.
    pub event: String,
    /// The command, secrets masked; the URL or prompt of hooks of other types.
    pub command: String,
    /// The file of the workspace that it runs, where one is named.
    pub script: Option<String>,
    /// The package that it resolves when it runs.
    pub package: Option<Package>,
    /// Where.
    pub place: Place,
    /// The JSON pointer of its entry.
    pub pointer: String,
    /// The scope of that place.
    pub scope: Scope,
    /// Whether the event lets its answer approve a call.
    pub may_approve: bool,
}

/// A credential: what it is and where it is held. Never its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialFacts {
    /// The variable, header, argument or field that holds it.
    pub name: String,
    /// What it opens: `github-token`, `database-url`, `api-key`.
    pub kind: String,
    /// Where it is held.
    pub holder: Holder,
    /// The value, for telling equal ones; absent for a reference such as `${TOKEN}`.
    pub value: Option<Secret>,
    /// Where.
    pub place: Place,
    /// The JSON pointer of its entry.
    pub pointer: String,
    /// The scope of that place.
    pub scope: Scope,
}

/// Where a credential is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Holder {
    /// The environment of a process.
    Environment,
    /// An HTTP header.
    Header,
    /// A command line.
    Argument,
    /// A URL.
    Url,
    /// A file that is pointed at.
    File,
    /// Text that enters the context.
    Context,
}
