//! Any bytes anywhere: reading never panics and loses no file.

use ambit_discovery::readers::{ALL, Base, Form};
use ambit_discovery::tree::Syntax;
use proptest::prelude::*;

use super::{memory, read};

/// A path at which the reader of this number loads its file.
fn places() -> Vec<(String, Form)> {
    let mut places = Vec::new();
    for reader in ALL {
        for spot in reader.places {
            let path = spot.path.replace("**/", "x/").replace('*', "x");
            let path = match spot.base {
                Base::Folder => format!("app/{path}"),
                Base::Home => format!("~/{path}"),
                Base::Machine => path,
            };
            places.push((path, reader.form));
        }
    }
    places
}

/// Pieces of all syntaxes that readers meet, and words that they look for.
fn pieces() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"",
        "'",
        "\n",
        "\n  ",
        "- ",
        "---\n",
        "# ",
        "= ",
        "\\",
        "&a ",
        "*a",
        "|\n",
        "mcpServers",
        "servers",
        "command",
        "args",
        "env",
        "url",
        "headers",
        "permissions",
        "allow",
        "deny",
        "hooks",
        "PreToolUse",
        "Bash(",
        "npx",
        "docker run -v /:/host -e A=b img",
        "sh -c 'a && b'",
        "https://u:p@h/x?token=1",
        "tools",
        "name",
        "inputSchema",
        "description",
        "\"mcpServers\": {\"a\": {",
        "[mcp_servers.a]\n",
        "true",
        "1e9",
        "@",
        "/",
        "~",
        "*",
        "..",
        "é",
        "\u{202e}",
        "\u{0}",
    ]);
    prop_oneof![4 => words.prop_map(str::to_owned), 1 => any::<String>()]
}

fn soup() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        prop::collection::vec(pieces(), 0..60).prop_map(|it| it.concat().into_bytes()),
    ]
}

/// A value of any shape, with keys that readers ask for.
fn value() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        pieces().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((pieces(), inner), 0..5)
                .prop_map(|it| Value::Object(it.into_iter().collect())),
        ]
    })
}

fn written(value: &serde_json::Value, form: Form) -> Vec<u8> {
    let json = value.to_string();
    match form {
        Form::Markdown => format!("---\n{json}\n---\n{json}\n"),
        Form::Tree(Syntax::Toml) => format!("mcp_servers = {json}\n"),
        Form::Tree(_) | Form::Plain => json,
    }
    .into_bytes()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_at_every_place_are_accounted_for(bytes in soup()) {
        let places = places();
        let inventory = read(&memory(places.iter().map(|(path, _)| (path.as_str(), bytes.clone()))));
        prop_assert_eq!(inventory.inputs.ignored, 0, "a file at a place is never just ignored");
    }

    #[test]
    fn any_value_at_every_place_is_accounted_for(value in value()) {
        let places = places();
        let files = places.iter().map(|(path, form)| (path.as_str(), written(&value, *form)));
        let inventory = read(&memory(files));
        prop_assert_eq!(inventory.inputs.ignored, 0);
    }

    #[test]
    fn any_tree_of_files_is_accounted_for(
        files in prop::collection::btree_map("([a-z~.]{1,8}/){0,3}[a-z.]{1,8}(json|yaml|md|toml|)", soup(), 0..80)
    ) {
        let files = files.iter().map(|(path, bytes)| (path.as_str(), bytes.clone()));
        read(&memory(files));
    }

    #[test]
    fn any_name_of_a_file_is_accounted_for(name in any::<String>(), below in any::<bool>()) {
        let path = if below { format!("{name}/.mcp.json") } else { name };
        read(&memory([(path.as_str(), b"{\"mcpServers\": {}}".to_vec())]));
    }
}
