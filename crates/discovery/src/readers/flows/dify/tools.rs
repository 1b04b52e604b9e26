//! Tools of nodes and agents: by provider and name.

use std::sync::Arc;

use ambit_model::facts::{Annotations, Known, OwnEffect, OwnTool, ToolDefinition};
use ambit_model::{Gate, Place};
use serde_json::{Map, Value, json};

use super::{App, Graph, Item};
use crate::readers::flows::step::{Role, Step};
use crate::text::signals;
use crate::tree::View;

/// A tool as a node or an agent names it.
pub(super) struct Named<'a> {
    pub(super) provider: &'a str,
    pub(super) name: &'a str,
    pub(super) label: &'a str,
    pub(super) view: View<'a>,
}

impl<'a> Named<'a> {
    /// The tool in `view`, where it names one.
    pub(super) fn of(view: &View<'a>) -> Option<Self> {
        let name = view.text_of("tool_name")?;
        let keys = ["provider_name", "provider_id", "provider"];
        let provider = keys.iter().find_map(|it| view.text_of(it)).unwrap_or_default();
        Some(Self { provider, name, label: view.text_of("tool_label").unwrap_or(name), view: view.clone() })
    }

    /// The kind of its provider: `builtin`, `api`, `workflow`, `mcp`, `plugin`.
    pub(super) fn sort(&self) -> &'a str {
        ["provider_type", "type"]
            .iter()
            .find_map(|it| self.view.text_of(it))
            .filter(|it| *it != "tool")
            .unwrap_or_default()
    }
}

impl App<'_> {
    /// What is known of a tool.
    pub(super) fn tool_effects(&self, tool: &Named<'_>, at: &Place) -> (Known, Vec<OwnEffect>) {
        if !["builtin", "plugin", ""].contains(&tool.sort()) {
            return (Known::Definition, Vec::new());
        }
        let provider = tool.provider.rsplit('/').next().unwrap_or(tool.provider);
        let nodes = self.known.nodes;
        let exact = nodes.nodes.get("tool").and_then(|it| it.get(&format!("{provider}/{}", tool.name)));
        let of_provider = || nodes.nodes.get("provider").and_then(|it| it.get(provider));
        let Some(entry) = exact.or_else(of_provider) else { return (Known::Definition, Vec::new()) };
        match nodes.operation(entry, None, Some(tool.name.to_owned())).acts {
            Some(acts) => {
                (Known::Catalog("nodes/dify".to_owned()), self.known.effects(entry, &acts, None, at))
            }
            None => (Known::Definition, Vec::new()),
        }
    }

    /// Its definition as far as the app has it.
    pub(super) fn tool_definition(&self, tool: &Named<'_>) -> ToolDefinition {
        let keys: [&[&str]; 3] = [&["extra", "description"], &["tool_description"], &["desc"]];
        let said = keys
            .iter()
            .filter_map(|it| tool.view.at(it))
            .find(|it| it.text().is_some_and(|it| !it.is_empty()));
        let description = said.as_ref().and_then(View::text).unwrap_or(tool.label);
        let place = said.as_ref().map_or_else(|| tool.view.place(), View::place);
        ToolDefinition {
            name: tool.name.to_owned(),
            title: Some(tool.label.to_owned()),
            description: description.to_owned(),
            input_schema: schema(&tool.view),
            annotations: Annotations::default(),
            signals: signals(description, &place),
            place,
        }
    }

    /// The tool of an agent.
    pub(super) fn own_tool(&self, tool: &Named<'_>) -> OwnTool {
        let place = tool.view.get("tool_name").map_or_else(|| tool.view.place(), |it| it.place());
        let (known, effects) = self.tool_effects(tool, &place);
        let off = tool.view.get("enabled").filter(|it| it.truth() == Some(false)).map(|it| it.place());
        OwnTool {
            name: tool.name.to_owned(),
            owner: format!("{}/{}", self.owner, tool.provider.rsplit('/').next().unwrap_or(tool.provider)),
            definition: Some(Arc::new(self.tool_definition(tool))),
            known,
            effects,
            gate: if off.is_some() { Gate::Denied } else { Gate::Auto },
            gated_by: off,
            place: place.clone(),
            given: place,
        }
    }
}

impl Graph<'_, '_> {
    /// A node that calls one tool.
    pub(super) fn tool_step(&self, item: &Item<'_>, step: &mut Step) {
        step.role = Role::Acts;
        let Some(tool) = Named::of(&item.data) else {
            step.known = Known::Nothing;
            return;
        };
        let (known, effects) = self.app.tool_effects(&tool, &item.place);
        step.known = known;
        step.effects = effects;
        step.definition = Some(Arc::new(self.app.tool_definition(&tool)));
    }
}

/// Arguments that the model fills in.
fn schema(view: &View<'_>) -> Value {
    let list = ["schemas", "paramSchemas"]
        .iter()
        .find_map(|it| view.get(it))
        .map(|it| it.items())
        .unwrap_or_default();
    let asked = list.iter().filter(|it| it.text_of("form") == Some("llm"));
    let properties: Map<String, Value> = asked
        .filter_map(|it| {
            let description = it.text_of("llm_description").unwrap_or_default();
            let kind = it.text_of("type").unwrap_or("string");
            Some((it.text_of("name")?.to_owned(), json!({ "type": kind, "description": description })))
        })
        .collect();
    if properties.is_empty() { Value::Null } else { json!({ "type": "object", "properties": properties }) }
}
