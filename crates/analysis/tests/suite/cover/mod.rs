//! Every kind of answer to a category, each beside the nearest map that gives another. What people answer is in
//! `people`.

mod people;

use std::collections::BTreeMap;

use ambit_catalog::Catalog;
use ambit_discovery::{Memory, Settings};
use ambit_model::assessment::{SCHEMA, ToolVersion};
use ambit_model::coverage::{Answer, Coverage, Source, State};
use ambit_model::facts::Inputs;
use ambit_model::stated::Model;
use ambit_model::{
    Assessment, Asset, AssetId, AssetKind, Audience, Closed, Confidence, EdgeId, Exposure, Finding, Gate,
    Level, Place, ReachEdge, Reversibility, Severity, Status, Summary, Tier, Trust, Verb,
};

fn catalog() -> Catalog {
    Catalog::compiled().expect("the catalog decodes")
}

/// An edge `from verb to via`, open and of no weight.
fn edge(text: &str) -> ReachEdge {
    let words: Vec<&str> = text.split(' ').collect();
    let [from, to] = [words[0], words[2]].map(AssetId::from_text);
    let verb = Verb::from_word(words[1]).expect("a verb");
    let via = words.get(3).map(|it| AssetId::from_text(*it));
    ReachEdge {
        because: Vec::new(),
        id: EdgeId::of(&from, verb, &to, via.as_ref()),
        from,
        verb,
        to,
        via,
        touches: [].into(),
        level: None,
        audience: None,
        reached_by: None,
        gate: Gate::Auto,
        decided_by: None,
        scope: None,
        consequence: "".into(),
        reversibility: None,
        blast_radius: None,
        tier: Tier::T0,
        controls: Vec::new(),
        owner: None,
        confidence: Confidence::Certain,
        stock: false,
        provenance: [].into(),
    }
}

fn ingests() -> ReachEdge {
    ReachEdge { reached_by: Some(Trust::Public), ..edge("agent:a ingests channel:mail tool:a/read") }
}

fn executes() -> ReachEdge {
    let (tier, taken_back) = (Tier::T4, Some(Reversibility::Irreversible));
    ReachEdge { tier, reversibility: taken_back, ..edge("agent:a executes environment:host tool:a/run") }
}

fn sends() -> ReachEdge {
    let (audience, level) = (Some(Audience::Public), Some(Level::Confidential));
    ReachEdge { audience, level, tier: Tier::T3, ..edge("agent:a sends channel:mail tool:a/send") }
}

fn reads() -> ReachEdge {
    ReachEdge { level: Some(Level::Confidential), ..edge("agent:a reads store:crm tool:a/look") }
}

/// The map of these edges.
fn map(edges: Vec<ReachEdge>) -> Assessment {
    let mut assets = BTreeMap::new();
    for id in edges.iter().flat_map(|it| [Some(&it.from), Some(&it.to), it.via.as_ref()]).flatten() {
        let kind = id.as_str().split(':').next().expect("a kind");
        let kind = if kind == "store" { Some(AssetKind::DataStore) } else { AssetKind::from_word(kind) };
        let kind = kind.expect("a kind of asset");
        assets.insert(id.clone(), Asset::new(id.clone(), kind, id.name()));
    }
    Assessment {
        boundaries: Vec::new(),
        decided: Vec::new(),
        duties: Vec::new(),
        notes: Vec::new(),
        schema: SCHEMA.to_owned(),
        tool: ToolVersion { name: String::new(), version: String::new() },
        inputs: Inputs::default(),
        assets: assets.into_values().collect(),
        edges,
        findings: Vec::new(),
        groups: Vec::new(),
        baseline: Vec::new(),
        closed: Vec::new(),
        patterns: Vec::new(),
        summary: Summary::default(),
    }
}

fn covered(assessment: &Assessment) -> Coverage {
    ambit_analysis::cover(assessment, &Model::default(), &catalog(), None)
}

