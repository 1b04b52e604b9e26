//! The digest of a tool's definition: what tells that a supplier has changed it.

use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{Annotations, ToolDefinition};

impl ToolDefinition {
    /// `d-` and 52 base32 characters of a hash over name, title, description, schema and annotations. The order of
    /// keys and the place do not matter. All bits are kept: it is the supplier who would profit from two
    /// definitions with one digest, and it may choose both.
    pub fn digest(&self) -> String {
        let Annotations { read_only, destructive, idempotent, open_world } = self.annotations;
        let claims = [read_only, destructive, idempotent, open_world].map(|it| match it {
            None => "-",
            Some(true) => "yes",
            Some(false) => "no",
        });
        let title = self.title.as_ref().map(|it| format!("={it}")).unwrap_or_default();
        let schema = canonical(&self.input_schema);
        let mut hash = Sha256::new();
        for part in
            [&self.name, &title, &self.description, &schema].map(String::as_str).into_iter().chain(claims)
        {
            // Lengths keep one part from running into the next.
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part.as_bytes());
        }
        format!("d-{}", data_encoding::BASE32_NOPAD.encode(&hash.finalize()).to_ascii_lowercase())
    }
}

/// `value` as JSON with sorted keys and no blanks.
fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Array(items) => {
            text.push('[');
            for item in items {
                write(item, text);
                text.push(',');
            }
            text.push(']');
        }
        Value::Object(map) => {
            let mut keys: Vec<_> = map.iter().collect();
            keys.sort_by_key(|it| it.0);
            text.push('{');
            for (key, value) in keys {
                // Writing to a `String` cannot fail.
                let _ = write!(text, "{}:", Value::from(key.as_str()));
                write(value, text);
                text.push(',');
            }
            text.push('}');
        }
        plain => {
            let _ = write!(text, "{plain}");
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::place::Place;

    fn definition() -> ToolDefinition {
        ToolDefinition {
            name: "send".to_owned(),
            title: None,
            description: "Sends.".to_owned(),
            input_schema: json!({"type": "object", "properties": {"to": {}, "text": {"maxLength": 3}}}),
            annotations: Annotations::default(),
            signals: Vec::new(),
            place: Place::start("a.json"),
        }
    }

    #[test]
    fn every_part_counts_and_neither_order_nor_place_does() {
        let known = definition().digest();
        assert_eq!(known.len(), 54);
        let changes: [fn(&mut ToolDefinition); 6] = [
            |it| it.name = "sent".to_owned(),
            |it| it.title = Some(String::new()),
            |it| it.description.push('\u{200b}'),
            |it| it.input_schema["properties"]["text"]["maxLength"] = json!(4),
            |it| it.annotations.read_only = Some(true),
            |it| it.annotations.destructive = Some(true),
        ];
        let mut all = std::collections::BTreeSet::from([known.clone()]);
        for change in changes {
            let mut other = definition();
            change(&mut other);
            assert!(all.insert(other.digest()), "{other:?}");
        }
        let schema = r#"{"properties": {"text": {"maxLength": 3}, "to": {}}, "type": "object"}"#;
        let mut same = definition();
        same.input_schema = serde_json::from_str(schema).expect("JSON");
        same.place = Place::new("b.json", 7, 3);
        assert_eq!(same.digest(), known);
    }
}
