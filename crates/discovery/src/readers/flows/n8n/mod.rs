//! n8n: workflows as they are exported. Names of nodes are what connections go by, and connections of models, memories
//! and tools lead to the agent.

mod address;
mod agent;
mod expression;
mod node;
mod rows;
mod start;

use std::collections::BTreeMap;

use ambit_catalog::schema::{Node, NodeKind};
use ambit_model::facts::CredentialFacts;
use ambit_model::{Place, Problem};

use super::effects::Known;
use super::step::{Flow, Link};
use super::{draw, secret};
use crate::fragment::Sink;
use crate::readers::{Form, Reader, Text};
use crate::tree::{Syntax, View};

pub(in crate::readers) const READER: Reader = Reader {
    id: "n8n",
    places: &[],
    form: Form::Tree(Syntax::Json),
    marks: &["\"nodes\""],
    accepts: |text| flows(&text.root).iter().any(is_flow),
    read,
};

/// How many connections that lead nowhere are told one by one.
const TOLD: usize = 10;

/// The flows of a file: exports may be wrapped, and several may stand in one list.
fn flows<'a>(root: &View<'a>) -> Vec<View<'a>> {
    let mut all: Vec<View<'_>> = if root.is_list() { root.items() } else { vec![root.clone()] };
    for flow in &mut all {
        for _ in 0..2 {
            let inner = ["workflow", "data"].iter().find_map(|it| flow.get(it)).filter(View::is_map);
            match inner {
                Some(inner) if flow.get("nodes").is_none() => *flow = inner,
                _ => break,
            }
        }
    }
    all
}

fn is_flow(flow: &View<'_>) -> bool {
    let ours = |it: &View<'_>| {
        it.text_of("type").is_some_and(|it| it.starts_with("n8n-nodes") || it.starts_with("@n8n/"))
    };
    flow.get("connections").is_some_and(|it| it.is_map())
        && flow.get("nodes").is_some_and(|it| it.is_list() && it.items().iter().any(ours))
}

fn read(text: &Text<'_>, sink: &mut Sink) {
    let Some(nodes) = text.catalog.nodes("n8n") else { return };
    let known = Known { catalog: text.catalog, nodes };
    let all = flows(&text.root);
    let many = all.len() > 1;
    for (index, root) in all.into_iter().enumerate().filter(|(_, it)| is_flow(it)) {
        let mut workflow = Workflow::new(text, known, root, sink);
        if many {
            workflow.owner = format!("{}/{index}", workflow.owner);
        }
        let flow = workflow.flow(sink);
        draw::draw(&flow, sink);
        workflow.serve(sink);
    }
}

/// A workflow under way.
struct Workflow<'a> {
    text: &'a Text<'a>,
    known: Known<'a>,
    root: View<'a>,
    nodes: Vec<Item<'a>>,
    by_name: BTreeMap<&'a str, usize>,
    /// Main connections, by the node that they lead from.
    links: Vec<Vec<Link>>,
    /// What is attached to each node, with the sort of connection.
    attached: Vec<Vec<(&'a str, usize)>>,
    name: String,
    owner: String,
    at: String,
}

/// A node.
struct Item<'a> {
    name: &'a str,
    /// The type without its package.
    short: &'a str,
    entry: Option<&'a Node>,
    view: View<'a>,
    /// Its parameters; the node itself where it has none.
    parameters: View<'a>,
    place: Place,
    /// The line that switches it off.
    off: Option<Place>,
    /// Whether it asks a person before the tools behind it.
    asks: bool,
}

impl Item<'_> {
    fn kind(&self) -> Option<NodeKind> {
        self.entry.map(|it| it.kind)
    }

    fn is_agent_tool(&self) -> bool {
        self.short == "agentTool"
    }
}

impl<'a> Workflow<'a> {
    fn new(text: &'a Text<'a>, known: Known<'a>, root: View<'a>, sink: &mut Sink) -> Self {
        let (folder, file) = text.path.rsplit_once('/').unwrap_or(("", text.path));
        let stem = file.rsplit_once('.').map_or(file, |it| it.0);
        let name = root.text_of("name").filter(|it| !it.trim().is_empty()).unwrap_or(stem);
        let owner = text.path.rsplit_once('.').map_or(text.path, |it| it.0);
        let mut workflow = Self {
            text,
            known,
            root,
            nodes: Vec::new(),
            by_name: BTreeMap::new(),
            links: Vec::new(),
            attached: Vec::new(),
            name: name.to_owned(),
            owner: owner.to_owned(),
            at: folder.to_owned(),
        };
        workflow.items(sink);
        workflow.connections(sink);
        workflow
    }

