//! What a module gives by `exports` and `module.exports`.

use std::collections::{BTreeMap, BTreeSet};

use oxc_ast::ast::AssignmentOperator;
use oxc_ast::ast::{
    Argument, ArrowFunctionBody, AssignmentExpression, AssignmentTarget, BindingPattern, CallExpression,
    Declaration, Expression, ObjectExpression, ObjectPropertyKind, PropertyKey, Statement,
    VariableDeclarator,
};

use super::chains::required;
use super::expressions::inner;
use super::lower::{Lower, assigned};
use crate::ir::{Export, Kind, Name};

/// Exported names, with the names that they have here.
#[derive(Debug, Default)]
pub(super) struct Given(BTreeMap<Name, Name>);

impl Given {
    pub(super) fn local(&self, name: &str) -> Option<Name> {
        self.0.get(name).cloned()
    }
}

impl<'a> Lower<'a> {
    /// Looks for what the statements at the top of the module export in the way of `CommonJS`.
    pub(super) fn given(&mut self, body: &[Statement<'a>]) {
        if memchr::memmem::find(self.text.as_bytes(), b"exports").is_none() {
            return;
        }
        let mut bound = BTreeSet::new();
        for statement in body {
            declared(statement, &mut bound);
        }
        for statement in body {
            match statement {
                Statement::ExpressionStatement(it) => match inner(&it.expression) {
                    Expression::AssignmentExpression(it) => self.give(it, &bound),
                    Expression::CallExpression(it) => self.give_by_call(it, &bound),
                    _ => {}
                },
                Statement::VariableDeclaration(it) => {
                    for declarator in &it.declarations {
                        self.give_declared(declarator);
                    }
                }
                _ => {}
            }
        }
        for (name, local) in &self.given.0 {
            if name != local || &**name == "default" {
                let (name, local) = (name.clone(), local.clone());
                self.module.exports.push(Export { name, local, from: None });
            }
        }
    }

    /// `exports.a = exports.b = value`.
    fn give(&mut self, it: &AssignmentExpression<'a>, bound: &BTreeSet<&'a str>) {
        let mut names = Vec::new();
        let mut last = it;
        loop {
            if last.operator != AssignmentOperator::Assign {
                return;
            }
            names.extend(export_name(&last.left));
            match inner(&last.right) {
                Expression::AssignmentExpression(next) => last = next,
                _ => break,
            }
        }
        let value = inner(&last.right);
        let is_nothing = match value {
            Expression::Identifier(it) => it.name == "undefined",
            Expression::UnaryExpression(_) => true,
            _ => false,
        };
        if is_nothing || names.is_empty() {
            return;
        }
        for name in names {
            match value {
                Expression::CallExpression(call) if name == "default" && required(call).is_some() => {
                    self.pass_on(required(call).unwrap_or_default(), true);
                }
                Expression::Identifier(it) => self.give_name(name, &it.name),
                Expression::ObjectExpression(object) if name == "default" => {
                    self.give_free(name, bound);
                    self.give_properties(object, bound);
                }
                _ => self.give_free(name, bound),
            }
        }
    }

    fn give_properties(&mut self, object: &ObjectExpression<'a>, bound: &BTreeSet<&'a str>) {
        for property in &object.properties {
            match property {
                ObjectPropertyKind::SpreadProperty(spread) => {
                    if let Expression::CallExpression(call) = inner(&spread.argument)
                        && let Some(module) = required(call)
                    {
                        self.pass_on(module, false);
                    }
                }
                ObjectPropertyKind::ObjectProperty(it) => match (property_name(&it.key), inner(&it.value)) {
                    (Some("default") | None, _) => {}
                    (Some(name), Expression::Identifier(local)) => self.give_name(name, &local.name),
                    (Some(name), _) => self.give_free(name, bound),
                },
            }
        }
    }

    /// `var a = exports.a = value`.
    fn give_declared(&mut self, it: &VariableDeclarator<'a>) {
        let (BindingPattern::BindingIdentifier(local), Some(value)) = (&it.id, &it.init) else { return };
        if let Expression::AssignmentExpression(it) = inner(value)
            && let Some(name) = export_name(&it.left)
        {
            self.give_name(name, &local.name);
        }
    }

    /// What compilers write: `__exportStar(require("m"), exports)`, `__export(all, { a: () => b })`,
    /// `Object.defineProperty(exports, "a", …)`.
    fn give_by_call(&mut self, it: &CallExpression<'a>, bound: &BTreeSet<&'a str>) {
        let callee = match inner(&it.callee) {
            Expression::Identifier(it) => it.name.as_str(),
            other => match other
                .as_member_expression()
                .and_then(oxc_ast::ast::MemberExpression::static_property_name)
            {
                Some(name) => name,
                None => return,
            },
        };
        match (callee, it.arguments.as_slice()) {
            ("__exportStar" | "__export" | "_export_star", [Argument::CallExpression(call), ..]) => {
                if let Some(module) = required(call) {
                    self.pass_on(module, false);
                }
            }
            ("__export", [_, Argument::ObjectExpression(object)]) => {
                for property in &object.properties {
                    if let ObjectPropertyKind::ObjectProperty(it) = property
                        && let (Some(name), Some(local)) = (property_name(&it.key), given_back(&it.value))
                    {
                        self.give_name(name, local);
                    }
                }
            }
            ("defineProperty", [Argument::Identifier(of), Argument::StringLiteral(name), ..])
                if of.name == "exports" && name.value != "__esModule" =>
            {
                self.give_free(name.value.as_str(), bound);
            }
            _ => {}
        }
    }

    fn give_name(&mut self, name: &str, local: &str) {
        let (name, local) = (self.name(name), self.name(local));
        self.given.0.insert(name, local);
    }

    /// What has no name here gets that of the export, unless something else has it.
    fn give_free(&mut self, name: &str, bound: &BTreeSet<&'a str>) {
        let local = if bound.contains(name) { format!("exports.{name}") } else { name.to_owned() };
        self.give_name(name, &local);
    }

    /// All names of another module.
    fn pass_on(&mut self, module: &str, with_default: bool) {
        let from = self.name(module);
        for name in ["*", "default"].into_iter().take(if with_default { 2 } else { 1 }) {
            let name = self.name(name);
            self.module.exports.push(Export { name: name.clone(), local: name, from: Some(from.clone()) });
        }
    }

    /// The name that stands for what is assigned to here, where that is exported.
    pub(super) fn export_target(&self, left: &AssignmentTarget<'a>) -> Option<Name> {
        if !self.scopes.is_empty() || self.given.0.is_empty() {
            return None;
        }
        self.given.local(export_name(left)?)
    }

    /// After `module.exports = { a: f() }`: the name that is exported as `a`.
    pub(super) fn export_properties(&mut self, it: &AssignmentExpression<'a>) {
        if !self.scopes.is_empty() || export_name(&it.left) != Some("default") {
            return;
        }
        let (Expression::ObjectExpression(object), Some(whole)) =
            (inner(&it.right), self.given.local("default"))
        else {
            return;
        };
        for property in &object.properties {
            let ObjectPropertyKind::ObjectProperty(it) = property else { continue };
            let start = it.span.start;
            if let Some(name) = property_name(&it.key)
                && !matches!(inner(&it.value), Expression::Identifier(_))
                && let Some(local) = self.given.local(name).filter(|it| *it != whole)
            {
                let target = self.node(start, Kind::Name(local));
                let of = self.node(start, Kind::Name(whole.clone()));
                let name = self.name(name);
                let value = self.node(start, Kind::Member(Box::new(of), name));
                self.pending.push(assigned(self.at(start), target, value));
            }
        }
    }

    /// `Object.defineProperty(exports, "a", { get: function () { return b.a; } })` assigns what is given back.
    pub(super) fn defined_property(&mut self, it: &CallExpression<'a>) -> bool {
        let [Argument::Identifier(of), Argument::StringLiteral(name), Argument::ObjectExpression(object)] =
            it.arguments.as_slice()
        else {
            return false;
        };
        let Some(local) = self.given.local(&name.value) else { return of.name == "exports" };
        if of.name != "exports" || !self.scopes.is_empty() {
            return false;
        }
        for property in &object.properties {
            if let ObjectPropertyKind::ObjectProperty(property) = property
                && matches!(property_name(&property.key), Some("get" | "value"))
            {
                let start = property.span.start;
                let value = match returned(&property.value) {
                    Some(value) => self.expr(value),
                    None => self.expr(&property.value),
                };
                let target = self.node(name.span.start, Kind::Name(local));
                self.pending.push(assigned(self.at(start), target, value));
                return true;
            }
        }
        true
    }
}

/// The exported name that is assigned to; `default` for all of `module.exports`.
fn export_name<'a>(left: &AssignmentTarget<'a>) -> Option<&'a str> {
    let member = left.as_member_expression()?;
    let name = member.static_property_name()?;
    match inner(member.object()) {
        Expression::Identifier(it) if it.name == "exports" => Some(name),
        Expression::Identifier(it) if it.name == "module" && name == "exports" => Some("default"),
        other => {
            let of = other.as_member_expression()?;
            let is_module = matches!(inner(of.object()), Expression::Identifier(it) if it.name == "module");
            (is_module && of.static_property_name() == Some("exports")).then_some(name)
        }
    }
}

