//! Clients of which only the list of servers is known: where their files lie, and that they hold `mcpServers`.

use super::server_entry::{is_flat_list, read_all};
use super::{Form, Reader, Text, in_folder, in_home, nowhere_else};
use crate::fragment::{Fragment, Sink};
use crate::tree::{Syntax, View};

// The paths come from tools that scan for them, not from the vendors; the keys of Amp's are not verified.
pub(super) const READER: Reader = Reader {
    id: "plain-servers",
    places: &[
        // Warp, Amp, Augment, Factory Droid, Qwen Code, JetBrains AI Assistant.
        in_folder(".warp/.mcp.json"),
        in_folder(".amp/settings.json"),
        in_folder(".augment/settings.json"),
        in_folder(".factory/mcp.json"),
        in_folder(".qwen/settings.json"),
        in_folder(".ai/mcp/mcp.json"),
        in_home(".warp/.mcp.json"),
        in_home(".augment/settings.json"),
        in_home(".factory/mcp.json"),
        in_home(".qwen/settings.json"),
        in_home("Library/Application Support/JetBrains/*/mcp.json"),
        in_home(".config/JetBrains/*/mcp.json"),
        in_home("AppData/Roaming/JetBrains/*/mcp.json"),
        // Antigravity, LM Studio, Snowflake Cortex, Muse, Pi.
        in_home(".gemini/antigravity/mcp_config.json"),
        in_home(".lmstudio/mcp.json"),
        in_home(".snowflake/cortex/mcp.json"),
        in_home(".config/muse/settings.json"),
        in_folder(".pi/settings.json"),
    ],
    form: Form::Tree(Syntax::Json),
    marks: &[],
    accepts: nowhere_else,
    read,
};

/// A flat list of servers, as plug-ins have it, at a place that no client reads.
pub(super) const FLAT: Reader = Reader {
    id: "flat-servers",
    places: &[],
    form: Form::Tree(Syntax::Json),
    marks: &["\"command\"", "\"url\""],
    accepts: |text| {
        // A map of links has addresses too: a server says how it is spoken to, or starts with arguments.
        let kinds = ["stdio", "http", "sse", "streamable-http", "ws"];
        let server = |it: &View<'_>| {
            it.text_of("type").is_some_and(|it| kinds.contains(&it))
                || (it.text_of("command").is_some() && it.get("args").is_some_and(|it| it.is_list()))
        };
        is_flat_list(&text.root) && text.root.entries().iter().all(|(_, it)| server(it))
    },
    read,
};

fn read(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new("any-client", text.location.clone(), text.start());
    let lists = ["mcpServers", "amp.mcpServers"].iter().filter_map(|it| text.root.get(it));
    for list in lists {
        read_all(&list, text, &mut fragment, sink);
    }
    if is_flat_list(&text.root) {
        read_all(&text.root, text, &mut fragment, sink);
    }
    // Settings without servers say nothing of an agent's reach that is understood here.
    if !fragment.servers.is_empty() {
        sink.fragments.push(fragment);
    }
}
