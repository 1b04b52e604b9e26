//! Functions, lambdas and classes.

use std::collections::BTreeSet;

use ruff_python_ast::name::Name as NodeName;
use ruff_python_ast::{
    AnyParameterRef, Decorator, Expr as Node, ExprLambda, ExprStringLiteral, Parameters, Stmt as Statement,
    StmtClassDef, StmtFunctionDef, StringFlags,
};
use ruff_python_parser::parse_expression_range;
use ruff_text_size::Ranged;

use super::docs;
use super::lower::{Lower, acts};
use crate::ir::{At, Class, ClassNo, Expr, Field, Function, FunctionNo, Kind, Name, Param, Stmt, StmtKind};

/// How long an annotation in quotes may be to be looked into.
const LONGEST_ANNOTATION: usize = 200;

/// What methods call their object or class, where decorators leave open whether there is one.
const RECEIVERS: [&str; 12] =
    ["self", "cls", "mcs", "mcls", "metacls", "meta", "klass", "this", "_", "_self", "_cls", "self_"];
/// Decorators after which the first parameter still is the object or class.
const OF_METHODS: [&str; 14] = [
    "property",
    "classmethod",
    "cached_property",
    "abstractmethod",
    "abstractproperty",
    "abstractclassmethod",
    "override",
    "overload",
    "final",
    "setter",
    "getter",
    "deleter",
    "validator",
    "field_validator",
];
/// Methods that get the class without being told so.
const OF_CLASS: [&str; 3] = ["__new__", "__init_subclass__", "__class_getitem__"];

/// What is put aside while the inside of a definition is lowered.
struct Around {
    receiver: Option<NodeName>,
    class: Option<ClassNo>,
    outer: BTreeSet<Name>,
}

impl<'a> Lower<'a> {
    pub(super) fn function(&mut self, node: &'a StmtFunctionDef) -> FunctionNo {
        let no = self.new_function();
        let decorators = self.decorators(&node.decorator_list);
        let mut params = self.params(&node.parameters);
        let returns = node.returns.as_deref().map(|it| self.annotation(it));
        let class = self.class;
        let (takes, is_static) = match class {
            Some(_) => receiver(node),
            None => (false, false),
        };
        let receiver = takes.then(|| first_param(&node.parameters)).flatten();
        if receiver.is_some() {
            params.drain(..params.len().min(1));
        }
        let around = self.enter(&node.parameters, receiver.cloned());
        let (doc, body) = documented(&node.body);
        let body = self.block(body);
        let outer = std::mem::take(&mut self.outer).into_iter().collect();
        self.leave(around);
        let doc = doc.map(|it| self.name(&docs::dedented(it)));
        let name = (!node.name.id.is_empty()).then(|| self.name(&node.name.id));
        let at = if name.is_some() { self.at(&node.name) } else { self.at(node) };
        let function = Function { name, at, params, decorators, doc, body, returns, class, is_static, outer };
        self.set_function(no, function)
    }

    pub(super) fn lambda(&mut self, node: &'a ExprLambda) -> FunctionNo {
        let no = self.new_function();
        let at = self.at(node);
        let mut params = Vec::new();
        let mut around = None;
        if let Some(parameters) = node.parameters.as_deref() {
            params = self.params(parameters);
            around = Some(self.enter(parameters, None));
        }
        let before = std::mem::take(&mut self.pending);
        let level = std::mem::take(&mut self.level);
        let value = self.expr(&node.body);
        self.level = level;
        let mut body = std::mem::replace(&mut self.pending, before);
        body.push(Stmt { at: value.at, kind: StmtKind::Return(Some(value)) });
        if let Some(around) = around {
            self.leave(around);
        }
        self.set_function(no, Function { at, params, body, ..nothing() })
    }

    /// A number first: a function stands before those in it.
    fn new_function(&mut self) -> FunctionNo {
        let no = FunctionNo(u32::try_from(self.module.functions.len()).unwrap_or(u32::MAX));
        self.module.functions.push(nothing());
        no
    }

    fn set_function(&mut self, no: FunctionNo, function: Function) -> FunctionNo {
        if let Some(it) = self.module.functions.get_mut(no.0 as usize) {
            *it = function;
        }
        no
    }

    /// Goes into a function. Without a receiver of its own, it sees that of the method around it, unless a parameter
    /// hides it.
    fn enter(&mut self, parameters: &Parameters, receiver: Option<NodeName>) -> Around {
        let around = Around {
            receiver: self.receiver.clone(),
            class: self.class.take(),
            outer: std::mem::take(&mut self.outer),
        };
        if receiver.is_some() {
            self.receiver = receiver;
        } else if self.receiver.as_ref().is_some_and(|it| parameters.includes(it)) {
            self.receiver = None;
        }
        around
    }

    fn leave(&mut self, around: Around) {
        (self.receiver, self.class, self.outer) = (around.receiver, around.class, around.outer);
    }

