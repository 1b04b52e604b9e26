//! Hostile text: nothing panics, overflows or takes long, and what is refused is told.

use ambit_code::ir::Module;
use ambit_code::typescript::parse;

use crate::print;

/// Reads a text on a stack as small as those of threads are.
fn read(path: &str, text: String) -> Module {
    let path = path.to_owned();
    let small = std::thread::Builder::new().stack_size(2 * 1024 * 1024);
    small.spawn(move || parse(&path, &text)).expect("a thread starts").join().expect("nothing panics")
}

/// What nests: before, after, and around what.
const NESTING: [(&str, &str, &str); 69] = [
    ("(", "1", ")"),
    ("[", "1", "]"),
    ("x={a:", "1", "}"),
    ("{", "", "}"),
    ("f(", "", ")"),
    ("(f(", "1", "))"),
    ("a[", "1", "]"),
    ("`${", "1", "}`"),
    ("function f(){", "", "}"),
    ("x=function(){", "", "}"),
    ("a=>", "1", ""),
    ("()=>", "1", ""),
    ("async a=>", "1", ""),
    ("(a)=>{", "", "}"),
    ("f((a)=>{", "", "})"),
    ("(a=", "1", ")"),
    ("(a=", "1", ")=>1"),
    ("(a,b=", "1", ")"),
    ("a?(b):", "1", ""),
    ("a?(b):c=>", "1", ""),
    ("a?(b=(c)):d=>(", "1", ")"),
    ("a?", "b", ":c"),
    ("a?b:", "c", ""),
    ("!", "1", ""),
    ("- ", "1", ""),
    ("typeof ", "1", ""),
    ("await ", "1", ""),
    ("new ", "a", ""),
    ("++ ", "a", ""),
    ("<T>", "a", ""),
    ("a**", "1", ""),
    ("a=", "1", ""),
    ("a||b&&c|d^e&f==g<h<<i+j*k**(", "1", ")"),
    ("if(a)b;else ", "c", ""),
    ("if(a){b}else ", "c", ""),
    ("if(a)", "b", ""),
    ("for(;;)", "b", ""),
    ("while(a)", "b", ""),
    ("do ", "b", ";while(1)"),
    ("a:", "b", ""),
    ("a:b:x,function(){", "", "}"),
    ("class A{a=", "1", "}"),
    ("x=class{a(){return ", "1", "}}"),
    ("x=class extends ", "A", "{}"),
    ("namespace a{", "", "}"),
    ("a<", "b", ">"),
    ("a<(b<", "c", ")"),
    ("a<{b:c<", "d", "}"),
    ("a?F<b,", "c", ">"),
    ("let x:(", "y", ")"),
    ("let x:", "()=>1", ""),
    ("type x=a extends b?c:", "d", ""),
    ("type x=a extends infer U extends (", "d", ")"),
    ("let x:[", "y", "]"),
    ("let x:keyof ", "y", ""),
    ("1 as ({a=1", "", "})=>b"),
    ("let x:([a=class{b:", "1", "}])=>b"),
    ("f<({a=", "1", "})=>b>(1)"),
    ("(a=f<(b=", "1", ")=>b)"),
    ("a<b<(c=", "1", ")"),
    ("type x=[infer U extends [", "d", "]?e:f]"),
    ("x=a<{[b<", "c", "]:d}"),
    ("x=a<typeof import('b',{with:{c:d<", "e", "}})"),
    ("<a>", "text", "</a>"),
    ("<a b={", "1", "}/>"),
    ("<a b=", "<c/>", "/>"),
    ("<>{", "1", "}</>"),
    ("@(", "a", ")class B{}"),
    ("switch(a){case 1:", "", "}"),
];

#[test]
fn what_is_nested_a_hundred_thousand_times_is_refused() {
    for (open, inner, close) in NESTING {
        for (path, times) in [("a.ts", 100_000), ("a.tsx", 10_000), ("a.js", 10_000)] {
            let text =
                format!("first();\n{}{inner}{}\nconst last = 1;\n", open.repeat(times), close.repeat(times));
            let module = read(path, text);
            assert!(!module.faults.is_empty(), "{path} {open}");
            assert!(print::body(&module).starts_with("first()"), "{path} {open}");
        }
    }
}

#[test]
fn what_is_nested_as_deep_as_may_be_is_read_or_refused() {
    for (open, inner, close) in NESTING {
        for path in ["a.ts", "a.tsx", "a.js"] {
            for times in [20, 60, 100, 140, 300, 700] {
                read(path, format!("{}{inner}{}", open.repeat(times), close.repeat(times)));
            }
        }
    }
}

