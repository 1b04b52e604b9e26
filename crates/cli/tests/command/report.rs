//! `ambit report`: the document in its forms, the evidence pack, and what happens with bad input.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::{code, err, out, risky, run, write};

const STATED: &str = "ambit: v1\nextends: [policy/base.yaml]\nsystem: {name: Desk, owner: team}\n";
const BASE: &str =
    "ambit: v1\nnever: {quiet: {says: nothing secret leaves, level: secret, audience: public}}\n";

/// The agent of the other tests, with statements over two files and a lock.
fn project() -> tempfile::TempDir {
    let root = risky();
    write(root.path(), "ambit.yaml", STATED);
    write(root.path(), "policy/base.yaml", BASE);
    assert_eq!(code(&run(root.path(), &["lock"])), 0);
    root
}

fn packed(bytes: Vec<u8>) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let names: Vec<String> = (0..archive.len())
        .map(|it| archive.by_index(it).expect("a file").name().expect("a name").into_owned())
        .collect();
    assert!(names.is_sorted(), "{names:?}");
    let mut files = BTreeMap::new();
    for name in names {
        let mut file = archive.by_name(&name).expect("a file");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("it can be unpacked");
        files.insert(name.clone(), bytes);
    }
    files
}

fn pack(root: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = run(root, &[&["report", "--evidence", "pack.zip"], arguments].concat());
    assert_eq!(code(&output), 0, "{}", err(&output));
    taken(root, "pack.zip")
}

/// What was written, taken away: in a folder that is no repository it would count among the files that are looked at.
fn taken(root: &Path, path: &str) -> Vec<u8> {
    let bytes = std::fs::read(root.join(path)).expect("what was written");
    std::fs::remove_file(root.join(path)).expect("it can be taken away");
    bytes
}

fn json(files: &BTreeMap<String, Vec<u8>>, path: &str) -> serde_json::Value {
    serde_json::from_slice(&files[path]).expect("JSON")
}

#[test]
fn every_form_is_written_and_the_same_each_time() {
    let root = project();
    for format in ambit_report::document::Format::ALL {
        let format = format.word();
        let begins = match format {
            "html" => "<!DOCTYPE html>",
            "markdown" => "# Threat model of `Desk`",
            _ => "%PDF-",
        };
        let arguments = ["report", "--format", format, "--output", "report.out", "--today", "2026-11-21"];
        let mut seen = Vec::new();
        for _ in 0..2 {
            let output = run(root.path(), &arguments);
            assert_eq!(code(&output), 0, "{}", err(&output));
            seen.push(taken(root.path(), "report.out"));
        }
        assert!(seen[0].starts_with(begins.as_bytes()), "{format}");
        assert!(seen[0] == seen[1], "{format}");
    }
}

#[test]
fn the_day_is_printed_only_when_it_is_given() {
    let root = project();
    let without = out(&run(root.path(), &["report", "--format", "markdown"]));
    assert!(
        without.contains("No day was given: whether decisions and answers have run out was not judged."),
        "{without}"
    );
    let with = out(&run(root.path(), &["report", "--format", "markdown", "--today", "2026-11-21"]));
    assert!(with.contains("judged for 2026-11-21") && !with.contains("o day was given"), "{with}");
}

#[test]
fn changes_are_told_since_the_lock_or_since_what_is_named() {
    let root = project();
    write(root.path(), "old.lock", &std::fs::read_to_string(root.path().join("ambit.lock")).unwrap());
    let same = out(&run(root.path(), &["report", "--format", "markdown"]));
    assert!(same.contains("Compared with `ambit.lock`.") && same.contains("Nothing has changed"), "{same}");
    write(root.path(), ".claude/settings.json", r#"{ "permissions": { "deny": ["WebFetch"] } }"#);
    let since = out(&run(root.path(), &["report", "--format", "markdown", "--since", "old.lock"]));
    assert!(since.contains("Compared with `old.lock`.") && !since.contains("Nothing has changed"), "{since}");
    std::fs::remove_file(root.path().join("ambit.lock")).unwrap();
    let none = out(&run(root.path(), &["report", "--format", "markdown"]));
    assert!(none.contains("There is no lock to compare with"), "{none}");
}

#[test]
fn the_pack_holds_what_it_says_and_its_digests_are_true() {
    let root = project();
    let bytes = pack(root.path(), &["--today", "2026-11-21"]);
    assert!(bytes == pack(root.path(), &["--today", "2026-11-21"]), "the same input gives the same pack");
    let files = packed(bytes);
    let manifest = json(&files, "MANIFEST.json");
    let mut told = BTreeMap::new();
    for it in manifest["files"].as_array().expect("files") {
        let path = it["path"].as_str().expect("a path");
        assert_eq!(it["size"], files[path].len(), "{path}");
        assert!(!it["shows"].as_str().expect("words").is_empty(), "{path}");
        told.insert(path, it["sha256"].as_str().expect("a digest").to_owned());
    }
    let sums = String::from_utf8(files["SHA256SUMS"].clone()).expect("text");
    let listed: BTreeMap<&str, &str> =
        sums.lines().filter_map(|it| it.split_once("  ")).map(|(sum, path)| (path, sum)).collect();
    for (path, bytes) in files.iter().filter(|(path, _)| *path != "SHA256SUMS") {
        let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(bytes));
        assert_eq!(listed[path.as_str()], digest, "{path}");
        if path != "MANIFEST.json" {
            assert_eq!(told[path.as_str()], digest, "{path}");
        }
    }
    for path in [
        "report.html",
        "report.md",
        "assessment.json",
        "coverage.json",
        "verdict.json",
        "mapping.json",
        "mapping.md",
        "difference.json",
        "ambit.yaml",
        "policy/base.yaml",
        "ambit.lock",
    ] {
        assert!(files.contains_key(path), "{path} is not in {:?}", files.keys());
    }
    assert_eq!(files["policy/base.yaml"], BASE.as_bytes());
}

