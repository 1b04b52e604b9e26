//! Types as expressions: `Promise<X>` is an index of `Promise`, `A | B` a choice, `X[]` an index of `Array`.

use oxc_ast::ast::{
    TSImportType, TSImportTypeQualifier, TSLiteral, TSSignature, TSTupleElement, TSType, TSTypeAnnotation,
    TSTypeLiteral, TSTypeParameterInstantiation, TSTypePredicate, TSTypeQueryExprName,
};
use oxc_span::GetSpan;

use super::lower::Lower;
use crate::ir::{Expr, Kind, Pair};

impl<'a> Lower<'a> {
    pub(super) fn annotation(&mut self, it: Option<&TSTypeAnnotation<'a>>) -> Option<Expr> {
        it.map(|it| self.ty(&it.type_annotation))
    }

    fn ty(&mut self, node: &TSType<'a>) -> Expr {
        let start = node.span().start;
        self.nested(start, |lower| lower.any_type(node, start))
    }

    fn any_type(&mut self, node: &TSType<'a>, start: u32) -> Expr {
        match node {
            TSType::TSNullKeyword(_) | TSType::TSUndefinedKeyword(_) => self.node(start, Kind::Null),
            TSType::TSThisType(_) => self.name_at(start, "self"),
            TSType::TSTypeReference(it) => {
                let of = self.type_name(&it.type_name);
                self.of_types(of, it.type_arguments.as_deref())
            }
            TSType::TSArrayType(it) => {
                let array = self.name_at(start, "Array");
                let of = self.ty(&it.element_type);
                self.node(start, Kind::Index(Box::new(array), Box::new(of)))
            }
            TSType::TSUnionType(it) => {
                let parts = self.types(&it.types);
                self.node(start, Kind::Choice(parts))
            }
            TSType::TSIntersectionType(it) => {
                let parts = self.types(&it.types);
                self.node(start, Kind::Mixed(parts))
            }
            TSType::TSTupleType(it) => {
                let mut items = Vec::with_capacity(it.element_types.len());
                for element in &it.element_types {
                    items.push(self.tuple_element(element));
                }
                self.node(start, Kind::List(items))
            }
            TSType::TSLiteralType(it) => self.type_literal(&it.literal),
            TSType::TSTypeLiteral(it) => self.object_type(it),
            TSType::TSParenthesizedType(it) => self.ty(&it.type_annotation),
            TSType::TSTypeOperatorType(it) => self.ty(&it.type_annotation),
            TSType::TSNamedTupleMember(it) => self.tuple_element(&it.element_type),
            TSType::JSDocNullableType(it) => self.ty(&it.type_annotation),
            TSType::JSDocNonNullableType(it) => self.ty(&it.type_annotation),
            _ => self.rare_type(node, start),
        }
    }

    fn rare_type(&mut self, node: &TSType<'a>, start: u32) -> Expr {
        match node {
            TSType::TSFunctionType(it) => {
                let returns = self.ty(&it.return_type.type_annotation);
                self.node(start, Kind::Mixed(vec![returns]))
            }
            TSType::TSConstructorType(it) => {
                let returns = self.ty(&it.return_type.type_annotation);
                self.node(start, Kind::Mixed(vec![returns]))
            }
            TSType::TSConditionalType(it) => {
                let parts = vec![self.ty(&it.true_type), self.ty(&it.false_type)];
                self.node(start, Kind::Choice(parts))
            }
            TSType::TSIndexedAccessType(it) => {
                let of = self.ty(&it.object_type);
                let index = self.ty(&it.index_type);
                self.node(start, Kind::Index(Box::new(of), Box::new(index)))
            }
            TSType::TSTypeQuery(it) => match &it.expr_name {
                TSTypeQueryExprName::TSImportType(it) => self.import_type(it),
                other => match other.as_ts_type_name() {
                    Some(name) => self.type_name(name),
                    None => self.node(start, Kind::Mixed(Vec::new())),
                },
            },
            TSType::TSImportType(it) => self.import_type(it),
            TSType::TSInferType(it) => self.name_at(start, &it.type_parameter.name.name),
            TSType::TSMappedType(it) => {
                let mut parts = vec![self.ty(&it.constraint)];
                parts.extend(it.type_annotation.as_ref().map(|it| self.ty(it)));
                self.node(start, Kind::Mixed(parts))
            }
            TSType::TSTemplateLiteralType(it) => {
                let mut parts = Vec::with_capacity(it.quasis.len() + it.types.len());
                let mut types = it.types.iter();
                for quasi in &it.quasis {
                    let text = self.quasi(quasi);
                    if !text.is_empty() {
                        parts.push(self.node(quasi.span.start, Kind::Text(text)));
                    }
                    parts.extend(types.next().map(|it| self.ty(it)));
                }
                self.node(start, Kind::Template(parts))
            }
            TSType::TSTypePredicate(it) => self.predicate(it),
            // `string`, `any` and their like.
            _ => {
                let word = self.written(node.span());
                self.name_at(start, word)
            }
        }
    }