#[test]
fn code_as_it_is_written_is_not_too_deep() {
    let ladder = "if (a) { b(); } else ".repeat(300) + "{ c(); }";
    let choice = "x = ".to_owned() + &"a ? b : ".repeat(300) + "c;";
    let concatenated = "x = ".to_owned() + &"\"a\" + b + ".repeat(20_000) + "c;";
    let members = "x = a".to_owned() + &".b(c)".repeat(5_000) + ";";
    let compared = "f(".to_owned() + &"a < b, ".repeat(20) + "c);";
    let cases = "switch (a) {".to_owned() + &"case 'b': case c: d();\n".repeat(5_000) + "}";
    let object = "x = {".to_owned() + &"a: b ? c : d, 'e': !f,\n g: h => i,\n".repeat(5_000) + "};";
    let interface = "interface A {\n".to_owned() + &"a?: B<C<D>>[]\nb(c: D): E\n".repeat(5_000) + "}";
    let plain = "const a = b\nc = d => !e\nf.g = h\n".repeat(5_000);
    let class =
        "class A {\n".to_owned() + &"private a: B = new C()\n @d() e = f\n g() {}\n".repeat(5_000) + "}";
    let nested = "f(() => { return [{ a: ".repeat(15) + "1" + &" }]; })".repeat(15);
    let minified = "function a(b){return b<1?c(b):d(b)/2}e(function(){f=g<h&&i>j});".repeat(5_000);
    for text in [
        ladder,
        choice,
        concatenated,
        members,
        compared,
        cases,
        object,
        interface,
        plain,
        class,
        nested,
        minified,
    ] {
        let shown: String = text.chars().take(40).collect();
        for path in ["a.ts", "a.tsx"] {
            let module = read(path, text.clone());
            assert_eq!(print::faults(&module), "", "{path} {shown}");
            assert!(!module.body.is_empty() || shown.starts_with("interface"), "{path} {shown}");
        }
    }
}

/// Brackets that nest only where the text is not read as it seems at first sight.
#[test]
fn what_is_hidden_from_a_simple_reader_is_found() {
    let deep = "(".repeat(50_000);
    for text in [
        format!("import a = require('b')\n/\"/.c({deep}"),
        format!("let x: T\n/'/.c({deep}"),
        format!("type A = B\n/`/.c({deep}"),
        format!("if (a) /\"/.c({deep}"),
        format!("a = b\n++\n/\"/.c({deep}"),
        format!("{{}}/\"/.c({deep}"),
        format!("({{}})/\"/.c({deep}"),
        format!("x = <a>don't ({{ {deep}"),
        format!("x = <a>\"</a>, {deep}"),
        format!("x = <a b=\"'\n`\">{{{deep}"),
        format!("x = <a b='\\' c={{{deep}"),
        format!("// a\u{2028}{deep}"),
        format!("/* ` */ {deep}"),
        format!("`${{`${{'}}`'}}`}}` + {deep}"),
        format!("<!-- `\n{deep}"),
        format!("a\n--> `\n{deep}"),
        format!("x = a <!--b`\n{deep}"),
        format!("/[/`]/.a({deep}"),
        format!("await /`/; {deep}"),
        format!("x = y\n/a/`${{{deep}"),
        format!("x = a! / '\" + {deep}"),
        format!("x = <T>(a: T) => a, {deep}"),
        format!("#!/usr/bin/env `\n{deep}"),
        format!("\u{feff}#!/usr/bin/env `\n{deep}"),
        format!("a = '\\\n', {deep}"),
        format!("a = '\\\r\n', {deep}"),
        format!("a = '\u{2028}', {deep}"),
        format!("a\u{a0}=\u{feff}{deep}"),
        format!("\\u{{61}}({deep}"),
    ] {
        for path in ["a.ts", "a.tsx", "a.js", "a.cjs"] {
            assert!(!read(path, text.clone()).faults.is_empty(), "{path} {text:.40}");
        }
    }
}

#[test]
fn lines_of_megabytes_are_read() {
    let module = read("a.js", "a(b);".repeat(30_000));
    assert_eq!(print::faults(&module), "");
    assert_eq!(module.body.len(), 30_000);
    let module = read("a.js", "a=b[c](d,{e:f}),g=h?i:j;".repeat(10_000));
    assert_eq!(print::faults(&module), "");
    assert_eq!(module.body.len(), 20_000);
    for text in ["a", "1", "\"a\"", "a;", "a\n", ";", "{}", "é", "`", "/*", "//", "<", "@"] {
        read("a.ts", text.repeat(64 * 1024 / text.len()));
    }
}

#[test]
fn blocks_do_not_nest_deeper_than_those_who_walk_them_can_go() {
    let module = read("a.ts", format!("{}a();\nb();", "if (c) ".repeat(400)));
    assert_eq!(print::faults(&module), "1:701 nested too deeply; what is in it was not read\n");
    let functions = "f(() => { if (a) { ".repeat(40) + &"} });".repeat(40);
    assert_eq!(print::faults(&read("a.ts", functions)), "");
}

#[test]
fn odd_bytes_are_told() {
    for text in [
        "a();\nb(\0);\nc();\n",
        "a();\nconst b = \u{7f}1;\nc();\n",
        "a();\nconst # = 1;\nc();\n",
        "a();\nx = \u{1f600};\nc();\n",
    ] {
        let module = read("a.ts", text.to_owned());
        assert_eq!(module.faults.len(), 1, "{text:?}");
        assert_eq!(module.faults[0].at.line, 2, "{text:?}");
        assert_eq!(print::body(&module), "a()\nc()\n", "{text:?}");
    }
    let text = |source: &str| print::body(&super::valid("a.js", source));
    assert_eq!(text("a = '\\ud800b\\udc00\\ufffd';"), "a = \"\u{fffd}b\u{fffd}\u{fffd}\"\n");
    assert_eq!(text("a = `\\ud83d${b}\\u{1f600}`;"), "a = f[\"\u{fffd}\" {b} \"\u{1f600}\"]\n");
    assert_eq!(text("a = t`\\u`;"), "a = t(f[\"\\\\u\"])\n");
    assert_eq!(text("\\u0061 = b\\u{63};"), "a = bc\n");
}

#[test]
fn a_file_that_is_longer_than_any_code_is_refused() {
    let module = read("a.ts", " ".repeat(33 * 1024 * 1024));
    assert_eq!(print::faults(&module), "1:1 longer than 32 MiB; the file was not read\n");
}
