//! Expressions.

use oxc_ast::ast::{
    ArrayExpression, ArrayExpressionElement, BinaryExpression, ConditionalExpression, Expression,
    ImportExpression, LogicalExpression, ObjectExpression, ObjectProperty, ObjectPropertyKind, PropertyKey,
    PropertyKind, UnaryExpression,
};
use oxc_ast::ast::{BinaryOperator, LogicalOperator, UnaryOperator};
use oxc_span::GetSpan;

use super::lower::Lower;
use crate::ir::{Arg, Call, Expr, How, Kind, Name, Pair, StmtKind, Test};

/// The expression without what changes nothing of it here: brackets, types, `await`.
pub(super) fn inner<'b, 'a>(node: &'b Expression<'a>) -> &'b Expression<'a> {
    let mut node = node;
    loop {
        node = match node {
            Expression::ParenthesizedExpression(it) => &it.expression,
            Expression::TSAsExpression(it) => &it.expression,
            Expression::TSSatisfiesExpression(it) => &it.expression,
            Expression::TSTypeAssertion(it) => &it.expression,
            Expression::TSNonNullExpression(it) => &it.expression,
            Expression::TSInstantiationExpression(it) => &it.expression,
            Expression::AwaitExpression(it) if !matches!(it.argument, Expression::ImportExpression(_)) => {
                &it.argument
            }
            _ => return node,
        }
    }
}

impl<'a> Lower<'a> {
    pub(super) fn any(&mut self, node: &Expression<'a>) -> Expr {
        let node = inner(node);
        let start = node.span().start;
        match node {
            Expression::BooleanLiteral(it) => self.node(start, Kind::Bool(it.value)),
            Expression::NullLiteral(_) => self.node(start, Kind::Null),
            Expression::NumericLiteral(it) => self.number(it),
            Expression::StringLiteral(it) => self.string(it),
            Expression::TemplateLiteral(it) => self.template(it, false),
            Expression::Identifier(it) => self.identifier(start, &it.name),
            Expression::ThisExpression(_) => self.name_at(start, "self"),
            Expression::Super(_) => self.name_at(start, "super"),
            Expression::ArrayExpression(it) => self.array(it),
            Expression::ObjectExpression(it) => self.object(it),
            Expression::ArrowFunctionExpression(it) => self.arrow(it, None),
            Expression::FunctionExpression(it) => self.function_value(it, None),
            Expression::ClassExpression(it) => self.class_value(it, None),
            Expression::AssignmentExpression(it) => self.assignment_value(it),
            Expression::BinaryExpression(it) => self.binary(it),
            Expression::LogicalExpression(it) => self.logical(it),
            Expression::ConditionalExpression(it) => self.conditional(it),
            Expression::UnaryExpression(it) => self.unary(it),
            Expression::JSXElement(_) | Expression::JSXFragment(_) => self.element(node),
            _ => self.rare(node, start),
        }
    }

    fn rare(&mut self, node: &Expression<'a>, start: u32) -> Expr {
        match node {
            Expression::BigIntLiteral(it) => {
                let written = self.name(self.written(it.span));
                self.node(start, Kind::Number(written))
            }
            Expression::RegExpLiteral(it) => {
                let written = self.name(self.written(it.span));
                let text = self.node(start, Kind::Text(written));
                self.node(start, Kind::Mixed(vec![text]))
            }
            Expression::ImportMeta(_) => self.meta(start, "import", "meta"),
            Expression::NewTarget(_) => self.meta(start, "new", "target"),
            Expression::UpdateExpression(it) => {
                let target = self.simple_target(&it.argument);
                self.node(start, Kind::Mixed(vec![target]))
            }
            Expression::PrivateInExpression(it) => {
                let right = self.expr(&it.right);
                self.node(start, Kind::Mixed(vec![right]))
            }
            Expression::SequenceExpression(it) => {
                let Some((last, first)) = it.expressions.split_last() else {
                    return self.node(start, Kind::Mixed(Vec::new()));
                };
                for node in first {
                    self.keep(|lower| lower.expr(node));
                }
                self.expr(last)
            }
            Expression::YieldExpression(it) => {
                let value = it.argument.as_ref().map(|it| self.expr(it));
                let at = self.at(start);
                self.pending.push(crate::ir::Stmt { at, kind: StmtKind::Return(value) });
                self.node(start, Kind::Mixed(Vec::new()))
            }
            Expression::AwaitExpression(it) => match &it.argument {
                Expression::ImportExpression(import) => self.awaited_import(import),
                other => self.expr(other),
            },
            Expression::ImportExpression(it) => self.import_call(it),
            Expression::V8IntrinsicExpression(it) => {
                let callee = self.name_at(start, it.name.name.as_str());
                let args = self.args(&it.arguments);
                self.call(start, callee, args)
            }
            _ => self.chain(node),
        }
    }

