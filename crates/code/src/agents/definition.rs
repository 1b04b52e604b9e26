//! Tools as models see them: what a function's signature says, what the catalog says of a library's tool, who is asked.

use ambit_catalog::schema::EffectEntry;
use ambit_model::facts::{Annotations, Object, OwnEffect, OwnTool, ToolDefinition};
use ambit_model::{Basis, Confidence, Gate, Place};

use crate::follow::Follower;
use crate::follow::value::{self, ObjectKind};
use crate::ir::{Expr, Function, Kind, Module};

/// A human is asked where `asked` says so.
pub(super) fn gate(tool: &mut OwnTool, asked: Option<&Place>) {
    if let Some(place) = asked {
        tool.gate = Gate::Asked;
        tool.gated_by = Some(place.clone());
    }
}

/// Effects of the catalog as those of a tool.
pub(super) fn effects(entries: &[EffectEntry], does: &str, place: &Place, owner: &str) -> Vec<OwnEffect> {
    let of = |it: &EffectEntry| OwnEffect {
        effect: it.effect.clone(),
        on: match &it.on {
            Some(on) => Object { id: on.clone(), ..Object::named(on.as_str(), "") },
            None => Object::named(format!("env:unknown/{owner}"), format!("Whatever {owner} reaches")),
        },
        does: does.into(),
        basis: Basis::Catalog,
        confidence: Confidence::Likely,
        place: Some(place.clone()),
    };
    entries.iter().map(of).collect()
}

/// The path of a module without its ending: what tools of that module are called after.
pub(super) fn owner_of(place: &Place) -> String {
    let path = place.path.as_ref();
    path.rsplit_once('.').map_or(path, |(stem, _)| stem).to_owned()
}

pub(super) fn definition(
    name: &str,
    description: &str,
    schema: serde_json::Value,
    place: &Place,
) -> ToolDefinition {
    ToolDefinition {
        name: name.to_owned(),
        title: None,
        description: description.to_owned(),
        input_schema: schema,
        annotations: Annotations::default(),
        signals: Vec::new(),
        place: place.clone(),
    }
}

/// What a model sees of a function: its name, its documentation, its parameters.
pub(super) fn signature(name: &str, module: &Module, function: &Function) -> ToolDefinition {
    let mut properties = serde_json::Map::new();
    for param in function.params.iter().filter(|it| !it.is_rest) {
        let kind = param.annotation.as_ref().and_then(type_of).unwrap_or("string");
        if param.parts.is_empty() {
            properties.insert(param.name.to_string(), serde_json::json!({ "type": kind }));
        }
        for (key, _) in &param.parts {
            properties.insert(key.to_string(), serde_json::json!({ "type": "string" }));
        }
    }
    let schema = serde_json::json!({ "type": "object", "properties": properties });
    let said = function.doc.as_deref().unwrap_or_default();
    definition(name, said, schema, &module.place(function.at))
}

fn type_of(annotation: &Expr) -> Option<&'static str> {
    match &annotation.kind {
        Kind::Name(name) => match &**name {
            "int" => Some("integer"),
            "float" | "number" => Some("number"),
            "bool" | "boolean" => Some("boolean"),
            "list" | "List" => Some("array"),
            "dict" | "Dict" => Some("object"),
            _ => Some("string"),
        },
        // `Annotated[int, …]`, `list[str]`.
        Kind::Index(of, inner) => match &of.kind {
            Kind::Name(name) if &**name == "Annotated" => match &inner.kind {
                Kind::List(parts) => parts.first().and_then(type_of),
                _ => type_of(inner),
            },
            _ => type_of(of),
        },
        _ => None,
    }
}

/// The class of the repository that the object is an instance of.
pub(super) fn class_of(follower: &Follower<'_>, object: &value::Object) -> Option<String> {
    let ObjectKind::Instance { class, .. } = &object.kind else { return None };
    let facts = follower.world().module(class.module)?.class(class.no)?;
    facts.name.as_ref().map(ToString::to_string)
}
