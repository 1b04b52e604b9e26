//! What programs give their agents, as single lines.

use ambit_model::Effect;
use ambit_model::facts::{AgentFacts, Known, OwnTool, Target};

/// `name (how it is known, gate): effects`.
pub(crate) fn tool(it: &OwnTool) -> String {
    let known = match &it.known {
        Known::Body => "body",
        Known::Catalog(_) => "catalog",
        Known::Declared => "declared",
        Known::Definition => "definition",
        Known::Nothing => "nothing",
    };
    let effects: Vec<String> =
        it.effects.iter().map(|it| format!("{} {}", effect(&it.effect), it.on.id)).collect();
    let effects = if effects.is_empty() { String::new() } else { format!(": {}", effects.join(", ")) };
    format!("{} ({known}, {:?}){effects}", it.name, it.gate)
        .replace("Auto", "auto")
        .replace("Asked", "asked")
        .replace("Denied", "denied")
}

pub(crate) fn tools(agent: &AgentFacts) -> Vec<String> {
    agent.program.tools.iter().map(tool).collect()
}

fn effect(effect: &Effect) -> String {
    match effect {
        Effect::Ingests { trust } => format!("ingests {trust}"),
        Effect::Reads { level, .. } => format!("reads {level}"),
        Effect::Sends { audience, .. } => format!("sends {audience}"),
        Effect::Writes { reversibility, blast_radius } => {
            format!("writes {reversibility:?}/{blast_radius:?}").to_lowercase()
        }
        Effect::Executes { r#where } => format!("executes {where}"),
        other => format!("{other:?}").split_whitespace().next().unwrap_or_default().to_lowercase(),
    }
}

/// `event: trust, guarded`.
pub(crate) fn starts(agent: &AgentFacts) -> Vec<String> {
    let shown = agent.program.starts.iter();
    shown
        .map(|it| format!("{}: {}{}", it.event, it.trust, if it.guard.is_some() { ", guarded" } else { "" }))
        .collect()
}

pub(crate) fn said(agent: &AgentFacts) -> Vec<&str> {
    agent.program.said.iter().map(|(it, _)| it.as_str()).collect()
}

pub(crate) fn addresses(agent: &AgentFacts) -> Vec<String> {
    agent.program.addresses.iter().map(|(url, it)| format!("{url} {}:{}", it.line, it.column)).collect()
}

/// `what: raw line:column`.
pub(crate) fn unresolved(agent: &AgentFacts) -> Vec<String> {
    let shown = agent.program.unresolved.iter();
    shown.map(|it| format!("{}: {} {}:{}", it.what, it.raw, it.place.line, it.place.column)).collect()
}

/// `to whom (how)`.
pub(crate) fn hands(agent: &AgentFacts) -> Vec<String> {
    let shown = agent.program.hands.iter().map(|it| {
        let to = match &it.to {
            Target::Agent { client, name, at } => format!("{client}/{name}@{at}"),
            Target::Address(it) | Target::Named(it) => it.clone(),
        };
        format!("{to} ({}){}", it.how, if it.shares_context { " sharing its context" } else { "" })
    });
    shown.collect()
}

/// `object reads writes`.
pub(crate) fn keeps(agent: &AgentFacts) -> Vec<String> {
    let shown = agent.program.keeps.iter().map(|it| {
        let trust = it.on.trust.map(|it| format!(" {it}")).unwrap_or_default();
        format!(
            "{}{trust}{}{}",
            it.on.id,
            if it.reads { " read" } else { "" },
            if it.writes { " written" } else { "" }
        )
    });
    shown.collect()
}
