//! What is refused before it is parsed.
//!
//! The parser calls itself for what is nested, and reads some things twice: what may be the parameters of a function or
//! the arguments of a type is tried as such first, and so is what is in it. So a pass over the text bounds both: how deep
//! the parser can come, in steps of [`STEP`] bytes of its stack, and how many bytes it can come to read.
//!
//! What `/`, `<` and `}` mean depends on what stands before, and not always on that alone. Where it is open, the text is
//! read in each way that there is ([`reading`]) until brackets show which of them fits; what fits in no way stops the
//! parser too. What counts is the deepest of all.
//!
//! On the way the beginnings of statements are noted, for what is left when one of them does not parse.

mod code;
mod jsx;
mod reading;
mod text;
mod words;

use std::fmt;

use reading::{Around, Frame, Here, Mode, Open, Reading};
use text::Text;

/// Bytes of stack for a step, in builds for debugging: what was measured, rounded up.
#[cfg(doc)]
const STEP: u32 = 600;
/// How deep the parser may come: 150 blocks in each other, or 700 `else if`s after each other.
const DEEPEST: u32 = 1_500;
/// Up to this depth any stack will do.
pub(super) const SHALLOW: u32 = 300;
/// How many operators and members may follow each other where the parser looks at all of them for a comment
/// `#__PURE__`.
const LONGEST_PURE: u32 = 2_000;
/// How many bytes the parser may come to read, all that it reads again included: so many, and so many times the text.
const MOST_WORK: (u64, u64) = (4 * 1024 * 1024, 16);
/// In how many ways a text may be read at once.
const MOST_READINGS: usize = 16;
/// How many refusals of a text are told.
const MOST_REFUSALS: usize = 20;

/// Why something is not parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    Nesting,
    Chain,
    Work,
    Readings,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nesting => "nested too deeply",
            Self::Chain => "too many operators and calls in one expression",
            Self::Work => "nested types and functions that would have to be read again and again",
            Self::Readings => "text that can be read in too many ways",
        })?;
        f.write_str("; what is in it was not read")
    }
}

/// Where a statement begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beginning {
    pub(super) offset: usize,
    /// The outermost bracket that is open there. In code that is set as people set it, it lacks its end.
    pub(super) within: Option<usize>,
}

/// What a pass over the text has shown.
#[derive(Debug, Default)]
pub(super) struct Measure {
    /// The deepest that the parser can come.
    pub(super) deepest: u32,
    /// What must not be parsed, and where.
    pub(super) refused: Vec<(usize, Refusal)>,
    /// Where statements begin, in order.
    pub(super) beginnings: Vec<Beginning>,
    /// The outermost bracket that has no end.
    pub(super) unclosed: Option<usize>,
}

/// What the text may have beyond JavaScript.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Syntax {
    pub(super) has_types: bool,
    pub(super) has_elements: bool,
}

/// Measures a text.
pub(super) fn measure(text: &str, syntax: Syntax) -> Measure {
    let has_pure = memchr::memmem::find(text.as_bytes(), b"__PURE__").is_some();
    let mut pass = Pass {
        text: Text::new(text),
        syntax,
        longest: if has_pure { LONGEST_PURE } else { u32::MAX },
        frames: Vec::new(),
        is_alone: true,
        is_over: false,
        others: Vec::new(),
        work: 0,
        most_work: MOST_WORK.0 + MOST_WORK.1 * u64::try_from(text.len()).unwrap_or(u64::MAX / 32),
        measure: Measure::default(),
    };
    pass.run();
    pass.measure
}

/// The state of a pass.
#[derive(Debug)]
struct Pass<'a> {
    text: Text<'a>,
    syntax: Syntax,
    longest: u32,
    /// Brackets that are open in some reading.
    frames: Vec<Frame>,
    /// Whether there is one reading only.
    is_alone: bool,
    /// Whether there is no code any more.
    is_over: bool,
    /// Readings that a step has added.
    others: Vec<Reading>,
    work: u64,
    most_work: u64,
    measure: Measure,
}

