//! Facts as single lines, for comparing many at once.

use ambit_model::Inventory;
use ambit_model::facts::{AgentFacts, Limit, Selector, ServerState};

/// The agent `name` of `client`.
#[expect(clippy::panic, reason = "a test that looks for an agent that is not there has failed")]
pub(crate) fn agent<'a>(inventory: &'a Inventory, client: &str, name: &str) -> &'a AgentFacts {
    let found = inventory.agents.iter().find(|it| it.client == client && it.name == name);
    found.unwrap_or_else(|| panic!("no {client}/{name} in {:#?}", inventory.agents))
}

/// `gate selector line:column`.
pub(crate) fn rules(agent: &AgentFacts) -> Vec<String> {
    let shown = agent.rules.iter().map(|it| {
        format!("{:?} {} {}:{}", it.gate, selector(&it.selects), it.place.line, it.place.column)
            .to_lowercase()
    });
    shown.collect()
}

/// `kind: text line:column`.
pub(crate) fn settings(agent: &AgentFacts) -> Vec<String> {
    let shown = agent.settings.iter();
    shown.map(|it| format!("{:?}: {} {}:{}", it.kind, it.raw, it.place.line, it.place.column)).collect()
}

/// The tools that it is restricted to.
pub(crate) fn tools(agent: &AgentFacts) -> Option<Vec<String>> {
    Some(agent.tools.as_ref()?.iter().map(selector).collect())
}

/// `name state`.
pub(crate) fn servers(agent: &AgentFacts) -> Vec<String> {
    let shown = agent.servers.iter().map(|it| {
        let state = match &it.state {
            ServerState::Enabled => "on".to_owned(),
            ServerState::NeedsApproval => "needs approval".to_owned(),
            ServerState::Disabled(place) => format!("off by line {}", place.line),
        };
        format!("{} {state}", it.name)
    });
    shown.collect()
}

/// `name kind trust pinned`.
pub(crate) fn instructions(agent: &AgentFacts) -> Vec<String> {
    let shown = agent.instructions.iter();
    shown
        .map(|it| {
            let pinned = if it.pinned { "pinned" } else { "unpinned" };
            format!("{} {:?} {:?} {pinned}", it.name, it.kind, it.trust).to_lowercase()
        })
        .collect()
}

/// `event: command`.
pub(crate) fn hooks(agent: &AgentFacts) -> Vec<String> {
    agent.hooks.iter().map(|it| format!("{}: {}", it.event, it.command)).collect()
}

/// `message line:column`.
pub(crate) fn problems(inventory: &Inventory) -> Vec<String> {
    let shown = inventory.inputs.problems.iter();
    shown.map(|it| format!("{} {}:{}", it.message, it.line, it.column)).collect()
}

/// Asserts that nothing of what was read shows `secret`.
pub(crate) fn assert_hidden(inventory: &Inventory, secret: &str) {
    let shown = format!("{:?} {:?} {:?}", inventory.agents, inventory.servers, inventory.inputs);
    assert!(!shown.contains(secret), "{secret} in {shown}");
}

fn selector(selector: &Selector) -> String {
    match selector {
        Selector::Any => "*".to_owned(),
        Selector::Server { server, tool } => format!("{server}/{tool}"),
        Selector::Builtin { tool, limit: None } => tool.clone(),
        Selector::Builtin { tool, limit: Some(limit) } => match limit {
            Limit::Command { text, form } => format!("{tool}({form:?} {text})"),
            Limit::Path(glob) => format!("{tool}(path {glob})"),
            Limit::Domain(host) => format!("{tool}(host {host})"),
        },
    }
}
