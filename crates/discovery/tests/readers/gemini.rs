//! Gemini CLI.

use ambit_model::Gate;
use ambit_model::facts::{Network, SettingKind};

use crate::rendered::rendered;
use crate::support::read;

const SETTINGS: &str = r#"{
  "general": { "defaultApprovalMode": "auto_edit" },
  "model": { "name": "some-model" },
  "tools": {
    "core": ["read_file", "run_shell_command(git status)"],
    "allowed": ["run_shell_command(npm test)", "mcp_files_read_all", "web_fetch"],
    "confirmationRequired": ["write_file"],
    "exclude": ["google_web_search", "files__drop"],
    "sandbox": "docker",
    "sandboxAllowedPaths": ["/data"],
    "discoveryCommand": "bin/tools --api-key 0123456789ab"
  },
  "mcp": { "allowed": ["files", "far"], "excluded": ["far"], "serverCommand": "node server.js" },
  "security": { "folderTrust": { "enabled": false }, "enableConseca": true },
  "context": { "includeDirectories": ["../other"] },
  "hooksConfig": { "disabled": ["quiet"] },
  "hooks": {
    "BeforeTool": [{ "matcher": "*", "hooks": [
      { "name": "guard", "type": "command", "command": "uvx guard==1.0" },
      { "name": "quiet", "type": "command", "command": "x" } ] }]
  },
  "permissions": { "deny": ["Bash"] },
  "mcpServers": {
    "files": { "command": "npx", "args": ["-y", "server-files"], "trust": true, "includeTools": ["read_all"], "excludeTools": ["drop"] },
    "far": { "httpUrl": "https://a.example.com/mcp", "headers": { "Authorization": "Bearer $TOKEN" }, "alwaysAllow": ["x"] },
    "third": { "command": "node", "args": ["t.js"], "env": { "API_KEY": 12345678901 },
      "fourth": { "command": "npx", "args": ["mcp-remote", "https://b.example.com/mcp"] } },
    "broken": []
  }
}"#;

#[test]
fn settings_with_everything_in_them() {
    insta::assert_snapshot!(rendered(&read(&[(".gemini/settings.json", SETTINGS)])));
}

#[test]
fn old_flat_keys_still_count() {
    let old = r#"{ "coreTools": ["ShellTool(ls)"], "excludeTools": ["ShellTool(rm)"], "autoAccept": true, "sandbox": false,
                  "toolDiscoveryCommand": "find-tools", "excludeMCPServers": ["a"], "mcpServers": { "a": { "command": "x" } } }"#;
    insta::assert_snapshot!(rendered(&read(&[("~/.gemini/settings.json", old)])));
}

#[test]
fn scopes_override_each_other() {
    let files = [
        (
            "/etc/gemini-cli/system-defaults.json",
            r#"{ "general": { "defaultApprovalMode": "plan" }, "tools": { "sandbox": true } }"#,
        ),
        ("~/.gemini/settings.json", r#"{ "general": { "defaultApprovalMode": "auto_edit" } }"#),
        (".gemini/settings.json", r#"{ "general": { "defaultApprovalMode": "yolo" } }"#),
        (
            "/etc/gemini-cli/settings.json",
            r#"{ "tools": { "sandboxNetworkAccess": false, "sandbox": true } }"#,
        ),
    ];
    let agent = &read(&files).agents[0];
    assert!(
        agent.rules.iter().all(|it| it.gate == Gate::Auto && &*it.place.path == "~/.gemini/settings.json")
    );
    assert_eq!(agent.rules.len(), 2);
    assert_eq!(agent.settings[0].kind, SettingKind::Ineffective, "that mode is a flag only");
    let sandbox = agent.sandbox.as_ref().expect("a sandbox");
    assert_eq!((&sandbox.network, &*sandbox.place.path), (&Network::Closed, "/etc/gemini-cli/settings.json"));
    let back = (".gemini/settings.json", r#"{ "general": { "defaultApprovalMode": "default" } }"#);
    assert!(read(&[files[1], back]).agents[0].rules.is_empty());
}

#[test]
fn policies_decide_by_priority() {
    let policy = r#"
[[rule]]
toolName = "run_shell_command"
commandPrefix = ["git push", "rm"]
decision = "deny"
priority = 100
[[rule]]
toolName = ["write_file", "replace"]
decision = "ask_user"
priority = 10
[[rule]]
mcpName = "files"
decision = "allow"
priority = 200
[[rule]]
commandRegex = "git (log|diff)"
decision = "allow"
modes = ["yolo"]
[[rule]]
decision = "perhaps"
"#;
    insta::assert_snapshot!(rendered(&read(&[("~/.gemini/policies/mine.toml", policy)])));
    let here = read(&[(".gemini/policies/mine.toml", policy)]);
    assert!(here.agents[0].rules.is_empty(), "policies of a workspace do nothing");
    assert!(here.agents[0].settings.iter().all(|it| it.kind == SettingKind::Ineffective));
}

#[test]
fn agents_extensions_and_commands() {
    let inventory = read(&[
        (
            ".gemini/agents/audit.md",
            "---\nname: audit\nkind: local\ntools: [read_file, mcp_github_get_issue]\nmcpServers:\n  own: { command: uvx, args: [own-server] }\n---\nAudit.\n",
        ),
        (
            ".gemini/agents/far.md",
            "---\n- kind: remote\n  name: far-1\n  agent_card_url: https://agents.example.com/card?token=abcdef123456\n- kind: remote\n  name: far-2\n---\n",
        ),
        (".gemini/commands/git/log.toml", "description = \"x\"\nprompt = \"Look at !{git log}\"\n"),
        (
            "gemini-extension.json",
            r#"{ "name": "x", "version": "1", "contextFileName": "X.md", "excludeTools": ["run_shell_command(rm -rf)"],
                 "mcpServers": { "x": { "command": "node", "args": ["${extensionPath}/x.js"] } },
                 "settings": [{ "name": "Key", "envVar": "X_API_KEY", "sensitive": true }, { "name": "Url", "envVar": "X_URL" }] }"#,
        ),
        (
            "~/.gemini/extensions/y/gemini-extension.json",
            r#"{ "name": "y", "mcpServers": { "y": { "command": "y" } }, "contextFileName": "Y.md" }"#,
        ),
        (
            "copy/settings.json",
            r#"{ "security": { "auth": { "selectedType": "oauth-personal" } }, "mcpServers": {} }"#,
        ),
    ]);
    insta::assert_snapshot!(rendered(&inventory));
}
