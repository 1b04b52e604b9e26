//! Compose files whose services run agents or MCP servers: image, command, environment, volumes, ports and networks.

use ambit_model::facts::{CredentialFacts, Holder, Launch, Object, Transport, Trigger};
use ambit_model::{Place, Trust};

use super::container::{self, Container, Variable, without_defaults};
use super::gateway;
use crate::fragment::Sink;
use crate::launch::Word;
use crate::readers::protocols::folder;
use crate::readers::{Form, Reader, Text};
use crate::tree::{Syntax, View};
use crate::workloads::Workload;

const PLATFORM: &str = "compose";

pub(in crate::readers) const READER: Reader = Reader {
    id: "compose",
    places: &[],
    form: Form::Tree(Syntax::Yaml),
    marks: container::MARKS,
    accepts: |text| is_compose(text) && !workloads(text).is_empty(),
    read: |text, sink: &mut Sink| sink.workloads.extend(workloads(text)),
};

/// How many services of one file are looked at.
const MOST: usize = 200;

/// Whether it is a compose file: other files have services too, but none that are images or builds.
fn is_compose(text: &Text<'_>) -> bool {
    let root = &text.root;
    let services = root.get("services").map(|it| it.entries()).unwrap_or_default();
    let of_container =
        |it: &View<'_>| ["image", "build", "extends", "provider"].iter().any(|key| field(it, key).is_some());
    !services.is_empty() && root.get("jobs").is_none() && services.iter().any(|(_, it)| of_container(it))
}

/// The value of `key`, its own or one that is merged in.
fn field<'a>(view: &View<'a>, key: &str) -> Option<View<'a>> {
    view.get(key).or_else(|| {
        let merged = view.get("<<")?;
        let merged = if merged.is_list() { merged.items() } else { vec![merged] };
        merged.iter().find_map(|it| it.get(key))
    })
}

fn workloads(text: &Text<'_>) -> Vec<Workload> {
    let services = text.root.get("services").map(|it| it.entries()).unwrap_or_default();
    let services = services.into_iter().take(MOST).filter(|(_, it)| it.is_map());
    let all = services.filter_map(|(name, service)| workload(name, &service, text));
    all.flat_map(|(it, words)| gateway::behind(it, &words, text.catalog)).collect()
}

/// What the service runs, and what it is started with.
fn workload(name: &str, service: &View<'_>, text: &Text<'_>) -> Option<(Workload, Vec<Word>)> {
    let environment = environment(service);
    let container = Container {
        name: name.to_owned(),
        image: field(service, "image").filter(|it| it.text().is_some()),
        words: words(service),
        labels: labels(service),
        model: model(service, text),
        environment,
        place: service.place(),
    };
    let scope = text.location.scope;
    let (mut launch, mut credentials) = container::launch(&container, text.catalog, scope);
    let runs = container::runs(&container, &launch, text.catalog)?;
    volumes(service, &mut launch);
    loosened(service, &mut launch);
    networks(service, text, &mut launch);
    credentials.extend(files(service, text));
    let ports = ports(service);
    launch.transport = if ports.is_empty() && field(service, "expose").is_none() {
        Transport::Stdio
    } else {
        Transport::Http
    };
    launch.said.extend(ports.iter().map(|it| format!("publishes port {} to {}", it.number, it.whom())));
    let published =
        ports.iter().map(|it| (format!("http://localhost:{}", it.number), it.place.clone())).collect();
    let at = folder(text.path);
    let mut inside = vec![name.to_owned()];
    inside.extend(field(service, "container_name").and_then(|it| it.text().map(str::to_owned)));
    inside.extend(field(service, "hostname").and_then(|it| it.text().map(str::to_owned)));
    let workload = Workload {
        runs,
        platform: PLATFORM,
        name: name.to_owned(),
        at: at.to_owned(),
        names: container::named_addresses(&container.environment),
        model: container.model.clone().or_else(|| container::model(&container.environment)),
        builds: builds(service, at),
        starts: ports.iter().map(|it| it.trigger(name, at)).collect(),
        launch,
        credentials,
        tools: Vec::new(),
        published,
        inside,
        place: service.place(),
    };
    Some((workload, container.words))
}

