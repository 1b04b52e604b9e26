//! Gemini CLI's `settings.json` in all its scopes, nested as today and flat as in old files.

use std::collections::BTreeSet;

use ambit_model::Gate;
use ambit_model::Scope;
use ambit_model::facts::{FileLimit, Limit, Match, Network, Sandbox, Selector, ServerState, SettingKind};

use super::record::{add, add_in, builtin, hook, note, of_server, runs};
use super::server_entry::read_all;
use super::{Base, Form, Reader, Spot, Text, in_folder, in_home, managed};
use crate::fragment::{Fragment, Rank, Sink};
use crate::tree::{Syntax, View};

pub(super) const CLIENT: &str = "gemini-cli";

pub(in crate::readers) const READER: Reader = Reader {
    id: "gemini-settings",
    places: &[
        in_folder(".gemini/settings.json"),
        in_home(".gemini/settings.json"),
        managed("/etc/gemini-cli/settings.json"),
        managed("/Library/Application Support/GeminiCli/settings.json"),
        // Presets of the machine yield to the user's own file.
        Spot { path: "/etc/gemini-cli/system-defaults.json", scope: Scope::User, base: Base::Machine },
        Spot {
            path: "/Library/Application Support/GeminiCli/system-defaults.json",
            scope: Scope::User,
            base: Base::Machine,
        },
    ],
    form: Form::Tree(Syntax::Json),
    marks: &[
        "defaultApprovalMode",
        "httpUrl",
        "folderTrust",
        "coreTools",
        "contextFileName",
        "selectedAuthType",
        "selectedType",
    ],
    accepts,
    read,
};

/// Servers alone are any client's; one of these keys is this client's own.
fn accepts(text: &Text<'_>) -> bool {
    let own: [&[&str]; 5] = [
        &["general", "defaultApprovalMode"],
        &["security", "folderTrust"],
        &["security", "auth", "selectedType"],
        &["tools", "core"],
        &["selectedAuthType", "selectedType"],
    ];
    let manifest = text.root.get("version").is_some() && text.root.get("name").is_some();
    let old = ["coreTools", "contextFileName"].iter().any(|key| text.root.get(key).is_some());
    let addresses = text.root.get("mcpServers").map(|it| it.entries()).unwrap_or_default();
    !manifest
        && (old
            || own.iter().any(|keys| text.root.at(keys).is_some())
            || addresses.iter().any(|(_, it)| it.text_of("httpUrl").is_some()))
}

fn read(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    let root = &text.root;
    fragment.model =
        either(root, &["model", "name"], "model").and_then(|it| Some((it.text()?.to_owned(), it.place())));
    mode(root, text, &mut fragment, sink);
    tools(root, &mut fragment);
    servers(root, text, &mut fragment, sink);
    sandbox(root, &mut fragment);
    commands(root, text, &mut fragment);
    hooks(root, text, &mut fragment);
    trust(root, &mut fragment);
    foreign(root, &mut fragment);
    sink.fragments.push(fragment);
}

/// The value of a nested key, or of the flat one that old files have in its place.
fn either<'a>(root: &View<'a>, nested: &[&str], flat: &str) -> Option<View<'a>> {
    root.at(nested).or_else(|| root.get(flat))
}

/// How far the client goes unasked. Its widest mode exists only as a flag.
fn mode(root: &View<'_>, text: &Text<'_>, fragment: &mut Fragment, sink: &mut Sink) {
    const SLOT: &str = "approval-mode";
    let Some(view) = root.at(&["general", "defaultApprovalMode"]) else { return };
    let word = view.text().unwrap_or_default();
    let raw = format!("general.defaultApprovalMode: {word}");
    match word {
        "default" => fragment.defaults.push(SLOT),
        "auto_edit" => {
            for tool in EDITS {
                add_in(SLOT, Rank::Mode, (builtin(tool), Gate::Auto), (&view, &raw), fragment);
            }
        }
        "plan" => {
            for tool in EDITS.iter().chain(&["run_shell_command"]) {
                add_in(SLOT, Rank::Mode, (builtin(tool), Gate::Denied), (&view, &raw), fragment);
            }
        }
        "yolo" => note(SettingKind::Ineffective, raw, &view, fragment),
        _ => {
            let help = "it is `default`, `auto_edit` or `plan`";
            sink.problems.push(text.problem(&view, format!("`{word}` is no approval mode"), help));
        }
    }
}

