//! One agent that decides what others and its tools do.

use std::collections::BTreeSet;

use ambit_model::{AssetId, Verb};

use super::{Answer, Pattern, Seen, count, is_program, lines, listed, names, unasked};
use crate::handed::handed;
use crate::map::Row;
use crate::rules::ACTIONS;
use crate::scene::Scene;

pub(super) const PATTERN: Pattern = Pattern { id: "planner-with-tools", recognise, answer };

/// How many agents of the map one hands work to: with one it is a pair.
const WORKERS: usize = 2;

/// How many tools that act an agent without a client has: with fewer there is not much to plan. The tools of a
/// client's own agent are what everybody's has, so that one counts by its workers alone.
const TOOLS: usize = 3;

fn recognise(scene: &Scene<'_>) -> Option<Seen> {
    let mut seen = Seen::default();
    let (mut workers, mut tools) = (0, 0);
    for (agent, facts) in scene.agents() {
        let direct = workers_of(scene, agent);
        let acting = if is_program(scene, agent) { acting(scene, agent) } else { Vec::new() };
        let by_tools = acting.iter().filter_map(|it| it.edge.via.as_ref()).collect::<BTreeSet<_>>().len();
        let hands_on = direct.iter().map(|it| &it.edge.to).collect::<BTreeSet<_>>().len();
        if hands_on < WORKERS && by_tools < TOOLS {
            continue;
        }
        seen.agents.insert(agent.clone());
        if hands_on >= WORKERS {
            workers += hands_on;
            seen.edges.extend(direct.iter().map(|it| it.no));
            seen.evidence.extend(direct.iter().flat_map(|it| lines(*it)).cloned());
        } else {
            tools += by_tools;
            seen.edges.extend(acting.iter().map(|it| it.no));
            seen.evidence.extend(facts.places.first().cloned());
        }
    }
    let by = [(workers, "agent"), (tools, "tool that acts")];
    let by = by.into_iter().filter(|it| it.0 > 0).map(|(number, noun)| match noun {
        "agent" => format!("hands work to {}", count(number, noun)),
        _ => format!("has {number} tools that act"),
    });
    seen.because = format!("{} {}", names(scene, &seen.agents), by.collect::<Vec<_>>().join(" and "));
    (!seen.agents.is_empty()).then_some(seen)
}

/// The edges over which it hands work to agents of the map.
fn workers_of<'a>(scene: &Scene<'a>, agent: &AssetId) -> Vec<Row<'a>> {
    let hands = scene.open_by(agent, &[Verb::Delegates]).map(|it| it.0);
    hands.filter(|it| scene.map.agents.contains_key(&it.edge.to)).collect()
}

/// What its tools change or send.
fn acting<'a>(scene: &Scene<'a>, agent: &AssetId) -> Vec<Row<'a>> {
    let acts = scene.open_by(agent, ACTIONS).chain(scene.open_by(agent, &[Verb::Sends]));
    acts.map(|it| it.0).filter(|it| it.edge.via.is_some()).collect()
}

fn answer(scene: &Scene<'_>, seen: &Seen, id: &str) -> Option<Answer> {
    Some(match id {
        "consequence" => unasked(scene, &with_workers(scene, seen)),
        "steered" => steered(scene, seen),
        "end" => return end(scene, seen),
        "workers" => workers(scene, seen),
        _ => return None,
    })
}

/// The planners with those that work gets to.
fn with_workers(scene: &Scene<'_>, seen: &Seen) -> BTreeSet<AssetId> {
    let reached =
        seen.agents.iter().flat_map(|it| handed(scene, it).into_keys().cloned().collect::<Vec<_>>());
    seen.agents.iter().cloned().chain(reached).collect()
}

fn steered(scene: &Scene<'_>, seen: &Seen) -> Answer {
    let open = seen.agents.iter().filter_map(|it| Some((it, scene.influence(it)?, scene.source(it)?)));
    let open: Vec<_> = open.collect();
    if open.is_empty() {
        return Answer::says("nothing that outsiders write gets into its context on this map");
    }
    let sources = listed(open.iter().map(|(.., source)| scene.map.name(source).to_owned()));
    let agents = listed(open.iter().map(|(agent, ..)| scene.map.name(agent).to_owned()));
    let edges = open.iter().flat_map(|(_, way, _)| way.edges.iter().copied()).collect::<Vec<_>>();
    Answer::says(format!("yes: outsiders write {sources}, and that gets into {agents}")).by(edges)
}

/// Only a program says what ends its loop; a client ends its agent's in its own way.
fn end(scene: &Scene<'_>, seen: &Seen) -> Option<Answer> {
    let programs: Vec<_> = seen.agents.iter().filter(|it| is_program(scene, it)).collect();
    let facts: Vec<_> = programs.iter().filter_map(|it| Some((*it, scene.map.agents.get(*it)?))).collect();
    if facts.is_empty() {
        return None;
    }
    let limits: Vec<_> = facts.iter().flat_map(|(_, it)| &it.program.limits).collect();
    let without = facts.iter().filter(|(_, it)| it.program.limits.is_empty());
    let without: Vec<String> = without.map(|(agent, _)| scene.map.name(agent).to_owned()).collect();
    let said = if limits.is_empty() {
        "no limit on steps, time or cost is on the map".to_owned()
    } else {
        listed(limits.iter().map(|it| it.raw.clone()))
    };
    let text = match without.len() {
        0 => said,
        _ if limits.is_empty() => said,
        _ => format!("{said}; nothing ends {}", listed(without)),
    };
    Some(Answer::says(text).at(limits.iter().filter_map(|it| it.place.as_ref())))
}

fn workers(scene: &Scene<'_>, seen: &Seen) -> Answer {
    let worst = |agent: &AssetId| scene.open_by(agent, ACTIONS).map(|(it, _)| it.edge.tier).max();
    let mut more = Vec::new();
    let mut edges = Vec::new();
    for agent in &seen.agents {
        let own = worst(agent);
        for (other, way) in handed(scene, agent) {
            if worst(other) > own {
                more.push(scene.map.name(other).to_owned());
                edges.extend(way.edges.iter().copied());
            }
        }
    }
    if more.is_empty() {
        return Answer::says("nobody it hands work to can do anything of a higher tier than it can itself");
    }
    Answer::says(format!("{} can do what is of a higher tier than anything it can do itself", listed(more)))
        .by(edges)
}
