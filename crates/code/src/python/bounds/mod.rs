//! What is refused before it is parsed.
//!
//! The parser calls itself for what is nested and makes room for that on the heap; the tree that it gives is dropped by
//! calling down to its leaves. So a pass over the tokens bounds both beforehand: how deep the parser can come, whatever
//! errors it recovers from, and how many tokens there are, each of which costs some hundred bytes.

use std::fmt;

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, lexer};
use ruff_text_size::{TextRange, TextSize};

use super::source::{Source, size};

/// How long a text may be.
const LONGEST: usize = 32 * 1024 * 1024;
/// How many tokens it may have: half a million lines do not.
const MOST_TOKENS: u32 = 1_000_000;
/// How deep brackets, `not`s, `lambda`s and their like may nest. Python refuses more than 200 brackets too.
const DEEPEST_NESTING: u32 = 200;
/// How deep blocks may nest, as in Python.
const DEEPEST_BLOCK: u32 = 100;
/// How many operators, members and calls may follow each other in one expression. Python's compiler gives up sooner.
const LONGEST_CHAIN: u32 = 2_000;

/// How deep an expression of the tree is at most: who walks it needs no care.
pub(super) const DEEPEST_EXPRESSION: u32 = 100;
/// How deep the lowering may call itself. What the limits above let through needs less.
pub(super) const DEEPEST_CALL: u32 = 2_500;
/// Up to this depth any stack will do.
pub(super) const SHALLOW: u32 = 30;
/// The stack for what is deeper: a level needs less than 10 KiB, in builds for debugging too. What is not touched costs
/// nothing.
pub(super) const STACK: usize = 128 * 1024 * 1024;

/// Why a text is not parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    Long,
    Tokens,
    Nesting,
    Blocks,
    Chain,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Long => write!(f, "longer than {} MiB", LONGEST / (1024 * 1024)),
            Self::Tokens => write!(f, "more than {MOST_TOKENS} words and signs"),
            Self::Nesting => write!(f, "nested deeper than {DEEPEST_NESTING} levels"),
            Self::Blocks => write!(f, "more than {DEEPEST_BLOCK} levels of indentation"),
            Self::Chain => write!(f, "more than {LONGEST_CHAIN} operators and calls in one expression"),
        }?;
        f.write_str("; the file was not read")
    }
}

/// How deep the text nests at most, or why it is not parsed.
pub(super) fn measure(source: &Source<'_>) -> Result<u32, Refusal> {
    if source.text.len() > LONGEST {
        return Err(Refusal::Long);
    }
    let mut shape = Shape::default();
    for range in &source.cells {
        shape.walk(cell(source, *range))?;
    }
    Ok(shape.depth.max(widest_indent(source.text.as_bytes()) / 4))
}

/// About where the text becomes too much: the beginning of the line, or of the cell.
pub(super) fn place(source: &Source<'_>, refusal: Refusal) -> TextSize {
    let mut shape = Shape::default();
    if source.is_notebook {
        let mut walk = |it: &TextRange| shape.walk(cell(source, *it));
        return source.cells.iter().find(|it| walk(it).is_err()).map_or(TextSize::new(0), |it| it.start());
    }
    // Others do not come to be at one place.
    if !matches!(refusal, Refusal::Nesting | Refusal::Blocks | Refusal::Chain) {
        return TextSize::new(0);
    }
    // The lexer keeps its positions to itself.
    let ends = memchr::memchr_iter(b'\n', source.text.as_bytes()).map(|it| it + 1);
    let starts: Vec<usize> = std::iter::once(0).chain(ends).collect();
    let mut is_fine = |end: usize| {
        shape = Shape::default();
        shape.walk(source.text.get(..end).unwrap_or_default()).is_ok()
    };
    let line = starts.partition_point(|it| is_fine(*it)).saturating_sub(1);
    size(starts.get(line).copied().unwrap_or(0))
}

fn cell<'a>(source: &'a Source<'_>, range: TextRange) -> &'a str {
    source.text.get(range.start().to_usize()..range.end().to_usize()).unwrap_or_default()
}

