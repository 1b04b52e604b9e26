//! Visual Studio Code's settings, in which keys are dotted or nested, wherever they stand: `settings.json`,
//! `*.code-workspace`, `devcontainer.json`.

use ambit_model::facts::{FileLimit, Limit, Match, Network, Sandbox, Selector, ServerState, SettingKind};
use ambit_model::{Gate, Scope};

use super::claude_settings::command;
use super::record::{add, add_in, builtin, note, note_in};
use super::vscode_mcp::servers;
use super::{Form, Reader, Text, in_folder, in_home};
use crate::fragment::{Fragment, Rank, Sink};
use crate::tree::{Syntax, View};

pub(super) const READER: Reader = Reader {
    id: "vscode-settings",
    places: &[
        in_folder(".vscode/settings.json"),
        in_folder("*.code-workspace"),
        in_folder(".devcontainer/devcontainer.json"),
        in_folder(".devcontainer/*/devcontainer.json"),
        in_folder(".devcontainer.json"),
        in_home(".config/Code/User/settings.json"),
        in_home(".config/Code/User/profiles/*/settings.json"),
        in_home(".config/Code - Insiders/User/settings.json"),
        in_home("Library/Application Support/Code/User/settings.json"),
        in_home("Library/Application Support/Code/User/profiles/*/settings.json"),
        in_home("Library/Application Support/Code - Insiders/User/settings.json"),
        in_home("AppData/Roaming/Code/User/settings.json"),
        in_home("AppData/Roaming/Code/User/profiles/*/settings.json"),
        in_home("AppData/Roaming/Code - Insiders/User/settings.json"),
    ],
    form: Form::Tree(Syntax::Json),
    marks: &[
        "chat.tools.",
        "chat.permissions.default",
        "chat.agent.sandbox",
        "mcp.servers",
        "cascadeCommands",
    ],
    accepts: |text| {
        let keys =
            ["chat.tools.", "chat.permissions.", "chat.agent.", "mcp.servers", "windsurf.cascadeCommands"];
        let mut all = containers(&text.root).into_iter().flat_map(|it| it.entries());
        all.any(|(key, _)| keys.iter().any(|it| key.starts_with(it)))
    },
    read,
};

/// The maps of settings in a file: the file itself, the settings of a workspace file, those of a container.
fn containers<'a>(root: &View<'a>) -> Vec<View<'a>> {
    let inner = [root.at(&["customizations", "vscode", "settings"]), root.get("settings")];
    std::iter::once(root.clone()).chain(inner.into_iter().flatten().filter(View::is_map)).collect()
}

fn read(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new("vscode", text.location.clone(), text.start());
    let container = text.root.at(&["customizations", "vscode", "mcp", "servers"]);
    if let Some(list) = &container {
        servers(list, text, &mut fragment, sink);
    }
    for settings in containers(&text.root) {
        approvals(&settings, &mut fragment);
        terminal(&settings, &mut fragment);
        edits(&settings, &mut fragment);
        addresses(&settings, &mut fragment);
        sandbox(&settings, &mut fragment);
        access(&settings, &mut fragment);
        for list in find_all(&settings, "mcp.servers") {
            servers(&list, text, &mut fragment, sink);
        }
        if let Some(windsurf) = cascade(&settings, text) {
            sink.fragments.push(windsurf);
        }
    }
    // Nearly every repository has settings for its editor; most say nothing of agents.
    let says_nothing = fragment.rules.is_empty()
        && fragment.settings.is_empty()
        && fragment.servers.is_empty()
        && fragment.states.is_empty()
        && fragment.sandbox.is_none()
        && fragment.defaults.is_empty();
    if !says_nothing {
        sink.fragments.push(fragment);
    }
}

/// The values of a dotted key, however many of its dots are written as nesting: one way of writing it must not
/// hide another.
fn find_all<'a>(view: &View<'a>, key: &str) -> Vec<View<'a>> {
    let mut found: Vec<View<'a>> = view.get(key).into_iter().collect();
    for (dot, _) in key.match_indices('.') {
        let (Some(head), Some(tail)) = (key.get(..dot), key.get(dot + 1..)) else { continue };
        found.extend(view.get(head).iter().flat_map(|it| find_all(it, tail)));
    }
    found
}

/// The value of a dotted key.
fn find<'a>(view: &View<'a>, key: &str) -> Option<View<'a>> {
    find_all(view, key).into_iter().next()
}

