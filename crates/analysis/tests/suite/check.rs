//! What loosens the gate, and what does not.

use ambit_analysis::loosened;
use ambit_model::AssetId;
use ambit_model::stated::{Date, Model, join, read};

fn model(text: &str) -> Model {
    let (document, problems) = read("ambit.yaml", &format!("ambit: v1\n{text}"));
    assert_eq!(problems, [], "{text}");
    let (model, problems) = join([document]);
    assert_eq!(problems, [], "{text}");
    model
}

fn names(base: &str, head: &str) -> Vec<String> {
    let today = Date::new("2026-11-21");
    let known =
        || ["channel:web", "tool:github/merge", "agent:flow"].map(AssetId::from_text).into_iter().collect();
    loosened(&model(base), &model(head), today.as_ref(), &known).into_iter().map(|it| it.about).collect()
}

const NEVER: &str = "never:\n  no-leak: {says: nothing gets out, data: [customer], audience: public}\n";

#[test]
fn whatever_allows_more_is_told() {
    let cases = [
        ("check: {fail-on: medium}\n", "check: {fail-on: critical}\n", "gate:check.fail-on"),
        ("check: {count-possible: true}\n", "", "gate:check.count-possible"),
        (NEVER, "", "gate:never.no-leak"),
        (
            NEVER,
            "never:\n  no-leak: {says: nothing gets out, data: [orders], audience: public}\n",
            "gate:never.no-leak",
        ),
        (
            "",
            "controls:\n  wall: {kind: structural, does: cuts, on: [\"tool:web/*\"]}\n",
            "gate:controls.wall",
        ),
        (
            "tiers: {duties: {T2: {bounds: 2}}}\n",
            "tiers: {duties: {T2: {bounds: 0}}}\n",
            "gate:tiers.duties.T2",
        ),
        (
            "",
            "facts: {assets: {\"store:workspace\": {trust: operator, because: only we write}}}\n",
            "gate:facts.assets.store:workspace",
        ),
        (
            "",
            "facts: {edges: [{on: {verb: sends}, gate: asked, because: a proxy asks}]}\n",
            "gate:facts.edges.1",
        ),
        ("", "facts: {channels: {web: {trust: operator}}}\n", "gate:facts.channels.web"),
        (
            "facts: {channels: {web: {trust: public}}}\n",
            "facts: {channels: {web: {trust: partner}}}\n",
            "gate:facts.channels.web",
        ),
        (
            "",
            "facts: {tools: {github/merge: {effects: [{reads: \"store:workspace\"}]}}}\n",
            "gate:facts.tools.github/merge",
        ),
    ];
    for (base, head, name) in cases {
        assert_eq!(names(base, head), [name], "{base}->\n{head}");
    }
}

#[test]
fn taking_back_what_made_the_map_worse_is_told() {
    let cases = [
        (
            "facts: {assets: {\"store:workspace\": {level: secret, because: keys lie there}}}\n",
            "gate:facts.assets.store:workspace",
        ),
        (
            "facts: {edges: [{on: {verb: sends}, gate: auto, because: the proxy is gone}]}\n",
            "gate:facts.edges.was.1",
        ),
        ("facts: {channels: {web: {trust: public}}}\n", "gate:facts.channels.web"),
        ("protects: {customers: {data: [customer], level: secret}}\n", "gate:protects.customers"),
        ("facts: {agents: {clerk: {}}}\n", "gate:facts.agents.clerk"),
    ];
    for (base, name) in cases {
        assert_eq!(names(base, ""), [name], "{base}-> nothing");
        assert_eq!(names(base, base), [] as [&str; 0], "{base}-> the same");
    }
    let protects = |says: &str| format!("protects: {{customers: {{{says}}}}}\n");
    let was = protects("data: [customer, order], level: confidential, in: [\"store:crm\"]");
    for narrower in [
        "data: [customer], level: confidential, in: [\"store:crm\"]",
        "data: [customer, order], level: internal, in: [\"store:crm\"]",
        "data: [customer, order], level: confidential, in: [\"store:other\"]",
    ] {
        assert_eq!(names(&was, &protects(narrower)), ["gate:protects.customers"], "{narrower}");
    }
    let wider = "data: [customer, order, invoice], level: secret, in: [\"store:crm\", \"store:other\"]";
    assert_eq!(names(&was, &protects(wider)), [] as [&str; 0]);
}