const EDITS: &[&str] = &["write_file", "replace"];

/// Which tools there are, and which run unasked.
fn tools(root: &View<'_>, fragment: &mut Fragment) {
    if let Some(core) = either(root, &["tools", "core"], "coreTools").filter(View::is_list) {
        // The list chooses among built-in tools; those of servers stay.
        let mut tools: Vec<Selector> = core.texts().iter().map(|(it, _)| selector(it)).collect();
        tools.push(of_server("*", "*"));
        fragment.tools = Some(tools);
    }
    for (nested, flat, gate, rank) in [
        ("exclude", "excludeTools", Gate::Denied, Rank::Deny),
        ("confirmationRequired", "", Gate::Asked, Rank::Ask),
        ("allowed", "allowedTools", Gate::Auto, Rank::Allow),
    ] {
        let list = either(root, &["tools", nested], flat);
        for (name, item) in list.map(|it| it.texts()).unwrap_or_default() {
            let raw = format!("tools.{nested}: {name}");
            add(rank, selector(name), gate, (&item, &raw), fragment);
        }
    }
}

/// What a tool's name in a list selects: `name`, `name(prefix of a command)`, `mcp_server_tool`.
pub(in crate::readers) fn selector(raw: &str) -> Selector {
    let raw = raw.trim();
    let (name, spec) = match raw.split_once('(') {
        Some((name, rest)) => (name, Some(rest.strip_suffix(')').unwrap_or(rest))),
        None => (raw, None),
    };
    if name == "*" {
        return Selector::Any;
    }
    if let Some(rest) = name.strip_prefix("mcp_") {
        // The client splits at the first underscore, too.
        let (server, tool) = rest.split_once('_').unwrap_or((rest, "*"));
        return of_server(server, tool);
    }
    if let Some((server, tool)) = name.split_once("__") {
        return of_server(server, tool);
    }
    let limit = spec
        .map(str::trim)
        .filter(|it| !matches!(*it, "" | "*"))
        .map(|it| Limit::Command { text: it.to_owned(), form: Match::Prefix });
    Selector::Builtin { tool: name.to_owned(), limit }
}

fn servers(root: &View<'_>, text: &Text<'_>, fragment: &mut Fragment, sink: &mut Sink) {
    if let Some(list) = root.get("mcpServers") {
        read_all(&list, text, fragment, sink);
        trusted(&list, fragment);
    }
    if let Some(allowed) = either(root, &["mcp", "allowed"], "allowMCPServers").filter(View::is_list) {
        let names = allowed.texts().into_iter().map(|(name, _)| name.to_owned()).collect();
        fragment.only_servers = Some((names, allowed.place()));
    }
    let excluded = either(root, &["mcp", "excluded"], "excludeMCPServers");
    for (name, item) in excluded.map(|it| it.texts()).unwrap_or_default() {
        fragment.states.push((name.to_owned(), ServerState::Disabled(item.place()), item.place()));
    }
}

/// Servers whose tools run unasked; what other clients call so does nothing here.
pub(super) fn trusted(list: &View<'_>, fragment: &mut Fragment) {
    for (name, entry) in list.entries() {
        if let Some(it) = entry.get("trust").filter(|it| it.truth() == Some(true)) {
            let raw = format!("{name}: trust: true");
            add(Rank::Allow, of_server(name, "*"), Gate::Auto, (&it, &raw), fragment);
        }
        for key in ["autoApprove", "alwaysAllow"] {
            if let Some(it) = entry.get(key) {
                note(SettingKind::Ineffective, format!("{name}: {key}"), &it, fragment);
            }
        }
    }
}