#[test]
fn what_the_mapping_names_is_in_the_pack() {
    let root = project();
    for lock in [true, false] {
        if !lock {
            std::fs::remove_file(root.path().join("ambit.lock")).unwrap();
        }
        let files = packed(pack(root.path(), &[]));
        let report = String::from_utf8(files["report.html"].clone()).expect("text");
        let mapping = json(&files, "mapping.json");
        let items =
            mapping["frameworks"].as_array().unwrap().iter().flat_map(|it| it["items"].as_array().unwrap());
        for shown in items.flat_map(|it| it["evidence"].as_array().unwrap()) {
            let section = shown["section"].as_str().unwrap();
            assert!(report.contains(&format!("<section id=\"{section}\"")), "{section}");
            for path in shown["files"].as_array().unwrap() {
                assert!(files.contains_key(path.as_str().unwrap()), "{path}");
            }
        }
    }
}

#[test]
fn no_credential_is_in_the_pack() {
    let root = project();
    let key = "ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8";
    write(root.path(), ".mcp.json", &super::SERVERS.replace("${TOKEN}", key));
    write(
        root.path(),
        "ambit.yaml",
        &format!(
            "{STATED}controls: {{c: {{kind: structural, does: cuts, on: 'channel:web', evidence: '{key}'}}}}\n"
        ),
    );
    let files = packed(pack(root.path(), &[]));
    for (path, bytes) in &files {
        assert!(!bytes.windows(key.len()).any(|it| it == key.as_bytes()), "{path}");
    }
    let manifest = json(&files, "MANIFEST.json");
    let masked = manifest["files"].as_array().unwrap().iter().find(|it| it["path"] == "ambit.yaml").unwrap();
    assert_eq!(masked["masked"], 1);
}

#[test]
fn bad_input_gets_a_message_and_an_exit_code() {
    let root = project();
    let nowhere = run(root.path(), &["report", "--output", "no-such-folder/report.html"]);
    assert_eq!(code(&nowhere), 2);
    assert!(err(&nowhere).contains("writing `no-such-folder/report.html`"), "{}", err(&nowhere));
    let pack = run(root.path(), &["report", "--evidence", "no-such-folder/pack.zip"]);
    assert_eq!(code(&pack), 2);
    assert!(err(&pack).contains("no-such-folder/pack.zip"), "{}", err(&pack));
    let unknown = run(root.path(), &["report", "--format", "docx"]);
    assert_eq!(code(&unknown), 2);
    assert!(err(&unknown).contains("markdown"), "{}", err(&unknown));
    let since = run(root.path(), &["report", "--since", "no-such-thing"]);
    assert_eq!(code(&since), 2);
    write(root.path(), "ambit.yaml", "ambit: v1\ndecisons: []\n");
    let wrong = run(root.path(), &["report"]);
    assert_eq!(code(&wrong), 2);
    assert!(err(&wrong).contains("ambit.yaml:2:1") && wrong.stdout.is_empty(), "{}", err(&wrong));
}

#[test]
fn an_empty_folder_gets_a_short_and_honest_document() {
    let root = tempfile::tempdir().expect("a folder");
    let output = run(root.path(), &["report", "--format", "markdown"]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let text = out(&output);
    assert!(text.contains("No agent was found") && text.contains("## 15. How this was made"), "{text}");
    assert!(text.lines().count() < 250, "{}", text.lines().count());
}
