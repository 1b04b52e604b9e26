//! Docker's catalogs of servers, and which of them are switched on behind its gateway.

use ambit_model::facts::{Holder, Launch, Package, Transport};

use super::{described, expected};
use crate::fragment::Sink;
use crate::launch;
use crate::readers::server_entry::key;
use crate::readers::{Form, Reader, Text, in_home, nowhere_else, tool_dump};
use crate::tree::{Syntax, View};

pub(in crate::readers) const CATALOG: Reader = Reader {
    id: "docker-catalog",
    places: &[in_home(".docker/mcp/catalogs/*.yaml")],
    form: Form::Tree(Syntax::Yaml),
    marks: &["registry:"],
    accepts: |text| {
        let entries = text.root.get("registry").map(|it| it.entries()).unwrap_or_default();
        let of_server = |it: &View<'_>| {
            (it.text_of("image").is_some() || it.get("remote").is_some()) && it.get("tools").is_some()
        };
        !entries.is_empty() && entries.iter().all(|(_, it)| of_server(it))
    },
    read: |text, sink| {
        for (name, entry) in text.root.get("registry").map(|it| it.entries()).unwrap_or_default() {
            server(name, &entry, text, sink);
        }
    },
};

pub(in crate::readers) const ENABLED: Reader = Reader {
    id: "docker-enabled",
    places: &[in_home(".docker/mcp/registry.yaml")],
    form: Form::Tree(Syntax::Yaml),
    marks: &[],
    accepts: nowhere_else,
    read: |text, sink| {
        let Some(list) = text.root.get("registry") else { return };
        let names: Vec<&str> = list.entries().into_iter().map(|(name, _)| name).collect();
        if !names.is_empty() {
            let help = "name them in the agents' own files to have them on the map";
            let message = format!(
                "agents that start Docker's gateway get {}; these are not connected to them on the map",
                names.join(", ")
            );
            sink.problems.push(text.problem(&list, message, help));
        }
    },
};

pub(in crate::readers) const CONFIG: Reader = Reader {
    id: "docker-config",
    places: &[in_home(".docker/mcp/config.yaml")],
    form: Form::Tree(Syntax::Yaml),
    marks: &[],
    accepts: nowhere_else,
    read: |text, sink| {
        // One map of values per server, which fill the blanks of its entry in a catalog.
        let names: Vec<&str> = text.root.entries().into_iter().map(|(name, _)| name).collect();
        if !names.is_empty() {
            let help = "look there for the folders and accounts that these servers get";
            let message = format!("what Docker's gateway sets for {} is not on the map", names.join(", "));
            sink.problems.push(text.problem(&text.root, message, help));
        }
    },
};

fn server(name: &str, entry: &View<'_>, text: &Text<'_>, sink: &mut Sink) {
    let mut launch = Launch { place: Some(entry.place()), ..Launch::default() };
    let mut credentials = Vec::new();
    if let Some(image) = entry.get("image").filter(|it| it.text().is_some()) {
        let (image_name, pin) = launch::image(image.text().unwrap_or_default());
        "docker".clone_into(&mut launch.runner);
        launch.contained = true;
        launch.package_pointer = Some(image.pointer().to_owned());
        launch.package =
            Some(Package { ecosystem: "oci".to_owned(), name: image_name, pin, place: image.place() });
    } else if let Some(url) = entry.at(&["remote", "url"]) {
        let stated = entry.at(&["remote", "transport_type"]);
        launch.transport =
            if stated.is_some_and(|it| it.text() == Some("sse")) { Transport::Sse } else { Transport::Http };
        let address = url.text().unwrap_or_default();
        credentials = launch::address(address, &mut launch, &url.place(), text.location.scope);
    } else {
        let help = "an entry has an `image` or a `remote` with a `url`";
        sink.problems.push(text.problem(
            entry,
            format!("the server `{name}` names neither image nor address"),
            help,
        ));
        return;
    }
    let mut facts =
        described(key(name, &launch, text), name, launch, entry, entry.get("description").as_ref());
    facts.credentials = credentials;
    for secret in entry.get("secrets").map(|it| it.items()).unwrap_or_default() {
        if let Some(variable) = secret.text_of("env").or_else(|| secret.text_of("name")) {
            facts.launch.environment.push(variable.to_owned());
            facts.credentials.push(expected(variable, Holder::Environment, &secret, text));
        }
    }
    for variable in entry.get("env").map(|it| it.items()).unwrap_or_default() {
        facts.launch.environment.extend(variable.text_of("name").map(str::to_owned));
    }
    let tools = entry.get("tools").map(|it| it.items()).unwrap_or_default();
    facts.tools = tools.iter().filter_map(tool_dump::definition).collect();
    sink.servers.push(facts);
}
