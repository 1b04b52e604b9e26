//! Langflow: components whose fields are fed by others. What is fed into `tools` is a tool, into `llm` a model, into a
//! prompt a text. Each component brings its own Python along.

mod agent;
mod node;
mod tool;

use std::collections::BTreeMap;

use ambit_catalog::schema::{Node, NodeKind};
use ambit_model::facts::{CredentialFacts, Holder, Object};
use ambit_model::{Place, Scope, Secret, Trust};

use super::draw;
use super::effects::Known;
use super::inline;
use super::step::{Flow, Link, Role, Source, Start, Step, Taken};
use crate::credential;
use crate::fragment::Sink;
use crate::readers::{Form, Reader, Text};
use crate::tree::{Syntax, View};

pub(in crate::readers) const READER: Reader = Reader {
    id: "langflow",
    places: &[],
    form: Form::Tree(Syntax::Json),
    marks: &["\"nodes\""],
    accepts: |text| flows(&text.root).iter().any(is_flow),
    read,
};

/// The flows of a file: a project is a list of them.
fn flows<'a>(root: &View<'a>) -> Vec<View<'a>> {
    match root.get("flows").filter(View::is_list) {
        Some(list) => list.items(),
        None if root.is_list() => root.items(),
        None => vec![root.clone()],
    }
}

fn is_flow(flow: &View<'_>) -> bool {
    let list = |key: &str| flow.at(&["data", key]).is_some_and(|it| it.is_list());
    let ours = |it: &View<'_>| it.at(&["data", "node"]).is_some() || it.at(&["data", "type"]).is_some();
    list("nodes")
        && list("edges")
        && flow.at(&["data", "nodes"]).is_some_and(|it| it.items().is_empty() || it.items().iter().any(ours))
}

fn read(text: &Text<'_>, sink: &mut Sink) {
    let Some(nodes) = text.catalog.nodes("langflow") else { return };
    let known = Known { catalog: text.catalog, nodes };
    let all = flows(&text.root);
    let many = all.len() > 1;
    for (index, root) in all.into_iter().enumerate().filter(|(_, it)| is_flow(it)) {
        let mut canvas = Canvas::new(text, known, root, sink);
        if many {
            canvas.owner = format!("{}/{index}", canvas.owner);
        }
        let flow = canvas.flow(sink);
        draw::draw(&flow, sink);
    }
}

/// A flow on its canvas.
struct Canvas<'a> {
    text: &'a Text<'a>,
    known: Known<'a>,
    root: View<'a>,
    nodes: Vec<Item<'a>>,
    /// Edges into each node: from where, into which field.
    into: Vec<Vec<(usize, String)>>,
    name: String,
    owner: String,
    at: String,
}

/// A component.
struct Item<'a> {
    kind: &'a str,
    title: &'a str,
    entry: Option<&'a Node>,
    node: View<'a>,
    template: View<'a>,
    place: Place,
}

impl<'a> Item<'a> {
    fn part(&self) -> Option<NodeKind> {
        self.entry.map(|it| it.kind)
    }

    /// The value of a field.
    fn field(&self, name: &str) -> Option<View<'a>> {
        self.template.get(name)?.get("value")
    }

    fn text(&self, names: &[&str]) -> Option<(View<'a>, &'a str)> {
        let view = names
            .iter()
            .filter_map(|it| self.field(it))
            .find(|it| it.text().is_some_and(|it| !it.trim().is_empty()))?;
        Some((view.clone(), view.text()?))
    }

    /// Whether its code is no longer what its type came with.
    fn is_changed(&self) -> bool {
        self.node.is_true("edited")
    }
}

