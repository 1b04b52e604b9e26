//! What tests of pages share: the examples of a page, and the applying of edits to files.

use std::collections::{BTreeMap, BTreeSet};

use ambit_analysis::{Judging, assess_with};
use ambit_catalog::Catalog;
use ambit_discovery::tree::{self, Syntax, View};
use ambit_discovery::{Memory, Settings};
use ambit_model::finding::{Edit, EditAction};
use ambit_model::stated::{self, Model};
use ambit_model::{Assessment, Place};
use serde_json::Value;

/// One example: the blocks between two headings, each a file named behind its language.
#[derive(Default, Debug, Clone)]
pub(crate) struct Example {
    pub(crate) section: String,
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) marks: BTreeSet<Place>,
}

/// What the files come to: those that a reader reads, and `ambit.yaml` where it is among them.
pub(crate) fn assess(files: &BTreeMap<String, Vec<u8>>, catalog: &Catalog, judging: &Judging) -> Assessment {
    let model = files.get("ambit.yaml").map_or_else(Model::default, |it| {
        let text = String::from_utf8(it.clone()).expect("text");
        let (document, problems) = stated::read("ambit.yaml", &text);
        assert!(problems.is_empty(), "{problems:#?}\n{text}");
        let (model, problems) = stated::join([document]);
        assert!(problems.is_empty(), "{problems:#?}");
        model
    });
    let inventory = ambit_discovery::read(&Memory(files.clone()), catalog, &Settings::default());
    assess_with(inventory, &model, catalog, judging)
}

/// The examples of a rule's page.
pub(crate) fn examples(page: &str) -> Vec<Example> {
    let mut out = Vec::new();
    let mut current = Example::default();
    let mut open: Option<(String, String)> = None;
    for line in page.lines() {
        match &mut open {
            Some((path, text)) if line == "```" => {
                let (text, marks) = unmark(path, text);
                current.files.insert(path.clone(), text.into_bytes());
                current.marks.extend(marks);
                open = None;
            }
            Some((_, text)) => {
                text.push_str(line);
                text.push('\n');
            }
            None => {
                if line.starts_with("##") {
                    let section = line.strip_prefix("## ").unwrap_or(&current.section).to_owned();
                    out.push(std::mem::replace(&mut current, Example { section, ..Example::default() }));
                } else if let Some((_, path)) = line.strip_prefix("```").and_then(|it| it.split_once(' ')) {
                    open = Some((path.to_owned(), String::new()));
                }
            }
        }
    }
    out.push(current);
    out.into_iter().filter(|it| !it.files.is_empty()).collect()
}

fn unmark(path: &str, text: &str) -> (String, Vec<Place>) {
    let (mut plain, mut marks, mut line, mut column) = (String::new(), Vec::new(), 1, 1);
    for char in text.chars() {
        match char {
            '«' => marks.push(Place::new(path, line, column)),
            '»' => {}
            '\n' => {
                plain.push(char);
                (line, column) = (line + 1, 1);
            }
            _ => {
                plain.push(char);
                column += 1;
            }
        }
    }
    (plain, marks)
}

/// Applies `edits` to `files` as a person would, with what only a person knows filled in.
pub(crate) fn apply(files: &mut BTreeMap<String, Vec<u8>>, edits: &[Edit]) {
    let mut edits = edits.to_vec();
    // Taking the later items of a list away first keeps the places of the earlier ones.
    edits.sort_by(|a, b| steps(&b.pointer).cmp(&steps(&a.pointer)));
    for edit in edits {
        let old =
            files.get(&edit.path).map(|it| String::from_utf8(it.clone()).expect("text")).unwrap_or_default();
        files.insert(edit.path.clone(), changed(&old, &edit).into_bytes());
    }
}

/// The steps of a pointer, such that the tenth item of a list comes after the ninth.
fn steps(pointer: &str) -> Vec<(Option<usize>, &str)> {
    pointer.split('/').map(|it| (it.parse().ok(), it)).collect()
}

fn changed(old: &str, edit: &Edit) -> String {
    let markdown = std::path::Path::new(&edit.path).extension().is_some_and(|it| it == "md");
    if markdown && let Some((head, body)) = old.strip_prefix("---\n").and_then(|it| it.split_once("\n---\n"))
    {
        return format!("---\n{}\n---\n{body}", changed_tree(head, edit, Syntax::Yaml));
    }
    let syntax = match edit.path.rsplit('.').next() {
        Some("toml") => Syntax::Toml,
        Some("yaml" | "yml") => Syntax::Yaml,
        _ => Syntax::Json,
    };
    changed_tree(old, edit, syntax)
}

fn changed_tree(old: &str, edit: &Edit, syntax: Syntax) -> String {
    let mut root = if old.trim().is_empty() {
        Value::Object(serde_json::Map::new())
    } else {
        let tree = tree::parse(old, syntax, &mut Vec::new()).expect("the file parses");
        View::root(&edit.path, &tree).json()
    };
    let filled = edit
        .value
        .replace("<version>", "1.2.3")
        .replace("<commit>", &"0123456789".repeat(4))
        .replace("<digest>", &"ab".repeat(32));
    let value =
        if filled.is_empty() { Value::Null } else { serde_json::from_str(&filled).expect("a JSON value") };
    let keys: Vec<String> =
        edit.pointer.split('/').skip(1).map(|it| it.replace("~1", "/").replace("~0", "~")).collect();
    set(&mut root, &keys, edit.action, value);
    match syntax {
        Syntax::Toml => toml::to_string(&root).expect("TOML"),
        // JSON is YAML.
        Syntax::Json | Syntax::Yaml => root.to_string(),
        Syntax::Hcl => panic!("remedies edit no file of this syntax"),
    }
}

fn set(node: &mut Value, keys: &[String], action: EditAction, value: Value) {
    match (keys, action) {
        ([], EditAction::Push) => {
            if !node.is_array() {
                *node = Value::Array(Vec::new());
            }
            node.as_array_mut().expect("a list").push(value);
        }
        ([], _) => *node = value,
        ([last], EditAction::Remove) => match node {
            Value::Object(map) => drop(map.remove(last)),
            Value::Array(items) => drop(items.remove(last.parse().expect("an index"))),
            // A text that lists several: the whole of it goes.
            other => *other = Value::Null,
        },
        ([first, rest @ ..], _) => match node {
            Value::Array(list) => {
                let index: usize = first.parse().expect("an index");
                set(list.get_mut(index).expect("the item is there"), rest, action, value);
            }
            Value::Object(map) => set(map.entry(first.clone()).or_insert(Value::Null), rest, action, value),
            other => {
                *other = Value::Object(serde_json::Map::new());
                set(other, keys, action, value);
            }
        },
    }
}
