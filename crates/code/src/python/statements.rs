//! Statements, and what is imported.

use ruff_python_ast::{
    ExceptHandler, Expr as Node, ExprName, Identifier, Operator, Stmt as Statement, StmtAssign, StmtFor,
    StmtIf, StmtImport, StmtImportFrom, StmtTry, StmtWith,
};
use ruff_text_size::{Ranged, TextSize};

use super::lower::{Lower, acts, is_small};
use crate::ir::{At, Block, BlockKind, Expr, Import, Kind, Stmt, StmtKind};

impl<'a> Lower<'a> {
    pub(super) fn block(&mut self, suite: &'a [Statement]) -> Vec<Stmt> {
        let start = suite.first().map_or(TextSize::new(0), Ranged::start);
        let outer = std::mem::take(&mut self.pending);
        let out = self.deeper(start, |lower| {
            let mut out = Vec::with_capacity(suite.len());
            for statement in suite {
                lower.statement(statement, &mut out);
                out.append(&mut lower.pending);
            }
            out
        });
        self.pending = outer;
        out
    }

    fn statement(&mut self, statement: &'a Statement, out: &mut Vec<Stmt>) {
        let at = self.at(statement);
        let kind = match statement {
            Statement::FunctionDef(it) => StmtKind::Function(self.function(it)),
            Statement::ClassDef(it) => return self.class(it, at, out),
            Statement::Return(it) => StmtKind::Return(self.maybe(it.value.as_deref())),
            Statement::Assign(it) => return self.assign(it, at, out),
            Statement::AugAssign(it) => self.augmented(&it.target, it.op, &it.value),
            Statement::AnnAssign(it) => {
                let annotation = Some(self.annotation(&it.annotation));
                let value = self.maybe(it.value.as_deref());
                StmtKind::Assign { target: self.expr(&it.target), value, annotation, adds: false }
            }
            Statement::TypeAlias(it) => {
                let value = Some(self.expr(&it.value));
                StmtKind::Assign { target: self.expr(&it.name), value, annotation: None, adds: false }
            }
            Statement::For(it) => self.for_loop(it),
            Statement::While(it) => {
                let head = vec![self.condition(&it.test)];
                let (body, other) = (self.block(&it.body), self.block(&it.orelse));
                block(BlockKind::While, head, body, other)
            }
            Statement::If(it) => self.branches(it),
            Statement::With(it) => self.with(it),
            Statement::Match(it) => self.cases(it),
            Statement::Try(it) => self.attempt(it),
            Statement::Raise(it) => {
                let exception = self.maybe(it.exc.as_deref());
                if let Some(cause) = self.maybe(it.cause.as_deref()) {
                    self.keep(cause);
                }
                StmtKind::Raise(exception)
            }
            Statement::Assert(it) => {
                let head = vec![self.condition(&it.test)];
                let otherwise = Stmt { at, kind: StmtKind::Raise(self.maybe(it.msg.as_deref())) };
                block(BlockKind::If, head, Vec::new(), vec![otherwise])
            }
            Statement::Delete(it) => {
                let targets = self.exprs(&it.targets);
                if targets.iter().all(|it| matches!(it.kind, Kind::Name(_))) {
                    return;
                }
                StmtKind::Expr(Expr { at, kind: Kind::Mixed(targets) })
            }
            Statement::Expr(it) => match &*it.value {
                Node::EllipsisLiteral(_) => return,
                // What it gives back is not used.
                Node::Yield(_) | Node::YieldFrom(_) | Node::Named(_) => {
                    self.expr(&it.value);
                    return;
                }
                value => StmtKind::Expr(self.expr(value)),
            },
            Statement::Import(it) => return self.import(it),
            Statement::ImportFrom(it) => return self.import_from(it),
            Statement::Global(it) => return self.take_outer(&it.names),
            Statement::Nonlocal(it) => return self.take_outer(&it.names),
            Statement::Pass(_)
            | Statement::Break(_)
            | Statement::Continue(_)
            | Statement::IpyEscapeCommand(_) => return,
        };
        out.append(&mut self.pending);
        out.push(Stmt { at, kind });
    }

    /// `a = b = f()` calls once: the shortest target gets what is long or acts, the others get what it has.
    fn assign(&mut self, node: &'a StmtAssign, at: At, out: &mut Vec<Stmt>) {
        let value = self.expr(&node.value);
        let shortest = node.targets.iter().enumerate().min_by_key(|(_, it)| it.range().len());
        let shortest = shortest.map_or(0, |(number, _)| number);
        let mut targets = self.exprs(&node.targets);
        if targets.is_empty() {
            return self.keep(value);
        }
        let first = targets.remove(shortest.min(targets.len() - 1));
        out.append(&mut self.pending);
        let again = if is_small(&value) { &value } else { &first };
        let others = targets.into_iter().map(|it| assigned(it.at, it, again.clone())).collect::<Vec<_>>();
        out.push(assigned(at, first, value));
        out.extend(others);
    }

    fn augmented(&mut self, target: &'a Node, operator: Operator, value: &'a Node) -> StmtKind {
        let value = self.expr(value);
        let target = self.expr(target);
        // `|=` adds to sets and dictionaries.
        if matches!(operator, Operator::Add | Operator::BitOr) {
            return StmtKind::Assign { target, value: Some(value), annotation: None, adds: true };
        }
        let value = Expr { at: value.at, kind: Kind::Mixed(vec![target.clone(), value]) };
        StmtKind::Assign { target, value: Some(value), annotation: None, adds: false }
    }

