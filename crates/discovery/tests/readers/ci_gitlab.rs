//! Pipelines of GitLab.

use crate::ci_shown::{agents, facts, named, stated};
use crate::shown::problems;
use crate::support::read;

#[test]
fn jobs_with_all_that_they_extend_and_include() {
    let main = "include:
  - local: /ci/base.yml
  - project: acme/templates
    file: /claude-review.yml
variables:
  MODEL: some-model
review:
  extends: .ask
  timeout: 10m
  environment: { name: prod }
  rules:
    - if: $CI_PIPELINE_SOURCE == \"merge_request_event\"
    - if: '$CI_PIPELINE_SOURCE == \"trigger\"'
  id_tokens:
    CLOUD: { aud: x }
  script:
    - echo start
    - >
      claude -p \"${AI_FLOW_INPUT:-$CI_MERGE_REQUEST_TITLE}\"
      --allowedTools \"Bash(*) Read\"
    - 'curl -H \"PRIVATE-TOKEN: $GITLAB_TOKEN\" x'
build:
  script: [make]
";
    let base = ".ask:
  before_script:
    - npm install -g @anthropic-ai/claude-code@2.0.0
  when: manual
";
    let inventory = read(&[(".gitlab-ci.yml", main), ("ci/base.yml", base)]);
    assert_eq!(agents(&inventory), ["claude-code gitlab-ci/review"]);
    let agent = named(&inventory, "gitlab-ci/review");
    assert_eq!((agent.places[0].line, agent.places[0].column), (19, 7));
    assert_eq!(
        facts(
            agent,
            &["start", "prompt", "credential", "package", "guard", "limit", "token CLOUD", "token CI_JOB"]
        ),
        [
            "credential GITLAB_TOKEN gitlab-token 21",
            "guard environment prod 10",
            "guard when: manual a person starts it 4",
            "limit timeout-minutes: 10m",
            "package npm/@anthropic-ai/claude-code Exact(\"2.0.0\") 3",
            "prompt `$AI_FLOW_INPUT` public among instructions 19",
            "prompt `$CI_MERGE_REQUEST_TITLE` organization among instructions 19",
            "start merge_request organization 12",
            "start trigger organization 13",
            "token CI_JOB_TOKEN: writes channel:release possible",
            "token CLOUD: reads store:cloud-identity possible",
        ]
    );
    assert_eq!(stated(agent), ["auto bash 20:23", "auto read 20:31"]);
    assert_eq!(
        problems(&inventory),
        ["`/claude-review.yml` is included and was not read: an agent in it is not on the map 4:5"]
    );
}

#[test]
fn pipelines_without_agents_are_quiet() {
    for text in [
        "build:\n  script: [make]\n",
        "build: [\n",
        "",
        "include: 'https://example.com/x.yml'\n",
        "a: { script: !reference [.b, script] }\n.b: { script: x }\n",
    ] {
        let inventory = read(&[(".gitlab-ci.yml", text)]);
        assert_eq!((agents(&inventory), problems(&inventory)), (vec![], vec![]), "{text}");
    }
}

#[test]
fn jobs_that_extend_each_other_end() {
    let text = "a:\n  extends: b\n  script: [claude -p x]\nb:\n  extends: a\n";
    assert_eq!(
        agents(&read(&[(".gitlab-ci.yml", text)])),
        ["claude-code gitlab-ci/a", "claude-code gitlab-ci/b"]
    );
}
