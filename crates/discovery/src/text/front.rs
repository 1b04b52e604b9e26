//! The YAML front matter of Markdown.

use crate::tree::{self, Fault, Kind, Node, Pair, Position, Syntax};

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
                    fault.help = "quote the value: clients differ in what they make of it";
                    oddities.push(fault);
                    (key_by_key(yaml), body)
                }
            };
        }
        offset += row.len();
        line += 1;
    }
    (nothing, (0, 1))
}

/// Descriptions with colons and quotes in them are no YAML, and common. Each key with its lines is read alone,
/// so that one does not hide the others; a value that is still no YAML is a text.
fn key_by_key(yaml: &str) -> Node {
    let mut blocks: Vec<(u32, String)> = Vec::new();
    for (number, line) in (2_u32..).zip(yaml.lines()) {
        match blocks.last_mut() {
            Some((_, block)) if line.starts_with([' ', '\t', '-']) || !line.contains(':') => {
                block.push('\n');
                block.push_str(line);
            }
            _ => blocks.push((number, line.to_owned())),
        }
    }
    let pairs = blocks.iter().flat_map(|(line, block)| pairs(*line, block)).collect();
    Node { at: Position { line: 2, column: 1 }, kind: Kind::Map(pairs) }
}

fn pairs(line: u32, block: &str) -> Vec<Pair> {
    if let Ok(Node { kind: Kind::Map(mut pairs), .. }) = tree::parse(block, Syntax::Yaml, &mut Vec::new()) {
        for pair in &mut pairs {
            pair.at.line += line - 1;
            moved(&mut pair.value, line - 1);
        }
        return pairs;
    }
    let Some((key, value)) = block.split_once(':') else { return Vec::new() };
    let at = Position { line, column: 1 };
    let kind = Kind::Text(value.trim().to_owned());
    vec![Pair { key: key.trim().to_owned(), at, value: Node { at, kind } }]
}

/// Front matter begins on the second line of its file.
fn shift(node: &mut Node) {
    moved(node, 1);
}

fn moved(node: &mut Node, lines: u32) {
    node.at.line += lines;
    match &mut node.kind {
        Kind::List(items) => items.iter_mut().for_each(|it| moved(it, lines)),
        Kind::Map(pairs) => {
            for pair in pairs {
                pair.at.line += lines;
                moved(&mut pair.value, lines);
            }
        }
        _ => {}
    }
}
