//! Flowise: chatflows, whose parts feed one agent or chain; sequential and multi-agent flows; agent flows of the second
//! version, whose steps follow each other; and custom tools with their code.

mod chatflow;
mod mind;
mod steps;
mod template;
mod tool;

use std::collections::BTreeMap;

use ambit_catalog::schema::{Node, NodeKind};
use ambit_model::facts::{CredentialFacts, Holder, Object};
use ambit_model::{Place, Scope, Trust};

use super::effects::Known;
use super::step::{Flow, Start};
use super::{draw, secret};
use crate::fragment::Sink;
use crate::readers::{Form, Reader, Text};
use crate::tree::{Syntax, View};

pub(in crate::readers) const FLOW: Reader = Reader {
    id: "flowise",
    places: &[],
    form: Form::Tree(Syntax::Json),
    marks: &["\"inputAnchors\"", "\"inputParams\""],
    accepts: |text| is_flow(&flow_of(&text.root)),
    read,
};

pub(in crate::readers) const TOOL: Reader = template::READER;

/// Backups wrap a flow, as text or as it is.
fn flow_of<'a>(root: &View<'a>) -> View<'a> {
    root.get("flowData").filter(View::is_map).unwrap_or_else(|| root.clone())
}

fn is_flow(root: &View<'_>) -> bool {
    let list = |key: &str| root.get(key).is_some_and(|it| it.is_list());
    let ours = |it: &View<'_>| {
        it.get("data").is_some_and(|it| it.get("inputParams").is_some() || it.get("inputAnchors").is_some())
    };
    list("nodes") && list("edges") && root.get("nodes").is_some_and(|it| it.items().iter().any(ours))
}

fn read(text: &Text<'_>, sink: &mut Sink) {
    let Some(nodes) = text.catalog.nodes("flowise") else { return };
    let root = flow_of(&text.root);
    let canvas = Canvas::new(text, Known { catalog: text.catalog, nodes }, root, sink);
    let steps = canvas.nodes.iter().any(|it| it.name == "startAgentflow" || it.category == "Agent Flows");
    let flow = if steps { canvas.agent_flow(sink) } else { canvas.chat_flow(sink) };
    draw::draw(&flow, sink);
}

/// A flow on its canvas.
struct Canvas<'a> {
    text: &'a Text<'a>,
    known: Known<'a>,
    nodes: Vec<Item<'a>>,
    by_id: BTreeMap<String, usize>,
    /// Edges that lead to each node: from where, to which of its inputs.
    into: Vec<Vec<(usize, String)>>,
    /// Edges that lead from each node, with the number of the output.
    from: Vec<Vec<(usize, usize)>>,
    name: String,
    owner: String,
    at: String,
}

/// A node.
struct Item<'a> {
    id: String,
    name: &'a str,
    label: &'a str,
    category: &'a str,
    entry: Option<&'a Node>,
    data: View<'a>,
    /// What is set in it; the data itself where nothing is.
    inputs: View<'a>,
    place: Place,
    /// The node that it stands inside.
    parent: Option<String>,
}

impl Item<'_> {
    fn kind(&self) -> Option<NodeKind> {
        self.entry.map(|it| it.kind)
    }

    /// A text that is set, without the marks of the editor.
    fn set(&self, key: &str) -> Option<&str> {
        self.inputs.text_of(key).map(str::trim).filter(|it| !it.is_empty())
    }
}

impl<'a> Canvas<'a> {
    fn new(text: &'a Text<'a>, known: Known<'a>, root: View<'a>, sink: &mut Sink) -> Self {
        let (folder, file) = text.path.rsplit_once('/').unwrap_or(("", text.path));
        let stem = file.rsplit_once('.').map_or(file, |it| it.0);
        let name =
            root.text_of("name").or_else(|| text.root.text_of("name")).filter(|it| !it.trim().is_empty());
        let mut canvas = Self {
            text,
            known,
            nodes: Vec::new(),
            by_id: BTreeMap::new(),
            into: Vec::new(),
            from: Vec::new(),
            name: name.unwrap_or(stem).to_owned(),
            owner: text.path.rsplit_once('.').map_or(text.path, |it| it.0).to_owned(),
            at: folder.to_owned(),
        };
        for view in root.get("nodes").map(|it| it.items()).unwrap_or_default() {
            canvas.node(view, sink);
        }
        canvas.into = vec![Vec::new(); canvas.nodes.len()];
        canvas.from = vec![Vec::new(); canvas.nodes.len()];
        let mut lost = 0;
        for edge in root.get("edges").map(|it| it.items()).unwrap_or_default() {
            if !canvas.edge(&edge) {
                lost += 1;
                if lost <= 10 {
                    let help = "connect the nodes anew, or remove the edge: it is not on the map";
                    sink.problems.push(text.problem(
                        &edge,
                        "an edge leads from or to a node that is not there",
                        help,
                    ));
                }
            }
        }
        canvas
    }

