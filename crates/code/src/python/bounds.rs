//! What is refused before it is parsed.
//!
//! The parser calls itself for what is nested and makes room for that on the heap; the tree that it gives is dropped by
//! calling down to its leaves. So a pass over the tokens bounds both beforehand: how deep the parser can come, whatever
//! errors it recovers from, and how many tokens there are, each of which costs some hundred bytes.

use std::fmt;

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, lexer};
use ruff_text_size::TextSize;

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
    for cell in &source.cells {
        let text = source.text.get(cell.start().to_usize()..cell.end().to_usize()).unwrap_or_default();
        shape.walk(text, mode(source))?;
    }
    Ok(shape.depth.max(widest_indent(source.text.as_bytes()) / 4))
}

/// About where the text becomes too much: the beginning of the line.
pub(super) fn place(source: &Source<'_>, refusal: Refusal) -> TextSize {
    if refusal == Refusal::Long || source.is_notebook {
        return TextSize::new(0);
    }
    // The lexer keeps its positions to itself.
    let mut starts = vec![0];
    starts.extend(memchr::memchr_iter(b'\n', source.text.as_bytes()).map(|it| it + 1));
    let is_fine = |end: usize| {
        let text = source.text.get(..end).unwrap_or_default();
        Shape::default().walk(text, Mode::Module).is_ok()
    };
    let line = starts.partition_point(|it| is_fine(*it)).saturating_sub(1);
    size(starts.get(line).copied().unwrap_or(0))
}

fn mode(source: &Source<'_>) -> Mode {
    if source.is_notebook { Mode::Ipython } else { Mode::Module }
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
    /// What goes on to the next comma: `lambda`, `else`, `*`, `**`.
    rest: u32,
    /// What goes on beyond commas: `yield`.
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
    blocks: u32,
    depth: u32,
    tokens: u32,
}

impl Shape {
    fn walk(&mut self, text: &str, mode: Mode) -> Result<(), Refusal> {
        self.outer.clear();
        (self.inner, self.nesting, self.links, self.blocks) = (Level::default(), 0, 0, 0);
        let mut lexer = lexer::lex(text, mode);
        let mut after_operand = false;
        loop {
            let token = lexer.next_token();
            if token == TokenKind::EndOfFile {
                return Ok(());
            }
            self.tokens += 1;
            self.take(token, after_operand);
            if !token.is_trivia() {
                after_operand = ends_operand(token);
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

    fn take(&mut self, token: TokenKind, after_operand: bool) {
        use TokenKind as T;
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
            T::Not if !after_operand => {
                self.inner.nots += 1;
                self.nesting += 1;
            }
            T::And | T::Or => {
                self.nesting -= std::mem::take(&mut self.inner.nots);
                self.operator();
            }
            T::Lambda => {
                self.inner.lambdas += 1;
                self.stay();
            }
            T::DoubleStar | T::If | T::Else | T::ColonEqual | T::As | T::Async => self.stay(),
            T::Star if !after_operand => self.stay(),
            T::Yield => {
                self.inner.ever += 1;
                self.nesting += 1;
            }
            T::Dot => self.link(),
            T::Plus | T::Minus | T::Star | T::Slash | T::DoubleSlash | T::Percent | T::At => self.operator(),
            T::Vbar | T::Amper | T::CircumFlex | T::LeftShift | T::RightShift => self.operator(),
            T::Less | T::Greater | T::EqEqual | T::NotEqual | T::LessEqual | T::GreaterEqual | T::In | T::Is => {
                self.nesting -= std::mem::take(&mut self.inner.signs);
            }
            // Each begins a statement and nothing else: the parser gives up all that is open.
            T::Def | T::Class | T::While | T::Try | T::With | T::Import | T::Return | T::Raise | T::Del => self.restart(),
            T::Pass | T::Break | T::Continue | T::Global | T::Nonlocal | T::Assert => self.restart(),
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
        let level = Level { closer: Some(closer), ..Level::default() };
        self.outer.push(std::mem::replace(&mut self.inner, level));
        self.nesting += 1;
    }

    fn close(&mut self, token: TokenKind) {
        if self.inner.closer == Some(token) && self.inner.lambdas == 0 {
            self.separate(true);
            self.nesting -= 1;
            self.inner = self.outer.pop().unwrap_or_default();
        }
    }

    fn separate(&mut self, whole: bool) {
        self.operator();
        let Level { links, nots, rest, ever, .. } = &mut self.inner;
        self.links -= std::mem::take(links);
        self.nesting -= std::mem::take(nots) + std::mem::take(rest);
        if whole {
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
    }

    fn stay(&mut self) {
        self.inner.rest += 1;
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