    fn decorators(&mut self, nodes: &'a [Decorator]) -> Vec<Expr> {
        self.exprs(nodes.iter().map(|it| &it.expression))
    }

    fn params(&mut self, parameters: &'a Parameters) -> Vec<Param> {
        let mut params = Vec::new();
        for parameter in parameters {
            let name = self.name(&parameter.name().id);
            let annotation = parameter.annotation().map(|it| self.annotation(it));
            let default = self.maybe(parameter.default());
            let is_rest = matches!(parameter, AnyParameterRef::Variadic(_));
            if !name.is_empty() {
                params.push(Param { name, parts: Vec::new(), annotation, default, is_rest });
            }
        }
        params
    }

    /// A type; one in quotes is what stands between them.
    pub(super) fn annotation(&mut self, node: &'a Node) -> Expr {
        match node {
            Node::StringLiteral(it) => self.quoted(it).unwrap_or_else(|| self.expr(node)),
            _ => self.expr(node),
        }
    }

    fn quoted(&mut self, node: &ExprStringLiteral) -> Option<Expr> {
        let literal = node.as_single_part_string()?;
        let range = literal.range().add_start(literal.flags.opener_len()).sub_end(literal.flags.closer_len());
        let written = self.text.get(range.start().to_usize()..range.end().to_usize())?;
        if written.len() > LONGEST_ANNOTATION || written != &*literal.value {
            return None;
        }
        let parsed = parse_expression_range(self.text, range).ok()?;
        self.simple(parsed.expr())
    }

    /// The types that stand in quotes: names, members, indexes, `|`.
    fn simple(&mut self, node: &Node) -> Option<Expr> {
        let at = self.at(node);
        let kind = match node {
            Node::Name(it) => Kind::Name(self.name(&it.id)),
            Node::NoneLiteral(_) => Kind::Null,
            Node::StringLiteral(it) => Kind::Text(self.name(it.value.to_str())),
            Node::Attribute(it) => Kind::Member(Box::new(self.simple(&it.value)?), self.name(&it.attr.id)),
            Node::Subscript(it) => {
                Kind::Index(Box::new(self.simple(&it.value)?), Box::new(self.simple(&it.slice)?))
            }
            Node::BinOp(it) => Kind::Mixed(vec![self.simple(&it.left)?, self.simple(&it.right)?]),
            Node::Tuple(it) => Kind::List(it.elts.iter().map(|it| self.simple(it)).collect::<Option<_>>()?),
            Node::List(it) => Kind::List(it.elts.iter().map(|it| self.simple(it)).collect::<Option<_>>()?),
            _ => return None,
        };
        Some(Expr { at, kind })
    }

    pub(super) fn class(&mut self, node: &'a StmtClassDef, at: At, out: &mut Vec<Stmt>) {
        let no = ClassNo(u32::try_from(self.module.classes.len()).unwrap_or(u32::MAX));
        let name = (!node.name.id.is_empty()).then(|| self.name(&node.name.id));
        let stated = if name.is_some() { self.at(&node.name) } else { at };
        self.module.classes.push(Class {
            name,
            at: stated,
            bases: Vec::new(),
            decorators: Vec::new(),
            doc: None,
            fields: Vec::new(),
            methods: Vec::new(),
        });
        let decorators = self.decorators(&node.decorator_list);
        let mut bases = Vec::new();
        if let Some(arguments) = node.arguments.as_deref() {
            bases = self.exprs(&arguments.args);
            for keyword in &arguments.keywords {
                let value = self.expr(&keyword.value);
                self.keep(value);
            }
        }
        let (doc, body) = documented(&node.body);
        let doc = doc.map(|it| self.name(&docs::dedented(it)));
        let around = self.class.replace(no);
        let body = self.block(body);
        self.class = around;
        let mut members = Members::default();
        members.sort(body, &self.module.classes);
        if let Some(class) = self.module.classes.get_mut(no.0 as usize) {
            let Members { fields, methods, .. } = members;
            (class.bases, class.decorators, class.doc) = (bases, decorators, doc);
            (class.fields, class.methods) = (fields, methods);
        }
        out.append(&mut self.pending);
        out.push(Stmt { at, kind: StmtKind::Class(no) });
        out.append(&mut members.others);
    }
}

/// The statements of the body of a class, sorted.
#[derive(Debug, Default)]
struct Members {
    fields: Vec<Field>,
    methods: Vec<FunctionNo>,
    others: Vec<Stmt>,
}

