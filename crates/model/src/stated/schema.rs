//! The JSON Schema of `ambit.yaml`, from the same shapes as the check, so that editors complete and check.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::FILE;
use super::shape::{Choice, Fields, Shape};

/// The schema.
pub fn schema() -> Value {
    let mut builder = Builder::default();
    let mut whole = builder.map(FILE);
    if let Some(keys) = whole.as_object_mut() {
        keys.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        keys.insert("title".to_owned(), json!("ambit.yaml"));
        keys.insert("$defs".to_owned(), json!(builder.definitions));
    }
    whole
}

/// What is used in several places is defined once.
#[derive(Default)]
struct Builder {
    definitions: BTreeMap<String, Value>,
    /// The names of the definitions, by noun and by what tells two of one noun from each other.
    names: BTreeMap<(&'static str, &'static str), String>,
}

impl Builder {
    fn value(&mut self, shape: &'static Shape) -> Value {
        match shape {
            Shape::Text(form) => self.defined(form.noun, form.help, |_| {
                // Numbers are text where text is asked for: `version: 4.5`.
                json!({"type": ["string", "number"], "pattern": form.pattern, "description": form.help})
            }),
            Shape::Words(words) => self.defined(words.noun, "", |_| json!({"enum": words.words})),
            Shape::Whole => json!({"type": "integer", "minimum": 0, "maximum": u32::MAX}),
            Shape::Truth => json!({"type": "boolean"}),
            Shape::List(list) => {
                let item = self.value(list.item);
                let least = u32::from(!list.empty);
                let many = json!({"type": "array", "items": item, "minItems": least});
                if list.single { json!({"anyOf": [item, many]}) } else { many }
            }
            Shape::Named(named) => json!({
                "type": "object",
                "propertyNames": {"pattern": named.key.pattern},
                "additionalProperties": self.value(named.value),
            }),
            Shape::Map(fields) => self.defined(fields.noun, fields.about, |it| it.map(fields)),
            Shape::Choice(choice) => self.defined(choice.noun, choice.about, |it| it.choice(choice)),
        }
    }

    /// A reference to the definition of that noun, which is made when it is asked for first.
    fn defined(
        &mut self,
        noun: &'static str,
        about: &'static str,
        make: impl FnOnce(&mut Self) -> Value,
    ) -> Value {
        let key = (noun, about);
        if !self.names.contains_key(&key) {
            let bare = noun.split_once(' ').map_or(noun, |it| it.1).replace(' ', "-");
            let same = self.names.keys().filter(|it| it.0 == noun).count();
            let name = if same == 0 { bare } else { format!("{bare}-{}", same + 1) };
            self.names.insert(key, name.clone());
            let value = make(self);
            self.definitions.insert(name, value);
        }
        json!({"$ref": format!("#/$defs/{}", self.names.get(&key).map_or("", String::as_str))})
    }

    fn map(&mut self, fields: &'static Fields) -> Value {
        let mut properties = Map::new();
        for field in fields.fields {
            let mut property = self.value(field.shape);
            if !field.required && !matches!(field.shape, Shape::Truth) {
                // A key that nobody has filled in yet.
                property = json!({"anyOf": [property, {"type": "null"}]});
            }
            if let Some(keys) = property.as_object_mut() {
                keys.insert("description".to_owned(), json!(sentence(field.about)));
            }
            properties.insert(field.key.to_owned(), property);
        }
        let required: Vec<&str> = fields.fields.iter().filter(|it| it.required).map(|it| it.key).collect();
        let mut whole = Map::new();
        whole.insert("type".to_owned(), json!("object"));
        whole.insert("description".to_owned(), json!(sentence(fields.about)));
        whole.insert("properties".to_owned(), Value::Object(properties));
        whole.insert("required".to_owned(), json!(required));
        whole.insert("additionalProperties".to_owned(), json!(false));
        if !fields.one_of.is_empty() {
            let each: Vec<Value> = fields.one_of.iter().map(|it| json!({"required": [it]})).collect();
            whole.insert("anyOf".to_owned(), json!(each));
        }
        Value::Object(whole)
    }

    fn choice(&mut self, choice: &'static Choice) -> Value {
        let mut kinds: Vec<Value> = choice.text.map(|it| self.value(it)).into_iter().collect();
        for fields in choice.maps {
            kinds.push(self.defined(fields.noun, fields.about, |it| it.map(fields)));
        }
        json!({"description": sentence(choice.about), "anyOf": kinds})
    }
}

/// The lines of a comment as one.
fn sentence(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
