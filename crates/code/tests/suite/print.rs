//! The tree as short text, for expectations that can be read.
//!
//! `each(x)` is an element of `x`; `(a | b)` one of two; `a ++ b` joined; `<a, b>` mixed; `<a is b>` a test; `"a" {x}` a template. Functions and
//! classes are printed where they are defined.

use ambit_code::ir::{
    Arg, Block, BlockKind, Class, ClassNo, Expr, Fault, Field, Function, FunctionNo, How, Import, Kind,
    Module, Pair, Param, Stmt, StmtKind, Test,
};

/// All statements.
pub(crate) fn body(module: &Module) -> String {
    let mut out = String::new();
    statements(module, &module.body, 0, &mut out);
    out
}

/// All imports, a line each: local name, module, symbol.
pub(crate) fn imports(module: &Module) -> String {
    let line = |it: &Import| {
        let symbol = it.symbol.as_ref().map_or(String::new(), |it| format!(" {it}"));
        format!("{} = {}{symbol}\n", it.local, it.module)
    };
    module.imports.iter().map(line).collect::<Vec<_>>().concat()
}

/// All faults, a line each.
pub(crate) fn faults(module: &Module) -> String {
    let line = |it: &Fault| format!("{}:{} {}\n", it.at.line, it.at.column, it.message);
    module.faults.iter().map(line).collect::<Vec<_>>().concat()
}

fn statements(module: &Module, body: &[Stmt], depth: usize, out: &mut String) {
    for stmt in body {
        statement(module, stmt, depth, out);
    }
}

fn line(depth: usize, text: &str, out: &mut String) {
    out.extend(["  ".repeat(depth).as_str(), text, "\n"]);
}

fn statement(module: &Module, stmt: &Stmt, depth: usize, out: &mut String) {
    let show = |it: &Expr| expr(module, it);
    match &stmt.kind {
        StmtKind::Assign { target, value, annotation, adds } => {
            let annotation = annotation.as_ref().map_or(String::new(), |it| format!(": {}", show(it)));
            let sign = if *adds { "+=" } else { "=" };
            let value = value.as_ref().map_or(String::new(), |it| format!(" {sign} {}", show(it)));
            line(depth, &format!("{}{annotation}{value}", show(target)), out);
        }
        StmtKind::Expr(it) => line(depth, &show(it), out),
        StmtKind::Return(it) => line(depth, &optional(module, "return", it.as_ref()), out),
        StmtKind::Raise(it) => line(depth, &optional(module, "raise", it.as_ref()), out),
        StmtKind::Function(no) => function(module, *no, depth, out),
        StmtKind::Class(no) => class(module, *no, depth, out),
        StmtKind::Block(it) => block(module, it, depth, out),
    }
}

fn optional(module: &Module, word: &str, value: Option<&Expr>) -> String {
    value.map_or(word.to_owned(), |it| format!("{word} {}", expr(module, it)))
}

fn block(module: &Module, block: &Block, depth: usize, out: &mut String) {
    let word = match block.kind {
        BlockKind::If => "if",
        BlockKind::Match => "match",
        BlockKind::Case => "case",
        BlockKind::While => "while",
        BlockKind::For => "for",
        BlockKind::Try => "try",
        BlockKind::With => "with",
    };
    let head = list(module, &block.head, "; ");
    line(depth, format!("{word} {head}").trim_end(), out);
    statements(module, &block.body, depth + 1, out);
    if !block.other.is_empty() {
        line(depth, "other", out);
        statements(module, &block.other, depth + 1, out);
    }
}

fn function(module: &Module, no: FunctionNo, depth: usize, out: &mut String) {
    let it = module.function(no).expect("the function is there");
    let Function { name, params, decorators, doc, body, returns, is_static, outer, .. } = it;
    for decorator in decorators {
        line(depth, &format!("@{}", expr(module, decorator)), out);
    }
    let returns = returns.as_ref().map_or(String::new(), |it| format!(" -> {}", expr(module, it)));
    let word = if *is_static { "static def" } else { "def" };
    let name = name.as_deref().unwrap_or("?");
    line(depth, &format!("{word} {name}({}){returns}", self::params(module, params)), out);
    if let Some(doc) = doc {
        line(depth + 1, &format!("doc {doc:?}"), out);
    }
    if !outer.is_empty() {
        line(depth + 1, &format!("outer {}", outer.join(", ")), out);
    }
    statements(module, body, depth + 1, out);
}

fn params(module: &Module, params: &[Param]) -> String {
    let show = |it: &Param| {
        let rest = if it.is_rest { "*" } else { "" };
        let annotation = it.annotation.as_ref().map_or(String::new(), |it| format!(": {}", expr(module, it)));
        let default = it.default.as_ref().map_or(String::new(), |it| format!(" = {}", expr(module, it)));
        let parts: Vec<String> = it.parts.iter().map(|(key, local)| format!("{key} as {local}")).collect();
        let parts = if parts.is_empty() { String::new() } else { format!("{{{}}}", parts.join(", ")) };
        format!("{rest}{}{parts}{annotation}{default}", it.name)
    };
    params.iter().map(show).collect::<Vec<_>>().join(", ")
}

