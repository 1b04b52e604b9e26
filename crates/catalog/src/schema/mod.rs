//! The shape of the data files. Every table refuses keys that it does not know.
//!
//! What lives here: servers, clients and the small tables. Calls, commands, the lexicon, coverage, nodes, regulations,
//! risk, sequences and architectures have files of their own; all names are met under `schema`.

mod calls;
mod command;
mod coverage;
mod entries;
mod frameworks;
mod lexicon;
mod node;
mod pattern;
mod regulatory;
mod risk;
mod sequence;

use std::collections::BTreeMap;
use std::sync::Arc;

use ambit_model::finding::ControlKind;
use ambit_model::{AssetId, Effect, Gate, Level, Trust};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

pub use calls::{
    Access, CallAct, CallEffect, CallKind, CallLanguage, Host, HostAct, HostEffect, Library, Otherwise, Role,
    When,
};
pub use command::{Command, CommandClass};
pub use coverage::{Actor, Condition, EdgeForm, Fact, Framework};
pub use entries::{EntryPoint, EntryPoints};
pub use frameworks::{
    AgentFramework, AgentMaker, Answer, Brought, FlowMaker, GraphMaker, HandMaker, KeepMaker, KitMaker,
    KnownTool, Listens, Over, Runs, ServerMaker, Serves, Started, ToolBase, ToolMaker,
};
pub use lexicon::{ArgumentClass, HeadClass, Lexicon, Outsiders, Saying, Topic, VerbClass, WordClass};
pub use node::{Node, NodeKind, Nodes, Operation};
pub use pattern::{ArchitecturePattern, PatternQuestion};
pub use regulatory::{Evidence, Item, Regulation, Regulatory};
pub use risk::{Attempts, Estimate, Matrix, Profiles, Risk};
pub use sequence::{Same, Sequence, Step, Who};

/// A known supplier of tools: `data/servers/<id>.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Name for people.
    pub name: String,
    /// Who publishes it: the owner of the package or repository.
    pub publisher: String,
    /// Where the facts were read: repository and commit, package, or specification.
    pub source: Vec<String>,
    /// How a configuration is recognised as this server.
    pub matches: Matches,
    /// Places that only this server knows, by asset id.
    #[serde(default)]
    pub places: BTreeMap<String, Place>,
    /// Bundles of effects that its tools share, by a name of this file.
    #[serde(default)]
    pub acts: BTreeMap<String, Act>,
    /// Its tools: the acts of each.
    pub tools: BTreeMap<String, Vec<String>>,
    /// Tools by group, for switches that choose groups.
    #[serde(default)]
    pub groups: BTreeMap<String, Vec<String>>,
    /// Arguments and variables that narrow or widen it.
    #[serde(default)]
    pub switches: Vec<Switch>,
    /// Credentials it is usually given: variable or header name to kind.
    #[serde(default)]
    pub credentials: BTreeMap<String, String>,
}

/// How a configuration is recognised.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matches {
    /// `npm:@scope/name`, `pypi:name`, `oci:registry/name`, `git:github.com/owner/name`, …
    #[serde(default)]
    pub packages: Vec<String>,
    /// Globs over `host/path` of the address.
    #[serde(default)]
    pub urls: Vec<String>,
    /// Names that recorded tool lists give the server; also the local name in a configuration, but only for
    /// a launch that names neither a package nor an address of its own.
    #[serde(default)]
    pub names: Vec<String>,
}

/// A store, channel, memory or environment.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Name for people.
    pub name: String,
    /// Who can write into it.
    #[serde(default)]
    pub trust: Option<Trust>,
    /// How confidential it is.
    #[serde(default)]
    pub level: Option<Level>,
    /// Data classes.
    #[serde(default)]
    pub data: Vec<String>,
    /// What in the server's launch says which one it is; each value is a place of its own, shared with
    /// whoever else names it.
    #[serde(default)]
    pub bind: Vec<Bind>,
}

/// What in a launch names a place.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Bind {
    /// Positional arguments that are paths.
    Paths,
    /// A connection string among the arguments or variables.
    Dsn,
    /// The value of this variable.
    Env(String),
    /// The value after this flag.
    Flag(String),
}

/// A bundle of effects.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// What happens, in words that follow "it can": `comment on any issue the token can reach`.
    pub does: Arc<str>,
    /// The effects.
    pub effects: Vec<EffectEntry>,
}

/// One effect and what it is bound to.
#[derive(Debug, Clone, Deserialize)]
pub struct EffectEntry {
    /// The effect.
    #[serde(flatten)]
    pub effect: Effect,
    /// The place it is bound to: an asset id of this file's `places` or of `data/places.toml`.
    #[serde(default)]
    pub on: Option<AssetId>,
}

/// An argument or variable that narrows or widens a server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Switch {
    /// Flags, such as `--read-only`.
    #[serde(default)]
    pub args: Vec<String>,
    /// Variables, such as `GITHUB_READ_ONLY`, and names of headers.
    #[serde(default)]
    pub env: Vec<String>,
    /// Names of effects that it takes away: `writes`, `sends`, …
    #[serde(default)]
    pub drops: Vec<String>,
    /// Whether its value lists the groups that stay.
    #[serde(default)]
    pub selects_groups: bool,
    /// Tools or groups that exist only with it.
    #[serde(default)]
    pub adds: Vec<String>,
}

