//! Workflows of other people, where the environment variable `AMBIT_SHARED` names the folder that holds them: what a careful
//! reader sees in each.

#![expect(clippy::expect_used, reason = "a file of the corpus that is gone fails the test")]

mod support;

#[path = "readers/shown.rs"]
#[expect(dead_code, reason = "the other readers use the rest")]
mod shown;
#[path = "support/told.rs"]
mod told;

#[path = "readers/ci_shown.rs"]
mod ci_shown;

use std::path::PathBuf;

use ambit_model::Inventory;

use ci_shown::{agents, facts, named, stated};
use shown::problems;

/// The file of the corpus, read as if it lay where workflows lie; none without the corpus.
#[expect(clippy::disallowed_methods, reason = "the corpus lies outside of the project and of every source")]
fn sample(folder: &str, file: &str) -> Option<Inventory> {
    let shared = std::env::var("AMBIT_SHARED").ok()?;
    let path = PathBuf::from(shared).join("corpus").join(folder).join(file);
    let text = std::fs::read_to_string(path).expect("the file is there");
    let ending = file.rsplit('.').next().expect("an ending");
    Some(support::read(&[(&format!(".github/workflows/w.{ending}"), &text)]))
}

/// What is expected of one file: the agent (empty where none is started), facts that begin with these words, and what is not understood.
struct Expected {
    file: &'static str,
    agent: &'static str,
    facts: &'static [&'static str],
    rules: &'static [&'static str],
    problems: usize,
}

/// The kinds of facts that are compared.
const KINDS: &[&str] = &[""];

