//! Open Threat Model 0.2.0. What the format demands is written down here in our own words; the schema itself is under
//! a licence of its own and not part of this repository.

use std::collections::BTreeSet;

use ambit_model::{Assessment, Gate};
use ambit_report::{Format, Options, render};
use serde_json::{Value, json};

use crate::sample;

fn otm(assessment: &Assessment) -> Value {
    let mut out = Vec::new();
    render(assessment, Format::Otm, &Options::default(), &mut out).expect("a vector takes all");
    serde_json::from_slice(&out).expect("the report is JSON")
}

/// A list of objects with these keys, all of which must be there.
fn list(keys: &Value) -> Value {
    let required: Vec<&String> = keys.as_object().expect("keys").keys().collect();
    json!({"type": "array", "items": {"type": "object", "required": required, "properties": keys}})
}

fn demands() -> Value {
    let (text, number, texts) = (
        json!({"type": "string"}),
        json!({"type": "number"}),
        json!({"type": "array", "items": {"type": "string"}}),
    );
    let risk = |keys: &[&str]| {
        let properties: serde_json::Map<_, _> =
            keys.iter().map(|it| ((*it).to_owned(), number.clone())).collect();
        json!({"type": "object", "required": keys, "properties": properties})
    };
    let parent = json!({"oneOf": [{"required": ["trustZone"]}, {"required": ["component"]}]});
    json!({
        "type": "object",
        "required": ["otmVersion", "project"],
        "properties": {
            "otmVersion": {"const": "0.2.0"},
            "project": {"type": "object", "required": ["name", "id"]},
            "representations": list(&json!({"name": text, "id": text, "type": text})),
            "assets": list(&json!({
                "name": text, "id": text, "risk": risk(&["confidentiality", "integrity", "availability"]),
            })),
            "trustZones": list(&json!({"id": text, "name": text, "risk": risk(&["trustRating"])})),
            "components": list(&json!({"id": text, "name": text, "type": text, "parent": parent})),
            "dataflows": list(&json!({
                "id": text, "name": text, "source": text, "destination": text, "assets": texts,
            })),
            "threats": list(&json!({
                "id": text, "name": text, "categories": texts, "risk": risk(&["likelihood", "impact"]),
            })),
            "mitigations": list(&json!({"id": text, "name": text, "riskReduction": number})),
        },
    })
}

#[test]
fn it_has_what_the_format_demands() {
    let validator = jsonschema::validator_for(&demands()).expect("it is a schema");
    for assessment in [sample::assessment(), sample::hostile(), sample::empty()] {
        let errors: Vec<_> = validator
            .iter_errors(&otm(&assessment))
            .map(|it| format!("{}: {it}", it.instance_path()))
            .collect();
        assert_eq!(errors, Vec::<String>::new());
    }
    assert!(!validator.is_valid(&json!({"otmVersion": "0.2.0"})));
}

fn ids(model: &Value, key: &str) -> BTreeSet<String> {
    let all: Vec<String> = model[key]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| it["id"].as_str().expect("an id").to_owned())
        .collect();
    let once: BTreeSet<String> = all.iter().cloned().collect();
    assert_eq!(all.len(), once.len(), "{key}");
    once
}

#[test]
fn whatever_is_named_is_there() {
    for assessment in [sample::assessment(), sample::hostile()] {
        let model = otm(&assessment);
        let [zones, components, threats, mitigations, assets] =
            ["trustZones", "components", "threats", "mitigations", "assets"].map(|it| ids(&model, it));
        let named = |value: &Value, among: &BTreeSet<String>| {
            let name = value.as_str().expect("a name");
            assert!(among.contains(name), "{name}");
        };
        for component in model["components"].as_array().expect("components") {
            match &component["parent"]["trustZone"] {
                Value::Null => named(&component["parent"]["component"], &components),
                zone => named(zone, &zones),
            }
            for posed in component["threats"].as_array().into_iter().flatten() {
                named(&posed["threat"], &threats);
                posed["mitigations"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .for_each(|it| named(&it["mitigation"], &mitigations));
            }
        }
        for flow in model["dataflows"].as_array().expect("flows") {
            named(&flow["source"], &components);
            named(&flow["destination"], &components);
            flow["assets"].as_array().into_iter().flatten().for_each(|it| named(it, &assets));
        }
    }
}

#[test]
fn edges_are_flows_in_the_direction_of_the_data_and_what_is_denied_is_none() {
    let assessment = sample::assessment();
    let model = otm(&assessment);
    let open = assessment.edges.iter().filter(|it| it.gate != Gate::Denied);
    let open: BTreeSet<String> = open.map(|it| it.id.to_string()).collect();
    assert_eq!(ids(&model, "dataflows"), open);
    for flow in model["dataflows"].as_array().expect("flows") {
        let verb = flow["attributes"]["ambit"]["verb"].as_str().expect("a verb");
        let into = matches!(verb, "ingests" | "reads" | "recalls" | "holds" | "loads");
        let agent = &flow[if into { "destination" } else { "source" }];
        assert!(agent.as_str().is_some_and(|it| it.starts_with("agent:")), "{flow}");
    }
    let threats: BTreeSet<String> = assessment.findings.iter().map(|it| it.id.clone()).collect();
    assert_eq!(ids(&model, "threats"), threats);
}
