//! `server.json` of the MCP registry: packages and addresses of one server.

use ambit_model::facts::{Holder, Launch, Package, Pin, ServerFacts, Transport};

use super::{described, expected};
use crate::credential;
use crate::fragment::Sink;
use crate::launch;
use crate::readers::{Form, Reader, Text};
use crate::tree::{Syntax, View};

pub(in crate::readers) const READER: Reader = Reader {
    id: "mcp-registry",
    places: &[],
    form: Form::Tree(Syntax::Json),
    marks: &["server.schema.json", "registryType", "registry_name", "registry_type"],
    accepts: |text| {
        let root = &text.root;
        let ours = root.text_of("$schema").is_some_and(|it| it.ends_with("/server.schema.json"));
        let packaged = root.get("packages").is_some_and(|it| {
            it.items().iter().any(|it| REGISTRY.iter().any(|key| it.text_of(key).is_some()))
        });
        root.text_of("name").is_some() && (ours || packaged)
    },
    read,
};

// The drafts of July 2025 write with underscores.
const REGISTRY: &[&str] = &["registryType", "registry_type", "registry_name"];
const IDENTIFIER: &[&str] = &["identifier", "name"];
const VARIABLES: &[&str] = &["environmentVariables", "environment_variables"];
const ARGUMENTS: &[&str] = &["packageArguments", "package_arguments"];
const SECRET: &[&str] = &["isSecret", "is_secret"];

fn any<'a>(view: &View<'a>, keys: &[&str]) -> Option<View<'a>> {
    keys.iter().find_map(|it| view.get(it))
}

fn read(text: &Text<'_>, sink: &mut Sink) {
    let root = &text.root;
    let name = root.text_of("name").unwrap_or_else(|| text.stem());
    let description = root.get("description");
    for package in root.get("packages").map(|it| it.items()).unwrap_or_default() {
        if let Some(server) = of_package(name, &package, description.as_ref(), text) {
            sink.servers.push(server);
        } else {
            let help = "a package has `registryType`, `identifier` and `version`";
            sink.problems.push(text.problem(&package, "a package that names none", help));
        }
    }
    for remote in root.get("remotes").map(|it| it.items()).unwrap_or_default() {
        if remote.text_of("url").is_none() {
            let help = "a remote has `type` and `url`";
            sink.problems.push(text.problem(&remote, "a remote without an address", help));
            continue;
        }
        sink.servers.push(of_remote(name, &remote, description.as_ref(), text));
    }
    if text.text.contains("<<") && name.contains("<<") {
        let help = "scan the file that the build fills in";
        sink.problems.push(text.problem(root, "a template: names and versions are filled in later", help));
    }
}

fn of_package(
    name: &str,
    view: &View<'_>,
    description: Option<&View<'_>>,
    text: &Text<'_>,
) -> Option<ServerFacts> {
    let registry = any(view, REGISTRY)?.text()?;
    let identifier = any(view, IDENTIFIER)?;
    let stated = identifier.text()?;
    let ecosystem = match registry {
        "docker" => "oci",
        other => other,
    };
    let (package_name, pin) = match (ecosystem, view.text_of("version").filter(|it| !it.contains("<<"))) {
        ("oci", None) => launch::image(stated),
        ("oci", Some(version)) => (launch::image(stated).0, pinned(version)),
        (_, Some(version)) => (stated.to_owned(), pinned(version)),
        (_, None) => (stated.to_owned(), Pin::Missing),
    };
    let mut launch = Launch {
        transport: transport(view.get("transport").as_ref()),
        runner: view
            .text_of("runtimeHint")
            .or_else(|| view.text_of("runtime_hint"))
            .unwrap_or_default()
            .to_owned(),
        place: Some(identifier.place()),
        package_pointer: Some(identifier.pointer().to_owned()),
        ..Launch::default()
    };
    let key = format!("{ecosystem}:{package_name}@{pin:?}");
    launch.package =
        Some(Package { ecosystem: ecosystem.to_owned(), name: package_name, pin, place: identifier.place() });
    for argument in any(view, ARGUMENTS).map(|it| it.items()).unwrap_or_default() {
        let flag = argument.text_of("name");
        let value = argument.get("value").and_then(|it| it.scalar());
        let shown = value.map(|it| credential::masked(text.catalog, flag.unwrap_or_default(), &it));
        launch.args.extend(flag.map(str::to_owned));
        launch.args.extend(shown);
    }
    let mut server =
        described(format!("{key}||||{}", launch.args.join(" ")), name, launch, view, description);
    for variable in any(view, VARIABLES).map(|it| it.items()).unwrap_or_default() {
        let Some(variable_name) = variable.text_of("name") else { continue };
        server.launch.environment.push(variable_name.to_owned());
        if secret(&variable) {
            server.credentials.push(expected(variable_name, Holder::Environment, &variable, text));
        }
    }
    Some(server)
}

fn of_remote(name: &str, view: &View<'_>, description: Option<&View<'_>>, text: &Text<'_>) -> ServerFacts {
    let url = view.get("url").unwrap_or_else(|| view.clone());
    let mut launch =
        Launch { transport: transport(Some(view)), place: Some(url.place()), ..Launch::default() };
    let address = url.text().unwrap_or_default();
    let mut credentials = launch::address(address, &mut launch, &url.place(), text.location.scope);
    for header in view.get("headers").map(|it| it.items()).unwrap_or_default() {
        let Some(header_name) = header.text_of("name") else { continue };
        launch.headers.push(header_name.to_owned());
        if secret(&header) {
            launch.authenticated = true;
            credentials.push(expected(header_name, Holder::Header, &header, text));
        }
    }
    let key = format!("|{}|||", launch.url.clone().unwrap_or_default());
    let mut server = described(key, name, launch, view, description);
    server.credentials = credentials;
    server
}

fn secret(view: &View<'_>) -> bool {
    SECRET.iter().any(|it| view.is_true(it))
}

/// The registry refuses ranges, but not every file is in the registry.
fn pinned(version: &str) -> Pin {
    if version.starts_with("sha256:") {
        Pin::Digest(version.to_owned())
    } else if version == "latest" || version.starts_with(['^', '~', '>', '<', '*']) {
        Pin::Movable(version.to_owned())
    } else {
        Pin::Exact(version.to_owned())
    }
}

fn transport(view: Option<&View<'_>>) -> Transport {
    let stated = view.and_then(|it| it.text_of("type").or_else(|| it.text_of("transport_type")));
    match stated {
        Some("sse") => Transport::Sse,
        Some("streamable-http" | "http") => Transport::Http,
        _ => Transport::Stdio,
    }
}
