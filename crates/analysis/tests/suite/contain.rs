//! `ambit contain` on whole systems: its lines are applied to the files, its controls put in place, and everything is
//! read again. What it says is gone must be gone.
#![expect(clippy::disallowed_methods, reason = "the examples are read from the disk")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use ambit_analysis::contain::{Asked, Means, apply, contain};
use ambit_analysis::whatif::System;
use ambit_analysis::{Judging, assess_with};
use ambit_catalog::Catalog;
use ambit_discovery::{Memory, Settings};
use ambit_model::containment::{Outcome, Step};
use ambit_model::finding::EditAction;
use ambit_model::stated::{self, Model};
use ambit_model::{Confidence, Containment, Finding, Severity, Status};

use crate::support;

type Files = BTreeMap<String, Vec<u8>>;

/// Folders of `examples` that are systems of their own.
fn examples() -> Vec<(String, Files)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        let mut files = Files::new();
        read(&folder, &folder, &mut files);
        let is_system = files.keys().any(|it| !it.contains('/') || it.starts_with('.'));
        let name = folder.strip_prefix(&root).expect("below").display().to_string();
        let models = files.get("ambit.yaml").map(|it| String::from_utf8_lossy(it).contains("extends:"));
        if is_system && !name.is_empty() && models != Some(true) {
            found.push((name, files));
        } else {
            let below = std::fs::read_dir(&folder).expect("a folder").map(|it| it.expect("an entry").path());
            folders.extend(below.filter(|it| it.is_dir()));
        }
    }
    found.sort();
    found
}

fn read(root: &Path, folder: &Path, files: &mut Files) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            read(root, &path, files);
        } else {
            let name = path.strip_prefix(root).expect("below").to_string_lossy().replace('\\', "/");
            files.insert(name, std::fs::read(&path).expect("a file"));
        }
    }
}

fn model(files: &Files) -> Model {
    let Some(text) = files.get("ambit.yaml") else { return Model::default() };
    let (document, problems) = stated::read("ambit.yaml", std::str::from_utf8(text).expect("text"));
    assert!(problems.is_empty(), "{problems:#?}");
    let (model, problems) = stated::join([document]);
    assert!(problems.is_empty(), "{problems:#?}");
    model
}

fn contained(files: &Files, catalog: &Catalog, asked: Asked) -> Containment {
    let inventory = ambit_discovery::read(&Memory(files.clone()), catalog, &Settings::default());
    let system = System { inventory, model: model(files) };
    contain(system, catalog, asked, Means::UNBOUNDED)
}

/// What is left that counts.
fn left(files: &Files, catalog: &Catalog, asked: Asked) -> Vec<Finding> {
    let inventory = ambit_discovery::read(&Memory(files.clone()), catalog, &Settings::default());
    let judging = Judging { without_remedies: true, ..Judging::default() };
    let assessment = assess_with(inventory, &model(files), catalog, &judging);
    let sure = |it: &Finding| asked.count_possible || it.confidence > Confidence::Possible;
    let open = |it: &Finding| !matches!(it.status, Status::Accepted | Status::Mitigated);
    let found = assessment.findings.into_iter();
    let severe = |it: &Finding| asked.severity.is_some_and(|severity| it.severity >= severity);
    found.filter(|it| severe(it) && sure(it) && open(it)).collect()
}

/// Whether only a person can do it: it is neither a control nor lines for a machine.
fn is_by_hand(step: &Step) -> bool {
    step.stated.is_none()
        && step.edits.iter().any(|it| it.action == EditAction::Manual || it.pointer.is_empty())
}

