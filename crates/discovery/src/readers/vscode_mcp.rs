//! Visual Studio Code's `mcp.json`: servers of a workspace or of the user, for Copilot's agent mode.

use ambit_model::facts::ServerState;
use ambit_model::{Gate, Scope};

use super::record::{add, of_server};
use super::server_entry::read_all;
use super::{Form, Reader, Text, in_folder, in_home};
use crate::fragment::{Fragment, Rank, Sink};
use crate::tree::{Syntax, View};

pub(super) const READER: Reader = Reader {
    id: "vscode-mcp",
    places: &[
        in_folder(".vscode/mcp.json"),
        in_home(".config/Code/User/mcp.json"),
        in_home(".config/Code/User/profiles/*/mcp.json"),
        in_home(".config/Code - Insiders/User/mcp.json"),
        in_home(".config/Code - Insiders/User/profiles/*/mcp.json"),
        in_home("Library/Application Support/Code/User/mcp.json"),
        in_home("Library/Application Support/Code/User/profiles/*/mcp.json"),
        in_home("Library/Application Support/Code - Insiders/User/mcp.json"),
        in_home("Library/Application Support/Code - Insiders/User/profiles/*/mcp.json"),
        in_home("AppData/Roaming/Code/User/mcp.json"),
        in_home("AppData/Roaming/Code/User/profiles/*/mcp.json"),
        in_home("AppData/Roaming/Code - Insiders/User/mcp.json"),
        in_home("AppData/Roaming/Code - Insiders/User/profiles/*/mcp.json"),
    ],
    form: Form::Tree(Syntax::Json),
    marks: &["\"servers\""],
    accepts,
    read,
};

/// Other formats have a map of servers too: this one has nothing beside it but inputs, and each server is
/// started, says an MCP transport, or has an address that names the protocol.
fn accepts(text: &Text<'_>) -> bool {
    let alone = text.root.entries().iter().all(|(key, _)| ["servers", "inputs", "$schema"].contains(key));
    let servers = text.root.get("servers").map(|it| it.entries()).unwrap_or_default();
    alone && !servers.is_empty() && servers.iter().all(|(_, it)| is_server(it))
}

fn is_server(view: &View<'_>) -> bool {
    let transport = ["stdio", "sse", "http"].contains(&view.text_of("type").unwrap_or_default());
    let url = view.text_of("url").unwrap_or_default();
    let remote = !url.is_empty() && (transport || url.contains("mcp") || url.ends_with("/sse"));
    remote || view.get("command").is_some_and(|it| it.text().is_some())
}

fn read(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new("vscode", text.location.clone(), text.start());
    match text.root.get("servers").or_else(|| text.root.get("mcpServers")) {
        Some(list) => servers(&list, text, &mut fragment, sink),
        None if text.root.get("inputs").is_some() => {}
        None => {
            let help = "servers stand in an object under `servers`";
            sink.problems.push(text.problem(&text.root, "no servers in it", help));
        }
    }
    sink.fragments.push(fragment);
}

/// Reads the servers of `list`, as `mcp.json` and settings write them.
pub(super) fn servers(list: &View<'_>, text: &Text<'_>, fragment: &mut Fragment, sink: &mut Sink) {
    let before = fragment.servers.len();
    read_all(list, text, fragment, sink);
    if text.location.scope == Scope::Project && text.location.placed {
        // The user says once of each server of a workspace that it is trusted.
        for server in fragment.servers.iter_mut().skip(before) {
            if server.state == ServerState::Enabled {
                server.state = ServerState::NeedsApproval;
            }
        }
    }
    for (name, entry) in list.entries() {
        let Some(sandboxed) = entry.get("sandboxEnabled").filter(|it| it.truth() == Some(true)) else {
            continue;
        };
        // The sandbox of a server takes the place of the questions about its tools.
        let raw = format!("{name}: sandboxEnabled: true");
        add(Rank::Allow, of_server(name, "*"), Gate::Auto, (&sandboxed, &raw), fragment);
    }
}
