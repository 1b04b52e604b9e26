//! Expressions.

use ruff_python_ast::{ArgOrKeyword, BoolOp, CmpOp, ExprBinOp, ExprBoolOp, ExprName, Operator, UnaryOp};
use ruff_python_ast::{Expr as Node, Keyword};
use ruff_text_size::Ranged;

use super::bounds::DEEPEST_EXPRESSION;
use super::lower::{Lower, PART};
use crate::ir::{Arg, At, Call, Expr, How, Kind, Pair, Stmt, StmtKind, Test};

impl<'a> Lower<'a> {
    /// Any expression; [`Lower::expr`] has looked at its depth.
    pub(super) fn any(&mut self, node: &'a Node, at: At) -> Expr {
        let kind = match node {
            Node::Attribute(_) | Node::Subscript(_) | Node::Call(_) => return self.chain(node),
            Node::Await(it) => return self.awaited(&it.value),
            Node::Name(it) => self.variable(it),
            Node::NoneLiteral(_) => Kind::Null,
            Node::BooleanLiteral(it) => Kind::Bool(it.value),
            Node::NumberLiteral(it) => Kind::Number(self.written(it)),
            Node::StringLiteral(it) => Kind::Text(self.name(it.value.to_str())),
            Node::BytesLiteral(it) => self.bytes(it),
            Node::FString(it) => self.f_string(&it.value),
            Node::TString(it) => self.t_string(&it.value),
            Node::List(it) => Kind::List(self.exprs(&it.elts)),
            Node::Tuple(it) => Kind::List(self.exprs(&it.elts)),
            Node::Set(it) => Kind::List(self.exprs(&it.elts)),
            Node::Dict(it) => {
                Kind::Map(it.items.iter().map(|it| self.pair(it.key.as_ref(), &it.value)).collect())
            }
            Node::ListComp(it) => self.list_of(&it.generators, &it.elt),
            Node::SetComp(it) => self.list_of(&it.generators, &it.elt),
            Node::Generator(it) => self.list_of(&it.generators, &it.elt),
            Node::DictComp(it) => self.map_of(&it.generators, it.key.as_deref(), &it.value),
            Node::Starred(it) => Kind::Spread(Box::new(self.expr(&it.value))),
            Node::Lambda(it) => Kind::Function(self.lambda(it)),
            Node::If(_) => self.conditional(node),
            Node::BoolOp(it) => self.bool_op(it),
            Node::BinOp(it) => self.binary(it),
            Node::UnaryOp(_) => self.unary(node),
            Node::Compare(it) => {
                let mut parts = vec![self.expr(&it.left)];
                parts.extend(it.comparators.iter().map(|it| self.expr(it)));
                Kind::Test(Box::new(Test { how: compared(&it.ops), parts }))
            }
            Node::Slice(it) => Kind::Mixed(
                self.exprs([&it.lower, &it.upper, &it.step].into_iter().filter_map(Option::as_deref)),
            ),
            Node::Named(it) => self.named(&it.target, &it.value),
            Node::Yield(it) => self.yielded(at, it.value.as_deref()),
            Node::YieldFrom(it) => {
                let from = self.expr(&it.value);
                self.gives(at, Some(Expr { at: from.at, kind: Kind::Element(Box::new(from)) }))
            }
            Node::EllipsisLiteral(_) | Node::IpyEscapeCommand(_) => Kind::Mixed(Vec::new()),
        };
        Expr { at, kind }
    }

    /// `await await x` is `x`.
    fn awaited(&mut self, node: &'a Node) -> Expr {
        let mut node = node;
        while let Node::Await(it) = node {
            node = &it.value;
        }
        self.expr(node)
    }

    fn variable(&mut self, node: &ExprName) -> Kind {
        // What the parser puts where an expression is missing.
        if node.id.is_empty() {
            return Kind::Mixed(Vec::new());
        }
        if self.receiver.as_ref() == Some(&node.id) {
            return Kind::Name(self.name("self"));
        }
        Kind::Name(self.name(&node.id))
    }

    /// As the text has it.
    fn written(&mut self, node: &impl Ranged) -> crate::ir::Name {
        let range = node.range();
        let text = self.text.get(range.start().to_usize()..range.end().to_usize()).unwrap_or_default();
        self.name(text)
    }

    pub(super) fn pair(&mut self, key: Option<&'a Node>, value: &'a Node) -> Pair {
        let key = self.maybe(key);
        let value = self.expr(value);
        if key.is_some() || matches!(value.kind, Kind::Spread(_)) {
            return Pair { key, value };
        }
        Pair { key, value: Expr { at: value.at, kind: Kind::Spread(Box::new(value)) } }
    }

