//! Expressions.

use super::{becomes, valid};
use crate::print;
use ambit_code::ir::{Kind, StmtKind};

#[test]
fn literals() {
    becomes(
        "
        [None, True, ..., -1, +2.5, 0xFF, 1_000j, 'a' \"b\" '''c''', b'd', b'\\xff', u'e', r'\\n']
        (1, 2), {3, *x}, {'a': 1, **y, b: 2}, ()
        ",
        r#"
        [null, true, <>, -1, 2.5, 0xFF, 1_000j, "abc", "d", <>, "e", "\\n"]
        [[1, 2], [3, *x], {"a": 1, *y, b: 2}, []]
        "#,
    );
}

#[test]
fn chains_and_arguments() {
    becomes(
        "
        a.b[c].d(1, *e, k=2, **f)(3)
        (await (await g()).h()).i
        x[1:2, ::n], y[:]
        super().run(self)
        ",
        "
        a.b[c].d(1, *e, k=2, *f)(3)
        g().h().i
        [x[[<1, 2>, <n>]], y[<>]]
        super().run(self)
        ",
    );
}

#[test]
fn choices() {
    becomes(
        "
        a if b else c if d() else e
        x or y or z
        x and y()
        f(a and b() or c)
        x if not a or b and g() else (y if b else None)
        not a, a < b <= c, a in b, -a, ~a
        ",
        "
        d()
        (a | c | e)
        (x | y | z)
        (y() | null)
        f((b() | c))
        <<not a> or <b and g()>>
        (x | y | null)
        [<not a>, <a, b, c>, <a in b>, <a>, <a>]
        ",
    );
}

#[test]
fn operators() {
    becomes(
        "
        'a' + b + 'c'
        a + (b + c) + d
        1 + 2
        a - b + c
        a * b / c
        a * 2 + 'x'
        prompt | model | parser
        a | b & c
        2 ** n ** m
        [tool] + tools
        ",
        r#"
        "a" ++ b ++ "c"
        a ++ b ++ c ++ d
        <1, 2>
        <a, b, c>
        <a, b, c>
        <a, 2> ++ "x"
        <prompt, model, parser>
        <a, <b, c>>
        <2, <n, m>>
        [tool] ++ tools
        "#,
    );
}

#[test]
fn comprehensions() {
    becomes(
        "
        [t.name for t in tools if t.ok]
        {f(k): v for k, (v, *w) in items}
        any(g(x, y) for x in xs for y in x.ys)
        {h(x) async for x in load(url) if check(x)}
        [(lambda t: t) for t in tools]
        [[t for t in ts if t] for ts in tools]
        ",
        "
        [t.name for t in tools if t.ok]
        [{f(k): v} for [k, [v, *w]] in items]
        any([g(x, y) for x in xs for y in x.ys])
        [h(x) for x in load(url) if check(x)]
        [(t) => {return t} for t in tools]
        [[t for t in ts if t] for ts in tools]
        ",
    );
}

#[test]
fn what_happens_within_a_comprehension_stays_in_it() {
    becomes(
        "
        [y for x in xs if (y := f(x)) and y.ok]
        [a if g(x) else b for x in (n := load())]
        ",
        "
        [y for x in xs for y in [f(x)] if <y and y.ok>]
        n = load()
        [(a | b) for x in n if g(x)]
        ",
    );
}

#[test]
fn expressions_begin_where_they_begin() {
    let module = valid("ä = f(b,\n  'é',  c.d)  # é\n");
    let StmtKind::Assign { value: Some(it), .. } = &module.body[0].kind else { panic!() };
    let Kind::Call(call) = &it.kind else { panic!() };
    let places: Vec<_> = call.args.iter().map(|it| (it.value.at.line, it.value.at.column)).collect();
    assert_eq!((it.at.line, it.at.column), (1, 5));
    assert_eq!(places, [(1, 7), (2, 3), (2, 9)]);
}

#[test]
fn deep_expressions_are_cut_into_parts() {
    let calls = 250;
    let module = valid(&format!("x = a{}\n", ".b()".repeat(calls)));
    let text = print::body(&module);
    assert_eq!(text.matches(".b").count(), calls, "{text}");
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines.len() > 3 && lines.iter().all(|it| it.matches('.').count() <= 51), "{text}");
    assert!(lines[0].starts_with("part@1 = a.b") && lines[1].starts_with("part@2 = part@1"), "{text}");
}
