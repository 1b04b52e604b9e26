//! `match`: an `if` with a block for each case, in which names are given what they stand for.

use ruff_python_ast::{Identifier, MatchCase, Pattern, PatternMatchMapping, Singleton, StmtMatch};
use ruff_text_size::Ranged;

use super::lower::Lower;
use super::statements::{assigned, block};
use crate::ir::{BlockKind, Expr, Kind, Pair, Stmt, StmtKind};

impl<'a> Lower<'a> {
    pub(super) fn cases(&mut self, node: &'a StmtMatch) -> StmtKind {
        let subject = self.expr(&node.subject);
        let subject = self.repeatable("match", subject);
        let mut head = vec![subject.clone()];
        let mut cases = node.cases.iter();
        let mut body = Vec::new();
        if let Some(case) = cases.next() {
            let (tested, statements) = self.case(case, &subject);
            head.extend(tested);
            body = statements;
        }
        let mut other = Vec::new();
        for case in cases {
            let at = self.at(case);
            let (head, body) = self.case(case, &subject);
            other.push(Stmt { at, kind: block(BlockKind::Case, head, body, Vec::new()) });
        }
        block(BlockKind::Match, head, body, other)
    }

    fn case(&mut self, case: &'a MatchCase, subject: &Expr) -> (Vec<Expr>, Vec<Stmt>) {
        let mut names = Vec::new();
        let mut head = Vec::new();
        head.extend(self.pattern(&case.pattern, subject.clone(), &mut names));
        head.extend(case.guard.as_deref().map(|it| self.condition(it)));
        names.append(&mut self.block(&case.body));
        (head, names)
    }

    /// What a pattern compares with; what it gives names to is assigned.
    fn pattern(&mut self, pattern: &'a Pattern, subject: Expr, names: &mut Vec<Stmt>) -> Option<Expr> {
        self.nested(pattern.start(), |lower| lower.any_pattern(pattern, subject, names))
    }

    fn any_pattern(&mut self, pattern: &'a Pattern, subject: Expr, names: &mut Vec<Stmt>) -> Option<Expr> {
        let at = self.at(pattern);
        let kind = match pattern {
            Pattern::MatchValue(it) => return Some(self.expr(&it.value)),
            Pattern::MatchSingleton(it) => match it.value {
                Singleton::None => Kind::Null,
                Singleton::True => Kind::Bool(true),
                Singleton::False => Kind::Bool(false),
            },
            Pattern::MatchStar(it) => {
                self.capture(it.name.as_ref(), Kind::List(vec![subject]), names);
                return None;
            }
            Pattern::MatchAs(it) => {
                self.capture(it.name.as_ref(), subject.kind.clone(), names);
                return self.pattern(it.pattern.as_deref()?, subject, names);
            }
            Pattern::MatchOr(it) => Kind::Choice(self.patterns(&it.patterns, &subject, names)),
            Pattern::MatchSequence(it) => {
                let element = self.part(subject, |of| Kind::Element(Box::new(of)));
                Kind::List(self.patterns(&it.patterns, &element, names))
            }
            Pattern::MatchMapping(it) => self.mapping(it, subject, names),
            Pattern::MatchClass(it) => {
                let mut parts = vec![self.expr(&it.cls)];
                let inner = self.part(subject.clone(), |of| Kind::Mixed(vec![of]));
                parts.extend(self.patterns(&it.arguments.patterns, &inner, names));
                for keyword in &it.arguments.keywords {
                    let name = self.name(&keyword.attr.id);
                    let member = self.part(subject.clone(), |of| Kind::Member(Box::new(of), name));
                    parts.extend(self.pattern(&keyword.pattern, member, names));
                }
                Kind::Mixed(parts)
            }
        };
        Some(Expr { at, kind })
    }

    fn mapping(&mut self, node: &'a PatternMatchMapping, subject: Expr, names: &mut Vec<Stmt>) -> Kind {
        let mut pairs = Vec::new();
        for (key, pattern) in node.keys.iter().zip(&node.patterns) {
            let at = self.at(pattern);
            let key = self.expr(key);
            let index = Box::new(key.clone());
            let item = self.part(subject.clone(), |of| Kind::Index(Box::new(of), index));
            let value = self.pattern(pattern, item, names);
            pairs.push(Pair {
                key: Some(key),
                value: value.unwrap_or(Expr { at, kind: Kind::Mixed(Vec::new()) }),
            });
        }
        self.capture(node.rest.as_ref(), subject.kind, names);
        Kind::Map(pairs)
    }

    fn patterns(&mut self, patterns: &'a [Pattern], subject: &Expr, names: &mut Vec<Stmt>) -> Vec<Expr> {
        patterns.iter().filter_map(|it| self.pattern(it, subject.clone(), names)).collect()
    }

    /// A part of what is looked at, short enough to stand in several places.
    fn part(&mut self, of: Expr, part: impl FnOnce(Expr) -> Kind) -> Expr {
        let at = of.at;
        let part = Expr { at, kind: part(of) };
        self.repeatable("match", part)
    }

    fn capture(&mut self, name: Option<&'a Identifier>, kind: Kind, names: &mut Vec<Stmt>) {
        let Some(name) = name.filter(|it| !it.id.is_empty()) else { return };
        let at = self.at(name);
        let target = Expr { at, kind: Kind::Name(self.name(&name.id)) };
        names.push(assigned(at, target, Expr { at, kind }));
    }
}
