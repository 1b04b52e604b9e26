//! Codex's `config.toml` in all its scopes, and the files of the same shape: roles of sub-agents, profiles,
//! what the machine manages.

use ambit_model::facts::{CredentialFacts, Holder, InstructionFacts, InstructionKind, SettingKind};
use ambit_model::{Gate, Scope, Trust};

use super::codex_sandbox::{POLICIES, SANDBOXES, permissions};
use super::record::{add, add_in, builtin, grouped_hooks, note, of_server, of_workspace, runs};
use super::server_entry::read_all;
use super::{Base, Form, Reader, Spot, Text, in_folder, in_home, managed, nowhere_else};
use crate::credential;
use crate::fragment::{Fragment, Rank, Sink};
use crate::tree::{Syntax, View};

pub(super) const CLIENT: &str = "codex";

pub(in crate::readers) const READER: Reader = Reader {
    id: "codex-config",
    places: &[
        in_folder(".codex/config.toml"),
        in_home(".codex/config.toml"),
        // Presets of the machine yield to the user's own file.
        Spot { path: "/etc/codex/config.toml", scope: Scope::User, base: Base::Machine },
        managed("/etc/codex/managed_config.toml"),
        Spot { path: ".codex/managed_config.toml", scope: Scope::Managed, base: Base::Home },
    ],
    form: Form::Tree(Syntax::Toml),
    marks: &["mcp_servers", "approval_policy", "sandbox_mode", "trust_level"],
    accepts,
    read,
};

/// A role of a sub-agent: a configuration of its own on top of the main agent's.
pub(super) const ROLE: Reader = Reader {
    id: "codex-agent",
    places: &[in_folder(".codex/agents/*.toml"), in_home(".codex/agents/*.toml")],
    form: Form::Tree(Syntax::Toml),
    marks: &[],
    accepts: nowhere_else,
    read: role,
};

/// A profile counts only when it is asked for by name at the start.
pub(super) const PROFILE: Reader = Reader {
    id: "codex-profile",
    places: &[in_home(".codex/*.config.toml")],
    form: Form::Tree(Syntax::Toml),
    marks: &[],
    accepts: nowhere_else,
    read: profile,
};

pub(super) const HOOKS: Reader = Reader {
    id: "codex-hooks",
    places: &[in_folder(".codex/hooks.json"), in_home(".codex/hooks.json")],
    form: Form::Tree(Syntax::Json),
    marks: &[],
    accepts: nowhere_else,
    read: hooks,
};

/// A file that is made into a configuration elsewhere, by a program that is not run here.
pub(super) const TEMPLATE: Reader = Reader {
    id: "codex-template",
    places: &[in_folder(".codex/config.toml.tmpl")],
    form: Form::Plain,
    marks: &[".codex", "approval_policy", "mcp_servers", "sandbox_mode"],
    accepts: |text| {
        let template = text.path.rsplit('.').next() == Some("tmpl") && text.text.contains("{{");
        template && (text.path.contains("codex/config.toml") || text.text.contains("config.toml"))
    },
    read: |text, sink| {
        let help = "scan the file that is made from it, such as `~/.codex/config.toml`";
        sink.problems.push(text.problem(&text.root, "a template of Codex's configuration is not read", help));
    },
};

/// Events whose hook may answer that a call is approved.
const MAY_APPROVE: &[&str] = &["PreToolUse", "PermissionRequest"];

fn accepts(text: &Text<'_>) -> bool {
    let root = &text.root;
    let policy = root.text_of("approval_policy").is_some_and(|it| POLICIES.contains(&it));
    let sandbox = root.text_of("sandbox_mode").is_some_and(|it| SANDBOXES.contains(&it));
    let trust = root.get("projects").is_some_and(|it| {
        it.entries().iter().any(|(_, it)| matches!(it.text_of("trust_level"), Some("trusted" | "untrusted")))
    });
    policy || sandbox || trust || root.get("mcp_servers").is_some_and(|it| it.is_map())
}

fn read(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    let chosen = text.root.text_of("profile").and_then(|it| text.root.at(&["profiles", it]));
    layer(&Layer { root: &text.root, profile: chosen.as_ref() }, text, &mut fragment, sink);
    for (name, profile) in text.root.get("profiles").map(|it| it.entries()).unwrap_or_default() {
        if text.root.text_of("profile") != Some(name) {
            unchosen(name, &profile, &mut fragment);
        }
    }
    projects(&text.root, &mut fragment);
    plugins(&text.root, &mut fragment);
    sink.fragments.push(fragment);
}

