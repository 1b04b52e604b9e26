//! Lines as they stand in a file, in the syntax that its name says: TOML, YAML, or else JSON.

use ambit_model::finding::EditAction;
use serde_json::Value;

use super::edits::quoted;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Syntax {
    Json,
    Toml,
    Yaml,
}

fn of(path: &str) -> Syntax {
    match path.rsplit('.').next().unwrap_or_default() {
        "toml" => Syntax::Toml,
        "yaml" | "yml" | "md" | "mdc" => Syntax::Yaml,
        _ => Syntax::Json,
    }
}

/// The lines that put a value, which is JSON, behind the keys that lead there; for a list, the values that are added.
pub(super) fn written(path: &str, keys: &[String], action: EditAction, value: &str) -> String {
    let value = if action == EditAction::Push { format!("[{value}]") } else { value.to_owned() };
    match of(path) {
        Syntax::Json => keys.iter().rev().fold(value, |inner, key| format!("{{ {}: {inner} }}", quoted(key))),
        Syntax::Toml => table(keys, &value),
        Syntax::Yaml => {
            let Some((last, before)) = keys.split_last() else { return value };
            let mut lines: Vec<String> =
                (0..).zip(before).map(|(depth, key)| format!("{}{}:", indent(depth), plain(key))).collect();
            lines.push(format!("{}{}: {value}", indent(before.len()), plain(last)));
            lines.join("\n")
        }
    }
}

/// What a setting says in the line that it stands in, by its pointer and by what was read: `KEY: VALUE`, or the value alone.
pub(super) fn said(path: &str, pointer: &str, raw: &str) -> String {
    let key = pointer.rsplit('/').next().unwrap_or_default().replace("~1", "/").replace("~0", "~");
    let is_item = key.is_empty() || key.chars().all(|it| it.is_ascii_digit());
    let Some((_, value)) = raw.rsplit_once(": ").filter(|_| !is_item) else { return quoted(raw) };
    let value = if serde_json::from_str::<Value>(value).is_ok() { value.to_owned() } else { quoted(value) };
    match of(path) {
        Syntax::Json => format!("{}: {value}", quoted(&key)),
        Syntax::Toml => format!("{} = {value}", plain(&key)),
        Syntax::Yaml => format!("{}: {value}", plain(&key)),
    }
}

fn indent(depth: usize) -> String {
    "  ".repeat(depth)
}

/// A key as it is, where it needs no quotes.
fn plain(key: &str) -> String {
    let is_bare = |it: char| it.is_ascii_alphanumeric() || it == '_' || it == '-';
    let starts = key.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_');
    if starts && key.chars().all(is_bare) { key.to_owned() } else { quoted(key) }
}

fn table(keys: &[String], value: &str) -> String {
    let Some((last, before)) = keys.split_last() else { return inline(value) };
    let line = format!("{} = {}", plain(last), inline(value));
    if before.is_empty() {
        // Behind a table it would be a key of that.
        return format!("# above the first table\n{line}");
    }
    let names: Vec<String> = before.iter().map(|it| plain(it)).collect();
    format!("[{}]\n{line}", names.join("."))
}

/// JSON as TOML: objects are tables in one line, and everything else is written alike.
fn inline(value: &str) -> String {
    fn told(value: &Value) -> String {
        match value {
            Value::Object(map) => {
                let pairs: Vec<String> =
                    map.iter().map(|(key, it)| format!("{} = {}", plain(key), told(it))).collect();
                format!("{{ {} }}", pairs.join(", "))
            }
            Value::Array(items) => format!("[{}]", items.iter().map(told).collect::<Vec<_>>().join(", ")),
            other => other.to_string(),
        }
    }
    serde_json::from_str(value).map_or_else(|_| value.to_owned(), |it| told(&it))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(pointer: &[&str]) -> Vec<String> {
        pointer.iter().map(|it| (*it).to_owned()).collect()
    }

    #[test]
    fn lines_are_written_in_the_syntax_of_their_file() {
        let list = keys(&["mcp_servers", "git hub", "disabled_tools"]);
        assert_eq!(
            written(".codex/config.toml", &list, EditAction::Push, r#""a", "b""#),
            "[mcp_servers.\"git hub\"]\ndisabled_tools = [\"a\", \"b\"]"
        );
        assert_eq!(
            written("config.toml", &keys(&["approval_policy"]), EditAction::Set, r#"{"a": [true]}"#),
            "# above the first table\napproval_policy = { a = [true] }"
        );
        assert_eq!(
            written("a.yaml", &list, EditAction::Push, r#""a""#),
            "mcp_servers:\n  \"git hub\":\n    disabled_tools: [\"a\"]"
        );
        assert_eq!(
            written("a.json", &keys(&["a", "b"]), EditAction::Set, "true"),
            r#"{ "a": { "b": true } }"#
        );
    }

    #[test]
    fn what_is_to_be_taken_out_is_shown_as_it_stands_there() {
        for (path, pointer, raw, shown) in [
            (
                ".codex/config.toml",
                "/approval_policy",
                "approval_policy: never",
                "approval_policy = \"never\"",
            ),
            (".gemini/settings.json", "/mcpServers/db/trust", "db: trust: true", "\"trust\": true"),
            ("a.yml", "/a/b~1c", "b/c: x", "\"b/c\": \"x\""),
            ("a.json", "/allow/3", "Bash(a: b)", "\"Bash(a: b)\""),
            ("a.json", "", "key: value", "\"key: value\""),
        ] {
            assert_eq!(said(path, pointer, raw), shown);
        }
    }

    #[test]
    fn what_is_written_for_toml_and_yaml_can_be_read_as_such() {
        let value = r#"{"a": ["b", 1, {"c d": false}]}"#;
        let text = written("a.toml", &keys(&["x", "y z"]), EditAction::Set, value);
        let read: toml::Table = toml::from_str(&text).expect("it is TOML");
        assert_eq!(read["x"]["y z"]["a"][2]["c d"].as_bool(), Some(false));
    }
}
