//! Workflows and pipelines that were not written to be read: deep, long, in circles, cut off.

use super::{memory, read};

fn workflow(text: String) -> (&'static str, Vec<u8>) {
    (".github/workflows/w.yml", text.into_bytes())
}

#[test]
fn long_ones_end_with_a_problem() {
    let steps = "      - run: claude -p \"${{ github.event.issue.title }}\"\n".repeat(2_000);
    let inventory = read(&memory([workflow(format!("on: issues\njobs:\n  a:\n    steps:\n{steps}"))]));
    assert!(!inventory.agents.is_empty() && inventory.agents.len() <= 60, "{}", inventory.agents.len());
    assert!(!inventory.inputs.problems.is_empty());
    let jobs: String = (0..900)
        .map(|it| format!("  j{it}:\n    needs: j{}\n    steps:\n      - run: codex exec x\n", it + 1))
        .collect();
    let inventory = read(&memory([workflow(format!("on: issues\njobs:\n{jobs}"))]));
    assert!(!inventory.agents.is_empty());
}

#[test]
fn jobs_that_hand_each_other_text_end() {
    let jobs: String = (0..60)
        .map(|it| {
            let other = (it + 1) % 60;
            let uses = format!("      - id: s\n        run: echo \"x=${{{{ needs.j{other}.outputs.o }}}}\" >> $GITHUB_OUTPUT\n").repeat(20);
            format!("  j{it}:\n    needs: j{other}\n    outputs: {{ o: '${{{{ steps.s.outputs.x }}}}' }}\n    steps:\n{uses}      - run: claude -p \"${{{{ needs.j{other}.outputs.o }}}}\"\n")
        })
        .collect();
    let inventory = read(&memory([workflow(format!("on: issues\njobs:\n{jobs}"))]));
    assert!(!inventory.agents.is_empty());
}

#[test]
fn workflows_that_call_each_other_end() {
    let files: Vec<(String, String)> = (0..12)
        .map(|it| {
            let calls: String = (0..12)
                .map(|to| format!("  c{to}:\n    uses: ./.github/workflows/w{to}.yml\n    with: {{ p: '${{{{ inputs.p }}}}${{{{ inputs.p }}}}' }}\n"))
                .collect();
            let text = format!("on:\n  workflow_call: {{ inputs: {{ p: {{ default: abc }} }} }}\n  issues:\njobs:\n  a:\n    steps:\n      - run: claude -p \"${{{{ inputs.p }}}}\"\n{calls}");
            (format!(".github/workflows/w{it}.yml"), text)
        })
        .collect();
    let inventory =
        read(&memory(files.iter().map(|(path, text)| (path.as_str(), text.clone().into_bytes()))));
    assert_eq!(inventory.agents.len(), 12);
}

#[test]
fn actions_that_use_themselves_end() {
    let action = "runs:\n  using: composite\n  steps:\n    - uses: ./a\n    - uses: ./a\n    - uses: ./a\n    - run: claude -p x\n";
    let text = "on: push\njobs:\n  a:\n    steps:\n      - uses: ./a\n";
    let inventory = read(&memory([("a/action.yml", action.as_bytes().to_vec()), workflow(text.to_owned())]));
    assert!(!inventory.agents.is_empty());
}

#[test]
fn cut_off_and_odd_ones_do_not_stop_the_scan() {
    let whole = "on: { issues: { types: [opened] } }\npermissions: write-all\njobs:\n  a:\n    if: contains(fromJSON('[\"x\"]'), github.actor) && !(a == 'b')\n    runs-on: [self-hosted]\n    steps:\n      - uses: actions/checkout@v4\n        with: { ref: '${{ github.event.pull_request.head.sha }}' }\n      - id: s\n        run: |\n          cat <<'EOF' > a.json\n          { \"x\": $(gh pr diff 1 | head) }\n          EOF\n          claude -p \"$(cat a.json)\" --mcp-config '{\"mcpServers\": {\"a\": {\"command\": \"x\"}}}' --allowedTools \"Bash(a:*),Read\"\n      - uses: anthropics/claude-code-action@v1\n        with:\n          prompt: ${{ steps.s.outputs.x }}\n          settings: '{ \"permissions\": { \"allow\": [\"Bash\"] } }'\n          claude_args: --settings '{' --mcp-config '[' --allowedTools '(((' \"\n";
    for at in (0..whole.len()).filter(|it| whole.is_char_boundary(*it)) {
        read(&memory([workflow(whole[..at].to_owned())]));
    }
    for odd in [
        "on: {}\njobs: {a: {steps: [{run: }, {uses: 7}, {with: []}, x]}}",
        "jobs: {a: {steps: {run: claude -p x}}}",
        "on: [issues, 7, {}]\njobs: {a: {needs: a, if: '((((', steps: [{run: claude -p x}]}}",
        "on: issues\njobs: {a: {uses: ./.github/workflows/w.yml}}",
    ] {
        read(&memory([workflow(odd.to_owned())]));
        read(&memory([(".gitlab-ci.yml", odd.as_bytes().to_vec())]));
    }
}

#[test]
fn agentic_workflows_that_import_each_other_end() {
    let text = |other: &str| {
        format!(
            "---\non: issues\nengine: claude\nimports: [{other}, ../../../../etc/passwd, shared/{}]\nnetwork: {{ allowed: [[], {{}}] }}\ntools: {{ bash: [[], 7], github: 7, cache-memory: [1] }}\nsafe-outputs: [x]\n---\n{{{{#import {other}}}}}\n",
            "x".repeat(5_000)
        )
    };
    let files = [(".github/workflows/a.md", text("b.md")), (".github/workflows/b.md", text("a.md"))];
    let inventory = read(&memory(files.iter().map(|(path, text)| (*path, text.clone().into_bytes()))));
    assert_eq!(inventory.agents.len(), 2);
}
