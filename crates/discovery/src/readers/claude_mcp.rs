//! `.mcp.json`: the servers of a project, for Claude Code and for several clients that read the same file.

use ambit_model::facts::ServerState;

use super::server_entry::{is_flat_list, read_all};
use super::{Form, Reader, Text, in_folder};
use crate::fragment::{Fragment, Sink};
use crate::tree::Syntax;

pub(super) const READER: Reader = Reader {
    id: "claude-mcp",
    places: &[in_folder(".mcp.json")],
    form: Form::Tree(Syntax::Json),
    marks: &["mcpServers"],
    accepts: |text| text.root.get("mcpServers").is_some_and(|it| it.is_map()),
    read,
};

fn read(text: &Text<'_>, sink: &mut Sink) {
    let client = if text.location.placed { "claude-code" } else { "any-client" };
    let mut fragment = Fragment::new(client, text.location.clone(), text.start());
    fragment.also = &["cursor", "copilot-cli", "windsurf"];
    let list = match text.root.get("mcpServers") {
        Some(list) => list,
        None if is_flat_list(&text.root) => text.root.clone(),
        None => {
            let help = "servers stand in an object under `mcpServers`";
            sink.problems.push(text.problem(&text.root, "no servers in it", help));
            return;
        }
    };
    read_all(&list, text, &mut fragment, sink);
    if text.location.placed {
        // The user approves each server of a project's file once, unless settings do it for all.
        for server in &mut fragment.servers {
            if server.state == ServerState::Enabled {
                server.state = ServerState::NeedsApproval;
            }
        }
    }
    sink.fragments.push(fragment);
}
