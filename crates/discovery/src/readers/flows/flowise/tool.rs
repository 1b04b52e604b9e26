//! Tools, whether they are nodes of their own or stand inside an agent's entry.

use std::sync::Arc;

use ambit_catalog::schema::{Node, NodeKind};
use ambit_model::facts::{
    Annotations, Known, Launch, Object, OwnEffect, OwnTool, Package, Pin, ToolDefinition, Transport,
};
use ambit_model::{Basis, Confidence, Effect, Gate, Level, Place};
use serde_json::Value;

use super::{Canvas, Item, template};
use crate::fragment::{Fragment, Sink};
use crate::launch;
use crate::readers::flows::effects::{self, Address};
use crate::readers::flows::inline;
use crate::readers::flows::join::FlowRef;
use crate::readers::flows::step::Mind;
use crate::readers::server_entry;
use crate::text::signals;
use crate::tree::{self, View};

/// A tool as it is named.
pub(super) struct Named<'t, 'a> {
    /// The node's name: `gmail`, `customTool`.
    pub(super) name: &'t str,
    pub(super) entry: Option<&'t Node>,
    /// What is set in it.
    pub(super) inputs: View<'a>,
    pub(super) place: Place,
    /// The node, where it is one.
    pub(super) node: Option<usize>,
    /// What stands before it, and the line that says so.
    pub(super) gate: Option<(Gate, Place)>,
}

impl<'a> Named<'_, 'a> {
    fn set(&self, keys: &[&str]) -> Option<&'a str> {
        keys.iter().find_map(|it| self.inputs.text_of(it)).map(str::trim).filter(|it| !it.is_empty())
    }

    /// The name that the model sees, where one is set.
    fn shown(&self) -> &str {
        const KEYS: &[&str] = &[
            "customToolName",
            "name",
            "toolName",
            "requestsGetName",
            "requestsPostName",
            "requestsPutName",
            "requestsDeleteName",
        ];
        self.set(KEYS).unwrap_or(self.name)
    }
}

