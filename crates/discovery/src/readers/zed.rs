//! Zed's `settings.json`: context servers in all their shapes, permissions of the agent's tools, profiles, and
//! agents of others that the editor starts.

use ambit_model::facts::{FileLimit, Limit, Match, Network, Sandbox, Selector, SettingKind};
use ambit_model::{Gate, Scope};

use super::record::{credentials, line, note, setting};
use super::server_entry::{read_all, rule};
use super::{Form, Reader, Text, in_folder, in_home};
use crate::fragment::{Fragment, Rank, Sink};
use crate::launch::masked_line;
use crate::tree::{Syntax, View};

const CLIENT: &str = "zed";

pub(super) const READER: Reader = Reader {
    id: "zed",
    places: &[
        in_folder(".zed/settings.json"),
        in_home(".config/zed/settings.json"),
        in_home("AppData/Roaming/Zed/settings.json"),
    ],
    form: Form::Tree(Syntax::Json),
    marks: &["context_servers", "tool_permissions", "agent_servers", "always_allow_tool_actions"],
    accepts: |text| {
        let is_map = |keys: &[&str]| text.root.at(keys).is_some_and(|it| it.is_map());
        is_map(&["context_servers"])
            || is_map(&["agent", "tool_permissions"])
            || is_map(&["agent_servers"])
            || text.root.at(&["agent", "always_allow_tool_actions"]).is_some()
    },
    read,
};

fn read(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    let root = &text.root;
    if let Some(servers) = root.get("context_servers") {
        read_all(&servers, text, &mut fragment, sink);
    }
    agents_of_others(root, text, &mut fragment);
    let mut profiles = Vec::new();
    if let Some(agent) = root.get("agent") {
        if let Some(model) = agent.at(&["default_model", "model"]) {
            fragment.model = model.text().map(|it| (it.to_owned(), model.place()));
        }
        blanket(&agent, &mut fragment);
        if let Some(permissions) = agent.get("tool_permissions") {
            tools(&permissions, &mut fragment);
            default(&permissions, &mut fragment);
        }
        if let Some(permissions) = agent.get("sandbox_permissions") {
            sandbox(&permissions, &mut fragment);
        }
        profiles = agent.get("profiles").map(|it| it.entries()).unwrap_or_default();
    }
    sink.fragments.push(fragment);
    for (name, profile) in profiles {
        sink.fragments.push(of_profile(name, &profile, text));
    }
}

/// The older switch that approved every call at once.
fn blanket(agent: &View<'_>, fragment: &mut Fragment) {
    let Some(all) = agent.get("always_allow_tool_actions").filter(|it| it.truth() == Some(true)) else {
        return;
    };
    let raw = "agent.always_allow_tool_actions: true";
    let rule = rule(Selector::Any, Gate::Auto, &all, fragment, raw);
    fragment.mode_rule("always-allow", Rank::Mode, rule);
    let setting = setting(SettingKind::ApprovalsOff, raw, &all, fragment);
    fragment.settings.push((Some("always-allow"), setting));
}

/// What a call meets that no pattern and no tool's own default selects.
fn default(permissions: &View<'_>, fragment: &mut Fragment) {
    let Some(view) = permissions.get("default") else { return };
    let Some(gate) = gate(&view) else { return };
    let raw = format!("agent.tool_permissions.default: {}", view.text().unwrap_or_default());
    let rule = rule(Selector::Any, gate, &view, fragment, &raw);
    fragment.mode_rule("tool-default", Rank::Mode, rule);
    if gate == Gate::Auto {
        let setting = setting(SettingKind::ApprovalsOff, raw, &view, fragment);
        fragment.settings.push((Some("tool-default"), setting));
    }
}

/// What commands may do in the editor's sandbox without asking for more. Whether a project may say so is not
/// stated, so only the user's file counts (<https://zed.dev/docs/ai/sandboxing>).
fn sandbox(permissions: &View<'_>, fragment: &mut Fragment) {
    if fragment.location.placed && fragment.location.scope != Scope::User {
        return;
    }
    if let Some(it) = permissions.get("allow_unsandboxed").filter(|it| it.truth() == Some(true)) {
        let raw = "agent.sandbox_permissions.allow_unsandboxed: true";
        return note(SettingKind::SandboxEscape, raw, &it, fragment);
    }
    let hosts = permissions.get("network_hosts").map(|it| it.texts()).unwrap_or_default();
    let network = if permissions.is_true("allow_all_hosts") {
        Network::Open
    } else if hosts.is_empty() {
        Network::Closed
    } else {
        Network::Hosts(hosts.into_iter().map(|(host, _)| host.to_owned()).collect())
    };
    let everything = permissions.get("allow_fs_write_all").filter(|it| it.truth() == Some(true));
    let paths = permissions.get("write_paths").map(|it| it.texts()).unwrap_or_default();
    fragment.sandbox = Some(Sandbox {
        enabled: true,
        network,
        files: if everything.is_some() { FileLimit::Everything } else { FileLimit::Workspace },
        hides_home: false,
        // Whatever else a command needs it asks for, and where there is no sandbox it runs without.
        escape: Some(permissions.place()),
        place: permissions.place(),
        scope: fragment.location.scope,
    });
    if let Some(it) = everything {
        note(SettingKind::WidensFiles, "agent.sandbox_permissions.allow_fs_write_all: true", &it, fragment);
    }
    for (path, it) in paths {
        note(
            SettingKind::WidensFiles,
            format!("agent.sandbox_permissions.write_paths: {path}"),
            &it,
            fragment,
        );
    }
}

