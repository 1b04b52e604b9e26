//! Dify: apps as their language (DSL) exports them. Nodes are told apart by ids, and each says itself what it takes.

mod agent;
mod chat;
mod node;
mod tools;

use std::collections::BTreeMap;

use ambit_catalog::schema::{Node, NodeKind};
use ambit_model::facts::{CredentialFacts, Guard, Holder, Object};
use ambit_model::{Place, Scope, Secret, Trust};

use super::effects::Known;
use super::step::{Flow, Link, Source, Start, Taken};
use super::{draw, secret};
use crate::credential;
use crate::fragment::Sink;
use crate::readers::{Form, Reader, Text};
use crate::tree::{Syntax, View};

pub(in crate::readers) const READER: Reader = Reader {
    id: "dify",
    places: &[],
    form: Form::Tree(Syntax::Yaml),
    marks: &["kind: app", "\"kind\": \"app\""],
    accepts: |text| {
        text.root.text_of("kind") == Some("app")
            && text.root.get("app").is_some_and(|it| it.get("mode").is_some())
    },
    read,
};

fn read(text: &Text<'_>, sink: &mut Sink) {
    let Some(nodes) = text.catalog.nodes("dify") else { return };
    let app = App::new(text, Known { catalog: text.catalog, nodes });
    let graph = text.root.at(&["workflow", "graph"]).filter(View::is_map);
    let flow = match (graph, text.root.get("model_config").filter(View::is_map)) {
        (Some(graph), _) => app.graph(&graph, sink),
        (None, Some(config)) => app.chat(&config, sink),
        (None, None) => {
            let help = "export the app anew: it has neither a workflow nor the configuration of a model";
            let message = "nothing says what this app does";
            return sink.problems.push(text.problem(&text.root, message, help));
        }
    };
    draw::draw(&flow, sink);
}

/// An app under way.
struct App<'a> {
    text: &'a Text<'a>,
    known: Known<'a>,
    name: String,
    owner: String,
    at: String,
    mode: &'a str,
}

/// A node of a workflow.
struct Item<'a> {
    title: &'a str,
    kind: &'a str,
    entry: Option<&'a Node>,
    data: View<'a>,
    place: Place,
}

impl<'a> App<'a> {
    fn new(text: &'a Text<'a>, known: Known<'a>) -> Self {
        let (folder, file) = text.path.rsplit_once('/').unwrap_or(("", text.path));
        let stem = file.rsplit_once('.').map_or(file, |it| it.0);
        let app = text.root.get("app");
        let name = app.as_ref().and_then(|it| it.text_of("name")).filter(|it| !it.trim().is_empty());
        Self {
            text,
            known,
            name: name.unwrap_or(stem).to_owned(),
            owner: text.path.rsplit_once('.').map_or(text.path, |it| it.0).to_owned(),
            at: folder.to_owned(),
            mode: app.and_then(|it| it.text_of("mode")).unwrap_or_default(),
        }
    }

    fn place(&self) -> Place {
        self.text.root.at(&["app", "name"]).map_or_else(|| self.text.start(), |it| it.place())
    }

    /// A flow without steps.
    fn empty(&self) -> Flow {
        Flow {
            client: "dify",
            ids: Vec::new(),
            name: self.name.clone(),
            owner: self.owner.clone(),
            place: self.place(),
            steps: Vec::new(),
            links: Vec::new(),
            helpers: Vec::new(),
            notes: Vec::new(),
            credentials: self.variables(),
            shares_context: false,
        }
    }

    /// Whoever uses the app. Apps are published on a page that anybody with its address can open, and over an API;
    /// the file does not say which of them is switched on.
    fn users(&self, event: &str, trust: Trust, brings_text: bool) -> Start {
        let mut from = Object::named(
            format!("channel:dify/{}", self.owner),
            format!("Users of the app `{}`", self.name),
        );
        from.trust = Some(trust);
        Start {
            event: event.to_owned(),
            trust,
            from,
            brings_text,
            guard: None,
            is_answered: false,
            is_called: false,
        }
    }

