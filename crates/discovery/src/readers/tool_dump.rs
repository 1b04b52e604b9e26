//! Recorded `tools/list` answers, in the shapes that recorders write: an object with `tools`, a bare list, a
//! whole JSON-RPC answer; arguments as a JSON Schema or as a list of names. Prompts, resources and the server's own
//! instructions are read where they stand beside the tools.

use std::collections::BTreeSet;
use std::sync::Arc;

use ambit_model::facts::{Annotations, OfferedKind, OfferedText, TextSignal, ToolList};
use ambit_model::{Place, ToolDefinition};

use super::{Form, Reader, Text};
use crate::fragment::Sink;
use crate::text::signals;
use crate::tree::{Syntax, View};

pub(super) const READER: Reader = Reader {
    id: "tool-dump",
    places: &[],
    form: Form::Tree(Syntax::Json),
    marks: &["inputSchema", "input_schema", "\"tools\"", "\"arguments\""],
    accepts: |text| {
        let root = &text.root;
        let recorded = ["server", "serverInfo", "initialize"].iter().any(|it| root.get(it).is_some());
        is_one_tool(root)
            || tools(root).is_some_and(|it| is_list_of_tools(&it, recorded) || is_answer(root, &it))
    },
    read,
};

fn tools<'a>(root: &View<'a>) -> Option<View<'a>> {
    if root.is_list() {
        Some(root.clone())
    } else {
        root.get("tools").or_else(|| root.at(&["result", "tools"]))
    }
}

/// A file that holds one definition.
fn is_one_tool(root: &View<'_>) -> bool {
    root.text_of("name").is_some() && root.get("inputSchema").is_some_and(|it| it.is_map())
}

/// Every item has a name and says something of itself; a list of names is a filter, not a record. Without the
/// schema of any argument only a `recorded` list is one: it says which server it is of.
fn is_list_of_tools(list: &View<'_>, recorded: bool) -> bool {
    let items = list.items();
    let of_tool = ["inputSchema", "input_schema", "description", "arguments", "annotations"];
    !items.is_empty()
        && items
            .iter()
            .all(|it| it.text_of("name").is_some() && of_tool.iter().any(|key| it.get(key).is_some()))
        && (recorded
            || items.iter().any(|it| {
                ["inputSchema", "input_schema", "arguments"].iter().any(|key| it.get(key).is_some())
            }))
}

/// A whole answer names the server and the protocol that it spoke; then a list counts that is empty or odd.
fn is_answer(root: &View<'_>, list: &View<'_>) -> bool {
    list.is_list() && ["server", "protocolVersion"].iter().all(|it| root.text_of(it).is_some())
}

fn read(text: &Text<'_>, sink: &mut Sink) {
    if is_one_tool(&text.root) {
        return one_of_folder(text, sink);
    }
    let Some(list) = tools(&text.root) else { return };
    let stated = text.root.text_of("server").or_else(|| {
        let info = text.root.at(&["initialize", "serverInfo"]).or_else(|| text.root.get("serverInfo"))?;
        info.text_of("name")
    });
    for odd in list.items().iter().filter(|it| it.text_of("name").is_none()) {
        sink.problems.push(text.problem(
            odd,
            "a tool without a name",
            "no client can call it; tell its supplier",
        ));
    }
    let mut met = BTreeSet::new();
    for (name, again) in list.items().iter().filter_map(|it| Some((it.text_of("name")?, it.clone()))) {
        if !met.insert(name) {
            let message = format!("the tool `{name}` is listed more than once");
            sink.problems.push(text.problem(&again, message, "clients differ in which one they take"));
        }
    }
    sink.tool_lists.push(ToolList {
        server: stated.unwrap_or_else(|| text.stem()).to_owned(),
        asked: None,
        tools: list.items().iter().filter_map(definition).collect(),
        texts: if text.root.is_map() { offered(&text.root) } else { Vec::new() },
        place: text.start(),
    });
}

/// What a server offers beside its tools. A prompt of its own, and what it tells every model, are instructions from
/// outside; of a resource only the names are there.
fn offered(root: &View<'_>) -> Vec<OfferedText> {
    let mut texts = Vec::new();
    let said = root.get("instructions").or_else(|| root.at(&["initialize", "instructions"]));
    if let Some(view) = said.filter(|it| it.text().is_some_and(|it| !it.trim().is_empty())) {
        texts.push(OfferedText {
            kind: OfferedKind::Instructions,
            name: "instructions".to_owned(),
            description: view.text().unwrap_or_default().to_owned(),
            signals: suspicious(&view),
            place: view.place(),
        });
    }
    let lists: [(&str, OfferedKind, &str); 3] = [
        ("prompts", OfferedKind::Prompt, "name"),
        ("resources", OfferedKind::Resource, "uri"),
        ("resourceTemplates", OfferedKind::Resource, "uriTemplate"),
    ];
    for (key, kind, named_by) in lists {
        let items = root.get(key).filter(View::is_list).as_ref().map(View::items).unwrap_or_default();
        texts.extend(items.iter().filter_map(|it| offered_item(it, kind, named_by)));
    }
    texts
}

