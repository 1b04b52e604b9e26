//! Kiro: servers with their approvals, agents, hooks of the editor, steering.

use ambit_model::Place;
use ambit_model::facts::InstructionKind;

use super::amazon_q::agent;
use super::kiro_permissions;
use super::record::{body, builtin, hook, instruction, of_server, rules_file};
use super::server_entry::{approvals, read_all};
use super::{Form, Reader, Text, in_folder, in_home, nowhere_else};
use crate::fragment::{Fragment, Sink};
use crate::tree::{Syntax, View};

const CLIENT: &str = "kiro";

pub(super) const SERVERS: Reader = Reader {
    id: "kiro-servers",
    places: &[
        in_folder(".kiro/settings/mcp.json"),
        in_home(".kiro/settings/mcp.json"),
        in_home(".kiro/powers/installed/*/mcp.json"),
    ],
    form: Form::Tree(Syntax::Json),
    marks: &[],
    accepts: nowhere_else,
    read: |text, sink| {
        let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
        let lists = [text.root.get("mcpServers"), text.root.at(&["powers", "mcpServers"])];
        for list in lists.into_iter().flatten() {
            read_all(&list, text, &mut fragment, sink);
            for (name, entry) in list.entries() {
                approvals(name, &entry, &["autoApprove"], &mut fragment);
            }
        }
        sink.fragments.push(fragment);
    },
};

pub(super) const AGENT: Reader = Reader {
    id: "kiro-agent",
    places: &[in_folder(".kiro/agents/*.json"), in_home(".kiro/agents/*.json")],
    form: Form::Tree(Syntax::Json),
    marks: &["includeMcpJson"],
    accepts: |text| text.root.get("includeMcpJson").is_some() && text.root.text_of("name").is_some(),
    read: |text, sink| {
        let fragment = of_kiro(text, sink);
        sink.fragments.push(fragment);
    },
};

pub(super) const AGENT_PAGE: Reader = Reader {
    id: "kiro-agent-page",
    places: &[in_folder(".kiro/agents/*.md"), in_home(".kiro/agents/*.md")],
    form: Form::Markdown,
    marks: &[],
    accepts: nowhere_else,
    read: |text, sink| {
        let name = text.root.text_of("name").unwrap_or_else(|| text.stem());
        let mut fragment = of_kiro(text, sink);
        body(name, InstructionKind::Prompt, text, &mut fragment);
        sink.fragments.push(fragment);
    },
};

pub(super) const STEERING: Reader = Reader {
    id: "kiro-steering",
    places: &[in_folder(".kiro/steering/**/*.md"), in_home(".kiro/steering/**/*.md")],
    form: Form::Markdown,
    marks: &[],
    accepts: nowhere_else,
    read: |text, sink| rules_file(CLIENT, text, sink),
};

pub(super) const HOOK: Reader = Reader {
    id: "kiro-hook",
    places: &[in_folder(".kiro/hooks/*.kiro.hook"), in_folder(".kiro/hooks/*.json")],
    form: Form::Tree(Syntax::Json),
    marks: &["askAgent", "runCommand", "\"trigger\""],
    accepts: |text| {
        let older = text.root.at(&["when", "type"]).is_some() && text.root.at(&["then", "type"]).is_some();
        older || !triggered(&text.root).is_empty()
    },
    read,
};

/// An agent has permissions by capability too, and names groups of tools.
fn of_kiro(text: &Text<'_>, sink: &mut Sink) -> Fragment {
    let name = text.root.text_of("name").unwrap_or_else(|| text.stem());
    let mut fragment = agent(CLIENT, Some(name), text, sink);
    kiro_permissions::of_agent(text, &mut fragment);
    for tool in fragment.tools.iter_mut().flatten() {
        if *tool == builtin("web") {
            *tool = builtin("web_*");
        } else if *tool == of_server("mcp", "*") {
            *tool = of_server("*", "*");
        }
    }
    fragment
}

/// Entries of the newer form: a list of hooks, each with a trigger and an action.
fn triggered<'a>(root: &View<'a>) -> Vec<View<'a>> {
    let hooks = root.get("hooks").filter(View::is_list).map(|it| it.items()).unwrap_or_default();
    hooks.into_iter().filter(|it| it.text_of("trigger").is_some() && it.get("action").is_some()).collect()
}

fn read(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    let root = &text.root;
    if let (Some(event), Some(action)) = (root.at(&["when", "type"]), root.get("then")) {
        one(root, event.text().unwrap_or_default(), &action, text, &mut fragment);
    }
    for entry in triggered(root) {
        if let Some(action) = entry.get("action") {
            one(&entry, entry.text_of("trigger").unwrap_or_default(), &action, text, &mut fragment);
        }
    }
    sink.fragments.push(fragment);
}

/// A hook runs a command, or says something to the agent as if the user had.
fn one(entry: &View<'_>, event: &str, action: &View<'_>, text: &Text<'_>, fragment: &mut Fragment) {
    if entry.is_false("enabled") {
        return;
    }
    if let Some(line) = action.get("command") {
        hook(event, &line, false, text, fragment);
    }
    if let Some(prompt) = action.get("prompt") {
        let name = entry.text_of("name").unwrap_or_else(|| text.stem());
        let place: Place = prompt.place();
        instruction(name, InstructionKind::Prompt, prompt.text().unwrap_or_default(), place, fragment);
    }
}
