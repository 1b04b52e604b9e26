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
        let byte = self.text.byte(reading.offset);
        if reading.offset >= self.text.len() {
            return true;
        }
        let is_word = words::is_part(byte) || matches!(byte, b'\\' | b'#') || byte >= 0x80;
        let is_fraction = byte == b'.' && self.text.byte(reading.offset + 1).is_ascii_digit();
        if is_word || is_fraction {
            return self.word(reading);
        }
        if reading.before == Before::Semicolon {
            reading.here.next_statement(false);
        }
        if matches!(byte, b'<' | b'-') {
            self.html_comment(reading);
        }
        if byte != b'}' {
            self.begin(reading, if byte == b'@' { b"@" } else { b"" });
        }
        let was_control = std::mem::take(&mut reading.is_control);
        self.sign(reading, byte, was_control)
    }

    /// Skips blanks and comments; whether a line ended, nothing where a comment does not end.
    pub(super) fn blank(&mut self, reading: &mut Reading) -> Option<bool> {
        match self.text.blank(reading.offset) {
            Ok(blank) => {
                reading.offset = blank.end;
                Some(blank.has_line_end)
            }
            Err(offset) => {
                self.end_in_comment(offset);
                None
            }
        }
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
        let rest = self.text.rest(reading.offset);
        if rest.starts_with(b"<!--") || reading.is_new_line && rest.starts_with(b"-->") {
            self.others.push(Reading { offset: self.text.end_of_line(reading.offset), ..*reading });
        }
    }

    fn word(&mut self, reading: &mut Reading) -> bool {
        let start = reading.offset;
        let first = self.text.byte(start);
        if first.is_ascii_digit() || first == b'.' {
            self.begin(reading, b"");
            self.end_statement(reading, b"");
            reading.offset = self.text.end_of_number(start);
            reading.before = Before::Operand;
            reading.is_control = false;
            return true;
        }
        reading.offset = self.text.end_of_word(start);
        if reading.offset == start {
            return false;
        }
        let word = self.text.part(start, reading.offset);
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
            b"extends" if reading.here.infer == 2 => reading.here.infers += 1,
            b"in" | b"instanceof" | b"as" | b"satisfies" => reading.here.operators |= RELATION,
            _ => {}
        }
        reading.here.infer = match (word, reading.here.infer) {
            (b"infer", _) => 1,
            (_, 1) => 2,
            _ => 0,
        };
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
        let is_set_out = (offset == 0 || matches!(self.text.byte(offset - 1), b'\n' | b'\r'))
            && (word == b"@" || words::begins(word));
        let is_new = self.measure.beginnings.last().is_none_or(|it| it.offset < offset);
        if is_new && (is_first || is_set_out) {
            let within = (reading.top != 0).then_some(reading.around.outermost);
            self.measure.beginnings.push(Beginning { offset, within });
        }
    }

    fn sign(&mut self, reading: &mut Reading, byte: u8, was_control: bool) -> bool {
        match byte {
            b'(' | b'[' | b'{' => self.open_bracket(reading, byte, was_control),
            b')' => self.close(reading, &[Open::Parenthesis, Open::Condition]),
            b']' => self.close(reading, &[Open::Bracket]),
            b'}' => self.close(reading, &[Open::Brace, Open::Template, Open::Attribute, Open::Child]),
            b'"' | b'\'' => match self.text.end_of_quoted(reading.offset) {
                Some(end) => self.after(reading, end - reading.offset, Before::Operand),
                None => false,
            },
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
                self.after(reading, 1, if is_label { Before::Label } else { Before::Colon })
            }
            b'@' | b'~' => {
                reading.here.expressions += 1;
                reading.here.assigns |= reading.here.in_types;
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
        reading.offset <= self.text.len()
    }

    fn open_bracket(&mut self, reading: &mut Reading, byte: u8, was_control: bool) -> bool {
        let before = reading.before;
        let may_be_pattern = match reading.here.level {
            Level::Parenthesis => matches!(before, Before::OpenParenthesis | Before::Either),
            Level::Pattern => matches!(before, Before::Inner | Before::Colon),
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
        // `{ [a]: b }`, `import("m", { with: a })`, `(@a b) => c`.
        reading.here.assigns = match byte {
            b'[' => {
                matches!(before, Before::OpenBrace | Before::Inner | Before::Semicolon) || reading.is_new_line
            }
            b'(' => before == Before::Either,
            _ => false,
        } && reading.here.in_types;
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

    /// The text of a template, to its end or to a value that is put into it.
    fn template(&mut self, reading: &mut Reading) -> bool {
        let mut at = reading.offset;
        loop {
            let Some(found) = memchr::memchr3(b'`', b'\\', b'$', self.text.rest(at)) else { return false };
            at += found;
            match (self.text.byte(at), self.text.byte(at + 1)) {
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
        let end = if may_match { self.text.end_of_expression(reading.offset) } else { None };
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
        let (second, third) = (self.text.byte(at + 1), self.text.byte(at + 2));
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
                reading.here.infers = 0;
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
        let is_double = self.text.byte(reading.offset + 1) == byte;
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
        let second = self.text.byte(reading.offset + 1);
        if second == b'=' {
            return self.binary(reading, 2, RELATION);
        }
        let is_between = reading.before.is_operand() && !reading.is_new_line;
        if self.syntax.has_elements && !is_between && second != b'<' {
            let (may_be_element, may_be_types) = self.opened(reading.offset + 1);
            let is_certain = !(reading.before.may_be_operand() || self.syntax.has_types && may_be_types);
            if may_be_element {
                let mut element = *reading;
                self.push(&mut element, Open::Tag);
                element.offset += 1;
                self.to(&mut element, Mode::Tag, Before::TagStart);
                if is_certain {
                    *reading = element;
                    return true;
                }
                self.others.push(element);
            }
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

    /// Whether `<` before an operand may begin an element, and whether it may begin the parameters of a type.
    fn opened(&self, at: usize) -> (bool, bool) {
        let after_blank = |at: usize| self.text.blank(at).map_or(at, |it| it.end);
        let at = after_blank(at);
        let first = self.text.byte(at);
        let is_name = first == b'\\' || first >= 0x80 || words::is_part(first) && !first.is_ascii_digit();
        if !is_name && first != b'>' {
            return (false, true);
        }
        let end = if is_name { self.text.end_of_word(at) } else { at };
        let word = self.text.part(at, end);
        let next = after_blank(end);
        match self.text.byte(next) {
            b'>' => (true, self.text.byte(after_blank(next + 1)) == b'('),
            b',' | b'=' => (false, true),
            _ if self.text.rest(next).starts_with(b"extends") => (true, true),
            _ => (true, matches!(word, b"const" | b"in" | b"out")),
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
        reading.offset <= self.text.len()
    }
}