/// Modes in which nothing asks. The global one is of the scope `APPLICATION_MACHINE`, so a workspace says nothing
/// by it, and a container and the user do (<https://github.com/microsoft/vscode/pull/257089>).
fn approvals(settings: &View<'_>, fragment: &mut Fragment) {
    const SLOT: &str = "auto-approve";
    let of_workspace = fragment.location.placed
        && fragment.location.scope == Scope::Project
        && !fragment.place.path.ends_with("devcontainer.json");
    for key in ["chat.tools.global.autoApprove", "chat.tools.autoApprove"] {
        for it in find_all(settings, key) {
            let raw = format!("{key}: {}", word(it.truth()));
            if of_workspace {
                note(SettingKind::Ineffective, raw, &it, fragment);
            } else if it.truth() == Some(true) {
                add_in(SLOT, Rank::Bypass, (Selector::Any, Gate::Auto), (&it, &raw), fragment);
                note_in(SLOT, SettingKind::ApprovalsOff, raw, &it, fragment);
            } else if it.truth() == Some(false) {
                fragment.defaults.push(SLOT);
            }
        }
    }
    for level in find_all(settings, "chat.permissions.default") {
        match level.text() {
            Some(word @ ("autoApprove" | "autopilot")) => {
                let raw = format!("chat.permissions.default: {word}");
                let effect = (Selector::Any, Gate::Auto);
                add_in("permission-level", Rank::Bypass, effect, (&level, &raw), fragment);
                note_in("permission-level", SettingKind::ApprovalsOff, raw, &level, fragment);
            }
            Some("default") => fragment.defaults.push("permission-level"),
            _ => {}
        }
    }
    let claude = "github.copilot.chat.claudeAgent.allowDangerouslySkipPermissions";
    if let Some(it) = find(settings, claude).filter(|it| it.truth() == Some(true)) {
        // It concerns the Claude sessions inside the editor only, so it opens no gate of the editor's own agent.
        note(SettingKind::ApprovalsOff, "claudeAgent.allowDangerouslySkipPermissions: true", &it, fragment);
    }
}

/// Commands that run unasked, and those that always ask: `false` is a question, no block.
fn terminal(settings: &View<'_>, fragment: &mut Fragment) {
    let off =
        find(settings, "chat.tools.terminal.enableAutoApprove").is_some_and(|it| it.truth() == Some(false));
    for (pattern, value) in patterns(settings, "chat.tools.terminal.autoApprove") {
        let approves = value.truth().or_else(|| value.get("approve")?.truth());
        let raw = format!("chat.tools.terminal.autoApprove: {pattern}: {}", word(approves));
        let selects = Selector::Builtin { tool: "execute".to_owned(), limit: command_pattern(pattern) };
        match approves {
            Some(true) if off => note(SettingKind::Ineffective, raw, &value, fragment),
            Some(true) => add(Rank::Allow, selects, Gate::Auto, (&value, &raw), fragment),
            Some(false) => add(Rank::Ask, selects, Gate::Asked, (&value, &raw), fragment),
            None => {}
        }
    }
}

/// A command that anything may follow, or a regular expression between slashes; none for one that takes all.
fn command_pattern(pattern: &str) -> Option<Limit> {
    let regex = pattern.strip_prefix('/').and_then(|it| it.rsplit_once('/')).map(|(it, _)| it);
    match regex {
        Some(".*" | "^.*$" | ".+" | "^.+$" | "^" | "") => None,
        Some(regex) => Some(Limit::Command { text: regex.to_owned(), form: Match::Regex }),
        None => Some(Limit::Command { text: pattern.to_owned(), form: Match::Prefix }),
    }
}

fn edits(settings: &View<'_>, fragment: &mut Fragment) {
    for (glob, value) in patterns(settings, "chat.tools.edits.autoApprove") {
        let limit = (!matches!(glob, "**" | "**/*")).then(|| Limit::Path(glob.to_owned()));
        let selects = Selector::Builtin { tool: "edit".to_owned(), limit };
        let raw = format!("chat.tools.edits.autoApprove: {glob}: {}", word(value.truth()));
        match value.truth() {
            Some(true) => add(Rank::Allow, selects, Gate::Auto, (&value, &raw), fragment),
            Some(false) => add(Rank::Ask, selects, Gate::Asked, (&value, &raw), fragment),
            None => {}
        }
    }
}

/// Addresses that are fetched unasked: `{pattern: bool | {approveRequest, approveResponse}}`.
fn addresses(settings: &View<'_>, fragment: &mut Fragment) {
    for (pattern, value) in patterns(settings, "chat.tools.urls.autoApprove") {
        let request = value.truth().or_else(|| value.get("approveRequest")?.truth());
        let host = pattern.split_once("://").map_or(pattern, |(_, it)| it);
        let host = host.split('/').next().unwrap_or(host);
        let limit = (!matches!(host, "*" | "**" | "")).then(|| Limit::Domain(host.to_owned()));
        let selects = Selector::Builtin { tool: "web".to_owned(), limit };
        let raw = format!("chat.tools.urls.autoApprove: {pattern}: {}", word(request));
        match request {
            Some(true) => add(Rank::Allow, selects, Gate::Auto, (&value, &raw), fragment),
            Some(false) => add(Rank::Ask, selects, Gate::Asked, (&value, &raw), fragment),
            None => {}
        }
    }
}

