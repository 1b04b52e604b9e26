//! Words and signs of code.

use super::reading::{Before, Level, Mode, Open, Reading};
use super::words::{self, Word};
use super::{Beginning, Pass};

/// Signs of operators by what the parser goes down for: one level for each that is stronger than those before.
const RELATION: u16 = 1 << 7;
const SHIFT: u16 = 1 << 8;
const SUM: u16 = 1 << 9;
const PRODUCT: u16 = 1 << 10;
const POWER: u16 = 1 << 11;

impl Pass<'_> {
    /// One word or sign, with what stands before it. Whether the text can be read on like this.
    pub(super) fn code(&mut self, reading: &mut Reading) -> bool {
        let Some(is_new_line) = self.blank(reading) else { return false };
        reading.is_new_line = is_new_line || reading.before == Before::Start;
        let byte = self.byte(reading.offset);
        if reading.offset >= self.bytes.len() {
            return true;
        }
        let is_word = words::is_part(byte) || matches!(byte, b'\\' | b'#') || byte >= 0x80;
        let is_fraction = byte == b'.' && self.byte(reading.offset + 1).is_ascii_digit();
        if is_word || is_fraction {
            return self.word(reading);
        }
        if reading.before == Before::Semicolon {
            reading.here.next_statement(false);
        }
        if byte != b'}' {
            self.begin(reading, if byte == b'@' { b"@" } else { b"" });
        }
        let was_control = std::mem::take(&mut reading.is_control);
        self.sign(reading, byte, was_control)
    }

    /// Skips blanks and comments; whether a line ended, nothing where a comment does not end.
    pub(super) fn blank(&mut self, reading: &mut Reading) -> Option<bool> {
        let mut is_new_line = false;
        loop {
            let at = reading.offset;
            match self.byte(at) {
                b' ' | b'\t' | 0x0b | 0x0c => reading.offset += 1,
                b'\n' | b'\r' => {
                    is_new_line = true;
                    reading.offset += 1;
                }
                b'/' if self.byte(at + 1) == b'/' => reading.offset = self.end_of_line(at),
                b'/' if self.byte(at + 1) == b'*' => {
                    let Some(length) = memchr::memmem::find(self.rest(at + 2), b"*/") else {
                        self.end_in_comment(at);
                        return None;
                    };
                    let end = at + 4 + length;
                    let comment = self.bytes.get(at..end).unwrap_or_default();
                    is_new_line |=
                        memchr::memchr3_iter(b'\n', b'\r', 0xe2, comment).any(|it| self.is_line_end(at + it));
                    reading.offset = end;
                }
                b'<' if self.rest(at).starts_with(b"<!--") => {
                    self.html_comment(reading);
                    break;
                }
                b'-' if is_new_line || reading.before == Before::Start => {
                    if self.rest(at).starts_with(b"-->") {
                        self.html_comment(reading);
                    }
                    break;
                }
                byte if byte >= 0x80 => match self.text.get(at..).and_then(|it| it.chars().next()) {
                    Some(char) if char.is_whitespace() || char == '\u{feff}' => {
                        is_new_line |= self.is_line_end(at);
                        reading.offset += char.len_utf8();
                    }
                    _ => break,
                },
                _ => break,
            }
        }
        Some(is_new_line)
    }

    /// A comment without its end: what follows is no code.
    fn end_in_comment(&mut self, offset: usize) {
        if self.is_alone {
            self.is_over = true;
            self.measure.beginnings.push(Beginning { offset, within: None });
        }
    }

    /// `<!--` and `-->` are comments in some files and operators in others.
    fn html_comment(&mut self, reading: &Reading) {
        if reading.mode == Mode::Code {
            self.others.push(Reading { offset: self.end_of_line(reading.offset), ..*reading });
        }
    }

    fn word(&mut self, reading: &mut Reading) -> bool {
        let start = reading.offset;
        let first = self.byte(start);
        if first.is_ascii_digit() || first == b'.' {
            self.begin(reading, b"");
            self.end_statement(reading, b"");
            reading.offset = self.end_of_number(start);
            reading.before = Before::Operand;
            reading.is_control = false;
            return true;
        }
        reading.offset = self.end_of_word(start);
        if reading.offset == start {
            return false;
        }
        let word = self.bytes.get(start..reading.offset).unwrap_or_default();
        let was_for = std::mem::take(&mut reading.is_control);
        if reading.before == Before::Dot || first == b'#' {
            reading.before = Before::Name;
            return true;
        }
        let class = words::class(word);
        let after_name = reading.before == Before::Name && !reading.is_new_line;
        if after_name && class == Word::Plain && !(self.is_alone && self.others.is_empty()) {
            return false;
        }
        let before = reading.before;
        self.end_statement(reading, word);
        self.begin(&Reading { offset: start, before, ..*reading }, word);
        reading.may_be_label = before.may_begin() || reading.is_new_line && before.is_operand();
        reading.here.expressions += words::depth(word);
        reading.here.statements += words::statement_depth(word);
        match word {
            b"namespace" | b"module" => reading.here.is_namespace = true,
            b"infer" => reading.here.infers += u32::from(self.syntax.has_types),
            b"in" | b"instanceof" | b"as" | b"satisfies" => reading.here.operators |= RELATION,
            _ => {}
        }
        reading.is_control = class == Word::Control || was_for && word == b"await";
        reading.before = match class {
            Word::Plain => Before::Name,
            Word::Control | Word::Leading if matches!(word, b"else" | b"do") => Before::Else,
            Word::Control | Word::Leading => Before::Leading,
            Word::Either => Before::Either,
        };
        true
    }

    /// Ends the statement before a word that can only begin another one.
    fn end_statement(&self, reading: &mut Reading, word: &[u8]) {
        let goes_on = matches!(word, b"else" | b"while");
        let ends = match reading.before {
            Before::Semicolon => true,
            Before::Brace => goes_on || !words::continues(word),
            Before::Angle | Before::Either | Before::Update => {
                reading.is_new_line && words::only_begins(word)
            }
            before => reading.is_new_line && before.is_operand() && (goes_on || !words::continues(word)),
        };
        if ends {
            reading.here.next_statement(goes_on);
        }
    }

    /// Notes where a statement begins.
    fn begin(&mut self, reading: &Reading, word: &[u8]) {
        let Reading { offset, before, .. } = *reading;
        let is_first = reading.top == 0
            && !words::continues(word)
            && match before {
                Before::Start | Before::Semicolon => true,
                Before::Brace => reading.is_new_line || !word.is_empty(),
                before => reading.is_new_line && before.is_operand() && !word.is_empty(),
            };
        let is_set_out = (offset == 0 || matches!(self.byte(offset - 1), b'\n' | b'\r'))
            && (word == b"@" || words::begins(word));
        let is_new = self.measure.beginnings.last().is_none_or(|it| it.offset < offset);
        if is_new && (is_first || is_set_out) {
            let within = (reading.top != 0).then_some(reading.around.outermost);
            self.measure.beginnings.push(Beginning { offset, within });
        }
    }

    fn end_of_word(&self, start: usize) -> usize {
        let mut at = start + usize::from(self.byte(start) == b'#');
        loop {
            let byte = self.byte(at);
            if words::is_part(byte) {
                at += 1;
            } else if byte == b'\\' {
                let is_long = self.rest(at).starts_with(b"\\u{");
                let end =
                    if is_long { memchr::memchr(b'}', self.rest(at)).map_or(1, |it| it + 1) } else { 1 };
                at += end;
            } else if byte >= 0x80 {
                match self.text.get(at..).and_then(|it| it.chars().next()) {
                    Some(char) if !char.is_whitespace() && char != '\u{feff}' => at += char.len_utf8(),
                    _ => return at,
                }
            } else {
                return at;
            }
        }
    }

    fn end_of_number(&self, start: usize) -> usize {
        let is_decimal = !matches!(self.byte(start + 1), b'x' | b'X' | b'o' | b'O' | b'b' | b'B');
        let mut has_point = !is_decimal;
        let mut at = start;
        loop {
            match self.byte(at) {
                b'.' if !has_point => has_point = true,
                b'+' | b'-'
                    if is_decimal && matches!(self.byte(at.saturating_sub(1)), b'e' | b'E') && at > start =>
                {
                    has_point = true;
                }
                byte if words::is_part(byte) => {}
                _ => return at,
            }
            at += 1;
        }
    }

    fn sign(&mut self, reading: &mut Reading, byte: u8, was_control: bool) -> bool {
        match byte {
            b'(' | b'[' | b'{' => self.open_bracket(reading, byte, was_control),
            b')' => self.close(reading, &[Open::Parenthesis, Open::Condition]),
            b']' => self.close(reading, &[Open::Bracket]),
            b'}' => self.close(reading, &[Open::Brace, Open::Template, Open::Attribute, Open::Child]),
            b'"' | b'\'' => self.quoted(reading, byte),
            b'`' => {
                reading.offset += 1;
                self.template(reading)
            }
            b'/' => self.slash(reading),
            b'<' => self.less(reading),
            b'>' => self.greater(reading),
            b',' => {
                reading.here.next_item();
                self.after(reading, 1, Before::Inner)
            }
            b';' => self.after(reading, 1, Before::Semicolon),
            b':' => {
                let is_label = reading.before == Before::Name && reading.may_be_label;
                reading.here.statements += u32::from(is_label);
                self.after(reading, 1, if is_label { Before::Label } else { Before::Inner })
            }
            b'@' | b'~' => {
                reading.here.expressions += 1;
                self.after(reading, 1, Before::Leading)
            }
            b'.' | b'?' | b'=' | b'!' => self.mark(reading, byte),
            b'+' | b'-' | b'*' | b'%' | b'&' | b'|' | b'^' => self.operator(reading, byte),
            _ => false,
        }
    }

    pub(super) fn after(&self, reading: &mut Reading, length: usize, before: Before) -> bool {
        reading.offset += length;
        reading.before = before;
        reading.offset <= self.bytes.len()
    }

    fn open_bracket(&mut self, reading: &mut Reading, byte: u8, was_control: bool) -> bool {
        let before = reading.before;
        let may_be_pattern = match reading.here.level {
            Level::Parenthesis => matches!(before, Before::OpenParenthesis | Before::Either),
            Level::Pattern => before == Before::Inner,
            Level::Plain => false,
        };
        let open = match byte {
            b'(' if was_control => Open::Condition,
            b'(' => Open::Parenthesis,
            b'[' => Open::Bracket,
            _ => Open::Brace,
        };
        if byte == b'(' && before == Before::Question {
            reading.here.questions += 1;
        }
        self.push(reading, open);
        reading.here.level = match byte {
            b'(' => Level::Parenthesis,
            _ if may_be_pattern => Level::Pattern,
            _ => Level::Plain,
        };
        self.after(
            reading,
            1,
            match byte {
                b'(' => Before::OpenParenthesis,
                b'[' => Before::Inner,
                _ => Before::OpenBrace,
            },
        )
    }

    fn close(&mut self, reading: &mut Reading, fitting: &[Open]) -> bool {
        let Some(open) = self.open(reading).filter(|it| fitting.contains(it)) else { return false };
        self.pop(reading);
        reading.offset += 1;
        reading.before = match open {
            Open::Parenthesis => Before::Parenthesis,
            Open::Condition => Before::Condition,
            Open::Brace => Before::Brace,
            _ => Before::Operand,
        };
        match open {
            Open::Template => self.template(reading),
            Open::Attribute => self.to(reading, Mode::Tag, Before::TagPart),
            Open::Child => self.to(reading, Mode::Children, Before::Operand),
            _ => true,
        }
    }

    /// Text in quotes: it ends in its line.
    fn quoted(&mut self, reading: &mut Reading, quote: u8) -> bool {
        let mut at = reading.offset + 1;
        loop {
            let rest = self.rest(at);
            let Some(found) = rest.iter().position(|it| *it == quote || matches!(it, b'\\' | b'\n' | b'\r'))
            else {
                return false;
            };
            at += found;
            match self.byte(at) {
                b'\\' => at += if self.rest(at + 1).starts_with(b"\r\n") { 3 } else { 2 },
                byte if byte == quote => break,
                _ => return false,
            }
        }
        reading.offset = at + 1;
        reading.before = Before::Operand;
        true
    }

    /// The text of a template, to its end or to a value that is put into it.
    fn template(&mut self, reading: &mut Reading) -> bool {
        let mut at = reading.offset;
        loop {
            let Some(found) = memchr::memchr3(b'`', b'\\', b'$', self.rest(at)) else { return false };
            at += found;
            match (self.byte(at), self.byte(at + 1)) {
                (b'`', _) => break,
                (b'$', b'{') => {
                    reading.offset = at;
                    self.push(reading, Open::Template);
                    return self.after(reading, 2, Before::Leading);
                }
                (b'\\', _) => at += 2,
                _ => at += 1,
            }
        }
        reading.here.spine += 1;
        reading.offset = at + 1;
        reading.before = Before::Operand;
        true
    }

    /// `/`: an operator, or the start of a regular expression.
    fn slash(&mut self, reading: &mut Reading) -> bool {
        let before = reading.before;
        let may_divide = before.may_be_operand();
        let may_match = !before.is_operand() || reading.is_new_line;
        let end = if may_match { self.end_of_expression(reading.offset) } else { None };
        let Some(end) = end else {
            return may_divide && self.binary(reading, 1, PRODUCT);
        };
        let matches = Reading { offset: end, before: Before::Operand, ..*reading };
        if may_divide {
            self.others.push(matches);
            return self.binary(reading, 1, PRODUCT);
        }
        *reading = matches;
        true
    }

    /// The end of a regular expression, if there is one in the line.
    fn end_of_expression(&self, start: usize) -> Option<usize> {
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

    /// An operator between two operands that no type has.
    fn binary(&self, reading: &mut Reading, length: usize, level: u16) -> bool {
        reading.here.no_types();
        reading.here.operators |= level;
        reading.here.spine += 1;
        self.after(reading, length, Before::Leading)
    }

    /// `.`, `?`, `=`, `!` and what begins with them.
    fn mark(&mut self, reading: &mut Reading, byte: u8) -> bool {
        let at = reading.offset;
        let (second, third) = (self.byte(at + 1), self.byte(at + 2));
        match (byte, second) {
            (b'.', b'.') => self.after(reading, 1 + 1 + usize::from(third == b'.'), Before::Leading),
            (b'.', _) => {
                reading.here.spine += 1;
                reading.here.expressions += u32::from(reading.here.is_namespace);
                self.after(reading, 1, Before::Dot)
            }
            (b'?', b'.') if !third.is_ascii_digit() => self.after(reading, 2, Before::Dot),
            (b'?', b'?') => self.binary(reading, 2, 1 << 1),
            (b'?', _) => {
                reading.here.expressions += 1;
                self.after(reading, 1, Before::Question)
            }
            (b'=', b'>') => {
                reading.here.expressions += 3;
                self.after(reading, 2, Before::Leading)
            }
            (b'=' | b'!', b'=') => self.binary(reading, 2 + usize::from(third == b'='), 1 << 6),
            (b'=', _) => {
                reading.here.expressions += 1;
                reading.here.assigns = true;
                self.after(reading, 1, Before::Leading)
            }
            // After an operand it says that the operand is something.
            _ if reading.before.is_operand() && !reading.is_new_line => {
                self.after(reading, 1, Before::Operand)
            }
            _ => {
                reading.here.expressions += 1;
                let before = if reading.before.may_be_operand() { Before::Update } else { Before::Leading };
                self.after(reading, 1, before)
            }
        }
    }

    /// `+`, `-`, `*`, `%`, `&`, `|`, `^`, doubled or not.
    fn operator(&mut self, reading: &mut Reading, byte: u8) -> bool {
        let is_double = self.byte(reading.offset + 1) == byte;
        match (byte, is_double) {
            (b'+' | b'-', true) => {
                reading.here.expressions += 1;
                self.after(reading, 2, Before::Update)
            }
            (b'+' | b'-', false) => {
                reading.here.expressions += u32::from(!reading.before.is_operand());
                if reading.before.may_be_operand() {
                    return self.binary(reading, 1, SUM);
                }
                self.after(reading, 1, Before::Leading)
            }
            (b'*', true) => {
                reading.here.expressions += 3;
                self.binary(reading, 2, POWER)
            }
            (b'*' | b'%', _) => self.binary(reading, 1, PRODUCT),
            (b'&', true) => self.binary(reading, 2, 1 << 2),
            (b'|', true) => self.binary(reading, 2, 1),
            (b'^', _) => self.binary(reading, 1, 1 << 4),
            // Types are put together with these too.
            _ => {
                reading.here.operators |= if byte == b'|' { 1 << 3 } else { 1 << 5 };
                reading.here.spine += 1;
                self.after(reading, 1, Before::Leading)
            }
        }
    }

    /// `<`: an operator, the start of types, or that of an element.
    fn less(&mut self, reading: &mut Reading) -> bool {
        let second = self.byte(reading.offset + 1);
        if second == b'=' {
            return self.binary(reading, 2, RELATION);
        }
        let is_between = reading.before.is_operand() && !reading.is_new_line;
        let may_open =
            self.syntax.has_elements && !is_between && second != b'<' && self.may_open(reading.offset + 1);
        if may_open {
            let mut element = *reading;
            self.push(&mut element, Open::Tag);
            element.offset += 1;
            self.to(&mut element, Mode::Tag, Before::TagStart);
            if !self.syntax.has_types && !reading.before.may_be_operand() {
                *reading = element;
                return true;
            }
            self.others.push(element);
        }
        let length = if second == b'<' { 2 } else { 1 };
        reading.here.operators |= if length == 2 { SHIFT } else { RELATION };
        reading.here.spine += 1;
        if self.syntax.has_types {
            reading.here.held += reading.here.expressions;
            // Before an operand: what an operand is taken for, one in the other.
            reading.here.expressions = u32::from(!is_between);
            reading.here.angles += if length == 2 { 2 } else { 1 };
        }
        self.after(reading, length, Before::Leading)
    }

    /// Whether a tag may begin after `<` here.
    fn may_open(&self, at: usize) -> bool {
        let rest = self.rest(at).trim_ascii_start();
        match rest.first() {
            Some(b'>' | b'/' | b'\\') => true,
            Some(byte) => *byte >= 0x80 || words::is_part(*byte) && !byte.is_ascii_digit(),
            None => false,
        }
    }

    fn greater(&mut self, reading: &mut Reading) -> bool {
        if reading.here.angles == 0 && self.open(reading) == Some(Open::Types) {
            self.pop(reading);
            reading.offset += 1;
            return self.to(reading, Mode::Tag, Before::TagPart);
        }
        if reading.here.angles > 0 {
            reading.here.angles -= 1;
            if reading.here.angles == 0 {
                reading.here.expressions += std::mem::take(&mut reading.here.held);
            }
        } else {
            reading.here.operators |= RELATION;
            reading.here.spine += 1;
        }
        self.after(reading, 1, Before::Angle)
    }

    /// Goes on as another kind of text.
    pub(super) fn to(&self, reading: &mut Reading, mode: Mode, before: Before) -> bool {
        reading.mode = mode;
        reading.before = before;
        reading.offset <= self.bytes.len()
    }
}
