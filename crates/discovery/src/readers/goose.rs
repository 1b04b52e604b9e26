//! Goose: `config.yaml` with its extensions and mode, permissions of single tools, recipes, hints.

use ambit_model::Gate;
use ambit_model::facts::{Holder, InstructionKind, Launch, Selector, SettingKind, Transport};

use super::record::{
    add, add_in, builtin, credentials, instruction, listed, model, note_in, of_server, rules_file, tool,
};
use super::server_entry::{self, bring};
use super::{Form, Reader, Text, in_folder, in_home, nowhere_else};
use crate::credential;
use crate::fragment::{Fragment, Rank, Sink};
use crate::tree::{Syntax, View};

const CLIENT: &str = "goose";
/// The tools of the extension `developer`: the agent's own tools, as far as the map goes.
const DEVELOPER: &[&str] = &["shell", "text_editor", "tree"];

pub(super) const CONFIG: Reader = Reader {
    id: "goose",
    places: &[
        in_home(".config/goose/config.yaml"),
        in_home("AppData/Roaming/Block/goose/config/config.yaml"),
    ],
    form: Form::Tree(Syntax::Yaml),
    marks: &["GOOSE_MODE", "GOOSE_PROVIDER", "GOOSE_MODEL"],
    accepts: |text| {
        let root = &text.root;
        ["GOOSE_MODE", "GOOSE_PROVIDER", "GOOSE_MODEL"].iter().any(|it| root.get(it).is_some())
    },
    read,
};

pub(super) const PERMISSION: Reader = Reader {
    id: "goose-permission",
    places: &[
        in_home(".config/goose/permission.yaml"),
        in_home("AppData/Roaming/Block/goose/config/permission.yaml"),
    ],
    form: Form::Tree(Syntax::Yaml),
    marks: &["always_allow:"],
    accepts: |text| {
        text.root
            .get("user")
            .is_some_and(|it| it.get("always_allow").is_some() && it.get("never_allow").is_some())
    },
    read: permission,
};

pub(super) const SECRETS: Reader = Reader {
    id: "goose-secrets",
    places: &[in_home(".config/goose/secrets.yaml")],
    form: Form::Tree(Syntax::Yaml),
    marks: &[],
    accepts: nowhere_else,
    read: |text, sink| {
        let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
        credentials(Some(text.root.clone()), Holder::File, text, &mut fragment);
        sink.fragments.push(fragment);
    },
};

pub(super) const HINTS: Reader = Reader {
    id: "goose-hints",
    places: &[in_folder(".goosehints"), in_home(".config/goose/.goosehints")],
    form: Form::Plain,
    marks: &[],
    accepts: nowhere_else,
    read: |text, sink| rules_file(CLIENT, text, sink),
};

pub(super) const RECIPE: Reader = Reader {
    id: "goose-recipe",
    places: &[],
    form: Form::Tree(Syntax::Yaml),
    marks: &["extensions:", "sub_recipes:", "activities:"],
    accepts: |text| {
        let has = |key: &str| text.root.get(key).is_some();
        let list = |key: &str| text.root.get(key).is_some_and(|it| it.is_list());
        text.root.text_of("title").is_some()
            && (has("instructions") || has("prompt"))
            && (list("extensions") || list("sub_recipes") || list("activities"))
    },
    read: recipe,
};

fn read(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    let root = &text.root;
    mode(root, &mut fragment);
    model(root.get("GOOSE_MODEL"), &mut fragment);
    for (name, entry) in root.get("extensions").map(|it| it.entries()).unwrap_or_default() {
        extension(name, &entry, text, &mut fragment, sink);
    }
    credentials(Some(root.clone()), Holder::Environment, text, &mut fragment);
    sink.fragments.push(fragment);
}

fn mode(root: &View<'_>, fragment: &mut Fragment) {
    let Some(view) = root.get("GOOSE_MODE") else { return };
    let word = view.text().unwrap_or_default();
    let (gate, kind) = match word {
        "auto" => (Gate::Auto, Some(SettingKind::ApprovalsOff)),
        "smart_approve" => (Gate::Auto, Some(SettingKind::ClassifierApproves)),
        "approve" => (Gate::Prompted, None),
        // Talks and calls no tool.
        "chat" => (Gate::Denied, None),
        _ => return,
    };
    let raw = format!("GOOSE_MODE: {word}");
    add_in("mode", Rank::Mode, (Selector::Any, gate), (&view, &raw), fragment);
    if let Some(kind) = kind {
        note_in("mode", kind, raw, &view, fragment);
    }
}

