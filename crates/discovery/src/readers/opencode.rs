//! `OpenCode`: `opencode.json` in all its scopes, agents, commands, and the code that it loads.

use ambit_model::Gate;
use ambit_model::facts::{
    Holder, HookFacts, InstructionKind, Limit, Package, Selector, ServerState, SettingKind,
};

use super::claude_settings::command as command_limit;
use super::record::{
    body, credentials, instruction, line, model, note, pointed, redirects_model, setting, tool,
};
use super::server_entry::{self, rule};
use super::{Form, Reader, Text, in_folder, in_home, managed, nowhere_else};
use crate::fragment::{Fragment, Rank, Sink};
use crate::launch;
use crate::tree::{Syntax, View};

const CLIENT: &str = "opencode";

pub(super) const CONFIG: Reader = Reader {
    id: "opencode",
    places: &[
        in_folder(".opencode/opencode.json"),
        in_folder(".opencode/opencode.jsonc"),
        in_folder("opencode.json"),
        in_folder("opencode.jsonc"),
        in_home(".config/opencode/opencode.json"),
        in_home(".config/opencode/opencode.jsonc"),
        in_home(".config/opencode/config.json"),
        in_home(".opencode/opencode.json"),
        in_home(".opencode/opencode.jsonc"),
        managed("/etc/opencode/opencode.json"),
        managed("/etc/opencode/opencode.jsonc"),
        managed("/Library/Application Support/opencode/opencode.json"),
        managed("/Library/Application Support/opencode/opencode.jsonc"),
    ],
    form: Form::Tree(Syntax::Json),
    marks: &["opencode.ai/config.json"],
    accepts: |text| text.root.text_of("$schema").is_some_and(|it| it.ends_with("opencode.ai/config.json")),
    read,
};

pub(super) const AGENT: Reader = Reader {
    id: "opencode-agent",
    places: &[
        in_folder(".opencode/agent/**/*.md"),
        in_folder(".opencode/agents/**/*.md"),
        in_home(".config/opencode/agent/**/*.md"),
        in_home(".config/opencode/agents/**/*.md"),
    ],
    form: Form::Markdown,
    marks: &[],
    accepts: nowhere_else,
    read: |text, sink| {
        let mut fragment = of_agent(text.stem(), &text.root, text);
        fragment.place = text.start();
        body(text.path, InstructionKind::Prompt, text, &mut fragment);
        sink.fragments.push(fragment);
    },
};

pub(super) const COMMAND: Reader = Reader {
    id: "opencode-command",
    places: &[
        in_folder(".opencode/command/**/*.md"),
        in_folder(".opencode/commands/**/*.md"),
        in_home(".config/opencode/command/**/*.md"),
        in_home(".config/opencode/commands/**/*.md"),
    ],
    form: Form::Markdown,
    marks: &[],
    accepts: nowhere_else,
    read: |text, sink| {
        let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
        body(text.path, InstructionKind::Command, text, &mut fragment);
        sink.fragments.push(fragment);
    },
};

pub(super) const PLUGIN: Reader = Reader {
    id: "opencode-plugin",
    places: &[
        in_folder(".opencode/plugin/*.ts"),
        in_folder(".opencode/plugin/*.js"),
        in_folder(".opencode/plugins/*.ts"),
        in_folder(".opencode/plugins/*.js"),
        in_home(".config/opencode/plugin/*.ts"),
        in_home(".config/opencode/plugin/*.js"),
        in_home(".config/opencode/plugins/*.ts"),
        in_home(".config/opencode/plugins/*.js"),
    ],
    form: Form::Plain,
    marks: &[],
    accepts: nowhere_else,
    read: |text, sink| {
        let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
        load(text.path, None, Some(text.path.to_owned()), &text.root, &mut fragment);
        sink.fragments.push(fragment);
    },
};

fn read(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    let root = &text.root;
    model(root.get("model"), &mut fragment);
    servers(root, text, &mut fragment, sink);
    permissions(root, text, &mut fragment);
    for item in root.get("instructions").map(|it| it.items()).unwrap_or_default() {
        pointed(InstructionKind::Rules, &item, text, &mut fragment);
    }
    for item in root.get("plugin").map(|it| it.items()).unwrap_or_default() {
        plugin(&item, &mut fragment);
    }
    for key in ["lsp", "formatter"] {
        for (name, entry) in root.get(key).map(|it| it.entries()).unwrap_or_default() {
            if let Some(command) = entry.get("command").filter(|_| !entry.is_true("disabled")) {
                let shown = line(&command, text, &mut fragment);
                let raw = format!("{key}.{name}.command: {shown}");
                note(SettingKind::RunsCommand, raw, &command, &mut fragment);
            }
        }
    }
    providers(root, text, &mut fragment);
    exposed(root, &mut fragment);
    sink.fragments.push(fragment);
    for (name, entry) in root.get("agent").map(|it| it.entries()).unwrap_or_default() {
        if !entry.is_true("disable") {
            sink.fragments.push(of_agent(name, &entry, text));
        }
    }
}