    fn meta(&mut self, start: u32, of: &str, name: &str) -> Expr {
        let of = self.name_at(start, of);
        let name = self.name(name);
        self.node(start, Kind::Member(Box::new(of), name))
    }

    pub(super) fn identifier(&mut self, start: u32, name: &str) -> Expr {
        if name == "undefined" { self.node(start, Kind::Null) } else { self.name_at(start, name) }
    }

    pub(super) fn call(&mut self, start: u32, callee: Expr, args: Vec<Arg>) -> Expr {
        self.acts += 1;
        self.node(start, Kind::Call(Box::new(Call { callee, args })))
    }

    pub(super) fn import_call(&mut self, it: &ImportExpression<'a>) -> Expr {
        let callee = self.name_at(it.span.start, "import");
        let value = self.expr(&it.source);
        self.call(it.span.start, callee, vec![Arg { name: None, value }])
    }

    /// An expression that a comment may document: a function or a class that stands alone.
    pub(super) fn documented(&mut self, node: &Expression<'a>, comment: u32) -> Expr {
        let start = node.span().start;
        match inner(node) {
            Expression::ArrowFunctionExpression(it) => {
                let doc = self.doc(comment);
                self.nested(start, |lower| lower.arrow(it, doc))
            }
            Expression::FunctionExpression(it) => {
                let doc = self.doc(comment);
                self.nested(start, |lower| lower.function_value(it, doc))
            }
            Expression::ClassExpression(it) => {
                let doc = self.doc(comment);
                self.nested(start, |lower| lower.class_value(it, doc))
            }
            _ => self.expr(node),
        }
    }

    fn array(&mut self, it: &ArrayExpression<'a>) -> Expr {
        let mut items = Vec::with_capacity(it.elements.len());
        for element in &it.elements {
            let item = match element {
                ArrayExpressionElement::SpreadElement(spread) => {
                    self.spread(spread.span.start, &spread.argument)
                }
                ArrayExpressionElement::Elision(hole) => self.node(hole.span.start, Kind::Null),
                other => match other.as_expression() {
                    Some(value) => self.expr(value),
                    None => continue,
                },
            };
            items.push(item);
        }
        self.node(it.span.start, Kind::List(items))
    }

    pub(super) fn spread(&mut self, start: u32, of: &Expression<'a>) -> Expr {
        let of = self.expr(of);
        self.node(start, Kind::Spread(Box::new(of)))
    }

    fn object(&mut self, it: &ObjectExpression<'a>) -> Expr {
        let mut pairs = Vec::with_capacity(it.properties.len());
        for property in &it.properties {
            match property {
                ObjectPropertyKind::SpreadProperty(spread) => {
                    let value = self.spread(spread.span.start, &spread.argument);
                    pairs.push(Pair { key: None, value });
                }
                ObjectPropertyKind::ObjectProperty(property) => pairs.extend(self.property(property)),
            }
        }
        self.node(it.span.start, Kind::Map(pairs))
    }

    /// What a getter gives is what calling it gives; a setter gives nothing.
    fn property(&mut self, it: &ObjectProperty<'a>) -> Option<Pair> {
        let key = self.key(&it.key);
        let start = it.span.start;
        let value = match &it.value {
            Expression::FunctionExpression(function) if it.method || it.kind != PropertyKind::Init => {
                let (name, doc) = (Some(self.key_name(&it.key)), self.doc(start));
                let value = self.nested(start, |lower| lower.method_value(function, name, doc));
                match it.kind {
                    PropertyKind::Init => value,
                    PropertyKind::Get => self.call(start, value, Vec::new()),
                    PropertyKind::Set => return None,
                }
            }
            value => self.documented(value, start),
        };
        Some(Pair { key: Some(key), value })
    }

