//! A literal secret appears in no output.

use ambit_catalog::Catalog;
use ambit_discovery::{Disk, Settings};
use ambit_report::{Options, Subject};

use super::{FORMATS, run, write};

/// Text of the secret of this number: long and mixed enough for a key, and of no provider's form.
fn secret(number: usize) -> String {
    format!("Zq7Lw2Xk9Vt4Rb6Nm8Hc{number:02}Jd5")
}

/// Entries of servers with a secret each.
const ENTRIES: &[&str] = &[
    r#"{ "command": "npx", "args": ["x"], "env": { "API_KEY": "SECRET" } }"#,
    r#"{ "command": "docker", "args": ["run", "-e", "API_KEY=SECRET", "img"] }"#,
    r#"{ "command": "docker", "args": ["run", "--env=API_KEY=SECRET", "img"] }"#,
    r#"{ "url": "https://a.internal/mcp", "headers": { "Authorization": "Bearer SECRET" } }"#,
    r#"{ "command": "npx", "args": ["x", "--api-key", "SECRET"] }"#,
    r#"{ "command": "npx", "args": ["x", "--api-key=SECRET"] }"#,
    r#"{ "command": "env", "args": ["API_KEY=SECRET", "npx", "x"] }"#,
    r#"{ "command": "env API_KEY=SECRET npx x" }"#,
    r#"{ "command": "sh", "args": ["-c", "API_KEY=SECRET npx x"] }"#,
    r#"{ "command": "sh", "args": ["-c", "export API_KEY=SECRET && npx x"] }"#,
    r#"{ "url": "https://user:SECRET@b.internal/mcp" }"#,
    r#"{ "url": "https://c.internal/mcp?api_key=SECRET" }"#,
    r#"{ "url": "https://d.internal/s/SECRET/mcp" }"#,
    r#"{ "command": "npx", "args": ["mcp-remote", "https://e.internal/mcp?token=SECRET"] }"#,
    r#"{ "command": "npx", "args": ["mcp-remote", "https://f.internal/mcp", "--header", "Authorization: Bearer SECRET"] }"#,
    r#"{ "command": "npx", "args": ["mcp-remote", "https://g.internal/mcp", "--header=Authorization: Bearer SECRET"] }"#,
    r#"{ "command": "npx", "args": ["x", "postgresql://user:SECRET@db.internal/app"] }"#,
    r#"{ "command": "npx", "args": ["x"], "env": { "DATABASE_URL": "postgresql://user:SECRET@db.internal/app" } }"#,
];

/// Settings with a secret each.
const SETTINGS: &[&str] = &[
    r#"{ "env": { "API_KEY": "SECRET" } }"#,
    r#"{ "hooks": { "Stop": [{ "hooks": [{ "type": "command", "command": "curl -H 'Authorization: Bearer SECRET' https://h.internal" }] }] } }"#,
    r#"{ "hooks": { "Stop": [{ "hooks": [{ "type": "command", "command": "API_KEY=SECRET ./notify.sh" }] }] } }"#,
    r#"{ "statusLine": { "type": "command", "command": "./line.sh --token SECRET" } }"#,
    r#"{ "apiKeyHelper": "echo API_KEY=SECRET" }"#,
    r#"{ "permissions": { "allow": ["Bash(curl -H \"Authorization: Bearer SECRET\" https://h.internal:*)"] } }"#,
    r#"{ "permissions": { "allow": ["Bash(API_KEY=SECRET ./deploy.sh:*)"] } }"#,
];

fn lay_out(root: &std::path::Path) -> Vec<String> {
    let mut secrets = Vec::new();
    for (number, entry) in ENTRIES.iter().enumerate() {
        secrets.push(secret(number));
        let text =
            format!("{{ \"mcpServers\": {{ \"s{number}\": {entry} }} }}").replace("SECRET", &secret(number));
        write(root, &format!("e{number}/.mcp.json"), &text);
    }
    for (number, settings) in SETTINGS.iter().enumerate() {
        let number = number + ENTRIES.len();
        secrets.push(secret(number));
        write(
            root,
            &format!("e{number}/.claude/settings.json"),
            &settings.replace("SECRET", &secret(number)),
        );
    }
    secrets
}

/// What stands in the place of the secrets that `text` shows.
fn shown<'a>(text: &str, secrets: &'a [String]) -> Vec<&'a str> {
    let all = ENTRIES.iter().chain(SETTINGS).zip(secrets);
    all.filter(|(_, secret)| text.contains(secret.as_str())).map(|(from, _)| *from).collect()
}

#[test]
fn no_report_shows_a_secret() {
    let root = tempfile::tempdir().expect("a folder");
    let secrets = lay_out(root.path());
    for format in FORMATS {
        let output = run(root.path(), &["scan", ".", "--format", format, "--all", "-v"]);
        let text = String::from_utf8(output.stdout).expect("text");
        assert_eq!(shown(&text, &secrets), Vec::<&str>::new(), "{format}");
        assert!(text.contains("s1") || format == "svg", "{format} shows the servers");
    }
}

#[test]
fn no_explanation_shows_a_secret() {
    let root = tempfile::tempdir().expect("a folder");
    let secrets = lay_out(root.path());
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let source = Disk::default().tree(root.path(), "");
    let inventory = ambit_discovery::read(&source, &catalog, &Settings::default());
    let assessment = ambit_analysis::assess(inventory, &catalog);
    let ids = assessment.assets.iter().map(|it| it.id.to_string());
    let ids = ids.chain(assessment.edges.iter().map(|it| it.id.to_string()));
    let ids = ids.chain(assessment.findings.iter().map(|it| it.id.clone()));
    for id in ids.collect::<Vec<_>>() {
        let mut bytes = Vec::new();
        let options = Options { verbose: 1, all: true, ..Options::default() };
        // Some ids are the beginning of others, which is no matter here.
        if ambit_report::explain(
            &Subject::new(&id),
            (Some(&assessment), None),
            &catalog,
            &options,
            &mut bytes,
        )
        .is_ok()
        {
            let text = String::from_utf8(bytes).expect("text");
            assert_eq!(shown(&text, &secrets), Vec::<&str>::new(), "{id}");
        }
    }
}
