//! What Codex asks for, and what its sandbox leaves: approval policies, sandbox modes, permission profiles.

use ambit_model::Gate;
use ambit_model::facts::{FileLimit, Limit, Network, Sandbox, Selector, SettingKind};

use super::Text;
use super::codex_config::Layer;
use super::record::{add, add_in, builtin, note, note_in};
use crate::fragment::{Fragment, Rank, Sink};
use crate::tree::View;

/// Values of `approval_policy`.
pub(super) const POLICIES: &[&str] = &["untrusted", "on-failure", "on-request", "never"];
/// Values of `sandbox_mode`.
pub(super) const SANDBOXES: &[&str] = &["read-only", "workspace-write", "danger-full-access"];

pub(super) const POLICY: &str = "approval_policy";
pub(super) const REVIEWER: &str = "approvals_reviewer";
pub(super) const MODE: &str = "sandbox_mode";

const SHELL: &str = "shell";
const EDIT: &str = "apply_patch";

/// Reads approvals and sandbox of a layer.
pub(super) fn permissions(layer: &Layer<'_>, text: &Text<'_>, fragment: &mut Fragment, sink: &mut Sink) {
    reviewer(layer, fragment);
    approvals(layer, text, fragment, sink);
    match layer.get("default_permissions") {
        Some(name) => profile(&name, layer, text, fragment, sink),
        None => mode(layer, text, fragment, sink),
    }
}

/// A reviewer that is a model answers the questions in the user's place.
fn reviewer(layer: &Layer<'_>, fragment: &mut Fragment) {
    let Some(view) = layer.get(REVIEWER) else { return };
    match view.text() {
        Some(word @ ("auto_review" | "guardian_subagent")) => {
            let raw = format!("{REVIEWER}: {word}");
            add_in(REVIEWER, Rank::Mode, (Selector::Any, Gate::Auto), (&view, &raw), fragment);
            note_in(REVIEWER, SettingKind::ClassifierApproves, raw, &view, fragment);
        }
        _ => fragment.defaults.push(REVIEWER),
    }
}

fn approvals(layer: &Layer<'_>, text: &Text<'_>, fragment: &mut Fragment, sink: &mut Sink) {
    let Some(view) = layer.get(POLICY) else { return };
    let word = view.text().unwrap_or_default();
    let raw = format!("{POLICY}: {word}");
    match word {
        "never" => {
            add_in(POLICY, Rank::Bypass, (Selector::Any, Gate::Auto), (&view, &raw), fragment);
            note_in(POLICY, SettingKind::ApprovalsOff, raw, &view, fragment);
        }
        "untrusted" => {
            for tool in [SHELL, EDIT] {
                add_in(POLICY, Rank::Mode, (builtin(tool), Gate::Prompted), (&view, &raw), fragment);
            }
        }
        "on-request" | "on-failure" => fragment.defaults.push(POLICY),
        // What is switched off there is refused instead of asked for: nothing gets wider by it.
        _ if view.get("granular").is_some() => fragment.defaults.push(POLICY),
        _ => {
            let help = "it is `untrusted`, `on-request`, `never` or a table `granular`";
            sink.problems.push(text.problem(&view, format!("`{word}` is no approval policy"), help));
        }
    }
}

fn mode(layer: &Layer<'_>, text: &Text<'_>, fragment: &mut Fragment, sink: &mut Sink) {
    let Some(view) = layer.get(MODE) else { return roots(layer, fragment) };
    let word = view.text().unwrap_or_default();
    match word {
        "danger-full-access" => off(&view, layer, fragment),
        "workspace-write" | "read-only" => {
            let writes = word == "workspace-write";
            let table = layer.root.get("sandbox_workspace_write");
            let network = table.is_some_and(|it| it.is_true("network_access")) && writes;
            let files = if writes { FileLimit::Workspace } else { FileLimit::ReadOnly };
            let network = if network { Network::Open } else { Network::Closed };
            on(&view, (network, files), layer, fragment);
            if writes {
                roots(layer, fragment);
            }
        }
        _ => {
            let help = "it is `read-only`, `workspace-write` or `danger-full-access`";
            sink.problems.push(text.problem(&view, format!("`{word}` is no sandbox mode"), help));
        }
    }
}

/// No sandbox: commands have the rights of the user.
fn off(view: &View<'_>, layer: &Layer<'_>, fragment: &mut Fragment) {
    let raw = format!("{MODE}: {}", view.text().unwrap_or_default());
    fragment.sandbox = Some(Sandbox {
        hides_home: false,
        enabled: false,
        network: Network::Open,
        files: FileLimit::Everything,
        escape: None,
        place: view.place(),
        scope: fragment.location.scope,
    });
    note_in(MODE, SettingKind::SandboxOff, raw.as_str(), view, fragment);
    // The model asks only to leave the sandbox; without one it has nothing to ask for.
    if layer.get(POLICY).and_then(|it| it.text()) != Some("untrusted") {
        for tool in [SHELL, EDIT] {
            add_in(MODE, Rank::Mode, (builtin(tool), Gate::Auto), (view, &raw), fragment);
        }
    }
}