    /// Members, indexes and calls that follow each other, from the innermost outwards in a loop: builders chain hundreds.
    fn chain(&mut self, node: &'a Node) -> Expr {
        let first = self.spine.len();
        let mut base = node;
        loop {
            let inner = match base {
                Node::Attribute(it) => &it.value,
                Node::Subscript(it) => &it.value,
                Node::Call(it) => &it.func,
                Node::Await(it) => {
                    base = &it.value;
                    continue;
                }
                _ => break,
            };
            self.spine.push(base);
            base = inner;
        }
        let outermost = self.level;
        let level =
            |links: usize| (outermost + u32::try_from(links).unwrap_or(u32::MAX)) % DEEPEST_EXPRESSION;
        self.level = level(self.spine.len() - first);
        let mut expr = self.expr(base);
        while self.spine.len() > first
            && let Some(link) = self.spine.pop()
        {
            self.level = level(self.spine.len() - first);
            expr = self.link(expr, link);
            if self.level == 0 && self.spine.len() > first {
                expr = self.put_before(PART, expr);
            }
        }
        self.level = outermost;
        expr
    }

    fn link(&mut self, inner: Expr, node: &'a Node) -> Expr {
        let at = inner.at;
        let kind = match node {
            Node::Attribute(it) if it.attr.id.is_empty() => Kind::Mixed(vec![inner]),
            Node::Attribute(it) => Kind::Member(Box::new(inner), self.name(&it.attr.id)),
            Node::Subscript(it) => {
                let index = self.expr(&it.slice);
                Kind::Index(Box::new(inner), Box::new(index))
            }
            Node::Call(it) => {
                let args = it.arguments.iter_source_order().map(|it| self.arg(it)).collect();
                return self.call(inner, args);
            }
            _ => return inner,
        };
        Expr { at, kind }
    }

    fn arg(&mut self, arg: ArgOrKeyword<'a>) -> Arg {
        match arg {
            ArgOrKeyword::Arg(node) => Arg { name: None, value: self.expr(node) },
            ArgOrKeyword::Keyword(Keyword { arg: Some(name), value, .. }) => {
                Arg { name: Some(self.name(&name.id)), value: self.expr(value) }
            }
            ArgOrKeyword::Keyword(Keyword { value, .. }) => {
                let value = self.expr(value);
                Arg { name: None, value: Expr { at: value.at, kind: Kind::Spread(Box::new(value)) } }
            }
        }
    }

    fn call(&mut self, callee: Expr, args: Vec<Arg>) -> Expr {
        let at = callee.at;
        let callee = match callee.kind {
            Kind::Member(of, name) if &*name == "format" => match self.formatted(*of, args) {
                Ok(kind) => return Expr { at, kind },
                Err((of, args)) => {
                    let callee = Expr { at, kind: Kind::Member(Box::new(of), name) };
                    return Expr { at, kind: Kind::Call(Box::new(Call { callee, args })) };
                }
            },
            _ => callee,
        };
        Expr { at, kind: Kind::Call(Box::new(Call { callee, args })) }
    }

    /// `a if b else c if d else e` is one of three.
    fn conditional(&mut self, node: &'a Node) -> Kind {
        let mut arms = Vec::new();
        let mut node = node;
        while let Node::If(it) = node {
            let test = self.condition(&it.test);
            self.keep(test);
            let arm = self.expr(&it.body);
            choose(&mut arms, arm, true);
            node = &it.orelse;
        }
        let arm = self.expr(node);
        choose(&mut arms, arm, true);
        Kind::Choice(arms)
    }

    /// `a and b` is `b` or nothing that is used.
    fn bool_op(&mut self, node: &'a ExprBoolOp) -> Kind {
        let mut parts = Vec::new();
        let last = node.values.len().saturating_sub(1);
        for (number, value) in node.values.iter().enumerate() {
            if node.op == BoolOp::And && number < last {
                let condition = self.condition(value);
                self.keep(condition);
            } else {
                let part = self.expr(value);
                choose(&mut parts, part, number == last);
            }
        }
        if node.op == BoolOp::And {
            parts.push(Expr { at: self.at(node), kind: Kind::Null });
        }
        Kind::Choice(parts)
    }

    /// What is looked at to decide: all sides of `and` and `or`, in one list.
    pub(super) fn condition(&mut self, node: &'a Node) -> Expr {
        let at = self.at(node);
        let (mut inner, mut is_denied) = (node, false);
        while let Node::UnaryOp(it) = inner
            && it.op == UnaryOp::Not
        {
            (inner, is_denied) = (&it.operand, !is_denied);
        }
        let Node::BoolOp(it) = inner else { return self.expr(node) };
        let condition = self.nested(node.start(), |lower| {
            let parts = it.values.iter().map(|it| lower.condition(it)).collect();
            let how = if it.op == BoolOp::And { How::All } else { How::Any };
            Some(Expr { at, kind: Kind::Test(Box::new(Test { how, parts })) })
        });
        let condition = condition.unwrap_or(Expr { at, kind: Kind::Mixed(Vec::new()) });
        if is_denied { denied(condition) } else { condition }
    }

