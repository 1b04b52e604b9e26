//! Scripts of shells, taken apart into commands: pipes, substitutions, here-documents, quotes and comments are told
//! from words. Nothing is expanded and nothing is run.

use super::expression::end_of;

/// How deep substitutions nest.
const DEEPEST: usize = 8;
/// How many commands of one script are looked at.
const MOST: usize = 5_000;

/// A script.
#[derive(Debug, Clone, Default)]
pub(crate) struct Script {
    /// Its commands, those inside of substitutions before the ones around them.
    pub(crate) commands: Vec<Command>,
}

/// One simple command.
#[derive(Debug, Clone, Default)]
pub(crate) struct Command {
    /// Its words, without assignments before the first.
    pub(crate) words: Vec<Word>,
    /// `NAME=value` before it.
    pub(crate) sets: Vec<(String, Word)>,
    /// The command whose output it reads.
    pub(crate) reads: Option<usize>,
    /// What it is given as its input: a here-document or a here-string.
    pub(crate) input: Option<Word>,
    /// Files that it writes its output to.
    pub(crate) writes: Vec<Word>,
}

/// A word.
#[derive(Debug, Clone, Default)]
pub(crate) struct Word {
    /// Its text, without its quotes.
    pub(crate) text: String,
    /// Where it begins in the script.
    pub(crate) offset: usize,
    /// The commands in it whose output becomes part of it.
    pub(crate) within: Vec<usize>,
    /// Whether nothing in it is expanded.
    pub(crate) literal: bool,
}

impl Command {
    /// The texts of the words.
    pub(crate) fn texts(&self) -> Vec<&str> {
        self.words.iter().map(|it| it.text.as_str()).collect()
    }
}

/// Takes `script` apart.
pub(crate) fn script(text: &str) -> Script {
    let mut script = Script::default();
    Lexer {
        text,
        at: 0,
        base: 0,
        depth: 0,
        script: &mut script,
        pending: Vec::new(),
        current: Command::default(),
        piped: None,
        last: None,
    }
    .run();
    script
}

struct Lexer<'a, 's> {
    text: &'a str,
    at: usize,
    /// Where the text begins in the whole script.
    base: usize,
    depth: usize,
    script: &'s mut Script,
    /// Here-documents whose text has yet to come: the word that ends each, and whether nothing in it is expanded.
    pending: Vec<(String, bool, bool)>,
    current: Command,
    piped: Option<usize>,
    last: Option<usize>,
}

/// What a word is to become.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Word,
    Output,
    Ignored,
    String,
}

impl Lexer<'_, '_> {
    fn run(mut self) -> Option<usize> {
        let mut next = Next::Word;
        while let Some(byte) = self.peek() {
            if self.script.commands.len() >= MOST {
                break;
            }
            match byte {
                b'\\' if self.starts_with("\\\n") => self.at += 2,
                b'\\' if self.starts_with("\\\r\n") => self.at += 3,
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'#' => self.comment(),
                b'\n' => {
                    self.at += 1;
                    self.end();
                    self.documents();
                    next = Next::Word;
                }
                b';' | b'&' if !self.starts_with("&>") => {
                    self.at += 1;
                    self.end();
                    next = Next::Word;
                }
                b'|' => {
                    let either = self.starts_with("||");
                    self.at += if either || self.starts_with("|&") { 2 } else { 1 };
                    self.end();
                    self.piped = self.last.filter(|_| !either);
                    next = Next::Word;
                }
                b'(' | b')' => {
                    self.at += 1;
                    self.end();
                    next = Next::Word;
                }
                b'<' | b'>' | b'&' => next = self.redirect(),
                _ => {
                    let word = self.word();
                    self.place(word, next);
                    next = Next::Word;
                }
            }
        }
        self.end();
        self.last
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn starts_with(&self, text: &str) -> bool {
        self.text.as_bytes().get(self.at..).is_some_and(|it| it.starts_with(text.as_bytes()))
    }

    fn comment(&mut self) {
        let line = memchr::memchr(b'\n', self.rest().as_bytes());
        self.at = line.map_or(self.text.len(), |it| self.at + it);
    }

    /// Ends the command.
    fn end(&mut self) {
        let mut done = std::mem::take(&mut self.current);
        if done.words.is_empty() && done.sets.is_empty() && done.input.is_none() && done.writes.is_empty() {
            return;
        }
        done.reads = self.piped.take();
        self.script.commands.push(done);
        self.last = Some(self.script.commands.len() - 1);
    }

    fn redirect(&mut self) -> Next {
        let forms: [(&str, Next); 10] = [
            ("<<<", Next::String),
            ("<<-", Next::Ignored),
            ("<<", Next::Ignored),
            ("&>>", Next::Output),
            ("&>", Next::Output),
            (">>", Next::Output),
            (">|", Next::Output),
            (">&", Next::Ignored),
            (">", Next::Output),
            ("<", Next::Ignored),
        ];
        for (form, next) in forms {
            if self.starts_with(form) {
                self.at += form.len();
                if form == "<<" || form == "<<-" {
                    self.opens_document(form == "<<-");
                    return Next::Word;
                }
                if form == "<" && self.starts_with("(") || form == ">" && self.starts_with("(") {
                    return Next::Word;
                }
                return next;
            }
        }
        self.at += 1;
        Next::Word
    }

    fn opens_document(&mut self, indented: bool) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        let quoted = matches!(self.peek(), Some(b'\'' | b'"' | b'\\'));
        let word = self.word();
        if !word.text.is_empty() {
            self.pending.push((word.text, quoted, indented));
        }
    }

