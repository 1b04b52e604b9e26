//! TOML 1.0, by `toml_edit`, whose tables know their spans.

use toml_edit::{Document, Item, TableLike, Value};

use super::{DEEPEST, Fault, Kind, Lines, Node, Pair, Position, bounded, too_deep};

pub(super) fn parse(text: &str) -> Result<Node, Fault> {
    bounded(text, [b',', b'[', b'='])?;
    let lines = Lines::new(text);
    let document = Document::parse(text).map_err(|e| Fault {
        at: e.span().map_or(Position { line: 1, column: 1 }, |it| lines.position(it.start)),
        message: format!("not TOML: {}", e.message().trim().replace('\n', "; ")),
        help: "fix the syntax at this place; nothing of the file could be read",
    })?;
    let at = Position { line: 1, column: 1 };
    Ok(Node { at, kind: table(document.as_table(), &lines, 0)? })
}

fn table(table: &dyn TableLike, lines: &Lines<'_>, depth: usize) -> Result<Kind, Fault> {
    let mut pairs = Vec::new();
    for (name, item) in table.iter() {
        let span = table.key(name).and_then(toml_edit::Key::span).or_else(|| item.span());
        let at = span.map_or(Position { line: 1, column: 1 }, |it| lines.position(it.start));
        pairs.push(Pair { key: name.to_owned(), at, value: node(item, at, lines, depth + 1)? });
    }
    // `toml_edit` lists keys by insertion; a header that comes later may still stand earlier in the file.
    pairs.sort_by_key(|it| it.at);
    Ok(Kind::Map(pairs))
}

fn node(item: &Item, key: Position, lines: &Lines<'_>, depth: usize) -> Result<Node, Fault> {
    let at = item.span().map_or(key, |it| lines.position(it.start));
    if depth > DEEPEST {
        return Err(too_deep(at));
    }
    let kind = match item {
        Item::None => Kind::Null,
        Item::Value(it) => value(it, at, lines, depth)?,
        Item::Table(it) => table(it, lines, depth)?,
        Item::ArrayOfTables(tables) => Kind::List(
            tables
                .iter()
                .map(|it| {
                    let at = it.span().map_or(at, |it| lines.position(it.start));
                    Ok(Node { at, kind: table(it, lines, depth + 1)? })
                })
                .collect::<Result<_, _>>()?,
        ),
    };
    Ok(Node { at, kind })
}

fn value(value: &Value, at: Position, lines: &Lines<'_>, depth: usize) -> Result<Kind, Fault> {
    if depth > DEEPEST {
        return Err(too_deep(at));
    }
    Ok(match value {
        Value::String(it) => Kind::Text(it.value().clone()),
        Value::Boolean(it) => Kind::Bool(*it.value()),
        Value::Integer(it) => Kind::Number(it.value().to_string()),
        Value::Float(it) => Kind::Number(it.value().to_string()),
        Value::Datetime(it) => Kind::Text(it.value().to_string()),
        Value::InlineTable(it) => table(it, lines, depth)?,
        Value::Array(array) => Kind::List(
            array
                .iter()
                .map(|it| {
                    let at = it.span().map_or(at, |it| lines.position(it.start));
                    Ok(Node { at, kind: self::value(it, at, lines, depth + 1)? })
                })
                .collect::<Result<_, _>>()?,
        ),
    })
}
