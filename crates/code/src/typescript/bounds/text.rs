//! The text by bytes: where blanks, words and lines end.

use super::words;

#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'a> {
    text: &'a str,
    bytes: &'a [u8],
}

/// Blanks and comments between two words or signs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Blank {
    pub(super) end: usize,
    pub(super) has_line_end: bool,
}

impl<'a> Text<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, bytes: text.as_bytes() }
    }

    pub(super) fn len(self) -> usize {
        self.bytes.len()
    }

    /// The byte at an offset; zero after the end.
    pub(super) fn byte(self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    pub(super) fn rest(self, at: usize) -> &'a [u8] {
        self.bytes.get(at..).unwrap_or_default()
    }

    pub(super) fn part(self, from: usize, to: usize) -> &'a [u8] {
        self.bytes.get(from..to).unwrap_or_default()
    }

    fn char(self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }

    /// Whether a line ends here: the parser knows four ends.
    pub(super) fn is_line_end(self, at: usize) -> bool {
        matches!(self.rest(at), [b'\n' | b'\r', ..] | [0xe2, 0x80, 0xa8 | 0xa9, ..])
    }

    /// The end of the line, or of the text.
    pub(super) fn end_of_line(self, from: usize) -> usize {
        let mut at = from;
        while let Some(found) = memchr::memchr3(b'\n', b'\r', 0xe2, self.rest(at)) {
            at += found;
            if self.is_line_end(at) {
                return at;
            }
            at += 1;
        }
        self.len()
    }

    /// Skips blanks and comments; where a comment has no end, the error is its start.
    pub(super) fn blank(self, from: usize) -> Result<Blank, usize> {
        let mut at = from;
        let mut has_line_end = false;
        loop {
            match self.byte(at) {
                b' ' | b'\t' | 0x0b | 0x0c => at += 1,
                b'\n' | b'\r' => {
                    has_line_end = true;
                    at += 1;
                }
                b'/' if self.byte(at + 1) == b'/' => at = self.end_of_line(at),
                b'/' if self.byte(at + 1) == b'*' => {
                    let length = memchr::memmem::find(self.rest(at + 2), b"*/").ok_or(at)?;
                    let end = at + 4 + length;
                    let comment = self.part(at, end);
                    has_line_end |=
                        memchr::memchr3_iter(b'\n', b'\r', 0xe2, comment).any(|it| self.is_line_end(at + it));
                    at = end;
                }
                byte if byte >= 0x80 => match self.char(at) {
                    Some(char) if is_blank(char) => {
                        has_line_end |= self.is_line_end(at);
                        at += char.len_utf8();
                    }
                    _ => return Ok(Blank { end: at, has_line_end }),
                },
                _ => return Ok(Blank { end: at, has_line_end }),
            }
        }
    }

    pub(super) fn end_of_word(self, start: usize) -> usize {
        let mut at = start + usize::from(self.byte(start) == b'#');
        loop {
            let byte = self.byte(at);
            if words::is_part(byte) {
                at += 1;
            } else if byte == b'\\' {
                let is_long = self.rest(at).starts_with(b"\\u{");
                at += if is_long { memchr::memchr(b'}', self.rest(at)).map_or(1, |it| it + 1) } else { 1 };
            } else if byte >= 0x80 {
                match self.char(at) {
                    Some(char) if !is_blank(char) => at += char.len_utf8(),
                    _ => return at,
                }
            } else {
                return at;
            }
        }
    }

    pub(super) fn end_of_number(self, start: usize) -> usize {
        let is_decimal = !matches!(self.byte(start + 1), b'x' | b'X' | b'o' | b'O' | b'b' | b'B');
        let mut has_point = !is_decimal;
        let mut at = start;
        loop {
            match self.byte(at) {
                b'.' if !has_point => has_point = true,
                b'+' | b'-'
                    if is_decimal && at > start && matches!(self.byte(at.saturating_sub(1)), b'e' | b'E') =>
                {
                    has_point = true;
                }
                byte if words::is_part(byte) => {}
                _ => return at,
            }
            at += 1;
        }
    }

    /// The end of a regular expression, if there is one in the line.
    pub(super) fn end_of_expression(self, start: usize) -> Option<usize> {
        let mut at = start + 1;
        let mut in_class = false;
        loop {
            match self.bytes.get(at)? {
                b'\\' if !self.is_line_end(at + 1) => at += 1,
                b'/' if !in_class => break,
                b'[' => in_class = true,
                b']' => in_class = false,
                _ if self.is_line_end(at) => return None,
                _ => {}
            }
            at += 1;
        }
        at += 1;
        while words::is_part(self.byte(at)) {
            at += 1;
        }
        Some(at)
    }

    /// The end of text in quotes: it ends in its line.
    pub(super) fn end_of_quoted(self, start: usize) -> Option<usize> {
        let quote = self.byte(start);
        let mut at = start + 1;
        loop {
            at += self.rest(at).iter().position(|it| *it == quote || matches!(it, b'\\' | b'\n' | b'\r'))?;
            match self.byte(at) {
                b'\\' => at += if self.rest(at + 1).starts_with(b"\r\n") { 3 } else { 2 },
                byte if byte == quote => return Some(at + 1),
                _ => return None,
            }
        }
    }

    /// Where a character begins after this one.
    pub(super) fn next(self, at: usize) -> usize {
        at + self.char(at).map_or(1, char::len_utf8)
    }
}

fn is_blank(char: char) -> bool {
    char.is_whitespace() || char == '\u{feff}'
}