    /// Takes in the here-documents that were opened on the line before.
    fn documents(&mut self) {
        for (end, literal, indented) in std::mem::take(&mut self.pending) {
            let start = self.at;
            let mut until = self.text.len();
            let mut after = self.text.len();
            let mut from = start;
            while let Some(row) = self.text.get(from..).and_then(|it| it.split_inclusive('\n').next()) {
                let bare = row.trim_end_matches(['\n', '\r']);
                let bare = if indented { bare.trim_start_matches('\t') } else { bare };
                if bare == end {
                    until = from;
                    after = from + row.len();
                    break;
                }
                from += row.len();
            }
            let body = self.text.get(start..until).unwrap_or_default().to_owned();
            let within = if literal { Vec::new() } else { self.substitutions(&body, start) };
            let word = Word { text: body, offset: self.base + start, within, literal };
            if let Some(command) = self.last.and_then(|it| self.script.commands.get_mut(it)) {
                command.input = Some(word);
            }
            self.at = after;
        }
    }

    /// The commands that the substitutions in `text` run.
    fn substitutions(&mut self, text: &str, offset: usize) -> Vec<usize> {
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(at) = text.get(from..).and_then(|it| it.find("$(")).map(|it| it + from) {
            let inner = text.get(at + 2..).unwrap_or_default();
            let length = closing(inner);
            found.extend(self.nested(inner.get(..length).unwrap_or_default(), offset + at + 2));
            from = at + 2 + length;
        }
        found
    }

    /// Takes the commands of a substitution apart; gives back the last, whose output is taken.
    fn nested(&mut self, text: &str, offset: usize) -> Option<usize> {
        if self.depth >= DEEPEST {
            return None;
        }
        Lexer {
            text,
            at: 0,
            base: self.base + offset,
            depth: self.depth + 1,
            script: &mut *self.script,
            pending: Vec::new(),
            current: Command::default(),
            piped: None,
            last: None,
        }
        .run()
    }

    fn place(&mut self, word: Word, next: Next) {
        match next {
            Next::Output => self.current.writes.push(word),
            Next::Ignored => {}
            Next::String => self.current.input = Some(word),
            Next::Word => {
                let set = self.current.words.is_empty().then(|| assignment(&word)).flatten();
                match set {
                    Some(set) => self.current.sets.push(set),
                    None if is_descriptor(&word) && matches!(self.peek(), Some(b'<' | b'>')) => {}
                    None => self.current.words.push(word),
                }
            }
        }
    }

