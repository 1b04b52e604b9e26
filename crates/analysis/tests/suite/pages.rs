//! Every rule page is a test: each `Bad` example gives findings of that rule whose evidence is exactly what is
//! marked with «», each `Good` example gives none.

use std::collections::BTreeSet;

use crate::support::{assess, examples};
use ambit_analysis::Judging;
use ambit_catalog::Catalog;
use ambit_model::Place;

#[test]
fn pages_hold() {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let mut wrong = Vec::new();
    for rule in ambit_analysis::rules::ALL {
        let id = rule.info.id;
        let examples = examples(rule.info.page);
        for section in ["Bad", "Good"] {
            assert!(examples.iter().any(|it| it.section == section), "{id}: no `## {section}`");
        }
        for example in examples {
            let judging = Judging { without_remedies: true, ..Judging::default() };
            let assessment = assess(&example.files, &catalog, &judging);
            let (problems, notes) = (&assessment.inputs.problems, &assessment.notes);
            assert!(problems.is_empty() && notes.is_empty(), "{id}: {problems:?} {notes:?}");
            let findings = assessment.findings.into_iter().filter(|it| it.rule == id);
            let found: BTreeSet<Place> = findings.flat_map(|it| it.evidence).collect();
            if found != example.marks {
                let (found, marked) = (show(&found), show(&example.marks));
                wrong.push(format!("{id}: `## {}`: found at {found}, marked {marked}", example.section));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn pages_have_the_same_sections() {
    for rule in ambit_analysis::rules::ALL {
        let id = rule.info.id;
        let headings: Vec<&str> = rule.info.page.lines().filter_map(|it| it.strip_prefix("## ")).collect();
        assert_eq!(headings, ["Why", "Bad", "Good", "Fix", "Limits"], "{id}");
        assert_eq!(rule.info.page.lines().next(), Some(format!("# {}", rule.info.title).as_str()), "{id}");
    }
}

#[test]
fn every_file_is_listed() {
    let here = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules");
    #[expect(clippy::disallowed_methods, reason = "the test looks at our own sources")]
    let files: BTreeSet<String> = std::fs::read_dir(here)
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .filter_map(|it| it.strip_suffix(".md").map(|it| it.replace('_', "-")))
        .collect();
    let ids: BTreeSet<String> = ambit_analysis::rules::ALL.iter().map(|it| it.info.id.to_owned()).collect();
    assert_eq!(files, ids);
}

#[test]
fn every_category_is_in_the_catalog() {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    for rule in ambit_analysis::rules::ALL {
        for category in rule.info.categories {
            assert!(catalog.categories().contains_key(*category), "{}: {category}", rule.info.id);
        }
    }
}

fn show(places: &BTreeSet<Place>) -> String {
    let all: Vec<String> = places.iter().map(|it| format!("{}:{}:{}", it.path, it.line, it.column)).collect();
    format!("[{}]", all.join(", "))
}
