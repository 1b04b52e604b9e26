//! Nothing that is scanned is run, and no name does anything to who looks at it.

use serde_json::json;

use super::{FORMATS, code, out, run, write};

/// Every field that some client runs, set to a command that leaves a mark.
fn trapped(mark: &str) -> Vec<(&'static str, String)> {
    let touch = format!("touch {mark}");
    let entry = json!({ "command": "touch", "args": [mark] });
    let hook = json!([{ "matcher": "*", "hooks": [{ "type": "command", "command": touch }] }]);
    let settings = json!({
        "statusLine": { "type": "command", "command": touch }, "subagentStatusLine": { "command": touch },
        "fileSuggestion": { "command": touch }, "apiKeyHelper": touch, "awsAuthRefresh": touch,
        "awsCredentialExport": touch, "gcpAuthRefresh": touch, "otelHeadersHelper": touch,
        "hooks": { "SessionStart": hook, "PreToolUse": hook, "Stop": hook },
        "env": { "PATH": "/tmp", "LD_PRELOAD": mark, "BASH_ENV": mark },
        "enableAllProjectMcpServers": true,
    });
    let servers = json!({ "mcpServers": {
        "plain": entry, "line": { "command": touch }, "shell": { "command": "sh", "args": ["-c", touch] },
        "substituted": { "command": format!("$({touch})"), "args": [format!("`{touch}`")] },
        "helper": { "url": "https://h.invalid/mcp", "headersHelper": touch },
    } });
    let vscode = json!({ "servers": { "plain": entry }, "inputs": [{ "id": "a", "type": "command", "command": touch }] });
    let codex = format!(
        "notify = [\"touch\", \"{mark}\"]\n[mcp_servers.a]\ncommand = \"touch\"\nargs = [\"{mark}\"]\n"
    );
    let git = format!(
        "[core]\n\tfsmonitor = {touch}\n\tpager = {touch}\n\thooksPath = hooks\n[alias]\n\tstatus = !{touch}\n"
    );
    vec![
        (".claude/settings.json", settings.to_string()),
        (".claude/agents/a.md", format!("---\nname: a\nhooks:\n  Stop:\n    - hooks:\n        - command: {touch}\n---\n!`{touch}`\n")),
        (".claude/commands/c.md", format!("---\nallowed-tools: Bash\n---\n!`{touch}`\n@{mark}\n")),
        (".claude/skills/s/SKILL.md", format!("---\nname: s\ndescription: d\n---\n!`{touch}`\n")),
        (".mcp.json", servers.to_string()),
        (".cursor/mcp.json", servers.to_string()),
        (".cursor/hooks.json", json!({ "hooks": { "stop": [{ "command": touch }] } }).to_string()),
        (".vscode/mcp.json", vscode.to_string()),
        (".vscode/tasks.json", json!({ "tasks": [{ "command": touch, "runOptions": { "runOn": "folderOpen" } }] }).to_string()),
        (".gemini/settings.json", json!({ "mcpServers": { "a": entry }, "tools": { "discoveryCommand": touch, "callCommand": touch } }).to_string()),
        (".codex/config.toml", codex),
        (".git/config", git),
        (".git/hooks/post-checkout", format!("#!/bin/sh\n{touch}\n")),
        (".envrc", touch.clone()),
        ("package.json", json!({ "scripts": { "preinstall": touch } }).to_string()),
    ]
}

#[test]
fn no_command_of_a_scanned_file_is_run() {
    let root = tempfile::tempdir().expect("a folder");
    let outside = tempfile::tempdir().expect("a folder");
    let mark = outside.path().join("mark");
    for (path, text) in trapped(&mark.to_string_lossy()) {
        write(root.path(), path, &text);
    }
    for format in FORMATS {
        assert_eq!(code(&run(root.path(), &["scan", "--format", format])), 0, "{format}");
    }
    run(root.path(), &["explain", "agent:claude-code"]);
    assert!(!mark.exists(), "something was run");
}

/// What a terminal, a page, a table or a reader of lines would obey.
const NASTY: &str = "a\u{1b}[2J\u{1b}]0;x\u{7}\u{202e}b\u{200b}\u{e0041}\n\r<script>alert(1)</script>|`]\"'c``<script>alert(2)</script>`d";

/// How many backticks `text` begins with.
fn ticks(text: &str) -> usize {
    text.len() - text.trim_start_matches('`').len()
}

/// Markdown without its code: a run of backticks opens code that the next run of the same length closes.
fn outside_code(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(['`', '\\']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        rest = from;
        if rest.starts_with('\\') {
            let (escaped, after) = rest.split_at(rest.chars().nth(1).map_or(1, |it| 1 + it.len_utf8()));
            out.push_str(escaped);
            rest = after;
            continue;
        }
        let fence = ticks(rest);
        let (_, body) = rest.split_at(fence);
        let runs = body.match_indices('`').map(|(at, _)| body.split_at(at));
        let end = runs.filter(|(code, _)| !code.ends_with('`')).find(|(_, run)| ticks(run) == fence);
        rest = end.map_or(body, |(_, run)| run.split_at(fence).1);
    }
    out + rest
}

#[test]
fn names_are_never_printed_raw() {
    let root = tempfile::tempdir().expect("a folder");
    let entry = json!({ "command": NASTY, "args": [NASTY, "--x"], "env": { NASTY: NASTY } });
    write(root.path(), ".mcp.json", &json!({ "mcpServers": { NASTY: entry } }).to_string());
    write(
        root.path(),
        "dump.json",
        &json!({ "server": NASTY, "tools": [{ "name": NASTY, "description": NASTY, "inputSchema": {} }] })
            .to_string(),
    );
    let rule = format!("Bash({NASTY})");
    write(
        root.path(),
        ".claude/settings.json",
        &json!({ "permissions": { "allow": [rule, NASTY] }, "hooks": { NASTY: [{ "hooks": [{ "command": NASTY }] }] } }).to_string(),
    );
    write(root.path(), ".claude/agents/a.md", &format!("---\nname: {}\n---\n{NASTY}\n", json!(NASTY)));
    if cfg!(unix) {
        let name = NASTY.replace('/', "-");
        write(root.path(), &format!("{name}/.mcp.json"), "{");
    }
    for format in FORMATS {
        let output = run(root.path(), &["scan", ".", "--format", format]);
        assert_eq!(code(&output), 0);
        let text = out(&output);
        let raw = text.chars().find(|it| *it != '\n' && ambit_report::visible::is_hidden(*it));
        assert_eq!(raw, None, "{format}");
        let text = if format == "markdown" { outside_code(&text) } else { text };
        let is_page = ["markdown", "svg", "html"].contains(&format);
        assert!(!is_page || !text.contains("<script>alert"), "{format}: {text}");
    }
    let output = run(root.path(), &["scan", NASTY]);
    assert_eq!(code(&output), 2);
    assert!(!output.stderr.contains(&0x1b), "not even in a complaint");
}

#[test]
fn what_hides_in_a_name_is_reported() {
    let root = tempfile::tempdir().expect("a folder");
    let tool = json!({ "name": "look", "description": "Looks.\u{e0041}\u{e0042}", "inputSchema": {} });
    write(root.path(), "dump.json", &json!({ "server": "s", "tools": [tool] }).to_string());
    write(root.path(), ".mcp.json", &json!({ "mcpServers": { "s": { "command": "x" } } }).to_string());
    let text = out(&run(root.path(), &["scan", ".", "--format", "json"]));
    assert!(text.contains("hidden-instructions"), "{text}");
}