/// Blocks that only the parser sees, where it recovers from an open bracket, cannot be more than this.
fn widest_indent(text: &[u8]) -> u32 {
    let lines = memchr::memchr_iter(b'\n', text).map(|it| it + 1);
    let width = |start: usize| {
        let line = text.get(start..).unwrap_or_default();
        line.iter().take_while(|it| matches!(it, b' ' | b'\t' | b'\x0c')).count()
    };
    size(std::iter::once(0).chain(lines).map(width).max().unwrap_or(0)).to_u32()
}

/// What is open at one bracket.
#[derive(Debug, Default)]
struct Level {
    closer: Option<TokenKind>,
    /// Operators, members and calls since the last comma.
    links: u32,
    /// Signs and `await`s, which bind to the next operand alone.
    signs: u32,
    /// `not`s, which end with the next `and` or `or`.
    nots: u32,
    /// What goes on to the next comma: `lambda`, `if`, `else`, `*`, `**`.
    rest: u32,
    /// What goes on beyond commas: `yield`, `for`.
    ever: u32,
    /// `lambda`s whose colon has not come: commas, ends of lines and brackets of another kind are no end for the parser.
    lambdas: u32,
}

/// How deep the parser is at a token. Where tokens do not fit, the deeper of what the parser may make of them is taken:
/// closing brackets that fit nothing close nothing.
#[derive(Debug, Default)]
struct Shape {
    /// The levels around the innermost one.
    outer: Vec<Level>,
    inner: Level,
    nesting: u32,
    links: u32,
    /// What is open of which the parser misses a part, whatever follows: a value, a colon, an `else`.
    waiting: u32,
    blocks: u32,
    depth: u32,
    tokens: u32,
}

impl Shape {
    fn walk(&mut self, text: &str) -> Result<(), Refusal> {
        self.outer.clear();
        (self.inner, self.nesting, self.links, self.waiting, self.blocks) = (Level::default(), 0, 0, 0, 0);
        let mut lexer = lexer::lex(text, Mode::Module);
        let mut after = TokenKind::Newline;
        loop {
            let token = lexer.next_token();
            if token == TokenKind::EndOfFile {
                return Ok(());
            }
            self.tokens += 1;
            self.take(token, after);
            if !token.is_trivia() {
                after = token;
            }
            self.check()?;
        }
    }

    fn check(&mut self) -> Result<(), Refusal> {
        self.depth = self.depth.max(self.nesting + self.blocks + self.links / 16);
        if self.tokens > MOST_TOKENS {
            Err(Refusal::Tokens)
        } else if self.nesting > DEEPEST_NESTING {
            Err(Refusal::Nesting)
        } else if self.blocks > DEEPEST_BLOCK {
            Err(Refusal::Blocks)
        } else if self.links > LONGEST_CHAIN {
            Err(Refusal::Chain)
        } else {
            Ok(())
        }
    }

    fn take(&mut self, token: TokenKind, after: TokenKind) {
        use TokenKind as T;
        let after_operand = ends_operand(after);
        match token {
            T::Lpar | T::Lsqb | T::Lbrace | T::FStringStart | T::TStringStart => {
                self.link();
                self.open(token);
            }
            T::Rpar | T::Rsqb | T::Rbrace | T::FStringEnd | T::TStringEnd => self.close(token),
            T::Indent => self.blocks += 1,
            T::Dedent => self.blocks = self.blocks.saturating_sub(1),
            T::Comma if self.inner.lambdas == 0 => self.separate(false),
            T::Newline | T::Semi if self.inner.lambdas == 0 && self.outer.is_empty() => self.separate(true),
            T::Colon => self.inner.lambdas = self.inner.lambdas.saturating_sub(1),
            T::Plus | T::Minus if !after_operand => self.sign(),
            T::Tilde | T::Await => self.sign(),
            T::Not if !after_operand && after != T::Is => {
                self.inner.nots += 1;
                self.nesting += 1;
            }
            T::And | T::Or if after_operand => {
                self.nesting -= std::mem::take(&mut self.inner.nots);
                self.side_by_side();
            }
            T::Lambda => {
                self.inner.lambdas += 1;
                self.stay();
            }
            T::DoubleStar | T::If | T::Else | T::ColonEqual | T::As | T::Async | T::Type => {
                self.stay();
            }
            T::Star if !after_operand => self.stay(),
            T::Yield | T::For => {
                self.inner.ever += 1;
                self.waiting += 1;
                self.nesting += 1;
            }
            T::Dot => self.link(),
            _ if is_operator(token) => self.operator(),
            T::Less
            | T::Greater
            | T::EqEqual
            | T::NotEqual
            | T::LessEqual
            | T::GreaterEqual
            | T::In
            | T::Is
                if after_operand =>
            {
                self.side_by_side();
            }
            T::Equal if after_operand && self.outer.is_empty() && self.inner.lambdas == 0 => {
                self.side_by_side();
            }
            _ if begins_statement(token) && self.waiting == 0 && (after_operand || may_end(after)) => {
                self.restart();
            }
            _ => {}
        }
    }