fn gate(view: &View<'_>) -> Option<Gate> {
    match view.text()? {
        "allow" => Some(Gate::Auto),
        "deny" => Some(Gate::Denied),
        // The dialog offers to allow the tool for good.
        "confirm" => Some(Gate::Prompted),
        _ => None,
    }
}

fn tools(permissions: &View<'_>, fragment: &mut Fragment) {
    for (name, tool) in permissions.get("tools").map(|it| it.entries()).unwrap_or_default() {
        for (key, gate, rank) in [
            ("always_deny", Gate::Denied, Rank::Deny),
            ("always_confirm", Gate::Asked, Rank::Ask),
            ("always_allow", Gate::Auto, Rank::Allow),
        ] {
            for item in tool.get(key).map(|it| it.items()).unwrap_or_default() {
                let Some(pattern) = item.text_of("pattern").or_else(|| item.text()) else { continue };
                let selects = selector(name, Some(pattern));
                let rule = rule(selects, gate, &item, fragment, &format!("{name}.{key}: {pattern}"));
                fragment.rule(rank, rule);
            }
        }
        let Some(view) = tool.get("default") else { continue };
        if let Some(gate) = gate(&view) {
            let raw = format!("{name}.default: {}", view.text().unwrap_or_default());
            let rule = rule(selector(name, None), gate, &view, fragment, &raw);
            // Before the default of all tools, which is added last.
            fragment.rule(Rank::Mode, rule);
        }
    }
}

/// `mcp:server:tool` by its exact id, else a tool of the editor. Patterns are regular expressions, over the
/// command line of the terminal and over paths and addresses of the others.
fn selector(name: &str, pattern: Option<&str>) -> Selector {
    if let Some(rest) = name.strip_prefix("mcp:") {
        let (server, tool) = rest.split_once(':').unwrap_or((rest, "*"));
        return Selector::Server { server: server.to_owned(), tool: tool.to_owned() };
    }
    let limit = pattern.map(|it| Limit::Command { text: it.to_owned(), form: Match::Regex });
    Selector::Builtin { tool: name.to_owned(), limit }
}

/// A profile is a mode with a choice of tools.
fn of_profile(name: &str, profile: &View<'_>, text: &Text<'_>) -> Fragment {
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), profile.place());
    fragment.name = Some(name.to_owned());
    let Some(tools) = profile.get("tools") else { return fragment };
    let mut chosen: Vec<Selector> =
        enabled(&tools).map(|tool| Selector::Builtin { tool: tool.to_owned(), limit: None }).collect();
    if profile.is_true("enable_all_context_servers") {
        chosen.push(Selector::Server { server: "*".to_owned(), tool: "*".to_owned() });
    }
    for (server, view) in profile.get("context_servers").map(|it| it.entries()).unwrap_or_default() {
        let Some(tools) = view.get("tools") else { continue };
        chosen.extend(
            enabled(&tools).map(|tool| Selector::Server { server: server.to_owned(), tool: tool.to_owned() }),
        );
    }
    fragment.tools = Some(chosen);
    fragment
}

fn enabled<'a>(tools: &View<'a>) -> impl Iterator<Item = &'a str> + use<'a> {
    tools.entries().into_iter().filter(|(_, it)| it.truth() == Some(true)).map(|(name, _)| name)
}

/// Agents that speak the agent client protocol: programs that the editor starts, with approvals of their own.
fn agents_of_others(root: &View<'_>, text: &Text<'_>, fragment: &mut Fragment) {
    for (name, entry) in root.get("agent_servers").map(|it| it.entries()).unwrap_or_default() {
        let mode =
            entry.text_of("default_mode").map(|it| format!(" (default_mode: {it})")).unwrap_or_default();
        if let Some(program) = entry.get("command") {
            let program_line = line(&program, text, fragment);
            let args: Vec<String> = entry
                .get("args")
                .map(|it| it.items().iter().filter_map(View::scalar).collect())
                .unwrap_or_default();
            let shown = masked_line(text.catalog, &format!("{program_line} {}", args.join(" "))).0;
            let raw = format!("agent_servers.{name}: {}{mode}", shown.trim_end());
            note(SettingKind::RunsCommand, raw, &program, fragment);
        } else if entry.text_of("type") == Some("registry") {
            let raw = format!("agent_servers.{name}: fetched from the registry{mode}");
            note(SettingKind::RunsCommand, raw, &entry, fragment);
        }
        credentials(entry.get("env"), ambit_model::facts::Holder::Environment, text, fragment);
    }
}
