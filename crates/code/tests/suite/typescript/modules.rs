//! Imports and exports.

use super::{becomes, becomes_at, dedented, exports, valid};
use crate::print;

#[track_caller]
fn imports(source: &str, expected: &str) {
    let module = valid("src/app.ts", &dedented(source));
    assert_eq!(print::imports(&module).trim_end(), dedented(expected).trim_end());
}

#[test]
fn imports_of_all_shapes() {
    imports(
        r#"
        import a from "m";
        import b, { c, d as e, type F, default as g } from "./n.js";
        import * as h from "@scope/o/p";
        import type { I } from "q";
        import type J from "r";
        import k, * as l from "s" with { type: "json" };
        import { "odd name" as m } from "t";
        import "side-effect";
        import n = require("u");
        "#,
        r"
        a = m default
        b = ./n.js default
        c = ./n.js c
        e = ./n.js d
        F = ./n.js F
        g = ./n.js default
        h = @scope/o/p
        I = q I
        J = r default
        k = s default
        l = s
        m = t odd name
        n = u
        ",
    );
}

#[test]
fn required_modules() {
    imports(
        r#"
        const a = require("m");
        const { b, c: d, "e-f": g } = require(`n`);
        const h = require("o").i;
        const j = await import("./p");
        const { k } = await import("./q");
        const l = (await import("r")).default;
        var s = __importDefault(require("t")), u = tslib.__importStar(require("v"));
        const w = _interop_require_default._(require("x"));
        function later() { const y = require("z"); }
        "#,
        r"
        a = m
        b = n b
        d = n c
        g = n e-f
        h = o i
        j = ./p
        k = ./q k
        l = r default
        s = t
        u = v
        w = x
        y = z
        ",
    );
}

#[test]
fn modules_within_expressions() {
    let source = r#"
        require("dotenv").config();
        const run = require("util").promisify(require("child_process").exec);
        const { a, ...rest } = require("m");
        const { b = 1 } = await import("n");
        const name = pick();
        const c = require(name);
        import("./late").then(({ d }) => d());
        const e = (await import(name)).f;
    "#;
    becomes(
        source,
        r#"
        require("dotenv").config()
        run = require("util").promisify(require("child_process").exec)
        {"a": a, *rest} = require("m")
        {"b": b} = require("n")
        if
          b = 1
        name = pick()
        c = require(name)
        import("./late").then(({d as d}) => {return d()})
        e = import(name).f
        "#,
    );
    imports(
        source,
        r#"
        require("dotenv") = dotenv
        require("util") = util
        require("child_process") = child_process
        require("m") = m
        require("n") = n
        "#,
    );
}

#[test]
fn exports_of_all_shapes() {
    let module = valid(
        "a.ts",
        r#"
        export const a = 1;
        export function b() {}
        export { a as c, b, a as "odd name", b as default };
        export { d, e as f, default as g } from "./m";
        export * from "./n";
        export * as h from "./o";
        export type { I } from "./p";
        export import j = a.b;
        "#,
    );
    assert_eq!(
        exports(&module),
        dedented(
            r"
            c = a
            odd name = a
            default = b
            d = d from ./m
            f = e from ./m
            g = default from ./m
            * = * from ./n
            h = * from ./o
            I = I from ./p
            "
        )
    );
}

#[test]
fn defaults() {
    let default = |source: &str| {
        let module = valid("a.ts", source);
        (exports(&module), print::body(&module))
    };
    let pair = |exports: &str, body: &str| (exports.to_owned(), body.to_owned());
    assert_eq!(default("export default a;"), pair("default = a\n", ""));
    assert_eq!(default("export default a satisfies B;"), pair("default = a\n", ""));
    assert_eq!(
        default("export default f({ b: 1 });"),
        pair("default = default\n", "default = f({\"b\": 1})\n")
    );
    assert_eq!(default("export default function c() {}"), pair("default = c\n", "def c()\n"));
    assert_eq!(
        default("export default async function () { d(); }"),
        pair("default = default\n", "default = () => {d()}\n")
    );
    assert_eq!(default("export default class E {}"), pair("default = E\n", "class E()\n"));
    assert_eq!(default("export default class {}"), pair("default = default\n", "default = class ?\n"));
    assert_eq!(default("export default interface F {}"), pair("", ""));
    assert_eq!(default("export = g;"), pair("default = g\n", ""));
}

#[test]
fn what_is_given_in_the_way_of_commonjs() {
    let source = r"
        const own = 1;
        function send() {}
        exports.a = exports.b = void 0;
        exports.a = send;
        exports.b = make();
        exports.own = other();
        exports.send = send;
        module.exports.c = exports.d = function () { return exports.b.run(module.exports.a); };
        const e = exports.e = 2;
        function inner() { exports.f = 3; }
    ";
    let module = valid("a.cjs", &dedented(source));
    assert_eq!(exports(&module), "a = send\nown = exports.own\n");
    becomes_at(
        "a.cjs",
        source,
        r"
        own = 1
        def send()
        b = make()
        exports.own = other()
        d = () => {return b.run(send)}
        c = d
        e = 2
        def inner()
          exports.f = 3
        ",
    );
}

#[test]
fn objects_that_are_all_of_a_module() {
    let source = r#"
        const a = 1;
        module.exports = { a, b: a, c: make(), d() {}, "e-f": 2, ...require("./g"), ...h };
    "#;
    let module = valid("a.js", &dedented(source));
    assert_eq!(exports(&module), "* = * from ./g\nb = a\ndefault = default\n");
    becomes_at(
        "a.js",
        source,
        r#"
        a = 1
        default = {"a": a, "b": a, "c": make(), "d": () => {}, "e-f": 2, *require("./g"), *h}
        c = default.c
        d = default.d
        e-f = default.e-f
        "#,
    );
    let all = valid("a.js", "exports = module.exports = require('./b');");
    assert_eq!(exports(&all), "* = * from ./b\ndefault = default from ./b\n");
    let class = valid("a.js", "module.exports = class A {};\nmodule.exports.B = class {};");
    assert_eq!(exports(&class), "default = default\n");
    assert_eq!(print::body(&class), "default = class A\nB = class ?\n");
}

#[test]
fn what_compilers_write() {
    let source = r#"
        "use strict";
        Object.defineProperty(exports, "__esModule", { value: true });
        exports.server = void 0;
        __exportStar(require("./tools"), exports);
        const mcp_js_1 = require("@modelcontextprotocol/sdk/server/mcp.js");
        Object.defineProperty(exports, "McpServer", { enumerable: true, get: function () { return mcp_js_1.McpServer; } });
        exports.server = new mcp_js_1.McpServer({ name: "x" });
        exports.server.tool("read", (0, z_1.object)({}), async () => 1);
    "#;
    let module = valid("dist/index.js", &dedented(source));
    assert_eq!(exports(&module), "* = * from ./tools\n");
    becomes_at(
        "dist/index.js",
        source,
        r#"
        __exportStar(require("./tools"), exports)
        McpServer = mcp_js_1.McpServer
        server = mcp_js_1.McpServer({"name": "x"})
        server.tool("read", z_1.object({}), () => {return 1})
        "#,
    );
    let bundled = valid(
        "dist/a.js",
        "__export(src_exports, { run: () => run2 });\nmodule.exports = __toCommonJS(src_exports);",
    );
    assert_eq!(exports(&bundled), "default = default\nrun = run2\n");
}
