//! What a flow gives an agent, one line per fact, for comparing many at once.

use ambit_model::facts::{AgentFacts, Known, OwnEffect, OwnTool, Target};
use ambit_model::{Effect, Gate};

/// Every fact of `agent`, sorted.
pub(crate) fn told(agent: &AgentFacts) -> Vec<String> {
    let program = &agent.program;
    let mut all: Vec<String> = Vec::new();
    all.extend(agent.model.iter().map(|(model, place)| format!("model {model} {}", place.line)));
    all.extend(program.tools.iter().flat_map(tool));
    all.extend(agent.servers.iter().map(|it| {
        let only = it.only.as_ref().map(|it| format!(" only {}", it.join(" "))).unwrap_or_default();
        format!("server {}{only} {}", it.name, it.place.line)
    }));
    all.extend(program.hands.iter().map(|it| {
        let to = match &it.to {
            Target::Agent { name, .. } => name.clone(),
            other => format!("{other:?}"),
        };
        let back = if it.returns { "and back " } else { "" };
        format!("hands {to} {back}{}{}", gate(it.gate), it.place.line)
    }));
    all.extend(program.keeps.iter().map(|it| {
        let ways = [(it.reads, "reads "), (it.writes, "writes ")];
        let ways: String = ways.iter().filter(|it| it.0).map(|it| it.1).collect();
        let trust = it.on.trust.map(|it| format!("{it} ")).unwrap_or_default();
        format!("keeps {} {ways}{trust}{:?} {}", it.on.id, it.kept_for, it.place.line).to_lowercase()
    }));
    all.extend(program.starts.iter().map(|it| {
        let text = if it.brings_text { "with text " } else { "" };
        let guard = it.guard.as_ref().map(|it| format!("guarded by {} ", it.line)).unwrap_or_default();
        format!("start {} {} {text}{guard}{}", it.event, it.trust, it.place.line)
    }));
    all.extend(program.prompts.iter().map(|it| {
        let among = if it.among_instructions { "among instructions " } else { "" };
        format!("prompt `{}` {} {among}{}", it.what, it.trust, it.place.line)
    }));
    all.extend(program.answers.iter().map(|it| format!("answers {} {}", it.audience, it.place.line)));
    all.extend(program.limits.iter().map(|it| format!("limit {}", it.raw)));
    all.extend(
        program.approvals.iter().map(|it| {
            format!("approval {} {:?} [{}] {}", it.how, it.shows, it.tools.join(", "), it.place.line)
        }),
    );
    all.extend(program.guards.iter().map(|it| format!("guard {} {} {}", it.how, it.name, it.place.line)));
    all.extend(program.unresolved.iter().map(|it| format!("unresolved {} {}", it.what, it.place.line)));
    all.extend(program.said.iter().map(|it| format!("note {}", it.0)));
    all.extend(agent.credentials.iter().map(|it| {
        let value = if it.value.is_some() { " in the clear" } else { "" };
        format!("credential {} {}{value} {}", it.name, it.kind, it.place.line)
    }));
    all.extend(agent.instructions.iter().map(|it| format!("told {}", it.place.line)));
    all.sort();
    all.dedup();
    all
}

fn gate(gate: Gate) -> String {
    if gate == Gate::Auto { String::new() } else { format!("{} ", gate.word()) }
}

/// `tool NAME: EFFECT ON OBJECT GATE LINE`, one per effect.
fn tool(tool: &OwnTool) -> Vec<String> {
    let line = tool.place.line;
    let name = &tool.name;
    let gate = gate(tool.gate);
    match tool.known {
        Known::Nothing => return vec![format!("tool {name}: unknown {gate}{line}")],
        Known::Definition => return vec![format!("tool {name}: by its definition {gate}{line}")],
        Known::Body | Known::Catalog(_) | Known::Declared => {}
    }
    if tool.effects.is_empty() {
        return vec![format!("tool {name}: nothing {gate}{line}")];
    }
    tool.effects.iter().map(|it| format!("tool {name}: {} {gate}{line}", effect(it))).collect()
}

fn effect(it: &OwnEffect) -> String {
    let what = match &it.effect {
        Effect::Ingests { trust } => format!("ingests {trust}"),
        Effect::Reads { level, .. } => format!("reads {level}"),
        Effect::Sends { audience, .. } => format!("sends {audience}"),
        Effect::Writes { reversibility, blast_radius } => format!("writes {reversibility} {blast_radius}"),
        Effect::Executes { r#where } => format!("executes {}", r#where.word()),
        Effect::Spends { .. } => "spends".to_owned(),
        other => format!("{other:?}").to_lowercase(),
    };
    format!("{what} {}", it.on.id)
}
