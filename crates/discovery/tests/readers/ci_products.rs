//! What each product does in a job with its inputs and flags.

use crate::ci_shown::{agents, facts, named, stated};
use crate::shown::{problems, servers, settings};
use crate::support::read;

/// A workflow with one job `a` that anybody starts, and this step.
fn job(step: &str) -> ambit_model::Inventory {
    let indented: Vec<String> = step.lines().map(|it| format!("        {it}")).collect();
    let step = indented.join("\n").replacen("        ", "      - ", 1);
    let text = format!(
        "on: {{ issues: {{ types: [opened] }} }}\npermissions: {{ contents: read, id-token: write }}\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/checkout@v4\n        with: {{ persist-credentials: false }}\n{step}\n"
    );
    read(&[(".github/workflows/w.yml", &text)])
}

#[test]
fn claude_s_action_lets_writers_in_and_answers_where_it_has_no_prompt() {
    let inventory =
        job("uses: anthropics/claude-code-action@v1\nwith:\n  anthropic_api_key: ${{ secrets.K }}\n");
    let agent = named(&inventory, "w/a");
    assert_eq!(
        facts(agent, &["start", "prompt", "tool", "package"]),
        [
            "package github-action/anthropics/claude-code-action Movable(\"v1\") 9",
            "prompt `title, body and comments of the issue or pull request` public 1",
            "start issues organization with text guarded by 9 1",
            "tool git-push.sh: writes recoverable workspace store:repository 9",
            "tool update_claude_comment: sends partner channel:repository 9",
        ]
    );
    assert_eq!(
        stated(agent),
        [
            "denied websearch 9:9",
            "denied webfetch 9:9",
            "auto bash(prefix git add) 9:9",
            "auto bash(prefix git commit) 9:9",
            "auto bash(prefix git rm) 9:9",
            "auto edit 9:9",
            "auto write 9:9",
        ]
    );
    // The token of its application writes whatever the job's may.
    let tokens = facts(agent, &["token GITHUB_TOKEN: writes"]);
    assert!(tokens.contains(&"token GITHUB_TOKEN: writes store:repository likely".to_owned()), "{tokens:?}");
    assert_eq!(facts(agent, &["token ACTIONS"]), Vec::<String>::new());
}

