//! Problems as they are collected: bounded in number, each with the nearest valid word.

use ambit_tree::Position;

use crate::place::{Place, Problem};

/// How many problems are told. Nobody reads more, and a hostile file has as many as it has values.
const MOST: usize = 1_000;
/// How many words are compared in search of near ones; beyond that nothing is suggested.
const COMPARISONS: usize = 50_000;
/// How many names are held against patterns; making an expression of a pattern costs as much as many names.
const MATCHES: usize = 1_000_000;
/// How many names one pattern costs by itself.
const PATTERN: usize = 200;
/// How much of a text is quoted.
const QUOTED: usize = 80;

/// What is wrong, collected.
#[derive(Debug, Default)]
pub(super) struct Problems {
    found: Vec<Problem>,
    more: usize,
    compared: usize,
    matched: usize,
}

impl Problems {
    /// Notes what is wrong at `place`.
    pub(super) fn add(&mut self, place: &Place, message: impl Into<String>, help: impl Into<String>) {
        if self.is_full() {
            self.more += 1;
        } else {
            self.found.push(Problem::at(place, message, help));
        }
    }

    /// Notes what is wrong at a position of the file at `path`.
    pub(super) fn add_in(&mut self, path: &str, at: Position, message: String, help: String) {
        self.add(&Place::new(path, at.line, at.column), message, help);
    }

    /// Whether one more pattern may be held against so many names: a hostile file has many of both.
    pub(super) fn may_match(&mut self, names: usize) -> bool {
        self.matched = self.matched.saturating_add(names).saturating_add(PATTERN);
        self.matched <= MATCHES
    }

    /// Whether no more problems are told, so that nobody needs to look for words.
    pub(super) fn is_full(&self) -> bool {
        self.found.len() >= MOST
    }

    /// The word nearest to `text`, if one is near enough to be meant.
    pub(super) fn nearest<'w>(
        &mut self,
        text: &str,
        words: impl Iterator<Item = &'w str>,
    ) -> Option<&'w str> {
        if self.is_full() {
            return None;
        }
        let most = match text.len() {
            0..=2 => 1,
            3..=8 => 2,
            9..=QUOTED => 3,
            _ => return None,
        };
        let lower = text.to_lowercase();
        let mut best: Option<(usize, &str)> = None;
        for word in words.filter(|it| it.len().abs_diff(text.len()) <= most) {
            self.compared += 1;
            if self.compared > COMPARISONS {
                break;
            }
            let distance = strsim::osa_distance(&lower, &word.to_lowercase());
            if distance <= most && distance < word.len() && best.is_none_or(|it| distance < it.0) {
                best = Some((distance, word));
            }
        }
        best.map(|it| it.1)
    }

    /// Everything, in the order of the files.
    pub(super) fn into_sorted(mut self) -> Vec<Problem> {
        self.found.sort();
        self.found.dedup();
        if let Some(last) = self.found.last().filter(|_| self.more > 0) {
            let message = format!("{} more problems", self.more);
            let place = Place::new(last.path.clone(), last.line, last.column);
            self.found.push(Problem::at(&place, message, "mend what is told of first"));
        }
        self.found
    }
}

/// `text` as it may stand in a message: on one line, and not longer than anybody reads.
pub(super) fn quoted(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let mut short: String = line.chars().take(QUOTED).collect();
    if short.len() < text.trim_end().len() {
        short.push('…');
    }
    short
}

/// Words as a list for people.
pub(super) fn listed(words: impl Iterator<Item = impl AsRef<str>>) -> String {
    words.map(|it| format!("`{}`", it.as_ref())).collect::<Vec<_>>().join(", ")
}

/// The question whether `word` is meant.
pub(super) fn meant(word: &str) -> String {
    format!("did you mean `{}`?", quoted(word))
}
