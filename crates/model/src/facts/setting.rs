//! Settings and sandboxes of an agent.

use serde::{Deserialize, Serialize};

use crate::gate::Scope;
use crate::place::Place;

/// A sandbox as settings describe it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sandbox {
    /// Whether it is on.
    pub enabled: bool,
    /// What of the network is left.
    pub network: Network,
    /// What of the file system may be written.
    pub files: FileLimit,
    /// Whether the user's home cannot be read from inside.
    pub hides_home: bool,
    /// Whether commands can leave it, and the line that lets them.
    pub escape: Option<Place>,
    /// Where it is described.
    pub place: Place,
    /// The scope of that place.
    pub scope: Scope,
}

/// What of the network a sandbox leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Network {
    /// All.
    Open,
    /// These hosts.
    Hosts(Vec<String>),
    /// None.
    Closed,
}

/// What of the file system a sandbox leaves for writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum FileLimit {
    /// All.
    Everything,
    /// The workspace.
    Workspace,
    /// Nothing.
    ReadOnly,
}

/// A setting that widens or narrows what an agent may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