fn answer(coverage: &Coverage, category: &str, agent: &str) -> Answer {
    let all = coverage.frameworks.iter().flat_map(|it| &it.categories);
    let found = all.filter(|it| it.id == category).flat_map(|it| &it.answers);
    found.into_iter().find(|it| it.agent.name() == agent).expect("there is an answer").clone()
}

/// What the map alone answers for `agent:a`.
fn of(edges: Vec<ReachEdge>, category: &str) -> Answer {
    answer(&covered(&map(edges)), category, "a")
}

#[test]
fn a_path_over_its_own_edges_is_a_scenario_with_what_stands_before_it() {
    let found = of(vec![ingests(), executes()], "ASI05:2026");
    assert_eq!((found.state, found.by), (State::Answered, Source::Map));
    let scenario = found.scenario.as_deref().expect("words");
    assert_eq!(
        scenario,
        "strangers can write `mail`, which `a` takes in with `a/read`; `a` can run code in `host` with `a/run`"
    );
    assert_eq!(found.exposure, Some(Exposure::Open));
    assert!(found.is_unguarded() && found.condition.is_some() && found.edges.len() == 2);

    let asked = ReachEdge { gate: Gate::Asked, decided_by: Some(Place::new("s.json", 4, 1)), ..executes() };
    let found = of(vec![ingests(), asked], "ASI05:2026");
    assert_eq!(found.controls, ["a rule asks before `a/run` (`s.json:4`)"]);
    assert!(!found.is_unguarded() && found.exposure == Some(Exposure::Guarded));

    let controlled = ReachEdge { controls: vec!["proxy".to_owned()], ..executes() };
    assert_eq!(of(vec![ingests(), controlled], "ASI05:2026").controls, ["the control `proxy`"]);
}

#[test]
fn a_missing_fact_is_not_applicable_and_says_so() {
    let found = of(vec![ingests()], "ASI05:2026");
    assert_eq!(found.state, State::NotApplicable);
    assert_eq!(found.because.as_deref(), Some("`a` can run no code"));
    let found = of(vec![executes()], "ASI01:2026");
    assert_eq!(
        found.because.as_deref(),
        Some("nothing that outsiders can write gets into the context of `a`")
    );
    let steered = ReachEdge { reached_by: Some(Trust::Public), ..executes() };
    assert_eq!(of(vec![steered], "ASI01:2026").state, State::Answered, "by way of others");
}

#[test]
fn an_unknown_tool_leaves_open_what_it_could_do_and_no_more() {
    let unknown = edge("agent:a may-reach environment:unknown tool:x/any");
    let found = of(vec![ingests(), unknown.clone()], "ASI05:2026");
    assert_eq!(found.state, State::Open);
    assert_eq!(found.because.as_deref(), Some("nobody knows what `x/any` does"));
    assert_eq!(
        of(vec![ingests(), unknown.clone()], "AST02").state,
        State::NotApplicable,
        "no tool is a skill"
    );
    let denied = ReachEdge { gate: Gate::Denied, ..unknown };
    assert_eq!(of(vec![ingests(), denied], "ASI05:2026").state, State::NotApplicable);
}

#[test]
fn of_a_client_without_known_tools_nothing_is_ruled_out() {
    let supplied = vec![
        edge("server:s supplies tool:s/read"),
        edge("agent:a loads server:s"),
        ReachEdge { reached_by: Some(Trust::Public), ..edge("agent:a ingests channel:mail tool:s/read") },
    ];
    let found = of(supplied.clone(), "ASI05:2026");
    assert_eq!(found.state, State::Open);
    assert!(found.because.expect("a reason").contains("of its own"));
    let known = [supplied, vec![edge("agent:a reads store:workspace tool:a/look")]].concat();
    assert_eq!(of(known, "ASI05:2026").state, State::NotApplicable);
}

