//! Windsurf, now Devin Desktop and Devin Local: servers, permissions, hooks and sub-agents.

use ambit_model::Gate;
use ambit_model::Place;
use ambit_model::facts::{InstructionKind, Limit, Match, Selector, SettingKind};

use super::claude_settings::command;
use super::record::{add, builtin, grouped_hooks, names, note, of_server, of_workspace};
use super::server_entry::{approvals, is_flat_list, read_all};
use super::{Form, Reader, Text, in_folder, in_home, local, nowhere_else};
use crate::fragment::{Fragment, Rank, Sink};
use crate::launch::masked_line;
use crate::tree::{Syntax, View};

const CLIENT: &str = "windsurf";

pub(super) const SERVERS: Reader = Reader {
    id: "windsurf-mcp",
    places: &[
        in_home(".codeium/windsurf/mcp_config.json"),
        in_home(".config/devin/mcp_config.json"),
        in_folder(".devin/mcp_config.json"),
        local(".devin/mcp_config.local.json"),
        in_folder(".codeium/windsurf/mcp_config.json"),
    ],
    form: Form::Tree(Syntax::Json),
    marks: &["serverUrl"],
    accepts: |text| {
        let servers = text.root.get("mcpServers").map(|it| it.entries()).unwrap_or_default();
        servers.iter().any(|(_, it)| it.text_of("serverUrl").is_some())
    },
    read: servers,
};

pub(super) const CONFIG: Reader = Reader {
    id: "devin-config",
    places: &[in_folder(".devin/config.json"), in_home(".config/devin/config.json")],
    form: Form::Tree(Syntax::Json),
    marks: &[],
    accepts: nowhere_else,
    read: config,
};

pub(super) const HOOKS: Reader = Reader {
    id: "devin-hooks",
    places: &[in_folder(".devin/hooks.v1.json")],
    form: Form::Tree(Syntax::Json),
    marks: &[],
    accepts: nowhere_else,
    read: |text, sink| {
        let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
        grouped_hooks(&text.root, MAY_APPROVE, text, &mut fragment);
        sink.fragments.push(fragment);
    },
};

/// A sub-agent has a folder of its own.
pub(super) const AGENT: Reader = Reader {
    id: "devin-agent",
    places: &[in_folder(".devin/agents/*/AGENT.md"), in_home(".config/devin/agents/*/AGENT.md")],
    form: Form::Markdown,
    marks: &[],
    accepts: nowhere_else,
    read: agent,
};

/// Events whose hook may answer that a call is approved.
const MAY_APPROVE: &[&str] = &["PreToolUse", "PermissionRequest"];

fn servers(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    if text.path.contains(".codeium/") && !text.path.starts_with("~/") {
        // A copy of a home folder: the client looks into the home itself.
        fragment.location.placed = false;
    }
    match text.root.get("mcpServers") {
        Some(list) => entries(&list, text, &mut fragment, sink),
        None if is_flat_list(&text.root) => entries(&text.root, text, &mut fragment, sink),
        // An editor writes the file empty at its first start.
        None if text.root.entries().is_empty() => {}
        None => {
            let help = "servers stand in an object under `mcpServers`";
            sink.problems.push(text.problem(&text.root, "no servers in it", help));
        }
    }
    sink.fragments.push(fragment);
}

fn entries(list: &View<'_>, text: &Text<'_>, fragment: &mut Fragment, sink: &mut Sink) {
    read_all(list, text, fragment, sink);
    for (name, entry) in list.entries() {
        // Met in files; no document of the vendor names the key.
        approvals(name, &entry, &["alwaysAllow"], fragment);
    }
}

fn config(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    if let Some(list) = text.root.get("mcpServers") {
        entries(&list, text, &mut fragment, sink);
    }
    if let Some(table) = text.root.get("permissions") {
        permissions(&table, text, &mut fragment, sink);
    }
    if let Some(events) = text.root.get("hooks") {
        grouped_hooks(&events, MAY_APPROVE, text, &mut fragment);
    }
    sink.fragments.push(fragment);
}

/// `allow`, `ask` and `deny` with `Scope(pattern)`: denials first, then questions.
fn permissions(table: &View<'_>, text: &Text<'_>, fragment: &mut Fragment, sink: &mut Sink) {
    for (key, gate, rank) in [
        ("deny", Gate::Denied, Rank::Deny),
        ("ask", Gate::Asked, Rank::Ask),
        ("allow", Gate::Auto, Rank::Allow),
    ] {
        for (raw, item) in table.get(key).map(|it| it.texts()).unwrap_or_default() {
            if let Some(selects) = selector(raw) {
                add(rank, selects, gate, (&item, raw), fragment);
            } else {
                note(SettingKind::Ineffective, format!("{key}: {raw}"), &item, fragment);
                let help = "write `Read`, `Write`, `Exec` or `Fetch` with a pattern, or `mcp__server__tool`";
                let shown = masked_line(text.catalog, raw).0;
                sink.problems.push(text.problem(&item, format!("`{shown}` selects no tool"), help));
            }
        }
    }
}

fn selector(raw: &str) -> Option<Selector> {
    if let Some(rest) = raw.strip_prefix("mcp__") {
        let (server, tool) = rest.split_once("__").unwrap_or((rest, "*"));
        return Some(of_server(server, tool));
    }
    let (scope, spec) = match raw.split_once('(') {
        Some((scope, rest)) => (scope, Some(rest.strip_suffix(')')?)),
        None => (raw, None),
    };
    let spec = spec.filter(|it| !matches!(*it, "" | "*" | "**"));
    let path = || spec.map(|it| Limit::Path(it.to_owned()));
    let (tool, limit) = match scope.to_ascii_lowercase().as_str() {
        "read" => ("view_file", path()),
        "write" | "edit" => ("edit_file", path()),
        "exec" => ("run_command", spec.map(prefix)),
        "fetch" => ("read_url_content", spec.map(|it| Limit::Domain(host(it).to_owned()))),
        _ => return None,
    };
    Some(Selector::Builtin { tool: tool.to_owned(), limit })
}

/// What a command begins with.
fn prefix(spec: &str) -> Limit {
    match command(spec) {
        Limit::Command { text, form: Match::Exact } => Limit::Command { text, form: Match::Prefix },
        other => other,
    }
}

fn host(pattern: &str) -> &str {
    let rest = pattern.strip_prefix("domain:").unwrap_or(pattern);
    let rest = rest.split_once("://").map_or(rest, |(_, it)| it);
    rest.split('/').next().unwrap_or(rest)
}

fn agent(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    let folder = text.path.rsplit('/').nth(1).unwrap_or_else(|| text.stem());
    fragment.name = Some(text.root.text_of("name").unwrap_or(folder).to_owned());
    fragment.model = text.root.get("model").and_then(|it| Some((it.text()?.to_owned(), it.place())));
    fragment.tools = text.root.get("allowed-tools").map(|it| {
        let tools = names(&it).into_iter();
        tools.map(|(name, _)| selector(name).unwrap_or_else(|| builtin(name))).collect()
    });
    if let Some(table) = text.root.get("permissions") {
        permissions(&table, text, &mut fragment, sink);
    }
    let line = Place::new(text.path, text.body.1, 1);
    fragment.instructions.push(of_workspace(text.path, InstructionKind::Prompt, text.body_text(), line));
    sink.fragments.push(fragment);
}
