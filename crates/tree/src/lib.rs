//! One tree for JSON, YAML, TOML and HCL, in which every key and value knows its line and column.
//!
//! What lives here: the tree and its four parsers. Depth, size and aliases are bounded: the text is hostile.
//! What a format means is for others to know; no I/O, and no other crate of this project is used.

mod hcl;
mod json;
mod toml;
mod yaml;

/// How deep values may nest. Real configuration stays below 20.
pub const DEEPEST: usize = 128;
/// How many values a file may have, aliases expanded.
pub const MOST_NODES: usize = 400_000;

/// Line and column, both from 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line.
    pub line: u32,
    /// Column, in characters.
    pub column: u32,
}

/// A value with its position.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where it begins.
    pub at: Position,
    /// What it is.
    pub kind: Kind,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A number, as written.
    Number(String),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Keys with values, in the order of the file; a key that appears twice is here twice.
    Map(Vec<Pair>),
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The key.
    pub key: String,
    /// Where the key is.
    pub at: Position,
    /// The value.
    pub value: Node,
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// JSON, with comments, trailing commas and the laxities of JSON5.
    Json,
    /// YAML 1.2.
    Yaml,
    /// TOML 1.0.
    Toml,
    /// HCL 2, the native syntax of Terraform.
    Hcl,
}

/// A file that does not parse, or one that parses oddly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub at: Position,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: &'static str,
}

/// Parses `text`. Oddities that do not stop the parse, such as a key that appears twice, go to `oddities`.
pub fn parse(text: &str, syntax: Syntax, oddities: &mut Vec<Fault>) -> Result<Node, Fault> {
    let root = match syntax {
        Syntax::Json => json::parse(text)?,
        // JSON is YAML, but not when tabs indent it; the parser that it is written for takes both.
        Syntax::Yaml if text.trim_start().starts_with('{') => {
            json::parse(text).or_else(|_| yaml::parse(text))?
        }
        Syntax::Yaml => yaml::parse(text)?,
        Syntax::Toml => toml::parse(text)?,
        Syntax::Hcl => hcl::parse(text)?,
    };
    repeated_keys(&root, oddities);
    Ok(root)
}

/// What becomes of the tags of YAML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tags {
    /// They are dropped.
    Dropped,
    /// A value with a tag of its format's own, such as `!Ref x`, is a map of one key: `{"!Ref": x}`.
    Kept,
}

/// All documents of a YAML file, up to the first fault, which bounds count over all of them.
pub fn documents(text: &str, tags: Tags) -> (Vec<Node>, Option<Fault>) {
    yaml::documents(text, tags, usize::MAX)
}

/// The JSON that `text` begins with, where text follows that is no part of it, and what is wrong with that.
pub fn parse_first(text: &str, oddities: &mut Vec<Fault>) -> Option<Node> {
    let (root, fault) = json::first(text)?;
    oddities.push(fault);
    repeated_keys(&root, oddities);
    Some(root)
}

/// Parsers that keep the last of two equal keys hide the first; the first may be the one that a client uses.
fn repeated_keys(node: &Node, oddities: &mut Vec<Fault>) {
    match &node.kind {
        Kind::Map(pairs) => {
            let mut seen = std::collections::BTreeSet::new();
            for pair in pairs {
                if !seen.insert(pair.key.as_str()) && oddities.len() < 100 {
                    oddities.push(Fault {
                        at: pair.at,
                        message: format!("the key `{}` appears twice", pair.key),
                        help: "remove one of them: clients differ in which they use, so both are mapped",
                    });
                }
                repeated_keys(&pair.value, oddities);
            }
        }
        Kind::List(items) => items.iter().for_each(|it| repeated_keys(it, oddities)),
        _ => {}
    }
}

/// Parsers build their own tree before ours, several times the size of the text: `marks`, at least one of which
/// stands beside every value, are counted first.
fn bounded(text: &str, marks: [u8; 3]) -> Result<(), Fault> {
    let [a, b, c] = marks;
    match memchr::memchr3_iter(a, b, c, text.as_bytes()).nth(MOST_NODES) {
        None => Ok(()),
        Some(offset) => Err(too_many(Lines::new(text).position(offset), "commas, brackets and equals signs")),
    }
}

fn too_many(at: Position, of: &str) -> Fault {
    Fault {
        at,
        message: format!("more than {MOST_NODES} {of}"),
        help: "no client needs so many; the file was not read",
    }
}

fn too_deep(at: Position) -> Fault {
    Fault {
        at,
        message: format!("nested deeper than {DEEPEST} levels"),
        help: "no client needs such depth; the file was not read",
    }
}

/// Turns byte offsets into lines and columns.
#[derive(Debug)]
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
    /// How many characters begin before each block of [`BLOCK`] bytes: a file may be one long line, and counting
    /// from its start for every value would take hours.
    before: Vec<usize>,
}

/// Bytes between two counts of characters.
const BLOCK: usize = 256;

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|it| it + 1));
        let mut sum = 0;
        let before = text.as_bytes().chunks(BLOCK).map(|it| {
            let before = sum;
            sum += characters(it);
            before
        });
        Self { text, starts: starts.collect(), before: before.collect() }
    }

    fn position(&self, offset: usize) -> Position {
        let line = self.starts.partition_point(|it| *it <= offset);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let column = self.characters_before(offset).saturating_sub(self.characters_before(start));
        Position { line: to_u32(line), column: to_u32(column + 1) }
    }

    fn characters_before(&self, offset: usize) -> usize {
        let block = (offset / BLOCK).min(self.before.len().saturating_sub(1));
        let rest = self.text.as_bytes().get(block * BLOCK..offset).unwrap_or_default();
        self.before.get(block).copied().unwrap_or(0) + characters(rest)
    }
}

/// How many characters begin in these bytes of UTF-8.
fn characters(bytes: &[u8]) -> usize {
    const CONTINUES: i8 = -65;
    bytes.iter().filter(|it| it.cast_signed() > CONTINUES).count()
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
