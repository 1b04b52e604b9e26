//! Lines for a terminal: wrapped by displayed width, coloured by label.

use std::io::Write;

use unicode_width::UnicodeWidthChar;

use crate::words::Label;
use crate::{Error, Options};

/// How a piece of text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// As the rest.
    Plain,
    /// Bold.
    Strong,
    /// Stepping back.
    Faint,
    /// In the colour of a label.
    Label(Label),
}

impl Tone {
    fn code(self) -> Option<&'static str> {
        match self {
            Self::Plain | Self::Label(Label::Plain) => None,
            Self::Strong => Some("\u{1b}[1m"),
            Self::Faint => Some("\u{1b}[2m"),
            Self::Label(Label::Untrusted) => Some("\u{1b}[38;5;208m"),
            Self::Label(Label::Private) => Some("\u{1b}[34m"),
            Self::Label(Label::WayOut) => Some("\u{1b}[31m"),
            Self::Label(Label::Memory) => Some("\u{1b}[35m"),
            Self::Label(Label::Unknown) => Some("\u{1b}[90m"),
        }
    }
}

/// A piece of text with one tone. Its text has passed `visible` already.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    tone: Tone,
    text: String,
}

/// Text as the rest.
pub(crate) fn plain(text: impl Into<String>) -> Piece {
    toned(Tone::Plain, text)
}

/// Bold text.
pub(crate) fn strong(text: impl Into<String>) -> Piece {
    toned(Tone::Strong, text)
}

/// Text that steps back.
pub(crate) fn faint(text: impl Into<String>) -> Piece {
    toned(Tone::Faint, text)
}

/// Text of `tone`.
pub(crate) fn toned(tone: Tone, text: impl Into<String>) -> Piece {
    Piece { tone, text: text.into() }
}

/// Columns that `text` takes on a terminal.
pub(crate) fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

fn columns_of(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// A word: pieces that must not be torn apart at a space.
#[derive(Default)]
struct Word {
    parts: Vec<(Tone, String)>,
    columns: usize,
}

impl Word {
    fn push(&mut self, tone: Tone, c: char) {
        match self.parts.last_mut() {
            Some((last, text)) if *last == tone => text.push(c),
            _ => self.parts.push((tone, c.to_string())),
        }
        self.columns += columns_of(c);
    }
}

/// Where lines go.
pub(crate) struct Page<'a> {
    out: &'a mut dyn Write,
    width: usize,
    color: bool,
}

impl<'a> Page<'a> {
    /// A page on `out`.
    pub(crate) fn new(options: &Options<'_>, out: &'a mut dyn Write) -> Self {
        Self { out, width: options.columns(), color: options.color }
    }

    /// An empty line.
    pub(crate) fn blank(&mut self) -> Result<(), Error> {
        Ok(writeln!(self.out)?)
    }

    /// A bold line.
    pub(crate) fn heading(&mut self, text: &str) -> Result<(), Error> {
        self.flow(0, 0, &[strong(text)])
    }

    /// Text that is never wrapped, because it is there to be copied.
    pub(crate) fn verbatim(&mut self, indent: usize, text: &str) -> Result<(), Error> {
        Ok(writeln!(self.out, "{:indent$}{text}", "")?)
    }

    /// A paragraph: its first line indented by `first`, the others by `rest`.
    pub(crate) fn flow(&mut self, first: usize, rest: usize, pieces: &[Piece]) -> Result<(), Error> {
        self.hang(&" ".repeat(first), rest, pieces)
    }

    /// A paragraph whose first line begins with `lead`, spaces and all; the others are indented by `rest`.
    pub(crate) fn hang(&mut self, lead: &str, rest: usize, pieces: &[Piece]) -> Result<(), Error> {
        let mut start = lead.to_owned();
        let mut line = Word::default();
        for word in self.words(pieces, columns(lead).max(rest)) {
            let room = self.width.saturating_sub(columns(&start));
            if line.columns > 0 && line.columns + 1 + word.columns > room {
                self.line(&start, &line)?;
                line = Word::default();
                start = " ".repeat(rest);
            }
            if line.columns > 0 {
                // A space between two words of one tone has that tone, so that a run is coloured once.
                let both = line.parts.last().zip(word.parts.first());
                let tone = both.filter(|(a, b)| a.0 == b.0).map_or(Tone::Plain, |(a, _)| a.0);
                line.push(tone, ' ');
            }
            for (tone, text) in &word.parts {
                text.chars().for_each(|c| line.push(*tone, c));
            }
        }
        if line.columns > 0 { self.line(&start, &line) } else { Ok(()) }
    }

    /// The words of `pieces`; what is longer than a line is cut into lengths that fit.
    fn words(&self, pieces: &[Piece], indent: usize) -> Vec<Word> {
        let room = self.width.saturating_sub(indent).max(1);
        let mut words = Vec::new();
        let mut word = Word::default();
        for piece in pieces {
            for c in piece.text.chars() {
                if c == ' ' || word.columns + columns_of(c) > room {
                    words.push(std::mem::take(&mut word));
                }
                if c != ' ' {
                    word.push(piece.tone, c);
                }
            }
        }
        words.push(word);
        words.retain(|it| !it.parts.is_empty());
        words
    }

    fn line(&mut self, start: &str, line: &Word) -> Result<(), Error> {
        self.out.write_all(start.as_bytes())?;
        for (tone, text) in &line.parts {
            match tone.code().filter(|_| self.color) {
                Some(code) => write!(self.out, "{code}{text}\u{1b}[0m")?,
                None => self.out.write_all(text.as_bytes())?,
            }
        }
        Ok(writeln!(self.out)?)
    }
}

/// A sentence that names things in backticks: each name in the tone that `tone` gives for it.
pub(crate) fn sentence(text: &str, tone: impl Fn(&str) -> Tone) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (position, part) in text.split('`').enumerate() {
        if position % 2 == 0 {
            pieces.push(plain(part));
        } else {
            pieces.push(toned(tone(part), format!("`{part}`")));
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(width: usize, color: bool, pieces: &[Piece]) -> Vec<String> {
        let mut out = Vec::new();
        let options = Options { color, width, ..Options::default() };
        Page::new(&options, &mut out).flow(0, 2, pieces).expect("a vector takes all");
        String::from_utf8(out).expect("text").lines().map(str::to_owned).collect()
    }

    #[test]
    fn words_wrap_at_the_width_and_long_ones_are_cut() {
        let text = format!("{} {}", "word ".repeat(14).trim_end(), "x".repeat(130));
        let found = lines(60, false, &[plain(text)]);
        assert!(found.iter().all(|it| columns(it) <= 60), "{found:#?}");
        assert_eq!(found.concat().matches('x').count(), 130);
    }

    #[test]
    fn wide_characters_count_twice() {
        let found = lines(60, false, &[plain("名".repeat(70))]);
        assert!(found.iter().all(|it| columns(it) <= 60 && it.matches('名').count() <= 30), "{found:#?}");
    }

    #[test]
    fn pieces_without_a_space_between_stay_together() {
        assert_eq!(lines(60, true, &[strong("a b"), plain(".")]), ["\u{1b}[1ma b\u{1b}[0m."]);
        assert_eq!(lines(60, false, &[strong("a b"), plain(".")]), ["a b."]);
    }
}
