//! `OpenClaw`.

use ambit_model::facts::{FileLimit, Network};

use crate::shown::{agent, assert_hidden, problems, rules, settings, tools};
use crate::support::read;

const SEVERAL: &str = r"{
  // JSON5
  gateway: { bind: 'lan', auth: { mode: 'none', token: 'abcd1234efgh' }, nodes: { denyCommands: ['sms.send'] } },
  agents: {
    defaults: { model: { primary: 'm' }, sandbox: { mode: 'non-main', workspaceAccess: 'rw' } },
    list: [
      { id: 'mail', tools: { profile: 'messaging', alsoAllow: ['exec'], deny: ['group:web'] }, subagents: { allowAgents: ['dev'] } },
      { id: 'dev', tools: { alsoAllow: ['cron'], exec: { security: 'allowlist', ask: 'on-miss' } } },
      { name: 'nameless' },
    ],
  },
  tools: { profile: 'minimal', exec: { security: 'full', ask: 'off' }, elevated: { enabled: true, allowFrom: { telegram: ['1'] } } },
  channels: {
    telegram: { dmPolicy: 'open', allowFrom: ['*'], botToken: '123456:abcd1234efgh' },
    discord: { enabled: false, dmPolicy: 'open' },
    slack: { groupPolicy: 'open', appToken: { source: 'env', id: 'SLACK_APP_TOKEN' } },
  },
  bindings: [{ agentId: 'mail', match: { channel: 'telegram' } }],
  plugins: { entries: { one: { enabled: true }, two: { enabled: false } } },
}";

#[test]
fn each_agent_has_its_own_tools_and_strangers_reach_the_bound_one() {
    let inventory = read(&[(".openclaw/openclaw.json", SEVERAL)]);
    let main = agent(&inventory, "openclaw", "openclaw");
    assert_eq!(tools(main), Some(vec!["session_status".to_owned()]));
    assert_eq!(rules(main), ["denied nodes(exact sms.send) 3:98", "auto exec 12:40"]);
    assert_eq!(
        settings(main),
        [
            "ApprovalsOff: tools.exec: security full, ask off 12:40",
            "SandboxEscape: tools.elevated: allowed from telegram 12:72",
            "ExposesControl: gateway: bind lan, auth none 3:14",
            "RunsCommand: plugins.entries.one 19:25",
            "OpenToStrangers: channels.slack.groupPolicy: open 16:14",
        ]
    );
    let bound = agent(&inventory, "openclaw", "mail");
    assert!(settings(bound).contains(&"OpenToStrangers: channels.telegram.dmPolicy: open 14:17".to_owned()));
    let own = ["message", "sessions_list", "sessions_history", "sessions_send", "session_status", "exec"];
    assert_eq!(tools(bound), Some(own.map(str::to_owned).to_vec()));
    let texts = rules(bound);
    assert!(texts.contains(&"denied web_fetch 7:80".to_owned()), "{texts:?}");
    assert!(texts.contains(&"auto sessions_spawn(exact dev) 7:123".to_owned()), "{texts:?}");
    let dev = agent(&inventory, "openclaw", "dev");
    assert_eq!(tools(dev), Some(["session_status", "cron"].map(str::to_owned).to_vec()));
    assert!(rules(dev).contains(&"prompted exec 8:81".to_owned()), "{:?}", rules(dev));
    assert_eq!(problems(&inventory), ["an agent without an `id` 9:7"]);
}

#[test]
fn credentials_and_the_sandbox_of_the_gateway() {
    let inventory = read(&[(".openclaw/openclaw.json", SEVERAL)]);
    let main = agent(&inventory, "openclaw", "openclaw");
    let names: Vec<&str> = main.credentials.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["token", "botToken", "SLACK_APP_TOKEN"]);
    let sandbox = main.sandbox.as_ref().expect("a sandbox");
    assert!(sandbox.enabled);
    assert_eq!((&sandbox.network, sandbox.files), (&Network::Closed, FileLimit::Workspace));
    assert!(sandbox.escape.is_some(), "elevated commands leave it");
    assert_hidden(&inventory, "abcd1234efgh");
}

#[test]
fn a_list_right_under_agents_is_mapped_and_reported() {
    let inventory = read(&[(
        ".openclaw/openclaw.json",
        r#"{ "gateway": { "port": 1 }, "agents": [{ "id": "a", "tools": ["web_search"], "telegram": { "botToken": "${T}" } }] }"#,
    )]);
    assert_eq!(tools(agent(&inventory, "openclaw", "a")), Some(vec!["web_search".to_owned()]));
    assert_eq!(problems(&inventory), ["`agents` is a list, which no known version reads 1:29"]);
    assert_eq!(agent(&inventory, "openclaw", "a").credentials.len(), 1);
}
