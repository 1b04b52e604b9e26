//! Published incidents as models: the composition that happened follows from the map, and a remedy that would have
//! cut it silences the finding when it is written into the files.
#![expect(clippy::disallowed_methods, reason = "a test reads the project's own examples")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use ambit_analysis::Judging;
use ambit_catalog::Catalog;
use ambit_model::finding::EditAction;
use ambit_model::{Assessment, AssetId, EdgeId, Finding, Remedy, Severity};

use crate::support::{apply, assess};

/// What must be found of an incident: `expected.toml`.
struct Expected {
    name: String,
    table: toml::Table,
}

impl Expected {
    fn text(&self, key: &str) -> Option<&str> {
        self.table
            .get(key)
            .map(|it| it.as_str().unwrap_or_else(|| panic!("{}: `{key}` is no text", self.name)))
    }

    fn must(&self, key: &str) -> &str {
        self.text(key).unwrap_or_else(|| panic!("{}: `{key}` is missing in expected.toml", self.name))
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/incidents")
}

type Files = BTreeMap<String, Vec<u8>>;

fn gather(at: &Path, below: &str, files: &mut Files) {
    for entry in std::fs::read_dir(at).expect("the folder is there") {
        let entry = entry.expect("it can be read");
        let name = format!("{below}{}", entry.file_name().to_str().expect("a plain name"));
        if entry.path().is_dir() {
            gather(&entry.path(), &format!("{name}/"), files);
        } else {
            files.insert(name, std::fs::read(entry.path()).expect("it can be read"));
        }
    }
}

fn incidents() -> Vec<(Expected, Files)> {
    let mut all = Vec::new();
    let mut names: Vec<PathBuf> = std::fs::read_dir(folder())
        .expect("the examples are there")
        .map(|it| it.expect("it can be read").path())
        .collect();
    names.sort();
    for path in names.into_iter().filter(|it| it.is_dir()) {
        let name = path.file_name().and_then(|it| it.to_str()).expect("a plain name").to_owned();
        let mut files = Files::new();
        gather(&path, "", &mut files);
        let expected = files.remove("expected.toml").unwrap_or_else(|| panic!("{name} has no expected.toml"));
        let text = String::from_utf8(expected).expect("text");
        let table = text.parse().unwrap_or_else(|error| panic!("{name}/expected.toml: {error}"));
        all.push((Expected { name, table }, files));
    }
    all
}

/// Whether an edge of the leg begins or ends in the asset, or goes by way of it.
fn touches(assessment: &Assessment, edges: &[EdgeId], asset: &AssetId) -> bool {
    let edge = |id: &EdgeId| assessment.edges.iter().find(|it| it.id == *id).expect("the edge is there");
    edges.iter().map(edge).any(|it| it.to == *asset || it.via.as_ref() == Some(asset))
}

/// What each finding says, for a test that fails.
fn shown(assessment: &Assessment) -> String {
    let mut text = String::new();
    for it in &assessment.findings {
        let _ =
            writeln!(text, "  {} {}: {} [{} -> {}]", it.severity, it.rule, it.message, it.subject, it.end);
        for remedy in &it.remedies {
            let _ = writeln!(text, "    {}: {}", remedy.control, remedy.action);
        }
    }
    text
}

/// The finding that the incident is told by.
fn found<'a>(expected: &Expected, assessment: &'a Assessment) -> Option<&'a Finding> {
    let (agent, end) = (AssetId::from_text(expected.must("agent")), AssetId::from_text(expected.must("end")));
    let leg = |finding: &Finding, name: &str, key: &str| {
        let Some(asset) = expected.text(key).map(AssetId::from_text) else { return true };
        finding.legs.get(name).is_some_and(|it| touches(assessment, it, &asset))
    };
    assessment.findings.iter().find(|it| {
        it.rule == expected.must("rule")
            && it.subject == agent
            && it.end == end
            && leg(it, "untrusted", "source")
            && leg(it, "private", "data")
    })
}

fn remedy<'a>(expected: &Expected, assessment: &Assessment, finding: &'a Finding) -> Option<&'a Remedy> {
    let cuts = expected.text("cuts").map(AssetId::from_text);
    finding.remedies.iter().find(|it| {
        it.control == expected.must("remedy")
            && !it.action.contains("(lowers it")
            && cuts.as_ref().is_none_or(|asset| touches(assessment, &it.cuts, asset))
    })
}

/// The files with the remedy in them. What only a person can do by hand is done to what hides from people.
fn with(files: &Files, remedy: &Remedy) -> Files {
    let mut files = files.clone();
    let (by_hand, rest): (Vec<_>, Vec<_>) =
        remedy.edits.iter().cloned().partition(|it| it.action == EditAction::Manual);
    apply(&mut files, &rest);
    for edit in by_hand {
        let text = String::from_utf8(files.remove(&edit.path).expect("the file is there")).expect("text");
        let seen: String =
            text.chars().filter(|it| *it == '\n' || !ambit_model::hidden::is_hidden(*it)).collect();
        files.insert(edit.path, seen.into_bytes());
    }
    files
}

#[test]
fn each_incident_is_found_and_a_remedy_cuts_it() {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let mut wrong = String::new();
    for (expected, files) in incidents() {
        let name = &expected.name;
        let before = assess(&files, &catalog, &Judging::default());
        let notes: Vec<_> = before.notes.iter().chain(&before.inputs.problems).collect();
        assert!(notes.is_empty(), "{name}: {notes:#?}");
        if expected.must("status") == "outside" {
            assert!(!expected.must("because").is_empty(), "{name}");
            // What has come to be found is not outside any more.
            let loud = before.findings.iter().any(|it| it.severity > Severity::Medium);
            assert!(!loud, "{name}\n{}", shown(&before));
            continue;
        }
        assert_eq!(expected.must("status"), "found", "{name}");
        let Some(finding) = found(&expected, &before) else {
            let _ = writeln!(wrong, "{name}: not found; there are\n{}", shown(&before));
            continue;
        };
        if finding.severity.to_string() != expected.must("severity") {
            let _ = writeln!(wrong, "{name}: {} and not {}", finding.severity, expected.must("severity"));
        }
        let Some(remedy) = remedy(&expected, &before, finding) else {
            let _ = writeln!(wrong, "{name}: no such remedy; there are\n{}", shown(&before));
            continue;
        };
        let after = assess(&with(&files, remedy), &catalog, &Judging::default());
        if after.findings.iter().any(|it| it.id == finding.id) {
            let _ = writeln!(wrong, "{name}: `{}` does not silence it", remedy.action);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