fn offered_item(view: &View<'_>, kind: OfferedKind, named_by: &str) -> Option<OfferedText> {
    let name = view.get(named_by)?;
    let argument_texts = view.get("arguments").map(|it| it.items()).unwrap_or_default();
    let read = ["name", "title", "description", "uri", "uriTemplate"].iter().filter_map(|it| view.get(it));
    let read =
        read.chain(argument_texts.iter().flat_map(|it| [it.get("name"), it.get("description")]).flatten());
    Some(OfferedText {
        kind,
        name: name.text()?.to_owned(),
        description: view.text_of("description").unwrap_or_default().to_owned(),
        signals: read.flat_map(|it| suspicious(&it)).collect(),
        place: name.place(),
    })
}

/// A snapshot of one file per tool: the folder stands for the server.
fn one_of_folder(text: &Text<'_>, sink: &mut Sink) {
    let folders: Vec<&str> = text.path.split('/').rev().skip(1).collect();
    let named =
        folders.iter().find(|it| !matches!(**it, "" | "tools" | "snapshots" | "__toolsnaps__" | "testdata"));
    sink.tool_lists.push(ToolList {
        server: (*named.unwrap_or(&text.stem())).to_owned(),
        asked: None,
        tools: definition(&text.root).into_iter().collect(),
        texts: Vec::new(),
        place: text.start(),
    });
}

/// One definition.
pub(super) fn definition(view: &View<'_>) -> Option<Arc<ToolDefinition>> {
    let name = view.get("name")?;
    let description = view.get("description");
    let said = description.as_ref().and_then(View::text).unwrap_or_default();
    let schema = view.get("inputSchema").or_else(|| view.get("input_schema"));
    let arguments_said = schema.iter().flat_map(described);
    let titles = [view.get("title"), view.at(&["annotations", "title"])];
    let found = description.iter().cloned().chain([name.clone()]).chain(titles.into_iter().flatten());
    let found = found.chain(arguments_said);
    let found = found.flat_map(|it| suspicious(&it)).collect();
    Some(Arc::new(ToolDefinition {
        name: name.text()?.to_owned(),
        title: view.text_of("title").map(str::to_owned),
        description: said.to_owned(),
        input_schema: schema.map(|it| it.json()).or_else(|| arguments(view)).unwrap_or_default(),
        annotations: annotations(view),
        signals: found,
        place: name.place(),
    }))
}

/// What is suspicious in the string at `view`.
pub(in crate::readers) fn suspicious(view: &View<'_>) -> Vec<TextSignal> {
    let quote = view.value_place();
    let start = Place::new(Arc::clone(&quote.path), quote.line, quote.column + 1);
    let mut found = view.text().map(|it| signals(it, &start)).unwrap_or_default();
    // A line break inside a string is written as an escape, and begins no line of the file.
    for later in found.iter_mut().filter(|it| it.place.line != start.line) {
        later.place = start.clone();
    }
    found
}

/// How deep in a schema texts are looked for, and how many are looked at.
const DEEPEST: usize = 12;
const MOST_TEXTS: usize = 1000;

/// What a schema says in words of arguments, at any depth: the model reads all of it.
fn described<'a>(schema: &View<'a>) -> Vec<View<'a>> {
    let mut texts = Vec::new();
    let mut level = vec![schema.clone()];
    for _ in 0..DEEPEST {
        let mut next = Vec::new();
        for view in level {
            for (key, value) in view.entries() {
                match key {
                    "description" | "title" | "default" | "const" if value.text().is_some() => {
                        texts.push(value);
                    }
                    "enum" | "examples" if value.is_list() => {
                        texts.extend(value.texts().into_iter().map(|(_, it)| it));
                    }
                    _ if value.is_map() => next.push(value),
                    _ => next.extend(value.items().into_iter().filter(View::is_map)),
                }
            }
            if texts.len() + next.len() > MOST_TEXTS {
                texts.truncate(MOST_TEXTS);
                return texts;
            }
        }
        level = next;
    }
    texts
}

fn annotations(view: &View<'_>) -> Annotations {
    let hint = |name: &str| view.at(&["annotations", name]).and_then(|it| it.truth());
    Annotations {
        read_only: hint("readOnlyHint"),
        destructive: hint("destructiveHint"),
        idempotent: hint("idempotentHint"),
        open_world: hint("openWorldHint"),
    }
}

/// `arguments: [{name, type, desc}]` as a JSON Schema.
fn arguments(view: &View<'_>) -> Option<serde_json::Value> {
    let list = view.get("arguments")?;
    let properties: serde_json::Map<String, serde_json::Value> = list
        .items()
        .iter()
        .filter_map(|it| {
            let body = serde_json::json!({
                "type": it.text_of("type").unwrap_or("string"),
                "description": it.text_of("desc").or_else(|| it.text_of("description")).unwrap_or_default(),
            });
            Some((it.text_of("name")?.to_owned(), body))
        })
        .collect();
    Some(serde_json::json!({ "type": "object", "properties": properties }))
}
