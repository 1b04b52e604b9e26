//! Text that does not parse.

use ambit_code::typescript::parse;

use super::dedented;
use crate::print;

#[track_caller]
fn fails(path: &str, source: &str, faults: &str, body: &str) {
    let module = parse(path, &dedented(source));
    assert_eq!(print::faults(&module).trim_end(), dedented(faults).trim_end());
    assert_eq!(print::body(&module).trim_end(), dedented(body).trim_end());
}

#[test]
fn what_surrounds_a_statement_that_does_not_parse_is_there() {
    fails(
        "a.ts",
        "
        import { a } from 'm';
        const b = 1;
        const c = = 2;
        export function d() {
            return a(b);
        }
        ",
        "3:11 unexpected token; the statement was not read",
        "
        b = 1
        def d()
          return a(b)
        ",
    );
}

#[test]
fn a_bracket_without_its_end_costs_its_statement() {
    fails(
        "a.ts",
        "
        const a = f(1);
        export const b = () => {
            if (c) {
            g();
        };

        export const d = h(2);
        const e = 3;
        ",
        "2:24 this has no end; the statement was not read",
        "
        a = f(1)
        d = h(2)
        e = 3
        ",
    );
    fails(
        "a.js",
        "
        a();
        function b() {
            c(`${d}`);

        const e = `not
        const code = 1;
        `;
        ",
        "2:14 this has no end; the statement was not read",
        "
        a()
        e = \"not\\nconst code = 1;\\n\"
        ",
    );
}

#[test]
fn text_that_does_not_end() {
    fails(
        "a.ts",
        "
        a();
        b('c);
        d(\"e\");
        const f = g();
        ",
        "2:3 unterminated string; the statement was not read",
        "
        a()
        d(\"e\")
        f = g()
        ",
    );
    fails(
        "a.ts",
        "
        a();
        const b = `c;
        const d = 1;
        ",
        "2:11 unterminated string; the statement was not read",
        "a()\nd = 1",
    );
    fails(
        "a.ts",
        "a();\n/* b\nc();\n",
        "2:1 unterminated multiline comment; the statement was not read",
        "a()",
    );
}

#[test]
fn marks_of_a_merge_and_templates_are_left_out() {
    let source = "a();\n<<<<<<< ours\nconst b = 1;\n=======\nconst b = 2;\n>>>>>>> theirs\nconst c = 3;\n";
    let module = parse("a.ts", source);
    assert!(print::faults(&module).starts_with("2:1 encountered diff marker"), "{}", print::faults(&module));
    assert!(print::body(&module).contains("a()") && print::body(&module).contains("c = 3"));

    let module =
        parse("a.ts", "import { x } from 'y';\nconst a = {{ cookiecutter.name }};\nconst b = x();\n");
    assert_eq!(module.faults.len(), 1);
    assert_eq!(print::body(&module), "b = x()\n");
    assert_eq!(module.imports.len(), 1);
}

#[test]
fn what_the_parser_only_objects_to_is_no_fault() {
    for source in [
        "return 1;",
        "const a = 1; const a = 2;",
        "function f() { await g(); }",
        "var a = 010;",
        "export default 1; export default 2;",
        "class A { constructor(); constructor() {} }",
        "delete a; with (b) {}",
        "label: function f() {}",
        "for (const a = 1 of b) {}",
        "let x: number = <const>1;",
    ] {
        for path in ["a.ts", "a.js"] {
            let module = parse(path, source);
            assert!(module.faults.len() <= 1, "{path} {source}: {}", print::faults(&module));
        }
    }
}

#[test]
fn translations_of_qt_are_no_code() {
    let module = parse(
        "app_de.ts",
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!DOCTYPE TS>\n<TS version=\"2.1\"></TS>\n",
    );
    assert!(module.faults.is_empty() && module.body.is_empty());
}

#[test]
fn many_faults_are_told_once_each_and_not_without_end() {
    let module = parse("a.ts", &"const a = = 1;\n".repeat(1000));
    assert!((2..=50).contains(&module.faults.len()), "{}", module.faults.len());
    assert!(module.faults.is_sorted_by(|a, b| a.at < b.at));
}
