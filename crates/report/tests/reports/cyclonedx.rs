//! `CycloneDX` 1.6. What the format demands of what we write is written down here in our own words.

use std::collections::BTreeSet;

use ambit_model::{Assessment, Asset, AssetId, AssetKind};
use ambit_report::{Format, Options, render};
use serde_json::{Value, json};

use crate::sample;

fn bom(assessment: &Assessment) -> Value {
    let mut out = Vec::new();
    render(assessment, Format::CycloneDx, &Options::default(), &mut out).expect("a vector takes all");
    serde_json::from_slice(&out).expect("the report is JSON")
}

fn demands() -> Value {
    let text = json!({"type": "string"});
    let reference = json!({"type": "string", "minLength": 1});
    let properties = json!({"type": "array", "items": {
        "type": "object", "required": ["name"], "properties": {"name": text, "value": text}, "additionalProperties": false,
    }});
    let component = json!({
        "type": "object", "required": ["type", "name"], "additionalProperties": false,
        "properties": {
            "type": {"enum": ["application", "machine-learning-model", "data", "file"]},
            "bom-ref": reference, "name": text, "version": {"type": "string", "maxLength": 1024}, "purl": text,
            "hashes": {"type": "array", "items": {
                "type": "object", "required": ["alg", "content"], "additionalProperties": false,
                "properties": {"alg": {"const": "SHA-256"}, "content": {"type": "string", "pattern": "^[a-fA-F0-9]{64}$"}},
            }},
            "evidence": {"type": "object", "additionalProperties": false, "properties": {"occurrences": {
                "type": "array", "items": {
                    "type": "object", "required": ["location"], "additionalProperties": false,
                    "properties": {"location": text, "line": {"type": "integer", "minimum": 0}},
                },
            }}},
            "data": {"type": "array", "items": {
                "type": "object", "required": ["type"], "additionalProperties": false,
                "properties": {"type": {"const": "dataset"}, "name": text, "classification": text},
            }},
            "properties": properties,
        },
    });
    let service = json!({
        "type": "object", "required": ["name"], "additionalProperties": false,
        "properties": {
            "bom-ref": reference, "name": text, "x-trust-boundary": {"type": "boolean"}, "properties": properties,
            "endpoints": {"type": "array", "items": {"type": "string", "format": "iri-reference"}},
            "data": {"type": "array", "items": {
                "type": "object", "required": ["flow", "classification"], "additionalProperties": false,
                "properties": {"flow": {"enum": ["inbound", "outbound"]}, "classification": text},
            }},
        },
    });
    json!({
        "type": "object", "required": ["bomFormat", "specVersion"], "additionalProperties": false,
        "properties": {
            "$schema": text, "bomFormat": {"const": "CycloneDX"}, "specVersion": {"const": "1.6"},
            "version": {"type": "integer", "minimum": 1},
            "metadata": {"type": "object", "additionalProperties": false, "properties": {
                "tools": {"type": "object", "properties": {"components": {"type": "array", "items": component}}},
                "component": component,
            }},
            "components": {"type": "array", "uniqueItems": true, "items": component},
            "services": {"type": "array", "uniqueItems": true, "items": service},
            "dependencies": {"type": "array", "uniqueItems": true, "items": {
                "type": "object", "required": ["ref"], "additionalProperties": false,
                "properties": {"ref": reference, "dependsOn": {"type": "array", "uniqueItems": true, "items": reference}},
            }},
        },
    })
}

/// The system with a model, a package, an image and a remote server.
fn supplied() -> Assessment {
    let mut assessment = sample::assessment();
    let server = |name: &str, facts: &[&str]| {
        let mut asset = Asset::new(AssetId::new(AssetKind::Server, name), AssetKind::Server, name);
        asset.facts = facts.iter().map(|it| (*it).to_owned()).collect();
        asset
    };
    assessment.assets.extend([
        server("files", &["package: npm:@acme/files@1.4.2", "transport: stdio"]),
        server("image", &[&format!("package: oci:ghcr.io/acme/x@sha256:{}", "0a".repeat(32))]),
        server("loose", &["package: pypi:loose (no version)"]),
        server("far", &["address: https://mcp.example.com/a b", "transport: http"]),
    ]);
    for agent in assessment.assets.iter_mut().filter(|it| it.kind == AssetKind::Agent) {
        agent.facts.push("model: acme-large".to_owned());
    }
    assessment.assets.sort_by(|a, b| a.id.cmp(&b.id));
    assessment
}

#[test]
fn it_has_what_the_format_demands() {
    let validator =
        jsonschema::options().should_validate_formats(true).build(&demands()).expect("it is a schema");
    for assessment in [sample::assessment(), sample::hostile(), sample::empty(), supplied()] {
        let errors: Vec<_> = validator
            .iter_errors(&bom(&assessment))
            .map(|it| format!("{}: {it}", it.instance_path()))
            .collect();
        assert_eq!(errors, Vec::<String>::new());
    }
    assert!(!validator.is_valid(&json!({"bomFormat": "CycloneDX"})));
}

#[test]
fn references_are_unique_and_dependencies_know_them() {
    for assessment in [sample::assessment(), sample::hostile(), supplied()] {
        let bom = bom(&assessment);
        let parts = bom["components"].as_array().into_iter().chain(bom["services"].as_array()).flatten();
        let mut references: Vec<&str> =
            parts.map(|it| it["bom-ref"].as_str().expect("a reference")).collect();
        references.push("system");
        let once: BTreeSet<&str> = references.iter().copied().collect();
        assert_eq!(references.len(), once.len());
        for dependency in bom["dependencies"].as_array().expect("dependencies") {
            assert!(once.contains(dependency["ref"].as_str().expect("a reference")));
            for on in dependency["dependsOn"].as_array().expect("a list") {
                assert!(once.contains(on.as_str().expect("a reference")), "{dependency}");
            }
        }
    }
}

#[test]
fn models_packages_and_services_are_what_they_are() {
    let bom = bom(&supplied());
    let component = |reference: &str| {
        let all = bom["components"].as_array().expect("components");
        all.iter().find(|it| it["bom-ref"] == reference).unwrap_or_else(|| panic!("no {reference}"))
    };
    assert_eq!(component("model:acme-large")["type"], "machine-learning-model");
    assert_eq!(component("agent:claude-code")["type"], "application");
    let files = component("server:files");
    assert_eq!((&files["purl"], &files["version"]), (&json!("pkg:npm/%40acme/files@1.4.2"), &json!("1.4.2")));
    assert_eq!(component("server:image")["hashes"][0]["content"], "0a".repeat(32));
    assert_eq!(component("server:loose").get("purl"), None);
    assert_eq!(component("data:source-code")["data"][0]["classification"], "confidential");
    assert_eq!(bom["services"][0]["bom-ref"], "server:far");
    assert_eq!(bom["services"][0]["endpoints"], json!(["https://mcp.example.com/a%20b"]));
    let dependencies = bom["dependencies"].as_array().expect("dependencies");
    let agent = dependencies.iter().find(|it| it["ref"] == "agent:claude-code").expect("its line");
    assert_eq!(agent["dependsOn"], json!(["data:source-code", "model:acme-large"]));
}
