//! Roo Code: servers, and modes, which are agents with groups of tools.

use ambit_model::facts::{InstructionKind, Limit, Selector};

use super::record::{builtin, of_server, of_workspace};
use super::server_entry::{approvals, is_flat_list, read_all};
use super::{Form, Reader, Text, in_folder, in_home};
use crate::fragment::{Fragment, Sink};
use crate::tree::{Syntax, View};

const CLIENT: &str = "roo";

pub(super) const SERVERS: Reader = Reader {
    id: "roo-mcp",
    places: &[
        in_folder(".roo/mcp.json"),
        in_home(".config/*/User/globalStorage/rooveterinaryinc.roo-cline/settings/*mcp_settings.json"),
        in_home(
            "Library/Application Support/*/User/globalStorage/rooveterinaryinc.roo-cline/settings/*mcp_settings.json",
        ),
        in_home(
            "AppData/Roaming/*/User/globalStorage/rooveterinaryinc.roo-cline/settings/*mcp_settings.json",
        ),
        in_folder("mcp_settings.json"),
    ],
    form: Form::Tree(Syntax::Json),
    marks: &["alwaysAllow"],
    accepts: |text| {
        let servers = text.root.get("mcpServers").map(|it| it.entries()).unwrap_or_default();
        servers.iter().any(|(_, it)| it.get("alwaysAllow").is_some_and(|it| it.is_list()))
    },
    read: servers,
};

pub(super) const MODES: Reader = Reader {
    id: "roo-modes",
    places: &[
        in_folder(".roomodes"),
        in_home(".config/*/User/globalStorage/rooveterinaryinc.roo-cline/settings/custom_modes.yaml"),
        in_home(
            "Library/Application Support/*/User/globalStorage/rooveterinaryinc.roo-cline/settings/custom_modes.yaml",
        ),
        in_home("AppData/Roaming/*/User/globalStorage/rooveterinaryinc.roo-cline/settings/custom_modes.yaml"),
    ],
    form: Form::Tree(Syntax::Yaml),
    marks: &["customModes"],
    accepts: |text| text.root.get("customModes").is_some_and(|it| it.is_list()),
    read: modes,
};

fn servers(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    if !text.path.starts_with("~/") && !text.path.contains(".roo/") {
        fragment.location.placed = false;
    }
    let list = match text.root.get("mcpServers") {
        Some(list) => list,
        None if is_flat_list(&text.root) => text.root.clone(),
        None => {
            let help = "servers stand in an object under `mcpServers`";
            sink.problems.push(text.problem(&text.root, "no servers in it", help));
            sink.fragments.push(fragment);
            return;
        }
    };
    read_all(&list, text, &mut fragment, sink);
    for (name, entry) in list.entries() {
        approvals(name, &entry, &["alwaysAllow"], &mut fragment);
    }
    sink.fragments.push(fragment);
}

fn modes(text: &Text<'_>, sink: &mut Sink) {
    let Some(list) = text.root.get("customModes").filter(View::is_list) else {
        let help = "modes stand in a list under `customModes`";
        sink.problems.push(text.problem(&text.root, "no modes in it", help));
        return;
    };
    for mode in list.items() {
        let Some(slug) = mode.get("slug").filter(|it| it.text().is_some()) else {
            let help = "a mode has a `slug`, a `name`, a `roleDefinition` and `groups`";
            sink.problems.push(text.problem(&mode, "a mode without a slug", help));
            continue;
        };
        let mut fragment = Fragment::new(CLIENT, text.location.clone(), slug.place());
        fragment.name = slug.text().map(str::to_owned);
        fragment.tools = mode.get("groups").map(|it| it.items().iter().flat_map(group).collect());
        for key in ["roleDefinition", "customInstructions"] {
            let Some(view) = mode.get(key) else { continue };
            let name = format!("{}: {}: {key}", text.path, slug.text().unwrap_or_default());
            let body = view.text().unwrap_or_default();
            fragment.instructions.push(of_workspace(name, InstructionKind::Prompt, body, view.place()));
        }
        sink.fragments.push(fragment);
    }
}

/// A group is a name, or a name with the files that it is for.
fn group(view: &View<'_>) -> Vec<Selector> {
    let mut parts = view.items().into_iter();
    let name = parts.next().and_then(|it| it.text());
    let files = parts.next().and_then(|it| it.text_of("fileRegex"));
    match (name, files.and_then(globs)) {
        (None, _) => Vec::new(),
        (Some("mcp"), _) => vec![of_server("*", "*")],
        (Some(name), Some(globs)) => globs
            .into_iter()
            .map(|it| Selector::Builtin { tool: name.to_owned(), limit: Some(Limit::Path(it)) })
            .collect(),
        (Some(name), None) => vec![builtin(name)],
    }
}

/// The globs that a regular expression over endings stands for: `\.md$`, `\.(js|ts)$`. Any other takes all
/// files here: a limit that is not understood must not make reach look smaller.
fn globs(regex: &str) -> Option<Vec<String>> {
    let start = regex.strip_prefix("^.*").or_else(|| regex.strip_prefix(".*")).unwrap_or(regex);
    let ending = start.strip_prefix("\\.")?.strip_suffix('$')?;
    let endings = ending.strip_prefix('(').and_then(|it| it.strip_suffix(')')).unwrap_or(ending);
    let plain = |it: &str| !it.is_empty() && it.chars().all(|it| it.is_ascii_alphanumeric());
    let endings: Vec<&str> = endings.trim_start_matches("?:").split('|').collect();
    endings.iter().all(|it| plain(it)).then(|| endings.iter().map(|it| format!("**/*.{it}")).collect())
}
