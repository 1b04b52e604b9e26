//! Continue: `config.yaml` and its older JSON, agents, blocks with servers, and the permissions of its command
//! line client.

use ambit_model::Gate;
use ambit_model::facts::{Holder, InstructionKind, Launch, Limit, Package, Pin, Selector, SettingKind};

use super::claude_settings::command;
use super::record::{credentials, instruction, listed, note, outside, redirects_model, rules_file, tool};
use super::server_entry::{self, bring, is_flat_list};
use super::{Form, Reader, Text, in_folder, in_home, nowhere_else};
use crate::fragment::{Fragment, Rank, Sink};
use crate::tree::{Syntax, View};

const CLIENT: &str = "continue";
/// Tools whose argument is a command line; those of [`FETCHES`] take an address, all others a path.
const SHELLS: &[&str] = &["Bash", "run_terminal_command"];
const FETCHES: &[&str] = &["Fetch", "fetch_url_content"];

pub(super) const YAML: Reader = Reader {
    id: "continue",
    places: &[
        in_folder(".continue/config.yaml"),
        in_folder(".continue/agents/*.yaml"),
        in_folder(".continue/assistants/*.yaml"),
        in_folder(".continue/mcpServers/*.yaml"),
        in_home(".continue/config.yaml"),
        in_home(".continue/agents/*.yaml"),
        in_home(".continue/assistants/*.yaml"),
        in_home(".continue/mcpServers/*.yaml"),
    ],
    form: Form::Tree(Syntax::Yaml),
    marks: &["mcpServers:", "- uses:", " provider:"],
    accepts,
    read,
};

pub(super) const JSON: Reader = Reader {
    id: "continue-json",
    places: &[
        in_folder(".continue/config.json"),
        in_folder(".continue/mcpServers/*.json"),
        in_folder(".continuerc.json"),
        in_home(".continue/config.json"),
        in_home(".continue/mcpServers/*.json"),
    ],
    form: Form::Tree(Syntax::Json),
    marks: &[],
    accepts: nowhere_else,
    read,
};

pub(super) const PERMISSIONS: Reader = Reader {
    id: "continue-permissions",
    places: &[in_home(".continue/permissions.yaml")],
    form: Form::Tree(Syntax::Yaml),
    marks: &[],
    accepts: nowhere_else,
    read: permissions,
};

pub(super) const RULES: Reader = Reader {
    id: "continue-rules",
    places: &[in_folder(".continue/rules/**/*.md"), in_home(".continue/rules/**/*.md")],
    form: Form::Markdown,
    marks: &[],
    accepts: nowhere_else,
    read: |text, sink| rules_file(CLIENT, text, sink),
};

/// Its lists of servers and of models hold named entries or blocks of the hub, and nothing else writes both so.
fn accepts(text: &Text<'_>) -> bool {
    let all = |key: &str, of: fn(&View<'_>) -> bool| {
        let list = text.root.get(key).filter(View::is_list).map(|it| it.items()).unwrap_or_default();
        !list.is_empty() && list.iter().all(|it| it.text_of("uses").is_some() || of(it))
    };
    let versioned = text.root.text_of("name").is_some() && text.root.get("version").is_some();
    all("mcpServers", |it| it.text_of("name").is_some())
        || (versioned && all("models", |it| it.text_of("provider").is_some() && it.get("model").is_some()))
}

fn read(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    let root = &text.root;
    let folder = |name: &str| text.path.contains(&format!(".continue/{name}/"));
    // Each agent file is a whole configuration of its own that the user switches to.
    if folder("agents") || folder("assistants") {
        fragment.name = Some(root.text_of("name").unwrap_or_else(|| text.stem()).to_owned());
    }
    models(root, text, &mut fragment);
    servers(root, text, &mut fragment, sink);
    texts(root, text, &mut fragment);
    sink.fragments.push(fragment);
}

fn models(root: &View<'_>, text: &Text<'_>, fragment: &mut Fragment) {
    for model in root.get("models").map(|it| it.items()).unwrap_or_default() {
        credentials(Some(model.clone()), Holder::File, text, fragment);
        credentials(model.get("with"), Holder::File, text, fragment);
        credentials(model.at(&["requestOptions", "headers"]), Holder::Header, text, fragment);
        redirects_model("apiBase", model.get("apiBase"), text, fragment);
        if let Some(name) = model.get("model").filter(|_| fragment.model.is_none()) {
            fragment.model = name.text().map(|it| (it.to_owned(), name.place()));
        }
    }
}