fn class(module: &Module, no: ClassNo, depth: usize, out: &mut String) {
    let it = module.class(no).expect("the class is there");
    let Class { name, bases, decorators, doc, fields, methods, .. } = it;
    for decorator in decorators {
        line(depth, &format!("@{}", expr(module, decorator)), out);
    }
    let name = name.as_deref().unwrap_or("?");
    line(depth, &format!("class {name}({})", list(module, bases, ", ")), out);
    if let Some(doc) = doc {
        line(depth + 1, &format!("doc {doc:?}"), out);
    }
    for Field { name, annotation, value, .. } in fields {
        let annotation = annotation.as_ref().map_or(String::new(), |it| format!(": {}", expr(module, it)));
        if let Some(Kind::Class(no)) = value.as_ref().map(|it| &it.kind) {
            class(module, *no, depth + 1, out);
            continue;
        }
        let value = value.as_ref().map_or(String::new(), |it| format!(" = {}", expr(module, it)));
        line(depth + 1, &format!("{name}{annotation}{value}"), out);
    }
    for no in methods {
        function(module, *no, depth + 1, out);
    }
}

fn list(module: &Module, items: &[Expr], between: &str) -> String {
    items.iter().map(|it| expr(module, it)).collect::<Vec<_>>().join(between)
}

/// One expression.
pub(crate) fn expr(module: &Module, it: &Expr) -> String {
    let show = |it: &Expr| expr(module, it);
    match &it.kind {
        Kind::Null => "null".into(),
        Kind::Bool(it) => it.to_string(),
        Kind::Number(it) | Kind::Name(it) => it.to_string(),
        Kind::Text(it) => format!("{it:?}"),
        Kind::Template(parts) => {
            let part = |it: &Expr| match it.kind {
                Kind::Text(_) => show(it),
                _ => format!("{{{}}}", show(it)),
            };
            format!("f[{}]", parts.iter().map(part).collect::<Vec<_>>().join(" "))
        }
        Kind::Member(of, name) => format!("{}.{name}", show(of)),
        Kind::Index(of, index) => format!("{}[{}]", show(of), show(index)),
        Kind::Call(call) => {
            let arg = |Arg { name, value }: &Arg| match name {
                Some(name) => format!("{name}={}", show(value)),
                None => show(value),
            };
            let args = call.args.iter().map(arg).collect::<Vec<_>>().join(", ");
            format!("{}({args})", show(&call.callee))
        }
        Kind::List(items) => format!("[{}]", list(module, items, ", ")),
        Kind::Map(pairs) => {
            let pair = |Pair { key, value }: &Pair| match key {
                Some(key) => format!("{}: {}", show(key), show(value)),
                None => show(value),
            };
            format!("{{{}}}", pairs.iter().map(pair).collect::<Vec<_>>().join(", "))
        }
        Kind::Spread(of) => format!("*{}", show(of)),
        Kind::Function(no) => {
            let it = module.function(*no).expect("the function is there");
            let mut body = String::new();
            statements(module, &it.body, 0, &mut body);
            format!("({}) => {{{}}}", params(module, &it.params), body.trim_end().replace('\n', "; "))
        }
        Kind::Class(no) => {
            let it = module.class(*no).expect("the class is there");
            format!("class {}", it.name.as_deref().unwrap_or("?"))
        }
        Kind::Choice(of) => format!("({})", list(module, of, " | ")),
        Kind::Comprehension(it) => {
            let rounds =
                it.rounds.iter().map(|(target, over)| format!(" for {} in {}", show(target), show(over)));
            let conditions = it.conditions.iter().map(|it| format!(" if {}", show(it)));
            format!("[{}{}]", show(&it.element), rounds.chain(conditions).collect::<Vec<_>>().concat())
        }
        Kind::Element(of) => format!("each({})", show(of)),
        Kind::Joined(of) => list(module, of, " ++ "),
        Kind::Test(it) => test(module, it),
        Kind::Mixed(of) => format!("<{}>", list(module, of, ", ")),
    }
}

fn test(module: &Module, it: &Test) -> String {
    let between = match it.how {
        How::Equal => " is ",
        How::Unequal => " is not ",
        How::Among => " in ",
        How::NotAmong => " not in ",
        How::Otherwise | How::Not => ", ",
        How::All => " and ",
        How::Any => " or ",
    };
    let not = if it.how == How::Not { "not " } else { "" };
    format!("<{not}{}>", list(module, &it.parts, between))
}
