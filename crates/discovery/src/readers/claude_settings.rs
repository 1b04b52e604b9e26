//! Claude Code's `settings.json` in all its scopes: permissions, modes, hooks, sandbox, server approval.

use ambit_model::facts::{Holder, ServerState, SettingKind};
use ambit_model::{Gate, Scope};

use super::claude_plugin::plugins;
pub(in crate::readers) use super::claude_rules::command;
use super::claude_rules::{SESSION, mode, rules};
use super::claude_sandbox::sandbox;
use super::record::{grouped_hooks, note, runs};
use super::{Form, Reader, Text, in_folder, in_home, local, managed};
use crate::credential;
use crate::fragment::{Bar, Fragment, Rank, Sink};
use crate::policy::Listed;
use crate::tree::{Syntax, View};

pub(in crate::readers) const READER: Reader = Reader {
    id: "claude-settings",
    places: &[
        in_folder(".claude/settings.json"),
        local(".claude/settings.local.json"),
        in_home(".claude/settings.json"),
        managed("/etc/claude-code/managed-settings.json"),
        managed("/etc/claude-code/managed-settings.d/*.json"),
        managed("/Library/Application Support/ClaudeCode/managed-settings.json"),
        managed("/Library/Application Support/ClaudeCode/managed-settings.d/*.json"),
        // On Windows below the drive; older versions looked under `ProgramData`.
        managed("/Program Files/ClaudeCode/managed-settings.json"),
        managed("/Program Files/ClaudeCode/managed-settings.d/*.json"),
        managed("/ProgramData/ClaudeCode/managed-settings.json"),
    ],
    form: Form::Tree(Syntax::Json),
    marks: &[
        "permissions",
        "skipDangerousModePermissionPrompt",
        "enableAllProjectMcpServers",
        "autoAllowBashIfSandboxed",
        "allowUnsandboxedCommands",
        "Bash(",
    ],
    accepts,
    read,
};

/// Modes and switches that no other client's `permissions` have.
const MODES: &[&str] = &["defaultMode", "disableBypassPermissionsMode", "disableAutoMode"];
/// Tools that this client has and others call otherwise.
const TOOLS: &[&str] = &["Bash(", "WebFetch(", "mcp__", "Edit(", "Write(", "Read("];
/// Names that only Cursor's permissions use.
const FOREIGN: &[&str] = &["Shell(", "Mcp("];

fn accepts(text: &Text<'_>) -> bool {
    let rules = text.root.get("permissions").unwrap_or_else(|| text.root.clone());
    let lists: Vec<_> = ["allow", "deny", "ask"].iter().filter_map(|it| rules.get(it)).collect();
    let begins = |starts: &[&str]| {
        let texts = lists.iter().flat_map(View::texts);
        texts.into_iter().any(|(text, _)| starts.iter().any(|it| text.starts_with(it)))
    };
    let own = MODES.iter().any(|it| rules.get(it).is_some()) || begins(TOOLS);
    let switched = ["skipDangerousModePermissionPrompt", "enableAllProjectMcpServers"]
        .iter()
        .any(|it| text.root.get(it).is_some())
        || ["autoAllowBashIfSandboxed", "allowUnsandboxedCommands"]
            .iter()
            .any(|it| text.root.at(&["sandbox", it]).is_some());
    (own && !begins(FOREIGN)) || switched
}

fn read(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new("claude-code", text.location.clone(), text.start());
    let root = &text.root;
    if !root.is_map() {
        let help = "settings are an object; see the client's documentation";
        sink.problems.push(text.problem(root, "the settings are no object", help));
    }
    match root.get("permissions") {
        Some(view) => permissions(&view, text, &mut fragment, sink),
        // A part of settings that a script puts together.
        None if !text.location.placed => permissions(root, text, &mut fragment, sink),
        None => {}
    }
    misplaced(root, &mut fragment);
    switches(root, &mut fragment);
    servers(root, &mut fragment);
    hooks(root, text, &mut fragment);
    sandbox(root, &mut fragment);
    commands(root, text, &mut fragment);
    environment(root, text, &mut fragment);
    plugins(root, &mut fragment);
    fragment.model = root.get("model").and_then(|it| Some((it.text()?.to_owned(), it.place())));
    sink.fragments.push(fragment);
}

