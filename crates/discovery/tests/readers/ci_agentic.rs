//! Agentic workflows of GitHub.

use crate::ci_shown::{agents, facts, named, stated};
use crate::shown::{problems, servers, settings};
use crate::support::read;

fn workflow(front: &str, body: &str) -> ambit_model::Inventory {
    let text = format!("---\n{front}---\n{body}\n");
    read(&[(".github/workflows/w.md", &text)])
}

const NO_LOCK: &str = "no `.github/workflows/w.lock.yml`: the workflow does not run before it is compiled";

#[test]
fn front_matter_says_who_starts_it_with_which_tools_and_what_it_may_write() {
    let inventory = workflow(
        "on:
  issues: { types: [opened] }
permissions: read-all
network:
  allowed: [defaults, python, 'api.example.com']
tools:
  web-fetch:
  bash: ['make test', 'git:*']
  edit: false
  github: { toolsets: [issues, code_security], min-integrity: none }
  cache-memory: true
safe-outputs:
  add-comment:
  add-labels: { max: 3 }
  create-issue: { staged: true }
  threat-detection: false
timeout-minutes: 10
",
        "Triage ${{ steps.sanitized.outputs.text }} now.",
    );
    assert_eq!(agents(&inventory), ["copilot-cli w/agent"]);
    let agent = named(&inventory, "w/agent");
    assert_eq!(
        facts(agent, &["start", "prompt", "tool", "keeps", "limit", "guard", "token", "runner"]),
        [
            "keeps memory:cache-memory/.github/workflows/w reads writes everybody 12",
            "limit timeout-minutes: 10",
            "prompt `text of the issue` organization among instructions 20",
            "runner network api.example.com files.pythonhosted.org pypi.org",
            "start issues organization guarded by 2 3",
            "tool add-comment: sends partner channel:repository 14",
            "tool add-labels: writes reversible workspace store:repository/issues 15",
            "tool create-issue: nothing 16",
            "tool github: ingests public channel:repository 11",
            "tool github: reads confidential store:repository/alerts 11",
            "tool github: reads internal store:repository 11",
        ]
    );
    let rules = stated(agent);
    for rule in [
        "auto url 8:3",
        "denied write 10:3",
        "auto shell(exact make test) 9:10",
        "auto shell(prefix git) 9:23",
        "denied shell 9:3",
    ] {
        assert!(rules.contains(&rule.to_owned()), "{rule} in {rules:?}");
    }
    assert!(agent.sandbox.as_ref().is_some_and(|it| it.enabled && it.hides_home));
    assert_eq!(problems(&inventory), [format!("{NO_LOCK} 2:1")]);
}

#[test]
fn what_is_not_said_is_what_the_compiler_does() {
    let inventory = workflow("on: daily\nengine: claude\nsafe-outputs:\n  create-pull-request:\n", "Work.");
    let agent = named(&inventory, "w/agent");
    assert_eq!(agent.client, "claude-code");
    let rules = stated(agent);
    for rule in ["auto bash 3:1", "auto edit 3:1", "denied webfetch 3:1", "denied websearch 3:1"] {
        assert!(rules.contains(&rule.to_owned()), "{rule} in {rules:?}");
    }
    assert_eq!(
        facts(agent, &["start", "guard", "limit", "runner", "tool create"]),
        [
            "guard threat-detection a model that looks through what it wants written 4",
            "limit 20 minutes, unless told otherwise",
            "runner network closed",
            "start schedule organization 2",
            "tool create-pull-request: sends partner channel:repository 5",
            "tool create-pull-request: writes recoverable workspace store:repository 5",
        ]
    );
}

#[test]
fn roles_forks_commands_and_labels() {
    let starts =
        |on: &str| facts(named(&workflow(&format!("on:\n{on}engine: codex\n"), "x"), "w/agent"), &["start"]);
    assert_eq!(starts("  issue_comment:\n"), ["start issue_comment organization guarded by 2 3"]);
    assert_eq!(starts("  issue_comment:\n  roles: all\n"), ["start issue_comment public 3"]);
    assert_eq!(
        starts("  pull_request_target:\n  roles: all\n"),
        ["start pull_request_target organization guarded by 3 3"]
    );
    assert_eq!(
        starts("  pull_request_target: { forks: ['*'] }\n  roles: all\n"),
        ["start pull_request_target public 3"]
    );
    assert_eq!(starts("  label_command: go\n").len(), 3);
    assert_eq!(
        starts("  slash_command: { name: go, events: [issue_comment] }\n"),
        ["start issue_comment organization guarded by 2 3"]
    );
    assert_eq!(
        starts("  workflow_dispatch:\n  reaction: eyes\n  stop-after: +1mo\n"),
        ["start workflow_dispatch organization 3"]
    );
}

