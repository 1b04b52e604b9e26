//! Where in the text a change goes, from the positions of the tree.

use ambit_tree::{Kind, Node, Pair, Position};

use super::value::{Value, word};

/// One piece of text in place of another.
#[derive(Debug)]
pub(super) struct Splice {
    start: usize,
    end: usize,
    with: String,
}

impl Splice {
    /// The text with the piece replaced.
    pub(super) fn apply(&self, text: &str) -> Option<String> {
        Some(format!("{}{}{}", text.get(..self.start)?, self.with, text.get(self.end..)?))
    }
}

/// A text that knows where its lines begin.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
    /// How the file ends its lines.
    newline: &'static str,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, starts, newline: if text.contains("\r\n") { "\r\n" } else { "\n" } }
    }

    /// The byte at a position.
    fn offset(&self, at: Position) -> Option<usize> {
        let start = self.start_of(at.line)?;
        let characters = usize::try_from(at.column.checked_sub(1)?).ok()?;
        let rest = self.text.get(start..)?;
        Some(start + rest.char_indices().nth(characters).map_or(rest.len(), |it| it.0))
    }

    fn start_of(&self, line: u32) -> Option<usize> {
        self.starts.get(usize::try_from(line.checked_sub(1)?).ok()?).copied()
    }

    /// The line, without its end.
    fn line(&self, line: u32) -> Option<&'a str> {
        let start = self.start_of(line)?;
        self.text.get(start..)?.lines().next().or(Some(""))
    }

    /// Where the value ends, if it is a scalar or in brackets, and on one line.
    fn end(&self, node: &Node) -> Option<usize> {
        let start = self.offset(node.at)?;
        let rest = self.line(node.at.line)?;
        let rest = rest.get(start - self.start_of(node.at.line)?..)?;
        let length = match (rest.chars().next()?, &node.kind) {
            (quote @ ('"' | '\''), Kind::Text(_)) => closing_quote(rest, quote)?,
            ('{' | '[', Kind::Map(_) | Kind::List(_)) => closing_bracket(rest)?,
            (_, Kind::Text(text) | Kind::Number(text)) => {
                rest.starts_with(text.as_str()).then_some(text.len())?
            }
            (_, Kind::Bool(_)) => rest.find(|it: char| !it.is_ascii_alphabetic()).unwrap_or(rest.len()),
            _ => return None,
        };
        Some(start + length)
    }

    /// Another value for a key that is there.
    pub(super) fn replaced(&self, pair: &Pair, value: &Value) -> Option<Splice> {
        if matches!(pair.value.kind, Kind::Null) {
            let start = self.offset(pair.at)?;
            let key = self.text.get(start..)?;
            let colon = start + key.find(':')?;
            return Some(Splice { start: colon, end: colon + 1, with: format!(": {}", value.line()) });
        }
        Some(Splice { start: self.offset(pair.value.at)?, end: self.end(&pair.value)?, with: value.line() })
    }

    /// A new key for a map, behind the last of its keys that is over on its line.
    pub(super) fn inserted(&self, map: &Node, pairs: &[Pair], key: &str, value: &Value) -> Option<Splice> {
        let (pair, end) = pairs.iter().rev().find_map(|it| Some((it, self.end(&it.value)?)))?;
        let new = format!("{}: {}", word(key), value.line());
        if self.text.get(self.offset(map.at)?..)?.starts_with('{') {
            return Some(Splice { start: end, end, with: format!(", {new}") });
        }
        let indent = " ".repeat(usize::try_from(pair.at.column.checked_sub(1)?).ok()?);
        self.below(pair.value.at.line, &[format!("{indent}{new}")])
    }

    /// A new entry for a section: an item of a list, or with a name.
    pub(super) fn appended(
        &self,
        root: &Node,
        section: &str,
        name: Option<&str>,
        value: &Value,
    ) -> Option<Splice> {
        let Kind::Map(sections) = &root.kind else { return None };
        if self.text.get(self.offset(root.at)?..)?.starts_with('{') {
            return None;
        }
        let Some(index) = sections.iter().position(|it| it.key == section) else {
            let mut lines = vec![format!("{section}:")];
            lines.extend(entry(2, name, value));
            return self.below(self.last_line(), &lines);
        };
        let pair = sections.get(index)?;
        match &pair.value.kind {
            Kind::Null => self.below(pair.at.line, &entry(2, name, value)),
            Kind::List(items) if items.is_empty() => self.filled(&pair.value, &entry(2, name, value)),
            Kind::Map(entries) if entries.is_empty() => self.filled(&pair.value, &entry(2, name, value)),
            Kind::List(items) => {
                let row = self.line(items.first()?.at.line)?;
                let indent = row.find('-').filter(|_| row.trim_start().starts_with("- "))?;
                self.below(self.end_of_section(index, sections), &entry(indent, name, value))
            }
            Kind::Map(entries) => {
                let at = entries.first()?.at;
                let indent = usize::try_from(at.column.checked_sub(1)?).ok()?;
                let is_block = self.line(at.line)?.chars().take(indent).all(|it| it == ' ');
                if !is_block {
                    return self.inserted(&pair.value, entries, name?, value);
                }
                let end = self.end_of_section(index, sections);
                self.below(end, &entry(indent, name, value))
            }
            _ => None,
        }
    }

    /// New lines in place of empty brackets; what stands behind them on their line stays.
    fn filled(&self, empty: &Node, lines: &[String]) -> Option<Splice> {
        let (mut start, end) = (self.offset(empty.at)?, self.end(empty)?);
        let behind = self.text.get(end..)?.lines().next().unwrap_or_default().trim_end();
        if behind.is_empty() {
            start = self.text.get(..start)?.trim_end_matches(' ').len();
        }
        let below = self.below(empty.at.line, lines)?;
        let between = self.text.get(end..below.start)?;
        let between = if behind.is_empty() { between.trim_start_matches(' ') } else { between.trim_start() };
        Some(Splice { start, end: below.end, with: format!("{between}{}", below.with) })
    }

    /// The last line of a section: what is blank or a comment at the margin belongs to the next.
    fn end_of_section(&self, index: usize, sections: &[Pair]) -> u32 {
        let line_of = |it: usize| sections.get(it).map(|it| it.at.line);
        let first = line_of(index).unwrap_or(1);
        let mut end = line_of(index + 1).map_or_else(|| self.last_line(), |it| it.saturating_sub(1));
        let is_outside = |line: u32| {
            self.line(line)
                .is_some_and(|it| it.trim().is_empty() || it.starts_with('#') || it.starts_with("..."))
        };
        while end > first && is_outside(end) {
            end -= 1;
        }
        end
    }

    fn last_line(&self) -> u32 {
        let lines = self.text.lines().count();
        u32::try_from(lines.max(1)).unwrap_or(u32::MAX)
    }

    /// New lines below a line.
    fn below(&self, line: u32, lines: &[String]) -> Option<Splice> {
        let start = self.start_of(line)?;
        let rest = self.text.get(start..)?;
        let new = lines.join(self.newline);
        let (at, with) = match rest.find('\n') {
            Some(length) => (start + length + 1, format!("{new}{}", self.newline)),
            None => (self.text.len(), format!("{}{new}{}", self.newline, self.newline)),
        };
        Some(Splice { start: at, end: at, with })
    }
}

