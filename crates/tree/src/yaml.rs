//! YAML 1.2, from the events of `saphyr-parser`: depth, nodes and aliases are counted here.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::{DEEPEST, Fault, Kind, MOST_NODES, Node, Pair, Position, to_u32, too_deep, too_many};

/// How much text the values may have together, aliases expanded.
const MOST_BYTES: usize = 32 * 1024 * 1024;

pub(super) fn parse(text: &str) -> Result<Node, Fault> {
    let mut builder = Builder::default();
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|e| Fault {
            at: Position { line: to_u32(e.marker().line()), column: to_u32(e.marker().col() + 1) },
            message: format!("not YAML: {}", e.info()),
            help: "fix the syntax at this place; nothing of the file could be read",
        })?;
        if builder.take(event, span)? {
            break;
        }
    }
    Ok(builder.root.unwrap_or(Node { at: Position { line: 1, column: 1 }, kind: Kind::Null }))
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    root: Option<Node>,
    anchors: BTreeMap<usize, (Node, Size)>,
    size: Size,
}

/// How much memory a part takes, in values and in bytes of their text: an alias of one long text costs as much
/// as one of a long list.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    nodes: usize,
    bytes: usize,
}

struct Open {
    at: Position,
    anchor: usize,
    before: Size,
    items: Items,
}

enum Items {
    List(Vec<Node>),
    Map(Vec<Pair>, Option<Node>),
}

impl Builder {
    /// Takes one event; true when the first document has ended: later ones are not configuration.
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<bool, Fault> {
        let at = position(span);
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let kind =
                    if matches!(style, ScalarStyle::Plain) { plain(&text) } else { Kind::Text(text.into()) };
                let size = Size { nodes: 1, bytes: text_of(&kind) };
                self.count(size, at)?;
                self.close(Node { at, kind }, anchor, size)?;
            }
            Event::SequenceStart(anchor, _) => self.begin(at, anchor, Items::List(Vec::new()))?,
            Event::MappingStart(anchor, _) => self.begin(at, anchor, Items::Map(Vec::new(), None))?,
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(open) = self.open.pop() else { return Ok(false) };
                let kind = match open.items {
                    Items::List(items) => Kind::List(items),
                    Items::Map(pairs, _) => Kind::Map(pairs),
                };
                let size = Size {
                    nodes: self.size.nodes - open.before.nodes,
                    bytes: self.size.bytes - open.before.bytes,
                };
                self.close(Node { at: open.at, kind }, open.anchor, size)?;
            }
            Event::Alias(anchor) => {
                let size = self.anchors.get(&anchor).map_or(Size { nodes: 1, bytes: 0 }, |it| it.1);
                // Counted before it is copied.
                self.count(size, at)?;
                let kind = self.anchors.get(&anchor).map_or(Kind::Null, |it| it.0.kind.clone());
                let node = Node { at, kind };
                if self.open.len() + height(&node) > DEEPEST {
                    return Err(too_deep(at));
                }
                self.close(node, 0, size)?;
            }
            Event::DocumentEnd => return Ok(true),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) => {}
        }
        Ok(false)
    }

    fn begin(&mut self, at: Position, anchor: usize, items: Items) -> Result<(), Fault> {
        if self.open.len() >= DEEPEST {
            return Err(too_deep(at));
        }
        let before = self.size;
        self.count(Size { nodes: 1, bytes: 0 }, at)?;
        self.open.push(Open { at, anchor, before, items });
        Ok(())
    }

    fn count(&mut self, more: Size, at: Position) -> Result<(), Fault> {
        self.size.nodes += more.nodes;
        self.size.bytes += more.bytes;
        if self.size.nodes > MOST_NODES || self.size.bytes > MOST_BYTES {
            return Err(too_many(at, "values once its aliases are expanded"));
        }
        Ok(())
    }

    fn close(&mut self, node: Node, anchor: usize, size: Size) -> Result<(), Fault> {
        if anchor != 0 {
            // What an anchor keeps is a copy, and anchors nest.
            self.count(size, node.at)?;
            self.anchors.insert(anchor, (node.clone(), size));
        }
        match self.open.last_mut().map(|it| &mut it.items) {
            None => self.root = Some(node),
            Some(Items::List(items)) => items.push(node),
            Some(Items::Map(pairs, key)) => match key.take() {
                None => *key = Some(node),
                Some(name) => pairs.push(Pair { key: key_text(&name), at: name.at, value: node }),
            },
        }
        Ok(())
    }
}

fn text_of(kind: &Kind) -> usize {
    match kind {
        Kind::Text(text) | Kind::Number(text) => text.len(),
        _ => 0,
    }
}

/// How many levels a value has. An alias brings all of its own: chains of them would nest without end.
fn height(node: &Node) -> usize {
    match &node.kind {
        Kind::List(items) => 1 + items.iter().map(height).max().unwrap_or(0),
        Kind::Map(pairs) => 1 + pairs.iter().map(|it| height(&it.value)).max().unwrap_or(0),
        _ => 0,
    }
}

fn position(span: Span) -> Position {
    Position { line: to_u32(span.start.line()), column: to_u32(span.start.col() + 1) }
}

/// The YAML 1.2 core schema: `on`, `yes` and `no` are text.
fn plain(text: &str) -> Kind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "true" | "True" | "TRUE" => Kind::Bool(true),
        "false" | "False" | "FALSE" => Kind::Bool(false),
        _ if text.parse::<f64>().is_ok()
            && text.starts_with(|it: char| it.is_ascii_digit() || "+-.".contains(it)) =>
        {
            Kind::Number(text.to_owned())
        }
        _ => Kind::Text(text.to_owned()),
    }
}

fn key_text(key: &Node) -> String {
    match &key.kind {
        Kind::Text(text) | Kind::Number(text) => text.clone(),
        Kind::Bool(it) => it.to_string(),
        Kind::Null => "null".to_owned(),
        Kind::List(_) | Kind::Map(_) => "(a value as key)".to_owned(),
    }
}
