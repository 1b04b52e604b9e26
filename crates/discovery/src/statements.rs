//! `ambit.yaml` and the files that it builds on, models of other tools among them, read through a source.

use std::collections::BTreeSet;

use ambit_model::facts::Inputs;
use ambit_model::place::below;
use ambit_model::stated::{self, Document, Model, Placed};
use ambit_model::{Place, Problem};

use crate::source::{Source, Unread};

/// The file that people write, at the root.
pub const STATED: &str = "ambit.yaml";

/// The file that Ambit writes, at the root.
pub const LOCKED: &str = "ambit.lock";

/// How many files one model may be made of.
const MOST: usize = 64;

/// What people state, and what of it could not be read.
#[derive(Debug, Clone, Default)]
pub struct Statements {
    /// The statements of all files, joined.
    pub model: Model,
    /// What could not be understood.
    pub problems: Vec<Problem>,
    /// The text of each file that problems may stand in.
    pub texts: Vec<(String, String)>,
}

impl Statements {
    /// Counts the file at the root among those that were read: no reader of facts takes it, so it is ignored by them.
    pub fn count_in(&self, inputs: &mut Inputs) {
        let is_read = self.problems.is_empty() && self.texts.iter().any(|(path, _)| path == STATED);
        if is_read && inputs.ignored > 0 {
            inputs.ignored -= 1;
            inputs.read += 1;
        }
    }
}

/// Gives the text of a file in another revision, by the revision and the path.
pub type Elsewhere<'a> = &'a dyn Fn(&str, &str) -> Result<String, String>;

/// What people state at the root of `source`; nothing where there is no such file. Files that it extends lie in the
/// source too, or in another revision.
pub fn statements(source: &dyn Source, elsewhere: Elsewhere<'_>) -> Statements {
    let mut reader = Reader { source, elsewhere, listed: None, seen: BTreeSet::new(), found: Vec::new() };
    let mut done = Statements::default();
    match source.read(STATED) {
        Ok(bytes) => reader.take(&Origin::Here, STATED, bytes, &mut done),
        Err(Unread::Missing) => {}
        // What people state must not vanish because a link or a folder stands in its place.
        Err(why) => {
            let help = "let it be an ordinary file that can be read; nothing that it states is known";
            done.problems.push(Problem::at(&Place::start(STATED), why.to_string(), help));
        }
    }
    let (model, problems) = stated::join(std::mem::take(&mut reader.found));
    done.model = model;
    done.problems.extend(problems);
    done.problems.sort();
    done.problems.dedup();
    done
}

/// Which state of the files one is read from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    Here,
    Revision(String),
}

struct Reader<'a> {
    source: &'a dyn Source,
    elsewhere: Elsewhere<'a>,
    /// Paths that the source lists: gathered when a file extends another.
    listed: Option<BTreeSet<String>>,
    seen: BTreeSet<(Origin, String)>,
    /// Documents, those that others build on first.
    found: Vec<Document>,
}