/// The lines of an entry: below its name, or behind a dash.
pub(super) fn entry(indent: usize, name: Option<&str>, value: &Value) -> Vec<String> {
    let margin = " ".repeat(indent);
    let lines = value.lines();
    match name {
        Some(name) if matches!(value, Value::Map(it) if !it.is_empty()) => {
            let head = format!("{margin}{}:", word(name));
            std::iter::once(head).chain(lines.into_iter().map(|it| format!("{margin}  {it}"))).collect()
        }
        Some(name) => vec![format!("{margin}{}: {}", word(name), value.line())],
        None => {
            let dash = std::iter::once("- ").chain(std::iter::repeat("  "));
            dash.zip(lines).map(|(dash, it)| format!("{margin}{dash}{it}")).collect()
        }
    }
}

/// How long a text in quotes is at the beginning of `rest`.
fn closing_quote(rest: &str, quote: char) -> Option<usize> {
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\\' && quote == '"' {
            chars.next();
        } else if c == quote {
            if quote == '\'' && chars.peek().is_some_and(|it| it.1 == '\'') {
                chars.next();
            } else {
                return Some(at + 1);
            }
        }
    }
    None
}

/// How long a value in brackets is at the beginning of `rest`.
fn closing_bracket(rest: &str) -> Option<usize> {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(c) = rest.get(at..)?.chars().next() {
        match c {
            '[' | '{' => depth += 1,
            ']' | '}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            // A quote inside a word, as in `don't`, is none.
            '"' | '\'' if rest.get(..at)?.ends_with([' ', ',', '[', '{', ':']) => {
                at += closing_quote(rest.get(at..)?, c)?;
                continue;
            }
            '#' if rest.get(..at)?.ends_with(' ') => return None,
            _ => {}
        }
        at += c.len_utf8();
    }
    None
}
