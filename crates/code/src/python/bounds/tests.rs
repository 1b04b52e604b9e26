//! How deep the tree of the parser is follows from what the pass over the tokens says, whatever the parser recovers from.

use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, TraversalSignal, walk_module};
use ruff_python_ast::{AnyNodeRef, Mod, PySourceType};
use ruff_python_parser::parse_unchecked_source;

use super::{LONGEST_CHAIN, measure};
use crate::python::source::Source;

#[derive(Default)]
struct Depth {
    now: u32,
    most: u32,
}

impl<'a> SourceOrderVisitor<'a> for Depth {
    fn enter_node(&mut self, _: AnyNodeRef<'a>) -> TraversalSignal {
        self.now += 1;
        self.most = self.most.max(self.now);
        TraversalSignal::Traverse
    }

    fn leave_node(&mut self, _: AnyNodeRef<'a>) {
        self.now -= 1;
    }
}

/// Signs and words, and what has fooled earlier versions of the pass.
const PARTS: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    ";",
    "\n",
    ".",
    "+",
    "-",
    "*",
    "**",
    "~",
    "/",
    "%",
    "@",
    "|",
    "<",
    "==",
    "=",
    ":=",
    "->",
    "!",
    "not ",
    "and ",
    "or ",
    "in ",
    "is ",
    "if ",
    "else ",
    "elif ",
    "for ",
    "while ",
    "with ",
    "try:",
    "except ",
    "finally:",
    "lambda ",
    "lambda: ",
    "lambda x=",
    "def f(",
    "def f():",
    "class A(",
    "class A:",
    "async ",
    "await ",
    "yield ",
    "yield from ",
    "return ",
    "raise ",
    "from ",
    "import ",
    "global ",
    "del ",
    "assert ",
    "pass",
    "print ",
    "match x:",
    "match ",
    "case ",
    "type ",
    "as ",
    "x",
    "1",
    "''",
    "f'",
    "f\"{",
    "'",
    "\"",
    "'''",
    "\\",
    "#",
    "f'''{",
    "...",
    "`",
    "$",
    "\t",
    "\n ",
    "x=",
    "x:",
    "type X[",
    "type X[T=",
    "def f[T:",
    "case (",
    "case A(",
    "case {x:",
    "case x|",
    "lazy ",
    "0x",
    "1.",
    "b'",
    "r'",
    "{{",
    "}}",
    "!r",
    "None",
    "a.b",
    "*,",
    "/,",
    "x for x in ",
];
const KNOWN: &[&str] = &[
    "class A([",
    "case A(*{{try:",
    "@case A(lambda x=''return ",
    "try:finally:,lazy pass{{",
    "case {x:,x:while ;...del {",
    "type X[xreturn def f(:];True",
    "!rtype X[''def f(...",
    "case A(for print /,def f(",
    "b'for ,class A(None",
    "match try:'''[",
    "(lambda x=1), y=",
    "(a if b return ",
    "+in ",
    "[)",
    "x = [)\n",
    "f'''{match finally:lambda x={{",
];

#[track_caller]
fn holds(pattern: &str, times: usize) {
    let text = pattern.repeat(times);
    let Ok(said) = measure(&Source::of_text(&text)) else { return };
    let parsed = parse_unchecked_source(&text, PySourceType::Python);
    let mut depth = Depth::default();
    walk_module(&mut depth, &Mod::Module(parsed.into_syntax()));
    // A chain of 16 counts as one level.
    let most = 60 + said * 18;
    assert!(depth.most <= most && depth.most <= 3 * LONGEST_CHAIN, "{pattern:?}: {} of {most}", depth.most);
}

#[test]
fn the_parser_goes_no_deeper_than_the_pass_says() {
    let work = || {
        PARTS.iter().chain(KNOWN).for_each(|it| holds(it, 1_000));
        // Any numbers will do.
        let mut state = 88_172_645_463_325_252_u64;
        let mut random = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % below as u64).unwrap_or_default()
        };
        for _ in 0..300 {
            let parts = (0..2 + random(5)).map(|_| PARTS[random(PARTS.len())]);
            holds(&parts.collect::<String>(), 300);
        }
    };
    // Walking a tree that is too deep should be told, not end the run.
    let stack = std::thread::Builder::new().stack_size(512 * 1024 * 1024);
    stack.spawn(work).unwrap().join().unwrap();
}
