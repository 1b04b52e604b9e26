//! The JSON Schema of `ambit.yaml`, from the same shapes as the check, so that editors complete and check.

use serde_json::{Map, Value, json};

use super::FILE;
use super::shape::{Choice, Fields, Form, Shape};

/// The schema.
pub fn schema() -> Value {
    let mut whole = map(FILE);
    if let Some(keys) = whole.as_object_mut() {
        keys.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        keys.insert("title".to_owned(), json!("ambit.yaml"));
    }
    whole
}

fn value(shape: &Shape) -> Value {
    match shape {
        Shape::Text(form) => text(form),
        Shape::Words(words) => json!({"enum": words.words}),
        Shape::Whole => json!({"type": "integer", "minimum": 0, "maximum": u32::MAX}),
        Shape::Truth => json!({"type": "boolean"}),
        Shape::List(list) => {
            let item = value(list.item);
            let mut many = json!({"type": "array", "items": item});
            if !list.empty {
                many["minItems"] = json!(1);
            }
            if list.single { json!({"anyOf": [item, many]}) } else { many }
        }
        Shape::Named(named) => json!({
            "type": "object",
            "propertyNames": {"pattern": named.key.pattern},
            "additionalProperties": value(named.value),
        }),
        Shape::Map(fields) => map(fields),
        Shape::Choice(it) => choice(it),
    }
}

/// Numbers are text where text is asked for: `version: 4.5`.
fn text(form: &Form) -> Value {
    json!({"type": ["string", "number"], "pattern": form.pattern, "description": form.help})
}

fn map(fields: &Fields) -> Value {
    let mut properties = Map::new();
    for field in fields.fields {
        let mut property = value(field.shape);
        if !field.required && !matches!(field.shape, Shape::Truth) {
            // A key that nobody has filled in yet.
            property = json!({"anyOf": [property, {"type": "null"}]});
        }
        if let Some(keys) = property.as_object_mut() {
            keys.insert("description".to_owned(), json!(field.about.trim()));
        }
        properties.insert(field.key.to_owned(), property);
    }
    let required: Vec<&str> = fields.fields.iter().filter(|it| it.required).map(|it| it.key).collect();
    let mut whole = json!({
        "type": "object",
        "description": fields.about.trim(),
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    if !fields.one_of.is_empty() {
        let each: Vec<Value> = fields.one_of.iter().map(|it| json!({"required": [it]})).collect();
        whole["anyOf"] = json!(each);
    }
    whole
}

fn choice(choice: &Choice) -> Value {
    let kinds: Vec<Value> =
        choice.text.map(value).into_iter().chain(choice.maps.iter().map(|it| map(it))).collect();
    json!({"description": choice.about.trim(), "anyOf": kinds})
}
