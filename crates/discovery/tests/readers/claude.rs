//! Claude Code.

use ambit_model::Gate;
use ambit_model::facts::{Pin, Selector, ServerState};

use crate::support::read;

#[test]
fn settings_and_servers_make_one_agent() {
    let inventory = read(&[
        (
            ".claude/settings.json",
            r#"{ "permissions": { "allow": ["Bash(git status:*)"], "deny": ["mcp__fetch"] } }"#,
        ),
        (
            ".mcp.json",
            r#"{ "mcpServers": { "fetch": { "command": "uvx", "args": ["mcp-server-fetch==1.2.3"] } } }"#,
        ),
    ]);
    let [agent] = inventory.agents.as_slice() else { panic!("{:?}", inventory.agents) };
    assert_eq!((agent.client.as_str(), agent.at.as_str()), ("claude-code", ""));
    let gates: Vec<Gate> = agent.rules.iter().map(|it| it.gate).collect();
    assert_eq!(gates, [Gate::Denied, Gate::Auto], "denials decide first");
    let denied = Selector::Server { server: "fetch".to_owned(), tool: "*".to_owned() };
    assert_eq!(agent.rules[0].selects, denied);
    assert_eq!(agent.servers[0].state, ServerState::NeedsApproval);
    let package = inventory.servers[0].launch.package.as_ref().expect("a package");
    assert_eq!((package.ecosystem.as_str(), package.name.as_str()), ("pypi", "mcp-server-fetch"));
    assert_eq!(package.pin, Pin::Exact("1.2.3".to_owned()));
    assert_eq!(inventory.inputs.seen, 2);
    assert_eq!(inventory.inputs.read, 2);
}

#[test]
fn a_local_mode_beats_the_project_s() {
    let inventory = read(&[
        (".claude/settings.json", r#"{ "permissions": { "defaultMode": "bypassPermissions" } }"#),
        (".claude/settings.local.json", r#"{ "permissions": { "defaultMode": "plan" } }"#),
    ]);
    let raws: Vec<&str> = inventory.agents[0].rules.iter().map(|it| it.raw.as_str()).collect();
    assert_eq!(raws, ["defaultMode: plan"]);
}