    fn unary(&mut self, node: &'a Node) -> Kind {
        let (mut inner, mut is_not, mut is_denied) = (node, true, false);
        while let Node::UnaryOp(it) = inner {
            if let (UnaryOp::USub | UnaryOp::UAdd, Node::NumberLiteral(number)) = (it.op, &*it.operand) {
                let sign = if it.op == UnaryOp::USub { "-" } else { "" };
                let number = self.written(number);
                return Kind::Number(self.name(&format!("{sign}{number}")));
            }
            (is_not, is_denied) = (is_not && it.op == UnaryOp::Not, !is_denied);
            inner = &it.operand;
        }
        let inner = self.expr(inner);
        if is_not && is_denied { denied(inner).kind } else { Kind::Mixed(vec![inner]) }
    }

    fn named(&mut self, target: &'a Node, value: &'a Node) -> Kind {
        let value = self.expr(value);
        let target = self.expr(target);
        let kind = target.kind.clone();
        let at = target.at;
        let assign = StmtKind::Assign { target, value: Some(value), annotation: None, adds: false };
        self.pending.push(Stmt { at, kind: assign });
        kind
    }

    fn yielded(&mut self, at: At, value: Option<&'a Node>) -> Kind {
        let value = self.maybe(value);
        self.gives(at, value)
    }

    /// What comes back is not known.
    fn gives(&mut self, at: At, value: Option<Expr>) -> Kind {
        self.pending.push(Stmt { at, kind: StmtKind::Return(value) });
        Kind::Mixed(Vec::new())
    }

    /// Operators of one precedence follow each other on the left, in one list whatever their number.
    fn binary(&mut self, node: &'a ExprBinOp) -> Kind {
        let group = precedence(node.op);
        let first = self.spine.len();
        let mut joins = true;
        let mut top = Some(node);
        let mut last = node;
        while let Some(it) = top {
            joins &= it.op == Operator::Add;
            self.spine.push(&it.right);
            last = it;
            top = match &*it.left {
                Node::BinOp(left) if precedence(left.op) == group => Some(left),
                _ => None,
            };
        }
        let mut parts = vec![self.expr(&last.left)];
        if last.op == Operator::Mod
            && let Some(right) = self.spine.pop()
        {
            let at = self.at(last);
            let (Some(left), right) = (parts.pop(), self.expr(right)) else { return Kind::Mixed(parts) };
            match self.interpolated(left, right) {
                Ok(kind) => parts.push(Expr { at, kind }),
                Err(both) => parts.extend(both),
            }
        }
        while self.spine.len() > first
            && let Some(right) = self.spine.pop()
        {
            parts.push(self.expr(right));
        }
        match (parts.pop(), parts.is_empty()) {
            (Some(Expr { kind: kind @ Kind::Template(_), .. }), true) => kind,
            (Some(Expr { kind: kind @ Kind::Text(_), .. }), true) if last.op == Operator::Mod => kind,
            (part, _) => {
                parts.extend(part);
                joins &= !parts.iter().all(|it| matches!(it.kind, Kind::Number(_)));
                if joins { Kind::Joined(parts) } else { Kind::Mixed(parts) }
            }
        }
    }
}

/// What a comparison compares.
fn compared(operators: &[CmpOp]) -> How {
    match operators {
        [CmpOp::Eq | CmpOp::Is] => How::Equal,
        [CmpOp::NotEq | CmpOp::IsNot] => How::Unequal,
        [CmpOp::In] => How::Among,
        [CmpOp::NotIn] => How::NotAmong,
        _ => How::Otherwise,
    }
}

/// That it does not hold.
fn denied(condition: Expr) -> Expr {
    let test = Test { how: How::Not, parts: vec![condition] };
    Expr { at: test.parts.first().map_or_else(At::default, |it| it.at), kind: Kind::Test(Box::new(test)) }
}

/// Alternatives of alternatives are in one list. What is nothing is not chosen while there is more.
fn choose(parts: &mut Vec<Expr>, part: Expr, is_last: bool) {
    match part.kind {
        Kind::Choice(more) => {
            parts.extend(more.into_iter().filter(|it| is_last || !matches!(it.kind, Kind::Null)));
        }
        _ => parts.push(part),
    }
}

/// Operators with the same number are written without brackets in any order. `**` is alone: it groups to the right.
fn precedence(operator: Operator) -> u8 {
    match operator {
        Operator::BitOr => 0,
        Operator::BitXor => 1,
        Operator::BitAnd => 2,
        Operator::LShift | Operator::RShift => 3,
        Operator::Add | Operator::Sub => 4,
        Operator::Mult | Operator::MatMult | Operator::Div | Operator::Mod | Operator::FloorDiv => 5,
        Operator::Pow => 6,
    }
}