impl<'a> Canvas<'a> {
    fn new(text: &'a Text<'a>, known: Known<'a>, root: View<'a>, sink: &mut Sink) -> Self {
        let (folder, file) = text.path.rsplit_once('/').unwrap_or(("", text.path));
        let stem = file.rsplit_once('.').map_or(file, |it| it.0);
        let name = root.text_of("name").filter(|it| !it.trim().is_empty()).unwrap_or(stem);
        let mut canvas = Self {
            text,
            known,
            nodes: Vec::new(),
            into: Vec::new(),
            name: name.to_owned(),
            owner: text.path.rsplit_once('.').map_or(text.path, |it| it.0).to_owned(),
            at: folder.to_owned(),
            root,
        };
        let mut by_id: BTreeMap<String, usize> = BTreeMap::new();
        for view in canvas.root.at(&["data", "nodes"]).map(|it| it.items()).unwrap_or_default() {
            let (Some(id), Some(data)) =
                (view.get("id").and_then(|it| it.scalar()), view.get("data").filter(View::is_map))
            else {
                let help = "a node has an `id` and `data`; what this one does is not on the map";
                sink.problems.push(text.problem(&view, "a node without an id or data", help));
                continue;
            };
            by_id.entry(id).or_insert(canvas.nodes.len());
            let item = canvas.component(data);
            canvas.nodes.push(item);
        }
        canvas.into = vec![Vec::new(); canvas.nodes.len()];
        let mut lost = 0;
        for edge in canvas.root.at(&["data", "edges"]).map(|it| it.items()).unwrap_or_default() {
            let end =
                |key: &str| edge.get(key).and_then(|it| it.scalar()).and_then(|it| by_id.get(&it)).copied();
            if let (Some(from), Some(to)) = (end("source"), end("target")) {
                if let Some(list) = canvas.into.get_mut(to) {
                    list.push((from, field_of(&edge)));
                }
            } else {
                lost += 1;
                if lost <= 10 {
                    let help = "connect the components anew, or remove the edge: it is not on the map";
                    sink.problems.push(text.problem(
                        &edge,
                        "an edge leads from or to a component that is not there",
                        help,
                    ));
                }
            }
        }
        canvas
    }

    fn component(&self, data: View<'a>) -> Item<'a> {
        let node = data.get("node").filter(View::is_map).unwrap_or_else(|| data.clone());
        let template = node.get("template").filter(View::is_map).unwrap_or_else(|| node.clone());
        let kind = data.text_of("type").unwrap_or_default();
        let nodes = self.known.nodes;
        let of_module = || {
            let module = node.at(&["metadata", "module"])?.text()?;
            let category = nodes.nodes.get("category")?;
            module.split('.').find_map(|it| category.get(it))
        };
        let place = node
            .get("display_name")
            .or_else(|| data.get("type"))
            .map_or_else(|| data.place(), |it| it.place());
        Item {
            kind,
            title: node.text_of("display_name").filter(|it| !it.trim().is_empty()).unwrap_or(kind),
            entry: nodes.node(&format!("langflow.{kind}")).or_else(of_module),
            node,
            template,
            place,
        }
    }

    fn item(&self, index: usize) -> Option<&Item<'a>> {
        self.nodes.get(index)
    }

    /// What feeds one of these fields of a component.
    fn fed(&self, to: usize, fields: &[&str]) -> Vec<usize> {
        let into = self.into.get(to).into_iter().flatten();
        into.filter(|(_, field)| fields.contains(&field.as_str())).map(|it| it.0).collect()
    }

    fn flow(&self, sink: &mut Sink) -> Flow {
        let mut steps: Vec<Step> = (0..self.nodes.len()).filter_map(|it| self.step(it, sink)).collect();
        let mut links = vec![Vec::new(); self.nodes.len()];
        for (to, into) in self.into.iter().enumerate() {
            for (from, field) in into {
                if is_part(field) {
                    continue;
                }
                if let Some(list) = links.get_mut(*from) {
                    list.push(Link { to, output: 0 });
                }
                if let (Some(step), Some(item)) = (steps.get_mut(to), self.item(to)) {
                    step.takes.push(Taken {
                        what: field.clone(),
                        from: Source::Step(*from),
                        among_instructions: ["system_message", "system_prompt", "prefix"]
                            .contains(&field.as_str()),
                        place: item.template.get(field).map_or_else(|| item.place.clone(), |it| it.place()),
                    });
                }
            }
        }
        self.spoken_to(&mut steps, &mut links);
        let ids = self.root.get("id").and_then(|it| it.scalar());
        Flow {
            client: "langflow",
            ids: ids.into_iter().collect(),
            name: self.name.clone(),
            owner: self.owner.clone(),
            place: self.root.get("name").map_or_else(|| self.text.start(), |it| it.place()),
            steps,
            links,
            helpers: Vec::new(),
            notes: Vec::new(),
            credentials: Vec::new(),
            shares_context: false,
        }
    }

