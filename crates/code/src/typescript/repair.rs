//! What is left of a text of which something does not parse: the parser gives up on the whole, so the statement at
//! which it does is left out and the rest is tried again.

use std::borrow::Cow;

use super::Failure;
use super::bounds::Measure;
use super::places::{Places, size};
use crate::ir::{Fault, Module};

/// How many statements are left out before what follows the last of them is.
const MOST_ROUNDS: usize = 12;
/// How many bytes are parsed again because of what was left out.
const MOST_AGAIN: usize = 24 * 1024 * 1024;
/// How many faults of a module are told.
const MOST_FAULTS: usize = 50;
/// How long what is said of one may be.
const LONGEST_MESSAGE: usize = 200;

/// A text that loses what does not parse.
#[derive(Debug)]
pub(super) struct Repair<'a> {
    original: &'a str,
    /// What is left, as long as the original.
    pub(super) text: Cow<'a, str>,
    faults: Vec<(usize, String)>,
    rounds: usize,
}

impl<'a> Repair<'a> {
    pub(super) fn new(original: &'a str) -> Self {
        // The parser knows the line that says what runs the file only at its very beginning.
        let text = match original.strip_prefix("\u{feff}#!") {
            Some(rest) => Cow::Owned(format!("\u{feff}//{rest}")),
            None => Cow::Borrowed(original),
        };
        Self { original, text, faults: Vec::new(), rounds: 0 }
    }

    /// Leaves out the statements at which the parser failed.
    pub(super) fn leave_out(&mut self, failure: &Failure) {
        self.rounds += 1;
        let is_last = self.rounds >= MOST_ROUNDS || self.rounds * self.text.len() > MOST_AGAIN;
        let mut regions = Vec::new();
        for (offset, message) in &failure.faults {
            let is_end = self.text.get(*offset..).is_none_or(|it| it.trim().is_empty());
            let fault = match failure.measure.unclosed.filter(|_| is_end) {
                Some(open) => (open, "this has no end".to_owned()),
                None => (*offset, message.clone()),
            };
            regions.push(self.region(&failure.measure, fault.0));
            self.faults.push(fault);
        }
        let first = regions.iter().map(|it| it.0).min().unwrap_or(0);
        if self.rounds > MOST_ROUNDS + 1 || regions.is_empty() {
            regions = vec![(0, self.text.len())];
        } else if is_last {
            regions = vec![(if self.rounds > MOST_ROUNDS { 0 } else { first }, self.text.len())];
        }
        if regions.iter().all(|it| self.is_blank(*it)) {
            regions = vec![(0, self.text.len())];
        }
        let mut bytes = std::mem::take(&mut self.text).into_owned().into_bytes();
        for (start, end) in regions {
            for byte in bytes.get_mut(start..end).unwrap_or_default() {
                if !matches!(byte, b'\n' | b'\r') {
                    *byte = b' ';
                }
            }
        }
        // Statements begin and end at whole characters; if one did not, nothing would be left.
        self.text = Cow::Owned(String::from_utf8(bytes).unwrap_or_else(|_| " ".repeat(self.original.len())));
    }

    fn is_blank(&self, (start, end): (usize, usize)) -> bool {
        self.text.get(start..end).is_none_or(|it| it.trim().is_empty())
    }

    /// The statement around an offset. Where a statement begins within the brackets of another one, that one is meant.
    fn region(&self, measure: &Measure, offset: usize) -> (usize, usize) {
        let all = &measure.beginnings;
        let before = |offset: usize| {
            let next = all.partition_point(|it| it.offset <= offset);
            (next.checked_sub(1).and_then(|it| all.get(it)), all.get(next))
        };
        let target = match before(offset).0 {
            Some(it) if it.offset == offset => it.within.unwrap_or(offset),
            _ => offset,
        };
        let (start, end) = before(target);
        (start.map_or(0, |it| it.offset), end.map_or(self.text.len(), |it| it.offset))
    }

    /// Adds the faults to what was read.
    pub(super) fn finish(self, module: &mut Module) {
        if self.faults.is_empty() {
            return;
        }
        let places = Places::new(self.original);
        let told = self.faults.into_iter().map(|(offset, message)| {
            let ending = if message.ends_with("not read") { "" } else { "; the statement was not read" };
            fault(&places, size(offset), &message, ending)
        });
        module.faults.extend(told);
        module.faults.sort_by_key(|it| it.at);
        module.faults.dedup();
        module.faults.truncate(MOST_FAULTS);
    }
}

/// A fault, as all of them are worded.
pub(super) fn fault(places: &Places<'_>, offset: u32, message: &str, ending: &str) -> Fault {
    let mut chars = message.chars().map(|it| if it == '\n' { ' ' } else { it }).take(LONGEST_MESSAGE);
    let first = chars.next().into_iter().flat_map(char::to_lowercase);
    Fault { at: places.at(offset), message: first.chain(chars).chain(ending.chars()).collect() }
}
