//! What several scopes of Claude Code's settings say together: servers, plug-ins, the sandbox.

use ambit_model::Inventory;
use ambit_model::facts::{ServerState, SettingKind};

use crate::support::read;

/// The servers of the only agent, and the line that switches each off.
#[expect(clippy::panic, reason = "a test that looks for one agent and meets others has failed")]
fn switched_off(inventory: &Inventory) -> Vec<String> {
    let [agent] = inventory.agents.as_slice() else { panic!("{:?}", inventory.agents) };
    let line = |state: &ServerState| match state {
        ServerState::Disabled(it) => format!("{}:{}:{}", it.path, it.line, it.column),
        state => format!("{state:?}"),
    };
    agent.servers.iter().map(|it| format!("{} {}", it.name, line(&it.state))).collect()
}

const OF_THREE_KINDS: &str = r#"{ "mcpServers": {
  "files": { "command": "npx", "args": ["-y", "files@1.0.0", "."] },
  "named": { "command": "npx", "args": ["-y", "files@1.0.0", ".", "--all"] },
  "far": { "type": "http", "url": "https://MCP.example.com/v1?x=1" },
  "near": { "type": "http", "url": "http://localhost:8080/mcp" } } }"#;

#[test]
fn servers_are_denied_by_name_command_and_address_in_every_scope() {
    let inventory = read(&[
        (".mcp.json", OF_THREE_KINDS),
        (
            "/etc/claude-code/managed-settings.json",
            r#"{ "deniedMcpServers": [
  { "serverCommand": ["npx", "-y", "files@1.0.0", "."] }, { "serverName": "n*" }, { "odd": 1 } ] }"#,
        ),
        (".claude/settings.json", r#"{ "deniedMcpServers": [{ "serverUrl": "https://*.example.com/*" }] }"#),
    ]);
    assert_eq!(
        switched_off(&inventory),
        [
            "far .claude/settings.json:1:24",
            "files /etc/claude-code/managed-settings.json:2:3",
            "named NeedsApproval",
            "near NeedsApproval",
        ]
    );
}