    fn for_loop(&mut self, node: &'a StmtFor) -> StmtKind {
        let over = self.expr(&node.iter);
        let target = self.expr(&node.target);
        let element = Expr { at: over.at, kind: Kind::Element(Box::new(over.clone())) };
        let mut body = vec![assigned(target.at, target, element)];
        body.append(&mut self.block(&node.body));
        let other = self.block(&node.orelse);
        block(BlockKind::For, vec![over], body, other)
    }

    fn branches(&mut self, node: &'a StmtIf) -> StmtKind {
        let head = vec![self.condition(&node.test)];
        let body = self.block(&node.body);
        let mut other = Vec::new();
        for clause in &node.elif_else_clauses {
            let at = self.at(clause);
            let head = clause.test.as_ref().map(|it| self.condition(it));
            let mut body = self.block(&clause.body);
            match head {
                Some(head) => {
                    other.push(Stmt { at, kind: block(BlockKind::Case, vec![head], body, Vec::new()) });
                }
                None => other.append(&mut body),
            }
        }
        block(BlockKind::If, head, body, other)
    }

    fn with(&mut self, node: &'a StmtWith) -> StmtKind {
        let (mut head, mut body) = (Vec::new(), Vec::new());
        for item in &node.items {
            let entered = self.expr(&item.context_expr);
            if let Some(target) = self.maybe(item.optional_vars.as_deref()) {
                body.push(assigned(target.at, target, entered.clone()));
            }
            head.push(entered);
        }
        body.append(&mut self.block(&node.body));
        block(BlockKind::With, head, body, Vec::new())
    }

    fn attempt(&mut self, node: &'a StmtTry) -> StmtKind {
        let body = self.block(&node.body);
        let mut other = Vec::new();
        for ExceptHandler::ExceptHandler(handler) in &node.handlers {
            let mut caught_by = Vec::new();
            let (caught, name) = match handler.type_.as_deref() {
                Some(Node::Tuple(it)) if !it.parenthesized => self.old_handler(&it.elts, it.start()),
                Some(it) => (Some(it), None),
                None => (None, None),
            };
            let at = self.at(handler);
            let caught = match caught {
                Some(it) => Some(self.expr(it)),
                None => handler.type_.as_deref().map(|it| self.expr(it)),
            };
            let target = match (&handler.name, name) {
                (Some(it), _) => Some((self.at(it), self.name(&it.id))),
                (None, Some(it)) => Some((self.at(it), self.name(&it.id))),
                (None, None) => None,
            };
            match (target, caught) {
                (Some((at, name)), caught) => {
                    let value = Expr { at, kind: Kind::Mixed(caught.into_iter().collect()) };
                    caught_by.push(assigned(at, Expr { at, kind: Kind::Name(name) }, value));
                }
                (None, Some(caught)) if acts(&caught) => {
                    caught_by.push(Stmt { at, kind: StmtKind::Expr(caught) });
                }
                (None, _) => {}
            }
            caught_by.append(&mut self.block(&handler.body));
            // What stood before holds where nothing was raised.
            if !caught_by.is_empty() {
                let at = self.at(handler);
                other.push(Stmt { at, kind: block(BlockKind::If, Vec::new(), caught_by, Vec::new()) });
            }
        }
        other.append(&mut self.block(&node.orelse));
        other.append(&mut self.block(&node.finalbody));
        block(BlockKind::Try, Vec::new(), body, other)
    }

    /// `except X, e:` names the exception in Python 2; `except X, Y:` is two types in Python 3.14. Names of classes are
    /// written with a capital.
    fn old_handler(
        &mut self,
        parts: &'a [Node],
        start: TextSize,
    ) -> (Option<&'a Node>, Option<&'a ExprName>) {
        match parts {
            [caught, Node::Name(name)]
                if name.id.chars().next().is_some_and(|it| it == '_' || it.is_lowercase()) =>
            {
                self.fault(start, "`except X, name` is Python 2; Python 3 writes `except X as name`");
                (Some(caught), Some(name))
            }
            _ => (None, None),
        }
    }

    fn import(&mut self, node: &StmtImport) {
        for alias in &node.names {
            let module = alias.name.id.as_str();
            if module.is_empty() {
                continue;
            }
            let at = self.at(alias);
            let first = module.split('.').next().unwrap_or(module);
            let (local, module) = match &alias.asname {
                Some(it) => (self.name(&it.id), self.name(module)),
                None => (self.name(first), self.name(first)),
            };
            self.module.imports.push(Import { local, module, symbol: None, at });
        }
    }

    fn import_from(&mut self, node: &StmtImportFrom) {
        // A level is a number of dots, which the text has.
        let dots = ".".repeat(node.level as usize);
        let module = self.name(&format!("{dots}{}", node.module.as_ref().map_or("", |it| it.id.as_str())));
        for alias in &node.names {
            if alias.name.id.is_empty() || module.is_empty() {
                continue;
            }
            let at = self.at(alias);
            let symbol = self.name(&alias.name.id);
            let local = alias.asname.as_ref().map_or_else(|| symbol.clone(), |it| self.name(&it.id));
            self.module.imports.push(Import { local, module: module.clone(), symbol: Some(symbol), at });
        }
    }

    fn take_outer(&mut self, names: &[Identifier]) {
        for name in names {
            let name = self.name(&name.id);
            if !name.is_empty() {
                self.outer.insert(name);
            }
        }
    }
}

pub(super) fn block(kind: BlockKind, head: Vec<Expr>, body: Vec<Stmt>, other: Vec<Stmt>) -> StmtKind {
    StmtKind::Block(Box::new(Block { kind, head, body, other }))
}

pub(super) fn assigned(at: At, target: Expr, value: Expr) -> Stmt {
    Stmt { at, kind: StmtKind::Assign { target, value: Some(value), annotation: None, adds: false } }
}
