//! A person who decides about some of the calls.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::facts::Shown;
use ambit_model::{AgentFacts, AssetId, Gate, Tier, Trust};

use super::{Answer, Pattern, Seen, count, listed, names, unasked};
use crate::map::Row;
use crate::rules::ACTIONS;
use crate::scene::Scene;

pub(super) const PATTERN: Pattern = Pattern { id: "human-in-the-loop", recognise, answer };

fn recognise(scene: &Scene<'_>) -> Option<Seen> {
    let mut seen = Seen::default();
    let (mut approvals, mut lines) = (0, 0);
    for (agent, facts) in scene.agents() {
        let asked = asked(scene, agent);
        if facts.program.approvals.is_empty() && asked.is_empty() {
            continue;
        }
        seen.agents.insert(agent.clone());
        approvals += facts.program.approvals.len();
        let decided: BTreeSet<_> = asked.iter().filter_map(|it| it.edge.decided_by.as_ref()).collect();
        lines += decided.len();
        seen.evidence.extend(facts.program.approvals.iter().map(|it| it.place.clone()));
        seen.evidence.extend(decided.into_iter().cloned());
        seen.edges.extend(asked.iter().map(|it| it.no));
    }
    let mut by = Vec::new();
    if approvals > 0 {
        by.push(count(approvals, "approval"));
    }
    if lines > 0 {
        by.push(format!("{} that asks before calls of T2 or more", count(lines, "line")));
    }
    seen.because = format!("{} for {}", by.join(" and "), names(scene, &seen.agents));
    (!seen.agents.is_empty()).then_some(seen)
}

/// What it does of T2 or more that a line has somebody asked about. That a client asks as it comes is no design of
/// anybody here.
fn asked<'a>(scene: &Scene<'a>, agent: &AssetId) -> Vec<Row<'a>> {
    let open = scene.open_by(agent, ACTIONS);
    let by_line = open.filter(|(it, gate)| {
        let said = *gate == Gate::Asked || *gate == Gate::Prompted && !it.edge.stock;
        said && it.edge.decided_by.is_some() && it.edge.tier >= Tier::T2
    });
    by_line.map(|it| it.0).collect()
}

fn answer(scene: &Scene<'_>, seen: &Seen, id: &str) -> Option<Answer> {
    match id {
        "shown" => shown(scene, seen),
        "around" => Some(unasked(scene, &seen.agents)),
        "silenced" => Some(silenced(scene, seen)),
        "there" => there(scene, seen),
        _ => None,
    }
}

fn facts<'a>(scene: &Scene<'a>, seen: &Seen) -> Vec<(&'a AssetId, &'a AgentFacts)> {
    seen.agents.iter().filter_map(|it| scene.map.agents.get_key_value(it)).collect()
}

fn shown(scene: &Scene<'_>, seen: &Seen) -> Option<Answer> {
    let all = facts(scene, seen);
    let approvals: Vec<_> = all.iter().flat_map(|(_, it)| &it.program.approvals).collect();
    if approvals.is_empty() {
        return None;
    }
    let mut by: BTreeMap<Shown, Vec<String>> = BTreeMap::new();
    for it in &approvals {
        by.entry(it.shows).or_default().push(it.how.clone());
    }
    let said = by.into_iter().map(|(shows, how)| {
        let what = match shows {
            Shown::Call => "the call itself",
            Shown::AgentText => "text that the agent wrote",
            Shown::Unclear => "what cannot be told",
        };
        format!("{what}, by {}", listed(how))
    });
    let said: Vec<String> = said.collect();
    Some(Answer::says(said.join("; ")).at(approvals.iter().map(|it| &it.place)))
}

fn silenced(scene: &Scene<'_>, seen: &Seen) -> Answer {
    let asked: Vec<Row<'_>> = seen.agents.iter().flat_map(|it| asked(scene, it)).collect();
    let soft: Vec<&Row<'_>> = asked.iter().filter(|it| it.edge.gate == Gate::Prompted).collect();
    let text = match (asked.len(), soft.len()) {
        (0, _) => "no line says before which calls somebody is asked".to_owned(),
        (all, 0) => format!("not by whoever sits there: a rule asks before {}", count(all, "such edge")),
        (all, soft) => {
            format!("{soft} of {} can be silenced for good with one click", count(all, "such edge"))
        }
    };
    let shown = if soft.is_empty() { asked.iter().collect() } else { soft };
    Answer::says(text).by(shown.iter().map(|it| it.no))
}

/// An event starts it at any hour.
fn there(scene: &Scene<'_>, seen: &Seen) -> Option<Answer> {
    let all = facts(scene, seen);
    let starts: Vec<_> = all.iter().flat_map(|(_, it)| &it.program.starts).collect();
    let attended = starts.iter().all(|it| it.trust >= Trust::Operator);
    if starts.is_empty() || attended {
        return None;
    }
    let events = listed(starts.iter().map(|it| it.event.clone()));
    Some(
        Answer::says(format!("{events} starts it, whoever sits there")).at(starts.iter().map(|it| &it.place)),
    )
}