fn on(view: &View<'_>, (network, files): (Network, FileLimit), layer: &Layer<'_>, fragment: &mut Fragment) {
    // The user is asked before a command leaves the sandbox, unless a model answers for the user.
    let reviewer = layer.get(REVIEWER).filter(|it| it.text().is_some_and(|it| it != "user"));
    let never = layer.get(POLICY).and_then(|it| it.text()) == Some("never");
    fragment.sandbox = Some(Sandbox {
        hides_home: false,
        enabled: true,
        network,
        files,
        escape: reviewer.filter(|_| !never).map(|it| it.place()),
        place: view.place(),
        scope: fragment.location.scope,
    });
    fragment.defaults.push(MODE);
    if files == FileLimit::ReadOnly {
        let raw = format!("{MODE}: {}", view.text().unwrap_or_default());
        let gate = if never { Gate::Denied } else { Gate::Prompted };
        let rank = if never { Rank::Deny } else { Rank::Mode };
        add_in(MODE, rank, (builtin(EDIT), gate), (view, &raw), fragment);
    }
}

fn roots(layer: &Layer<'_>, fragment: &mut Fragment) {
    let roots = layer.root.at(&["sandbox_workspace_write", "writable_roots"]);
    for (folder, item) in roots.map(|it| it.texts()).unwrap_or_default() {
        note(SettingKind::WidensFiles, folder, &item, fragment);
    }
}

/// A named profile, one's own or one that the client brings along.
fn profile(name: &View<'_>, layer: &Layer<'_>, text: &Text<'_>, fragment: &mut Fragment, sink: &mut Sink) {
    let word = name.text().unwrap_or_default();
    let table = layer.root.at(&["permissions", word]);
    let base = table.as_ref().and_then(|it| it.text_of("extends")).unwrap_or(word);
    let files = match base {
        ":danger-full-access" => return off(name, layer, fragment),
        ":workspace" => FileLimit::Workspace,
        _ => FileLimit::ReadOnly,
    };
    let Some(table) = table else {
        if !word.starts_with(':') {
            let help = "profiles stand under `[permissions.<name>]`";
            sink.problems.push(text.problem(
                name,
                format!("no permission profile `{word}` in this file"),
                help,
            ));
            return;
        }
        return on(name, (Network::Closed, files), layer, fragment);
    };
    let files = table.get("filesystem").map_or(files, |it| written(&it, files, fragment));
    let network = table.get("network").map_or(Network::Closed, |it| network(&it, fragment));
    on(name, (network, files), layer, fragment);
}

/// What may be written at most; paths that are denied become rules.
fn written(paths: &View<'_>, base: FileLimit, fragment: &mut Fragment) -> FileLimit {
    let mut limit = base;
    for (path, access) in paths.entries() {
        let inside = access.entries();
        let pairs: Vec<(String, View<'_>)> = if inside.is_empty() {
            vec![(path.to_owned(), access)]
        } else {
            inside.into_iter().map(|(below, it)| (format!("{path}/{below}"), it)).collect()
        };
        for (path, access) in pairs {
            match access.text() {
                Some("write") => limit = limit.min(reach(&path, &access, fragment)),
                Some("deny" | "none") => {
                    let limit = path.trim_start_matches(":workspace_roots/").to_owned();
                    let selects = Selector::Builtin { tool: "*".to_owned(), limit: Some(Limit::Path(limit)) };
                    let raw = format!("filesystem: {path}: deny");
                    add(Rank::Deny, selects, Gate::Denied, (&access, &raw), fragment);
                }
                _ => {}
            }
        }
    }
    limit
}

/// How far writing to `path` reaches. `FileLimit` orders from all to nothing.
fn reach(path: &str, access: &View<'_>, fragment: &mut Fragment) -> FileLimit {
    match path {
        "/" | ":root" | "~" => FileLimit::Everything,
        _ if path.starts_with(":workspace_roots") || path.starts_with(":project_roots") => {
            FileLimit::Workspace
        }
        _ if path.starts_with(':') => FileLimit::ReadOnly,
        _ => {
            note(SettingKind::WidensFiles, path, access, fragment);
            FileLimit::ReadOnly
        }
    }
}

fn network(table: &View<'_>, fragment: &mut Fragment) -> Network {
    if !table.is_true("enabled") {
        return Network::Closed;
    }
    let mut hosts = Vec::new();
    let Some(domains) = table.get("domains") else { return Network::Open };
    for (domain, access) in domains.entries() {
        match access.text() {
            Some("allow") => hosts.push(domain.to_owned()),
            Some("deny") => {
                let limit = Some(Limit::Domain(domain.to_owned()));
                let selects = Selector::Builtin { tool: "*".to_owned(), limit };
                let raw = format!("network: domains: {domain}: deny");
                add(Rank::Deny, selects, Gate::Denied, (&access, &raw), fragment);
            }
            _ => {}
        }
    }
    if hosts.iter().any(|it| it == "*") { Network::Open } else { Network::Hosts(hosts) }
}
