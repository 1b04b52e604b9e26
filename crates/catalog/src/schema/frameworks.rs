//! Agent frameworks: what in code makes agents, tools, hand-offs, memories and servers: `data/frameworks/<id>.toml`.
//!
//! What is called is named by its dotted path, as code imports it; `*` stands for anything within it. A path that ends in
//! `().name` is a member of what the call before it has made. An argument is named by its keyword or by the key of an options
//! object; an object that asks for something by its type, `{"type": "web_search"}`, counts as a call of `hosted.web_search`. `#0` is the first one without a name, `#all` everything that is given, `self` what the member belongs to.

use serde::Deserialize;

use super::EffectEntry;

/// An agent framework, or a client library around which people write their own loop.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentFramework {
    /// Name for people.
    pub name: String,
    /// Where the facts were read.
    pub source: Vec<String>,
    /// Modules and packages whose import shows it: the first parts of their paths.
    pub roots: Vec<String>,
    /// Those that are imported for much else: a file that imports one is looked at where it has a word of [`Over`] too.
    #[serde(default)]
    pub clients: Vec<String>,
    /// Those of them that repositories call folders of their own too: what lies there comes first.
    #[serde(default)]
    pub homonyms: Vec<String>,
    /// Names that it is published under. A repository of which a manifest has one holds the framework itself: there its
    /// homonyms mean it.
    #[serde(default)]
    pub distributions: Vec<String>,
    /// What ends the loop of an agent unless told otherwise, in words.
    #[serde(default)]
    pub limit: Option<String>,
    /// What makes an agent.
    #[serde(default)]
    pub agents: Vec<AgentMaker>,
    /// What makes a tool of a function, as a call or as a decorator.
    #[serde(default)]
    pub tools: Vec<ToolMaker>,
    /// Classes of which an instance is a tool.
    #[serde(default)]
    pub bases: Vec<ToolBase>,
    /// Tools that the framework, or a library of tools for it, brings along.
    #[serde(default)]
    pub known: Vec<KnownTool>,
    /// What holds tools that are put into it.
    #[serde(default)]
    pub kits: Vec<KitMaker>,
    /// What makes a hand-off of an agent.
    #[serde(default)]
    pub hands: Vec<HandMaker>,
    /// What connects to an MCP server.
    #[serde(default)]
    pub servers: Vec<ServerMaker>,
    /// What makes a memory, a checkpointer, a session, a retriever or a store.
    #[serde(default)]
    pub keeps: Vec<KeepMaker>,
    /// What serves tools to others: MCP servers.
    #[serde(default)]
    pub serves: Vec<Serves>,
    /// Calls that run an agent.
    #[serde(default)]
    pub runs: Vec<Runs>,
    /// Graphs whose nodes are agents or steps.
    #[serde(default)]
    pub graphs: Vec<GraphMaker>,
    /// Classes whose methods are steps.
    #[serde(default)]
    pub flows: Vec<FlowMaker>,
}

impl AgentFramework {
    /// The tool of the framework, or one that it knows, at `path`.
    pub fn tool(&self, path: &str) -> Option<&KnownTool> {
        self.known.iter().find(|it| it.of.iter().any(|it| crate::wild(it, path)))
    }
}

/// What makes an agent, and which argument is what of it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentMaker {
    /// Paths of what is called.
    #[serde(default)]
    pub of: Vec<String>,
    /// The request that is meant, where no client library is called: all arguments are looked up in what is sent.
    #[serde(default)]
    pub over: Option<Over>,
    /// Its name.
    #[serde(default)]
    pub name: Vec<String>,
    /// Its model.
    #[serde(default)]
    pub model: Vec<String>,
    /// What it is told.
    #[serde(default)]
    pub instructions: Vec<String>,
    /// Its tools.
    #[serde(default)]
    pub tools: Vec<String>,
    /// Members that give it a tool, as a decorator or as a call: `tool`, `tool_plain`.
    #[serde(default)]
    pub attach: Vec<String>,
    /// Agents that the conversation is handed over to.
    #[serde(default)]
    pub hands: Vec<String>,
    /// Agents that it starts and whose answers it takes.
    #[serde(default)]
    pub starts: Vec<String>,
    /// Agents that work in turn on one context, and the words for how.
    #[serde(default)]
    pub members: Vec<String>,
    /// MCP servers.
    #[serde(default)]
    pub servers: Vec<String>,
    /// Memories, stores, checkpointers, sessions, knowledge.
    #[serde(default)]
    pub keeps: Vec<String>,
    /// Guards that judge and do not bound.
    #[serde(default)]
    pub guards: Vec<String>,
    /// What ends its loop.
    #[serde(default)]
    pub limits: Vec<String>,
    /// Approvals: tools or nodes that a human is asked about.
    #[serde(default)]
    pub asks: Vec<String>,
    /// Tools that it has without being given them.
    #[serde(default)]
    pub brings: Vec<Brought>,
    /// Conditions on arguments, of which one must hold, under which members do not work in turn: one leads, and hands work to
    /// the others as it likes. Without such an agent among `starts` the framework makes it, with the model of this one.
    #[serde(default)]
    pub led: Vec<String>,
    /// Conditions on arguments, of which one must hold, under which it hands work to all that are members beside it.
    #[serde(default)]
    pub shares: Vec<String>,
    /// Whether it only puts others in a row: no model of its own.
    #[serde(default)]
    pub is_team: bool,
}

