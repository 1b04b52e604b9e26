//! `ambit.assessment/v1`: the assessment as it is, in JSON that shows what it holds.

use std::io::{self, Write};

use ambit_model::Assessment;
use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, PrettyFormatter, Serializer};

use crate::Error;
use crate::visible::is_hidden;

/// Writes `assessment` with a newline at its end.
pub(crate) fn write(assessment: &Assessment, out: &mut dyn Write) -> Result<(), Error> {
    write_value(assessment, out)
}

/// Writes any value as pretty JSON: hidden characters as `\u` escapes, so that the file is harmless in a
/// terminal and its strings still are exactly those of the input.
pub(crate) fn write_value(value: &impl Serialize, out: &mut dyn Write) -> Result<(), Error> {
    // Thousands of small writes: into a block of memory first, where each is cheap.
    let mut block = io::BufWriter::with_capacity(64 * 1024, &mut *out);
    value.serialize(&mut Serializer::with_formatter(&mut block, Plain::default()))?;
    block.write_all(b"\n")?;
    block.flush()?;
    Ok(())
}

/// The pretty formatter with one more kind of escape.
#[derive(Default)]
struct Plain<'a>(PrettyFormatter<'a>);

impl Formatter for Plain<'_> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        // The serializer has escaped what is below 32 already, and strings are mostly plain.
        let mut rest = fragment;
        while let Some((at, c)) = rest.char_indices().find(|(_, it)| (*it > '~') && is_hidden(*it)) {
            let (plain, hidden) = rest.split_at(at);
            writer.write_all(plain.as_bytes())?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = hidden.get(c.len_utf8()..).unwrap_or_default();
        }
        writer.write_all(rest.as_bytes())
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        self.0.write_char_escape(writer, escape)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}