fn servers(root: &View<'_>, text: &Text<'_>, fragment: &mut Fragment, sink: &mut Sink) {
    for (name, entry) in root.get("mcp").map(|it| it.entries()).unwrap_or_default() {
        let switch = entry.get("enabled").filter(|_| entry.entries().len() == 1);
        let Some(switch) = switch else {
            server_entry::read(name, &entry, text, fragment, sink);
            continue;
        };
        let state = match switch.truth() {
            Some(false) => ServerState::Disabled(switch.place()),
            _ => ServerState::Enabled,
        };
        fragment.states.push((name.to_owned(), state, switch.place()));
    }
}

/// The last rule that matches decides, so the last is written first. All have one rank: their order is all
/// that counts.
fn permissions(root: &View<'_>, text: &Text<'_>, fragment: &mut Fragment) {
    // The older switches take a tool away whatever the rules say.
    for (name, view) in root.get("tools").map(|it| it.entries()).unwrap_or_default() {
        if view.truth() == Some(false) {
            let selects = selector(name, None, root, text);
            let rule = rule(selects, Gate::Denied, &view, fragment, &format!("tools.{name}: false"));
            fragment.rule(Rank::Deny, rule);
        }
    }
    let Some(all) = root.get("permission") else { return };
    if let Some(gate) = gate(&all) {
        let raw = format!("permission: {}", all.text().unwrap_or_default());
        // One word for all tools: the dialog offers to silence the question.
        let gate = if gate == Gate::Asked { Gate::Prompted } else { gate };
        let rule = rule(Selector::Any, gate, &all, fragment, &raw);
        fragment.mode_rule("permission", Rank::Mode, rule);
        if gate == Gate::Auto {
            let setting = setting(SettingKind::ApprovalsOff, raw, &all, fragment);
            fragment.settings.push((Some("permission"), setting));
        }
        return;
    }
    for (name, view) in all.entries().into_iter().rev() {
        for (pattern, action) in actions(&view).into_iter().rev() {
            let Some(gate) = gate(&action) else { continue };
            let raw = match pattern {
                Some(pattern) => {
                    format!("permission.{name}: {pattern}: {}", action.text().unwrap_or_default())
                }
                None => format!("permission.{name}: {}", action.text().unwrap_or_default()),
            };
            special(name, gate, &raw, &action, fragment);
            // A guard against loops selects no tool.
            if matches!(name, "doom_loop" | "external_directory") {
                continue;
            }
            let selects = selector(name, pattern, root, text);
            let rule = rule(selects, gate, &action, fragment, &raw);
            fragment.rule(Rank::Allow, rule);
        }
    }
}

fn special(name: &str, gate: Gate, raw: &str, view: &View<'_>, fragment: &mut Fragment) {
    if gate == Gate::Auto && name == "external_directory" {
        note(SettingKind::WidensFiles, raw, view, fragment);
    }
    if gate == Gate::Auto && name == "*" {
        note(SettingKind::ApprovalsOff, raw, view, fragment);
    }
}

/// One action for all calls, or one per pattern.
fn actions<'a>(view: &View<'a>) -> Vec<(Option<&'a str>, View<'a>)> {
    if view.is_map() {
        view.entries().into_iter().map(|(pattern, it)| (Some(pattern), it)).collect()
    } else {
        vec![(None, view.clone())]
    }
}

fn gate(view: &View<'_>) -> Option<Gate> {
    match view.text()? {
        "allow" => Some(Gate::Auto),
        "ask" => Some(Gate::Asked),
        "deny" => Some(Gate::Denied),
        _ => None,
    }
}