/// The words of entry point and command.
fn words(service: &View<'_>) -> Vec<Word> {
    let mut words = Vec::new();
    for view in ["entrypoint", "command"].iter().filter_map(|it| field(service, it)) {
        if let Some(text) = view.text() {
            let parts = shell_words::split(text).unwrap_or_default();
            words.extend(parts.into_iter().map(|text| Word { text, place: view.place(), pointer: None }));
        } else {
            words.extend(view.items().iter().filter_map(|it| {
                Some(Word { text: it.scalar()?, place: it.place(), pointer: Some(it.pointer().to_owned()) })
            }));
        }
    }
    words
}

fn environment(service: &View<'_>) -> Vec<Variable> {
    let Some(view) = field(service, "environment") else { return Vec::new() };
    let variable = |name: &str, value: Option<String>, it: &View<'_>| Variable {
        name: name.to_owned(),
        value,
        place: it.place(),
        pointer: it.pointer().to_owned(),
    };
    if view.is_list() {
        let listed = view.texts().into_iter();
        // Name and value are one text: no edit can reach the value alone.
        return listed
            .map(|(text, it)| match text.split_once('=') {
                Some((name, value)) => {
                    Variable { pointer: String::new(), ..variable(name, Some(value.to_owned()), &it) }
                }
                None => variable(text, None, &it),
            })
            .collect();
    }
    // What is merged into the map stands in it.
    let merged = view.get("<<").map(|it| it.entries()).unwrap_or_default();
    let own = view.entries().into_iter().chain(merged).filter(|(name, _)| *name != "<<");
    own.map(|(name, it)| variable(name, it.scalar(), &it)).collect()
}

fn labels(service: &View<'_>) -> Vec<String> {
    let Some(view) = field(service, "labels") else { return Vec::new() };
    // Rules of a proxy name hosts and paths, not what runs.
    let telling = |key: &str| !key.starts_with("traefik") && !key.starts_with("caddy");
    let listed =
        view.texts().into_iter().filter(|(it, _)| telling(it)).filter_map(|(it, _)| it.split_once('='));
    let mapped = view.entries().into_iter().filter(|(key, _)| telling(key)).filter_map(|(_, it)| it.scalar());
    listed.map(|(_, it)| it.to_owned()).chain(mapped).collect()
}

