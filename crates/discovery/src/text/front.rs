//! The YAML front matter of Markdown.

use crate::tree::{self, Fault, Kind, Node, Position, Syntax};

/// The front matter as a tree, null where there is none, and where the body begins as (byte offset, line).
/// Front matter that does not parse is an oddity: clients load such a file with empty metadata.
pub(crate) fn front_matter(text: &str, oddities: &mut Vec<Fault>) -> (Node, (usize, u32)) {
    let nothing = Node { at: Position { line: 1, column: 1 }, kind: Kind::Null };
    let Some(rest) = text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n")) else {
        return (nothing, (0, 1));
    };
    let opening = text.len() - rest.len();
    let (mut offset, mut line) = (opening, 2);
    for row in rest.split_inclusive('\n') {
        if row.trim_end() == "---" {
            let yaml = text.get(opening..offset).unwrap_or_default();
            let body = (offset + row.len(), line + 1);
            return match tree::parse(yaml, Syntax::Yaml, oddities) {
                Ok(mut root) => {
                    shift(&mut root);
                    (root, body)
                }
                Err(mut fault) => {
                    fault.at.line += 1;
                    fault.help = "fix the front matter: clients load the file as if it had none";
                    oddities.push(fault);
                    (nothing, body)
                }
            };
        }
        offset += row.len();
        line += 1;
    }
    (nothing, (0, 1))
}

/// Front matter begins on the second line of its file.
fn shift(node: &mut Node) {
    node.at.line += 1;
    match &mut node.kind {
        Kind::List(items) => items.iter_mut().for_each(shift),
        Kind::Map(pairs) => {
            for pair in pairs {
                pair.at.line += 1;
                shift(&mut pair.value);
            }
        }
        _ => {}
    }
}