fn property_name<'a>(key: &PropertyKey<'a>) -> Option<&'a str> {
    match key {
        PropertyKey::StaticIdentifier(it) => Some(it.name.as_str()),
        PropertyKey::StringLiteral(it) => Some(it.value.as_str()),
        _ => None,
    }
}

/// What a function without parameters gives back, where that is all that it does.
fn returned<'b, 'a>(function: &'b Expression<'a>) -> Option<&'b Expression<'a>> {
    let statements = match inner(function) {
        Expression::ArrowFunctionExpression(it) => match &it.body {
            ArrowFunctionBody::FunctionBody(body) => &body.statements,
            other => return other.as_expression(),
        },
        Expression::FunctionExpression(it) => &it.body.as_ref()?.statements,
        _ => return None,
    };
    match statements.as_slice() {
        [Statement::ReturnStatement(it)] => it.argument.as_ref(),
        _ => None,
    }
}

fn given_back<'a>(function: &Expression<'a>) -> Option<&'a str> {
    match inner(returned(function)?) {
        Expression::Identifier(it) => Some(it.name.as_str()),
        _ => None,
    }
}

/// The names that a statement declares.
fn declared<'a>(statement: &Statement<'a>, bound: &mut BTreeSet<&'a str>) {
    match statement {
        Statement::ImportDeclaration(it) => {
            let names = it.specifiers.iter().flatten().map(|it| it.local().name.as_str());
            bound.extend(names);
        }
        Statement::VariableDeclaration(it) => {
            let names = it.declarations.iter().flat_map(|it| it.id.get_binding_identifiers());
            bound.extend(names.into_iter().map(|it| it.name.as_str()));
        }
        other => {
            let declaration = other.as_declaration();
            bound.extend(declaration.and_then(Declaration::id).map(|it| it.name.as_str()));
        }
    }
}