/// Tools of a server are called `<server>_<tool>`.
fn selector(name: &str, pattern: Option<&str>, root: &View<'_>, text: &Text<'_>) -> Selector {
    if name == "*" {
        return Selector::Any;
    }
    let declared = root.get("mcp").map(|it| it.entries()).unwrap_or_default();
    let of_declared = declared
        .iter()
        .filter_map(|(server, _)| Some((*server, name.strip_prefix(server)?.strip_prefix('_')?)))
        .max_by_key(|(server, _)| server.len());
    let guessed = name.strip_suffix("_*").map(|server| (server, "*"));
    if let Some((server, tool)) = of_declared.or(guessed) {
        return Selector::Server { server: server.to_owned(), tool: tool.to_owned() };
    }
    let limit = pattern.filter(|it| !matches!(*it, "*" | "**")).map(|pattern| match name {
        "read" | "edit" | "write" | "patch" | "glob" | "list" => Limit::Path(pattern.to_owned()),
        "webfetch" => Limit::Domain(host(pattern).to_owned()),
        _ => command_limit(pattern),
    });
    tool(CLIENT, name, limit, text.catalog)
}

fn host(pattern: &str) -> &str {
    let rest = pattern.split_once("://").map_or(pattern, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

fn of_agent(name: &str, entry: &View<'_>, text: &Text<'_>) -> Fragment {
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), entry.place());
    fragment.name = Some(name.to_owned());
    model(entry.get("model"), &mut fragment);
    permissions(entry, text, &mut fragment);
    if let Some(prompt) = entry.get("prompt") {
        let said = prompt.text().unwrap_or_default();
        match said.strip_prefix("{file:").and_then(|it| it.strip_suffix('}')) {
            Some(path) => instruction(path, InstructionKind::Prompt, "", prompt.place(), &mut fragment),
            None => instruction(name, InstructionKind::Prompt, said, prompt.place(), &mut fragment),
        }
    }
    fragment
}

/// A package of npm or a file, loaded as code when the client starts.
fn plugin(item: &View<'_>, fragment: &mut Fragment) {
    // An entry with options is a list: the name first.
    let first = item.items().into_iter().next();
    let Some((name, view)) = first.and_then(|it| Some((it.text()?, it))) else { return };
    let is_file = name.starts_with(['.', '/', '~']) || name.starts_with("file:");
    if is_file {
        load(name, None, Some(name.trim_start_matches("file://").to_owned()), &view, fragment);
    } else {
        load(name, Some(package(name, &view)), None, &view, fragment);
    }
}

fn package(name: &str, view: &View<'_>) -> Package {
    let (ecosystem, name, pin) = launch::npm(name);
    Package { ecosystem: ecosystem.to_owned(), name, pin, place: view.place() }
}

fn load(
    name: &str,
    package: Option<Package>,
    script: Option<String>,
    view: &View<'_>,
    fragment: &mut Fragment,
) {
    fragment.hooks.push(HookFacts {
        event: "plugin".to_owned(),
        command: name.to_owned(),
        script,
        package,
        place: view.place(),
        pointer: view.pointer().to_owned(),
        scope: fragment.location.scope,
        // A plug-in can answer permission requests.
        may_approve: true,
    });
}

fn providers(root: &View<'_>, text: &Text<'_>, fragment: &mut Fragment) {
    for (_, provider) in root.get("provider").map(|it| it.entries()).unwrap_or_default() {
        credentials(provider.get("options"), Holder::File, text, fragment);
        credentials(provider.at(&["options", "headers"]), Holder::Header, text, fragment);
        redirects_model("baseURL", provider.at(&["options", "baseURL"]), text, fragment);
        if let Some((name, view)) = provider.get("npm").and_then(|it| Some((it.text()?, it))) {
            let package = package(name, &view);
            let mut hook = HookFacts {
                event: "provider".to_owned(),
                command: name.to_owned(),
                script: None,
                package: Some(package),
                place: view.place(),
                pointer: view.pointer().to_owned(),
                scope: fragment.location.scope,
                may_approve: false,
            };
            if name.starts_with("file:") {
                hook.script = Some(name.trim_start_matches("file://").to_owned());
                hook.package = None;
            }
            fragment.hooks.push(hook);
        }
    }
}

/// The server of the client has no password unless its environment sets one.
fn exposed(root: &View<'_>, fragment: &mut Fragment) {
    let Some(host) = root.at(&["server", "hostname"]) else { return };
    let name = host.text().unwrap_or_default();
    if !matches!(name, "" | "localhost" | "127.0.0.1" | "::1") {
        note(SettingKind::ExposesControl, format!("server.hostname: {name}"), &host, fragment);
    }
}