    fn word(&mut self) -> Word {
        let start = self.at;
        let mut word = Word { offset: self.base + start, ..Word::default() };
        let mut expands = false;
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' | b';' | b'|' | b'&' | b'<' | b'>' | b')' => break,
                b'(' if word.text.ends_with('=') || word.text.is_empty() => break,
                b'\'' => self.single(&mut word),
                b'"' => expands |= self.double(&mut word),
                b'\\' => {
                    self.at += 1;
                    if self.starts_with("\n") {
                        self.at += 1;
                    } else {
                        self.char(&mut word);
                    }
                }
                b'$' | b'`' => {
                    expands = true;
                    self.expansion(&mut word);
                }
                _ => self.char(&mut word),
            }
        }
        if self.at == start {
            // A bracket in an unlikely place: it is passed over, so that this ends.
            self.at += 1;
        }
        word.literal = !expands;
        word
    }

    fn char(&mut self, word: &mut Word) {
        if let Some(char) = self.rest().chars().next() {
            word.text.push(char);
            self.at += char.len_utf8();
        }
    }

    fn single(&mut self, word: &mut Word) {
        self.at += 1;
        let length = memchr::memchr(b'\'', self.rest().as_bytes()).unwrap_or(self.rest().len());
        let text = self.rest().get(..length).unwrap_or_default().to_owned();
        word.text.push_str(&text);
        self.at = (self.at + length + 1).min(self.text.len());
    }

    /// A text in double quotes; true when something in it is expanded.
    fn double(&mut self, word: &mut Word) -> bool {
        self.at += 1;
        let mut expands = false;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    self.at += 1;
                    break;
                }
                b'\\' => {
                    self.at += 1;
                    if self.starts_with("\n") {
                        self.at += 1;
                        continue;
                    }
                    if !matches!(self.peek(), Some(b'"' | b'\\' | b'$' | b'`')) {
                        word.text.push('\\');
                    }
                    self.char(word);
                }
                b'$' | b'`' => {
                    expands = true;
                    self.expansion(word);
                }
                _ => self.char(word),
            }
        }
        expands
    }

    /// `${{ … }}`, `$(…)`, `` `…` ``, `${…}`, `$NAME`: kept as it is written.
    fn expansion(&mut self, word: &mut Word) {
        let rest = self.rest();
        let length = if rest.starts_with("${{") {
            end_of(rest).unwrap_or(rest.len())
        } else if rest.starts_with("$((") {
            rest.find("))").map_or(rest.len(), |it| it + 2)
        } else if let Some(inner) = rest.strip_prefix("$(") {
            let length = closing(inner);
            let (text, at) = (inner.get(..length).unwrap_or_default().to_owned(), self.at + 2);
            word.within.extend(self.nested(&text, at));
            (length + 3).min(self.text.len() - self.at)
        } else if let Some(inner) = rest.strip_prefix('`') {
            let length = memchr::memchr(b'`', inner.as_bytes()).unwrap_or(inner.len());
            let (text, at) = (inner.get(..length).unwrap_or_default().to_owned(), self.at + 1);
            word.within.extend(self.nested(&text, at));
            (length + 2).min(self.text.len() - self.at)
        } else if rest.starts_with("${") {
            rest.find('}').map_or(rest.len(), |it| it + 1)
        } else {
            1
        };
        let text = self.rest().get(..length.max(1)).map(str::to_owned);
        match text {
            Some(text) => {
                word.text.push_str(&text);
                self.at += text.len();
            }
            None => self.char(word),
        }
    }
}

/// Where the bracket closes that stands before `text`. Quotes and brackets within are passed over.
fn closing(text: &str) -> usize {
    let (mut depth, mut quote) = (1_u32, None);
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match (quote, byte) {
            (None | Some(b'"'), b'\\') => {
                bytes.next();
            }
            (Some(open), _) if open == byte => quote = None,
            (None, b'\'' | b'"') => quote = Some(byte),
            (None, b'(') => depth += 1,
            (None, b')') => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    text.len()
}

/// `NAME=value`, as what it sets.
fn assignment(word: &Word) -> Option<(String, Word)> {
    let (name, value) = word.text.split_once('=')?;
    let name = name.strip_suffix('+').unwrap_or(name);
    let is_name = !name.is_empty()
        && !name.starts_with(|it: char| it.is_ascii_digit())
        && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
    is_name.then(|| (name.to_owned(), Word { text: value.to_owned(), ..word.clone() }))
}

/// The number before a redirection.
fn is_descriptor(word: &Word) -> bool {
    !word.text.is_empty() && word.text.len() < 3 && word.text.bytes().all(|it| it.is_ascii_digit())
}

/// The variables that `text` expands: `$NAME`, `${NAME}`, `${NAME:-x}`, `$env:NAME`.
pub(crate) fn variables(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        rest = rest.get(at + 1..).unwrap_or_default();
        if rest.starts_with("{{") {
            continue;
        }
        let name = rest.strip_prefix('{').or_else(|| rest.strip_prefix("env:")).unwrap_or(rest);
        let name = name.strip_prefix(['#', '!']).unwrap_or(name);
        let end = name.find(|it: char| !(it.is_ascii_alphanumeric() || it == '_')).unwrap_or(name.len());
        if let Some(name) = name.get(..end).filter(|it| !it.is_empty()) {
            found.push(name);
        }
    }
    found
}

#[cfg(test)]
mod tests;
