//! Codex's `rules/*.rules`: which commands may leave the sandbox, in a small subset of Starlark. Read are calls
//! of `prefix_rule` with plain texts and lists; anything else is a problem, and nothing is evaluated.

use ambit_model::facts::{Limit, Match, PermissionRule, Selector, Setting, SettingKind};
use ambit_model::{Gate, Place, Problem};

use super::codex_config::CLIENT;
use super::{Form, Reader, Text, in_folder, in_home, managed, nowhere_else};
use crate::fragment::{Fragment, Rank, Sink};

pub(super) const READER: Reader = Reader {
    id: "codex-rules",
    places: &[
        in_folder(".codex/rules/*.rules"),
        in_home(".codex/rules/*.rules"),
        managed("/etc/codex/rules/*.rules"),
    ],
    form: Form::Plain,
    marks: &[],
    accepts: nowhere_else,
    read,
};

/// How many prefixes one rule with alternatives may stand for.
const MOST: usize = 256;
/// How deep lists may nest; patterns need two levels.
const DEEPEST: usize = 8;

fn read(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    let mut reader = Tokens { rest: text.text.chars().peekable(), line: 1, column: 1 };
    let mut lost = false;
    while let Some((token, line, column)) = reader.next_token() {
        let place = Place::new(text.path, line, column);
        // After a part that was not understood, the next call at the start of a line is firm ground again.
        if lost && (column != 1 || !matches!(token, Token::Word(_))) {
            continue;
        }
        lost = false;
        let Token::Word(name) = token else {
            sink.problems.push(not_read(&place));
            lost = true;
            continue;
        };
        match call(&mut reader) {
            Some(arguments) if name == "prefix_rule" => rule(&arguments, &place, &mut fragment, sink),
            // It names the places of a program and decides nothing.
            Some(_) if name == "host_executable" => {}
            _ => {
                sink.problems.push(not_read(&place));
                lost = true;
            }
        }
    }
    sink.fragments.push(fragment);
}

fn not_read(place: &Place) -> Problem {
    let help =
        "only calls of `prefix_rule` with texts and lists are read; what this decides is not on the map";
    Problem::at(place, "this part of the rules is not read", help)
}

/// The prefixes that a pattern stands for, and what happens to them.
fn rule(arguments: &[(String, Item)], place: &Place, fragment: &mut Fragment, sink: &mut Sink) {
    let argument = |name: &str| arguments.iter().find(|(key, _)| key == name).map(|(_, it)| it);
    let decision = match argument("decision") {
        Some(Item::Text(text)) => text.as_str(),
        Some(_) => "",
        None => "allow",
    };
    let Some(Item::List(pattern)) = argument("pattern") else {
        sink.problems.push(not_read(place));
        return;
    };
    let Some(prefixes) = prefixes(pattern) else {
        sink.problems.push(not_read(place));
        return;
    };
    for prefix in prefixes {
        if !decide(&prefix, decision, place, fragment) {
            let help = "it is `allow`, `prompt` or `forbidden`";
            sink.problems.push(Problem::at(place, format!("`{decision}` is no decision"), help));
            return;
        }
    }
}

/// Adds the rule for one prefix; false when there is no such decision.
pub(super) fn decide(prefix: &str, decision: &str, place: &Place, fragment: &mut Fragment) -> bool {
    let (gate, rank) = match decision {
        "allow" => (Gate::Auto, Rank::Allow),
        "prompt" => (Gate::Asked, Rank::Ask),
        "forbidden" => (Gate::Denied, Rank::Deny),
        _ => return false,
    };
    let scope = fragment.location.scope;
    let raw = format!("prefix_rule: {prefix}: {decision}");
    let limit = Limit::Command { text: prefix.to_owned(), form: Match::Prefix };
    fragment.rule(
        rank,
        PermissionRule {
            selects: Selector::Builtin { tool: "shell".to_owned(), limit: Some(limit) },
            gate,
            scope,
            place: place.clone(),
            raw: raw.clone(),
            pointer: String::new(),
        },
    );
    if gate == Gate::Auto {
        // What is allowed runs outside the sandbox.
        fragment.setting(Setting {
            kind: SettingKind::SandboxEscape,
            raw,
            place: place.clone(),
            pointer: String::new(),
            scope,
            trust_gated: scope == ambit_model::Scope::Project,
        });
    }
    true
}

