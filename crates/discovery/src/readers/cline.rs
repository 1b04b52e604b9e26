//! Cline: servers, which it keeps for the user and never for a project, and hooks of a project. What else it
//! approves stands in its editor's own state and cannot be seen in files.

use std::collections::BTreeSet;

use ambit_model::facts::{HookFacts, SettingKind, Transport};

use super::record::note;
use super::server_entry::{approvals, read_all};
use super::{Form, Reader, Text, in_folder, in_home, nowhere_else};
use crate::fragment::{Fragment, Sink};
use crate::tree::{Syntax, View};

const CLIENT: &str = "cline";

pub(super) const SERVERS: Reader = Reader {
    id: "cline-mcp",
    places: &[
        in_home(".config/*/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json"),
        in_home(
            "Library/Application Support/*/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json",
        ),
        in_home(
            "AppData/Roaming/*/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json",
        ),
        in_home(".cline/data/settings/cline_mcp_settings.json"),
        in_home(".cline/mcp.json"),
        in_folder("cline_mcp_settings.json"),
    ],
    form: Form::Tree(Syntax::Json),
    marks: &[],
    accepts: nowhere_else,
    read: servers,
};

pub(super) const HOOKS: Reader = Reader {
    id: "cline-hooks",
    places: &[in_folder(".clinerules/hooks/*")],
    form: Form::Plain,
    marks: &[],
    accepts: nowhere_else,
    read: hooks,
};

fn servers(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    if !text.path.starts_with("~/") {
        // The client looks into the user's folders only.
        fragment.location.placed = false;
    }
    let Some(list) = text.root.get("mcpServers") else {
        let help = "servers stand in an object under `mcpServers`";
        sink.problems.push(text.problem(&text.root, "no servers in it", help));
        sink.fragments.push(fragment);
        return;
    };
    let before = sink.servers.len();
    let mut older = BTreeSet::new();
    read_all(&list, text, &mut fragment, sink);
    for (name, entry) in list.entries() {
        approvals(name, &entry, &["autoApprove"], &mut fragment);
        if entry.get("alwaysAllow").is_some() {
            let raw = format!("{name}: alwaysAllow");
            note(SettingKind::Ineffective, raw, &entry, &mut fragment);
        }
        if untyped(&entry) {
            older.insert(entry.place());
        }
    }
    // An address without a type is taken for the older transport.
    for server in sink.servers.iter_mut().skip(before) {
        if server.places.iter().any(|it| older.contains(it)) {
            server.launch.transport = Transport::Sse;
        }
    }
    sink.fragments.push(fragment);
}

fn untyped(entry: &View<'_>) -> bool {
    entry.get("url").is_some() && entry.get("type").is_none() && entry.get("transport").is_none()
}

/// A file named as its event is the hook itself.
fn hooks(text: &Text<'_>, sink: &mut Sink) {
    let name = text.path.rsplit('/').next().unwrap_or(text.path);
    let runs = !name.contains('.') || [".ps1", ".sh", ".py", ".js"].iter().any(|it| name.ends_with(it));
    if !runs {
        return;
    }
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    fragment.hooks.push(HookFacts {
        event: text.stem().to_owned(),
        command: text.path.to_owned(),
        script: Some(text.path.to_owned()),
        package: None,
        place: text.start(),
        pointer: String::new(),
        scope: text.location.scope,
        // It can stop a call and cannot approve one.
        may_approve: false,
    });
    sink.fragments.push(fragment);
}
