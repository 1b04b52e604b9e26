//! The reading of the lock. The text may be anything: a merge went wrong, somebody edited it, an attacker wrote it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Lock, Row, SCHEMA};
use crate::place::{Place, Problem};

/// How many bytes a line may have.
const LONGEST_LINE: usize = 1024 * 1024;
/// How many lines a file may have.
const MOST_LINES: usize = 4_000_000;
/// How many problems are told. Nobody reads more.
const MOST: usize = 1_000;
/// How much of a message is told: it quotes what the file says.
const LONGEST_MESSAGE: usize = 300;
/// What mends any of it.
const MEND: &str = "run `ambit lock`, which writes the file anew from what the repository declares";

/// What every line states; keys that a later version adds are passed over.
#[derive(Deserialize)]
struct Probe {
    kind: Kind,
}

/// What a line is.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Header,
    Asset,
    Tool,
    Edge,
    Finding,
}

/// What the first line states.
#[derive(Deserialize)]
struct Header {
    schema: String,
}

/// What a line is that begins as Ambit writes it. None where it does not, or where it may state its kind twice: such a
/// line is read for its kind before it is read for the rest.
fn kind_of(line: &str) -> Option<Kind> {
    let (word, rest) = line.strip_prefix(r#"{"kind":""#)?.split_once('"')?;
    let kind = match word {
        "header" => Kind::Header,
        "asset" => Kind::Asset,
        "tool" => Kind::Tool,
        "edge" => Kind::Edge,
        "finding" => Kind::Finding,
        _ => return None,
    };
    let rest = rest.as_bytes();
    let once = memchr::memchr(b'\\', rest).is_none() && memchr::memmem::find(rest, br#""kind""#).is_none();
    once.then_some(kind)
}

impl Lock {
    /// How many bytes a file may have. A million edges have four hundred million.
    pub const LARGEST: u64 = 1024 * 1024 * 1024;

    /// Reads the text of the file at `path`. Cannot fail: a line that does not fit is left out, and is a problem.
    /// Keys that are not known are passed over, because the file is recomputed and a later version may add some;
    /// words that are not known are problems, because nobody should guess what they mean.
    pub fn read(path: &str, text: &str) -> (Self, Vec<Problem>) {
        let mut reader = Reader { path, largest: Self::LARGEST, ..Reader::default() };
        reader.all(text);
        if reader.more > 0 {
            let message = format!("{} more problems", reader.more);
            let line = reader.problems.last().map_or(1, |it| it.line);
            reader.problems.push(Problem::at(
                &Place::new(path, line, 1),
                message,
                "mend what is told of first",
            ));
        }
        (reader.lock, reader.problems)
    }
}

#[derive(Default)]
struct Reader<'a> {
    path: &'a str,
    /// How many bytes the text may have.
    largest: u64,
    lock: Lock,
    problems: Vec<Problem>,
    more: usize,
    /// The line with the header.
    header: Option<u32>,
    /// Whether the line lies between the marks of a merge conflict.
    conflict: bool,
    /// Whether the file is of a format that this version does not read.
    foreign: bool,
}

impl Reader<'_> {
    fn tell(&mut self, line: u32, column: u32, message: impl Into<String>, help: impl Into<String>) {
        if self.problems.len() < MOST {
            let place = Place::new(self.path, line, column);
            let message: String = message.into().chars().take(LONGEST_MESSAGE).collect();
            self.problems.push(Problem::at(&place, message, help));
        } else {
            self.more += 1;
        }
    }

    fn all(&mut self, text: &str) {
        if text.len() as u64 > self.largest {
            let message = format!("larger than {} MiB", self.largest / 1024 / 1024);
            self.tell(1, 1, message, "nothing of the file was read; is it a lock?");
            return;
        }
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (number, line) in (1_u32..).zip(text.split('\n')) {
            if usize::try_from(number).is_ok_and(|it| it > MOST_LINES) {
                self.tell(number, 1, format!("more than {MOST_LINES} lines"), "the rest was not read");
                break;
            }
            let line = line.strip_suffix('\r').unwrap_or(line);
            if !line.trim().is_empty() && !self.mark(number, line) {
                self.line(number, line);
            }
            if self.foreign {
                return;
            }
        }
        if self.header.is_none() {
            self.tell(1, 1, format!("no line states the format `{SCHEMA}`"), MEND);
        }
    }

    /// Whether the line is a mark that a merge has left. A conflict is told once, where it begins.
    fn mark(&mut self, number: u32, line: &str) -> bool {
        let marks = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];
        let Some(mark) = marks.into_iter().find(|it| line.starts_with(it)) else { return false };
        if mark == "<<<<<<<" || !self.conflict {
            let help = "neither side has to be chosen: run `ambit lock`, which writes the file anew";
            self.tell(number, 1, format!("a merge conflict was left here: `{mark}`"), help);
        }
        self.conflict = match mark {
            "<<<<<<<" => true,
            ">>>>>>>" => false,
            _ => self.conflict,
        };
        true
    }

    fn line(&mut self, number: u32, line: &str) {
        if line.len() > LONGEST_LINE {
            self.tell(number, 1, format!("a line longer than {} KiB", LONGEST_LINE / 1024), MEND);
            return;
        }
        if !line.starts_with('{') {
            self.tell(number, 1, "not a JSON object", MEND);
            return;
        }
        let known = kind_of(line).map(|kind| Probe { kind });
        let Some(Probe { kind }) = known.or_else(|| self.parsed(number, line)) else { return };
        match kind {
            Kind::Header => self.header(number, line),
            Kind::Asset => self.row(number, line, |it| &mut it.assets),
            Kind::Tool => self.row(number, line, |it| &mut it.tools),
            Kind::Edge => self.row(number, line, |it| &mut it.edges),
            Kind::Finding => self.row(number, line, |it| &mut it.findings),
        }
    }

    fn header(&mut self, number: u32, line: &str) {
        let Some(Header { schema }) = self.parsed(number, line) else { return };
        if let Some(first) = self.header.filter(|_| !self.conflict) {
            self.tell(number, 1, format!("the format is stated a second time, after line {first}"), MEND);
        } else if schema != SCHEMA {
            let help = format!("this version reads `{SCHEMA}`; use the version that wrote it, or {MEND}");
            self.tell(number, 1, format!("the format is `{schema}`; nothing below was read"), help);
            self.foreign = true;
        }
        self.header.get_or_insert(number);
    }

    fn row<R: Row + DeserializeOwned>(
        &mut self,
        number: u32,
        line: &str,
        rows: impl FnOnce(&mut Lock) -> &mut BTreeMap<R::Id, R>,
    ) {
        let Some(row) = self.parsed::<R>(number, line) else { return };
        match rows(&mut self.lock).entry(row.id().clone()) {
            Entry::Vacant(free) => {
                free.insert(row);
            }
            // Both sides of a conflict tell of the same rows: that is what the conflict is.
            Entry::Occupied(_) if self.conflict => {}
            Entry::Occupied(taken) => {
                let same = if *taken.get() == row { "the same" } else { "another" };
                let message = format!("`{}` has {same} line already; the first was read", row.id());
                self.tell(number, 1, message, MEND);
            }
        }
    }

    fn parsed<T: DeserializeOwned>(&mut self, number: u32, line: &str) -> Option<T> {
        match serde_json::from_str(line) {
            Ok(value) => Some(value),
            Err(error) => {
                let before = line.char_indices().take_while(|(at, _)| *at < error.column()).count();
                let column = u32::try_from(before.max(1)).unwrap_or(u32::MAX);
                let text = error.to_string();
                // The line that the parser knows is that of its own text.
                let message = text.rsplit_once(" at line ").map_or(text.as_str(), |it| it.0);
                let message =
                    if error.is_data() { message.to_owned() } else { format!("not JSON: {message}") };
                self.tell(number, column, message, MEND);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_is_not_read() {
        let mut reader = Reader { path: "ambit.lock", largest: 1024 * 1024, ..Reader::default() };
        reader.all(&" ".repeat(1024 * 1024 + 1));
        assert_eq!(reader.problems.len(), 1);
        assert_eq!(reader.problems[0].message, "larger than 1 MiB");
    }

    #[test]
    fn the_kind_of_a_line_is_known_only_where_it_is_stated_once() {
        let known = |line: &str| kind_of(line).is_some();
        assert!(known(r#"{"kind":"edge","id":"e-aaaaaaaaaaaaaaaa"}"#));
        for odd in [
            r#"{"kind":"edge","id":"x","kind":"asset"}"#,
            r#"{"kind":"edge","k\u0069nd":"asset"}"#,
            r#"{"id":"x","kind":"edge"}"#,
            r#"{ "kind":"edge"}"#,
            r#"{"kind":"wish"}"#,
            r#"{"kind":"edge"#,
        ] {
            assert!(!known(odd), "{odd}");
        }
    }
}
