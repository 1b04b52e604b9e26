//! The sandbox of Claude Code's settings. It confines shell commands only: files that the client reads and
//! writes itself, fetches, server tools and hooks are outside of it.

use ambit_model::Gate;
use ambit_model::facts::{FileLimit, Network, Sandbox, SettingKind};

use super::record::{add_in, builtin, note};
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
        network: network(&view),
        files: files(&view),
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

/// Commands reach the listed hosts. Another host makes the client ask its user, unless the list is strict;
/// that question is no part of the sandbox, so both count as closed here.
fn network(view: &View<'_>) -> Network {
    let hosts = view.at(&["network", "allowedDomains"]).map(|it| it.texts()).unwrap_or_default();
    let hosts: Vec<String> = hosts.into_iter().map(|(text, _)| text.to_owned()).collect();
    if hosts.is_empty() {
        Network::Closed
    } else if hosts.iter().any(|it| it == "*") {
        Network::Open
    } else {
        Network::Hosts(hosts)
    }
}

fn files(view: &View<'_>) -> FileLimit {
    let everything = view.at(&["filesystem", "disabled"]).and_then(|it| it.truth()) == Some(true)
        || view.at(&["filesystem", "allowWrite"]).is_some_and(|it| {
            it.texts().iter().any(|(path, _)| matches!(*path, "/" | "//" | "~" | "~/" | "/**" | "//**"))
        });
    if everything { FileLimit::Everything } else { FileLimit::Workspace }
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
