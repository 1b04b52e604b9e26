//! Workflows of GitHub: who can start an agent, what strangers put into it, and what lies around it.

use crate::ci_shown::{agents, facts, named, stated};
use crate::shown::problems;
use crate::support::read;

fn workflow(text: &str) -> ambit_model::Inventory {
    read(&[(".github/workflows/ci.yml", text)])
}

const STEP: &str = "      - uses: actions/checkout@v4
      - uses: anthropics/claude-code-base-action@v1
        with:
          anthropic_api_key: ${{ secrets.ANTHROPIC_API_KEY }}
          prompt: Look at ${{ github.event.issue.title }}
";

#[test]
fn an_agent_is_there_with_its_trigger_and_without_a_main_agent() {
    let text = format!(
        "on:\n  issues:\n    types: [opened]\njobs:\n  triage:\n    runs-on: ubuntu-latest\n    steps:\n{STEP}"
    );
    let inventory = workflow(&text);
    assert_eq!(agents(&inventory), ["claude-code ci/triage"]);
    let agent = named(&inventory, "ci/triage");
    assert_eq!((agent.parent.as_deref(), agent.placed, agent.at.as_str()), (None, true, ""));
    assert_eq!(agent.places[0].line, 9);
    assert_eq!(
        facts(agent, &["start", "prompt", "credential", "runner", "package"]),
        [
            "credential ANTHROPIC_API_KEY anthropic-key 11",
            "package github-action/anthropics/claude-code-base-action Movable(\"v1\") 9",
            "prompt `github.event.issue.title` public among instructions 12",
            "runner network open",
            "start issues public 2",
        ]
    );
    assert_eq!(problems(&inventory), Vec::<String>::new());
}

#[test]
fn who_can_start_it_depends_on_event_activity_condition_and_secrets() {
    let cases = [
        ("issues: { types: [labeled] }", "", "start issues organization 2"),
        ("issues: { types: [opened] }", "", "start issues public 2"),
        (
            "issue_comment: {}",
            "    if: contains(github.event.comment.body, '/ai')\n",
            "start issue_comment public 2",
        ),
        (
            "issue_comment: {}",
            "    if: contains(fromJSON('[\"OWNER\",\"MEMBER\"]'), github.event.comment.author_association)\n",
            "start issue_comment organization guarded by 5 2",
        ),
        (
            "issue_comment: {}",
            "    if: github.actor == 'somebody'\n",
            "start issue_comment organization guarded by 5 2",
        ),
        // A change from a fork gets no secrets with it, and the agent needs one.
        ("pull_request: {}", "", "start pull_request organization guarded by 10 2"),
        ("pull_request_target: {}", "", "start pull_request_target public 2"),
        ("pull_request_target: { types: [labeled] }", "", "start pull_request_target organization 2"),
        (
            "pull_request_target: {}",
            "    if: github.event.pull_request.head.repo.full_name == github.repository\n",
            "start pull_request_target organization guarded by 5 2",
        ),
        ("schedule: [{ cron: '0 0 * * *' }]", "", "start schedule organization 2"),
        ("workflow_dispatch: {}", "", "start workflow_dispatch organization 2"),
        ("repository_dispatch: {}", "", "start repository_dispatch organization 2"),
        ("push: {}", "", "start push organization 2"),
    ];
    for (event, condition, expected) in cases {
        let text = format!("on:\n  {event}\njobs:\n  a:\n{condition}    runs-on: x\n    steps:\n{STEP}");
        let inventory = workflow(&text);
        let found = facts(named(&inventory, "ci/a"), &["start"]);
        assert_eq!(found, [expected], "{event} {condition}");
    }
}

#[test]
fn the_word_on_is_a_word() {
    for on in ["on: issues", "'on': issues", "on: [issues]", "on:\n  issues:"] {
        let inventory = workflow(&format!("{on}\njobs:\n  a:\n    runs-on: x\n    steps:\n{STEP}"));
        assert_eq!(facts(named(&inventory, "ci/a"), &["start"]).len(), 1, "{on}");
    }
}