const WORKFLOWS: &[Expected] = &[
    Expected {
        file: "anthropics__claude-code-action__1.yml",
        agent: "claude-code w/triage-issue",
        facts: &[
            "limit timeout-minutes: 10",
            "package github-action/anthropics/claude-code-action Movable(\"v1\") 22",
            "runner network open",
            "start issues public 4",
        ],
        rules: &[],
        problems: 1,
    },
    Expected {
        file: "anthropics__claude-code-action__2.yml",
        agent: "claude-code w/deduplicate",
        facts: &[
            "limit timeout-minutes: 10",
            "package github-action/anthropics/claude-code-action Movable(\"v1\") 23",
            "runner network open",
            "start issues organization guarded by 23 4",
            "tool mcp__github__create_issue_comment: sends partner channel:repository 23",
            "tool mcp__github__get_issue: ingests public channel:repository 23",
            "tool mcp__github__get_issue_comments: ingests public channel:repository 23",
            "tool mcp__github__list_issues: ingests public channel:repository 23",
            "tool mcp__github__search_issues: ingests public channel:repository 23",
            "tool mcp__github__update_issue: sends partner channel:repository 23",
            "tool mcp__github__update_issue: writes reversible workspace store:repository/issues 23",
        ],
        rules: &[],
        problems: 0,
    },
    Expected {
        file: "anthropics__claude-code-action__3.yml",
        agent: "claude-code w/claude",
        facts: &[
            "keeps store:change/w/claude reads public run 35",
            "limit 360 minutes, unless told otherwise",
            "package github-action/anthropics/claude-code-action Movable(\"v1\") 35",
            "prompt `title, body and comments of the issue or pull request` public 4",
            "runner network open",
            "start issue_comment organization with text guarded by 35 4",
            "start issues organization with text guarded by 35 8",
            "start pull_request_review organization with text guarded by 35 10",
            "start pull_request_review_comment organization with text guarded by 35 6",
            "tool git-push.sh: writes recoverable workspace store:repository 35",
            "tool mcp__github_ci__download_job_log: ingests public channel:changes 35",
            "tool update_claude_comment: sends partner channel:repository 35",
        ],
        rules: &[
            "auto edit 35:9",
            "auto write 35:9",
            "auto bash(prefix git commit) 35:9",
            "denied webfetch 35:9",
        ],
        problems: 0,
    },
    Expected {
        file: "anthropics__claude-code-action__4.yml",
        agent: "claude-code w/auto-fix",
        facts: &[
            "package github-action/anthropics/claude-code-action Movable(\"v1\") 103",
            "prompt `github.event.workflow_run.head_branch` organization among instructions 111",
            "prompt `steps.failure_details.outputs.result.errorLogs` organization among instructions 115",
            "runner network open",
            "start workflow_run organization guarded by 34 20",
            "token GITHUB_TOKEN: writes store:repository likely",
        ],
        rules: &["auto bash(prefix git) 117:", "auto bash(prefix npx) 117:", "auto edit 117:"],
        problems: 1,
    },
    Expected {
        file: "anthropics__claude-code__2.yml",
        agent: "claude-code w/claude",
        facts: &[
            "keeps store:change/w/claude reads public run 34",
            "model claude-sonnet-4-5-20250929 43",
            "package github-action/anthropics/claude-code-action Movable(\"v1\") 34",
            "prompt `title, body and comments of the issue or pull request` public 4",
            "runner network open",
            "start issue_comment organization with text guarded by 34 4",
            "token GITHUB_TOKEN: writes store:repository likely",
        ],
        rules: &["auto edit 34:9"],
        problems: 0,
    },
    Expected {
        file: "astral-sh__uv__1.yml",
        agent: "codex w/labels",
        facts: &[
            "keeps channel:repository reads public run 51",
            "keeps store:change/w/labels reads public run 42",
            "limit timeout-minutes: 15",
            "package github-action/openai/codex-action Digest(\"52fe01ec70a42f454c9d2ebd47598f9fd6893d56\") 68",
            "package npm/@openai/codex Exact(\"0.146.0\") 73",
            "runner network open",
            "runner runs code of outsiders 42",
            "start workflow_dispatch organization 5",
            "tool answer: sends partner channel:repository 88",
        ],
        rules: &[],
        problems: 2,
    },
    Expected {
        file: "berlysia__dotfiles__1.yml",
        agent: "claude-code w/auto-fix",
        facts: &[
            "credential CLAUDE_CODE_OAUTH_TOKEN anthropic-key 97",
            "guard environment claude-autofix 20",
            "prompt `steps.pr-info.outputs.pr_title` organization among instructions 107",
            "runner network open",
            "start workflow_run organization guarded by 94 4",
        ],
        rules: &["auto bash(prefix gh) 128:", "auto bash(prefix git) 128:", "auto write 128:"],
        problems: 0,
    },
    Expected {
        file: "google-github-actions__run-gemini-cli__3.yml",
        agent: "gemini-cli w/create-pr",
        facts: &[
            "limit maxSessionTurns: 200",
            "limit timeout-minutes: 30",
            "package github-action/google-github-actions/run-gemini-cli Movable(\"main\") 42",
            "prompt `github.event.issue.body` public among instructions 49",
            "prompt `github.event.issue.title` public among instructions 48",
            "runner network open",
            "server github 73",
            "start workflow_call organization 4",
        ],
        rules: &["auto * 42:9"],
        problems: 1,
    },
    Expected {
        file: "mrwadams__stride-gpt__1.yml",
        agent: "claude-code w/claude",
        facts: &[
            "package github-action/anthropics/claude-code-action Movable(\"beta\") 34",
            "prompt `title, body and comments of the issue or pull request` public 4",
        ],
        rules: &["auto bash(prefix git push) 34:9"],
        problems: 0,
    },
    Expected {
        file: "openai__codex-action__1.yml",
        agent: "codex w/run-codex-with-unprivileged-user",
        facts: &[
            "guard safety-strategy unprivileged-user 37",
            "package npm/@openai/codex Movable(\"latest\") 34",
            "runner network open",
            "start workflow_dispatch organization 3",
            "token .git/config: writes store:repository possible",
        ],
        rules: &[],
        problems: 0,
    },
    Expected { file: "openai__codex-action__2.yml", agent: "", facts: &[], rules: &[], problems: 0 },
    Expected {
        file: "stacklok__toolhive__1.yml",
        agent: "claude-code w/triage-issue",
        facts: &[
            "model claude-sonnet-4-6 44",
            "package github-action/anthropics/claude-code-action Digest(\"d40ddef4c030e508327d6e35a9c45f3368482c50\") 23",
            "runner network open",
            "start issues public 3",
            "token GITHUB_TOKEN: writes store:repository/issues certain",
        ],
        rules: &[],
        problems: 0,
    },
    Expected {
        file: "trailofbits__mcp-context-protector__1.yml",
        agent: "claude-code w/claude-review",
        facts: &[
            "prompt `title, body and comments of the issue or pull request` organization 4",
            "runner network open",
            "start pull_request organization with text guarded by 38 4",
        ],
        rules: &["auto bash(exact uv sync) 72:", "auto bash(exact uv run pytest) 72:", "auto edit 36:9"],
        problems: 0,
    },
];

