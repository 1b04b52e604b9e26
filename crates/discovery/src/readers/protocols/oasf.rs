//! Records of the Open Agentic Schema Framework (AGNTCY), 0.3 to 1.0: what a directory says of an agent or of an MCP
//! server, with the card or the connections that its modules carry.
//!
//! The skills of a record are classes of a taxonomy, not tools: they are only noted.

use ambit_model::Place;
use ambit_model::facts::{AgentFacts, CredentialFacts, Holder};

use super::{a2a, folder};
use crate::credential;
use crate::fragment::{Fragment, Sink};
use crate::readers::server_entry;
use crate::readers::{Form, Reader, Text};
use crate::tree::{Syntax, View};

const CLIENT: &str = "oasf";

pub(in crate::readers) const READER: Reader = Reader {
    id: "oasf-record",
    places: &[],
    form: Form::Tree(Syntax::Json),
    marks: &["\"schema_version\""],
    accepts: |text| is_record(&text.root),
    read,
};

/// Whether it is a record: other files have a version of their schema too, but neither locators nor classes.
fn is_record(root: &View<'_>) -> bool {
    let has = |key: &str| root.get(key).is_some();
    let items = |key: &str| root.get(key).filter(View::is_list).map(|it| it.items()).unwrap_or_default();
    let classed =
        |it: &View<'_>| it.get("class_uid").is_some() || it.get("id").is_some() && it.get("name").is_some();
    let skills = items("skills");
    let skills = !skills.is_empty() && skills.iter().all(classed);
    let located =
        |it: &View<'_>| it.get("type").is_some() && (it.get("url").is_some() || it.get("urls").is_some());
    let locators = items("locators").iter().any(located);
    let modules = modules(root).iter().any(|(name, _)| name.contains('/'));
    let named =
        root.text_of("name").is_some() && root.get("schema_version").is_some_and(|it| it.scalar().is_some());
    named && has("version") && (modules || locators && (skills || has("authors")) || skills && has("authors"))
}

/// Modules with their data; the older name is extensions.
fn modules<'a>(root: &View<'a>) -> Vec<(&'a str, View<'a>)> {
    let lists = ["modules", "extensions"].iter().filter_map(|it| root.get(it));
    let items = lists.flat_map(|it| it.items());
    items.filter_map(|it| Some((it.text_of("name")?, it.get("data").unwrap_or_else(|| it.clone())))).collect()
}

/// What a module is about, whichever taxonomy its name is of.
fn is_about(name: &str, what: &str) -> bool {
    name.rsplit('/').next().is_some_and(|it| it == what)
}

fn read(text: &Text<'_>, sink: &mut Sink) {
    let root = &text.root;
    let name = root.text_of("name").unwrap_or_else(|| text.stem());
    let modules = modules(root);
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    for (_, data) in modules.iter().filter(|(name, _)| is_about(name, "mcp")) {
        connections(name, data, text, &mut fragment, sink);
    }
    let card = modules.iter().filter(|(name, _)| is_about(name, "a2a"));
    let card = card.map(|(_, it)| it.get("card_data").unwrap_or_else(|| it.clone())).find(a2a::is_card);
    let others = modules.iter().any(|(name, _)| !is_about(name, "mcp"));
    // A record with nothing but an MCP server in it is that server's.
    if card.is_none() && !others && !fragment.servers.is_empty() {
        return;
    }
    let place = root.get("name").map_or_else(|| text.start(), |it| it.place());
    let mut agent = match &card {
        Some(card) => a2a::agent(card, text, folder(text.path)),
        None => AgentFacts::bare(CLIENT, name, folder(text.path), place.clone()),
    };
    agent.servers = fragment.servers;
    models(&modules, text, &mut agent);
    said(root, &place, &mut agent);
    sink.agents.push(agent);
}

/// The servers of a module, by whichever key they are listed.
fn connections(name: &str, data: &View<'_>, text: &Text<'_>, fragment: &mut Fragment, sink: &mut Sink) {
    let own = data.text_of("name").unwrap_or(name);
    for list in ["connections", "servers"].iter().filter_map(|it| data.get(it)) {
        for entry in list.items().iter().filter(|it| it.is_map()) {
            server_entry::read(entry.text_of("name").unwrap_or(own), entry, text, fragment, sink);
            let variables = entry.get("env_vars").map(|it| it.items()).unwrap_or_default();
            let expected = variables.iter().filter_map(|it| variable(it, text));
            if let Some(server) = sink.servers.last_mut() {
                server.credentials.extend(expected);
            }
        }
        if list.is_map() {
            server_entry::read_all(&list, text, fragment, sink);
        }
    }
}

/// A variable that whoever runs it has to give.
fn variable(view: &View<'_>, text: &Text<'_>) -> Option<CredentialFacts> {
    let name = view.text_of("name")?;
    Some(CredentialFacts {
        name: name.to_owned(),
        kind: credential::kind(text.catalog, name, "")?,
        holder: Holder::Environment,
        value: None,
        place: view.place(),
        pointer: view.pointer().to_owned(),
        scope: text.location.scope,
    })
}

fn models(modules: &[(&str, View<'_>)], text: &Text<'_>, agent: &mut AgentFacts) {
    let listed = modules.iter().filter_map(|(_, it)| it.get("models")).flat_map(|it| it.items());
    for model in listed {
        if let (None, Some(view)) = (&agent.model, model.get("model").or_else(|| model.get("name"))) {
            let provider = model.text_of("provider").map(|it| format!("{it}/")).unwrap_or_default();
            agent.model = view.text().map(|it| (format!("{provider}{it}"), view.place()));
        }
        let variables = model.get("env_vars").map(|it| it.items()).unwrap_or_default();
        agent.credentials.extend(variables.iter().filter_map(|it| variable(it, text)));
    }
}

fn said(root: &View<'_>, place: &Place, agent: &mut AgentFacts) {
    let said = &mut agent.program.said;
    said.push(("listed in a record of OASF".to_owned(), place.clone()));
    let signed = root.get("signature").filter(|it| !it.entries().is_empty());
    said.extend(signed.map(|it| {
        ("its record is signed; whether the signature holds was not checked".to_owned(), it.place())
    }));
    for skill in root.get("skills").map(|it| it.items()).unwrap_or_default() {
        let name = skill.text_of("name").or_else(|| skill.text_of("class_name"));
        said.extend(name.map(|it| (format!("skill: {it}"), skill.place())));
    }
    for locator in root.get("locators").map(|it| it.items()).unwrap_or_default() {
        let kind = locator.text_of("type").unwrap_or("locator");
        let urls = locator.get("urls").map(|it| it.texts()).unwrap_or_default();
        let urls = locator.text_of("url").into_iter().chain(urls.iter().map(|it| it.0));
        said.extend(
            urls.map(|it| (format!("{kind}: {}", it.split('?').next().unwrap_or(it)), locator.place())),
        );
    }
}
