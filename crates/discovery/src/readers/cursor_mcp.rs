//! Cursor's `mcp.json`: servers of a project, of the user and of installed plug-ins.

use ambit_model::Scope;
use ambit_model::facts::{Holder, ServerState};

use super::server_entry::{ignored_keys, is_flat_list, read_all};
use super::{Form, Reader, Text, in_folder, in_home};
use crate::credential;
use crate::fragment::{Fragment, Sink};
use crate::tree::{Syntax, View};

pub(super) const READER: Reader = Reader {
    id: "cursor-mcp",
    places: &[
        in_folder(".cursor/mcp.json"),
        in_home(".cursor/mcp.json"),
        in_home(".cursor/plugins/cache/**/mcp.json"),
        in_home(".cursor/plugins/cache/**/.mcp.json"),
        in_home(".cursor/plugins/local/**/mcp.json"),
        in_home(".cursor/plugins/local/**/.mcp.json"),
    ],
    form: Form::Tree(Syntax::Json),
    marks: &[],
    accepts: super::nowhere_else,
    read,
};

fn read(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new("cursor", text.location.clone(), text.start());
    let list = match text.root.get("mcpServers") {
        Some(list) if list.is_map() => list,
        None if is_flat_list(&text.root) => text.root.clone(),
        _ => {
            let help = "servers stand in an object under `mcpServers`";
            sink.problems.push(text.problem(&text.root, "no servers in it", help));
            sink.fragments.push(fragment);
            return;
        }
    };
    read_all(&list, text, &mut fragment, sink);
    // Cursor keeps which servers and tools are off in its own state, not in this file.
    ignored_keys(&list, &mut fragment);
    oauth_secrets(&list, text, &mut fragment);
    if text.location.scope == Scope::Project {
        // The user approves the servers of a repository.
        for server in &mut fragment.servers {
            server.state = ServerState::NeedsApproval;
        }
    }
    sink.fragments.push(fragment);
}

/// `auth: {CLIENT_ID, CLIENT_SECRET, scopes}` of remote servers.
fn oauth_secrets(list: &View<'_>, text: &Text<'_>, fragment: &mut Fragment) {
    let scope = text.location.scope;
    let held = list.entries().into_iter().filter_map(|(_, entry)| {
        let secret = entry.at(&["auth", "CLIENT_SECRET"])?;
        credential::of_entry(text.catalog, "CLIENT_SECRET", &secret, Holder::File, scope)
    });
    fragment.credentials.extend(held);
}