#[test]
fn a_check_of_roles_in_a_step_or_a_job_before_keeps_outsiders_out() {
    let text = "on: issue_comment
jobs:
  gate:
    runs-on: x
    outputs: { ok: '${{ steps.ask.outputs.ok }}' }
    steps:
      - id: ask
        uses: actions/github-script@v7
        with:
          script: |
            const r = await github.rest.repos.getCollaboratorPermissionLevel({});
            core.setOutput('ok', r.data.permission == 'write');
  work:
    needs: gate
    if: needs.gate.outputs.ok == 'true'
    runs-on: x
    steps:
      - run: claude -p 'go' --dangerously-skip-permissions
  inline:
    runs-on: x
    steps:
      - run: |
          gh api repos/x/y/collaborators/$A/permission --jq .permission | grep -q write || exit 1
      - run: claude -p go
";
    let inventory = workflow(text);
    assert_eq!(
        facts(named(&inventory, "ci/work"), &["start"]),
        ["start issue_comment organization guarded by 15 1"]
    );
    assert_eq!(
        facts(named(&inventory, "ci/inline"), &["start"]),
        ["start issue_comment organization guarded by 22 1"]
    );
}

#[test]
fn what_strangers_write_is_followed_through_variables_outputs_files_and_pipes() {
    let text = r#"on:
  issues: { types: [opened] }
  pull_request_target:
jobs:
  a:
    runs-on: x
    env:
      TITLE: ${{ github.event.issue.title }}
    steps:
      - id: pick
        run: |
          BODY="${{ github.event.issue.body }}"
          echo "text=$BODY" >> "$GITHUB_OUTPUT"
      - run: gh pr diff 1 > change.diff
      - run: |
          cat change.diff | claude -p "Review $TITLE: ${{ steps.pick.outputs.text }}"
  b:
    runs-on: x
    needs: c
    steps:
      - run: |
          codex exec "Look at $(gh issue view 3)" <<'EOF'
          ${{ needs.c.outputs.said }}
          EOF
  c:
    runs-on: x
    outputs: { said: '${{ steps.s.outputs.it }}' }
    steps:
      - id: s
        run: echo "it=${{ github.event.pull_request.title }}" >> $GITHUB_OUTPUT
  d:
    runs-on: x
    steps:
      - run: claude -p "Issue ${{ github.event.issue.number }} of ${{ github.repository }}"
"#;
    let inventory = workflow(text);
    assert_eq!(
        facts(named(&inventory, "ci/a"), &["prompt", "script"]),
        [
            "prompt `gh pr diff` public among instructions 14",
            "prompt `github.event.issue.title` public among instructions 8",
            "prompt `steps.pick.outputs.text` public among instructions 16",
            "script `github.event.issue.body` public 12",
            "script `steps.pick.outputs.text` public 16",
        ]
    );
    assert_eq!(
        facts(named(&inventory, "ci/b"), &["prompt"]),
        [
            "prompt `gh issue view` public among instructions 22",
            "prompt `needs.c.outputs.said` public among instructions 23",
        ]
    );
    assert_eq!(facts(named(&inventory, "ci/d"), &["prompt", "script"]), Vec::<String>::new());
}

#[test]
fn command_lines_are_found_with_their_columns() {
    let text = "on: push
jobs:
  a:
    runs-on: x
    steps:
      - name: Ask
        run: |
          set -e
          if ! timeout 5m npx -y @anthropic-ai/claude-code@1.2.3 -p \"x\" \\
              --allowedTools \"Read,Bash(git log:*)\" \\
              --max-turns 7 --model some-model; then exit 1; fi
          echo 'claude -p is not run here'
      - run: echo claude -p nothing
";
    let inventory = workflow(text);
    assert_eq!(agents(&inventory), ["claude-code ci/a"]);
    let agent = named(&inventory, "ci/a");
    assert_eq!((agent.places[0].line, agent.places[0].column), (9, 27));
    assert_eq!(stated(agent), ["auto read 10:31", "auto bash(prefix git log) 10:36"]);
    assert_eq!(
        facts(agent, &["package", "limit", "model"]),
        [
            "limit --max-turns 7",
            "limit 360 minutes, unless told otherwise",
            "model some-model 11",
            "package npm/@anthropic-ai/claude-code Exact(\"1.2.3\") 9",
        ]
    );
}