#[test]
fn parts_are_taken_in_and_far_ones_are_named() {
    let inventory = read(&[
        (
            ".github/workflows/w.md",
            "---\non: push\nengine: claude\nimports:\n  - shared/tools.md\n  - acme/parts/more.md@main\n  - shared/gone.md\n---\nWork.\n",
        ),
        (
            ".github/workflows/shared/tools.md",
            "---\nmcp-servers:\n  box:\n    container: ghcr.io/acme/box\n    version: '1'\n    allowed: [one]\nsafe-outputs:\n  add-comment:\n---\nMore.\n",
        ),
        (".github/workflows/README.md", "# Workflows\n"),
    ]);
    assert_eq!(agents(&inventory), ["claude-code w/agent"]);
    let agent = named(&inventory, "w/agent");
    assert_eq!(servers(agent), ["box on"]);
    assert_eq!(
        facts(agent, &["server", "tool add", "unresolved"]),
        [
            "server box only one 3",
            "tool add-comment: sends partner channel:repository 8",
            "unresolved imports 6"
        ]
    );
    assert_eq!(
        problems(&inventory),
        [format!("{NO_LOCK} 2:1"), "`shared/gone.md` is imported, and no such file was read 7:5".to_owned(),]
    );
}

#[test]
fn a_firewall_that_is_off_is_said() {
    let inventory =
        workflow("on: push\nengine: claude\nsandbox:\n  agent: false\ntools:\n  bash: true\n", "x");
    let agent = named(&inventory, "w/agent");
    assert_eq!(settings(agent), ["SandboxOff: sandbox: off 5:3"]);
    assert_eq!(facts(agent, &["runner"]), ["runner network open"]);
    assert_eq!(agent.sandbox, None);
}

#[test]
fn the_compiled_workflow_is_compared_with_its_source() {
    let source = "---\non: { issues: {} }\nengine: claude\npermissions: { contents: read }\n---\nWork.\n";
    let lock = |engine: &str, on: &str, permissions: &str| {
        let text = format!(
            "# gh-aw-metadata: {{\"agent_id\":\"{engine}\"}}\n\non: {on}\njobs:\n  agent:\n    permissions: {permissions}\n    runs-on: x\n    steps:\n      - run: claude -p x\n"
        );
        let inventory = read(&[(".github/workflows/w.md", source), (".github/workflows/w.lock.yml", &text)]);
        assert_eq!(agents(&inventory), ["claude-code w/agent"]);
        problems(&inventory)
    };
    assert_eq!(
        lock("claude", "{ issues: {}, workflow_dispatch: {} }", "{ contents: read }"),
        Vec::<String>::new()
    );
    assert_eq!(
        lock("copilot", "{ issues: {} }", "{ contents: read }"),
        [
            "`.github/workflows/w.lock.yml` differs: it was compiled for the engine `copilot`, and here it is `claude` 3:1"
        ]
    );
    assert_eq!(
        lock("claude", "{ pull_request_target: {} }", "{ contents: write }"),
        [
            "`.github/workflows/w.lock.yml` differs: it is also started by `pull_request_target` 2:1",
            "`.github/workflows/w.lock.yml` differs: it is not started by `issues` 2:1",
            "`.github/workflows/w.lock.yml` differs: its agent may write `contents` 4:1",
        ]
    );
    let alone = "# gh-aw-metadata: {\"agent_id\":\"claude\"}\non: push\njobs:\n  agent:\n    steps:\n      - run: claude -p x\n";
    let inventory = read(&[(".github/workflows/w.lock.yml", alone)]);
    assert_eq!(agents(&inventory), Vec::<String>::new());
    assert_eq!(problems(&inventory).len(), 1);
}

#[test]
fn words_that_are_not_known_are_said() {
    let inventory = workflow(
        "on: push\nnetwork: { allowed: [nonsense] }\nsafe-outputs:\n  do-magic:\n  jobs: { own: { runs-on: x } }\ntools: { serena: {} }\n",
        "x",
    );
    let said = problems(&inventory);
    assert!(
        said.contains(&"`nonsense` names no ecosystem that is known and no host 3:22".to_owned()),
        "{said:?}"
    );
    assert!(said.contains(&"no safe output is called `do-magic` 5:3".to_owned()), "{said:?}");
    assert_eq!(
        facts(named(&inventory, "w/agent"), &["tool do", "tool own", "unresolved"]),
        ["tool do-magic: unknown 5", "tool own: unknown 6", "unresolved tools 7"]
    );
}
