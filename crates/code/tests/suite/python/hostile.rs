//! Hostile text: nothing panics or hangs, what is refused is a fault, what is given is bounded.

use ambit_code::ir::{Expr, Kind, Module, Stmt, StmtKind};
use ambit_code::python::{notebook, parse};

use super::valid;
use crate::print;

/// How many expressions a module holds, and how deep they are.
fn extent(module: &Module) -> (usize, usize) {
    let (mut count, mut deepest) = (0, 0);
    let mut left: Vec<(&Expr, usize)> = Vec::new();
    let mut blocks: Vec<&[Stmt]> = vec![&module.body];
    for it in &module.functions {
        blocks.push(&it.body);
        left.extend(it.decorators.iter().chain(&it.returns).map(|it| (it, 1)));
        left.extend(
            it.params.iter().flat_map(|it| it.annotation.iter().chain(&it.default)).map(|it| (it, 1)),
        );
    }
    for it in &module.classes {
        left.extend(it.decorators.iter().chain(&it.bases).map(|it| (it, 1)));
        left.extend(it.fields.iter().flat_map(|it| it.annotation.iter().chain(&it.value)).map(|it| (it, 1)));
    }
    while let Some(block) = blocks.pop() {
        for stmt in block {
            match &stmt.kind {
                StmtKind::Assign { target, value, annotation, .. } => {
                    left.extend(
                        [Some(target), value.as_ref(), annotation.as_ref()]
                            .into_iter()
                            .flatten()
                            .map(|it| (it, 1)),
                    );
                }
                StmtKind::Expr(it) => left.push((it, 1)),
                StmtKind::Return(it) | StmtKind::Raise(it) => left.extend(it.iter().map(|it| (it, 1))),
                StmtKind::Block(it) => {
                    left.extend(it.head.iter().map(|it| (it, 1)));
                    blocks.extend([&*it.body, &*it.other]);
                }
                StmtKind::Function(_) | StmtKind::Class(_) => {}
            }
        }
    }
    while let Some((expr, depth)) = left.pop() {
        count += 1;
        deepest = deepest.max(depth);
        let mut down = |it| left.push((it, depth + 1));
        match &expr.kind {
            Kind::Member(of, _) | Kind::Spread(of) | Kind::Element(of) => down(of),
            Kind::Index(of, index) => [of, index].into_iter().for_each(|it| down(it)),
            Kind::Call(it) => {
                down(&it.callee);
                it.args.iter().for_each(|it| down(&it.value));
            }
            Kind::Template(of) | Kind::List(of) | Kind::Choice(of) | Kind::Joined(of) | Kind::Mixed(of) => {
                of.iter().for_each(down);
            }
            Kind::Comprehension(it) => {
                down(&it.element);
                it.rounds
                    .iter()
                    .flat_map(|(target, over)| [target, over])
                    .chain(&it.conditions)
                    .for_each(down);
            }
            Kind::Map(of) => of.iter().for_each(|it| it.key.iter().chain([&it.value]).for_each(&mut down)),
            _ => {}
        }
    }
    (count, deepest)
}

/// Read whole, and not deeper than who walks it can take.
#[track_caller]
fn reads(source: &str) -> Module {
    let module = valid(source);
    let (count, deepest) = extent(&module);
    assert!(count > 0 && deepest <= 120, "{count} expressions, {deepest} deep");
    assert!(count <= 8 * source.len() + 8, "{count} expressions of {} bytes", source.len());
    module
}

/// Not read, with one fault that says why.
#[track_caller]
fn refused(source: &str, why: &str) {
    let module = parse("hostile.py", source);
    assert!(module.body.is_empty() && module.functions.is_empty());
    assert_eq!(print::faults(&module).trim_end().split_once(' ').expect("it has a place").1, why);
}

fn nested(open: &str, inside: &str, close: &str, depth: usize) -> String {
    format!("x = {}{inside}{}\n", open.repeat(depth), close.repeat(depth))
}

const NESTED: &str = "nested deeper than 200 levels; the file was not read";