#[test]
fn a_prompt_and_a_token_of_one_s_own_make_the_action_another() {
    let inventory = job("uses: anthropics/claude-code-action@0123456789012345678901234567890123456789
with:
  prompt: |
    Title: ${{ github.event.issue.title }}
  github_token: ${{ github.token }}
  allowed_non_write_users: '*'
  claude_args: |
    # a note
    --allowedTools \"Read,Bash(gh issue view:*),mcp__github__add_issue_comment\"
    --model some-model --max-turns 5
    --mcp-config '{\"mcpServers\": {\"own\": {\"command\": \"npx\", \"args\": [\"-y\", \"some-server@1.0.0\"]}}}'
    --disallowedTools WebFetch
  settings: |
    { \"permissions\": { \"allow\": [\"Bash(make test)\"] } }
  direct_prompt: gone
");
    let agent = named(&inventory, "w/a");
    assert_eq!(
        facts(agent, &["start", "prompt", "tool", "package", "limit --", "model"]),
        [
            "limit --max-turns 5",
            "model some-model 18",
            "package github-action/anthropics/claude-code-action Digest(\"0123456789012345678901234567890123456789\") 9",
            "prompt `github.event.issue.title` public among instructions 12",
            "start issues public 1",
            "tool mcp__github__add_issue_comment: sends partner channel:repository 9",
        ]
    );
    assert_eq!(
        stated(agent),
        [
            "denied webfetch 20:31",
            "auto read 17:29",
            "auto bash(prefix gh issue view) 17:34",
            "auto bash(exact make test) 22:42",
        ]
    );
    assert_eq!(
        settings(agent),
        [
            "OpenToStrangers: allowed_non_write_users: * 14:11",
            "Ineffective: direct_prompt in claude-code-action v1 23:11",
        ]
    );
    assert_eq!(servers(agent), ["own on"]);
    assert_eq!((agent.servers[0].place.line, agent.servers[0].place.column), (19, 43));
}

#[test]
fn the_beta_of_claude_s_action_has_other_inputs() {
    let inventory = job("uses: anthropics/claude-code-action@beta
with:
  allowed_tools: |
    Bash(npm test)
    mcp__own__it
  disallowed_tools: WebSearch
  mcp_config: /tmp/nowhere.json
  max_turns: '3'
  timeout_minutes: '9'
");
    let agent = named(&inventory, "w/a");
    let rules = stated(agent);
    assert!(rules.contains(&"auto bash(exact npm test) 12:13".to_owned()), "{rules:?}");
    assert!(rules.contains(&"auto own/it 13:13".to_owned()), "{rules:?}");
    assert!(rules.contains(&"denied websearch 14:29".to_owned()), "{rules:?}");
    assert!(rules.contains(&"auto bash(prefix git push) 9:9".to_owned()), "{rules:?}");
    assert_eq!(
        facts(agent, &["unresolved", "limit max", "limit timeout"]),
        ["limit max_turns: 3", "limit timeout_minutes: 9", "unresolved servers 15"]
    );
}

#[test]
fn flags_of_claude_s_command_line() {
    let run = |flags: &str| job(&format!("run: claude -p x {flags}"));
    let all = run("--dangerously-skip-permissions");
    assert_eq!(stated(named(&all, "w/a")), ["auto * 9:26"]);
    assert_eq!(settings(named(&all, "w/a")), ["ApprovalsOff: --dangerously-skip-permissions 9:26"]);
    let edits = run("--permission-mode acceptEdits");
    assert_eq!(stated(named(&edits, "w/a")), ["auto edit 9:44", "auto write 9:44"]);
    let odd = run("--permission-mode nonsense");
    assert_eq!(problems(&odd), ["no permission mode is called `nonsense` 9:44"]);
    let command = run("").inputs.problems.len();
    assert_eq!(command, 0);
    let slash = job("run: claude -p \"/fix-it now\"");
    assert_eq!(
        problems(&slash),
        ["the prompt is the command `/fix-it`, which no file that was read has 9:25"]
    );
}

#[test]
fn a_command_that_the_prompt_is_counts() {
    let inventory = read(&[
        (
            ".github/workflows/w.yml",
            "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/checkout@v4\n      - run: claude -p \"/fix now\"\n",
        ),
        (".claude/commands/fix.md", "---\nallowed-tools: Bash(make:*)\n---\nFix.\n"),
        (".claude/commands/other.md", "---\nallowed-tools: Bash(rm:*)\n---\nOther.\n"),
    ]);
    assert_eq!(stated(named(&inventory, "w/a")), ["auto bash(prefix make) 2:1"]);
    assert_eq!(problems(&inventory), Vec::<String>::new());
}

#[test]
fn servers_that_a_script_adds_are_the_agent_s() {
    let inventory = job("run: |
  claude mcp add docs -e TOKEN=x -- npx -y docs-server@1.0.0
  claude mcp add --transport http far https://mcp.example.com/mcp
  claude -p x --allowedTools mcp__docs");
    assert_eq!(servers(named(&inventory, "w/a")), ["docs on", "far on"]);
}

#[test]
fn codex_keeps_to_its_sandbox() {
    let sandbox = |step: &str| {
        let inventory = job(step);
        let agent = named(&inventory, "w/a");
        let it = agent.sandbox.as_ref().expect("a sandbox");
        format!("{} {:?} {:?}", it.enabled, it.files, it.network)
    };
    assert_eq!(sandbox("uses: openai/codex-action@v1\nwith: { prompt: x }"), "true Workspace Closed");
    assert_eq!(
        sandbox("uses: openai/codex-action@v1\nwith: { prompt: x, sandbox: read-only }"),
        "true ReadOnly Closed"
    );
    assert_eq!(
        sandbox("uses: openai/codex-action@v1\nwith: { prompt: x, safety-strategy: read-only }"),
        "true ReadOnly Closed"
    );
    assert_eq!(
        sandbox("uses: openai/codex-action@v1\nwith: { prompt: x, sandbox: danger-full-access }"),
        "false Everything Open"
    );
    assert_eq!(
        sandbox(
            "uses: openai/codex-action@v1\nwith: { prompt: x, codex-args: '-c sandbox_workspace_write.network_access=true' }"
        ),
        "true Workspace Open"
    );
    assert_eq!(sandbox("run: codex exec x"), "true ReadOnly Closed");
    assert_eq!(sandbox("run: codex exec --full-auto x"), "true Workspace Closed");
    assert_eq!(sandbox("run: codex exec -s workspace-write x"), "true Workspace Closed");
    assert_eq!(sandbox("run: codex exec --yolo x"), "false Everything Open");
    assert_eq!(
        sandbox(
            "run: |\n  mkdir -p ~/.codex\n  cat > ~/.codex/config.toml <<'EOF'\n  sandbox_mode = \"workspace-write\"\n  EOF\n  codex exec x"
        ),
        "true ReadOnly Closed"
    );
}

#[test]
fn codex_s_action_keeps_strangers_and_its_key_away() {
    let inventory = job("uses: openai/codex-action@v1
with:
  openai-api-key: ${{ secrets.K }}
  prompt: ${{ github.event.issue.body }}
  codex-version: 0.50.0");
    let agent = named(&inventory, "w/a");
    assert_eq!(
        facts(agent, &["start", "prompt", "credential", "package", "guard"]),
        [
            "guard safety-strategy drop-sudo 9",
            "package github-action/openai/codex-action Movable(\"v1\") 9",
            "package npm/@openai/codex Exact(\"0.50.0\") 13",
            // Whoever opens the issue is who starts it.
            "prompt `github.event.issue.body` organization among instructions 12",
            "start issues organization guarded by 9 1",
        ]
    );
    let open = job("uses: openai/codex-action@v1
with:
  openai-api-key: ${{ secrets.K }}
  prompt: ${{ github.event.issue.body }}
  allow-users: '*'
  safety-strategy: unsafe");
    let agent = named(&open, "w/a");
    assert_eq!(
        facts(agent, &["start", "prompt", "credential", "guard"]),
        [
            "credential OPENAI_API_KEY openai-key 11",
            "prompt `github.event.issue.body` public among instructions 12",
            "start issues public 1",
        ]
    );
    assert_eq!(settings(agent)[0], "OpenToStrangers: allow-users: * 13:11");
}

#[test]
fn gemini_s_action_asks_nobody_and_its_settings_bound_it() {
    let inventory = job("uses: google-github-actions/run-gemini-cli@v0
env:
  ISSUE_BODY: ${{ github.event.issue.body }}
with:
  gemini_api_key: ${{ secrets.K }}
  gemini_cli_version: 0.9.0
  prompt: /gemini-triage
  settings: |-
    {
      \"debug\": ${{ fromJSON(vars.D || false) }},
      \"model\": { \"maxSessionTurns\": 25 },
      \"tools\": { \"core\": [\"run_shell_command(echo)\", \"read_file\"] },
      \"mcpServers\": { \"github\": { \"command\": \"docker\", \"args\": [\"run\", \"ghcr.io/github/github-mcp-server:v1\"], \"includeTools\": [\"issue_read\"] } }
    }");
    let agent = named(&inventory, "w/a");
    assert_eq!(
        facts(agent, &["start", "prompt", "credential", "package", "limit max", "server"]),
        [
            "credential GEMINI_API_KEY google-api-key 13",
            "limit maxSessionTurns: 25",
            "package github-action/google-github-actions/run-gemini-cli Movable(\"v0\") 9",
            "package npm/@google/gemini-cli Exact(\"0.9.0\") 14",
            "prompt `github.event.issue.body` public among instructions 11",
            "server github only issue_read 21",
            "start issues public 1",
        ]
    );
    assert_eq!(
        stated(agent),
        ["auto run_shell_command(prefix echo) 20:35", "denied run_shell_command 20:26", "auto * 9:9",]
    );
    assert_eq!(problems(&inventory), Vec::<String>::new());
    let line =
        job("run: gemini --approval-mode=auto_edit --allowed-tools 'run_shell_command(git status)' -p x");
    assert_eq!(
        stated(named(&line, "w/a")),
        ["auto run_shell_command(prefix git status) 9:63", "auto write_file 9:21", "auto replace 9:21"]
    );
}

#[test]
fn other_clients_by_their_flags() {
    let rules = |step: &str| stated(named(&job(step), "w/a"));
    assert_eq!(rules("run: copilot -p x --allow-all-tools"), ["auto * 9:27"]);
    assert_eq!(
        rules(
            "run: copilot -p x --allow-tool 'shell(git:*)' --allow-tool write --deny-tool 'shell(git push)'"
        ),
        ["denied shell(exact git push) 9:86", "auto shell(prefix git) 9:40", "auto write 9:68"]
    );
    assert_eq!(rules("run: cursor-agent -p --force x"), ["auto * 9:30"]);
    assert_eq!(
        rules("run: cursor-agent -p x"),
        ["denied write 9:14", "denied shell 9:14", "denied */* 9:14"]
    );
    assert_eq!(
        rules("run: q chat --no-interactive --trust-tools=fs_read,@git/log x"),
        ["auto fs_read 9:38", "auto git/log 9:38"]
    );
    assert_eq!(rules("run: goose run -t x"), Vec::<String>::new());
    assert_eq!(rules("env: { GOOSE_MODE: chat }\nrun: goose run -t x"), ["denied * 9:16"]);
    let goose = job(
        "run: goose run -t x --with-extension 'A=b npx -y some-server@1.0.0' --with-builtin memory --max-turns 3",
    );
    let agent = named(&goose, "w/a");
    assert_eq!(
        facts(agent, &["server", "unresolved", "limit --"]),
        ["limit --max-turns 3", "server some-server@1.0.0 9", "unresolved extensions 9"]
    );
    let opencode = job("uses: sst/opencode/github@latest\nwith: { model: a/b }");
    assert_eq!(
        facts(named(&opencode, "w/a"), &["start", "tool", "model", "package"]),
        [
            "model a/b 10",
            "package github-action/sst/opencode/github Movable(\"latest\") 9",
            "start issues organization with text guarded by 9 1",
            "tool comment: sends partner channel:repository 9",
            "tool push: writes recoverable workspace store:repository 9",
        ]
    );
    let unknown = job("run: droid exec --auto high 'do it'");
    assert_eq!(agents(&unknown), ["factory-droid w/a"]);
    assert_eq!(facts(named(&unknown, "w/a"), &["unresolved"]), ["unresolved tools 9"]);
    assert_eq!(rules("run: aider --yes-always --message x"), ["auto web 9:20"]);
}

#[test]
fn no_secret_of_a_workflow_is_shown() {
    let secret = "sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789";
    let inventory = job(&format!(
        "env:\n  ANTHROPIC_API_KEY: {secret}\nrun: |\n  claude -p x --allowedTools 'Bash(curl -H \"Authorization: Bearer abcDEF123456789\":*)'"
    ));
    crate::shown::assert_hidden(&inventory, secret);
    crate::shown::assert_hidden(&inventory, "abcDEF123456789");
    let agent = named(&inventory, "w/a");
    assert!(
        agent.credentials.iter().any(|it| it.value.is_some() && it.place.line == 10),
        "{:?}",
        agent.credentials
    );
}

/// A workflow of this event, condition and permissions with Claude's action.
fn mentioned(event: &str, condition: &str, action: &str) -> ambit_model::Inventory {
    let text = format!(
        "on: {event}\njobs:\n  a:\n    if: {condition}\n    permissions: {{ contents: read, actions: read }}\n    runs-on: x\n    steps:\n      - uses: actions/checkout@v4\n        with: {{ persist-credentials: false }}\n      - {action}\n"
    );
    read(&[(".github/workflows/w.yml", &text)])
}

const V1: &str =
    "{ uses: anthropics/claude-code-action@v1, with: { anthropic_api_key: '${{ secrets.K }}' } }";

#[test]
fn claude_s_action_checks_out_the_change_that_it_is_asked_about() {
    let found = |event: &str, condition: &str, action: &str| {
        facts(named(&mentioned(event, condition, action), "w/a"), &["keeps", "runner runs"])
    };
    let foreign = ["keeps store:change/w/a reads public run 10", "runner runs code of outsiders 10"];
    assert_eq!(found("issue_comment", "true", V1), foreign);
    assert_eq!(found("issue_comment", "github.event.issue.pull_request", V1), foreign);
    assert_eq!(found("pull_request_target", "true", V1), foreign);
    let none = Vec::<String>::new();
    assert_eq!(found("issue_comment", "'!github.event.issue.pull_request'", V1), none);
    assert_eq!(found("issues", "true", V1), none);
    assert_eq!(found("pull_request_review", "true", V1), none, "a fork gets no key");
    let beta = V1.replace("@v1", "@beta");
    assert_eq!(found("issue_comment", "true", &beta), none, "it looks for the branch here only");
    let prompted = V1.replace("with: {", "with: { prompt: x,");
    assert_eq!(found("issue_comment", "true", &prompted), none);
    let tracked = V1.replace("with: {", "with: { prompt: x, track_progress: true,");
    assert_eq!(found("issue_comment", "true", &tracked), foreign);
}

#[test]
fn what_builds_of_a_change_say_takes_a_token_that_may_read_it() {
    let found = |event: &str, action: &str| {
        facts(named(&mentioned(event, "true", action), "w/a"), &["tool mcp", "tool git"])
    };
    let results = [
        "tool git-push.sh: writes recoverable workspace store:repository 10",
        "tool mcp__github_ci__download_job_log: ingests public channel:changes 10",
        "tool mcp__github_ci__get_ci_status: ingests public channel:changes 10",
        "tool mcp__github_ci__get_workflow_run_details: ingests public channel:changes 10",
    ];
    assert_eq!(found("issue_comment", V1), results);
    assert_eq!(found("issues", V1), results[..1]);
    // One that is approved besides is the same tool.
    let approved =
        V1.replace("with: {", "with: { claude_args: '--allowedTools mcp__github_ci__get_ci_status',");
    assert_eq!(found("issue_comment", &approved), results);
    // The beta pushes with the command itself.
    assert_eq!(found("issue_comment", &V1.replace("@v1", "@beta")), Vec::<String>::new());
    // Without `actions: read` the server does not start.
    let without = job("uses: anthropics/claude-code-action@v1\nwith:\n  anthropic_api_key: ${{ secrets.K }}");
    assert_eq!(facts(named(&without, "w/a"), &["tool mcp"]), Vec::<String>::new());
}

/// A model that is asked once has no tools; what a later step does with its answer is what it can do.
#[test]
fn a_model_is_an_agent_where_a_later_step_acts_on_its_answer() {
    let asked = "uses: ai-action/ollama-action@v1\nid: label\nwith:\n  model: tinyllama\n  prompt: ${{ github.event.issue.body }}\n";
    assert_eq!(agents(&job(asked)), Vec::<String>::new());
    let text = format!(
        "on: {{ issues: {{ types: [opened] }} }}\njobs:\n  a:\n    runs-on: x\n    steps:\n      - {}      - env: {{ LABELS: '${{{{ steps.label.outputs.response }}}}' }}\n        run: gh issue edit 1 --add-label \"$LABELS\"\n",
        asked.replace('\n', "\n        ").trim_end_matches(' ')
    );
    let inventory = read(&[(".github/workflows/w.yml", &text)]);
    let agent = named(&inventory, "w/a");
    assert_eq!(
        facts(agent, &["start", "tool", "model", "prompt `"]),
        [
            "model tinyllama 9",
            "prompt `github.event.issue.body` public among instructions 10",
            "start issues public 1",
            "tool answer: sends partner channel:repository 11",
        ]
    );
    // With a server of its own it may do more.
    let served = "uses: actions/ai-inference@v2\nwith: { prompt: hello, enable-github-mcp: true }";
    assert_eq!(facts(named(&job(served), "w/a"), &["unresolved"]), ["unresolved tools 10"]);
}

/// Copies of an action under another owner, and where a client had one before.
#[test]
fn copies_of_an_action_are_read_as_the_original() {
    let copied = job("uses: somebody/claude-code-action@v1\nwith: { prompt: hello }");
    assert_eq!(agents(&copied), ["claude-code w/a"]);
    let old = job("uses: openai/codex/.github/actions/codex@main\nwith: { codex_args: --full-auto }");
    assert_eq!(agents(&old), ["codex w/a"]);
    assert_eq!(agents(&job("uses: somebody/github@v1")), Vec::<String>::new());
}
