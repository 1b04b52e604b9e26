//! Files that a rules file of Claude Code brings in with `@path`: they enter the context as if they stood there.
//!
//! A path is relative to the file that names it. Four files may follow each other; what stands in code is no
//! import (<https://code.claude.com/docs/en/memory>).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ambit_model::facts::{InstructionFacts, InstructionKind};
use ambit_model::place::below;
use ambit_model::{Place, Problem, Trust};

use crate::fragment::{Fragment, Import};
use crate::text::signals;

/// How many files may follow each other.
const DEEPEST: usize = 4;
/// How many files one rules file can bring in, and all together.
const MOST: usize = 100;
const MOST_OF_ALL: usize = 10_000;
/// How many imports one file can write.
const MOST_WRITTEN: usize = 200;

/// What became of the files that were brought in.
#[derive(Debug, Default)]
pub(crate) struct Followed {
    /// One fragment per file and importing agent.
    pub(crate) fragments: Vec<Fragment>,
    /// Imports that lead nowhere.
    pub(crate) problems: Vec<Problem>,
    /// Paths of files that were read.
    pub(crate) read: BTreeSet<String>,
}

/// The imports that `body` writes, a part of the file at `start`.
pub(crate) fn written(body: &str, start: &Place) -> Vec<Import> {
    let mut found = Vec::new();
    let mut fence: Option<&str> = None;
    for (number, line) in (start.line..).zip(body.lines()) {
        let mark = ["```", "~~~"].into_iter().find(|it| line.trim_start().starts_with(it));
        match (fence, mark) {
            (None, Some(_)) => fence = mark,
            (Some(open), Some(mark)) if open == mark => fence = None,
            (Some(_), _) => {}
            (None, None) => of_line(line, &mut |column, target| {
                let place = Place::new(Arc::clone(&start.path), number, column);
                found.push(Import { target: target.to_owned(), place });
            }),
        }
        if found.len() >= MOST_WRITTEN {
            break;
        }
    }
    found
}

/// Calls `take` with column and target of each import in `line`: a word that begins with `@`, outside of code.
fn of_line(line: &str, take: &mut impl FnMut(u32, &str)) {
    let mut column = 1_u32;
    for (index, part) in line.split('`').enumerate() {
        let mut before = index == 0;
        for word in part.split_inclusive(char::is_whitespace) {
            let target = word.trim_end().strip_prefix('@').unwrap_or_default();
            let target = target.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '"', '\'', '*']);
            if index % 2 == 0 && before && !target.is_empty() {
                take(column, target);
            }
            before = word.ends_with(char::is_whitespace);
            column = column.saturating_add(u32::try_from(word.chars().count()).unwrap_or(u32::MAX));
        }
        column = column.saturating_add(1);
    }
}

/// Follows the imports of `fragments`. `open` gives the text of a file of the source: nothing where there is no
/// such file, and a reason where it cannot be read.
pub(crate) fn follow(
    fragments: &[Fragment],
    open: impl Fn(&str) -> Option<Result<String, String>>,
) -> Followed {
    let mut followed = Followed::default();
    let mut known: BTreeMap<String, Option<File>> = BTreeMap::new();
    for root in fragments.iter().filter(|it| !it.imports.is_empty()) {
        let most = followed.fragments.len().saturating_add(MOST).min(MOST_OF_ALL);
        let mut seen = BTreeSet::from([root.place.path.to_string()]);
        let mut left_out = 0_usize;
        let mut level: Vec<Import> = root.imports.clone();
        for _ in 0..DEEPEST {
            let mut next = Vec::new();
            for import in level {
                let path = resolved(&import);
                if !seen.insert(path.clone().unwrap_or_else(|| import.target.clone())) {
                    continue;
                }
                let file = path.as_ref().and_then(|path| {
                    let file = known.entry(path.clone()).or_insert_with(|| {
                        let text = read(path, &import, &open, &mut followed.problems)?;
                        followed.read.insert(path.clone());
                        Some(File::of(path, &text))
                    });
                    file.as_ref()
                });
                let fact = match file {
                    Some(file) => file.fact(&import),
                    None if path.is_none_or(|it| it.starts_with(['~', '/'])) => outside(&import),
                    None => continue,
                };
                if followed.fragments.len() >= most {
                    left_out += 1;
                    continue;
                }
                next.extend(file.into_iter().flat_map(|it| it.imports.clone()));
                followed.fragments.push(fragment(root, fact));
            }
            level = next;
        }
        if left_out > 0 {
            let help = "import fewer files: what is left out is not on the map";
            let message = format!("imports more files than are followed: {left_out} were left out");
            followed.problems.push(Problem::at(&root.place, message, help));
        }
    }
    followed
}

/// A file that was brought in, understood once.
struct File {
    path: String,
    imports: Vec<Import>,
    signals: Vec<ambit_model::facts::TextSignal>,
}

