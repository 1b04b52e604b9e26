//! The two little languages in which texts say what is put into them.

use crate::ir::Expr;

/// A part of a format.
#[derive(Debug)]
pub(super) enum Piece {
    Text(String),
    Value(Reference),
    /// A value that was in the text already.
    Other(Expr),
}

/// Which value is meant.
#[derive(Debug)]
pub(super) struct Reference {
    pub(super) by: By,
    pub(super) path: Vec<Step>,
}

/// By what a value is found.
#[derive(Debug)]
pub(super) enum By {
    Number(usize),
    Key(String),
}

/// A step from a value to what is in it.
#[derive(Debug)]
pub(super) enum Step {
    Member(String),
    Index(String),
}

/// Takes a format apart; the number is that of the next value without one. Nothing if it is no format.
pub(super) type Scan = fn(&str, &mut usize) -> Option<Vec<Piece>>;

/// How deep a format may stand in a format: Python allows two.
const DEEPEST: usize = 2;
/// How many steps may lead to a value.
const MOST_STEPS: usize = 8;

/// The format of `str.format`.
pub(super) fn braces(text: &str, next: &mut usize) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    into_braces(text, next, &mut pieces, 0)?;
    Some(pieces)
}

fn into_braces(text: &str, next: &mut usize, pieces: &mut Vec<Piece>, depth: usize) -> Option<()> {
    if depth > DEEPEST {
        return None;
    }
    let mut rest = text;
    let mut literal = String::new();
    while let Some((before, after)) = split_at_any(rest, &['{', '}']) {
        literal.push_str(before);
        let mut chars = after.chars();
        let brace = chars.next()?;
        rest = chars.as_str();
        if rest.starts_with(brace) {
            literal.push(brace);
            rest = rest.strip_prefix(brace)?;
        } else if brace == '}' {
            return None;
        } else {
            let (field, after) = field(rest)?;
            rest = after;
            let (name, spec) = split_at_any(field, &['!', ':']).unwrap_or((field, ""));
            if depth == 0 {
                pieces.push(Piece::Text(std::mem::take(&mut literal)));
            }
            pieces.push(Piece::Value(reference(name, next)?));
            into_braces(spec, next, pieces, depth + 1)?;
        }
    }
    // The text of a format within a format says how, not what.
    if depth == 0 {
        literal.push_str(rest);
        pieces.push(Piece::Text(literal));
    }
    Some(())
}

/// The text to the brace that closes it, and what follows.
fn field(text: &str) -> Option<(&str, &str)> {
    let mut open = 0_usize;
    for (at, char) in text.char_indices() {
        match char {
            '{' => open += 1,
            '}' if open == 0 => return Some((text.get(..at)?, text.get(at + 1..)?)),
            '}' => open -= 1,
            _ => {}
        }
    }
    None
}

fn reference(name: &str, next: &mut usize) -> Option<Reference> {
    let (first, mut rest) = split_at_any(name, &['.', '[']).unwrap_or((name, ""));
    let by = if first.is_empty() {
        *next += 1;
        By::Number(*next - 1)
    } else if first.bytes().all(|it| it.is_ascii_digit()) {
        By::Number(first.parse().ok()?)
    } else {
        By::Key(first.to_owned())
    };
    let mut path = Vec::new();
    while !rest.is_empty() {
        if path.len() == MOST_STEPS {
            return None;
        }
        if let Some(after) = rest.strip_prefix('[') {
            let (key, after) = after.split_once(']')?;
            path.push(Step::Index(key.to_owned()));
            rest = after;
        } else {
            let after = rest.strip_prefix('.')?;
            let (name, after) = split_at_any(after, &['.', '[']).unwrap_or((after, ""));
            path.push(Step::Member(name.to_owned()));
            rest = after;
        }
    }
    Some(Reference { by, path })
}

/// The format of `%`.
pub(super) fn percents(text: &str, next: &mut usize) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    let mut number = || {
        *next += 1;
        Piece::Value(Reference { by: By::Number(*next - 1), path: Vec::new() })
    };
    while let Some((before, after)) = rest.split_once('%') {
        literal.push_str(before);
        if let Some(after) = after.strip_prefix('%') {
            literal.push('%');
            rest = after;
            continue;
        }
        pieces.push(Piece::Text(std::mem::take(&mut literal)));
        let (key, after) = match after.strip_prefix('(') {
            Some(after) => after.split_once(')').map(|(key, after)| (Some(key), after))?,
            None => (None, after),
        };
        let format = after.trim_start_matches(|it| "#0- +*.123456789hlL".contains(it));
        // Width and precision may be values too.
        let stars = after.len() - format.len();
        for _ in after.get(..stars)?.matches('*') {
            pieces.push(number());
        }
        let mut chars = format.chars();
        if !chars.next()?.is_ascii_alphabetic() {
            return None;
        }
        rest = chars.as_str();
        pieces.push(match key {
            Some(key) => Piece::Value(Reference { by: By::Key(key.to_owned()), path: Vec::new() }),
            None => number(),
        });
    }
    literal.push_str(rest);
    pieces.push(Piece::Text(literal));
    Some(pieces)
}

/// What is before the first of these, and what begins with it.
fn split_at_any<'a>(text: &'a str, chars: &[char]) -> Option<(&'a str, &'a str)> {
    text.split_at_checked(text.find(chars)?)
}
