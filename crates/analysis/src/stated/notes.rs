//! What people state that fits nothing: each entry with its place, what is wrong, and the nearest id that exists.

use std::collections::BTreeSet;

use ambit_model::{Place, Problem};

/// How many words are compared in search of near ones; beyond that nothing is suggested.
const COMPARISONS: usize = 200_000;
/// How long a text may be for which a near one is looked for.
const LONGEST: usize = 80;

/// What was noted.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    found: BTreeSet<Problem>,
    compared: usize,
}

impl Notes {
    /// Notes what is wrong at `place`, and what to do about it.
    pub(crate) fn add(&mut self, place: &Place, message: impl Into<String>, help: impl Into<String>) {
        self.found.insert(Problem::at(place, message, help));
    }

    /// Notes what was noted before.
    pub(crate) fn extend(&mut self, notes: &[Problem]) {
        self.found.extend(notes.iter().cloned());
    }

    /// Notes what is wrong with `text` at `place`: the nearest of `words` is suggested, else `help`.
    pub(crate) fn add_near<'w>(
        &mut self,
        place: &Place,
        message: impl Into<String>,
        (text, words): (&str, impl Iterator<Item = &'w str>),
        help: &str,
    ) {
        let near = self.nearest(text, words);
        self.add(place, message, near.map_or_else(|| help.to_owned(), |it| format!("did you mean `{it}`?")));
    }

    /// The word nearest to `text`, if one is near enough to be meant.
    fn nearest<'w>(&mut self, text: &str, words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
        let most = match text.len() {
            0..=2 => 1,
            3..=8 => 2,
            9..=LONGEST => 3,
            _ => return None,
        };
        let mut best: Option<(usize, &str)> = None;
        for word in words.filter(|it| it.len().abs_diff(text.len()) <= most) {
            self.compared += 1;
            if self.compared > COMPARISONS {
                break;
            }
            let distance = strsim::osa_distance(text, word);
            if distance <= most && best.is_none_or(|it| (distance, word) < it) {
                best = Some((distance, word));
            }
        }
        best.map(|it| it.1)
    }

    /// Everything, in the order of the files.
    pub(crate) fn into_sorted(self) -> Vec<Problem> {
        self.found.into_iter().collect()
    }
}
