//! `ambit whatif`: what it tells, that the guide quotes it, and what it refuses.

use std::path::{Path, PathBuf};

use super::{code, err, out, risky, run, write};

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn json(root: &Path, arguments: &[&str]) -> serde_json::Value {
    let output = run(root, &[&["whatif", ".", "--format", "json"], arguments].concat());
    assert_eq!((code(&output), err(&output).as_str()), (0, ""));
    serde_json::from_str(&out(&output)).expect("JSON")
}

fn rules(of: &serde_json::Value) -> Vec<&str> {
    of.as_array().expect("a list").iter().filter_map(|it| it["rule"].as_str()).collect()
}

const OPEN: &str = "<!-- printed: ";

#[test]
fn the_guide_quotes_what_it_prints() {
    let page = std::fs::read_to_string(project().join("docs/guide.md")).expect("the guide");
    let mut quotes = 0;
    for part in page.split(OPEN).skip(1) {
        let (command, rest) = part.split_once(" -->\n```text\n").expect("a mark and a block");
        let (text, _) = rest.split_once("```\n<!-- end -->").expect("an end");
        let words: Vec<&str> = command.split_whitespace().collect();
        let output = run(&project(), &words);
        assert_eq!(code(&output), 0, "{}", err(&output));
        assert_eq!(out(&output), text, "docs/guide.md quotes `{command}` otherwise");
        quotes += 1;
    }
    assert_eq!(quotes, 2);
}

#[test]
fn a_browser_completes_what_the_credentials_began() {
    let root = project().join("examples/coding-agent");
    let output = run(
        &root,
        &["whatif", ".", "--format", "json", "--no-catalog", "--add", "https://mcp.example.com/mcp"],
    );
    assert!(out(&output).contains("\"rule\": \"unknown-reach\""), "{}", out(&output));
    let browser = ["--add", "tool:playwright/browser_navigate"];
    let output = run(&root, &[&["whatif", ".", "--format", "json"], &browser[..]].concat());
    let found: serde_json::Value = serde_json::from_str(&out(&output)).expect("JSON");
    assert_eq!(found["schema"], "ambit.whatif/v1");
    assert_eq!(rules(&found["completed"])[0], "lethal-trifecta");
    assert_eq!(found["completed"][0]["remedies"][0]["control"], "deny-tool");
    let bound = [&browser[..], &["--control", "egress-proxy"]].concat();
    let output = run(&root, &[&["whatif", ".", "--format", "json"], &bound[..]].concat());
    let found: serde_json::Value = serde_json::from_str(&out(&output)).expect("JSON");
    assert!(!rules(&found["completed"]).contains(&"lethal-trifecta"));
}

#[test]
fn what_is_taken_away_closes_and_nothing_is_written() {
    let root = risky();
    let before = std::fs::read_to_string(root.path().join(".claude/settings.json")).expect("text");
    let line = json(root.path(), &["--remove", ".claude/settings.json:1"]);
    assert!(rules(&line["closed"]).contains(&"wildcard-permission"), "{:?}", rules(&line["closed"]));
    let agent = json(root.path(), &["--remove", "agent:claude-code"]);
    assert!(rules(&agent["completed"]).is_empty());
    let again = json(root.path(), &["--remove", "server:files", "--add", "server:filesystem"]);
    assert_eq!(again["changes"].as_array().expect("a list").len(), 2);
    assert_eq!(std::fs::read_to_string(root.path().join(".claude/settings.json")).expect("text"), before);
    assert!(!root.path().join("ambit.yaml").exists());
}

#[test]
fn secrets_of_the_command_line_are_not_repeated() {
    let root = risky();
    let secret = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
    let line = format!("npx -y some-server --token {secret}");
    for format in ["text", "json", "markdown"] {
        let output = run(root.path(), &["whatif", ".", "--all", "--format", format, "--add", &line]);
        assert_eq!(code(&output), 0);
        assert!(!out(&output).contains(secret) && !err(&output).contains(secret));
    }
}

#[test]
fn what_is_not_there_is_told_with_what_is() {
    let root = risky();
    write(
        root.path(),
        ".cursor/mcp.json",
        r#"{ "mcpServers": { "time": { "command": "uvx", "args": ["mcp-server-time"] } } }"#,
    );
    for (arguments, expected) in [
        (&[][..], "expected `--add`"),
        (&["--add", "server:nobody-knows", "--agent", "cursor"], "no server is called `nobody-knows`"),
        (
            &["--add", "server:time"],
            "several agents (expected `--agent` with one of them: agent:claude-code, agent:cursor)",
        ),
        (&["--add", "server:time", "--agent", "cursor"], "has the server `time` already"),
        (&["--add", "server:git", "--agent", "nobody"], "an agent: agent:claude-code"),
        (&["--add", "grant:Foo(x)", "--agent", "claude-code"], "one of: Agent, Bash"),
        (&["--add", "tool:github/nothing", "--agent", "cursor"], "`SERVER/TOOL` of the catalog"),
        (&["--add", "agent:nobody"], "claude-code"),
        (&["--remove", "server:nobody"], "a server: files, github, time"),
        (&["--remove", "nowhere.json:3"], ".claude/settings.json"),
        (&["--remove", ".mcp.json:99"], ".mcp.json:2"),
        (&["--remove", "something"], "`PATH:LINE`"),
        (&["--remove", "tool:nothing"], "a tool: claude-code/Bash"),
        (&["--control", "nothing"], "a planned control of `ambit.yaml`, of which there is none"),
        (&["--control", "nothing:claude-code/Bash"], "`deny-tool:TOOL`"),
    ] {
        let output = run(root.path(), &[&["whatif", "."], arguments].concat());
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(err(&output).contains(expected), "{arguments:?}: {}", err(&output));
        assert!(output.stdout.is_empty());
    }
    let output = run(root.path(), &["whatif", "nowhere", "--add", "server:git"]);
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("expected a folder"), "{}", err(&output));
}