    fn open(&mut self, token: TokenKind) {
        let closer = match token {
            TokenKind::Lpar => TokenKind::Rpar,
            TokenKind::Lsqb => TokenKind::Rsqb,
            TokenKind::Lbrace => TokenKind::Rbrace,
            TokenKind::FStringStart => TokenKind::FStringEnd,
            _ => TokenKind::TStringEnd,
        };
        self.waiting += u32::from(waits(closer));
        let level = Level { closer: Some(closer), ..Level::default() };
        self.outer.push(std::mem::replace(&mut self.inner, level));
        self.nesting += 1;
    }

    fn close(&mut self, token: TokenKind) {
        if self.inner.closer == Some(token) && self.inner.lambdas == 0 {
            self.separate(true);
            self.nesting -= 1;
            self.waiting -= u32::from(waits(token));
            self.inner = self.outer.pop().unwrap_or_default();
        }
    }

    /// What comes does not lie deeper for what was before.
    fn side_by_side(&mut self) {
        self.nesting -= std::mem::take(&mut self.inner.signs);
        self.links -= std::mem::take(&mut self.inner.links);
    }

    fn separate(&mut self, whole: bool) {
        self.side_by_side();
        let Level { nots, rest, ever, .. } = &mut self.inner;
        self.waiting -= *rest;
        self.nesting -= std::mem::take(nots) + std::mem::take(rest);
        if whole {
            self.waiting -= *ever;
            self.nesting -= std::mem::take(ever);
        }
    }

    fn operator(&mut self) {
        self.nesting -= std::mem::take(&mut self.inner.signs);
        self.link();
    }

    fn link(&mut self) {
        self.inner.links += 1;
        self.links += 1;
    }

    fn sign(&mut self) {
        self.inner.signs += 1;
        self.nesting += 1;
        self.link();
    }

    fn stay(&mut self) {
        self.inner.rest += 1;
        self.waiting += 1;
        self.nesting += 1;
    }

    fn restart(&mut self) {
        self.outer.clear();
        (self.inner, self.nesting, self.links) = (Level::default(), 0, 0);
    }
}

/// Whether an operator after it stands between two operands.
fn ends_operand(token: TokenKind) -> bool {
    use TokenKind as T;
    matches!(token, T::Name | T::Int | T::Float | T::Complex | T::String | T::FStringEnd | T::TStringEnd)
        || matches!(token, T::Rpar | T::Rsqb | T::Rbrace | T::Ellipsis | T::None | T::True | T::False)
        || token.is_soft_keyword()
}

fn waits(closer: TokenKind) -> bool {
    closer != TokenKind::Rpar
}

/// Whether it puts two operands into one.
fn is_operator(token: TokenKind) -> bool {
    use TokenKind as T;
    matches!(token, T::Plus | T::Minus | T::Star | T::Slash | T::DoubleSlash | T::Percent | T::At)
        || matches!(token, T::Vbar | T::Amper | T::CircumFlex | T::LeftShift | T::RightShift)
}

/// Each begins a statement and nothing else: where nothing is missing, the parser gives up all that is open.
fn begins_statement(token: TokenKind) -> bool {
    use TokenKind as T;
    matches!(
        token,
        T::Def | T::Class | T::While | T::Try | T::With | T::Import | T::Return | T::Raise | T::Del
    ) || matches!(token, T::Pass | T::Break | T::Continue | T::Global | T::Nonlocal | T::Assert)
}

/// What no operand has to follow, beside operands.
fn may_end(token: TokenKind) -> bool {
    matches!(
        token,
        TokenKind::Comma | TokenKind::Newline | TokenKind::Semi | TokenKind::Indent | TokenKind::Dedent
    )
}

#[cfg(test)]
mod tests;
