//! What people answer, beside what the map does.

use ambit_model::AssetId;
use ambit_model::coverage::{Coverage, Source, State};
use ambit_model::stated::{Date, join, read};

use super::{answer, catalog, edge, executes, ingests, map};

const SAID: &str = r#"ambit: v1
controls:
  proxy: {kind: structural, does: cuts, on: "channel:mail"}
  later: {kind: structural, does: cuts, on: "channel:mail", state: planned}
coverage:
  "ASI01:2026": {answer: covered, control: proxy, owner: security, until: 2027-01-31}
  "ASI04:2026": {answer: covered, control: later}
  "ASI05:2026":
    - {answer: not-applicable, because: it is a demonstration}
    - {answer: open, agent: "agent:b*", owner: platform}
  "T/agent": {answer: covered, because: looked at}
  "S": {answer: not-applicable, because: nobody else is there}
  "S/agent": {answer: open}
  "ASI1:2026": {answer: open}
  "ASI02:2026": {answer: open, agent: "agent:gone"}
"#;

fn said(today: Option<&str>) -> Coverage {
    let (document, problems) = read("ambit.yaml", SAID);
    assert_eq!(problems, []);
    let (model, problems) = join([document]);
    assert_eq!(problems, []);
    let other = edge("agent:b reads store:crm tool:b/look");
    let today = today.map(|it| Date::new(it).expect("a date"));
    ambit_analysis::cover(&map(vec![ingests(), executes(), other]), &model, &catalog(), today.as_ref())
}

#[test]
fn what_people_answer_stands_before_the_map_until_it_runs_out() {
    let coverage = said(Some("2027-01-31"));
    let own = answer(&coverage, "ASI01:2026", "a");
    assert_eq!(
        (own.state, own.by, own.owner.as_deref()),
        (State::Answered, Source::Person, Some("security"))
    );
    assert!(own.controls.contains(&"the control `proxy` (structural, cuts)".to_owned()));
    assert!(own.scenario.is_some(), "what the map shows stays");

    let own = answer(&said(Some("2027-02-01")), "ASI01:2026", "a");
    assert_eq!((own.by, own.expired.as_deref()), (Source::Map, Some("2027-01-31")));
    assert_eq!(answer(&said(None), "ASI01:2026", "a").by, Source::Person, "no day, no end");
}

#[test]
fn a_planned_control_covers_nothing_and_a_denial_does_not_hide_the_map() {
    let coverage = said(None);
    let planned = answer(&coverage, "ASI04:2026", "a");
    assert_eq!((planned.state, planned.by), (State::Open, Source::Person));
    assert!(planned.because.expect("a reason").contains("`later` is planned"));
    let denied = answer(&coverage, "ASI05:2026", "a");
    assert_eq!(denied.state, State::NotApplicable);
    assert!(denied.scenario.is_none() && denied.against.expect("words").contains("run code"));
    let own = answer(&coverage, "ASI05:2026", "b");
    assert_eq!((own.state, own.owner.as_deref()), (State::Open, Some("platform")), "the nearer answer");
}

#[test]
fn an_answer_is_for_a_category_or_for_one_kind_of_asset_of_it() {
    let coverage = said(None);
    assert_eq!(answer(&coverage, "T/agent", "a").by, Source::Person);
    assert_eq!(answer(&coverage, "T/tool", "a").by, Source::Map);
    assert_eq!(answer(&coverage, "S/agent", "a").state, State::Open);
    assert_eq!(answer(&coverage, "S/tool", "a").state, State::NotApplicable);
}

#[test]
fn answers_that_answer_nothing_are_told() {
    let told: Vec<String> =
        said(None).problems.iter().map(|it| format!("{}: {}; {}", it.line, it.message, it.help)).collect();
    assert_eq!(
        told,
        [
            "14: `ASI1:2026` is not a category that Ambit knows; did you mean `ASI01:2026`?",
            "15: no agent of the map is `agent:gone`; name an agent that `ambit scan` shows, or take the answer out",
        ]
    );
}

#[test]
fn counts_add_up_and_follow_what_is_kept() {
    let mut coverage = said(None);
    let categories: usize = coverage.frameworks.iter().map(|it| it.categories.len()).sum();
    let all = |coverage: &Coverage| coverage.frameworks.iter().map(|it| it.counts.all()).sum::<usize>();
    assert_eq!(all(&coverage), 2 * categories);
    coverage.keep(Some("owasp-asi-2026"), Some(&AssetId::from_text("agent:b")));
    assert_eq!((coverage.agents.len(), coverage.frameworks.len(), all(&coverage)), (1, 1, 10));
}