impl Reader<'_> {
    fn take(&mut self, origin: &Origin, path: &str, bytes: Vec<u8>, done: &mut Statements) {
        let shown = match origin {
            Origin::Here => path.to_owned(),
            Origin::Revision(revision) => format!("git:{revision}:{path}"),
        };
        let Ok(text) = String::from_utf8(bytes) else {
            let help = "save it as UTF-8";
            done.problems.push(Problem::at(&Place::start(shown), "it is not UTF-8", help));
            return;
        };
        self.seen.insert((origin.clone(), path.to_owned()));
        let is_first = self.seen.len() == 1;
        let read = if is_first { stated::read } else { stated::read_extended };
        let (document, problems) = read(&shown, &text);
        done.problems.extend(problems);
        done.texts.push((shown, text));
        for base in &document.extends {
            let below = match base.value.revision() {
                Some((revision, below)) => Some((Origin::Revision(revision.to_owned()), below.to_owned())),
                None => beside(path, base.value.as_str()).map(|below| (origin.clone(), below)),
            };
            match below {
                None => done.problems.push(outside(&base.place)),
                Some((next, below)) => self.extend(base, &next, &below, done),
            }
        }
        self.found.push(document);
    }

    /// Takes in a file that another one names.
    fn extend(&mut self, base: &Placed<stated::Source>, next: &Origin, path: &str, done: &mut Statements) {
        if self.seen.len() >= MOST || self.seen.contains(&(next.clone(), path.to_owned())) {
            let message = format!("`{}` is read already, or is one file too many", base.value);
            let help = "a file extends another once, and never itself";
            done.problems.push(Problem::at(&base.place, message, help));
            return;
        }
        match self.open(next, path) {
            Ok(bytes) => self.take(next, path, bytes, done),
            Err(why) => {
                let message = format!("`{}` cannot be read: {why}", base.value);
                let help = "name a file below the root, or `git:<revision>:<path>`";
                done.problems.push(Problem::at(&base.place, message, help));
            }
        }
    }

    fn open(&mut self, origin: &Origin, path: &str) -> Result<Vec<u8>, String> {
        match origin {
            Origin::Revision(revision) => (self.elsewhere)(revision, path).map(String::into_bytes),
            Origin::Here => {
                let source = self.source;
                let listed = self.listed.get_or_insert_with(|| {
                    let files = source.list().files.into_iter();
                    files.filter(|it| it.barred.is_none()).map(|it| it.path).collect()
                });
                // What was not listed may lie behind a link.
                if !listed.contains(path) {
                    return Err("no such file".to_owned());
                }
                source.read(path).map_err(|e| e.to_string())
            }
        }
    }
}

fn outside(place: &Place) -> Problem {
    let help = "put it inside, as a submodule for example, or name a revision with `git:<revision>:<path>`";
    Problem::at(place, "a file outside of what is looked at is not read", help)
}

/// The path of `relative`, which `file` names; none where it leads out of the root.
fn beside(file: &str, relative: &str) -> Option<String> {
    if relative.starts_with('/') || relative.contains('\\') {
        return None;
    }
    below(file.rsplit_once('/').map_or("", |(folder, _)| folder), relative)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;

    fn nowhere(_: &str, _: &str) -> Result<String, String> {
        Err("no repository".to_owned())
    }

    #[test]
    fn files_are_joined_in_the_order_in_which_they_build_on_each_other() {
        let source = Memory::of([
            ("ambit.yaml", "ambit: v1\nextends: [policy/team.yaml]\nsystem: {name: Desk}\n"),
            ("policy/team.yaml", "ambit: v1\nextends: [base.yaml]\nsystem: {owner: team}\n"),
            ("policy/base.yaml", "ambit: v1\nsystem: {name: Base, owner: nobody}\n"),
        ]);
        let read = statements(&source, &nowhere);
        assert_eq!(read.problems, []);
        assert_eq!(read.model.files, ["policy/base.yaml", "policy/team.yaml", "ambit.yaml"]);
        let system = &read.model.system;
        assert_eq!((system.name.as_deref(), system.owner.as_deref()), (Some("Desk"), Some("team")));
    }

    #[test]
    fn circles_gaps_and_ways_out_are_problems_at_their_line() {
        let source = Memory::of([(
            "ambit.yaml",
            "ambit: v1\nextends:\n  - ambit.yaml\n  - ../x.yaml\n  - gone.yaml\n  - git:main:x.yaml\n",
        )]);
        let read = statements(&source, &nowhere);
        let lines: Vec<u32> = read.problems.iter().map(|it| it.line).collect();
        assert_eq!(lines, [3, 4, 5, 6], "{:?}", read.problems);
    }

    #[test]
    fn no_file_is_no_problem() {
        let read = statements(&Memory::of([]), &nowhere);
        assert!(read.problems.is_empty() && read.model == Model::default());
    }

    #[test]
    fn what_people_state_is_among_what_was_read() {
        let counted = |source: &Memory| {
            let mut inputs = Inputs { seen: 3, ignored: 2, read: 1, ..Inputs::default() };
            statements(source, &nowhere).count_in(&mut inputs);
            assert_eq!(inputs.read + inputs.ignored, inputs.seen);
            inputs.read
        };
        assert_eq!(counted(&Memory::of([("ambit.yaml", "ambit: v1\n")])), 2);
        assert_eq!(counted(&Memory::of([])), 1);
        assert_eq!(counted(&Memory::of([("ambit.yaml", "ambit: [\n")])), 1);
    }
}
