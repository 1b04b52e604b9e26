//! GitHub Copilot's command line: its servers and its settings.

use ambit_model::Gate;
use ambit_model::Scope;
use ambit_model::facts::{Limit, Selector, SettingKind};

use super::copilot_hooks::hooks;
use super::record::{add, note};
use super::server_entry::{is_flat_list, read_all};
use super::{Form, Reader, Text, in_folder, in_home, nowhere_else};
use crate::fragment::{Fragment, Rank, Sink};
use crate::tree::{Syntax, View};

pub(super) const SERVERS: Reader = Reader {
    id: "copilot-cli-mcp",
    places: &[in_home(".copilot/mcp-config.json"), in_folder(".github/mcp.json")],
    form: Form::Tree(Syntax::Json),
    marks: &[],
    accepts: nowhere_else,
    read: servers,
};

pub(super) const SETTINGS: Reader = Reader {
    id: "copilot-cli-settings",
    places: &[in_home(".copilot/settings.json"), in_folder(".github/copilot/settings.json")],
    form: Form::Tree(Syntax::Json),
    marks: &[],
    accepts: nowhere_else,
    read: settings,
};

const CLIENT: &str = "copilot-cli";

fn servers(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    match text.root.get("mcpServers") {
        Some(list) => read_all(&list, text, &mut fragment, sink),
        None if is_flat_list(&text.root) => read_all(&text.root, text, &mut fragment, sink),
        None => {
            let help = "servers stand in an object under `mcpServers`";
            sink.problems.push(text.problem(&text.root, "no servers in it", help));
        }
    }
    sink.fragments.push(fragment);
}

fn settings(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    fragment.model = text.root.get("model").and_then(|it| Some((it.text()?.to_owned(), it.place())));
    for (key, gate, rank) in
        [("deniedUrls", Gate::Denied, Rank::Deny), ("allowedUrls", Gate::Auto, Rank::Allow)]
    {
        for (pattern, item) in text.root.get(key).map(|it| it.texts()).unwrap_or_default() {
            let raw = format!("{key}: {pattern}");
            if key == "allowedUrls" && text.location.scope == Scope::Project {
                // A repository can take addresses away and not add any.
                note(SettingKind::Ineffective, raw, &item, &mut fragment);
                continue;
            }
            let selects = Selector::Builtin { tool: "url".to_owned(), limit: host(pattern) };
            add(rank, selects, gate, (&item, &raw), &mut fragment);
        }
    }
    if let Some(events) = text.root.get("hooks").filter(View::is_map) {
        hooks(&events, text, &mut fragment, sink);
    }
    sink.fragments.push(fragment);
}

fn host(pattern: &str) -> Option<Limit> {
    let host = pattern.split_once("://").map_or(pattern, |(_, it)| it);
    let host = host.split('/').next().unwrap_or(host);
    (!matches!(host, "*" | "**" | "")).then(|| Limit::Domain(host.to_owned()))
}
