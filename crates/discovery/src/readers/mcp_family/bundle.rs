//! `manifest.json` of an MCP bundle: what it starts, its tools, what its user has to fill in.

use ambit_model::facts::{Holder, Launch};

use super::{described, expected};
use crate::fragment::{Fragment, Sink};
use crate::readers::{Form, Reader, Text, server_entry, tool_dump};
use crate::tree::{Syntax, View};

pub(in crate::readers) const READER: Reader = Reader {
    id: "mcp-bundle",
    places: &[],
    form: Form::Tree(Syntax::Json),
    marks: &["mcp_config", "manifest_version", "dxt_version"],
    // Browser extensions have a manifest too: its version is a number and it has no server.
    accepts: |text| {
        let root = &text.root;
        let versioned = ["manifest_version", "dxt_version"].iter().any(|it| root.text_of(it).is_some());
        let server = root.get("server");
        let started = server.as_ref().is_some_and(|it| it.get("mcp_config").is_some_and(|it| it.is_map()));
        started || (versioned && server.is_some_and(|it| it.text_of("type").is_some()))
    },
    read,
};

fn read(text: &Text<'_>, sink: &mut Sink) {
    let root = &text.root;
    let Some(server) = root.get("server") else { return };
    let name = root.text_of("name").unwrap_or_else(|| text.stem());
    let version = root.get("version").and_then(|it| it.scalar()).unwrap_or_default();
    let key = format!("mcpb:{name}@{version}");
    let mut facts = match server.get("mcp_config") {
        Some(started) => {
            // The bundle's own entry has the shape of every server's; its use belongs to no agent here.
            let mut own = Sink::default();
            let mut unused = Fragment::new("any-client", text.location.clone(), text.start());
            server_entry::read(name, &started, text, &mut unused, &mut own);
            sink.problems.append(&mut own.problems);
            let Some(facts) = own.servers.pop() else { return };
            facts
        }
        None => described(String::new(), name, of_entry_point(&server), &server, None),
    };
    facts.key = key;
    let description = root.get("description");
    facts
        .signals
        .extend(described(String::new(), name, Launch::default(), root, description.as_ref()).signals);
    for tool in root.get("tools").map(|it| it.items()).unwrap_or_default() {
        if let Some(tool) = tool_dump::definition(&tool) {
            facts.tools.push(tool);
        } else {
            let help = "a tool has a `name` and a `description`";
            sink.problems.push(text.problem(&tool, "a tool without a name", help));
        }
    }
    for (key, entry) in root.get("user_config").map(|it| it.entries()).unwrap_or_default() {
        let variables = server.at(&["mcp_config", "env"]).map(|it| it.entries()).unwrap_or_default();
        let reference = format!("${{user_config.{key}}}");
        let variable = variables.iter().find(|(_, it)| it.text().is_some_and(|it| it.contains(&reference)));
        let name = variable.map_or(key, |(name, _)| name);
        if entry.is_true("sensitive") && !facts.credentials.iter().any(|it| it.name == name) {
            facts.credentials.push(expected(name, Holder::Environment, &entry, text));
        }
    }
    sink.servers.push(facts);
}

/// A bundle without a command line starts its entry point with what its type says.
fn of_entry_point(server: &View<'_>) -> Launch {
    let entry = server.get("entry_point");
    Launch {
        runner: server.text_of("type").unwrap_or_default().to_owned(),
        script: entry.as_ref().and_then(View::text).map(str::to_owned),
        place: Some(entry.unwrap_or_else(|| server.clone()).place()),
        ..Launch::default()
    }
}
