//! Claude Code's sub-agents: Markdown with front matter in `agents/`.

use ambit_model::Gate;
use ambit_model::facts::InstructionKind;

use super::claude_plugin::{of_plugin, plugin_folder};
use super::claude_rules::{OWN, listed, mode, only_known};
use super::claude_settings::MAY_APPROVE;
use super::instructions::loaded;
use super::record::{add, grouped_hooks};
use super::server_entry::read_all;
use super::{Form, Reader, Text, in_folder, in_home};
use crate::fragment::{Fragment, Rank, Sink};

pub(super) const READER: Reader = Reader {
    id: "claude-agent",
    places: &[
        in_folder(".claude/agents/**/*.md"),
        in_home(".claude/agents/**/*.md"),
        in_home(".claude/plugins/cache/**/agents/*.md"),
    ],
    form: Form::Markdown,
    marks: &["description:"],
    accepts,
    read,
};

/// Words for models that only this client has.
const MODELS: &[&str] = &["sonnet", "opus", "haiku", "inherit"];

/// An agent says at least when to call it, and something of what it may: in the folder of a plug-in anything,
/// elsewhere in words that only this client has.
fn accepts(text: &Text<'_>) -> bool {
    let root = &text.root;
    if root.text_of("name").is_none()
        || root.text_of("description").is_none()
        || root.get("allowed-tools").is_some()
        || text.path.ends_with(".agent.md")
        || text.path.ends_with("SKILL.md")
    {
        return false;
    }
    let of_agent = ["tools", "disallowedTools", "model", "color", "permissionMode"];
    let in_folder = text.path.rsplit('/').nth(1) == Some("agents");
    in_folder && of_agent.iter().any(|it| root.get(it).is_some())
        || root.text_of("model").is_some_and(|it| MODELS.contains(&it))
        || root.get("tools").is_some_and(|it| only_known(&it, text))
}

fn read(text: &Text<'_>, sink: &mut Sink) {
    let location = match plugin_folder(text.path, "agents/") {
        Some(folder) if !text.location.placed => of_plugin(folder, text),
        _ => text.location.clone(),
    };
    let mut fragment = Fragment::new("claude-code", location, text.start());
    let root = &text.root;
    fragment.name = Some(root.text_of("name").unwrap_or_else(|| text.stem()).to_owned());
    fragment.model = root.get("model").and_then(|it| match it.text()? {
        "inherit" => None,
        model => Some((model.to_owned(), it.place())),
    });
    // Without the key a sub-agent has every tool that the main agent has.
    if let Some(view) = root.get("tools") {
        let tools = listed(&view, text, &mut fragment, sink);
        fragment.tools = Some(tools.into_iter().map(|(it, _)| it.selects).collect());
    }
    if let Some(view) = root.get("disallowedTools") {
        for (rule, item) in listed(&view, text, &mut fragment, sink) {
            let raw = format!("disallowedTools: {}", rule.raw);
            add(Rank::Deny, rule.selects, Gate::Denied, (&item, &raw), &mut fragment);
        }
    }
    if let Some(view) = root.get("permissionMode") {
        mode(OWN, &view, text, &mut fragment, sink);
    }
    if let Some(view) = root.get("mcpServers") {
        // Names point at servers that the main agent has; objects are servers of its own.
        for list in view.items().iter().chain([&view]).filter(|it| it.is_map()) {
            read_all(list, text, &mut fragment, sink);
        }
    }
    if let Some(events) = root.get("hooks") {
        grouped_hooks(&events, MAY_APPROVE, text, &mut fragment);
    }
    fragment.instructions.push(loaded(text.path, InstructionKind::Prompt, text));
    sink.fragments.push(fragment);
}