/// A request over HTTP that asks a model, whatever library sends it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Over {
    /// What the paths of such addresses end in.
    pub ends: Vec<String>,
    /// Keys of which what is sent has all, where the address is not known.
    pub has: Vec<String>,
    /// Words of files that ask a model for more than text, one of which a file without such an address has.
    pub marks: Vec<String>,
}

impl Over {
    /// Whether an address of which this is a part asks a model: it ends so, but for a query.
    pub fn is_address(&self, text: &str) -> bool {
        let path = text.split(['?', '#']).next().unwrap_or(text).trim_end_matches('/');
        self.ends.iter().any(|it| path.ends_with(it.as_str()))
    }
}

/// A tool that an agent has by what it is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Brought {
    /// Name of the tool.
    pub name: String,
    /// What it does, as a verb with its object.
    pub does: String,
    /// Its effects.
    pub effects: Vec<EffectEntry>,
    /// Conditions on arguments, of which one must hold: `allow_code_execution=true`, `executor_type=local`, `executor_type` (given),
    /// `!executor_type` (not given). Without any it always holds.
    #[serde(default)]
    pub when: Vec<String>,
}

/// What makes a tool of a function.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToolMaker {
    /// Paths.
    pub of: Vec<String>,
    /// Its name.
    #[serde(default)]
    pub name: Vec<String>,
    /// What the model is told of it.
    #[serde(default)]
    pub description: Vec<String>,
    /// The function.
    #[serde(default)]
    pub function: Vec<String>,
    /// Conditions on arguments, of which one must hold, under which a human is asked first.
    #[serde(default)]
    pub asks: Vec<String>,
}

/// A class of which an instance is a tool.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToolBase {
    /// Paths of the class.
    pub of: Vec<String>,
    /// Methods that do the work.
    pub methods: Vec<String>,
    /// Fields with its name.
    #[serde(default)]
    pub name: Vec<String>,
    /// Fields with what the model is told of it.
    #[serde(default)]
    pub description: Vec<String>,
}

/// A tool that a library brings along.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownTool {
    /// Paths of what makes it, or of itself.
    pub of: Vec<String>,
    /// Its name for models; that of its class where absent.
    #[serde(default)]
    pub name: Option<String>,
    /// What it does, as a verb with its object.
    pub does: String,
    /// Its effects.
    pub effects: Vec<EffectEntry>,
    /// Conditions on arguments, of which one must hold, under which a human is asked first.
    #[serde(default)]
    pub asks: Vec<String>,
}

/// What holds tools that are put into it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KitMaker {
    /// Paths of what makes it, and of classes that it derives from.
    pub of: Vec<String>,
    /// Members that put a function into it, as a call or as a decorator.
    #[serde(default)]
    pub attach: Vec<String>,
    /// Arguments with tools.
    #[serde(default)]
    pub tools: Vec<String>,
}

/// What makes a hand-off of an agent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandMaker {
    /// Paths.
    pub of: Vec<String>,
    /// The agent.
    pub agent: Vec<String>,
    /// The address of an agent elsewhere.
    #[serde(default)]
    pub address: Vec<String>,
    /// Whether the answer comes back.
    #[serde(default)]
    pub returns: bool,
    /// In words: `as a tool`.
    pub how: String,
    /// Conditions under which a human is asked first.
    #[serde(default)]
    pub asks: Vec<String>,
}

/// What connects to an MCP server.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerMaker {
    /// Paths.
    pub of: Vec<String>,
    /// A map from names to entries.
    #[serde(default)]
    pub map: Vec<String>,
    /// Arguments that hold the entry; without any the arguments of the call are the entry.
    #[serde(default)]
    pub entry: Vec<String>,
    /// Whether the entry is the server's address.
    #[serde(default)]
    pub is_address: bool,
    /// Its name.
    #[serde(default)]
    pub name: Vec<String>,
    /// Tools that it is restricted to.
    #[serde(default)]
    pub only: Vec<String>,
    /// Members that give its tools: `get_tools`.
    #[serde(default)]
    pub gives: Vec<String>,
    /// Members that add a server: `connect_to_server`.
    #[serde(default)]
    pub adds: Vec<String>,
    /// A configuration file.
    #[serde(default)]
    pub file: Vec<String>,
    /// Conditions under which a human is asked before each call.
    #[serde(default)]
    pub asks: Vec<String>,
}

