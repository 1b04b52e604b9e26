//! What each agent may use.

use ambit_model::Gate;
use ambit_model::facts::{FileLimit, Limit, Match, Network, Sandbox, Selector, SettingKind};

use super::super::record::{note, setting};
use super::super::server_entry::rule;
use crate::fragment::{Fragment, Rank};
use crate::tree::View;

/// Names for several tools at once.
const GROUPS: &[(&str, &[&str])] = &[
    ("group:runtime", &["exec", "bash", "process"]),
    ("group:fs", &["read", "write", "edit", "apply_patch"]),
    (
        "group:sessions",
        &["sessions_list", "sessions_history", "sessions_send", "sessions_spawn", "session_status"],
    ),
    ("group:memory", &["memory_search", "memory_get"]),
    ("group:web", &["web_search", "web_fetch"]),
    ("group:ui", &["browser", "canvas"]),
    ("group:automation", &["cron", "gateway"]),
    ("group:messaging", &["message"]),
    ("group:nodes", &["nodes"]),
];

/// What a profile leaves; `full` and unknown ones leave all.
const PROFILES: &[(&str, &[&str])] = &[
    ("minimal", &["session_status"]),
    ("coding", &["group:fs", "group:runtime", "group:sessions", "group:memory", "image"]),
    (
        "messaging",
        &["group:messaging", "sessions_list", "sessions_history", "sessions_send", "session_status"],
    ),
];

fn expanded(name: &str) -> Vec<Selector> {
    let names: Vec<&str> = match name {
        "group:openclaw" => vec!["*"],
        _ => GROUPS.iter().find(|(group, _)| *group == name).map_or(vec![name], |(_, it)| it.to_vec()),
    };
    names.into_iter().map(|it| Selector::Builtin { tool: it.to_owned(), limit: None }).collect()
}

/// `tools`: a profile, what is added to it, a list of its own, and denials. A bare list is the list.
pub(super) fn policy(view: &View<'_>, fragment: &mut Fragment) {
    let names = |key: &str| -> Vec<&str> {
        let list = view.get(key).map(|it| it.texts()).unwrap_or_default();
        list.into_iter().map(|(name, _)| name).collect()
    };
    let own: Vec<&str> = view.texts().into_iter().map(|(name, _)| name).collect();
    let allow = if view.is_list() { own } else { names("allow") };
    let profile = view.text_of("profile").and_then(|it| PROFILES.iter().find(|(name, _)| *name == it));
    let base: Option<Vec<&str>> = match (profile, allow.is_empty()) {
        (_, false) => Some(allow),
        (Some((_, names)), true) => Some(names.to_vec()),
        (None, true) => None,
    };
    if let Some(mut base) = base {
        base.extend(names("alsoAllow"));
        if !base.contains(&"*") {
            fragment.tools = Some(base.into_iter().flat_map(expanded).collect());
        }
    }
    for (name, item) in view.get("deny").map(|it| it.texts()).unwrap_or_default() {
        let all = if name == "*" { vec![Selector::Any] } else { expanded(name) };
        for selects in all {
            let rule = rule(selects, Gate::Denied, &item, fragment, &format!("tools.deny: {name}"));
            fragment.rule(Rank::Deny, rule);
        }
    }
    // A key of other programs; this one has `allow`.
    if let Some(odd) = view.get("allowlist") {
        note(SettingKind::Ineffective, "tools.allowlist", &odd, fragment);
    }
}

/// `alsoAllow` of an agent without a choice of its own adds to what all agents have.
pub(super) fn added(view: &View<'_>, main: &Fragment, fragment: &mut Fragment) {
    let Some(also) = view.get("alsoAllow").filter(|_| fragment.tools.is_none()) else { return };
    if let Some(base) = &main.tools {
        let more = also.texts().into_iter().flat_map(|(name, _)| expanded(name));
        fragment.tools = Some(base.iter().cloned().chain(more).collect());
    }
}

