//! Continue, Zed, Junie, and clients of which only the servers are known.

use ambit_model::facts::{Holder, Pin};

use crate::shown::{agent, assert_hidden, instructions, problems, rules, servers, settings, tools};
use crate::support::read;

#[test]
fn blocks_of_continue_s_hub_are_unpinned_and_said_to_be_unknown() {
    let inventory = read(&[(
        ".continue/config.yaml",
        "name: Ours
version: 1.0.0
schema: v1
models:
  - name: big
    provider: openai
    model: gpt
    apiKey: sk-proj-A1b2C3d4E5f6
    apiBase: https://user:hunter2hunter2@proxy.example.org/v1
rules:
  - Keep it short.
  - uses: acme/house-rules
mcpServers:
  - name: search
    command: npx
    args: [-y, search-server@1.4.0]
    env: []
  - uses: acme/memory
  - command: uvx
",
    )]);
    let main = agent(&inventory, "continue", "continue");
    assert_eq!(servers(main), ["acme/memory on", "search on"]);
    assert_eq!(main.model.as_ref().map(|it| it.0.as_str()), Some("gpt"));
    assert_eq!(
        instructions(main),
        [".continue/config.yaml rules organization pinned", "acme/house-rules rules partner unpinned"]
    );
    assert_eq!(settings(main), ["RedirectsModel: apiBase: https://proxy.example.org/v1 9:5"]);
    let key = main.credentials.iter().find(|it| it.name == "apiKey").expect("the key of the model");
    assert_eq!((key.holder, key.place.line, key.value.is_some()), (Holder::File, 8, true));
    assert_eq!(
        problems(&inventory),
        [
            "the server block `acme/memory` is fetched from the hub, unpinned; what it runs is not known 18:5",
            "a server without a name 19:5",
        ]
    );
    let block = inventory.servers.iter().find(|it| it.name == "acme/memory").expect("the block");
    assert_eq!(block.launch.package.as_ref().map(|it| &it.pin), Some(&Pin::Missing));
    assert_hidden(&inventory, "hunter2");
    assert_hidden(&inventory, "sk-proj");
}

#[test]
fn continue_s_permissions_deny_before_they_ask_before_they_allow() {
    let inventory = read(&[(
        "~/.continue/permissions.yaml",
        "allow:\n  - Bash(git status*)\n  - Write(src/**)\nask:\n  - Fetch\nexclude:\n  - Bash(rm*)\n",
    )]);
    assert_eq!(
        rules(agent(&inventory, "continue", "continue")),
        [
            "denied bash(glob rm*) 7:5",
            "asked fetch 5:5",
            "auto bash(glob git status*) 2:5",
            "auto write(path src/**) 3:5",
        ]
    );
}

#[test]
fn an_agent_of_continue_and_servers_in_the_shape_of_others() {
    let inventory = read(&[
        (".continue/agents/review.yaml", "name: Reviewer\nversion: 1.0.0\nmodels: []\n"),
        (
            ".continue/mcpServers/x.json",
            r#"{ "mcpServers": { "x": { "url": "https://x.example.org/mcp" } } }"#,
        ),
        ("docs/sample.yaml", "mcpServers:\n  - name: y\n    command: y-server\n"),
    ]);
    assert_eq!(agent(&inventory, "continue", "Reviewer").parent.as_deref(), Some("continue"));
    assert_eq!(servers(agent(&inventory, "continue", "Reviewer")), ["x on"], "as the main agent");
    let sample = inventory.agents.iter().find(|it| it.at == "docs/sample.yaml").expect("the example");
    assert!(!sample.placed);
}

#[test]
fn zed_s_permissions_in_its_own_order() {
    let inventory = read(&[(
        "~/.config/zed/settings.json",
        r#"// comment
{
  "agent": {
    "default_model": { "provider": "p", "model": "m" },
    "tool_permissions": {
      "default": "allow",
      "tools": {
        "terminal": {
          "default": "confirm",
          "always_allow": [{ "pattern": "^cargo test" }],
          "always_confirm": [{ "pattern": "push" }],
          "always_deny": [{ "pattern": "rm -rf" }],
        },
        "mcp:github:create_issue": { "default": "deny" },
      },
    },
    "profiles": { "ask": { "tools": { "read_file": true, "terminal": false }, "enable_all_context_servers": true } },
  },
}"#,
    )]);
    let main = agent(&inventory, "zed", "zed");
    assert_eq!(
        rules(main),
        [
            "denied terminal(regex rm -rf) 12:27",
            "asked terminal(regex push) 11:30",
            "auto terminal(regex ^cargo test) 10:28",
            "prompted terminal 9:11",
            "denied github/create_issue 14:38",
            "auto * 6:7",
        ]
    );
    assert_eq!(settings(main), ["ApprovalsOff: agent.tool_permissions.default: allow 6:7"]);
    let profile = tools(agent(&inventory, "zed", "ask"));
    assert_eq!(profile, Some(vec!["read_file".to_owned(), "*/*".to_owned()]));
}

