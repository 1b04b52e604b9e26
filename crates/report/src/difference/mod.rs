//! What has changed between two locks, for people and machines: what got worse first.
//!
//! What lives here: one file per form, and the words that they share.

mod markdown;
mod text;
pub(crate) mod words;

use std::io::Write;

use ambit_model::Difference;

use crate::format::formats;
use crate::{Error, Options, json};

formats! {
    "A form of a difference, or of a what-if.":
    /// For a person at a terminal.
    Text => "text",
    /// `ambit.difference/v1`.
    Json => "json",
    /// A comment on a pull request.
    Markdown => "markdown",
}

/// Writes `difference` to `out` as `format`.
pub fn write(
    difference: &Difference,
    format: Format,
    options: &Options<'_>,
    out: &mut dyn Write,
) -> Result<(), Error> {
    match format {
        Format::Text => text::write(difference, options, out),
        Format::Json => json::write_value(difference, out),
        Format::Markdown => markdown::write(difference, options, out),
    }
}
