//! Text, numbers, templates.

use oxc_ast::ast::{NumericLiteral, StringLiteral, TemplateElement, TemplateLiteral};

use super::lower::Lower;
use crate::ir::{Expr, Kind, Name};

impl<'a> Lower<'a> {
    pub(super) fn number(&mut self, it: &NumericLiteral<'a>) -> Expr {
        let written = self.name(self.written(it.span));
        self.node(it.span.start, Kind::Number(written))
    }

    pub(super) fn string(&mut self, it: &StringLiteral<'a>) -> Expr {
        let text = self.text(&it.value, it.lone_surrogates);
        self.node(it.span.start, Kind::Text(text))
    }

    /// The parser writes halves of surrogates as U+FFFD and four digits, and U+FFFD itself with the digits `fffd`.
    pub(super) fn text(&mut self, text: &str, has_halves: bool) -> Name {
        if !has_halves {
            return self.name(text);
        }
        let mut whole = String::with_capacity(text.len());
        let mut parts = text.split('\u{fffd}');
        whole.push_str(parts.next().unwrap_or_default());
        for part in parts {
            whole.push('\u{fffd}');
            whole.push_str(part.get(4..).unwrap_or_default());
        }
        self.name(&whole)
    }

    /// A template without values is text, unless a tag gets it.
    pub(super) fn template(&mut self, it: &TemplateLiteral<'a>, is_tagged: bool) -> Expr {
        let start = it.span.start;
        if let ([only], [], false) = (it.quasis.as_slice(), it.expressions.as_slice(), is_tagged) {
            let text = self.quasi(only);
            return self.node(start, Kind::Text(text));
        }
        let mut parts = Vec::with_capacity(it.quasis.len() + it.expressions.len());
        let mut values = it.expressions.iter();
        for quasi in &it.quasis {
            let text = self.quasi(quasi);
            if !text.is_empty() {
                parts.push(self.node(quasi.span.start, Kind::Text(text)));
            }
            if let Some(value) = values.next() {
                parts.push(self.expr(value));
            }
        }
        self.node(start, Kind::Template(parts))
    }

    pub(super) fn quasi(&mut self, quasi: &TemplateElement<'a>) -> Name {
        match &quasi.value.cooked {
            Some(cooked) => self.text(cooked, quasi.lone_surrogates),
            None => self.name(&quasi.value.raw),
        }
    }
}