/// All words in order, each alternative once.
fn prefixes(pattern: &[Item]) -> Option<Vec<String>> {
    let mut all = vec![String::new()];
    for item in pattern {
        let words: Vec<&str> = match item {
            Item::Text(word) => vec![word],
            Item::List(words) => words.iter().map(Item::text).collect::<Option<_>>()?,
            Item::Other => return None,
        };
        let longer = |prefix: &String, word: &str| {
            if prefix.is_empty() { word.to_owned() } else { format!("{prefix} {word}") }
        };
        if all.len() * words.len() > MOST {
            return None;
        }
        all = all.iter().flat_map(|prefix| words.iter().map(move |word| longer(prefix, word))).collect();
    }
    all.iter().all(|it| !it.is_empty()).then_some(all)
}

/// A value in a call.
enum Item {
    Text(String),
    List(Vec<Self>),
    /// A number or a constant.
    Other,
}

impl Item {
    fn text(&self) -> Option<&str> {
        let Self::Text(text) = self else { return None };
        Some(text)
    }
}

/// `( name = value, … )`.
fn call(tokens: &mut Tokens<'_>) -> Option<Vec<(String, Item)>> {
    if tokens.token()? != Token::Mark('(') {
        return None;
    }
    let mut arguments = Vec::new();
    loop {
        let name = match tokens.token()? {
            Token::Mark(')') => return Some(arguments),
            Token::Word(name) => name,
            _ => return None,
        };
        if tokens.token()? != Token::Mark('=') {
            return None;
        }
        let first = tokens.token()?;
        arguments.push((name, value(first, tokens, 0)?));
        match tokens.token()? {
            Token::Mark(',') => {}
            Token::Mark(')') => return Some(arguments),
            _ => return None,
        }
    }
}

fn value(first: Token, tokens: &mut Tokens<'_>, depth: usize) -> Option<Item> {
    match first {
        Token::Text(text) => Some(Item::Text(text)),
        Token::Word(_) => Some(Item::Other),
        Token::Mark('[') if depth < DEEPEST => {
            let mut items = Vec::new();
            loop {
                match tokens.token()? {
                    Token::Mark(']') => return Some(Item::List(items)),
                    Token::Mark(',') => {}
                    token => items.push(value(token, tokens, depth + 1)?),
                }
            }
        }
        Token::Mark(_) => None,
    }
}

#[derive(Debug, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Mark(char),
}

struct Tokens<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    line: u32,
    column: u32,
}

impl Tokens<'_> {
    fn token(&mut self) -> Option<Token> {
        self.next_token().map(|(token, ..)| token)
    }

    /// The next token and where it begins; comments and white space are passed over.
    fn next_token(&mut self) -> Option<(Token, u32, u32)> {
        loop {
            match self.rest.peek()? {
                '#' => self.skip_line(),
                it if it.is_whitespace() => {
                    self.step();
                }
                _ => break,
            }
        }
        let (line, column) = (self.line, self.column);
        let char = self.step()?;
        let token = if char == '"' || char == '\'' {
            Token::Text(self.quoted(char))
        } else if char.is_alphanumeric() || char == '_' {
            let mut word = String::from(char);
            while let Some(next) = self.rest.next_if(|it| it.is_alphanumeric() || *it == '_') {
                self.column += 1;
                word.push(next);
            }
            Token::Word(word)
        } else {
            Token::Mark(char)
        };
        Some((token, line, column))
    }

    /// The text up to the closing quote.
    fn quoted(&mut self, quote: char) -> String {
        let mut text = String::new();
        while let Some(char) = self.step() {
            match char {
                '\\' => text.extend(self.step()),
                it if it == quote => break,
                it => text.push(it),
            }
        }
        text
    }

    fn skip_line(&mut self) {
        while self.rest.peek().is_some_and(|it| *it != '\n') {
            self.step();
        }
    }

    fn step(&mut self) -> Option<char> {
        let char = self.rest.next()?;
        if char == '\n' {
            self.line += 1;
            self.column = 1;
        } else {
            self.column += 1;
        }
        Some(char)
    }
}
