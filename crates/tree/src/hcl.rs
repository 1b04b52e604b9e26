//! HCL, the syntax of Terraform, by `hcl-edit`: blocks become what Terraform's own JSON writes for them.
//!
//! A block of a type is an item of the list under that type, and each of its labels a map around it. What is no plain
//! value stands as text in `${…}`, as written; a call is a map of one key, its name with `()`, to the list of its
//! arguments. Nothing is evaluated.

use std::ops::Range;

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, FuncCall, ObjectKey};
use hcl_edit::structure::{Block, BlockLabel, Body, Structure};
use hcl_edit::template::{Element, Template};

use super::{DEEPEST, Fault, Kind, Lines, Node, Pair, Position, bounded, to_u32, too_deep};

pub(super) fn parse(text: &str) -> Result<Node, Fault> {
    bounded(text, [b',', b'=', b'{'])?;
    let body = hcl_edit::parser::parse_body(text).map_err(|e| {
        let at = e.location();
        Fault {
            at: Position { line: to_u32(at.line().max(1)), column: to_u32(at.column().max(1)) },
            message: format!("not HCL: {}", e.message()),
            help: "fix the syntax at this place; nothing of the file could be read",
        }
    })?;
    let reading = Reading { text, lines: Lines::new(text) };
    let at = Position { line: 1, column: 1 };
    Ok(Node { at, kind: reading.body(&body, at, 0)? })
}

struct Reading<'a> {
    text: &'a str,
    lines: Lines<'a>,
}