#[test]
fn brackets() {
    let pairs = [
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("{1: ", "}"),
        ("f(", ")"),
        ("a[", "]"),
        ("f(x=", ")"),
        ("f\"{", "}\""),
    ];
    for (open, close) in pairs {
        reads(&nested(open, "1", close, 90));
        refused(&nested(open, "1", close, 100_000), NESTED);
        refused(&nested(open, "", "", 100_000), NESTED);
        parse("open.py", &nested(open, "", "", 150));
        parse("closed.py", &nested("", "", close, 10_000));
    }
    refused(&"([{".repeat(100_000), NESTED);
    refused(&"[)".repeat(100_000), NESTED);
    refused(&"(lambda x=1), y=".repeat(100_000), NESTED);
    refused(&"(\n".repeat(100_000), NESTED);
    reads(&nested("(", "1", ")", 199));
}

#[test]
fn prefixes_and_what_groups_to_the_right() {
    for prefix in [
        "not ",
        "-",
        "~",
        "await ",
        "lambda: ",
        "lambda x, y: ",
        "1 if x else ",
        "2 ** ",
        "*",
        "yield ",
        "- -",
        "not -",
    ] {
        parse("few.py", &nested(prefix, "1", "", 60));
        refused(&nested(prefix, "1", "", 100_000), NESTED);
    }
    reads(&nested("lambda x, y: ", "1", "", 199));
    reads(&nested("1 if x() else ", "1", "", 90));
    refused(&"async ".repeat(100_000), NESTED);
}

#[test]
fn chains() {
    let why = "more than 2000 operators and calls in one expression; the file was not read";
    for link in [".a", "()", "[0]", ".a(b)", " + 1", " - 1", " % a", " | a", " @ a"] {
        reads(&nested("a", link, "", 1).replace(link, &link.repeat(900)));
        refused(&nested("a", link, "", 1).replace(link, &link.repeat(100_000)), why);
    }
    // These do not nest.
    for link in [" and a", " or a", " < a", ", a", " is not a", " in a", " 'a'"] {
        reads(&nested("''", link, "", 1).replace(link, &link.repeat(10_000)));
    }
    reads(&format!("x = [{}]\n", "a.b.c + d(e) * -1, ".repeat(20_000)));
    reads(&"x = a.b.c + d(e) * -1; ".repeat(20_000));
}

#[test]
fn blocks() {
    let blocks = |head: &str, depth: usize| -> String {
        let lines = (0..depth).map(|it| format!("{}{head}\n", " ".repeat(it)));
        lines.collect::<String>() + &" ".repeat(depth) + "x = f()\n"
    };
    for head in ["if a:", "def f(a):", "class A:", "for a in b:", "while a:", "with a as b:", "try:"] {
        let source = blocks(head, 100);
        let module = parse("deep.py", &source);
        assert!(print::body(&module).contains("f()") || module.classes.len() == 100);
        let why = "more than 100 levels of indentation; the file was not read";
        refused(&blocks(head, 101), why);
    }
    // Only the parser sees these blocks, where it recovers.
    parse("recovered.py", &format!("x = (\n{}", blocks("if a:", 2_000)));
    parse("recovered.py", &format!("x = [{{\n{}", blocks("def f():", 2_000)));
}

#[test]
fn ladders() {
    let many = 5_000;
    reads(&format!("if a:\n  b()\n{}", "elif c:\n  d()\n".repeat(many)));
    reads(&format!("{}def f(): x()\n", "@a.b(c)\n".repeat(many)));
    reads(&format!("try:\n  a()\n{}", "except b:\n  c()\n".repeat(many)));
    reads(&format!("match a:\n{}", "  case [b, c]:\n    d()\n".repeat(many)));
    reads(&format!("{}f()\n", "a.b = ".repeat(many)));
    reads(&format!("with {}:\n  pass\n", "a() as b, ".repeat(many).trim_end_matches(", ")));
    reads(&format!("[x {}]\n", "for x in y ".repeat(190)));
    reads(&format!("import {}\nx\n", "a.b, ".repeat(many).trim_end_matches(", ")));
    reads(&format!(
        "def f():\n  global {}\nx\n",
        (0..many).map(|it| format!("a{it}")).collect::<Vec<_>>().join(", ")
    ));
    reads(&format!("f({})\n", "*a, ".repeat(many)));
    reads(&"x = 'a' % b\n".repeat(many));
}