#[test]
fn several_agents_of_a_job_are_named_after_their_steps() {
    let text = "on: push
jobs:
  a:
    runs-on: x
    steps:
      - { id: one, run: claude -p x }
      - { name: 'Second, one!', run: claude -p x }
      - run: |
          claude -p x
          claude -p y
";
    let inventory = workflow(text);
    assert_eq!(
        agents(&inventory),
        [
            "claude-code ci/a/one",
            "claude-code ci/a/second-one",
            "claude-code ci/a/step-3",
            "claude-code ci/a/step-3-2",
        ]
    );
}

#[test]
fn tokens_do_what_the_job_says_and_the_file_where_it_does_not() {
    let job = "    steps:\n      - run: claude -p x\n        env: { GH_TOKEN: '${{ github.token }}' }\n";
    let lets = |above: &str, inside: &str| {
        let text = format!("on: push\n{above}jobs:\n  a:\n    runs-on: x\n{inside}{job}");
        facts(named(&workflow(&text), "ci/a"), &["token"])
    };
    assert_eq!(
        lets("permissions: { contents: read }\n", "    permissions:\n      issues: write\n"),
        [
            "token GH_TOKEN: ingests channel:repository certain",
            "token GH_TOKEN: sends channel:repository certain",
            "token GH_TOKEN: writes store:repository/issues certain",
        ]
    );
    assert_eq!(lets("permissions: {}\n", ""), Vec::<String>::new());
    assert_eq!(
        lets("permissions:\n  contents: write\n", ""),
        ["token GH_TOKEN: writes store:repository certain"]
    );
    let unknown = lets("", "");
    assert!(unknown.contains(&"token GH_TOKEN: writes store:repository possible".to_owned()), "{unknown:?}");
    let all = lets("permissions: write-all\n", "");
    assert!(all.contains(&"token GH_TOKEN: writes store:repository/runs certain".to_owned()), "{all:?}");
    let read = lets("permissions: read-all\n", "");
    assert!(!read.iter().any(|it| it.contains("writes")), "{read:?}");
    let cloud = lets("permissions:\n  id-token: write\n", "");
    assert_eq!(cloud, ["token ACTIONS_ID_TOKEN_REQUEST_TOKEN: reads store:cloud-identity possible"]);
}

#[test]
fn a_working_copy_keeps_a_token_unless_it_is_told_not_to() {
    let with = |with: &str| {
        let text = format!(
            "on: push\npermissions: {{ contents: write }}\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/checkout@v4\n{with}      - run: claude -p x\n"
        );
        facts(named(&workflow(&text), "ci/a"), &["token"])
    };
    assert_eq!(with(""), ["token .git/config: writes store:repository certain"]);
    assert_eq!(with("        with: { persist-credentials: false }\n"), Vec::<String>::new());
}

#[test]
fn code_of_outsiders_in_the_workspace_is_told() {
    let text = |event: &str, with: &str| {
        format!(
            "on: {event}\njobs:\n  a:\n    runs-on: x\n    env: {{ ANTHROPIC_API_KEY: '${{{{ secrets.K }}}}' }}\n    steps:\n      - uses: actions/checkout@v4\n        with:\n          fetch-depth: 1\n{with}      - run: claude -p x\n"
        )
    };
    let head = "          ref: ${{ github.event.pull_request.head.sha }}\n";
    let found = |event: &str, with: &str| {
        facts(named(&workflow(&text(event, with)), "ci/a"), &["runner runs", "keeps"])
    };
    assert_eq!(
        found("pull_request_target", head),
        ["keeps store:change/ci/a reads public run 10", "runner runs code of outsiders 10"]
    );
    assert_eq!(found("pull_request_target", ""), Vec::<String>::new());
    assert_eq!(found("pull_request", ""), Vec::<String>::new(), "a fork gets no key");
    assert_eq!(found("workflow_run", "          ref: ${{ github.event.workflow_run.head_sha }}\n").len(), 2);
    assert_eq!(found("push", head), Vec::<String>::new());
}

