//! The lowering's state, and what all parts of it use.

use std::collections::{BTreeMap, BTreeSet};

use oxc_ast::ast::{Expression, Program};
use oxc_span::Span;

use super::commonjs::Given;
use super::names::Names;
use super::places::Places;
use super::{docs, repair};
use crate::ir::{At, Block, BlockKind, Expr, Kind, Module, Name, Stmt, StmtKind};

/// How many faults of the lowering are told.
const MOST_FAULTS: usize = 20;
/// How deep an expression of the tree is at most: who walks it needs no care.
pub(super) const DEEPEST_EXPRESSION: u32 = 100;
/// How deep blocks may nest in a function.
const DEEPEST_BLOCK: u32 = 100;
/// How deep the lowering may call itself. What is let through to the parser needs less.
const DEEPEST_CALL: u32 = 1_000;
/// How many nodes a module may have: a hundred thousand lines do not.
const MOST_NODES: u32 = 1_500_000;
/// How many nodes an expression may have to stand in several places.
const SMALL: usize = 8;

/// What is known while a module is lowered.
#[derive(Debug)]
pub(super) struct Lower<'a> {
    pub(super) text: &'a str,
    pub(super) module: Module,
    places: &'a Places<'a>,
    names: Names,
    /// Comments that document what follows them: where that is, and where they are.
    pub(super) docs: Vec<(u32, Span)>,
    /// Statements that go before the one that is lowered.
    pub(super) pending: Vec<Stmt>,
    /// The functions around, the innermost last.
    pub(super) scopes: Vec<Scope>,
    /// What the module gives by `exports`.
    pub(super) given: Given,
    /// Modules that stand within expressions and have a name.
    pub(super) required: BTreeSet<Name>,
    /// What documents a signature without a body, for the function that has one.
    pub(super) signature: Option<Name>,
    /// Calls and definitions so far.
    pub(super) acts: u32,
    /// How many calls deep the lowering is.
    depth: u32,
    /// How many blocks of the function are around.
    pub(super) blocks: u32,
    /// How deep in its expression a node is.
    pub(super) level: u32,
    nodes: u32,
    made_up: u32,
}

/// Names of a function.
#[derive(Debug, Default)]
pub(super) struct Scope {
    pub(super) declared: BTreeSet<Name>,
    pub(super) assigned: BTreeMap<Name, At>,
}

/// Lowers a module into `empty`.
pub(super) fn module<'a>(empty: Module, program: &Program<'a>, places: &'a Places<'a>) -> Module {
    let mut lower = Lower {
        text: program.source_text,
        module: empty,
        places,
        names: Names::default(),
        docs: docs::all(program),
        pending: Vec::new(),
        scopes: Vec::new(),
        given: Given::default(),
        required: BTreeSet::new(),
        signature: None,
        acts: 0,
        depth: 0,
        blocks: 0,
        level: 0,
        nodes: 0,
        made_up: 0,
    };
    lower.given(&program.body);
    let mut body = lower.directives(&program.directives);
    body.append(&mut lower.statements(&program.body));
    lower.module.body = body;
    lower.module
}

impl<'a> Lower<'a> {
    pub(super) fn at(&self, offset: u32) -> At {
        self.places.at(offset)
    }

    pub(super) fn name(&mut self, text: &str) -> Name {
        self.names.get(text)
    }

    /// A node of the tree.
    pub(super) fn node(&mut self, offset: u32, kind: Kind) -> Expr {
        self.nodes += 1;
        Expr { at: self.at(offset), kind }
    }

    pub(super) fn name_at(&mut self, offset: u32, text: &str) -> Expr {
        let name = self.name(text);
        self.node(offset, Kind::Name(name))
    }

