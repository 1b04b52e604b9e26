//! What a tool takes, as JSON Schema: where it stands in the text, or as the libraries that make one say it.

use serde_json::{Map, Value as Json, json};

use crate::follow::Follower;
use crate::follow::value::{Args, ClassValue, ObjectKind, Value};
use crate::ir::{Expr, Kind};

/// How deep a schema is read.
const DEEPEST: usize = 12;

/// The schema that the value is or makes.
pub(super) fn of(follower: &Follower<'_>, value: &Value) -> Option<Json> {
    read(follower, value, DEEPEST)
}

fn read(follower: &Follower<'_>, value: &Value, depth: usize) -> Option<Json> {
    let depth = depth.checked_sub(1)?;
    match value {
        Value::Null => Some(Json::Null),
        Value::Bool(it) => Some(Json::Bool(*it)),
        Value::Number(it) => serde_json::from_str(it).ok(),
        Value::Text(_) | Value::Template(_) => Some(Json::String(follower.rendered(value))),
        Value::Choice(list) => list.iter().find_map(|it| read(follower, it, depth)),
        // `Model.model_json_schema()` is a member of a class of the repository.
        Value::Class(class) => fields(follower, class),
        Value::Mixed(parts) => parts.iter().find_map(|it| match it {
            Value::Class(class) => fields(follower, class),
            _ => None,
        }),
        Value::Object(no) => {
            let object = follower.object(*no)?;
            match &object.kind {
                ObjectKind::List(items) => {
                    Some(items.iter().filter_map(|it| read(follower, it, depth)).collect())
                }
                ObjectKind::Map(_) => {
                    let mut map = Map::new();
                    for (key, it) in follower.pairs(value)? {
                        if let (Some(key), Some(it)) = (key, read(follower, &it, depth)) {
                            map.insert(key.text()?.to_owned(), it);
                        }
                    }
                    Some(Json::Object(map))
                }
                ObjectKind::Made { symbol, args, receiver, .. } => {
                    let receiver = receiver.map(Value::Object);
                    made(follower, symbol, args, receiver.as_ref(), depth)
                }
                ObjectKind::Instance { class, .. } => fields(follower, class),
            }
        }
        _ => None,
    }
}

/// `zodToJsonSchema(z.object({ path: z.string() }))`, and what is made on the way.
fn made(
    follower: &Follower<'_>,
    symbol: &str,
    args: &Args,
    receiver: Option<&Value>,
    depth: usize,
) -> Option<Json> {
    let first = args.first().map(|(_, it)| it);
    let last = symbol.rsplit('.').next().unwrap_or(symbol);
    match last {
        "zodToJsonSchema" | "toJSONSchema" | "toJsonSchemaCompat" => read(follower, first?, depth),
        "object" | "strictObject" | "looseObject" => {
            let mut properties = Map::new();
            for (key, it) in follower.pairs(first?)? {
                let key = key.as_ref().and_then(Value::text).map(str::to_owned)?;
                properties.insert(key, read(follower, &it, depth).unwrap_or_else(|| json!({})));
            }
            Some(json!({ "type": "object", "properties": properties }))
        }
        "string" | "number" | "boolean" | "array" | "null" => Some(json!({ "type": last })),
        "int" => Some(json!({ "type": "integer" })),
        "enum" => Some(json!({ "type": "string" })),
        "record" => Some(json!({ "type": "object" })),
        // What a chain adds to what it began with: `z.string().optional()`.
        _ => {
            let mut of = read(follower, receiver?, depth)?;
            if let ("describe", Some(text), Json::Object(map)) = (last, first, &mut of) {
                map.insert("description".to_owned(), follower.rendered(text).into());
            }
            Some(of)
        }
    }
}

/// A class that lists its fields, as a schema.
fn fields(follower: &Follower<'_>, class: &ClassValue) -> Option<Json> {
    let facts = follower.world().module(class.module)?.class(class.no)?;
    let mut properties = Map::new();
    for field in &facts.fields {
        if let Some(annotation) = &field.annotation {
            let kind = type_of(annotation);
            properties.insert(field.name.to_string(), json!({ "type": kind }));
        }
    }
    Some(json!({ "type": "object", "properties": properties }))
}

fn type_of(annotation: &Expr) -> &'static str {
    match &annotation.kind {
        Kind::Name(name) => match &**name {
            "int" => "integer",
            "float" => "number",
            "bool" => "boolean",
            "list" | "List" => "array",
            "dict" | "Dict" => "object",
            _ => "string",
        },
        Kind::Index(of, inner) => match &of.kind {
            Kind::Name(name) if ["Optional", "Annotated"].contains(&&**name) => match &inner.kind {
                Kind::List(parts) => parts.first().map_or("string", type_of),
                _ => type_of(inner),
            },
            _ => type_of(of),
        },
        Kind::Mixed(parts) | Kind::Choice(parts) => parts.first().map_or("string", type_of),
        _ => "string",
    }
}
