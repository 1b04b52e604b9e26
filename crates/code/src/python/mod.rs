//! Python, notebooks included, by the parser of `ruff`.
//!
//! What lives here: what the text is made ready for the parser with (`source`), what is refused before it is parsed
//! (`bounds`), the code of notebooks ([`notebook`]) without its commands (`commands`), and the lowering: statements, definitions, expressions, texts that
//! are put together, comprehensions, patterns.
//!
//! What Python has beyond the tree is lowered like this:
//!
//! - What happens within an expression and cannot stay there becomes a statement of its own before the statement that
//!   the expression is in: `(x := f())` an assignment, with the name left in its place; `x = yield y` a
//!   [`StmtKind::Return`](crate::ir::StmtKind::Return); calls in the condition of `a if f() else b` an expression.
//! - Within a comprehension, such an assignment is a round over the one value, such an expression a condition.
//! - Pieces of expressions that are nested deeper than `bounds::DEEPEST_EXPRESSION` are assigned before the statement, to a
//!   name that no program can write: `part@1`. So is what `match` looks at unless that is short (`match@2`), and what a format
//!   names more than once (`value@3`).
//! - `elif`s, handlers and `case`s follow each other in [`Block::other`](crate::ir::Block::other): each `elif` and each
//!   `case` after the first is a block of its own. `assert x` is an `if` that raises otherwise.
//! - A nested class is a field of the class around it. What else happens in the body of a class, such as calls, follows
//!   the statement that defines it.

mod bounds;
mod commands;
mod comprehensions;
mod definitions;
mod docs;
mod expressions;
mod formats;
mod lower;
mod names;
mod notebook;
mod patterns;
mod places;
mod source;
mod statements;
mod texts;

use ruff_python_parser::{Mode, ParseOptions, parse_cells_unchecked};

use crate::ir::{At, Fault, Language, Module};
use bounds::Refusal;
use places::Places;
use source::Source;

/// Reads a module. What does not parse is in its faults; what surrounds that is there.
pub fn parse(path: &str, text: &str) -> Module {
    read(path, &Source::of_text(text))
}

/// Reads the code cells of a notebook (`.ipynb`), in order, as one module. Positions are those in the JSON.
pub fn notebook(path: &str, text: &str) -> Module {
    match notebook::source(text) {
        Ok(source) => read(path, &source),
        Err(fault) => Module { faults: vec![fault], ..empty(path) },
    }
}

fn empty(path: &str) -> Module {
    Module {
        path: path.into(),
        language: Language::Python,
        imports: Vec::new(),
        body: Vec::new(),
        functions: Vec::new(),
        classes: Vec::new(),
        exports: Vec::new(),
        faults: Vec::new(),
    }
}

fn read(path: &str, source: &Source<'_>) -> Module {
    match bounds::measure(source) {
        Err(refusal) => Module { faults: vec![refused(source, refusal)], ..empty(path) },
        Ok(depth) if depth <= bounds::SHALLOW => lower(path, source),
        Ok(_) => with_stack(|| lower(path, source)).unwrap_or_else(|| {
            let message = "nested too deeply for the memory that there is; the file was not read".to_owned();
            Module { faults: vec![Fault { at: At { line: 1, column: 1 }, message }], ..empty(path) }
        }),
    }
}

fn refused(source: &Source<'_>, refusal: Refusal) -> Fault {
    let places = Places::new(source);
    Fault { at: places.at(bounds::place(source, refusal)), message: refusal.to_string() }
}

fn lower(path: &str, source: &Source<'_>) -> Module {
    let options = ParseOptions::from(Mode::Module);
    let parsed = parse_cells_unchecked(&source.text, source.cells.iter().copied(), &options);
    lower::module(empty(path), source, &parsed)
}

/// Runs `work` where deep trees can be dropped: the parser makes room for itself, destructors do not.
fn with_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        std::thread::Builder::new().stack_size(bounds::STACK).spawn_scoped(scope, work).ok()?.join().ok()
    })
}
