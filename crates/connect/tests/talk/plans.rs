//! What is shown before anything starts, and what is refused then.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ambit_catalog::Catalog;
use ambit_connect::{Options, Plan, Surroundings, Wish};
use ambit_discovery::declared::{self, Declared};
use ambit_discovery::{Memory, Settings};

fn declared(files: &[(&str, &str)], name: &str) -> Result<Declared, declared::Error> {
    let source = Memory::of(files.iter().copied());
    let inventory = ambit_discovery::read(&source, &Catalog::compiled().unwrap(), &Settings::default());
    declared::find(&source, &inventory, name)
}

fn plan_with(files: &[(&str, &str)], name: &str, options: &Options) -> Result<Plan, ambit_connect::Error> {
    let environment =
        [("PATH", "/usr/bin:/bin"), ("HOME", "/root"), ("TOKEN", "hunter2hunter2"), ("LANG", "C")];
    let surroundings = Surroundings {
        environment: environment.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect(),
        home: Some(PathBuf::from("/root")),
        folder: PathBuf::from("/"),
    };
    let entry = declared(files, name).unwrap_or_else(|e| panic!("{e}"));
    Plan::of_entry(&entry, Path::new("/usr"), (&surroundings, options), &Catalog::compiled().unwrap())
}

fn plan(files: &[(&str, &str)], name: &str) -> Result<Plan, ambit_connect::Error> {
    plan_with(files, name, &Options { sandbox: Wish::Off, ..Options::default() })
}

#[test]
fn the_command_the_folder_and_names_of_variables_are_shown_and_no_value() {
    let text = r#"{"mcpServers": {"orders": {"command": "sh", "args": ["-c", "exec x \u001b[31m", "--key=${TOKEN}"],
        "env": {"API_KEY": "sk-live-abcdef0123456789", "MODE": "${TOKEN}"}}}}"#;
    let shown = plan(&[(".mcp.json", text)], "orders").unwrap().shown();
    assert_eq!(shown[0], "would start: sh -c 'exec x \u{1b}[31m' '--key=${TOKEN}'");
    assert!(shown[1].ends_with("/sh"), "{shown:?}");
    assert_eq!(shown[2], "  in: /usr");
    assert_eq!(shown[3], "  variables it is given: API_KEY, MODE");
    assert_eq!(shown[4], "  variables that every program gets: HOME, LANG, PATH");
    assert_eq!(shown[5], "  sandbox: none (you said `--sandbox off`): it can do whatever you can");
    let all = shown.join("\n");
    assert!(!all.contains("hunter2") && !all.contains("sk-live"), "{all}");
}

#[test]
fn an_address_is_shown_without_what_may_be_secret() {
    let text = r#"{"mcpServers": {"remote": {"type": "http", "url": "https://me:pw@mcp.example.test/a?key=abcdef123456",
        "headers": {"Authorization": "Bearer ${TOKEN}", "X-Team": "a"}}}}"#;
    let plan = plan(&[(".mcp.json", text)], "remote").unwrap();
    let shown = plan.shown().join("\n");
    assert_eq!(
        shown,
        "would connect to: https://(masked)@mcp.example.test/a?(masked)\n  headers it is sent: Authorization, X-Team"
    );
    assert_eq!(plan.question(), "Connect?");
    assert!(!format!("{plan:?}").contains("hunter2"));
}

#[test]
fn placeholders_that_stay_open_are_errors_before_anything_starts() {
    let text = r#"{"servers": {"x": {"command": "sh", "args": ["${workspaceFolder}"], "env": {"KEY": "${input:key}"}}},
        "inputs": [{"id": "key", "type": "promptString"}]}"#;
    let files = [(".vscode/mcp.json", text)];
    let error = plan(&files, "x").expect_err("the input is open");
    assert_eq!(
        error.to_string(),
        "`${input:key}` in env.KEY of `x` is not known: the editor would ask for it"
    );
    assert!(error.help().is_some_and(|it| it.contains("--input")));
    let inputs = BTreeMap::from([("key".to_owned(), "TOKEN".to_owned())]);
    let options = Options { inputs, sandbox: Wish::Off, ..Options::default() };
    let shown = plan_with(&files, "x", &options).unwrap().shown();
    assert_eq!(shown[0], "would start: sh /usr");
}

