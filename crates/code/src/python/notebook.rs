//! The code of notebooks: their cells as one text, of which each part knows where in the JSON it stands.

use std::path::Path;

use ambit_tree::{Kind, Node, Position, Syntax, parse};
use ruff_text_size::TextRange;

use super::commands;
use super::source::{Mark, Source, size};
use crate::ir::{At, Fault};

/// How many cells are read.
const MOST_CELLS: usize = 10_000;

/// The code cells in order. Nothing of a notebook in another language.
pub(super) fn source(json: &str) -> Result<Source<'static>, Fault> {
    let json = json.strip_prefix('\u{feff}').unwrap_or(json);
    let root = parse(json, Syntax::Json, &mut Vec::new())
        .map_err(|it| Fault { at: at(it.at), message: it.message })?;
    let mut text = String::new();
    let mut cells = Vec::new();
    let mut marks = Vec::new();
    if language(&root)
        .is_none_or(|it| it.eq_ignore_ascii_case("python") || it.eq_ignore_ascii_case("ipython"))
    {
        let mut cursor = Cursor::new(json);
        for cell in code(&root).take(MOST_CELLS) {
            if !cells.is_empty() {
                text.push('\n');
            }
            let start = text.len();
            write(cell, &mut cursor, &mut text, &mut marks);
            silence(&mut text, start);
            blank(&mut text, start);
            commands::silence(&mut text, start);
            cells.push(TextRange::new(size(start), size(text.len())));
        }
    }
    let nul = text.find('\0').map(size);
    if nul.is_some() {
        text = text.replace('\0', " ");
    }
    Ok(Source { text: text.into(), cells, marks, is_notebook: true, nul })
}

fn at(position: Position) -> At {
    At { line: position.line, column: position.column }
}

fn get<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    match &node.kind {
        Kind::Map(pairs) => pairs.iter().find(|it| it.key == key).map(|it| &it.value),
        _ => None,
    }
}

fn list(node: Option<&Node>) -> &[Node] {
    match node.map(|it| &it.kind) {
        Some(Kind::List(items)) => items,
        _ => &[],
    }
}

fn text(node: &Node) -> Option<&str> {
    match &node.kind {
        Kind::Text(text) => Some(text),
        _ => None,
    }
}

/// What the notebook says that it is written in.
fn language(root: &Node) -> Option<&str> {
    let metadata = get(root, "metadata")?;
    let of_kernel = get(metadata, "kernelspec").and_then(|it| get(it, "language")).and_then(text);
    of_kernel.or_else(|| get(metadata, "language_info").and_then(|it| get(it, "name")).and_then(text))
}

/// The sources of the code cells; in the third version of the format these lie in worksheets.
fn code(root: &Node) -> impl Iterator<Item = &Node> {
    let sheets = list(get(root, "worksheets")).iter().flat_map(|it| list(get(it, "cells")));
    let cells = list(get(root, "cells")).iter().chain(sheets);
    let code = cells.filter(|it| get(it, "cell_type").and_then(text) == Some("code"));
    code.filter_map(|it| get(it, "source").or_else(|| get(it, "input")))
}

/// A source is a text, or a list of its lines.
fn write(cell: &Node, cursor: &mut Cursor<'_>, out: &mut String, marks: &mut Vec<Mark>) {
    let lines = match &cell.kind {
        Kind::List(lines) => lines,
        _ => std::slice::from_ref(cell),
    };
    for line in lines {
        let Some(text) = text(line) else { continue };
        marks.push(Mark { offset: size(out.len()).to_u32(), at: at(line.at) });
        cursor.decode(line.at, text, out.len(), marks);
        out.push_str(text);
    }
}

/// The JSON, walked once from its beginning to its end.
struct Cursor<'a> {
    rest: &'a str,
    at: Position,
}

