//! Edits of `ambit.yaml` that keep its comments and its order.
//!
//! What lives here: changes of text, each a single insertion or replacement, and the values that they write.
//! The result is read again and must say exactly what was intended; otherwise nothing is changed and the error says
//! that a person has to do it.

mod splice;
mod value;

use ambit_tree::{Kind, Node, Pair, Position, Syntax};

use super::forms::BasisId;
use super::read;
use crate::place::Problem;
use splice::{Lines, Splice};

pub use value::Value;

/// What kept an edit from being made. The text stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The text is not YAML.
    #[error("the file cannot be read at line {line}: {message}")]
    Unread {
        /// Where.
        line: u32,
        /// What is wrong.
        message: String,
    },
    /// Nothing is at that place.
    #[error("nothing is at `{0}`")]
    Missing(String),
    /// The name is taken.
    #[error("`{0}` is there already")]
    Taken(String),
    /// The place is written in a way that this edit does not know.
    #[error("`{place}` cannot be written at line {line}: what stands there only a person can change")]
    Unusual {
        /// What was to be written.
        place: String,
        /// The line that stands in the way.
        line: u32,
    },
    /// The result would not be right.
    #[error("the change is not valid: {}", .0.message)]
    Invalid(Box<Problem>),
}

/// A step on the way to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// The value of a key.
    Key(&'a str),
    /// An item of a list, from 0.
    Item(usize),
}

/// Sets the value at the end of `path`: in place of a scalar or a bracketed list, or as a new key of a map.
pub fn set(text: &str, path: &[Step<'_>], value: &Value) -> Result<String, EditError> {
    change(text, &Change::Set(path, value))
}

/// Sets the basis of the decision of that number, from 0.
pub fn set_basis(text: &str, decision: usize, basis: &[BasisId]) -> Result<String, EditError> {
    let value = match basis {
        [one] => Value::text(one.as_str()),
        many => Value::List(many.iter().map(|it| Value::text(it.as_str())).collect()),
    };
    set(text, &[Step::Key("decisions"), Step::Item(decision), Step::Key("basis")], &value)
}

/// Adds an item to the end of a section that is a list, such as `decisions`; the section is made where there is none.
pub fn append(text: &str, section: &str, item: &Value) -> Result<String, EditError> {
    change(text, &Change::Append(section, item))
}

/// Adds an entry to the end of a section that is names, such as `controls`; the section is made where there is none.
pub fn add(text: &str, section: &str, name: &str, entry: &Value) -> Result<String, EditError> {
    change(text, &Change::Add(section, name, entry))
}

/// The lines of an entry as [`add`] writes them into a file that has no such section.
pub fn added(section: &str, name: &str, entry: &Value) -> Vec<String> {
    std::iter::once(format!("{section}:")).chain(splice::entry(2, Some(name), entry)).collect()
}

/// A change that is intended.
enum Change<'a> {
    Set(&'a [Step<'a>], &'a Value),
    Append(&'a str, &'a Value),
    Add(&'a str, &'a str, &'a Value),
}

fn change(text: &str, change: &Change<'_>) -> Result<String, EditError> {
    let (mark, body) = match text.strip_prefix('\u{feff}') {
        Some(body) => ("\u{feff}", body),
        None => ("", text),
    };
    let before = parse(body)?;
    let splice = change.splice(&before, &Lines::new(body))?;
    let unusual = change.unusual(&before);
    let after = splice.apply(body).ok_or_else(|| unusual.clone())?;
    let mut intended = before;
    change.intend(&mut intended).ok_or_else(|| EditError::Missing(change.place()))?;
    if !parse(&after).is_ok_and(|it| same(&it, &intended)) {
        return Err(unusual);
    }
    let known = read("", body).1;
    let is_new = |it: &Problem| !known.iter().any(|old| old.message == it.message);
    match read("", &after).1.into_iter().find(is_new) {
        Some(problem) => Err(EditError::Invalid(Box::new(problem))),
        None => Ok(format!("{mark}{after}")),
    }
}

fn parse(text: &str) -> Result<Node, EditError> {
    ambit_tree::parse(text, Syntax::Yaml, &mut Vec::new())
        .map_err(|it| EditError::Unread { line: it.at.line, message: it.message })
}

impl Change<'_> {
    /// Where the change is, for errors.
    fn place(&self) -> String {
        match self {
            Self::Set(path, _) => {
                let step = |it: &Step<'_>| match it {
                    Step::Key(key) => (*key).to_owned(),
                    Step::Item(number) => number.to_string(),
                };
                path.iter().map(step).collect::<Vec<_>>().join(".")
            }
            Self::Append(section, _) => (*section).to_owned(),
            Self::Add(section, name, _) => format!("{section}.{name}"),
        }
    }

    /// That the place is written in an unusual way: the innermost of it that is there.
    fn unusual(&self, root: &Node) -> EditError {
        let path = match self {
            Self::Set(path, _) => path.to_vec(),
            Self::Append(section, _) | Self::Add(section, ..) => vec![Step::Key(section)],
        };
        EditError::Unusual { place: self.place(), line: line_of(root, &path).max(1) }
    }

    fn splice(&self, root: &Node, lines: &Lines<'_>) -> Result<Splice, EditError> {
        let unusual = || self.unusual(root);
        match self {
            Self::Set(path, value) => {
                let Some((Step::Key(key), above)) = path.split_last() else { return Err(unusual()) };
                let map = find(root, above).ok_or_else(|| EditError::Missing(self.place()))?;
                let Kind::Map(pairs) = &map.kind else { return Err(unusual()) };
                let splice = match pairs.iter().rev().find(|it| it.key == *key) {
                    Some(pair) => lines.replaced(pair, value),
                    None => lines.inserted(map, pairs, key, value),
                };
                splice.ok_or_else(unusual)
            }
            Self::Append(section, item) => lines.appended(root, section, None, item).ok_or_else(unusual),
            Self::Add(section, name, _) if find(root, &[Step::Key(section), Step::Key(name)]).is_some() => {
                Err(EditError::Taken(self.place()))
            }
            Self::Add(section, name, entry) => {
                lines.appended(root, section, Some(name), entry).ok_or_else(unusual)
            }
        }
    }

    /// Makes the change in a tree.
    fn intend(&self, root: &mut Node) -> Option<()> {
        match self {
            Self::Set(path, value) => {
                let (Step::Key(key), above) = path.split_last()? else { return None };
                put(find_mut(root, above)?, key, value.node())
            }
            Self::Append(section, item) => {
                let list = section_of(root, section, Kind::List(Vec::new()))?;
                let Kind::List(items) = &mut list.kind else { return None };
                items.push(item.node());
                Some(())
            }
            Self::Add(section, name, entry) => {
                let map = section_of(root, section, Kind::Map(Vec::new()))?;
                put(map, name, entry.node())
            }
        }
    }
}

