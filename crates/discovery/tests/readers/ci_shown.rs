//! What was read of an agent on a runner, one line per fact, for comparing many at once.

use ambit_model::Inventory;
use ambit_model::facts::{AgentFacts, Network};

use crate::shown::rules;
use crate::told::told;

/// The agent called `name`.
#[expect(clippy::panic, reason = "a test that looks for an agent that is not there has failed")]
pub(crate) fn named<'a>(inventory: &'a Inventory, name: &str) -> &'a AgentFacts {
    let found = inventory.agents.iter().find(|it| it.name == name);
    found.unwrap_or_else(|| {
        let names: Vec<&str> = inventory.agents.iter().map(|it| it.name.as_str()).collect();
        panic!("no {name} among {names:?}: {:?}", inventory.inputs.problems)
    })
}

/// `client name` of all agents.
pub(crate) fn agents(inventory: &Inventory) -> Vec<String> {
    inventory.agents.iter().map(|it| format!("{} {}", it.client, it.name)).collect()
}

/// Every fact of `agent` that begins with one of `kinds`.
pub(crate) fn facts(agent: &AgentFacts, kinds: &[&str]) -> Vec<String> {
    let mut all = told(agent);
    all.extend(
        agent.program.scripts.iter().map(|it| format!("script `{}` {} {}", it.what, it.trust, it.place.line)),
    );
    for token in &agent.program.tokens {
        let lets = token.lets.iter().map(|it| {
            let on = it.effect.on.id.as_str();
            let verb =
                format!("{:?}", it.effect.effect).split([' ', '{']).next().unwrap_or_default().to_lowercase();
            format!("token {}: {verb} {on} {}", token.name, it.effect.confidence.word())
        });
        all.extend(lets);
    }
    all.extend(agent.hooks.iter().filter_map(|it| {
        let package = it.package.as_ref()?;
        Some(format!(
            "package {}/{} {:?} {}",
            package.ecosystem, package.name, package.pin, package.place.line
        ))
    }));
    if let Some(runner) = &agent.runner {
        let network = match &runner.network {
            Network::Open => "open".to_owned(),
            Network::Closed => "closed".to_owned(),
            Network::Hosts(hosts) => hosts.join(" "),
        };
        all.push(format!("runner network {network}"));
        all.extend(runner.foreign_code.iter().map(|it| format!("runner runs code of outsiders {}", it.line)));
        if !runner.throwaway {
            all.push("runner stays".to_owned());
        }
    }
    all.sort();
    all.dedup();
    all.retain(|it| kinds.iter().any(|kind| it.starts_with(kind)));
    all
}

/// The rules that let something happen, or that files state: what is refused because nobody is there is left out.
pub(crate) fn stated(agent: &AgentFacts) -> Vec<String> {
    let mut own = agent.clone();
    own.rules.retain(|it| !it.raw.starts_with("unattended"));
    rules(&own)
}
