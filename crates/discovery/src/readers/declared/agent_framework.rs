//! Declarative agents and workflows of Microsoft's Agent Framework.

use ambit_model::Gate;
use ambit_model::facts::{AgentFacts, Handoff, Selector, Target};

use super::super::{Form, Reader, Text};
use super::{agent, folder, told, tool};
use crate::fragment::{Fragment, Sink};
use crate::readers::server_entry;
use crate::tree::{Syntax, View};

const FRAMEWORK: &str = "agent-framework";

pub(in crate::readers) const READER: Reader = Reader {
    id: "agent-framework-yaml",
    places: &[],
    form: Form::Tree(Syntax::Yaml),
    marks: &["kind: Prompt", "kind: Workflow", "kind: Hosted"],
    accepts: |text| {
        let root = &text.root;
        root.text_of("kind").is_some_and(|it| matches!(it, "Prompt" | "Workflow" | "Hosted"))
            && ["instructions", "model", "tools", "trigger"].iter().any(|it| root.get(it).is_some())
    },
    read,
};

fn read(text: &Text<'_>, sink: &mut Sink) {
    let root = &text.root;
    let name = root.text_of("name").unwrap_or_else(|| text.stem());
    let mut facts = agent(FRAMEWORK, name, root, text);
    let model = root.at(&["model", "id"]).or_else(|| root.get("model"));
    facts.model = model.and_then(|it| Some((it.text()?.to_owned(), it.place())));
    told(root, &["instructions", "additionalInstructions"], &mut facts);
    for view in root.get("tools").map(|it| it.items()).unwrap_or_default() {
        one(&view, text, &mut facts, sink);
    }
    let mut budget = 2_000;
    invoked(root, text, &mut facts, &mut budget);
    sink.agents.push(facts);
}

/// A tool, by its kind.
fn one(view: &View<'_>, text: &Text<'_>, facts: &mut AgentFacts, sink: &mut Sink) {
    let kind = view.text_of("kind").unwrap_or_default();
    let path = match kind {
        "webSearch" | "web_search" => "agent_framework.HostedWebSearchTool",
        "codeInterpreter" | "code_interpreter" => "agent_framework.HostedCodeInterpreterTool",
        "fileSearch" | "file_search" => "agent_framework.HostedFileSearchTool",
        "mcp" => return server(view, text, facts, sink),
        _ => view.text_of("name").unwrap_or(kind),
    };
    facts.program.tools.push(tool(FRAMEWORK, path, view, text));
}

fn server(view: &View<'_>, text: &Text<'_>, facts: &mut AgentFacts, sink: &mut Sink) {
    let name = view.text_of("serverName").or_else(|| view.text_of("name")).unwrap_or("mcp");
    let mut fragment = Fragment::new(FRAMEWORK, text.location.clone(), view.place());
    server_entry::read(name, view, text, &mut fragment, sink);
    let asks = view.at(&["approvalMode", "kind"]).or_else(|| view.get("approvalMode"));
    if let Some(asks) = asks.filter(|it| it.text().is_some_and(|it| it.starts_with("always"))) {
        let selects = Selector::Server { server: name.to_owned(), tool: "*".to_owned() };
        facts.rules.push(server_entry::rule(selects, Gate::Asked, &asks, &fragment, "approvalMode"));
    }
    facts.servers.append(&mut fragment.servers);
}

/// Agents that a workflow invokes, wherever in its actions.
fn invoked(view: &View<'_>, text: &Text<'_>, facts: &mut AgentFacts, budget: &mut usize) {
    let Some(left) = budget.checked_sub(1) else { return };
    *budget = left;
    let kind = view.text_of("kind").unwrap_or_default();
    if kind.starts_with("Invoke") && kind.ends_with("Agent") {
        let agent = view.at(&["agent", "name"]).or_else(|| view.get("agent"));
        if let Some(name) = agent.as_ref().and_then(View::text) {
            let to = Target::Agent {
                client: FRAMEWORK.to_owned(),
                name: name.to_owned(),
                at: folder(text).to_owned(),
            };
            let how = "as a step".to_owned();
            let place = view.place();
            facts.program.hands.push(Handoff {
                to,
                gate: Gate::Auto,
                returns: true,
                shares_context: true,
                how,
                place,
            });
        }
    }
    let inner: Vec<View<'_>> =
        if view.is_list() { view.items() } else { view.entries().into_iter().map(|(_, it)| it).collect() };
    for view in inner.iter().filter(|it| it.is_list() || it.is_map()) {
        invoked(view, text, facts, budget);
    }
}
