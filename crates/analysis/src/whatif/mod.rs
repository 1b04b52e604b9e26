//! The map as it would become: changes of what was read and of what people state, before anything is installed.
//!
//! What lives here: the changes, whom they concern ([`agents`]), and the comparing of both maps. Adding and taking
//! away have files of their own. Nothing is written and nothing is started.

mod add;
mod compare;
mod control;
mod order;
mod remove;
mod whose;

use ambit_catalog::Catalog;
use ambit_model::facts::{PermissionRule, ServerFacts, ServerUse};
use ambit_model::stated::{Model, State};
use ambit_model::{AssetId, Gate, Inventory, Place};

pub use crate::connect::names::agent_id as id;
pub use compare::compare;
pub use control::ends_by;
pub use whose::{agent, agents};

/// The file that stands for the command line in places of what is added; lines count its words.
pub const ADDED: &str = "--add";

/// What is changed: what files say, and what people state.
#[derive(Debug, Clone, Default)]
pub struct System {
    /// What was read.
    pub inventory: Inventory,
    /// What people state.
    pub model: Model,
}

impl System {
    /// Whether it has any agent, read or stated.
    pub fn has_agents(&self) -> bool {
        !self.inventory.agents.is_empty() || self.model.facts.agents.iter().next().is_some()
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A client of the catalog, as it comes.
    AddAgent {
        /// Its id in the catalog.
        client: String,
        /// Where that is said.
        place: Place,
    },
    /// One more server of an agent.
    AddServer {
        /// The agent.
        agent: AssetId,
        /// The server.
        server: Box<ServerFacts>,
        /// The agent's entry for it.
        used: Box<ServerUse>,
    },
    /// A permission rule of an agent.
    AddRule {
        /// The agent.
        agent: AssetId,
        /// The rule.
        rule: Box<PermissionRule>,
    },
    /// A tool of `ambit.yaml` for an agent, which calls it without asking.
    AddTool {
        /// The agent.
        agent: AssetId,
        /// Its name in `ambit.yaml`.
        tool: String,
        /// Where that is said.
        place: Place,
    },
    /// An agent with its sub-agents is gone.
    RemoveAgent(AssetId),
    /// A server is gone.
    RemoveServer {
        /// The agent that no longer uses it; without one, nobody does.
        agent: Option<AssetId>,
        /// Its name.
        server: String,
    },
    /// Whatever this line says is gone.
    RemoveLine(Place),
    /// At least this gate stands before each call of a tool.
    Gate {
        /// The agent whose calls are meant; without one, all agents'.
        agent: Option<AssetId>,
        /// The tool.
        tool: AssetId,
        /// The gate: asked or denied.
        gate: Gate,
        /// Where that is said.
        place: Place,
    },
    /// A planned control of `ambit.yaml` is in place.
    Control(String),
}

/// A change that cannot be made, with what could be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Nothing of this kind has the name.
    #[error("no {noun} is called `{name}` (expected {expected})")]
    Unknown {
        /// What it would be.
        noun: &'static str,
        /// The name.
        name: String,
        /// What there is.
        expected: String,
    },
    /// It would change nothing.
    #[error("{what} already (expected {expected})")]
    Already {
        /// What is so.
        what: String,
        /// What could be meant.
        expected: String,
    },
    /// There is nobody to change.
    #[error("there is no agent (expected `--add agent:CLIENT` for one of the catalog)")]
    NoAgent,
    /// It is not said who is meant.
    #[error("there are several agents (expected `--agent` with {expected})")]
    Several {
        /// Who there is.
        expected: String,
    },
    /// No client stands behind the agent.
    #[error(
        "no file declares `{agent}`, so that it has neither servers nor permission rules (expected `--add tool:NAME` \
         with a tool of `facts.tools`)"
    )]
    Clientless {
        /// The agent.
        agent: AssetId,
    },
    /// Nothing stands there.
    #[error("no rule, server, setting, text, hook or credential is at `{place}` (expected {expected})")]
    Empty {
        /// The line.
        place: Place,
        /// Lines or files where something stands.
        expected: String,
    },
}

/// `system` after all `changes`, one after the other.
pub fn change(mut system: System, changes: &[Change], catalog: &Catalog) -> Result<System, Error> {
    for change in changes {
        match change {
            Change::AddAgent { client, place } => add::agent(&mut system, client, place, catalog)?,
            Change::AddServer { agent, server, used } => add::server(&mut system, agent, server, used)?,
            Change::AddRule { agent, rule } => add::rule(&mut system, agent, rule, catalog)?,
            Change::AddTool { agent, tool, place } => add::tool(&mut system, agent, tool, place)?,
            Change::RemoveAgent(agent) => remove::agent(&mut system, agent)?,
            Change::RemoveServer { agent, server } => remove::server(&mut system, agent.as_ref(), server)?,
            Change::RemoveLine(place) => remove::line(&mut system, place)?,
            Change::Gate { agent, tool, gate, place } => {
                remove::gate(&mut system, agent.as_ref(), tool, (*gate, place), catalog)?;
            }
            Change::Control(name) => control(&mut system.model, name)?,
        }
    }
    Ok(system)
}

fn control(model: &mut Model, name: &str) -> Result<(), Error> {
    let planned = model.controls.iter().filter(|(_, it)| !it.value.is_in_place());
    let planned: Vec<String> = planned.map(|(name, _)| name.to_owned()).collect();
    let expected =
        format!("`deny:TOOL`, `ask:TOOL`, or {}", one_of("a planned control of `ambit.yaml`", &planned));
    match model.controls.get_mut(name) {
        Some(it) if !it.value.is_in_place() => it.value.state = Some(State::InPlace),
        Some(_) => {
            return Err(Error::Already { what: format!("the control `{name}` is in place"), expected });
        }
        None => return Err(Error::Unknown { noun: "control", name: name.to_owned(), expected }),
    }
    Ok(())
}

/// How many names a message has.
const NAMES: usize = 12;

/// `an agent: a, b`, or that there is none.
fn one_of(noun: &str, names: &[String]) -> String {
    if names.is_empty() {
        return format!("{noun}, of which there is none");
    }
    let more = if names.len() > NAMES { ", …" } else { "" };
    let shown: Vec<&str> = names.iter().take(NAMES).map(String::as_str).collect();
    format!("{noun}: {}{more}", shown.join(", "))
}