/// The line of the innermost key or item of `path` that is there.
fn line_of(root: &Node, path: &[Step<'_>]) -> u32 {
    let (mut node, mut line) = (root, root.at.line);
    for step in path {
        let next = match (step, &node.kind) {
            (Step::Key(key), Kind::Map(pairs)) => {
                pairs.iter().rev().find(|it| it.key == *key).map(|it| (&it.value, it.at.line))
            }
            (Step::Item(number), Kind::List(items)) => items.get(*number).map(|it| (it, it.at.line)),
            _ => None,
        };
        let Some(next) = next else { break };
        (node, line) = next;
    }
    line
}

fn find<'n>(root: &'n Node, path: &[Step<'_>]) -> Option<&'n Node> {
    path.iter().try_fold(root, |node, step| match (step, &node.kind) {
        (Step::Key(key), Kind::Map(pairs)) => {
            pairs.iter().rev().find(|it| it.key == *key).map(|it| &it.value)
        }
        (Step::Item(number), Kind::List(items)) => items.get(*number),
        _ => None,
    })
}

fn find_mut<'n>(root: &'n mut Node, path: &[Step<'_>]) -> Option<&'n mut Node> {
    path.iter().try_fold(root, |node, step| match (step, &mut node.kind) {
        (Step::Key(key), Kind::Map(pairs)) => {
            pairs.iter_mut().rev().find(|it| it.key == *key).map(|it| &mut it.value)
        }
        (Step::Item(number), Kind::List(items)) => items.get_mut(*number),
        _ => None,
    })
}

fn put(map: &mut Node, key: &str, value: Node) -> Option<()> {
    let Kind::Map(pairs) = &mut map.kind else { return None };
    match pairs.iter_mut().rev().find(|it| it.key == key) {
        Some(pair) => pair.value = value,
        None => pairs.push(Pair { key: key.to_owned(), at: Position::default(), value }),
    }
    Some(())
}

/// The value of a section, which is made `empty` where it is missing or says nothing.
fn section_of<'n>(root: &'n mut Node, section: &str, empty: Kind) -> Option<&'n mut Node> {
    let is_there = find(root, &[Step::Key(section)]).is_some_and(|it| !matches!(it.kind, Kind::Null));
    if !is_there {
        put(root, section, Node { at: Position::default(), kind: empty })?;
    }
    find_mut(root, &[Step::Key(section)])
}

/// Whether two trees say the same, wherever they say it. A new key may stand anywhere among its siblings.
fn same(a: &Node, b: &Node) -> bool {
    match (&a.kind, &b.kind) {
        (Kind::List(a), Kind::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Kind::Map(a), Kind::Map(b)) => {
            let sorted = |pairs: &[Pair]| {
                let mut order: Vec<usize> = (0..pairs.len()).collect();
                order.sort_by_key(|it| pairs.get(*it).map(|it| it.key.clone()));
                order
            };
            let pairs = sorted(a).into_iter().zip(sorted(b));
            a.len() == b.len()
                && pairs.into_iter().all(|(i, j)| match (a.get(i), b.get(j)) {
                    (Some(a), Some(b)) => a.key == b.key && same(&a.value, &b.value),
                    _ => false,
                })
        }
        (a, b) => a == b,
    }
}