fn permissions(view: &View<'_>, text: &Text<'_>, fragment: &mut Fragment, sink: &mut Sink) {
    for (key, rank, gate) in [
        ("deny", Rank::Deny, Gate::Denied),
        ("ask", Rank::Ask, Gate::Asked),
        ("allow", Rank::Allow, Gate::Auto),
    ] {
        let Some(list) = view.get(key) else { continue };
        if list.items().is_empty() && !list.is_list() {
            let help = "write a list of rules, even if it is of one";
            sink.problems.push(text.problem(&list, format!("`{key}` is no list"), help));
        }
        rules(&list, (rank, gate), text, fragment, sink);
    }
    if let Some(view) = view.get("defaultMode") {
        mode(SESSION, &view, text, fragment, sink);
    }
    for (key, bar) in
        [("disableBypassPermissionsMode", Bar::ApprovalsOff), ("disableAutoMode", Bar::ClassifierApproves)]
    {
        if let Some(it) = view.get(key).filter(|it| it.text() == Some("disable")) {
            fragment.bars.push((bar, it.place()));
        }
    }
    for (folder, item) in view.get("additionalDirectories").map(|it| it.texts()).unwrap_or_default() {
        note(SettingKind::WidensFiles, folder, &item, fragment);
    }
}

/// Rules at the top of a file that is loaded do nothing: they belong under `permissions`.
fn misplaced(root: &View<'_>, fragment: &mut Fragment) {
    for key in ["allow", "ask", "deny", "defaultMode"] {
        if let Some(view) = root.get(key).filter(|_| fragment.location.placed) {
            note(SettingKind::Ineffective, key, &view, fragment);
        }
    }
}

fn switches(root: &View<'_>, fragment: &mut Fragment) {
    let on = |key: &str| root.get(key).filter(|it| it.truth() == Some(true));
    if let Some(it) = on("allowManagedPermissionRulesOnly") {
        administrators(Bar::Rules, "allowManagedPermissionRulesOnly", &it, fragment);
    }
    if let Some(it) = on("skipDangerousModePermissionPrompt") {
        // The warning before a session without any questions was accepted once and for all.
        note(SettingKind::ApprovalsOff, "skipDangerousModePermissionPrompt: true", &it, fragment);
    }
}

/// A switch that counts in an administrator's file alone, which an example may well be.
fn administrators(bar: Bar, key: &str, view: &View<'_>, fragment: &mut Fragment) {
    if of_administrator(&format!("{key}: true"), view, fragment) {
        fragment.bars.push((bar, view.place()));
    }
}

/// Whether the file is an administrator's, or an example of one; in any other the line of `view` does nothing.
pub(super) fn of_administrator(raw: &str, view: &View<'_>, fragment: &mut Fragment) -> bool {
    let counts = fragment.location.scope == Scope::Managed || !fragment.location.placed;
    if !counts {
        note(SettingKind::Ineffective, raw, view, fragment);
    }
    counts
}

fn servers(root: &View<'_>, fragment: &mut Fragment) {
    if let Some(all) = root.get("enableAllProjectMcpServers").filter(|it| it.truth() == Some(true)) {
        fragment.states.push(("*".to_owned(), ServerState::Enabled, all.place()));
        note(SettingKind::StartsServers, "enableAllProjectMcpServers: true", &all, fragment);
    }
    approved_servers(root, fragment);
    for item in root.get("deniedMcpServers").map(|it| it.items()).unwrap_or_default() {
        fragment.policy.denied.extend(listed(&item).map(|it| (it, item.place())));
    }
    if let Some(list) = root.get("allowedMcpServers").filter(View::is_list) {
        let entries = list.items().iter().filter_map(listed).collect();
        fragment.policy.allowed = Some((entries, list.place()));
    }
    if let Some(it) = root.get("allowManagedMcpServersOnly").filter(|it| it.truth() == Some(true)) {
        fragment.policy.managed_only = of_administrator("allowManagedMcpServersOnly: true", &it, fragment);
    }
}

