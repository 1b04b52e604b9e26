//! Functions, methods and arrow functions.

use oxc_ast::ast::{
    ArrowFunctionBody, ArrowFunctionExpression, BindingPattern, Expression, FormalParameter,
    FormalParameters, Function as FunctionNode, FunctionBody, TSTypeAnnotation,
};
use oxc_span::GetSpan;

use super::lower::{Lower, Scope, assigned};
use super::patterns::Defaults;
use crate::ir::{At, ClassNo, Expr, Field, Function, FunctionNo, Kind, Name, Param, Stmt, StmtKind};

/// What a function does.
#[derive(Debug, Clone, Copy)]
pub(super) enum Body<'b, 'a> {
    Statements(&'b FunctionBody<'a>),
    Value(&'b Expression<'a>),
    None,
}

/// A function as the parser has it.
#[derive(Debug)]
pub(super) struct Form<'b, 'a> {
    pub(super) at: At,
    pub(super) start: u32,
    pub(super) name: Option<Name>,
    pub(super) params: &'b FormalParameters<'a>,
    pub(super) returns: Option<&'b TSTypeAnnotation<'a>>,
    pub(super) body: Body<'b, 'a>,
    pub(super) doc: Option<Name>,
}

impl<'b, 'a> Form<'b, 'a> {
    pub(super) fn of(
        it: &'b FunctionNode<'a>,
        (at, start): (At, u32),
        name: Option<Name>,
        doc: Option<Name>,
    ) -> Self {
        let body = it.body.as_deref().map_or(Body::None, Body::Statements);
        Self { at, start, name, params: &it.params, returns: it.return_type.as_deref(), body, doc }
    }
}

impl<'a> Lower<'a> {
    pub(super) fn arrow(&mut self, it: &ArrowFunctionExpression<'a>, doc: Option<Name>) -> Expr {
        let start = it.span.start;
        let body = match &it.body {
            ArrowFunctionBody::FunctionBody(body) => Body::Statements(body),
            other => other.as_expression().map_or(Body::None, Body::Value),
        };
        let returns = it.return_type.as_deref();
        let form = Form { at: self.at(start), start, name: None, params: &it.params, returns, body, doc };
        let no = self.function(&form);
        self.node(start, Kind::Function(no))
    }

    pub(super) fn function_value(&mut self, it: &FunctionNode<'a>, doc: Option<Name>) -> Expr {
        let name = it.id.as_ref().map(|it| self.name(&it.name));
        self.method_value(it, name, doc)
    }

    pub(super) fn method_value(
        &mut self,
        it: &FunctionNode<'a>,
        name: Option<Name>,
        doc: Option<Name>,
    ) -> Expr {
        let start = it.span.start;
        let at = self.at(it.id.as_ref().map_or(start, |it| it.span.start));
        let no = self.function(&Form::of(it, (at, start), name, doc));
        self.node(start, Kind::Function(no))
    }

    /// A function, added to those of the module.
    pub(super) fn function(&mut self, form: &Form<'_, 'a>) -> FunctionNo {
        self.acts += 1;
        let no = FunctionNo(u32::try_from(self.module.functions.len()).unwrap_or(u32::MAX));
        self.module.functions.push(Function {
            name: form.name.clone(),
            at: form.at,
            params: Vec::new(),
            decorators: Vec::new(),
            doc: form.doc.clone(),
            body: Vec::new(),
            returns: None,
            class: None,
            is_static: false,
            outer: Vec::new(),
        });
        let (params, returns, body, outer) = self.deeper(form.start, |lower| lower.inside(form));
        if let Some(function) = self.function_mut(no) {
            (function.params, function.returns, function.body, function.outer) =
                (params, returns, body, outer);
        }
        no
    }

    pub(super) fn function_mut(&mut self, no: FunctionNo) -> Option<&mut Function> {
        self.module.functions.get_mut(no.0 as usize)
    }

    fn inside(&mut self, form: &Form<'_, 'a>) -> (Vec<Param>, Option<Expr>, Vec<Stmt>, Vec<Name>) {
        let pending = std::mem::take(&mut self.pending);
        let blocks = std::mem::take(&mut self.blocks);
        self.scopes.push(Scope::default());
        let mut body = Vec::new();
        let params = self.params(form.params, &mut body);
        body.append(&mut self.pending);
        match form.body {
            Body::Statements(it) => {
                body.append(&mut self.directives(&it.directives));
                body.append(&mut self.statements(&it.statements));
            }
            Body::Value(it) => {
                let value = self.expr(it);
                let at = value.at;
                self.push(&mut body, at, StmtKind::Return(Some(value)));
            }
            Body::None => {}
        }
        let returns = self.annotation(form.returns);
        (self.pending, self.blocks) = (pending, blocks);
        let Scope { declared, assigned } = self.scopes.pop().unwrap_or_default();
        let outer = assigned.into_keys().filter(|it| !declared.contains(it)).collect();
        (params, returns, body, outer)
    }

