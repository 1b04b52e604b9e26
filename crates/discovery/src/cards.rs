//! Agents that several files announce: a card and the code that serves its address are one agent.

use std::collections::BTreeMap;

use ambit_model::address::canonical;
use ambit_model::facts::AgentFacts;

/// The client of agents of which only a card is there.
const CARD: &str = "a2a";

/// Joins agents of equal names in one place, and cards with the agents that are served at their addresses.
pub(crate) fn join(agents: &mut Vec<AgentFacts>) {
    equal(agents);
    let mut served: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut announced: BTreeMap<String, usize> = BTreeMap::new();
    for (index, agent) in agents.iter().enumerate() {
        for (url, _) in &agent.program.addresses {
            if agent.client == CARD {
                *announced.entry(canonical(url)).or_default() += 1;
            } else {
                served.entry(canonical(url)).or_default().push(index);
            }
        }
    }
    let mut joined = Vec::new();
    for (index, card) in agents.iter().enumerate().filter(|(_, it)| it.client == CARD) {
        let addresses = card.program.addresses.iter().map(|(url, _)| canonical(url));
        // An address that several claim, such as the port of an example, tells nobody apart.
        let sole = |url: &String| announced.get(url) == Some(&1);
        let found = addresses.filter(sole).find_map(|url| match served.get(&url).map(Vec::as_slice) {
            Some([one]) => Some(*one),
            _ => None,
        });
        joined.extend(found.map(|it| (index, it)));
    }
    for (card, agent) in &joined {
        let Some(card) = agents.get(*card).cloned() else { continue };
        let Some(agent) = agents.get_mut(*agent) else { continue };
        announce(agent, card);
    }
    let mut index = 0;
    agents.retain(|_| {
        let kept = !joined.iter().any(|(card, _)| *card == index);
        index += 1;
        kept
    });
}

/// Two files may hold one card, for clients of two versions.
fn equal(agents: &mut Vec<AgentFacts>) {
    let mut first: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut kept: Vec<AgentFacts> = Vec::new();
    for agent in std::mem::take(agents) {
        let known = (agent.client == CARD)
            .then(|| first.get(&(agent.name.clone(), agent.at.clone())).copied())
            .flatten()
            .and_then(|it| kept.get_mut(it));
        if let Some(known) = known {
            known.places.extend(agent.places);
            known.credentials.extend(agent.credentials);
            known.servers.extend(agent.servers);
            known.instructions.extend(agent.instructions);
            known.program.append(agent.program);
        } else {
            if agent.client == CARD {
                first.insert((agent.name.clone(), agent.at.clone()), kept.len());
            }
            kept.push(agent);
        }
    }
    *agents = kept;
}

/// Says of `agent` what `card` announces. What it does is read from its code: skills are what others may ask of that.
fn announce(agent: &mut AgentFacts, card: AgentFacts) {
    agent.places.extend(card.places);
    agent.credentials.extend(card.credentials);
    agent.servers.extend(card.servers);
    agent.instructions.extend(card.instructions);
    agent.model = agent.model.take().or(card.model);
    let mut program = card.program;
    let skills = std::mem::take(&mut program.tools);
    program.said.extend(skills.into_iter().map(|it| (format!("skill: {}", it.name), it.place)));
    agent.program.append(program);
}
