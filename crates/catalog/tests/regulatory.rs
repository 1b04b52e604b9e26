//! Items of regulations name kinds of evidence that exist, and every item says where its evidence is or is kept.

use std::collections::BTreeSet;

use ambit_catalog::Catalog;

#[test]
fn items_name_evidence_that_exists_and_none_is_idle() {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let known = catalog.regulatory();
    let mut used = BTreeSet::new();
    for (id, framework) in &known.frameworks {
        assert!(!framework.source.is_empty() && !framework.edition.is_empty(), "{id}");
        let ids: BTreeSet<&str> = framework.items.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(ids.len(), framework.items.len(), "{id}: an item is there twice");
        for item in &framework.items {
            assert!(!item.evidence.is_empty() || item.outside.is_some(), "{id}: {} says nothing", item.id);
            for kind in &item.evidence {
                assert!(known.evidence.contains_key(kind), "{id}: {}: no evidence `{kind}`", item.id);
                used.insert(kind);
            }
        }
    }
    assert_eq!(used, known.evidence.keys().collect());
}

#[test]
fn all_items_are_there() {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let count = |id: &str| catalog.regulatory().frameworks.get(id).map(|it| it.items.len());
    assert_eq!(count("eu-ai-act"), Some(20));
    assert_eq!(count("iso-42001"), Some(38));
    assert_eq!(count("nist-ai-rmf"), Some(72));
}
