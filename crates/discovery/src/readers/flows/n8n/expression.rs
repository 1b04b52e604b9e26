//! Expressions: what they take from other nodes, and what they leave to the model.

use serde_json::{Map, Value, json};

/// How many references one text can give.
const MOST: usize = 64;

/// What an expression says.
#[derive(Debug, Default)]
pub(super) struct Expression {
    /// What it takes, as written, and from which node; none for what comes before.
    pub(super) takes: Vec<(String, Option<String>)>,
    /// Arguments that the model chooses: name, description, type.
    pub(super) chosen: Vec<(String, String, String)>,
    /// Whether it is worked out as the flow runs.
    pub(super) is_open: bool,
}

/// Reads a parameter. Only a text that begins with `=` is an expression.
pub(super) fn read(text: &str) -> Expression {
    text.strip_prefix('=').map(scan).unwrap_or_default()
}

/// Reads code, which refers to other nodes in the same words.
pub(super) fn scan(text: &str) -> Expression {
    let mut found = Expression::default();
    let mut offset = 0;
    while let Some(at) = text.get(offset..).and_then(|it| it.find('$')).map(|it| it + offset) {
        let rest = text.get(at + 1..).unwrap_or_default();
        offset = at + 1;
        found.is_open = true;
        if found.takes.len() + found.chosen.len() >= MOST {
            break;
        }
        let lower: String = rest.chars().take(7).collect::<String>().to_ascii_lowercase();
        if lower.starts_with("fromai(") {
            found.chosen.extend(arguments(rest.get("fromai(".len()..).unwrap_or_default()));
            continue;
        }
        let node = named(rest);
        let before = ["json", "input", "binary"].iter().any(|it| word(rest, it));
        if before || node.is_some() {
            found.takes.push((around(text, at), node));
        }
    }
    // A bare `{{ … }}` is worked out too.
    found.is_open |= text.contains("{{");
    found
}

fn word(text: &str, word: &str) -> bool {
    text.strip_prefix(word)
        .is_some_and(|rest| !rest.starts_with(|it: char| it.is_alphanumeric() || it == '_'))
}

/// The node that `('Name')`, `node["Name"]`, `node.Name` and `items('Name')` name.
fn named(rest: &str) -> Option<String> {
    let rest = rest.strip_prefix("node").or_else(|| rest.strip_prefix("items")).unwrap_or(rest);
    if let Some(inner) = rest.strip_prefix(['(', '[']) {
        return quoted(inner.trim_start()).map(|it| it.0);
    }
    let plain = rest.strip_prefix('.')?;
    let end = plain.find(|it: char| !(it.is_alphanumeric() || it == '_')).unwrap_or(plain.len());
    plain.get(..end).filter(|it| !it.is_empty()).map(str::to_owned)
}

/// A quoted text, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let quote = text.chars().next().filter(|it| ['"', '\'', '`'].contains(it))?;
    let mut out = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, char)) = chars.next() {
        if char == '\\' {
            out.extend(chars.next().map(|it| it.1));
        } else if char == quote {
            return Some((out, text.get(at + 1..).unwrap_or_default()));
        } else {
            out.push(char);
        }
    }
    None
}

/// `'name', 'description', 'type'`.
fn arguments(text: &str) -> Option<(String, String, String)> {
    let (name, rest) = quoted(text.trim_start())?;
    let next = |rest: &'_ str| -> Option<(String, usize)> {
        let trimmed = rest.trim_start().strip_prefix(',')?.trim_start();
        let (value, after) = quoted(trimmed)?;
        Some((value, rest.len() - after.len()))
    };
    let (description, used) = next(rest).unwrap_or_default();
    let kind = next(rest.get(used..).unwrap_or_default()).map(|it| it.0).unwrap_or_default();
    Some((name, description, kind))
}

/// The expression around a reference, for people.
fn around(text: &str, at: usize) -> String {
    const LONGEST: usize = 80;
    let start = text.get(..at).and_then(|it| it.rfind("{{")).map_or(at, |it| it + 2);
    let inner = text.get(start..).unwrap_or_default();
    let inner = inner.split("}}").next().unwrap_or(inner).trim();
    let inner = inner.lines().next().unwrap_or(inner);
    let mut shown: String = inner.chars().take(LONGEST).collect();
    if inner.chars().count() > LONGEST {
        shown.push('…');
    }
    shown
}

/// The schema of arguments that the model chooses.
pub(super) fn schema(chosen: &[(String, String, String)]) -> Value {
    if chosen.is_empty() {
        return Value::Null;
    }
    let properties: Map<String, Value> = chosen
        .iter()
        .map(|(name, description, kind)| {
            let kind = if kind.is_empty() { "string" } else { kind };
            (name.clone(), json!({ "type": kind, "description": description }))
        })
        .collect();
    json!({ "type": "object", "properties": properties })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(text: &str) -> Vec<(String, Option<String>)> {
        read(text).takes
    }

    #[test]
    fn references_name_their_nodes() {
        let some = |it: &str| Some(it.to_owned());
        assert_eq!(takes("={{ $json.text }}"), [("$json.text".to_owned(), None)]);
        assert_eq!(takes("=Hello {{ $('It\\'s me').item.json.a }}")[0].1, some("It's me"));
        assert_eq!(takes("={{ $node[\"A b\"].json.x }}")[0].1, some("A b"));
        assert_eq!(takes("={{ $node.Webhook.json.x }}")[0].1, some("Webhook"));
        assert_eq!(takes("={{ $items(\"A\")[0].json }}")[0].1, some("A"));
        assert!(takes("={{ $now.year }} {{ $jsonp }}").is_empty());
        assert!(takes("{{ $json.text }}").is_empty());
    }

    #[test]
    fn what_the_model_chooses_has_a_schema() {
        let said =
            read("={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('To', `who gets it`, 'string') }}");
        assert_eq!(said.chosen, [("To".to_owned(), "who gets it".to_owned(), "string".to_owned())]);
        assert_eq!(schema(&said.chosen)["properties"]["To"]["description"], "who gets it");
        assert_eq!(read("={{$fromAI(\"date\",\"the date\")}}").chosen[0].0, "date");
        assert_eq!(read("={{ $fromAI( }}").chosen.len(), 0);
    }
}
