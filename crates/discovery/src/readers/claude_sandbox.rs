//! The sandbox of Claude Code's settings. It confines shell commands only: files that the client reads and
//! writes itself, fetches, server tools and hooks are outside of it.

use ambit_model::Gate;
use ambit_model::facts::{FileLimit, Network, Sandbox, SettingKind};

use super::claude_settings::of_administrator;
use super::record::{add_in, builtin, note};
use crate::confine::{Confines, Home};
use crate::fragment::{Fragment, Rank};
use crate::tree::View;

/// Switches that loosen the sandbox when they are true.
const LOOSENING: &[&[&str]] = &[
    &["enableWeakerNestedSandbox"],
    &["enableWeakerNetworkIsolation"],
    &["network", "allowAllUnixSockets"],
    &["filesystem", "disabled"],
];

/// Reads the `sandbox` of `root`.
pub(super) fn sandbox(root: &View<'_>, fragment: &mut Fragment) {
    let Some(view) = root.get("sandbox").filter(View::is_map) else { return };
    loosened(&view, fragment);
    let mut confines = confines(&view);
    if let Some(it) = view.at(MANAGED_HOSTS).filter(|_| confines.managed_hosts_only) {
        let raw = format!("sandbox.{}: true", MANAGED_HOSTS.join("."));
        confines.managed_hosts_only = of_administrator(&raw, &it, fragment);
    }
    fragment.confines = Some(confines);
    // A file that only details the sandbox does not switch it; the strongest file that does is the one to ask.
    let Some(switch) = view.get("enabled") else { return };
    let enabled = switch.truth() == Some(true);
    // Leaving the sandbox is allowed unless a setting forbids it.
    let escape = match view.get("allowUnsandboxedCommands") {
        Some(it) if it.truth() == Some(false) => None,
        Some(it) => Some(it.place()),
        None => Some(view.place()),
    };
    fragment.sandbox = Some(Sandbox {
        enabled,
        // What all scopes together leave is known once they are put together.
        network: Network::Closed,
        files: FileLimit::Workspace,
        hides_home: false,
        escape,
        place: view.place(),
        scope: fragment.location.scope,
    });
    if !enabled {
        return;
    }
    if !view.is_false("autoAllowBashIfSandboxed") {
        let auto = view.get("autoAllowBashIfSandboxed").unwrap_or_else(|| view.clone());
        let raw = "sandbox: commands run without asking";
        add_in("sandbox", Rank::Mode, (builtin("Bash"), Gate::Auto), (&auto, raw), fragment);
    }
}

const MANAGED_HOSTS: &[&str] = &["network", "allowManagedDomainsOnly"];
/// Paths that stand for everything, and for the user's home.
const ALL: &[&str] = &["/", "//", "/**", "//**"];
const HOME: &[&str] = &["~", "~/", "~/**"];
/// Paths that stand for the workspace.
const WORKSPACE: &[&str] = &[".", "./", "./**", "**"];

fn confines(view: &View<'_>) -> Confines {
    let list = |keys: &[&str]| -> Vec<String> {
        let texts = view.at(keys).map(|it| it.texts()).unwrap_or_default();
        texts.into_iter().map(|(text, _)| text.to_owned()).collect()
    };
    let on = |keys: &[&str]| view.at(keys).and_then(|it| it.truth()) == Some(true);
    let has = |key: &str, sets: &[&[&str]]| {
        list(&["filesystem", key]).iter().any(|it| sets.iter().any(|set| set.contains(&it.as_str())))
    };
    let (writes, home) = if on(&["filesystem", "disabled"]) {
        (Some(FileLimit::Everything), Some(Home::Shown))
    } else {
        let everywhere = has("allowWrite", &[ALL, HOME]).then_some(FileLimit::Everything);
        let nowhere = has("denyWrite", &[ALL, WORKSPACE]).then_some(FileLimit::ReadOnly);
        let shown = has("allowRead", &[ALL, HOME]).then_some(Home::Shown);
        (nowhere.or(everywhere), shown.or_else(|| has("denyRead", &[ALL, HOME]).then_some(Home::Hidden)))
    };
    Confines {
        hosts: list(&["network", "allowedDomains"]),
        denied_hosts: list(&["network", "deniedDomains"]),
        managed_hosts_only: on(MANAGED_HOSTS),
        writes,
        home,
    }
}

fn loosened(view: &View<'_>, fragment: &mut Fragment) {
    for keys in LOOSENING {
        if let Some(it) = view.at(keys).filter(|it| it.truth() == Some(true)) {
            note(SettingKind::SandboxEscape, format!("sandbox.{}: true", keys.join(".")), &it, fragment);
        }
    }
    if let Some(it) = view.get("failIfUnavailable").filter(|it| it.truth() == Some(false)) {
        note(SettingKind::SandboxEscape, "sandbox.failIfUnavailable: false", &it, fragment);
    }
    for (command, it) in view.get("excludedCommands").map(|it| it.texts()).unwrap_or_default() {
        note(SettingKind::SandboxEscape, format!("excludedCommands: {command}"), &it, fragment);
    }
    // Whoever can speak to the container daemon can start anything outside.
    for (socket, it) in view.at(&["network", "allowUnixSockets"]).map(|it| it.texts()).unwrap_or_default() {
        if socket.contains("docker") || socket.contains("podman") || socket.contains("containerd") {
            note(SettingKind::SandboxEscape, format!("allowUnixSockets: {socket}"), &it, fragment);
        }
    }
    for (path, it) in view.at(&["filesystem", "allowWrite"]).map(|it| it.texts()).unwrap_or_default() {
        note(SettingKind::WidensFiles, format!("filesystem.allowWrite: {path}"), &it, fragment);
    }
}
