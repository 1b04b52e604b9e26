//! What one file says of one agent, before the files are put together.

use std::collections::BTreeMap;

use ambit_model::facts::{
    AgentFacts, CredentialFacts, HookFacts, InstructionFacts, Listed, PermissionRule, Program, Runner,
    Sandbox, Selector, Served, ServerFacts, ServerState, ServerUse, Setting, ToolList,
};
use ambit_model::{Place, Problem, Scope};

use crate::confine::Confines;
use crate::plugins::Plugins;
use crate::policy::{Policy, Start};
use crate::readers::ci::Pipeline;
use crate::readers::flows::{FlowCall, FlowFacts};
use crate::workloads::Workload;

/// Where a file stands and what that makes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The folder whose agents it defines: empty for the root, `~` for the user's home.
    pub at: String,
    /// The scope of what it says.
    pub scope: Scope,
    /// Whether a client loads it where it lies.
    pub placed: bool,
}

/// What one file says of one agent.
#[derive(Debug, Clone)]
pub struct Fragment {
    /// Id of the client.
    pub client: &'static str,
    /// Clients that read this file too; it speaks of them only where they have files of their own.
    pub also: &'static [&'static str],
    /// The sub-agent's own name; absent for the client's main agent.
    pub name: Option<String>,
    /// Where the file stands.
    pub location: Location,
    /// The evidence that the agent is there.
    pub place: Place,
    /// Whether the file alone makes an agent: a rules file that many clients may read does not.
    pub makes_agent: bool,
    /// When it makes no agent although it could.
    pub yields: Yields,
    /// What other files may not say of this agent, and the line that forbids it.
    pub bars: Vec<(Bar, Place)>,
    /// The model.
    pub model: Option<(String, Place)>,
    /// Tools that the agent is restricted to.
    pub tools: Option<Vec<Selector>>,
    /// Permission rules.
    pub rules: Vec<RankedRule>,
    /// Slots that this file sets to what the client does anyway: weaker scopes no longer count in them.
    pub defaults: Vec<&'static str>,
    /// Servers.
    pub servers: Vec<ServerUse>,
    /// What becomes of servers that other files name: a glob over local names, whether it concerns only
    /// servers of the project's own file, and the state.
    pub states: Vec<(String, ServerState, Place)>,
    /// The line that leaves the agent only the servers that the file itself names.
    pub own_servers: Option<Place>,
    /// How the entries of servers start them, by the entries' places.
    pub starts: BTreeMap<Place, Start>,
    /// Which servers may start at all.
    pub policy: Policy,
    /// The only servers that start, as globs over local names, whatever other files name; and the line.
    pub only_servers: Option<(Vec<String>, Place)>,
    /// Settings. Of those with a slot only the strongest scope's counts.
    pub settings: Vec<(Option<&'static str>, Setting)>,
    /// The sandbox.
    pub sandbox: Option<Sandbox>,
    /// What the file adds to the sandbox and takes from it, whether it switches one or not.
    pub confines: Option<Confines>,
    /// What the file says of plug-ins.
    pub plugins: Plugins,
    /// Instructions.
    pub instructions: Vec<InstructionFacts>,
    /// Whether another file brings this one in, which its client may load of its own accord too.
    pub imported: bool,
    /// Files that its text brings in.
    pub imports: Vec<Import>,
    /// Hooks.
    pub hooks: Vec<HookFacts>,
    /// Credentials in the agent's environment.
    pub credentials: Vec<CredentialFacts>,
    /// What the file gives the agent itself.
    pub program: Program,
    /// Where it starts the agent by itself, beside nobody: that agent is none of the main agent's.
    pub alone: Option<Alone>,
}

/// How an agent runs that nobody sits beside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alone {
    /// The file that starts it.
    pub unit: String,
    /// Its machine.
    pub runner: Runner,
    /// What its client takes from the project that it is started in.
    pub loads: Loads,
    /// The command that its prompt is, and where: its file counts.
    pub command: Option<(String, Place)>,
}

/// What a client takes from a project where it runs by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loads {
    /// All that it takes anywhere.
    Everything,
    /// Texts, and no settings: others stand in their place, or the project is not trusted.
    Texts,
    /// Nothing.
    Nothing,
}

/// A file that another brings in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Its path, as written.
    pub target: String,
    /// Where it is written.
    pub place: Place,
}

/// When a file that could make an agent belongs to one that other files make, in its folder or above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Yields {
    /// It makes an agent of its own wherever it stands.
    Never,
    /// Where one of the clients that read it has an agent.
    ToReaders,
    /// Where any client has an agent.
    ToAnyone,
}

/// What a file forbids others to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bar {
    /// That all approvals are off.
    ApprovalsOff,
    /// That a classifier approves.
    ClassifierApproves,
    /// Permission rules, in any scope but the administrator's.
    Rules,
    /// Hooks, in any weaker scope.
    Hooks,
    /// Servers, in any scope but the administrator's.
    OtherServers,
}

