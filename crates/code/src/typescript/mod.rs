//! TypeScript and JavaScript, with JSX or without, by the parser of `oxc`.
//!
//! What lives here: what is refused before it is parsed (`bounds`), the dialects that a file is tried in and what is left of
//! a file that does not parse ([`parse`]), and the lowering: statements, definitions, expressions, patterns, types,
//! elements, and what a module takes and gives.
//!
//! What the languages have beyond the tree is lowered like this:
//!
//! - What happens within an expression and cannot stay there becomes a statement of its own before the statement that
//!   the expression is in: `f(a = b)` an assignment, with the target left in its place; `(a(), b)` an expression; `x = yield
//!   y` a [`StmtKind::Return`](crate::ir::StmtKind::Return); calls in the condition of `a() ? b : c` an expression.
//! - Pieces of expressions that are nested deeper than `lower::DEEPEST_EXPRESSION` are assigned before the statement, to
//!   a name that no program can write: `part@1`.
//! - `a && b` is `b` or nothing. As a statement it is an `if`, and so is `a ? b() : c()`.
//! - A pattern is a [`Kind::List`](crate::ir::Kind::List) or a [`Kind::Map`](crate::ir::Kind::Map) of targets; what is left
//!   (`...rest`) is a pair without a key. What a part is unless given follows as an assignment under an `if` without a
//!   condition. Parts of parameters have their whole path as key (`a.b`); what is left of one has `*`.
//! - `else if`s and `case`s follow each other in [`Block::other`](crate::ir::Block::other), each a block of its own. Blocks
//!   without a condition are part of what is around them.
//! - What `require("m")` or `await import("m")` gives within an expression is an imported name that no program can write:
//!   `require("m")`. Bound to a name, or taken apart, it is an import like any other.
//! - `module.exports = x` exports `x` as `default`, and each property of an object as well; `exports.a` in an expression is
//!   the name that is exported as `a`.
//! - A namespace is the statements in it, under a [`BlockKind::With`](crate::ir::BlockKind::With), and a map of what it
//!   exports. Interfaces and type aliases are left out, and so are signatures without a body that come before one with.

mod bounds;
mod chains;
mod classes;
mod commonjs;
mod docs;
mod elements;
mod expressions;
mod functions;
mod imports;
mod literals;
mod lower;
mod modules;
mod names;
mod patterns;
mod places;
mod repair;
mod statements;
mod types;

use oxc_allocator::Allocator;
use oxc_ast::ast::Program;
use oxc_parser::{ParseOptions, Parser, ParserReturn};
use oxc_span::{GetSpan, SourceType};

use crate::ir::{Language, Module};
use bounds::{Measure, Syntax};
use places::{Places, size};
use repair::Repair;

/// How long a text may be.
const LONGEST: usize = 32 * 1024 * 1024;
/// The stack for what is nested deeper than most code. What is not touched costs nothing.
const STACK: usize = 32 * 1024 * 1024;

/// Reads a module. What does not parse is in its faults; what surrounds that is there.
///
/// The dialect follows from how `path` ends; a text that does not parse in it is tried with types, and with elements.
pub fn parse(path: &str, text: &str) -> Module {
    let module = empty(path);
    if text.len() > LONGEST {
        let fault = Places::new("").at(0);
        let message = format!("longer than {} MiB; the file was not read", LONGEST / (1024 * 1024));
        return Module { faults: vec![crate::ir::Fault { at: fault, message }], ..module };
    }
    // The translations of Qt programs end in `.ts` as well.
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with("<?xml") || start.starts_with("<!DOCTYPE") {
        return module;
    }
    let mut repair = Repair::new(text);
    loop {
        let source = Source { path, original: text, text: &repair.text };
        match attempt(&source, &module) {
            Ok(mut done) => {
                repair.finish(&mut done);
                return done;
            }
            Err(failure) => repair.leave_out(&failure),
        }
    }
}

fn empty(path: &str) -> Module {
    Module {
        path: path.into(),
        language: Language::TypeScript,
        imports: Vec::new(),
        body: Vec::new(),
        functions: Vec::new(),
        classes: Vec::new(),
        exports: Vec::new(),
        faults: Vec::new(),
    }
}

/// Why a text is not parsed, and what is known of its statements.
#[derive(Debug)]
struct Failure {
    faults: Vec<(usize, String)>,
    measure: Measure,
}

/// What is parsed.
#[derive(Debug, Clone, Copy)]
struct Source<'a> {
    path: &'a str,
    /// The text with the positions that are told.
    original: &'a str,
    /// The text without what did not parse, as long as the original.
    text: &'a str,
}

