//! A compact form of an inventory, one fact per line with its place, for snapshots.

use std::fmt::Write as _;

use ambit_model::Inventory;
use ambit_model::facts::{AgentFacts, Limit, Selector, ServerState};

/// All facts of `inventory`.
pub(crate) fn rendered(inventory: &Inventory) -> String {
    let mut out = String::new();
    for agent in &inventory.agents {
        of_agent(agent, &mut out);
    }
    for server in &inventory.servers {
        let launch = &server.launch;
        let mut parts = vec![format!("{:?}", launch.transport)];
        parts.extend(launch.package.as_ref().map(|it| format!("{}:{} {:?}", it.ecosystem, it.name, it.pin)));
        parts.extend(launch.url.clone());
        parts.extend(launch.script.clone());
        if launch.package.is_none() && launch.url.is_none() {
            parts.push(launch.runner.clone());
        }
        parts.push(format!("{:?}", launch.args));
        let _ = writeln!(out, "server {}: {}", server.name, parts.join(" "));
        for held in &server.credentials {
            let literal = if held.value.is_some() { "literal" } else { "reference" };
            let _ = writeln!(out, "  credential {} {:?} {literal} {}", held.name, held.holder, held.place);
        }
    }
    for problem in &inventory.inputs.problems {
        let _ =
            writeln!(out, "problem {}:{}:{} {}", problem.path, problem.line, problem.column, problem.message);
    }
    out
}

fn of_agent(agent: &AgentFacts, out: &mut String) {
    let placed = if agent.placed { "" } else { " (not placed)" };
    let _ = writeln!(out, "agent {}/{} at `{}`{placed}", agent.client, agent.name, agent.at);
    if let Some((model, place)) = &agent.model {
        let _ = writeln!(out, "  model {model} {place}");
    }
    if let Some(tools) = &agent.tools {
        let _ = writeln!(out, "  tools {}", tools.iter().map(selector).collect::<Vec<_>>().join(", "));
    }
    for rule in &agent.rules {
        let place = format!("{}:{}", rule.place, rule.place.column);
        let _ = writeln!(
            out,
            "  {:?} {} {:?} {place} `{}`",
            rule.gate,
            selector(&rule.selects),
            rule.scope,
            rule.raw
        );
    }
    for server in &agent.servers {
        let state = match &server.state {
            ServerState::Disabled(place) => format!("Disabled by {place}"),
            state => format!("{state:?}"),
        };
        let only = server.only.as_ref().map(|it| format!(" only {it:?}")).unwrap_or_default();
        let except: Vec<&str> = server.except.iter().map(|(it, _)| it.as_str()).collect();
        let except = if except.is_empty() { String::new() } else { format!(" except {except:?}") };
        let _ = writeln!(out, "  uses {} {state}{only}{except} {}", server.name, server.place);
    }
    for it in &agent.settings {
        let _ =
            writeln!(out, "  setting {:?} `{}` {:?} {} {}", it.kind, it.raw, it.scope, it.place, it.pointer);
    }
    if let Some(it) = &agent.sandbox {
        let escape = it.escape.as_ref().map(|it| format!(" escape {it}")).unwrap_or_default();
        let _ =
            writeln!(out, "  sandbox {} {:?} {:?}{escape} {}", it.enabled, it.network, it.files, it.place);
    }
    for it in &agent.instructions {
        let signals: Vec<_> = it.signals.iter().map(|it| it.kind).collect();
        let _ = writeln!(
            out,
            "  {:?} {} {:?} pinned {} {signals:?} {}",
            it.kind, it.name, it.trust, it.pinned, it.place
        );
    }
    for it in &agent.hooks {
        let package = it.package.as_ref().map(|it| format!(" {}:{} {:?}", it.ecosystem, it.name, it.pin));
        let approves = if it.may_approve { " may approve" } else { "" };
        let script = it.script.as_ref().map(|it| format!(" script {it}")).unwrap_or_default();
        let _ = writeln!(
            out,
            "  hook {} `{}`{}{script}{approves} {}",
            it.event,
            it.command,
            package.unwrap_or_default(),
            it.place
        );
    }
    for it in &agent.credentials {
        let literal = if it.value.is_some() { "literal" } else { "reference" };
        let _ = writeln!(out, "  credential {} {:?} {literal} {}", it.name, it.holder, it.place);
    }
}

fn selector(selector: &Selector) -> String {
    match selector {
        Selector::Any => "anything".to_owned(),
        Selector::Builtin { tool, limit: None } => tool.clone(),
        Selector::Builtin { tool, limit: Some(Limit::Command { text, form }) } => {
            format!("{tool}({form:?} {text})")
        }
        Selector::Builtin { tool, limit: Some(limit) } => format!("{tool}({limit:?})"),
        Selector::Server { server, tool } => format!("{server}/{tool}"),
    }
}
