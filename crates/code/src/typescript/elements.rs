//! Elements of JSX: what is evaluated in them, in one list.

use oxc_ast::ast::{
    Expression, JSXAttributeItem, JSXAttributeValue, JSXChild, JSXElement, JSXElementName, JSXExpression,
    JSXMemberExpression, JSXMemberExpressionObject,
};
use oxc_span::GetSpan;

use super::lower::Lower;
use crate::ir::{Expr, Kind};

impl<'a> Lower<'a> {
    pub(super) fn element(&mut self, node: &Expression<'a>) -> Expr {
        let start = node.span().start;
        let mut parts = Vec::new();
        match node {
            Expression::JSXElement(it) => self.element_parts(it, &mut parts),
            Expression::JSXFragment(it) => self.children(&it.children, &mut parts),
            _ => {}
        }
        self.node(start, Kind::Mixed(parts))
    }

    fn element_parts(&mut self, it: &JSXElement<'a>, parts: &mut Vec<Expr>) {
        let opening = &it.opening_element;
        match &opening.name {
            JSXElementName::IdentifierReference(it) => parts.push(self.name_at(it.span.start, &it.name)),
            JSXElementName::MemberExpression(it) => parts.push(self.element_name(it)),
            _ => {}
        }
        for attribute in &opening.attributes {
            match attribute {
                JSXAttributeItem::SpreadAttribute(it) => {
                    parts.push(self.spread(it.span.start, &it.argument));
                }
                JSXAttributeItem::Attribute(it) => match &it.value {
                    Some(JSXAttributeValue::ExpressionContainer(it)) => self.contained(&it.expression, parts),
                    Some(JSXAttributeValue::Element(it)) => self.deep_element(it, parts),
                    Some(JSXAttributeValue::Fragment(it)) => self.children(&it.children, parts),
                    Some(JSXAttributeValue::StringLiteral(_)) | None => {}
                },
            }
        }
        self.children(&it.children, parts);
    }

    fn deep_element(&mut self, it: &JSXElement<'a>, parts: &mut Vec<Expr>) {
        let mut more = self.deeper(it.span.start, |lower| {
            let mut parts = Vec::new();
            lower.element_parts(it, &mut parts);
            parts
        });
        parts.append(&mut more);
    }

    fn children(&mut self, children: &[JSXChild<'a>], parts: &mut Vec<Expr>) {
        for child in children {
            match child {
                JSXChild::Text(_) => {}
                JSXChild::Element(it) => self.deep_element(it, parts),
                JSXChild::Fragment(it) => {
                    let mut more = self.deeper(it.span.start, |lower| {
                        let mut parts = Vec::new();
                        lower.children(&it.children, &mut parts);
                        parts
                    });
                    parts.append(&mut more);
                }
                JSXChild::ExpressionContainer(it) => self.contained(&it.expression, parts),
                JSXChild::Spread(it) => parts.push(self.spread(it.span.start, &it.expression)),
            }
        }
    }

    fn contained(&mut self, it: &JSXExpression<'a>, parts: &mut Vec<Expr>) {
        if let Some(value) = it.as_expression() {
            parts.push(self.expr(value));
        }
    }

    fn element_name(&mut self, node: &JSXMemberExpression<'a>) -> Expr {
        const LONGEST: usize = 32;
        let start = node.span.start;
        let mut names = vec![node.property.name.as_str()];
        let mut object = &node.object;
        let first = loop {
            match object {
                JSXMemberExpressionObject::IdentifierReference(it) => break it.name.as_str(),
                JSXMemberExpressionObject::ThisExpression(_) => break "self",
                JSXMemberExpressionObject::MemberExpression(it) => {
                    names.push(it.property.name.as_str());
                    object = &it.object;
                }
            }
        };
        let mut expr = self.name_at(start, first);
        for name in names.into_iter().rev().take(LONGEST) {
            let name = self.name(name);
            expr = self.node(start, Kind::Member(Box::new(expr), name));
        }
        expr
    }
}
