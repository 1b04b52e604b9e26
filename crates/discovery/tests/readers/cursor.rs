//! Cursor.

use ambit_model::Gate;
use ambit_model::facts::{Network, ServerState, SettingKind};

use crate::rendered::rendered;
use crate::support::read;

#[test]
fn everything_of_a_project() {
    let inventory = read(&[
        (
            ".cursor/mcp.json",
            r#"{ "mcpServers": {
                 "far": { "url": "https://far.example.com/mcp", "auth": { "CLIENT_ID": "x", "CLIENT_SECRET": "abcdef0123456789" } },
                 "near": { "command": "npx", "args": ["near"], "envFile": ".env", "disabled": true } } }"#,
        ),
        (
            ".cursor/cli.json",
            r#"{ "permissions": { "allow": ["Shell(git)", "Shell(npm:run *)", "Read(src/**)", "Mcp(far:*)", "Bash(x)"],
                                  "deny": ["Write(.env*)", "WebFetch(*.evil.test)", "Shell(**)"] },
                 "approvalMode": "unrestricted" }"#,
        ),
        (
            ".cursor/permissions.json",
            r#"{ // lists of both files are joined
                 "terminalAllowlist": ["cargo test", 3], "mcpAllowlist": ["near:read_*"],
                 "autoRun": { "allow_instructions": ["tests"] } }"#,
        ),
        (
            ".cursor/sandbox.json",
            r#"{ "type": "workspace_readwrite", "additionalReadwritePaths": ["/var/cache"],
                 "networkPolicy": { "default": "deny", "allow": ["crates.io"] } }"#,
        ),
        (
            ".cursor/hooks.json",
            r#"{ "version": 1, "hooks": { "beforeShellExecution": [{ "command": "./hooks/check.sh" }, {}],
                                          "stop": [{ "command": "npx done@latest" }] } }"#,
        ),
        (".cursor/agents/verifier.md", "---\nname: verifier\nmodel: fast\nreadonly: true\n---\nVerify.\n"),
        (".cursor/rules/style/go.mdc", "---\nglobs: ['*.go']\n---\nUse gofmt.\n"),
    ]);
    insta::assert_snapshot!(rendered(&inventory));
}

#[test]
fn the_user_s_own_file_sets_the_mode() {
    let gates = |mode: &str| {
        let text = format!(
            r#"{{ "version": 1, "permissions": {{ "allow": [], "deny": ["Shell(rm)"] }}, "approvalMode": "{mode}" }}"#
        );
        let inventory = read(&[("~/.cursor/cli-config.json", &text)]);
        let agent = &inventory.agents[0];
        let kinds: Vec<SettingKind> = agent.settings.iter().map(|it| it.kind).collect();
        (agent.rules.iter().map(|it| it.gate).collect::<Vec<_>>(), kinds)
    };
    assert_eq!(gates("unrestricted"), (vec![Gate::Denied, Gate::Auto], vec![SettingKind::ApprovalsOff]));
    assert_eq!(gates("auto-review"), (vec![Gate::Denied, Gate::Auto], vec![SettingKind::ClassifierApproves]));
    let (asked, settings) = gates("allowlist");
    assert_eq!(asked, [Gate::Denied, Gate::Prompted, Gate::Prompted, Gate::Prompted]);
    assert!(settings.is_empty());
}

#[test]
fn a_repository_s_sandbox_beats_the_user_s() {
    let inventory = read(&[
        ("~/.cursor/sandbox.json", r#"{ "networkPolicy": { "default": "deny" } }"#),
        (".cursor/sandbox.json", r#"{ "type": "insecure_none", "networkPolicy": { "default": "allow" } }"#),
    ]);
    let agent = &inventory.agents[0];
    let sandbox = agent.sandbox.as_ref().expect("a sandbox");
    assert_eq!((sandbox.enabled, &sandbox.network), (false, &Network::Open));
    assert!(agent.settings.iter().any(|it| it.kind == SettingKind::SandboxOff));
}

#[test]
fn the_user_s_servers_need_no_approval() {
    let inventory = read(&[("~/.cursor/mcp.json", r#"{ "mcpServers": { "a": { "command": "x" } } }"#)]);
    assert_eq!(inventory.agents[0].servers[0].state, ServerState::Enabled);
}

#[test]
fn a_copy_that_lies_elsewhere_is_no_claude_settings() {
    let inventory = read(&[(
        "dotfiles/cli.json",
        r#"{ "permissions": { "allow": ["Shell(ls)", "Read(**)"], "deny": [] } }"#,
    )]);
    let [agent] = inventory.agents.as_slice() else { panic!("{:?}", inventory.agents) };
    assert_eq!((agent.client.as_str(), agent.placed), ("cursor", false));
}

#[test]
fn odd_files_are_problems() {
    let inventory = read(&[
        (".cursor/mcp.json", r#"{ "mcpServers": [] }"#),
        (".cursor/hooks.json", r#"{ "version": 1 }"#),
        (".cursor/cli.json", "[1]"),
    ]);
    let messages: Vec<&str> = inventory.inputs.problems.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(messages, ["no hooks in it", "no servers in it"]);
    assert_eq!(inventory.inputs.read, 3);
}
