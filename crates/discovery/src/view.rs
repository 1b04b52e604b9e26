//! What readers walk a tree with: a value that knows its file and its JSON pointer.

use std::sync::Arc;

use ambit_model::Place;

use crate::tree::{Kind, Node, Position};

/// The longest pointer that is kept. Pointers of real files stay below 300 bytes; a long key with many values
/// below it would be copied for each of them.
const LONGEST_POINTER: usize = 1024;

/// A value in a file.
#[derive(Debug, Clone)]
pub struct View<'a> {
    path: &'a str,
    /// The same, for the places of facts.
    shared: Arc<str>,
    node: &'a Node,
    /// Where the key is, for values of a map: evidence points at the key.
    key_at: Option<Position>,
    /// None for a value whose pointer would be too long.
    pointer: Option<String>,
}

impl<'a> View<'a> {
    /// The root of the tree of the file at `path`.
    pub fn root(path: &'a str, node: &'a Node) -> Self {
        Self { path, shared: path.into(), node, key_at: None, pointer: Some(String::new()) }
    }

    /// The value of `key`: the last one, when the key appears twice.
    pub fn get(&self, key: &str) -> Option<Self> {
        let Kind::Map(pairs) = &self.node.kind else { return None };
        let pair = pairs.iter().rev().find(|it| it.key == key)?;
        Some(self.child(&pair.value, key, Some(pair.at)))
    }

    /// The value at the end of `keys`.
    pub fn at(&self, keys: &[&str]) -> Option<Self> {
        keys.iter().try_fold(self.clone(), |view, key| view.get(key))
    }

    /// Keys with values, in the order of the file; a repeated key gives both.
    pub fn entries(&self) -> Vec<(&'a str, Self)> {
        let Kind::Map(pairs) = &self.node.kind else { return Vec::new() };
        pairs.iter().map(|it| (it.key.as_str(), self.child(&it.value, &it.key, Some(it.at)))).collect()
    }

    /// The items of a list; a single text counts as a list of one, as most clients take it.
    pub fn items(&self) -> Vec<Self> {
        match &self.node.kind {
            Kind::List(items) => {
                items.iter().enumerate().map(|(i, it)| self.child(it, &i.to_string(), None)).collect()
            }
            Kind::Text(_) => vec![self.clone()],
            _ => Vec::new(),
        }
    }

    /// The texts of a list, with their views.
    pub fn texts(&self) -> Vec<(&'a str, Self)> {
        self.items().into_iter().filter_map(|it| Some((it.text()?, it))).collect()
    }

    /// The text.
    pub fn text(&self) -> Option<&'a str> {
        let Kind::Text(text) = &self.node.kind else { return None };
        Some(text)
    }

    /// Text, number or truth value as written.
    pub fn scalar(&self) -> Option<String> {
        match &self.node.kind {
            Kind::Text(text) | Kind::Number(text) => Some(text.clone()),
            Kind::Bool(it) => Some(it.to_string()),
            _ => None,
        }
    }

    /// True or false.
    pub fn truth(&self) -> Option<bool> {
        let Kind::Bool(it) = &self.node.kind else { return None };
        Some(*it)
    }

    /// Whether `key` is there and true.
    pub fn is_true(&self, key: &str) -> bool {
        self.get(key).and_then(|it| it.truth()) == Some(true)
    }

    /// Whether `key` is there and false.
    pub fn is_false(&self, key: &str) -> bool {
        self.get(key).and_then(|it| it.truth()) == Some(false)
    }

    /// The text of `key`.
    pub fn text_of(&self, key: &str) -> Option<&'a str> {
        self.get(key).and_then(|it| it.text())
    }

    /// Whether it is a map.
    pub fn is_map(&self) -> bool {
        matches!(self.node.kind, Kind::Map(_))
    }

    /// Whether it is a list.
    pub fn is_list(&self) -> bool {
        matches!(self.node.kind, Kind::List(_))
    }

    /// The node itself.
    pub fn node(&self) -> &'a Node {
        self.node
    }

    /// Where: the key's place for a value of a map, else the value's own.
    pub fn place(&self) -> Place {
        let at = self.key_at.unwrap_or(self.node.at);
        Place::new(Arc::clone(&self.shared), at.line, at.column)
    }

    /// Where the value itself begins, its quote included.
    pub fn value_place(&self) -> Place {
        Place::new(Arc::clone(&self.shared), self.node.at.line, self.node.at.column)
    }

    /// The JSON pointer from the root; empty, as for what no edit can reach, where it would be very long.
    pub fn pointer(&self) -> &str {
        self.pointer.as_deref().unwrap_or_default()
    }

    /// The path of the file.
    pub fn path(&self) -> &'a str {
        self.path
    }

    /// The value as JSON.
    pub fn json(&self) -> serde_json::Value {
        json(self.node)
    }

    fn child(&self, node: &'a Node, key: &str, key_at: Option<Position>) -> Self {
        let fits = |it: &&String| it.len() + key.len() < LONGEST_POINTER;
        let pointer = self.pointer.as_ref().filter(fits).map(|above| longer(above, key));
        Self { path: self.path, shared: Arc::clone(&self.shared), node, key_at, pointer }
    }
}

/// The pointer to `key` below `above`.
fn longer(above: &str, key: &str) -> String {
    let mut pointer = String::with_capacity(above.len() + 1 + key.len());
    pointer.push_str(above);
    pointer.push('/');
    for character in key.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
    pointer
}

fn json(node: &Node) -> serde_json::Value {
    use serde_json::Value;
    match &node.kind {
        Kind::Null => Value::Null,
        Kind::Bool(it) => Value::Bool(*it),
        Kind::Number(it) => serde_json::from_str(it).unwrap_or_else(|_| Value::String(it.clone())),
        Kind::Text(it) => Value::String(it.clone()),
        Kind::List(items) => Value::Array(items.iter().map(json).collect()),
        Kind::Map(pairs) => Value::Object(pairs.iter().map(|it| (it.key.clone(), json(&it.value))).collect()),
    }
}