#[test]
fn what_a_step_before_leaves_of_the_network_bounds_the_runner() {
    let text = |policy: &str| {
        format!(
            "on: push\njobs:\n  a:\n    runs-on: [self-hosted, linux]\n    steps:\n      - uses: step-security/harden-runner@v2\n        with:\n          {policy}\n      - run: claude -p x\n"
        )
    };
    let found = |policy: &str| facts(named(&workflow(&text(policy)), "ci/a"), &["runner", "guard"]);
    assert_eq!(
        found("{ egress-policy: block, allowed-endpoints: 'api.anthropic.com:443 github.com:443' }"),
        ["runner network api.anthropic.com github.com", "runner stays"]
    );
    assert_eq!(
        found("egress-policy: audit"),
        ["guard harden-runner egress-policy: audit 6", "runner network open", "runner stays"]
    );
}

#[test]
fn callers_start_the_jobs_of_reusable_workflows_and_fill_in_their_inputs() {
    let reused = "on:
  workflow_call:
    inputs:
      prompt: { type: string, default: Hello }
jobs:
  ask:
    runs-on: x
    steps:
      - run: claude -p \"${{ inputs.prompt }}\"
";
    let caller = "on: { issues: { types: [opened] } }
jobs:
  call:
    uses: ./.github/workflows/reused.yml
    permissions: { issues: write }
    with:
      prompt: Answer ${{ github.event.issue.body }}
";
    let inventory = read(&[(".github/workflows/reused.yml", reused), (".github/workflows/main.yml", caller)]);
    assert_eq!(agents(&inventory), ["claude-code reused/ask"]);
    let agent = named(&inventory, "reused/ask");
    assert_eq!(
        facts(agent, &["start", "prompt `"]),
        ["prompt `github.event.issue.body` public among instructions 9", "start issues public 1"]
    );
    assert_eq!(problems(&inventory), Vec::<String>::new());
    let alone = read(&[(".github/workflows/reused.yml", reused)]);
    assert_eq!(
        problems(&alone),
        ["nothing that was read calls this workflow: who can start its agent is not known 9:9"]
    );
    let far = "on: push\njobs:\n  a:\n    uses: acme/ci/.github/workflows/claude-review.yml@v1\n  b:\n    uses: acme/ci/.github/workflows/build.yml@v1\n";
    assert_eq!(
        problems(&workflow(far)),
        [
            "the job `a` calls `acme/ci/.github/workflows/claude-review.yml@v1`, which was not read: the agent in it is not on the map 4:5"
        ]
    );
}

#[test]
fn steps_of_the_repository_s_own_actions_stand_where_they_are_used() {
    let action = "name: Ask
inputs:
  prompt: { required: true }
runs:
  using: composite
  steps:
    - shell: bash
      env: { TEXT: '${{ inputs.prompt }}' }
      run: claude -p \"$TEXT\" --permission-mode acceptEdits
";
    let workflow = "on: issue_comment
jobs:
  a:
    runs-on: x
    steps:
      - uses: actions/checkout@v4
      - uses: ./.github/actions/ask
        with:
          prompt: ${{ github.event.comment.body }}
";
    let inventory =
        read(&[(".github/actions/ask/action.yml", action), (".github/workflows/w.yml", workflow)]);
    assert_eq!(agents(&inventory), ["claude-code w/a"]);
    let agent = named(&inventory, "w/a");
    assert_eq!((&*agent.places[0].path, agent.places[0].line), (".github/actions/ask/action.yml", 9));
    assert_eq!(
        facts(agent, &["prompt", "start"]),
        ["prompt `github.event.comment.body` public among instructions 9", "start issue_comment public 1"]
    );
    // A repository that others copy from names itself in full.
    let in_full = workflow.replace("./.github/actions/ask", "acme/starter/.github/actions/ask@main");
    let named_in_full =
        read(&[(".github/actions/ask/action.yml", action), (".github/workflows/w.yml", &in_full)]);
    assert_eq!(agents(&named_in_full), ["claude-code w/a"]);
    let alone = read(&[(".github/actions/ask/action.yml", action)]);
    assert_eq!(agents(&alone), ["claude-code ask"]);
    assert_eq!(problems(&alone).len(), 1);
}