/// How commands run: `tools.exec`, and the way out of the sandbox, `tools.elevated`.
pub(super) fn execution(view: &View<'_>, fragment: &mut Fragment) {
    let commands = || Selector::Builtin { tool: "exec".to_owned(), limit: None };
    if let Some(exec) = view.get("exec") {
        let ask = exec.text_of("ask");
        let decided = match (exec.text_of("security"), ask) {
            (Some("deny"), _) => Some((Gate::Denied, exec.get("security"))),
            (_, Some("always")) => Some((Gate::Asked, exec.get("ask"))),
            (Some("allowlist"), Some("on-miss")) => Some((Gate::Prompted, exec.get("ask"))),
            // What the list of another file names still runs; the rest does not.
            (Some("allowlist"), _) => Some((Gate::Denied, exec.get("security"))),
            (Some("full"), _) => Some((Gate::Auto, exec.get("security"))),
            _ => None,
        };
        if let Some((gate, Some(place))) = decided {
            let raw = format!(
                "tools.exec: security {}, ask {}",
                exec.text_of("security").unwrap_or("unset"),
                ask.unwrap_or("unset")
            );
            let rule = rule(commands(), gate, &place, fragment, &raw);
            fragment.mode_rule("exec", Rank::Mode, rule);
            if gate == Gate::Auto {
                let setting = setting(SettingKind::ApprovalsOff, raw, &place, fragment);
                fragment.settings.push((Some("exec"), setting));
            }
        }
    }
    if let Some(elevated) = view.get("elevated").filter(|it| !it.is_false("enabled")) {
        let from: Vec<&str> = elevated
            .get("allowFrom")
            .map(|it| it.entries())
            .unwrap_or_default()
            .into_iter()
            .map(|(it, _)| it)
            .collect();
        if elevated.is_true("enabled") || !from.is_empty() {
            let raw = format!("tools.elevated: allowed from {}", from.join(", "));
            note(SettingKind::SandboxEscape, raw, &elevated, fragment);
        }
    }
    if let Some(all) = view.at(&["fs", "workspaceOnly"]).filter(|it| it.truth() == Some(false)) {
        note(SettingKind::WidensFiles, "tools.fs.workspaceOnly: false", &all, fragment);
    }
}

/// `sandbox` of an agent or of the defaults.
pub(super) fn sandbox(view: &View<'_>, root: &View<'_>, fragment: &mut Fragment) {
    let Some(sandbox) = view.get("sandbox").filter(View::is_map) else { return };
    let mode = sandbox.get("mode");
    let word = mode.as_ref().and_then(View::text).unwrap_or("off");
    if let Some(off) = mode.as_ref().filter(|_| word == "off") {
        let setting = setting(SettingKind::SandboxOff, "sandbox.mode: off", off, fragment);
        fragment.settings.push((Some("sandbox"), setting));
    }
    let network = sandbox.at(&["docker", "network"]);
    let elevated = root.at(&["tools", "elevated"]).filter(|it| it.is_true("enabled"));
    fragment.sandbox = Some(Sandbox {
        hides_home: false,
        enabled: word != "off",
        // Containers have no network unless one is named.
        network: match network.as_ref().and_then(View::text) {
            None | Some("none") => Network::Closed,
            Some(_) => Network::Open,
        },
        files: match sandbox.text_of("workspaceAccess") {
            Some("rw") => FileLimit::Workspace,
            _ => FileLimit::ReadOnly,
        },
        // `non-main` leaves the operator's own session outside.
        escape: elevated
            .map(|it| it.place())
            .or_else(|| mode.as_ref().filter(|_| word == "non-main").map(View::place)),
        place: sandbox.place(),
        scope: fragment.location.scope,
    });
}

/// The agents that this one may start.
pub(super) fn delegation(entry: &View<'_>, fragment: &mut Fragment) {
    let allowed = entry.at(&["subagents", "allowAgents"]).map(|it| it.texts()).unwrap_or_default();
    for (agent, item) in allowed {
        let limit = (agent != "*").then(|| Limit::Command { text: agent.to_owned(), form: Match::Exact });
        let selects = Selector::Builtin { tool: "sessions_spawn".to_owned(), limit };
        let rule = rule(selects, Gate::Auto, &item, fragment, &format!("subagents.allowAgents: {agent}"));
        fragment.rule(Rank::Allow, rule);
    }
}