/// A rule with its place in the client's order.
#[derive(Debug, Clone)]
pub struct RankedRule {
    /// Lower ranks decide first, whatever their scope.
    pub rank: Rank,
    /// Of rules with the same slot only those of the strongest scope count: a mode is a single setting.
    pub slot: Option<&'static str>,
    /// The rule.
    pub rule: PermissionRule,
}

/// The order in which rules decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// Denials.
    Deny,
    /// A mode that even questions yield to.
    Bypass,
    /// Questions.
    Ask,
    /// Approvals.
    Allow,
    /// What a mode says of everything that no rule selects.
    Mode,
}

impl Fragment {
    /// An empty fragment about `client`'s main agent.
    pub fn new(client: &'static str, location: Location, place: Place) -> Self {
        Self {
            client,
            also: &[],
            name: None,
            location,
            place,
            makes_agent: true,
            yields: Yields::Never,
            bars: Vec::new(),
            model: None,
            tools: None,
            rules: Vec::new(),
            defaults: Vec::new(),
            servers: Vec::new(),
            states: Vec::new(),
            own_servers: None,
            starts: BTreeMap::new(),
            policy: Policy::default(),
            only_servers: None,
            settings: Vec::new(),
            sandbox: None,
            confines: None,
            plugins: Plugins::default(),
            instructions: Vec::new(),
            imported: false,
            imports: Vec::new(),
            hooks: Vec::new(),
            credentials: Vec::new(),
            program: Program::default(),
            alone: None,
        }
    }

    /// Adds a rule.
    pub fn rule(&mut self, rank: Rank, rule: PermissionRule) {
        self.rules.push(RankedRule { rank, slot: None, rule });
    }

    /// Adds a rule that a single setting makes.
    pub fn mode_rule(&mut self, slot: &'static str, rank: Rank, rule: PermissionRule) {
        self.rules.push(RankedRule { rank, slot: Some(slot), rule });
    }

    /// Adds a setting.
    pub fn setting(&mut self, setting: Setting) {
        self.settings.push((None, setting));
    }
}

/// An agent of a program that a file says is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// The framework of the program.
    pub client: String,
    /// The name under which it is served.
    pub name: String,
    /// The file of the program.
    pub path: String,
    /// What makes it there: a variable or a function.
    pub symbol: String,
    /// The line that says who may call it.
    pub authenticated: Option<Place>,
    /// Where.
    pub place: Place,
}

/// A file that says something only together with others of its folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    /// What the files are together.
    pub kind: GroupKind,
    /// The file that shows an agent or a server.
    pub path: String,
}

/// What files of one folder are together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroupKind {
    /// A module of Terraform.
    Terraform,
    /// Manifests of one cluster.
    Kubernetes,
}

/// What readers produce.
#[derive(Debug, Clone, Default)]
pub struct Sink {
    /// What files say of agents.
    pub fragments: Vec<Fragment>,
    /// Agents of which one file, or one program, says everything.
    pub agents: Vec<AgentFacts>,
    /// Agents of programs that files say are served.
    pub announced: Vec<Announced>,
    /// Suppliers of tools.
    pub servers: Vec<ServerFacts>,
    /// Recorded definitions.
    pub tool_lists: Vec<ToolList>,
    /// Tools that files of the repository serve.
    pub served: Vec<Served>,
    /// What inventory files list.
    pub listed: Vec<Listed>,
    /// Files that are read once more, together with the others of their folders.
    pub groups: Vec<Group>,
    /// Containers that run an agent or a server.
    pub workloads: Vec<Workload>,
    /// Flows of low-code products, for what runs them from other files.
    pub(crate) flows: Vec<FlowFacts>,
    /// Tools that run such flows.
    pub(crate) calls: Vec<FlowCall>,
    /// Code that stands inside files of other formats.
    pub code: Vec<EmbeddedCode>,
    /// Workflows and the like, whose agents show once all files are read: they call each other.
    pub(crate) pipelines: Vec<Pipeline>,
    /// What was not understood.
    pub problems: Vec<Problem>,
}

/// Code that stands as text inside a file of another format: a code node of a flow, a tool's function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbeddedCode {
    /// `python` or `javascript`.
    pub language: &'static str,
    /// The code.
    pub text: String,
    /// The owner and the name of the [`ambit_model::facts::OwnTool`] whose body it is.
    pub tool: (String, String),
    /// Where the text begins. Its lines are not lines of the file where the format escapes them.
    pub place: Place,
}

impl Sink {
    /// Takes all of `other`.
    pub fn append(&mut self, mut other: Self) {
        self.fragments.append(&mut other.fragments);
        self.agents.append(&mut other.agents);
        self.announced.append(&mut other.announced);
        self.served.append(&mut other.served);
        self.listed.append(&mut other.listed);
        self.groups.append(&mut other.groups);
        self.workloads.append(&mut other.workloads);
        self.pipelines.append(&mut other.pipelines);
        self.servers.append(&mut other.servers);
        self.tool_lists.append(&mut other.tool_lists);
        self.flows.append(&mut other.flows);
        self.calls.append(&mut other.calls);
        self.code.append(&mut other.code);
        self.problems.append(&mut other.problems);
    }
}
