//! JSON in all its dialects, by `jsonc-parser`.

use jsonc_parser::ast::{ObjectPropName, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::{DEEPEST, Fault, Kind, Lines, Node, Pair, Position, bounded, too_deep};

pub(super) fn parse(text: &str) -> Result<Node, Fault> {
    bounded(text, [b',', b'[', b'{'])?;
    let lines = Lines::new(text);
    let parsed =
        parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default()).map_err(|e| Fault {
            at: lines.position(e.range().start),
            message: format!("not JSON: {}", lower_first(&e.kind().to_string())),
            help: "fix the syntax at this place; nothing of the file could be read",
        })?;
    match parsed.value {
        Some(value) => node(value, &lines, 0),
        None => Ok(Node { at: Position { line: 1, column: 1 }, kind: Kind::Null }),
    }
}

/// The value that `text` begins with, where something follows it, and what is wrong with that.
pub(super) fn first(text: &str) -> Option<(Node, Fault)> {
    let end = end_of_first(text.as_bytes())?;
    let rest = text.get(end..)?;
    let next = end + rest.find(|it: char| !it.is_whitespace())?;
    let root = parse(text.get(..end)?).ok()?;
    let fault = Fault {
        at: Lines::new(text).position(next),
        message: "text follows the end of the JSON".to_owned(),
        help: "remove it: most programs refuse such a file, and it was read as if it were not there",
    };
    Some((root, fault))
}

/// Where the map or list that the text begins with ends.
fn end_of_first(text: &[u8]) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ if !quoted && depth == 0 && !byte.is_ascii_whitespace() => return None,
            _ => {}
        }
    }
    None
}

fn node(value: Value<'_>, lines: &Lines<'_>, depth: usize) -> Result<Node, Fault> {
    let at = lines.position(value.start());
    if depth > DEEPEST {
        return Err(too_deep(at));
    }
    let kind = match value {
        Value::StringLit(it) => Kind::Text(it.value.into_owned()),
        Value::NumberLit(it) => Kind::Number(it.value.to_owned()),
        Value::BooleanLit(it) => Kind::Bool(it.value),
        Value::NullKeyword(_) => Kind::Null,
        Value::Array(array) => Kind::List(
            array.elements.into_iter().map(|it| node(it, lines, depth + 1)).collect::<Result<_, _>>()?,
        ),
        Value::Object(object) => Kind::Map(
            object
                .properties
                .into_iter()
                .map(|it| {
                    let at = lines.position(it.range.start);
                    let key = match it.name {
                        ObjectPropName::String(it) => it.value.into_owned(),
                        ObjectPropName::Word(it) => it.value.to_owned(),
                    };
                    Ok(Pair { key, at, value: node(it.value, lines, depth + 1)? })
                })
                .collect::<Result<_, _>>()?,
        ),
    };
    Ok(Node { at, kind })
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |it| it.to_lowercase().chain(chars).collect())
}
