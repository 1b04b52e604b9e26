//! A text of a file, with what it takes to say where each part of it stands: scripts and JSON documents lie inside of
//! YAML as one value, and evidence points into them.

use std::sync::Arc;

use ambit_model::Place;

use crate::tree::View;

/// How many lines of a value are told apart.
const MOST_LINES: usize = 20_000;

/// A value with its places.
#[derive(Debug, Clone)]
pub(crate) struct Scalar {
    /// The text.
    pub(crate) text: String,
    /// Where its key is.
    pub(crate) place: Place,
    /// Where each of its lines stands in the file.
    rows: Arc<[Row]>,
}

/// A line of a value: its offset in the value, and its place in the file.
#[derive(Debug, Clone, Copy)]
struct Row {
    offset: usize,
    line: u32,
    column: u32,
}

impl Scalar {
    /// The text, number or truth value of `view`; `lines` are those of the file.
    pub(crate) fn of(view: &View<'_>, lines: &[&str]) -> Option<Self> {
        let text = view.scalar()?;
        let rows = rows(&text, view, lines).into();
        Some(Self { text, place: view.place(), rows })
    }

    /// A text that stands at `place`, of which no more is known.
    pub(crate) fn at(text: impl Into<String>, place: Place) -> Self {
        let rows = [Row { offset: 0, line: place.line, column: place.column }].into();
        Self { text: text.into(), place, rows }
    }

    /// A whole file.
    pub(crate) fn of_file(text: &str, path: &str) -> Self {
        Self::of_lines(text, Place::start(path))
    }

    /// Whole lines of a file from `place` on.
    pub(crate) fn of_lines(text: &str, place: Place) -> Self {
        let mut offset = 0;
        let mut rows = Vec::new();
        for (line, row) in (place.line..).zip(text.split_inclusive('\n').take(MOST_LINES)) {
            rows.push(Row { offset, line, column: 1 });
            offset += row.len();
        }
        let rows = if rows.is_empty() { vec![Row { offset: 0, line: place.line, column: 1 }] } else { rows };
        Self { text: text.to_owned(), place, rows: rows.into() }
    }

    /// Several values as the lines of one text.
    pub(crate) fn joined(parts: &[Self]) -> Option<Self> {
        let first = parts.first()?;
        let mut text = String::new();
        let mut rows = Vec::new();
        for part in parts {
            rows.extend(part.rows.iter().map(|it| Row { offset: it.offset + text.len(), ..*it }));
            text.push_str(part.text.trim_end_matches('\n'));
            text.push('\n');
        }
        Some(Self { text, place: first.place.clone(), rows: rows.into() })
    }

    /// A word of it: `text` is what stands at `offset`, without the quotes around it.
    pub(crate) fn part(&self, text: impl Into<String>, offset: usize) -> Self {
        let text = text.into();
        let offset = self.within(&text, offset);
        let first = self.place_of(offset);
        let mut rows = vec![Row { offset: 0, line: first.line, column: first.column }];
        let end = offset + text.len();
        let within = self.rows.iter().filter(|it| it.offset > offset && it.offset < end);
        rows.extend(within.map(|it| Row { offset: it.offset - offset, ..*it }));
        Self { text, place: first, rows: rows.into() }
    }

    /// The same value with another text in its place: its lines no longer fit.
    pub(crate) fn with_text(&self, text: String) -> Self {
        if text == self.text { self.clone() } else { Self::at(text, self.place.clone()) }
    }

    /// Where the text of a word of it begins: after the quote that it may stand in.
    pub(crate) fn within(&self, text: &str, offset: usize) -> usize {
        let quoted = self.text.get(offset..).is_some_and(|it| it.starts_with(['"', '\'']))
            && !text.starts_with(['"', '\'']);
        offset + usize::from(quoted)
    }

    /// Where the character at `offset` stands in the file.
    pub(crate) fn place_of(&self, offset: usize) -> Place {
        let at = self.rows.partition_point(|it| it.offset <= offset).saturating_sub(1);
        let Some(row) = self.rows.get(at) else { return self.place.clone() };
        let before = self.text.get(row.offset..offset).unwrap_or_default();
        let column = before.chars().count();
        let column = row.column.saturating_add(u32::try_from(column).unwrap_or(u32::MAX));
        Place::new(Arc::clone(&self.place.path), row.line, column)
    }

