//! Custom agents of GitHub Copilot, in the editor and in the cloud: `*.agent.md`, older `*.chatmode.md`.

use ambit_model::facts::{InstructionKind, Selector, SettingKind};

use super::copilot_hooks::MAY_APPROVE;
use super::record::{brings, builtin, hook, names, note, of_server, of_workspace};
use super::server_entry::read_all;
use super::{Form, Reader, Text, in_folder, in_home};
use crate::fragment::{Fragment, Sink};
use crate::tree::View;

pub(super) const READER: Reader = Reader {
    id: "copilot-agent",
    places: &[
        in_folder(".github/agents/*.md"),
        in_folder(".github/chatmodes/*.chatmode.md"),
        in_folder("agents/*.agent.md"),
        in_home(".copilot/agents/*.md"),
    ],
    form: Form::Markdown,
    marks: &["mcp-servers:", "user-invocable:", "user-invokable:", "editFiles", "runCommands", "githubRepo"],
    accepts,
    read,
};

/// Names of tools that no other client has.
const OWN_TOOLS: &[&str] =
    &["editFiles", "runCommands", "githubRepo", "vscodeAPI", "findTestFiles", "runInTerminal"];

/// The file is named so, or lists tools that only this client has, or holds servers and no trigger: with one
/// it would be a workflow.
fn accepts(text: &Text<'_>) -> bool {
    let named = text.path.ends_with(".agent.md") || text.path.ends_with(".chatmode.md");
    let tools = text.root.get("tools").map(|it| it.texts()).unwrap_or_default();
    let own = tools.iter().filter(|(name, _)| OWN_TOOLS.contains(name)).count() >= 2;
    let servers = text.root.get("mcp-servers").is_some_and(|it| it.is_map())
        && ["on", "engine", "true"].iter().all(|key| text.root.get(key).is_none());
    text.root.get("description").is_some() && (named || own || servers)
}

const CLOUD: &str = "copilot-agent";
const EDITOR: &str = "vscode";

fn read(text: &Text<'_>, sink: &mut Sink) {
    let front = &text.root;
    // Servers in the front matter are honoured in the cloud only.
    let serves = front.get("target").is_none() && front.get("mcp-servers").is_some();
    let client = match front.text_of("target") {
        target if serves || target == Some("github-copilot") => CLOUD,
        None if text.path.starts_with("~/.copilot/") => "copilot-cli",
        _ => EDITOR,
    };
    let mut fragment = agent(client, text);
    if let Some(list) = front.get("mcp-servers") {
        if client == CLOUD {
            read_all(&list, text, &mut fragment, sink);
        } else {
            note(SettingKind::Ineffective, "mcp-servers", &list, &mut fragment);
        }
    }
    let everywhere = front.get("target").is_none();
    if everywhere && client == CLOUD {
        let mut editor = agent(EDITOR, text);
        if let Some(list) = front.get("mcp-servers") {
            note(SettingKind::Ineffective, "mcp-servers", &list, &mut editor);
        }
        sink.fragments.push(editor);
    } else if everywhere && client == EDITOR {
        fragment.also = &[CLOUD, "copilot-cli"];
    }
    hooks(text, client, sink);
    sink.fragments.push(fragment);
}

/// The agent as `client` sees it.
fn agent(client: &'static str, text: &Text<'_>) -> Fragment {
    let mut location = text.location.clone();
    if !text.path.contains(".github/") && !text.path.starts_with("~/") {
        // A collection that agents are copied from; nothing loads them where they lie.
        location.placed = false;
        text.path.rsplit_once('/').map_or("", |(folder, _)| folder).clone_into(&mut location.at);
    }
    let mut fragment = Fragment::new(client, location, text.start());
    fragment.name = Some(text.root.text_of("name").unwrap_or_else(|| text.stem()).to_owned());
    fragment.model = text.root.get("model").and_then(|it| {
        let first = it.items().into_iter().next()?;
        Some((first.text()?.to_owned(), it.place()))
    });
    fragment.tools = text.root.get("tools").map(|it| selected(&it, client, text));
    let line = ambit_model::Place::new(text.path, text.body.1, 1);
    fragment.instructions.push(of_workspace(text.path, InstructionKind::Prompt, text.body_text(), line));
    fragment
}

/// Tools by name: `server/tool`, `server/*`, a built-in tool or set of tools, or a server as a whole.
fn selected(view: &View<'_>, client: &str, text: &Text<'_>) -> Vec<Selector> {
    let mut tools = Vec::new();
    for (name, _) in names(view) {
        match name.split_once('/') {
            _ if name == "*" => tools.push(Selector::Any),
            _ if brings(client, name, text) => tools.push(builtin(name)),
            Some((server, tool)) => tools.push(of_server(server, tool)),
            None => {
                tools.push(builtin(name));
                tools.push(of_server(name, "*"));
            }
        }
    }
    tools
}

/// Hooks of an agent run in its client, so they are the main agent's.
fn hooks(text: &Text<'_>, client: &'static str, sink: &mut Sink) {
    let mut fragment = Fragment::new(client, text.location.clone(), text.start());
    fragment.makes_agent = false;
    for (event, entries) in text.root.get("hooks").map(|it| it.entries()).unwrap_or_default() {
        for line in entries.items().iter().filter_map(|it| it.get("command")) {
            hook(event, &line, MAY_APPROVE.contains(&event), text, &mut fragment);
        }
    }
    if !fragment.hooks.is_empty() {
        sink.fragments.push(fragment);
    }
}