/// Parses the text in each dialect that it may be in, and lowers the first that fits. If none does, what came farthest
/// says what is wrong.
fn attempt(source: &Source<'_>, module: &Module) -> Result<Module, Failure> {
    let mut farthest: Option<Failure> = None;
    for dialect in dialects(source.path) {
        let syntax = Syntax { has_types: dialect.is_typescript(), has_elements: dialect.is_jsx() };
        let measure = bounds::measure(source.text, syntax);
        let failure = if measure.refused.is_empty() {
            let work = || parse_as(dialect, source, module.clone());
            let done = if measure.deepest <= bounds::SHALLOW { Some(work()) } else { with_stack(work) };
            let fault = match done {
                Some(Ok(module)) => return Ok(module),
                Some(Err(fault)) => fault,
                None => (0, "nested too deeply for the memory that there is".to_owned()),
            };
            Failure { faults: vec![fault], measure }
        } else {
            let faults = measure.refused.iter().map(|(at, it)| (*at, it.to_string())).collect();
            Failure { faults, measure }
        };
        let place = |it: &Failure| it.faults.first().map_or(0, |it| it.0);
        if farthest.as_ref().is_none_or(|it| place(it) < place(&failure)) {
            farthest = Some(failure);
        }
    }
    Err(farthest.unwrap_or_else(|| Failure { faults: Vec::new(), measure: Measure::default() }))
}

/// What the file may be written in, the likeliest first. JavaScript is read with elements: it has nothing that they could
/// be mistaken for.
fn dialects(path: &str) -> Vec<SourceType> {
    let ending = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let (types, elements) = (SourceType::ts(), SourceType::tsx());
    let named = |default: SourceType| SourceType::from_path(path).unwrap_or(default);
    match &*ending {
        "ts" | "mts" | "cts" => vec![named(types), elements],
        "tsx" => vec![named(elements), types],
        "js" | "jsx" | "mjs" | "cjs" => {
            vec![named(SourceType::unambiguous()).with_jsx(true), elements, types]
        }
        _ => vec![elements, types],
    }
}

/// Runs `work` where there is room for deep trees.
fn with_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).ok()?.join().ok()
    })
}

fn parse_as(dialect: SourceType, source: &Source<'_>, module: Module) -> Result<Module, (usize, String)> {
    let allocator = Allocator::default();
    let options = ParseOptions {
        allow_return_outside_function: true,
        preserve_parens: false,
        enable_ident_hashes: false,
        ..ParseOptions::default()
    };
    let parsed = Parser::new(&allocator, source.text, dialect).with_options(options).parse();
    match trouble(&parsed, source.text) {
        Some(fault) => Err(fault),
        None => Ok(lower::module(module, &parsed.program, &Places::new(source.original))),
    }
}

/// What the parser gave up on. What it only objects to is in the tree.
fn trouble(parsed: &ParserReturn<'_>, text: &str) -> Option<(usize, String)> {
    let first = parsed.diagnostics.errors().next()?;
    let is_cut = |message: &str| message.starts_with("Unterminated");
    let cut = parsed.diagnostics.errors().find(|it| is_cut(&it.message));
    let fatal = match cut {
        Some(cut) => cut,
        None if parsed.panicked || !is_whole(&parsed.program, text) => first,
        None => return None,
    };
    let offset = fatal.labels.first().map_or(0, |it| it.offset() as usize);
    let help = fatal.help.as_ref().map(|it| format!(": {}", it.trim())).unwrap_or_default();
    Some((offset, format!("{}{help}", fatal.message.trim())))
}

/// Whether nothing but blanks and comments follow what was parsed.
fn is_whole(program: &Program<'_>, text: &str) -> bool {
    let ends = [
        program.hashbang.as_ref().map(|it| it.span.end),
        program.directives.last().map(|it| it.span.end),
        program.body.last().map(|it| it.span().end),
    ];
    let after = ends.into_iter().flatten().max().unwrap_or(0);
    let mut from = after;
    let is_blank = |from: u32, to: u32| {
        let between = text.get(from as usize..to as usize).unwrap_or_default();
        between.trim_matches(|it: char| it.is_whitespace() || it == '\u{feff}').is_empty()
    };
    for comment in program.comments.iter().filter(|it| it.span.start >= after) {
        if !is_blank(from, comment.span.start) {
            return false;
        }
        from = comment.span.end;
    }
    is_blank(from, size(text.len()))
}
