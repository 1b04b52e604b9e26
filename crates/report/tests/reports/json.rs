//! `ambit.assessment/v1`.

use ambit_model::Assessment;
use ambit_report::visible::is_hidden;
use ambit_report::{Format, Options, render};
use serde_json::Value;

use crate::sample;

const SCHEMA: &str = include_str!("../../../../schemas/assessment.schema.json");

pub(crate) fn json(assessment: &Assessment) -> String {
    let mut out = Vec::new();
    render(assessment, Format::Json, &Options::default(), &mut out).expect("a vector takes all");
    String::from_utf8(out).expect("text")
}

#[test]
fn it_fits_the_checked_in_schema() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    for assessment in [sample::assessment(), sample::hostile(), sample::empty()] {
        let value: Value = serde_json::from_str(&json(&assessment)).expect("the report is JSON");
        let errors: Vec<_> = validator.iter_errors(&value).map(|it| it.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
    }
    assert!(!validator.is_valid(&serde_json::json!({"schema": "ambit.assessment/v1"})));
}

#[test]
fn it_reads_back_as_what_it_was() {
    for assessment in [sample::assessment(), sample::hostile(), sample::empty()] {
        let text = json(&assessment);
        assert!(text.ends_with("}\n") && !text.ends_with("\n\n"));
        assert_eq!(serde_json::from_str::<Assessment>(&text).expect("it reads back"), assessment);
    }
}

#[test]
fn hidden_characters_are_escaped() {
    let text = json(&sample::hostile());
    assert!(!text.chars().any(|it| it != '\n' && is_hidden(it)), "{text}");
    assert!(text.contains(r"\u202e") && text.contains(r"\udb40\udc41"), "{text}");
}

/// The names that the contract promises.
#[test]
fn fields_have_the_names_of_the_contract() {
    let value: Value = serde_json::from_str(&json(&sample::assessment())).expect("JSON");
    let has = |at: &str, names: &[&str]| {
        let part = value.pointer(at).unwrap_or_else(|| panic!("nothing at {at}"));
        for name in names {
            assert!(part.get(name).is_some(), "no `{name}` at {at}");
        }
    };
    has("", &["schema", "tool", "inputs", "assets", "edges", "findings", "summary"]);
    has("/tool", &["name", "version"]);
    has("/inputs", &["root", "seen", "read", "ignored", "skipped", "problems"]);
    has("/inputs/skipped/0", &["path", "reason"]);
    has("/inputs/problems/0", &["path", "line", "column", "message", "help"]);
    has("/assets/0", &["id", "kind", "name", "layer", "provenance"]);
    let edge =
        ["id", "from", "verb", "to", "via", "touches", "gate", "consequence", "tier", "controls", "owner"];
    has("/edges/0", &edge);
    has("/edges/0", &["provenance"]);
    let finding = ["id", "basis", "group", "exposure", "rule", "severity", "confidence", "subject", "title"];
    has("/findings/0", &finding);
    has("/findings/0", &["message", "legs", "evidence", "categories", "remedies", "status"]);
    has("/summary", &["agents", "tools", "edges", "findings"]);
    assert_eq!(value["schema"], "ambit.assessment/v1");
    assert_eq!(value["summary"]["findings"]["critical"], 1);
}