impl Reading<'_> {
    fn at(&self, span: Option<Range<usize>>, otherwise: Position) -> Position {
        span.map_or(otherwise, |it| self.lines.position(it.start))
    }

    fn body(&self, body: &Body, at: Position, depth: usize) -> Result<Kind, Fault> {
        if depth > DEEPEST {
            return Err(too_deep(at));
        }
        let mut pairs: Vec<Pair> = Vec::new();
        // Where the list of each type of block is among the pairs.
        let mut lists: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
        for structure in body {
            match structure {
                Structure::Attribute(it) => {
                    let at = self.at(it.key.span(), at);
                    let value = self.expression(&it.value, at, depth + 1)?;
                    pairs.push(Pair { key: it.key.to_string(), at, value });
                }
                Structure::Block(block) => {
                    let at = self.at(block.ident.span(), at);
                    let item = self.block(block, at, depth + 1)?;
                    let list = lists.get(block.ident.as_str()).and_then(|it| pairs.get_mut(*it));
                    if let Some(Kind::List(items)) = list.map(|it| &mut it.value.kind) {
                        items.push(item);
                        continue;
                    }
                    lists.insert(block.ident.to_string(), pairs.len());
                    let value = Node { at, kind: Kind::List(vec![item]) };
                    pairs.push(Pair { key: block.ident.to_string(), at, value });
                }
            }
        }
        Ok(Kind::Map(pairs))
    }

    /// The body of `block`, with a map around it for each label.
    fn block(&self, block: &Block, at: Position, depth: usize) -> Result<Node, Fault> {
        let mut node = Node { at, kind: self.body(&block.body, at, depth + block.labels.len())? };
        for label in block.labels.iter().rev() {
            let (key, span) = match label {
                BlockLabel::Ident(it) => (it.to_string(), it.span()),
                BlockLabel::String(it) => (it.value().clone(), it.span()),
            };
            let pair = Pair { key, at: self.at(span, at), value: node };
            node = Node { at, kind: Kind::Map(vec![pair]) };
        }
        Ok(node)
    }

    fn expression(&self, it: &Expression, otherwise: Position, depth: usize) -> Result<Node, Fault> {
        let at = self.at(it.span(), otherwise);
        if depth > DEEPEST {
            return Err(too_deep(at));
        }
        let kind = match it {
            Expression::Null(_) => Kind::Null,
            Expression::Bool(it) => Kind::Bool(*it.value()),
            Expression::Number(it) => Kind::Number(it.value().to_string()),
            Expression::String(it) => Kind::Text(it.value().clone()),
            Expression::StringTemplate(it) => Kind::Text(self.parts(it.iter())),
            Expression::HeredocTemplate(it) => Kind::Text(self.template(&it.template)),
            Expression::Parenthesis(it) => return self.expression(it.inner(), at, depth + 1),
            Expression::Array(items) => {
                let items = items.iter().map(|it| self.expression(it, at, depth + 1));
                Kind::List(items.collect::<Result<_, _>>()?)
            }
            Expression::Object(object) => {
                let mut pairs = Vec::new();
                for (key, value) in object {
                    let at = self.at(key.span(), at);
                    let value = self.expression(value.expr(), at, depth + 1)?;
                    pairs.push(Pair { key: self.key(key), at, value });
                }
                Kind::Map(pairs)
            }
            Expression::FuncCall(call) => self.call(call, at, depth)?,
            Expression::Variable(_)
            | Expression::Conditional(_)
            | Expression::Traversal(_)
            | Expression::UnaryOp(_)
            | Expression::BinaryOp(_)
            | Expression::ForExpr(_) => Kind::Text(format!("${{{}}}", self.written(it.span()))),
        };
        Ok(Node { at, kind })
    }

    fn call(&self, call: &FuncCall, at: Position, depth: usize) -> Result<Kind, Fault> {
        let arguments = call.args.iter().map(|it| self.expression(it, at, depth + 2));
        let value = Node { at, kind: Kind::List(arguments.collect::<Result<_, _>>()?) };
        let space = call.name.namespace.iter().map(|it| format!("{}::", it.as_str()));
        let key = format!("{}{}()", space.collect::<String>(), call.name.name.as_str());
        Ok(Kind::Map(vec![Pair { key, at, value }]))
    }

    fn key(&self, key: &ObjectKey) -> String {
        match key {
            ObjectKey::Ident(it) => it.to_string(),
            ObjectKey::Expression(Expression::String(it)) => it.value().clone(),
            ObjectKey::Expression(it) => self.written(it.span()).to_owned(),
        }
    }

    fn template(&self, template: &Template) -> String {
        self.parts(template.iter())
    }

    fn parts<'e>(&self, elements: impl Iterator<Item = &'e Element>) -> String {
        let part = |it: &Element| match it {
            Element::Literal(it) => it.value().clone(),
            Element::Interpolation(it) => format!("${{{}}}", self.written(it.expr.span()).trim()),
            Element::Directive(it) => self.written(it.span()).to_owned(),
        };
        elements.map(part).collect()
    }

    fn written(&self, span: Option<Range<usize>>) -> &str {
        span.and_then(|it| self.text.get(it)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Syntax, parse as parse_as};

    fn get<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
        let Kind::Map(pairs) = &node.kind else { return None };
        pairs.iter().find(|it| it.key == key).map(|it| &it.value)
    }

    fn item(node: &Node, index: usize) -> Option<&Node> {
        let Kind::List(items) = &node.kind else { return None };
        items.get(index)
    }

    #[test]
    fn blocks_are_lists_under_their_type_and_labels_are_maps() {
        let text = "resource \"a\" \"b\" {\n  x = [1, true, null, \"t\"]\n  n {\n    y = v.w[0].z\n  }\n  n {}\n}\nresource \"a\" \"c\" {}\n";
        let root = parse(text).expect("HCL");
        let list = get(&root, "resource").expect("resources");
        assert_eq!(item(list, 2), None);
        let second = item(list, 1).and_then(|it| get(it, "a")).and_then(|it| get(it, "c"));
        assert_eq!(second.map(|it| it.at), Some(Position { line: 8, column: 1 }));
        let body = item(list, 0).and_then(|it| get(it, "a")).and_then(|it| get(it, "b")).expect("the body");
        let x = get(body, "x").expect("x");
        let kinds: Vec<Option<&Kind>> = (0..4).map(|it| item(x, it).map(|it| &it.kind)).collect();
        let expected =
            [Kind::Number("1".to_owned()), Kind::Bool(true), Kind::Null, Kind::Text("t".to_owned())];
        assert_eq!(kinds, expected.iter().map(Some).collect::<Vec<_>>());
        assert_eq!(item(x, 3).map(|it| it.at), Some(Position { line: 2, column: 23 }));
        let y = get(body, "n").and_then(|it| item(it, 0)).and_then(|it| get(it, "y"));
        assert_eq!(y.map(|it| &it.kind), Some(&Kind::Text("${v.w[0].z}".to_owned())));
        let mut oddities = Vec::new();
        parse_as(text, Syntax::Hcl, &mut oddities).expect("HCL");
        assert_eq!(oddities, []);
    }

    #[test]
    fn what_is_no_plain_value_stands_as_written() {
        let text = "a = \"x-${ var.y }-%{ if b }c%{ endif }\"\nb = c ? 1 : -2\nd = f({ k = g(\"h\") }, \"\\u00e9\\n\")\n\
                    e = <<-EOT\n  one ${two}\n  EOT\ng = (\"p\")\n(\"i\") = 1\n";
        assert!(parse(text).is_err(), "a key in parentheses is one of an object");
        let root = parse(text.trim_end_matches("(\"i\") = 1\n")).expect("HCL");
        let text_of = |key: &str| match get(&root, key).map(|it| &it.kind) {
            Some(Kind::Text(it)) => it.clone(),
            other => panic!("{key}: {other:?}"),
        };
        assert_eq!(text_of("a"), "x-${var.y}-%{ if b }c%{ endif }");
        assert_eq!(text_of("b"), "${c ? 1 : -2}");
        assert_eq!(text_of("e").trim(), "one ${two}");
        assert_eq!(text_of("g"), "p");
        let call = get(&root, "d").and_then(|it| get(it, "f()")).expect("a call");
        let inner = item(call, 0).and_then(|it| get(it, "k")).and_then(|it| get(it, "g()"));
        assert_eq!(inner.and_then(|it| item(it, 0)).map(|it| &it.kind), Some(&Kind::Text("h".to_owned())));
        assert_eq!(item(call, 1).map(|it| &it.kind), Some(&Kind::Text("é\n".to_owned())));
    }

    #[test]
    fn deep_and_broken_texts_are_faults_with_a_place() {
        let deep = [
            format!("a = {}1{}\n", "[".repeat(100_000), "]".repeat(100_000)),
            format!("a = {}1{}\n", "(".repeat(100_000), ")".repeat(100_000)),
            format!("a = {}1{}\n", "{a=".repeat(100_000), "}".repeat(100_000)),
            format!("a = {}1{}\n", "f(".repeat(100_000), ")".repeat(100_000)),
            format!("a = {}\n", "\"${".repeat(100_000)),
            format!("a = {}true\n", "!".repeat(100_000)),
            format!("a = {}1\n", "b ? c : ".repeat(100_000)),
            "a {\n".repeat(100_000),
            format!("a = \"{}\"\n", "%{if b}".repeat(100_000)),
            format!("a = <<E\n{}\nE\n", "${\"".repeat(100_000)),
        ];
        for text in deep {
            let fault = parse(&text).expect_err("too deep");
            assert!(fault.at.line > 0 && fault.at.column > 0, "{fault:?}");
        }
        let fault = parse("a = 1\nb = [\n").expect_err("not closed");
        assert!(fault.message.starts_with("not HCL: "), "{fault:?}");
    }
}