    fn items(&mut self, sink: &mut Sink) {
        let nodes = self.root.get("nodes").map(|it| it.items()).unwrap_or_default();
        for view in nodes {
            let (Some(name), Some(kind)) = (view.text_of("name"), view.text_of("type")) else {
                let help = "a node is an object with `name` and `type`; what this one does is not on the map";
                sink.problems.push(self.text.problem(&view, "a node without a name or a type", help));
                continue;
            };
            let (entry, asks) = self.entry(kind);
            let off = view.get("disabled").filter(|it| it.truth() == Some(true)).map(|it| it.place());
            let item = Item {
                name,
                short: kind.rsplit_once('.').map_or(kind, |it| it.1),
                entry,
                parameters: view.get("parameters").filter(View::is_map).unwrap_or_else(|| view.clone()),
                place: view.get("name").map_or_else(|| view.place(), |it| it.place()),
                off,
                asks,
                view: view.clone(),
            };
            if self.by_name.contains_key(name) {
                let help = "give each node a name of its own: connections go by names, and lead to the first";
                let message = format!("two nodes are called `{name}`");
                sink.problems.push(Problem::at(&item.place, message, help));
            } else {
                self.by_name.insert(name, self.nodes.len());
            }
            self.nodes.push(item);
        }
        self.links = vec![Vec::new(); self.nodes.len()];
        self.attached = vec![Vec::new(); self.nodes.len()];
    }

    /// What the catalog knows of a type: any node can be a tool, and ask before tools.
    fn entry(&self, kind: &str) -> (Option<&'a Node>, bool) {
        let nodes = self.known.nodes;
        if let Some(entry) = nodes.node(kind) {
            return (Some(entry), false);
        }
        if let Some(base) = kind.strip_suffix("HitlTool") {
            return (nodes.node(base), true);
        }
        (kind.strip_suffix("Tool").and_then(|it| nodes.node(it)), false)
    }

    fn connections(&mut self, sink: &mut Sink) {
        let mut lost = 0;
        let connections = self.root.get("connections").map(|it| it.entries()).unwrap_or_default();
        for (name, ports) in connections {
            let from = self.by_name.get(name).copied();
            for (port, outputs) in ports.entries() {
                for (output, targets) in outputs.items().into_iter().enumerate() {
                    for target in targets.items() {
                        let to = target.text_of("node").and_then(|it| self.by_name.get(it)).copied();
                        if let (Some(from), Some(to)) = (from, to) {
                            self.connect(from, port, output, to);
                        } else {
                            lost += 1;
                            if lost <= TOLD {
                                let end = target.text_of("node").unwrap_or(name);
                                let message = format!(
                                    "a connection from `{name}` leads to `{end}`, and one of them is no node"
                                );
                                let help = "connect it anew, or remove it: it is not on the map";
                                sink.problems.push(self.text.problem(&target, message, help));
                            }
                        }
                    }
                }
            }
        }
    }

    fn connect(&mut self, from: usize, port: &'a str, output: usize, to: usize) {
        if port == "main" {
            if let Some(links) = self.links.get_mut(from) {
                links.push(Link { to, output });
            }
        } else if let Some(attached) = self.attached.get_mut(to) {
            attached.push((port, from));
        }
    }

    /// What is attached to a node by connections of the sort `port`.
    fn attached(&self, to: usize, port: &str) -> Vec<usize> {
        let all = self.attached.get(to).into_iter().flatten();
        all.filter(|(of, _)| *of == port).map(|(_, from)| *from).collect()
    }

    fn item(&self, index: usize) -> Option<&Item<'a>> {
        self.nodes.get(index)
    }

    fn flow(&self, sink: &mut Sink) -> Flow {
        let steps = (0..self.nodes.len()).filter_map(|it| self.step(it, sink)).collect();
        let helpers: Vec<_> = (0..self.nodes.len())
            .filter(|it| self.item(*it).is_some_and(|it| it.is_agent_tool() && it.off.is_none()))
            .filter_map(|it| self.mind(it, sink))
            .collect();
        let mut notes = Vec::new();
        if let Some(active) = self.root.get("active").filter(|it| it.truth() == Some(false)) {
            notes.push((
                "the flow is switched off: nothing starts it until somebody switches it on".to_owned(),
                active.place(),
            ));
        }
        for item in self.nodes.iter().filter(|it| it.kind() == Some(NodeKind::Trigger)) {
            notes.extend(
                item.off.clone().map(|it| (format!("the trigger `{}` is switched off", item.name), it)),
            );
        }
        let credentials: Vec<CredentialFacts> =
            self.root.get("pinData").map(|it| secret::all(&it, self.text.catalog)).unwrap_or_default();
        let ids = self.root.get("id").and_then(|it| it.scalar());
        Flow {
            client: "n8n",
            ids: ids.into_iter().collect(),
            name: self.name.clone(),
            owner: self.owner.clone(),
            place: self.root.get("name").map_or_else(|| self.text.start(), |it| it.place()),
            steps,
            links: self.links.clone(),
            helpers,
            notes,
            credentials,
            shares_context: false,
        }
    }
}

/// The value of a parameter: a text, or a chosen entry of a list, which has a value and a name.
fn value<'a>(parameters: &View<'a>, key: &str) -> Option<&'a str> {
    let view = parameters.get(key)?;
    view.text().or_else(|| view.text_of("value"))
}

/// The name of the first credential of a node.
fn node_credential<'a>(item: &Item<'a>) -> Option<&'a str> {
    let (_, first) = item.view.get("credentials")?.entries().into_iter().next()?;
    first.text_of("name").or_else(|| first.text())
}
