//! What a program, a flow, a workflow or a card gives an agent itself: its own tools, the agents it hands work to, what it
//! keeps, who starts it, what stands before its calls. Clients' files leave all of this to the client.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ToolDefinition;
use crate::asset::AssetId;
use crate::effect::{Basis, Effect};
use crate::finding::Confidence;
use crate::gate::Gate;
use crate::label::{Audience, Level, Trust, words};
use crate::place::Place;

/// What an agent is made of where no client stands behind it, or beyond what its client brings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// Tools that it is given.
    pub tools: Vec<OwnTool>,
    /// Agents that it hands work to.
    pub hands: Vec<Handoff>,
    /// Memories, stores and indexes that it keeps or is fed from, other than by a tool.
    pub keeps: Vec<Kept>,
    /// What starts it.
    pub starts: Vec<Trigger>,
    /// What is put into its prompts as it starts.
    pub prompts: Vec<Insert>,
    /// What is put into scripts that run beside it, before a shell takes them apart: whoever writes it runs commands
    /// there without the agent.
    pub scripts: Vec<Insert>,
    /// Tokens that its commands can use.
    pub tokens: Vec<Token>,
    /// Queues and event streams over which it is spoken to or speaks.
    pub streams: Vec<Stream>,
    /// What ends its loop: steps, time, cost.
    pub limits: Vec<LoopLimit>,
    /// Humans who are asked.
    pub approvals: Vec<Approval>,
    /// Detectors, classifiers and other guards that only lower a likelihood.
    pub guards: Vec<Guard>,
    /// Addresses at which it is served.
    pub addresses: Vec<(String, Place)>,
    /// The line that says that it runs on another machine than the one that is looked at: what it executes is there.
    pub elsewhere: Option<Place>,
    /// What else its definition says of it, in words for people: `signed`, `runs as the role desk`.
    pub said: Vec<(String, Place)>,
    /// What could not be followed: each is an edge that nobody knows the end of.
    pub unresolved: Vec<Unresolved>,
    /// Whom what it writes goes back to without a tool: whoever started it.
    pub answers: Vec<Answer>,
}

impl Program {
    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Takes all of `other`.
    pub fn append(&mut self, mut other: Self) {
        self.tools.append(&mut other.tools);
        self.hands.append(&mut other.hands);
        self.keeps.append(&mut other.keeps);
        self.starts.append(&mut other.starts);
        self.prompts.append(&mut other.prompts);
        self.scripts.append(&mut other.scripts);
        self.tokens.append(&mut other.tokens);
        self.streams.append(&mut other.streams);
        self.limits.append(&mut other.limits);
        self.approvals.append(&mut other.approvals);
        self.guards.append(&mut other.guards);
        self.addresses.append(&mut other.addresses);
        self.said.append(&mut other.said);
        self.elsewhere = self.elsewhere.take().or(other.elsewhere);
        self.unresolved.append(&mut other.unresolved);
        self.answers.append(&mut other.answers);
    }
}

/// A place that an effect or a trigger is bound to: one of the catalog, or one of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Object {
    /// Its id: `channel:web`, `store:database/orders`, `memory:checkpoints`. The prefix says what it is. Two objects of
    /// one id are one asset, so an id that only one file knows has that file's name in it.
    pub id: AssetId,
    /// The name for people, where the catalog has none.
    pub name: String,
    /// Who can write into it, where that is known.
    pub trust: Option<Trust>,
    /// How confidential what it holds is.
    pub level: Option<Level>,
    /// Data classes that it holds.
    pub data: Vec<String>,
}

impl Object {
    /// A place of which nothing is known but what it is called.
    pub fn named(id: impl Into<Arc<str>>, name: impl Into<String>) -> Self {
        let id = AssetId::from_text(id);
        Self { id, name: name.into(), trust: None, level: None, data: Vec::new() }
    }

    /// A shared place of the catalog: `channel:web`, `store:workspace`, `env:host`.
    pub fn shared(id: &'static str) -> Self {
        Self::named(id, "")
    }
}

/// A tool that an agent's own definition gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnTool {
    /// Its name.
    pub name: String,
    /// What it is of: the path of the module that defines it without its ending, the library, the flow's name. Two tools
    /// of the same owner and name are one.
    pub owner: String,
    /// Its definition, as a model sees it.
    pub definition: Option<Arc<ToolDefinition>>,
    /// How it is known what it does.
    pub known: Known,
    /// What it does; empty where its body does nothing outside itself.
    pub effects: Vec<OwnEffect>,
    /// What stands before a call.
    pub gate: Gate,
    /// The line that says so.
    pub gated_by: Option<Place>,
    /// Where it is defined.
    pub place: Place,
    /// Where the agent is given it.
    pub given: Place,
}