#[test]
fn forms_of_many_clients_are_found_again() {
    let codex = "[mcp_servers.a]\ncommand = \"sh\"\nargs = [\"x\"]\nenv_vars = [\"TOKEN\", \"ABSENT\"]\ncwd = \"bin\"\n\
                 [mcp_servers.b]\nurl = \"https://b.test/mcp\"\nbearer_token_env_var = \"TOKEN\"\n";
    let files = [(".codex/config.toml", codex)];
    let shown = plan(&files, "a").unwrap().shown();
    assert_eq!((shown[2].as_str(), shown[3].as_str()), ("  in: /usr/bin", "  variables it is given: TOKEN"));
    assert!(plan(&files, "b").unwrap().shown()[1].ends_with("Authorization"));
    let opencode =
        r#"{"mcp": {"c": {"type": "local", "command": ["sh", "y"], "environment": {"K": "{env:TOKEN}"}}}}"#;
    let shown = plan(&[("opencode.json", opencode)], "c").unwrap().shown();
    assert_eq!((shown[0].as_str(), shown[3].as_str()), ("would start: sh y", "  variables it is given: K"));
    let zed = r#"{"context_servers": {"d": {"command": {"path": "sh", "args": ["z"], "env": {"K": "v"}}}}}"#;
    let shown = plan(&[(".zed/settings.json", zed)], "d").unwrap().shown();
    assert_eq!((shown[0].as_str(), shown[3].as_str()), ("would start: sh z", "  variables it is given: K"));
    let listed =
        "name: x\nversion: 1\nschema: v1\nmcpServers:\n  - name: e\n    command: sh\n    args: [w]\n";
    assert_eq!(plan(&[(".continue/config.yaml", listed)], "e").unwrap().shown()[0], "would start: sh w");
    let agent = "---\nname: helper\ndescription: helps\nmcpServers:\n  f:\n    command: sh\n    args: [v]\n---\nHelp.\n";
    assert_eq!(plan(&[(".claude/agents/helper.md", agent)], "f").unwrap().shown()[0], "would start: sh v");
    let line = r#"{"mcpServers": {"g": {"command": "sh -c 'exit 1'"}}}"#;
    assert_eq!(plan(&[(".mcp.json", line)], "g").unwrap().shown()[0], "would start: sh -c 'exit 1'");
}

#[test]
fn names_that_fit_nothing_or_several_are_told() {
    let one = r#"{"mcpServers": {"orders": {"command": "sh", "args": ["a"]}}}"#;
    let other = r#"{"mcpServers": {"orders": {"command": "sh", "args": ["b"]}}}"#;
    let files = [("a/.mcp.json", one), ("b/.mcp.json", other)];
    let error = declared(&files, "order").expect_err("nothing is called so").to_string();
    assert_eq!(error, "no server called `order` is declared; there are: `orders`");
    let error = declared(&files, "orders").expect_err("two are").to_string();
    assert_eq!(error, "different servers are called `orders`: `orders@a/.mcp.json`, `orders@b/.mcp.json`");
    let entry = declared(&files, "orders@b/.mcp.json").unwrap();
    assert_eq!((entry.words, entry.at.as_str()), (vec!["sh".to_owned(), "b".to_owned()], "b"));
}

#[test]
fn what_cannot_be_asked_is_refused_at_once() {
    let of = |entry: &str| {
        let text = format!(r#"{{"mcpServers": {{"x": {entry}}}}}"#);
        plan(&[(".mcp.json", &text)], "x").expect_err(entry).to_string()
    };
    assert!(of(r#"{"command": "no-such-program-here"}"#).contains("`no-such-program-here` in `PATH`"));
    assert!(of(r#"{"command": "sh", "cwd": "no/such"}"#).contains("no folder `/usr/no/such`"));
    let long = format!(r#"{{"command": "sh", "args": ["{}"]}}"#, "a".repeat(5000));
    assert!(of(&long).contains("longer than a person looks through"));
    assert!(of(r#"{"url": "http://mcp.example.test/"}"#).contains("readable on the way"));
    assert!(of(r#"{"url": "wss://mcp.example.test/"}"#).contains("web sockets"));
    assert!(of(r#"{"url": "file:///etc/passwd"}"#).contains("begins neither"));
    assert!(of(r#"{"url": "https://x.test/", "headers": {"Host": "y.test"}}"#).contains("`Host`"));
    assert!(of(r#"{"url": "https://x.test/", "headers": {"X": "a\nb"}}"#).contains("`X`"));
    let loopback = r#"{"mcpServers": {"x": {"url": "http://localhost:1/mcp"}}}"#;
    assert!(plan(&[(".mcp.json", loopback)], "x").is_ok());
}
