//! Real files of other people, where the environment variable `AMBIT_SHARED` names the folder that holds them: the first
//! remedy of each finding is applied to the file at its original path, which is read again.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::remedies::is_for_machines;
use crate::support::{apply, assess};
use ambit_analysis::Judging;
use ambit_catalog::Catalog;

/// A file of the corpus.
pub(crate) struct Sample {
    pub(crate) file: String,
    pub(crate) format: String,
    /// Its original path.
    pub(crate) path: String,
    pub(crate) bytes: Vec<u8>,
}

/// The files of the corpus that settings and servers of clients are declared in.
#[expect(clippy::disallowed_methods, reason = "the corpus lies outside of the project and of every source")]
pub(crate) fn files() -> Option<Vec<Sample>> {
    let corpus = PathBuf::from(std::env::var_os("AMBIT_SHARED")?).join("corpus");
    let mut index = csv::Reader::from_path(corpus.join("INDEX.csv")).expect("the corpus has an index");
    let names = index.headers().expect("the index has a header").clone();
    let column = |name: &str| names.iter().position(|it| it == name).expect("the index has this column");
    let (file, format, path) = (column("file"), column("format"), column("path"));
    let mut files = Vec::new();
    for row in index.records() {
        let row = row.expect("a row of the index");
        let is_written = [".json", ".toml", ".yaml", ".yml"].iter().any(|it| row[path].ends_with(it));
        let bytes = std::fs::read(corpus.join(&row[file])).expect("a file of the corpus");
        files.extend(is_written.then(|| Sample {
            file: row[file].to_owned(),
            format: row[format].to_owned(),
            path: row[path].to_owned(),
            bytes,
        }));
    }
    Some(files)
}

#[test]
fn the_first_remedy_of_each_finding_in_real_files_silences_it() {
    let Some(all) = files() else {
        eprintln!("left out: AMBIT_SHARED names no folder with a corpus");
        return;
    };
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let (mut silent, mut wrong) = (0, Vec::new());
    for Sample { path, bytes, .. } in all {
        let files = BTreeMap::from([(path.clone(), bytes)]);
        let before = assess(&files, &catalog, &Judging::default());
        for finding in before.findings.iter().filter(|it| is_for_machines(it)) {
            let remedy = finding.remedies.first().expect("it has one");
            // What lies in somebody's home is not there.
            if remedy.edits.iter().any(|it| it.path.starts_with('~')) {
                continue;
            }
            let mut files = files.clone();
            apply(&mut files, &remedy.edits);
            let after = assess(&files, &catalog, &Judging::default());
            match after.findings.iter().find(|it| it.id == finding.id) {
                None => silent += 1,
                Some(left) => {
                    wrong.push(format!("{path}: {}: `{}` left: {}", left.rule, remedy.action, left.message));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), wrong.len() + silent, wrong.join("\n"));
    assert!(silent > 100, "only {silent} were tried");
}
