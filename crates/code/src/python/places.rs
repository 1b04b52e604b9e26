//! Byte offsets turned into lines and columns.

use std::cell::Cell;

use ruff_text_size::TextSize;

use super::source::{Mark, Source, size};
use crate::ir::At;

/// Bytes between two counts of characters.
const BLOCK: usize = 256;

/// The lines of a text. Nodes come nearly in the order of the text, so the line of the last one is looked at first.
#[derive(Debug)]
pub(super) struct Places<'a> {
    text: &'a [u8],
    marks: &'a [Mark],
    starts: Vec<u32>,
    /// How many characters begin before each block: a file may be one long line. Empty where each byte is one.
    before: Vec<u32>,
    last: Cell<usize>,
}

impl<'a> Places<'a> {
    pub(super) fn new(source: &'a Source<'_>) -> Self {
        let text = source.text.as_bytes();
        let ends = memchr::memchr_iter(b'\n', text).map(|it| size(it + 1).to_u32());
        let mut before = Vec::new();
        if !text.is_ascii() {
            let mut sum = 0;
            before.extend(text.chunks(BLOCK).map(|it| {
                let before = sum;
                sum += characters(it);
                before
            }));
        }
        let starts = std::iter::once(0).chain(ends).collect();
        Self { text, marks: &source.marks, starts, before, last: Cell::new(0) }
    }

    pub(super) fn at(&self, offset: TextSize) -> At {
        let offset = offset.to_u32();
        if !self.marks.is_empty() {
            return self.marked(offset);
        }
        let line = self.line(offset);
        let start = self.starts.get(line).copied().unwrap_or(0);
        At { line: size(line + 1).to_u32(), column: self.between(start, offset) + 1 }
    }

    fn marked(&self, offset: u32) -> At {
        let next = self.marks.partition_point(|it| it.offset <= offset);
        match self.marks.get(next.saturating_sub(1)) {
            Some(mark) => At { column: mark.at.column + self.between(mark.offset, offset), ..mark.at },
            None => At { line: 1, column: 1 },
        }
    }

    /// The line, from 0.
    fn line(&self, offset: u32) -> usize {
        let last = self.last.get();
        let start_of = |line: usize| self.starts.get(line).copied().unwrap_or(u32::MAX);
        let line = if start_of(last) <= offset && offset < start_of(last + 1) {
            last
        } else if start_of(last + 1) <= offset && offset < start_of(last + 2) {
            last + 1
        } else {
            self.starts.partition_point(|it| *it <= offset).saturating_sub(1)
        };
        self.last.set(line);
        line
    }

    /// How many characters begin between the two.
    fn between(&self, from: u32, to: u32) -> u32 {
        if self.before.is_empty() {
            return to.saturating_sub(from);
        }
        self.characters_before(to).saturating_sub(self.characters_before(from))
    }

    fn characters_before(&self, offset: u32) -> u32 {
        let offset = offset as usize;
        let block = (offset / BLOCK).min(self.before.len().saturating_sub(1));
        let rest = self.text.get(block * BLOCK..offset).unwrap_or_default();
        self.before.get(block).copied().unwrap_or(0) + characters(rest)
    }
}

/// How many characters begin in these bytes of UTF-8.
fn characters(bytes: &[u8]) -> u32 {
    const CONTINUES: i8 = -65;
    size(bytes.iter().filter(|it| it.cast_signed() > CONTINUES).count()).to_u32()
}