impl File {
    fn of(path: &str, text: &str) -> Self {
        let start = Place::start(path);
        Self { path: path.to_owned(), imports: written(text, &start), signals: signals(text, &start) }
    }

    fn fact(&self, import: &Import) -> InstructionFacts {
        let (trust, whose) = author(&self.path);
        InstructionFacts {
            name: self.path.clone(),
            kind: InstructionKind::Rules,
            trust,
            because: format!("{whose} that `{}` imports", import.place.path),
            pinned: true,
            signals: self.signals.clone(),
            place: Place::start(self.path.as_str()),
        }
    }
}

fn author(path: &str) -> (Trust, &'static str) {
    if path.starts_with(['~', '/']) {
        (Trust::Operator, "a file of the user or the administrator")
    } else {
        (Trust::Organization, "a file of the workspace")
    }
}

/// A file outside of the root: it is named and not opened.
fn outside(import: &Import) -> InstructionFacts {
    InstructionFacts {
        name: import.target.clone(),
        kind: InstructionKind::Rules,
        trust: Trust::Operator,
        because: format!("a file outside of what was read, which `{}` imports", import.place.path),
        pinned: true,
        signals: Vec::new(),
        place: import.place.clone(),
    }
}

/// It belongs to the agents that the importing file belongs to and makes none of its own.
fn fragment(root: &Fragment, fact: InstructionFacts) -> Fragment {
    let mut fragment = Fragment::new(root.client, root.location.clone(), root.place.clone());
    fragment.makes_agent = false;
    fragment.yields = root.yields;
    fragment.imported = true;
    fragment.instructions.push(fact);
    fragment
}

/// The path below the root that the import leads to; none where it leads out of it.
fn resolved(import: &Import) -> Option<String> {
    let target = import.target.as_str();
    if target.starts_with("~/") || target.starts_with('/') {
        return Some(target.to_owned());
    }
    let own = &import.place.path;
    let (anchor, folder) = match own.strip_prefix("~/") {
        Some(rest) => ("~/", rest),
        None if own.starts_with('/') => ("/", own.trim_start_matches('/')),
        None => ("", own.as_ref()),
    };
    let folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
    Some(format!("{anchor}{}", below(folder, target)?))
}

fn read(
    path: &str,
    import: &Import,
    open: impl Fn(&str) -> Option<Result<String, String>>,
    problems: &mut Vec<Problem>,
) -> Option<String> {
    let target = &import.target;
    match open(path) {
        Some(Ok(text)) => return Some(text),
        Some(Err(reason)) => {
            let help = "what it says is not on the map, though the agent may be told it";
            problems.push(Problem::at(
                &import.place,
                format!("imports `{target}`, not read: {reason}"),
                help,
            ));
        }
        // A word such as `@name` imports nothing where no such file is.
        None if !path.starts_with(['~', '/']) && is_meant_as_path(target) => {
            let help = "correct the path, or write it in backticks where nothing is to be imported";
            problems.push(Problem::at(
                &import.place,
                format!("imports `{target}`, which is not there"),
                help,
            ));
        }
        None => {}
    }
    None
}

fn is_meant_as_path(target: &str) -> bool {
    target.starts_with("./") || target.starts_with("../") || target.rsplit('.').next() == Some("md")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(body: &str) -> Vec<(u32, u32, String)> {
        let start = Place::new("CLAUDE.md", 3, 1);
        written(body, &start).into_iter().map(|it| (it.place.line, it.place.column, it.target)).collect()
    }

    #[test]
    fn words_that_begin_with_the_sign_are_imports_and_code_is_none() {
        let body =
            "See @README and @docs/a.md.\nmail a@b.c, `@no` and é @~/x.md\n```\n@code\n```\n@last\n``` ";
        let expected = [(3, 5, "README"), (3, 17, "docs/a.md"), (4, 25, "~/x.md"), (8, 1, "last")];
        let expected: Vec<(u32, u32, String)> =
            expected.into_iter().map(|(line, column, target)| (line, column, target.to_owned())).collect();
        assert_eq!(found(body), expected);
    }

    #[test]
    fn paths_are_relative_to_the_file_that_names_them() {
        let path = |own: &str, target: &str| {
            resolved(&Import { target: target.to_owned(), place: Place::start(own) })
        };
        assert_eq!(path("a/CLAUDE.md", "../b/./c.md").as_deref(), Some("b/c.md"));
        assert_eq!(path("a/CLAUDE.md", "../../c.md"), None);
        assert_eq!(path("~/.claude/CLAUDE.md", "x.md").as_deref(), Some("~/.claude/x.md"));
        assert_eq!(path("~/.claude/CLAUDE.md", "../../x.md"), None);
        assert_eq!(path("CLAUDE.md", "~/.claude/y.md").as_deref(), Some("~/.claude/y.md"));
    }
}