impl OwnTool {
    /// A tool of which nothing but the name is known, with nothing before it.
    pub fn undescribed(name: &str, owner: &str, place: &Place, given: &Place) -> Self {
        Self {
            name: name.to_owned(),
            owner: owner.to_owned(),
            definition: None,
            known: Known::Nothing,
            effects: Vec::new(),
            gate: Gate::Auto,
            gated_by: None,
            place: place.clone(),
            given: given.clone(),
        }
    }
}

/// How it is known what a tool does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Known {
    /// Its body was read.
    Body,
    /// It is part of a library that the catalog knows: the entry, such as `framework/langchain`.
    Catalog(String),
    /// The format itself says so: an HTTP method, a node's type, permissions of a token.
    Declared,
    /// Only its name, description and schema are there; what it does is inferred from them, beside what its effects
    /// say: those of the role that its code has.
    Definition,
    /// Nothing is there to read: it may do anything, and what its effects say.
    Nothing,
}

/// One effect of such a tool.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OwnEffect {
    /// The effect.
    pub effect: Effect,
    /// On what.
    pub on: Object,
    /// What happens, as a verb with its object: `call `requests.get` with an address that the caller chooses`.
    pub does: Arc<str>,
    /// How it is known.
    pub basis: Basis,
    /// How sure it is.
    pub confidence: Confidence,
    /// The line that shows it: that of the call.
    pub place: Option<Place>,
}

/// A token within reach of an agent's commands. It does nothing by itself: what it lets commands do, they do over the
/// tool that runs them, behind its gate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Token {
    /// The variable or the file that holds it: `GITHUB_TOKEN`, `.git/config`.
    pub name: String,
    /// What it lets its holder do.
    pub lets: Vec<Allowance>,
    /// Whether it reaches nothing but the repository that hands it over.
    pub only_here: bool,
    /// Where it is handed over.
    pub place: Place,
}

/// One thing that a token lets commands do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Allowance {
    /// What it is.
    pub effect: OwnEffect,
    /// What the line says that lets it, where one does: `contents: write`.
    pub said: Option<String>,
    /// How commands begin that do it: `git push`, `gh issue comment`. One that runs anything does it too.
    pub by: Vec<String>,
}

/// An agent that another hands work to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Handoff {
    /// To whom.
    pub to: Target,
    /// What stands before it.
    pub gate: Gate,
    /// Whether the other one's answer comes back into this one's context, or the other one takes over.
    pub returns: bool,
    /// Whether both work on one context: the other one reads all that was said.
    pub shares_context: bool,
    /// In words: `as a tool`, `as the next node`.
    pub how: String,
    /// Where.
    pub place: Place,
}

/// Who it is that work is handed to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Target {
    /// An agent that was read: its client, name and folder.
    Agent {
        /// [`super::AgentFacts::client`].
        client: String,
        /// [`super::AgentFacts::name`].
        name: String,
        /// [`super::AgentFacts::at`].
        at: String,
    },
    /// Whoever answers at an address.
    Address(String),
    /// Something that is only named.
    Named(String),
}

/// What is kept beside an agent and gets into its context without a tool: checkpoints, sessions, retrieved documents.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Kept {
    /// The memory or store.
    pub on: Object,
    /// Whether what the agent says is written there.
    pub writes: bool,
    /// Whether what lies there gets into the context.
    pub reads: bool,
    /// Whom it is kept for.
    pub kept_for: KeptFor,
    /// Where.
    pub place: Place,
}

/// Whom a memory is kept for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum KeptFor {
    /// One run.
    Run,
    /// One conversation.
    Session,
    /// One user, whose name is part of the key.
    User,
    /// Whoever talks to the agent.
    Everybody,
}

/// What starts an agent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Trigger {
    /// The event, in its format's own word: `issue_comment`, `webhook`, `schedule`.
    pub event: String,
    /// Who can fire it.
    pub trust: Trust,
    /// Where it comes from.
    pub from: Object,
    /// Whether text of whoever fires it gets into the context.
    pub brings_text: bool,
    /// The line that keeps others from firing it: an association that is checked, a list of actors, authentication.
    pub guard: Option<Place>,
    /// Where.
    pub place: Place,
}