/// A file's keys, with those of its chosen profile before them.
pub(super) struct Layer<'a> {
    pub(super) root: &'a View<'a>,
    pub(super) profile: Option<&'a View<'a>>,
}

impl<'a> Layer<'a> {
    pub(super) fn get(&self, key: &str) -> Option<View<'a>> {
        self.profile.and_then(|it| it.get(key)).or_else(|| self.root.get(key))
    }
}

/// What each kind of file may say.
fn layer(layer: &Layer<'_>, text: &Text<'_>, fragment: &mut Fragment, sink: &mut Sink) {
    fragment.model = layer.get("model").and_then(|it| Some((it.text()?.to_owned(), it.place())));
    permissions(layer, text, fragment, sink);
    web_search(layer, fragment);
    servers(layer.root, text, fragment, sink);
    providers(layer, text, fragment);
    environment(layer.root, text, fragment);
    instructions(layer, text, fragment);
    if let Some(command) = layer.get("notify") {
        runs("notify", &command, text, fragment);
    }
    if let Some(events) = layer.get("hooks") {
        grouped_hooks(&events, MAY_APPROVE, text, fragment);
    }
}

fn role(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    fragment.name = Some(text.root.text_of("name").unwrap_or_else(|| text.stem()).to_owned());
    layer(&Layer { root: &text.root, profile: None }, text, &mut fragment, sink);
    sink.fragments.push(fragment);
}

fn profile(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    unchosen(text.stem(), &text.root, &mut fragment);
    sink.fragments.push(fragment);
}

/// A profile that nothing chooses here is one word away from being chosen, so it is shown.
fn unchosen(name: &str, profile: &View<'_>, fragment: &mut Fragment) {
    for key in ["approval_policy", "approvals_reviewer", "sandbox_mode", "default_permissions"] {
        if let Some(it) = profile.get(key) {
            let word = it.scalar().unwrap_or_default();
            let raw = format!("{key}: {word} (only with the profile `{name}`)");
            note(SettingKind::Ineffective, raw, &it, fragment);
        }
    }
}

/// In a trusted folder the repository's own configuration, servers and hooks count.
fn projects(root: &View<'_>, fragment: &mut Fragment) {
    for (folder, project) in root.get("projects").map(|it| it.entries()).unwrap_or_default() {
        if let Some(level) = project.get("trust_level").filter(|it| it.text() == Some("trusted")) {
            note(SettingKind::StartsServers, format!("projects: {folder}: trusted"), &level, fragment);
        }
    }
}

/// Plug-ins bring skills and servers that no file here describes.
fn plugins(root: &View<'_>, fragment: &mut Fragment) {
    for (name, plugin) in root.get("plugins").map(|it| it.entries()).unwrap_or_default() {
        if plugin.is_false("enabled") {
            continue;
        }
        fragment.instructions.push(InstructionFacts {
            name: name.to_owned(),
            kind: InstructionKind::Skill,
            trust: Trust::Partner,
            because: "a plug-in from a marketplace".to_owned(),
            pinned: false,
            signals: Vec::new(),
            place: plugin.place(),
        });
    }
}

fn web_search(layer: &Layer<'_>, fragment: &mut Fragment) {
    const SLOT: &str = "web_search";
    let Some(mode) = layer.get("web_search") else { return };
    let raw = format!("web_search: {}", mode.scalar().unwrap_or_default());
    let gate = match mode.text() {
        Some("disabled") => Gate::Denied,
        Some("live") => Gate::Auto,
        _ => return fragment.defaults.push(SLOT),
    };
    let rank = if gate == Gate::Denied { Rank::Deny } else { Rank::Allow };
    add_in(SLOT, rank, (builtin("web_search"), gate), (&mode, &raw), fragment);
}

fn servers(root: &View<'_>, text: &Text<'_>, fragment: &mut Fragment, sink: &mut Sink) {
    let Some(list) = root.get("mcp_servers") else { return };
    read_all(&list, text, fragment, sink);
    for (name, entry) in list.entries() {
        if let Some(mode) = entry.get("default_tools_approval_mode") {
            approval(name, "*", &mode, fragment);
        }
        for (tool, settings) in entry.get("tools").map(|it| it.entries()).unwrap_or_default() {
            if let Some(mode) = settings.get("approval_mode") {
                approval(name, tool, &mode, fragment);
            }
        }
    }
}

