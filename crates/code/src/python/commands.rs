//! Lines of `IPython` in the cells of notebooks: commands (`!ls`, `%cd x`, `files = !ls`, `/f 1`) and questions (`f?`).
//!
//! The parser knows them too, but where it recovers from brackets that do not fit, it meets one as a part of an expression,
//! holds that impossible, and ends the program. So it is not asked to: they are told here, by a walk that needs no more than
//! brackets, texts and comments, and the parser gets Python alone. What is told wrongly is a fault of one line.

use std::ops::Range;

/// Puts `...` in the place of each command from `start` on: it says as little as they do, and is as long.
pub(super) fn silence(text: &mut String, start: usize) {
    let cell = text.get(start..).unwrap_or_default();
    let commands = Walk::of(cell).commands();
    if commands.is_empty() {
        return;
    }
    let mut bytes = cell.as_bytes().to_vec();
    for command in commands {
        let Some(part) = bytes.get_mut(command) else { continue };
        let own = part.iter().position(|it| matches!(it, b'\\' | b'\n' | b'\r')).unwrap_or(part.len());
        for (at, byte) in part.iter_mut().enumerate() {
            *byte = match at {
                0..3 if own >= 3 => b'.',
                // There is no room for more than something that does nothing.
                0 => b'0',
                _ if matches!(byte, b'\n' | b'\r') => continue,
                _ => b' ',
            };
        }
        join_lines(part);
    }
    text.truncate(start);
    text.push_str(&String::from_utf8_lossy(&bytes));
}

/// A command of several lines stays one statement, on as many lines.
fn join_lines(part: &mut [u8]) {
    for at in 1..part.len() {
        if let Some([before, after]) = part.get_mut(at - 1..=at)
            && matches!(after, b'\n' | b'\r')
            && *before == b' '
        {
            *before = b'\\';
        }
    }
}

/// The way through the text of one cell.
struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    /// How many brackets are open.
    depth: usize,
    /// Where the statement began; nothing before its first sign.
    began: Option<usize>,
    /// Whether a line has begun of which nothing was seen.
    is_fresh: bool,
    found: Vec<Range<usize>>,
}

impl<'a> Walk<'a> {
    fn of(cell: &'a str) -> Self {
        Self { bytes: cell.as_bytes(), at: 0, depth: 0, began: None, is_fresh: true, found: Vec::new() }
    }

    fn ahead(&self, by: usize) -> Option<u8> {
        self.bytes.get(self.at + by).copied()
    }

    fn commands(mut self) -> Vec<Range<usize>> {
        while let Some(byte) = self.ahead(0) {
            match byte {
                b' ' | b'\t' | b'\x0c' => self.at += 1,
                b'\n' | b'\r' => self.line(),
                b'#' => self.at = self.end_of_line(self.at),
                _ => self.sign(byte),
            }
        }
        self.found
    }

    fn line(&mut self) {
        self.at += 1;
        if self.depth == 0 {
            (self.is_fresh, self.began) = (true, None);
        }
    }

    fn sign(&mut self, byte: u8) {
        let was_fresh = std::mem::take(&mut self.is_fresh);
        let began = *self.began.get_or_insert(self.at);
        match byte {
            b'%' | b'!' | b'?' | b'/' | b';' | b',' if was_fresh => return self.command(self.at),
            b'%' | b'!' if self.depth == 0 && self.is_given() && self.has_room() => {
                return self.command(self.room());
            }
            b'?' if self.depth == 0 && self.is_question(began) => return self.command(began),
            b'\\' => return self.at = self.after_escaped(self.at),
            b'\'' | b'"' => return self.at = self.end_of_text(byte),
            b'(' | b'[' | b'{' => self.depth += 1,
            b')' | b']' | b'}' => self.depth = self.depth.saturating_sub(1),
            b';' if self.depth == 0 => self.began = None,
            _ => {}
        }
        self.at += 1;
    }

    /// From `from` to the end of the line, and of those that it goes on in, all is a command.
    fn command(&mut self, from: usize) {
        let mut end = self.at;
        while let Some(byte) = self.bytes.get(end) {
            end = match byte {
                b'\n' | b'\r' => break,
                b'\\' if matches!(self.bytes.get(end + 1), Some(b'\n' | b'\r')) => self.after_escaped(end),
                _ => end + 1,
            };
        }
        self.found.push(from..end);
        self.at = end;
    }

    /// Whether the one sign before is that of an assignment.
    fn is_given(&self) -> bool {
        let before = self.bytes.get(..self.at).unwrap_or_default().trim_ascii_end();
        let Some((b'=', before)) = before.split_last() else { return false };
        !before.last().is_some_and(|it| b"=!<>+-*/%@&|^:~".contains(it))
    }

    /// Where the blanks before begin: a short command can have one of them.
    fn room(&self) -> usize {
        let before = self.bytes.get(..self.at).unwrap_or_default();
        before.iter().rposition(|it| !matches!(it, b' ' | b'\t')).map_or(self.at, |it| it + 1)
    }

    /// Whether nothing but a name stands before the sign and nothing but another one behind it.
    fn is_question(&self, began: usize) -> bool {
        let name = self.bytes.get(began..self.at).unwrap_or_default();
        let rest = self.bytes.get(self.at..self.end_of_line(self.at)).unwrap_or_default().trim_ascii_end();
        let is_part = |it: &u8| it.is_ascii_alphanumeric() || !it.is_ascii() || b"_.*[] \t".contains(it);
        matches!(rest, b"?" | b"??") && name.iter().all(is_part)
    }

    /// Whether `...` is no longer than the command: anything shorter would say what it gives back.
    fn has_room(&self) -> bool {
        let line = self.bytes.get(self.room()..self.end_of_line(self.at)).unwrap_or_default();
        line.iter().take_while(|it| **it != b'\\').count() >= 3
    }

    fn end_of_line(&self, from: usize) -> usize {
        let rest = self.bytes.get(from..).unwrap_or_default();
        from + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())
    }

    /// Behind the sign that the backslash at `at` stands before; both bytes of the end of a line are one.
    fn after_escaped(&self, at: usize) -> usize {
        let is_pair = self.bytes.get(at + 1..at + 3) == Some(b"\r\n");
        (at + if is_pair { 3 } else { 2 }).min(self.bytes.len())
    }

    /// Behind the text that begins with this quote here; one in single quotes that does not end, ends with its line.
    fn end_of_text(&self, quote: u8) -> usize {
        let is_long = self.ahead(1) == Some(quote) && self.ahead(2) == Some(quote);
        let mut at = self.at + if is_long { 3 } else { 1 };
        while let Some(byte) = self.bytes.get(at) {
            if *byte == b'\\' {
                at = self.after_escaped(at);
            } else if !is_long && (*byte == quote || matches!(byte, b'\n' | b'\r')) {
                return at + usize::from(*byte == quote);
            } else if is_long && self.bytes.get(at..at + 3) == Some(&[quote; 3]) {
                return at + 3;
            } else {
                at += 1;
            }
        }
        at
    }
}
