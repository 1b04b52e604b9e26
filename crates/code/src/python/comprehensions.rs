//! Comprehensions. What has to happen within one stays in it, where its variables are known: an assignment is a round over
//! the one value, an expression a condition.

use ruff_python_ast::{Comprehension as Generator, Expr as Node};

use super::lower::{Lower, PART};
use crate::ir::{Comprehension, Expr, Kind, Stmt, StmtKind};

impl<'a> Lower<'a> {
    pub(super) fn list_of(&mut self, generators: &'a [Generator], element: &'a Node) -> Kind {
        self.comprehension(generators, false, |lower| lower.expr(element))
    }

    pub(super) fn map_of(
        &mut self,
        generators: &'a [Generator],
        key: Option<&'a Node>,
        value: &'a Node,
    ) -> Kind {
        self.comprehension(generators, true, |lower| {
            let pair = lower.pair(key, value);
            Expr { at: pair.key.as_ref().map_or(pair.value.at, |it| it.at), kind: Kind::Map(vec![pair]) }
        })
    }

    fn comprehension(
        &mut self,
        generators: &'a [Generator],
        is_map: bool,
        element: impl FnOnce(&mut Self) -> Expr,
    ) -> Kind {
        let mut before = std::mem::take(&mut self.pending);
        let (mut rounds, mut conditions) = (Vec::new(), Vec::new());
        for generator in generators {
            let over = self.expr(&generator.iter);
            if rounds.is_empty() {
                // What the first goes over is known outside.
                before.append(&mut self.pending);
            }
            let target = self.expr(&generator.target);
            self.settle(&mut rounds, &mut conditions, &mut before);
            rounds.push((target, over));
            for condition in &generator.ifs {
                let condition = self.condition(condition);
                self.settle(&mut rounds, &mut conditions, &mut before);
                conditions.push(condition);
            }
        }
        let element = element(self);
        self.settle(&mut rounds, &mut conditions, &mut before);
        self.pending = before;
        Kind::Comprehension(Box::new(Comprehension { element, rounds, conditions, is_map }))
    }

    fn settle(&mut self, rounds: &mut Vec<(Expr, Expr)>, conditions: &mut Vec<Expr>, before: &mut Vec<Stmt>) {
        for Stmt { at, kind } in self.pending.drain(..) {
            match kind {
                // Parts are cut off to be less deep.
                StmtKind::Assign { target, value: Some(value), .. } if !is_part(&target) => {
                    rounds.push((target, Expr { at: value.at, kind: Kind::List(vec![value]) }));
                }
                StmtKind::Expr(it) => conditions.push(it),
                kind => before.push(Stmt { at, kind }),
            }
        }
    }
}

fn is_part(target: &Expr) -> bool {
    matches!(&target.kind, Kind::Name(name) if name.strip_prefix(PART).is_some_and(|it| it.starts_with('@')))
}
