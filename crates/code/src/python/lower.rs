//! The lowering's state, and what all parts of it use.

use std::collections::BTreeSet;

use ruff_python_ast::{Expr as Node, ModModule, name::Name as NodeName};
use ruff_python_parser::Parsed;
use ruff_text_size::{Ranged, TextSize};

use super::bounds::{DEEPEST_CALL, DEEPEST_EXPRESSION};
use super::names::Names;
use super::places::Places;
use super::source::Source;
use crate::ir::{At, ClassNo, Expr, Fault, Kind, Module, Name, Pair, Stmt, StmtKind};

/// How many faults of a module are told: a file in another language has one on each line.
const MOST_FAULTS: usize = 50;
/// How long what is said of one may be.
const LONGEST_MESSAGE: usize = 200;
/// How many nodes an expression may have to stand in several places.
const SMALL: usize = 8;

/// What pieces of expressions that are too deep are called.
pub(super) const PART: &str = "part";

/// What is known while a module is lowered.
#[derive(Debug)]
pub(super) struct Lower<'a> {
    pub(super) text: &'a str,
    pub(super) module: Module,
    places: Places<'a>,
    names: Names,
    /// Statements that go before the one that is lowered.
    pub(super) pending: Vec<Stmt>,
    /// What the method calls its object.
    pub(super) receiver: Option<NodeName>,
    /// The class whose body is lowered.
    pub(super) class: Option<ClassNo>,
    /// Names that the function takes from the scope around it.
    pub(super) outer: BTreeSet<Name>,
    /// Expressions over which the lowering goes down in a loop.
    pub(super) spine: Vec<&'a Node>,
    /// How many calls deep the lowering is.
    depth: u32,
    /// How deep in its expression a node is.
    pub(super) level: u32,
    made_up: u32,
}

/// Lowers a module into `empty`.
pub(super) fn module(empty: Module, source: &Source<'_>, parsed: &Parsed<ModModule>) -> Module {
    let mut lower = Lower {
        text: &source.text,
        module: empty,
        places: Places::new(source),
        names: Names::default(),
        pending: Vec::new(),
        receiver: None,
        class: None,
        outer: BTreeSet::new(),
        spine: Vec::new(),
        depth: 0,
        level: 0,
        made_up: 0,
    };
    if let Some(offset) = source.nul {
        lower.fault(offset, "a NUL byte, which Python takes in no source");
    }
    for error in parsed.errors() {
        lower.fault(error.location.start(), &error.error.to_string());
    }
    lower.module.body = lower.block(parsed.suite());
    let faults = &mut lower.module.faults;
    faults.sort_by_key(|it| it.at);
    // What follows on a line that is not understood is mostly not understood because of that.
    faults.dedup_by_key(|it| it.at.line);
    lower.module
}

impl<'a> Lower<'a> {
    pub(super) fn at(&self, node: &impl Ranged) -> At {
        self.places.at(node.start())
    }

    pub(super) fn name(&mut self, text: &str) -> Name {
        self.names.get(text)
    }

    pub(super) fn fault(&mut self, offset: TextSize, message: &str) {
        if self.module.faults.len() >= MOST_FAULTS {
            return;
        }
        let mut chars = message.chars().take(LONGEST_MESSAGE);
        let message = chars.next().map(|it| it.to_lowercase().chain(chars).collect()).unwrap_or_default();
        self.module.faults.push(Fault { at: self.places.at(offset), message });
    }

    /// An expression, with what has to happen before it among the pending statements.
    pub(super) fn expr(&mut self, node: &'a Node) -> Expr {
        let at = self.at(node);
        let expr = self.nested(node.start(), |lower| Some(lower.any(node, at)));
        expr.unwrap_or(Expr { at, kind: Kind::Mixed(Vec::new()) })
    }