fn servers(root: &View<'_>, text: &Text<'_>, fragment: &mut Fragment, sink: &mut Sink) {
    // Of the older JSON only the deprecated list under `experimental` holds servers, each in `transport`.
    for entry in
        root.at(&["experimental", "modelContextProtocolServers"]).map(|it| it.items()).unwrap_or_default()
    {
        if let Some(transport) = entry.get("transport") {
            let name = entry.text_of("name").or_else(|| transport.text_of("command")).unwrap_or("server");
            server_entry::read(name, &transport, text, fragment, sink);
        }
    }
    let Some(list) = root.get("mcpServers") else {
        if is_flat_list(root) {
            server_entry::read_all(root, text, fragment, sink);
        }
        return;
    };
    if list.is_map() {
        return server_entry::read_all(&list, text, fragment, sink);
    }
    for entry in list.items() {
        if let Some(block) = entry.get("uses") {
            unresolved(&block, text, fragment, sink);
            credentials(entry.get("with"), Holder::File, text, fragment);
            continue;
        }
        let Some(name) = entry.text_of("name") else {
            let help = "each entry needs a `name`, and `command` or `url`";
            sink.problems.push(text.problem(&entry, "a server without a name", help));
            continue;
        };
        server_entry::read(name, &entry, text, fragment, sink);
    }
}

/// A block of the hub is fetched when the client starts: what it runs is not in this file.
fn unresolved(block: &View<'_>, text: &Text<'_>, fragment: &mut Fragment, sink: &mut Sink) {
    let Some(name) = block.text() else { return };
    if let Some(path) = name.strip_prefix("file://") {
        return pointed_block(path, block, text, sink);
    }
    let help = "copy the block into the file to have what it runs on the map and under review";
    let message =
        format!("the server block `{name}` is fetched from the hub, unpinned; what it runs is not known");
    sink.problems.push(text.problem(block, message, help));
    let package = Package {
        ecosystem: "continue-hub".to_owned(),
        name: name.to_owned(),
        pin: Pin::Missing,
        place: block.place(),
    };
    let pointer = Some(block.pointer().to_owned());
    let launch = Launch { package: Some(package), package_pointer: pointer, ..Launch::default() };
    bring(name, (format!("continue-hub:{name}"), launch), (block, None), fragment, sink);
}

fn pointed_block(path: &str, block: &View<'_>, text: &Text<'_>, sink: &mut Sink) {
    let help = "scan that file too; Continue loads it as if it stood here";
    sink.problems.push(text.problem(block, format!("the servers of `{path}` are named, not read"), help));
}

/// Rules and prompts, written out or taken from the hub.
fn texts(root: &View<'_>, text: &Text<'_>, fragment: &mut Fragment) {
    for (key, kind, inner) in
        [("rules", InstructionKind::Rules, "rule"), ("prompts", InstructionKind::Command, "prompt")]
    {
        for item in root.get(key).map(|it| it.items()).unwrap_or_default() {
            if let Some(block) = item.get("uses") {
                let name = block.text().unwrap_or_default();
                outside(name, kind, "a block of the hub, fetched anew each time", &block, fragment);
            } else if let Some(said) = item.text().or_else(|| item.text_of(inner)) {
                let name = item.text_of("name").unwrap_or(text.path);
                instruction(name, kind, said, item.place(), fragment);
            }
        }
    }
    if let Some(said) = root.get("systemMessage").filter(|it| it.text().is_some()) {
        let body = said.text().unwrap_or_default();
        instruction("systemMessage", InstructionKind::Prompt, body, said.place(), fragment);
    }
}

fn permissions(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    let lists = [
        ("exclude", Gate::Denied, Rank::Deny),
        ("ask", Gate::Asked, Rank::Ask),
        ("allow", Gate::Auto, Rank::Allow),
    ];
    listed(&text.root, &lists, |raw| selector(raw, text), &mut fragment);
    for (raw, item) in text.root.get("allow").map(|it| it.texts()).unwrap_or_default() {
        if selector(raw, text) == Selector::Any {
            note(SettingKind::ApprovalsOff, format!("allow: {raw}"), &item, &mut fragment);
        }
    }
    sink.fragments.push(fragment);
}

fn selector(raw: &str, text: &Text<'_>) -> Selector {
    let (name, spec) = match raw.trim().split_once('(') {
        Some((name, rest)) => (name, rest.strip_suffix(')').unwrap_or(rest)),
        None => (raw.trim(), ""),
    };
    match name {
        "*" => Selector::Any,
        _ => tool(CLIENT, name, limit(name, spec), text.catalog),
    }
}

fn limit(name: &str, spec: &str) -> Option<Limit> {
    let limit = |spec: &str| {
        if SHELLS.contains(&name) {
            command(spec)
        } else if FETCHES.contains(&name) {
            Limit::Domain(spec.to_owned())
        } else {
            Limit::Path(spec.to_owned())
        }
    };
    (!matches!(spec, "" | "*" | "**")).then(|| limit(spec))
}