#[test]
fn what_is_denied_is_answered_by_the_line_that_denies_it() {
    let by = Some(Place::new("s.json", 4, 1));
    let denied = ReachEdge { gate: Gate::Denied, decided_by: by.clone(), ..executes() };
    let found = of(vec![ingests(), denied], "ASI05:2026");
    assert_eq!((found.state, found.exposure), (State::Answered, None));
    assert_eq!(found.controls, ["`a/run` is denied (`s.json:4`)"]);
    assert!(found.scenario.expect("words").ends_with("were it not denied"));

    let mut closed = map(vec![ingests(), reads(), ReachEdge { gate: Gate::Denied, level: None, ..sends() }]);
    closed.closed.push(Closed {
        rule: "lethal-trifecta".to_owned(),
        subject: AssetId::from_text("agent:a"),
        end: AssetId::from_text("channel:mail"),
        cut: vec![sends().id],
        by: by.into_iter().collect(),
    });
    let found = answer(&covered(&closed), "LLM02:2025", "a");
    assert_eq!((found.state, found.controls), (State::Answered, vec!["denied by `s.json:4`".to_owned()]));
    closed.closed.clear();
    assert_eq!(answer(&covered(&closed), "LLM02:2025", "a").state, State::Open);
}

fn finding(rule: &str, subject: &str, severity: Severity) -> Finding {
    Finding {
        decision: None,
        id: format!("f-{rule}-{severity}"),
        basis: String::new(),
        group: String::new(),
        rule: rule.to_owned(),
        severity,
        exposure: Exposure::Open,
        tier: Tier::T3,
        confidence: Confidence::Likely,
        subject: AssetId::from_text(subject),
        end: AssetId::from_text("channel:mail"),
        title: String::new(),
        message: format!("the harm of {rule}"),
        legs: [("untrusted".to_owned(), vec![ingests().id]), ("outbound".to_owned(), vec![sends().id])]
            .into(),
        evidence: Vec::new(),
        categories: vec!["ASI10:2026".to_owned()],
        remedies: Vec::new(),
        status: Status::Open,
    }
}

#[test]
fn the_worst_finding_is_the_scenario_and_only_of_its_own_agent_and_rule() {
    let mut found = map(vec![
        ingests(),
        sends(),
        edge("agent:b reads store:crm tool:b/look"),
        edge("agent:b sends channel:mail tool:b/send"),
    ]);
    found.findings = vec![
        finding("hijackable-action", "agent:a", Severity::Medium),
        finding("lethal-trifecta", "agent:a", Severity::Critical),
        finding("stored-injection", "agent:a", Severity::Low),
    ];
    let coverage = covered(&found);
    let own = answer(&coverage, "ASI01:2026", "a");
    assert_eq!(own.scenario.as_deref(), Some("the harm of lethal-trifecta"));
    assert_eq!(own.findings, ["f-lethal-trifecta-critical", "f-hijackable-action-medium"]);
    assert!(answer(&coverage, "ASI01:2026", "b").findings.is_empty(), "another agent's harm");
    let named = answer(&coverage, "ASI10:2026", "a");
    assert!(named.findings.is_empty(), "that a rule names a category answers nothing");
}

#[test]
fn another_agent_counts_only_on_the_other_side() {
    let write = edge("agent:a remembers memory:m tool:a/note");
    let look = edge("agent:a reads store:workspace tool:a/look");
    let alone = of(vec![write.clone(), look.clone()], "ASI07:2026");
    assert_eq!(alone.state, State::NotApplicable);
    let both_write = edge("agent:b remembers memory:m tool:b/note");
    assert_eq!(of(vec![write.clone(), look, both_write], "ASI07:2026").state, State::NotApplicable);
    let found = of(vec![write, edge("agent:b recalls memory:m tool:b/back")], "ASI07:2026");
    let scenario = found.scenario.expect("words");
    assert_eq!(
        scenario.as_ref(),
        "`a` can write into `m` with `a/note`, and `b` reads it back with `b/back`"
    );
}