#[test]
fn what_is_put_in_place_of_names_does_not_grow() {
    let doubled =
        (1..60).map(|it| format!("for a{it} in (a{0}, a{0}) ", it - 1)).collect::<Vec<_>>().concat();
    reads(&format!("x = [a59 for a0 in y {doubled}]\n"));
    let nested = format!("x = {}y{}\n", "[[a, a, a] for a in ".repeat(90), "]".repeat(90));
    reads(&nested);
    let parts = format!("x = [a for {}a{} in y]\n", "(".repeat(150), ",)".repeat(150));
    reads(&parts);
    let long =
        format!("for x in [{}]:\n  with f([{}]) as y: pass\n", "a, ".repeat(10_000), "b, ".repeat(10_000));
    reads(&long);
    reads(&format!("match [{}]:\n{}", "a, ".repeat(10_000), "  case [b, c]: pass\n".repeat(1_000)));
    reads(&format!("{}x = '{}' % [{}]\n", "a = ", "%s".repeat(900), "b, ".repeat(900)));
    reads(&format!("class A:\n{}", "  a, b = f(c)\n  d += [e]\n".repeat(1_000)));
}

#[test]
fn deep_patterns_and_formats() {
    let case = |pattern: &str| format!("match a:\n  case {pattern}:\n    f(x)\n");
    reads(&case(&format!("{}x{}", "[".repeat(190), "]".repeat(190))));
    reads(&case(&format!("{}x{}", "A(b=".repeat(190), ")".repeat(190))));
    reads(&case(&format!("{}x{}", "{'k': ".repeat(190), "}".repeat(190))));
    reads(&case(&format!("[{}]", "x, ".repeat(10_000))));
    parse("format.py", &format!("x = f'{}{}'\n", "{a:".repeat(150), "}".repeat(150)));
    refused(&format!("x = f'{}{}'\n", "{a:".repeat(100_000), "}".repeat(100_000)), NESTED);
    reads(&format!("x = '{}'.format(a)\n", "{0:".repeat(50_000)));
    reads(&format!("x = '{{0{}}}'.format(a)\n", ".a".repeat(50_000)));
}

#[test]
fn long_lines() {
    let megabytes = 10 * 1024 * 1024;
    let text = format!("x = f('{}')\n", "ä ".repeat(megabytes / 3));
    assert_eq!(reads(&text).body.len(), 1);
    let why = "more than 1000000 words and signs; the file was not read";
    refused(&format!("x = [{}]\n", "1,".repeat(megabytes / 2)), why);
    refused(&"$\n".repeat(600_000), why);
    refused(&"a".repeat(4 * megabytes), "longer than 32 MiB; the file was not read");
    reads(&format!("x = 1 #{}", "(".repeat(megabytes)));
    reads(&format!("{} = 1", "a".repeat(megabytes / 10)));
    let name = "a ".repeat(1000) + &" ".repeat(megabytes / 10);
    assert_eq!(parse("spaces.py", &name).faults.len(), 1, "a line is told of once");
    assert_eq!(parse("lines.py", &"a b\n".repeat(1000)).faults.len(), 50);
}

#[test]
fn a_refusal_says_where() {
    let module = parse("deep.py", &format!("a = 1\nb = 2\nc = {}\nd = 3\n", "[".repeat(300)));
    assert_eq!(print::faults(&module), format!("3:1 {NESTED}\n"));
}

