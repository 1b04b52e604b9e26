//! YAML 1.2, from the events of `saphyr-parser`: depth, nodes and aliases are counted here.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::json::too_deep;
use super::{DEEPEST, Fault, Kind, MOST_NODES, Node, Pair, Position, to_u32};

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
    anchors: BTreeMap<usize, (Node, usize)>,
    nodes: usize,
}

struct Open {
    at: Position,
    anchor: usize,
    first_node: usize,
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
                self.count(1, at)?;
                self.close(Node { at, kind }, anchor, 1);
            }
            Event::SequenceStart(anchor, _) => self.begin(at, anchor, Items::List(Vec::new()))?,
            Event::MappingStart(anchor, _) => self.begin(at, anchor, Items::Map(Vec::new(), None))?,
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(open) = self.open.pop() else { return Ok(false) };
                let kind = match open.items {
                    Items::List(items) => Kind::List(items),
                    Items::Map(pairs, _) => Kind::Map(pairs),
                };
                let size = self.nodes - open.first_node;
                self.close(Node { at: open.at, kind }, open.anchor, size);
            }
            Event::Alias(anchor) => {
                let known = self.anchors.get(&anchor).cloned();
                let (node, size) = known.unwrap_or((Node { at, kind: Kind::Null }, 1));
                self.count(size, at)?;
                self.close(Node { at, ..node }, 0, size);
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
        let first_node = self.nodes;
        self.count(1, at)?;
        self.open.push(Open { at, anchor, first_node, items });
        Ok(())
    }

    fn count(&mut self, more: usize, at: Position) -> Result<(), Fault> {
        self.nodes += more;
        if self.nodes > MOST_NODES {
            return Err(Fault {
                at,
                message: format!("more than {MOST_NODES} values once its aliases are expanded"),
                help: "no client needs so many; the file was not read",
            });
        }
        Ok(())
    }

    fn close(&mut self, node: Node, anchor: usize, size: usize) {
        if anchor != 0 {
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
