//! Statements.

use super::{becomes, becomes_at, valid};
use crate::print;

#[test]
fn declarations() {
    becomes(
        r#"
        const a = 1, b: string = "c";
        let d;
        var e: number;
        declare const f: F;
        await using g = h();
        a;
        "done";
        "#,
        r#"
        a = 1
        b: string = "c"
        d
        e: number
        f: F
        g = h()
        "#,
    );
}

#[test]
fn patterns() {
    becomes(
        r#"
        const { a, b: c, d = 1, e: { f }, "g-h": i, [j()]: k, ...l } = m();
        const [n, , o = 2, [p], ...q] = r;
        ({ s, t: u.v, w = 3 } = x);
        [y, z] = [z, y];
        const { aa: { bb } = {} } = cc;
        const { text } = await generateText({ model });
        "#,
        r#"
        {"a": a, "b": c, "d": d, "e": {"f": f}, "g-h": i, j(): k, *l} = m()
        if
          d = 1
        [n, null, o, [p], *q] = r
        if
          o = 2
        {"s": s, "t": u.v, "w": w} = x
        if
          w = 3
        [y, z] = [z, y]
        {"aa": {"bb": bb}} = cc
        {"text": text} = generateText({"model": model})
        "#,
    );
}

#[test]
fn conditions() {
    becomes(
        r#"
        if (a && !b()) { c(); } else if (d) e(); else { f(); }
        switch (g) {
            case 1:
            case "two": h(); break;
            default: { i(); }
        }
        j && k();
        l || m();
        n ? o() : p ? q() : r();
        !function () { s(); }();
        void t();
        "#,
        r#"
        if <a and <not b()>>
          c()
        other
          case d
            e()
          f()
        match g; (1 | "two")
          h()
        other
          i()
        if j
          k()
        if l
          m()
        if n
          o()
        other
          case p
            q()
          r()
        () => {s()}()
        t()
        "#,
    );
}

#[test]
fn loops() {
    becomes(
        r"
        for (const a of b) c(a);
        for (const { d, e = 1 } of await f()) { g(d); }
        for (const h in i) j(h);
        for (k of l) m();
        for (let n = 0, o = p(); n < o; n++) q(n);
        while (r()) { s(); }
        do { t(); } while (u);
        for await (const v of w) x(v);
        outer: for (;;) { break outer; }
        ",
        r#"
        for b
          a = each(b)
          c(a)
        for f()
          {"d": d, "e": e} = each(f())
          if
            e = 1
          g(d)
        for i
          h = each(i)
          j(h)
        for l
          k = each(l)
          m()
        n = 0
        o = p()
        for <n, o>
          q(n)
        while r()
          s()
        while u
          t()
        for w
          v = each(w)
          x(v)
        for
        "#,
    );
}

#[test]
fn attempts() {
    becomes(
        r"
        try { a(); } catch (e) { throw new B(e); } finally { c(); }
        try { d(); } catch { }
        try { f(); } catch ({ message }) { log(message); }
        ",
        r#"
        try
          a()
        other
          if
            e = <>
            raise B(e)
          c()
        try
          d()
        try
          f()
        other
          if
            {"message": message} = <>
            log(message)
        "#,
    );
}

#[test]
fn directives_and_scripts() {
    becomes_at(
        "run.mjs",
        r#"
        #!/usr/bin/env node
        "use strict";
        "use server";
        await main();
        async function f() { "use step"; return 1; }
        "#,
        r#"
        "use server"
        main()
        def f()
          "use step"
          return 1
        "#,
    );
    assert_eq!(print::body(&valid("a.js", "\u{feff}a();\r\nreturn b();\r\n")), "a()\nreturn b()\n");
    assert_eq!(print::body(&valid("a.js", "\u{feff}#!/usr/bin/env node\na();\n")), "a()\n");
    assert_eq!(print::body(&valid("a.js", "with (a) { b(); }\n<!-- c();\nd();")), "with a\n  b()\nd()\n");
}
