//! What readers hand to the analysis: facts with their places, not yet judged.

use serde::{Deserialize, Serialize};

use crate::gate::{Gate, Scope};
use crate::label::Trust;
use crate::place::{Place, Problem};
use crate::secret::Secret;

/// Everything that was read, and everything that was not.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    /// Agents, with their sub-agents as agents of their own.
    pub agents: Vec<AgentFacts>,
    /// Suppliers of tools; one entry per distinct supplier, whoever uses it.
    pub servers: Vec<ServerFacts>,
    /// Recorded tool definitions that name their server.
    pub tool_lists: Vec<ToolList>,
    /// What became of each file.
    pub inputs: Inputs,
}

/// What became of each file. `seen` = `read` + `ignored` + skipped + files with a fatal problem.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Inputs {
    /// The scanned root, as the user named it.
    pub root: String,
    /// Whether the user's own agents were looked at too.
    pub home: bool,
    /// Files met.
    pub seen: usize,
    /// Files understood, at least in part.
    pub read: usize,
    /// Files that no reader is for.
    pub ignored: usize,
    /// Files that a reader is for and that could not be opened, or must not be.
    pub skipped: Vec<Skipped>,
    /// Files, or parts of files, that could not be understood.
    pub problems: Vec<Problem>,
    /// How many files among `problems` could not be understood at all.
    pub failed: usize,
    /// Folders that were not entered, with the reason.
    pub pruned: Vec<Skipped>,
}

/// A file or folder that was passed over.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Skipped {
    /// Its path.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// An agent as its files define it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentFacts {
    /// Id of the client in the catalog, such as `claude-code`.
    pub client: String,
    /// The agent's own name: the client's id for the main agent, the declared name for a sub-agent.
    pub name: String,
    /// The folder whose files define it: empty for the root, `~` for the user's home.
    pub at: String,
    /// The name of the agent that starts it, in the same client and folder; absent for a main agent.
    pub parent: Option<String>,
    /// Whether a client loads the file where it lies; false for an example that lies elsewhere.
    pub placed: bool,
    /// Where it is declared; never empty.
    pub places: Vec<Place>,
    /// The model it states, and where.
    pub model: Option<(String, Place)>,
    /// Tools it is restricted to; absent: all.
    pub tools: Option<Vec<Selector>>,
    /// Permission rules in the order of the client's precedence: the first that selects a call decides.
    pub rules: Vec<PermissionRule>,
    /// Servers it may use.
    pub servers: Vec<ServerUse>,
    /// Settings that widen or narrow what it may do.
    pub settings: Vec<Setting>,
    /// The sandbox that its settings describe.
    pub sandbox: Option<Sandbox>,
    /// Text that it loads as instructions.
    pub instructions: Vec<InstructionFacts>,
    /// Commands that its client runs on events.
    pub hooks: Vec<HookFacts>,
    /// Credentials in its environment.
    pub credentials: Vec<CredentialFacts>,
}

/// A rule that decides about calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionRule {
    /// Which calls.
    pub selects: Selector,
    /// What happens to them.
    pub gate: Gate,
    /// The scope it was written in.
    pub scope: Scope,
    /// Where it is written.
    pub place: Place,
    /// Its text.
    pub raw: String,
    /// Where and how to take it back or turn it round, as the JSON pointer of its own entry.
    pub pointer: String,
}

/// Which calls a rule selects.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Selector {
    /// All.
    Any,
    /// A built-in tool of the client, by the client's name for it or a glob over such names.
    Builtin {
        /// Name or glob.
        tool: String,
        /// Only calls with such arguments.
        limit: Option<Limit>,
    },
    /// Tools of a server.
    Server {
        /// The server's local name, or a glob.
        server: String,
        /// The tool's name, or a glob; `*` for all.
        tool: String,
    },
}

/// Which arguments a rule selects.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limit {
    /// Commands.
    Command {
        /// The pattern without its wildcard suffix.
        text: String,
        /// How it matches.
        form: Match,
    },
    /// Paths, as a gitignore-like glob.
    Path(String),
    /// Hosts.
    Domain(String),
}