impl Canvas<'_> {
    /// Gives `mind` a tool.
    pub(super) fn give(&self, tool: &Named<'_, '_>, mind: &mut Mind, sink: &mut Sink) {
        match tool.entry.map(|it| it.kind) {
            Some(NodeKind::McpClient) => return self.server(tool, mind, sink),
            Some(NodeKind::Agent | NodeKind::Chain) => return,
            _ => {}
        }
        let (known, effects) = self.doing(tool);
        let own = OwnTool {
            name: tool.shown().to_owned(),
            owner: self.owner.clone(),
            definition: Some(Arc::new(self.definition(tool))),
            known,
            effects,
            gate: tool.gate.as_ref().map_or(Gate::Auto, |it| it.0),
            gated_by: tool.gate.as_ref().map(|it| it.1.clone()),
            place: tool.place.clone(),
            given: tool.place.clone(),
        };
        if let Some(flow) = runs(tool) {
            mind.calls.push((own.name.clone(), flow));
        }
        if let Some(code) = tool.inputs.get("customToolFunc").filter(|it| it.text().is_some()) {
            template::put_aside(
                code.text().unwrap_or_default(),
                (&self.owner, &own.name),
                code.place(),
                sink,
            );
        }
        mind.facts.program.tools.push(own);
    }

    /// What a tool does when it is called.
    pub(super) fn doing(&self, tool: &Named<'_, '_>) -> (Known, Vec<OwnEffect>) {
        let Some(entry) = tool.entry else { return (Known::Nothing, Vec::new()) };
        match entry.kind {
            NodeKind::Service => match self.service(tool, entry) {
                Some(effects) => (Known::Catalog("nodes/flowise".to_owned()), effects),
                None => (Known::Nothing, Vec::new()),
            },
            NodeKind::Http => (Known::Declared, address(tool, entry, self.text.catalog)),
            NodeKind::Retriever | NodeKind::VectorStore => {
                let index = tool.node.and_then(|it| self.index(it, 0));
                let on = index.unwrap_or_else(|| self.index_of(tool.name, &tool.inputs));
                (Known::Declared, vec![asks(on, &tool.place)])
            }
            NodeKind::Code | NodeKind::Workflow => (Known::Definition, Vec::new()),
            _ => (Known::Nothing, Vec::new()),
        }
    }

    fn service(&self, tool: &Named<'_, '_>, entry: &Node) -> Option<Vec<OwnEffect>> {
        let nodes = self.known.nodes;
        let operations = operations(&tool.inputs);
        let mut acts = Vec::new();
        for operation in &operations {
            acts.extend(nodes.operation(entry, None, Some(operation.clone())).acts?);
        }
        if operations.is_empty() {
            // Nothing was picked out of what it can do.
            acts = nodes.operation(entry, None, None).acts.or_else(|| nodes.anything(entry))?;
        }
        Some(self.known.effects(entry, &acts, None, &tool.place))
    }

    pub(super) fn definition(&self, tool: &Named<'_, '_>) -> ToolDefinition {
        let keys = [
            "description",
            "customToolDesc",
            "docStoreDescription",
            "knowledgeDescription",
            "requestsGetDescription",
            "requestsPostDescription",
        ];
        let said = keys.iter().find_map(|it| tool.inputs.get(it)).filter(|it| it.text().is_some());
        let text = said.as_ref().and_then(View::text).unwrap_or_default();
        let place = said.as_ref().map_or_else(|| tool.place.clone(), View::place);
        let schema = tool.inputs.get("customToolSchema").as_ref().and_then(inline::json).and_then(Result::ok);
        let schema = schema.map_or(Value::Null, |it| template::properties(&View::root(self.text.path, &it)));
        ToolDefinition {
            name: tool.shown().to_owned(),
            title: None,
            description: text.to_owned(),
            input_schema: schema,
            annotations: Annotations::default(),
            signals: signals(text, &place),
            place,
        }
    }

    /// A server: its entry stands as JSON in a text, or Flowise brings it along.
    fn server(&self, tool: &Named<'_, '_>, mind: &mut Mind, sink: &mut Sink) {
        let mut fragment = Fragment::new("flowise", self.text.location.clone(), tool.place.clone());
        let config = tool.inputs.get("mcpServerConfig");
        let label = tool.node.and_then(|it| self.item(it)).map_or(tool.name, |it| it.label);
        match config.as_ref().map(|it| (it, inline::json(it))) {
            Some((_, Some(Ok(root)))) => {
                let root = View::root(self.text.path, &root);
                match ["mcpServers", "servers"].iter().find_map(|it| root.get(it)) {
                    Some(list) => server_entry::read_all(&list, self.text, &mut fragment, sink),
                    None => server_entry::read(label, &root, self.text, &mut fragment, sink),
                }
            }
            Some((_, Some(Err(fault)))) => sink.problems.push(tree::problem(fault, self.text.path)),
            Some((view, None)) if view.is_map() => {
                server_entry::read(label, view, self.text, &mut fragment, sink);
            }
            _ => self.brought(tool, label, &mut fragment, sink),
        }
        let only: Vec<String> = operations(&tool.inputs);
        for server in &mut fragment.servers {
            server.place = tool.place.clone();
            if !only.is_empty() {
                server.only = Some(only.clone());
            }
        }
        mind.facts.servers.append(&mut fragment.servers);
        if let Some((Gate::Asked, place)) = &tool.gate {
            // The client asks for each call of the server.
            let rule = ambit_model::facts::PermissionRule {
                selects: ambit_model::facts::Selector::Server {
                    server: label.to_owned(),
                    tool: "*".to_owned(),
                },
                gate: Gate::Asked,
                scope: ambit_model::Scope::Project,
                place: place.clone(),
                raw: "agentSelectedToolRequiresHumanInput".to_owned(),
                pointer: String::new(),
            };
            mind.facts.rules.push(rule);
        }
    }

    fn brought(&self, tool: &Named<'_, '_>, label: &str, fragment: &mut Fragment, sink: &mut Sink) {
        let package = tool.entry.and_then(|it| it.server.as_deref()).and_then(|it| it.split_once(':'));
        let mut launch = Launch { transport: Transport::Stdio, ..Launch::default() };
        launch.package = package.map(|(ecosystem, name)| Package {
            ecosystem: ecosystem.to_owned(),
            name: name.to_owned(),
            pin: Pin::Exact("as Flowise brings it".to_owned()),
            place: tool.place.clone(),
        });
        // Some say what to run in one line.
        if let Some(line) = tool.set(&["arguments"]) {
            let word = launch::Word {
                text: format!("supergateway {line}"),
                place: tool.place.clone(),
                pointer: None,
            };
            launch = launch::understand(vec![word], self.text.catalog, self.text.location.scope).0;
        }
        let key = match &launch.package {
            Some(package) => format!("flowise|{}", package.name),
            None => format!("flowise|{}|{}|{label}", self.owner, tool.name),
        };
        server_entry::bring(label, (key, launch), (&tool.inputs, None), fragment, sink);
    }

    /// The index that a node ends in.
    pub(super) fn index(&self, node: usize, depth: usize) -> Option<Object> {
        const DEEPEST: usize = 8;
        let item = self.item(node).filter(|_| depth < DEEPEST)?;
        if item.kind() == Some(NodeKind::VectorStore) {
            return Some(self.index_of(item.name, &item.inputs));
        }
        self.attached(node).find_map(|(at, part)| {
            let leads =
                matches!(part.kind(), Some(NodeKind::VectorStore | NodeKind::Retriever | NodeKind::Chain));
            if leads { self.index(at, depth + 1) } else { None }
        })
    }

    /// The index of a store with these settings.
    pub(super) fn index_of(&self, name: &str, inputs: &View<'_>) -> Object {
        let keys = [
            "pineconeIndex",
            "collectionName",
            "qdrantCollection",
            "chromaCollection",
            "milvusCollection",
            "tableName",
            "indexName",
            "weaviateIndex",
            "basePath",
        ];
        let collection =
            keys.iter().find_map(|it| inputs.text_of(it)).map(str::trim).filter(|it| !it.is_empty());
        let sort = name.trim_end_matches("LlamaIndex").to_lowercase();
        let id = match collection {
            Some(collection) => format!("store:index/{sort}/{collection}"),
            None => format!("store:index/{sort}/{}", self.owner),
        };
        let mut on = Object::named(id, format!("Index {}", collection.unwrap_or(name)));
        on.level = Some(Level::Internal);
        on.data = vec!["documents".to_owned()];
        on
    }

    /// The tool that the node at `index` is.
    pub(super) fn tool_node<'t>(&'t self, index: usize, item: &'t Item<'_>) -> Named<'t, 't> {
        Named {
            name: item.name,
            entry: item.entry,
            inputs: item.inputs.clone(),
            place: item.place.clone(),
            node: Some(index),
            gate: None,
        }
    }
}

