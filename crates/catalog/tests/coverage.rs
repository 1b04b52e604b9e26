//! Every category of every framework has its condition, and conditions refer only to what exists.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_catalog::schema::{Condition, EdgeForm, Fact};
use ambit_model::AssetKind;

fn catalog() -> Catalog {
    Catalog::compiled().expect("the catalog decodes")
}

fn all(catalog: &Catalog) -> impl Iterator<Item = (&str, &Condition)> {
    catalog.coverage().values().flat_map(|it| it.categories.iter().map(|(id, it)| (id.as_str(), it)))
}

fn category(key: &str) -> &str {
    key.split('/').next().unwrap_or(key)
}

#[test]
fn every_category_has_a_condition_in_its_own_framework_and_no_other() {
    let catalog = catalog();
    let mut found = BTreeMap::new();
    for (id, framework) in catalog.coverage() {
        assert!(!framework.source.is_empty(), "coverage/{id}.toml: no source");
        for key in framework.categories.keys() {
            let known = catalog.categories().get(category(key));
            let of = known.map(|it| it.framework.as_str());
            assert_eq!(of, Some(framework.framework.as_str()), "coverage/{id}.toml: {key}");
            let elsewhere = found.insert(category(key), id).filter(|it| *it != id);
            assert_eq!(elsewhere, None, "coverage/{id}.toml: {key}");
        }
    }
    let silent: Vec<_> = catalog.categories().keys().filter(|it| !found.contains_key(it.as_str())).collect();
    assert!(silent.is_empty(), "no condition for {silent:?}");
}

#[test]
fn conditions_name_facts_and_questions_that_exist_and_none_is_idle() {
    let catalog = catalog();
    let (mut facts, mut questions) = (BTreeSet::new(), BTreeSet::new());
    for (id, condition) in all(&catalog) {
        for fact in condition.needs.iter().chain(&condition.path) {
            assert!(catalog.facts().contains_key(fact), "{id}: no fact `{fact}`");
            facts.insert(fact);
        }
        assert!(catalog.questions().contains_key(&condition.ask), "{id}: no question `{}`", condition.ask);
        questions.insert(&condition.ask);
        if let Some((_, kind)) = id.split_once('/') {
            assert_eq!(condition.element.map(AssetKind::word), Some(kind), "{id}");
        }
    }
    assert_eq!(facts, catalog.facts().keys().collect());
    assert_eq!(questions, catalog.questions().keys().collect());
}

#[test]
fn sentences_are_written_as_they_are_put_together() {
    let catalog = catalog();
    for (name, Fact { title, absent, when, edges }) in catalog.facts() {
        assert!(absent.contains("{agent}"), "{name}: {absent}");
        assert!(!edges.is_empty() && edges.iter().all(|it| !it.verb.is_empty()), "{name}: no edge fits");
        for text in [title, absent, when] {
            assert!(!text.is_empty() && !text.ends_with('.'), "{name}: {text}");
        }
    }
    for (name, question) in catalog.questions() {
        assert!(question.ends_with('?') && question.starts_with(char::is_uppercase), "{name}: {question}");
    }
}

#[test]
fn what_an_unknown_tool_could_be_is_told_from_what_it_could_not() {
    let catalog = catalog();
    let may = |fact: &str| catalog.facts()[fact].edges.iter().any(EdgeForm::may_be_unknown);
    assert!(may("memory") && may("code") && may("outsider-content"));
    assert!(!may("supply") && !may("held-credential") && !may("skill"));
}
