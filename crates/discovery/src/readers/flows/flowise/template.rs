//! A custom tool: name, description, schema and its function as JavaScript in a text.

use std::sync::Arc;

use ambit_model::Place;
use ambit_model::facts::{Annotations, ToolDefinition, ToolList};
use serde_json::{Map, Value, json};

use crate::fragment::{EmbeddedCode, Sink};
use crate::readers::flows::inline;
use crate::readers::{Form, Reader, Text};
use crate::text::signals;
use crate::tree::{self, Syntax, View};

pub(super) const READER: Reader = Reader {
    id: "flowise-tool",
    places: &[],
    form: Form::Tree(Syntax::Json),
    marks: &["\"iconSrc\"", "\"func\""],
    accepts: |text| {
        let root = &text.root;
        root.text_of("func").is_some() && root.text_of("name").is_some() && root.get("schema").is_some()
    },
    read,
};

/// The server that stands for all tools of this kind: nothing in a file says which flow has them.
const SERVER: &str = "flowise-custom-tools";

fn read(text: &Text<'_>, sink: &mut Sink) {
    let root = &text.root;
    let Some(name) = root.get("name") else { return };
    let (tool, schema) = (name.text().unwrap_or_default(), root.get("schema"));
    let input_schema = match schema.as_ref().and_then(inline::json) {
        Some(Ok(node)) => properties(&View::root(text.path, &node)),
        Some(Err(fault)) => {
            sink.problems.push(tree::problem(fault, text.path));
            Value::Null
        }
        None => schema.map_or(Value::Null, |it| properties(&it)),
    };
    let description = root.get("description");
    let said = description.as_ref().and_then(View::text).unwrap_or_default();
    let place = description.as_ref().map_or_else(|| name.place(), View::place);
    let definition = ToolDefinition {
        name: tool.to_owned(),
        title: None,
        description: said.to_owned(),
        input_schema,
        annotations: Annotations::default(),
        signals: signals(said, &place),
        place: name.place(),
    };
    sink.tool_lists.push(ToolList {
        server: SERVER.to_owned(),
        asked: None,
        tools: vec![Arc::new(definition)],
        texts: Vec::new(),
        place: text.start(),
    });
    if let Some(code) = root.get("func") {
        put_aside(code.text().unwrap_or_default(), (SERVER, tool), code.place(), sink);
    }
}

/// Code of a tool is put aside for whoever reads code.
pub(super) fn put_aside(code: &str, (owner, name): (&str, &str), place: Place, sink: &mut Sink) {
    let tool = (owner.to_owned(), name.to_owned());
    sink.code.push(EmbeddedCode { language: "javascript", text: code.to_owned(), tool, place });
}

/// The editor's list of properties as a schema.
pub(super) fn properties(list: &View<'_>) -> Value {
    let items = list.items();
    let properties: Map<String, Value> = items
        .iter()
        .filter_map(|it| {
            let kind = it.text_of("type").unwrap_or("string");
            let description = it.text_of("description").unwrap_or_default();
            Some((it.text_of("property")?.to_owned(), json!({ "type": kind, "description": description })))
        })
        .collect();
    if properties.is_empty() { list.json() } else { json!({ "type": "object", "properties": properties }) }
}
