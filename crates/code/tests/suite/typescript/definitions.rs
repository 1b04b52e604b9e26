//! Functions and their documentation.

use super::{becomes, becomes_at, valid};

#[test]
fn functions() {
    becomes(
        r"
        /**
         * Sends mail.
         *
         * @param to - whom
         */
        export async function send(this: Mailer, to: string, body?: Mail, urgent = false, ...more: number[]): Promise<Map<string, Mail>> {
            return post(to);
        }
        function over(a: string): void;
        /** Not this one. */
        function over(a: number): void;
        function over(a: any) { return a; }
        declare function outside(url: URL): Response;
        const late = function named() { return named; };
        const short = async x => await y(x);
        const typed = <T extends object>(x: T): x is T => x;
        ",
        r#"
        def send(to: string, body: Mail, urgent = false, *more: Array[number]) -> Promise[Map[[string, Mail]]]
          doc "Sends mail.\n\n@param to - whom"
          return post(to)
        def over(a: any)
          doc "Not this one."
          return a
        def outside(url: URL) -> Response
        late = () => {return named}
        short = (x) => {return y(x)}
        typed = (x: T) => {return x}
        "#,
    );
}

#[test]
fn destructured_parameters() {
    becomes(
        r"
        const run = async ({ query, limit: max = 10, user: { id }, ...rest }: Input = {}, [first, ...others]) => {
            return find(query);
        };
        function make({ tools = [a, b], name }) { return tools; }
        ",
        r"
        run = ({query as query, limit as max, user.id as id, * as rest}: Input = {}, {0 as first, * as others}) => {if;   max = 10; return find(query)}
        def make({tools as tools, name as name})
          if
            tools = [a, b]
          return tools
        ",
    );
}

#[test]
fn documentation_stands_before_what_it_documents() {
    let docs = |source: &str| -> Vec<String> {
        let module = valid("a.ts", source);
        module.functions.iter().map(|it| it.doc.as_deref().unwrap_or("-").to_owned()).collect()
    };
    assert_eq!(docs("/** A. */\nconst f = () => 1;"), ["A."]);
    assert_eq!(docs("/** A. */\nexport const f = async function () {};"), ["A."]);
    assert_eq!(docs("/** A. */\nexport default () => 1;"), ["A."]);
    assert_eq!(
        docs("const t = {\n  /** A. */\n  run: async () => 1,\n  /** B. */\n  go() {} };"),
        ["A.", "B."]
    );
    assert_eq!(docs("/** A. */\n// and\nfunction f() {}"), ["A."]);
    assert_eq!(docs("/* A. */\nfunction f() {}"), ["-"]);
    assert_eq!(docs("/** A. */\nx();\nfunction f() {}"), ["-"]);
    assert_eq!(
        docs("class A {\n /** B.\n  * C. */\n @d() static async e() {}\n /** F. */ g = () => 1 }"),
        ["B.\nC.", "F."]
    );
    assert_eq!(docs("/** A. */\nexports.f = function () {};"), ["A."]);
}

#[test]
fn names_that_are_assigned_outside() {
    becomes(
        r"
        let client;
        function get() {
            if (!client) client = connect();
            let own; own = 1;
            const inner = () => { own = 2; [client] = [3]; };
            return client;
        }
        ",
        r"
        client
        def get()
          outer client
          if <not client>
            client = connect()
          own
          own = 1
          inner = () => {own = 2; [client] = [3]}
          return client
        ",
    );
    let module = valid("a.ts", "function f() { let own; return () => { own = 2; other = 3; }; }");
    let outer = |at: usize| module.functions[at].outer.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!((outer(0), outer(1)), (vec![], vec!["other".to_owned(), "own".to_owned()]));
}

#[test]
fn types() {
    becomes(
        r#"
        let a: A.B<C>[] | null;
        let b: [x: string, y?: number, ...z: D[]];
        let c: { e: F; g?(h: I): J; readonly k: "l" | 2 };
        let m: (n: O) => P;
        let q: typeof r.s & T;
        let u: keyof V;
        let w: import("./x").Y<Z>;
        let aa: `on-${B}`;
        let bb: C extends D ? E : F;
        let cc: { [K in D]: E };
        let dd: this["ee"];
        let ff: unknown;
        "#,
        r#"
        a: (Array[A.B[C]] | null)
        b: [string, number, *Array[D]]
        c: {"e": F, "g": J, "k": ("l" | 2)}
        m: <P>
        q: <r.s, T>
        u: V
        w: require("./x").Y[Z]
        aa: f["on-" {B}]
        bb: (E | F)
        cc: <D, E>
        dd: self["ee"]
        ff: unknown
        "#,
    );
}

#[test]
fn types_alone_are_left_out() {
    becomes(
        r#"
        interface A { b: string }
        type C = A | null;
        declare module "x" { const y: number; }
        declare global { interface Window { z: 1 } }
        abstract class D { abstract e(): void; [key: string]: unknown; }
        "#,
        r"
        class D()
          def e() -> void
        ",
    );
}

#[test]
fn javascript_may_have_types_and_elements_may_be_in_files_for_types() {
    becomes_at("a.js", "const f = (x: number): string => x as any;", "f = (x: number) => {return x}");
    becomes_at("a.js", "const f = <div>{x}</div>;", "f = <x>");
    becomes_at("a.ts", "const f = <div>it's {x}</div>;", "f = <x>");
    becomes_at("a.tsx", "const f = <T>x;", "f = x");
    becomes_at("a.mts", "const f = <T>(x: T) => x;", "f = (x: T) => {return x}");
    becomes_at("a.cts", "import f = require('g'); export = f;", "");
}
