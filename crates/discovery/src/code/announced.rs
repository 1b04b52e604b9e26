//! What files say is served, joined with the programs that they name.

use ambit_model::Trust;
use ambit_model::facts::{AgentFacts, Object, Trigger, Unresolved};

use crate::fragment::Sink;

/// Joins what files say is served with the agents of the programs that they name; where a program is not there, its
/// agent is one of which nothing else is known.
pub(crate) fn announced(sink: &mut Sink) {
    for it in std::mem::take(&mut sink.announced) {
        let trigger = Trigger {
            event: "http request".to_owned(),
            trust: if it.authenticated.is_some() { Trust::Organization } else { Trust::Public },
            from: Object {
                trust: Some(Trust::Public),
                ..Object::named("channel:http", "Whoever can call its address")
            },
            brings_text: true,
            guard: it.authenticated,
            place: it.place.clone(),
        };
        let own: Vec<usize> = sink
            .agents
            .iter()
            .enumerate()
            .filter(|(_, agent)| {
                agent.client == it.client && agent.places.iter().any(|at| *at.path == *it.path)
            })
            .map(|(index, _)| index)
            .collect();
        let named =
            own.iter().find(|index| sink.agents.get(**index).is_some_and(|agent| agent.name == it.symbol));
        let found =
            named.or(own.first().filter(|_| own.len() == 1)).and_then(|index| sink.agents.get_mut(*index));
        if let Some(agent) = found {
            agent.program.starts.push(trigger);
            agent.places.push(it.place);
            continue;
        }
        let at = it.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut agent = AgentFacts::bare(it.client, it.name, at, it.place.clone());
        agent.program.starts.push(trigger);
        let raw = format!("{}:{}", it.path, it.symbol);
        agent.program.unresolved.push(Unresolved { what: "tools".to_owned(), raw, place: it.place });
        sink.agents.push(agent);
    }
}