const AGENTIC: &[Expected] = &[
    Expected {
        file: "githubnext__agentics__1.md",
        agent: "copilot-cli w/agent",
        facts: &[
            "guard threat-detection",
            "keeps memory:cache-memory/.github/workflows/w reads writes everybody 30",
            "limit timeout-minutes: 10",
            "runner network closed",
            "start workflow_run organization guarded by 9 9",
            "tool add-comment: sends partner channel:repository 27",
            "tool create-issue: writes reversible workspace store:repository/issues 24",
            "tool github: ingests organization channel:repository",
        ],
        rules: &["auto url 31:3", "auto shell", "auto write"],
        problems: 1,
    },
    Expected {
        file: "githubnext__agentics__2.md",
        agent: "copilot-cli w/agent",
        facts: &[
            "start issues organization guarded by 9 10",
            "tool add-labels: writes reversible workspace store:repository/issues 23",
            "tool close-issue: writes reversible workspace store:repository/issues 28",
            "tool github: ingests public channel:repository 35",
            "tool set-issue-type: writes reversible workspace store:repository/issues 26",
        ],
        rules: &["auto url 34:3"],
        problems: 1,
    },
    Expected {
        file: "githubnext__agentics__3.md",
        agent: "copilot-cli w/agent",
        facts: &[
            "limit timeout-minutes: 20",
            "prompt `text of the comment` organization among instructions 42",
            "runner network closed",
            "start issue_comment organization guarded by 9 10",
            "tool push-to-pull-request-branch: writes recoverable workspace store:repository 26",
        ],
        rules: &["auto shell 21:3"],
        problems: 1,
    },
    Expected {
        file: "githubnext__agentics__4.md",
        agent: "copilot-cli w/agent",
        facts: &[
            "start schedule organization 5",
            "start workflow_dispatch organization 6",
            "tool create-code-scanning-alert: writes reversible organization store:repository/alerts 21",
            "tool github: reads confidential store:repository/alerts 16",
        ],
        rules: &["auto shell 18:3", "denied url"],
        problems: 1,
    },
];

#[test]
fn workflows_say_what_a_careful_reader_sees() {
    for expected in WORKFLOWS {
        check("ci_workflow", expected);
    }
}

#[test]
fn agentic_workflows_say_what_a_careful_reader_sees() {
    for expected in AGENTIC {
        check("gh_aw", expected);
    }
}

#[test]
fn setup_steps_of_another_agent_start_none_here() {
    let Some(inventory) = sample("copilot_setup", "githubnext__agentics__1.yml") else { return };
    assert!(inventory.agents.iter().all(|it| it.runner.is_none()), "{:?}", agents(&inventory));
}

fn check(folder: &str, expected: &Expected) {
    let Some(inventory) = sample(folder, expected.file) else { return };
    let file = expected.file;
    if expected.agent.is_empty() {
        assert_eq!(agents(&inventory), Vec::<String>::new(), "{file}");
        return;
    }
    assert_eq!(agents(&inventory), [expected.agent], "{file}");
    let agent = named(&inventory, expected.agent.split_once(' ').expect("a client and a name").1);
    let found = facts(agent, KINDS);
    for fact in expected.facts {
        assert!(found.iter().any(|it| it.starts_with(fact)), "{file}: no {fact} in {found:#?}");
    }
    let rules = stated(agent);
    for rule in expected.rules {
        assert!(rules.iter().any(|it| it.starts_with(rule)), "{file}: no {rule} in {rules:#?}");
    }
    assert_eq!(problems(&inventory).len(), expected.problems, "{file}: {:#?}", problems(&inventory));
}