    /// As the text has it.
    pub(super) fn written(&self, span: Span) -> &'a str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    pub(super) fn fault(&mut self, offset: u32, message: &str) {
        if self.module.faults.len() < MOST_FAULTS {
            let fault = repair::fault(self.places, offset, message, "; what is in it was not read");
            self.module.faults.push(fault);
        }
    }

    /// Whether there is room for more. What is left out is told once.
    fn has_room(&mut self, offset: u32) -> bool {
        if self.nodes == MOST_NODES {
            self.nodes += 1;
            self.fault(offset, "more code than can be looked at: this and what follows");
        }
        self.nodes < MOST_NODES
    }

    /// An expression, with what has to happen before it among the pending statements.
    pub(super) fn expr(&mut self, node: &Expression<'a>) -> Expr {
        use oxc_span::GetSpan;
        let offset = node.span().start;
        self.nested(offset, |lower| lower.any(node))
    }

    /// One call deeper, for expressions of any kind.
    pub(super) fn nested(&mut self, offset: u32, work: impl FnOnce(&mut Self) -> Expr) -> Expr {
        if self.depth >= DEEPEST_CALL {
            self.fault(offset, "nested too deeply");
            return self.node(offset, Kind::Mixed(Vec::new()));
        }
        if !self.has_room(offset) {
            return Expr { at: self.at(offset), kind: Kind::Mixed(Vec::new()) };
        }
        let level = self.level;
        self.level = if level >= DEEPEST_EXPRESSION { 0 } else { level + 1 };
        self.depth += 1;
        let mut expr = work(self);
        self.depth -= 1;
        if level >= DEEPEST_EXPRESSION {
            expr = self.put_before("part", expr);
        }
        self.level = level;
        expr
    }

    /// One call deeper, for statements.
    pub(super) fn deeper<T: Default>(&mut self, offset: u32, work: impl FnOnce(&mut Self) -> T) -> T {
        if self.depth >= DEEPEST_CALL {
            self.fault(offset, "nested too deeply");
            return T::default();
        }
        if !self.has_room(offset) {
            return T::default();
        }
        let level = std::mem::take(&mut self.level);
        self.depth += 1;
        let out = work(self);
        self.depth -= 1;
        self.level = level;
        out
    }

    /// One block deeper.
    pub(super) fn within(&mut self, offset: u32, work: impl FnOnce(&mut Self) -> Vec<Stmt>) -> Vec<Stmt> {
        if self.blocks >= DEEPEST_BLOCK {
            self.fault(offset, "nested too deeply");
            return Vec::new();
        }
        self.blocks += 1;
        let out = self.deeper(offset, work);
        self.blocks -= 1;
        out
    }

    /// Assigns the value before the statement, to a name that is nowhere else.
    pub(super) fn put_before(&mut self, what: &str, value: Expr) -> Expr {
        self.made_up += 1;
        let name = self.name(&format!("{what}@{}", self.made_up));
        let at = value.at;
        let target = Expr { at, kind: Kind::Name(name) };
        self.pending.push(assigned(at, target.clone(), value));
        target
    }

    /// An expression that may stand in several places for this one.
    pub(super) fn repeatable(&mut self, what: &str, value: Expr) -> Expr {
        if is_small(&value) { value } else { self.put_before(what, value) }
    }

    /// Keeps what evaluating a node does, where the tree has no place for its value.
    pub(super) fn keep(&mut self, work: impl FnOnce(&mut Self) -> Expr) {
        let acts = self.acts;
        let expr = work(self);
        if self.acts != acts {
            self.pending.push(Stmt { at: expr.at, kind: StmtKind::Expr(expr) });
        }
    }

    /// Adds a statement, and before it what has to happen before it.
    pub(super) fn push(&mut self, out: &mut Vec<Stmt>, at: At, kind: StmtKind) {
        out.append(&mut self.pending);
        self.nodes += 1;
        out.push(Stmt { at, kind });
    }
}

/// Whether it does nothing and is short.
pub(super) fn is_small(expr: &Expr) -> bool {
    fn count(expr: &Expr, left: &mut usize) -> Option<()> {
        *left = left.checked_sub(1)?;
        match &expr.kind {
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Name(_) => Some(()),
            Kind::Member(of, _) | Kind::Element(of) => count(of, left),
            Kind::Index(of, index) => {
                count(of, left)?;
                count(index, left)
            }
            _ => None,
        }
    }
    count(expr, &mut SMALL.clone()).is_some()
}

pub(super) fn block(kind: BlockKind, head: Vec<Expr>, body: Vec<Stmt>, other: Vec<Stmt>) -> StmtKind {
    StmtKind::Block(Box::new(Block { kind, head, body, other }))
}

pub(super) fn assigned(at: At, target: Expr, value: Expr) -> Stmt {
    Stmt { at, kind: StmtKind::Assign { target, value: Some(value), annotation: None, adds: false } }
}
