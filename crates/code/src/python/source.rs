//! Text made ready for the parser, so that lines and columns stay those of the file.

use std::borrow::Cow;

use ruff_text_size::{TextRange, TextSize};

use crate::ir::At;

/// What is parsed.
#[derive(Debug)]
pub(super) struct Source<'a> {
    /// The text, with `\n` at the end of each line and without a byte order mark.
    pub(super) text: Cow<'a, str>,
    /// The parts that parse each on their own: the cells of a notebook, or the whole. One byte lies between two.
    pub(super) cells: Vec<TextRange>,
    /// Where parts of the text come from, where that is not what they are: in order.
    pub(super) marks: Vec<Mark>,
    /// Whether it is a notebook, whose parts stand alone.
    pub(super) is_notebook: bool,
    /// The first byte that Python takes in no source.
    pub(super) nul: Option<TextSize>,
}

/// From here on, text is what stands at this place of the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub(super) offset: u32,
    pub(super) at: At,
}

impl<'a> Source<'a> {
    pub(super) fn of_text(text: &'a str) -> Self {
        let (text, nul) = normal(text.strip_prefix('\u{feff}').unwrap_or(text));
        let cells = vec![TextRange::up_to(size(text.len()))];
        Self { text, cells, marks: Vec::new(), is_notebook: false, nul }
    }
}

/// Python ends lines alike, whatever they end with in the file, also within texts. Bytes that are no text become
/// spaces, which keeps the columns.
pub(super) fn normal(text: &str) -> (Cow<'_, str>, Option<TextSize>) {
    if memchr::memchr2(b'\r', b'\0', text.as_bytes()).is_none() {
        return (Cow::Borrowed(text), None);
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let nul = text.find('\0').map(size);
    (Cow::Owned(if nul.is_some() { text.replace('\0', " ") } else { text }), nul)
}

/// Sizes that a parser takes; longer text is refused before it is parsed.
pub(super) fn size(length: usize) -> TextSize {
    TextSize::new(u32::try_from(length).unwrap_or(u32::MAX))
}