/// The operations that are picked, from lists or from lists as JSON in texts.
fn operations(inputs: &View<'_>) -> Vec<String> {
    let mut picked = Vec::new();
    for (_, view) in
        inputs.entries().into_iter().filter(|(key, _)| key.ends_with("Actions") || key.ends_with("Action"))
    {
        match inline::json(&view) {
            Some(Ok(root)) => picked.extend(View::root("", &root).items().iter().filter_map(View::scalar)),
            _ => picked.extend(view.items().iter().filter_map(View::scalar).filter(|it| !it.is_empty())),
        }
    }
    picked.retain(|it| it != "error");
    picked
}

fn address(tool: &Named<'_, '_>, entry: &Node, catalog: &ambit_catalog::Catalog) -> Vec<OwnEffect> {
    let keys = ["url", "requestsGetUrl", "requestsPostUrl", "requestsPutUrl", "requestsDeleteUrl"];
    let url = tool.set(&keys).unwrap_or_default();
    let method =
        tool.set(&["method"]).or_else(|| entry.operation.get("*").map(String::as_str)).unwrap_or("GET");
    // The editor keeps rich text.
    let url = url.strip_prefix("<p>").unwrap_or(url);
    let fixed = url.split(['{', '<', ' ']).next().unwrap_or(url);
    let signed_in = tool.set(&["credential"]).is_some();
    effects::call(Address { url: fixed, method, chosen: true, signed_in }, &tool.place, catalog)
}

/// Reading of an index.
pub(super) fn asks(on: Object, place: &Place) -> OwnEffect {
    OwnEffect {
        effect: Effect::Reads { data: on.data.clone().into(), level: Level::Internal },
        on,
        does: "ask an index of documents".into(),
        basis: Basis::Declared,
        confidence: Confidence::Certain,
        place: Some(place.clone()),
    }
}

/// The flow that a tool runs: flows are told apart by ids that no export has.
fn runs(tool: &Named<'_, '_>) -> Option<FlowRef> {
    let view = ["selectedChatflow", "selectedAgentflow", "executeFlowSelectedFlow"]
        .iter()
        .find_map(|it| tool.inputs.get(it))?;
    let id = view.scalar()?;
    Some(FlowRef::Other { name: Some(id.clone()), id })
}