impl Members {
    fn sort(&mut self, body: Vec<Stmt>, classes: &[Class]) {
        for Stmt { at, kind } in body {
            match kind {
                StmtKind::Function(no) => self.methods.push(no),
                StmtKind::Class(no) => {
                    let name = classes.get(no.0 as usize).and_then(|it| it.name.clone());
                    let value = Some(Expr { at, kind: Kind::Class(no) });
                    self.fields.extend(name.map(|name| Field { name, annotation: None, value, at }));
                }
                StmtKind::Assign { target: Expr { at, kind: Kind::Name(name) }, value, annotation, adds }
                    if !name.contains('@') =>
                {
                    self.field(Field { name, annotation, value, at }, adds);
                }
                StmtKind::Assign { target: Expr { kind: Kind::List(targets), .. }, value, .. }
                    if targets.iter().all(|it| matches!(it.kind, Kind::Name(_))) =>
                {
                    self.fields_of(targets, value);
                }
                StmtKind::Assign { .. } => self.others.push(Stmt { at, kind }),
                StmtKind::Block(block) => {
                    self.others.extend(block.head.into_iter().filter(acts).map(as_statement));
                    self.sort(block.body, classes);
                    self.sort(block.other, classes);
                }
                StmtKind::Expr(it) | StmtKind::Return(Some(it)) | StmtKind::Raise(Some(it)) if acts(&it) => {
                    self.others.push(as_statement(it));
                }
                StmtKind::Expr(_) | StmtKind::Return(_) | StmtKind::Raise(_) => {}
            }
        }
    }

    /// `tools += [x]` adds to what the class has.
    fn field(&mut self, field: Field, adds: bool) {
        let known = self.fields.iter_mut().rev().find(|it| adds && it.name == field.name);
        match (known.and_then(|it| it.value.as_mut()), field.value) {
            (Some(Expr { kind: Kind::Joined(parts), .. }), Some(value)) => parts.push(value),
            (Some(old), Some(value)) => {
                let first = Expr { at: old.at, kind: std::mem::replace(&mut old.kind, Kind::Null) };
                old.kind = Kind::Joined(vec![first, value]);
            }
            (_, value) => self.fields.push(Field { value, ..field }),
        }
    }

    /// `a, b = 1, 2` are two fields.
    fn fields_of(&mut self, targets: Vec<Expr>, value: Option<Expr>) {
        let is_spread = |it: &Expr| matches!(it.kind, Kind::Spread(_));
        let values = match value {
            Some(Expr { kind: Kind::List(values), .. })
                if values.len() == targets.len() && !values.iter().any(is_spread) =>
            {
                values
            }
            Some(value) => {
                if acts(&value) {
                    self.others.push(as_statement(value));
                }
                Vec::new()
            }
            None => Vec::new(),
        };
        let mut values = values.into_iter();
        for target in targets {
            if let Kind::Name(name) = target.kind {
                self.fields.push(Field { name, annotation: None, value: values.next(), at: target.at });
            }
        }
    }
}

fn as_statement(expr: Expr) -> Stmt {
    Stmt { at: expr.at, kind: StmtKind::Expr(expr) }
}

fn nothing() -> Function {
    Function {
        name: None,
        at: At::default(),
        params: Vec::new(),
        decorators: Vec::new(),
        doc: None,
        body: Vec::new(),
        returns: None,
        class: None,
        is_static: false,
        outer: Vec::new(),
    }
}

/// The documentation, and the statements without it.
fn documented(body: &[Statement]) -> (Option<&str>, &[Statement]) {
    match body {
        [Statement::Expr(first), rest @ ..] => match &*first.value {
            Node::StringLiteral(it) => (Some(it.value.to_str()), rest),
            _ => (None, body),
        },
        _ => (None, body),
    }
}

/// Whether the first parameter of a method is its object or class, and whether it is called without an object.
fn receiver(node: &StmtFunctionDef) -> (bool, bool) {
    let decorators: Vec<&str> = node.decorator_list.iter().map(|it| last_name(&it.expression)).collect();
    if decorators.contains(&"staticmethod") {
        return (false, true);
    }
    let of_class = decorators.iter().any(|it| matches!(*it, "classmethod" | "abstractclassmethod"));
    let known = decorators.iter().any(|it| OF_METHODS.contains(it)) || decorators.is_empty();
    let first = first_param(&node.parameters).map_or("", NodeName::as_str);
    // `@tool def search(query)` in a class that only groups functions has no object.
    let takes = known || RECEIVERS.contains(&first);
    (takes, of_class || OF_CLASS.contains(&node.name.id.as_str()) || !takes)
}

/// `b` of `a.b(c)`.
fn last_name(node: &Node) -> &str {
    match node {
        Node::Name(it) => &it.id,
        Node::Attribute(it) => &it.attr.id,
        Node::Call(it) => match &*it.func {
            Node::Name(it) => &it.id,
            Node::Attribute(it) => &it.attr.id,
            _ => "",
        },
        _ => "",
    }
}

fn first_param(parameters: &Parameters) -> Option<&NodeName> {
    let first = parameters.posonlyargs.first().or(parameters.args.first())?;
    Some(&first.parameter.name.id).filter(|it| !it.is_empty())
}
