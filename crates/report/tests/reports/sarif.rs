//! SARIF 2.1.0.

use ambit_model::Assessment;
use ambit_report::visible::is_hidden;
use ambit_report::{Format, Options, render};
use serde_json::Value;

use crate::sample;

/// The OASIS schema, unchanged, as the crate `serde-sarif` 0.8.0 (MIT) carries it. For this test only.
const SCHEMA: &str = include_str!("sarif-schema-2.1.0.json");

fn sarif(assessment: &Assessment) -> String {
    let mut out = Vec::new();
    let options = Options { rules: sample::RULES, ..Options::default() };
    render(assessment, Format::Sarif, &options, &mut out).expect("a vector takes all");
    String::from_utf8(out).expect("text")
}

fn value(assessment: &Assessment) -> Value {
    serde_json::from_str(&sarif(assessment)).expect("the report is JSON")
}

#[test]
fn it_validates_against_the_schema_of_the_standard() {
    let mut schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    for holder in ["run", "toolComponent"] {
        // These two patterns have a bracket that closes nothing; no report of ours has the property.
        let language = &mut schema["definitions"][holder]["properties"]["language"];
        assert!(language.as_object_mut().is_some_and(|it| it.remove("pattern").is_some()), "{holder}");
    }
    let validator =
        jsonschema::options().should_validate_formats(true).build(&schema).expect("it is a schema");
    for assessment in [sample::assessment(), sample::hostile(), sample::empty()] {
        let errors: Vec<_> = validator
            .iter_errors(&value(&assessment))
            .map(|it| format!("{}: {it}", it.instance_path()))
            .collect();
        assert_eq!(errors, Vec::<String>::new());
    }
    assert!(!validator.is_valid(&serde_json::json!({"version": "2.1.0"})));
}

#[test]
fn every_finding_is_a_result_at_its_line_with_its_path() {
    let assessment = sample::assessment();
    let log = value(&assessment);
    let results = log["runs"][0]["results"].as_array().expect("results");
    assert_eq!(results.len(), assessment.findings.len());
    let at = |result: &Value| result["locations"][0]["physicalLocation"].clone();
    let trifecta = results.iter().find(|it| it["ruleId"] == "lethal-trifecta").expect("the trifecta");
    assert_eq!(at(trifecta)["artifactLocation"]["uri"], ".mcp.json");
    assert_eq!(at(trifecta)["region"]["startLine"], 4);
    assert_eq!(trifecta["level"], "error");
    assert_eq!(trifecta["properties"]["security-severity"], "9.5");
    assert_eq!(trifecta["relatedLocations"][0]["physicalLocation"]["region"]["startLine"], 3);
    let flows = trifecta["codeFlows"][0]["threadFlows"].as_array().expect("legs");
    let legs: Vec<_> = flows.iter().filter_map(|it| it["id"].as_str()).collect();
    assert_eq!(legs, ["untrusted", "private", "outbound"]);
    for result in results {
        let rule = result["ruleIndex"].as_u64().expect("an index");
        let rules = &log["runs"][0]["tool"]["driver"]["rules"];
        assert_eq!(rules[usize::try_from(rule).expect("small")]["id"], result["ruleId"]);
        let finding =
            assessment.findings.iter().find(|it| result["partialFingerprints"]["ambitFinding/v1"] == it.id);
        let finding = finding.expect("the finding of the fingerprint");
        assert_eq!(result["suppressions"].is_array(), finding.status == ambit_model::Status::Accepted);
        if finding.evidence.is_empty() {
            assert_eq!(at(result)["artifactLocation"]["uri"], "ambit.yaml");
        }
    }
}

#[test]
fn what_was_accepted_is_suppressed_for_its_reason() {
    let mut assessment = sample::assessment();
    let accepted = assessment.findings.iter_mut().find(|it| it.status == ambit_model::Status::Accepted);
    accepted.expect("one is").decision = Some(ambit_model::DecisionNote {
        owner: "team".to_owned(),
        decision: "accept".to_owned(),
        until: "2027-01-31".to_owned(),
        reason: "a person reads it first\u{202e}".to_owned(),
        place: ambit_model::Place::start("ambit.yaml"),
        note: None,
    });
    let log = value(&assessment);
    let results = log["runs"][0]["results"].as_array().expect("results");
    let suppressed: Vec<&Value> = results.iter().filter_map(|it| it["suppressions"].get(0)).collect();
    let [suppression] = suppressed.as_slice() else { panic!("{suppressed:?}") };
    assert_eq!((&suppression["kind"], &suppression["status"]), (&"external".into(), &"accepted".into()));
    assert_eq!(
        suppression["justification"],
        "accept by team until 2027-01-31: a person reads it first\\u{202e}"
    );
}

#[test]
fn problems_are_notifications() {
    let log = value(&sample::assessment());
    let found = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(found["message"]["text"], "unknown field `comand`; did you mean `command`?");
    assert_eq!(found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "sub/.mcp.json");
}

#[test]
fn rules_bring_their_pages() {
    let log = value(&sample::assessment());
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules");
    let rule = rules.iter().find(|it| it["id"] == "lethal-trifecta").expect("the rule");
    assert_eq!(rule["help"]["markdown"], sample::TRIFECTA.page);
    assert_eq!(rule["properties"]["tags"], serde_json::json!(["security", "ASI01:2026"]));
}

#[test]
fn paths_are_uris_and_names_are_shown() {
    let mut assessment = sample::hostile();
    for finding in &mut assessment.findings {
        for place in &mut finding.evidence {
            place.path = "a b/\u{202e}x%20#?\n.json".into();
        }
    }
    let text = sarif(&assessment);
    assert!(!text.chars().any(|it| it != '\n' && is_hidden(it)), "{text}");
    assert!(text.contains("a%20b/%E2%80%AEx%2520%23%3F%0A.json"), "{text}");
    assert!(text.contains(r"\\u{202e}gnp"), "{text}");
}
