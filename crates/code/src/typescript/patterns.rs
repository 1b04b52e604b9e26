//! What is assigned to: names, members, and patterns of these.

use oxc_ast::ast::AssignmentOperator;
use oxc_ast::ast::{
    ArrayAssignmentTarget, AssignmentExpression, AssignmentTarget, AssignmentTargetMaybeDefault,
    AssignmentTargetProperty, BindingPattern, Expression, ObjectAssignmentTarget, SimpleAssignmentTarget,
};
use oxc_span::GetSpan;

use super::expressions::inner;
use super::lower::{Lower, assigned, block, is_small};
use crate::ir::{At, BlockKind, Expr, Kind, Pair, Stmt, StmtKind};

/// What parts of a pattern are unless given: the part, and the value.
pub(super) type Defaults = Vec<(Expr, Expr)>;

impl<'a> Lower<'a> {
    /// The name is one of the function at hand.
    pub(super) fn declare(&mut self, start: u32, name: &str) -> Expr {
        let name = self.name(name);
        if let Some(scope) = self.scopes.last_mut() {
            scope.declared.insert(name.clone());
        }
        self.node(start, Kind::Name(name))
    }

    /// A pattern that declares names.
    pub(super) fn binding(&mut self, node: &BindingPattern<'a>, defaults: &mut Defaults) -> Expr {
        let start = node.span().start;
        self.nested(start, |lower| match node {
            BindingPattern::BindingIdentifier(it) => lower.declare(start, &it.name),
            BindingPattern::ObjectPattern(it) => {
                let mut pairs = Vec::with_capacity(it.properties.len());
                for property in &it.properties {
                    let key = Some(lower.key(&property.key));
                    let value = lower.binding(&property.value, defaults);
                    pairs.push(Pair { key, value });
                }
                if let Some(rest) = &it.rest {
                    let of = lower.binding(&rest.argument, defaults);
                    pairs.push(lower.rest(rest.span.start, of));
                }
                lower.node(start, Kind::Map(pairs))
            }
            BindingPattern::ArrayPattern(it) => {
                let mut items = Vec::with_capacity(it.elements.len());
                for element in &it.elements {
                    items.push(match element {
                        Some(element) => lower.binding(element, defaults),
                        None => lower.node(start, Kind::Null),
                    });
                }
                if let Some(rest) = &it.rest {
                    let of = lower.binding(&rest.argument, defaults);
                    items.push(lower.node(rest.span.start, Kind::Spread(Box::new(of))));
                }
                lower.node(start, Kind::List(items))
            }
            BindingPattern::AssignmentPattern(it) => {
                let target = lower.binding(&it.left, defaults);
                let value = lower.documented(&it.right, start);
                defaults.push((target.clone(), value));
                target
            }
        })
    }

    fn rest(&mut self, start: u32, of: Expr) -> Pair {
        Pair { key: None, value: self.node(start, Kind::Spread(Box::new(of))) }
    }

    /// `if` without a condition: the parts are these values unless they are given.
    pub(super) fn defaults(&mut self, defaults: Defaults, out: &mut Vec<Stmt>) {
        for (target, value) in defaults {
            let is_pattern = matches!(target.kind, Kind::Map(_) | Kind::List(_));
            let is_empty = match &value.kind {
                Kind::Map(pairs) => pairs.is_empty(),
                Kind::List(items) => items.is_empty(),
                _ => false,
            };
            if is_pattern && is_empty {
                continue;
            }
            let at = target.at;
            let body = vec![assigned(at, target, value)];
            self.push(out, at, block(BlockKind::If, Vec::new(), body, Vec::new()));
        }
    }

    /// A name that the function at hand gives a value.
    fn assigned_name(&mut self, start: u32, name: &str) -> Expr {
        let at = self.at(start);
        let expr = self.name_at(start, name);
        if let (Some(scope), Kind::Name(name)) = (self.scopes.last_mut(), &expr.kind) {
            scope.assigned.entry(name.clone()).or_insert(at);
        }
        expr
    }

    pub(super) fn simple_target(&mut self, node: &SimpleAssignmentTarget<'a>) -> Expr {
        match node {
            SimpleAssignmentTarget::AssignmentTargetIdentifier(it) => {
                self.assigned_name(it.span.start, &it.name)
            }
            SimpleAssignmentTarget::TSAsExpression(it) => self.expr(&it.expression),
            SimpleAssignmentTarget::TSSatisfiesExpression(it) => self.expr(&it.expression),
            SimpleAssignmentTarget::TSNonNullExpression(it) => self.expr(&it.expression),
            SimpleAssignmentTarget::TSTypeAssertion(it) => self.expr(&it.expression),
            other => match other.as_member_expression() {
                Some(member) => self.member(member),
                None => self.node(node.span().start, Kind::Mixed(Vec::new())),
            },
        }
    }

    pub(super) fn target(&mut self, node: &AssignmentTarget<'a>, defaults: &mut Defaults) -> Expr {
        let start = node.span().start;
        self.nested(start, |lower| match node {
            AssignmentTarget::ArrayAssignmentTarget(it) => lower.array_target(it, defaults),
            AssignmentTarget::ObjectAssignmentTarget(it) => lower.object_target(it, defaults),
            other => match other.as_simple_assignment_target() {
                Some(simple) => lower.simple_target(simple),
                None => lower.node(start, Kind::Mixed(Vec::new())),
            },
        })
    }