#[test]
fn what_tightens_or_only_moves_is_not() {
    let cases = [
        ("check: {fail-on: critical}\n", "check: {fail-on: low, count-possible: true}\n"),
        ("", NEVER),
        (
            NEVER,
            "\n\n# moved, and said in other words\nnever:\n  no-leak: {says: it stays, data: [customer], audience: public}\n",
        ),
        ("", "controls:\n  later: {kind: structural, does: cuts, on: [\"tool:web/*\"], state: planned}\n"),
        ("", "tiers: {duties: {T2: {bounds: 5}}}\n"),
        ("", "protects: {it: {data: [customer]}}\n"),
        ("", "facts: {channels: {fax: {trust: operator}}}\n"),
        (
            "facts: {channels: {web: {trust: partner}}}\n",
            "# moved\nfacts:\n  channels: {web: {trust: partner}}\n",
        ),
    ];
    for (base, head) in cases {
        assert_eq!(names(base, head), [] as [&str; 0], "{base}->\n{head}");
    }
}

#[test]
fn a_decision_of_its_own_allows_it_until_it_ends() {
    let decided = |until: &str| {
        format!(
            "check: {{fail-on: critical}}\ndecisions:\n  - {{on: \"gate:check.fail-on\", decision: accept, owner: security, \
             reason: a trial, until: {until}}}\n"
        )
    };
    assert_eq!(names("", &decided("2026-12-31")), [] as [&str; 0]);
    assert_eq!(names("", &decided("2026-11-20")), ["gate:check.fail-on"]);
}

/// An agent with all that is around its loop, with `what` said instead of what is there.
fn around(what: &str, instead: &str) -> String {
    let text = "facts:
  channels: {mail: {trust: public}, jobs: {trust: organization}}
  memories: {notes: {}}
  agents:
    bot:
      starts: {webhook: {trust: public, from: mail}}
      prompts: {subject: {from: mail, among_instructions: true}}
      keeps: {notes: {for: everybody}}
      streams: {jobs: {consumes: true}}
      limits: {time: an hour}
      approvals: {input: {shows: agent-text}}
";
    let changed = text.replacen(what, instead, 1);
    assert!(what.is_empty() || changed != text, "{what}");
    changed
}

#[test]
fn what_is_said_to_be_checked_around_a_loop_is_told() {
    let base = around("", "");
    for (what, instead) in [
        ("trust: public, from: mail}", "trust: public, from: mail, guard: a signature}"),
        ("trust: public, from: mail}", "trust: organization, from: mail}"),
        ("among_instructions: true", "among_instructions: false"),
        ("for: everybody", "for: user"),
        ("consumes: true", "consumes: true, signed: a key"),
        ("consumes: true", "consumes: true, ordered: a number"),
        ("time: an hour", "time: an hour, steps: 20"),
        ("shows: agent-text", "shows: call"),
        ("      prompts: {subject: {from: mail, among_instructions: true}}\n", ""),
    ] {
        assert_eq!(names(&base, &around(what, instead)), ["gate:facts.agents.bot"], "{instead}");
        // The other way round it allows no more.
        assert!(names(&around(what, instead), &base).is_empty(), "{instead}");
    }
    assert!(names(&base, &base).is_empty());
    // An agent that files declare is given limits on somebody's word.
    let limited = "facts: {agents: {flow: {limits: {steps: 20}}}}\n";
    assert_eq!(names("", limited), ["gate:facts.agents.flow"]);
    assert!(names("", "facts: {agents: {new: {limits: {steps: 20}}}}\n").is_empty());
}
