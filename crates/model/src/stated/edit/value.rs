//! Values that are written into the file.

use std::fmt;

use ambit_tree::{Kind, Node, Pair, Position, Syntax};

/// A value to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A whole number.
    Whole(u32),
    /// `true` or `false`.
    Truth(bool),
    /// A list.
    List(Vec<Self>),
    /// Keys with values, in their order.
    Map(Vec<(String, Self)>),
}

impl Value {
    /// Text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Keys with values.
    pub fn map<'k>(pairs: impl IntoIterator<Item = (&'k str, Self)>) -> Self {
        Self::Map(pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// The value as a tree.
    pub(super) fn node(&self) -> Node {
        let kind = match self {
            Self::Text(text) => Kind::Text(text.clone()),
            Self::Whole(number) => Kind::Number(number.to_string()),
            Self::Truth(it) => Kind::Bool(*it),
            Self::List(items) => Kind::List(items.iter().map(Self::node).collect()),
            Self::Map(pairs) => Kind::Map(
                pairs
                    .iter()
                    .map(|(key, it)| Pair { key: key.clone(), at: Position::default(), value: it.node() })
                    .collect(),
            ),
        };
        Node { at: Position::default(), kind }
    }

    /// The value on one line.
    pub(super) fn line(&self) -> String {
        match self {
            Self::Text(text) => word(text),
            Self::Whole(number) => number.to_string(),
            Self::Truth(it) => it.to_string(),
            Self::List(items) => {
                format!("[{}]", items.iter().map(Self::line).collect::<Vec<_>>().join(", "))
            }
            Self::Map(pairs) => {
                let pair = |(key, value): &(String, Self)| format!("{}: {}", word(key), value.line());
                format!("{{{}}}", pairs.iter().map(pair).collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// The value as lines without indentation: one per key of a map, else one.
    pub(super) fn lines(&self) -> Vec<String> {
        match self {
            Self::Map(pairs) if !pairs.is_empty() => {
                pairs.iter().map(|(key, value)| format!("{}: {}", word(key), value.line())).collect()
            }
            other => vec![other.line()],
        }
    }
}

/// The value on one line, as it is written into the file.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line())
    }
}

/// Text as one word of YAML: bare where that reads back as itself anywhere, else in quotes.
pub(super) fn word(text: &str) -> String {
    let bare = text.starts_with(|it: char| it.is_alphanumeric())
        && !text.ends_with(' ')
        && text.chars().all(|it| it.is_alphanumeric() || " -_./@+".contains(it));
    let reads_back = || {
        ambit_tree::parse(text, Syntax::Yaml, &mut Vec::new())
            .is_ok_and(|it| it.kind == Kind::Text(text.to_owned()))
    };
    if bare && reads_back() { text.to_owned() } else { quoted(text) }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || matches!(u32::from(c), 0x2028 | 0x2029 | 0xfeff) => {
                out.push_str(&escape(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn escape(c: char) -> String {
    format!("\\u{:04x}", u32::from(c))
}
