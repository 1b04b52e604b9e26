//! What a module takes from others.

use oxc_ast::ast::{
    Argument, BindingPattern, CallExpression, Expression, ImportDeclaration, ImportDeclarationSpecifier,
    ImportExpression, ObjectPattern, TSImportEqualsDeclaration, TSModuleReference, TSTypeName,
};
use oxc_span::GetSpan;

use super::chains::required;
use super::expressions::inner;
use super::lower::{Lower, assigned};
use crate::ir::{Expr, Import, Kind, Stmt};

/// What is bound is a module, or a name of one.
#[derive(Debug, Clone, Copy)]
struct Source<'a> {
    module: &'a str,
    symbol: Option<&'a str>,
}

/// What compilers put around `require`: it gives the module, under `default` where that has no name.
const WRAPPERS: [&str; 10] = [
    "__importDefault",
    "__importStar",
    "__toESM",
    "__toModule",
    "_interopRequireDefault",
    "_interopRequireWildcard",
    "_interop_require_default",
    "_interop_require_wildcard",
    "interopRequireDefault",
    "interopRequireWildcard",
];

impl<'a> Lower<'a> {
    pub(super) fn import(&mut self, it: &ImportDeclaration<'a>) {
        let module = it.source.value.as_str();
        for specifier in it.specifiers.iter().flatten() {
            let symbol = match specifier {
                ImportDeclarationSpecifier::ImportSpecifier(it) => Some(it.imported.name().as_str()),
                ImportDeclarationSpecifier::ImportDefaultSpecifier(_) => Some("default"),
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(_) => None,
            };
            let local = specifier.local();
            self.add_import(specifier.span().start, local.name.as_str(), Source { module, symbol });
        }
    }

    fn add_import(&mut self, start: u32, local: &str, source: Source<'_>) {
        let (local, module) = (self.name(local), self.name(source.module));
        let symbol = source.symbol.map(|it| self.name(it));
        let at = self.at(start);
        self.module.imports.push(Import { local, module, symbol, at });
    }

    /// `import a = require("m")`, and `import a = b.c`, which is another name.
    pub(super) fn import_equals(&mut self, it: &TSImportEqualsDeclaration<'a>) -> Option<Stmt> {
        let start = it.span.start;
        let value = match &it.module_reference {
            TSModuleReference::ExternalModuleReference(of) => {
                let source = Source { module: of.expression.value.as_str(), symbol: None };
                self.add_import(start, it.id.name.as_str(), source);
                return None;
            }
            TSModuleReference::IdentifierReference(of) => self.name_at(of.span.start, &of.name),
            TSModuleReference::QualifiedName(of) => {
                let left = self.type_name(&of.left);
                let name = self.name(&of.right.name);
                self.node(of.span.start, Kind::Member(Box::new(left), name))
            }
        };
        let target = self.declare(it.id.span.start, &it.id.name);
        Some(assigned(self.at(start), target, value))
    }

    /// Imports what `const … = require("m")` or `await import("m")` binds. Whether that is all that it does.
    pub(super) fn bound_import(&mut self, pattern: &BindingPattern<'a>, value: &Expression<'a>) -> bool {
        let Some(source) = source(value) else { return false };
        match pattern {
            BindingPattern::BindingIdentifier(it) => {
                self.add_import(it.span.start, it.name.as_str(), source);
                self.declare(it.span.start, &it.name);
                true
            }
            BindingPattern::ObjectPattern(it) if source.symbol.is_none() => self.parts(it, source.module),
            _ => false,
        }
    }

    /// `{ a, b: c }`, each a name of the module. Others are taken apart like any value.
    fn parts(&mut self, pattern: &ObjectPattern<'a>, module: &'a str) -> bool {
        let mut found = Vec::with_capacity(pattern.properties.len());
        for property in &pattern.properties {
            let (false, BindingPattern::BindingIdentifier(local)) = (property.computed, &property.value)
            else {
                return false;
            };
            let name = self.key_name(&property.key);
            found.push((local.span.start, name, local.name.as_str()));
        }
        if pattern.rest.is_some() {
            return false;
        }
        for (start, symbol, local) in found {
            self.add_import(start, local, Source { module, symbol: Some(&*symbol) });
            self.declare(start, local);
        }
        true
    }

    /// A module within an expression: a name that is imported.
    pub(super) fn required(&mut self, start: u32, module: &str) -> Expr {
        let local = self.name(&format!("require({module:?})"));
        if self.required.insert(local.clone()) {
            self.add_import(start, &local, Source { module, symbol: None });
        }
        self.node(start, Kind::Name(local))
    }

    pub(super) fn awaited_import(&mut self, it: &ImportExpression<'a>) -> Expr {
        match imported(it) {
            Some(module) => self.required(it.span.start, module),
            None => self.import_call(it),
        }
    }

    pub(super) fn type_name(&mut self, node: &TSTypeName<'a>) -> Expr {
        let start = node.span().start;
        let mut names = Vec::new();
        let mut node = node;
        let first = loop {
            match node {
                TSTypeName::QualifiedName(it) => {
                    names.push(it.right.name.as_str());
                    node = &it.left;
                }
                TSTypeName::IdentifierReference(it) => break it.name.as_str(),
                TSTypeName::ThisExpression(_) => break "self",
            }
        };
        const LONGEST: usize = 32;
        let mut expr = self.name_at(start, first);
        for name in names.into_iter().rev().take(LONGEST) {
            let name = self.name(name);
            expr = self.node(start, Kind::Member(Box::new(expr), name));
        }
        expr
    }
}

fn imported<'a>(it: &ImportExpression<'a>) -> Option<&'a str> {
    match inner(&it.source) {
        Expression::StringLiteral(module) => Some(module.value.as_str()),
        Expression::TemplateLiteral(module) => Some(module.single_quasi()?.as_str()),
        _ => None,
    }
}

/// What module the value is, or what name of one.
fn source<'a>(value: &Expression<'a>) -> Option<Source<'a>> {
    match inner(value) {
        Expression::AwaitExpression(it) => source(&it.argument),
        Expression::ImportExpression(it) => Some(Source { module: imported(it)?, symbol: None }),
        Expression::CallExpression(it) => {
            let module = required(it).or_else(|| wrapped(it))?;
            Some(Source { module, symbol: None })
        }
        other => {
            let member = other.as_member_expression()?;
            let of = match inner(member.object()) {
                Expression::CallExpression(it) => required(it).or_else(|| wrapped(it))?,
                Expression::AwaitExpression(it) => match &it.argument {
                    Expression::ImportExpression(it) => imported(it)?,
                    _ => return None,
                },
                _ => return None,
            };
            Some(Source { module: of, symbol: Some(member.static_property_name()?) })
        }
    }
}

/// The module in what compilers put around `require`.
fn wrapped<'a>(it: &CallExpression<'a>) -> Option<&'a str> {
    let callee = match inner(&it.callee) {
        Expression::Identifier(it) => it.name.as_str(),
        Expression::SequenceExpression(it) => {
            it.expressions.last()?.as_member_expression()?.static_property_name()?
        }
        other => {
            let member = other.as_member_expression()?;
            match (member.static_property_name()?, inner(member.object())) {
                ("_", Expression::Identifier(it)) => it.name.as_str(),
                (name, _) => name,
            }
        }
    };
    let Some(Argument::CallExpression(call)) = it.arguments.first() else { return None };
    WRAPPERS.contains(&callee).then(|| required(call)).flatten()
}
