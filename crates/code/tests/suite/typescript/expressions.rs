//! Expressions.

use super::{becomes, becomes_at};

#[test]
fn literals() {
    becomes(
        r#"
        a = [null, undefined, void 0, true, !0, !1, 1_000, 0x1F, 10n, -1, +2, "a\tb", 'c', /x"y/gi];
        b = [1, , ...c];
        "#,
        r#"
        a = [null, null, null, true, true, false, 1_000, 0x1F, 10n, -1, 2, "a\tb", "c", <"/x\"y/gi">]
        b = [1, null, *c]
        "#,
    );
}

#[test]
fn templates() {
    becomes(
        r"
        a = `plain ${b} and ${c.d}${e}`;
        f = `text
        in lines`;
        g = tag`x ${y}`;
        h = tag`z`;
        i = sql.raw`SELECT ${id}`.run();
        ",
        r#"
        a = f["plain " {b} " and " {c.d} {e}]
        f = "text\nin lines"
        g = tag(f["x " {y}])
        h = tag(f["z"])
        i = sql.raw(f["SELECT " {id}]).run()
        "#,
    );
}

#[test]
fn chains() {
    becomes(
        r#"
        a = b?.c!.d?.[e]?.(f);
        g = new H(i).j;
        k = new l.M;
        n = this.o + super.p();
        q = await r(...s, t as U, <V>w, x satisfies Y);
        z = f<string>(a)<number>;
        m = z.object({ city: z.string().describe("where"), days: z.number().int().default(3) }).strict();
        e = process.env["KEY"] ?? process.env.OTHER;
        p = this.#secret;
        i = import.meta.url;
        "#,
        r#"
        a = b.c.d[e](f)
        g = H(i).j
        k = l.M()
        n = self.o ++ super.p()
        q = r(*s, t, w, x)
        z = f(a)
        m = z.object({"city": z.string().describe("where"), "days": z.number().int().default(3)}).strict()
        e = (process.env["KEY"] | process.env.OTHER)
        p = self.#secret
        i = import.meta.url
        "#,
    );
}

#[test]
fn objects() {
    becomes(
        r#"
        a = {
            b, c: 1, "d-e": 2, 3: 4, [f()]: 5, [`g`]: 6, ...h,
            async run({ x }: I) { return x; },
            get size() { return 7; },
            set size(to) { store(to); },
            go: async (y) => y,
            old: function () { return 8; },
            *each() { yield 9; },
        };
        "#,
        r#"
        a = {"b": b, "c": 1, "d-e": 2, 3: 4, f(): 5, "g": 6, *h, "run": ({x as x}: I) => {return x}, "size": () => {return 7}(), "go": (y) => {return y}, "old": () => {return 8}, "each": () => {return 9}}
        "#,
    );
}

#[test]
fn alternatives() {
    becomes(
        r#"
        a = b || c || "d";
        e = f ?? (g || h);
        i = j && k;
        l = m && n || o;
        p = q ? r : s ? t : u;
        v = check(w) ? x : y;
        tools = [one, isAdmin && two, ...(flag ? [three] : [])];
        rest = { ...(flag && { four }) };
        "#,
        r#"
        a = (b | c | "d")
        e = (f | g | h)
        i = (k | null)
        l = (n | o)
        p = (r | t | u)
        check(w)
        v = (x | y)
        tools = [one, (two | null), *([three] | [])]
        rest = {*({"four": four} | null)}
        "#,
    );
}

#[test]
fn operators() {
    becomes(
        r#"
        a = "one " + "two " + b + " three" + ' four' + 5;
        c = 1 + 2;
        d = e - f * 2;
        g = h < i === j;
        k = !l;
        m = typeof n === "string";
        o = "p" in q;
        r = #s in t;
        u++;
        v = w++;
        x = [...a].concat(b) + [c];
        "#,
        r#"
        a = "one two " ++ b ++ " three four" ++ 5
        c = <1, 2>
        d = <e, <f, 2>>
        g = <h, i, j>
        k = <not l>
        m = <<n> is "string">
        o = <"p" in q>
        r = <t>
        v = <w>
        x = [*a].concat(b) ++ [c]
        "#,
    );
}

#[test]
fn what_happens_in_an_expression_happens_before_it() {
    becomes(
        r"
        f(a = b());
        if ((m = r.exec(s)) !== null) { use(m); }
        c = (log(), d);
        (0, e.run)(x);
        const g = () => (h(), i);
        j = k = l();
        n.o = p = q;
        function* gen() {
            const got = yield ask();
            yield* other();
            return await got;
        }
        ",
        r"
        a = b()
        f(a)
        m = r.exec(s)
        if <m is not null>
          use(m)
        log()
        c = d
        e.run(x)
        g = () => {h(); return i}
        k = l()
        j = k
        p = q
        n.o = q
        def gen()
          return ask()
          got = <>
          return other()
          return got
        ",
    );
}

#[test]
fn compound_assignments() {
    becomes(
        r"
        a += b;
        c -= d;
        e ??= f();
        g.h ||= i;
        ",
        r"
        a += b
        c = <c, d>
        if e
          e = f()
        if g.h
          g.h = i
        ",
    );
}

#[test]
fn elements() {
    becomes_at(
        "src/app.tsx",
        r#"
        const view = (
            <Page title="x" on={() => send(a)} {...rest}>
                don't {b} <i>{c}</i>
                <Ui.List items={[d]} />
                <>{...e}</>
            </Page>
        );
        const generic = <T,>(x: T) => x;
        "#,
        r"
        view = <Page, () => {return send(a)}, *rest, b, c, Ui.List, [d], *e>
        generic = (x: T) => {return x}
        ",
    );
}

#[test]
fn chains_and_nesting_that_are_too_deep_are_assigned_in_parts() {
    let source = format!("x = y{};", ".a(b)".repeat(120));
    let module = super::valid("a.ts", &source);
    let text = crate::print::body(&module);
    let first = text.lines().next().expect("there is a part");
    assert!(first.starts_with("part@1 = y.a(b).a(b)"), "{first}");
    assert_eq!(text.matches("(b)").count(), 120);

    let source = format!("x = {}1{};", "[".repeat(120), "]".repeat(120));
    let text = crate::print::body(&super::valid("a.ts", &source));
    assert!(text.starts_with("part@1 = [["), "{text}");
    assert_eq!(text.matches('[').count(), 120);
}
