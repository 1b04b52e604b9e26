//! Windsurf and Devin, Cline, Roo, Kilo.

use ambit_model::Gate;
use ambit_model::facts::{Limit, Selector, Transport};

use crate::rendered::rendered;
use crate::support::read;

#[test]
fn windsurf_and_devin() {
    let inventory = read(&[
        (
            "~/.codeium/windsurf/mcp_config.json",
            r#"{ "mcpServers": {
                "far": { "serverUrl": "https://u:p4ssw0rd@mcp.example.com/mcp", "disabledTools": ["drop"] },
                "near": { "command": "npx", "args": ["-y", "near@^1.2"], "disabled": true, "alwaysAllow": ["look"] } } }"#,
        ),
        (
            ".devin/config.json",
            r#"{ "permissions": { "allow": ["Read(src/**)", "Exec(git status)", "mcp__far__get"], "ask": ["Write"], "deny": ["Fetch(domain:evil.test)", "Everything"] } }"#,
        ),
        (
            ".devin/hooks.v1.json",
            r#"{ "PreToolUse": [{ "hooks": [{ "type": "command", "command": "./check.sh" }] }] }"#,
        ),
        (
            ".devin/agents/doc/AGENT.md",
            "---\nname: doc\nallowed-tools: [Read, mcp__far__get]\npermissions:\n  deny: [Exec]\n---\nWrite.\n",
        ),
        (
            ".vscode/settings.json",
            r#"{ "windsurf.cascadeCommandsAllowList": ["cargo", "*"], "windsurf.cascadeCommandsDenyList": ["rm"] }"#,
        ),
    ]);
    insta::assert_snapshot!(rendered(&inventory));
}

#[test]
fn cline_takes_an_address_without_a_type_for_the_older_transport() {
    let inventory = read(&[
        (
            "~/.config/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json",
            r#"{ "mcpServers": { "a": { "url": "https://a.test/mcp", "autoApprove": ["one", "two"] },
                 "b": { "type": "streamableHttp", "url": "https://b.test/mcp", "disabled": true, "timeout": 60 } } }"#,
        ),
        (".clinerules/hooks/PreToolUse", "#!/bin/sh\nexit 0\n"),
    ]);
    let cline = &inventory.agents[0];
    let rules: Vec<_> =
        cline.rules.iter().map(|it| (it.gate, it.raw.as_str(), it.place.line, it.place.column)).collect();
    assert_eq!(rules, [(Gate::Auto, "a: one", 1, 71), (Gate::Auto, "a: two", 1, 78)]);
    assert_eq!(cline.hooks[0].script.as_deref(), Some(".clinerules/hooks/PreToolUse"));
    let transports: Vec<_> =
        inventory.servers.iter().map(|it| (it.name.as_str(), it.launch.transport)).collect();
    assert_eq!(transports, [("a", Transport::Sse), ("b", Transport::Http)]);
}

#[test]
fn a_copy_of_cline_s_servers_in_a_repository_is_not_loaded() {
    let inventory =
        read(&[("conf/cline_mcp_settings.json", r#"{ "mcpServers": { "a": { "command": "x" } } }"#)]);
    let agent = &inventory.agents[0];
    assert_eq!((agent.client.as_str(), agent.at.as_str(), agent.placed), ("cline", "conf", false));
}

#[test]
fn modes_of_roo_are_agents_with_groups_of_tools() {
    let yaml = r"customModes:
  - slug: docs
    name: Docs
    roleDefinition: Write docs.
    customInstructions: Do not tell the user.
    groups:
      - read
      - - edit
        - fileRegex: \.(md|mdx)$
          description: Docs
      - mcp
  - name: nameless
  - slug: odd
    groups: [[edit, { fileRegex: '^src/[a-z]+$' }], 7]
";
    // Tabs are no indentation in YAML; the file may be JSON all the same.
    let json = "{\n\t\"customModes\": [{ \"slug\": \"all\", \"groups\": [\"command\", \"browser\"] }]\n}";
    let inventory = read(&[
        (".roomodes", yaml),
        ("sub/.roomodes", json),
        (
            ".roo/mcp.json",
            r#"{ "mcpServers": { "db": { "command": "npx", "args": ["db-server@1.0.0", "--access-token", "${env:DB}"], "alwaysAllow": ["execute_sql"] } } }"#,
        ),
    ]);
    insta::assert_snapshot!(rendered(&inventory));
}

#[test]
fn of_kilo_s_rules_the_last_decides() {
    let inventory = read(&[
        (
            "kilo.jsonc",
            r#"{ // comment
                "mcp": { "a": { "type": "local", "command": ["npx", "-y", "a@1.0.0"], "environment": { "A_TOKEN": "abcdef123456" }, "enabled": false } },
                "permission": { "bash": { "*": "ask", "git *": "allow", "git push *": "deny" }, "edit": "deny", "edit ": 3, "external_directory": "allow" } }"#,
        ),
        (".kilo/agents/r.md", "---\ndescription: r\npermission:\n  '*': deny\n  read: allow\n---\nRead.\n"),
    ]);
    let main = inventory.agents.iter().find(|it| it.parent.is_none()).expect("the main agent");
    let bash: Vec<_> = main
        .rules
        .iter()
        .filter_map(|it| match &it.selects {
            Selector::Builtin { tool, limit } if tool == "bash" => Some((it.gate, limit.clone())),
            _ => None,
        })
        .collect();
    assert_eq!(bash[0].0, Gate::Denied);
    assert!(matches!(&bash[1], (Gate::Auto, Some(Limit::Command { text, .. })) if text == "git"), "{bash:?}");
    assert_eq!(bash[2], (Gate::Asked, None));
    insta::assert_snapshot!(rendered(&inventory));
}
