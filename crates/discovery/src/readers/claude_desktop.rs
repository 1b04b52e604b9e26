//! Claude Desktop's `claude_desktop_config.json`: its servers, among settings of the application.

use ambit_model::facts::SettingKind;

use super::record::note;
use super::server_entry::{ignored_keys, read_all};
use super::{Form, Reader, Text, in_folder, in_home};
use crate::fragment::{Fragment, Location, Sink};
use crate::tree::{Syntax, View};

pub(super) const READER: Reader = Reader {
    id: "claude-desktop",
    places: &[
        in_home("Library/Application Support/Claude/claude_desktop_config.json"),
        in_home("AppData/Roaming/Claude/claude_desktop_config.json"),
        // No official build for Linux: two spellings of the folder are met.
        in_home(".config/Claude/claude_desktop_config.json"),
        in_home(".config/claude/claude_desktop_config.json"),
        // In a repository it is an example or a copy: nothing loads it from there.
        in_folder("claude_desktop_config*.json"),
    ],
    form: Form::Tree(Syntax::Json),
    marks: &["localAgentModeTrustedFolders"],
    accepts: |text| text.root.at(&["preferences", "localAgentModeTrustedFolders"]).is_some(),
    read,
};

fn read(text: &Text<'_>, sink: &mut Sink) {
    let location = if text.path.starts_with("~/") {
        text.location.clone()
    } else {
        Location { at: text.path.to_owned(), scope: text.location.scope, placed: false }
    };
    let mut fragment = Fragment::new("claude-desktop", location, text.start());
    match text.root.get("mcpServers") {
        Some(list) if list.is_map() => {
            read_all(&list, text, &mut fragment, sink);
            ignored_keys(&list, &mut fragment);
            addresses(&list, text, sink);
        }
        Some(list) => {
            let help = "servers stand in an object under `mcpServers`";
            sink.problems.push(text.problem(&list, "`mcpServers` is no object", help));
        }
        // The file holds other settings of the application too.
        None => {}
    }
    let folders = text.root.at(&["preferences", "localAgentModeTrustedFolders"]);
    for (folder, item) in folders.map(|it| it.texts()).unwrap_or_default() {
        note(
            SettingKind::WidensFiles,
            format!("localAgentModeTrustedFolders: {folder}"),
            &item,
            &mut fragment,
        );
    }
    sink.fragments.push(fragment);
}

/// The file is for programs that the application starts; addresses are connectors of the account.
fn addresses(list: &View<'_>, text: &Text<'_>, sink: &mut Sink) {
    for (name, entry) in list.entries() {
        if entry.get("command").is_none() && entry.get("url").is_some() {
            let help = "add it as a connector, or start `mcp-remote` with it";
            let message = format!("Claude Desktop may not load the server `{name}`: it is an address");
            sink.problems.push(text.problem(&entry, message, help));
        }
    }
}