impl<'a> Cursor<'a> {
    fn new(json: &'a str) -> Self {
        Self { rest: json, at: Position { line: 1, column: 1 } }
    }

    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let char = chars.next()?;
        self.rest = chars.as_str();
        if char == '\n' {
            self.at = Position { line: self.at.line + 1, column: 1 };
        } else {
            self.at.column += 1;
        }
        Some(char)
    }

    /// Marks where in the JSON the parts of a text stand: its beginning, and what follows each escape. A text that is
    /// not found where it should be keeps its one mark.
    fn decode(&mut self, start: Position, text: &str, offset: usize, marks: &mut Vec<Mark>) {
        let known = marks.len();
        while self.at < start {
            if self.next().is_none() {
                return;
            }
        }
        let quote = self.next();
        if self.at.line != start.line || self.at.column != start.column + 1 {
            return;
        }
        let mut mark = |at: Position, rest: &str| {
            let offset = size(offset + text.len() - rest.len()).to_u32();
            marks.push(Mark { offset, at: At { line: at.line, column: at.column } });
        };
        let mut rest = text.chars();
        mark(self.at, rest.as_str());
        loop {
            let found = self.next();
            if found == quote && rest.as_str().is_empty() {
                return;
            }
            let is_fine = match found {
                Some('\\') => {
                    let escaped = self.escaped();
                    let is_fine = escaped == rest.next();
                    mark(self.at, rest.as_str());
                    is_fine
                }
                Some(char) => rest.next() == Some(char),
                None => false,
            };
            if !is_fine {
                marks.truncate(known);
                return;
            }
        }
    }

    fn escaped(&mut self) -> Option<char> {
        match self.next()? {
            'n' => Some('\n'),
            't' => Some('\t'),
            'r' => Some('\r'),
            'b' => Some('\u{8}'),
            'f' => Some('\u{c}'),
            'u' => {
                let high = self.four()?;
                if !(0xd800..0xdc00).contains(&high) {
                    return char::from_u32(high);
                }
                if self.next()? != '\\' || self.next()? != 'u' {
                    return None;
                }
                let low = self.four()?.checked_sub(0xdc00)?;
                char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + low)
            }
            char => Some(char),
        }
    }

    fn four(&mut self) -> Option<u32> {
        (0..4).try_fold(0, |sum, _| Some(sum * 16 + self.next()?.to_digit(16)?))
    }
}

/// Commands that a notebook takes without any sign before them are no Python either.
fn silence(text: &mut String, start: usize) {
    const COMMANDS: [&str; 3] = ["pip ", "conda ", "mamba "];
    let cell = text.get(start..).unwrap_or_default();
    let is_command = |line: &&str| {
        let rest = COMMANDS.iter().find_map(|it| line.strip_prefix(it));
        rest.is_some_and(|it| it.trim_start().starts_with(|it: char| it.is_ascii_lowercase()))
    };
    let places: Vec<usize> = cell
        .split_inclusive('\n')
        .scan(start, |at, line| {
            let own = *at;
            *at += line.len();
            Some((own, line))
        })
        .filter(|(_, line)| is_command(line))
        .map(|(at, _)| at)
        .collect();
    for at in places {
        text.replace_range(at..=at, "#");
    }
}

/// A cell whose first line says that it is something else is no Python, unless that line only measures it or writes it
/// into a module.
fn blank(text: &mut String, start: usize) {
    let cell = text.get(start..).unwrap_or_default();
    let Some(magic) = cell.trim_start().strip_prefix("%%") else { return };
    let line = magic.lines().next().unwrap_or_default();
    let mut words = line.split_whitespace();
    let is_python = match words.next() {
        Some("time" | "timeit" | "capture" | "prun" | "python" | "python3" | "debug" | "snippet") => true,
        Some("writefile" | "file") => words.any(|it| Path::new(it).extension().is_some_and(|it| it == "py")),
        _ => false,
    };
    let skipped = cell.len() - magic.len() - 2;
    let blanked = if is_python { skipped + 2 + line.len() } else { cell.len() };
    let rest = cell.get(blanked..).unwrap_or_default().to_owned();
    let spaces =
        cell.get(..blanked).unwrap_or_default().bytes().map(|it| if it == b'\n' { '\n' } else { ' ' });
    let spaces: String = spaces.collect();
    text.truncate(start);
    text.push_str(&spaces);
    text.push_str(&rest);
}
