//! A literal secret is known as one wherever it stands, and no fact but the secret itself holds its text.

use super::{memory, read};

/// Made up; long and mixed enough for a key, and of no provider's form.
const SECRET: &str = "Zq7Lw2Xk9Vt4Rb6Nm8Hc3Jd5";

fn facts(path: &str, text: &str) -> (usize, String) {
    let inventory = read(&memory([(path, text.replace("SECRET", SECRET).into_bytes())]));
    let held = inventory.servers.iter().flat_map(|it| &it.credentials);
    let held = held.chain(inventory.agents.iter().flat_map(|it| &it.credentials));
    (held.filter(|it| it.value.is_some()).count(), format!("{inventory:?}"))
}

/// Where secrets stand in the entry of a server.
const ENTRIES: &[(&str, &str)] = &[
    ("environment", r#"{ "command": "npx", "args": ["x"], "env": { "API_KEY": "SECRET" } }"#),
    (
        "environment of a container",
        r#"{ "command": "docker", "args": ["run", "-e", "API_KEY=SECRET", "img"] }"#,
    ),
    (
        "joined option of a container",
        r#"{ "command": "docker", "args": ["run", "--env=API_KEY=SECRET", "img"] }"#,
    ),
    ("header", r#"{ "url": "https://h.internal/mcp", "headers": { "Authorization": "Bearer SECRET" } }"#),
    ("argument after its flag", r#"{ "command": "npx", "args": ["x", "--api-key", "SECRET"] }"#),
    ("argument with its flag", r#"{ "command": "npx", "args": ["x", "--api-key=SECRET"] }"#),
    ("assignment", r#"{ "command": "env", "args": ["API_KEY=SECRET", "npx", "x"] }"#),
    ("assignment in a line", r#"{ "command": "env API_KEY=SECRET npx x" }"#),
    ("shell line", r#"{ "command": "sh", "args": ["-c", "API_KEY=SECRET npx x --token SECRET"] }"#),
    ("export in a shell line", r#"{ "command": "sh", "args": ["-c", "export API_KEY=SECRET && npx x"] }"#),
    ("user info", r#"{ "url": "https://user:SECRET@h.internal/mcp" }"#),
    ("query", r#"{ "url": "https://h.internal/mcp?api_key=SECRET" }"#),
    ("path of an address", r#"{ "url": "https://h.internal/s/SECRET/mcp" }"#),
    (
        "address behind a program",
        r#"{ "command": "npx", "args": ["mcp-remote", "https://h.internal/mcp?token=SECRET"] }"#,
    ),
    (
        "header behind a program",
        r#"{ "command": "npx", "args": ["mcp-remote", "https://h.internal/mcp", "--header", "Authorization: Bearer SECRET"] }"#,
    ),
    (
        "joined header behind a program",
        r#"{ "command": "npx", "args": ["mcp-remote", "https://h.internal/mcp", "--header=Authorization: Bearer SECRET"] }"#,
    ),
    (
        "connection string",
        r#"{ "command": "npx", "args": ["x", "postgresql://user:SECRET@db.internal/app"] }"#,
    ),
    (
        "connection string in the environment",
        r#"{ "command": "npx", "args": ["x"], "env": { "DATABASE_URL": "postgresql://user:SECRET@db.internal/app" } }"#,
    ),
];

#[test]
fn a_secret_in_an_entry_is_held_and_not_shown() {
    let mut shown = Vec::new();
    for (place, entry) in ENTRIES {
        let (held, text) = facts(".mcp.json", &format!("{{ \"mcpServers\": {{ \"a\": {entry} }} }}"));
        if held == 0 {
            shown.push(format!("{place}: not held"));
        }
        if text.contains(SECRET) {
            let at = text.find(SECRET).unwrap_or_default();
            let before = text.get(at.saturating_sub(150)..at).unwrap_or_default();
            shown.push(format!("{place}: {before}"));
        }
    }
    assert!(shown.is_empty(), "{}", shown.join("\n"));
}
