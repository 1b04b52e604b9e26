//! Declarations, what a module gives to others, and namespaces.

use oxc_ast::ast::{
    Declaration, ExportDefaultDeclaration, ExportDefaultDeclarationKind, ExportFromDeclaration,
    ExportSpecifier, Expression, Function as FunctionNode, Statement, TSExportAssignment,
    TSNamespaceDeclaration, TSNamespaceDeclarationBody,
};
use oxc_span::GetSpan;

use super::expressions::inner;
use super::functions::Form;
use super::lower::{Lower, assigned, block};
use crate::ir::{BlockKind, Export, Expr, Kind, Name, Pair, Stmt, StmtKind};

impl<'a> Lower<'a> {
    pub(super) fn declaration(
        &mut self,
        node: &Statement<'a>,
        next: Option<&Statement<'a>>,
        out: &mut Vec<Stmt>,
    ) {
        let start = node.span().start;
        match node {
            Statement::ImportDeclaration(it) => self.import(it),
            Statement::ExportDeclaration(it) => self.declared(&it.declaration, start, next, out),
            Statement::ExportNamedDeclaration(it) => self.export_names(&it.specifiers, None),
            Statement::ExportFromDeclaration(it) => self.export_from(it),
            Statement::ExportAllDeclaration(it) => {
                let from = Some(self.name(&it.source.value));
                let local = self.name("*");
                let name = it.exported.as_ref().map_or_else(|| local.clone(), |it| self.name(&it.name()));
                self.module.exports.push(Export { name, local, from });
            }
            Statement::ExportDefaultDeclaration(it) => self.export_default(it, next, out),
            Statement::TSExportAssignment(it) => self.export_assignment(it, out),
            Statement::TSNamespaceExportDeclaration(_) => {}
            other => {
                if let Some(declaration) = other.as_declaration() {
                    self.declared(declaration, start, next, out);
                }
            }
        }
    }

    fn declared(
        &mut self,
        node: &Declaration<'a>,
        start: u32,
        next: Option<&Statement<'a>>,
        out: &mut Vec<Stmt>,
    ) {
        let at = self.at(node.span().start);
        match node {
            Declaration::VariableDeclaration(it) => self.variables(it, start, out),
            Declaration::FunctionDeclaration(it) => self.function_declaration(it, start, next, out),
            Declaration::ClassDeclaration(it) => {
                let first = it.decorators.first().map_or(start, |it| it.span.start.min(start));
                let doc = self.doc(first).or_else(|| self.doc(start)).or_else(|| self.doc(it.span.start));
                if let Some(id) = &it.id {
                    self.declare(id.span.start, &id.name);
                }
                let no = self.class(it, doc);
                self.push(out, at, StmtKind::Class(no));
            }
            Declaration::TSEnumDeclaration(it) => {
                self.declare(it.id.span.start, &it.id.name);
                let no = self.enumeration(it);
                self.push(out, at, StmtKind::Class(no));
            }
            Declaration::TSNamespaceDeclaration(it) => {
                let more = self.deeper(it.span.start, |lower| lower.namespace(it));
                out.extend(more);
            }
            Declaration::TSImportEqualsDeclaration(it) => {
                if let Some(Stmt { at, kind }) = self.import_equals(it) {
                    self.push(out, at, kind);
                }
            }
            // Types alone, and what other modules are said to have.
            Declaration::TSTypeAliasDeclaration(_)
            | Declaration::TSInterfaceDeclaration(_)
            | Declaration::TSExternalModuleDeclaration(_)
            | Declaration::TSGlobalDeclaration(_) => {}
        }
    }

    fn function_declaration(
        &mut self,
        it: &FunctionNode<'a>,
        start: u32,
        next: Option<&Statement<'a>>,
        out: &mut Vec<Stmt>,
    ) {
        let doc = self.doc(start);
        if it.body.is_none() && is_same_function(it, next) {
            self.signature = self.signature.take().or(doc);
            return;
        }
        let doc = doc.or_else(|| self.signature.take());
        self.signature = None;
        let at = it.id.as_ref().map_or(it.span.start, |it| it.span.start);
        if let Some(id) = &it.id {
            self.declare(id.span.start, &id.name);
        }
        let name = it.id.as_ref().map(|it| self.name(&it.name));
        let at = self.at(at);
        let no = self.function(&Form::of(it, (at, it.span.start), name, doc));
        let at = self.at(start);
        self.push(out, at, StmtKind::Function(no));
    }

    fn export(&mut self, name: &str, local: Name) {
        let name = self.name(name);
        self.module.exports.push(Export { name, local, from: None });
    }

