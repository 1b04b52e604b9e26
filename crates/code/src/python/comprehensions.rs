//! Comprehensions: a list of what their element is, with what the variables stand for in place of the variables.

use ruff_python_ast::{Comprehension, Expr as Node};

use super::lower::Lower;
use crate::ir::{Expr, Kind, Name};

impl<'a> Lower<'a> {
    pub(super) fn comprehended(&mut self, generators: &'a [Comprehension], element: &'a Node) -> Kind {
        self.comprehension(generators, |lower| Kind::List(vec![lower.expr(element)]))
    }

    pub(super) fn comprehension(
        &mut self,
        generators: &'a [Comprehension],
        element: impl FnOnce(&mut Self) -> Kind,
    ) -> Kind {
        let mut bound = Vec::new();
        for generator in generators {
            let over = self.expr(&generator.iter);
            let at = self.at(&generator.target);
            self.bind(&generator.target, Expr { at, kind: Kind::Element(Box::new(over)) }, &mut bound);
            for condition in &generator.ifs {
                let condition = self.expr(condition);
                self.keep(condition);
            }
        }
        let kind = element(self);
        self.unbind(bound);
        kind
    }

    fn bind(&mut self, target: &'a Node, value: Expr, bound: &mut Vec<Name>) {
        match target {
            Node::Name(it) => {
                let Expr { kind, .. } = self.repeatable(&it.id, value);
                let name = self.name(&it.id);
                self.hide(name, Some(kind), bound);
            }
            Node::Tuple(it) => self.bind_parts(&it.elts, value, bound),
            Node::List(it) => self.bind_parts(&it.elts, value, bound),
            Node::Starred(it) => {
                let at = value.at;
                self.bind(&it.value, Expr { at, kind: Kind::List(vec![value]) }, bound);
            }
            _ => self.keep(value),
        }
    }

    fn bind_parts(&mut self, targets: &'a [Node], value: Expr, bound: &mut Vec<Name>) {
        let value = self.repeatable("each", value);
        for (number, target) in targets.iter().enumerate() {
            let at = self.at(target);
            let kind = if matches!(target, Node::Starred(_)) {
                Kind::Element(Box::new(value.clone()))
            } else {
                let number = Kind::Number(self.name(&number.to_string()));
                Kind::Index(Box::new(value.clone()), Box::new(Expr { at, kind: number }))
            };
            self.bind(target, Expr { at, kind }, bound);
        }
    }

    /// Gives the name another meaning, until [`Lower::unbind`].
    pub(super) fn hide(&mut self, name: Name, kind: Option<Kind>, bound: &mut Vec<Name>) {
        self.bound.entry(Name::clone(&name)).or_default().push(kind);
        bound.push(name);
    }

    pub(super) fn unbind(&mut self, bound: Vec<Name>) {
        for name in bound {
            if let Some(meanings) = self.bound.get_mut(&name) {
                meanings.pop();
                if meanings.is_empty() {
                    self.bound.remove(&name);
                }
            }
        }
    }
}
