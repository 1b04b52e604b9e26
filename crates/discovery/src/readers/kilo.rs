//! Kilo Code: `kilo.jsonc` and its agents.

use ambit_model::facts::{InstructionKind, Limit, Selector, SettingKind};
use ambit_model::{Gate, Place};

use super::claude_settings::command;
use super::record::{add, builtin, first_decides, note, of_server, of_workspace};
use super::server_entry::read_all;
use super::{Form, Reader, Text, in_folder, in_home, nowhere_else};
use crate::fragment::{Fragment, Rank, Sink};
use crate::tree::{Syntax, View};

const CLIENT: &str = "kilo";

pub(super) const CONFIG: Reader = Reader {
    id: "kilo-config",
    places: &[
        in_folder("kilo.jsonc"),
        in_folder("kilo.json"),
        in_folder(".kilo/kilo.jsonc"),
        in_folder(".kilo/kilo.json"),
        in_home(".config/kilo/kilo.jsonc"),
        in_home(".config/kilo/kilo.json"),
    ],
    form: Form::Tree(Syntax::Json),
    marks: &[],
    accepts: nowhere_else,
    read: config,
};

pub(super) const AGENT: Reader = Reader {
    id: "kilo-agent",
    places: &[in_folder(".kilo/agents/*.md"), in_home(".config/kilo/agents/*.md")],
    form: Form::Markdown,
    marks: &[],
    accepts: nowhere_else,
    read: agent,
};

fn config(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    fragment.model = text.root.get("model").and_then(|it| Some((it.text()?.to_owned(), it.place())));
    if let Some(list) = text.root.get("mcp") {
        read_all(&list, text, &mut fragment, sink);
    }
    if let Some(table) = text.root.get("permission") {
        permissions(&table, text, &mut fragment, sink);
    }
    sink.fragments.push(fragment);
}

fn agent(text: &Text<'_>, sink: &mut Sink) {
    if text.root.is_true("disable") {
        return;
    }
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    fragment.name = Some(text.root.text_of("name").unwrap_or_else(|| text.stem()).to_owned());
    fragment.model = text.root.get("model").and_then(|it| Some((it.text()?.to_owned(), it.place())));
    if let Some(table) = text.root.get("permission") {
        permissions(&table, text, &mut fragment, sink);
    }
    let line = Place::new(text.path, text.body.1, 1);
    fragment.instructions.push(of_workspace(text.path, InstructionKind::Prompt, text.body_text(), line));
    sink.fragments.push(fragment);
}

/// An action for all, or per tool; per tool an action, or one per pattern, of which the last that matches
/// decides, as in the client that this one is made from.
fn permissions(table: &View<'_>, text: &Text<'_>, fragment: &mut Fragment, sink: &mut Sink) {
    let mut rules = Vec::new();
    if table.text().is_some() {
        rules.push((Selector::Any, "permission".to_owned(), table.clone()));
    }
    for (tool, value) in table.entries() {
        if value.is_map() {
            for (pattern, action) in value.entries() {
                rules.push((selector(tool, pattern), format!("{tool}: {pattern}"), action));
            }
        } else {
            rules.push((selector(tool, "*"), tool.to_owned(), value));
        }
    }
    let mut known = Vec::new();
    for (selects, name, view) in rules.into_iter().rev() {
        let (gate, rank) = match view.text() {
            Some("allow") => (Gate::Auto, Rank::Allow),
            Some("ask") => (Gate::Asked, Rank::Ask),
            Some("deny") => (Gate::Denied, Rank::Deny),
            _ => {
                let help = "it is `allow`, `ask` or `deny`";
                sink.problems.push(text.problem(&view, format!("`{name}` has no action"), help));
                continue;
            }
        };
        let raw = format!("{name}: {}", view.text().unwrap_or_default());
        if name.starts_with("external_directory") && gate == Gate::Auto {
            note(SettingKind::WidensFiles, raw.as_str(), &view, fragment);
        }
        known.push((selects, gate, rank, raw, view));
    }
    let ranks = first_decides(&known.iter().map(|it| it.2).collect::<Vec<_>>());
    for ((selects, gate, _, raw, view), rank) in known.into_iter().zip(ranks) {
        add(rank, selects, gate, (&view, &raw), fragment);
    }
}

fn selector(tool: &str, pattern: &str) -> Selector {
    if tool == "*" {
        return Selector::Any;
    }
    if let Some(rest) = tool.strip_prefix("mcp__") {
        let (server, tool) = rest.split_once("__").unwrap_or((rest, "*"));
        return of_server(server, tool);
    }
    if matches!(pattern, "*" | "**") {
        return builtin(tool);
    }
    let limit = match tool {
        "bash" => command(pattern),
        "webfetch" => Limit::Domain(pattern.to_owned()),
        _ => Limit::Path(pattern.to_owned()),
    };
    Selector::Builtin { tool: tool.to_owned(), limit: Some(limit) }
}