    fn predicate(&mut self, it: &TSTypePredicate<'a>) -> Expr {
        self.name_at(it.span.start, if it.asserts { "void" } else { "boolean" })
    }

    fn types<'b>(&mut self, types: impl IntoIterator<Item = &'b TSType<'a>>) -> Vec<Expr>
    where
        'a: 'b,
    {
        types.into_iter().map(|it| self.ty(it)).collect()
    }

    fn of_types(&mut self, of: Expr, types: Option<&TSTypeParameterInstantiation<'a>>) -> Expr {
        let Some(types) = types else { return of };
        let mut arguments = self.types(&types.params);
        let index = match (arguments.pop(), arguments.is_empty()) {
            (None, _) => return of,
            (Some(only), true) => only,
            (Some(last), false) => {
                arguments.push(last);
                self.node(types.span.start, Kind::List(arguments))
            }
        };
        let at = of.at;
        Expr { at, kind: Kind::Index(Box::new(of), Box::new(index)) }
    }

    fn tuple_element(&mut self, node: &TSTupleElement<'a>) -> Expr {
        let start = node.span().start;
        match node {
            TSTupleElement::TSOptionalType(it) => self.ty(&it.type_annotation),
            TSTupleElement::TSRestType(it) => {
                let of = self.ty(&it.type_annotation);
                self.node(start, Kind::Spread(Box::new(of)))
            }
            other => match other.as_ts_type() {
                Some(it) => self.ty(it),
                None => self.node(start, Kind::Mixed(Vec::new())),
            },
        }
    }

    fn type_literal(&mut self, literal: &TSLiteral<'a>) -> Expr {
        match literal {
            TSLiteral::BooleanLiteral(it) => self.node(it.span.start, Kind::Bool(it.value)),
            TSLiteral::NumericLiteral(it) => self.number(it),
            TSLiteral::StringLiteral(it) => self.string(it),
            TSLiteral::TemplateLiteral(it) => self.template(it, false),
            TSLiteral::BigIntLiteral(_) | TSLiteral::UnaryExpression(_) => {
                let span = literal.span();
                let written = self.name(self.written(span));
                self.node(span.start, Kind::Number(written))
            }
        }
    }

    /// `{ a: string }`; methods are what they return.
    fn object_type(&mut self, it: &TSTypeLiteral<'a>) -> Expr {
        let mut pairs = Vec::with_capacity(it.members.len());
        for member in &it.members {
            let (key, value) = match member {
                TSSignature::TSPropertySignature(it) => (&it.key, it.type_annotation.as_deref()),
                TSSignature::TSMethodSignature(it) => (&it.key, it.return_type.as_deref()),
                _ => continue,
            };
            let start = key.span().start;
            let name = self.key_name(key);
            let key = Some(self.node(start, Kind::Text(name)));
            let value = match self.annotation(value) {
                Some(value) => value,
                None => self.node(start, Kind::Mixed(Vec::new())),
            };
            pairs.push(Pair { key, value });
        }
        self.node(it.span.start, Kind::Map(pairs))
    }

    /// `import("m").A` is a name of the module.
    fn import_type(&mut self, it: &TSImportType<'a>) -> Expr {
        const LONGEST: usize = 32;
        let start = it.span.start;
        let mut names = Vec::new();
        let mut qualifier = it.qualifier.as_ref();
        while let Some(it) = qualifier {
            qualifier = match it {
                TSImportTypeQualifier::Identifier(it) => {
                    names.push(it.name.as_str());
                    None
                }
                TSImportTypeQualifier::QualifiedName(it) => {
                    names.push(it.right.name.as_str());
                    Some(&it.left)
                }
            };
        }
        let mut expr = self.required(start, it.source.value.as_str());
        for name in names.into_iter().rev().take(LONGEST) {
            let name = self.name(name);
            expr = self.node(start, Kind::Member(Box::new(expr), name));
        }
        self.of_types(expr, it.type_arguments.as_deref())
    }
}