    /// A key: text for a plain name.
    pub(super) fn key(&mut self, key: &PropertyKey<'a>) -> Expr {
        let start = key.span().start;
        let name = match key {
            PropertyKey::StaticIdentifier(it) => it.name.as_str(),
            PropertyKey::PrivateIdentifier(_) => self.written(key.span()),
            other => match other.as_expression() {
                Some(value) => return self.expr(value),
                None => "",
            },
        };
        let name = self.name(name);
        self.node(start, Kind::Text(name))
    }

    /// What is called like the key; what is computed as it is written.
    pub(super) fn key_name(&mut self, key: &PropertyKey<'a>) -> Name {
        const LONGEST: usize = 80;
        match key {
            PropertyKey::StaticIdentifier(it) => self.name(&it.name),
            PropertyKey::StringLiteral(it) => self.text(&it.value, it.lone_surrogates),
            PropertyKey::PrivateIdentifier(_) | PropertyKey::NumericLiteral(_) => {
                self.name(self.written(key.span()))
            }
            _ => {
                let written: String = self.written(key.span()).chars().take(LONGEST).collect();
                self.name(&format!("[{written}]"))
            }
        }
    }

    /// Operators follow each other on the left, in one list whatever their number; pieces of text that do are one.
    fn binary(&mut self, it: &BinaryExpression<'a>) -> Expr {
        let adds = it.operator == BinaryOperator::Addition;
        let mut nodes = vec![&it.right];
        let mut left = inner(&it.left);
        while let Expression::BinaryExpression(it) = left
            && adds == (it.operator == BinaryOperator::Addition)
        {
            nodes.push(&it.right);
            left = inner(&it.left);
        }
        nodes.push(left);
        let mut parts: Vec<Expr> = Vec::with_capacity(nodes.len());
        let mut run = String::new();
        for node in nodes.into_iter().rev() {
            let part = self.expr(node);
            match (parts.last(), &part.kind) {
                (Some(Expr { kind: Kind::Text(text), .. }), Kind::Text(more)) if adds => {
                    if run.is_empty() {
                        run.push_str(text);
                    }
                    run.push_str(more);
                }
                _ => {
                    self.flush_text(&mut parts, &mut run);
                    parts.push(part);
                }
            }
        }
        self.flush_text(&mut parts, &mut run);
        let joins = adds && !parts.iter().all(|it| matches!(it.kind, Kind::Number(_)));
        match (parts.pop(), parts.is_empty()) {
            (Some(only), true) if adds => only,
            (last, _) => {
                parts.extend(last);
                let how = compared(it.operator).filter(|_| parts.len() == 2);
                match how {
                    Some(how) => self.test(it.span.start, how, parts),
                    None if joins => self.node(it.span.start, Kind::Joined(parts)),
                    None => self.node(it.span.start, Kind::Mixed(parts)),
                }
            }
        }
    }

    fn flush_text(&mut self, parts: &mut [Expr], run: &mut String) {
        if let (Some(last), false) = (parts.last_mut(), run.is_empty()) {
            last.kind = Kind::Text(self.name(run));
            run.clear();
        }
    }

    fn logical(&mut self, it: &LogicalExpression<'a>) -> Expr {
        let start = it.span.start;
        let mut parts = Vec::new();
        if it.operator == LogicalOperator::And {
            self.keep(|lower| lower.condition(&it.left));
            let value = self.expr(&it.right);
            choose(&mut parts, value, true);
            parts.push(self.node(start, Kind::Null));
            return self.node(start, Kind::Choice(parts));
        }
        let mut nodes = vec![&it.right];
        let mut left = inner(&it.left);
        while let Expression::LogicalExpression(it) = left
            && it.operator != LogicalOperator::And
        {
            nodes.push(&it.right);
            left = inner(&it.left);
        }
        nodes.push(left);
        let last = nodes.len() - 1;
        for (at, node) in nodes.into_iter().rev().enumerate() {
            let part = self.expr(node);
            choose(&mut parts, part, at == last);
        }
        self.node(start, Kind::Choice(parts))
    }