    fn node(&mut self, view: View<'a>, sink: &mut Sink) {
        let id = view.get("id").and_then(|it| it.scalar());
        let data = view.get("data").filter(View::is_map);
        let (Some(id), Some(data)) = (id, data) else {
            let help = "a node has an `id` and `data`; what this one does is not on the map";
            sink.problems.push(self.text.problem(&view, "a node without an id or data", help));
            return;
        };
        let name = data.text_of("name").unwrap_or_default();
        let category = data.text_of("category").unwrap_or_default();
        let nodes = self.known.nodes;
        let entry = nodes.node(&format!("flowise.{name}"));
        let entry = entry.or_else(|| nodes.nodes.get("category")?.get(category));
        let place =
            data.get("label").or_else(|| data.get("name")).map_or_else(|| data.place(), |it| it.place());
        self.by_id.entry(id.clone()).or_insert(self.nodes.len());
        self.nodes.push(Item {
            id,
            name,
            label: data.text_of("label").filter(|it| !it.trim().is_empty()).unwrap_or(name),
            category,
            entry,
            inputs: data.get("inputs").filter(View::is_map).unwrap_or_else(|| data.clone()),
            data,
            place,
            parent: view.text_of("parentNode").map(str::to_owned),
        });
    }

    fn edge(&mut self, edge: &View<'_>) -> bool {
        let end =
            |key: &str| edge.get(key).and_then(|it| it.scalar()).and_then(|it| self.by_id.get(&it)).copied();
        let (Some(from), Some(to)) = (end("source"), end("target")) else { return false };
        // `<id>-input-<name>-<type>`, `<id>-output-<number>`.
        let handle = edge.text_of("targetHandle").unwrap_or_default();
        let input = handle.split("-input-").nth(1).and_then(|it| it.split('-').next()).unwrap_or_default();
        let output =
            edge.text_of("sourceHandle").and_then(|it| it.rsplit('-').next()?.parse().ok()).unwrap_or(0);
        if let (Some(into), Some(list)) = (self.into.get_mut(to), self.from.get_mut(from)) {
            into.push((from, input.to_owned()));
            list.push((to, output));
        }
        true
    }

    fn item(&self, index: usize) -> Option<&Item<'a>> {
        self.nodes.get(index)
    }

    /// What is attached to a node: all of it, or what goes by the input `name`.
    fn attached(&self, to: usize) -> impl Iterator<Item = (usize, &Item<'a>)> {
        let from = self.into.get(to).into_iter().flatten();
        from.filter_map(|(from, _)| Some((*from, self.item(*from)?)))
    }

    /// A flow without steps.
    fn empty(&self) -> Flow {
        Flow {
            client: "flowise",
            ids: Vec::new(),
            name: self.name.clone(),
            owner: self.owner.clone(),
            place: self.text.start(),
            steps: Vec::new(),
            links: Vec::new(),
            helpers: Vec::new(),
            notes: Vec::new(),
            credentials: Vec::new(),
            shares_context: true,
        }
    }

    /// Whoever talks to the flow. Its address answers everybody unless a key is set for it, which no export says.
    fn users(&self, event: &str, trust: Trust, guard: Option<Place>) -> Start {
        let mut from = Object::named(
            format!("channel:flowise/{}", self.owner),
            format!("Users of the flow `{}`", self.name),
        );
        from.trust = Some(trust);
        Start {
            event: event.to_owned(),
            trust,
            from,
            brings_text: true,
            guard,
            is_answered: true,
            is_called: false,
        }
    }

    /// The credential that a node names, and what stands in it as it is.
    fn credentials(&self, data: &View<'_>) -> Vec<CredentialFacts> {
        let inputs = data.get("inputs").unwrap_or_else(|| data.clone());
        let named = data
            .get("credential")
            .or_else(|| inputs.get("credential"))
            .or_else(|| inputs.get("FLOWISE_CREDENTIAL_ID"));
        let named =
            named.filter(|it| it.text().is_some_and(|it| !it.is_empty())).map(|view| CredentialFacts {
                name: data.text_of("name").unwrap_or("credential").to_owned(),
                kind: "credential kept by Flowise".to_owned(),
                holder: Holder::Environment,
                value: None,
                place: view.place(),
                pointer: view.pointer().to_owned(),
                scope: Scope::Project,
            });
        named.into_iter().chain(secret::all(&inputs, self.text.catalog)).collect()
    }
}

/// What stands in the `{{ … }}` of a text: the editor's own tags around it are left out.
fn inserted(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("{{") {
        let Some((inner, after)) = after.split_once("}}") else { break };
        found.push(inner.trim());
        rest = after;
        if found.len() >= 64 {
            break;
        }
    }
    found
}