/// The files once everything is done that can be written.
fn done(files: &Files, it: &Containment) -> Files {
    let mut files = files.clone();
    let text = files.get("ambit.yaml").map(|it| String::from_utf8(it.clone()).expect("text"));
    let before = text.clone().unwrap_or_default();
    let (with, new) = apply(&before, it).expect("it is written");
    assert_eq!(apply(&with, it).expect("again"), (with.clone(), 0), "what is there is not written again");
    if new > 0 {
        // As if somebody had built each of them.
        files.insert("ambit.yaml".to_owned(), with.replace("state: planned", "state: in-place").into_bytes());
    }
    // Pointers lead through the files as they were read, so all of it is done at once.
    let steps = it.steps.iter().filter(|it| !is_by_hand(it));
    let edits = steps.flat_map(|it| &it.edits).filter(|it| it.action != EditAction::Manual);
    support::apply(&mut files, &edits.cloned().collect::<Vec<_>>());
    files
}

#[test]
fn what_is_contained_is_gone_when_everything_is_read_again() {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let (mut steps, mut wrong) = (0, Vec::new());
    for (name, files) in examples() {
        for (severity, approvals) in
            [(Severity::High, false), (Severity::Medium, false), (Severity::Medium, true)]
        {
            let asked = Asked { severity: Some(severity), budget: None, approvals, count_possible: false };
            let it = contained(&files, &catalog, asked);
            if it.outcome == Outcome::Impossible {
                assert!(name.ends_with("impossible") && it.conflict.is_some() && !approvals, "{name}");
                continue;
            }
            steps += it.steps.len();
            wrong.extend(still(&files, &it, (&catalog, asked)).map(|it| format!("{name} {severity}: {it}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(steps > 40, "{steps} steps were tried");
}

/// What stands against what was promised, once all that can be written is.
fn still(files: &Files, it: &Containment, (catalog, asked): (&Catalog, Asked)) -> Option<String> {
    let actions: Vec<&str> = it.steps.iter().map(|it| it.action.as_str()).collect();
    if !it.optimal {
        return Some(format!("not optimal: {actions:#?}"));
    }
    let written = it.steps.iter().flat_map(|it| &it.edits).filter(|it| !it.pointer.is_empty());
    let mut seen = BTreeSet::new();
    if let Some(twice) = written.filter(|it| it.action == EditAction::Remove).find(|it| !seen.insert(*it)) {
        return Some(format!("taken out twice: {twice:?}"));
    }
    let beyond = it.beyond.iter();
    let by_hand = it.steps.iter().filter(|it| is_by_hand(it)).flat_map(|it| &it.silences);
    let known: BTreeSet<&str> = beyond.chain(by_hand).map(|it| it.id.as_str()).collect();
    let mut left = left(&done(files, it), catalog, asked).into_iter();
    let left = left.find(|it| !known.contains(it.id.as_str()))?;
    Some(format!("{} {} {actions:#?}", left.rule, left.message))
}

#[test]
fn what_is_contained_in_real_settings_is_gone_too() {
    let Some(all) = crate::corpus::files() else {
        eprintln!("left out: AMBIT_SHARED names no folder with a corpus");
        return;
    };
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let (mut steps, mut wrong) = (0, Vec::new());
    for file in all.into_iter().filter(|it| ["claude_settings", "codex", "opencode"].contains(&&*it.format)) {
        let files = Files::from([(file.path.clone(), file.bytes)]);
        let asked =
            Asked { severity: Some(Severity::High), budget: None, approvals: false, count_possible: false };
        let it = contained(&files, &catalog, asked);
        steps += it.steps.len();
        wrong.extend(still(&files, &it, (&catalog, asked)).map(|it| format!("{}: {it}", file.file)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(steps > 10, "{steps} steps were tried");
}

#[test]
fn without_approvals_nothing_is_left_to_a_person() {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    for (name, files) in examples() {
        let asked =
            Asked { severity: Some(Severity::Medium), budget: None, approvals: false, count_possible: true };
        let it = contained(&files, &catalog, asked);
        let structural = ambit_model::finding::ControlKind::Structural;
        assert!(it.steps.iter().all(|it| it.kind == structural), "{name}");
    }
}