    /// Alternatives of alternatives are in one list.
    fn conditional(&mut self, it: &ConditionalExpression<'a>) -> Expr {
        let start = it.span.start;
        let mut parts = Vec::new();
        let mut it = it;
        loop {
            self.keep(|lower| lower.condition(&it.test));
            let part = self.expr(&it.consequent);
            choose(&mut parts, part, true);
            match inner(&it.alternate) {
                Expression::ConditionalExpression(next) => it = next,
                other => {
                    let part = self.expr(other);
                    choose(&mut parts, part, true);
                    return self.node(start, Kind::Choice(parts));
                }
            }
        }
    }

    /// What is looked at to decide: both sides of `&&` and `||`, in one list.
    pub(super) fn condition(&mut self, node: &Expression<'a>) -> Expr {
        let start = node.span().start;
        self.nested(start, |lower| {
            let (mut node, mut is_denied) = (inner(node), false);
            let outermost = node;
            while let Expression::UnaryExpression(it) = node
                && it.operator == UnaryOperator::LogicalNot
            {
                (node, is_denied) = (inner(&it.argument), !is_denied);
            }
            let Expression::LogicalExpression(top) = node else { return lower.any(outermost) };
            let how = if top.operator == LogicalOperator::And { How::All } else { How::Any };
            let mut nodes = Vec::new();
            while let Expression::LogicalExpression(it) = node
                && it.operator == top.operator
            {
                nodes.push(&it.right);
                node = inner(&it.left);
            }
            nodes.push(node);
            let parts = nodes.into_iter().rev().map(|it| lower.condition(it)).collect();
            let condition = lower.test(start, how, parts);
            if is_denied { lower.test(start, How::Not, vec![condition]) } else { condition }
        })
    }

    fn test(&mut self, start: u32, how: How, parts: Vec<Expr>) -> Expr {
        self.node(start, Kind::Test(Box::new(Test { how, parts })))
    }

    fn unary(&mut self, it: &UnaryExpression<'a>) -> Expr {
        let start = it.span.start;
        let argument = inner(&it.argument);
        let known = match (it.operator, argument) {
            (UnaryOperator::UnaryNegation, Expression::NumericLiteral(number)) => {
                let number = format!("-{}", self.written(number.span));
                Some(Kind::Number(self.name(&number)))
            }
            (UnaryOperator::UnaryPlus, Expression::NumericLiteral(number)) => {
                Some(Kind::Number(self.name(self.written(number.span))))
            }
            // As compilers write `true` and `false`.
            (UnaryOperator::LogicalNot, Expression::NumericLiteral(it)) => Some(Kind::Bool(it.value == 0.0)),
            (UnaryOperator::Void, Expression::NumericLiteral(_)) => Some(Kind::Null),
            _ => None,
        };
        if let Some(kind) = known {
            return self.node(start, kind);
        }
        let mut argument = argument;
        let (mut is_not, mut is_denied) = (it.operator == UnaryOperator::LogicalNot, true);
        while let Expression::UnaryExpression(it) = argument {
            (is_not, is_denied) = (is_not && it.operator == UnaryOperator::LogicalNot, !is_denied);
            argument = inner(&it.argument);
        }
        let of = self.expr(argument);
        if is_not && is_denied {
            return self.test(start, How::Not, vec![of]);
        }
        self.node(start, Kind::Mixed(vec![of]))
    }
}

/// What the operator compares, where it does.
fn compared(operator: BinaryOperator) -> Option<How> {
    match operator {
        BinaryOperator::Equality | BinaryOperator::StrictEquality => Some(How::Equal),
        BinaryOperator::Inequality | BinaryOperator::StrictInequality => Some(How::Unequal),
        BinaryOperator::In => Some(How::Among),
        _ => None,
    }
}

/// Adds an alternative; what is nothing is none where something else comes after it.
fn choose(parts: &mut Vec<Expr>, part: Expr, is_last: bool) {
    match part.kind {
        Kind::Choice(more) => {
            parts.extend(more.into_iter().filter(|it| is_last || !matches!(it.kind, Kind::Null)));
        }
        _ => parts.push(part),
    }
}
