//! The rest of the same.

use super::*;

#[test]
fn other_workflows_stay_quiet_and_broken_ones_with_agents_do_not() {
    let quiet = [
        "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: cargo test\n",
        "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: acme/claude-notify@v1\n",
        "on: push\njobs:\n  a:\n   - this is\n  no workflow: [\n",
        "on: push\nname: x\n",
        "",
        "- a\n- b\n",
    ];
    for text in quiet {
        let inventory = workflow(text);
        assert_eq!((agents(&inventory), problems(&inventory)), (vec![], vec![]), "{text}");
    }
    let broken = workflow("on: push\njobs:\n  a: [\n    claude -p\n");
    assert_eq!(problems(&broken).len(), 1);
    assert!(problems(&broken)[0].starts_with("its agents are not on the map"), "{:?}", problems(&broken));
}

#[test]
fn elsewhere_the_same_file_is_an_example() {
    let text = format!("on: issues\njobs:\n  a:\n    runs-on: x\n    steps:\n{STEP}");
    let inventory = read(&[("docs/example.yml", text.as_str()), ("CLAUDE.md", "x\n")]);
    let agent = named(&inventory, "example/a");
    assert_eq!((agent.at.as_str(), agent.placed), ("docs/example.yml", false));
    assert!(!agent.instructions.iter().any(|it| it.name == "CLAUDE.md"));
    // Compose files and the like have jobs of other kinds.
    let other = read(&[("x.yml", "jobs:\n  a:\n    script: claude code\n")]);
    assert_eq!(agents(&other), Vec::<String>::new());
}

#[test]
fn agents_of_equal_names_are_told_apart() {
    let text = format!("on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n{STEP}");
    let inventory =
        read(&[(".github/workflows/w.yml", text.as_str()), (".github/workflows/w.yaml", text.as_str())]);
    assert_eq!(agents(&inventory), ["claude-code w.yaml/a", "claude-code w.yml/a"]);
}

/// A job `a` that comments start, with these steps.
fn steps(steps: &str) -> ambit_model::Inventory {
    workflow(&format!("on: issue_comment\njobs:\n  a:\n    runs-on: x\n    steps:\n{steps}"))
}

#[test]
fn what_strangers_wrote_lies_in_files_of_the_folder_that_the_agent_works_in() {
    let kept = |steps: &str| facts(named(&self::steps(steps), "ci/a"), &["keeps channel"]);
    let agent = "      - { run: claude -p x, working-directory: ./docs/ }\n";
    let told = |line: &str| kept(&format!("{line}{agent}"));
    assert_eq!(
        told("      - { run: gh pr view 1 > about.json, working-directory: docs }\n"),
        ["keeps channel:repository reads public run 6"]
    );
    assert_eq!(
        told("      - run: gh run view 1 --log > \"$GITHUB_WORKSPACE/docs/sub/log\"\n"),
        ["keeps channel:changes reads public run 6"]
    );
    let elsewhere = [
        "      - run: gh pr view 1 > about.json\n",
        "      - { run: gh pr view 1 > ../about.json, working-directory: docs }\n",
        "      - { run: gh pr view 1 > /tmp/about.json, working-directory: docs }\n",
        "      - { run: gh pr view 1 --json number > about.json, working-directory: docs }\n",
        "      - { run: 'curl https://example.com/it > it.sh', working-directory: docs }\n",
    ];
    for line in elsewhere {
        assert_eq!(told(line), Vec::<String>::new(), "{line}");
    }
    // In the workspace itself all below it counts.
    let below =
        "      - { run: gh pr view 1 > about.json, working-directory: docs }\n      - run: claude -p x\n";
    assert_eq!(kept(below), ["keeps channel:repository reads public run 6"]);
}

#[test]
fn a_pattern_of_a_command_is_no_file_of_the_change() {
    let head = "      - uses: actions/checkout@v4\n        with: { ref: 'refs/pull/1/head' }\n";
    let told = |command: &str| {
        let text = format!("{head}      - run: {command} | claude -p x\n");
        facts(named(&steps(&text), "ci/a"), &["prompt"])
    };
    for command in ["jq .title /tmp/it", "jq --arg a b .a /tmp/it", "grep -v x /tmp/it", "sed s/a/b/ /tmp/it"]
    {
        assert_eq!(told(command), Vec::<String>::new(), "{command}");
    }
    for command in
        ["jq .title it.json", "jq --slurpfile a it.json .a /tmp/it", "grep -e x it.json", "cat it.json"]
    {
        assert_eq!(told(command), ["prompt `it.json` public among instructions 8"], "{command}");
    }
}

#[test]
fn logs_of_jobs_are_what_changes_say() {
    let found = steps("      - run: claude -p \"$(gh run view 1 --log-failed)\"\n");
    let from: Vec<&str> =
        named(&found, "ci/a").program.prompts.iter().map(|it| it.from.id.as_str()).collect();
    assert_eq!(from, ["channel:changes"]);
    let script = "      - id: logs
        uses: actions/github-script@v7
        with: { script: 'return await github.rest.actions.downloadJobLogsForWorkflowRun({})' }
      - run: claude -p '${{ steps.logs.outputs.result }}'
";
    let found = steps(script);
    let from: Vec<&str> =
        named(&found, "ci/a").program.prompts.iter().map(|it| it.from.id.as_str()).collect();
    assert_eq!(from, ["channel:changes"]);
}

#[test]
fn a_summary_of_the_run_is_read_by_whoever_reads_the_repository() {
    let codex = "      - { id: it, uses: openai/codex-action@v1, with: { prompt: x } }\n";
    let after = "      - { run: 'echo \"$SAID\" >> $GITHUB_STEP_SUMMARY', env: { SAID: '${{ steps.it.outputs.final-message }}' } }\n";
    let tools = |after: &str| facts(named(&steps(&format!("{codex}{after}")), "ci/a"), &["tool"]);
    assert_eq!(tools(after), ["tool answer: sends partner channel:repository 7"]);
    assert_eq!(tools("      - run: echo done >> $GITHUB_STEP_SUMMARY\n"), Vec::<String>::new());
}

#[test]
fn codex_without_work_starts_a_proxy_and_no_agent() {
    let with = |with: &str| {
        agents(&steps(&format!("      - {{ uses: openai/codex-action@v1, with: {{ {with} }} }}\n")))
    };
    for idle in ["openai-api-key: x", "prompt: ''", "prompt-file: ' '"] {
        assert_eq!(with(idle), Vec::<String>::new(), "{idle}");
    }
    for busy in ["prompt: x", "prompt-file: it.md"] {
        assert_eq!(with(busy), ["codex ci/a"], "{busy}");
    }
}
