//! Years, drawn: in which of them each event happens, sixty-four years to a word.
//!
//! Every event has random numbers of its own, found by its name alone. An event that is less likely happens in some of
//! the years in which it happened before and in no other, whatever else has changed: a stronger control never makes a
//! drawn risk higher, and one more edge never makes it lower.

use std::ops::Range;

use ambit_model::parallel;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::network::{Event, What};

/// The years in which something happens.
pub(crate) type Years = Vec<u64>;

/// How many years stand in a word.
const WORD: usize = 64;

/// Where random numbers come from.
#[derive(Debug, Clone)]
pub(crate) struct Chance {
    source: ChaCha8Rng,
    words: usize,
}

impl Chance {
    /// Numbers of `seed` for at least so many years.
    pub(crate) fn new(seed: u64, years: usize) -> Self {
        Self { source: ChaCha8Rng::seed_from_u64(seed), words: years.div_ceil(WORD).max(1) }
    }

    /// How many years there are.
    pub(crate) fn years(&self) -> usize {
        self.words * WORD
    }

    pub(crate) fn words(&self) -> usize {
        self.words
    }

    fn stream(&self, of: u64) -> ChaCha8Rng {
        let mut stream = self.source.clone();
        stream.set_stream(of);
        stream
    }

    /// The years in which what is called `name` happens, which it does with that likelihood.
    pub(crate) fn years_of(&self, name: u64, chance: f64) -> Years {
        let mut years = vec![0; self.words];
        self.draw(name, &[threshold(chance)], &mut |_, word, it| {
            if let Some(known) = years.get_mut(word) {
                *known = it;
            }
        });
        years
    }

    /// Draws what is called `name` for each of `below`: numbers are the same for all, so that what is less likely happens
    /// in some of the years of what is likelier. `put` is told the place of each, the word and what stands in it.
    fn draw(&self, name: u64, below: &[u64], put: &mut dyn FnMut(usize, usize, u64)) {
        let mut stream = self.stream(name);
        let mut numbers = [0; WORD];
        for word in 0..self.words {
            numbers.iter_mut().for_each(|it| *it = stream.next_u32());
            for (at, below) in below.iter().enumerate() {
                // The first year stands lowest.
                let years = numbers.iter().rev();
                put(at, word, years.fold(0, |all, it| (all << 1) | u64::from(u64::from(*it) < *below)));
            }
        }
    }

    /// The years in which each event happens, for each of several lists of how likely they are; `names` has what each is
    /// called.
    pub(crate) fn events(&self, names: &[u64], chances: &[&[f64]]) -> Vec<Table> {
        let parts = parallel::parts(names.len(), |range| {
            let mut tables: Vec<Table> =
                chances.iter().map(|_| Table::new(range.len(), self.words)).collect();
            for (row, event) in range.enumerate() {
                let below = |it: &&[f64]| threshold(it.get(event).copied().unwrap_or_default());
                let below: Vec<u64> = chances.iter().map(below).collect();
                let name = names.get(event).copied().unwrap_or_default();
                self.draw(name, &below, &mut |at, word, it| {
                    let row = tables.get_mut(at).map_or(&mut [][..], |table| table.row_mut(row));
                    if let Some(known) = row.get_mut(word) {
                        *known = it;
                    }
                });
            }
            tables
        });
        let mut all: Vec<Table> = chances.iter().map(|_| Table::new(0, self.words)).collect();
        for part in parts {
            for (table, part) in all.iter_mut().zip(part) {
                table.all.extend(part.all);
            }
        }
        all
    }

    /// Numbers between nothing and one for what is called `name`, one a year.
    pub(crate) fn shares_of(&self, name: u64, count: usize) -> Vec<f64> {
        let mut stream = self.stream(name);
        (0..count).map(|_| (f64::from(stream.next_u32()) + 0.5) / RANGE).collect()
    }
}

/// How many numbers of 32 bits there are.
const RANGE: f64 = 4_294_967_296.0;

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it lies between 0 and 2^32")]
fn threshold(chance: f64) -> u64 {
    (chance * RANGE) as u64
}

/// The name of something as a number (FNV-1a): it depends on nothing else.
pub(crate) fn number(parts: &[&str]) -> u64 {
    let mut number: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in parts.iter().flat_map(|it| it.bytes().chain([0])) {
        number = (number ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    number
}

/// The number of an event; `id` says what edges are called.
pub(crate) fn number_of(event: &Event, id: &dyn Fn(crate::index::EdgeNo) -> String) -> u64 {
    match &event.what {
        What::Step(no) => number(&["step", &id(*no)]),
        What::Attempt(at) => number(&["attempt", at.as_str()]),
        What::Steered(agent) => number(&["steered", agent.as_str()]),
        What::Accident(agent) => number(&["accident", agent.as_str()]),
    }
}

/// Years of many things, in rows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    words: usize,
    all: Vec<u64>,
}

impl Table {
    /// So many rows of years in which nothing happens.
    pub(crate) fn new(rows: usize, words: usize) -> Self {
        Self { words, all: vec![0; rows * words] }
    }

    pub(crate) fn row(&self, at: usize) -> &[u64] {
        self.rows(at..at + 1)
    }

    pub(crate) fn row_mut(&mut self, at: usize) -> &mut [u64] {
        self.rows_mut(at..at + 1)
    }

    /// Several rows, one after the other.
    pub(crate) fn rows(&self, at: Range<usize>) -> &[u64] {
        self.all.get(at.start * self.words..at.end * self.words).unwrap_or_default()
    }

    pub(crate) fn rows_mut(&mut self, at: Range<usize>) -> &mut [u64] {
        self.all.get_mut(at.start * self.words..at.end * self.words).unwrap_or_default()
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, years: &[u64]) {
        self.all.extend(years);
    }

    pub(crate) fn words(&self) -> usize {
        self.words
    }
}

/// Years in which both happen.
pub(crate) fn both(into: &mut [u64], other: &[u64]) {
    into.iter_mut().zip(other).for_each(|(a, b)| *a &= b);
}

/// Years in which either happens.
pub(crate) fn either(into: &mut [u64], other: &[u64]) {
    into.iter_mut().zip(other).for_each(|(a, b)| *a |= b);
}

/// In how many years.
pub(crate) fn count(years: &[u64]) -> u64 {
    years.iter().map(|it| u64::from(it.count_ones())).sum()
}

/// The numbers of the years, in order.
pub(crate) fn each(years: &[u64]) -> impl Iterator<Item = usize> + use<'_> {
    years.iter().enumerate().flat_map(|(at, word)| {
        let mut rest = *word;
        std::iter::from_fn(move || {
            let bit = rest.trailing_zeros() as usize;
            (rest != 0).then(|| {
                rest &= rest - 1;
                at * WORD + bit
            })
        })
    })
}
