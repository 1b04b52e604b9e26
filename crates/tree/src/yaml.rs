//! YAML 1.2, from the events of `saphyr-parser`: depth, nodes and aliases are counted here.

use std::borrow::Cow;
use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};

use super::{DEEPEST, Fault, Kind, MOST_NODES, Node, Pair, Position, Tags, to_u32, too_deep, too_many};

/// How much text the values may have together, aliases expanded.
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// The first document: later ones are not configuration.
pub(super) fn parse(text: &str) -> Result<Node, Fault> {
    let (documents, fault) = documents(text, Tags::Dropped, 1);
    match (documents.into_iter().next(), fault) {
        (Some(first), _) => Ok(first),
        (None, Some(fault)) => Err(fault),
        (None, None) => Ok(Node { at: Position { line: 1, column: 1 }, kind: Kind::Null }),
    }
}

/// At most `most` documents, and the fault that ended the reading.
pub(super) fn documents(text: &str, tags: Tags, most: usize) -> (Vec<Node>, Option<Fault>) {
    let mut documents = Vec::new();
    let mut builder = Builder { tags, ..Builder::default() };
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let taken = event
            .map_err(|e| Fault {
                at: Position { line: to_u32(e.marker().line()), column: to_u32(e.marker().col() + 1) },
                message: format!("not YAML: {}", e.info()),
                help: "fix the syntax at this place; nothing of the file could be read",
            })
            .and_then(|(event, span)| builder.take(event, span));
        match taken {
            Err(fault) => return (documents, Some(fault)),
            Ok(false) => {}
            Ok(true) => {
                documents.extend(builder.root.take());
                // Anchors end with their document; what they cost stays counted.
                builder.anchors.clear();
                if documents.len() >= most {
                    break;
                }
            }
        }
    }
    documents.extend(builder.root.take());
    (documents, None)
}

struct Builder {
    tags: Tags,
    open: Vec<Open>,
    root: Option<Node>,
    anchors: BTreeMap<usize, (Node, Size)>,
    size: Size,
}

impl Default for Builder {
    fn default() -> Self {
        let (open, root, anchors, size) = Default::default();
        Self { tags: Tags::Dropped, open, root, anchors, size }
    }
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
    tag: Option<String>,
    before: Size,
    items: Items,
}

enum Items {
    List(Vec<Node>),
    Map(Vec<Pair>, Option<Node>),
}

impl Builder {
    /// Takes one event; true when a document has ended.
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<bool, Fault> {
        let at = position(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let kind =
                    if matches!(style, ScalarStyle::Plain) { plain(&text) } else { Kind::Text(text.into()) };
                let size = Size { nodes: 1, bytes: text_of(&kind) };
                self.count(size, at)?;
                let node = tagged(self.tag(tag.as_ref()), Node { at, kind });
                self.close(node, anchor, size)?;
            }
            Event::SequenceStart(anchor, tag) => {
                self.begin(at, (anchor, self.tag(tag.as_ref())), Items::List(Vec::new()))?;
            }
            Event::MappingStart(anchor, tag) => {
                self.begin(at, (anchor, self.tag(tag.as_ref())), Items::Map(Vec::new(), None))?;
            }
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
                self.close(tagged(open.tag, Node { at: open.at, kind }), open.anchor, size)?;
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

    /// The name of a tag that is kept: one of the format's own.
    fn tag(&self, tag: Option<&Cow<'_, Tag>>) -> Option<String> {
        let own = tag.filter(|it| self.tags == Tags::Kept && it.handle == "!")?;
        Some(format!("!{}", own.suffix))
    }

    fn begin(
        &mut self,
        at: Position,
        (anchor, tag): (usize, Option<String>),
        items: Items,
    ) -> Result<(), Fault> {
        if self.open.len() >= DEEPEST {
            return Err(too_deep(at));
        }
        let before = self.size;
        self.count(Size { nodes: 1, bytes: 0 }, at)?;
        self.open.push(Open { at, anchor, tag, before, items });
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

/// `node` under its tag.
fn tagged(tag: Option<String>, node: Node) -> Node {
    let Some(key) = tag else { return node };
    let at = node.at;
    Node { at, kind: Kind::Map(vec![Pair { key, at, value: node }]) }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_come_one_by_one_and_a_fault_keeps_those_before_it() {
        let (all, fault) =
            documents("---\na: 1\n---\nb: 2\n...\n---\n# nothing\n", Tags::Dropped, usize::MAX);
        assert_eq!((all.len(), fault), (3, None));
        let (all, fault) = documents("a: 1\n---\nb: [\n", Tags::Dropped, usize::MAX);
        assert_eq!(all.len(), 1);
        assert!(fault.is_some_and(|it| it.message.starts_with("not YAML")));
        let (all, _) = documents("a: &x 1\n---\nb: *x\n", Tags::Dropped, usize::MAX);
        let later = all.get(1).map(|it| &it.kind);
        let null = |it: &Vec<Pair>| it.iter().all(|it| it.value.kind == Kind::Null);
        assert!(matches!(later, Some(Kind::Map(pairs)) if null(pairs)), "an anchor ends with its document");
    }

    #[test]
    fn tags_of_a_format_s_own_are_kept_where_they_are_asked_for() {
        let text = "a: !Ref b\nc: !GetAtt [d, e]\nf: !!str g\nh: !Sub\n  - x\n  - { y: !Ref z }\n";
        let (dropped, _) = documents(text, Tags::Dropped, 1);
        let (kept, _) = documents(text, Tags::Kept, 1);
        let of = |root: &[Node], key: &str| match root.first().map(|it| &it.kind) {
            Some(Kind::Map(pairs)) => pairs.iter().find(|it| it.key == key).map(|it| it.value.kind.clone()),
            _ => None,
        };
        assert_eq!(of(&dropped, "a"), Some(Kind::Text("b".to_owned())));
        assert_eq!(of(&kept, "f"), Some(Kind::Text("g".to_owned())));
        let under = |key: &str| match of(&kept, key) {
            Some(Kind::Map(pairs)) => pairs.into_iter().next().map(|it| (it.key, it.value.kind)),
            _ => None,
        };
        assert_eq!(under("a"), Some(("!Ref".to_owned(), Kind::Text("b".to_owned()))));
        assert!(matches!(under("c"), Some((key, Kind::List(items))) if key == "!GetAtt" && items.len() == 2));
        assert!(matches!(under("h"), Some((key, Kind::List(_))) if key == "!Sub"));
    }
}
