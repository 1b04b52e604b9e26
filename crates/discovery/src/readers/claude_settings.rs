//! Claude Code's `settings.json` in all its scopes: permissions, modes, hooks, sandbox, server approval.

use ambit_model::facts::{
    FileLimit, Holder, HookFacts, Limit, Match, Network, Sandbox, Selector, ServerState, Setting, SettingKind,
};
use ambit_model::{Gate, Scope};

use super::server_entry::rule;
use super::{Form, Reader, Text, in_folder, in_home, local, managed};
use crate::credential;
use crate::fragment::{Fragment, Rank, Sink};
use crate::tree::{Syntax, View};

pub(super) const READER: Reader = Reader {
    id: "claude-settings",
    places: &[
        in_folder(".claude/settings.json"),
        local(".claude/settings.local.json"),
        in_home(".claude/settings.json"),
        managed("/etc/claude-code/managed-settings.json"),
        managed("/etc/claude-code/managed-settings.d/*.json"),
        managed("/Library/Application Support/ClaudeCode/managed-settings.json"),
    ],
    form: Form::Tree(Syntax::Json),
    marks: &[
        "permissions",
        "skipDangerousModePermissionPrompt",
        "enableAllProjectMcpServers",
        "PreToolUse",
        "Bash(",
    ],
    accepts,
    read,
};

fn accepts(text: &Text<'_>) -> bool {
    let permissions = text.root.get("permissions").is_some_and(|it| {
        ["allow", "deny", "ask", "defaultMode", "disableBypassPermissionsMode"]
            .iter()
            .any(|key| it.get(key).is_some())
    });
    let bare =
        text.root.get("allow").is_some_and(|it| it.texts().iter().any(|(text, _)| text.starts_with("Bash(")));
    permissions || bare || text.root.get("skipDangerousModePermissionPrompt").is_some()
}

fn read(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new("claude-code", text.location.clone(), text.start());
    let root = &text.root;
    permissions(&root.get("permissions").unwrap_or_else(|| root.clone()), text, &mut fragment, sink);
    servers(root, &mut fragment);
    hooks(root, &mut fragment);
    sandbox(root, &mut fragment);
    commands(root, &mut fragment);
    environment(root, text, &mut fragment);
    sink.fragments.push(fragment);
}

fn permissions(view: &View<'_>, text: &Text<'_>, fragment: &mut Fragment, sink: &mut Sink) {
    for (key, gate, rank) in [
        ("deny", Gate::Denied, Rank::Deny),
        ("ask", Gate::Asked, Rank::Ask),
        ("allow", Gate::Auto, Rank::Allow),
    ] {
        for (raw, item) in view.get(key).map(|it| it.texts()).unwrap_or_default() {
            match selector(raw, text) {
                Some(selects) => {
                    let rule = rule(selects, gate, &item, fragment, raw);
                    fragment.rule(rank, rule);
                }
                None => {
                    let setting = setting(SettingKind::Ineffective, format!("{key}: {raw}"), &item, fragment);
                    fragment.setting(setting);
                    let help = "write a tool's name, `Tool(pattern)`, or `mcp__server__tool`";
                    sink.problems.push(text.problem(&item, format!("`{raw}` selects no tool"), help));
                }
            }
        }
    }
    mode(view, fragment);
    for (folder, item) in view.get("additionalDirectories").map(|it| it.texts()).unwrap_or_default() {
        let setting = setting(SettingKind::WidensFiles, folder.to_owned(), &item, fragment);
        fragment.setting(setting);
    }
}

/// What one rule selects; none when no tool has that name.
pub(super) fn selector(raw: &str, text: &Text<'_>) -> Option<Selector> {
    let raw = raw.trim();
    let (name, spec) = match raw.split_once('(') {
        Some((name, rest)) => (name, Some(rest.strip_suffix(')').unwrap_or(rest))),
        None => (raw, None),
    };
    if let Some(rest) = name.strip_prefix("mcp__") {
        let (server, tool) = rest.split_once("__").unwrap_or((rest, "*"));
        return Some(Selector::Server { server: server.to_owned(), tool: tool.to_owned() });
    }
    if name == "*" {
        return Some(Selector::Any);
    }
    let client = text.catalog.client("claude-code")?;
    let (_, tool) =
        client.tools.iter().find(|(tool, it)| *tool == name || it.aliases.iter().any(|it| it == name))?;
    let limit = spec
        .map(str::trim)
        .filter(|it| !matches!(*it, "" | "*" | ":*" | "**"))
        .map(|spec| limit(tool.kind, spec));
    Some(Selector::Builtin { tool: name.to_owned(), limit })
}