/// A known client: `data/clients/<id>.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// Name for people.
    pub name: String,
    /// Where the facts were read.
    pub source: Vec<String>,
    /// How its permission rules rank.
    pub precedence: Precedence,
    /// What a call of an MCP tool meets when no rule selects it.
    pub server_gate: Gate,
    /// The permission mode in words, for people: `asks before edits, commands and fetches`.
    pub stock: String,
    /// Its built-in tools, each of [`BuiltinTool::also`] as a tool of its own.
    #[serde(default, deserialize_with = "each_by_name")]
    pub tools: BTreeMap<String, BuiltinTool>,
    /// How to write each control in this client's own files; a control that is missing cannot be written.
    #[serde(default)]
    pub edits: BTreeMap<String, EditTemplate>,
}

/// How permission rules of several scopes rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precedence {
    /// A denial in any scope, then a question in any scope, then an approval.
    DenyFirst,
    /// The rules of the strongest scope first, each scope in the order that its reader gave.
    ScopeFirst,
}

/// A tool that a client brings along.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BuiltinTool {
    /// What kind of tool it is: decides how argument patterns are read.
    pub kind: BuiltinKind,
    /// Other names for it in rules and agent files: synonyms, and groups that it belongs to. A rule about one
    /// is a rule about the tool.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Other tools that do the same. They are not aliases, because a rule that denies one leaves the others.
    /// Empty once decoded.
    #[serde(default)]
    pub also: Vec<String>,
    /// Whether an approval of this tool is one of `also` too.
    #[serde(default)]
    pub opens_also: bool,
    /// The tool whose approval is one of this tool too.
    #[serde(skip)]
    pub opened_by: Option<String>,
    /// What a call meets when no rule selects it.
    pub gate: Gate,
    /// What happens, in words.
    pub does: Arc<str>,
    /// The effects.
    pub effects: Vec<EffectEntry>,
}

/// Gives each tool that is named under another's `also` an entry of its own.
fn each_by_name<'de, D: Deserializer<'de>>(source: D) -> Result<BTreeMap<String, BuiltinTool>, D::Error> {
    let mut tools = BTreeMap::<String, BuiltinTool>::deserialize(source)?;
    let families: Vec<_> =
        tools.iter_mut().map(|(head, it)| (head.clone(), std::mem::take(&mut it.also), it.clone())).collect();
    for (head, names, tool) in families {
        for name in names {
            let opened_by = tool.opens_also.then(|| head.clone());
            let own = BuiltinTool { aliases: Vec::new(), opens_also: false, opened_by, ..tool.clone() };
            if tools.insert(name.clone(), own).is_some() {
                return Err(D::Error::custom(format_args!("`{name}` is named twice")));
            }
        }
    }
    Ok(tools)
}

/// What kind of tool a built-in is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BuiltinKind {
    /// Runs commands.
    Shell,
    /// Reads files.
    Read,
    /// Writes files.
    Edit,
    /// Fetches an address.
    Fetch,
    /// Asks a search engine.
    Search,
    /// Drives a browser.
    Browser,
    /// Starts other agents.
    Agent,
    /// Keeps notes for later sessions.
    Memory,
    /// Anything else.
    Other,
}

/// How a control is written in a client's own files. `{tool}`, `{server}`, `{pattern}`, `{at}` are filled in: in a
/// pointer escaped as JSON pointers are, in a value as JSON strings are.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditTemplate {
    /// The file, relative to the agent's folder; with `~/` where the client reads it from the user's home only.
    pub path: String,
    /// JSON pointer; ends in `/-` to append.
    pub pointer: String,
    /// The value as JSON text; absent: remove what is there.
    #[serde(default)]
    pub value: Option<String>,
}

/// A kind of credential: `data/credentials.toml`. A prefix of the value tells more than a name, and the longest
/// prefix wins; a generic kind is what remains when no other fits.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credential {
    /// What it opens, in words.
    pub opens: String,
    /// Globs over variable and header names, upper case.
    #[serde(default)]
    pub names: Vec<String>,
    /// Prefixes of the values themselves, such as `ghp_`.
    #[serde(default)]
    pub prefixes: Vec<String>,
    /// Whether it says no more than that there is a credential: any other kind that fits wins.
    #[serde(default)]
    pub generic: bool,
    /// Where the facts were read.
    #[serde(default)]
    pub source: Vec<String>,
}

/// A control that remedies name: `data/controls.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// What to do, as a sentence without a full stop.
    pub title: String,
    /// What it does to a path.
    pub kind: ControlKind,
    /// What it costs, in general words.
    pub costs: String,
}

/// What containment costs: `data/containment.toml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Containment {
    /// What an edge is worth to its agent, by its verb.
    #[serde(default)]
    pub verbs: BTreeMap<String, Worth>,
    /// What a control takes, by its id.
    #[serde(default)]
    pub controls: BTreeMap<String, Price>,
}

/// What an edge is worth to its agent.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Worth {
    /// In points.
    pub weight: u32,
    /// Why so much.
    pub because: String,
}

/// What a control takes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Work, in points.
    pub effort: u32,
    /// How much of the capability behind its edges is gone then, in percent.
    pub loses: u32,
    /// Why so much.
    pub because: String,
}

/// A framework category: `data/categories.toml`, id with edition to entry.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Its published name.
    pub name: String,
    /// The framework, with its version.
    pub framework: String,
    /// Whether the id and name were confirmed against the source.
    #[serde(default = "yes")]
    pub verified: bool,
}

fn yes() -> bool {
    true
}
