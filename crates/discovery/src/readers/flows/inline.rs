//! JSON that stands inside a text of another file.

use crate::tree::{self, Fault, Kind, Node, Position, Syntax, View};

/// The tree of the JSON in `view`; every value of it stands where the text begins, for its lines are escaped.
pub(super) fn json(view: &View<'_>) -> Option<Result<Node, Fault>> {
    let text = view.text()?.trim();
    text.starts_with(['{', '[']).then(|| {
        let at = view.place();
        let at = Position { line: at.line, column: at.column };
        let mut node = tree::parse(text, Syntax::Json, &mut Vec::new()).map_err(|it| Fault { at, ..it })?;
        stand(&mut node, at);
        Ok(node)
    })
}

fn stand(node: &mut Node, at: Position) {
    node.at = at;
    match &mut node.kind {
        Kind::List(items) => items.iter_mut().for_each(|it| stand(it, at)),
        Kind::Map(pairs) => {
            for pair in pairs {
                pair.at = at;
                stand(&mut pair.value, at);
            }
        }
        _ => {}
    }
}

/// A text at `at`.
pub(super) fn text(text: impl Into<String>, at: Position) -> Node {
    Node { at, kind: Kind::Text(text.into()) }
}

/// A map of what is there, at `at`.
pub(super) fn map(pairs: Vec<(&str, Option<Node>)>, at: Position) -> Node {
    let pairs = pairs.into_iter().filter_map(|(key, value)| {
        let value = value?;
        Some(tree::Pair { key: key.to_owned(), at: value.at, value })
    });
    Node { at, kind: Kind::Map(pairs.collect()) }
}
