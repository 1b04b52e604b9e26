//! What readers hand to the analysis: facts with their places, not yet judged.
//!
//! What lives here: agents, what they are given and what they may do. Suppliers, settings and texts have files
//! of their own; all names are met under `facts`.

mod definition;
mod loaded;
mod program;
mod runner;
mod server;
mod setting;

use serde::{Deserialize, Serialize};

use crate::gate::{Gate, Scope};
use crate::place::{Place, Problem};

pub use loaded::{
    CredentialFacts, Holder, HookFacts, InstructionFacts, InstructionKind, SignalKind, TextSignal,
};
pub use program::{
    Allowance, Answer, Approval, Guard, Handoff, Insert, Kept, KeptFor, Known, LimitKind, Listed, LoopLimit,
    Object, OwnEffect, OwnTool, Program, Protocol, Served, Shown, Stream, Target, Token, Trigger, Unresolved,
};
pub use runner::Runner;
pub use server::{
    Annotations, Launch, OfferedKind, OfferedText, Package, Pin, ServerFacts, ToolDefinition, ToolList,
    Transport,
};
pub use setting::{FileLimit, Network, Sandbox, Setting, SettingKind};

/// Everything that was read, and everything that was not.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Inventory {
    /// Agents, with their sub-agents as agents of their own.
    pub agents: Vec<AgentFacts>,
    /// Suppliers of tools; one entry per distinct supplier, whoever uses it.
    pub servers: Vec<ServerFacts>,
    /// Recorded tool definitions that name their server.
    pub tool_lists: Vec<ToolList>,
    /// Tools that files of the repository serve.
    pub served: Vec<Served>,
    /// What inventory files list.
    pub listed: Vec<Listed>,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The machine that it runs on by itself; absent where it runs on that of the person who uses it.
    pub runner: Option<Runner>,
    /// Text that it loads as instructions.
    pub instructions: Vec<InstructionFacts>,
    /// Commands that its client runs on events.
    pub hooks: Vec<HookFacts>,
    /// Credentials in its environment.
    pub credentials: Vec<CredentialFacts>,
    /// What its own program, flow, workflow or card gives it.
    pub program: Program,
}

impl AgentFacts {
    /// An agent of which nothing but its name and place is known.
    pub fn bare(
        client: impl Into<String>,
        name: impl Into<String>,
        at: impl Into<String>,
        place: Place,
    ) -> Self {
        Self {
            client: client.into(),
            name: name.into(),
            at: at.into(),
            parent: None,
            placed: true,
            places: vec![place],
            model: None,
            tools: None,
            rules: Vec::new(),
            servers: Vec::new(),
            settings: Vec::new(),
            sandbox: None,
            runner: None,
            instructions: Vec::new(),
            hooks: Vec::new(),
            credentials: Vec::new(),
            program: Program::default(),
        }
    }
}

/// A rule that decides about calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

impl ServerUse {
    /// The use of a whole server, of which the place says no more than its name.
    pub fn whole(name: String, key: String, place: Place, scope: Scope) -> Self {
        let (state, only, except, pointer) = (ServerState::Enabled, None, Vec::new(), String::new());
        Self { name, key, state, only, except, place, pointer, scope }
    }
}

/// Whether a server starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ServerState {
    /// Yes.
    Enabled,
    /// Once the user has approved it.
    NeedsApproval,
    /// No; the line that says so.
    Disabled(Place),
}