    /// One level deeper in an expression, which is cut into parts where it becomes too deep for others.
    pub(super) fn nested(
        &mut self,
        offset: TextSize,
        work: impl FnOnce(&mut Self) -> Option<Expr>,
    ) -> Option<Expr> {
        if self.depth >= DEEPEST_CALL {
            self.fault(offset, "nested too deeply; what is in it was not read");
            return None;
        }
        let level = self.level;
        self.level = if level >= DEEPEST_EXPRESSION { 0 } else { level + 1 };
        self.depth += 1;
        let mut expr = work(self);
        self.depth -= 1;
        if level >= DEEPEST_EXPRESSION {
            expr = expr.map(|it| self.put_before(PART, it));
        }
        self.level = level;
        expr
    }

    /// One call deeper, for statements.
    pub(super) fn deeper<T: Default>(&mut self, offset: TextSize, work: impl FnOnce(&mut Self) -> T) -> T {
        if self.depth >= DEEPEST_CALL {
            self.fault(offset, "nested too deeply; what is in it was not read");
            return T::default();
        }
        let level = std::mem::take(&mut self.level);
        self.depth += 1;
        let out = work(self);
        self.depth -= 1;
        self.level = level;
        out
    }

    pub(super) fn exprs<'b: 'a>(&mut self, nodes: impl IntoIterator<Item = &'b Node>) -> Vec<Expr> {
        nodes.into_iter().map(|it| self.expr(it)).collect()
    }

    pub(super) fn maybe(&mut self, node: Option<&'a Node>) -> Option<Expr> {
        node.map(|it| self.expr(it))
    }

    /// Assigns the value before the statement, to a name that is nowhere else.
    pub(super) fn put_before(&mut self, what: &str, value: Expr) -> Expr {
        self.made_up += 1;
        let name = self.name(&format!("{what}@{}", self.made_up));
        let at = value.at;
        let target = Expr { at, kind: Kind::Name(name) };
        let kind =
            StmtKind::Assign { target: target.clone(), value: Some(value), annotation: None, adds: false };
        self.pending.push(Stmt { at, kind });
        target
    }

    /// An expression that may stand in several places for this one.
    pub(super) fn repeatable(&mut self, what: &str, value: Expr) -> Expr {
        if is_small(&value) { value } else { self.put_before(what, value) }
    }

    /// Keeps what an expression does, where the tree has no place for the expression.
    pub(super) fn keep(&mut self, expr: Expr) {
        if acts(&expr) {
            self.pending.push(Stmt { at: expr.at, kind: StmtKind::Expr(expr) });
        }
    }
}

/// Whether evaluating it does something, or a function stands in it.
pub(super) fn acts(expr: &Expr) -> bool {
    count(expr, &mut usize::MAX.clone()).is_none()
}

/// Whether it does nothing and is short.
pub(super) fn is_small(expr: &Expr) -> bool {
    count(expr, &mut SMALL.clone()).is_some()
}

/// Nothing if there are more nodes than `left`, or one that acts.
fn count(expr: &Expr, left: &mut usize) -> Option<()> {
    *left = left.checked_sub(1)?;
    match &expr.kind {
        Kind::Call(_) | Kind::Function(_) | Kind::Class(_) | Kind::Comprehension(_) => None,
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Name(_) => Some(()),
        Kind::Member(of, _) | Kind::Spread(of) | Kind::Element(of) => count(of, left),
        Kind::Index(of, index) => {
            count(of, left)?;
            count(index, left)
        }
        Kind::Template(parts)
        | Kind::List(parts)
        | Kind::Choice(parts)
        | Kind::Joined(parts)
        | Kind::Mixed(parts) => parts.iter().try_for_each(|it| count(it, left)),
        Kind::Test(it) => it.parts.iter().try_for_each(|it| count(it, left)),
        Kind::Map(pairs) => pairs.iter().try_for_each(|Pair { key, value }| {
            key.iter().try_for_each(|it| count(it, left))?;
            count(value, left)
        }),
    }
}