impl Pass<'_> {
    fn run(&mut self) {
        let mut readings = vec![Reading::new(self.first())];
        let mut last = 0;
        while let Some(at) = hindmost(&readings) {
            let Some(reading) = readings.get_mut(at) else { return };
            let from = reading.offset;
            last = last.max(from);
            if from >= self.text.len() && reading.mode == Mode::Code {
                let open = (reading.top != 0).then_some(reading.around.outermost);
                self.measure.unclosed =
                    if readings.len() == 1 { open } else { self.measure.unclosed.or(open) };
                if open.is_none() {
                    self.measure.unclosed = None;
                    return;
                }
                readings.swap_remove(at);
                continue;
            }
            let mut next = *reading;
            let fits = self.step(&mut next);
            let refusal = self.judge(&next, from, readings.len());
            if let Some(refusal) = refusal {
                self.measure.refused.push((next.offset.min(self.text.len()), refusal));
                readings = self.resumed(next.offset);
                continue;
            }
            if fits {
                if let Some(reading) = readings.get_mut(at) {
                    *reading = next;
                }
            } else {
                let dead = readings.swap_remove(at);
                if readings.is_empty() && self.others.is_empty() {
                    if dead.top != 0 {
                        self.measure.unclosed = Some(dead.around.outermost);
                    }
                    readings = self.resumed(last);
                    continue;
                }
            }
            readings.append(&mut self.others);
            if readings.len() > 1 {
                merge(&mut readings);
            }
            self.is_alone = readings.len() == 1;
        }
    }

    /// Whether the parser must not come to where the reading is.
    fn judge(&mut self, reading: &Reading, from: usize, readings: usize) -> Option<Refusal> {
        let cost = reading.cost();
        self.measure.deepest = self.measure.deepest.max(cost);
        let bytes = u64::try_from(reading.offset.saturating_sub(from)).unwrap_or(u64::MAX);
        self.work = self.work.saturating_add(bytes.saturating_mul(reading.times(self.syntax.has_types)));
        if cost > DEEPEST {
            return Some(Refusal::Nesting);
        }
        if reading.here.spine > self.longest {
            return Some(Refusal::Chain);
        }
        if self.work > self.most_work {
            self.work = 0;
            return Some(Refusal::Work);
        }
        (readings + self.others.len() > MOST_READINGS).then_some(Refusal::Readings)
    }

    /// Goes on at the next line that begins as a statement does.
    fn resumed(&mut self, from: usize) -> Vec<Reading> {
        self.others.clear();
        self.frames.clear();
        self.is_alone = true;
        if self.is_over || self.measure.refused.len() >= MOST_REFUSALS {
            return Vec::new();
        }
        let rest = self.text.rest(from);
        let lines = memchr::memchr_iter(b'\n', rest).map(|it| from + it + 1);
        let begins = |at: usize| {
            let rest = self.text.rest(at);
            let word = rest.split(|it| !words::is_part(*it)).next().unwrap_or_default();
            let after = rest.get(word.len()..).unwrap_or_default();
            let is_used = matches!(after, [b'(' | b'.', ..] | [b' ', b'=', ..]);
            rest.first() == Some(&b'@') || words::begins(word) || is_used && !word.is_empty()
        };
        lines.into_iter().find(|it| begins(*it)).map(Reading::new).into_iter().collect()
    }

    /// Where the code begins: after the mark of the byte order and the line that says what runs it.
    fn first(&self) -> usize {
        let start = if self.text.rest(0).starts_with("\u{feff}".as_bytes()) { 3 } else { 0 };
        if self.text.rest(start).starts_with(b"#!") { self.text.end_of_line(start) } else { start }
    }

    fn step(&mut self, reading: &mut Reading) -> bool {
        match reading.mode {
            Mode::Code => self.code(reading),
            Mode::Tag => self.tag(reading),
            Mode::Children => self.children(reading),
        }
    }

    fn push(&mut self, reading: &mut Reading, open: Open) {
        let Reading { top, here, around, .. } = *reading;
        self.frames.push(Frame { open, parent: top, here, around });
        reading.around = Around {
            cost: around.cost + here.cost() + open.cost(),
            times: around.times.saturating_mul(here.times()),
            adds: around.adds + here.adds(),
            outermost: if top == 0 { reading.offset } else { around.outermost },
        };
        reading.top = self.frames.len();
        let in_types = open == Open::Types || here.angles > 0 || here.in_types && !here.assigns;
        reading.here = Here { in_types, outer_angles: here.angles, ..Here::default() };
    }

    /// What is open innermost.
    fn open(&self, reading: &Reading) -> Option<Open> {
        self.frames.get(reading.top.checked_sub(1)?).map(|it| it.open)
    }

    fn pop(&mut self, reading: &mut Reading) {
        let Some(index) = reading.top.checked_sub(1) else { return };
        let Some(Frame { parent, here, around, .. }) = self.frames.get(index).copied() else { return };
        (reading.top, reading.here, reading.around) = (parent, here, around);
        reading.here.spine += 1;
        if self.is_alone && self.others.is_empty() && index + 1 == self.frames.len() {
            self.frames.pop();
        }
    }
}

fn hindmost(readings: &[Reading]) -> Option<usize> {
    match readings {
        [] => None,
        [_] => Some(0),
        many => many.iter().enumerate().min_by_key(|(_, it)| it.offset).map(|(at, _)| at),
    }
}

/// Readings for which the rest means the same are one.
fn merge(readings: &mut Vec<Reading>) {
    let mut kept: Vec<Reading> = Vec::with_capacity(readings.len());
    for reading in readings.drain(..) {
        match kept.iter_mut().find(|it| it.is_like(&reading)) {
            Some(like) => like.join(&reading),
            None => kept.push(reading),
        }
    }
    *readings = kept;
}