/// An extension is a server, a part of Goose that acts like one, or `developer`.
fn extension(name: &str, entry: &View<'_>, text: &Text<'_>, fragment: &mut Fragment, sink: &mut Sink) {
    let kind = entry.text_of("type").unwrap_or_default();
    let own_name = entry.text_of("name").unwrap_or(name);
    match kind {
        "builtin" | "platform" if own_name == "developer" => {
            if let Some(off) = entry.get("enabled").filter(|it| it.truth() == Some(false)) {
                for tool in DEVELOPER {
                    let raw = "extensions.developer.enabled: false";
                    add(Rank::Deny, builtin(tool), Gate::Denied, (&off, raw), fragment);
                }
            }
        }
        "builtin" | "platform" | "frontend" => {
            part_of_goose(own_name, entry, Transport::Builtin, fragment, sink);
        }
        // The code stands in the file and runs with Python.
        "inline_python" => part_of_goose(own_name, entry, Transport::Stdio, fragment, sink),
        _ => server_entry::read(name, entry, text, fragment, sink),
    }
}

fn part_of_goose(
    name: &str,
    entry: &View<'_>,
    transport: Transport,
    fragment: &mut Fragment,
    sink: &mut Sink,
) {
    let runner = if transport == Transport::Builtin { CLIENT } else { "python" };
    let launch = Launch { transport, runner: runner.to_owned(), ..Launch::default() };
    let only = entry.get("available_tools").filter(|it| it.is_list() && !it.items().is_empty());
    let only = only.map(|it| it.texts().into_iter().map(|(tool, _)| tool.to_owned()).collect());
    bring(name, (format!("goose:{name}|{runner}"), launch), (entry, only), fragment, sink);
}

fn permission(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    let Some(user) = text.root.get("user") else { return sink.fragments.push(fragment) };
    let lists = [
        ("never_allow", Gate::Denied, Rank::Deny),
        ("ask_before", Gate::Asked, Rank::Ask),
        ("always_allow", Gate::Auto, Rank::Allow),
    ];
    let selects = |name: &str| match name.split_once("__") {
        Some(("developer", own)) => builtin(own),
        Some((server, tool)) => of_server(server, tool),
        None => tool(CLIENT, name, None, text.catalog),
    };
    listed(&user, &lists, selects, &mut fragment);
    sink.fragments.push(fragment);
}

/// A recipe is an agent with exactly the extensions that it lists.
fn recipe(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    let root = &text.root;
    for key in ["instructions", "prompt"] {
        if let Some(view) = root.get(key) {
            let said = view.text().unwrap_or_default();
            instruction(key, InstructionKind::Prompt, said, view.place(), &mut fragment);
        }
    }
    model(root.at(&["settings", "goose_model"]), &mut fragment);
    if let Some(list) = root.get("extensions").filter(View::is_list) {
        let mut tools = Vec::new();
        for entry in list.items() {
            let Some(name) = entry.text_of("name") else {
                let help = "each extension needs a `name` and a `type`";
                sink.problems.push(text.problem(&entry, "an extension without a name", help));
                continue;
            };
            if name == "developer" {
                tools.extend(DEVELOPER.iter().map(|it| builtin(it)));
            } else {
                tools.push(of_server(name, "*"));
            }
            extension(name, &entry, text, &mut fragment, sink);
        }
        fragment.tools = Some(tools);
    }
    sink.fragments.push(fragment);
    for item in root.get("sub_recipes").map(|it| it.items()).unwrap_or_default() {
        let Some(name) = item.text_of("name") else { continue };
        let mut fragment = Fragment::new(CLIENT, text.location.clone(), item.place());
        fragment.name = Some(name.to_owned());
        sink.fragments.push(fragment);
        for (key, value) in item.get("values").map(|it| it.entries()).unwrap_or_default() {
            let held = credential::of_entry(text.catalog, key, &value, Holder::Context, text.location.scope);
            if let (Some(held), Some(last)) = (held, sink.fragments.last_mut()) {
                last.credentials.push(held);
            }
        }
    }
}
