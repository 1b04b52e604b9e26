//! Any text as the pattern of a permission, in the notations of several clients, and the map that it makes.
#![no_main]

use ambit_fuzz::read;
use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|text: &str| {
    let rules = [text.to_owned(), format!("Bash({text})"), format!("Read({text})"), format!("mcp__{text}")];
    let claude = json!({ "permissions": { "allow": rules, "deny": [format!("Edit({text})")] } });
    read(".claude/settings.json", claude.to_string().as_bytes());
    let cursor = json!({ "permissions": { "allow": [format!("Shell({text})"), text], "deny": [text] } });
    read(".cursor/cli.json", cursor.to_string().as_bytes());
    let code = json!({ "chat.tools.terminal.autoApprove": { text: true, format!("/{text}/"): false } });
    read(".vscode/settings.json", code.to_string().as_bytes());
});
