//! Texts that values are put into.

use super::{becomes, valid};
use crate::print;

#[test]
fn f_strings() {
    becomes(
        r#"
        f"a {x} b {y!r:>{width}} {z=} {{}}"
        "a" f"b{x}" 'c' f"" f'd'
        f"plain"
        f""
        rf"\n{x}"
        f'''{f"{x}" + 'q'}'''
        t"hi {name}"
        f"{f(x)}{y}"
        "#,
        r#"
        f["a " {x} " b " {y} {width} " z=" {z} " {}"]
        f["ab" {x} "cd"]
        "plain"
        ""
        f["\\n" {x}]
        f[{f[{x}] ++ "q"}]
        f["hi " {name}]
        f[{f(x)} {y}]
        "#,
    );
}

#[test]
fn format_calls() {
    becomes(
        r#"
        "{} and {}".format(a, b)
        "{1} {0} {1!r}".format(a, f(b))
        "{x.y[0][k]:>{width}}{{}}".format(x=obj, width=3)
        ("a" "{}" + "b{}").format(a, b)
        "{q} {0}".format(*items, **values)
        f"{a} {{}}".format(b)
        "none".format(f(x), y)
        PROMPT.format(a)
        "{".format(a)
        "{0.a.b.c.d.e.f.g.h.i}".format(a)
        "#,
        r#"
        f[{a} " and " {b}]
        value@1 = f(b)
        f[{value@1} " " {a} " " {value@1}]
        f[{obj.y[0]["k"]} {3} "{}"]
        f["a" {a} "b" {b}]
        f[{values["q"]} " " {items[0]}]
        f[{a} " " {b}]
        f(x)
        "none"
        PROMPT.format(a)
        "{".format(a)
        "{0.a.b.c.d.e.f.g.h.i}".format(a)
        "#,
    );
}

#[test]
fn percent_formats() {
    becomes(
        r#"
        "%s: %-5.2f%%" % (a, b)
        "%(x)s %(y)d %(x)s" % {"x": f(a), "y": b}
        "%(x)s" % values
        "%s" % name
        "%s %s" % pair
        "%*d" % (width, n)
        a % b
        "100%" % x
        "%s" % a + b
        "%s" % a * 2
        "#,
        r#"
        f[{a} ": " {b} "%"]
        value@1 = f(a)
        f[{value@1} " " {b} " " {value@1}]
        f[{values["x"]}]
        f[{name}]
        f[{pair[0]} " " {pair[1]}]
        f[{width} {n}]
        <a, b>
        <"100%", x>
        f[{a}] ++ b
        <f[{a}], 2>
        "#,
    );
}

#[test]
fn formats_do_not_multiply_values() {
    let list = format!("[{}]", "1,".repeat(1000));
    let module = valid(&format!("x = '{}'.format({list})\n", "{0}".repeat(900)));
    assert_eq!(print::body(&module).matches("[1, 1").count(), 1);
    let module = valid(&format!("x = '{}'.format(a)\n", "{0}".repeat(100_000)));
    assert!(print::body(&module).ends_with(".format(a)\n"), "too many values are left where they are");
}

#[test]
fn line_ends_in_texts_are_alike() {
    let module = valid("x = '''a\r\nb\rc'''\r\n");
    assert_eq!(print::body(&module), "x = \"a\\nb\\nc\"\n");
}
