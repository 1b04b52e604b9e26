//! Agents in small programs of each framework, as lines: what a careful reader of the program would write down.

mod classes;
mod clients;
mod crews;
mod dispatch;
mod flows;
mod follow;
mod handed;
mod hosted;
mod lists;
mod mounted;
mod python;
mod registries;
mod requests;
mod served;
mod typescript;
mod workflows;

use std::sync::Arc;

use ambit_catalog::Catalog;
use ambit_code::agents::{self, Agent, Found};
use ambit_code::{python as py, typescript as ts};
use ambit_model::Gate;
use ambit_model::facts::{Known, OwnTool, Target};

/// What the files say, found.
pub(crate) fn found(files: &[(&str, &str)]) -> Found {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let modules = files.iter().map(|(path, text)| {
        let module = match path.rsplit('.').next() {
            Some("py") => py::parse(path, text),
            Some("ipynb") => py::notebook(path, text),
            _ => ts::parse(path, text),
        };
        assert_eq!(module.faults, [], "{path}");
        module
    });
    agents::read(modules.collect(), &Arc::default(), &catalog)
}

/// The agents of the files, a line for each thing that is known of one.
pub(crate) fn lines(files: &[(&str, &str)]) -> Vec<String> {
    let mut lines = Vec::new();
    let found = found(files);
    for agent in &found.agents {
        one(agent, &mut lines);
    }
    for served in &found.served {
        lines.push(format!("serves {} from {}", served.name, served.path));
        lines.extend(served.tools.iter().map(|it| format!("  {}", tool(it))));
    }
    lines
}

fn one(agent: &Agent, lines: &mut Vec<String>) {
    let facts = &agent.facts;
    let model = facts.model.as_ref().map(|(it, _)| format!(" on {it}")).unwrap_or_default();
    lines.push(format!("{} {}{model}", facts.client, facts.name));
    let program = &facts.program;
    lines.extend(program.tools.iter().map(|it| format!("  {}", tool(it))));
    for server in &agent.servers {
        let only = server.only.as_ref().map(|it| format!(" only {}", it.join(","))).unwrap_or_default();
        let asked = if server.asked { " asked" } else { "" };
        lines.push(format!("  server {}{only}{asked}", server.name.as_deref().unwrap_or("-")));
    }
    for hand in &program.hands {
        let to = match &hand.to {
            Target::Agent { name, .. } => name.clone(),
            Target::Address(url) => url.clone(),
            Target::Named(name) => format!("named {name}"),
        };
        let asked = if hand.gate == Gate::Asked { " asked" } else { "" };
        lines.push(format!("  hands to {to} {}{asked}", hand.how));
    }
    for kept in &program.keeps {
        lines.push(format!("  keeps {} for {:?}", kept.on.name, kept.kept_for).to_lowercase());
    }
    for start in &program.starts {
        lines.push(format!("  started by {} of {}", start.event, start.trust));
    }
    for insert in &program.prompts {
        lines.push(format!("  is told {} of {}", insert.what, insert.trust));
    }
    lines.extend(
        program.limits.iter().filter(|it| it.place.is_some()).map(|it| format!("  limit {}", it.raw)),
    );
    lines.extend(program.guards.iter().map(|it| format!("  guard {}", it.name)));
    lines.extend(program.unresolved.iter().map(|it| format!("  unresolved {}: {}", it.what, it.raw)));
}

fn tool(tool: &OwnTool) -> String {
    let known = match &tool.known {
        Known::Nothing => " unknown",
        Known::Catalog(_) => " of the library",
        Known::Body | Known::Declared | Known::Definition => "",
    };
    let asked = if tool.gate == Gate::Asked { " asked" } else { "" };
    format!("tool {}{known}{asked}", tool.name)
}
