//! What is wrong is told, all of it, in words that say what to do.

use super::support::{clean, problems};

/// A file, and its problems as `line:column message; help`.
const CASES: &[(&str, &[&str])] = &[
    ("", &["1:1 nothing is stated; begin with `ambit: v1`"]),
    ("# nothing yet\n", &["1:1 nothing is stated; begin with `ambit: v1`"]),
    ("ambit: v2\n", &["1:8 `v2` is not a version that this Ambit reads; did you mean `v1`? write `v1`"]),
    ("system: {name: x}\n", &["1:1 the model has no `ambit`; add `ambit:` with `v1`"]),
    (
        "- ambit\n",
        &[
            "1:1 this is a list, not a model; write its keys: `ambit`, `extends`, `system`, `protects`, `never`, `objectives`, `facts`, `controls`, `needs`, `monitors`, `decisions`, `tiers`, `risk`, `containment`, `coverage`, `models`, `check`",
        ],
    ),
    ("ambit: v1\ncontorls: {}\n", &["2:1 a model has no key `contorls`; did you mean `controls`?"]),
    (
        "ambit: v1\nzebra: {}\n",
        &[
            "2:1 a model has no key `zebra`; its keys are `ambit`, `extends`, `system`, `protects`, `never`, `objectives`, `facts`, `controls`, `needs`, `monitors`, `decisions`, `tiers`, `risk`, `containment`, `coverage`, `models`, `check`",
        ],
    ),
    (
        "ambit: v1\nambit: v1\n",
        &[
            "2:1 the key `ambit` appears twice; remove one of them, or give them names of their own; the last one was read",
        ],
    ),
    (
        "ambit: v1\nsystem: [a]\n",
        &[
            "2:9 `system` is a list, not a system; write its keys: `name`, `description`, `exposure`, `owner`, `escalation`, `review`",
        ],
    ),
    (
        "ambit: v1\nsystem: {exposure: interent}\n",
        &[
            "2:20 `interent` is not an exposure; did you mean `internet`? write one of `research`, `internal`, `internet`",
        ],
    ),
    (
        "ambit: v1\nsystem: {exposure: [internal]}\n",
        &["2:20 `exposure` is a list, not an exposure; write one of `research`, `internal`, `internet`"],
    ),
    (
        "ambit: v1\nsystem: {name: true}\n",
        &["2:16 `name` is a truth value, not text; put it in quotes: `\"true\"`"],
    ),
    ("ambit: v1\nsystem: {name: ' '}\n", &["2:16 `name` is empty; write a text, in words"]),
    (
        "ambit: v1\nsystem: {review: {every: quarterly, last: 2026-13-01}}\n",
        &[
            "2:26 `quarterly` is not a period; write a number and `days`, `weeks`, `months` or `years`, such as `90 days`",
            "2:43 `2026-13-01` is not a date; write a date as year, month and day, such as `2027-01-31`",
        ],
    ),
    (
        "ambit: v1\nsystem: {escalation: {to: a, when: b}}\n",
        &["2:22 `escalation` is a map, not a list; write a list, each item an escalation"],
    ),
    (
        "ambit: v1\nprotects: {customer data: {data: [x]}}\n",
        &[
            "2:12 `customer data` is not a name; write letters, digits and `-_./@+`, without blanks, such as `crm-token`",
        ],
    ),
    (
        "ambit: v1\nprotects: {a: {owner: me}}\n",
        &["2:12 the protected thing `a` has none of the keys `data`, `in`; add what it is to say"],
    ),
    (
        "ambit: v1\nprotects: {a: {in: [crm, 'stroe:crm']}}\n",
        &[
            "2:21 `crm` is not an id of assets; write an id such as `store:crm`, or with `*` for any text, such as `tool:crm/*`",
            "2:26 `stroe:crm` is not an id of assets; write an id such as `store:crm`, or with `*` for any text, such as `tool:crm/*`",
        ],
    ),
    (
        "ambit: v1\nnever: {a: {says: x, trust: pulic, tier: T9}}\n",
        &[
            "2:29 `pulic` is not a trust; did you mean `public`? write one of `public`, `partner`, `organization`, `operator`",
            "2:42 `T9` is not a tier; did you mean `T0`? write one of `T0`, `T1`, `T2`, `T3`, `T4`",
        ],
    ),
    (
        "ambit: v1\nnever: {a: {says: x, audience: public}}\n",
        &["2:9 the boundary `a` has none of the keys `data`, `level`; add what it is to say"],
    ),
    (
        "ambit: v1\nnever: {a: {says: x, audience: public, trust: public, data: [b]}}\n",
        &["2:40 a boundary has no key `trust`; make it a boundary of its own"],
    ),
    (
        "ambit: v1\nnever: {a: {says: x}}\n",
        &["2:9 the boundary `a` has none of the keys `audience`, `trust`; add the one that says what it is"],
    ),
    (
        "ambit: v1\nobjectives: {a: {says: x, holds: [b]}}\n",
        &["2:35 `b` is not a boundary of `never`; declare it under `never`"],
    ),
    (
        "ambit: v1\ncontrols: {c: {kind: structural, does: gates, on: e-abc}}\n",
        &["2:40 a structural control never gates; write one of `cuts`, `bounds`, or `kind: procedural`"],
    ),
    (
        "ambit: v1\ncontrols: {c: {kind: procedural, does: cuts, on: e-abc}}\n",
        &["2:40 a procedural control never cuts; write one of `gates`, or `kind: structural`"],
    ),
    (
        "ambit: v1\ncontrols: {c: {kind: behavioral, does: bounds, on: e-abc}}\n",
        &["2:40 a behavioral control never bounds; write one of `lowers`, or `kind: structural`"],
    ),
    (
        "ambit: v1\ncontrols: {c: {kind: structural, does: bounds, on: e-abc}}\n",
        &[
            "2:40 the control `c` bounds nothing; add what is left at most: `audience`, `tier`, `level` or `limit`",
        ],
    ),
    (
        "ambit: v1\ncontrols: {c: {kind: structural, does: cuts, on: e-abc, tier: T1}}\n",
        &[
            "2:63 `tier` is unused: a control that cuts sets no parameters; remove it, or write `does: bounds`",
        ],
    ),
    (
        "ambit: v1\ncontrols: {c: {kind: structural, does: cuts, on: []}}\n",
        &["2:50 `on` is an empty list; write a list, each item an edge pattern"],
    ),
    (
        "ambit: v1\ncontrols: {c: {kind: structural, does: cuts, on: {}}}\n",
        &[
            "2:46 the edge pattern `on` has none of the keys `from`, `verb`, `to`, `via`, `tier`, `gate`; add what it is to say",
        ],
    ),
    (
        "ambit: v1\ncontrols: {c: {kind: structural, does: cuts, on: f-abc}}\n",
        &[
            "2:50 `f-abc` is not an edge or an asset; write an id such as `e-5kq2m7w3` or `channel:mail`, a pattern such as `tool:crm/*`, or keys such as `{verb: sends, to: channel:mail}`",
        ],
    ),
    (
        "ambit: v1\ncontrols: {c: {kind: structural, on: e-1}}\n",
        &[
            "2:12 the control `c` has no `does`; add `does:` with one of `cuts`, `bounds`, `gates`, `lowers`",
            "2:38 `e-1` is not an edge or an asset; write an id such as `e-5kq2m7w3` or `channel:mail`, a pattern such as `tool:crm/*`, or keys such as `{verb: sends, to: channel:mail}`",
        ],
    ),
    (
        "ambit: v1\ncontrols: {c: }\n",
        &[
            "2:12 `c` is empty; write its keys: `kind`, `does`, `on`, `audience`, `tier`, `level`, `limit`, `labels`, `logged`, `state`, `owner`, `evidence`, `validated`, `costs`",
        ],
    ),
    (
        "ambit: v1\nneeds: [{keep: {may: sends, to: 'channel:x'}, why: y}]\n",
        &[
            "2:10 the capability `keep` has no `agent`; add `agent:` with an id such as `store:crm`, or with `*` for any text, such as `tool:crm/*`",
        ],
    ),
    (
        "ambit: v1\nneeds: [{keep: 'tool:[', why: y}]\n",
        &[
            "2:16 `tool:[` is not an edge or an asset; write an id such as `e-5kq2m7w3` or `channel:mail`, a pattern such as `tool:crm/*`, or keys such as `{verb: sends, to: channel:mail}`",
        ],
    ),
    (
        "ambit: v1\nmonitors: {m: {on: e-abc, signal: s, owner: o}}\n",
        &[
            "2:20 `e-abc` is not a finding or an asset; write an id such as `f-5kq2m7w3` or `agent:claude-code`, or keys such as `{rule: lethal-trifecta}`",
        ],
    ),
    (
        "ambit: v1\nmonitors: {m: {on: f-abc, signal: s}}\n",
        &["2:12 the monitor `m` has no `owner`; add `owner:` with a text, in words"],
    ),
    (
        "ambit: v1\ndecisions:\n  - {on: f-abc, decision: accept, reason: r, until: tomorrow}\n",
        &[
            "3:5 the decision has no `owner`; add `owner:` with a text, in words",
            "3:53 `tomorrow` is not a date; write a date as year, month and day, such as `2027-01-31`",
        ],
    ),
    (
        "ambit: v1\ndecisions:\n  - {on: f-abc, decision: ignore, owner: o, reason: r, until: 2027-02-29}\n",
        &[
            "3:27 `ignore` is not a decision; write one of `accept`, `mitigate`, `transfer`, `avoid`",
            "3:63 `2027-02-29` is not a date; write a date as year, month and day, such as `2027-01-31`",
        ],
    ),
    (
        "ambit: v1\ndecisions:\n  - {on: f-abc, decision: accept, owner: o, reason: r, until: 2026-01-01, taken: 2026-02-01, basis: b-1}\n",
        &[
            "3:63 the decision ends on 2026-01-01, before it was taken on 2026-02-01; put the last day on which it holds into `until`",
            "3:101 `b-1` is not a basis; write the `basis` of the finding, such as `b-5kq2m7w3h4t6z5nc`",
        ],
    ),
    (
        "ambit: v1\ncontrols: {proxy: {kind: structural, does: cuts, on: e-abc}}\ndecisions:\n  - {on: f-abc, decision: mitigate, control: proxi, owner: o, reason: r, until: 2027-01-01}\n",
        &["4:46 `proxi` is not a control of `controls`; did you mean `proxy`?"],
    ),
    (
        "ambit: v1\ndecisions: {a: {on: f-abc}}\n",
        &["2:12 `decisions` is a map, not a list; write a list, each item a decision"],
    ),
    (
        "ambit: v1\ntiers: {table: {irreversible: {organisation: T4}}, duties: {T2: {bounds: -1, logged: , approval: yes}}}\n",
        &[
            "2:32 a row of tiers has no key `organisation`; did you mean `organization`?",
            "2:74 `-1` is not a whole number; write a whole number, such as 1",
            "2:78 `logged` is empty; write `true` or `false`",
            "2:98 `approval` is text, not a truth value; write `true` or `false`",
        ],
    ),
    (
        "ambit: v1\ncoverage: {'ASI01:2026': {answer: covered}, 'ASI02:2026': {answer: not-applicable, control: x}}\n",
        &[
            "2:35 `ASI01:2026` is said to be covered without a reason; add `control`, `scenario` or `because`",
            "2:68 `ASI02:2026` is said to be not-applicable without a reason; add `because`, the fact that makes it so",
            "2:93 `x` is not a control of `controls`; declare it under `controls`",
        ],
    ),
    (
        "ambit: v1\nmodels: {m: {review: soon}}\n",
        &["2:22 `soon` is not a date; write a date as year, month and day, such as `2027-01-31`"],
    ),
    (
        "ambit: v1\ncheck: {fail_on: high, count-possible: 1}\n",
        &[
            "2:9 a setting of the check has no key `fail_on`; did you mean `fail-on`?",
            "2:40 `count-possible` is a number, not a truth value; write `true` or `false`",
        ],
    ),
    (
        "ambit: v1\nextends: [http://x/y, 'git:v1', ok.yaml]\n",
        &[
            "2:11 `http://x/y` is not a file to extend; write a path such as `../org/base.yaml`, or `git:<revision>:<path>`; nothing is fetched",
            "2:23 `git:v1` is not a file to extend; write a path such as `../org/base.yaml`, or `git:<revision>:<path>`; nothing is fetched",
        ],
    ),
    (
        "ambit: v1\nfacts: {tools: {t: {effects: [{ingests: mail, sends: mail}]}}}\n",
        &[
            "2:47 an effect has no key `sends`; make it an effect of its own",
            "2:41 `mail` is not declared under `facts.channels`, `facts.stores`; declare it there, or write the id of an asset of the map",
        ],
    ),
    (
        "ambit: v1\nfacts: {tools: {t: {effects: [{trust: public}]}}}\n",
        &[
            "2:31 the effect has none of the keys `ingests`, `reads`, `sends`, `writes`, `executes`, `spends`, `grants`, `remembers`, `recalls`, `delegates`; add the one that says what it is",
        ],
    ),
    (
        "ambit: v1\nfacts: {tools: {t: {effects: [unknwon, {executes: hots}]}}}\n",
        &[
            "2:31 `unknwon` is not an effect; did you mean `unknown`?",
            "2:51 `hots` is not a place where code runs; did you mean `host`? write one of `sandbox`, `workspace`, `host`, `remote`",
        ],
    ),
    (
        "ambit: v1\nfacts: {tools: {t: {effects: [{reads: 'memory:x'}, {remembers: note}]}}, memories: {notes: {}}}\n",
        &[
            "2:39 `memory:x` does not fit here; write an id that begins as `store:…`, `channel:…`",
            "2:64 `note` is not declared under `facts.memories`; did you mean `notes`?",
        ],
    ),
    (
        "ambit: v1\nfacts: {tools: {t: {}}}\n",
        &["2:17 the tool `t` has no `effects`; add `effects:` with a list, each item an effect"],
    ),
    (
        "ambit: v1\nfacts: {agents: {a: {tools: {x: auto, 'y/*': ask}, holds: [k], delegates: {b: auto}}}}\n",
        &[
            "2:46 `ask` is not a gate; did you mean `asked`? write one of `auto`, `prompted`, `asked`, `denied`",
            "2:30 `x` is not declared under `facts.tools`; declare it there, with its effects",
            "2:60 `k` is not declared under `facts.credentials`; declare it there, or write the id of an asset of the map",
            "2:76 `b` is not declared under `facts.agents`; declare it there, or write the id of an asset of the map",
        ],
    ),
    (
        "ambit: v1\nfacts: {credentials: {k: {opens: [crm]}}}\n",
        &[
            "2:35 `crm` is not declared under `facts.stores`, `facts.channels`; declare it there, or write the id of an asset of the map",
        ],
    ),
    (
        "ambit: v1\nfacts: {assets: {workspace: {trust: public}, 'store:x': {because: y}}}\n",
        &[
            "2:18 `workspace` is not an id of an asset; write its kind, a colon and its name, such as `store:workspace` or `tool:github/create_issue`",
            "2:18 the correction `workspace` has no `because`; add `because:` with a text, in words",
            "2:46 the correction `store:x` has none of the keys `name`, `trust`, `level`, `data`, `owner`, `effects`; add what it is to say",
        ],
    ),
    (
        "ambit: v1\nfacts: {edges: [{on: {form: 'agent:a'}, because: x}]}\n",
        &[
            "2:17 the correction has none of the keys `gate`, `audience`, `level`, `trust`, `reversibility`, `blast_radius`; add what it is to say",
            "2:23 an edge pattern has no key `form`; did you mean `from`?",
        ],
    ),
    (
        "ambit: v1\n---\nambit: v1\n",
        &["2:1 a second document begins here; one file holds one model; `extends` joins files"],
    ),
    (
        "ambit: v1\nsystem:\n  name: [\n",
        &[
            "4:1 not YAML: while parsing a node, did not find expected node content; mend this place; nothing of the file was read",
        ],
    ),
    (
        "ambit: v1\nsystem: {name: a, nmae: b, name: c}\n",
        &[
            "2:19 a system has no key `nmae`; did you mean `name`?",
            "2:28 the key `name` appears twice; remove one of them, or give them names of their own; the last one was read",
        ],
    ),
];