#[test]
fn zed_s_servers_in_all_their_shapes() {
    let inventory = read(&[(
        ".zed/settings.json",
        r#"{
  "context_servers": {
    "old": { "source": "custom", "command": { "path": "npx", "args": ["-y", "old@2.0.0"], "env": { "API_KEY": "abcd1234efgh" } } },
    "extension": { "settings": {} },
    "far": { "url": "https://far.example.org/mcp", "headers": { "Authorization": "Bearer abcd1234efgh" } },
    "off": { "command": "x", "args": null, "enabled": false },
    "odd": 3
  },
  "agent_servers": { "mine": { "command": "mine", "args": ["--token", "abcd1234efgh"], "env": { "T": 1 } } }
}"#,
    )]);
    let main = agent(&inventory, "zed", "zed");
    assert_eq!(servers(main), ["extension on", "far on", "off off by line 6", "old on"]);
    assert_eq!(problems(&inventory), ["the server `odd` is no object 7:5"]);
    assert_eq!(settings(main), ["RunsCommand: agent_servers.mine: mine --token (masked) 9:32"]);
    let old = inventory.servers.iter().find(|it| it.name == "old").expect("the older shape");
    assert_eq!(old.launch.package.as_ref().map(|it| it.pin.clone()), Some(Pin::Exact("2.0.0".to_owned())));
    assert_eq!(old.credentials.len(), 1);
    assert_hidden(&inventory, "abcd1234efgh");
}

#[test]
fn junie_s_allow_list_has_no_denial_and_its_approvals_of_others_do_nothing() {
    let inventory = read(&[
        (
            "~/.junie/allowlist.json",
            r#"{
  "defaultBehavior": "allow",
  "allowReadonlyCommands": true,
  "rules": {
    "executables": { "default": "ask", "rules": [{ "prefix": "git ", "action": "allow" }, { "prefix": "x" }] },
    "mcpTools": { "rules": [{ "pattern": "get_*", "action": "ask" }] }
  }
}"#,
        ),
        (
            ".junie/mcp/mcp.json",
            r#"{ "mcpServers": { "m": { "command": "m", "env": [], "autoApprove": ["delete"] } } }"#,
        ),
        (".junie/guidelines.md", "Be kind.\n"),
    ]);
    let main = agent(&inventory, "junie", "junie");
    assert_eq!(
        rules(main),
        ["asked */get_* 6:29", "auto terminal(prefix git ) 5:50", "prompted terminal 5:22", "auto * 2:3"]
    );
    assert_eq!(
        settings(main),
        [
            "Ineffective: m.autoApprove: delete 1:69",
            "ClassifierApproves: allowReadonlyCommands: true 3:3",
            "ApprovalsOff: defaultBehavior: allow 2:3",
        ]
    );
    assert_eq!(instructions(main), [".junie/guidelines.md rules organization pinned"]);
    assert_eq!(problems(&inventory), ["an odd rule under `executables` 5:91"]);
}

#[test]
fn clients_with_a_list_of_servers_only() {
    let inventory = read(&[
        (".warp/.mcp.json", r#"{ "mcpServers": { "w": { "command": "w" } } }"#),
        ("~/.lmstudio/mcp.json", r#"{ "mcpServers": { "l": { "command": "l" } } }"#),
        (".qwen/settings.json", r#"{ "theme": "dark" }"#),
    ]);
    assert_eq!(servers(agent(&inventory, "any-client", "any-client")), ["l on", "w on"]);
    assert_eq!((inventory.inputs.read, inventory.inputs.problems.len()), (3, 0));
}

#[test]
fn zed_s_sandbox_leaves_what_the_user_has_granted() {
    let user = "~/.config/zed/settings.json";
    let with = |path: &str, permissions: &str| {
        read(&[(path, &format!("{{ \"agent\": {{ \"sandbox_permissions\": {permissions} }} }}"))])
    };
    let sandbox = |permissions: &str| {
        let inventory = with(user, permissions);
        let main = agent(&inventory, "zed", "zed");
        let left =
            main.sandbox.as_ref().map(|it| format!("{:?} {:?} {}", it.network, it.files, it.place.column));
        (left, settings(main))
    };
    let granted = r#"{ "network_hosts": ["*.npmjs.org"], "write_paths": ["/cache"] }"#;
    assert_eq!(
        sandbox(granted),
        (
            Some(r#"Hosts(["*.npmjs.org"]) Workspace 14"#.to_owned()),
            vec!["WidensFiles: agent.sandbox_permissions.write_paths: /cache 1:89".to_owned()]
        )
    );
    let wide = r#"{ "allow_all_hosts": true, "allow_fs_write_all": true }"#;
    assert_eq!(
        sandbox(wide),
        (
            Some("Open Everything 14".to_owned()),
            vec!["WidensFiles: agent.sandbox_permissions.allow_fs_write_all: true 1:64".to_owned()]
        )
    );
    let left = r#"{ "allow_unsandboxed": true }"#;
    let hole = "SandboxEscape: agent.sandbox_permissions.allow_unsandboxed: true 1:39".to_owned();
    assert_eq!(sandbox(left), (None, vec![hole]));
    let project = with(".zed/settings.json", left);
    assert!(agent(&project, "zed", "zed").settings.is_empty());
}

#[test]
fn hooks_of_junie_run_from_the_user_s_file_alone() {
    let text = r#"{ "model": "m", "hooks": { "SessionStart": [{ "matcher": "startup", "hooks": [
  { "type": "command", "command": "npx login@1.0.0 --token abcd1234efgh" }] }] } }"#;
    let inventory = read(&[("~/.junie/config.json", text), (".junie/config.json", text)]);
    let main = agent(&inventory, "junie", "junie");
    let [hook] = main.hooks.as_slice() else { panic!("{:?}", main.hooks) };
    assert_eq!((hook.event.as_str(), hook.place.line, hook.may_approve), ("SessionStart", 2, false));
    assert_eq!(&*hook.place.path, "~/.junie/config.json");
    assert_eq!(hook.package.as_ref().map(|it| it.name.as_str()), Some("login"));
    assert_eq!(settings(main), ["Ineffective: hooks 1:17"]);
    assert_hidden(&inventory, "abcd1234efgh");
}