#[test]
fn odd_bytes() {
    let module = parse("nul.py", "a = f(1)\0\nb = '\0'\n");
    assert_eq!(print::faults(&module), "1:9 a NUL byte, which Python takes in no source\n");
    assert_eq!(print::body(&module), "a = f(1)\nb = \" \"\n");
    assert_eq!(print::body(&reads("\u{c}a = 1\n\u{c}if a:\n\u{c}    b = 2\n")), "a = 1\nif a\n  b = 2\n");
    assert_eq!(print::body(&reads("\u{feff}a = 1\r\n")), "a = 1\n");
    assert_eq!(print::body(&reads("ﬁle = 𝔘𝔫𝔦()\n名前.送る(ﬁle)\n")), "file = Uni()\n名前.送る(file)\n");
    assert_eq!(print::body(&reads("a = \\\r\n  1\r\n")), "a = 1\n");
    for odd in ["\u{200b}", "\u{202e}", "\u{fffd}", "\u{1b}[31m", "`", "\u{1f600}", "\u{85}", "\u{2028}"] {
        let module = parse("odd.py", &format!("a = f()\n{odd}\nb = g()\n"));
        assert!(!module.faults.is_empty(), "{odd:?}");
        assert!(print::body(&module).starts_with("a = f()\n"), "{odd:?}");
    }
    for source in [
        "", "\n", "\0", "\u{feff}", "\r", "#", "\\", "'", "\"\"\"", "f'", "f'{", "@", "def", "class", "(",
        ")", "x =",
    ] {
        parse("short.py", source);
    }
}

const WHOLE: &str = r#"
from __future__ import annotations
import os, a.b as c
@tool("x", args=[1, *y])
async def f(a, /, b: "int" = 1, *c, d, **e) -> str:
    """Doc."""
    with open(f"{a!r:>{b}}") as g, h: yield g.read()[1:-1]
    try: return await (x if y else lambda z=1: z)
    except (A, B) as e: raise C from e
    finally: pass
class K(Base, metaclass=M):
    x: int = 3
    def m(self): self.x += "%s" % (1,); return {**a, 'b': [i for i in j if i]}
match x:
    case {"a": [1, *_], **r} | K(x=1) if r: print('''a
b''')
for i, (j, k) in z: del i
else: (w := 1) + -2 ** 3 // ~4 and not 5 <= 6 is not None
"#;

#[test]
fn parts_of_a_module() {
    reads(WHOLE);
    let whole: Vec<char> = WHOLE.chars().collect();
    let text = |parts: &[&[char]]| parts.concat().into_iter().collect::<String>();
    for at in 0..whole.len() {
        let (before, after) = whole.split_at(at);
        match at % 3 {
            0 => parse("before.py", &text(&[before])),
            1 => parse("after.py", &text(&[after])),
            _ => parse("without.py", &text(&[before, &after[1..]])),
        };
        let odd =
            ['(', ']', '{', '\'', '"', '\n', '\t', ':', ',', '\\', '\0', '`', '#', '%', 'ü'][at * 7 % 15];
        parse("with.py", &text(&[before, &[odd], after]));
    }
}

#[test]
fn hostile_notebooks() {
    let cell = |source: &str| format!(r#"{{"cells":[{{"cell_type":"code","source":{source}}}]}}"#);
    let deep = notebook("deep.ipynb", &cell(&format!("\"{}\"", "(".repeat(100_000))));
    assert_eq!(print::faults(&deep), format!("1:41 {NESTED}\n"));
    assert_eq!(notebook("deep.ipynb", &"[".repeat(100_000)).faults.len(), 1);
    let many =
        format!(r#"{{"cells":[{}]}}"#, r#"{"cell_type":"code","source":["x = f(\n","1)"]},"#.repeat(9_000));
    assert_eq!(notebook("many.ipynb", &many).body.len(), 9_000);
    for source in [
        r#""\ud83d""#,
        r#""\ud83d\u0041""#,
        r#""\u00""#,
        "'x = \\'a\\''",
        "\"a\\\nb\"",
        "\"\\x41\"",
        "[1, null, \"x\"]",
        "\"%%\"",
        "\"%\\n!\\n?\"",
        r#""%%time\nx = 1""#,
        r#""x = \u0000f()""#,
        r#""x = 1\r\ny = 2\r\n""#,
        "\"\u{1f600}\"",
    ] {
        notebook("odd.ipynb", &cell(source));
    }
    for at in 0..SMALL.len() {
        let (before, after) = SMALL.split_at(at);
        notebook("cut.ipynb", before);
        notebook("cut.ipynb", &format!("{before}\\{after}"));
    }
}

const SMALL: &str =
    r#"{"cells":[{"cell_type":"code","source":["%pip x\n","y = \"a\\n\u00e4\"\n"]}],"metadata":{}}"#;
