//! Files that only say something together: the files of one folder that are one module of Terraform, the manifests that are
//! applied to a cluster at once. The file that shows an agent is found like any other; the rest of its folder is opened
//! for it here, for the roles, bindings and variables that are written down elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_model::{Place, Problem, place};

use crate::fragment::{Group, GroupKind, Sink};
use crate::readers::platforms;
use crate::source::Entry;
use crate::tree::{self, Fault, Kind, Node, Syntax, Tags};

/// How many files of one folder are read together, and how much text.
const MOST_FILES: usize = 200;
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// How large one of them may be: what is larger was not written by hand.
const LARGEST: u64 = 512 * 1024;
/// How many files they may name in turn.
const MOST_NAMED: usize = 50;

/// What was read together.
#[derive(Debug, Default)]
pub(crate) struct Together {
    /// What the groups say.
    pub(crate) sink: Sink,
    /// Paths of files that were read.
    pub(crate) read: BTreeSet<String>,
}

/// A file of a group, with its documents.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) path: String,
    pub(crate) documents: Vec<Node>,
}

/// Reads each group. `open` gives the text of a file of the source: nothing where there is none, and a reason where it
/// cannot be read.
pub(crate) fn read(
    groups: &[Group],
    files: &[Entry],
    open: impl Fn(&str) -> Option<Result<String, String>>,
    catalog: &Catalog,
) -> Together {
    let mut together = Together::default();
    let folders: BTreeSet<(GroupKind, &str)> = groups.iter().map(|it| (it.kind, folder(&it.path))).collect();
    for (kind, at) in folders {
        let mut texts = Vec::new();
        let mut bytes = 0;
        // Of a folder with too many files those that show an agent come first.
        let mut paths: Vec<&str> = siblings(kind, at, files).collect();
        paths.sort_by_key(|path| (!groups.iter().any(|it| it.path == *path), *path));
        let mut left_out = paths.len().saturating_sub(MOST_FILES);
        for path in paths.into_iter().take(MOST_FILES) {
            let Some(Ok(text)) = open(path) else { continue };
            bytes += text.len();
            if bytes > MOST_BYTES {
                left_out += 1;
            } else if kind.is_of(&text) {
                texts.push((path.to_owned(), text));
            }
        }
        if let (Some(first), true) = (texts.first(), left_out > 0) {
            let help = "what they grant, bind or name is not on the map";
            let message = format!("{left_out} more files of this folder were not read with it");
            together.sink.problems.push(Problem::at(&Place::start(first.0.as_str()), message, help));
        }
        texts.sort();
        let parts: Vec<Part> = texts
            .iter()
            .filter_map(|(path, text)| part(kind, path, text, &mut together.sink.problems))
            .collect();
        let named = named(&parts, &open);
        together.read.extend(parts.iter().map(|it| it.path.clone()));
        together.read.extend(named.keys().cloned());
        match kind {
            GroupKind::Terraform => {
                platforms::terraform::assemble(at, &parts, &named, catalog, &mut together.sink);
            }
            GroupKind::Kubernetes => platforms::kubernetes::assemble(at, &parts, catalog, &mut together.sink),
        }
    }
    together
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn siblings<'a>(kind: GroupKind, at: &str, files: &'a [Entry]) -> impl Iterator<Item = &'a str> {
    let endings: &[&str] = match kind {
        GroupKind::Terraform => &[".tf", ".tofu", ".tf.json", ".tofu.json"],
        GroupKind::Kubernetes => &[".yaml", ".yml"],
    };
    let ours = files.iter().filter(|it| it.barred.is_none() && it.size <= LARGEST);
    let ours = ours.filter(move |it| endings.iter().any(|end| it.path.ends_with(end)));
    ours.map(|it| it.path.as_str()).filter(|it| folder(it) == at).collect::<Vec<_>>().into_iter()
}

impl GroupKind {
    /// Whether a file is of the group at all, by what every one of its kind has.
    fn is_of(self, text: &str) -> bool {
        match self {
            Self::Terraform => true,
            // Templates of charts are no YAML before they are filled in.
            Self::Kubernetes => text.contains("apiVersion:") && !text.contains("{{"),
        }
    }
}

fn part(kind: GroupKind, path: &str, text: &str, problems: &mut Vec<Problem>) -> Option<Part> {
    let mut told = |fault: Fault| problems.push(tree::problem(fault, path));
    let documents = match kind {
        GroupKind::Kubernetes => {
            let (documents, fault) = tree::documents(text, Tags::Dropped);
            fault.into_iter().for_each(&mut told);
            documents
        }
        GroupKind::Terraform => {
            let json = std::path::Path::new(path).extension().is_some_and(|it| it == "json");
            let syntax = if json { Syntax::Json } else { Syntax::Hcl };
            match tree::parse(text, syntax, &mut Vec::new()) {
                Ok(root) => vec![root],
                Err(fault) => {
                    told(fault);
                    return None;
                }
            }
        }
    };
    Some(Part { path: path.to_owned(), documents })
}

/// The texts of files that calls of `file` and `templatefile` name.
fn named(parts: &[Part], open: &impl Fn(&str) -> Option<Result<String, String>>) -> BTreeMap<String, String> {
    let mut paths = BTreeSet::new();
    for part in parts {
        part.documents.iter().for_each(|it| calls(it, folder(&part.path), &mut paths));
    }
    let texts = paths.into_iter().take(MOST_NAMED).filter_map(|path| {
        let text = open(&path)?.ok().filter(|it| it.len() <= MOST_BYTES)?;
        Some((path, text))
    });
    texts.collect()
}

fn calls(node: &Node, at: &str, paths: &mut BTreeSet<String>) {
    match &node.kind {
        Kind::List(items) => items.iter().for_each(|it| calls(it, at, paths)),
        Kind::Map(pairs) => {
            for pair in pairs {
                if ["file()", "templatefile()"].contains(&pair.key.as_str())
                    && let Kind::List(arguments) = &pair.value.kind
                    && let Some(Kind::Text(path)) = arguments.first().map(|it| &it.kind)
                {
                    paths.extend(below(at, path));
                }
                calls(&pair.value, at, paths);
            }
        }
        _ => {}
    }
}

/// The path below the root that `path` names, written in a module that lies in the folder `at`.
pub(crate) fn below(at: &str, path: &str) -> Option<String> {
    let path = ["${path.module}/", "${path.root}/", "${path.cwd}/"]
        .iter()
        .find_map(|it| path.strip_prefix(it))
        .unwrap_or(path);
    if path.starts_with(['/', '~']) || path.contains("${") {
        return None;
    }
    place::below(at, path)
}