/// The model that the file gives the service by name.
fn model(service: &View<'_>, text: &Text<'_>) -> Option<(String, Place)> {
    let list = field(service, "models")?;
    let names = list.texts().into_iter();
    let names: Vec<(&str, View<'_>)> = names.chain(list.entries()).collect();
    let (name, view) = names.into_iter().next()?;
    let model = text.root.at(&["models", name, "model"]).and_then(|it| it.text());
    Some((model.unwrap_or(name).to_owned(), view.place()))
}

fn builds(service: &View<'_>, at: &str) -> Option<String> {
    let view = field(service, "build")?;
    let context = view.text().or_else(|| view.text_of("context")).unwrap_or(".");
    // A repository elsewhere is no folder of this one.
    if context.contains("://") || context.starts_with("git@") {
        return None;
    }
    crate::together::below(at, context)
}

fn volumes(service: &View<'_>, launch: &mut Launch) {
    for view in field(service, "volumes").map(|it| it.items()).unwrap_or_default() {
        let (host, read_only) = match view.text() {
            Some(text) => {
                let text = without_defaults(text);
                let mut parts = text.split(':');
                let host = parts.next().unwrap_or_default().to_owned();
                let read_only = parts.next_back().is_some_and(|it| it.split(',').any(|it| it == "ro"));
                (host, read_only)
            }
            None => {
                (view.text_of("source").map(without_defaults).unwrap_or_default(), view.is_true("read_only"))
            }
        };
        // Anything else is a volume that the engine keeps.
        if !host.starts_with(['/', '.', '~', '$']) {
            continue;
        }
        if host.ends_with("docker.sock") {
            launch.loosened.push("the container engine's own socket is mounted".to_owned());
        }
        launch.mounts.push((host, read_only));
    }
}

fn loosened(service: &View<'_>, launch: &mut Launch) {
    let truth = |key: &str| field(service, key).is_some_and(|it| it.truth() == Some(true));
    if truth("privileged") {
        launch.loosened.push("privileged".to_owned());
    }
    for key in ["network_mode", "pid", "ipc", "userns_mode"] {
        match field(service, key).and_then(|it| it.text()) {
            Some("host") => launch.loosened.push(format!("{key}: host")),
            Some("none") if key == "network_mode" => launch.no_network = true,
            _ => {}
        }
    }
    for key in ["cap_add", "devices"] {
        for (value, _) in field(service, key).map(|it| it.texts()).unwrap_or_default() {
            launch.loosened.push(format!("{key}: {value}"));
        }
    }
    for (value, _) in field(service, "security_opt").map(|it| it.texts()).unwrap_or_default() {
        if value.contains("unconfined") || value.contains("disable") {
            launch.loosened.push(format!("security_opt: {value}"));
        }
    }
}

/// A service whose networks are all internal reaches nothing outside.
fn networks(service: &View<'_>, text: &Text<'_>, launch: &mut Launch) {
    let Some(view) = field(service, "networks") else { return };
    let names: Vec<&str> =
        view.texts().iter().map(|it| it.0).chain(view.entries().iter().map(|it| it.0)).collect();
    let internal = |name: &&str| text.root.at(&["networks", name]).is_some_and(|it| it.is_true("internal"));
    if !names.is_empty() && names.iter().all(internal) {
        launch.no_network = true;
        launch.said.push("its networks are internal".to_owned());
    }
}

/// Files with variables, and secrets that are mounted.
fn files(service: &View<'_>, text: &Text<'_>) -> Vec<CredentialFacts> {
    let mut found = Vec::new();
    let mut push = |name: &str, kind: &str, view: &View<'_>| {
        found.push(CredentialFacts {
            name: name.to_owned(),
            kind: kind.to_owned(),
            holder: Holder::File,
            value: None,
            place: view.place(),
            pointer: view.pointer().to_owned(),
            scope: text.location.scope,
        });
    };
    for it in field(service, "env_file").map(|it| it.items()).unwrap_or_default() {
        if let Some(path) = it.text().or_else(|| it.text_of("path")) {
            push(path, "environment-file", &it);
        }
    }
    for it in field(service, "secrets").map(|it| it.items()).unwrap_or_default() {
        if let Some(name) = it.text().or_else(|| it.text_of("source")) {
            push(name, "secret", &it);
        }
    }
    found
}

/// A port of the machine that leads to the service.
struct Port {
    number: String,
    local: bool,
    place: Place,
}

impl Port {
    fn whom(&self) -> &'static str {
        if self.local { "this machine" } else { "whoever reaches the machine" }
    }

    fn trigger(&self, name: &str, at: &str) -> Trigger {
        let trust = if self.local { Trust::Operator } else { Trust::Organization };
        let from = Object {
            trust: Some(trust),
            ..Object::named(format!("channel:compose/{name}@{at}"), format!("Whoever reaches {name}"))
        };
        let (event, place) = (format!("port {}", self.number), self.place.clone());
        Trigger { event, trust, from, brings_text: true, guard: None, place }
    }
}

fn ports(service: &View<'_>) -> Vec<Port> {
    let mut ports = Vec::new();
    for view in field(service, "ports").map(|it| it.items()).unwrap_or_default() {
        let (host, number) = if let Some(text) = view.scalar() {
            let text = without_defaults(&text);
            let text = text.split('/').next().unwrap_or(&text);
            match text.rsplit(':').collect::<Vec<_>>().as_slice() {
                [_, number] => (String::new(), (*number).to_owned()),
                [_, number, host @ ..] => (host.join(":"), (*number).to_owned()),
                // A port of the machine that nobody knows beforehand.
                _ => continue,
            }
        } else {
            let number = view.get("published").and_then(|it| it.scalar());
            let Some(number) = number else { continue };
            (view.text_of("host_ip").unwrap_or_default().to_owned(), without_defaults(&number))
        };
        let local = ["127.0.0.1", "localhost", "::1", "[::1]", "1::"].contains(&host.as_str());
        let first = number.split('-').next().unwrap_or(&number).to_owned();
        if !first.is_empty() && first.bytes().all(|it| it.is_ascii_digit()) {
            ports.push(Port { number: first, local, place: view.place() });
        }
    }
    ports
}