/// An entry of a list of servers; none for one that the client strips.
fn listed(item: &View<'_>) -> Option<Listed> {
    let text = |key| item.text_of(key).map(str::to_owned);
    let command = |it: View<'_>| Listed::Command(it.items().iter().filter_map(View::scalar).collect());
    text("serverName")
        .map(Listed::Name)
        .or_else(|| text("serverUrl").map(Listed::Url))
        .or_else(|| item.get("serverCommand").map(command))
}

/// Servers of a project's file that were approved or refused by name.
pub(super) fn approved_servers(root: &View<'_>, fragment: &mut Fragment) {
    for (name, item) in root.get("enabledMcpjsonServers").map(|it| it.texts()).unwrap_or_default() {
        fragment.states.push((name.to_owned(), ServerState::Enabled, item.place()));
        note(SettingKind::StartsServers, format!("enabledMcpjsonServers: {name}"), &item, fragment);
    }
    for (name, item) in root.get("disabledMcpjsonServers").map(|it| it.texts()).unwrap_or_default() {
        fragment.states.push((name.to_owned(), ServerState::Disabled(item.place()), item.place()));
    }
}

/// Events whose hook may answer that a call is approved.
pub(super) const MAY_APPROVE: &[&str] = &["PreToolUse", "PermissionRequest"];

fn hooks(root: &View<'_>, text: &Text<'_>, fragment: &mut Fragment) {
    if let Some(it) = root.get("allowManagedHooksOnly").filter(|it| it.truth() == Some(true)) {
        administrators(Bar::Hooks, "allowManagedHooksOnly", &it, fragment);
    }
    if let Some(it) = root.get("disableAllHooks").filter(|it| it.truth() == Some(true)) {
        fragment.bars.push((Bar::Hooks, it.place()));
    } else if let Some(events) = root.get("hooks") {
        grouped_hooks(&events, MAY_APPROVE, text, fragment);
    }
}

/// The file of the workspace that a command line runs, where it names one.
pub(super) fn project_script(line: &str) -> Option<String> {
    let words =
        shell_words::split(line).unwrap_or_else(|_| line.split_whitespace().map(str::to_owned).collect());
    let of_project = |it: &String| {
        let it = it.split_once('=').map_or(it.as_str(), |(_, it)| it);
        let inside = [
            "$CLAUDE_PROJECT_DIR/",
            "${CLAUDE_PROJECT_DIR}/",
            "./",
            ".claude/",
            "scripts/",
            "${workspaceFolder}/",
        ];
        inside.iter().any(|start| it.starts_with(start))
            || [".sh", ".py", ".js", ".mjs", ".ts", ".ps1"]
                .iter()
                .any(|end| it.ends_with(end) && !it.starts_with(['/', '~', '$']))
    };
    let word = words.into_iter().find(of_project)?;
    let file = word.split_once('=').map_or(word.as_str(), |(_, it)| it);
    Some(file.trim_end_matches(';').to_owned())
}

/// Commands that the client runs of its own accord.
fn commands(root: &View<'_>, text: &Text<'_>, fragment: &mut Fragment) {
    let keys: [&[&str]; 9] = [
        &["statusLine", "command"],
        &["subagentStatusLine", "command"],
        &["fileSuggestion", "command"],
        &["policyHelper", "path"],
        &["apiKeyHelper"],
        &["awsAuthRefresh"],
        &["awsCredentialExport"],
        &["gcpAuthRefresh"],
        &["otelHeadersHelper"],
    ];
    for key in keys {
        let Some(view) = root.at(key) else { continue };
        runs(&key.join("."), &view, text, fragment);
    }
}

/// Variables that send the model's traffic elsewhere.
const ADDRESSES: &[&str] = &["ANTHROPIC_BASE_URL", "ANTHROPIC_BEDROCK_BASE_URL", "ANTHROPIC_VERTEX_BASE_URL"];

fn environment(root: &View<'_>, text: &Text<'_>, fragment: &mut Fragment) {
    for (name, value) in root.get("env").map(|it| it.entries()).unwrap_or_default() {
        if ADDRESSES.contains(&name) {
            note(SettingKind::RedirectsModel, format!("env: {name}"), &value, fragment);
        }
        let held =
            credential::of_entry(text.catalog, name, &value, Holder::Environment, fragment.location.scope);
        fragment.credentials.extend(held);
    }
}
