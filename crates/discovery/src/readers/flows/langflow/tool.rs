//! Components as tools, and servers.

use std::sync::Arc;

use ambit_catalog::schema::NodeKind;
use ambit_model::facts::{Annotations, Handoff, Known, OwnTool, Target, ToolDefinition};
use ambit_model::{Gate, Place};
use serde_json::Value;

use super::{Canvas, Item, parsed};
use crate::fragment::{EmbeddedCode, Fragment, Sink};
use crate::readers::flows::inline;
use crate::readers::flows::join::FlowRef;
use crate::readers::flows::step::Mind;
use crate::readers::server_entry;
use crate::text::signals;
use crate::tree::{Position, View};

impl Canvas<'_> {
    /// Gives `mind` the component at `index` as a tool.
    pub(super) fn give(&self, index: usize, mind: &mut Mind, sink: &mut Sink) {
        let Some(item) = self.item(index) else { return };
        mind.facts.credentials.extend(self.credentials(item));
        match item.part() {
            Some(NodeKind::McpClient) => return self.server(item, mind, sink),
            Some(NodeKind::Agent | NodeKind::Chain | NodeKind::AgentCall) => {
                let facts = self.facts(item);
                mind.facts.program.hands.push(Handoff {
                    to: Target::Agent { client: facts.client, name: facts.name, at: facts.at },
                    gate: Gate::Auto,
                    returns: true,
                    shares_context: false,
                    how: "as a tool".to_owned(),
                    place: item.place.clone(),
                });
                return;
            }
            _ => {}
        }
        let (known, effects) = self.doing(index, item, true);
        let mut definitions = vec![self.definition(item)];
        if known == Known::Definition {
            let offered = self.offered(item);
            if !offered.is_empty() {
                definitions = offered;
            }
        }
        let single = definitions.len() == 1;
        for definition in definitions {
            let name =
                if single { item.title.to_owned() } else { format!("{}/{}", item.title, definition.name) };
            self.put_aside(item, &name, sink);
            if let Some(flow) = self.runs(item) {
                mind.calls.push((name.clone(), flow));
            }
            mind.facts.program.tools.push(OwnTool {
                name,
                owner: self.owner.clone(),
                definition: Some(Arc::new(definition)),
                known: known.clone(),
                effects: effects.clone(),
                gate: Gate::Auto,
                gated_by: None,
                place: item.place.clone(),
                given: item.place.clone(),
            });
        }
    }

    /// The definition of a component as far as its file has it.
    pub(super) fn definition(&self, item: &Item<'_>) -> ToolDefinition {
        let said = item.node.get("description").filter(|it| it.text().is_some());
        let text = said.as_ref().and_then(View::text).unwrap_or_default();
        let place = said.as_ref().map_or_else(|| item.place.clone(), View::place);
        ToolDefinition {
            name: item.title.to_owned(),
            title: None,
            description: text.to_owned(),
            input_schema: Value::Null,
            annotations: Annotations::default(),
            signals: signals(text, &place),
            place,
        }
    }

    /// The tools that a component says it offers, those that are switched on.
    fn offered(&self, item: &Item<'_>) -> Vec<ToolDefinition> {
        let list = item.field("tools_metadata").map(|it| it.items()).unwrap_or_default();
        let on = list.into_iter().filter(|it| it.is_map() && !it.is_false("status"));
        on.take(200)
            .filter_map(|it| {
                let name = it.text_of("name").filter(|it| !it.is_empty())?;
                let text = it.text_of("description").unwrap_or_default();
                Some(ToolDefinition {
                    name: name.to_owned(),
                    title: None,
                    description: text.to_owned(),
                    input_schema: it.get("args").map_or(
                        Value::Null,
                        |args| serde_json::json!({ "type": "object", "properties": args.json() }),
                    ),
                    annotations: Annotations::default(),
                    signals: signals(text, &it.place()),
                    place: it.place(),
                })
            })
            .collect()
    }

    fn server(&self, item: &Item<'_>, mind: &mut Mind, sink: &mut Sink) {
        let mut fragment = Fragment::new("langflow", self.text.location.clone(), item.place.clone());
        let mut own = None;
        if let Some(value) =
            item.field("mcp_server").filter(|it| it.is_map() || it.text().is_some_and(|it| !it.is_empty()))
        {
            let server = parsed(&value, &mut own);
            let name = server.text_of("name").or_else(|| server.text()).unwrap_or(item.title);
            match server.get("config").filter(View::is_map) {
                Some(config) if !config.entries().is_empty() => {
                    server_entry::read(name, &config, self.text, &mut fragment, sink);
                }
                _ => self.kept_server(name, &value, &mut fragment, sink),
            }
        } else if let Some(entry) = old_entry(item) {
            server_entry::read(
                item.title,
                &View::root(self.text.path, &entry),
                self.text,
                &mut fragment,
                sink,
            );
        } else {
            self.kept_server(item.title, &item.node, &mut fragment, sink);
        }
        let picked = item.text(&["tool"]).map(|it| vec![it.1.to_owned()]);
        for server in &mut fragment.servers {
            server.place = item.place.clone();
            server.only.clone_from(&picked);
        }
        mind.facts.servers.append(&mut fragment.servers);
    }

    /// A server that Langflow keeps apart from the flow: of it only its name is here.
    fn kept_server(&self, name: &str, view: &View<'_>, fragment: &mut Fragment, sink: &mut Sink) {
        let key = format!("langflow|{}|{name}", self.at);
        let launch = ambit_model::facts::Launch::default();
        server_entry::bring(name, (key, launch), (view, None), fragment, sink);
    }

    pub(super) fn runs(&self, item: &Item<'_>) -> Option<FlowRef> {
        if item.part() != Some(NodeKind::Workflow) {
            return None;
        }
        let name = item.text(&["flow_name_selected", "flow_name"]).map(|it| it.1.to_owned());
        let id = item.text(&["flow_id_selected"]).map(|it| it.1.to_owned());
        let id = id.or_else(|| name.clone())?;
        Some(FlowRef::Other { id, name })
    }

    /// Code that is not what the type came with is put aside for whoever reads code.
    pub(super) fn put_aside(&self, item: &Item<'_>, name: &str, sink: &mut Sink) {
        let own = item.entry.is_none_or(|it| it.kind == NodeKind::Code) || item.is_changed();
        let field = ["tool_code", "function_code", "python_code", "code"];
        if let Some((view, text)) = item.text(&field).filter(|_| own) {
            let tool = (self.owner.clone(), name.to_owned());
            sink.code.push(EmbeddedCode {
                language: "python",
                text: text.to_owned(),
                tool,
                place: view.place(),
            });
        }
    }
}

/// How a server is named before there was a field for it: a command or an address.
fn old_entry(item: &Item<'_>) -> Option<crate::tree::Node> {
    let of = |place: Place| Position { line: place.line, column: place.column };
    if let Some((view, command)) = item.text(&["command"]) {
        let at = of(view.place());
        return Some(inline::map(vec![("command", Some(inline::text(command, at)))], at));
    }
    let (view, url) = item.text(&["sse_url", "url"])?;
    let at = of(view.place());
    Some(inline::map(vec![("url", Some(inline::text(url, at))), ("type", Some(inline::text("sse", at)))], at))
}