#[test]
fn malformed_files_get_exactly_these_messages() {
    for (text, expected) in CASES {
        assert_eq!(problems(text), *expected, "{text}");
    }
}

#[test]
fn a_key_that_nobody_has_filled_in_is_as_good_as_none() {
    clean("ambit: v1\nsystem:\n  owner:   # who?\nprotects:\ndecisions:\nfacts:\n  stores:\n");
}

#[test]
fn what_is_wrong_hides_nothing_that_is_right() {
    let text = "ambit: v1\nsystem: {name: Desk, exposure: web}\ncontrols:\n  a: {kind: structural, does: cuts, on: e-abc}\n  b: {}\n";
    let (document, problems) = ambit_model::stated::read("ambit.yaml", text);
    assert_eq!(problems.len(), 4);
    assert_eq!(document.model.system.name.as_deref(), Some("Desk"));
    assert_eq!(document.model.controls.names().collect::<Vec<_>>(), ["a"]);
}

#[test]
fn an_entry_that_is_wrong_is_told_once_and_not_again_where_it_is_named() {
    let text = "ambit: v1\ncontrols: {a: {kind: structural}}\ncoverage: {'ASI01:2026': {answer: covered, control: a}}\n\
                facts: {tools: {crm/x: {}}, agents: {b: {tools: {crm/x: auto, 'crm/*': auto}}}}\n";
    assert_eq!(problems(text).len(), 3, "{:?}", problems(text));
}

/// Problems that no shape can say, so that no schema can either.
const BEYOND_SCHEMAS: [&str; 14] = [
    "appears twice",
    "control never",
    "bounds nothing",
    "is unused",
    "not declared under",
    "does not fit here",
    "without a reason",
    "of `controls`;",
    "of `never`;",
    "second document",
    "not YAML",
    "before it was taken",
    "is not an edge or an asset",
    "is not a file to extend",
];

#[test]
fn the_schema_rejects_what_is_malformed() {
    let validator = jsonschema::validator_for(&ambit_model::stated::schema()).expect("the schema is one");
    for (text, expected) in CASES {
        if !expected.iter().any(|it| BEYOND_SCHEMAS.iter().any(|beyond| it.contains(beyond))) {
            assert!(!validator.is_valid(&super::examples::json(text)), "{text}");
        }
    }
}
