//! `OpenClaw`: one gateway, several agents, and the chats through which people reach them.
//!
//! What lives here: [`tools`] says what each agent may use, [`gateway`] who can reach the gateway and the
//! agents.

mod gateway;
mod tools;

use ambit_model::facts::{Holder, SettingKind};

use super::record::{note, redirects_model};
use super::server_entry::read_all;
use super::{Form, Reader, Text, in_folder, in_home};
use crate::credential;
use crate::fragment::{Fragment, Sink};
use crate::tree::{Syntax, View};

const CLIENT: &str = "openclaw";

pub(super) const READER: Reader = Reader {
    id: "openclaw",
    places: &[in_folder(".openclaw/openclaw.json"), in_home(".openclaw/openclaw.json")],
    form: Form::Tree(Syntax::Json),
    marks: &["dmPolicy", "\"gateway\"", "openclaw", "gateway:"],
    accepts,
    read,
};

fn accepts(text: &Text<'_>) -> bool {
    let has = |keys: &[&str]| text.root.at(keys).is_some();
    let gateway = has(&["gateway", "auth"]) || has(&["gateway", "bind"]) || has(&["gateway", "port"]);
    let agents = has(&["agents"]) || has(&["agent"]) || has(&["channels"]);
    // A copy of its settings without a gateway still has both of these.
    let plugin = has(&["plugins", "entries"]) && has(&["tools"]);
    (gateway && agents) || plugin
}

fn read(text: &Text<'_>, sink: &mut Sink) {
    let mut main = Fragment::new(CLIENT, text.location.clone(), text.start());
    let root = &text.root;
    let defaults = root.at(&["agents", "defaults"]).or_else(|| root.get("agent"));
    if let Some(defaults) = &defaults {
        model(defaults, &mut main);
        tools::sandbox(defaults, root, &mut main);
    }
    if let Some(view) = root.get("tools") {
        tools::policy(&view, &mut main);
        tools::execution(&view, &mut main);
    }
    gateway::gateway(root, &mut main);
    plugins(root, &mut main);
    for list in [root.at(&["mcp", "servers"]), root.get("mcpServers")].into_iter().flatten() {
        read_all(&list, text, &mut main, sink);
    }
    for (name, provider) in root.at(&["models", "providers"]).map(|it| it.entries()).unwrap_or_default() {
        redirects_model(
            &format!("models.providers.{name}.baseUrl"),
            provider.get("baseUrl"),
            text,
            &mut main,
        );
    }
    credentials_below(root, text, &mut main);
    let mut agents = listed(text, &main, sink);
    gateway::channels(root, &mut main, &mut agents);
    sink.fragments.push(main);
    sink.fragments.append(&mut agents);
}

fn model(view: &View<'_>, fragment: &mut Fragment) {
    let Some(model) = view.get("model") else { return };
    let primary = model.get("primary").unwrap_or(model);
    fragment.model = primary.text().map(|it| (it.to_owned(), primary.place()));
}

/// The agents of `agents.list`; a list right under `agents` is not what the gateway reads, but what the file
/// means is plain.
fn listed(text: &Text<'_>, main: &Fragment, sink: &mut Sink) -> Vec<Fragment> {
    let Some(agents) = text.root.get("agents") else { return Vec::new() };
    let list = if agents.is_list() {
        let help = "put the agents under `agents.list`";
        sink.problems.push(text.problem(&agents, "`agents` is a list, which no known version reads", help));
        agents
    } else {
        let Some(list) = agents.get("list") else { return Vec::new() };
        list
    };
    let mut fragments = Vec::new();
    for entry in list.items() {
        let Some(id) = entry.text_of("id") else {
            let help = "give it an `id`: bindings and delegation name it";
            sink.problems.push(text.problem(&entry, "an agent without an `id`", help));
            continue;
        };
        let mut fragment = Fragment::new(CLIENT, text.location.clone(), entry.place());
        fragment.name = Some(id.to_owned());
        model(&entry, &mut fragment);
        if let Some(view) = entry.get("tools") {
            tools::policy(&view, &mut fragment);
            tools::added(&view, main, &mut fragment);
            tools::execution(&view, &mut fragment);
        }
        tools::sandbox(&entry, &text.root, &mut fragment);
        tools::delegation(&entry, &mut fragment);
        fragments.push(fragment);
    }
    fragments
}

/// Plug-ins run inside the gateway.
fn plugins(root: &View<'_>, fragment: &mut Fragment) {
    for (name, entry) in root.at(&["plugins", "entries"]).map(|it| it.entries()).unwrap_or_default() {
        if !entry.is_false("enabled") {
            note(SettingKind::RunsCommand, format!("plugins.entries.{name}"), &entry, fragment);
        }
    }
}

/// Credentials stand in many corners of the file: every value under a telling name counts, and every pointer
/// to one (`{source, id}`).
fn credentials_below(view: &View<'_>, text: &Text<'_>, fragment: &mut Fragment) {
    let scope = fragment.location.scope;
    for (name, value) in view.entries() {
        let pointer = value.get("source").and(value.get("id"));
        if let Some(id) = pointer {
            let kind = credential::kind(text.catalog, name, "");
            fragment.credentials.extend(kind.map(|kind| ambit_model::facts::CredentialFacts {
                name: id.text().unwrap_or(name).to_owned(),
                kind,
                holder: match value.text_of("source") {
                    Some("env") => Holder::Environment,
                    _ => Holder::File,
                },
                value: None,
                place: value.place(),
                pointer: value.pointer().to_owned(),
                scope,
            }));
        } else if value.is_map() || value.is_list() {
            // Servers bring theirs along.
            if !matches!(name, "mcp" | "mcpServers") {
                credentials_below(&value, text, fragment);
            }
        } else {
            let held = credential::of_entry(text.catalog, name, &value, Holder::File, scope);
            fragment.credentials.extend(held);
        }
    }
    if view.is_list() {
        view.items().iter().for_each(|it| credentials_below(it, text, fragment));
    }
}
