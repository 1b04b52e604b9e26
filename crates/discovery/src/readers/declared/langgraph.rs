//! Applications of `LangGraph`: `langgraph.json` says which graphs of the code are served, and whether anybody is asked who calls.

use super::super::{Form, Reader, Text, in_folder};
use super::folder;
use crate::fragment::{Announced, Sink};
use crate::tree::{Syntax, View};

pub(in crate::readers) const READER: Reader = Reader {
    id: "langgraph-app",
    places: &[in_folder("langgraph.json")],
    form: Form::Tree(Syntax::Json),
    marks: &["\"graphs\""],
    accepts: |text| {
        let root = &text.root;
        root.get("graphs").is_some_and(|it| it.is_map())
            && (root.get("dependencies").is_some_and(|it| it.is_list()) || root.get("env").is_some())
    },
    read,
};

fn read(text: &Text<'_>, sink: &mut Sink) {
    let authenticated = text.root.get("auth").map(|it| it.place());
    for (name, view) in text.root.get("graphs").map(|it| it.entries()).unwrap_or_default() {
        let target = view.text().or_else(|| view.text_of("path"));
        let Some((file, symbol)) = target.and_then(|it| it.rsplit_once(':')) else {
            let help = "a graph is named as `./file.py:variable`";
            sink.problems.push(text.problem(&view, format!("the graph `{name}` names no file"), help));
            continue;
        };
        sink.announced.push(Announced {
            client: "langchain".to_owned(),
            name: name.to_owned(),
            path: joined(folder(text), file),
            symbol: symbol.to_owned(),
            authenticated: authenticated.clone(),
            place: View::place(&view),
        });
    }
}

/// `file` as a path from the root; what leads out of it stays as it is written.
fn joined(folder: &str, file: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|it| !it.is_empty()).collect();
    for part in file.split('/') {
        match part {
            "" | "." => {}
            ".." if !parts.is_empty() => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts.join("/")
}