fn sandbox(root: &View<'_>, fragment: &mut Fragment) {
    let whole = either(root, &["tools", "sandbox"], "sandbox");
    let each = root.at(&["security", "toolSandboxing"]).filter(|it| it.truth() == Some(true));
    for (folder, item) in root.at(&["tools", "sandboxAllowedPaths"]).map(|it| it.texts()).unwrap_or_default()
    {
        note(SettingKind::WidensFiles, folder, &item, fragment);
    }
    let folders = either(root, &["context", "includeDirectories"], "includeDirectories");
    for (folder, item) in folders.map(|it| it.texts()).unwrap_or_default() {
        note(SettingKind::WidensFiles, folder, &item, fragment);
    }
    let stated = root.at(&["tools", "sandboxNetworkAccess"]).and_then(|it| it.truth());
    let (view, enabled, network) = match (&each, &whole) {
        (Some(view), _) => (view, true, stated.unwrap_or(false)),
        // The sandbox of the whole process needs a network to reach the model, so only a plain word closes it.
        (None, Some(view)) => (view, view.truth() != Some(false), stated.unwrap_or(true)),
        (None, None) => return,
    };
    fragment.sandbox = Some(Sandbox {
        hides_home: false,
        enabled,
        network: if network { Network::Open } else { Network::Closed },
        files: if enabled { FileLimit::Workspace } else { FileLimit::Everything },
        escape: None,
        place: view.place(),
        scope: fragment.location.scope,
    });
}

/// Programs that the client starts to find tools, to call them, and to be its server.
fn commands(root: &View<'_>, text: &Text<'_>, fragment: &mut Fragment) {
    for (nested, flat) in [
        (["tools", "discoveryCommand"], "toolDiscoveryCommand"),
        (["tools", "callCommand"], "toolCallCommand"),
        (["mcp", "serverCommand"], "mcpServerCommand"),
    ] {
        if let Some(view) = either(root, &nested, flat) {
            runs(&nested.join("."), &view, text, fragment);
        }
    }
}

/// Hooks of the shape `{Event: [{matcher, hooks: [{name, type, command}]}]}`. Their answers can refuse a call
/// and not approve one.
fn hooks(root: &View<'_>, text: &Text<'_>, fragment: &mut Fragment) {
    let config = root.get("hooksConfig");
    if config.as_ref().is_some_and(|it| it.is_false("enabled")) {
        return;
    }
    let off = config.and_then(|it| it.get("disabled")).map(|it| it.texts()).unwrap_or_default();
    let off: BTreeSet<&str> = off.into_iter().map(|(name, _)| name).collect();
    for (event, groups) in root.get("hooks").map(|it| it.entries()).unwrap_or_default() {
        for entry in groups.items().iter().filter_map(|it| it.get("hooks")).flat_map(|it| it.items()) {
            let Some(line) = entry.get("command") else { continue };
            let names = [entry.text_of("name"), line.text()];
            if !names.iter().flatten().any(|it| off.contains(it)) {
                hook(event, &line, false, text, fragment);
            }
        }
    }
}

fn trust(root: &View<'_>, fragment: &mut Fragment) {
    if let Some(it) = root.at(&["security", "folderTrust", "enabled"]).filter(|it| it.truth() == Some(false))
    {
        let raw = "security.folderTrust.enabled: false";
        note(SettingKind::StartsServers, raw, &it, fragment);
    }
    if let Some(it) = root.at(&["security", "enableConseca"]).filter(|it| it.truth() == Some(true)) {
        note(SettingKind::Detector, "security.enableConseca: true", &it, fragment);
    }
}

/// Keys that look like permissions and mean nothing here.
fn foreign(root: &View<'_>, fragment: &mut Fragment) {
    for (key, inner) in root.get("permissions").map(|it| it.entries()).unwrap_or_default() {
        if ["allow", "ask", "deny", "defaultMode"].contains(&key) {
            note(SettingKind::Ineffective, format!("permissions.{key}"), &inner, fragment);
        }
    }
    // Old versions accepted reading tools by it, which ask nothing today.
    if let Some(it) = either(root, &["tools", "autoAccept"], "autoAccept") {
        note(SettingKind::Ineffective, "autoAccept", &it, fragment);
    }
}
