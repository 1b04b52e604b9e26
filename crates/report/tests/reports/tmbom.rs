//! TM-BOM 1.0.2. What the format demands is written down here in our own words.

use std::collections::BTreeSet;

use ambit_model::Assessment;
use ambit_report::{Format, Options, render};
use serde_json::{Value, json};

use crate::sample;

fn tmbom(assessment: &Assessment) -> Value {
    let mut out = Vec::new();
    render(assessment, Format::TmBom, &Options::default(), &mut out).expect("a vector takes all");
    serde_json::from_slice(&out).expect("the report is JSON")
}

/// A list of objects that must have the first keys, may have the others, and have no more.
fn list(required: &Value, optional: &Value) -> Value {
    let mut properties = required.as_object().expect("keys").clone();
    let needed: Vec<String> = properties.keys().cloned().collect();
    properties.extend(optional.as_object().expect("keys").clone());
    json!({"type": "array", "items": {
        "type": "object", "required": needed, "properties": properties, "additionalProperties": false,
    }})
}

fn demands() -> Value {
    let (text, truth) = (json!({"type": "string"}), json!({"type": "boolean"}));
    let name = json!({"type": "string", "pattern": "^[0-9a-z-]+$"});
    let names = json!({"type": "array", "items": name});
    let degree = json!({"enum": ["minimal", "low", "moderate", "high", "maximal"]});
    let kinds = json!({"type": "array", "items": {"enum": ["pii", "phi", "fin", "ip", "cred", "biz", "gov", "pci", "op"]}});
    let end = json!({"type": "object", "required": ["type", "object"], "properties": {
        "type": {"enum": ["actor", "component", "data-store"]}, "object": name,
    }});
    let none = json!({});
    let with = |more: Value| {
        let mut all = json!({"symbolic_name": name, "title": text, "description": text});
        all.as_object_mut().expect("keys").extend(more.as_object().expect("keys").clone());
        all
    };
    let properties = json!({
        "$schema": text,
        "version": {"type": "string", "pattern": r"^\d+(\.\d+)*$"},
        "description": text,
        "scope": list(&json!({
            "title": text, "description": text, "business_criticality": degree, "data_sensitivity": kinds,
            "exposure": {"enum": ["internal", "external"]},
            "tier": {"enum": ["mission_critical", "business_critical", "important", "non_critical"]},
        }), &none)["items"],
        "diagrams": list(&json!({"title": text, "type": {"const": "mermaid"}, "source": text}), &none),
        "trust_zones": list(&with(json!({})), &none),
        "trust_boundaries": list(&json!({"trust_zone_a": name, "trust_zone_b": name}), &none),
        "actors": list(&with(json!({"type": {"enum": ["third_party", "user"]}, "trust_zone": name})), &none),
        "components": list(&with(json!({"trust_zone": name})), &none),
        "data_stores": list(&with(json!({"type": {"enum": ["object", "key_value"]}, "trust_zone": name})), &none),
        "data_sets": list(&with(json!({"placements": {"type": "array"}, "data_sensitivity": kinds})), &none),
        "data_flows": list(&with(json!({
            "source": end, "destination": end, "has_sensitive_data": truth, "encrypted": truth,
        })), &none),
        "threat_personas": list(&with(json!({
            "is_person": truth, "skill_level": text, "access_level": text, "malicious_intent": truth,
            "applicability_to_org": degree,
        })), &none),
        "threats": list(&with(json!({
            "components_affected": names, "threat_persona": name, "event": text,
            "sources": {"type": "array", "items": {"const": "adversary"}},
        })), &json!({"weaknesses": list(&json!({"cwe_id": {"type": "integer"}}), &none)})),
        "controls": list(&with(json!({
            "threats": names, "status": {"enum": ["active", "approved", "suggested"]},
            "priority": {"enum": ["low", "medium", "high", "critical"]},
        })), &none),
        "risks": list(&with(json!({
            "threats": names, "likelihood": {"enum": ["unlikely", "possible", "likely"]},
            "impact": {"enum": ["negligible", "minor", "moderate", "major", "severe"]}, "impact_description": text,
            "score": {"type": "integer", "minimum": 0, "maximum": 25},
            "level": {"enum": ["very_low", "low", "medium", "high", "very_high", "critical"]},
        })), &none),
    });
    let required: Vec<&String> = properties.as_object().expect("keys").keys().collect();
    json!({"type": "object", "required": required, "properties": properties, "additionalProperties": false})
}

#[test]
fn it_has_what_the_format_demands() {
    let validator = jsonschema::validator_for(&demands()).expect("it is a schema");
    for assessment in [sample::assessment(), sample::hostile(), sample::empty()] {
        let errors: Vec<_> = validator
            .iter_errors(&tmbom(&assessment))
            .map(|it| format!("{}: {it}", it.instance_path()))
            .collect();
        assert_eq!(errors, Vec::<String>::new());
    }
    assert!(!validator.is_valid(&json!({"version": "1.0"})));
}

#[test]
fn each_thing_has_a_name_of_its_own_and_flows_end_at_what_is_there() {
    let mut assessment = sample::hostile();
    // Two ids that differ in nothing that a symbolic name may hold.
    let mut twin = assessment.assets[0].clone();
    twin.id = ambit_model::AssetId::from_text(twin.id.as_str().replace('-', "_"));
    assessment.assets.push(twin);
    assessment.assets.sort_by(|a, b| a.id.cmp(&b.id));
    let model = tmbom(&assessment);
    let mut seen = BTreeSet::new();
    for key in [
        "trust_zones",
        "actors",
        "components",
        "data_stores",
        "data_sets",
        "data_flows",
        "threats",
        "controls",
        "risks",
    ] {
        for part in model[key].as_array().expect("a list") {
            let name = part["symbolic_name"].as_str().expect("a name");
            assert!(seen.insert(name.to_owned()), "{name}");
        }
    }
    for flow in model["data_flows"].as_array().expect("flows") {
        for end in ["source", "destination"] {
            assert!(seen.contains(flow[end]["object"].as_str().expect("a name")), "{flow}");
        }
    }
    let stores = model["data_stores"].as_array().expect("stores").len();
    assert_eq!(stores, 3, "the workspace, the memory, the token");
}