    fn params(&mut self, params: &FormalParameters<'a>, body: &mut Vec<Stmt>) -> Vec<Param> {
        let mut all = Vec::with_capacity(params.items.len() + usize::from(params.rest.is_some()));
        for it in &params.items {
            let default = it.initializer.as_ref().map(|it| self.documented(it, it.span().start));
            let annotation = self.annotation(it.type_annotation.as_deref());
            let (name, parts) = self.param_names(&it.pattern, body);
            if is_field(it) {
                self.keep_field(it, &name, body);
            }
            all.push(Param { name, parts, annotation, default, is_rest: false });
        }
        if let Some(it) = &params.rest {
            let annotation = self.annotation(it.type_annotation.as_deref());
            let (name, parts) = self.param_names(&it.rest.argument, body);
            all.push(Param { name, parts, annotation, default: None, is_rest: true });
        }
        all
    }

    /// The name of a parameter; without one, its parts. What the parts are unless given becomes statements.
    fn param_names(
        &mut self,
        pattern: &BindingPattern<'a>,
        body: &mut Vec<Stmt>,
    ) -> (Name, Vec<(Name, Name)>) {
        if let BindingPattern::BindingIdentifier(it) = pattern {
            self.declare(it.span.start, &it.name);
            return (self.name(&it.name), Vec::new());
        }
        let mut defaults = Defaults::new();
        let target = self.binding(pattern, &mut defaults);
        let mut parts = Vec::new();
        self.parts_of(&target, "", &mut parts);
        self.defaults(defaults, body);
        (self.name(""), parts)
    }

    /// The names in a pattern, with the paths to what they are.
    fn parts_of(&mut self, target: &Expr, path: &str, parts: &mut Vec<(Name, Name)>) {
        const MOST: usize = 1_000;
        let joined = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        match &target.kind {
            _ if parts.len() >= MOST || path.len() > MOST => {}
            Kind::Name(local) => parts.push((self.name(path), local.clone())),
            Kind::Map(pairs) => {
                for pair in pairs {
                    let path = match pair.key.as_ref().map(|it| &it.kind) {
                        Some(Kind::Text(key) | Kind::Number(key)) => joined(key),
                        Some(_) | None => joined("*"),
                    };
                    self.parts_of(&pair.value, &path, parts);
                }
            }
            Kind::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    let key =
                        if matches!(item.kind, Kind::Spread(_)) { "*".to_owned() } else { at.to_string() };
                    self.parts_of(item, &joined(&key), parts);
                }
            }
            Kind::Spread(of) => self.parts_of(of, path, parts),
            _ => {}
        }
    }

    /// A parameter that is a field as well is assigned to it.
    fn keep_field(&mut self, it: &FormalParameter<'a>, name: &Name, body: &mut Vec<Stmt>) {
        let start = it.pattern.span().start;
        let of = self.name_at(start, "self");
        let target = self.node(start, Kind::Member(Box::new(of), name.clone()));
        let value = self.node(start, Kind::Name(name.clone()));
        body.push(assigned(self.at(start), target, value));
    }

    /// The fields that the parameters of a constructor are.
    pub(super) fn param_fields(&mut self, params: &FormalParameters<'a>) -> Vec<Field> {
        let mut fields = Vec::new();
        for it in params.items.iter().filter(|it| is_field(it)) {
            if let BindingPattern::BindingIdentifier(name) = &it.pattern {
                let annotation = self.annotation(it.type_annotation.as_deref());
                let at = self.at(name.span.start);
                fields.push(Field { name: self.name(&name.name), annotation, value: None, at });
            }
        }
        fields
    }

    /// Makes a function a method.
    pub(super) fn method(&mut self, no: FunctionNo, class: ClassNo, is_static: bool, decorators: Vec<Expr>) {
        if let Some(function) = self.function_mut(no) {
            (function.class, function.is_static, function.decorators) = (Some(class), is_static, decorators);
        }
    }
}

fn is_field(it: &FormalParameter<'_>) -> bool {
    it.accessibility.is_some() || it.readonly || it.r#override
}
