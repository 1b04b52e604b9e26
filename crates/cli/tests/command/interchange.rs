//! Models for other tools and from them, over the examples that ship.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{code, err, out, run, write};

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

/// Folders with something to look at.
fn folders() -> Vec<PathBuf> {
    let below = |folder: PathBuf| -> Vec<PathBuf> {
        let found = std::fs::read_dir(folder).expect("the folder is there");
        found.map(|it| it.expect("an entry").path()).filter(|it| it.is_dir()).collect()
    };
    let mut folders = below(examples());
    folders.extend(["incidents", "first-hour"].iter().flat_map(|it| below(examples().join(it))));
    folders.sort();
    folders
}

fn scanned(folder: &Path, format: &str) -> Value {
    let path = folder.to_str().expect("a path of text");
    let output = run(folder, &["scan", path, "--format", format]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    serde_json::from_str(&out(&output)).expect("JSON")
}

fn text<'v>(value: &'v Value, at: &str) -> &'v str {
    value.pointer(at).and_then(Value::as_str).unwrap_or_default()
}

/// What of a model must survive: ids, and what hangs together.
fn bones(model: &Value) -> BTreeMap<&str, BTreeSet<String>> {
    let of = |key: &str, more: &[&str]| -> BTreeSet<String> {
        let parts = model[key].as_array().expect("a list");
        let bone = |it: &Value| {
            let rest = more.iter().map(|at| text(it, at));
            std::iter::once(text(it, "/id")).chain(rest).collect::<Vec<_>>().join(" ")
        };
        parts.iter().map(bone).collect()
    };
    [
        ("assets", of("assets", &[])),
        ("trustZones", of("trustZones", &[])),
        ("components", of("components", &["/type", "/name", "/parent/trustZone", "/parent/component"])),
        ("dataflows", of("dataflows", &["/source", "/destination", "/attributes/ambit/via"])),
    ]
    .into()
}

#[test]
fn a_model_that_is_read_back_is_the_same_model() {
    for folder in folders() {
        let first = scanned(&folder, "otm");
        let empty = tempfile::tempdir().expect("a folder");
        write(empty.path(), "drawn.otm.json", &first.to_string());
        write(empty.path(), "ambit.yaml", "ambit: v1\nextends: [drawn.otm.json]\n");
        let again = scanned(empty.path(), "otm");
        assert_eq!(bones(&first), bones(&again), "{}", folder.display());
        let assessment = scanned(empty.path(), "json");
        assert_eq!(assessment["inputs"]["problems"], serde_json::json!([]), "{}", folder.display());
        for edge in assessment["edges"].as_array().expect("edges") {
            assert_eq!(edge["gate"], "auto", "a drawing is no gate");
            assert!(edge["provenance"].to_string().contains("drawn.otm.json"), "{edge}");
        }
    }
}

#[test]
fn drawn_parts_are_explained_and_judged_like_others() {
    let folder = examples().join("interchange");
    let found = scanned(&folder, "json");
    let rules: BTreeSet<&str> =
        found["findings"].as_array().expect("findings").iter().map(|it| text(it, "/rule")).collect();
    assert!(rules.contains("lethal-trifecta") && rules.contains("hijackable-action"), "{rules:?}");
    let notes: Vec<&str> =
        found["notes"].as_array().expect("notes").iter().map(|it| text(it, "/path")).collect();
    assert_eq!(notes, ["drawn/helpdesk.otm.yaml", "drawn/helpdesk.otm.yaml", "drawn/refunds.threagile.yaml"]);
    let path = folder.to_str().expect("a path of text");
    let explained = run(&folder, &["explain", "agent:refunds", "--path", path]);
    assert_eq!(code(&explained), 0, "{}", err(&explained));
    assert!(out(&explained).contains("drawn/refunds.threagile.yaml"), "{}", out(&explained));
}

#[test]
fn what_is_malformed_is_told_at_its_line() {
    let root = tempfile::tempdir().expect("a folder");
    write(root.path(), "ambit.yaml", "ambit: v1\nextends: [a.json, b.yaml, c.yaml]\n");
    write(root.path(), "a.json", "{\n\t\"otmVersion\": \"0.2.0\",\n\t\"components\": 5\n}\n");
    write(
        root.path(),
        "b.yaml",
        "threagile_version: 1.0.0\ntechnical_assets:\n  A: {id: a, type: process, communication_links: {L: {target: b}}}\n",
    );
    write(root.path(), "c.yaml", "otmVersion: 9\n");
    let found = scanned(root.path(), "json");
    let problems: Vec<String> = found["inputs"]["problems"]
        .as_array()
        .expect("problems")
        .iter()
        .map(|it| format!("{}:{} {}", text(it, "/path"), it["line"], text(it, "/message")))
        .collect();
    assert_eq!(
        problems,
        [
            "a.json:3 `components` is no list",
            "b.yaml:3 `b` is not drawn",
            "c.yaml:1 a version that Ambit does not read",
        ]
    );
}
