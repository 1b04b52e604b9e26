//! Statements.

use oxc_ast::ast::UnaryOperator;
use oxc_ast::ast::{
    Directive, Expression, ForInStatement, ForOfStatement, ForStatement, ForStatementInit, ForStatementLeft,
    IfStatement, Statement, SwitchStatement, TryStatement, VariableDeclaration,
};
use oxc_span::GetSpan;

use super::expressions::inner;
use super::lower::{Lower, assigned, block};
use super::patterns::Defaults;
use crate::ir::{At, BlockKind, Expr, Kind, Stmt, StmtKind};

impl<'a> Lower<'a> {
    /// `"use server"` and its like.
    pub(super) fn directives(&mut self, directives: &[Directive<'a>]) -> Vec<Stmt> {
        let mut out = Vec::new();
        for it in directives.iter().filter(|it| it.directive != "use strict") {
            let text = self.string(&it.expression);
            self.push(&mut out, text.at, StmtKind::Expr(text.clone()));
        }
        out
    }

    pub(super) fn statements(&mut self, statements: &[Statement<'a>]) -> Vec<Stmt> {
        let start = statements.first().map_or(0, |it| it.span().start);
        let pending = std::mem::take(&mut self.pending);
        let out = self.within(start, |lower| {
            let mut out = Vec::with_capacity(statements.len());
            let mut rest = statements.iter();
            while let Some(statement) = rest.next() {
                lower.statement(statement, rest.as_slice().first(), &mut out);
                out.append(&mut lower.pending);
            }
            out
        });
        self.pending = pending;
        out
    }

    /// The statements of a branch, with brackets or without.
    fn branch(&mut self, statement: &Statement<'a>) -> Vec<Stmt> {
        match statement {
            Statement::BlockStatement(it) => self.statements(&it.body),
            other => self.statements(std::slice::from_ref(other)),
        }
    }

    /// One statement; `next` is what follows it.
    pub(super) fn statement(
        &mut self,
        node: &Statement<'a>,
        next: Option<&Statement<'a>>,
        out: &mut Vec<Stmt>,
    ) {
        let start = node.span().start;
        let at = self.at(start);
        match node {
            Statement::BlockStatement(it) => {
                let mut body = self.statements(&it.body);
                out.append(&mut body);
            }
            Statement::ExpressionStatement(it) => self.evaluated(&it.expression, start, out),
            Statement::VariableDeclaration(it) => self.variables(it, start, out),
            Statement::ReturnStatement(it) => {
                let value = it.argument.as_ref().map(|it| self.expr(it));
                self.push(out, at, StmtKind::Return(value));
            }
            Statement::ThrowStatement(it) => {
                let value = self.expr(&it.argument);
                self.push(out, at, StmtKind::Raise(Some(value)));
            }
            Statement::IfStatement(it) => self.branches(it, at, out),
            Statement::SwitchStatement(it) => self.cases(it, at, out),
            Statement::TryStatement(it) => self.attempt(it, at, out),
            Statement::ForStatement(it) => self.counted(it, at, out),
            Statement::ForOfStatement(it) => self.for_of(it, at, out),
            Statement::ForInStatement(it) => self.for_in(it, at, out),
            Statement::WhileStatement(it) => self.guarded(BlockKind::While, &it.test, &it.body, (at, out)),
            Statement::DoWhileStatement(it) => self.guarded(BlockKind::While, &it.test, &it.body, (at, out)),
            Statement::WithStatement(it) => self.guarded(BlockKind::With, &it.object, &it.body, (at, out)),
            Statement::LabeledStatement(it) => {
                let mut body = self.branch(&it.body);
                out.append(&mut body);
            }
            Statement::BreakStatement(_)
            | Statement::ContinueStatement(_)
            | Statement::DebuggerStatement(_)
            | Statement::EmptyStatement(_) => {}
            other => self.declaration(other, next, out),
        }
    }

    fn guarded(
        &mut self,
        kind: BlockKind,
        head: &Expression<'a>,
        body: &Statement<'a>,
        (at, out): (At, &mut Vec<Stmt>),
    ) {
        let head = self.condition(head);
        out.append(&mut self.pending);
        let body = self.branch(body);
        self.push(out, at, block(kind, vec![head], body, Vec::new()));
    }

    /// An expression that is evaluated for what it does. One that does nothing is left out.
    fn evaluated(&mut self, node: &Expression<'a>, start: u32, out: &mut Vec<Stmt>) {
        let at = self.at(start);
        let mut node = inner(node);
        while let Expression::UnaryExpression(it) = node
            && it.operator != UnaryOperator::Delete
        {
            node = inner(&it.argument);
        }
        match node {
            Expression::AssignmentExpression(it) => {
                self.assignment(it, start, false);
                out.append(&mut self.pending);
            }
            Expression::YieldExpression(_) => {
                self.expr(node);
                out.append(&mut self.pending);
            }
            Expression::SequenceExpression(it) => {
                for node in &it.expressions {
                    let mut more = self.within(start, |lower| lower.evaluated_alone(node));
                    out.append(&mut more);
                }
            }
            Expression::LogicalExpression(it) => {
                let head = self.condition(&it.left);
                out.append(&mut self.pending);
                let body = self.within(start, |lower| lower.evaluated_alone(&it.right));
                self.push(out, at, block(BlockKind::If, vec![head], body, Vec::new()));
            }
            Expression::ConditionalExpression(_) => self.chosen(node, at, out),
            Expression::CallExpression(it) if self.defines_export(it) => out.append(&mut self.pending),
            _ => {
                let acts = self.acts;
                let expr = self.expr(node);
                out.append(&mut self.pending);
                if self.acts != acts {
                    self.push(out, at, StmtKind::Expr(expr));
                }
            }
        }
    }

    fn evaluated_alone(&mut self, node: &Expression<'a>) -> Vec<Stmt> {
        let mut out = Vec::new();
        self.evaluated(node, node.span().start, &mut out);
        out
    }

    fn defines_export(&mut self, it: &oxc_ast::ast::CallExpression<'a>) -> bool {
        let name = inner(&it.callee)
            .as_member_expression()
            .and_then(oxc_ast::ast::MemberExpression::static_property_name);
        name.is_some_and(|it| it == "defineProperty") && self.defined_property(it)
    }

    /// `a ? b() : c ? d() : e()` as a statement: the conditions follow each other.
    fn chosen(&mut self, node: &Expression<'a>, at: At, out: &mut Vec<Stmt>) {
        let mut arms: Vec<(At, Expr, Vec<Stmt>)> = Vec::new();
        let mut node = node;
        let last = loop {
            let Expression::ConditionalExpression(it) = node else { break node };
            let head = self.condition(&it.test);
            out.append(&mut self.pending);
            let start = it.span.start;
            let body = self.within(start, |lower| lower.evaluated_alone(&it.consequent));
            arms.push((self.at(start), head, body));
            node = inner(&it.alternate);
        };
        let otherwise = self.within(last.span().start, |lower| lower.evaluated_alone(last));
        self.ladder(arms, otherwise, (at, out));
    }

    /// A condition, and those that are looked at when it does not hold.
    fn ladder(
        &mut self,
        arms: Vec<(At, Expr, Vec<Stmt>)>,
        otherwise: Vec<Stmt>,
        (at, out): (At, &mut Vec<Stmt>),
    ) {
        let mut arms = arms.into_iter();
        let Some((_, head, body)) = arms.next() else { return };
        let blocks = arms
            .map(|(at, head, body)| Stmt { at, kind: block(BlockKind::Case, vec![head], body, Vec::new()) });
        let other = blocks.chain(otherwise).collect();
        self.push(out, at, block(BlockKind::If, vec![head], body, other));
    }

    fn branches(&mut self, node: &IfStatement<'a>, at: At, out: &mut Vec<Stmt>) {
        let mut arms = Vec::new();
        let mut node = node;
        let otherwise = loop {
            let head = self.condition(&node.test);
            out.append(&mut self.pending);
            let body = self.branch(&node.consequent);
            arms.push((self.at(node.span.start), head, body));
            match &node.alternate {
                Some(Statement::IfStatement(next)) => node = next,
                Some(other) => break self.branch(other),
                None => break Vec::new(),
            }
        };
        self.ladder(arms, otherwise, (at, out));
    }

    /// A case without statements is one with the case after it; the default comes last, wherever it stands.
    fn cases(&mut self, node: &SwitchStatement<'a>, at: At, out: &mut Vec<Stmt>) {
        let mut head = vec![self.expr(&node.discriminant)];
        let (mut first, mut other, mut otherwise) = (None, Vec::new(), Vec::new());
        let mut tests: Vec<Expr> = Vec::new();
        for case in &node.cases {
            let test = case.test.as_ref().map(|it| self.expr(it));
            out.append(&mut self.pending);
            let is_default = test.is_none();
            tests.extend(test);
            if case.consequent.is_empty() && !is_default {
                continue;
            }
            let mut body = self.statements(&case.consequent);
            if is_default {
                tests.clear();
                otherwise.append(&mut body);
                continue;
            }
            let test = match (tests.len(), tests.pop()) {
                (1, Some(only)) => only,
                (_, last) => {
                    let all: Vec<Expr> = tests.drain(..).chain(last).collect();
                    let start = case.span.start;
                    self.node(start, Kind::Choice(all))
                }
            };
            if first.is_none() {
                head.push(test);
                first = Some(body);
            } else {
                let kind = block(BlockKind::Case, vec![test], body, Vec::new());
                other.push(Stmt { at: self.at(case.span.start), kind });
            }
        }
        other.append(&mut otherwise);
        self.push(out, at, block(BlockKind::Match, head, first.unwrap_or_default(), other));
    }

    fn attempt(&mut self, node: &TryStatement<'a>, at: At, out: &mut Vec<Stmt>) {
        let body = self.statements(&node.block.body);
        let mut other = Vec::new();
        if let Some(handler) = &node.handler {
            let mut caught = Vec::new();
            if let Some(param) = &handler.param {
                let start = param.span.start;
                let mut defaults = Defaults::new();
                let target = self.binding(&param.pattern, &mut defaults);
                let unknown = self.node(start, Kind::Mixed(Vec::new()));
                let at = self.at(start);
                self.push(&mut caught, at, assigned(at, target, unknown).kind);
                self.defaults(defaults, &mut caught);
            }
            caught.append(&mut self.statements(&handler.body.body));
            // What stood before holds where nothing was thrown.
            if !caught.is_empty() {
                let at = self.at(handler.span.start);
                self.push(&mut other, at, block(BlockKind::If, Vec::new(), caught, Vec::new()));
            }
        }
        if let Some(finalizer) = &node.finalizer {
            other.append(&mut self.statements(&finalizer.body));
        }
        self.push(out, at, block(BlockKind::Try, Vec::new(), body, other));
    }

    fn counted(&mut self, node: &ForStatement<'a>, at: At, out: &mut Vec<Stmt>) {
        match &node.init {
            Some(ForStatementInit::VariableDeclaration(it)) => self.variables(it, it.span.start, out),
            Some(other) => {
                if let Some(value) = other.as_expression() {
                    self.evaluated(value, value.span().start, out);
                }
            }
            None => {}
        }
        let head: Vec<Expr> = node.test.iter().map(|it| self.condition(it)).collect();
        out.append(&mut self.pending);
        let mut body = self.branch(&node.body);
        if let Some(update) = &node.update {
            self.evaluated(update, update.span().start, &mut body);
        }
        self.push(out, at, block(BlockKind::For, head, body, Vec::new()));
    }

    fn for_of(&mut self, node: &ForOfStatement<'a>, at: At, out: &mut Vec<Stmt>) {
        self.each(&node.left, &node.right, &node.body, (at, out));
    }

    /// What is gone through are the keys: what an element of an object is.
    fn for_in(&mut self, node: &ForInStatement<'a>, at: At, out: &mut Vec<Stmt>) {
        self.each(&node.left, &node.right, &node.body, (at, out));
    }

    fn each(
        &mut self,
        left: &ForStatementLeft<'a>,
        right: &Expression<'a>,
        body: &Statement<'a>,
        (at, out): (At, &mut Vec<Stmt>),
    ) {
        let over = self.expr(right);
        let mut defaults = Defaults::new();
        let target = match left {
            ForStatementLeft::VariableDeclaration(it) => {
                it.declarations.first().map(|it| self.binding(&it.id, &mut defaults))
            }
            other => other.as_assignment_target().map(|it| self.target(it, &mut defaults)),
        };
        out.append(&mut self.pending);
        let mut inside = Vec::new();
        if let Some(target) = target {
            let element = Expr { at: over.at, kind: Kind::Element(Box::new(over.clone())) };
            let at = target.at;
            self.push(&mut inside, at, assigned(at, target, element).kind);
        }
        self.defaults(defaults, &mut inside);
        inside.append(&mut self.branch(body));
        self.push(out, at, block(BlockKind::For, vec![over], inside, Vec::new()));
    }

    pub(super) fn variables(&mut self, node: &VariableDeclaration<'a>, comment: u32, out: &mut Vec<Stmt>) {
        for it in &node.declarations {
            let start = it.span.start;
            if it.init.as_ref().is_some_and(|value| self.bound_import(&it.id, value)) {
                continue;
            }
            let value = it.init.as_ref().map(|value| self.documented(value, comment));
            let annotation = self.annotation(it.type_annotation.as_deref());
            let mut defaults = Defaults::new();
            let target = self.binding(&it.id, &mut defaults);
            // `const self = this` says nothing new, nor does `a` in `const a = exports.a = 1`.
            let is_known = |value: &Expr| {
                let last = self.pending.last().map(|it| &it.kind);
                value.kind == target.kind
                    || matches!(last, Some(StmtKind::Assign { target: known, value: Some(it), .. })
                        if known.kind == target.kind && it.kind == value.kind)
            };
            if value.as_ref().is_some_and(is_known) {
                continue;
            }
            self.named_by(&target, value.as_ref());
            let at = self.at(start);
            self.push(out, at, StmtKind::Assign { target, value, annotation, adds: false });
            self.defaults(defaults, out);
        }
    }

    /// A function without a name has that of the variable which it is given to.
    fn named_by(&mut self, target: &Expr, value: Option<&Expr>) {
        if let (Kind::Name(name), Some(Kind::Function(no))) = (&target.kind, value.map(|it| &it.kind))
            && let Some(function) = self.function_mut(*no)
            && function.name.is_none()
        {
            function.name = Some(name.clone());
        }
    }
}
