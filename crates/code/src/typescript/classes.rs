//! Classes and enums.

use oxc_ast::ast::{
    AccessorProperty, Class as ClassNode, ClassElement, Decorator, MethodDefinition, MethodDefinitionKind,
    PropertyDefinition, StaticBlock, TSEnumDeclaration, TSEnumMemberName,
};

use super::functions::Form;
use super::lower::Lower;
use crate::ir::{Class, ClassNo, Expr, Field, FunctionNo, Kind, Name};

/// What has been found of a class.
#[derive(Debug, Default)]
struct Members {
    fields: Vec<Field>,
    methods: Vec<FunctionNo>,
    /// What documents a signature without a body, for the method that has one.
    doc: Option<Name>,
}

impl<'a> Lower<'a> {
    pub(super) fn class_value(&mut self, it: &ClassNode<'a>, doc: Option<Name>) -> Expr {
        let start = it.span.start;
        let no = self.class(it, doc);
        self.node(start, Kind::Class(no))
    }

    pub(super) fn class(&mut self, it: &ClassNode<'a>, doc: Option<Name>) -> ClassNo {
        let start = it.id.as_ref().map_or(it.span.start, |it| it.span.start);
        let name = it.id.as_ref().map(|it| self.name(&it.name));
        let no = self.reserve(start, name, doc);
        let (bases, decorators, members) = self.deeper(start, |lower| {
            let mut bases = Vec::new();
            bases.extend(it.heritage.as_ref().map(|it| lower.expr(&it.expression)));
            for implemented in &it.implements {
                bases.push(lower.type_name(&implemented.expression));
            }
            (bases, lower.decorators(&it.decorators), lower.members(&it.body.body, no))
        });
        if let Some(class) = self.module.classes.get_mut(no.0 as usize) {
            (class.bases, class.decorators) = (bases, decorators);
            (class.fields, class.methods) = (members.fields, members.methods);
        }
        no
    }

    fn reserve(&mut self, start: u32, name: Option<Name>, doc: Option<Name>) -> ClassNo {
        self.acts += 1;
        let no = ClassNo(u32::try_from(self.module.classes.len()).unwrap_or(u32::MAX));
        self.module.classes.push(Class {
            name,
            at: self.at(start),
            bases: Vec::new(),
            decorators: Vec::new(),
            doc,
            fields: Vec::new(),
            methods: Vec::new(),
        });
        no
    }

    pub(super) fn decorators(&mut self, decorators: &[Decorator<'a>]) -> Vec<Expr> {
        decorators.iter().map(|it| self.expr(&it.expression)).collect()
    }

    fn members(&mut self, elements: &[ClassElement<'a>], class: ClassNo) -> Members {
        let mut members = Members::default();
        let mut rest = elements.iter();
        while let Some(element) = rest.next() {
            match element {
                ClassElement::MethodDefinition(it) => {
                    let is_signature = it.value.body.is_none() && is_same_method(it, rest.as_slice().first());
                    if is_signature {
                        members.doc = members.doc.take().or_else(|| self.doc(it.span.start));
                    } else {
                        self.method_definition(it, class, &mut members);
                    }
                }
                ClassElement::PropertyDefinition(it) => self.field(it, &mut members),
                ClassElement::AccessorProperty(it) => self.accessor(it, &mut members),
                ClassElement::StaticBlock(it) => self.static_block(it),
                ClassElement::TSIndexSignature(_) => {}
            }
        }
        members
    }

    fn method_definition(&mut self, it: &MethodDefinition<'a>, class: ClassNo, members: &mut Members) {
        let start = it.span.start;
        let is_constructor = it.kind == MethodDefinitionKind::Constructor;
        let name = if is_constructor { self.name("__init__") } else { self.key_name(&it.key) };
        if is_constructor {
            members.fields.append(&mut self.param_fields(&it.value.params));
        }
        let decorators = self.decorators(&it.decorators);
        let doc = self.doc(start).or_else(|| members.doc.take());
        members.doc = None;
        let at = self.at(oxc_span::GetSpan::span(&it.key).start);
        let no = self.function(&Form::of(&it.value, (at, start), Some(name), doc));
        self.method(no, class, it.r#static, decorators);
        members.methods.push(no);
    }

    fn field(&mut self, it: &PropertyDefinition<'a>, members: &mut Members) {
        self.decorated(&it.decorators);
        let name = self.key_name(&it.key);
        let annotation = self.annotation(it.type_annotation.as_deref());
        let value = it.value.as_ref().map(|value| self.documented(value, it.span.start));
        let at = self.at(oxc_span::GetSpan::span(&it.key).start);
        members.fields.push(Field { name, annotation, value, at });
    }

    fn accessor(&mut self, it: &AccessorProperty<'a>, members: &mut Members) {
        self.decorated(&it.decorators);
        let name = self.key_name(&it.key);
        let annotation = self.annotation(it.type_annotation.as_deref());
        let value = it.value.as_ref().map(|value| self.documented(value, it.span.start));
        let at = self.at(oxc_span::GetSpan::span(&it.key).start);
        members.fields.push(Field { name, annotation, value, at });
    }

    /// The tree has no place for the decorators of fields.
    fn decorated(&mut self, decorators: &[Decorator<'a>]) {
        for decorator in decorators {
            self.keep(|lower| lower.expr(&decorator.expression));
        }
    }

    /// What a class does when it is defined is done before it.
    fn static_block(&mut self, it: &StaticBlock<'a>) {
        let mut pending = std::mem::take(&mut self.pending);
        let mut body = self.statements(&it.body);
        pending.append(&mut body);
        self.pending = pending;
    }

    /// An enum is a class with a field for each of its names.
    pub(super) fn enumeration(&mut self, it: &TSEnumDeclaration<'a>) -> ClassNo {
        let doc = self.doc(it.span.start);
        let name = Some(self.name(&it.id.name));
        let no = self.reserve(it.id.span.start, name, doc);
        let mut fields = Vec::with_capacity(it.body.members.len());
        for member in &it.body.members {
            let name = match &member.id {
                TSEnumMemberName::Identifier(it) => self.name(&it.name),
                TSEnumMemberName::String(it) | TSEnumMemberName::ComputedString(it) => {
                    self.text(&it.value, it.lone_surrogates)
                }
                TSEnumMemberName::ComputedTemplateString(it) => match it.quasis.as_slice() {
                    [only] => self.quasi(only),
                    _ => self.name(self.written(it.span)),
                },
            };
            let value = member.initializer.as_ref().map(|it| self.expr(it));
            fields.push(Field { name, annotation: None, value, at: self.at(member.span.start) });
        }
        if let Some(class) = self.module.classes.get_mut(no.0 as usize) {
            class.fields = fields;
        }
        no
    }
}

/// Whether what follows a signature is the same method.
fn is_same_method(it: &MethodDefinition<'_>, next: Option<&ClassElement<'_>>) -> bool {
    let Some(ClassElement::MethodDefinition(next)) = next else { return false };
    it.r#static == next.r#static && it.key.name().is_some() && it.key.name() == next.key.name()
}