    /// Flows of before there were inputs and outputs are spoken to at their last agent or chain.
    fn spoken_to(&self, steps: &mut Vec<Step>, links: &mut Vec<Vec<Link>>) {
        if steps.iter().any(|it| matches!(it.role, Role::Start(_))) {
            return;
        }
        let at = steps.len();
        let mut start = Step::new("chat", self.text.start());
        start.role = Role::Start(self.users("chat", Trust::Organization));
        for (index, step) in steps.iter_mut().enumerate() {
            let is_last = links.get(index).is_none_or(Vec::is_empty);
            if step.mind().is_some() && is_last {
                let place = step.place.clone();
                step.takes.push(Taken {
                    what: "input".to_owned(),
                    from: Source::Step(at),
                    among_instructions: false,
                    place,
                });
                start.takes.clear();
                if links.len() <= at {
                    links.push(Vec::new());
                }
                if let Some(list) = links.get_mut(at) {
                    list.push(Link { to: index, output: 0 });
                }
            }
        }
        if links.len() > at {
            steps.push(start);
        }
    }

    /// Whoever runs the flow: people with an account, unless it is open to everybody.
    fn users(&self, event: &str, trust: Trust) -> Start {
        let open = self.root.text_of("access_type").is_some_and(|it| it.eq_ignore_ascii_case("public"));
        let trust = if open { Trust::Public } else { trust };
        let mut from = Object::named(
            format!("channel:langflow/{}", self.owner),
            format!("Users of the flow `{}`", self.name),
        );
        from.trust = Some(trust);
        let is_answered = true;
        Start {
            event: event.to_owned(),
            trust,
            from,
            brings_text: true,
            guard: None,
            is_answered,
            is_called: false,
        }
    }

    /// Secrets of a component: fields that hide their value, and others that are called so.
    fn credentials(&self, item: &Item<'_>) -> Vec<CredentialFacts> {
        let mut held = Vec::new();
        for (name, field) in item.template.entries() {
            let Some(view) = field.get("value") else { continue };
            let Some(value) = view.scalar().filter(|it| !it.trim().is_empty()) else { continue };
            let hides = field.is_true("password");
            let of_variable = field.is_true("load_from_db");
            let kind = credential::kind(self.text.catalog, name, if of_variable { "" } else { &value });
            let long = value.trim().len() >= 8 && !value.trim().chars().all(|it| it.is_ascii_digit());
            let kind = match kind {
                Some(kind) if hides || name != "code" => kind,
                None if hides && (of_variable || long) => "secret".to_owned(),
                _ => continue,
            };
            let literal = !of_variable
                && long
                && !value.contains(char::is_whitespace)
                && credential::form(&value) == credential::Value::Literal;
            if !(of_variable || literal) {
                continue;
            }
            held.push(CredentialFacts {
                name: if of_variable { value.clone() } else { name.to_owned() },
                kind,
                holder: Holder::Environment,
                value: literal.then(|| Secret::new(value.trim())),
                place: view.place(),
                pointer: view.pointer().to_owned(),
                scope: Scope::Project,
            });
        }
        held
    }
}

/// Fields that take a part of the component, and no text.
fn is_part(field: &str) -> bool {
    let parts = [
        "tools",
        "llm",
        "model",
        "agent_llm",
        "memory",
        "embedding",
        "embeddings",
        "embedding_model",
        "language_model",
        "vectorstores",
        "vectorstoreinfo",
        "toolkit",
        "output_parser",
        "agents",
        "tasks",
        "external_memory",
    ];
    parts.contains(&field)
}

/// The field that an edge leads into. Newer edges say it as data, older ones as JSON with another letter for quotes, the
/// first ones as `type|field|id`.
fn field_of(edge: &View<'_>) -> String {
    if let Some(field) = edge.at(&["data", "targetHandle"]).and_then(|it| it.text_of("fieldName")) {
        return field.to_owned();
    }
    let Some(handle) = edge.text_of("targetHandle") else { return String::new() };
    if let Some((_, rest)) = handle.split_once("œfieldNameœ:œ") {
        return rest.split('œ').next().unwrap_or_default().to_owned();
    }
    handle.split('|').nth(1).unwrap_or_default().to_owned()
}

/// A value that is a list or a map, or one as JSON in a text.
fn parsed<'v>(view: &View<'v>, own: &'v mut Option<crate::tree::Node>) -> View<'v> {
    match inline::json(view) {
        Some(Ok(node)) => View::root(view.path(), own.insert(node)),
        _ => view.clone(),
    }
}
