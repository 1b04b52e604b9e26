//! Goose: `config.yaml` with its extensions and mode, permissions of single tools, recipes, hints.

use ambit_model::Gate;
use ambit_model::facts::{
    CredentialFacts, Holder, InstructionKind, Launch, Selector, ServerFacts, ServerState, ServerUse,
    SettingKind, Transport,
};

use super::record::{body, credentials, instruction, setting, tool};
use super::server_entry::{self, rule};
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
    read: |text, sink| {
        let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
        body(text.path, InstructionKind::Rules, text, &mut fragment);
        sink.fragments.push(fragment);
    },
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
    if let Some(model) = root.get("GOOSE_MODEL") {
        fragment.model = model.text().map(|it| (it.to_owned(), model.place()));
    }
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
    let rule = rule(Selector::Any, gate, &view, fragment, &raw);
    fragment.mode_rule("mode", Rank::Mode, rule);
    if let Some(kind) = kind {
        let setting = setting(kind, raw, &view, fragment);
        fragment.settings.push((Some("mode"), setting));
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
                    let selects = Selector::Builtin { tool: (*tool).to_owned(), limit: None };
                    let rule =
                        rule(selects, Gate::Denied, &off, fragment, "extensions.developer.enabled: false");
                    fragment.rule(Rank::Deny, rule);
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
    let key = format!("goose:{name}|{runner}");
    fragment.servers.push(ServerUse {
        name: name.to_owned(),
        key: key.clone(),
        state: match entry.get("enabled") {
            Some(it) if it.truth() == Some(false) => ServerState::Disabled(it.place()),
            _ => ServerState::Enabled,
        },
        only: entry
            .get("available_tools")
            .filter(|it| it.is_list() && !it.items().is_empty())
            .map(|it| it.texts().into_iter().map(|(tool, _)| tool.to_owned()).collect()),
        except: Vec::new(),
        place: entry.place(),
        pointer: entry.pointer().to_owned(),
        scope: fragment.location.scope,
    });
    sink.servers.push(ServerFacts {
        key,
        name: name.to_owned(),
        launch: Launch {
            transport,
            runner: runner.to_owned(),
            place: Some(entry.place()),
            ..Launch::default()
        },
        credentials: Vec::<CredentialFacts>::new(),
        tools: Vec::new(),
        signals: Vec::new(),
        places: vec![entry.place()],
    });
}

fn permission(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    let Some(user) = text.root.get("user") else { return sink.fragments.push(fragment) };
    for (key, gate, rank) in [
        ("never_allow", Gate::Denied, Rank::Deny),
        ("ask_before", Gate::Asked, Rank::Ask),
        ("always_allow", Gate::Auto, Rank::Allow),
    ] {
        for (name, item) in user.get(key).map(|it| it.texts()).unwrap_or_default() {
            let selects = match name.split_once("__") {
                Some(("developer", own)) => Selector::Builtin { tool: own.to_owned(), limit: None },
                Some((server, tool)) => Selector::Server { server: server.to_owned(), tool: tool.to_owned() },
                None => tool(CLIENT, name, None, text.catalog),
            };
            let rule = rule(selects, gate, &item, &fragment, &format!("{key}: {name}"));
            fragment.rule(rank, rule);
        }
    }
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
    if let Some(model) = root.at(&["settings", "goose_model"]) {
        fragment.model = model.text().map(|it| (it.to_owned(), model.place()));
    }
    if let Some(list) = root.get("extensions").filter(View::is_list) {
        let mut tools = Vec::new();
        for entry in list.items() {
            let Some(name) = entry.text_of("name") else {
                let help = "each extension needs a `name` and a `type`";
                sink.problems.push(text.problem(&entry, "an extension without a name", help));
                continue;
            };
            if name == "developer" {
                let own =
                    DEVELOPER.iter().map(|it| Selector::Builtin { tool: (*it).to_owned(), limit: None });
                tools.extend(own);
            } else {
                tools.push(Selector::Server { server: name.to_owned(), tool: "*".to_owned() });
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