    /// Variables of the environment: secret ones are exported with their values when somebody asks for it.
    fn variables(&self) -> Vec<CredentialFacts> {
        let list = self.text.root.at(&["workflow", "environment_variables"]);
        let items = list.map(|it| it.items()).unwrap_or_default();
        let mut held = Vec::new();
        for view in items {
            let Some(name) = view.text_of("name") else { continue };
            let value = view.get("value").and_then(|it| it.scalar()).unwrap_or_default();
            if view.text_of("value_type") == Some("secret") {
                let literal =
                    credential::form(&value) == credential::Value::Literal && value.trim().len() >= 8;
                held.push(CredentialFacts {
                    name: name.to_owned(),
                    kind: credential::kind(self.text.catalog, name, &value)
                        .unwrap_or_else(|| "secret".to_owned()),
                    holder: Holder::Environment,
                    value: literal.then(|| Secret::new(value.trim())),
                    place: view.get("value").map_or_else(|| view.place(), |it| it.place()),
                    pointer: view.pointer().to_owned(),
                    scope: Scope::Project,
                });
            } else {
                held.extend(secret::all(&view, self.text.catalog));
            }
        }
        held
    }

    fn guards(&self, features: Option<&View<'_>>) -> Vec<Guard> {
        let avoids =
            features.and_then(|it| it.get("sensitive_word_avoidance")).filter(|it| it.is_true("enabled"));
        let of = |it: View<'_>| Guard {
            how: "sensitive_word_avoidance".to_owned(),
            name: it.text_of("type").unwrap_or("keywords").to_owned(),
            place: it.place(),
        };
        avoids.map(of).into_iter().collect()
    }

    fn graph(&self, graph: &View<'a>, sink: &mut Sink) -> Flow {
        let mut items = Vec::new();
        let mut by_id: BTreeMap<String, usize> = BTreeMap::new();
        for view in graph.get("nodes").map(|it| it.items()).unwrap_or_default() {
            let (Some(id), Some(data)) = (view.get("id").and_then(|it| it.scalar()), view.get("data")) else {
                let help = "a node has an `id` and `data`; what this one does is not on the map";
                sink.problems.push(self.text.problem(&view, "a node without an id or data", help));
                continue;
            };
            let kind = data.text_of("type").unwrap_or_default();
            let place = data.get("title").map_or_else(|| data.place(), |it| it.place());
            if kind.is_empty() {
                // Notes on the canvas have no type.
                continue;
            }
            let entry = self.known.nodes.node(&format!("node.{kind}"));
            by_id.entry(id).or_insert(items.len());
            items.push(Item { title: data.text_of("title").unwrap_or(kind), kind, entry, data, place });
        }
        let graph = Graph { app: self, items, by_id };
        let mut flow = self.empty();
        flow.links = graph.links(self.text, sink);
        flow.steps = (0..graph.items.len()).filter_map(|it| graph.step(it, sink)).collect();
        flow
    }
}

/// The nodes of a workflow.
struct Graph<'g, 'a> {
    app: &'g App<'a>,
    items: Vec<Item<'a>>,
    by_id: BTreeMap<String, usize>,
}