    /// The place of what a document inside of it says stands at `line` and `column`.
    pub(crate) fn place_at(&self, line: u32, column: u32) -> Place {
        let mut start = 0;
        for _ in 1..line {
            let Some(rest) = self.text.get(start..) else { break };
            let Some(end) = memchr::memchr(b'\n', rest.as_bytes()) else { break };
            start += end + 1;
        }
        let row = self.text.get(start..).unwrap_or_default();
        let within = row.chars().take(usize::try_from(column.saturating_sub(1)).unwrap_or(0));
        self.place_of(start + within.map(char::len_utf8).sum::<usize>())
    }
}

/// Follows the lines of the value through those of the file. Whatever joins or folds them, what stands on one line of
/// the file stays together.
fn rows(text: &str, view: &View<'_>, lines: &[&str]) -> Vec<Row> {
    let at = view.node().at;
    let mut rows = vec![Row { offset: 0, line: at.line, column: at.column }];
    let first = usize::try_from(at.line.saturating_sub(1)).unwrap_or(0);
    let mut cursor = 0;
    for (number, line) in (at.line..).zip(lines.iter().skip(first)).take(MOST_LINES) {
        let rest = text.get(cursor..).unwrap_or_default();
        if rest.trim().is_empty() {
            break;
        }
        let skipped =
            if number == at.line { usize::try_from(at.column.saturating_sub(1)).unwrap_or(0) } else { 0 };
        let mut column = 1 + skipped;
        let mut content: &str =
            line.char_indices().nth(skipped).and_then(|(it, _)| line.get(it..)).unwrap_or_default();
        if number == at.line && content.starts_with(['"', '\'']) {
            content = content.get(1..).unwrap_or_default();
            column += 1;
        }
        let trimmed = content.trim();
        if trimmed.is_empty() {
            continue;
        }
        column += content.chars().count() - content.trim_start().chars().count();
        let blank = rest.len() - rest.trim_start().len();
        let row = Row { offset: cursor + blank, line: number, column: u32::try_from(column).unwrap_or(1) };
        let begins = rest.trim_start();
        if begins.starts_with(trimmed) {
            rows.push(row);
            cursor = row.offset + trimmed.len();
        } else {
            // A quote or a comment ends the line, or an escape stands in it: no more can be told apart.
            rows.push(row);
            break;
        }
    }
    if let Some(second) = rows.get(1).copied().filter(|it| it.offset == 0) {
        rows.remove(0);
        debug_assert_eq!(second.offset, 0);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{Syntax, parse};

    fn places(yaml: &str, key: &str, finds: &[&str]) -> Vec<(u32, u32)> {
        let root = parse(yaml, Syntax::Yaml, &mut Vec::new()).expect("YAML");
        let lines: Vec<&str> = yaml.lines().collect();
        let view = View::root("a.yml", &root).get(key).expect("the key");
        let scalar = Scalar::of(&view, &lines).expect("a text");
        let at = |it: &&str| scalar.place_of(scalar.text.find(*it).expect("the part"));
        finds.iter().map(at).map(|it| (it.line, it.column)).collect()
    }

    #[test]
    fn parts_of_a_value_are_found_again_in_the_file() {
        let yaml = "x: 1\na: |\n    one two\n\n      three\nb: >-\n  folded é line\n  goes on\nc: 'say ''it'' now'\nd: plain text # note\ne:\n  - 1\n";
        assert_eq!(places(yaml, "a", &["one", "two", "three"]), [(3, 5), (3, 9), (5, 7)]);
        assert_eq!(places(yaml, "b", &["folded", "line", "goes", "on"]), [(7, 3), (7, 12), (8, 3), (8, 8)]);
        assert_eq!(places(yaml, "c", &["say"]), [(9, 5)]);
        assert_eq!(places(yaml, "d", &["text"]), [(10, 10)]);
    }

    #[test]
    fn a_document_inside_keeps_its_lines() {
        let yaml = "a: |\n    {\n      \"k\": 1\n    }\n";
        let root = parse(yaml, Syntax::Yaml, &mut Vec::new()).expect("YAML");
        let lines: Vec<&str> = yaml.lines().collect();
        let scalar = Scalar::of(&View::root("a.yml", &root).get("a").expect("a"), &lines).expect("a text");
        let place = scalar.place_at(2, 3);
        assert_eq!((place.line, place.column), (3, 7));
    }
}
