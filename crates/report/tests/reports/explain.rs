//! One thing explained.

use ambit_catalog::Catalog;
use ambit_model::Assessment;
use ambit_report::visible::is_hidden;
use ambit_report::{Error, Options, Subject, explain};
use unicode_width::UnicodeWidthStr;

use crate::sample;

fn explained(what: &str, assessment: Option<&Assessment>) -> Result<String, Error> {
    let mut out = Vec::new();
    let options = Options { rules: sample::RULES, ..Options::default() };
    let catalog = Catalog::compiled().expect("the catalog decodes");
    explain(&Subject::new(what), (assessment, None), &catalog, &options, &mut out)?;
    Ok(String::from_utf8(out).expect("text"))
}

fn shown(what: &str) -> String {
    explained(what, Some(&sample::assessment())).unwrap_or_else(|e| panic!("{what}: {e}"))
}

#[test]
fn a_rule_is_its_page() {
    insta::assert_snapshot!(explained("lethal-trifecta", None).expect("a rule needs no map"));
}

#[test]
fn a_finding_has_all_its_legs_remedies_and_categories() {
    let assessment = sample::assessment();
    let finding = assessment.findings.iter().find(|it| it.rule == "lethal-trifecta").expect("the trifecta");
    let whole = shown(&finding.id);
    assert_eq!(shown(finding.id.get(..8).expect("an id is longer")), whole);
    insta::assert_snapshot!(whole);
}

#[test]
fn an_asset_says_how_it_is_known() {
    assert_eq!(shown("claude-code/WebFetch"), shown("tool:claude-code/WebFetch"));
    insta::assert_snapshot!(shown("tool:claude-code/WebFetch"));
}

#[test]
fn an_edge_has_all_its_fields() {
    let assessment = sample::assessment();
    let edge = assessment
        .edges
        .iter()
        .find(|it| it.verb == ambit_model::Verb::Sends && it.tier == ambit_model::Tier::T3);
    insta::assert_snapshot!(shown(edge.expect("the way out").id.as_str()));
}

#[test]
fn categories_and_controls_are_explained() {
    insta::assert_snapshot!(shown("ASI01:2026"));
    insta::assert_snapshot!(shown("deny-tool"));
}

#[test]
fn an_architecture_is_explained_by_what_is_here_and_a_sequence_by_its_steps() {
    let whole = shown("pattern:planner-with-tools");
    assert_eq!(shown("planner-with-tools"), whole);
    assert!(whole.contains("the map answers 1 of its 2"), "{whole}");
    assert!(whole.contains("Who sees the plan before it is carried out? open"), "{whole}");
    let absent = shown("pattern:plug-in-rich");
    assert!(absent.contains("Nothing here was recognised as one."), "{absent}");
    let sequence = shown("sequence:open-then-merge");
    assert!(sequence.contains("2. merge it") && sequence.contains("CICD-SEC-1"), "{sequence}");
    assert!(matches!(explained("pattern:open-then-merge", None), Err(Error::Unknown { .. })));
}

#[test]
fn what_is_not_there_gets_the_nearest_ids() {
    let error = explained("lethal-trifekta", None).expect_err("no such rule");
    assert_eq!(error.to_string(), "nothing is called `lethal-trifekta`; nearest: `lethal-trifecta`");
    let error = explained("\u{1b}[2Jzzzzzzzzzzzz", None).expect_err("no such thing");
    assert_eq!(error.to_string(), r"nothing is called `\u{1b}[2Jzzzzzzzzzzzz`");
    assert!(matches!(explained("", None), Err(Error::Unknown { .. })));
}

#[test]
fn a_beginning_of_many_ids_is_not_guessed() {
    let error = explained("f-", Some(&sample::assessment())).expect_err("many findings begin so");
    assert!(matches!(&error, Error::Ambiguous { matches, .. } if matches.len() == 5), "{error}");
}

#[test]
fn every_page_fits_the_width_and_shows_hostile_names() {
    let assessment = sample::hostile();
    let ids = assessment.findings.iter().map(|it| it.id.as_str());
    let ids = ids.chain(assessment.edges.iter().map(|it| it.id.as_str()));
    for id in ids.chain(assessment.assets.iter().map(|it| it.id.as_str())) {
        let text = explained(id, Some(&assessment)).unwrap_or_else(|e| panic!("{id}: {e}"));
        assert!(!text.chars().any(|it| it != '\n' && is_hidden(it)), "{text}");
        for line in text.lines() {
            assert!(line.width() <= 80, "{line}");
        }
    }
}