    fn array_target(&mut self, it: &ArrayAssignmentTarget<'a>, defaults: &mut Defaults) -> Expr {
        let start = it.span.start;
        let mut items = Vec::with_capacity(it.elements.len());
        for element in &it.elements {
            items.push(match element {
                Some(element) => self.maybe_default(element, defaults),
                None => self.node(start, Kind::Null),
            });
        }
        if let Some(rest) = &it.rest {
            let of = self.target(&rest.target, defaults);
            items.push(self.node(rest.span.start, Kind::Spread(Box::new(of))));
        }
        self.node(start, Kind::List(items))
    }

    fn object_target(&mut self, it: &ObjectAssignmentTarget<'a>, defaults: &mut Defaults) -> Expr {
        let mut pairs = Vec::with_capacity(it.properties.len());
        for property in &it.properties {
            let (key, value) = match property {
                AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(it) => {
                    let start = it.binding.span.start;
                    let target = self.assigned_name(start, &it.binding.name);
                    if let Some(value) = &it.init {
                        let value = self.documented(value, start);
                        defaults.push((target.clone(), value));
                    }
                    let key = self.name(&it.binding.name);
                    (self.node(start, Kind::Text(key)), target)
                }
                AssignmentTargetProperty::AssignmentTargetPropertyProperty(it) => {
                    (self.key(&it.name), self.maybe_default(&it.binding, defaults))
                }
            };
            pairs.push(Pair { key: Some(key), value });
        }
        if let Some(rest) = &it.rest {
            let of = self.target(&rest.target, defaults);
            pairs.push(self.rest(rest.span.start, of));
        }
        self.node(it.span.start, Kind::Map(pairs))
    }

    fn maybe_default(&mut self, node: &AssignmentTargetMaybeDefault<'a>, defaults: &mut Defaults) -> Expr {
        match node {
            AssignmentTargetMaybeDefault::AssignmentTargetWithDefault(it) => {
                let target = self.target(&it.binding, defaults);
                let value = self.expr(&it.init);
                defaults.push((target.clone(), value));
                target
            }
            other => match other.as_assignment_target() {
                Some(target) => self.target(target, defaults),
                None => self.node(node.span().start, Kind::Mixed(Vec::new())),
            },
        }
    }

    /// The value of an assignment, with the assignment before the statement.
    pub(super) fn assignment_value(&mut self, it: &AssignmentExpression<'a>) -> Expr {
        self.assignment(it, it.span.start, true)
    }

    /// Assigns, by pending statements. `a = b = f()` calls once: `b` gets what is called, `a` what `b` has.
    pub(super) fn assignment(&mut self, it: &AssignmentExpression<'a>, comment: u32, is_used: bool) -> Expr {
        let at = self.at(it.span.start);
        if it.operator != AssignmentOperator::Assign {
            return self.compound(it, at);
        }
        let mut lefts = vec![&it.left];
        let mut last = it;
        while let Expression::AssignmentExpression(next) = inner(&last.right)
            && next.operator == AssignmentOperator::Assign
        {
            lefts.push(&next.left);
            last = next;
        }
        let mut value = self.documented(&last.right, comment);
        let is_again = is_used || lefts.len() > 1;
        let mut first = true;
        for left in lefts.into_iter().rev() {
            let mut defaults = Defaults::new();
            let given = self.export_target(left);
            let target = match &given {
                Some(local) => Some(self.node(left.span().start, Kind::Name(local.clone()))),
                None if is_exports(left) => None,
                None => Some(self.target(left, &mut defaults)),
            };
            // Compilers say first what will be exported: `exports.a = exports.b = void 0`.
            let Some(target) = target.filter(|_| given.is_none() || value.kind != Kind::Null) else {
                continue;
            };
            if first && is_again && !is_small(&value) && !is_small(&target) {
                value = self.put_before("value", value);
            }
            if target.kind != value.kind {
                let again = match (is_again, is_small(&value)) {
                    (false, _) => Expr { at, kind: Kind::Null },
                    (true, true) => value.clone(),
                    (true, false) => target.clone(),
                };
                let mut out = vec![];
                self.push(&mut out, at, assigned(at, target, value).kind);
                self.defaults(defaults, &mut out);
                self.pending.append(&mut out);
                value = again;
            }
            first = false;
        }
        if given_object(last) {
            self.export_properties(last);
        }
        value
    }

    /// `+=` adds; `??=` and its like assign under a condition; what others make is made of both.
    fn compound(&mut self, it: &AssignmentExpression<'a>, at: At) -> Expr {
        let value = self.documented(&it.right, it.span.start);
        let target = self.target(&it.left, &mut Defaults::new());
        let again = self.repeatable("value", target.clone());
        let kind = match it.operator {
            AssignmentOperator::Addition => {
                StmtKind::Assign { target, value: Some(value), annotation: None, adds: true }
            }
            AssignmentOperator::LogicalAnd
            | AssignmentOperator::LogicalOr
            | AssignmentOperator::LogicalNullish => {
                let body = vec![assigned(at, target, value)];
                block(BlockKind::If, vec![again.clone()], body, Vec::new())
            }
            _ => {
                let value = Expr { at: value.at, kind: Kind::Mixed(vec![again.clone(), value]) };
                assigned(at, target, value).kind
            }
        };
        self.pending.push(Stmt { at, kind });
        again
    }
}

/// Whether it is the variable `exports` itself.
fn is_exports(left: &AssignmentTarget<'_>) -> bool {
    matches!(left, AssignmentTarget::AssignmentTargetIdentifier(it) if it.name == "exports")
}

/// Whether an object is assigned to `module.exports`.
fn given_object(it: &AssignmentExpression<'_>) -> bool {
    matches!(inner(&it.right), Expression::ObjectExpression(_))
}
