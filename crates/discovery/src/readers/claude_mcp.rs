//! `.mcp.json`: the servers of a project, for Claude Code and for several clients that read the same file; the
//! servers that an administrator prescribes; those of a plug-in.

use ambit_model::Scope;
use ambit_model::facts::ServerState;

use super::claude_plugin::{of_plugin, plugin_folder};
use super::server_entry::{ignored_keys, is_flat_list, read_all};
use super::{Form, Reader, Text, in_folder, in_home, managed};
use crate::fragment::{Bar, Fragment, Sink};
use crate::tree::{Syntax, View};

pub(super) const READER: Reader = Reader {
    id: "claude-mcp",
    places: &[
        in_folder(".mcp.json"),
        in_home(".claude/plugins/cache/**/.mcp.json"),
        managed("/etc/claude-code/managed-mcp.json"),
        managed("/Library/Application Support/ClaudeCode/managed-mcp.json"),
        managed("/Program Files/ClaudeCode/managed-mcp.json"),
        managed("/ProgramData/ClaudeCode/managed-mcp.json"),
    ],
    form: Form::Tree(Syntax::Json),
    marks: &["mcpServers", "\"args\"", "\"http\"", "\"sse\""],
    accepts: |text| match text.root.get("mcpServers") {
        Some(list) => list.is_map(),
        None => is_list_of_launches(&text.root),
    },
    read,
};

/// A list of servers and nothing else that lies elsewhere: many things have a command or an address, few have
/// both its arguments or its transport beside it.
fn is_list_of_launches(view: &View<'_>) -> bool {
    let transports = ["http", "sse", "streamable-http"];
    is_flat_list(view)
        && view.entries().iter().all(|(_, it)| {
            (it.text_of("command").is_some() && it.get("args").is_some_and(|it| it.is_list()))
                || it.text_of("type").is_some_and(|it| transports.contains(&it))
        })
}

fn read(text: &Text<'_>, sink: &mut Sink) {
    let client = if text.location.placed { "claude-code" } else { "any-client" };
    let mut fragment = Fragment::new(client, text.location.clone(), text.start());
    let in_repository = text.location.placed && text.location.scope == Scope::Project;
    let list = match text.root.get("mcpServers") {
        Some(list) => list,
        None if is_flat_list(&text.root) => text.root.clone(),
        None => {
            let help = "servers stand in an object under `mcpServers`";
            sink.problems.push(text.problem(&text.root, "no servers in it", help));
            return;
        }
    };
    // Only a plug-in's file names servers at the top, and only there is this variable set.
    let of_a_plugin = in_repository
        && (text.root.get("mcpServers").is_none() || text.text.contains("${CLAUDE_PLUGIN_ROOT}"));
    if of_a_plugin {
        fragment.location = of_plugin(plugin_folder(text.path, ".mcp.json").unwrap_or_default(), text);
    } else if in_repository {
        fragment.also = &["cursor", "copilot-cli", "windsurf"];
    }
    read_all(&list, text, &mut fragment, sink);
    if text.location.placed {
        ignored_keys(&list, &mut fragment);
        untyped(&list, text, sink);
    }
    if in_repository && !of_a_plugin {
        // The user approves each server of a project's file once, unless settings do it for all.
        for server in &mut fragment.servers {
            server.state = ServerState::NeedsApproval;
        }
    }
    if text.location.scope == Scope::Managed {
        // Where an administrator prescribes servers there are no others.
        fragment.bars.push((Bar::OtherServers, text.start()));
    }
    sink.fragments.push(fragment);
}

fn untyped(list: &View<'_>, text: &Text<'_>, sink: &mut Sink) {
    for (name, entry) in list.entries() {
        if entry.get("url").is_some() && entry.get("type").is_none() && entry.get("command").is_none() {
            let help = "add `\"type\": \"http\"`, or `sse`; other clients take it without";
            let message = format!("Claude Code refuses the server `{name}`: an address without a `type`");
            sink.problems.push(text.problem(&entry, message, help));
        }
    }
}