#[test]
fn a_path_crosses_layers_only_over_assets_of_several() {
    let found = of(vec![ingests(), executes()], "MAESTRO-X-03");
    assert_eq!(found.state, State::Answered);
    let one_layer = ReachEdge {
        reached_by: Some(Trust::Public),
        via: None,
        tier: Tier::T4,
        ..edge("agent:a executes environment:host")
    };
    let mut assessment = map(vec![one_layer, edge("agent:a reads store:workspace tool:a/look")]);
    assert_eq!(answer(&covered(&assessment), "MAESTRO-X-03", "a").state, State::Open);
    assessment.edges[0].via = Some(AssetId::from_text("tool:a/look"));
    assert_eq!(answer(&covered(&assessment), "MAESTRO-X-03", "a").state, State::Answered);
}

#[test]
fn stride_is_asked_for_each_kind_of_asset_that_is_there() {
    let coverage = covered(&map(vec![ingests(), executes()]));
    let because = answer(&coverage, "T/memory", "a").because;
    assert_eq!(because.as_deref(), Some("`a` touches no memory on this map"));
    let scenario = answer(&coverage, "T/environment", "a").scenario.expect("words");
    assert!(scenario.contains("`host`"), "{scenario}");
    assert_eq!(answer(&coverage, "T/model", "a").state, State::Open, "there is a model, seen or not");
    let stride = coverage.frameworks.iter().find(|it| it.id == "stride").expect("it is there");
    assert!(stride.categories.iter().all(|it| it.part.is_some()));
}

#[test]
fn conditions_name_rules_that_exist_and_all_that_name_the_category() {
    let catalog = catalog();
    let rules: BTreeMap<_, _> =
        ambit_analysis::rules::ALL.iter().map(|it| (it.info.id, it.info.categories)).collect();
    for (key, condition) in catalog.coverage().values().flat_map(|it| &it.categories) {
        for rule in &condition.findings {
            assert!(rules.contains_key(rule.as_str()), "{key}: no rule `{rule}`");
        }
    }
    // What nobody knows is no scenario.
    for (rule, categories) in rules.iter().filter(|(it, _)| **it != "unknown-reach") {
        for category in *categories {
            let named = catalog.conditions(category).any(|(.., it)| it.findings.iter().any(|it| it == rule));
            assert!(named, "{rule} names {category}, whose condition does not name it");
        }
    }
}

#[test]
fn a_client_that_starts_agents_of_its_own_is_never_alone_for_sure() {
    let catalog = catalog();
    let cover = |files: &[(&str, &str)]| {
        let source = Memory::of(files.iter().copied());
        let inventory = ambit_discovery::read(&source, &catalog, &Settings::default());
        covered(&ambit_analysis::assess(inventory, &catalog))
    };
    let coverage = cover(&[(".claude/settings.json", "{}")]);
    let found = answer(&coverage, "ASI07:2026", "claude-code");
    assert_eq!(found.state, State::Open);
    assert!(found.because.expect("a reason").contains("agents of its own with `Agent`"));
    let open = |it: &Answer| it.state == State::Open;
    assert!(open(&answer(&coverage, "AG-GV.1", "claude-code")), "only people know");
}

#[test]
fn two_hundred_agents_are_as_many_answers_each_and_none_twice() {
    let mut edges = Vec::new();
    for number in 0..200 {
        for tool in 0..100 {
            let text = format!("agent:a{number} reads store:s{tool} tool:a{number}/t{tool}");
            edges.push(ReachEdge { level: Some(Level::Internal), ..edge(&text) });
        }
    }
    let coverage = covered(&map(edges));
    assert_eq!(coverage.agents.len(), 200);
    for category in coverage.frameworks.iter().flat_map(|it| &it.categories) {
        assert_eq!(category.answers.len(), 200, "{}", category.id);
    }
}