/// Where an agent's answer goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Answer {
    /// Who reads it.
    pub audience: Audience,
    /// Where they read it.
    pub to: Object,
    /// Where that is said.
    pub place: Place,
}

/// What is put into a prompt.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Insert {
    /// What, as it is written: `github.event.issue.body`, `ticket.subject`.
    pub what: String,
    /// Who could have written it.
    pub trust: Trust,
    /// Where it comes from.
    pub from: Object,
    /// Whether it goes among the instructions, and not into a message of its own.
    pub among_instructions: bool,
    /// Where.
    pub place: Place,
}

/// A queue or event stream.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Stream {
    /// The channel: `channel:kafka/orders`.
    pub on: Object,
    /// The broker: `kafka`, `nats`, `sqs`, `redis`, `celery`.
    pub broker: String,
    /// Whether the agent acts on what comes over it.
    pub consumes: bool,
    /// Whether it puts something there.
    pub produces: bool,
    /// The line that checks who sent a message.
    pub signed: Option<Place>,
    /// The line that keeps the order of messages, or detects that it was broken.
    pub ordered: Option<Place>,
    /// Where.
    pub place: Place,
}

/// What ends a loop.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LoopLimit {
    /// What it limits.
    pub kind: LimitKind,
    /// As written: `max_iter=5`.
    pub raw: String,
    /// Where; absent for what the framework does unless told otherwise.
    pub place: Option<Place>,
}

/// What a limit is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum LimitKind {
    /// Steps or calls.
    Steps,
    /// Time.
    Time,
    /// Money or tokens.
    Cost,
}

/// A human who is asked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Approval {
    /// What is shown to them.
    pub shows: Shown,
    /// Tools that they are asked about, by name; empty: all, or the run as a whole.
    pub tools: Vec<String>,
    /// In the framework's words: `interrupt_on`, `human_input`.
    pub how: String,
    /// Where.
    pub place: Place,
}

/// What an approver sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Shown {
    /// The call itself, with its arguments.
    Call,
    /// Text that the agent wrote.
    AgentText,
    /// It cannot be told.
    Unclear,
}

words! {
    KeptFor { Run => "run", Session => "session", User => "user", Everybody => "everybody" }
    LimitKind { Steps => "steps", Time => "time", Cost => "cost" }
    Shown { Call => "call", AgentText => "agent-text", Unclear => "unclear" }
}

/// A guard that judges and does not bound.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Guard {
    /// In the framework's words: `input_guardrails`, `before_tool_callback`.
    pub how: String,
    /// What it is called.
    pub name: String,
    /// Where.
    pub place: Place,
}

/// Something that could not be followed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unresolved {
    /// What: `tools`, `sub-agents`.
    pub what: String,
    /// As written: `load_tools(settings)`.
    pub raw: String,
    /// Where.
    pub place: Place,
}

/// Tools that a file of the repository serves: an MCP server as code, an API description.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Served {
    /// Its own name for itself.
    pub name: String,
    /// The file that starts it, or that describes it.
    pub path: String,
    /// How its tools are called.
    pub protocol: Protocol,
    /// What it serves.
    pub tools: Vec<OwnTool>,
    /// Addresses at which it says it is reached, without user info, query or fragment.
    pub addresses: Vec<(String, Place)>,
    /// Whether something authenticates to it there, and where that is said; absent: nothing says.
    pub authenticated: Option<(bool, Place)>,
    /// Where.
    pub place: Place,
}

/// How served tools are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Protocol {
    /// Over MCP: whatever is served there is meant for agents.
    Mcp,
    /// Over HTTP, as an API description says. Programs call it; it concerns an agent that is given the description.
    Http,
}

impl Served {
    /// What [`super::ServerUse::key`] of an agent says that uses what the file at `path` serves.
    pub fn key_of(path: &str) -> String {
        format!("{}{path}", Self::MARK)
    }

    /// How such keys begin.
    pub const MARK: &'static str = "served|";

    /// Its own key.
    pub fn key(&self) -> String {
        Self::key_of(&self.path)
    }
}

/// Something that an inventory file lists, whether an agent that was read has to do with it or not: a model, a data
/// set, a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// What it is: `model:…`, `store:…`, `server:…`.
    pub what: Object,
    /// What the file says of it, in words for people.
    pub said: Vec<String>,
    /// Addresses at which it is reached.
    pub addresses: Vec<String>,
    /// Where.
    pub place: Place,
}