#[test]
fn a_name_allows_only_where_no_command_or_address_is_asked_for() {
    let managed = |text: &str, user: &str| {
        let inventory = read(&[
            (".mcp.json", OF_THREE_KINDS),
            ("/etc/claude-code/managed-settings.json", text),
            ("~/.claude/settings.json", user),
        ]);
        let off = switched_off(&inventory);
        off.into_iter().filter(|it| !it.contains("managed-settings")).collect::<Vec<_>>()
    };
    let strict = r#"{ "allowedMcpServers": [{ "serverName": "named" }, { "serverName": "near" },
      { "serverCommand": ["npx", "-y", "files@1.0.0", "."] }] }"#;
    assert_eq!(managed(strict, "{}"), ["files NeedsApproval", "near NeedsApproval"]);
    // A user widens the list unless the administrator's alone counts.
    let wider = r#"{ "allowedMcpServers": [{ "serverUrl": "https://mcp.example.com" }] }"#;
    assert_eq!(managed(strict, wider), ["far NeedsApproval", "files NeedsApproval"]);
    let only = strict.replacen('{', r#"{ "allowManagedMcpServersOnly": true,"#, 1);
    assert_eq!(managed(&only, wider), ["files NeedsApproval", "near NeedsApproval"]);
    assert!(managed(r#"{ "allowedMcpServers": [] }"#, "{}").is_empty());
    let user = read(&[("~/.claude/settings.json", r#"{ "allowManagedMcpServersOnly": true }"#)]);
    assert_eq!(user.agents[0].settings[0].kind, SettingKind::Ineffective);
}

#[test]
fn what_an_administrator_prescribes_needs_no_allowance_but_may_be_denied() {
    let inventory = read(&[
        (
            "/etc/claude-code/managed-mcp.json",
            r#"{ "mcpServers": { "given": { "command": "a" }, "home": { "command": "${HOME}/b" }, "bad": { "command": "c" } } }"#,
        ),
        ("/etc/claude-code/managed-settings.json", r#"{ "allowedMcpServers": [] }"#),
        ("~/.claude/settings.json", r#"{ "deniedMcpServers": [{ "serverName": "bad" }] }"#),
    ]);
    assert_eq!(
        switched_off(&inventory),
        [
            "bad ~/.claude/settings.json:1:24",
            "given Enabled",
            "home /etc/claude-code/managed-settings.json:1:3",
        ]
    );
}

#[test]
fn the_strongest_scope_switches_a_plug_in_and_its_parts() {
    let cache = [
        (
            "~/.claude/plugins/cache/m/p/1/.mcp.json",
            r#"{ "web": { "type": "http", "url": "https://w.example.com" } }"#,
        ),
        ("~/.claude/plugins/cache/m/p/1/skills/s/SKILL.md", "---\nname: s\n---\nS.\n"),
        ("~/.claude/settings.json", r#"{ "enabledPlugins": { "p@m": true, "q@m": true } }"#),
    ];
    let agent = ("~/.claude/plugins/cache/m/p/1/agents/a.md", "---\nname: a\ndescription: d\n---\nA.\n");
    let off = (".claude/settings.json", r#"{ "enabledPlugins": { "p@m": false } }"#);
    let told = |inventory: &Inventory| {
        let agent = &inventory.agents[0];
        agent.instructions.iter().map(|it| it.name.clone()).collect::<Vec<_>>()
    };
    let inventory = read(&[cache[0], cache[1], cache[2], agent, off]);
    assert_eq!(told(&inventory), ["plug-in q@m"]);
    assert_eq!(switched_off(&inventory), ["web .claude/settings.json:1:23"]);
    let inventory = read(&[cache[0], cache[1], cache[2], (".claude/settings.json", "{}")]);
    assert_eq!(told(&inventory), ["s", "plug-in p@m", "plug-in q@m"]);
    assert_eq!(switched_off(&inventory), ["web Enabled"]);
}

#[test]
fn plug_ins_are_pinned_by_their_source_and_barred_with_their_marketplace() {
    let project = (
        ".claude/settings.json",
        r#"{ "enabledPlugins": { "a@moving": true, "b@tagged": true, "c@inline": true, "d@own": true, "e@unknown": true },
  "extraKnownMarketplaces": {
    "moving": { "source": { "source": "github", "repo": "x/a", "ref": "main" } },
    "tagged": { "source": { "source": "git", "url": "https://git.example.com/b.git", "ref": "v1.2.0" } },
    "inline": { "source": { "source": "settings", "name": "inline",
      "plugins": [{ "name": "c", "source": { "source": "npm", "package": "@x/c" } }] } },
    "own": { "source": { "source": "directory", "path": "./market" } } } }"#,
    );
    let fetched = |inventory: &Inventory| {
        let hooks = inventory.agents[0].hooks.iter().filter_map(|it| it.package.as_ref());
        hooks.map(|it| format!("{}:{} {:?} {}", it.ecosystem, it.name, it.pin, it.place)).collect::<Vec<_>>()
    };
    let inventory = read(&[project]);
    assert_eq!(
        fetched(&inventory),
        [
            "git:github.com/x/a Movable(\"main\") .claude/settings.json:3",
            "npm:@x/c Missing .claude/settings.json:6",
        ]
    );
    let strict = r#"{ "strictKnownMarketplaces": [{ "source": "github", "repo": "x/a" },
      { "source": "git", "url": "https://git.example.com/b.git", "ref": "v1.2.0" }] }"#;
    let inventory = read(&[project, ("/etc/claude-code/managed-settings.json", strict)]);
    assert!(fetched(&inventory).is_empty());
    let barred: Vec<&str> = inventory.agents[0].settings.iter().map(|it| it.raw.as_str()).collect();
    assert_eq!(barred, ["enabledPlugins: a@moving", "enabledPlugins: c@inline", "enabledPlugins: d@own"]);
    let blocked = r#"{ "blockedMarketplaces": [{ "repo": "x/a", "source": "github", "ref": "main" }] }"#;
    let inventory = read(&[project, ("/etc/claude-code/managed-settings.json", blocked)]);
    assert_eq!(fetched(&inventory), ["npm:@x/c Missing .claude/settings.json:6"]);
    let elsewhere = read(&[(".claude/settings.json", strict)]);
    assert_eq!(elsewhere.agents[0].settings[0].kind, SettingKind::Ineffective);
}

#[test]
fn denials_of_all_scopes_narrow_the_sandbox() {
    let sandbox = |managed: &str, project: &str| {
        let inventory =
            read(&[("/etc/claude-code/managed-settings.json", managed), (".claude/settings.json", project)]);
        let it = inventory.agents[0].sandbox.clone().expect("a sandbox");
        format!("{:?} {:?} home {}", it.network, it.files, !it.hides_home)
    };
    let open = r#"{ "sandbox": { "enabled": true, "network": { "allowedDomains": ["a.test", "b.test", "*.c.test"] },
      "filesystem": { "allowWrite": ["/"] } } }"#;
    assert_eq!(sandbox("{}", open), r#"Hosts(["a.test", "b.test", "*.c.test"]) Everything home true"#);
    let denied = r#"{ "sandbox": { "network": { "deniedDomains": ["A.test", "x.c.test"] },
      "filesystem": { "denyWrite": ["."], "denyRead": ["~/"] } } }"#;
    assert_eq!(sandbox(denied, open), r#"Hosts(["b.test", "*.c.test"]) ReadOnly home false"#);
    let shown = r#"{ "sandbox": { "network": { "deniedDomains": ["*"], "allowedDomains": ["d.test"] },
      "filesystem": { "denyRead": ["~/"], "allowRead": ["~/"] } } }"#;
    assert_eq!(sandbox(shown, open), "Closed Everything home true");
    let only =
        r#"{ "sandbox": { "network": { "allowManagedDomainsOnly": true, "allowedDomains": ["d.test"] } } }"#;
    assert_eq!(sandbox(only, open), r#"Hosts(["d.test"]) Everything home true"#);
    assert_eq!(sandbox("{}", &open.replace(r#""a.test""#, r#""*""#)), "Open Everything home true");
}
