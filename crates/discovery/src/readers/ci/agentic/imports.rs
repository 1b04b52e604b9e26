//! What an agentic workflow imports: parts of the same repository, which are taken in, and those of others, which are named.

use std::collections::BTreeSet;

use ambit_model::{Place, Problem};

use super::super::agent::Open;
use super::Agentic;
use crate::fragment::Sink;

/// How many files one workflow imports.
const MOST_IMPORTS: usize = 50;

/// What it imports.
#[derive(Debug, Default)]
pub(super) struct Imported {
    pub(super) files: Vec<Agentic>,
    /// Those of other repositories.
    pub(super) remote: Vec<(String, Place)>,
}

impl Imported {
    pub(super) fn of(file: &Agentic, all: &[Agentic], open: Open<'_>, sink: &mut Sink) -> Self {
        let mut imported = Self::default();
        let mut seen: BTreeSet<String> = [file.path.clone()].into();
        imported.follow(file, (all, open), &mut seen, sink);
        imported
    }

    fn follow(
        &mut self,
        file: &Agentic,
        (all, open): (&[Agentic], Open<'_>),
        seen: &mut BTreeSet<String>,
        sink: &mut Sink,
    ) {
        for (written, place) in imports(file) {
            let optional = written.ends_with('?');
            let plain = written.trim_end_matches('?').split('#').next().unwrap_or_default().trim();
            if plain.contains('@') || plain.split('/').count() > 2 && !is_local(plain, file, all, open) {
                self.remote.push((plain.to_owned(), place));
                continue;
            }
            let candidates = paths(file, plain);
            let known = candidates.iter().find_map(|path| {
                let listed = all.iter().find(|it| it.path == *path).cloned();
                listed.or_else(|| Some(Agentic::of(path, open(path)?.ok()?, &file.location)))
            });
            let Some(part) = known else {
                if !optional {
                    let message = format!("`{plain}` is imported, and no such file was read");
                    let help = "scan it together with the workflow: it may bring tools and outputs";
                    sink.problems.push(Problem::at(&place, message, help));
                }
                continue;
            };
            if self.files.len() < MOST_IMPORTS && seen.insert(part.path.clone()) {
                self.files.push(part.clone());
                self.follow(&part, (all, open), seen, sink);
            }
        }
    }
}

fn is_local(path: &str, file: &Agentic, all: &[Agentic], open: Open<'_>) -> bool {
    path.starts_with('.')
        || path.starts_with('/')
        || paths(file, path).iter().any(|it| all.iter().any(|other| other.path == *it) || open(it).is_some())
        || path.starts_with("shared/")
}

/// Where an imported file may lie: beside the file, or below the root.
fn paths(file: &Agentic, written: &str) -> Vec<String> {
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let at = if file.location.placed { file.location.at.as_str() } else { "" };
    let below = |base: &str, path: &str| {
        let mut parts: Vec<&str> = base.split('/').filter(|it| !it.is_empty()).collect();
        for part in path.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop();
                }
                it => parts.push(it),
            }
        }
        parts.join("/")
    };
    let rooted = written.trim_start_matches('/');
    let mut found = vec![below(folder, written), below(at, rooted)];
    found.push(below(&below(at, ".github/workflows"), written));
    found.push(below(&below(at, ".github"), written));
    found.dedup();
    found
}

/// Files that front matter or text imports.
fn imports(file: &Agentic) -> Vec<(String, Place)> {
    let root = file.root();
    let list = root.get("imports").or_else(|| root.at(&["inlined-imports"]));
    let mut found = Vec::new();
    for item in list.map(|it| it.get("aw").unwrap_or(it).items()).unwrap_or_default() {
        let path = item.text().or_else(|| item.text_of("uses")).or_else(|| item.text_of("path"));
        found.extend(path.map(|it| (it.to_owned(), item.place())));
    }
    let body = file.body();
    for (at, mark) in body.text.match_indices("import").filter(|(at, _)| *at > 0) {
        let before = body.text.get(..at).unwrap_or_default();
        if !before.ends_with("{{#") && !before.ends_with("{{#runtime-") && !before.ends_with('@') {
            continue;
        }
        let rest = body.text.get(at + mark.len()..).unwrap_or_default();
        let line = rest.lines().next().unwrap_or_default();
        let optional = line.starts_with('?');
        let path = line
            .trim_start_matches('?')
            .split("}}")
            .next()
            .unwrap_or_default()
            .trim()
            .trim_matches(['"', '\'', ':', ' ']);
        if !path.is_empty() && !path.contains("://") && found.len() < MOST_IMPORTS {
            found.push((format!("{path}{}", if optional { "?" } else { "" }), body.place_of(at)));
        }
    }
    found
}