fn limit(kind: ambit_catalog::schema::BuiltinKind, spec: &str) -> Limit {
    use ambit_catalog::schema::BuiltinKind;
    match kind {
        BuiltinKind::Fetch => Limit::Domain(spec.strip_prefix("domain:").unwrap_or(spec).to_owned()),
        BuiltinKind::Read | BuiltinKind::Edit => Limit::Path(spec.to_owned()),
        _ => command(spec),
    }
}

/// `git status:*` and `git status *` allow anything to follow; a star elsewhere stands for anything.
pub(super) fn command(spec: &str) -> Limit {
    let prefix = spec.strip_suffix(":*").or_else(|| spec.strip_suffix(" *"));
    match prefix {
        Some(text) if !text.contains('*') => Limit::Command { text: text.to_owned(), form: Match::Prefix },
        _ if spec.contains('*') => Limit::Command { text: spec.to_owned(), form: Match::Glob },
        _ => Limit::Command { text: spec.to_owned(), form: Match::Exact },
    }
}

fn setting(kind: SettingKind, raw: String, view: &View<'_>, fragment: &Fragment) -> Setting {
    let scope = fragment.location.scope;
    Setting {
        kind,
        raw,
        place: view.place(),
        pointer: view.pointer().to_owned(),
        scope,
        // What a repository brings along counts only in a folder that the user has trusted.
        trust_gated: scope == Scope::Project,
    }
}

/// `defaultMode` of the strongest scope is what every call meets that no rule selects.
fn mode(view: &View<'_>, fragment: &mut Fragment) {
    let Some(mode) = view.get("defaultMode") else { return };
    let word = mode.text().unwrap_or_default();
    let edits = || Selector::Builtin { tool: "Edit".to_owned(), limit: None };
    let (selects, gate, rank, kind) = match word {
        "bypassPermissions" => (Selector::Any, Gate::Auto, Rank::Bypass, Some(SettingKind::ApprovalsOff)),
        "auto" => (Selector::Any, Gate::Auto, Rank::Mode, Some(SettingKind::ClassifierApproves)),
        "acceptEdits" => (edits(), Gate::Auto, Rank::Mode, None),
        "dontAsk" => (Selector::Any, Gate::Denied, Rank::Mode, None),
        "plan" => (edits(), Gate::Denied, Rank::Mode, None),
        _ => return,
    };
    let raw = format!("defaultMode: {word}");
    let rule = rule(selects, gate, &mode, fragment, &raw);
    fragment.mode_rule("mode", rank, rule);
    if let Some(kind) = kind {
        let setting = setting(kind, raw, &mode, fragment);
        fragment.settings.push((Some("mode"), setting));
    }
}

fn servers(root: &View<'_>, fragment: &mut Fragment) {
    if let Some(all) = root.get("enableAllProjectMcpServers").filter(|it| it.truth() == Some(true)) {
        fragment.states.push(("*".to_owned(), ServerState::Enabled, all.place()));
        let setting = setting(
            SettingKind::StartsServers,
            "enableAllProjectMcpServers: true".to_owned(),
            &all,
            fragment,
        );
        fragment.setting(setting);
    }
    for (name, item) in root.get("enabledMcpjsonServers").map(|it| it.texts()).unwrap_or_default() {
        fragment.states.push((name.to_owned(), ServerState::Enabled, item.place()));
        let setting =
            setting(SettingKind::StartsServers, format!("enabledMcpjsonServers: {name}"), &item, fragment);
        fragment.setting(setting);
    }
    for (name, item) in root.get("disabledMcpjsonServers").map(|it| it.texts()).unwrap_or_default() {
        fragment.states.push((name.to_owned(), ServerState::Disabled(item.place()), item.place()));
    }
    for item in root.get("deniedMcpServers").map(|it| it.items()).unwrap_or_default() {
        if let Some(name) = item.text_of("serverName") {
            fragment.states.push((name.to_owned(), ServerState::Disabled(item.place()), item.place()));
        }
    }
}

/// Events whose hook may answer that a call is approved.
const MAY_APPROVE: &[&str] = &["PreToolUse", "PermissionRequest"];