/// What makes a memory or a store.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeepMaker {
    /// Paths.
    pub of: Vec<String>,
    /// `memory` or `store`.
    pub kind: String,
    /// What it is called.
    pub name: String,
    /// Arguments that tell which one it is: a path, a collection, a connection.
    #[serde(default)]
    pub which: Vec<String>,
    /// `run`, `session`, `user` or `everybody`.
    pub kept_for: String,
    /// Whether what is said is written there.
    #[serde(default)]
    pub writes: bool,
}

/// What serves tools to others.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Serves {
    /// Paths.
    pub of: Vec<String>,
    /// Its name.
    #[serde(default)]
    pub name: Vec<String>,
    /// Members that give it a tool, as a decorator or as a call.
    pub attach: Vec<String>,
    /// Lists of tools among its arguments.
    #[serde(default)]
    pub tools: Vec<String>,
    /// What hands it a function that lists its tools.
    #[serde(default)]
    pub lists: Vec<Answer>,
    /// What hands it a function that is called for any of its tools.
    #[serde(default)]
    pub calls: Vec<Answer>,
    /// Members that add the tools of another server to its own, under a prefix where one is given.
    #[serde(default)]
    pub mounts: Vec<String>,
    /// Calls in the same file that make a tool of the function that they are handed.
    #[serde(default)]
    pub near: Vec<String>,
    /// The call without which it serves no tools at all.
    #[serde(default)]
    pub started: Option<Started>,
    /// Where it is reached, where it is no child of its client.
    #[serde(default)]
    pub listens: Option<Listens>,
}

/// A call that makes a server listen at a port of its machine.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listens {
    /// The members.
    pub members: Vec<String>,
    /// Conditions on arguments, of which one must hold.
    pub when: Vec<String>,
    /// Arguments with the port, of the call or of what made the server.
    pub port: Vec<String>,
    /// The port that it listens at unless told otherwise.
    pub default: u16,
}

/// A call that says that tools are served.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Started {
    /// The member, of the server or of what its calls give back.
    pub member: String,
    /// Conditions on its arguments, of which one must hold.
    pub when: Vec<String>,
}

/// A function that answers for all tools of a server.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The member that is handed the function, as a decorator or as a call.
    #[serde(default)]
    pub member: Option<String>,
    /// What that member is told first, by the end of its name or as a text, where it takes functions for other questions too.
    #[serde(default)]
    pub of: Vec<String>,
    /// The argument of the server that is the function.
    #[serde(default)]
    pub argument: Option<String>,
    /// Where in what the function is handed the name of the tool is: the number of a parameter, and what of it is meant.
    #[serde(default)]
    pub named: Option<String>,
}

/// A call that runs an agent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Runs {
    /// Paths.
    pub of: Vec<String>,
    /// The agent.
    pub agent: Vec<String>,
    /// What it is told.
    #[serde(default)]
    pub input: Vec<String>,
    /// What ends its loop.
    #[serde(default)]
    pub limits: Vec<String>,
    /// Memories and sessions that it runs with.
    #[serde(default)]
    pub keeps: Vec<String>,
    /// Tools that it has for this run.
    #[serde(default)]
    pub tools: Vec<String>,
}

/// A graph of steps.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GraphMaker {
    /// Paths.
    pub of: Vec<String>,
    /// Members that add a node: name, then what it does.
    pub nodes: Vec<String>,
    /// Members that add an edge: from, to.
    #[serde(default)]
    pub edges: Vec<String>,
    /// Members that finish it, whose arguments say what it keeps and whom it asks.
    pub compile: Vec<String>,
    /// Memories among their arguments.
    #[serde(default)]
    pub keeps: Vec<String>,
    /// Nodes before which a human is asked.
    #[serde(default)]
    pub asks: Vec<String>,
}

/// A class whose methods are steps that follow each other, or what makes an object that is handed its steps.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlowMaker {
    /// Paths of the class.
    pub of: Vec<String>,
    /// Decorators of steps; what they are given says what the step comes after: other steps, or words that those answer.
    #[serde(default)]
    pub steps: Vec<String>,
    /// Calls that put several of those together.
    #[serde(default)]
    pub joins: Vec<String>,
    /// Those of the decorators under which the step's answer is the word that says what follows it.
    #[serde(default)]
    pub routers: Vec<String>,
    /// Decorators of steps that say by the types of what they take and give what they come after and lead to.
    #[serde(default)]
    pub events: Vec<String>,
    /// Members of the object that are handed a step: the events that it comes after, then what it does. An event leads to it by its
    /// member `with`.
    #[serde(default)]
    pub handles: Vec<String>,
    /// Decorators under which a human sees what the step has made before anything follows it.
    #[serde(default)]
    pub asks: Vec<String>,
    /// Members of models that take tools, as their first argument or as `tools`.
    #[serde(default)]
    pub gives: Vec<String>,
    /// Members of the instance that hold what steps leave for each other.
    #[serde(default)]
    pub state: Vec<String>,
    /// What ends it.
    #[serde(default)]
    pub limits: Vec<String>,
    /// What ends it unless told otherwise, in words.
    #[serde(default)]
    pub limit: Option<String>,
}