/// `auto` goes by what the tool says of itself, which is what the client does anyway.
fn approval(server: &str, tool: &str, mode: &View<'_>, fragment: &mut Fragment) {
    let word = mode.text().unwrap_or_default();
    let raw = format!("{server}: {tool}: {word}");
    let gate = match word {
        "approve" => Gate::Auto,
        "prompt" => Gate::Asked,
        _ => return,
    };
    // The mode of one tool stands before the one of all.
    let rank = if tool == "*" { Rank::Allow } else { Rank::Ask };
    add(rank, of_server(server, tool), gate, (mode, &raw), fragment);
}

/// Keys that a repository's own file cannot set.
fn only_from_user(text: &Text<'_>) -> bool {
    text.location.placed && text.location.scope == Scope::Project
}

fn providers(layer: &Layer<'_>, text: &Text<'_>, fragment: &mut Fragment) {
    let mut redirect = |raw: String, view: &View<'_>, counts: bool| {
        let counts = counts && !only_from_user(text);
        let kind = if counts { SettingKind::RedirectsModel } else { SettingKind::Ineffective };
        note(kind, raw, view, fragment);
    };
    for key in ["openai_base_url", "chatgpt_base_url"] {
        if let Some(it) = layer.get(key) {
            redirect(key.to_owned(), &it, true);
        }
    }
    let chosen = layer.get("model_provider").and_then(|it| it.text());
    let list = layer.root.get("model_providers").map(|it| it.entries()).unwrap_or_default();
    for (name, provider) in &list {
        if let Some(it) = provider.get("base_url") {
            redirect(format!("model_providers: {name}: base_url"), &it, chosen == Some(name));
        }
    }
    let scope = text.location.scope;
    for (_, provider) in &list {
        if let Some(variable) = provider.get("env_key") {
            let name = variable.text().unwrap_or_default();
            fragment.credentials.extend(credential::kind(text.catalog, name, "").map(|kind| {
                CredentialFacts {
                    name: name.to_owned(),
                    kind,
                    holder: Holder::Environment,
                    value: None,
                    place: variable.place(),
                    pointer: variable.pointer().to_owned(),
                    scope,
                }
            }));
        }
        let headers = provider.get("http_headers").map(|it| it.entries()).unwrap_or_default();
        let token = provider.get("experimental_bearer_token").map(|it| ("experimental_bearer_token", it));
        for (name, value) in headers.into_iter().chain(token) {
            let held = credential::of_entry(text.catalog, name, &value, Holder::Header, scope);
            fragment.credentials.extend(held);
        }
    }
}

/// What commands see of the environment.
fn environment(root: &View<'_>, text: &Text<'_>, fragment: &mut Fragment) {
    let Some(policy) = root.get("shell_environment_policy") else { return };
    let scope = text.location.scope;
    for (name, value) in policy.get("set").map(|it| it.entries()).unwrap_or_default() {
        let held = credential::of_entry(text.catalog, name, &value, Holder::Environment, scope);
        fragment.credentials.extend(held);
    }
    // Otherwise variables with key, secret or token in their names are kept back.
    if let Some(it) = policy.get("ignore_default_excludes").filter(|it| it.truth() == Some(true)) {
        let inherits = policy.text_of("inherit").is_none_or(|it| it == "all");
        if inherits && policy.get("include_only").is_none() {
            fragment.credentials.push(CredentialFacts {
                name: "the user's environment".to_owned(),
                kind: "environment".to_owned(),
                holder: Holder::Environment,
                value: None,
                place: it.place(),
                pointer: it.pointer().to_owned(),
                scope,
            });
        }
    }
}

fn instructions(layer: &Layer<'_>, text: &Text<'_>, fragment: &mut Fragment) {
    for key in ["developer_instructions", "instructions"] {
        let Some(view) = layer.get(key) else { continue };
        let body = view.text().unwrap_or_default();
        let name = format!("{}: {key}", text.path);
        fragment.instructions.push(of_workspace(name, InstructionKind::Prompt, body, view.place()));
    }
    if let Some(view) = layer.get("model_instructions_file") {
        let name = view.text().unwrap_or_default();
        fragment.instructions.push(of_workspace(name, InstructionKind::Prompt, "", view.place()));
    }
}

fn hooks(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    let events = text.root.get("hooks").unwrap_or_else(|| text.root.clone());
    grouped_hooks(&events, MAY_APPROVE, text, &mut fragment);
    sink.fragments.push(fragment);
}