impl<'a> Graph<'_, 'a> {
    fn links(&self, text: &Text<'_>, sink: &mut Sink) -> Vec<Vec<Link>> {
        let mut links = vec![Vec::new(); self.items.len()];
        let edges = text.root.at(&["workflow", "graph", "edges"]).map(|it| it.items()).unwrap_or_default();
        let mut lost = 0;
        for edge in edges {
            let end = |key: &str| edge.get(key).and_then(|it| it.scalar());
            let ends = (end("source"), end("target"));
            let known = |it: &Option<String>| it.as_ref().and_then(|it| self.by_id.get(it)).copied();
            let (Some(from), Some(to)) = (known(&ends.0), known(&ends.1)) else {
                lost += 1;
                if lost <= 10 {
                    let help = "connect the nodes anew, or remove the edge: it is not on the map";
                    sink.problems.push(text.problem(
                        &edge,
                        "an edge leads from or to a node that is not there",
                        help,
                    ));
                }
                continue;
            };
            // The first way out of a branch is that of its first case.
            let output = usize::from(edge.text_of("sourceHandle") == Some("false"));
            if let Some(list) = links.get_mut(from) {
                list.push(Link { to, output });
            }
        }
        // What is repeated stands inside the node that repeats it.
        for (index, item) in self.items.iter().enumerate() {
            let inner = ["start_node_id", "startNodeId"].iter().find_map(|it| item.data.get(it)?.scalar());
            if let (Some(to), Some(list)) = (inner.and_then(|it| self.by_id.get(&it)), links.get_mut(index)) {
                list.push(Link { to: *to, output: 0 });
            }
            let last =
                item.data.get("output_selector").and_then(|it| it.items().first().and_then(View::scalar));
            if let Some(list) = last.and_then(|it| self.by_id.get(&it)).and_then(|it| links.get_mut(*it)) {
                list.push(Link { to: index, output: 0 });
            }
        }
        links
    }

    fn item(&self, index: usize) -> Option<&Item<'a>> {
        self.items.get(index)
    }

    /// What a path of names takes: a node's output, what users say; none for settings of the app.
    fn source(&self, path: &[&str]) -> Option<Source> {
        match path {
            ["sys", "query" | "files", ..] => self.start(),
            ["sys" | "env" | "conversation", ..] => None,
            [id, ..] => self.by_id.get(*id).map(|it| Source::Step(*it)),
            [] => None,
        }
    }

    fn start(&self) -> Option<Source> {
        let at = self.items.iter().position(|it| it.entry.is_some_and(|it| it.kind == NodeKind::Trigger))?;
        Some(Source::Step(at))
    }

    /// Everything that the data of a node refers to: `{{#node.name#}}` in texts, and lists that are paths.
    fn takes(&self, view: &View<'_>, instructs: bool) -> Vec<Taken> {
        let mut takes = Vec::new();
        let mut open = vec![(view.clone(), instructs)];
        while let Some((view, instructs)) = open.pop() {
            if let Some(text) = view.text() {
                for path in paths(text) {
                    let parts: Vec<&str> = path.split('.').collect();
                    let Some(from) = self.source(&parts) else { continue };
                    let what = format!("#{path}#");
                    takes.push(Taken { what, from, among_instructions: instructs, place: view.place() });
                }
                continue;
            }
            if view.is_list() {
                let words: Option<Vec<&str>> = view.items().iter().map(View::text).collect();
                if let Some(words) = words.filter(|it| it.len() > 1)
                    && let Some(from) = self.source(&words)
                {
                    let what = format!("#{}#", words.join("."));
                    takes.push(Taken { what, from, among_instructions: instructs, place: view.place() });
                    continue;
                }
                open.extend(view.items().into_iter().rev().map(|it| (it, instructs)));
                continue;
            }
            // A message says by its role whether it instructs.
            let role = view.text_of("role").map(|it| it == "system");
            for (key, value) in view.entries().into_iter().rev() {
                let instructs =
                    role.unwrap_or(instructs) || ["instruction", "instructions", "pre_prompt"].contains(&key);
                open.push((value, instructs));
            }
        }
        takes
    }
}

/// The paths in `{{#…#}}` of a text.
fn paths(text: &str) -> Vec<&str> {
    let mut paths = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("{{#") {
        let Some((path, after)) = after.split_once("#}}") else { break };
        if path.len() < 200 && !path.contains(char::is_whitespace) {
            paths.push(path);
        }
        rest = after;
        if paths.len() >= 64 {
            break;
        }
    }
    paths
}