#[test]
fn a_script_of_the_repository_is_looked_into() {
    let inventory = read(&[
        (
            ".github/workflows/w.yml",
            "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: bash ./scripts/ask.sh\n",
        ),
        ("scripts/ask.sh", "#!/bin/bash\nset -e\n  claude -p \"go\" --dangerously-skip-permissions\n"),
    ]);
    let agent = named(&inventory, "w/a");
    assert_eq!(
        (&*agent.places[0].path, agent.places[0].line, agent.places[0].column),
        ("scripts/ask.sh", 3, 3)
    );
    assert_eq!(stated(agent), ["auto * 3:18"]);
}

#[test]
fn the_project_s_files_count_and_a_developer_s_own_do_not() {
    let inventory = read(&[
        (
            ".github/workflows/w.yml",
            "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/checkout@v4\n      - run: claude -p x\n",
        ),
        (".claude/settings.json", r#"{ "permissions": { "allow": ["Bash(make:*)"] } }"#),
        (".claude/settings.local.json", r#"{ "permissions": { "allow": ["WebFetch"] } }"#),
        (".mcp.json", r#"{ "mcpServers": { "one": { "command": "node", "args": ["s.js"] } } }"#),
        ("CLAUDE.md", "Be brief.\n"),
        (".claude/commands/fix.md", "---\nallowed-tools: Bash(rm:*)\n---\nFix.\n"),
    ]);
    assert_eq!(agents(&inventory), ["claude-code claude-code", "claude-code w/a"]);
    let agent = named(&inventory, "w/a");
    assert_eq!(stated(agent), ["auto bash(prefix make) 1:30"]);
    assert_eq!(crate::shown::servers(agent), ["one on"]);
    assert_eq!(crate::shown::instructions(agent), ["claude.md rules organization pinned"]);
    assert!(
        agent.rules.iter().any(|it| it.raw.starts_with("unattended") && it.gate == ambit_model::Gate::Denied)
    );
    let main = crate::shown::agent(&inventory, "claude-code", "claude-code");
    assert_eq!(main.runner, None);
}

#[test]
fn without_a_working_copy_no_file_of_the_project_counts() {
    let inventory = read(&[
        (
            ".github/workflows/w.yml",
            "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: claude -p x\n",
        ),
        (".claude/settings.json", r#"{ "permissions": { "allow": ["Bash(make:*)"] } }"#),
    ]);
    assert_eq!(stated(named(&inventory, "w/a")), Vec::<String>::new());
}

#[test]
fn what_later_steps_do_with_answer_and_changes_is_a_way_out() {
    let text = "on: issues
permissions: { issues: write }
jobs:
  a:
    runs-on: x
    outputs: { said: '${{ steps.codex.outputs.final-message }}' }
    steps:
      - id: codex
        uses: openai/codex-action@v1
        with: { prompt: x, openai-api-key: '${{ secrets.K }}' }
      - uses: peter-evans/create-pull-request@v7
  b:
    needs: a
    runs-on: x
    steps:
      - uses: actions/github-script@v7
        env: { SAID: '${{ needs.a.outputs.said }}' }
        with:
          script: |
            await github.rest.issues.createComment({ body: process.env.SAID })
";
    let agent = workflow(text);
    assert_eq!(
        facts(named(&agent, "ci/a"), &["tool"]),
        [
            "tool answer: sends partner channel:repository 16",
            "tool changes: writes recoverable workspace store:repository 11",
        ]
    );
}

#[path = "ci_github_more.rs"]
mod more;