    /// Names that importers know under the same name need no word.
    fn export_names(&mut self, specifiers: &[ExportSpecifier<'a>], from: Option<&Name>) {
        for it in specifiers {
            let (name, local) = (self.name(&it.exported.name()), self.name(&it.local.name()));
            if from.is_some() || name != local {
                self.module.exports.push(Export { name, local, from: from.cloned() });
            }
        }
    }

    fn export_from(&mut self, it: &ExportFromDeclaration<'a>) {
        let from = self.name(&it.source.value);
        self.export_names(&it.specifiers, Some(&from));
    }

    fn export_default(
        &mut self,
        it: &ExportDefaultDeclaration<'a>,
        next: Option<&Statement<'a>>,
        out: &mut Vec<Stmt>,
    ) {
        let start = it.span.start;
        match &it.declaration {
            ExportDefaultDeclarationKind::FunctionDeclaration(function) => {
                if let Some(id) = &function.id {
                    let local = self.name(&id.name);
                    self.function_declaration(function, start, next, out);
                    if function.body.is_some() || function.declare {
                        self.export("default", local);
                    }
                } else {
                    let doc = self.doc(start);
                    let value = self.function_value(function, doc);
                    self.default_value(start, value, out);
                }
            }
            ExportDefaultDeclarationKind::ClassDeclaration(class) => {
                let first = class.decorators.first().map_or(start, |it| it.span.start.min(start));
                let doc = self.doc(first).or_else(|| self.doc(start));
                if let Some(id) = &class.id {
                    self.declare(id.span.start, &id.name);
                    let no = self.class(class, doc);
                    let at = self.at(start);
                    self.push(out, at, StmtKind::Class(no));
                    let local = self.name(&id.name);
                    self.export("default", local);
                } else {
                    let value = self.class_value(class, doc);
                    self.default_value(start, value, out);
                }
            }
            ExportDefaultDeclarationKind::TSInterfaceDeclaration(_) => {}
            other => {
                if let Some(value) = other.as_expression() {
                    self.default_expression(value, start, out);
                }
            }
        }
    }

    fn default_expression(&mut self, node: &Expression<'a>, start: u32, out: &mut Vec<Stmt>) {
        match inner(node) {
            Expression::Identifier(it) if it.name != "undefined" => {
                let local = self.name(&it.name);
                self.export("default", local);
            }
            _ => {
                let value = self.documented(node, start);
                self.default_value(start, value, out);
            }
        }
    }

    /// A value without a name gets one.
    fn default_value(&mut self, start: u32, value: Expr, out: &mut Vec<Stmt>) {
        let target = self.name_at(start, "default");
        let at = self.at(start);
        self.push(out, at, assigned(at, target, value).kind);
        let local = self.name("default");
        self.export("default", local);
    }

    /// `export = value`.
    fn export_assignment(&mut self, it: &TSExportAssignment<'a>, out: &mut Vec<Stmt>) {
        self.default_expression(&it.expression, it.span.start, out);
    }

    fn namespace(&mut self, it: &TSNamespaceDeclaration<'a>) -> Vec<Stmt> {
        let start = it.id.span.start;
        let mut out = Vec::new();
        let target = self.declare(start, &it.id.name);
        let mut given: Vec<Name> = Vec::new();
        let body = match &it.body {
            TSNamespaceDeclarationBody::TSNamespaceDeclaration(next) => {
                given.push(self.name(&next.id.name));
                self.deeper(start, |lower| lower.namespace(next))
            }
            TSNamespaceDeclarationBody::TSModuleBlock(block) => {
                // What is exported within is no export of the module.
                let exports = std::mem::take(&mut self.module.exports);
                let body = self.statements(&block.body);
                let own = std::mem::replace(&mut self.module.exports, exports);
                given.extend(own.into_iter().filter(|it| it.from.is_none()).map(|it| it.local));
                for statement in &block.body {
                    if let Statement::ExportDeclaration(it) = statement {
                        given.extend(declared_names(&it.declaration).into_iter().map(|it| self.name(it)));
                    }
                }
                body
            }
        };
        if body.is_empty() {
            return out;
        }
        let at = self.at(start);
        self.push(&mut out, at, block(BlockKind::With, Vec::new(), body, Vec::new()));
        let mut pairs = Vec::with_capacity(given.len());
        for name in given {
            let key = Some(self.node(start, Kind::Text(name.clone())));
            let value = self.node(start, Kind::Name(name));
            pairs.push(Pair { key, value });
        }
        let value = self.node(start, Kind::Map(pairs));
        self.push(&mut out, at, assigned(at, target, value).kind);
        out
    }
}

fn declared_names<'a>(node: &Declaration<'a>) -> Vec<&'a str> {
    match node {
        Declaration::VariableDeclaration(it) => {
            let names = it.declarations.iter().flat_map(|it| it.id.get_binding_identifiers());
            names.map(|it| it.name.as_str()).collect()
        }
        Declaration::TSTypeAliasDeclaration(_) | Declaration::TSInterfaceDeclaration(_) => Vec::new(),
        other => other.id().map(|it| it.name.as_str()).into_iter().collect(),
    }
}

/// Whether what follows a signature is the same function.
fn is_same_function(it: &FunctionNode<'_>, next: Option<&Statement<'_>>) -> bool {
    let next = match next {
        Some(Statement::FunctionDeclaration(next)) => next,
        Some(Statement::ExportDeclaration(next)) => match &next.declaration {
            Declaration::FunctionDeclaration(next) => next,
            _ => return false,
        },
        Some(Statement::ExportDefaultDeclaration(next)) => match &next.declaration {
            ExportDefaultDeclarationKind::FunctionDeclaration(next) => next,
            _ => return false,
        },
        _ => return false,
    };
    let name = |it: &FunctionNode<'_>| it.id.as_ref().map(|it| it.name.to_string());
    name(it).is_some() && name(it) == name(next)
}
