//! Members, calls and tags that follow each other.

use oxc_ast::ast::{Argument, CallExpression, ChainElement, Expression, MemberExpression, TemplateLiteral};
use oxc_span::GetSpan;

use super::expressions::inner;
use super::lower::{DEEPEST_EXPRESSION, Lower};
use crate::ir::{Arg, Expr, Kind};

/// One step from an expression to a larger one.
#[derive(Debug)]
struct Link<'b, 'a> {
    /// Where the larger one begins.
    start: u32,
    step: Step<'b, 'a>,
}

#[derive(Debug)]
enum Step<'b, 'a> {
    Member(&'a str),
    Index(&'b Expression<'a>),
    Call(&'b [Argument<'a>]),
    Tag(&'b TemplateLiteral<'a>),
}

/// What is taken apart, from the outside.
#[derive(Debug)]
struct Chain<'b, 'a> {
    links: Vec<Link<'b, 'a>>,
    base: &'b Expression<'a>,
    /// What the base requires instead.
    required: Option<&'a str>,
}

impl<'a> Lower<'a> {
    /// An expression that may be a chain.
    pub(super) fn chain(&mut self, node: &Expression<'a>) -> Expr {
        let chain = self.unchained(Vec::new(), node);
        if chain.links.is_empty() && chain.required.is_none() {
            // The parser's own mistake: nothing else comes here.
            return self.node(node.span().start, Kind::Mixed(Vec::new()));
        }
        self.rechained(chain)
    }

    pub(super) fn member(&mut self, node: &MemberExpression<'a>) -> Expr {
        let mut links = Vec::new();
        let object = self.link(node, &mut links);
        let chain = self.unchained(links, object);
        self.nested(node.span().start, |lower| lower.rechained(chain))
    }

    fn link<'b>(&self, node: &'b MemberExpression<'a>, links: &mut Vec<Link<'b, 'a>>) -> &'b Expression<'a> {
        let start = node.span().start;
        let (step, object) = match node {
            MemberExpression::StaticMemberExpression(it) => {
                (Step::Member(it.property.name.as_str()), &it.object)
            }
            MemberExpression::ComputedMemberExpression(it) => (Step::Index(&it.expression), &it.object),
            MemberExpression::PrivateFieldExpression(it) => {
                (Step::Member(self.written(it.field.span)), &it.object)
            }
        };
        links.push(Link { start, step });
        object
    }

    fn unchained<'b>(&self, mut links: Vec<Link<'b, 'a>>, node: &'b Expression<'a>) -> Chain<'b, 'a> {
        let mut node = node;
        loop {
            node = inner(node);
            node = match node {
                Expression::CallExpression(it) => match required(it) {
                    Some(module) => return Chain { links, base: node, required: Some(module) },
                    None => called(it, &mut links),
                },
                Expression::NewExpression(it) => {
                    links.push(Link { start: it.span.start, step: Step::Call(&it.arguments) });
                    &it.callee
                }
                Expression::TaggedTemplateExpression(it) => {
                    links.push(Link { start: it.span.start, step: Step::Tag(&it.quasi) });
                    &it.tag
                }
                Expression::ChainExpression(it) => match &it.expression {
                    ChainElement::CallExpression(it) => called(it, &mut links),
                    ChainElement::TSNonNullExpression(it) => &it.expression,
                    other => match other.as_member_expression() {
                        Some(member) => self.link(member, &mut links),
                        None => return Chain { links, base: node, required: None },
                    },
                },
                other => match other.as_member_expression() {
                    Some(member) => self.link(member, &mut links),
                    None => return Chain { links, base: node, required: None },
                },
            };
        }
    }

    /// Builds the chain up again. Where it is deeper than an expression may be, what is done is assigned.
    fn rechained(&mut self, chain: Chain<'_, 'a>) -> Expr {
        let Chain { mut links, base, required } = chain;
        let outermost = self.level;
        let level =
            |links: usize| (outermost + u32::try_from(links).unwrap_or(u32::MAX)) % DEEPEST_EXPRESSION;
        self.level = level(links.len());
        let mut expr = match required {
            Some(module) => self.required(base.span().start, module),
            None => match self.exported(base, &mut links) {
                Some(expr) => expr,
                None => self.expr(base),
            },
        };
        while let Some(Link { start, step }) = links.pop() {
            self.level = level(links.len());
            expr = match step {
                Step::Member(name) => {
                    let name = self.name(name);
                    self.node(start, Kind::Member(Box::new(expr), name))
                }
                Step::Index(index) => {
                    let index = self.expr(index);
                    self.node(start, Kind::Index(Box::new(expr), Box::new(index)))
                }
                Step::Call(args) => {
                    let args = self.args(args);
                    self.call(start, expr, args)
                }
                Step::Tag(quasi) => {
                    let value = self.template(quasi, true);
                    self.call(start, expr, vec![Arg { name: None, value }])
                }
            };
            if self.level == 0 && !links.is_empty() {
                expr = self.put_before("part", expr);
            }
        }
        self.level = outermost;
        expr
    }

    /// `exports.a` and `module.exports.a` are the name that is exported as `a`.
    fn exported(&mut self, base: &Expression<'a>, links: &mut Vec<Link<'_, 'a>>) -> Option<Expr> {
        let Expression::Identifier(it) = base else { return None };
        let name_at = |from_end: usize| match links.iter().rev().nth(from_end) {
            Some(Link { step: Step::Member(name), .. }) => Some(*name),
            _ => None,
        };
        let (name, used) = match &*it.name {
            "exports" => (name_at(0)?, 1),
            "module" if name_at(0) == Some("exports") => match name_at(1) {
                Some(name) if self.given.local(name).is_some() => (name, 2),
                _ => ("default", 1),
            },
            _ => return None,
        };
        let local = self.given.local(name)?;
        links.truncate(links.len() - used);
        Some(self.node(it.span.start, Kind::Name(local)))
    }

    pub(super) fn args(&mut self, arguments: &[Argument<'a>]) -> Vec<Arg> {
        let mut args = Vec::with_capacity(arguments.len());
        for argument in arguments {
            let value = match argument {
                Argument::SpreadElement(it) => self.spread(it.span.start, &it.argument),
                other => match other.as_expression() {
                    Some(value) => self.expr(value),
                    None => continue,
                },
            };
            args.push(Arg { name: None, value });
        }
        args
    }
}

fn called<'b, 'a>(it: &'b CallExpression<'a>, links: &mut Vec<Link<'b, 'a>>) -> &'b Expression<'a> {
    links.push(Link { start: it.span.start, step: Step::Call(&it.arguments) });
    &it.callee
}

/// The module that the call is `require` of.
pub(super) fn required<'a>(call: &CallExpression<'a>) -> Option<&'a str> {
    let Expression::Identifier(callee) = inner(&call.callee) else { return None };
    match (&*callee.name, call.arguments.as_slice()) {
        ("require", [Argument::StringLiteral(module)]) => Some(module.value.as_str()),
        ("require", [Argument::TemplateLiteral(module)]) => Some(module.single_quasi()?.as_str()),
        _ => None,
    }
}