/// How a command pattern matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Match {
    /// This command and nothing else.
    Exact,
    /// Anything may follow.
    Prefix,
    /// `*` stands for anything, anywhere.
    Glob,
    /// A regular expression.
    Regex,
}

/// A server in an agent's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerUse {
    /// The agent's name for it.
    pub name: String,
    /// [`ServerFacts::key`] of the server.
    pub key: String,
    /// Whether it starts.
    pub state: ServerState,
    /// Tools it is restricted to, as globs; absent: all.
    pub only: Option<Vec<String>>,
    /// Tools that are switched off, as globs.
    pub except: Vec<(String, Place)>,
    /// Where the agent names it.
    pub place: Place,
    /// The JSON pointer of its entry.
    pub pointer: String,
    /// The scope of that place.
    pub scope: Scope,
}

/// Whether a server starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerState {
    /// Yes.
    Enabled,
    /// Once the user has approved it.
    NeedsApproval,
    /// No; the line that says so.
    Disabled(Place),
}

/// A supplier of tools.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    pub tools: Vec<ToolDefinition>,
    /// Suspicious text in its declaration.
    pub signals: Vec<TextSignal>,
    /// Where it is declared; never empty.
    pub places: Vec<Place>,
}

/// How a server is started or reached. Command line values that may be secret are masked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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
}

/// How a server is spoken to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolList {
    /// The server's name as the record states it, or the file's stem.
    pub server: String,
    /// The definitions.
    pub tools: Vec<ToolDefinition>,
    /// Where.
    pub place: Place,
}

/// What a server says of one of its tools.
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
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

/// A sandbox as settings describe it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sandbox {
    /// Whether it is on.
    pub enabled: bool,
    /// What of the network is left.
    pub network: Network,
    /// What of the file system may be written.
    pub files: FileLimit,
    /// Whether commands can leave it, and the line that lets them.
    pub escape: Option<Place>,
    /// Where it is described.
    pub place: Place,
    /// The scope of that place.
    pub scope: Scope,
}

/// What of the network a sandbox leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Network {
    /// All.
    Open,
    /// These hosts.
    Hosts(Vec<String>),
    /// None.
    Closed,
}

/// What of the file system a sandbox leaves for writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileLimit {
    /// All.
    Everything,
    /// The workspace.
    Workspace,
    /// Nothing.
    ReadOnly,
}

/// A setting that widens or narrows what an agent may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// What it does.
    pub kind: SettingKind,
    /// Its text, such as `defaultMode: bypassPermissions`.
    pub raw: String,
    /// Where it is written.
    pub place: Place,
    /// The JSON pointer of its entry.
    pub pointer: String,
    /// The scope of that place.
    pub scope: Scope,
    /// Whether the client honours it only in a folder that the user has trusted.
    pub trust_gated: bool,
}

/// What a setting does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SettingKind {
    /// All approvals are off.
    ApprovalsOff,
    /// A classifier approves in the user's place.
    ClassifierApproves,
    /// The sandbox is off, where it would be on.
    SandboxOff,
    /// Commands may leave the sandbox, or it is dropped when unavailable.
    SandboxEscape,
    /// Servers of the repository start without asking.
    StartsServers,
    /// The client runs a command of its own accord (status line, credential helper).
    RunsCommand,
    /// Model traffic goes to another address.
    RedirectsModel,
    /// More folders are in scope.
    WidensFiles,
    /// The gateway or control port is reachable from outside without authentication.
    ExposesControl,
    /// Outsiders may talk to the agent directly.
    OpenToStrangers,
    /// A key or rule that this client does not honour.
    Ineffective,
    /// A behavioral control: a detector, a classifier, a prompt.
    Detector,
}

/// Text loaded as instructions.
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextSignal {
    /// What was found.
    pub kind: SignalKind,
    /// The text, shortened and escaped.
    pub excerpt: String,
    /// Where.
    pub place: Place,
}

/// What is suspicious about a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