/// The map of patterns under `key`, whose own keys may hold dots too.
fn patterns<'a>(settings: &View<'a>, key: &str) -> Vec<(&'a str, View<'a>)> {
    find_all(settings, key).iter().flat_map(View::entries).collect()
}

fn word(value: Option<bool>) -> &'static str {
    match value {
        Some(true) => "true",
        Some(false) => "false",
        None => "null",
    }
}

fn sandbox(settings: &View<'_>, fragment: &mut Fragment) {
    let hosts = find(settings, "chat.agent.networkFilter").filter(|it| it.truth() == Some(true)).map(|_| {
        let allowed =
            find(settings, "chat.agent.allowedNetworkDomains").map(|it| it.texts()).unwrap_or_default();
        allowed.into_iter().map(|(host, _)| host.to_owned()).collect::<Vec<String>>()
    });
    if hosts.is_some() {
        for (host, item) in
            find(settings, "chat.agent.deniedNetworkDomains").map(|it| it.texts()).unwrap_or_default()
        {
            let selects =
                Selector::Builtin { tool: "web".to_owned(), limit: Some(Limit::Domain(host.to_owned())) };
            let raw = format!("chat.agent.deniedNetworkDomains: {host}");
            add(Rank::Deny, selects, Gate::Denied, (&item, &raw), fragment);
        }
    }
    let Some(view) = find(settings, "chat.agent.sandbox.enabled") else { return };
    let mode = view.scalar().unwrap_or_default();
    let enabled = matches!(mode.as_str(), "on" | "true" | "allowNetwork");
    fragment.sandbox = Some(Sandbox {
        hides_home: false,
        enabled,
        network: match hosts {
            _ if mode == "allowNetwork" => Network::Open,
            Some(hosts) if !hosts.is_empty() => Network::Hosts(hosts),
            _ => Network::Closed,
        },
        files: FileLimit::Workspace,
        escape: None,
        place: view.place(),
        scope: fragment.location.scope,
    });
    if enabled {
        let raw = format!("chat.agent.sandbox.enabled: {mode}: commands in the sandbox run without asking");
        add_in("sandbox", Rank::Mode, (builtin("execute"), Gate::Auto), (&view, &raw), fragment);
    } else {
        fragment.defaults.push("sandbox");
    }
}

/// Which servers there are at all, and which folders may be read.
fn access(settings: &View<'_>, fragment: &mut Fragment) {
    if let Some(it) = find(settings, "chat.mcp.access")
        .filter(|it| matches!(it.scalar().as_deref(), Some("none" | "false")))
    {
        fragment.states.push(("*".to_owned(), ServerState::Disabled(it.place()), it.place()));
    }
    if let Some(it) = find(settings, "chat.mcp.discovery.enabled") {
        let any = it.truth() == Some(true) || it.entries().iter().any(|(_, it)| it.truth() == Some(true));
        if any {
            note(
                SettingKind::StartsServers,
                "chat.mcp.discovery.enabled: servers of other clients",
                &it,
                fragment,
            );
        }
    }
    let folders = find(settings, "github.copilot.chat.additionalReadAccessFolders");
    for (folder, item) in folders.map(|it| it.texts()).unwrap_or_default() {
        note(SettingKind::WidensFiles, folder, &item, fragment);
    }
}

/// Windsurf keeps its lists of commands in settings of this shape; the names of the keys are from use, no
/// document of the vendor was at hand.
fn cascade(settings: &View<'_>, text: &Text<'_>) -> Option<Fragment> {
    let mut fragment = Fragment::new("windsurf", text.location.clone(), text.start());
    for (key, gate, rank) in [
        ("windsurf.cascadeCommandsDenyList", Gate::Asked, Rank::Ask),
        ("windsurf.cascadeCommandsAllowList", Gate::Auto, Rank::Allow),
    ] {
        for (pattern, item) in find(settings, key).map(|it| it.texts()).unwrap_or_default() {
            let limit = (pattern != "*").then(|| match command(pattern) {
                Limit::Command { text, form: Match::Exact } => Limit::Command { text, form: Match::Prefix },
                other => other,
            });
            let selects = Selector::Builtin { tool: "run_command".to_owned(), limit };
            add(rank, selects, gate, (&item, &format!("{key}: {pattern}")), &mut fragment);
        }
    }
    (!fragment.rules.is_empty()).then_some(fragment)
}