/// Hooks of the shape `{Event: [{matcher, hooks: [{type, command}]}]}`.
pub(super) fn hooks(root: &View<'_>, fragment: &mut Fragment) {
    if root.is_true("disableAllHooks") {
        return;
    }
    for (event, groups) in root.get("hooks").map(|it| it.entries()).unwrap_or_default() {
        let hooks = groups
            .items()
            .into_iter()
            .flat_map(|it| it.get("hooks").map(|it| it.items()).unwrap_or_default());
        for hook in hooks.collect::<Vec<_>>() {
            let Some(command) = ["command", "url", "prompt"].iter().find_map(|it| hook.get(it)) else {
                continue;
            };
            let line = command.text().unwrap_or_default();
            fragment.hooks.push(HookFacts {
                event: event.to_owned(),
                command: line.to_owned(),
                script: project_script(line),
                package: None,
                place: command.place(),
                pointer: hook.pointer().to_owned(),
                scope: fragment.location.scope,
                may_approve: MAY_APPROVE.contains(&event),
            });
        }
    }
}

/// The file of the workspace that a command line runs, where it names one.
pub(super) fn project_script(line: &str) -> Option<String> {
    let words =
        shell_words::split(line).unwrap_or_else(|_| line.split_whitespace().map(str::to_owned).collect());
    let of_project = |it: &String| {
        let it = it.split_once('=').map_or(it.as_str(), |(_, it)| it);
        let inside = [
            "$CLAUDE_PROJECT_DIR",
            "${CLAUDE_PROJECT_DIR}",
            "./",
            ".claude/",
            "scripts/",
            "${workspaceFolder}",
        ];
        inside.iter().any(|start| it.starts_with(start))
            || [".sh", ".py", ".js", ".mjs", ".ts", ".ps1"]
                .iter()
                .any(|end| it.ends_with(end) && !it.starts_with(['/', '~', '$']))
    };
    words.into_iter().find(of_project).map(|it| it.trim_end_matches(';').to_owned())
}

fn sandbox(root: &View<'_>, fragment: &mut Fragment) {
    let Some(view) = root.get("sandbox").filter(View::is_map) else { return };
    let scope = fragment.location.scope;
    let network = view.get("network");
    let hosts = network.as_ref().and_then(|it| it.get("allowedDomains")).map(|it| it.texts());
    let hosts: Option<Vec<String>> =
        hosts.map(|it| it.into_iter().map(|(text, _)| text.to_owned()).collect());
    // Leaving the sandbox is allowed unless a setting forbids it.
    let escape = match view.get("allowUnsandboxedCommands") {
        Some(it) if it.truth() == Some(false) => None,
        Some(it) => Some(it.place()),
        None => Some(view.place()),
    };
    let enabled = view.is_true("enabled");
    fragment.sandbox = Some(Sandbox {
        enabled,
        network: match hosts {
            Some(hosts) if hosts.is_empty() => Network::Closed,
            Some(hosts) => Network::Hosts(hosts),
            None => Network::Closed,
        },
        files: FileLimit::Workspace,
        escape,
        place: view.place(),
        scope,
    });
    if enabled && view.get("autoAllowBashIfSandboxed").and_then(|it| it.truth()) != Some(false) {
        let auto = view.get("autoAllowBashIfSandboxed").unwrap_or_else(|| view.clone());
        let selects = Selector::Builtin { tool: "Bash".to_owned(), limit: None };
        let rule = rule(selects, Gate::Auto, &auto, fragment, "sandbox: commands run without asking");
        fragment.mode_rule("sandbox", Rank::Mode, rule);
    }
    for (excluded, item) in view.get("excludedCommands").map(|it| it.texts()).unwrap_or_default() {
        let setting =
            setting(SettingKind::SandboxEscape, format!("excludedCommands: {excluded}"), &item, fragment);
        fragment.setting(setting);
    }
}

/// Commands that the client runs of its own accord.
fn commands(root: &View<'_>, fragment: &mut Fragment) {
    let keys: [&[&str]; 8] = [
        &["statusLine", "command"],
        &["subagentStatusLine", "command"],
        &["fileSuggestion", "command"],
        &["apiKeyHelper"],
        &["awsAuthRefresh"],
        &["awsCredentialExport"],
        &["gcpAuthRefresh"],
        &["otelHeadersHelper"],
    ];
    for key in keys {
        let Some(view) = root.at(key) else { continue };
        let raw = format!("{}: {}", key.join("."), view.text().unwrap_or_default());
        let setting = setting(SettingKind::RunsCommand, raw, &view, fragment);
        fragment.setting(setting);
    }
}

fn environment(root: &View<'_>, text: &Text<'_>, fragment: &mut Fragment) {
    for (name, value) in root.get("env").map(|it| it.entries()).unwrap_or_default() {
        if name == "ANTHROPIC_BASE_URL" {
            let setting = setting(SettingKind::RedirectsModel, format!("env: {name}"), &value, fragment);
            fragment.setting(setting);
        }
        let held =
            credential::of_entry(text.catalog, name, &value, Holder::Environment, fragment.location.scope);
        fragment.credentials.extend(held);
    }
}
