//! An agent whose tools come from many suppliers.

use std::collections::BTreeSet;

use ambit_model::facts::{Known, Pin, ServerFacts};
use ambit_model::{AgentFacts, AssetId, Place, Trust};

use super::{Answer, Pattern, Seen, count, listed};
use crate::scene::Scene;

pub(super) const PATTERN: Pattern = Pattern { id: "plug-in-rich", recognise, answer };

/// How many suppliers of one agent are many: of three a reader keeps in mind what each is for.
const MANY: usize = 4;

fn recognise(scene: &Scene<'_>) -> Option<Seen> {
    let mut seen = Seen::default();
    let mut most = 0;
    for (agent, facts) in scene.agents() {
        let suppliers = suppliers(scene, agent, facts);
        if suppliers.len() < MANY {
            continue;
        }
        most = most.max(suppliers.len());
        seen.agents.insert(agent.clone());
        seen.evidence.extend(suppliers.into_iter().map(|it| it.1.clone()));
    }
    seen.because = format!("{} suppliers for one agent, among {}", most, super::names(scene, &seen.agents));
    (!seen.agents.is_empty()).then_some(seen)
}

/// Who supplies it: servers, libraries whose tools it is given, and skills from outside, each with its line.
fn suppliers<'a>(scene: &Scene<'a>, agent: &AssetId, facts: &'a AgentFacts) -> BTreeSet<(String, &'a Place)> {
    let servers = scene.servers(agent).map(|(id, it)| (id.as_str().to_owned(), &it.place));
    let tools = facts.program.tools.iter().filter_map(|it| match &it.known {
        Known::Catalog(_) => Some((it.owner.clone(), &it.given)),
        _ => None,
    });
    let texts = facts.instructions.iter().filter(|it| it.trust < Trust::Organization);
    let texts = texts.map(|it| (format!("text {}", it.place.path), &it.place));
    let mut named = BTreeSet::new();
    servers.chain(tools).chain(texts).filter(|(name, _)| named.insert(name.clone())).collect()
}

fn answer(scene: &Scene<'_>, seen: &Seen, id: &str) -> Option<Answer> {
    let servers = || {
        let used = seen.agents.iter().flat_map(|it| scene.servers(it)).map(|it| &it.0);
        let used: BTreeSet<&AssetId> = used.collect();
        used.into_iter().filter_map(|it| Some((it, scene.map.servers.get(it)?))).collect::<Vec<_>>()
    };
    match id {
        "fixed" => Some(share(scene, &servers(), "pinned to a version or digest", is_fixed)),
        "boxed" => Some(share(scene, &servers(), "run in a container", |it| it.launch.contained)),
        "known" => Some(known(scene, seen, &servers())),
        _ => None,
    }
}

/// Whether what runs is what somebody has looked at; what is reached at an address is not.
fn is_fixed(server: &ServerFacts) -> bool {
    let package = server.launch.package.as_ref();
    package.is_some_and(|it| matches!(it.pin, Pin::Exact(_) | Pin::Digest(_)))
}

fn share(
    scene: &Scene<'_>,
    servers: &[(&AssetId, &ServerFacts)],
    what: &str,
    has: impl Fn(&ServerFacts) -> bool,
) -> Answer {
    let without: Vec<_> = servers.iter().filter(|(_, it)| !has(it)).collect();
    let all = count(servers.len(), "server");
    let text = match without.len() {
        0 => format!("all of {all} are {what}"),
        some if some == servers.len() => format!("none of {all} is {what}"),
        some => {
            let names = listed(without.iter().map(|(id, _)| scene.map.name(id).to_owned()));
            format!("{} of {all} are {what}; {names} not", servers.len() - some)
        }
    };
    Answer::says(text).at(without.iter().filter_map(|(_, it)| it.places.first()))
}

fn known(scene: &Scene<'_>, seen: &Seen, servers: &[(&AssetId, &ServerFacts)]) -> Answer {
    let unknown = seen.agents.iter().flat_map(|it| scene.open_by(it, &[ambit_model::Verb::MayReach]));
    let unknown: Vec<_> = unknown.map(|it| it.0).collect();
    let of = |via: &AssetId| scene.map.tools.get(via).and_then(|it| it.server.clone());
    let named: BTreeSet<AssetId> = unknown.iter().filter_map(|it| of(it.edge.via.as_ref()?)).collect();
    let text = match (named.len(), unknown.len()) {
        (_, 0) => format!("something is known of every tool of {}", count(servers.len(), "server")),
        (0, some) => format!("nothing is known of {}", count(some, "tool")),
        (some, _) => format!(
            "nothing is known of {some} of {}: {}",
            count(servers.len(), "server"),
            listed(named.iter().map(|it| scene.map.name(it).to_owned()))
        ),
    };
    Answer::says(text).by(unknown.iter().map(|it| it.no))
}
