//! Whom a change concerns.

use ambit_model::{AgentFacts, AssetId};

use super::{Error, System, one_of};
use crate::connect::names::agent_id;
use crate::stated;

/// All agents of `system`, each with whether another one starts it.
pub fn agents(system: &System) -> Vec<(AssetId, bool)> {
    let read = system.inventory.agents.iter().map(|it| (agent_id(it), it.parent.is_some()));
    let stated =
        system.model.facts.agents.iter().map(|(name, it)| (stated::agent_id(name, &it.value), false));
    let mut all: Vec<_> = read.chain(stated).collect();
    all.sort();
    all.dedup_by(|a, b| a.0 == b.0);
    all
}

/// The agent that is called `wanted`, by its id or the name in it; without a wish the only one, or the only one that
/// no other starts.
pub fn agent(system: &System, wanted: Option<&str>) -> Result<AssetId, Error> {
    let all = agents(system);
    let names: Vec<String> = all.iter().map(|it| it.0.to_string()).collect();
    if let Some(wanted) = wanted {
        let found = all.into_iter().find(|(it, _)| it.as_str() == wanted || it.name() == wanted);
        return found.map(|it| it.0).ok_or_else(|| unknown(wanted, &names));
    }
    let mut main = all.into_iter().filter(|(_, started)| !started);
    match (main.next(), main.next()) {
        (Some((only, _)), None) => Ok(only),
        (None, _) => Err(Error::NoAgent),
        (Some(_), Some(_)) => Err(Error::Several { expected: one_of("one of them", &names) }),
    }
}

/// That no agent has the name.
pub(super) fn unknown(name: &str, all: &[String]) -> Error {
    Error::Unknown { noun: "agent", name: name.to_owned(), expected: one_of("an agent", all) }
}

/// The agent, and those that it starts: they have what it has.
pub(super) fn with_subagents<'a>(
    agents: &'a mut [AgentFacts],
    id: &AssetId,
) -> impl Iterator<Item = &'a mut AgentFacts> + use<'a> {
    let main = agents.iter().find(|it| agent_id(it) == *id);
    let main = main.map(|it| (it.client.clone(), it.at.clone(), it.name.clone()));
    agents.iter_mut().filter(move |it| {
        main.as_ref().is_some_and(|(client, at, name)| {
            it.client == *client && it.at == *at && (it.name == *name || it.parent.as_ref() == Some(name))
        })
    })
}
